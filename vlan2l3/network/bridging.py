"""Say between which switches the frames of a segment cross today, and where its machines hang.

Comes in: the Network and the leafs of a rack. Goes out: pairs of switches, and switches. Leaf switches of
other racks are joined with the core that frames pass on the way to them, since this rack's plan changes
nothing there: what is said of a rack does not grow with the number of racks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import networkx as nx

from vlan2l3.names import DeviceName, SegmentName
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.graph import Node, logical_links, shared_vlans
from vlan2l3.network.model import Network, PortRef, StationKind, SwitchRole

Trunk = tuple[DeviceName, DeviceName]
_INFRASTRUCTURE = (StationKind.GATEWAY, StationKind.SWITCH)


class Bridging:
    """Look up who shares frames with whom; links that spanning tree blocks carry none, and are left out."""

    def __init__(self, network: Network, leafs: Iterable[DeviceName]) -> None:
        self._named = frozenset(leafs) | {
            *(s.name for s in network.switches if s.role is SwitchRole.CORE),
            *(gateway for segment in network.segments for gateway, _ in segment.gateways),
        }
        self._graphs = {segment.name: nx.Graph() for segment in network.segments}
        for segment in network.segments:
            self._graphs[segment.name].add_nodes_from(sorted({device for device, _ in segment.nodes}))
        homes = {node: segment.name for segment in network.segments for node in segment.nodes}
        for one, other in _crossings(network):
            if one in homes and homes[one] == homes.get(other):
                self._graphs[homes[one]].add_edge(one[0], other[0])
        self._network = network

    def trunks(self, segment: SegmentName) -> tuple[Trunk, ...]:
        """List the pairs between which frames of the segment cross, each pair once and in order."""
        names = self._names(segment)
        pairs = {(names[one], names[other]) for one, other in self._graphs[segment].edges}
        return tuple(sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}))

    def entries(self, segment: SegmentName, moving: Iterable[DeviceName]) -> tuple[DeviceName, ...]:
        """List the switches behind which machines of the segment stay when the moving ones have left."""
        gone, names = frozenset(moving), self._names(segment)
        return tuple(
            sorted(
                {
                    names.get(port.device, port.device)
                    for station in self._network.stations
                    if station.segment == segment
                    and station.kind not in _INFRASTRUCTURE
                    and station.owner not in gone
                    for port in station.ports
                }
            )
        )

    def _names(self, segment: SegmentName) -> dict[DeviceName, DeviceName]:
        """Name each switch of the segment: by itself, or by the named switch that is next to its part."""
        graph = self._graphs[segment]
        names = {device: device for device in graph if device in self._named}
        others = graph.subgraph(device for device in graph if device not in self._named)
        for part in nx.connected_components(others):
            near = {n for device in part for n in graph[device] if n in self._named}
            name = min(near or part)
            names |= dict.fromkeys(part, name)
        return names


def _crossings(network: Network) -> Iterator[tuple[Node, Node]]:
    """Give every pair of (switch, VLAN) between which a link forwards, MLAG peer links included."""
    fabric = Fabric.of(network.switches)
    for a, b in logical_links(fabric, network.links):
        here, there = fabric.ports.get(a), fabric.ports.get(b)
        if here is None or there is None:
            continue
        for mine, theirs in shared_vlans(here, there):
            if mine not in here.blocked and theirs not in there.blocked:
                yield (a.device, mine), (b.device, theirs)
    for switch in network.switches:
        if switch.mlag is None or switch.mlag.peer is None or not switch.mlag.active:
            continue
        peer_link = fabric.ports.get(PortRef(device=switch.name, port=switch.mlag.peer_link))
        for vlan, _ in switch.vlans:
            if peer_link is None or not peer_link.vlans or vlan in peer_link.vlans:
                yield (switch.name, vlan), (switch.mlag.peer, vlan)
