"""Say who asked the switches for a multicast group.

Comes in: a row of a snooping table. Goes out: sightings of the hosts on its ports, readable or not.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.network.model import PortRef, Switch
from vlan2l3.parse.records import SnoopedGroup


def on_snooped(
    lookup: Lookup, switch: Switch, snooped: SnoopedGroup, labels: frozenset[str]
) -> Iterator[Sighting]:
    """Say who asked a switch for a group: the hosts on its ports, else the group stands for them."""
    segment = lookup.segment(switch.name, snooped.vlan)
    if segment is None:
        return
    ports = [PortRef(device=switch.name, port=port) for port in snooped.ports]
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
    if not hosts:
        yield Sighting(
            anchor=f"{snooped.group} {segment}",
            segments=frozenset({segment}),
            racks=lookup.racks_at(ports),
            labels=labels,
            facts=frozenset({group, *(("ports", str(port)) for port in ports)}),
            source=snooped.source,
        )
