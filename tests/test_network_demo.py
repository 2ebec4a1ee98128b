"""The demo network is read as it was described: racks, legs, segments, stations, and what is not known."""

from __future__ import annotations

import pytest
from conftest import ROOT

from vlan2l3.capture import store
from vlan2l3.names import Mac
from vlan2l3.network.build import build
from vlan2l3.network.coverage import Coverage, GapKind
from vlan2l3.network.model import Network, StationKind, SwitchRole
from vlan2l3.parse.engine import read_capture

Built = tuple[Network, Coverage]
APPLIANCE = Mac("00:09:0f:09:03:02")


@pytest.fixture(scope="module")
def demo() -> Built:
    """Build the network of the demo capture once."""
    capture = store.load(ROOT / "fixtures" / "demo")
    return build(
        read_capture(capture),
        name=capture.manifest.name,
        digest=capture.digest,
        devices=capture.manifest.devices,
    )


def test_racks_leafs_and_cores(demo: Built) -> None:
    """Three racks of two leafs, and two cores without a rack."""
    network, _ = demo
    assert network.racks == ("r11", "r12", "r13")
    leafs = {rack: [s.name for s in network.leafs(rack)] for rack in network.racks}
    assert leafs == {rack: [f"leaf-{rack}a", f"leaf-{rack}b"] for rack in network.racks}
    cores = [(s.name, s.rack) for s in network.switches if s.role is SwitchRole.CORE]
    assert cores == [("core1", None), ("core2", None)]
    assert {s.name: s.mlag.peer for s in network.switches if s.mlag} == {
        f"leaf-{rack}{side}": f"leaf-{rack}{other}" for rack in network.racks for side, other in ("ab", "ba")
    }


def test_hosts_of_r12_and_their_legs(demo: Built) -> None:
    """Ten hosts; all but one have a leg on each leaf, `ens1f0` on leaf a, proven by LLDP."""
    network, _ = demo
    hosts = {h.name: h for h in network.hosts if h.rack == "r12"}
    assert sorted(hosts) == sorted(
        ["web-03", "web-04", "web-05", "db-02", "db-03", "batch-01", "pcs-01", "lb-02", "gnt-01", "k8s-01"]
    )
    for name, host in hosts.items():
        ends = [(leg.interface, leg.port.device) for leg in host.legs]
        both = [("ens1f0", "leaf-r12a"), ("ens1f1", "leaf-r12b")]
        assert ends == (both[:1] if name == "batch-01" else both), name
        assert all("lldp" in leg.proof for leg in host.legs), name
    assert [name for name, host in hosts.items() if host.single_homed] == ["batch-01"]
    web = hosts["web-03"].legs
    assert {leg.logical.port for leg in web} == {"Port-Channel11"}
    assert {leg.proof for leg in web} == {("lacp", "lldp", "mac")}
    assert [leg.proof for leg in hosts["db-03"].legs] == [("lldp", "mac"), ("lldp",)]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (
            "web-03",
            [("bond0", "10.1.10.13/24", "vlan110", None), ("bond0", "2001:db8:110::13/64", "vlan110", None)],
        ),
        ("web-05", [("bond0.110", "10.1.10.15/24", "vlan110", 110)]),
        (
            "db-02",
            [
                ("bond0.120", "10.1.20.12/24", "vlan120", 120),
                ("bond0.120", "2001:db8:120::12/64", "vlan120", 120),
                ("bond0.130", "10.1.30.12/24", "vlan130", 130),
            ],
        ),
        ("db-03", [("bond0", "10.1.20.13/24", "vlan120", None)]),
        ("batch-01", [("ens1f0", "10.1.10.41/24", "vlan110", None)]),
    ],
)
def test_addresses_are_in_their_segments(
    demo: Built, host: str, expected: list[tuple[str, str, str, int | None]]
) -> None:
    """Untagged on an access LAG, tagged on a trunk; all static."""
    found = demo[0].host(host)
    assert found is not None
    assert [(a.interface, str(a.address), a.segment, a.tag) for a in found.addresses] == expected
    assert all(address.static for address in found.addresses)


def test_address_a_cluster_added_is_not_static(demo: Built) -> None:
    """`lb-01` holds the shared address while it is master; its file does not name it."""
    host = demo[0].host("lb-01")
    assert host is not None
    assert {str(a.address.ip): a.static for a in host.addresses} == {"10.1.10.30": False, "10.1.10.31": True}


def test_segments(demo: Built) -> None:
    """Each VLAN of the trunks is one segment; 900 exists twice, in r11 and in r13."""
    segments = {s.name: s for s in demo[0].segments}
    assert {"vlan10", "vlan20", "vlan110", "vlan120", "vlan130", "vlan140", "vlan150", "vlan666"} < set(
        segments
    )
    assert [name for name in segments if name.startswith("vlan900")] == ["vlan900@r11", "vlan900@r13"]
    web = segments["vlan110"]
    assert (web.title, web.root, web.racks) == ("web", "core1", ("r11", "r12", "r13"))
    assert [str(prefix) for prefix in web.prefixes] == ["10.1.10.0/24", "2001:db8:110::/64"]
    assert segments["vlan130"].racks == ("r11", "r12")
    assert {(d, str(g.address.ip), g.protocol, g.mac) for d, g in web.gateways} == {
        (core, address, "varp", Mac("00:1c:73:00:00:99"))
        for core in ("core1", "core2")
        for address in ("10.1.10.1", "2001:db8:110::1")
    }


def test_links_to_core2_are_blocked_at_the_leafs(demo: Built) -> None:
    """Spanning tree discards on Port-Channel2 of every leaf, and nowhere else."""
    segment = demo[0].segment("vlan110")
    assert segment is not None
    assert {(ref.device, ref.port.lower()) for ref in segment.blocked} == {
        (f"leaf-{rack}{side}", "port-channel2") for rack in ("r11", "r12", "r13") for side in "ab"
    }


def test_each_leaf_has_two_idle_routed_links_to_the_cores(demo: Built) -> None:
    """They are cabled and confirmed by both ends, and have no address."""
    network, _ = demo
    for leaf in (s for s in network.switches if s.role is SwitchRole.LEAF):
        idle = {port.name for port in leaf.ports if port.mode == "routed" and not port.addresses}
        found = [link for link in network.links if link.b.device == leaf.name and link.b.port in idle]
        assert [link.a.device for link in found] == ["core1", "core2"], leaf.name
        assert all(link.confirmed for link in found)


def test_appliance_is_a_virtual_station(demo: Built) -> None:
    """Its failover address is known by its family, on the port of the active member, in two VLANs."""
    found = [s for s in demo[0].stations if s.mac == APPLIANCE]
    assert [(s.segment, s.kind, [str(p) for p in s.ports]) for s in found] == [
        (segment, StationKind.VIRTUAL, ["leaf-r11a Ethernet24"]) for segment in ("vlan110", "vlan120")
    ]


def test_bmc_and_guests_have_owners(demo: Built) -> None:
    """The controller of `web-04` shares its port; the two guests are behind the bridge of `gnt-01`."""
    owners = {
        kind: sorted((s.owner, s.segment) for s in demo[0].stations if s.kind is kind)
        for kind in (StationKind.BMC, StationKind.GUEST)
    }
    assert owners == {
        StationKind.BMC: [("web-04", "vlan10")],
        StationKind.GUEST: [("gnt-01", "vlan140")] * 2,
    }


def test_blind_spots_of_r12_are_the_silent_machine_and_the_passive_appliance(demo: Built) -> None:
    """Nobody knows the one, and the port of the other is up without a word; nothing else blinds anywhere."""
    _, coverage = demo
    assert [(gap.kind, gap.subject, gap.racks) for gap in coverage.gaps if gap.blind] == [
        (GapKind.SILENT_PORT, "leaf-r12a Ethernet24", ("r12",)),
        (GapKind.UNKNOWN_MAC, "leaf-r12b Ethernet20 08:00:11:2a:7c:05", ("r12",)),
    ]
    assert coverage.blind_spots("r11") == coverage.blind_spots("r13") == ()


def test_what_no_device_tells_and_no_plan_rests_on_is_noted(demo: Built) -> None:
    """A trunk to a rack without VLAN 130, ports of appliances, an address that is gone."""
    noted = [(gap.kind, gap.subject) for gap in demo[1].gaps if not gap.blind]
    assert noted == [
        (GapKind.ARP_UNANSWERED, "vlan10 10.10.0.99"),
        (GapKind.PORT_WITHOUT_NEIGHBOR, "leaf-r11a Ethernet24"),
        (GapKind.PORT_WITHOUT_NEIGHBOR, "leaf-r12b Ethernet20"),
        (GapKind.VLAN_ONE_SIDED, "core1 Port-Channel13 leaf-r13a port-channel1"),
        (GapKind.VLAN_ONE_SIDED, "core1 Port-Channel13 leaf-r13b port-channel1"),
        (GapKind.VLAN_ONE_SIDED, "core2 Port-Channel13 leaf-r13a port-channel2"),
        (GapKind.VLAN_ONE_SIDED, "core2 Port-Channel13 leaf-r13b port-channel2"),
    ]
