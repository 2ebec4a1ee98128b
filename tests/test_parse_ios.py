"""Hold the IOS readers against a campus: sizes, answers that complete each other, and lines nobody knows."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

import pytest
import yaml

from tests.test_parse_samples import SAMPLES
from vlan2l3 import platforms
from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import ios
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    DhcpRelay,
    FileText,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Port,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
    Switchport,
)

R = TypeVar("R", bound=Record)
STRANGE = "Qwyjibo 17 of nine"
WHOLE = ("show_running-config", "show_vrf")  # kept as texts, line by line unread
PROSE = ("show_cdp_neighbors_detail", "show_lldp_neighbors_detail", "show_version")  # hold free text


def read(command: str, text: str, file: str = "answer.txt") -> Rows:
    """Read one answer."""
    raw = Raw(device=DeviceName("device"), platform="ios", command=command, file=file, text=text)
    return engine.read_answer(raw)


def joined(**answers: str) -> tuple[Record, ...]:
    """Read answers by the name of their command, and join them; the order is that of the arguments."""
    found = [
        record
        for name, text in answers.items()
        for record in read(name.replace("__", "-").replace("_", " "), text, f"{name}.txt").records
    ]
    return ios.finish(tuple(found))


def of(kind: type[R], records: tuple[Record, ...]) -> list[R]:
    """Give the records of one kind."""
    return [record for record in records if isinstance(record, kind)]


def mac_table(rows: int) -> str:
    """Write a 6500's table of some length."""
    head = (
        "Legend: * - primary entry\n        age - seconds since last seen\n        n/a - not available\n\n"
        "  vlan   mac address     type    learn     age              ports\n"
        "------+----------------+--------+-----+----------+--------------------------\n"
    )
    lines = (
        f"*{i % 4000 + 1:5}  5254.{i >> 16:04x}.{i & 0xFFFF:04x}   dynamic  Yes{i % 300:11}   Te{i % 9 + 1}/3"
        for i in range(rows)
    )
    return head + "\n".join(lines) + "\n"


def spanning_trees(instances: int) -> str:
    """Write `show spanning-tree` of a switch with many VLANs."""
    return "".join(
        f"\nVLAN{vlan:04}\n  Spanning tree enabled protocol ieee\n"
        f"  Root ID    Priority    {24576 + vlan}\n             Address     02a0.0000.0001\n"
        "             Cost        3\n             Port        1665 (Port-channel7)\n"
        "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec\n\n"
        f"  Bridge ID  Priority    {32768 + vlan}  (priority 32768 sys-id-ext {vlan})\n"
        "             Address     02a1.0000.0001\n"
        "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec\n"
        "             Aging Time 300\n\n"
        "Interface           Role Sts Cost      Prio.Nbr Type\n"
        "------------------- ---- --- --------- -------- --------------------------------\n"
        "Te3/3               Desg FWD 2         128.259  P2p \n"
        "Gi2/8               Altn BLK 4         128.72   P2p \n"
        "Po7                 Root FWD 3         128.1665 P2p \n\n"
        for vlan in range(1, instances + 1)
    )


def test_mac_table_of_a_campus_is_read_to_its_last_row() -> None:
    """57,000 rows of a 6500, none lost, none reported."""
    rows = read("show mac address-table", mac_table(57_000))
    assert (len(rows.records), rows.expected, rows.parsed, rows.unparsed) == (57_000, 57_000, 57_000, ())
    assert len({record.mac for record in of(MacEntry, rows.records)}) == 57_000


def test_spanning_trees_of_a_campus_are_read_to_the_last_port() -> None:
    """1,355 instances with three ports each, one of them blocked."""
    rows = read("show spanning-tree", spanning_trees(1_355))
    assert rows.unparsed == ()
    assert len(of(StpInstance, rows.records)) == 1_355
    ports = of(StpPort, rows.records)
    assert len(ports) == 3 * 1_355
    assert sum(port.state == "blocking" for port in ports) == 1_355


def samples() -> list[Path]:
    """Give every sample whose lines are read one by one."""
    files = sorted((SAMPLES / "ios").glob("*/*.txt"))
    return [file for file in files if file.parent.name not in WHOLE]


@pytest.mark.checkout
@pytest.mark.parametrize("file", samples(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_line_that_nobody_knows_is_reported_wherever_it_stands(file: Path) -> None:
    """In free text, what another device sent, it is part of that text."""
    specs = platforms.load("ios").commands
    command = next(spec.command for spec in specs if platforms.slug(spec.command) == file.parent.name)
    lines = file.read_text().splitlines()
    silent = []
    for at in range(len(lines) + 1):
        rows = read(command, "\n".join((*lines[:at], STRANGE, *lines[at:])))
        told = any(STRANGE in lost.text for lost in rows.unparsed)
        quoted = any(STRANGE in getattr(record, "system_description", "") for record in rows.records)
        if not told and not quoted:
            silent.append(at)
    assert len(silent) <= (6 if file.parent.name in PROSE else 0), silent


@pytest.mark.checkout
def test_damaged_answers_never_stop_reading() -> None:
    """Characters changed, lost and repeated: what is not understood is counted, and joining goes on."""
    chance = random.Random(12)
    specs = {platforms.slug(spec.command): spec.command for spec in platforms.load("ios").commands}
    for file in sorted((SAMPLES / "ios").glob("*/*.txt")):
        for _ in range(12):
            text = list(file.read_text())
            for _ in range(chance.randint(1, 30)):
                at = chance.randrange(len(text))
                text[at : at + chance.randint(0, 3)] = chance.choice("\t:,./#*09afGiTe$`\0é")
            rows = read(specs[file.parent.name], "".join(text))
            assert (rows.expected == rows.parsed) == (not rows.unparsed), file
            ios.finish(rows.records)


def test_mst_region_that_is_not_understood_leaves_all_instances_without_vlans() -> None:
    """Instance 0 has what no other has, so one bad line makes every instance unknown."""
    config = "spanning-tree mst configuration\n instance 1 vlan 10-5\n instance 2 vlan 20\n"
    assert [lost.text for lost in read("show running-config", config).unparsed] == [
        "spanning-tree mst configuration"
    ]
    found = joined(show_spanning__tree=MST, show_running__config=config)
    assert [instance.vlans for instance in of(StpInstance, found)] == [frozenset()]


def test_wrapped_ports_are_ports_of_the_row_above() -> None:
    """A list that goes on below has no comma at its break on a 4500."""
    text = " vlan   mac address     type        ports\n  11  03bf.0a01.0b32   static Gi2/4,Gi2/5\n"
    rows = read("show mac address-table", text + " " * 30 + "Gi2/41,Po21\n")
    assert [record.interface for record in of(MacEntry, rows.records)] == [
        "GigabitEthernet2/4",
        "GigabitEthernet2/5",
        "GigabitEthernet2/41",
        "Port-channel21",
    ]


def test_tables_of_two_supervisors_are_one_table() -> None:
    """A VSS shows one entry once for each forwarding engine; the same MAC elsewhere stays."""
    row = "*        1 5254.0000.0001  dynamic  Yes       25     {}\n"
    found = joined(show_mac_address__table=row.format("Po13") * 2 + row.format("Po14"))
    assert [record.interface for record in of(MacEntry, found)] == ["Port-channel13", "Port-channel14"]


SUMMARY = "1      Po1(SU)         LACP      Te1/1(P)       Te1/2(s)\n"
PARTNERS = """\
Channel group 1 neighbors
Te1/1     SA      32768     02b2.0000.0180  24s    0x0    0x1    0x108   0x3D
Te1/2     SA      32768     02b2.0000.0180  24s    0x0    0x1    0x109   0x3D
"""


@pytest.mark.parametrize("order", [1, -1])
def test_member_takes_its_state_from_the_summary_and_its_partner_from_lacp(order: int) -> None:
    """Whichever answer comes first."""
    answers = {"show_etherchannel_summary": SUMMARY, "show_lacp_neighbor": PARTNERS}
    found = joined(**dict(list(answers.items())[::order]))
    assert [(m.interface, m.active, m.lacp, m.partner) for m in of(LagMember, found)] == [
        ("TenGigabitEthernet1/1", True, True, "02:b2:00:00:01:80"),
        ("TenGigabitEthernet1/2", False, True, "02:b2:00:00:01:80"),
    ]


CONFIG = """\
spanning-tree mst configuration
 instance 1 vlan 10, 110
interface GigabitEthernet2/9.30
 encapsulation dot1Q 305
 vrf forwarding CUST
 ip address 10.3.5.1 255.255.255.252
interface Vlan110
 ip vrf forwarding CUST
 ip address 10.1.10.2 255.255.255.0
 ip address 10.1.11.2 255.255.255.0 secondary
 standby 1 ip 10.1.10.1
interface Port-channel7
 switchport trunk allowed vlan 10
 switchport mode trunk
ip access-list extended WEB
 permit tcp any any eq www
"""
STANDBY = """\
Vlan110 - Group 1
  State is Active
  Virtual IP address is 10.1.10.1
  Active virtual MAC address is 0000.0c07.ac01 (MAC In Use)
"""
SWITCHPORT = """\
Name: Po7
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: trunk
Trunking Native Mode VLAN: 1 (default)
Trunking VLANs Enabled: 10,110
"""
IP_INTERFACE = """\
Vlan110 is up, line protocol is up
  Internet address is 10.1.10.2/24
  Secondary address 10.1.11.2/24
"""
INTERFACES = """\
GigabitEthernet2/9.30 is up, line protocol is up
  Hardware is C6k 1000Mb 802.3, address is 02a1.0000.0209 (bia 02a1.0000.0209)
"""
MST = "MST1\n  Root ID    Priority    4097\n             Address     02a0.0000.0001\n"
MST += "  Bridge ID  Priority    32769\n             Address     02a1.0000.0001\n"


def test_configuration_completes_what_the_switch_shows() -> None:
    """VRFs, tags, the VLANs of MST instances; what both tell is told once, as the switch shows it."""
    found = joined(
        show_access__lists="Extended IP access list WEB\n    10 permit tcp any any eq www (3 matches)\n",
        show_interfaces=INTERFACES,
        show_ip_interface=IP_INTERFACE,
        show_spanning__tree=MST,
        show_interfaces_switchport=SWITCHPORT,
        show_standby=STANDBY,
        show_ip_arp="Internet  10.1.10.50   12   5254.0012.0a0b  ARPA   Vlan110\n",
        show_running__config=CONFIG,
    )
    assert {(a.interface, str(a.address), a.vrf, a.secondary) for a in of(PortAddress, found)} == {
        ("GigabitEthernet2/9.30", "10.3.5.1/30", "CUST", False),
        ("Vlan110", "10.1.10.2/24", "CUST", False),
        ("Vlan110", "10.1.11.2/24", "CUST", True),
    }
    assert [port.vlan for port in of(Port, found)] == [305]
    assert [instance.vlans for instance in of(StpInstance, found)] == [vlan_ranges("10,110")]
    assert [(p.untagged, p.tagged) for p in of(Switchport, found)] == [(None, vlan_ranges("10,110"))]
    assert [(g.state, g.group, g.mac) for g in of(Gateway, found)] == [("active", 1, "00:00:0c:07:ac:01")]
    assert [neighbor.vrf for neighbor in of(Neighbor, found)] == ["CUST"]
    assert [acl.entries for acl in of(Acl, found)] == [("10 permit tcp any any eq www",)]


def test_a_banner_between_two_marks_that_are_shown_as_two_characters() -> None:
    """IOS shows its mark as `^C`; a `^` alone ends nothing."""
    said = "banner motd ^C 2^10 ports\ninterface Gi1/0/9\n switchport access vlan 9\n^C\n"
    port = "interface GigabitEthernet1/0/1\n switchport access vlan 10\n"
    rows = read("show running-config", f"{said}{port}").records
    assert [found.text for found in of(FileText, rows)] == ["\n" * 4 + port]


def test_interface_that_two_answers_and_the_configuration_show_is_told_once() -> None:
    """The VRF stands in one of them only, and so may a server."""
    routed = """Vlan120 is up, line protocol is up
  Internet address is 10.1.20.2/24
  Helper address is 10.20.0.5
  Inbound  access list is WEB
  VPN Routing/Forwarding "CUST"
"""
    ports = "Vlan120 is up, line protocol is up\n  Internet address is 10.1.20.2/24\n"
    config = """interface Vlan120
 ip helper-address 10.20.0.5
 ipv6 dhcp relay destination 2001:db8:20::5
 ip access-group WEB in
"""
    found = joined(show_interfaces=ports, show_ip_interface=routed, show_running__config=config)
    assert [(str(a.address), a.vrf) for a in of(PortAddress, found)] == [("10.1.20.2/24", "CUST")]
    assert [[str(server) for server in relay.servers] for relay in of(DhcpRelay, found)] == [
        ["10.20.0.5", "2001:db8:20::5"]
    ]
    assert [(b.acl, b.direction) for b in of(AclBinding, found)] == [("WEB", "in")]


def test_instance_that_two_answers_show_is_one_with_its_vlans() -> None:
    """Only the `mst` form lists the VLANs."""
    table = "##### MST1    vlans mapped:   10,110\nBridge  address 02a1.0000.0001  priority  32769\n"
    table += "Root    address 02a0.0000.0001  priority  4097\n        port    Po7   cost  2000\n"
    found = joined(show_spanning__tree=MST, show_spanning__tree_mst=table)
    assert [(i.instance, i.vlans) for i in of(StpInstance, found)] == [("MST1", vlan_ranges("10,110"))]


def test_brief_row_stands_only_for_a_neighbour_no_detail_tells_of() -> None:
    """The detailed answer names the whole system; the brief one has the port an old IOS leaves out."""
    brief = "acc-b2              Te1/1          120        B,R             Te1/1/1\n"
    other = "acc-b3              Te1/2          120        B,R             Te1/1/1\n"
    detail = "Local Intf: Te1/1\nChassis id: 02b2.0000.0100\nPort id: Te1/1/1\nSystem Name: acc-b2.example\n"
    found = joined(show_lldp_neighbors=brief + other, show_lldp_neighbors_detail=detail)
    assert [(n.interface, n.system) for n in of(LldpNeighbor, found)] == [
        ("TenGigabitEthernet1/2", "acc-b3"),
        ("TenGigabitEthernet1/1", "acc-b2.example"),
    ]


def transcript(path: Path) -> Iterator[tuple[str, str]]:
    """Cut what a terminal showed into commands and their answers."""
    parts = re.split(r"^\S+#(sh\w* .*)$", path.read_text(), flags=re.MULTILINE)
    yield from zip((part.strip() for part in parts[1::2]), parts[2::2], strict=True)


def test_transcripts_of_terminals_are_read(real_outputs: Path) -> None:
    """N2G's five commands of four terminals: neighbours, and the VLANs of their ports."""
    files = sorted(real_outputs.glob("n2g/SAMPLE_CDP_LLDP*/cisco_ios/*.txt"))
    assert len(files) == 4
    neighbours, ports, refused = [], [], []
    for file in files:
        for command, text in transcript(file):
            rows = read(command, text)
            neighbours += of(LldpNeighbor, rows.records)
            ports += of(Switchport, rows.records)
            refused += [lost.reason for lost in rows.unparsed]
    assert len(neighbours) == 11
    assert {n.protocol for n in neighbours} == {"cdp"}
    trunks = {(p.interface, p.tagged) for p in ports if p.mode == "trunk"}
    assert ("Port-channel3", vlan_ranges("200-205")) in trunks
    assert refused == ["'a89d.2163.333' is not a MAC address"] * 2


@pytest.mark.parametrize("host", ["leaf1-ios", "leaf2-ios"])
def test_addresses_and_arp_are_those_that_suzieq_finds(real_outputs: Path, host: str) -> None:
    """The same addresses and the same neighbours on each IOS switch of a mixed network."""
    folder = real_outputs / "suzieq/networks/mixed" / host
    ran = {
        command["cmd"]: command["file"]
        for command in json.loads((folder / "_meta.json").read_text())["commands"]
    }
    found = ios.finish(
        tuple(
            record
            for command, file in ran.items()
            if platforms.load("ios").spec(command)
            for record in read(command, (folder / file).read_text(), file).records
        )
    )

    def theirs(table: str) -> list[dict[str, str]]:
        path = real_outputs / f"suzieq/expected/mixed-samples/{table}.yml"
        rows: list[dict[str, str]] = json.loads(yaml.safe_load(path.read_text())["tests"][0]["output"])
        return [row for row in rows if row["hostname"] == host]

    expected = {(row["ifname"], ip) for row in theirs("address") for ip in row["ipAddressList"]}
    assert {(a.interface, str(a.address)) for a in of(PortAddress, found)} == expected
    arp = {(row["ipAddress"], row["oif"], row["macaddr"]) for row in theirs("arpnd")}
    assert {(str(n.address), n.interface, n.mac) for n in of(Neighbor, found)} == arp
    assert ip_address("172.29.151.254") in {n.address for n in of(Neighbor, found)}
