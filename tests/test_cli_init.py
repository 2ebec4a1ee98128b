"""The files a person starts with are right as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.cli import beginning
from vlan2l3.collect import inventory, settings
from vlan2l3.design import intent
from vlan2l3.errors import UsageError


def test_what_is_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inventory, the settings and the intent load; nothing in them is a secret."""
    monkeypatch.chdir(tmp_path)
    beginning.begin(Path())
    found = settings.load(Path("vlan2l3.toml"))
    loaded = inventory.load(found.inventory)
    assert [(t.name, t.platform, t.rack) for t in loaded.targets] == [
        ("leaf-r1a", "eos", "r1"),
        ("leaf-r1b", "eos", "r1"),
        ("web-01", "linux", "r1"),
    ]
    assert loaded.warnings == ()
    assert intent.load(Path("vlan2l3.toml")).campaign.name == "our-network"


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """Only what is missing is written, and when nothing is, that is said."""
    (tmp_path / "vlan2l3.toml").write_text("mine")
    beginning.begin(tmp_path)
    assert (tmp_path / "vlan2l3.toml").read_text() == "mine"
    assert (tmp_path / "inventory" / "hosts.yaml").is_file()
    with pytest.raises(UsageError, match="nothing was written"):
        beginning.begin(tmp_path)
