"""Hold what is said of the network as a whole against networks that only look like it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise

import pytest
from analyze_builders import address, host, network, one, port, ref, segment, source, station, svi, switch

from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.derived.capacity import ROUTES_FULL, SMALLEST
from vlan2l3.analyze.findings import Certainty
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, InterfaceName, Mac, RackName, SegmentName, VlanId
from vlan2l3.network.model import Link, Network, StationKind, Switch, SwitchRole
from vlan2l3.parse.records import Capacity, Neighbor, StpInstance


def seen(function: str, net: Network) -> list[Sighting]:
    """Give what a derived function finds."""
    return list(FUNCTIONS[function](Lookup(net)))


def figures(sightings: list[Sighting]) -> set[str]:
    """Give the figures that the texts show."""
    return {value for sighting in sightings for name, value in sighting.facts if name == "figures"}


# --- isolation, customers, zones ------------------------------------------------------------------


def protected(*names: str, shut: tuple[str, ...] = ()) -> Network:
    """Give a Catalyst with protected ports."""
    text = "".join(f"interface {name}\n switchport protected\n!\n" for name in names)
    ports = tuple(replace(port(name), enabled=name not in shut) for name in names)
    leaf = replace(switch("leaf-r1", ports=ports, config=text), platform="ios")
    return network(switches=(leaf,))


def test_two_protected_ports_of_one_vlan_are_kept_apart() -> None:
    """They are one finding, which says how many they are."""
    found = seen("isolated_ports", protected("Ethernet1", "Ethernet2"))
    assert {sighting.anchor for sighting in found} == {"isolation"}
    assert figures(found) == {"2 x isolated ports"}


@pytest.mark.parametrize(
    "net",
    [
        protected("Ethernet1"),
        protected("Ethernet1", "Ethernet2", shut=("Ethernet2",)),
    ],
    ids=["alone", "the other is shut"],
)
def test_one_protected_port_is_kept_apart_from_nobody(net: Network) -> None:
    """Only another protected port would not hear it."""
    assert seen("isolated_ports", net) == []


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("ip arp inspection vlan 110", True),
        ("ip arp inspection vlan 110-112", True),
        ("ip arp inspection vlan 999", False),
        ("no ip arp inspection vlan 110", False),
        ("ip arp inspection trust", False),
        ("ip arp inspection vlan 1-99999", False),
    ],
)
def test_arp_inspection_acts_in_a_vlan_that_is_there(line: str, fires: bool) -> None:  # noqa: FBT001
    """A list that is none is no reason to fail."""
    leaf = replace(switch("leaf-r1", config=f"{line}\n"), vlans=((segment(110).vlans[0], "apps"),))
    assert bool(seen("isolated_ports", network(switches=(leaf,)))) == fires


def test_description_of_a_port_isolates_nothing() -> None:
    """A pattern fits whole lines only."""
    text = "interface Ethernet1\n description switchport protected\n description vpls x\n"
    net = network(switches=(switch("leaf-r1", ports=(port("Ethernet1"),), config=text),))
    assert seen("isolated_ports", net) == []
    assert seen("customer_frames", net) == []


def behind(machine: str, *vlans: int) -> Network:
    """Give hosts of VLANs whose default gateway is one machine that nobody read."""
    hosts, stations = [], []
    for number, vlan in enumerate(vlans):
        gateway = f"10.1.{vlan}.1"
        own = replace(address(f"h{number}", f"10.1.{vlan}.9/24", f"vlan{vlan}"), gateway=ip_address(gateway))
        hosts.append(host(f"h{number}", addresses=(own,)))
        stations.append(station(machine, vlan, StationKind.UNKNOWN, addresses=(gateway,)))
    return network(*hosts, stations=tuple(stations))


def test_firewall_that_is_the_gateway_of_two_vlans_keeps_zones() -> None:
    """It is a suspicion: what it lets pass nobody read."""
    finding = one(behind("00:10:db:00:00:01", 110, 120), "vrf-tenants")
    assert finding.certainty is Certainty.SUSPECTED
    assert finding.segments == ("vlan110", "vlan120")


def test_router_of_one_vlan_keeps_no_zones() -> None:
    """There is nothing it could keep the VLAN from."""
    assert seen("firewall_zones", behind("00:10:db:00:00:01", 110)) == []


# --- spanning trees and racks ---------------------------------------------------------------------


def chain(*names: str, cores: tuple[str, ...] = (), ring: bool = False, blocked: str = "") -> Network:
    """Give switches in a row, VLAN 110 on all links, and a machine on each leaf; `blocked` is `name port`."""
    switches, links, stations = [], [], []
    for place, name in enumerate(names):
        ports = [replace(port(f"Ethernet{n}", device=name, tagged=(110,)), neighbors=()) for n in (1, 2)]
        ports = [replace(p, blocked=p.tagged) if blocked == f"{name} {p.name}" else p for p in ports]
        own = replace(switch(name, ports=(*ports, port("Ethernet9", device=name))), vlans=())
        if name in cores:
            own = replace(own, role=SwitchRole.CORE, rack=None)
        else:
            stations.append(
                station(f"3c:ec:ef:00:00:{place:02x}", 110, StationKind.UNKNOWN, at=(ref(name, "Ethernet9"),))
            )
        switches.append(own)
    joined = list(pairwise(names)) + ([(names[-1], names[0])] if ring else [])
    for a, b in joined:
        links.append(
            Link(a=ref(a, "Ethernet2"), b=ref(b, "Ethernet1"), confirmed=True, source=source(a, "lldp.txt"))
        )
    racks = tuple(RackName(n.removeprefix("leaf-")) for n in names if n not in cores)
    vlan = replace(segment(110, leafs=names), racks=racks, root=DeviceName(names[0]))
    net = network(switches=tuple(switches), segments=(vlan,), stations=tuple(stations))
    return replace(net, links=tuple(links))


def test_rack_in_the_middle_of_a_row_is_in_between() -> None:
    """What hangs behind it loses the part with the root."""
    found = seen("rack_in_between", chain("leaf-r1", "leaf-r2", "leaf-r3"))
    assert {sighting.anchor for sighting in found} == {"leaf-r2"}
    assert figures(found) == {"r3 by way of r2: no other way"}


def test_racks_of_a_ring_have_another_way() -> None:
    """Where nothing is blocked, taking one out leaves the others joined."""
    assert seen("rack_in_between", chain("leaf-r1", "leaf-r2", "leaf-r3", ring=True)) == []


def test_blocked_link_is_another_way_that_opens_first() -> None:
    """The tree passes the rack today, and that is said with what will take over."""
    net = chain("leaf-r1", "leaf-r2", "leaf-r3", ring=True, blocked="leaf-r3 Ethernet2")
    assert figures(seen("rack_in_between", net)) == {"r3 by way of r2: a blocked link is the other way"}


def test_core_in_the_middle_is_where_it_belongs() -> None:
    """Racks that meet in a core are no way of each other's."""
    assert seen("rack_in_between", chain("leaf-r1", "core1", "leaf-r3", cores=("core1",))) == []


def test_rack_behind_a_rack_without_machines_loses_nothing() -> None:
    """A VLAN that is only allowed there is nobody's."""
    net = chain("leaf-r1", "leaf-r2", "leaf-r3")
    without = tuple(s for s in net.stations if s.ports[0].device != "leaf-r3")
    assert seen("rack_in_between", replace(net, stations=without)) == []


def rooted(root: str, *gateways: str) -> Network:
    """Give two racks without a core, the root of their tree in one, and the gateways of the VLAN."""
    net = chain("leaf-r1", "leaf-r2")
    owner = Mac("00:1c:73:00:00:01")
    tree = StpInstance(
        source=source(root, "show_spanning-tree.txt"),
        instance="VL110",
        vlans=frozenset({VlanId(110)}),
        root=owner,
        root_priority=4096 + 110,
        bridge=owner,
        bridge_priority=4096 + 110,
    )
    switches = tuple(
        replace(
            s,
            vlans=((VlanId(110), "apps"),),
            svis=(svi(s.name, 110, "10.1.10.2/24"),) if s.name in gateways else (),
            trees=(tree,) if s.name == root else (),
        )
        for s in net.switches
    )
    (vlan,) = (s for s in net.segments if s.name == "vlan110")
    own = replace(vlan, root=DeviceName(root), root_mac=owner)
    others = tuple(s for s in net.segments if s.name != "vlan110")
    return replace(net, switches=switches, segments=(own, *others))


def test_root_beside_the_gateways_is_misplaced() -> None:
    """Frames to the gateway take a way round by it."""
    finding = one(rooted("leaf-r1", "leaf-r2"), "stp-root-misplaced")
    assert (finding.subject, finding.segments) == ("leaf-r1", (SegmentName("vlan110"),))


@pytest.mark.parametrize("gateways", [(), ("leaf-r1",), ("leaf-r1", "leaf-r2")], ids=str)
def test_root_on_a_leaf_without_core_is_where_it_can_be(gateways: tuple[str, ...]) -> None:
    """It is a gateway itself, or nobody captured one."""
    assert seen("root_on_leaf", rooted("leaf-r1", *gateways)) == []


# --- tables ---------------------------------------------------------------------------------------


def with_tables(*tables: tuple[str, int | None, int | None], addresses: int = 0) -> Network:
    """Give a leaf that tells of tables, and machines that ARP tables know."""
    said = tuple(
        Capacity(source=source("leaf-r1", "capacity.txt", line), table=table, used=used, limit=limit)
        for line, (table, used, limit) in enumerate(tables, start=1)
    )
    leaf: Switch = replace(switch("leaf-r1"), capacities=said)
    machines = tuple(
        station(
            f"3c:ec:ef:00:{n >> 8:02x}:{n & 255:02x}",
            110,
            StationKind.UNKNOWN,
            addresses=(f"10.{n >> 8}.{n & 255}.1",),
        )
        for n in range(addresses)
    )
    return network(switches=(leaf,), stations=machines)


def test_count_and_limit_of_two_answers_are_one_table() -> None:
    """`show mac address-table count` knows what is used, a template knows the size."""
    found = seen("mac_table", with_tables(("mac", 7000, None), ("mac", None, 8192)))
    assert figures(found) == {"leaf-r1 mac: 7000 entries of 8192"}


def test_table_without_a_limit_is_not_judged() -> None:
    """Nobody knows how much 250,000 is."""
    assert seen("mac_table", with_tables(("mac", 250000, None))) == []
    assert seen("mac_table", with_tables(("mac", 5, 0))) == []


def test_unknown_limit_of_routes_is_named_where_it_matters() -> None:
    """The smallest published table has to be short of room; and it stays a suspicion."""
    enough = int(SMALLEST * ROUTES_FULL)
    finding = one(with_tables(addresses=enough), "lpm-host-routes")
    assert finding.certainty is Certainty.SUSPECTED
    assert f"leaf-r1: {enough} routes - limit unknown" in finding.meaning
    assert seen("host_routes_no_limit", with_tables(addresses=enough - 1)) == []


def test_switch_that_tells_its_limit_is_judged_by_it() -> None:
    """It has room for all of them, and is named nowhere."""
    net = with_tables(("lpm-ipv4", 100, 82000), addresses=int(SMALLEST * ROUTES_FULL))
    assert seen("host_routes", net) == []
    assert {sighting.source.device for sighting in seen("host_routes_no_limit", net)} == {"leaf-r2"}


@pytest.mark.parametrize(
    ("tables", "fires"),
    [
        ((("lpm-ipv4", 5, 8192), ("mac", 5, 180224), ("host-ipv4", 5, 8192)), True),
        ((("lpm-ipv4", 5, 8192), ("mac", 5, 180224)), True),
        ((("lpm-ipv4", 5, 8190), ("mac", 5, 163840), ("host-ipv4", 5, 147455)), False),
        ((("lpm-ipv4", 5, 82720), ("mac", 5, 57903), ("host-ipv4", 5, 41360)), False),
        ((("lpm-ipv4", 5, 8192), ("mac", 5, 16384)), False),
        ((("lpm-ipv4", 5, 8192),), False),
    ],
    ids=[
        "l2-heavy-1",
        "hosts untold",
        "a host table takes them",
        "default of Spectrum-2",
        "small",
        "MACs untold",
    ],
)
def test_few_routes_beside_many_macs_look_like_a_profile_for_layer_2(
    tables: tuple[tuple[str, int, int], ...],
    fires: bool,  # noqa: FBT001
) -> None:
    """Where host routes have a large table of their own, few routes are no lack."""
    assert bool(seen("l2_limits", with_tables(*tables))) == fires


def test_partition_known_from_memory_is_a_suspicion() -> None:
    """No source confirms what a number of EOS means."""
    leaf = switch("leaf-r1", config="platform trident forwarding-table partition 0\n")
    assert one(network(switches=(leaf,)), "profile-mismatch").certainty is Certainty.SUSPECTED
    other = switch("leaf-r1", config="platform trident forwarding-table partition 2\n")
    assert seen("l2_partition", network(switches=(other,))) == []


def crowded(count: int, *, version: int = 4, **sysctls: str) -> Network:
    """Give a host with many neighbours."""
    own = host("h1", addresses=(address("h1", "10.1.10.9/16", "vlan110"),), sysctls=sysctls)
    prefix = "10.1.{}.{}" if version == 4 else "2001:db8::{}:{}"
    neighbors = tuple(
        Neighbor(
            source=source("h1", "ip_-j_neigh_show.json", n + 1),
            address=ip_address(prefix.format(n >> 8, n & 255)),
            mac=None,
            interface=InterfaceName("bond0"),
            state="stale",
        )
        for n in range(count)
    )
    return network(replace(own, neighbors=neighbors))


def test_default_of_the_kernel_is_a_suspicion() -> None:
    """Nobody read the host's own limit."""
    finding = one(crowded(512), "host-neigh-table")
    assert (finding.certainty, finding.segments) == (Certainty.SUSPECTED, (SegmentName("vlan110"),))
    assert seen("neighbors_near_default", crowded(511)) == []


def test_limit_that_was_raised_is_taken_at_its_word() -> None:
    """Each family has its own."""
    raised = {"net.ipv4.neigh.default.gc_thresh3": "65536"}
    assert seen("neighbors_near_limit", crowded(1400, **raised)) == []
    assert seen("neighbors_near_default", crowded(1400, **raised)) == []
    assert len(seen("neighbors_near_default", crowded(1400, version=6, **raised))) == 1


def test_nothing_of_the_network_says_that_machines_went_unread() -> None:
    """The switches it speaks of were read."""
    assert one(with_tables(("mac", 8000, 8192)), "mac-pressure").not_looked_at == ()
