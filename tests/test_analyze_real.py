"""Hold the catalogue against real files of hosts, and real networks that are routed to the host already.

`data/analyze/real_hosts.toml` names each file, where it lies on a host, and what has to be found: every file
of the folders it lists is in it, so that a file nobody thought of is no silent pass.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from analyze_builders import address, found, host, network
from terminal import type_

from tests.conftest import ROOT
from vlan2l3.analyze import Severity
from vlan2l3.cli.stages import survey

DATA = tomllib.loads((ROOT / "tests/data/analyze/real_hosts.toml").read_text())
CASES: list[dict[str, object]] = DATA["files"]


def test_every_file_of_the_folders_is_expected_to_give_something_or_nothing(real_outputs: Path) -> None:
    """A file that is there and not in the list is one that nobody looked at."""
    there = {
        str(path.relative_to(real_outputs))
        for folder in DATA["folders"]
        for path in (real_outputs / folder).glob("*")
        if path.is_file() and not path.name.startswith(("LICENSE", "COPYING"))
    }
    listed = {str(case["file"]) for case in CASES}
    assert there <= listed | set(DATA["not_of_a_host"])
    assert listed <= {str(path.relative_to(real_outputs)) for path in real_outputs.rglob("*")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["file"]))
def test_right_rules_fire_on_a_real_file(case: dict[str, object], real_outputs: Path) -> None:
    """On a host of one VLAN, whose units nobody read, the file gives exactly the findings listed."""
    text = (real_outputs / str(case["file"])).read_text(errors="replace")
    packages = case.get("packages", {})
    assert isinstance(packages, dict)
    machine = host(
        "app-01",
        addresses=(address("app-01", "10.1.20.11/24", "vlan120"),),
        files={str(case["as"]): text},
        packages=packages,
    )
    rules = [f"{rule} {finding.certainty}" for (rule, _), finding in found(network(machine)).items()]
    assert sorted(rules) == case["finds"]


@pytest.mark.parametrize("name", DATA["routed_networks"])
def test_network_that_is_routed_to_the_host_has_no_blocker(
    name: str, real_outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is bound to layer 2 any more, nothing may be said to be."""
    monkeypatch.chdir(tmp_path)
    type_("discover", "--from", str(real_outputs / "suzieq/networks" / name), "--name", "routed")
    surveyed = survey(tmp_path / "captures" / "routed")
    assert len(surveyed.network.hosts) > 3
    findings = surveyed.analysis().findings
    assert [f.rule for f in findings if f.severity is Severity.BLOCKER] == []
