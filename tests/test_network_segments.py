"""What is one broadcast domain is decided by links, never by a VLAN id."""

from __future__ import annotations

from dataclasses import replace

from network_story import Story, bonded_rack, mac, nodes

from vlan2l3.network.coverage import GapKind


def test_one_vlan_id_in_two_places_is_two_segments() -> None:
    """Two switches with VLAN 900 and a link that does not carry it."""
    story = Story()
    for name, rack in (("a", "r1"), ("b", "r2")):
        story.switch(name, 110, 900, rack=rack)
        story.trunk(name, "Ethernet1", 110)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert nodes(story.network()) == {
        "vlan110": {("a", 110), ("b", 110)},
        "vlan900@r1": {("a", 900)},
        "vlan900@r2": {("b", 900)},
    }


def test_segments_of_one_id_in_one_rack_are_named_after_their_switches() -> None:
    """Racks cannot tell the two apart, so all of that id take their first switch's name."""
    story = Story()
    for name, rack in (("a", "r1"), ("b", "r1"), ("c", "r2")):
        story.switch(name, 900, rack=rack)
    assert set(nodes(story.network())) == {"vlan900@a", "vlan900@b", "vlan900@c"}


def test_access_ports_of_two_vlans_cabled_together_are_one_segment_with_two_ids() -> None:
    """An access port in VLAN 30 leads to one in VLAN 31."""
    story = Story()
    story.switch("a", 30)
    story.switch("b", 31)
    story.access("a", "Ethernet1", 30)
    story.access("b", "Ethernet1", 31)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    network, coverage = story.build()
    assert [(s.name, s.vlans) for s in network.segments] == [("vlan30", (30, 31))]
    assert not [gap for gap in coverage.gaps if gap.kind is GapKind.CONTRADICTION]


def test_id_that_is_part_of_two_segments_names_both_with_their_place() -> None:
    """VLAN 31 is once alone and once joined to 30; neither may be called `vlan31` alone."""
    story = Story()
    story.switch("a", 30, rack="r1")
    story.switch("b", 31, rack="r2")
    story.switch("c", 31, rack="r3")
    story.access("a", "Ethernet1", 30)
    story.access("b", "Ethernet1", 31)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert set(nodes(story.network())) == {"vlan30", "vlan31@r3"}


def test_native_vlan_mismatch_joins_both_ids_and_is_a_contradiction() -> None:
    """Untagged frames change their VLAN on the way, so the two ids are one segment."""
    story = Story()
    story.switch("a", 1, 10, 20, rack="r1")
    story.switch("b", 1, 10, 20, rack="r1")
    story.trunk("a", "Ethernet1", 20, native=1)
    story.trunk("b", "Ethernet1", 20, native=10)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    network, coverage = story.build()
    assert {("a", 1), ("b", 10)} in nodes(network).values()
    assert {("a", 20), ("b", 20)} in nodes(network).values()
    found = [gap for gap in coverage.gaps if gap.kind is GapKind.CONTRADICTION]
    assert [(gap.subject, gap.racks, gap.blind) for gap in found] == [
        ("native-vlan a Ethernet1 b Ethernet1", ("r1",), True)
    ]


def test_native_vlan_that_is_tagged_at_the_other_end_joins_nothing() -> None:
    """One end sends VLAN 10 without a tag, the other expects the tag: no frame arrives where it belongs."""
    story = Story()
    story.switch("a", 10)
    story.switch("b", 10)
    story.access("a", "Ethernet1", 10)
    story.trunk("b", "Ethernet1", 10)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert len(story.network().segments) == 2


def test_vlan_that_is_allowed_and_does_not_exist_is_not_carried() -> None:
    """A trunk that allows everything carries only what the switch has."""
    story = Story()
    story.switch("a", 10)
    story.switch("b", 10, 20)
    story.trunk("a", "Ethernet1", 10, 20)
    story.trunk("b", "Ethernet1", 10, 20)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    network = story.network()
    assert nodes(network) == {"vlan10": {("a", 10), ("b", 10)}, "vlan20": {("b", 20)}}
    port = network.switches[0].ports[0]
    assert port.tagged == {10}


def test_blocked_link_does_not_split_its_segment() -> None:
    """Spanning tree discards on the only link; it may forward tomorrow, so both sides stay one segment."""
    story = Story()
    story.switch("a", 10)
    story.switch("b", 10)
    story.trunk("a", "Ethernet1", 10)
    story.trunk("b", "Ethernet1", 10)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    story.stp("b", 10, mac(1), mac(2))
    story.stp("a", 10, mac(1), mac(1))
    story.blocks("b", "Ethernet1", 10)
    (segment,) = story.network().segments
    assert [str(ref) for ref in segment.blocked] == ["b Ethernet1"]
    assert (segment.root, segment.root_mac) == ("a", mac(1))


def test_root_that_no_captured_switch_owns_is_a_gap() -> None:
    """The address of the root is known, the switch is not."""
    story = Story()
    story.switch("a", 10, rack="r1")
    story.stp("a", 10, mac(7), mac(1))
    network, coverage = story.build()
    assert (network.segments[0].root, network.segments[0].root_mac) == (None, mac(7))
    gaps = [(gap.kind, gap.subject, gap.racks, gap.blind) for gap in coverage.gaps]
    assert gaps == [(GapKind.ROOT_OUTSIDE, "vlan10", ("r1",), True)]


def test_switches_of_one_segment_that_name_two_roots_contradict() -> None:
    """A filter for BPDUs, or a missing link: either way the root is not known."""
    story = Story()
    for name in ("a", "b"):
        story.switch(name, 10)
        story.trunk(name, "Ethernet1", 10)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    story.stp("a", 10, mac(1), mac(1))
    story.stp("b", 10, mac(2), mac(2))
    network, coverage = story.build()
    assert network.segments[0].root is None
    assert [gap.subject for gap in coverage.gaps] == ["root vlan10"]


def test_peer_link_joins_an_mlag_pair_also_without_lldp() -> None:
    """The peer link carries VLANs whether or not its ends hear each other."""
    story = Story()
    for name in ("a", "b"):
        story.switch(name, 10, system=mac(ord(name)))
        story.trunk(name, "Port-Channel100", 10, sort="lag")
    story.pair("a", "b")
    (segment,) = story.network().segments
    assert segment.nodes == (("a", 10), ("b", 10))


def test_lag_of_two_cables_is_one_link_of_the_graph_and_two_links_of_the_network() -> None:
    """Members carry what their LAG carries."""
    story = Story()
    for name in ("a", "b"):
        story.switch(name, 10)
        story.lag(name, "Port-Channel1", "Ethernet1", "Ethernet2")
        story.trunk(name, "Port-Channel1", 10, sort="lag")
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    story.cable("a", "Ethernet2", "b", "Ethernet2")
    network = story.network()
    assert len(network.segments) == 1
    assert [(str(link.a), str(link.b), link.confirmed) for link in network.links] == [
        ("a Ethernet1", "b Ethernet1", True),
        ("a Ethernet2", "b Ethernet2", True),
    ]


def test_routed_link_is_a_link_and_joins_no_segment() -> None:
    """A port without a switchport carries no VLAN."""
    story = Story()
    for name in ("a", "b"):
        story.switch(name, 10)
        story.port(name, "Ethernet51", routed=True)
    story.cable("a", "Ethernet51", "b", "Ethernet51")
    network = story.network()
    assert len(network.links) == 1
    assert len(network.segments) == 2


def test_one_vni_joins_two_vlans_and_leaves_the_segment_open() -> None:
    """VXLAN makes one broadcast domain of them, which may have more members."""
    story = Story()
    story.switch("a", 10, rack="r1")
    story.switch("b", 11, rack="r2")
    story.vni("a", 10, 10010)
    story.vni("b", 11, 10010)
    network, coverage = story.build()
    (segment,) = network.segments
    assert (segment.vlans, segment.stretched) == ((10, 11), True)
    assert [(gap.kind, gap.subject, gap.racks) for gap in coverage.gaps] == [
        (GapKind.STRETCHED, "vlan10", ("r1", "r2"))
    ]


def test_prefixes_and_gateways_come_from_svis_and_hosts() -> None:
    """A shared address keeps the prefix of its subnet; the switch's own is no gateway beside it."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.gateway("core1", 110, "10.1.10.1", mac(0x999))
    segment = story.network().segment("vlan110")
    assert segment is not None
    assert [str(prefix) for prefix in segment.prefixes] == ["10.1.10.0/24"]
    assert [(d, str(g.address), g.protocol, g.mac) for d, g in segment.gateways] == [
        ("core1", "10.1.10.1/24", "varp", mac(0x999))
    ]


def test_plain_svi_is_the_gateway_where_nothing_is_shared() -> None:
    """One switch, one address."""
    story = Story()
    story.switch("a", 10)
    story.svi("a", 10, "10.0.0.1/24", mac(1))
    ((switch, gateway),) = story.network().segments[0].gateways
    assert (switch, str(gateway.address), gateway.protocol, gateway.mac) == (
        "a",
        "10.0.0.1/24",
        "svi",
        mac(1),
    )


def test_leafs_and_cores_follow_from_links_and_hosts() -> None:
    """Two racks hang under the cores, hosts hang on the leafs."""
    network = bonded_rack().network()
    assert {s.name: (s.role.value, s.rack) for s in network.switches} == {
        "core1": ("core", None),
        "core2": ("core", None),
        "leaf-a": ("leaf", "r1"),
        "leaf-b": ("leaf", "r1"),
        "leaf-z": ("leaf", "r2"),
    }


def test_in_a_network_of_one_rack_what_it_hangs_on_is_a_core() -> None:
    """With a single rack nothing else tells a core: no host hangs on it, the rack's leafs do."""
    story = bonded_rack()
    story.records = [r for r in story.records if "leaf-z" not in (r.source.device, getattr(r, "system", ""))]
    story.devices.pop("leaf-z")
    roles = {switch.name: switch.role.value for switch in story.network().switches}
    assert roles == {"core1": "core", "core2": "core", "leaf-a": "leaf", "leaf-b": "leaf"}


def test_rack_without_inventory_is_named_after_its_pair() -> None:
    """`leaf-a` and `leaf-b` are MLAG peers, so they share a rack."""
    story = bonded_rack()
    for name in ("leaf-a", "leaf-b", "leaf-z"):
        story.device(name)
    network = story.network()
    assert network.racks == ("leaf-a+leaf-b", "leaf-z")
    web = network.host("web-01")
    assert web is not None
    assert web.rack == "leaf-a+leaf-b"


def test_telephone_vlan_of_an_access_port_is_carried_on() -> None:
    """A desk's port has its VLAN without a tag and the telephone's with one."""
    story = Story()
    story.switch("a", 110, 200)
    story.switch("b", 200)
    story.trunk("a", "Ethernet1", 200, native=110)
    story.records[-1] = replace(story.records[-1], mode="access")
    story.trunk("b", "Ethernet1", 200)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert nodes(story.network())["vlan200"] == {("a", 200), ("b", 200)}
