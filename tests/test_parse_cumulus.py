"""A Cumulus switch is a switch, whichever of its tools said so, and whichever kind of bridge it has."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import ROOT
from vlan2l3 import platforms
from vlan2l3.capture import importers, store
from vlan2l3.capture.judge import judge
from vlan2l3.capture.manifest import Status
from vlan2l3.names import DeviceName
from vlan2l3.network.build import build
from vlan2l3.network.model import Network, PortMode
from vlan2l3.parse import engine, quirks
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import (
    KINDS,
    Bond,
    BridgeEntry,
    Gateway,
    LagMember,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Route,
    SnoopedGroup,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)

SAMPLES = ROOT / "fixtures" / "samples" / "cumulus"
LEAF = {
    "ip -j -d addr show": "vlan-aware.json",
    "bridge -j vlan show": "v5.json",
    "bridge -j vlan tunnelshow": "v5.json",
    "bridge -j fdb show": "v5.json",
    "bridge -j mdb show": "v5.json",
    "ip -j neigh show": "v5.json",
    "ip -j route show table all": "v5.json",
    "mstpctl showall": "v4.txt",
    "clagctl -j": "pair.json",
    "cat /etc/network/interfaces": "leaf.txt",
}
TRADITIONAL = {
    "ip -j -d addr show": "traditional.txt",
    "bridge -j fdb show": "v3.txt",
    "bridge -j mdb show": "v3.txt",
    "mstpctl showall": "v3-traditional.txt",
}
LINK = "    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 \n"
UP = "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500"

Kind = TypeVar("Kind", bound=Record)

pytestmark = pytest.mark.checkout


def read(command: str, text: str) -> tuple[Record, ...]:
    """Read one answer."""
    raw = Raw(device=DeviceName("tor"), platform="cumulus", command=command, file=command, text=text)
    return engine.read_answer(raw).records


def joined(files: dict[str, str]) -> tuple[Record, ...]:
    """Read samples as the answers of one switch, and join them."""
    records = [
        record
        for command, name in files.items()
        for record in read(command, (SAMPLES / platforms.slug(command) / name).read_text())
    ]
    return quirks.of("cumulus").finish(tuple(records))


def of(records: tuple[Record, ...], kind: type[Kind]) -> list[Kind]:
    """Pick the records of one kind."""
    return [record for record in records if isinstance(record, kind)]


def link(index: int, name: str, detail: str = "", *, master: str = "") -> str:
    """Write one interface as `ip -d addr show` prints it."""
    below = f" master {master}" if master else ""
    return f"{index}: {name}: {UP}{below} state UP\n{LINK}" + (f"    {detail}\n" if detail else "")


@pytest.mark.parametrize("files", [LEAF, TRADITIONAL], ids=["vlan-aware", "traditional"])
def test_only_records_of_a_switch_are_left(files: dict[str, str]) -> None:
    """No bond and no bridge of a host, and none of this platform's own kinds."""
    kinds = {type(record) for record in joined(files)}
    assert kinds <= set(KINDS.values()) - {Bond, BridgeEntry}
    assert {Port, Switchport, Vlan, MacEntry, StpInstance, StpPort, SnoopedGroup} <= kinds


def test_interfaces_are_what_they_are_on_a_switch() -> None:
    """A port outside every bridge is routed, also when nothing is set on it; members are neither."""
    ports = {port.name: (port.sort, port.routed) for port in of(joined(LEAF), Port)}
    assert ports["swp1"] == ports["swp2"] == ("physical", True)
    assert ports["swp3"] == ports["swp5"] == ("physical", False)
    assert ports["bond1"] == ports["peerlink"] == ("lag", False)
    assert ports["vlan10"] == ("svi", True)
    assert ports["eth0"] == ("management", None)
    assert ports["swp1.30"] == ("vlan", None)
    assert ports["br_default"] == ("bridge", None)


def test_vlans_of_a_vlan_aware_bridge_are_those_of_its_ports() -> None:
    """The bridge and its tunnel list VLANs as well, but are no ports that a machine hangs on."""
    records = joined(LEAF)
    switchports = {p.interface: (p.mode, p.untagged, p.tagged) for p in of(records, Switchport)}
    assert switchports == {
        "swp5": ("trunk", 1, {10, 20, 21, 22}),
        "bond1": ("access", 10, set()),
        "peerlink": ("trunk", 1, {10, 20}),
    }
    vlans = {v.vlan: v.ports for v in of(records, Vlan)}
    assert sorted(vlans) == [1, 10, 20, 21, 22]
    assert vlans[10] == ("bond1", "peerlink", "swp5", "vxlan48")
    assert {(v.vlan, v.vni) for v in of(records, Vni)} == {(10, 5010), (20, 5020), (21, 5021), (22, 5022)}


def test_bond_members_and_the_mlag_pair() -> None:
    """A member in another aggregator carries nothing; the peer link is the bond, not its sub-interface."""
    records = joined(LEAF)
    members = {m.interface: (m.lag, m.active, m.lacp, m.partner) for m in of(records, LagMember)}
    assert members["swp3"] == ("bond1", True, True, "02:aa:07:ff:01:01")
    assert members["swp4"] == ("bond1", False, True, "02:aa:07:ff:01:01")
    (domain,) = of(records, MlagDomain)
    assert (domain.peer_link, domain.active, domain.peer) == ("peerlink", True, "02:aa:07:00:0b:31")
    assert [(p.number, p.interface, p.state) for p in of(records, MlagPort)] == [
        ("1", "bond1", "dual"),
        ("2", "bond2", "single"),
    ]


def test_static_address_on_the_peer_link_is_the_peers_own() -> None:
    """On another bond a static address is a machine's, which the peer learned first."""
    found = {(m.mac, m.interface): m.origin for m in of(joined(LEAF), MacEntry)}
    assert found["02:aa:07:00:0b:31", "peerlink"] == "peer"
    assert found["02:00:00:07:00:52", "bond1"] == "static"
    assert found["02:00:00:09:00:77", "vxlan48"] == "learned"
    assert found["00:00:5e:00:01:0a", "br_default"] == "self"


def test_shared_address_of_a_macvlan_is_a_gateway_of_the_svi() -> None:
    """The kernel's word and the configuration's are one record; its neighbours are the SVI's."""
    records = joined(LEAF)
    gateways = {g.interface: (g.protocol, [str(a) for a in g.addresses], g.mac) for g in of(records, Gateway)}
    assert gateways["vlan10"] == ("anycast", ["10.7.10.1", "2001:db8:7:10::1"], "00:00:5e:00:01:0a")
    assert gateways["vlan20"] == ("anycast", ["10.7.20.1"], None)
    shared = [a for a in of(records, PortAddress) if a.virtual]
    assert {(a.interface, str(a.address), a.vrf) for a in shared} == {
        ("vlan10", "10.7.10.1/24", "BLUE"),
        ("vlan10", "2001:db8:7:10::1/64", "BLUE"),
    }
    neighbors = [(str(n.address), n.interface, n.vrf, n.state) for n in of(records, Neighbor)]
    assert neighbors[:2] == [
        ("10.7.10.51", "vlan10", "BLUE", "REACHABLE"),
        ("10.7.10.52", "vlan10", "BLUE", "STALE"),
    ]


def test_macvlan_with_an_address_of_vrrp_is_vrrp() -> None:
    """FRR's VRRP makes its macvlans itself, and names them."""
    text = link(1, "vlan7", "vlan protocol 802.1Q id 7 <REORDER_HDR>").replace(
        "1: vlan7:", "1: vlan7@bridge:"
    )
    text += link(2, "bridge", "bridge vlan_filtering 1")
    text += (
        "3: vrrp4-7-9@vlan7: " + UP + " state UP\n    link/ether 00:00:5e:00:01:09 brd ff:ff:ff:ff:ff:ff\n"
    )
    text += "    macvlan mode bridge\n    inet 10.7.7.1/32 scope global vrrp4-7-9\n"
    records = quirks.of("cumulus").finish(read("ip -d addr show", text))
    (gateway,) = of(records, Gateway)
    assert (gateway.interface, gateway.protocol, gateway.group) == ("vlan7", "vrrp", 9)


def test_routes_and_addresses_are_in_vrfs_by_name() -> None:
    """Iproute2 gives the table of a VRF by number or by name; a VRF's own address is in it."""
    records = joined(LEAF)
    assert {(str(r.prefix), r.vrf) for r in of(records, Route)} == {
        ("0.0.0.0/0", "mgmt"),
        ("10.77.0.9/32", "default"),
        ("10.7.10.0/24", "BLUE"),
    }
    vrfs = {(a.interface, a.vrf) for a in of(records, PortAddress)}
    assert {("BLUE", "BLUE"), ("eth0", "mgmt"), ("vlan10", "BLUE"), ("lo", "default")} <= vrfs


def test_one_tree_spans_every_vlan_of_a_vlan_aware_bridge() -> None:
    """RSTP on such a bridge knows no VLANs: a blocked port is blocked for all of them."""
    records = joined(LEAF)
    (tree,) = of(records, StpInstance)
    assert (tree.instance, tree.vlans, tree.root_port) == ("br_default", {1, 10, 20, 21, 22}, "swp5")
    assert {(p.interface, p.role, p.state) for p in of(records, StpPort)} == {
        ("swp5", "root", "forwarding"),
        ("bond1", "designated", "forwarding"),
        ("bond2", "alternate", "discarding"),
    }


def test_traditional_bridge_is_a_vlan_and_its_sub_interfaces_tags_on_ports() -> None:
    """Its table, tree, groups, tunnel and address are that VLAN's, on the port below the sub-interface."""
    records = joined(TRADITIONAL)
    switchports = {p.interface: (p.mode, p.untagged, p.tagged) for p in of(records, Switchport)}
    assert switchports == {"swp1": ("trunk", 1, {100}), "swp2": ("trunk", None, {100})}
    assert {(m.vlan, m.mac, m.interface, m.origin) for m in of(records, MacEntry) if m.vlan == 100} == {
        (100, "02:00:00:08:00:01", "swp1", "learned"),
        (100, "02:aa:08:00:00:01", "swp1", "self"),
    }
    trees = {t.instance: t.vlans for t in of(records, StpInstance)}
    assert trees == {"br100": {100}}
    assert ("swp2", "backup", "discarding") in {(p.interface, p.role, p.state) for p in of(records, StpPort)}
    assert {(str(g.group), g.vlan, g.ports) for g in of(records, SnoopedGroup)} >= {
        ("239.8.8.8", 100, ("swp1",))
    }
    assert [(v.vlan, v.vni) for v in of(records, Vni)] == [(100, 300)]
    ports = {p.name: (p.sort, p.vlan, p.routed) for p in of(records, Port)}
    assert ports["br100"] == ("svi", 100, True)
    assert ports["swp2"] == ("physical", None, False)


def test_several_bridges_without_a_tag_have_no_vlan_anyone_could_name() -> None:
    """Two segments must not become one VLAN 1: their ports stay open."""
    text = "".join((
        link(1, "br-a", "bridge vlan_filtering 0"),
        link(2, "br-b", "bridge vlan_filtering 0"),
        link(3, "swp1", "bridge_slave state forwarding", master="br-a"),
        link(4, "swp2", "bridge_slave state forwarding", master="br-b"),
    ))  # fmt: skip
    records = quirks.of("cumulus").finish(read("ip -d addr show", text))
    assert of(records, Switchport) == of(records, Vlan) == []
    assert {p.name: p.routed for p in of(records, Port)}["swp1"] is False


def test_bridge_that_translates_tags_stands_for_no_vlan() -> None:
    """Neither tag is the bridge's, so what its ports carry is not known in full."""
    text = "".join((
        link(1, "br-x", "bridge vlan_filtering 0"),
        link(2, "swp1"),
        link(3, "swp2"),
        link(4, "swp1.10@swp1", "vlan protocol 802.1Q id 10 <REORDER_HDR>", master="br-x"),
        link(5, "swp2.20@swp2", "vlan protocol 802.1Q id 20 <REORDER_HDR>", master="br-x"),
    ))  # fmt: skip
    records = quirks.of("cumulus").finish(
        (
            *read("ip -d addr show", text),
            *read("bridge fdb show", "02:00:00:00:00:77 dev swp1.10 master br-x \n"),
        )
    )
    assert of(records, Switchport) == of(records, MacEntry) == []
    assert [entry.mac for entry in of(records, BridgeEntry)] == ["02:00:00:00:00:77"]


def test_bridge_that_does_not_say_whether_it_filters_is_not_guessed() -> None:
    """Taken for a traditional one, all its ports would become VLAN 1; `bridge vlan` tells, or nobody does."""
    text = link(1, "bridge", "bridge forward_delay 1500") + link(2, "swp1", master="bridge")
    addresses = read("ip -d addr show", text)
    assert of(quirks.of("cumulus").finish(addresses), Switchport) == []
    vlans = read("bridge vlan show", "port\tvlan ids\nswp1\t 10 PVID Egress Untagged\n")
    (port,) = of(quirks.of("cumulus").finish((*addresses, *vlans)), Switchport)
    assert (port.interface, port.untagged) == ("swp1", 10)


@pytest.mark.parametrize(
    ("command", "text", "status"),
    [
        ("net show clag json", "bash: net: command not found\n", Status.ABSENT),
        ("nv show mlag -o json", "-bash: nv: command not found\n", Status.ABSENT),
        ("net show clag json", "ERROR: Command not found.\n\n    net show clag json\n", Status.REFUSED),
        ("nv show mlag -o json", "Error: 'mlag' is not one of ['acl']\n", Status.REFUSED),
        ("nv show mlag -o json", "{}\n", Status.ABSENT),
        ("clagctl -j", "The clagd service is not running\n", Status.ABSENT),
        ("ip -j -d addr show", 'Option "-j" is unknown, try "ip -help".\n', Status.REFUSED),
        ("clagctl -j", '{"clagIntfs": {}, "status": {}}\n', Status.DATA),
    ],
)
def test_refusal_of_another_version_is_no_data(command: str, text: str, status: Status) -> None:
    """NCLU is gone in 5 and NVUE was not there before: neither answer may pass for a table."""
    assert judge(platforms.load("cumulus"), command, text).status is status


def test_what_is_asked_lives_on_every_version() -> None:
    """Of NCLU and NVUE only NVUE's configuration is asked for; no table rests on either."""
    asked = {spec.command for spec in platforms.load("cumulus").commands if spec.ask}
    assert {command for command in asked if command.startswith(("net ", "nv "))} == {"nv config show -o yaml"}
    essential = {spec.command for spec in platforms.load("cumulus").commands if spec.essential}
    assert essential < asked


def test_folder_is_a_switchs_when_an_answer_says_so(tmp_path: Path) -> None:
    """Most file names fit a host as well: the names of its ports tell, and a host stays a host."""
    files = {"ip_-d_addr_show.txt": link(3, "swp1"), "ip_neigh_show.txt": "", "hostname.txt": "tor\n"}
    for device, port in (("tor", "swp1"), ("web", "ens3")):
        (tmp_path / "in" / device).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / "in" / device / name).write_text(text.replace("swp1", port).replace("tor", device))
    found = importers.import_folder(tmp_path / "in", name="in")
    assert {d.name: d.platform for d in found.devices} == {"tor": "cumulus", "web": "linux"}


NETWORKS = {
    "cumulus_dual-bgp": ("4.3.0", {13, 24}),
    "cndcn_dual-attach_bgp_unnumbered": ("3.7.12", {13, 24}),
    "cndcn_dual-attach_evpn_distributed": ("3.7.12", {13, 24, 4001}),
}


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_gathered_pairs_become_mlag_pairs_with_hosts_behind(
    real_outputs: Path, tmp_path: Path, name: str
) -> None:
    """Four leafs in two pairs below two spines; each server on both leafs of its pair; no line unread."""
    version, vlans = NETWORKS[name]
    network, unread = _network(real_outputs / "suzieq/networks" / name, tmp_path / "out")
    assert unread == 0
    switches = {switch.name: switch for switch in network.switches}
    assert len(switches) == 9
    for leaf, peer in (
        ("leaf01", "leaf02"),
        ("leaf02", "leaf01"),
        ("leaf03", "leaf04"),
        ("leaf04", "leaf03"),
    ):
        switch = switches[DeviceName(leaf)]
        assert switch.mlag is not None
        assert (switch.mlag.peer, switch.mlag.active, switch.mlag.peer_link) == (peer, True, "peerlink")
        assert {vlan for vlan, _ in switch.vlans} == {1, *vlans}
        ports = {port.name: port for port in switch.ports}
        assert (ports["bond01"].mode, ports["bond01"].untagged, ports["bond01"].mlag) == (
            PortMode.ACCESS,
            13,
            "1",
        )
        assert ports["swp1"].mode is PortMode.ROUTED
        assert switch.version == version
    assert switches[DeviceName("spine01")].role == switches[DeviceName("spine02")].role == "core"
    legs = {host.name: {str(leg.logical) for leg in host.legs} for host in network.hosts}
    assert legs[DeviceName("server101")] == {"leaf01 bond01", "leaf02 bond01"}
    assert legs[DeviceName("server104")] == {"leaf03 bond02", "leaf04 bond02"}


def _network(source: Path, folder: Path) -> tuple[Network, int]:
    """Import a gather and build its network; also give how many lines nobody understood."""
    found = importers.import_folder(source, name="x")
    capture = store.write(
        folder, name=found.name, taken=found.taken, source=found.source, devices=found.devices
    )
    reading = engine.read_capture(capture)
    network, _ = build(reading, name="x", digest="x", devices=capture.manifest.devices)
    return network, len(reading.unparsed)
