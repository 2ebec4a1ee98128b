"""Hold what is taken for a guest, and for a cluster of hypervisors, against what only looks like one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from analyze_builders import address, found, host, interface, network, one, port, ref, station, switch

from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.network.model import Host, Network, Station, StationKind

PORT = ref("leaf-r1", "Ethernet9")
CARD = "3c:fd:fe:00:09:01"
HOST, UNKNOWN, BMC, VIRTUAL = (
    StationKind.HOST, StationKind.UNKNOWN, StationKind.BMC, StationKind.VIRTUAL,
)  # fmt: skip


def behind(*macs: str, named: bool = True, kind: StationKind = UNKNOWN) -> Network:
    """Give a machine nobody read, and further MACs on its port."""
    machine = (host("kvm-01", "Ethernet9", readable=False),) if named else ()
    stations = [station(CARD, 110, UNKNOWN, at=(PORT,))]
    stations += [station(mac, 110, kind, at=(PORT,)) for mac in macs]
    return network(
        *machine, switches=(switch("leaf-r1", ports=(port("Ethernet9"),)),), stations=tuple(stations)
    )


def guests_of(net: Network) -> set[str]:
    """Give the MACs that are taken for guests."""
    seen = FUNCTIONS["many_macs_on_access_port"](Lookup(net))
    return {value for sighting in seen for name, value in sighting.facts if name == "guests"}


@pytest.mark.parametrize(
    "mac",
    [
        pytest.param("3c:fd:fe:00:09:03", id="a controller numbered behind the card"),
        pytest.param("94:40:c9:12:00:77", id="a controller of another maker"),
        pytest.param("3e:fd:fe:00:09:01", id="lldpd on a member of a bond"),
        pytest.param("00:60:08:69:97:ef", id="lldpd with its fixed address"),
    ],
)
def test_machine_with_one_more_mac_has_no_guest(mac: str) -> None:
    """Each is there without anything that is bridged."""
    assert guests_of(behind(mac)) == set()


@pytest.mark.parametrize("kind", [BMC, VIRTUAL])
def test_what_has_a_name_already_is_no_guest(kind: StationKind) -> None:
    """However many controllers' and routers' addresses there are."""
    assert (
        guests_of(behind("00:00:5e:00:01:0a", "00:00:5e:00:01:0b", "00:00:5e:00:01:0c", kind=kind)) == set()
    )


def test_local_addresses_are_a_guest_each() -> None:
    """Those side by side are no cards of one machine: nobody bought them in a row."""
    macs = {"4e:1a:77:02:11:c4", "4e:1a:77:02:11:c5"}
    assert guests_of(behind(*macs)) == {CARD, *macs}
    assert guests_of(behind(*macs, named=False)) == set()


def test_prefix_of_a_hypervisor_needs_no_name_and_a_second_mac() -> None:
    """A guest that is alone on a port is wired to it, as in a lab."""
    assert guests_of(behind("52:54:00:00:09:11", named=False)) == {"52:54:00:00:09:11"}
    alone = station("52:54:00:00:09:11", 110, UNKNOWN, at=(PORT,))
    assert guests_of(network(stations=(alone,))) == set()


def test_guests_of_vmware_are_told_once() -> None:
    """ESXi has a rule of its own; its own adapters are no guests."""
    net = behind("00:50:56:91:09:11", "00:50:56:66:09:01")
    assert [rule for rule, _ in found(net)] == ["vmotion-esxi"]
    assert "00:50:56:66:09:01" not in one(net, "vmotion-esxi").meaning


def test_virtual_machine_that_was_read_is_behind_its_hypervisor() -> None:
    """The port is not the guest's: it is named, and not the machine that answers."""
    guest = host("vm-01", "Ethernet9", addresses=(address("vm-01", "10.1.10.31/24", "vlan110"),))
    stations = (
        station(CARD, 110, UNKNOWN, at=(PORT,)),
        station("52:54:00:00:09:11", 110, HOST, at=(PORT,), owner="vm-01"),
    )
    leg = replace(guest.legs[0], mac=stations[1].mac, proof=("mac",))
    net = network(replace(guest, legs=(leg,)), stations=stations)
    assert one(net, "bridged-vms").subject == "leaf-r1 Ethernet9"


def test_hypervisors_nobody_reads_are_one_finding_and_few_rows() -> None:
    """Forty of them say nothing that five do not; all are members."""
    ports = tuple(port(f"Ethernet{number}") for number in range(1, 41))
    stations: list[Station] = []
    for number in range(1, 41):
        at = (ref("leaf-r1", f"Ethernet{number}"),)
        stations.append(station(f"3c:fd:fe:01:{number:02x}:01", 110, UNKNOWN, at=at))
        stations += [station(f"52:54:00:{g:02x}:{number:02x}:01", 110, UNKNOWN, at=at) for g in range(9)]
    machines = [host(f"kvm-{n}", f"Ethernet{n}", readable=False) for n in range(1, 41)]
    net = network(*machines, switches=(switch("leaf-r1", ports=ports),), stations=tuple(stations))
    finding = one(net, "bridged-vms")
    assert len(finding.hosts) == 40
    assert len(finding.evidence) <= 25


def test_cluster_of_hypervisors_is_one_finding() -> None:
    """Twenty nodes, two segments: one finding on migration beside one on each node's bridges."""
    nodes = [_node(f"pve-{n:02}", f"Ethernet{n}") for n in range(1, 21)]
    net = network(*nodes)
    found_here = [rule for rule, _ in found(net)]
    assert found_here.count("live-migration") == 1
    assert len(one(net, "live-migration").hosts) == 20
    assert len(one(net, "live-migration").evidence) <= 12


def test_hypervisors_of_two_segments_are_no_cluster() -> None:
    """Nobody hands a guest to a host that is not in its segment."""
    net = network(_node("pve-01", "Ethernet1"), _node("pve-02", "Ethernet2", vlan=120))
    assert "live-migration" not in {rule for rule, _ in found(net)}


@pytest.mark.parametrize(
    ("driver", "options", "fires"),
    [
        ("macvlan", {"parent": "bond0"}, True),
        ("ipvlan", {"parent": "bond0"}, True),
        ("ipvlan", {"parent": "bond0", "ipvlan_mode": "l2"}, True),
        ("ipvlan", {"parent": "bond0", "ipvlan_mode": "l3"}, False),
        ("ipvlan", {"parent": "bond0", "ipvlan_mode": "l3s"}, False),
        ("macvlan", {}, False),
        ("macvlan", {"parent": "dm-2b1c0d9e8f7a"}, False),
        ("bridge", {"com.docker.network.bridge.name": "docker0"}, False),
    ],
)
def test_networks_of_docker(driver: str, options: dict[str, str], fires: bool) -> None:  # noqa: FBT001
    """Those on an uplink at layer 2 are found, and the line is the driver's and not that of its IPAM."""
    text = json.dumps(
        [{"Name": "lan", "IPAM": {"Driver": "default"}, "Driver": driver, "Options": options}], indent=1
    )
    machine = host(
        "app-01",
        addresses=(address("app-01", "10.1.10.11/24", "vlan110"),),
        files={"docker network inspect lan": text},
    )
    seen = list(FUNCTIONS["container_network"](Lookup(network(machine))))
    assert [(s.segments, s.text) for s in seen] == [({"vlan110"}, f'"Driver": "{driver}",')] * fires


@pytest.mark.parametrize(
    "text", ["", "null", "[1]", '{"plugins": 3}', '[{"Driver": "macvlan", "Options": 1}]', "["]
)
@pytest.mark.parametrize("path", ["docker network inspect lan", "/etc/cni/net.d/10-lan.conf"])
def test_answers_of_another_shape_hold_no_network(text: str, path: str) -> None:
    """Nothing is found, and nothing breaks."""
    machine = host("app-01", files={path: text})
    lookup = Lookup(network(machine))
    assert [
        s for name in ("container_network", "cni_network", "cni_bridge") for s in FUNCTIONS[name](lookup)
    ] == []


def _node(name: str, at: str, vlan: int = 110) -> Host:
    interfaces = (
        interface(name, "bond0", "bond", master="vmbr0"),
        interface(name, "vmbr0", "bridge"),
        interface(name, "tap100i0", "tap", master="vmbr0"),
    )
    own = address(name, f"10.1.{vlan - 100}.9/24", f"vlan{vlan}")
    return host(name, at, addresses=(own,), interfaces=interfaces, units=("pve-cluster.service",))
