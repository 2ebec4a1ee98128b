"""Hold the Linux readers to outputs of public projects and to the demo, and the index to the readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from linux_answers import of, read

from vlan2l3 import platforms
from vlan2l3.parse.quirks.linux import READERS
from vlan2l3.parse.raw import Rows
from vlan2l3.parse.records import Bond, LldpNeighbor, Package, Port, PortAddress, Route, Socket, Unit

DEMO = Path(__file__).parent.parent / "fixtures" / "demo"
LINUX = platforms.load("linux")
UNITS = "systemctl list-units --type=service --state=running --no-legend --plain"


def gathered(real_outputs: Path) -> Iterator[tuple[Path, str]]:
    """Give every answer of a SuzieQ gather that the index knows: file and command."""
    for meta in sorted(real_outputs.glob("suzieq/networks/*/*/_meta.json")):
        for entry in json.loads(meta.read_text())["commands"]:
            if LINUX.spec(entry["cmd"]):
                yield meta.parent / entry["file"], entry["cmd"]


def server(real_outputs: Path, host: str, command: str) -> Rows:
    """Read one answer of a host of the gather, `eos/server101`."""
    files = {
        (f.parent.name, cmd): f
        for f, cmd in gathered(real_outputs)
        if f.parent.parent.name == host.split("/", maxsplit=1)[0]
    }
    return read(command, files[host.split("/")[1], command].read_text())


def test_every_answer_of_every_gathered_linux_device_is_read_in_full(real_outputs: Path) -> None:
    """The servers, the edge and firewall hosts and the Cumulus switches: no line is left."""
    counted = 0
    for file, command in gathered(real_outputs):
        rows = read(command, file.read_text())
        assert (str(file), rows.unparsed, rows.expected) == (str(file), (), rows.parsed)
        counted += 1
    assert counted > 300


@pytest.mark.parametrize(
    ("host", "partner", "address", "second"),
    [
        ("eos/server101", "46:38:39:99:c7:9e", "172.16.1.101/24", "52:54:00:7c:f3:ef"),
        (
            "cndcn_dual-attach_evpn_distributed/server101",
            "44:39:39:ff:40:94",
            "172.16.1.101/24",
            "52:54:00:4c:18:b3",
        ),
    ],
)
def test_bonded_server_is_read_as_it_is(
    real_outputs: Path, host: str, partner: str, address: str, second: str
) -> None:
    """Members, LACP partner, address and the second member's own MAC."""
    rows = server(real_outputs, host, "ip -d address show")
    (bond,) = of(rows, Bond)
    assert (bond.name, bond.mode, bond.members, bond.partner) == (
        "bond0",
        "802.3ad",
        ("eth1", "eth2"),
        partner,
    )
    assert address in [str(a.address) for a in of(rows, PortAddress) if a.interface == "bond0"]
    assert {p.name: p.hardware for p in of(rows, Port) if p.master == "bond0"}["eth2"] == second


def test_leased_address_and_default_route_of_a_server(real_outputs: Path) -> None:
    """The management address is leased, and the only default goes there."""
    rows = server(real_outputs, "eos/server101", "ip -d address show")
    assert [str(a.address) for a in of(rows, PortAddress) if not a.permanent] == ["10.255.2.57/24"]
    routes = of(server(real_outputs, "eos/server101", "ip route show table all"), Route)
    (default,) = [r for r in routes if r.prefix.prefixlen == 0]
    assert (str(default.via[0][0]), default.via[0][1], default.protocol) == ("10.255.2.1", "eth0", "dhcp")


def test_firewall_has_tagged_interfaces_and_routes_over_two_hops(real_outputs: Path) -> None:
    """VLAN sub-interfaces with parent and tag, and a BGP default over both of them."""
    ports = of(server(real_outputs, "eos/firewall01", "ip -d address show"), Port)
    assert [(p.name, p.parent, p.vlan) for p in ports if p.sort == "vlan"] == [
        (f"{parent}.{vlan}", parent, vlan) for parent in ("eth1", "eth2") for vlan in (2, 3, 4)
    ]
    routes = of(server(real_outputs, "eos/firewall01", "ip route show table all"), Route)
    (default,) = [r for r in routes if r.prefix.prefixlen == 0 and r.protocol == "bgp"]
    assert [(str(a), d) for a, d in default.via] == [("169.254.253.9", "eth2.4"), ("169.254.254.9", "eth1.4")]


def test_lldp_of_an_edge_host_names_both_switches(real_outputs: Path) -> None:
    """The text form of lldpctl."""
    command = "if systemctl status lldpd > /dev/null 2>&1; then sudo lldpctl; fi"
    rows = server(real_outputs, "cndcn_dual-attach_evpn_distributed/edge01", command)
    assert [(n.interface, n.system, n.port) for n in of(rows, LldpNeighbor)] == [
        ("eth1", "exit01", "swp5"),
        ("eth2", "exit02", "swp5"),
    ]


NETNS = {
    "ip_-j_-d_addr.json": "ip -j -d addr show",
    "ip_-j_route_show_table_all.json": "ip -j route show table all",
    "ip_-j_-6_route.json": "ip -j -6 route show table all",
    "ip_-j_neigh.json": "ip -j neigh show",
    "ip_-d_link.txt": "ip -d address show",
    "bridge_-j_vlan_show.json": "bridge -j vlan show",
    "bridge_vlan_show.txt": "bridge vlan show",
    "bridge_-j_fdb_show.json": "bridge -j fdb show",
    "bridge_fdb_show.txt": "bridge fdb show",
    "lldpctl_-f_json0.txt": "lldpctl -f json0",
    "lldpctl_-f_plain.txt": "lldpctl",
    "proc_net_igmp.txt": "cat /proc/net/igmp",
    "proc_net_igmp6.txt": "cat /proc/net/igmp6",
    "ss_-lntupH.txt": "ss -lntupH",
}


@pytest.mark.parametrize("name", sorted(NETNS))
def test_every_form_of_the_namespace_lab_is_read_in_full(real_outputs: Path, name: str) -> None:
    """Six namespaces, each command in each form."""
    files = sorted(real_outputs.glob(f"linux/selfmade_netns/*/{name}"))
    assert len(files) == 6
    for file in files:
        rows = read(NETNS[name], file.read_text())
        assert (str(file), rows.unparsed, rows.expected) == (str(file), (), rows.parsed)


SAMPLES = {
    "linux/insights-core/bond/BONDINFO_1.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BONDINFO_MODE_2.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BONDINFO_MODE_5.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BONDINFO_MODE_7.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BOND_MODE_4.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/ip/IP_NEIGH_SHOW.txt": "ip neigh show",
    "linux/insights-core/ip/IP_ROUTE_SHOW_TABLE_ALL_TEST.txt": "ip route show table all",
    "linux/insights-core/ip/IP_ROUTE_SHOW_TABLE_ALL_TEST_2.txt": "ip route show table all",
    "linux/insights-core/ip/IP_D_S_LINK_BOND_1.txt": "ip -d address show",
    "linux/insights-core/netstat/Ss_TULPN.txt": "ss -lntupH",
    "linux/insights-core/netstat/SS_TULPN_2.txt": "ss -lntupH",
    "linux/insights-core/netstat/Ss_TUPNA.txt": "ss -lntupH",
    "linux/insights-core/netstat/SS_TUPNA_2.txt": "ss -lntupH",
    "linux/jc/ubuntu-18.04/ss-sudo-tulpen.out": "ss -lntupH",
    "linux/jc/generic/ss-wide.out": "ss -lntupH",
    "linux/jc/centos-7.7/systemctl.out": UNITS,
    "linux/jc/ubuntu-18.04/systemctl.out": UNITS,
    "linux/jc/generic/os-release-centos": "cat /etc/os-release",
    "linux/jc/generic/os-release-ubuntu": "cat /etc/os-release",
    "linux/jc/linux-proc/net_igmp": "cat /proc/net/igmp",
    "linux/jc/linux-proc/net_igmp_more": "cat /proc/net/igmp",
    "linux/jc/linux-proc/net_igmp6": "cat /proc/net/igmp6",
}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_of_other_parsers_is_read_in_full(real_outputs: Path, name: str) -> None:
    """What other projects test their parsers with."""
    rows = read(SAMPLES[name], (real_outputs / name).read_text())
    assert rows.unparsed == ()
    assert rows.expected == rows.parsed > 0
    assert rows.records


def test_sockets_agree_with_another_parser(real_outputs: Path) -> None:
    """Jc's expected answer for the same text: protocol, port and order."""
    folder = real_outputs / "linux/jc/ubuntu-18.04"
    expected = json.loads((folder / "ss-sudo-tulpen.json").read_text())
    rows = read("ss -lntupH", (folder / "ss-sudo-tulpen.out").read_text())
    assert [(s.protocol, s.port) for s in of(rows, Socket)] == [
        (row["netid"], row["local_port_num"]) for row in expected
    ]


def test_units_agree_with_another_parser(real_outputs: Path) -> None:
    """Jc's expected answer for the same text: names and states."""
    folder = real_outputs / "linux/jc/ubuntu-18.04"
    expected = json.loads((folder / "systemctl.json").read_text())
    rows = read(UNITS, (folder / "systemctl.out").read_text())
    assert [(u.name, u.active) for u in of(rows, Unit)] == [
        (r["unit"], r["active"] == "active") for r in expected
    ]


DAMAGED = {
    "linux/insights-core/bond/BONDINFO_CORRUPT.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BONDINFO_MODE_4.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/bond/BONDINFO_UNKNOWN_BOND_MODE.txt": "cat /proc/net/bonding/bond0",
    "linux/insights-core/ip/BAD_NEIGH_CONTEXT.txt": "ip neigh show",
    "linux/insights-core/ip/IP_ROUTE_CANNOT_DETECT_THESE_ERRORS_YET.txt": "ip route show table all",
    "linux/insights-core/ip/IP_ROUTE_SHOW_TABLE_ALL_TEST_BAD.txt": "ip route show table all",
    "linux/insights-core/ip/IP_ADDR_TEST.txt": "ip -d address show",
}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_damaged_sample_of_other_parsers_is_reported(real_outputs: Path, name: str) -> None:
    """Samples made to be wrong do not pass for right."""
    assert read(DAMAGED[name], (real_outputs / name).read_text()).unparsed


def test_every_linux_answer_of_the_demo_is_read_in_full() -> None:
    """The demo network holds nothing the readers do not understand."""
    manifest = json.loads((DEMO / "capture.json").read_text())
    counted = 0
    for device in (d for d in manifest["devices"] if d["platform"] == "linux"):
        for entry in (e for e in device["commands"] if e["status"] == "data"):
            rows = read(entry["command"], (DEMO / device["name"] / entry["file"]).read_text())
            where = f"{device['name']}: {entry['command']}"
            assert (where, rows.unparsed, rows.expected) == (where, (), rows.parsed)
            counted += 1
    assert counted > 300


def test_demo_host_is_read_as_it_is_described() -> None:
    """db-02: a bond with two tagged VLANs, in IPv4 and IPv6 on one of them."""
    command = "ip -j -d addr show"
    rows = read(command, (DEMO / "db-02" / f"{platforms.slug(command)}.json").read_text())
    assert [(b.name, b.mode, b.members) for b in of(rows, Bond)] == [
        ("bond0", "802.3ad", ("ens1f0", "ens1f1"))
    ]
    assert [(p.name, p.parent, p.vlan) for p in of(rows, Port) if p.sort == "vlan"] == [
        ("bond0.120", "bond0", 120),
        ("bond0.130", "bond0", 130),
    ]
    scopes = {(a.interface, a.address.version) for a in of(rows, PortAddress) if not a.address.is_link_local}
    assert {("bond0.120", 4), ("bond0.120", 6), ("bond0.130", 4)} <= scopes
    packages = read("dpkg-query -W", (DEMO / "db-02" / "dpkg-query_-W.txt").read_text())
    assert of(packages, Package)


def test_index_and_readers_name_each_other() -> None:
    """No command points at a reader that is not there, and no reader is without a command."""
    named = {name for spec in LINUX.commands for name in (spec.reader, spec.text_reader) if name}
    assert named == set(READERS)


@pytest.mark.parametrize(
    "text",
    [
        "cat: /proc/net/bonding/bond0: No such file or directory\n",
        "bash: line 1: lldpctl: command not found\n",
        "sh: 1: kubectl: not found\n",
        'error: the server doesn\'t have a resource type "ipaddresspools"\n',
    ],
)
def test_answer_that_something_is_not_there_is_absent(text: str) -> None:
    """One of the patterns of absence matches, none of those of failure."""
    assert any(re.search(p, text) for p in LINUX.absent)
    assert not any(re.search(p, text) for p in LINUX.failed)


@pytest.mark.parametrize(
    "text",
    [
        "cat: /etc/keepalived/keepalived.conf: Permission denied\n",
        "error: Failed to connect to the hypervisor\nerror: no valid connection\n",
        "Error: cluster is not currently running on this node\n",
        "corosync-cmapctl: invalid option -- 'C'\n",
        "Operation not permitted\n",
        'Object "neighh" is unknown, try "ip help".\n',
        'Option "-j" is unknown, try "ip -help".\n',
        "2026-11-22T10:00:00 [WARN/lldpctl] unable to connect to socket /run/lldpd.socket\n",
        "sudo: a password is required\n",
    ],
)
def test_answer_that_something_is_not_allowed_has_failed(text: str) -> None:
    """Not being allowed to look is not absence."""
    assert any(re.search(p, text) for p in LINUX.failed)
    assert not any(re.search(p, text) for p in LINUX.absent)


@pytest.mark.parametrize(
    "text",
    [
        "# Permission denied by default\nauto lo\niface lo inet loopback\n",
        "net.ipv4.ip_forward = 1\nsysctl: permission denied on key 'net.ipv6.conf.all.stable_secret'\n",
        "auto bond0\n# cat: x: No such file or directory\n",
        "[]\n",
        "",
    ],
)
def test_answer_that_only_mentions_such_words_is_data(text: str) -> None:
    """The words inside a longer answer say nothing of the whole."""
    assert not any(re.search(p, text) for p in (*LINUX.absent, *LINUX.failed))
