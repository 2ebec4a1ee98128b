"""Hold the readers of bonds, groups, LLDP and bridges to real kernels, real daemons, and damaged answers."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import Any

import pytest
from linux_answers import bare, host_text, of, read

from vlan2l3.parse.records import Bond, BridgeEntry, JoinedGroup, LldpNeighbor, Switchport

IGMP = "cat /proc/net/igmp"
FDB = "bridge -j fdb show"
FDB_TEXT = "bridge fdb show"
VLANS = "bridge -j vlan show"
VLANS_TEXT = "bridge -c vlan show"
TITLE = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"


def bonding(mode: str, *lines: str) -> str:
    """Print the state of a bond with two members."""
    members = [
        f"Slave Interface: eth{n}\nMII Status: up\nPermanent HW addr: 02:00:00:00:00:0{n}\n" for n in (1, 2)
    ]
    return "\n".join(
        ["Ethernet Channel Bonding Driver: v6.1\n", f"Bonding Mode: {mode}", *lines, "", *members]
    )


def test_bond_state_of_a_real_host_agrees_with_what_ip_says() -> None:
    """Two sources, one bond: name, mode, members, active member and partner are the same."""
    from_ip = {b.name: b for b in of(read("ip -j -d addr show", host_text("ip -j -d addr show")), Bond)}
    for name in ("bond0", "bond1"):
        command = f"cat /proc/net/bonding/{name}"
        rows = read(command, host_text(command))
        assert (rows.unparsed, rows.expected, rows.parsed) == ((), 3, 3)
        (bond,) = of(rows, Bond)
        other = from_ip[bond.name]
        assert (bond.mode, bond.members, bond.active, bond.partner) == (
            other.mode, other.members, other.active, other.partner,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "mode"),
    [
        ("load balancing (round-robin)", "balance-rr"),
        ("fault-tolerance (active-backup)", "active-backup"),
        ("fault-tolerance (active-backup) (fail_over_mac active)", "active-backup"),
        ("load balancing (xor)", "balance-xor"),
        ("fault-tolerance (broadcast)", "broadcast"),
        ("IEEE 802.3ad Dynamic link aggregation", "802.3ad"),
        ("transmit load balancing", "balance-tlb"),
        ("adaptive load balancing", "balance-alb"),
    ],
)
def test_bond_mode_goes_by_its_short_name(printed: str, mode: str) -> None:
    """The kernel's sentence becomes the word `ip` uses."""
    rows = read("cat /proc/net/bonding/bond0", bonding(printed, "Currently Active Slave: None"))
    assert [(b.name, b.mode, b.members, b.active) for b in of(rows, Bond)] == [
        ("bond0", mode, ("eth1", "eth2"), None)
    ]


@pytest.mark.parametrize(
    "text",
    [
        bonding("reverse proximity"),
        bonding("load balancing (xor)").replace("eth2", "eth;2"),
        "Aggregator ID:\n",
    ],
)
def test_bond_that_was_not_understood_in_full_is_refused(text: str) -> None:
    """An unknown mode or a hostile member makes no bond at all."""
    rows = read("cat /proc/net/bonding/bond0", text)
    assert rows.records == ()
    assert rows.unparsed
    assert rows.expected > rows.parsed


def test_several_bonds_in_one_answer_have_no_name_and_are_refused() -> None:
    """The name stands in the command only, so `*` cannot be read."""
    assert read("cat /proc/net/bonding/*", bonding("load balancing (xor)")).records == ()


@pytest.mark.parametrize(("order", "group"), [("little", "0701C0EF"), ("big", "EFC00107")])
def test_groups_are_read_in_the_byte_order_of_the_host(order: str, group: str) -> None:
    """224.0.0.1, which every host joins, tells the order."""
    all_hosts = {"little": "010000E0", "big": "E0000001"}[order]
    rows_of = [f"\t\t\t\t{g}     1 0:00000000\t\t0\n" for g in (group, all_hosts)]
    rows = read(IGMP, TITLE + "13\tbond0.120 :     2      V3\n" + "".join(rows_of))
    assert [(g.interface, str(g.group)) for g in of(rows, JoinedGroup)] == [
        ("bond0.120", "239.192.1.7"),
        ("bond0.120", "224.0.0.1"),
    ]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 4, 4)


def test_groups_of_a_damaged_device_are_not_given_to_the_one_above() -> None:
    """The count of the device above says that it has no more."""
    group = "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
    rows = read(IGMP, TITLE + "1\tlo        :     1      V3\n" + group + "6\tens1f0;   1      V3\n" + group)
    assert [g.interface for g in of(rows, JoinedGroup)] == ["lo"]
    assert [u.source.line for u in rows.unparsed] == [4, 5]


def test_address_that_is_no_group_is_reported() -> None:
    """A unicast address in the table means that it was read wrongly."""
    rows = read(IGMP, TITLE + "1\tlo        :     1      V3\n\t\t\t\t0100000A     1 0:00000000\t\t0\n")
    assert rows.records == ()
    assert [u.source.line for u in rows.unparsed] == [3]


def test_ipv6_groups_are_read() -> None:
    """They stand in the order of the network, one a line."""
    rows = read(
        "cat /proc/net/igmp6", "2    ens33  ff0200000000000000000001ffa4e315     1 00000004 0\n2 ens33 zz\n"
    )
    assert [(g.interface, g.group) for g in of(rows, JoinedGroup)] == [
        ("ens33", ip_address("ff02::1:ffa4:e315"))
    ]
    assert [u.source.line for u in rows.unparsed] == [2]


def test_json_and_text_of_one_bridge_give_the_same_stations() -> None:
    """The host's own addresses are permanent, a guest's address set by hand is not."""
    as_json, as_text = read(FDB, host_text(FDB)), read(FDB_TEXT, host_text(FDB_TEXT))
    assert bare(as_json) == bare(as_text)
    assert as_json.unparsed == as_text.unparsed == ()
    assert as_json.expected == as_json.parsed == as_text.expected == as_text.parsed == 62
    found = {e.mac: e for e in of(as_json, BridgeEntry)}
    guest = found["52:54:00:aa:bb:01"]
    assert (guest.bridge, guest.port, guest.permanent) == ("br140", "tap0", False)
    assert {e.permanent for e in found.values() if e.mac != guest.mac} == {True, False}


@pytest.mark.parametrize(
    "line",
    [
        "33:33:00:00:00:01 dev eth0 self permanent",
        "44:38:39:00:00:01 dev vni13 dst 10.0.0.134 self permanent",
        "01:00:5e:00:00:6a dev eth0 master br0 permanent",
    ],
)
def test_address_that_is_no_station_of_a_bridge_is_left_out_and_counted(line: str) -> None:
    """What a card listens to, a VXLAN's far end, and a group are understood, and no stations."""
    rows = read(FDB_TEXT, line + "\n")
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 1, 1)


MAC = "02:00:00:00:00:01"


@pytest.mark.parametrize(
    "row",
    [
        {"mac": "02:00", "ifname": "tap0"},
        {"mac": MAC, "ifname": "tap;0"},
        {"mac": MAC, "ifname": "tap0", "state": "odd"},
        7,
        None,
    ],
)
def test_bad_station_is_reported(row: Any) -> None:
    """A broken address, a hostile name or an unknown state is one unparsed row."""
    rows = read(FDB, json.dumps([row]))
    assert (len(rows.unparsed), rows.expected, rows.parsed) == (1, 1, 0)


def test_json_and_text_of_one_bridge_give_the_same_vlans() -> None:
    """The PVID is what goes in untagged; colours of `bridge -c` are no part of a name."""
    as_json, as_text = read(VLANS, host_text(VLANS)), read(VLANS_TEXT, host_text(VLANS_TEXT))
    assert bare(as_json) == bare(as_text)
    assert (as_json.unparsed, as_text.unparsed) == ((), ())
    assert (as_json.expected, as_text.expected) == (as_json.parsed, as_text.parsed)
    assert [(p.interface, p.mode, p.untagged, sorted(p.tagged)) for p in of(as_text, Switchport)] == [
        ("bond0", "trunk", 1, [140, 150, 151, 152]),
        ("br140", "access", 1, []),
        ("tap0", "access", 140, []),
    ]


@pytest.mark.parametrize("text", ["port\tvlan ids\n", "port              vlan-id  \n", ""])
def test_bridge_without_ports_has_no_vlans(text: str) -> None:
    """The head alone is no row."""
    rows = read(VLANS_TEXT, text)
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 0, 0)


def test_port_among_whose_vlans_stands_a_damaged_line_is_refused() -> None:
    """Its list of VLANs would be too short; the next port is read."""
    rows = read(VLANS_TEXT, "port\tvlan ids\nbond0\t 1 PVID Egress Untagged\n\t 1x0\n\t 150\ntap0\t 1 PVID\n")
    assert [p.interface for p in of(rows, Switchport)] == ["tap0"]
    assert sorted(u.source.line for u in rows.unparsed) == [2, 3, 4]
    assert (rows.expected, rows.parsed) == (4, 1)


def test_compressed_ranges_are_read_in_both_forms() -> None:
    """`100-102` in text is `vlan` and `vlanEnd` in JSON."""
    flagged = {"vlan": 1, "flags": ["PVID", "Egress Untagged"]}
    as_json = read(
        VLANS, json.dumps([{"ifname": "bond0", "vlans": [flagged, {"vlan": 100, "vlanEnd": 102}]}])
    )
    as_text = read(VLANS_TEXT, "port\tvlan ids\nbond0\t 1 PVID Egress Untagged\n\t 100-102\n\n")
    assert bare(as_json) == bare(as_text)
    assert [sorted(p.tagged) for p in of(as_text, Switchport)] == [[100, 101, 102]]


def neighbor(name: str, **port: Any) -> dict[str, Any]:
    """Give an interface as `lldpctl -f json0` does."""
    chassis = {"id": [{"type": "mac", "value": "02:AA:00:00:00:01"}], "name": [{"value": "leaf-r12a"}]}
    return {"name": name, "via": "LLDP", "chassis": [chassis], "port": [port]}


def test_lldp_neighbour_keeps_port_id_and_description() -> None:
    """A switch sends the name as id; lldpd sends a MAC as id and the name as description."""
    switch = neighbor("ens1f0", id=[{"type": "ifname", "value": "Ethernet11"}], descr=[{"value": "web-03"}])
    host = neighbor("ens1f1", id=[{"type": "mac", "value": "02AA.0000.0002"}], descr=[{"value": "ens1f0"}])
    rows = read("lldpctl -f json0", json.dumps({"lldp": [{"interface": [switch, host]}]}))
    assert [
        (n.interface, n.chassis, n.system, n.port, n.port_description) for n in of(rows, LldpNeighbor)
    ] == [
        ("ens1f0", "02:aa:00:00:00:01", "leaf-r12a", "Ethernet11", "web-03"),
        ("ens1f1", "02:aa:00:00:00:01", "leaf-r12a", "02:aa:00:00:00:02", "ens1f0"),
    ]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 2, 2)


def test_host_without_lldp_neighbours_has_none() -> None:
    """Lldpd answers with an empty object; that is an answer."""
    rows = read("lldpctl -f json0", '{"lldp": [{}]}')
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 0, 0)


def test_other_json_of_lldpd_is_refused() -> None:
    """`-f json` folds its lists, so it is not read as `-f json0`."""
    rows = read("lldpctl -f json0", '{"lldp": {"interface": {"eth0": {}}}}')
    assert rows.records == ()
    assert len(rows.unparsed) == 1


LLDP_TEXT = """\
-------------------------------------------------------------------------------
LLDP neighbors:
-------------------------------------------------------------------------------
Interface:    ens1f0, via: LLDP, RID: 1, Time: 0 day, 00:00:47
  Chassis:
    ChassisID:    mac 02:aa:00:00:00:01
    SysName:      leaf-r12a
    SysDescr:     First line
                  and its second line
    Capability:   Router, on
  Port:
    PortID:       ifname Ethernet11
    PortDescr:    web-03
-------------------------------------------------------------------------------
"""


def test_lldp_text_is_read() -> None:
    """A long description goes over several lines, which belong to it."""
    rows = read("lldpctl", LLDP_TEXT)
    (found,) = of(rows, LldpNeighbor)
    assert (found.interface, found.chassis, found.system) == ("ens1f0", "02:aa:00:00:00:01", "leaf-r12a")
    assert (found.port, found.port_description, found.source.line) == ("Ethernet11", "web-03", 4)
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 1, 1)


def test_damaged_lldp_head_does_not_lend_its_lines_to_the_neighbour_above() -> None:
    """The name behind it is not given to somebody else, and the guard is not met."""
    lost = "Interface    ens1f1, via\n  Chassis:\n    SysName:      leaf-r12b\n"
    rows = read("lldpctl", LLDP_TEXT + lost)
    assert [n.system for n in of(rows, LldpNeighbor)] == ["leaf-r12a"]
    assert [u.source.line for u in rows.unparsed] == [15, 16, 17]
