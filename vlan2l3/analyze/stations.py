"""Speak of a MAC address that the network has: of the host it belongs to, or of the address itself.

Comes in: a station and where it was seen. Goes out: sightings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.network.model import Station
from vlan2l3.parse.records import Source


def of_station(
    station: Station,
    lookup: Lookup,
    sources: Sequence[Source],
    *,
    labels: frozenset[str] = frozenset(),
    facts: frozenset[tuple[str, str]] = frozenset(),
) -> Iterator[Sighting]:
    """Speak of the one host on the station's ports if it could be read, else of the MAC itself."""
    hosts = lookup.on_ports(station.ports)
    owner = station.owner or (hosts[0].name if len(hosts) == 1 else None)
    for source in sources:
        yield Sighting(
            anchor=owner if owner and lookup.was_read(owner) else station.mac,
            host=owner if owner in lookup.hosts else None,
            segments=frozenset({station.segment}),
            racks=lookup.racks_at(station.ports),
            labels=labels,
            facts=facts | {("macs", station.mac), *(("ports", str(port)) for port in station.ports)},
            source=source,
        )
