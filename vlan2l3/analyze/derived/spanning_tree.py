"""Say where spanning tree leads frames that one would not expect: what a change of a plan may stir.

Comes in: a `Lookup`. Goes out: sightings of switches: a root that is no gateway, links that are idle, and
switches of one rack through which another rack reaches its gateway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import networkx as nx

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, RackName
from vlan2l3.network.bridging import forwarding
from vlan2l3.network.model import Segment, SwitchRole


def root_beside_the_gateway(lookup: Lookup) -> Iterator[Sighting]:
    """Find segments whose root is neither a gateway of theirs nor its MLAG peer."""
    for segment in lookup.network.segments:
        holders = _holders(lookup, segment)
        if segment.root is None or segment.root_source is None or not holders or segment.root in holders:
            continue
        yield Sighting(
            anchor=segment.root,
            segments=frozenset({segment.name}),
            racks=_racks(lookup, segment.root),
            facts=frozenset(("peers", holder) for holder in holders),
            source=segment.root_source,
        )


def blocked_link(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports on which spanning tree discards frames of a segment, all of the network in one."""
    for segment in lookup.network.segments:
        for ref in segment.blocked:
            port = lookup.ports.get(ref)
            if port is not None and port.up is not False:
                yield Sighting(
                    anchor=ref.device,
                    labels=frozenset({"spanning tree"}),
                    segments=frozenset({segment.name}),
                    racks=lookup.racks_at([ref]),
                    facts=frozenset({("ports", str(ref))}),
                    source=port.source,
                )


def through_another_rack(lookup: Lookup) -> Iterator[Sighting]:
    """Find leafs through which alone a leaf of another rack reaches a gateway, by links that forward."""
    graphs = forwarding(lookup.network)
    for segment in lookup.network.segments:
        graph, holders = graphs[segment.name], _holders(lookup, segment)
        racks: dict[RackName, list[DeviceName]] = defaultdict(list)
        for switch in graph:
            rack = lookup.switches[switch].rack
            if rack and switch not in holders and lookup.switches[switch].role is SwitchRole.LEAF:
                racks[rack].append(switch)
        between = graph.subgraph(set(graph).difference(*racks.values()))
        parts = (part for part in nx.connected_components(between) if part & holders)
        direct: set[DeviceName] = set().union(*parts)
        for members in racks.values():
            for part in nx.connected_components(graph.subgraph(members)):
                if not any(direct.intersection(graph[leaf]) for leaf in part):
                    yield from _transits(lookup, graph, segment, part)


def _transits(
    lookup: Lookup, graph: nx.Graph[DeviceName], segment: Segment, part: set[DeviceName]
) -> Iterator[Sighting]:
    """Name the leaf behind the last one of the part on its shortest way, which is what a tree has left."""
    holders = _holders(lookup, segment)
    ways = nx.multi_source_dijkstra_path(graph, part)
    way = min((ways[holder] for holder in sorted(holders & ways.keys())), key=len, default=None)
    if way is None:
        return
    last, via = way[0], way[1]
    yield Sighting(
        anchor=via,
        segments=frozenset({segment.name}),
        racks=_racks(lookup, via) | _racks(lookup, last),
        facts=frozenset(("peers", leaf) for leaf in part),
        source=graph.edges[last, via]["source"],
    )


def _holders(lookup: Lookup, segment: Segment) -> set[DeviceName]:
    """List the switches with an address in the segment, and their MLAG peers."""
    nodes = set(segment.nodes)
    found = {gateway for gateway, _ in segment.gateways}
    found |= {
        switch.name
        for switch in lookup.network.switches
        for svi in switch.svis
        if svi.addresses and (switch.name, svi.vlan) in nodes
    }
    peers = {s.mlag.peer for name in found if (s := lookup.switches[name]).mlag and s.mlag and s.mlag.peer}
    return found | peers


def _racks(lookup: Lookup, switch: DeviceName) -> frozenset[RackName]:
    rack = lookup.switches[switch].rack
    return frozenset({rack} if rack else ())


FUNCTIONS = (root_beside_the_gateway, blocked_link, through_another_rack)
