"""What findings that name no host do to a plan: nobody may move past them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from terminal import DEMO

from vlan2l3.analyze.findings import Certainty, Finding, Severity
from vlan2l3.cli.stages import Survey, survey
from vlan2l3.design import intent as intents
from vlan2l3.design.decide import Designer
from vlan2l3.design.target import Target
from vlan2l3.errors import NoSafePlanError
from vlan2l3.names import RackName, SegmentName

INTENT = intents.load(DEMO / "vlan2l3.toml")


@pytest.fixture(scope="module")
def surveyed() -> Survey:
    """Read the demo network once."""
    return survey(DEMO)


def of_switches(surveyed: Survey, rack: str, **more: object) -> Finding:
    """Give a finding about a rack's switches, or about a core, that names no host and no segment."""
    like = next(f for f in surveyed.analysis(INTENT).findings if f.rule == "stp-blocked-links")
    racks = (RackName(rack),) if rack else ()
    known = replace(like, rule="lpm-host-routes", title="Route tables", subject="route tables", racks=racks)
    told = {"severity": Severity.RECONFIGURE, "certainty": Certainty.DECISIVE, "by_plan": False, **more}
    return replace(known, segments=(), hosts=(), **told)


def decided(surveyed: Survey, *more: Finding) -> Target:
    """Decide for rack r12 with further findings."""
    findings = (*surveyed.analysis(INTENT).findings, *more)
    designer = Designer(
        network=surveyed.network,
        coverage=surveyed.coverage,
        findings=findings,
        intent=INTENT,
        taken=surveyed.taken,
    )
    return designer.target("r12")


@pytest.mark.parametrize("rack", ["r12", ""])
def test_a_finding_about_switches_alone_stops_the_rack(surveyed: Survey, rack: str) -> None:
    """It is done before the first host moves, and no host waits for it; one on a core is everybody's."""
    with pytest.raises(NoSafePlanError) as caught:
        decided(surveyed, of_switches(surveyed, rack))
    (problem,) = caught.value.problems
    assert problem.what.startswith("Route tables: ")
    assert "vlan2l3 explain lpm-host-routes" in problem.hint
    assert "route tables" in problem.hint


@pytest.mark.parametrize(
    ("rack", "more"),
    [
        ("r11", {}),
        ("r12", {"certainty": Certainty.SUSPECTED}),
        ("r12", {"severity": Severity.DEGRADED}),
        ("r12", {"waived": "known (netops, until 2027-01-01)"}),
    ],
)
def test_what_decides_nothing_stops_no_rack(surveyed: Survey, rack: str, more: dict[str, object]) -> None:
    """Another rack's, a suspicion, what works on, and what somebody accepted."""
    target = decided(surveyed, of_switches(surveyed, rack, **more))
    assert {host.name for host in target.hosts} == {"db-02", "db-03", "web-03", "web-05"}


def test_hosts_of_a_segment_for_which_layer_3_is_the_wrong_answer_stay(surveyed: Survey) -> None:
    """The port of a customer is on another rack, and the hosts of its segment are no members of anything."""
    sold = replace(
        of_switches(surveyed, "r11", severity=Severity.BLOCKER, wrong_answer=True),
        title="VLANs of customers",
        segments=(SegmentName("vlan110"),),
    )
    target = decided(surveyed, sold)
    assert {host.name for host in target.hosts} == {"db-02", "db-03"}
    reasons = {stay.name: [reason.text for reason in stay.reasons] for stay in target.stays}
    wrong = "VLANs of customers: layer 3 to the host is the wrong answer for vlan110"
    assert wrong in reasons["web-03"]
    assert wrong in reasons["web-05"]
    assert wrong not in reasons["pcs-01"]
