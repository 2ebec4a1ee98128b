"""Compare how full tables are with what they hold, today and with a /32 for each address.

Comes in: a `Lookup`. Goes out: sightings of switches and hosts whose tables are, or would be, nearly full.
A table whose limit nobody captured yields nothing: there is nothing to compare with.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import RackName
from vlan2l3.network.model import Switch
from vlan2l3.parse.records import Capacity

IPV4 = 4
MAC_WARNING, ARP_WARNING, ROUTES_WARNING, NEIGHBORS_WARNING = 0.7, 0.7, 0.6, 0.5
L2_HEAVY = 25_000
"""At most so many IPv4 prefixes fit into a profile made for layer 2 (Spectrum's: 4,000 to 25,000)."""

_GC_THRESH3 = "net.ipv4.neigh.default.gc_thresh3"


def mac_table_filling(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches whose MAC table is 70 % full."""
    yield from _filling(lookup, ("mac",), MAC_WARNING)


def neighbor_table_filling(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches whose table of neighbours is 70 % full."""
    yield from _filling(lookup, ("arp", "nd", "host-ipv4", "host-ipv6"), ARP_WARNING)


def host_routes_beyond(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches whose route table would be 60 % full with a /32 for every IPv4 address of a workload.

    Counted are the addresses that any table ties to a machine; a silent one is in none.
    """
    wanted = len({a for station in lookup.workloads for a in station.addresses if a.version == IPV4})
    for switch, table in _tables(lookup, ("lpm-ipv4",)):
        total = (table.used or 0) + wanted
        if table.limit and wanted and total >= ROUTES_WARNING * table.limit:
            yield _of(switch, table, f"{wanted} addresses beside {table.used or 0} of {table.limit} routes")


def profile_for_layer2(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches with as few routes as a profile for layer 2 leaves, beside a large MAC table."""
    for switch, table in _tables(lookup, ("lpm-ipv4",)):
        macs = [t.limit for t in switch.capacities if t.table == "mac" and t.limit]
        if table.limit and macs and table.limit <= L2_HEAVY < max(macs):
            yield _of(switch, table, f"{table.limit} IPv4 routes and {max(macs)} MAC addresses")


def host_neighbors_filling(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts with half as many neighbours as the kernel keeps, where its limit was read."""
    for host, setting in lookup.settings.get(_GC_THRESH3, ()):
        limit = int(setting.value) if setting.value.isdigit() else 0
        known = [neighbor for neighbor in host.neighbors if neighbor.address.version == IPV4]
        if limit and len(known) >= NEIGHBORS_WARNING * limit:
            yield Sighting(
                anchor=host.name,
                host=host.name,
                labels=frozenset({"neighbours"}),
                facts=frozenset({("figures", f"{len(known)} of {limit} on {host.name}")}),
                source=setting.source,
            )


def _filling(lookup: Lookup, tables: tuple[str, ...], share: float) -> Iterator[Sighting]:
    for switch, table in _tables(lookup, tables):
        if table.used is not None and table.limit and table.used >= share * table.limit:
            yield _of(switch, table, f"{table.used} of {table.limit}")


def _tables(lookup: Lookup, tables: tuple[str, ...]) -> Iterator[tuple[Switch, Capacity]]:
    for switch in lookup.network.switches:
        for table in switch.capacities:
            if table.table in tables:
                yield switch, table


def _of(switch: Switch, table: Capacity, figures: str) -> Sighting:
    """Speak of a switch; all of one kind of table are one finding."""
    racks: frozenset[RackName] = frozenset({switch.rack} if switch.rack else ())
    return Sighting(
        anchor=switch.name,
        labels=frozenset({"tables"}),
        racks=racks,
        facts=frozenset({("figures", f"{switch.name} {table.table}: {figures}")}),
        source=table.source,
    )


FUNCTIONS = (
    mac_table_filling,
    neighbor_table_filling,
    host_routes_beyond,
    profile_for_layer2,
    host_neighbors_filling,
)
