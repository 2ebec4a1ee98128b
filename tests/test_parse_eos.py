"""Hold the EOS readers against the shapes EOS sends; every sample here is made up in its form."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_interface
from typing import Any, TypeVar

from vlan2l3 import names, platforms
from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import eos
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    FileText,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    Neighbor,
    Port,
    PortAddress,
    SnoopedGroup,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)

R = TypeVar("R")

CONFIG = """! Command: show running-config
hostname core1
!
banner login
interface Ethernet99
   switchport mode nonsense
EOF
!
spanning-tree mode mstp
no spanning-tree vlan-id 4094
spanning-tree mst configuration
   instance 1 vlan 10-20
!
vlan 10,30
!
vlan 4094
   trunk group peertrunk
!
interface Port-Channel1
   switchport mode trunk
   switchport trunk group peertrunk
!
interface Port-Channel2
   switchport trunk native vlan 10
   switchport trunk allowed vlan 10-12
   switchport trunk allowed vlan add 20
   switchport mode trunk
   mlag 2
!
interface Ethernet1
   channel-group 2 mode active
!
interface Ethernet2
   switchport access vlan 30
   ip access-group BLOCK in
!
interface Ethernet3
   no switchport
   ip address 10.9.0.1/31
!
interface Ethernet4
   switchport vlan translation 10 20
!
interface Ethernet5
!
interface Vlan10
   vrf CUST
   ip address 10.0.0.2/24
   ip address 10.0.1.2/24 secondary
   ipv6 address 2001:db8::2/64
   ip helper-address 10.20.0.5
   ip helper-address 10.20.0.6 vrf MGMT
   ip virtual-router address 10.0.0.1
   ipv6 virtual-router address 2001:db8::1
!
interface Vlan30
   ip address virtual 10.30.0.1/24
   vrrp 7 ipv4 10.30.0.9
!
interface Vxlan1
   vxlan vlan 10-12 vni 1010-1012
!
ip virtual-router mac-address 00:1c:73:00:00:99
!
end
"""
TREE = """VL10
  Spanning tree enabled protocol rapid-pvst
  Root ID    Priority    4106
             Address     001c.7300.0001
             Cost        2000
             Port        101 (Port-Channel1)
             Hello Time  2.000 sec  Max Age 20 sec  Forward Delay 15 sec

  Bridge ID  Priority    32778  (priority 32768 sys-id-ext 10)
             Address     001c.7300.0002
             Hello Time  2.000 sec  Max Age 20 sec  Forward Delay 15 sec

Interface        Role       State      Cost      Prio.Nbr Type
---------------- ---------- ---------- --------- -------- --------------------
Et5              designated forwarding 2000      128.5    P2p Edge
Po1              root       forwarding 1999      128.101  P2p
Po2              alternate  discarding 1999      128.102  P2p
MST0
  Spanning tree enabled protocol mstp
  Root ID    Priority    32768
             Address     001c.7300.0002
             This bridge is the root

  Bridge ID  Priority    32768  (priority 32768 sys-id-ext 0)
             Address     001c.7300.0002
             Hello Time  2.000 sec  Max Age 20 sec  Forward Delay 15 sec

Interface        Role       State      Cost      Prio.Nbr Type
---------------- ---------- ---------- --------- -------- --------------------
Et7              designated forwarding 2000      128.7    P2p
"""


def read(command: str, content: str | dict[str, Any]) -> Rows:
    """Read one answer of EOS."""
    text = content if isinstance(content, str) else json.dumps(content)
    return engine.read_answer(
        Raw(device=DeviceName("sw"), platform="eos", command=command, file=f"sw/{command}", text=text)
    )


def of(rows: Rows, kind: type[R]) -> list[R]:
    """Give the records of one kind."""
    return [record for record in rows.records if isinstance(record, kind)]


def test_switchports_follow_from_the_configuration() -> None:
    """Mode, native and allowed VLANs, trunk groups, and the default of a port that says nothing."""
    ports = {p.interface: p for p in of(read("show running-config", CONFIG), Switchport)}
    assert sorted(ports) == ["Ethernet2", "Ethernet5", "Port-Channel1", "Port-Channel2"]
    assert (ports["Ethernet2"].mode, ports["Ethernet2"].untagged) == ("access", 30)
    assert (ports["Ethernet5"].mode, ports["Ethernet5"].untagged) == ("access", 1)
    assert ports["Port-Channel1"].tagged == vlan_ranges("2-4094")
    assert ports["Port-Channel2"].untagged == 10
    assert ports["Port-Channel2"].tagged == vlan_ranges("11-12,20")


def test_vlan_of_a_trunk_group_is_carried_by_no_other_trunk() -> None:
    """The MLAG peer VLAN must not look stretched over every trunk."""
    config = CONFIG.replace("switchport trunk group peertrunk", "description none")
    ports = {p.interface: p for p in of(read("show running-config", config), Switchport)}
    assert ports["Port-Channel1"].tagged == vlan_ranges("2-4093")


def test_line_that_bears_on_layer_2_and_is_not_known_is_reported() -> None:
    """VLAN translation changes the segment: it is not passed over, and the port's VLANs are not guessed."""
    rows = read("show running-config", CONFIG)
    assert "Ethernet4" not in {port.interface for port in of(rows, Switchport)}
    assert [u.text for u in rows.unparsed] == ["switchport vlan translation 10 20"]
    assert CONFIG.splitlines()[rows.unparsed[0].source.line - 1].strip() == rows.unparsed[0].text
    assert rows.expected == rows.parsed + 1


def test_interface_inside_a_banner_is_no_interface() -> None:
    """What a banner says is not configuration."""
    rows = read("show running-config", CONFIG)
    assert of(rows, Switchport)
    assert "Ethernet99" not in {port.interface for port in of(rows, Switchport)}
    (whole,) = of(rows, FileText)
    before, said, after = CONFIG.partition("banner login")
    banner, end, after = after.partition("EOF\n")
    assert "Ethernet99" in banner
    assert whole.text == before + "\n" * (said + banner + end).count("\n") + after


def test_a_banner_ends_at_its_own_last_line_only() -> None:
    """Words of it that hold the mark end nothing, so what follows them is not configuration yet."""
    said = "banner login\nthe EOF of all hope\ninterface Ethernet98\n   switchport\nEOF \n!\n"
    rows = read("show running-config", CONFIG.replace("hostname", f"{said}hostname", 1))
    ports = {port.interface for port in of(rows, Switchport)}
    assert ports == {port.interface for port in of(read("show running-config", CONFIG), Switchport)}


def test_addresses_and_gateways_follow_from_the_configuration() -> None:
    """VRF, secondary and virtual addresses, VARP with its MAC, VRRP with the MAC of its group."""
    rows = read("show running-config", CONFIG)
    addresses = {(a.interface, str(a.address), a.vrf, a.secondary, a.virtual) for a in of(rows, PortAddress)}
    assert addresses == {
        ("Ethernet3", "10.9.0.1/31", "default", False, False),
        ("Vlan10", "10.0.0.2/24", "CUST", False, False),
        ("Vlan10", "10.0.1.2/24", "CUST", True, False),
        ("Vlan10", "2001:db8::2/64", "CUST", False, False),
        ("Vlan30", "10.30.0.1/24", "default", False, True),
    }
    gateways = {g.protocol: g for g in of(rows, Gateway)}
    assert gateways["varp"].addresses == (ip_address("10.0.0.1"), ip_address("2001:db8::1"))
    assert gateways["varp"].mac == gateways["anycast"].mac == "00:1c:73:00:00:99"
    assert (gateways["vrrp"].group, gateways["vrrp"].mac) == (7, "00:00:5e:00:01:07")


def test_relay_filter_and_vni_follow_from_the_configuration() -> None:
    """A helper with a VRF behind it is still a helper."""
    rows = read("show running-config", CONFIG)
    assert [r.servers for r in of(rows, DhcpRelay)] == [(ip_address("10.20.0.5"), ip_address("10.20.0.6"))]
    assert [(a.acl, a.direction, a.interface) for a in of(rows, AclBinding)] == [("BLOCK", "in", "Ethernet2")]
    assert [(v.vlan, v.vni) for v in of(rows, Vni)] == [(10, 1010), (11, 1011), (12, 1012)]


def test_spanning_tree_text_gives_instances_and_ports() -> None:
    """Root, bridge, root port, cost, and each port's part."""
    rows = read("show spanning-tree", TREE)
    assert (rows.expected, rows.parsed, rows.unparsed) == (6, 6, ())
    first, second = of(rows, StpInstance)
    assert (first.instance, first.vlans, first.root, first.root_priority) == (
        "VL10",
        vlan_ranges("10"),
        "00:1c:73:00:00:01",
        4106,
    )
    assert (first.bridge_priority, first.root_port, first.root_cost) == (32778, "Port-Channel1", 2000)
    assert (second.instance, second.root == second.bridge, second.root_port) == ("MST0", True, None)
    ports = {(p.instance, p.interface): p for p in of(rows, StpPort)}
    assert ports["VL10", "Ethernet5"].edge
    assert (ports["VL10", "Port-Channel2"].role, ports["VL10", "Port-Channel2"].state) == (
        "alternate",
        "discarding",
    )
    assert ("MST0", "Ethernet7") in ports


def test_unknown_line_of_spanning_tree_is_reported_with_its_number() -> None:
    """A port in a state nobody knows must not look as if it were not there."""
    broken = TREE.replace("alternate  discarding", "sideways   discarding")
    rows = read("show spanning-tree", broken)
    assert [u.text.split()[0] for u in rows.unparsed] == ["Po2"]
    assert broken.splitlines()[rows.unparsed[0].source.line - 1] == rows.unparsed[0].text
    assert (rows.expected, rows.parsed) == (6, 5)


def test_mst_instances_get_their_vlans_from_the_configuration() -> None:
    """Instance 0 has every VLAN that no other has, without those that spanning tree leaves out."""
    rows = read("show spanning-tree", TREE)
    joined = eos.finish((*rows.records, *read("show running-config", CONFIG).records))
    vlans = {i.instance: i.vlans for i in joined if isinstance(i, StpInstance)}
    assert vlans["MST0"] == vlan_ranges("1-9,21-4093")
    assert vlans["VL10"] == vlan_ranges("10")


def test_blocked_port_that_the_full_tree_shows_is_not_doubled() -> None:
    """`blockedports` only fills in where the tree itself is missing."""
    blocked = read(
        "show spanning-tree blockedports",
        {"spanningTreeInstances": {"VL10": {"spanningTreeBlockedPorts": ["Port-Channel2", "Ethernet9"]}}},
    )
    assert [(p.role, p.state) for p in of(blocked, StpPort)] == [("", "discarding")] * 2
    joined = eos.finish((*blocked.records, *read("show spanning-tree", TREE).records))
    ports = [(p.interface, p.role) for p in joined if isinstance(p, StpPort) and p.instance == "VL10"]
    assert sorted(ports) == [
        ("Ethernet5", "designated"),
        ("Ethernet9", ""),
        ("Port-Channel1", "root"),
        ("Port-Channel2", "alternate"),
    ]


def test_mac_rows_say_whose_they_are() -> None:
    """The processor's rows are the switch's own, the MLAG peer's are the peer's."""
    entries = [
        {"macAddress": "00:00:00:00:00:0a", "vlanId": 10, "interface": "Ethernet1", "entryType": "dynamic"},
        {"macAddress": "00:00:00:00:00:0b", "vlanId": 10, "interface": "Cpu", "entryType": "static"},
        {
            "macAddress": "00:00:00:00:00:0c",
            "vlanId": 10,
            "interface": "Port-Channel1",
            "entryType": "static",
        },
        {"macAddress": "00:00:00:00:00:0d", "vlanId": 1, "interface": "Po2", "entryType": "peerDynamic"},
        {"macAddress": "00:00:00:00:00:0e", "vlanId": 1, "interface": "Router", "entryType": "static"},
    ]
    rows = read("show mac address-table", {"unicastTable": {"tableEntries": entries}})
    assert [e.origin for e in of(rows, MacEntry)] == ["learned", "self", "static", "peer", "self"]


def test_unknown_type_of_mac_row_is_reported() -> None:
    """A new type must not pass as learned."""
    entry = {"macAddress": "00:00:00:00:00:0a", "vlanId": 10, "interface": "Et1", "entryType": "quantum"}
    rows = read("show mac address-table", {"unicastTable": {"tableEntries": [entry]}})
    assert (rows.records, rows.expected, rows.parsed) == ((), 1, 0)


def test_arp_splits_the_svi_from_the_port() -> None:
    """`Vlan10, Port-Channel3` is an SVI and the port behind it."""
    found = [
        {"hwAddress": "4438.39ba.d234", "address": "10.0.0.21", "interface": "Vlan10, Port-Channel3"},
        {"hwAddress": "4438.39ba.d235", "address": "10.0.0.22", "interface": "Vlan10, not learned"},
        {"hwAddress": "0000.0000.0000", "address": "10.0.0.23", "interface": "Vlan10"},
    ]
    rows = read("show arp vrf all", {"vrfs": {"CUST": {"ipV4Neighbors": found}}})
    assert [(n.interface, n.port, n.mac, n.vrf) for n in of(rows, Neighbor)] == [
        ("Vlan10", "Port-Channel3", "44:38:39:ba:d2:34", "CUST"),
        ("Vlan10", None, "44:38:39:ba:d2:35", "CUST"),
        ("Vlan10", None, None, "CUST"),
    ]


def test_lldp_port_loses_its_quotes() -> None:
    """EOS quotes the interface name that the neighbour sent."""
    info = {"interfaceId": '"Ethernet1"', "interfaceDescription": "up"}
    near = {"chassisId": "001c.7300.0001", "systemName": "spine1", "neighborInterfaceInfo": info}
    rows = read("show lldp neighbors detail", {"lldpNeighbors": {"Ethernet2": {"lldpNeighborInfo": [near]}}})
    assert [(n.interface, n.port, n.port_description) for n in of(rows, LldpNeighbor)] == [
        ("Ethernet2", "Ethernet1", "up")
    ]


def test_dynamic_vlan_is_marked_in_both_forms() -> None:
    """A VLAN that the switch made for itself is not a segment of anybody."""
    shape = {"1006": {"name": "VLAN1006", "status": "active", "dynamic": True, "interfaces": {"Cpu": {}}}}
    text = (
        "VLAN  Name                             Status    Ports\n"
        "----- -------------------------------- --------- -------------------------------\n"
        "1006* VLAN1006                         active    Cpu, PEt6\n"
        "* indicates a Dynamic VLAN\n"
    )
    for rows in (read("show vlan", {"vlans": shape}), read("show vlan", text)):
        assert not rows.unparsed
        assert [(v.vlan, v.dynamic, v.ports) for v in of(rows, Vlan)] == [(1006, True, ())]


def test_mlag_that_is_disabled_is_no_domain() -> None:
    """Its empty strings are no values."""
    rows = read("show mlag detail", {"state": "disabled", "domainId": "", "peerLink": "", "systemId": ""})
    assert (rows.records, rows.expected, rows.parsed) == ((), 1, 1)


def test_mlag_domain_says_role_and_peer() -> None:
    """The system id is shared, the peer's own address is not."""
    rows = read(
        "show mlag detail",
        {
            "state": "active",
            "negStatus": "connected",
            "domainId": "r11",
            "peerLink": "Port-Channel100",
            "peerAddress": "169.254.1.1",
            "systemId": "02:1c:73:00:00:01",
            "detail": {"mlagState": "secondary", "peerMacAddress": "00:1c:73:00:00:02"},
        },
    )
    (domain,) = of(rows, MlagDomain)
    assert (domain.active, domain.role, domain.peer_link) == (True, "secondary", "Port-Channel100")
    assert (domain.system, domain.peer) == ("02:1c:73:00:00:01", "00:1c:73:00:00:02")


def test_member_is_active_by_what_the_switch_shows_and_lacp_by_its_configuration() -> None:
    """The two facts stand in different answers."""
    shown = read(
        "show interfaces",
        {
            "interfaces": {
                "Ethernet1": {
                    "lineProtocolStatus": "up",
                    "interfaceStatus": "connected",
                    "interfaceMembership": "Member of Port-Channel2",
                }
            }
        },
    )
    configured = read("show running-config", CONFIG)
    assert [m.active for m in of(configured, LagMember)] == [False]
    joined = eos.finish((*shown.records, *configured.records))
    assert [(m.active, m.lacp) for m in joined if isinstance(m, LagMember)] == [(True, True)]


def test_lacp_partner_is_the_other_ends_system() -> None:
    """The priority in front of the system id is cut off; the MLAG peer's ports are left to it."""
    interfaces = {
        "Ethernet1": {"actorPortStatus": "bundled", "partnerSystemId": "8000,00-1c-73-00-00-01"},
        "PeerEthernet1": {"actorPortStatus": "bundled", "partnerSystemId": "8000,00-1c-73-00-00-01"},
    }
    rows = read("show lacp neighbor", {"portChannels": {"Port-Channel2": {"interfaces": interfaces}}})
    assert [(m.interface, m.active, m.lacp, m.partner) for m in of(rows, LagMember)] == [
        ("Ethernet1", True, True, "00:1c:73:00:00:01")
    ]


def test_lacp_without_a_partner_has_none() -> None:
    """All zeros is nobody's system id."""
    alone = {"Ethernet1": {"actorPortStatus": "noAgg", "partnerSystemId": "0000,00-00-00-00-00-00"}}
    rows = read("show lacp neighbor", {"portChannels": {"Port-Channel2": {"interfaces": alone}}})
    assert [(m.active, m.partner) for m in of(rows, LagMember)] == [(False, None)]


def test_tag_of_a_sub_interface_is_what_the_configuration_says() -> None:
    """The number in the name is a habit, not a tag."""
    shown = read("show interfaces", {"interfaces": {"Ethernet3.100": {}, "Ethernet3.7": {}}})
    assert [(p.sort, p.parent, p.vlan) for p in of(shown, Port)] == [("vlan", "Ethernet3", None)] * 2
    config = "interface Ethernet3.100\n   encapsulation dot1q vlan 200\n"
    joined = eos.finish((*shown.records, *read("show running-config", config).records))
    assert [p.vlan for p in joined if isinstance(p, Port)] == [200, None]


def test_snooped_groups_are_read_from_text() -> None:
    """A group without a port, and one with the processor among its ports."""
    text = (
        "Vlan  Group            Type      Version   Port-List\n"
        "--------------------------------------------------------\n"
        "120   239.192.0.1      Dynamic   v2        Et11, Po3\n"
        "120   239.192.0.2      -         -\n"
    )
    rows = read("show igmp snooping groups", text)
    assert [(g.vlan, str(g.group), g.ports) for g in of(rows, SnoopedGroup)] == [
        (120, "239.192.0.1", ("Ethernet11", "Port-Channel3"))
    ]
    assert [u.source.line for u in rows.unparsed] == [4]


def test_address_gets_its_vrf_from_the_configuration() -> None:
    """`show interfaces` has no VRF; a leased address keeps the VRF of its interface."""
    given = [
        {"primaryIp": {"address": "10.0.0.2", "maskLen": 24}, "dhcp": False},
        {"primaryIp": {"address": "10.7.0.2", "maskLen": 24}, "dhcp": True},
        {"primaryIp": {"address": "0.0.0.0", "maskLen": 0}, "virtualIp": {"address": "0.0.0.0"}},  # noqa: S104
    ]
    shown = read("show interfaces", {"interfaces": {"Vlan10": {"interfaceAddress": given, "mtu": 9000}}})
    joined = eos.finish((*shown.records, *read("show running-config", CONFIG).records))
    found = [a for a in joined if isinstance(a, PortAddress) and a.interface == "Vlan10"]
    assert {a.vrf for a in found} == {"CUST"}
    assert [a.permanent for a in found if a.address == ip_interface("10.7.0.2/24")] == [False]
    assert len([a for a in found if a.address == ip_interface("10.0.0.2/24")]) == 1
    (port,) = [p for p in joined if isinstance(p, Port)]
    assert (port.sort, port.vlan, port.mtu, port.up, port.enabled) == ("svi", 10, 9000, None, None)


def test_gateway_of_two_answers_is_one() -> None:
    """The SVI's row has no MAC, the configuration has."""
    routers = [{"interface": "Vlan10", "virtualIps": [{"ip": "10.0.0.1"}], "vrfName": "CUST"}]
    shown = read("show ip virtual-router vrf all", {"virtualMac": "", "virtualRouters": routers})
    joined = eos.finish((*shown.records, *read("show running-config", CONFIG).records))
    (gateway,) = [g for g in joined if isinstance(g, Gateway) and g.protocol == "varp"]
    assert gateway.mac == names.mac("00:1c:73:00:00:99")
    assert len(gateway.addresses) == 2


def test_patterns_of_refusals_are_valid() -> None:
    """Capture tells absent from failed by these."""
    platform = platforms.load("eos")
    assert platform.absent
    assert platform.failed
