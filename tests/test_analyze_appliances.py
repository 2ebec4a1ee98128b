"""Hold what is computed of machines nobody can log in to against tables that only look like theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from analyze_builders import found, network, switch
from network_story import Story, bonded_rack, mac

from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.windows import rows
from vlan2l3.names import Mac
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.model import Network, StationKind

CARD = Mac("70:6d:15:10:00:01")
CLUSTER = Mac("02:bf:0a:01:0a:32")
MULTICAST = Mac("03:bf:0a:01:0a:32")


def anchors(function: str, network: Network) -> set[str]:
    """Give whom a derived function speaks of."""
    return {seen.anchor for seen in FUNCTIONS[function](Lookup(network))}


def two_ports(address: Mac = CARD) -> Story:
    """Tell of an address on a port of each leaf of the pair."""
    story = bonded_rack()
    for leaf in ("leaf-a", "leaf-b"):
        story.access(leaf, "Ethernet20", 110)
        story.learns(leaf, "Ethernet20", 110, address)
    return story


def test_address_on_two_ports_has_moved() -> None:
    """The old row is still there beside the new one."""
    assert anchors("mac_moves", two_ports().network()) == {CARD}


def test_guest_on_two_ports_was_migrated() -> None:
    """Its maker is a hypervisor."""
    assert anchors("mac_moves", two_ports(Mac("52:54:00:10:00:01")).network()) == set()


@pytest.mark.parametrize("peer", [True, False])
def test_halves_of_one_lag_are_one_place(peer: bool) -> None:  # noqa: FBT001
    """They are as well when nobody knows who the MLAG peer is."""
    story = bonded_rack()
    for leaf in ("leaf-a", "leaf-b"):
        story.lag(leaf, "Port-Channel12", "Ethernet2", mlag="12")
        story.access(leaf, "Port-Channel12", 110, sort="lag")
        story.learns(leaf, "Port-Channel12", 110, CARD)
    network = story.network()
    if not peer:
        blind = (replace(s, mlag=replace(s.mlag, peer=None)) if s.mlag else s for s in network.switches)
        network = replace(network, switches=tuple(blind))
    assert [len(s.ports) for s in network.stations if s.mac == CARD] == [2]
    assert anchors("mac_moves", network) == set()


def test_machine_that_lldp_names_on_both_ports_has_two_cards() -> None:
    """A bond with a standby leaves a row on the old port after a failover."""
    story = two_ports()
    for leaf in ("leaf-a", "leaf-b"):
        story.hears(leaf, "Ethernet20", "fw-01", "port1", chassis=str(CARD))
    assert anchors("mac_moves", story.network()) == set()


def holder(count: int, *, six: int = 0) -> Story:
    """Tell of a machine nobody read for which a gateway has so many addresses."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.access("leaf-b", "Ethernet20", 110)
    story.learns("leaf-b", "Ethernet20", 110, CARD)
    for number in range(count):
        story.arp("core1", "Vlan110", f"10.1.10.{100 + number}", CARD)
    for number in range(six):
        story.arp("core1", "Vlan110", f"2001:db8::{100 + number}", CARD)
    return story


def test_ninth_address_of_one_machine_is_one_too_many() -> None:
    """IPv6 does not count: privacy addresses pile up on any machine."""
    assert anchors("one_mac_many_ips", holder(9).network()) == {CARD}
    assert anchors("one_mac_many_ips", holder(8, six=9).network()) == set()


def test_host_that_was_read_may_have_many_addresses() -> None:
    """Its own files say what they are for."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    for number in range(9):
        story.arp("core1", "Vlan110", f"10.1.10.{100 + number}", mac(0x100))
    assert anchors("one_mac_many_ips", story.network()) == set()


@pytest.mark.parametrize(
    ("function", "words", "named"),
    [
        ("asa_on_port", "ASA5525-X inside", True),
        ("asa_on_port", "fw FTD-1", True),
        ("asa_on_port", "casa-07", False),
        ("asa_on_port", "asahi-02", False),
        ("bigip_on_port", "BIG-IP 1.1", True),
        ("bigip_on_port", "f5-lb-01", True),
        ("bigip_on_port", "rack F5-12", False),
        ("netscaler_on_port", "NetScaler a", True),
        ("netscaler_on_port", "vpx-8000", True),
        ("netscaler_on_port", "vpx", False),
        ("firewall_on_port", "pfSense wan", True),
        ("firewall_on_port", "A10 Thunder", True),
        ("firewall_on_port", "rack A10", False),
    ],
)
def test_port_names_a_maker(function: str, words: str, named: bool) -> None:  # noqa: FBT001
    """A rack, a word that holds the name, and a name of something else are no maker."""
    story = holder(1)
    network = story.network()
    switches = tuple(
        replace(
            s, ports=tuple(replace(p, description=words) if p.name == "Ethernet20" else p for p in s.ports)
        )
        for s in network.switches
    )
    assert anchors(function, replace(network, switches=switches)) == ({CARD} if named else set())


def bridged(count: int, *vlans: int) -> Story:
    """Tell of addresses on ports of their own in VLAN 110, and behind one port in each other VLAN."""
    story = bonded_rack()
    for number in range(count):
        story.access("leaf-a", f"Ethernet{20 + number}", 110)
        story.learns("leaf-a", f"Ethernet{20 + number}", 110, mac(0xB00 + number))
    for vlan in vlans:
        if vlan != 120:
            for leaf in ("leaf-a", "leaf-b"):
                story.switch(leaf, vlan)
        story.access("leaf-b", f"Ethernet{vlan}", vlan)
        for number in range(count):
            story.learns("leaf-b", f"Ethernet{vlan}", vlan, mac(0xB00 + number))
    return story


def test_three_addresses_behind_one_port_of_another_vlan_are_a_bridge() -> None:
    """Two may be machines that somebody moved from one VLAN to the other."""
    assert anchors("vlans_bridged", bridged(3, 120).network()) == {"vlan110+vlan120"}
    assert anchors("vlans_bridged", bridged(2, 120).network()) == set()


def test_bridge_is_told_by_the_port_that_all_are_behind() -> None:
    """Each host's own port has one address only."""
    seen = list(FUNCTIONS["vlans_bridged"](Lookup(bridged(4, 120).network())))
    assert {value for s in seen for name, value in s.facts if name == "ports"} == {"leaf-b Ethernet120"}


def test_address_of_many_segments_is_a_routers() -> None:
    """A bridge joins two VLANs, or a few."""
    many = range(300, 309)
    assert anchors("vlans_bridged", bridged(3, *many).network()) == set()


def test_nlb_answers_with_an_address_that_is_no_gateways_and_no_gap() -> None:
    """No frame has it as its source, so no MAC table can tell where it is."""
    for address in (CLUSTER, MULTICAST):
        story = bonded_rack()
        story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
        story.arp("core1", "Vlan110", "10.1.10.50", address)
        network, coverage = story.build()
        (station,) = (s for s in network.stations if s.mac == address)
        assert (station.kind, station.ports) == (StationKind.VIRTUAL, ())
        assert not [gap for gap in coverage.gaps if str(address) in gap.subject]
        assert anchors("nlb_in_arp", network) == {address}
        assert anchors("one_ip_two_macs", network) == set()


def test_group_that_is_no_machines_address_is_no_station() -> None:
    """A group's own MAC, and a subnet's broadcast, stand in tables of neighbours as well."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "224.0.0.18", Mac("01:00:5e:00:00:12"))
    story.arp("core1", "Vlan110", "10.1.10.255", Mac("ff:ff:ff:ff:ff:ff"))
    story.learns("leaf-b", "Ethernet50", 110, Mac("01:00:5e:7f:ff:fa"))
    assert not [s for s in story.network().stations if s.mac.startswith(("01:", "ff:"))]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("02:01:0a:01:0a:32", True),
        ("02:20:0a:01:0a:32", True),
        ("02:21:0a:01:0a:32", False),  # NLB has 32 hosts
        ("02:01:0a:01:0b:32", False),  # no address of this segment's subnet, and nobody talks to it
        ("02:42:0a:01:0a:32", False),  # Docker's
    ],
)
def test_nlb_host_holds_the_clusters_address(address: str, known: bool) -> None:  # noqa: FBT001
    """The last four octets are an address of the segment's subnet."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.access("leaf-b", "Ethernet20", 110)
    story.learns("leaf-b", "Ethernet20", 110, Mac(address))
    assert anchors("nlb_unicast_mac", story.network()) == ({address} if known else set())


def test_twin_of_a_virtual_address_carries_the_same_vlans() -> None:
    """A silent port of another VLAN is no standby unit's."""
    story = bonded_rack()
    vrrp = Mac("00:00:5e:00:01:07")
    story.access("leaf-a", "Ethernet20", 110)
    story.learns("leaf-a", "Ethernet20", 110, vrrp)
    story.access("leaf-b", "Ethernet20", 110)
    story.access("leaf-b", "Ethernet21", 120)
    seen = list(FUNCTIONS["silent_twin_port"](Lookup(story.network())))
    assert {(s.anchor, value) for s in seen for name, value in s.facts} == {(vrrp, "leaf-b Ethernet20")}


def test_nlb_leaves_no_contradiction_of_its_static_ports() -> None:
    """A static entry names as many ports as there are hosts."""
    story = bonded_rack()
    story.svi("core1", 110, "10.1.10.2/24", mac(0xC01))
    story.arp("core1", "Vlan110", "10.1.10.50", MULTICAST)
    for leaf in ("leaf-a", "leaf-b"):
        story.access(leaf, "Ethernet20", 110)
        story.learns(leaf, "Ethernet20", 110, MULTICAST)
    assert not [gap for gap in story.gaps(GapKind.CONTRADICTION) if str(MULTICAST) in gap.subject]


@pytest.mark.parametrize(
    ("rule", "line", "certainty"),
    [
        ("cisco-asa", "failover lan unit primary", "decisive"),
        ("cisco-asa", "failover", "decisive"),
        ("cisco-asa", "no failover", None),
        ("cisco-asa", "failover timeout 0:00:00", None),
        ("srx-cluster", "set chassis cluster reth-count 4", "suspected"),
        ("srx-cluster", "chassis {\n    alarm {\n    }\n    cluster {\n        reth-count 4;", "suspected"),
        ("srx-cluster", "chassis {\n    alarm {\n    }\n}\ncluster {", None),
        ("srx-cluster", "set chassis aggregated-devices ethernet device-count 4", None),
        ("ms-nlb", "ip vlan-flooding", "suspected"),
        ("ms-nlb", "mac address-table static 03bf.0a01.0a32 vlan 110 interface Ethernet1", "suspected"),
        ("ms-nlb", "mac address-table static 0100.5e7f.0a32 vlan 110 interface Ethernet1", None),
        ("ms-nlb", "arp 10.1.10.50 03bf.0a01.0a32 ARPA", "decisive"),
        ("ms-nlb", "arp 10.1.10.50 0100.5e7f.0a32 ARPA", "decisive"),
        ("ms-nlb", "arp 10.1.10.50 0050.56aa.0a32 ARPA", None),
    ],
)
def test_line_of_a_configuration_tells(rule: str, line: str, certainty: str | None) -> None:
    """A group's MAC on a port may be any application's; one that ARP ties to an address is a cluster's."""
    leaf = switch("leaf-r1", config=f"hostname leaf-r1\n{line}\n")
    findings = {name: f.certainty for (name, _), f in found(network(switches=(leaf,))).items()}
    assert findings.get(rule) == certainty


@pytest.mark.parametrize(
    "text",
    [
        "Name    State  ResourceType\n----    -----  ------------\nIP one  Online IP Address\nx\n",
        "\nName    State  ResourceType\n----    -----  ------------\nIP one  Online IP Address\n\nx",
        "Name         : IP one\nState        : Online\nResourceType : IP Address\n\nName : x\n",
    ],
)
def test_table_and_list_of_powershell_say_the_same(text: str) -> None:
    """Columns are where the rule under the heading has them, since a name has blanks; a short row is cut."""
    found = rows(text)
    assert [row.get("Name") for row in found] == ["IP one", "x"]
    assert (found[0].get("State"), found[0].get("ResourceType")) == ("Online", "IP Address")
    assert text.splitlines()[found[0].line - 1].split()[-2:] in (["IP", "one"], ["IP", "Address"])
    assert rows("no such shape\n") == ()
