"""Say who asked the switches for a multicast group.

Comes in: a row of a snooping table. Goes out: sightings of the hosts on its ports, readable or not.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Address, SegmentName
from vlan2l3.network.model import PortRef, Switch
from vlan2l3.parse.records import SnoopedGroup


def on_snooped(
    lookup: Lookup, switch: Switch, snooped: SnoopedGroup, labels: frozenset[str]
) -> Iterator[Sighting]:
    """Say who asked a switch for a group: the hosts on its ports, else the group stands for them.

    A port to another switch of the capture says nothing where that switch has the row as well.
    """
    segment = lookup.segment(switch.name, snooped.vlan)
    if segment is None:
        return
    ports = _edge(lookup, switch, snooped)
    if not ports and (snooped.group, segment) in lookup.once(_at_edges):
        return
    hosts = lookup.on_ports(ports)
    group = ("groups", str(snooped.group))
    for host in hosts:
        yield Sighting(
            anchor=host.name,
            host=host.name,
            segments=frozenset({segment}),
            labels=labels,
            facts=frozenset({group}),
            source=snooped.source,
        )
    bare = [port for port in ports if _is_bare(lookup, switch, port)] if hosts else ports
    if bare or not hosts:
        yield Sighting(
            anchor=f"{snooped.group} {segment}",
            segments=frozenset({segment}),
            racks=lookup.racks_at(bare),
            labels=labels,
            facts=frozenset({group, *(("ports", str(port)) for port in bare)}),
            source=snooped.source,
        )


def _is_bare(lookup: Lookup, switch: Switch, ref: PortRef) -> bool:
    """Tell whether some machine nobody knows is on a port; a neighbour that LLDP names is a switch then."""
    port = switch.port(ref.port)
    return port is not None and not port.neighbors and not lookup.on_ports([ref])


def _at_edges(lookup: Lookup) -> frozenset[tuple[Address, SegmentName | None]]:
    """List the groups, by segment, that some switch has on a port that leads to no other switch."""
    return frozenset(
        (group, lookup.segment(switch.name, row.vlan))
        for group, places in lookup.snooped.items()
        for switch, row in places
        if _edge(lookup, switch, row)
    )


def _edge(lookup: Lookup, switch: Switch, snooped: SnoopedGroup) -> list[PortRef]:
    ports = [PortRef(device=switch.name, port=port) for port in snooped.ports]
    return [port for port in ports if port not in lookup.between_switches]
