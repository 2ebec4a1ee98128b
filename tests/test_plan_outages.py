"""What each class of flows loses, and that zero is claimed only for what the model walks."""

from __future__ import annotations

import json
from dataclasses import replace

import targets
from terminal import ROOT

from vlan2l3.analyze.findings import Certainty, Expected, Finding, Severity
from vlan2l3.design.target import Coexistence, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.outages import flows


def zero(target: Target) -> set[str]:
    """Give the flows that are said to lose nothing at all."""
    return {f.flow for f in flows(target) if f.expected == "0 packets"}


def test_with_every_machine_known_neighbours_and_others_lose_nothing() -> None:
    """What the checker walked in every state; what it doesn't is estimated."""
    assert zero(targets.target()) == {
        "an unmoved machine of the same subnet",
        "a moved machine, and machines outside",
    }
    assert {f.known_by for f in flows(targets.target()) if f.flow not in zero(targets.target())} > {
        "modelled"
    }


def test_nothing_is_zero_beside_a_firewall_that_nobody_can_log_in_to() -> None:
    """It has a row of its own with the hours its entries live, and all other rows except it."""
    target = targets.target()
    subnet = replace(target.subnets[0], routers=("00:09:0f:09:03:02 on leaf-a Ethernet24",))
    target = replace(target, subnets=(subnet,))
    assert zero(target) == set()
    (row,) = [f for f in flows(target) if f.flow.startswith("00:09:0f:09:03:02")]
    assert "up to 4 h" in row.expected
    assert "may break" in row.expected
    assert row.known_by.startswith("estimated")
    still = replace(subnet, moving=())
    assert zero(replace(target, subnets=(still,))), "nothing leaves its subnet"


def test_a_cluster_on_a_moving_host_has_its_own_outage() -> None:
    """As the catalogue has it, with who says so."""
    finding = Finding(
        rule="token-vs-bgp", title="Cluster timeout", severity=Severity.DEGRADED,
        certainty=Certainty.DECISIVE, subject="a+b", hosts=(DeviceName("a"),), segments=(), racks=(),
        evidence=(), meaning="", remedy="", order="",
        outage=Expected(during="one failover", after="3 s", source="corosync.conf(5)"),
    )  # fmt: skip
    target = targets.target(replace(targets.host("a", 1), findings=(finding,)))
    (row,) = [f for f in flows(target) if f.flow == "Cluster timeout, a+b"]
    assert (row.expected, row.known_by) == ("one failover; afterwards: 3 s", "estimated: corosync.conf(5)")


def test_proxy_arp_is_a_risk_only_where_it_is_used() -> None:
    """A rack that moves IPv6 alone does not depend on it."""
    target = targets.target()
    other = replace(target, subnets=tuple(replace(s, ipv4=Coexistence.NONE) for s in target.subnets))
    assert any("answer ARP" in f.flow for f in flows(target))
    assert not any("answer ARP" in f.flow for f in flows(other))


def test_the_page_and_the_data_say_the_same() -> None:
    """Of the demo's rack, which has a firewall and an oscilloscope in its subnets."""
    plan = json.loads((ROOT / "plans/r12/plan.json").read_text())
    page = (ROOT / "plans/r12/plan.md").read_text()
    assert len(plan["flows"]) == 8
    for flow in plan["flows"]:
        assert f"| {flow['flow']} | " in page
