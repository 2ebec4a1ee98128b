"""Hold the NX-OS readers against native and plain JSON and text; every sample here is made up in its form."""

from __future__ import annotations

import json
from ipaddress import ip_address, ip_interface
from typing import Any, TypeVar

import pytest

from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import nxos
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    Facts,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
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

CONFIG = """!Command: show running-config
version 10.3(4a) Bios:version 05.47
hostname leaf-r13a
banner motd #
interface Ethernet9/9
  switchport mode nonsense
#
vlan 1,10,110
vlan 10
  name mgmt
  vn-segment 10010
spanning-tree mst configuration
  name x
  instance 1 vlan 1-100

fabric forwarding anycast-gateway-mac 0001.0002.0003
interface Vlan110
  no shutdown
  vrf member CUST
  ip address 10.1.10.2/24
  ip address 10.1.11.2/24 secondary
  ip dhcp relay address 10.20.0.5 use-vrf MGMT
  ip access-group WEB in
  hsrp version 2
  hsrp 110
    preempt
    ip 10.1.10.1
    ip 10.1.11.1 secondary
  hsrp 10 ipv6
    ip 2001:db8:110::1
  vrrp 5
    address 10.1.10.9
interface Vlan10
  fabric forwarding mode anycast-gateway
  ip address 10.10.0.1/24 tag 99
interface port-channel10
  switchport
  switchport mode trunk
  switchport trunk native vlan 10
  switchport trunk allowed vlan 10,110
  vpc 10
interface Ethernet1/1
  switchport access vlan 110
  channel-group 10 mode active
interface Ethernet1/2
  switchport access vlan 110
interface Ethernet1/3
  no switchport
interface Ethernet1/4
interface Ethernet1/5
  switchport mode private-vlan host
"""
DETAIL = """
 VLAN0010 is executing the rstp compatible Spanning Tree protocol
  Bridge Identifier has priority 32768, sysid 10, address 00de.fb00.0002
  Configured hello time 2, max age 20, forward delay 15
  Current root has priority 4106, address 001c.7300.0001
  Root port is 4096 (port-channel1, vPC), cost of root path is 3
  Topology change flag not set, detected flag not set

 Port 4096 (port-channel1, vPC) of VLAN0010 is root forwarding
   Port path cost 1, Port priority 128, Port Identifier 128.4096
   The port type is network
 Port 4097 (port-channel2) of VLAN0010 is alternate blocking
   Port path cost 2, Port priority 128, Port Identifier 128.4097
 Port 4105 (port-channel10, vPC) of VLAN0010 is designated forwarding
   Port path cost 1, Port priority 128, Port Identifier 128.4105
   The port type is edge

 MST0000 is executing the mstp compatible Spanning Tree protocol
  Bridge Identifier has priority 32768, sysid 0, address 00de.fb00.0002
  We are the root of the spanning tree

 Port 4125 (port-channel30, vPC Peer-link) of MST0000 is broken  (Bridge Assuran
ce Inconsistent, VPC Peer-link Inconsistent)
   Port path cost 500, Port priority 128, Port Identifier 128.4125
"""
SUMMARY = """VLAN0010
  Spanning tree enabled protocol rstp
  Root ID    Priority    4106
             Address     001c.7300.0001
             Cost        3
             Port        4096 (port-channel1)
             Hello Time  2  sec  Max Age 20 sec  Forward Delay 15 sec

  Bridge ID  Priority    32778  (priority 32768 sys-id-ext 10)
             Address     00de.fb00.0002
             Hello Time  2  sec  Max Age 20 sec  Forward Delay 15 sec

Interface        Role Sts Cost      Prio.Nbr Type
---------------- ---- --- --------- -------- --------------------------------
Po1              Root FWD 1         128.4096 (vPC) Network P2p
Po2              Altn BLK 2         128.4097 P2p
Po10             Desg FWD 1         128.4105 (vPC) Edge P2p
Eth1/9           Desg BKN*2         128.9    P2p *TYPE_Inc
"""
VPC = """Legend:
                (*) - local vPC is down, forwarding via vPC peer-link

vPC domain id                     : 13
Peer status                       : peer adjacency formed ok
vPC keep-alive status             : peer is alive
vPC role                          : secondary, operational primary
Number of vPCs configured         : 2

vPC Peer-link status
---------------------------------------------------------------------
id    Port   Status Active vlans
--    ----   ------ -------------------------------------------------
1     Po100  up     1,10,20,110,
                    120-150

vPC status
----------------------------------------------------------------------------
Id    Port          Status Consistency Reason                Active vlans
--    ------------  ------ ----------- ------                ---------------
10    Po10          up     success     success               110
11    Po11          down*  failed      Compatibility check failed -
"""


def read(command: str, content: str | dict[str, Any]) -> Rows:
    """Read one answer of NX-OS."""
    text = content if isinstance(content, str) else json.dumps(content)
    return engine.read_answer(
        Raw(device=DeviceName("sw"), platform="nxos", command=command, file=f"sw/{command}", text=text)
    )


def of(rows: Rows, kind: type[R]) -> list[R]:
    """Give the records of one kind."""
    return [record for record in rows.records if isinstance(record, kind)]


def mac_row(**given: str) -> dict[str, Any]:
    """Write one row of the MAC table as `| json native` has it."""
    row = {"disp_mac_addr": "0050.5600.0001", "disp_vlan": "110", "disp_age": "0", "disp_port": "Ethernet1/2"}
    return {"TABLE_mac_address": {"ROW_mac_address": [row | given]}}


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ({"disp_type": "dynamic"}, "learned"),
        ({"disp_type": "* dynamic"}, "learned"),
        ({"disp_type": "*", "disp_is_static": "disabled"}, "learned"),
        ({"disp_type": "static"}, "static"),
        ({"disp_type": "*", "disp_is_static": "enabled"}, "static"),
        ({"disp_type": "+ dynamic"}, "peer"),
        ({"disp_type": "dynamic", "disp_port": "vPC Peer-Link"}, "peer"),
        ({"disp_type": "static", "disp_port": "sup-eth1(R)"}, "self"),
        ({"disp_type": "G", "disp_is_static": "enabled"}, "self"),
        ({"disp_type": "G static"}, "self"),
    ],
)
def test_dynamic_mac_is_never_static(given: dict[str, str], origin: str) -> None:
    """A planner that takes learned addresses for static ones drops every host."""
    assert [e.origin for e in of(read("show mac address-table", mac_row(**given)), MacEntry)] == [origin]


def test_mac_without_a_vlan_is_an_address_of_the_switch() -> None:
    """The routed MAC stands in the table with a dash for its VLAN."""
    rows = read("show mac address-table", mac_row(disp_type="static", disp_vlan="-", disp_port="sup-eth1(R)"))
    assert [f.macs for f in of(rows, Facts)] == [("00:50:56:00:00:01",)]
    assert (rows.expected, rows.parsed) == (1, 1)


def test_unknown_type_of_mac_row_is_reported() -> None:
    """A new type must not pass as learned."""
    rows = read("show mac address-table", mac_row(disp_type="quantum"))
    assert (rows.records, rows.expected, rows.parsed) == ((), 1, 0)


def test_plain_json_of_one_row_is_read_like_native() -> None:
    """Plain `| json` gives a dict where native gives a list of one."""
    row = {
        "vlanshowbr-vlanid": "16777216",
        "vlanshowbr-vlanid-utf": "10",
        "vlanshowbr-vlanname": "mgmt",
        "vlanshowbr-vlanstate": "active",
        "vlanshowplist-ifidx": ["port-channel1-2,Ethernet1/6-8", "Ethernet101/1/4"],
    }
    expected = (
        "Ethernet1/6",
        "Ethernet1/7",
        "Ethernet1/8",
        "Ethernet101/1/4",
        "port-channel1",
        "port-channel2",
    )
    for rows in (row, [row]):
        got = read("show vlan brief", {"TABLE_vlanbriefxbrief": {"ROW_vlanbriefxbrief": rows}})
        assert [(v.vlan, v.name, v.active, v.ports) for v in of(got, Vlan)] == [(10, "mgmt", True, expected)]


def test_interfaces_of_every_sort_are_read() -> None:
    """An SVI's keys have another prefix than a port's; a member names its bundle."""
    rows = [
        {
            "interface": "Ethernet1/1",
            "state": "up",
            "admin_state": "up",
            "eth_hw_addr": "00de.fb00.0011",
            "eth_bia_addr": "00de.fb00.0012",
            "eth_mtu": "9216",
            "desc": "web-06",
            "eth_bundle": "port-channel10",
            "eth_mode": "access",
        },
        {"interface": "Ethernet1/2", "state": "down", "admin_state": "down", "eth_mode": "routed"},
        {
            "interface": "Vlan110",
            "svi_admin_state": "up",
            "svi_line_proto": "up",
            "svi_mac": "00de.fb00.0001",
            "svi_mtu": "9216",
            "svi_ip_addr": "10.1.10.2",
            "svi_ip_mask": "24",
        },
    ]
    read_rows = read("show interface", {"TABLE_interface": {"ROW_interface": rows}})
    member, idle, svi = of(read_rows, Port)
    assert (member.master, member.routed, member.hardware, member.mtu) == (
        "port-channel10",
        False,
        "00:de:fb:00:00:12",
        9216,
    )
    assert (idle.enabled, idle.up, idle.routed) == (False, False, True)
    assert (svi.sort, svi.vlan, svi.enabled, svi.up) == ("svi", 110, True, True)
    assert [a.address for a in of(read_rows, PortAddress)] == [ip_interface("10.1.10.2/24")]


def test_switchports_of_json_and_text_agree() -> None:
    """The remark behind a VLAN number is cut off; a port that is down has no mode to show."""
    common = {"access_vlan": "110", "native_vlan": "10", "trunk_vlans": "10,110"}
    rows = [
        {"interface": "Ethernet1/1", "switchport": "Enabled", "oper_mode": "access", **common},
        {"interface": "port-channel1", "switchport": "Enabled", "oper_mode": "trunk", **common},
        {"interface": "Ethernet1/3", "switchport": "Enabled", "oper_mode": "down", **common},
        {"interface": "Ethernet1/4", "switchport": "Disabled"},
    ]
    text = "".join(
        f"Name: {row['interface']}\n  Switchport: {row['switchport']}\n  Switchport Monitor: Not enabled\n"
        + (
            f"  Operational Mode: {row['oper_mode']}\n  Access Mode VLAN: 110 (Vlan not created)\n"
            "  Trunking Native Mode VLAN: 10 (mgmt)\n  Trunking VLANs Allowed: 10,110\n"
            "  Operational private-vlan: none\n"
            if "oper_mode" in row
            else ""
        )
        for row in rows
    )
    for answer in (read("show interface switchport", {"TABLE_interface": {"ROW_interface": rows}}),
                   read("show interface switchport", text)):  # fmt: skip
        assert (answer.expected, answer.parsed, answer.unparsed) == (4, 4, ())
        assert [(p.interface, p.mode, p.untagged, p.tagged) for p in of(answer, Switchport)] == [
            ("Ethernet1/1", "access", 110, frozenset()),
            ("port-channel1", "trunk", 10, vlan_ranges("110")),
        ]


def test_vpc_of_json_and_text_agree() -> None:
    """Domain, peer-link, role and ports, whichever form they come in."""
    shape = {
        "vpc-domain-id": "13",
        "vpc-peer-status": "peer-ok",
        "vpc-role": "secondary, operational primary",
        "TABLE_peerlink": {"ROW_peerlink": [{"peer-link-id": 1, "peerlink-ifindex": "Po100"}]},
        "TABLE_vpc": {
            "ROW_vpc": [
                {"vpc-id": 10, "vpc-ifindex": "Po10", "vpc-port-state": "1"},
                {"vpc-id": 11, "vpc-ifindex": "Po11", "vpc-port-state": "0"},
            ]
        },
    }
    for rows in (read("show vpc", shape), read("show vpc", VPC)):
        assert (rows.expected, rows.parsed, rows.unparsed) == (3, 3, ())
        (domain,) = of(rows, MlagDomain)
        assert (domain.domain, domain.active, domain.role) == ("13", True, "secondary")
        assert domain.peer_link == "port-channel100"
        assert [(p.number, p.interface, p.state) for p in of(rows, MlagPort)] == [
            ("10", "port-channel10", "up"),
            ("11", "port-channel11", "down"),
        ]


def test_port_channels_of_json_and_text_agree() -> None:
    """`P` alone is a member that carries traffic; a channel without members is no failure."""
    members = [{"port": "Eth1/1", "port-status": "P"}, {"port": "Eth1/2", "port-status": "s"}]
    shape = {
        "TABLE_channel": {
            "ROW_channel": [
                {"port-channel": "Po10", "prtcl": "LACP", "TABLE_member": {"ROW_member": members}},
                {"port-channel": "Po11", "prtcl": "NONE", "TABLE_member": {"ROW_member": members[0]}},
                {"port-channel": "Po12", "prtcl": "NONE"},
            ]
        }
    }
    text = (
        "Flags:  D - Down        P - Up in port-channel (members)\n        I - Individual\n"
        "--------\nGroup Port-       Type     Protocol  Member Ports\n      Channel\n--------\n"
        "10    Po10(SU)    Eth      LACP      Eth1/1(P)\n"
        "                                     Eth1/2(s)\n"
        "11    Po11(SU)    Eth      NONE      Eth1/1(P)\n"
        "12    Po12(SD)    Eth      NONE      --\n"
    )
    for rows in (read("show port-channel summary", shape), read("show port-channel summary", text)):
        assert (rows.expected, rows.parsed, rows.unparsed) == (3, 3, ())
        assert [(m.lag, m.interface, m.active, m.lacp) for m in of(rows, LagMember)] == [
            ("port-channel10", "Ethernet1/1", True, True),
            ("port-channel10", "Ethernet1/2", False, True),
            ("port-channel11", "Ethernet1/1", True, False),
        ]


def test_arp_and_nd_rows_name_the_port_and_the_vrf() -> None:
    """An incomplete entry has no MAC; a routed port is not a port behind itself."""
    rows = [
        {"intf-out": "Vlan110", "ip-addr-out": "10.1.10.9", "mac": "0050.5600.0001",
         "phy-intf": "port-channel10", "adj-vrf-name": "CUST"},
        {"intf-out": "Vlan110", "ip-addr-out": "10.1.10.8", "mac": "INCOMPLETE", "phy-intf": "Vlan110"},
    ]  # fmt: skip
    shape = {"TABLE_vrf": {"ROW_vrf": {"vrf-name-out": "all", "TABLE_adj": {"ROW_adj": rows}}}}
    got = of(read("show ip arp detail vrf all", shape), Neighbor)
    assert [(n.interface, n.port, n.mac, n.vrf) for n in got] == [
        ("Vlan110", "port-channel10", "00:50:56:00:00:01", "CUST"),
        ("Vlan110", None, None, "default"),
    ]
    six = {"TABLE_afi": {"ROW_afi": [{"TABLE_adj": {"ROW_adj": {
        "ipv6-addr": "2001:db8::9", "mac": "0050.5600.0001", "intf-out": "Vlan110"}}}]}}  # fmt: skip
    got = of(read("show ipv6 neighbor detail vrf all", {"TABLE_vrf": {"ROW_vrf": [six]}}), Neighbor)
    assert [n.address for n in got] == [ip_address("2001:db8::9")]


def test_lldp_says_nothing_where_the_neighbour_sent_nothing() -> None:
    """`not advertised` and `null` are no names."""
    row = {"chassis_id": "001c.7300.0001", "l_port_id": "Eth1/49", "port_id": "Ethernet49",
           "port_desc": "null", "sys_name": "core1", "sys_desc": "not advertised"}  # fmt: skip
    shape = {"TABLE_nbor_detail": {"ROW_nbor_detail": row}, "neigh_count": 1}
    (near,) = of(read("show lldp neighbors detail", shape), LldpNeighbor)
    assert (near.interface, near.system, near.port) == ("Ethernet1/49", "core1", "Ethernet49")
    assert (near.port_description, near.system_description) == ("", "")


def test_lldp_rows_are_held_against_the_count_of_the_device() -> None:
    """A table that is shorter than its own count was cut off."""
    rows = read("show lldp neighbors detail", {"neigh_count": 2})
    assert (rows.expected, rows.parsed, len(rows.unparsed)) == (2, 0, 1)


def test_configuration_gives_ports_gateways_relays_and_vnis() -> None:
    """HSRP of both families with the MAC of its group, VRRP, the anycast gateway."""
    rows = read("show running-config", CONFIG)
    gateways = {(g.protocol, g.group): g for g in of(rows, Gateway)}
    assert gateways["hsrp", 110].addresses == (ip_address("10.1.10.1"), ip_address("10.1.11.1"))
    assert gateways["hsrp", 110].mac == "00:00:0c:9f:f0:6e"
    assert gateways["hsrp", 10].mac == "00:05:73:a0:00:0a"
    assert gateways["vrrp", 5].mac == "00:00:5e:00:01:05"
    assert (gateways["anycast", None].mac, gateways["anycast", None].addresses) == (
        "00:01:00:02:00:03",
        (ip_address("10.10.0.1"),),
    )
    assert {(a.interface, str(a.address), a.vrf, a.secondary) for a in of(rows, PortAddress)} == {
        ("Vlan110", "10.1.10.2/24", "CUST", False),
        ("Vlan110", "10.1.11.2/24", "CUST", True),
        ("Vlan10", "10.10.0.1/24", "default", False),
    }
    assert [r.servers for r in of(rows, DhcpRelay)] == [(ip_address("10.20.0.5"),)]
    assert [(a.acl, a.direction) for a in of(rows, AclBinding)] == [("WEB", "in")]
    assert [(v.vlan, v.vni) for v in of(rows, Vni)] == [(10, 10010)]


def test_port_without_switchport_lines_is_left_to_the_live_table() -> None:
    """Whether it bridges depends on the model; a guess would bridge a routed port."""
    ports = {p.interface: p for p in of(read("show running-config", CONFIG), Switchport)}
    assert sorted(ports) == ["Ethernet1/2", "port-channel10"]
    assert (ports["port-channel10"].untagged, ports["port-channel10"].tagged) == (10, vlan_ranges("110"))


def test_mode_that_is_not_known_is_reported() -> None:
    """A private VLAN changes who reaches whom."""
    rows = read("show running-config", CONFIG)
    assert [u.text for u in rows.unparsed] == ["switchport mode private-vlan host"]


def test_detailed_spanning_tree_gives_instances_and_ports() -> None:
    """The priority counts the system id; a broken port blocks; a line wrapped at 80 columns is one."""
    rows = read("show spanning-tree detail", DETAIL)
    assert (rows.expected, rows.parsed, rows.unparsed) == (6, 6, ())
    first, second = of(rows, StpInstance)
    assert (first.root, first.root_priority, first.bridge_priority, first.root_cost) == (
        "00:1c:73:00:00:01",
        4106,
        32778,
        3,
    )
    assert (first.vlans, first.root_port) == (vlan_ranges("10"), "port-channel1")
    assert (second.instance, second.root == second.bridge) == ("MST0000", True)
    ports = {p.interface: (p.role, p.state, p.cost, p.edge) for p in of(rows, StpPort)}
    assert ports == {
        "port-channel1": ("root", "forwarding", 1, False),
        "port-channel2": ("alternate", "blocking", 2, False),
        "port-channel10": ("designated", "forwarding", 1, True),
        "port-channel30": ("", "blocking", 500, False),  # broken: it blocks, and no role is printed
    }


def test_summary_of_spanning_tree_agrees_with_the_detail() -> None:
    """`Altn BLK` and `alternate blocking` are one thing; `BKN*` runs into the cost behind it."""
    short, long = read("show spanning-tree", SUMMARY), read("show spanning-tree detail", DETAIL)
    assert not short.unparsed
    mine = {p.interface: (p.role, p.state, p.cost, p.edge) for p in of(short, StpPort)}
    full = {p.interface: (p.role, p.state, p.cost, p.edge) for p in of(long, StpPort)}
    assert mine.pop("Ethernet1/9") == ("designated", "blocking", 2, False)
    assert mine == {name: full[name] for name in mine}
    assert of(short, StpInstance)[0].root_port == of(long, StpInstance)[0].root_port


def test_mst_instances_get_their_vlans_from_the_configuration() -> None:
    """Instance 0 has what no other has."""
    rows = (*read("show spanning-tree detail", DETAIL).records, *read("show running-config", CONFIG).records)
    vlans = {i.instance: i.vlans for i in nxos.finish(rows) if isinstance(i, StpInstance)}
    assert vlans["MST0000"] == vlan_ranges("101-4094")


def test_answer_that_only_holds_unknown_tables_is_not_empty() -> None:
    """A renamed table must not look like a switch without addresses."""
    rows = read("show mac address-table", {"TABLE_mac_address_v2": {"ROW_x": [{"a": 1}]}})
    assert (rows.expected, rows.parsed) == (1, 0)
    assert "TABLE_mac_address_v2 is not known" in rows.unparsed[0].reason
    assert read("show mac address-table", {}).expected == 0


def test_mac_on_several_ports_gives_a_row_for_each() -> None:
    """A static address may stand on two ports."""
    text = "*  3     f60c.be90.7a07    static   -          F    F  Po2 Eth1/1\n"
    entries = of(read("show mac address-table", text), MacEntry)
    assert [e.interface for e in entries] == ["port-channel2", "Ethernet1/1"]


def test_snooped_groups_are_read_from_text() -> None:
    """The router port's row is no group."""
    text = (
        "Type: S - Static, D - Dynamic, R - Router port, F - Fabricpath core port\n\n"
        "Vlan  Group Address      Ver  Type  Port list\n"
        "120   */*                -    R     Vlan120 Po1\n"
        "120   239.192.0.1        v2   D     Eth1/11 Po10\n"
    )
    rows = read("show ip igmp snooping groups", text)
    assert not rows.unparsed
    assert [(g.vlan, g.ports) for g in of(rows, SnoopedGroup)] == [(120, ("Ethernet1/11", "port-channel10"))]


def test_hsrp_of_json_and_of_text_join_the_configuration() -> None:
    """The state is live, the addresses are the same."""
    text = (
        "Vlan110 - Group 110 (HSRP-V2) (IPv4)\n"
        "  Local state is Active, priority 250 (Cfged 250), may preempt\n"
        "    Forwarding threshold(for vPC), lower: 1 upper: 250\n"
        "  Virtual IP address is 10.1.10.1 (Cfged)\n"
        "     Secondary Virtual IP address is 10.1.11.1\n"
        "  Virtual mac address is 0000.0c9f.f06e (Default MAC)\n"
    )
    row = {"sh_if_index": "Vlan110", "sh_group_num": 110, "sh_group_state": "Active", "sh_vip": "10.1.10.1",
           "sh_vmac": "0000.0c9f.f06e"}  # fmt: skip
    for content in (text, {"TABLE_grp_detail": {"ROW_grp_detail": [row]}}):
        rows = read("show hsrp all", content)
        assert (rows.expected, rows.parsed, rows.unparsed) == (1, 1, ())
        joined = nxos.finish((*rows.records, *read("show running-config", CONFIG).records))
        (gateway,) = [g for g in joined if isinstance(g, Gateway) and (g.protocol, g.group) == ("hsrp", 110)]
        assert (gateway.state, gateway.mac) == ("active", "00:00:0c:9f:f0:6e")
        assert gateway.addresses == (ip_address("10.1.10.1"), ip_address("10.1.11.1"))
