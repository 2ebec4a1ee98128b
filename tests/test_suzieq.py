"""A real gather of fourteen devices goes the whole way: into a capture, an account, and a named refusal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from terminal import type_

from fixtures.generate.intent import HEAD
from vlan2l3.cli.stages import survey
from vlan2l3.network.coverage import GapKind


@pytest.fixture(scope="module")
def gathered(real_outputs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Import the EOS network once; give the folder it was done in, and what was said."""
    folder = tmp_path_factory.mktemp("suzieq")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shown = type_("discover", "--from", str(real_outputs / "suzieq/networks/eos"), "--name", "eos")
    assert shown.code == 3, shown.stderr
    return folder, shown.stderr


def expected(real_outputs: Path, table: str) -> list[dict[str, object]]:
    """Give the rows that the collector's own project expects of a table, of the first command of its file."""
    text = (real_outputs / f"suzieq/expected/eos-samples/{table}.yml").read_text()
    command = text[text.index(f"command: {table} show --format=json --namespace=eos") :]
    (quoted,) = re.findall(r"output: '(.*?)'\n-", command, re.DOTALL)[:1]
    return json.loads(" ".join(quoted.split()))


def test_every_device_is_read_or_has_a_stated_reason(gathered: tuple[Path, str]) -> None:
    """Fourteen devices of three platforms; none vanishes."""
    folder, said = gathered
    found = survey(folder / "captures/eos")
    assert len(found.capture.manifest.devices) == 14
    assert "14 devices" in said
    read = {s.name for s in found.network.switches} | {h.name for h in found.network.hosts if h.readable}
    unread = {g.subject: g.what for g in found.coverage.gaps if g.kind is GapKind.DEVICE_UNREAD}
    assert read | set(unread) == {d.name for d in found.capture.manifest.devices}
    assert not unread


def test_mlag_domains_are_those_expected(gathered: tuple[Path, str], real_outputs: Path) -> None:
    """Four leafs in two pairs, with their system ids and peer links."""
    network = survey(gathered[0] / "captures/eos").network
    rows = {
        (s.name, str(s.mlag.system), s.mlag.peer_link, "active" if s.mlag.active else "")
        for s in network.switches
        if s.mlag
    }
    assert rows == {
        (row["hostname"], row["systemId"], row["peerLink"], row["state"])
        for row in expected(real_outputs, "mlag")
    }


def test_servers_hang_on_the_leafs_whose_tables_hold_their_addresses(gathered: tuple[Path, str]) -> None:
    """Without LLDP on the servers, MAC tables and LACP partners attach them to both leafs."""
    network = survey(gathered[0] / "captures/eos").network
    attached = {h.name: {leg.port.device for leg in h.legs} for h in network.hosts if h.name[:6] == "server"}
    assert attached == {
        "server101": {"leaf01", "leaf02"},
        "server102": {"leaf01", "leaf02"},
        "server301": {"leaf03", "leaf04"},
        "server302": {"leaf03", "leaf04"},
    }


def test_its_leaf_pair_is_refused_with_every_reason(
    gathered: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No spanning tree was collected and the VLANs are stretched: that is no ground for a plan."""
    monkeypatch.chdir(gathered[0])
    Path("vlan2l3.toml").write_text(HEAD)
    shown = type_("plan", "--rack", "leaf01+leaf02")
    assert shown.code == 4
    assert "leaf01 gave no data for `show spanning-tree` (not asked)" in shown.stderr
    assert "vlan10 is stretched by VXLAN" in shown.stderr
    assert not Path("plans").exists()
