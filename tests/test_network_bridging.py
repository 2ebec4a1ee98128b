"""Who shares frames with whom today: on the demo network, whose links to core2 spanning tree blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.cli.stages import survey
from vlan2l3.names import DeviceName, SegmentName
from vlan2l3.network.bridging import Bridging, forwarding
from vlan2l3.network.model import Network

DEMO = Path(__file__).parents[1] / "fixtures" / "demo"
VLAN20 = SegmentName("vlan20")


@pytest.fixture(scope="module")
def network() -> Network:
    """Read the demo network."""
    return survey(DEMO).network


def bridging(network: Network, rack: str) -> Bridging:
    """Look from one rack."""
    return Bridging(network, forwarding(network), [leaf.name for leaf in network.leafs(rack)])


def test_a_blocked_link_carries_nothing(network: Network) -> None:
    """Every leaf has a link to each core, and spanning tree lets one of the two forward."""
    edges = {frozenset(edge) for edge in forwarding(network)[VLAN20].edges}
    assert frozenset({"core1", "leaf-r12a"}) in edges
    assert frozenset({"core2", "leaf-r12a"}) not in edges
    assert frozenset({"leaf-r12a", "leaf-r12b"}) in edges  # the peer link


def test_other_racks_are_seen_as_the_core_on_the_way(network: Network) -> None:
    """The trunks of a rack name its own leafs and the cores, however many racks there are."""
    found = bridging(network, "r12").trunks(VLAN20)
    assert found == (
        ("core1", "core2"), ("core1", "leaf-r12a"), ("core1", "leaf-r12b"), ("leaf-r12a", "leaf-r12b"),
    )  # fmt: skip
    assert {device for pair in bridging(network, "r11").trunks(VLAN20) for device in pair} == {
        "core1", "core2", "leaf-r11a", "leaf-r11b",
    }  # fmt: skip


def test_whoever_moves_later_is_a_neighbour_until_then(network: Network) -> None:
    """The leafs of the rack are entries as long as a machine is behind them; far racks are behind a core."""
    assert bridging(network, "r12").entries(SegmentName("vlan110")) == ("core1", "leaf-r12a", "leaf-r12b")
    here = {port.device for s in network.stations if s.segment == VLAN20 and s.owner for port in s.ports}
    entries = set(bridging(network, "r12").entries(VLAN20))
    assert entries & {"leaf-r12a", "leaf-r12b"} == here & {DeviceName("leaf-r12a"), DeviceName("leaf-r12b")}
