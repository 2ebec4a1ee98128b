"""Hold every rule of the catalogue against networks in which it fires and near misses."""

from __future__ import annotations

import pytest
from analyze_builders import excerpt
from analyze_scenarios import SCENARIOS, Scenario

from vlan2l3.analyze import Finding, analyze, load_catalogue

FIRING = tuple(s for s in SCENARIOS if s.fires)
MISSING = tuple(s for s in SCENARIOS if not s.fires)


def found(scenario: Scenario) -> list[Finding]:
    """Give the findings of the scenario's rule."""
    findings = analyze(scenario.network, load_catalogue(), excerpt=excerpt)
    return [finding for finding in findings if finding.rule == scenario.rule]


@pytest.mark.parametrize("scenario", FIRING, ids=lambda s: f"{s.rule}: {s.name}")
def test_rule_fires(scenario: Scenario) -> None:
    """One finding comes out, about the right members, as sure as it may be, with evidence and no gap."""
    findings = found(scenario)
    assert [(f.subject, f.certainty.value) for f in findings] == [(scenario.subject, scenario.certainty)]
    (finding,) = findings
    assert finding.evidence
    assert finding.segments
    assert finding.racks
    assert all(e.line > 0 and e.excerpt for e in finding.evidence)
    assert "{" not in finding.meaning


@pytest.mark.parametrize("scenario", MISSING, ids=lambda s: f"{s.rule}: {s.name}")
def test_near_miss_stays_silent(scenario: Scenario) -> None:
    """What looks like the workload and is none gives no finding of that rule, not even a suspicion."""
    assert found(scenario) == []
