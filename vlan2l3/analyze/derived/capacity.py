"""Compute how near tables are to their limits, today and once every host is a route of its own.

Comes in: a `Lookup`. Goes out: sightings of the network, all that one function finds of one workload. A limit
that no device told is never guessed: it is named as unknown, and only where so many routes come that the
smallest table anybody publishes would be short of room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.settings import lines_like
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Address, DeviceName, RackName, SegmentName, natural_key
from vlan2l3.network.model import Switch
from vlan2l3.parse.records import Source

FULL, ROUTES_FULL = 0.7, 0.6  # shares of a table that are worth a word
SMALLEST = 4000  # IPv4 routes of the smallest published profile (Cumulus, `l2-heavy-1` on Spectrum)
L2_HEAVY = 25_000  # IPv4 routes that the largest published profile for layer 2 leaves
SESSIONS = 200  # BGP sessions of one switch; a planner's guess
SHOWN = 6  # switches that a text names

_NEIGHBORS = ("arp", "nd", "host-ipv4", "host-ipv6")
ROUTES = {4: "lpm-ipv4", 6: "lpm-ipv6"}  # tables of routes by family
_MULTICAST = re.compile(r"(?i)ipmc|mcast|multicast|igmp groups")
_PROFILE = re.compile(
    r"set chassis forwarding-options (?P<junos>l2-profile-(?:one|two))\b.*"
    r"|(?P<block>l2-profile-(?:one|two))[;{ ].*|sdm prefer (?P<ios>vlan|layer-2)\b.*"
    r"|\"?profile\"?: \"?(?P<nvue>l2-heavy[\w-]*)\"?,?",
    re.MULTILINE,
)
_PARTITION = re.compile(r"platform trident forwarding-table (?P<eos>partition 0)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Give one table of a switch, of all its accounts that know a number the one that knows both first."""

    switch: Switch
    name: str
    used: int | None
    limit: int | None
    source: Source


def mac_table(lookup: Lookup) -> Iterator[Sighting]:
    """Find MAC tables that are nearly full."""
    return _full(lookup, "MAC tables", ("mac",))


def neighbor_table(lookup: Lookup) -> Iterator[Sighting]:
    """Find tables of ARP, ND and host entries that are nearly full."""
    return _full(lookup, "neighbour tables", _NEIGHBORS)


def multicast_table(lookup: Lookup) -> Iterator[Sighting]:
    """Find tables of multicast routes that the groups in use today would nearly fill."""
    groups = {group for group in (*lookup.joined, *lookup.snooped) if _is_routed(group)}
    tables = [t for t in lookup.once(_tables) if _MULTICAST.search(t.name)]
    return _near(
        "multicast tables", ((t, max(t.used or 0, len(groups))) for t in tables), share=FULL, unit="groups"
    )


def host_routes(lookup: Lookup) -> Iterator[Sighting]:
    """Find tables of routes that what they hold and a route for each address of today would nearly fill."""
    new = lookup.once(_new_routes)
    tables = [t for t in lookup.once(_tables) if t.name in ROUTES.values()]
    needed = ((t, (t.used or 0) + new[v]) for t in tables for v, name in ROUTES.items() if t.name == name)
    return _near("route tables", needed, share=ROUTES_FULL, unit="routes")


def host_routes_no_limit(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches that told no limit of their routes, where the smallest table might not do."""
    new = lookup.once(_new_routes)[4]
    if new < SMALLEST * ROUTES_FULL:
        return
    told = {t.switch.name for t in lookup.once(_tables) if t.name == ROUTES[4] and t.limit}
    silent = [switch for switch in lookup.network.switches if switch.name not in told]
    words = [f"{switch.name}: {new} routes - limit unknown" for switch in silent[:SHOWN]]
    yield from (_sighting("route tables", switch, switch.source, words) for switch in silent)


def l2_profile(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches whose tables are cut for MAC addresses at the cost of routes."""
    return _profiles(lookup, _PROFILE)


def l2_limits(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches with as few routes as a profile for layer 2 leaves, many MACs and no large host table."""
    limits: dict[DeviceName, dict[str, Table]] = {}
    for table in lookup.once(_tables):
        if table.limit:
            limits.setdefault(table.switch.name, {})[table.name] = table
    for name, own in limits.items():
        routes, macs, hosts = (own.get(table) for table in (ROUTES[4], "mac", "host-ipv4"))
        if not routes or not macs or not routes.limit or not macs.limit:
            continue
        if routes.limit <= L2_HEAVY < macs.limit and not (hosts and (hosts.limit or 0) > L2_HEAVY):
            words = [f"{name}: {routes.limit} routes beside {macs.limit} MACs"]
            yield _sighting("table profiles", routes.switch, routes.source, words)


def l2_partition(lookup: Lookup) -> Iterator[Sighting]:
    """Find EOS switches with the forwarding-table partition that has the most MAC addresses."""
    return _profiles(lookup, _PARTITION)


def bgp_sessions(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches with very many host ports, each counted once for every VRF on it."""
    vrfs = lookup.once(_vrfs)
    taken = {port for station in lookup.on_access for port in station.ports}
    taken |= {leg.logical for host in lookup.network.hosts for leg in host.legs}
    counts: dict[DeviceName, int] = {}
    for ref in taken - lookup.between_switches:
        port = lookup.ports.get(ref)
        if port is not None:
            segments = (lookup.segment(ref.device, vlan) for vlan in port.vlans)
            own = {vrf for segment in segments if segment for vrf in vrfs.get(segment, ())}
            counts[ref.device] = counts.get(ref.device, 0) + max(1, len(own))
    many = sorted((name for name, n in counts.items() if n >= SESSIONS), key=natural_key)
    words = [f"{name}: {counts[name]} sessions" for name in many[:SHOWN]]
    for name in many:
        switch = lookup.switches[name]
        yield _sighting("sessions", switch, switch.source, words)


def _profiles(lookup: Lookup, pattern: re.Pattern[str]) -> Iterator[Sighting]:
    found = list(lines_like(lookup, pattern))
    named = [(s.switch.name, next(text for text in s.found.groups() if text)) for s in found]
    for setting in found:
        line, text = setting.place
        yield Sighting(
            anchor="table profiles",
            racks=_racks(setting.switch),
            facts=frozenset(("figures", f"{switch}: {profile}") for switch, profile in named[:SHOWN]),
            source=setting.config.source,
            line=line,
            text=text,
        )


def _full(lookup: Lookup, anchor: str, names: tuple[str, ...]) -> Iterator[Sighting]:
    tables = [t for t in lookup.once(_tables) if t.name in names]
    return _near(anchor, ((t, t.used) for t in tables if t.used is not None), share=FULL, unit="entries")


def _near(anchor: str, needed: Iterable[tuple[Table, int]], *, share: float, unit: str) -> Iterator[Sighting]:
    """Speak of the tables that need a share of their limit; the fullest are named."""
    near = [(t, count, t.limit) for t, count in needed if t.limit and count >= t.limit * share]
    near.sort(key=lambda found: (-found[1] / found[2], natural_key(found[0].switch.name), found[0].name))
    words = [f"{t.switch.name} {t.name}: {count} {unit} of {limit}" for t, count, limit in near[:SHOWN]]
    yield from (_sighting(anchor, t.switch, t.source, words) for t, _, _ in near)


def _sighting(anchor: str, switch: Switch, source: Source, words: Iterable[str]) -> Sighting:
    return Sighting(
        anchor=anchor,
        racks=_racks(switch),
        facts=frozenset(("figures", word) for word in words),
        source=source,
    )


def _racks(switch: Switch) -> frozenset[RackName]:
    return frozenset({switch.rack} if switch.rack else ())


def _tables(lookup: Lookup) -> tuple[Table, ...]:
    return tables_of(lookup.network.switches)


def tables_of(switches: Iterable[Switch]) -> tuple[Table, ...]:
    """Join what a switch says of a table in several answers: one counts it, another limits it."""
    found = []
    for switch in switches:
        for name in sorted({record.table for record in switch.capacities}):
            own = [record for record in switch.capacities if record.table == name]
            own.sort(key=lambda record: (record.used is None or record.limit is None, record.source))
            found.append(
                Table(
                    switch=switch,
                    name=name,
                    used=next((record.used for record in own if record.used is not None), None),
                    limit=next((record.limit for record in own if record.limit), None),
                    source=own[0].source,
                )
            )
    return tuple(found)


def _new_routes(lookup: Lookup) -> dict[int, int]:
    """Count the addresses of machines in segments by family; each becomes a /32 or a /128 everywhere."""
    addresses: set[Address] = {a for station in lookup.workloads for a in station.addresses}
    addresses |= {a.address.ip for host in lookup.network.hosts for a in host.addresses if a.segment}
    kept = [address for address in addresses if not address.is_link_local and not address.is_multicast]
    return {version: sum(address.version == version for address in kept) for version in ROUTES}


def _is_routed(group: Address) -> bool:
    """Leave out the groups that no router forwards: 224.0.0.0/24, and IPv6 groups of link scope."""
    if group.version == 4:  # noqa: PLR2004  the family
        return group.packed[:3] != b"\xe0\x00\x00"
    return group.packed[1] & 0x0F > 2  # noqa: PLR2004  link scope, RFC 4291


def _vrfs(lookup: Lookup) -> dict[SegmentName, set[str]]:
    found: dict[SegmentName, set[str]] = {}
    for switch in lookup.network.switches:
        for svi in switch.svis:
            segment = lookup.segment(switch.name, svi.vlan)
            if segment and (svi.addresses or svi.gateways):
                found.setdefault(segment, set()).add(svi.vrf)
    return found


FUNCTIONS = (
    bgp_sessions,
    host_routes,
    host_routes_no_limit,
    l2_limits,
    l2_partition,
    l2_profile,
    mac_table,
    multicast_table,
    neighbor_table,
)
