"""Compute what the spanning trees have to do with the order of work: roots, idle links, racks in between.

Comes in: a `Lookup`. Goes out: sightings of switches and ports, all that one function finds of one workload
or of one rack. A segment with two roots is a doubt of the coverage's and nobody's here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import SegmentName, natural_key
from vlan2l3.network.model import PortRef, Segment, SwitchRole
from vlan2l3.parse.records import StpInstance, StpPort

DEFAULT = 32768  # the priority of a switch that nobody gave one
SHOWN = 8  # ports that a text names, and trees that are proof
_STEP = 4096  # what is below is the VLAN's number


def root_by_default(lookup: Lookup) -> Iterator[Sighting]:
    """Find roots that were elected by the lowest MAC address, since nobody gave any switch a priority."""
    found = [(s, t) for s, t in _wide(lookup) if t.root_priority - t.root_priority % _STEP == DEFAULT]
    return _of_roots(found, f"priority {DEFAULT} as delivered")


def root_on_leaf(lookup: Lookup) -> Iterator[Sighting]:
    """Find roots on a leaf where a core is in the segment as well, or others are its gateways."""
    on_leaf = [
        (segment, tree)
        for segment, tree in _wide(lookup)
        if segment.root
        and lookup.switches[segment.root].role is SwitchRole.LEAF
        and (_has_core(lookup, segment) or _is_beside_the_gateways(lookup, segment))
    ]
    return _of_roots(on_leaf, "a leaf")


def root_unknown(lookup: Lookup) -> Iterator[Sighting]:
    """Find roots that are no switch of the capture, in segments of which a core was captured."""
    found = [(s, t) for s, t in _wide(lookup) if s.root is None and _has_core(lookup, s)]
    return _of_roots(found, "no switch of the capture")


def blocked_links(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports to other switches that spanning tree blocks."""
    rows = lookup.once(_blocked_rows)
    ports = sorted(rows, key=lambda ref: natural_key(str(ref)))
    idle = [ref for ref in ports if lookup.ports[ref].blocked == lookup.ports[ref].vlans]
    share = "all" if len(idle) == len(ports) else str(len(idle))
    figures = {("figures", f"{len(ports)} blocked - {share} of them for every VLAN")}
    for ref in ports:
        switch, port = lookup.switches[ref.device], lookup.ports[ref]
        segments = (lookup.segment(ref.device, vlan) for vlan in port.blocked)
        yield Sighting(
            anchor="links",
            segments=frozenset(segment for segment in segments if segment),
            racks=frozenset({switch.rack} if switch.rack else ()),
            facts=frozenset(figures | {("ports", str(shown)) for shown in ports[:SHOWN]}),
            source=rows[ref].source,
        )


def _of_roots(found: list[tuple[Segment, StpInstance]], why: str) -> Iterator[Sighting]:
    """Speak of every segment; of many trees the first few are proof."""
    for number, (segment, tree) in enumerate(found):
        yield Sighting(
            anchor=segment.root or tree.root,
            segments=frozenset({segment.name}),
            labels=frozenset({"roots"}),
            facts=frozenset({("figures", why)}),
            source=found[min(number, SHOWN - 1)][1].source,
        )


def _wide(lookup: Lookup) -> list[tuple[Segment, StpInstance]]:
    """List the segments of more than one rack that have one root, each with an account of it."""
    return lookup.once(_wide_segments)


def _wide_segments(lookup: Lookup) -> list[tuple[Segment, StpInstance]]:
    """Take the root's own account where there is one, else the first."""
    trees: dict[SegmentName, list[StpInstance]] = defaultdict(list)
    for switch in lookup.network.switches:
        existing = {vlan for vlan, _ in switch.vlans}
        for tree in switch.trees:
            for name in {lookup.segment(switch.name, vlan) for vlan in tree.vlans & existing}:
                if name:
                    trees[name].append(tree)
    found = []
    for segment in lookup.network.segments:
        told = [tree for tree in trees[segment.name] if tree.root == segment.root_mac]
        told.sort(key=lambda tree: (tree.bridge != tree.root, tree.source))
        if told and (len(segment.racks) > 1 or (segment.racks and _has_core(lookup, segment))):
            found.append((segment, told[0]))
    return found


def _is_beside_the_gateways(lookup: Lookup, segment: Segment) -> bool:
    """Tell whether switches route the segment, and neither the root nor its MLAG peer is one of them."""
    nodes = set(segment.nodes)
    found = {
        switch.name
        for switch in lookup.network.switches
        for svi in switch.svis
        if (svi.addresses or svi.gateways) and (switch.name, svi.vlan) in nodes
    }
    mlags = [lookup.switches[name].mlag for name in found]
    found |= {mlag.peer for mlag in mlags if mlag and mlag.peer}
    return bool(found) and segment.root not in found


def _has_core(lookup: Lookup, segment: Segment) -> bool:
    return any(lookup.switches[device].role is SwitchRole.CORE for device, _ in segment.nodes)


def _blocked_rows(lookup: Lookup) -> dict[PortRef, StpPort]:
    """Give the first row that says of a port to another switch that it is blocked."""
    found: dict[PortRef, StpPort] = {}
    for switch in lookup.network.switches:
        blocked = {p.name for p in switch.ports if p.blocked and p.lag is None}
        for row in switch.tree_ports:
            ref = PortRef(device=switch.name, port=row.interface)
            if row.interface in blocked and ref in lookup.between_switches and row.state != "forwarding":
                found.setdefault(ref, row)
    return found


FUNCTIONS = (blocked_links, root_by_default, root_on_leaf, root_unknown)
