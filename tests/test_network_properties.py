"""Whatever order records come in, and whatever tree the switches form, the network is the same."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from network_story import Story, bonded_rack, mac

from vlan2l3.names import Mac


def rich_story() -> Story:
    """Tell of something of everything."""
    story = bonded_rack()
    for core in ("core1", "core2"):
        story.svi(core, 110, f"10.1.10.{core[-1]}/24", mac(0xC00 + int(core[-1])))
        story.gateway(core, 110, "10.1.10.254", Mac("00:00:5e:00:01:01"), protocol="vrrp")
        story.arp(core, "Vlan110", "10.1.10.11", mac(0x100))
        story.arp(core, "Vlan110", "10.1.10.66", mac(0xBAD))
        story.stp(core, 110, mac(0xC01), mac(0xC00 + int(core[-1])))
    story.access("leaf-a", "Ethernet20", 110)
    story.learns("leaf-a", "Ethernet20", 110, mac(0xBAD))
    story.access("leaf-a", "Ethernet21", 110)
    story.hears("leaf-a", "Ethernet21", "dark-01", mac(0x700), chassis=mac(0x700))
    story.hears("leaf-b", "Ethernet50", "core2", "Ethernet77")
    story.blocks("leaf-a", "Ethernet50", 110)
    story.default_route("web-01", "10.1.10.254", "bond0")
    story.vni("leaf-z", 110, 10110)
    return story


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_the_records_changes_nothing(chance: random.Random) -> None:
    """Network and ledger are equal values for every order."""
    story = rich_story()
    assert story.build(chance) == story.build()


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[int, int | None, frozenset[int], tuple[int, int]]]:
    """Draw switches: the number, the parent, the VLANs tagged on the link up, and its two native VLANs."""
    size = draw(st.integers(min_value=1, max_value=8))
    vlans = st.frozensets(st.integers(min_value=2, max_value=6))
    natives = st.tuples(st.integers(min_value=7, max_value=8), st.integers(min_value=7, max_value=8))
    return [
        (n, draw(st.integers(min_value=0, max_value=n - 1)) if n else None, draw(vlans), draw(natives))
        for n in range(size)
    ]


@given(trees())
@settings(max_examples=60, deadline=None)
def test_segments_are_the_components_an_independent_union_finds(
    tree: list[tuple[int, int | None, frozenset[int], tuple[int, int]]],
) -> None:
    """Every switch has VLANs 2 to 8; each link carries some tagged and one untagged at either end."""
    story = Story()
    leader = {(f"s{n}", vlan): (f"s{n}", vlan) for n, *_ in tree for vlan in range(2, 9)}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        while leader[node] != node:
            node = leader[node]
        return node

    for number, parent, tagged, (mine, theirs) in tree:
        story.switch(f"s{number}", *range(2, 9))
        if parent is None:
            continue
        story.trunk(f"s{number}", "Ethernet1", *tagged, native=mine)
        story.trunk(f"s{parent}", f"Ethernet{number + 10}", *tagged, native=theirs)
        story.cable(f"s{number}", "Ethernet1", f"s{parent}", f"Ethernet{number + 10}")
        for a, b in ((vlan, vlan) for vlan in tagged):
            leader[find((f"s{number}", a))] = find((f"s{parent}", b))
        leader[find((f"s{number}", mine))] = find((f"s{parent}", theirs))
    expected: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for node in leader:
        expected.setdefault(find(node), set()).add(node)
    network = story.network()
    assert {frozenset(s.nodes) for s in network.segments} == {frozenset(c) for c in expected.values()}
    assert len({s.name for s in network.segments}) == len(network.segments)
