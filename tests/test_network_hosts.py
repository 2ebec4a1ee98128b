"""A host's links, addresses and rack are proven, or they are open."""

from __future__ import annotations

import pytest
from network_story import Story, bonded_rack, mac

from vlan2l3.network.coverage import GapKind
from vlan2l3.network.model import Host


def host(story: Story, name: str) -> Host:
    """Build, and give one host."""
    found = story.network().host(name)
    assert found is not None
    return found


def contradictions(story: Story) -> list[str]:
    """Build, and give the subjects of the contradictions."""
    return [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)]


def test_bonded_host_has_a_leg_on_each_leaf_with_every_proof() -> None:
    """LLDP, the LACP partner and the learned address agree."""
    story = bonded_rack()
    web = host(story, "web-01")
    assert [(leg.interface, leg.mac, str(leg.port), str(leg.logical), leg.proof) for leg in web.legs] == [
        ("ens1f0", mac(0x100), "leaf-a Ethernet1", "leaf-a Port-Channel11", ("lacp", "lldp", "mac")),
        ("ens1f1", mac(0x101), "leaf-b Ethernet1", "leaf-b Port-Channel11", ("lacp", "lldp", "mac")),
    ]
    assert not web.single_homed
    assert contradictions(story) == []


def test_host_that_hears_its_switch_has_a_leg_where_the_switch_hears_nothing() -> None:
    """LLDP of either end is enough."""
    story = Story()
    story.switch("a", 10)
    story.access("a", "Ethernet1", 10)
    story.host("h")
    story.port("h", "eth0", mac=mac(1))
    story.address("h", "eth0", "10.0.0.5/24")
    story.hears("h", "eth0", "a", "Ethernet1")
    (leg,) = host(story, "h").legs
    assert (leg.interface, str(leg.port), leg.proof) == ("eth0", "a Ethernet1", ("lldp",))


def test_learned_address_alone_proves_a_leg() -> None:
    """Without LLDP the MAC table names the port, and the host has only one card."""
    story = Story()
    story.switch("a", 10)
    story.access("a", "Ethernet1", 10)
    story.learns("a", "Ethernet1", 10, mac(1))
    story.host("h")
    story.port("h", "eth0", mac=mac(1))
    story.address("h", "eth0", "10.0.0.5/24")
    found = host(story, "h")
    assert [(leg.interface, leg.proof) for leg in found.legs] == [("eth0", ("mac",))]
    assert [a.segment for a in found.addresses] == ["vlan10"]
    assert found.single_homed


def test_bond_without_lldp_has_legs_whose_interfaces_stay_open() -> None:
    """Both cards send with one address: which is on which leaf nobody said."""
    story = bonded_rack()
    story.records = [
        r for r in story.records if not (r.kind == "lldp" and r.source.device in ("leaf-a", "leaf-b"))
    ]
    web = host(story, "web-01")
    assert [(leg.interface, str(leg.port)) for leg in web.legs] == [
        (None, "leaf-a Ethernet1"),
        (None, "leaf-b Ethernet1"),
    ]
    assert [a.segment for a in web.addresses] == ["vlan110"]


def test_second_interface_follows_when_the_first_is_certain() -> None:
    """LLDP on one leaf names `ens1f0`; the bond's address is learned on the other, so `ens1f1` is there."""
    story = bonded_rack()
    heard = [r for r in story.records if r.kind == "lldp" and r.source.device == "leaf-b"]
    story.records.remove(heard[-1])
    assert [leg.interface for leg in host(story, "web-01").legs] == ["ens1f0", "ens1f1"]


def test_orphan_port_makes_a_single_homed_host() -> None:
    """`solo` hangs on one leaf."""
    assert host(bonded_rack(), "solo").single_homed


def test_bond_whose_second_card_leads_nowhere_known_is_a_gap() -> None:
    """The host says both cards are up, and only one port is known: it may be dual-homed or not."""
    story = bonded_rack()
    story.records = [
        r
        for r in story.records
        if not (r.source.device == "leaf-b" and (r.kind in ("lag-member", "mac") or "web-01" in str(r)))
    ]
    assert "legs web-01 ens1f1" in contradictions(story)


def test_host_no_switch_knows_is_a_gap() -> None:
    """It was read, and no captured port leads to it."""
    story = bonded_rack()
    story.host("far", rack="r1")
    story.port("far", "eth0", mac=mac(0x800))
    gaps = {gap.subject: gap for gap in story.gaps(GapKind.CONTRADICTION)}
    assert (gaps["legs far"].racks, gaps["legs far"].blind) == (("r1",), True)


@pytest.mark.parametrize(
    ("interface", "expected"),
    [("bond0.120", ("vlan120", 120)), ("br0", ("vlan120", 120)), ("bond0", ("vlan110", None))],
)
def test_address_is_placed_by_the_tag_its_frames_carry(
    interface: str, expected: tuple[str, int | None]
) -> None:
    """A VLAN interface, a bridge over it, and the bare bond on a trunk with a native VLAN."""
    story = Story()
    for leaf in ("a", "b"):
        story.switch(leaf, 110, 120, rack="r1")
        story.trunk(leaf, "Port-Channel100", 110, 120, sort="lag")
        story.lag(leaf, "Port-Channel1", "Ethernet1", mlag="1")
        story.trunk(leaf, "Port-Channel1", 120, native=110, sort="lag")
    story.pair("a", "b")
    story.host("h")
    story.bonded("h", mac(0x100))
    story.port("h", "bond0.120", sort="vlan", parent="bond0", vlan=120, mac=mac(0x100), master="br0")
    story.port("h", "br0", sort="bridge", mac=mac(0x100))
    story.port("h", "tap0", sort="tap", mac=mac(0x600), master="br0")
    story.address("h", interface, "10.0.0.5/24")
    story.sees_host("a", "Ethernet1", "h", "ens1f0", mac(0x100))
    story.sees_host("b", "Ethernet1", "h", "ens1f1", mac(0x101))
    (address,) = host(story, "h").addresses
    assert (address.segment, address.tag) == expected
    assert contradictions(story) == []


def test_address_on_a_container_bridge_is_in_no_segment() -> None:
    """`docker0` has no wire below it."""
    story = bonded_rack()
    story.port("web-01", "docker0", sort="bridge", mac=mac(0x601))
    story.address("web-01", "docker0", "172.17.0.1/16")
    found = {str(a.address): a.segment for a in host(story, "web-01").addresses}
    assert found == {"10.1.10.11/24": "vlan110", "172.17.0.1/16": None}


def test_legs_in_two_segments_are_a_contradiction_and_no_segment() -> None:
    """One leaf has the LAG in VLAN 110, the other in VLAN 120."""
    story = bonded_rack()
    story.records = [r for r in story.records if not (r.kind == "switchport" and "Port-Channel11" in str(r))]
    story.access("leaf-a", "Port-Channel11", 110, sort="lag")
    story.access("leaf-b", "Port-Channel11", 120, sort="lag")
    assert "segment web-01 bond0" in contradictions(story)
    assert [a.segment for a in host(story, "web-01").addresses] == [None]


def test_gateway_and_static_come_from_routes_and_interface_files() -> None:
    """An address that is only a part of another one in the file, or in a comment, is not static."""
    story = bonded_rack()
    story.address("web-01", "bond0", "10.1.10.1/24")
    story.address("web-01", "bond0", "10.1.10.77/24")
    story.default_route("web-01", "10.1.10.254", "bond0")
    story.file("web-01", "/etc/network/interfaces", "iface bond0\n  address 10.1.10.11/24\n# 10.1.10.77\n")
    found = {str(a.address.ip): (str(a.gateway), a.static) for a in host(story, "web-01").addresses}
    assert found == {
        "10.1.10.1": ("10.1.10.254", False),
        "10.1.10.11": ("10.1.10.254", True),
        "10.1.10.77": ("10.1.10.254", False),
    }


def test_bond_partner_that_is_not_the_pair_is_a_contradiction() -> None:
    """The bond talks LACP to somebody else than the switches it is cabled to."""
    story = bonded_rack()
    story.records = [r for r in story.records if r.kind != "bond"]
    story.bonded("web-01", mac(0x100), partner=mac(0x666))
    assert "lacp web-01 bond0" in contradictions(story)


def test_inventory_that_names_another_rack_is_a_contradiction() -> None:
    """The legs are in r1, the inventory says r2: both racks depend on the answer."""
    story = bonded_rack()
    story.device("web-01", platform="linux", rack="r2")
    (gap,) = (g for g in story.gaps(GapKind.CONTRADICTION) if g.subject == "rack web-01")
    assert gap.racks == ("r1", "r2")
    assert host(story, "web-01").rack == "r1"


def test_unread_neighbour_is_an_unreadable_host_with_its_leg() -> None:
    """The LLDP of a host speaks for a machine nobody captured."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "dark-01", mac(0x700), chassis=mac(0x700))
    dark = host(story, "dark-01")
    assert (dark.readable, dark.rack, [str(leg.port) for leg in dark.legs]) == (
        False,
        "r1",
        ["leaf-a Ethernet7"],
    )
    (gap,) = story.gaps(GapKind.UNKNOWN_HOST)
    assert (gap.subject, gap.racks, gap.blind) == ("dark-01", ("r1",), True)


def test_unread_switch_is_a_gap_and_no_host() -> None:
    """Its port has a switch's name."""
    story = bonded_rack()
    story.trunk("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "dark-switch", "GigabitEthernet0/1")
    network, coverage = story.build()
    assert network.host("dark-switch") is None
    assert [g.subject for g in coverage.gaps if g.kind is GapKind.UNKNOWN_NEIGHBOR] == ["dark-switch"]


def test_device_of_the_inventory_nobody_could_read_keeps_its_rack_from_being_planned() -> None:
    """No platform is known for it, and nobody saw it."""
    story = bonded_rack()
    story.device("fw-1", platform="", rack="r2", note="no login")
    (gap,) = story.gaps(GapKind.DEVICE_UNREAD)
    assert (gap.subject, gap.racks, gap.blind) == ("fw-1", ("r2",), True)
    assert "no login" in gap.what


def test_unread_neighbour_on_a_routed_port_is_no_blind_spot() -> None:
    """It has no part in any VLAN."""
    story = bonded_rack()
    story.port("leaf-a", "Ethernet40", routed=True)
    story.hears("leaf-a", "Ethernet40", "wan-router", "xe-0/0/1")
    (gap,) = story.gaps(GapKind.UNKNOWN_NEIGHBOR)
    assert not gap.blind


def test_hosts_behind_an_unread_switch_are_not_on_its_port() -> None:
    """Their addresses are learned through it; that gap speaks for all of them."""
    story = bonded_rack()
    story.trunk("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "dark-switch", "Ethernet1/1")
    story.learns("leaf-a", "Ethernet7", 110, mac(0x900))
    story.learns("leaf-a", "Ethernet7", 110, mac(0xBAD))
    network, coverage = story.build()
    ports = {s.mac: [str(port) for port in s.ports] for s in network.stations}
    assert (ports[mac(0x900)], ports[mac(0xBAD)]) == (["leaf-z Ethernet1"], [])
    kinds = [gap.kind for gap in coverage.gaps if gap.kind is not GapKind.COMMAND_MISSING]
    assert kinds == [GapKind.UNKNOWN_NEIGHBOR]
    assert "2 MAC address(es)" in next(g.what for g in coverage.gaps if g.kind is GapKind.UNKNOWN_NEIGHBOR)


def test_interface_outside_every_bond_that_leads_nowhere_known_is_named_and_not_blind() -> None:
    """The out-of-band network was not captured; nothing that is planned rests on it."""
    story = bonded_rack()
    story.port("web-01", "eno1", mac=mac(0x180))
    story.address("web-01", "eno1", "192.0.2.5/24")
    (gap,) = story.gaps(GapKind.CONTRADICTION)
    assert (gap.subject, gap.blind) == ("legs web-01 eno1", False)
