"""Say between which switches the frames of a segment cross today, and where its machines hang.

Comes in: the Network, and the leafs of a rack. Goes out: links; pairs of switches, and switches. For a rack,
leaf switches of other racks are joined with the core that frames pass on the way to them, since its plan
changes nothing there: what is said of a rack does not grow with the number of racks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import networkx as nx

from vlan2l3.names import DeviceName, SegmentName
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.graph import Node, logical_links, shared_vlans
from vlan2l3.network.model import Network, PortRef, StationKind, SwitchRole
from vlan2l3.parse.records import Source

Trunk = tuple[DeviceName, DeviceName]
Graphs = dict[SegmentName, "nx.Graph[DeviceName]"]
_INFRASTRUCTURE = (StationKind.GATEWAY, StationKind.SWITCH)


class Crossing(NamedTuple):
    """Join two (switch, VLAN) nodes by a link; `forwards` tells whether it carries frames now."""

    one: Node
    other: Node
    source: Source
    forwards: bool


def forwarding(network: Network) -> Graphs:
    """Give, for each segment, the switches in it and which two of them a link joins now."""
    graphs: Graphs = {}
    for segment in network.segments:
        graphs[segment.name] = nx.Graph()
        graphs[segment.name].add_nodes_from(sorted({device for device, _ in segment.nodes}))
    homes = {node: segment.name for segment in network.segments for node in segment.nodes}
    for crossing in crossings(network):
        home = homes.get(crossing.one)
        if crossing.forwards and home is not None and home == homes.get(crossing.other):
            graphs[home].add_edge(crossing.one[0], crossing.other[0])
    return graphs


class Bridging:
    """Look up who shares frames with whom, as `forwarding` found; a link that is blocked carries none."""

    def __init__(self, network: Network, graphs: Graphs, leafs: Iterable[DeviceName]) -> None:
        self._named = frozenset(leafs) | {
            *(s.name for s in network.switches if s.role is SwitchRole.CORE),
            *(gateway for segment in network.segments for gateway, _ in segment.gateways),
        }
        self._graphs = graphs
        self._network = network

    def trunks(self, segment: SegmentName) -> tuple[Trunk, ...]:
        """List the pairs between which frames of the segment cross, each pair once and in order."""
        names = self._names(segment)
        pairs = {(names[one], names[other]) for one, other in self._graphs[segment].edges}
        return tuple(sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}))

    def entries(self, segment: SegmentName) -> tuple[DeviceName, ...]:
        """List the switches behind which machines of the segment are, those that move later among them."""
        names = self._names(segment)
        return tuple(
            sorted(
                {
                    names.get(port.device, port.device)
                    for station in self._network.by.stations_in(segment)
                    if station.kind not in _INFRASTRUCTURE
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


def crossings(network: Network) -> Iterator[Crossing]:
    """Give every pair of (switch, VLAN) that a link joins, MLAG peer links included."""
    fabric = Fabric.of(network.switches)
    for a, b in logical_links(fabric, network.links):
        here, there = fabric.ports.get(a), fabric.ports.get(b)
        if here is None or there is None:
            continue
        for mine, theirs in shared_vlans(here, there):
            forwards = mine not in here.blocked and theirs not in there.blocked
            yield Crossing((a.device, mine), (b.device, theirs), here.source, forwards=forwards)
    for switch in network.switches:
        if switch.mlag is None or switch.mlag.peer is None or not switch.mlag.active:
            continue
        peer_link = fabric.ports.get(PortRef(device=switch.name, port=switch.mlag.peer_link))
        for vlan, _ in switch.vlans:
            if peer_link is None or not peer_link.vlans or vlan in peer_link.vlans:
                yield Crossing(
                    (switch.name, vlan), (switch.mlag.peer, vlan), switch.mlag.source, forwards=True
                )
