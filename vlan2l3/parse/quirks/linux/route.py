"""Read the routes and the neighbours of a host, as JSON and as text.

Comes in: `ip route show table all` and `ip neigh show`. Goes out: a `Route` for each unicast route and a
`Neighbor` for each ARP or ND entry.
Left out on purpose, and counted as understood: routes of other types (`local`, `broadcast`, `multicast`,
`anycast`, `unreachable`, `blackhole`, `prohibit`, `throw`), routes and neighbours that are multicast groups,
and the metrics of cached routes. A default route whose family nothing tells is refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import msgspec

from vlan2l3.names import Address, InterfaceName, interface_name
from vlan2l3.parse.quirks.linux.rows import (
    Ledger,
    count_lines,
    lines,
    number,
    options,
    read_items,
    read_lines,
    station,
)
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Neighbor, Record, Route, Source

_OTHER_TYPES = frozenset({
    "local", "broadcast", "multicast", "anycast", "unreachable", "blackhole", "prohibit", "throw",
    "nat", "xresolve",
})  # fmt: skip
_TYPES = _OTHER_TYPES | {"unicast"}
_ROUTE_KEYS = frozenset({
    "via", "dev", "proto", "scope", "src", "metric", "table", "pref", "error", "nhid", "weight",
    "realm", "realms", "expires", "mtu", "hoplimit", "window", "rtt", "rttvar", "rto_min", "ssthresh",
    "cwnd", "advmss", "reordering", "initcwnd", "initrwnd", "features", "quickack", "congctl",
    "fastopen_no_cookie", "users", "age", "used", "ttl-propagate",
})  # fmt: skip
_ROUTE_FLAGS = frozenset({
    "onlink", "linkdown", "dead", "pervasive", "offload", "trap", "notify", "rt_offload", "rt_trap",
    "rt_offload_failed", "unresolved", "cache",
})  # fmt: skip
_HOP_KEYS = frozenset({"via", "dev", "weight", "realm", "realms"})
_NEIGHBOR_KEYS = frozenset({"dev", "lladdr", "proto", "probes", "used", "ref", "nhid", "vrf"})
_NEIGHBOR_FLAGS = frozenset(
    {"router", "proxy", "extern_learn", "extern_valid", "offload", "managed", "sticky"}
)
_STATES = frozenset({
    "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT", "NONE",
})  # fmt: skip
_UNANSWERED = frozenset({"INCOMPLETE", "FAILED"})
_WHOLE = {4: "0.0.0.0/0", 6: "::/0"}
_MULTIPATH = 2  # the kernel makes a multipath route of no fewer next hops

Hop = tuple[Address | None, InterfaceName | None]


class _Via(msgspec.Struct):
    family: str
    host: str


class _Hop(msgspec.Struct):
    gateway: str = ""
    via: _Via | None = None
    dev: str = ""


class _Route(msgspec.Struct):
    dst: str
    type: str = "unicast"
    gateway: str = ""
    via: _Via | None = None
    dev: str = ""
    table: str = "main"
    protocol: str = ""
    scope: str = ""
    prefsrc: str = ""
    metric: int = 0
    pref: str = ""
    tos: str = ""
    source_prefix: str = msgspec.field(default="", name="from")
    nexthops: list[_Hop] = []


class _Neighbor(msgspec.Struct):
    dst: str
    dev: str
    lladdr: str = ""
    state: list[str] = []


def read_routes_json(raw: Raw) -> Rows:
    """Read `ip -j route show table all`, also with `-6`."""

    def row(item: object, source: Source) -> tuple[Record, ...]:
        return _route(msgspec.convert(item, _Route), raw.command, source)

    return read_items(raw, row)


def read_neighbors_json(raw: Raw) -> Rows:
    """Read `ip -j neigh show`."""

    def row(item: object, source: Source) -> tuple[Record, ...]:
        return _neighbor(msgspec.convert(item, _Neighbor), source)

    return read_items(raw, row)


def read_neighbors_text(raw: Raw) -> Rows:
    """Read `ip neigh show`."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        destination, *words = line.split()
        found = options(words, valued=_NEIGHBOR_KEYS, flags=_NEIGHBOR_FLAGS | _STATES)
        if "dev" not in found:
            raise ValueError("no interface is named")
        state = [word for word in found if word in _STATES]
        if len(state) > 1 or not (state or "proxy" in found):
            raise ValueError("a neighbour has exactly one state")
        return _neighbor(
            _Neighbor(dst=destination, dev=found["dev"], lladdr=found.get("lladdr", ""), state=state), source
        )

    return read_lines(raw, row)


def _neighbor(row: _Neighbor, source: Source) -> tuple[Record, ...]:
    address = ip_address(row.dst)
    if address.is_multicast:
        return ()
    unanswered = not _UNANSWERED.isdisjoint(row.state)
    record = Neighbor(
        address=address,
        mac=None if unanswered or not row.lladdr else station(row.lladdr),
        interface=interface_name(row.dev),
        state=",".join(row.state),
        source=source,
    )
    return (record,)


@dataclass(slots=True, kw_only=True)
class _Block:
    """Hold a route's line, and the indented lines that go with it."""

    at: int
    line: str
    route: _Route
    rows: int = 1


def read_routes_text(raw: Raw) -> Rows:
    """Read `ip route show table all`.

    A next hop's line belongs to the route above it. Behind a line that could be a damaged route it is given
    to the last good one only while that must have more of them; otherwise it is refused, since it could be
    another's.
    """
    ledger = Ledger(raw=raw)
    blocks: list[_Block] = []
    doubtful = True
    for at, line in lines(raw.text):
        try:
            if line[0].isspace():
                _continue(blocks, line.split(), doubtful=doubtful)
            else:
                blocks.append(_Block(at=at, line=line, route=_route_row(line.split())))
                doubtful = False
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
            doubtful = doubtful or not line[0].isspace()
    for block in blocks:
        try:
            ledger.accept(_route(block.route, raw.command, raw.at(block.at)), rows=block.rows)
        except ValueError as error:
            ledger.refuse(block.line, str(error), line=block.at)
    return ledger.close(count_lines(raw.text))


def _continue(blocks: Sequence[_Block], words: Sequence[str], *, doubtful: bool) -> None:
    """Add an indented line to the last route, or raise `ValueError`."""
    if words[0] not in ("nexthop", "cache"):
        raise ValueError("neither a route nor a next hop")
    if not blocks or (doubtful and not _must_have_more(blocks[-1].route)):
        raise ValueError("it is not clear which route this belongs to")
    if words[0] == "nexthop":
        blocks[-1].route.nexthops.append(_hop_row(words[1:]))
    blocks[-1].rows += 1


def _must_have_more(route: _Route) -> bool:
    return not route.dev and not route.gateway and not route.via and len(route.nexthops) < _MULTIPATH


def _route_row(words: Sequence[str]) -> _Route:
    kind, rest = (words[0], words[1:]) if words[0] in _TYPES else ("unicast", words)
    if not rest:
        raise ValueError("no destination")
    destination, *tail = rest
    hop = _hop_row(tail, valued=_ROUTE_KEYS, flags=_ROUTE_FLAGS)
    _, found = _split_via(tail, valued=_ROUTE_KEYS, flags=_ROUTE_FLAGS)
    if destination != "default":
        ip_network(destination)
    return _Route(
        dst=destination,
        type=kind,
        gateway=hop.gateway,
        via=hop.via,
        dev=hop.dev,
        table=found.get("table", "main"),
        protocol=found.get("proto", ""),
        scope=found.get("scope", ""),
        prefsrc=found.get("src", ""),
        metric=number(found.get("metric", "0")),
        pref=found.get("pref", ""),
        nexthops=[],
    )


def _hop_row(
    words: Sequence[str], *, valued: frozenset[str] = _HOP_KEYS, flags: frozenset[str] = _ROUTE_FLAGS
) -> _Hop:
    family, found = _split_via(words, valued=valued, flags=flags)
    gateway = found.get("via", "")
    return _Hop(
        gateway="" if family else gateway,
        via=_Via(family=family, host=gateway) if family else None,
        dev=found.get("dev", ""),
    )


def _split_via(
    words: Sequence[str], *, valued: frozenset[str], flags: frozenset[str]
) -> tuple[str, dict[str, str]]:
    """Take the family out of `via inet6 fe80::1`, which a gateway of the other family is written with."""
    rest = list(words)
    family = ""
    if "via" in rest:
        behind = rest.index("via") + 1
        if rest[behind : behind + 1] in (["inet"], ["inet6"]):
            family = rest.pop(behind)
    return family, options(rest, valued=valued, flags=flags)


def _route(row: _Route, command: str, source: Source) -> tuple[Record, ...]:
    prefix = None if row.dst == "default" else ip_network(row.dst)
    if row.type not in _TYPES:
        raise ValueError(f"{row.type!r} is not a type of route")
    if row.type in _OTHER_TYPES or (prefix and prefix.is_multicast):
        return ()
    if row.source_prefix or row.tos:
        raise ValueError("this route is for some packets only")
    hops = row.nexthops or [_Hop(gateway=row.gateway, via=row.via, dev=row.dev)]
    record = Route(
        prefix=prefix or ip_network(_WHOLE[_family(row, hops, command)]),
        via=tuple(_next_hop(hop) for hop in hops),
        protocol=row.protocol,
        metric=row.metric,
        source_address=ip_address(row.prefsrc) if row.prefsrc else None,
        vrf="default" if row.table == "main" else f"table:{row.table}",
        source=source,
    )
    return (record,)


def _next_hop(hop: _Hop) -> Hop:
    gateway = hop.gateway or (hop.via.host if hop.via else "")
    return (ip_address(gateway) if gateway else None, interface_name(hop.dev) if hop.dev else None)


def _family(row: _Route, hops: Sequence[_Hop], command: str) -> int:
    """Tell the family of a default route from what is printed with it."""
    options_given = set(command.split()) & {"-6", "-4"}
    if len(options_given) == 1:
        return 6 if "-6" in options_given else 4
    for hop in hops:
        if hop.via:
            return 4 if hop.via.family == "inet6" else 6
        if hop.gateway:
            return ip_address(hop.gateway).version
    if row.prefsrc:
        return ip_address(row.prefsrc).version
    if row.pref:  # the kernel has router preferences for IPv6 only
        return 6
    if row.scope:  # and scopes of routes for IPv4 only
        return 4
    raise ValueError("nothing tells whether this default route is of IPv4 or of IPv6")
