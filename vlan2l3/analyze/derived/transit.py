"""Compute which racks carry the VLANs of other racks: what is routed there no longer joins the others.

Comes in: a `Lookup`. Goes out: sightings, all of one rack's leafs of one workload. Links are those LLDP and
MLAG tell; a cable that nobody captured may be a way round. A segment that VXLAN stretches has other ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, RackName, SegmentName, natural_key
from vlan2l3.network.bridging import crossings
from vlan2l3.network.model import Segment, SwitchRole
from vlan2l3.parse.records import Source

Ways = dict[DeviceName, set[DeviceName]]


@dataclass(slots=True)
class _Graph:
    """Hold how the switches of one segment are joined: by any link, and by those that forward today."""

    any_link: Ways = field(default_factory=lambda: defaultdict(set))
    forwarding: Ways = field(default_factory=lambda: defaultdict(set))
    sources: dict[tuple[DeviceName, DeviceName], Source] = field(default_factory=dict)

    def join(self, one: DeviceName, other: DeviceName, source: Source, *, forwards: bool) -> None:
        """Add a link; of several between two switches one that forwards is enough."""
        for here, there in ((one, other), (other, one)):
            self.any_link[here].add(there)
            if forwards:
                self.forwarding[here].add(there)
            self.sources.setdefault((here, there), source)


def rack_in_between(lookup: Lookup) -> Iterator[Sighting]:
    """Find racks without whose leafs a segment falls apart, with machines of another rack cut off."""
    peopled = lookup.once(_peopled)
    for name, graph in _graphs(lookup).items():
        segment = lookup.segments[name]
        for rack in segment.racks if len(segment.racks) > 1 else ():
            for figure, racks in _cut_off(lookup, segment, graph, rack, peopled):
                for here, source in _ways_out(lookup, graph, rack):
                    yield Sighting(
                        anchor=here,
                        segments=frozenset({name}),
                        racks=racks,
                        labels=frozenset({f"rack {rack}"}),
                        facts=frozenset({("figures", figure)}),
                        source=source,
                    )


def _cut_off(
    lookup: Lookup,
    segment: Segment,
    graph: _Graph,
    rack: RackName,
    peopled: set[tuple[DeviceName, SegmentName]],
) -> Iterator[tuple[str, frozenset[RackName]]]:
    """Name the racks that lose the rest of the segment without a rack's leafs, and for how long."""
    inside = {device for device, _ in segment.nodes if _is_in(lookup, device, rack)}
    for_good: frozenset[RackName] = frozenset()
    for ways, words in (
        (graph.any_link, "no other way"),
        (graph.forwarding, "a blocked link is the other way"),
    ):
        lost: set[RackName] = set()
        for part in _lesser_parts(lookup, segment, ways, inside):
            own = {lookup.switches[d].rack for d in part if (d, segment.name) in peopled}
            lost |= {found for found in own if found}
        new = frozenset(lost) - for_good - {rack}
        for_good |= new
        for other in sorted(new, key=natural_key):
            yield f"{other} by way of {rack}: {words}", frozenset({rack, other})


def _is_in(lookup: Lookup, device: DeviceName, rack: RackName) -> bool:
    switch = lookup.switches[device]
    return switch.rack == rack and switch.role is SwitchRole.LEAF


def _is_core(lookup: Lookup, device: DeviceName) -> bool:
    return lookup.switches[device].role is SwitchRole.CORE


def _lesser_parts(
    lookup: Lookup, segment: Segment, ways: Ways, without: set[DeviceName]
) -> list[set[DeviceName]]:
    """Give the parts next to some switches, when those are taken out, that are not the one with the root."""
    starts = {there for device in without for there in ways.get(device, ())} - without
    parts: list[set[DeviceName]] = []
    while starts:
        part = _reached(ways, min(starts), without, until=starts if not parts else set())
        starts -= part
        parts.append(part)
    if len(parts) < 2:  # noqa: PLR2004  one part is whole
        return []
    keeps = max(
        parts,
        key=lambda part: (
            segment.root in part,
            any(_is_core(lookup, d) for d in part),
            len(part),
            sorted(part),
        ),
    )
    return [part for part in parts if part is not keeps]


def _reached(
    ways: Ways, start: DeviceName, without: set[DeviceName], until: set[DeviceName]
) -> set[DeviceName]:
    """Walk from a switch; once all of `until` is reached nothing more can be learned."""
    found, waiting, wanted = {start}, [start], len(until)
    seen = 1 if start in until else 0
    while waiting and (not until or seen < wanted):
        for there in ways.get(waiting.pop(), ()):
            if there not in found and there not in without:
                found.add(there)
                waiting.append(there)
                seen += there in until
    return found


def _ways_out(lookup: Lookup, graph: _Graph, rack: RackName) -> list[tuple[DeviceName, Source]]:
    return [
        (here, source)
        for (here, there), source in sorted(graph.sources.items())
        if _is_in(lookup, here, rack) and not _is_in(lookup, there, rack)
    ]


def _graphs(lookup: Lookup) -> dict[SegmentName, _Graph]:
    cables = {(link.a.device, link.b.device): link.source for link in lookup.network.links}
    graphs: dict[SegmentName, _Graph] = defaultdict(_Graph)
    for one, other, source, forwards in crossings(lookup.network):
        segment = lookup.segment(*one)
        if segment and one[0] != other[0] and not lookup.segments[segment].stretched:
            pair = (one[0], other[0])
            graphs[segment].join(*pair, cables.get(pair, source), forwards=forwards)
    return dict(graphs)


def _peopled(lookup: Lookup) -> set[tuple[DeviceName, SegmentName]]:
    """List the switches and segments with a machine: an empty VLAN can be cut wherever it is."""
    found = {(port.device, station.segment) for station in lookup.on_access for port in station.ports}
    for host in lookup.network.hosts:
        own = segments_of(host)
        found |= {(leg.port.device, segment) for leg in host.legs for segment in own}
    return found


FUNCTIONS = (rack_in_between,)
