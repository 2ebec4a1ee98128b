"""Hold every rule of the catalogue against small captures: those in which it fires, and near misses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scenarios import EXPECTED, FOLDER, Scenario, described, scenarios

from vlan2l3.analyze import load_catalogue

ALL = scenarios()


def test_every_rule_has_a_scenario_that_fires_and_a_near_miss() -> None:
    """No rule comes without both, and no scenario without a rule."""
    rules = {rule.id for rule in load_catalogue().rules}
    assert {s.rule for s in ALL if s.fires} == rules
    assert {s.rule for s in ALL if not s.fires} == rules


def test_every_folder_is_a_scenario() -> None:
    """A misspelt folder would be a test that never ran."""
    names = [str(s) for s in ALL if not s.folder.name.startswith(("fires-", "quiet-"))]
    assert names == []
    assert not [
        str(p)
        for p in FOLDER.rglob("*")
        if p.is_file() and p.stat().st_size == 0 and p.suffix != ".none" and p.name != EXPECTED
    ]


@pytest.mark.parametrize("scenario", ALL, ids=str)
def test_scenario(scenario: Scenario, golden: Callable[[str, Path], None], tmp_path: Path) -> None:
    """The rule fires or stays silent as the folder says, and no other finding comes or goes unseen."""
    findings = scenario.findings(tmp_path)
    mine = [finding for finding in findings if finding.rule == scenario.rule]
    assert bool(mine) == scenario.fires
    for finding in mine:
        assert finding.evidence
        assert all(e.line > 0 and e.excerpt for e in finding.evidence)
        assert "{" not in finding.meaning
    golden(described(findings), scenario.folder / EXPECTED)
