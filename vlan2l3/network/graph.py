"""Build the layer-2 graph: which VLAN of which switch shares frames with which other.

Comes in: switches and links. Goes out: a `networkx.Graph` of (switch, VLAN) nodes, and doubts where the two
ends of a link give untagged frames different VLANs. A VLAN id joins nothing by itself: only a link that
carries it at both ends does, an MLAG peer link, or one VNI. Spanning tree splits nothing: a port that
blocks today forwards tomorrow; an edge says in `forwarding` whether any of its links carries frames now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx

from vlan2l3.names import DeviceName, VlanId
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.index import Index
from vlan2l3.network.model import Link, PortMode, PortRef, SwitchPort
from vlan2l3.parse.records import Vni

Node = tuple[DeviceName, VlanId]
_BRIDGING = frozenset({PortMode.ACCESS, PortMode.TRUNK})


def layer2(fabric: Fabric, links: Iterable[Link], index: Index) -> nx.Graph[Node]:
    """Join the nodes; every VLAN that exists on a switch is a node, also one no link carries."""
    graph: nx.Graph[Node] = nx.Graph()
    for switch in fabric.switches.values():
        graph.add_nodes_from((switch.name, vlan) for vlan, _ in switch.vlans)
        for port in switch.ports:
            graph.add_nodes_from((switch.name, vlan) for vlan in sorted(port.vlans))
    for a, b in logical_links(fabric, links):
        _join(graph, fabric, a, b)
    _join_peers(graph, fabric)
    _join_by_vni(graph, fabric, index)
    return graph


def logical_links(fabric: Fabric, links: Iterable[Link]) -> list[tuple[PortRef, PortRef]]:
    """List links between LAGs and single ports, each LAG once however many members it has."""
    found = {(fabric.logical(link.a), fabric.logical(link.b)) for link in links}
    return sorted(found, key=lambda pair: (port_key(pair[0]), port_key(pair[1])))


def untagged_mismatches(fabric: Fabric, links: Iterable[Link]) -> list[Doubt]:
    """Name links whose ends put untagged frames into different VLANs, where a trunk is involved.

    Two access ports of different VLANs are one segment by intent more often than by error.
    """
    doubts = []
    for a, b in logical_links(fabric, links):
        here, there = fabric.ports[a], fabric.ports[b]
        ids = {here.untagged, there.untagged}
        if None in ids or len(ids) == 1 or PortMode.TRUNK not in (here.mode, there.mode):
            continue
        doubts.append(
            Doubt(
                subject=f"native-vlan {a} {b}",
                what=f"untagged frames are VLAN {here.untagged} on {a} and VLAN {there.untagged} on {b},"
                " which makes one segment of both",
                hint="set one native VLAN at both ends",
                devices=(a.device, b.device),
                sources=(here.source, there.source),
            )
        )
    return doubts


def _join(graph: nx.Graph[Node], fabric: Fabric, a: PortRef, b: PortRef) -> None:
    here, there = fabric.ports.get(a), fabric.ports.get(b)
    if here is None or there is None:
        return
    for mine, theirs in shared_vlans(here, there):
        forwarding = mine not in here.blocked and theirs not in there.blocked
        _edge(graph, (a.device, mine), (b.device, theirs), forwarding=forwarding)


def shared_vlans(here: SwitchPort, there: SwitchPort) -> Iterator[tuple[VlanId, VlanId]]:
    """Give the VLANs a link joins, as each end numbers them: tagged by id, untagged whatever the ids."""
    if not {here.mode, there.mode} <= _BRIDGING:
        return
    for vlan in sorted(here.tagged & there.tagged):
        yield vlan, vlan
    if here.untagged is not None and there.untagged is not None:
        yield here.untagged, there.untagged


def _edge(graph: nx.Graph[Node], one: Node, other: Node, *, forwarding: bool) -> None:
    known = graph.get_edge_data(one, other, default={"forwarding": False})
    graph.add_edge(one, other, forwarding=forwarding or known["forwarding"])


def _join_peers(graph: nx.Graph[Node], fabric: Fabric) -> None:
    """Join MLAG peers over the peer link, also where LLDP is silent on it."""
    for switch in fabric.switches.values():
        peer = fabric.switches.get(switch.mlag.peer) if switch.mlag and switch.mlag.peer else None
        if peer is None or switch.mlag is None:
            continue
        here = fabric.ports.get(PortRef(device=switch.name, port=switch.mlag.peer_link))
        both = {vlan for vlan, _ in switch.vlans} & {vlan for vlan, _ in peer.vlans}
        carried = here.vlans if here is not None and here.mode in _BRIDGING else both
        for vlan in sorted(both & carried):
            _edge(graph, (switch.name, vlan), (peer.name, vlan), forwarding=True)


def _join_by_vni(graph: nx.Graph[Node], fabric: Fabric, index: Index) -> None:
    """Join VLANs that are mapped to one VNI: VXLAN makes one segment of them wherever they are."""
    members: dict[int, set[Node]] = defaultdict(set)
    for device in fabric.switches:
        for record in index.of(device, Vni):
            if (device, record.vlan) in graph:
                members[record.vni].add((device, record.vlan))
    for nodes in members.values():
        first, *others = sorted(nodes)
        for other in others:
            _edge(graph, first, other, forwarding=True)
