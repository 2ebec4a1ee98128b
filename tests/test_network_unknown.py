"""What no device tells is listed: ports, addresses, strangers, and trunks whose ends differ."""

from __future__ import annotations

import pytest
from network_story import Story, bonded_rack, mac

from vlan2l3.names import InterfaceName
from vlan2l3.network.coverage import Gap, GapKind
from vlan2l3.parse.records import MacEntry


def one(story: Story, kind: GapKind) -> Gap:
    """Give the only gap of a kind."""
    (gap,) = story.gaps(kind)
    return gap


def test_address_on_links_between_switches_only_has_no_port() -> None:
    """The core learned it on the way to a leaf, and the leaf has it nowhere."""
    story = bonded_rack()
    story.learns("core1", "Ethernet9", 110, mac(0xBAD))
    gap = one(story, GapKind.MAC_WITHOUT_PORT)
    assert (gap.subject, gap.blind, gap.racks) == (f"vlan110 {mac(0xBAD)}", False, ("r1", "r2"))
    assert gap.devices == ("core1",)
    assert "belongs to nobody known" in gap.what


def test_address_without_a_port_that_somebody_talks_to_blinds() -> None:
    """It is alive, it is nobody's, and it may stand in any rack of its segment."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.learns("core1", "Ethernet9", 110, mac(0xBAD))
    story.arp("core1", "Vlan110", "10.1.10.66", mac(0xBAD))
    assert one(story, GapKind.MAC_WITHOUT_PORT).blind
    assert story.gaps(GapKind.ARP_WITHOUT_MAC) == ()


def test_host_that_went_quiet_is_where_its_links_are() -> None:
    """A table that aged out says nothing against LLDP."""
    story = bonded_rack()
    story.records = [r for r in story.records if not (isinstance(r, MacEntry) and r.mac == mac(0x100))]
    story.learns("core1", "Ethernet97", 110, mac(0x100))
    assert story.gaps(GapKind.MAC_WITHOUT_PORT) == ()


def test_arp_entry_of_a_known_host_in_no_mac_table_is_noted() -> None:
    """It talked a while ago; its links prove where it is."""
    story = bonded_rack()
    story.records = [r for r in story.records if not (isinstance(r, MacEntry) and r.mac == mac(0x100))]
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.11", mac(0x100))
    gap = one(story, GapKind.ARP_WITHOUT_MAC)
    assert (gap.blind, "belongs to web-01" in gap.what) == (False, True)


def test_gateway_in_an_arp_table_is_not_missed_in_mac_tables() -> None:
    """A switch's own address is learned by nobody who routes."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("web-01", "bond0", "10.1.10.2", mac(0xC01))
    assert story.gaps(GapKind.ARP_WITHOUT_MAC) == ()


def test_address_nobody_answers_for_is_listed_once_for_its_segment() -> None:
    """Both gateways ask for it, and one of them on two lines."""
    story = bonded_rack()
    for core in ("core1", "core2"):
        story.svi(core, 110, "10.1.10.2/24")
        story.arp(core, "Vlan110", "10.1.10.66", None)
    story.arp("core1", "Vlan110", "10.1.10.66", None)
    gap = one(story, GapKind.ARP_UNANSWERED)
    assert (gap.subject, gap.blind, gap.devices) == ("vlan110 10.1.10.66", False, ("core1", "core2"))
    assert len(gap.sources) == 3


def test_address_that_one_gateway_got_an_answer_for_is_answered() -> None:
    """The other asked at a bad moment."""
    story = bonded_rack()
    for core, owner in (("core1", None), ("core2", mac(0x100))):
        story.svi(core, 110, "10.1.10.2/24")
        story.arp(core, "Vlan110", "10.1.10.11", owner)
    assert story.gaps(GapKind.ARP_UNANSWERED) == ()


def test_address_nobody_answers_for_on_a_routed_port_is_named_by_it() -> None:
    """It is in no segment."""
    story = bonded_rack()
    story.port("core1", "Ethernet48", routed=True)
    story.arp("core1", "Ethernet48", "192.0.2.1", None)
    gap = one(story, GapKind.ARP_UNANSWERED)
    assert (gap.subject, gap.racks) == ("core1 Ethernet48 192.0.2.1", ())


@pytest.mark.parametrize("extra", [frozenset({130}), frozenset({120, 130})])
def test_vlan_on_one_end_of_a_trunk_is_listed_with_the_end(extra: frozenset[int]) -> None:
    """Allowed and existing here, not there."""
    story = Story()
    story.switch("a", 10, 120, 130)
    story.switch("b", 10)
    story.trunk("a", "Ethernet1", 10, *extra)
    story.trunk("b", "Ethernet1", 10, 120, 130)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    gap = one(story, GapKind.VLAN_ONE_SIDED)
    listed = ",".join(map(str, sorted(extra)))
    assert (gap.subject, gap.blind) == ("a Ethernet1 b Ethernet1", False)
    assert gap.what == f"VLAN {listed} passes a Ethernet1 and not b Ethernet1"


def test_untagged_frames_that_meet_under_two_ids_are_no_half_trunk() -> None:
    """They are one segment by the wire; that the ids differ is a contradiction of its own."""
    story = Story()
    for name, vlan in (("a", 10), ("b", 20)):
        story.switch(name, vlan, 30)
        story.trunk(name, "Ethernet1", 30, native=vlan)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert story.gaps(GapKind.VLAN_ONE_SIDED) == ()


def test_trunk_that_is_native_at_one_end_only_is_half() -> None:
    """The other end drops what comes untagged."""
    story = Story()
    story.switch("a", 10, 30)
    story.trunk("a", "Ethernet1", 30, native=10)
    story.switch("b", 10, 30)
    story.trunk("b", "Ethernet1", 30)
    story.cable("a", "Ethernet1", "b", "Ethernet1")
    assert one(story, GapKind.VLAN_ONE_SIDED).what == "VLAN 10 passes a Ethernet1 and not b Ethernet1"


def test_ports_up_without_a_neighbour_are_one_list_or_the_other() -> None:
    """Nothing known at all blinds; unknown machines and routed ports are noted; known hosts are neither."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet30", 110)
    story.access("leaf-a", "Ethernet31", 110)
    story.learns("leaf-a", "Ethernet31", 110, mac(0xBAD))
    story.port("leaf-a", "Ethernet32", routed=True)
    story.address("leaf-a", "Ethernet32", "192.0.2.1/31")
    story.port("leaf-a", "Ethernet33", routed=True, up=False)
    assert [gap.subject for gap in story.gaps(GapKind.SILENT_PORT)] == ["leaf-a Ethernet30"]
    noted = {gap.subject: gap.what for gap in story.gaps(GapKind.PORT_WITHOUT_NEIGHBOR)}
    assert set(noted) == {"leaf-a Ethernet31", "leaf-a Ethernet32"}
    assert "1 MAC address(es) of no known host" in noted["leaf-a Ethernet31"]
    assert "192.0.2.1/31" in noted["leaf-a Ethernet32"]


def test_neighbour_in_no_inventory_is_quoted_and_cannot_act() -> None:
    """What it says of itself is what a person has to go by; a terminal must not act on it."""
    story = bonded_rack()
    story.trunk("leaf-a", "Ethernet7", 110)
    attack = "Acme OS 9\x1b]0;owned\x07\u202e"
    story.hears("leaf-a", "Ethernet7", "dark-sw", "ge-0/0/1", system_description=attack, protocol="cdp")
    gap = one(story, GapKind.UNKNOWN_NEIGHBOR)
    assert "is in no inventory" in gap.what
    assert "cdp chassis 'chassis of dark-sw'" in gap.what
    assert "Acme OS 9" in gap.what
    assert gap.what.isprintable()


def test_hosts_never_logged_in_to_are_listed_whether_the_inventory_knows_them_or_not() -> None:
    """Seen by a switch, they are hosts; the inventory's word decides the list."""
    story = bonded_rack()
    for number, name in ((7, "dark-01"), (8, "dark-02")):
        story.access("leaf-a", f"Ethernet{number}", 110)
        story.hears("leaf-a", f"Ethernet{number}", name, mac(number), chassis=mac(number))
    story.device("dark-02", platform="linux", note="permission denied")
    assert one(story, GapKind.UNKNOWN_HOST).subject == "dark-01"
    gap = one(story, GapKind.HOST_UNREAD)
    assert (gap.subject, gap.blind) == ("dark-02", True)
    assert "permission denied" in gap.what


def test_gaps_are_the_same_in_any_order_of_the_records() -> None:
    """A ledger that changes by itself could not be part of a plan."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.66", None)
    story.learns("core1", "Ethernet9", 110, mac(0xBAD))
    story.trunk("core2", "Ethernet40", 110)
    story.records.append(
        MacEntry(source=story.at("core2"), vlan=110, mac=mac(0xBEEF), interface=InterfaceName("Ethernet40"))
    )
    first = story.build()[1]
    story.records.reverse()
    assert story.build()[1] == first
