"""Every MAC address is somebody's by proof, or it is a gap."""

from __future__ import annotations

import pytest
from network_story import Story, bonded_rack, mac

from vlan2l3.names import Mac
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.model import Station, StationKind
from vlan2l3.network.virtual_macs import FAMILIES, family

VRRP = Mac("00:00:5e:00:01:07")


def station(story: Story, address: Mac) -> Station:
    """Build, and give the only station of an address."""
    (found,) = (s for s in story.network().stations if s.mac == address)
    return found


def test_host_station_has_its_ports_addresses_and_owner() -> None:
    """The MAC is learned on both halves of the LAG, the IP address stands in a gateway's ARP table."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.11", mac(0x100))
    story.arp("core1", "Vlan110", "10.1.10.50", mac(0x100))
    found = station(story, mac(0x100))
    assert (found.kind, found.owner, [str(port) for port in found.ports]) == (
        StationKind.HOST,
        "web-01",
        ["leaf-a Port-Channel11", "leaf-b Port-Channel11"],
    )
    assert [str(address) for address in found.addresses] == ["10.1.10.11", "10.1.10.50"]


def test_stray_mac_is_unknown_and_a_gap_on_its_port() -> None:
    """Learned on an access port, no ARP entry, nobody's card."""
    story = bonded_rack()
    story.access("leaf-b", "Ethernet20", 110)
    story.learns("leaf-b", "Ethernet20", 110, mac(0xBAD))
    assert station(story, mac(0xBAD)).kind is StationKind.UNKNOWN
    (gap,) = story.gaps(GapKind.UNKNOWN_MAC)
    assert (gap.subject, gap.racks, gap.blind) == (f"leaf-b Ethernet20 {mac(0xBAD)}", ("r1",), True)


def test_stray_mac_on_an_mlag_lag_is_one_gap_on_the_first_switch() -> None:
    """Both halves learned it; it is one machine."""
    story = bonded_rack()
    for leaf in ("leaf-b", "leaf-a"):
        story.lag(leaf, "Port-Channel12", "Ethernet2", mlag="12")
        story.access(leaf, "Port-Channel12", 110, sort="lag")
        story.learns(leaf, "Port-Channel12", 110, mac(0xBAD))
    assert [g.subject for g in story.gaps(GapKind.UNKNOWN_MAC)] == [f"leaf-a Port-Channel12 {mac(0xBAD)}"]
    assert not [g for g in story.gaps(GapKind.CONTRADICTION) if "mac " in g.subject]


def test_address_learned_on_an_uplink_only_is_no_gap_of_that_port() -> None:
    """It hangs on another switch."""
    story = bonded_rack()
    story.learns("leaf-a", "Ethernet50", 110, mac(0x900))
    assert story.gaps(GapKind.UNKNOWN_MAC) == ()
    assert [str(port) for port in station(story, mac(0x900)).ports] == ["leaf-z Ethernet1"]


def test_unknown_neighbour_on_no_port_is_a_gap_of_every_rack_of_its_segment() -> None:
    """The gateway has an ARP entry whose address no switch has learned: the machine may be anywhere."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.66", mac(0xBAD))
    (gap,) = story.gaps(GapKind.ARP_WITHOUT_MAC)
    assert (gap.subject, gap.racks, gap.blind) == (f"core1 Vlan110 {mac(0xBAD)}", ("r1", "r2"), True)


def test_entry_nobody_answered_ties_nothing() -> None:
    """An incomplete ARP entry is a question without an answer."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.66", None)
    assert not [s for s in story.network().stations if "10.1.10.66" in map(str, s.addresses)]


def test_vrrp_address_on_an_access_port_is_somebodys_failover_address() -> None:
    """Two keepalived hosts share it; it is known, and no gap."""
    story = bonded_rack()
    story.learns("leaf-a", "Port-Channel11", 110, VRRP)
    found = station(story, VRRP)
    assert (found.kind, found.owner) == (StationKind.VIRTUAL, None)
    assert story.gaps(GapKind.UNKNOWN_MAC) == ()


def test_vrrp_address_on_an_uplink_is_a_gateway() -> None:
    """It is learned towards the cores only."""
    story = bonded_rack()
    story.learns("leaf-a", "Ethernet50", 110, VRRP)
    assert station(story, VRRP).kind is StationKind.GATEWAY


def test_vrrp_address_of_an_svi_is_the_gateway_of_its_switch() -> None:
    """The gateway record names the address."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.gateway("core1", 110, "10.1.10.1", VRRP, protocol="vrrp")
    story.learns("leaf-a", "Ethernet50", 110, VRRP)
    found = station(story, VRRP)
    assert (found.kind, found.owner, [str(a) for a in found.addresses]) == (
        StationKind.GATEWAY,
        "core1",
        ["10.1.10.1"],
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("00:00:5e:00:01:0a", "VRRP IPv4, or CARP"),
        ("00:00:5e:00:02:0a", "VRRP IPv6"),
        ("00:00:0c:07:ac:01", "HSRP version 1"),
        ("00:00:0c:9f:f0:01", "HSRP version 2, IPv4"),
        ("00:05:73:a0:00:01", "HSRP version 2, IPv6"),
        ("00:07:b4:00:01:02", "GLBP"),
        ("02:bf:0a:01:0a:05", "Microsoft NLB, unicast"),
        ("00:09:0f:09:03:02", "Fortinet FGCP, group 0-255"),
        ("e0:23:ff:fc:01:02", "Fortinet FGCP, group 256-1023"),
        ("00:1b:17:00:01:10", "Palo Alto HA"),
        ("00:10:db:ff:10:01", "Juniper SRX reth"),
        ("00:e0:2b:00:00:08", "Extreme ESRP"),
        ("00:00:00:00:fe:01", "Check Point ClusterXL control protocol"),
        ("00:00:5e:00:03:01", None),
        ("00:09:0f:0a:03:02", None),
        ("00:1b:17:01:01:10", None),
    ],
)
def test_family_of_an_address(address: str, expected: str | None) -> None:
    """A known family is named, a neighbour of its block is not."""
    assert family(Mac(address)) == expected


def test_every_family_has_a_case() -> None:
    """A family nobody tried could be a pattern that matches nothing."""
    marks = [m for m in test_family_of_an_address.pytestmark if m.name == "parametrize"]
    tried = {expected for _, expected in marks[0].args[1]}
    assert {name for name, _ in FAMILIES} <= tried


def test_controller_beside_a_hosts_card_is_its_bmc() -> None:
    """It is the card's address plus two, on the same port, in another VLAN."""
    story = bonded_rack()
    story.learns("leaf-a", "Port-Channel11", 110, mac(0x102))
    found = station(story, mac(0x102))
    assert (found.kind, found.owner) == (StationKind.BMC, "web-01")


def test_address_beyond_the_reach_of_a_bmc_is_unknown() -> None:
    """Plus six is another machine's card."""
    story = bonded_rack()
    story.learns("leaf-a", "Port-Channel11", 110, mac(0x106))
    assert station(story, mac(0x106)).kind is StationKind.UNKNOWN


def test_address_near_a_card_of_a_host_on_another_port_is_unknown() -> None:
    """Plus two, and not on a port of that host."""
    story = bonded_rack()
    story.access("leaf-b", "Ethernet20", 110)
    story.learns("leaf-b", "Ethernet20", 110, mac(0x102))
    assert station(story, mac(0x102)).kind is StationKind.UNKNOWN


def ganeti(guest: Mac) -> Story:
    """Tell of a host with a bridge on its bond and one guest in the bridge's table."""
    story = bonded_rack()
    story.records = [r for r in story.records if not (r.kind == "address" and r.source.device == "web-01")]
    for record in [r for r in story.records if r.kind == "port" and r.source.device == "web-01"]:
        if "bond0" in str(record) and "name='bond0'" in str(record):
            story.records.remove(record)
    story.port("web-01", "bond0", sort="bond", mac=mac(0x100), master="br0")
    story.port("web-01", "br0", sort="bridge", mac=mac(0x100))
    story.port("web-01", "tap0", sort="tap", mac=mac(0x601), master="br0")
    story.address("web-01", "br0", "10.1.10.11/24")
    story.bridges("web-01", "br0", "tap0", guest)
    return story


def test_machine_behind_a_hosts_bridge_is_a_guest() -> None:
    """Its address is in the bridge's table, and on the host's port."""
    guest = Mac("aa:00:00:12:34:56")
    story = ganeti(guest)
    story.learns("leaf-a", "Port-Channel11", 110, guest)
    found = station(story, guest)
    assert (found.kind, found.owner, [str(p) for p in found.ports]) == (
        StationKind.GUEST,
        "web-01",
        ["leaf-a Port-Channel11"],
    )


def test_silent_guest_is_known_from_the_bridge_alone() -> None:
    """No switch has learned it."""
    guest = Mac("aa:00:00:12:34:56")
    found = station(ganeti(guest), guest)
    assert (found.kind, found.segment, found.ports) == (StationKind.GUEST, "vlan110", ())


def test_guest_that_is_on_another_hosts_port_is_unknown() -> None:
    """The bridge's entry is old: the guest, or a copy of it, is elsewhere."""
    guest = Mac("aa:00:00:12:34:56")
    story = ganeti(guest)
    story.learns("leaf-z", "Ethernet1", 110, guest)
    assert station(story, guest).kind is StationKind.UNKNOWN
    assert len(story.gaps(GapKind.UNKNOWN_MAC)) == 1


def test_mac_on_two_unrelated_access_ports_is_a_contradiction() -> None:
    """A moved cable, a loop, or a clone."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet7", 110)
    story.learns("leaf-a", "Ethernet7", 110, mac(0x900))
    subjects = [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)]
    assert subjects == [f"mac vlan110 {mac(0x900)}"]


def test_standby_bond_on_two_single_ports_is_no_contradiction() -> None:
    """After a failover both leafs may still have the row; LLDP proves both ports are the host's."""
    story = bonded_rack()
    story.host("db-03")
    story.bonded("db-03", mac(0x300), mode="active-backup")
    story.address("db-03", "bond0", "10.1.10.33/24")
    for leaf, nic, card in (("leaf-a", "ens1f0", mac(0x300)), ("leaf-b", "ens1f1", mac(0x301))):
        story.access(leaf, "Ethernet5", 110)
        story.sees_host(leaf, "Ethernet5", "db-03", nic, card)
        story.learns(leaf, "Ethernet5", 110, mac(0x300))
    assert story.gaps(GapKind.CONTRADICTION) == ()


def test_standby_bond_has_a_leg_on_the_leaf_that_learned_nothing() -> None:
    """LLDP alone proves the backup link, and the port is not silent."""
    story = bonded_rack()
    story.host("db-03")
    story.bonded("db-03", mac(0x300), mode="active-backup")
    story.address("db-03", "bond0", "10.1.10.33/24")
    for leaf, nic, card in (("leaf-a", "ens1f0", mac(0x300)), ("leaf-b", "ens1f1", mac(0x301))):
        story.access(leaf, "Ethernet5", 110)
        story.sees_host(leaf, "Ethernet5", "db-03", nic, card)
    story.learns("leaf-a", "Ethernet5", 110, mac(0x300))
    network, coverage = story.build()
    host = network.host("db-03")
    assert host is not None
    assert [(leg.interface, leg.proof) for leg in host.legs] == [
        ("ens1f0", ("lldp", "mac")),
        ("ens1f1", ("lldp",)),
    ]
    assert not [gap for gap in coverage.gaps if gap.kind is GapKind.SILENT_PORT]


def test_switch_address_on_an_access_port_is_a_contradiction() -> None:
    """A cable between switches that speak no LLDP on it, or a loop."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet7", 110)
    story.learns("leaf-a", "Ethernet7", 110, mac(0xC01))
    assert f"mac vlan110 {mac(0xC01)}" in [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)]


def test_one_ip_address_on_two_machines_is_a_contradiction() -> None:
    """The host says it has the address, the gateway's ARP table has another machine."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.11", mac(0x900))
    (gap,) = story.gaps(GapKind.CONTRADICTION)
    assert (gap.subject, gap.blind) == ("address vlan110 10.1.10.11", True)


def test_one_machine_that_answers_with_two_cards_is_no_contradiction() -> None:
    """Both addresses are the host's own."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.11", mac(0x101))
    assert story.gaps(GapKind.CONTRADICTION) == ()


def test_proxy_arp_is_no_contradiction() -> None:
    """A host's ARP table has the gateway's address for another host."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("solo", "eth0", "10.1.10.11", mac(0xC01))
    assert story.gaps(GapKind.CONTRADICTION) == ()


def test_host_with_the_gateways_own_address_is_a_contradiction() -> None:
    """Somebody configured the gateway's address on a server."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.address("solo", "eth0", "10.1.10.2/24")
    assert [g.subject for g in story.gaps(GapKind.CONTRADICTION)] == ["address vlan110 10.1.10.2"]


def test_same_ip_address_in_two_segments_is_no_contradiction() -> None:
    """Overlapping tenants are another matter than a duplicate address."""
    story = bonded_rack()
    for leaf in ("leaf-a", "leaf-b"):
        story.access(leaf, "Ethernet8", 120)
    story.host("other")
    story.port("other", "eth0", mac=mac(0x950))
    story.address("other", "eth0", "10.1.10.11/24")
    story.sees_host("leaf-a", "Ethernet8", "other", "eth0", mac(0x950))
    assert story.gaps(GapKind.CONTRADICTION) == ()
