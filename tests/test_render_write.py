"""A plan's folder is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vlan2l3.errors import UsageError
from vlan2l3.render.write import read, write

TEXTS = {"plan.json": "{}\n", "hosts/a/apply.sh": "#!/bin/sh\n", "plan.md": "# a\n"}


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut writing off after the first file, as by Ctrl-C."""
    real = Path.write_bytes
    written: list[Path] = []

    def cut_off(self: Path, data: bytes) -> int:
        written.append(self)
        if len(written) > 1:
            raise KeyboardInterrupt
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", cut_off)


def names(folder: Path) -> set[str]:
    """List everything in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}


def test_an_interrupt_leaves_the_old_plan_and_no_rubbish(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What was there before is there again, to the byte."""
    write(tmp_path / "r12", TEXTS)
    request.getfixturevalue("interrupted")
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "r12", {**TEXTS, "plan.md": "# new\n"})
    assert read(tmp_path / "r12") == TEXTS
    assert names(tmp_path) == {"r12"}


@pytest.mark.usefixtures("interrupted")
def test_an_interrupt_of_the_first_plan_leaves_nothing(tmp_path: Path) -> None:
    """No folder is better than half a folder."""
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "r12", TEXTS)
    assert names(tmp_path) == set()


def test_a_new_plan_replaces_the_old_one_whole(tmp_path: Path) -> None:
    """Files of the old plan do not stay behind."""
    write(tmp_path / "r12", {**TEXTS, "steps/010-old.md": "old\n"})
    write(tmp_path / "r12", TEXTS)
    assert read(tmp_path / "r12") == dict(sorted(TEXTS.items()))


def test_scripts_can_be_run_and_nothing_else(tmp_path: Path) -> None:
    """Only what is meant to be run has the bit."""
    write(tmp_path / "r12", TEXTS)
    assert os.access(tmp_path / "r12/hosts/a/apply.sh", os.X_OK)
    assert (tmp_path / "r12/plan.md").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_no_plan_is_not_replaced(tmp_path: Path) -> None:
    """Somebody's other folder stays what it is."""
    (tmp_path / "r12").mkdir()
    (tmp_path / "r12/thesis.txt").write_text("work of years")
    with pytest.raises(UsageError, match=r"holds no `plan\.json`"):
        write(tmp_path / "r12", TEXTS)
    assert names(tmp_path / "r12") == {"thesis.txt"}


def test_an_unwritable_place_is_a_usage_error(tmp_path: Path) -> None:
    """A file where a folder should be is named."""
    (tmp_path / "plans").write_text("")
    with pytest.raises(UsageError, match="can't be written"):
        write(tmp_path / "plans/r12", TEXTS)
