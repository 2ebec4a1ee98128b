"""Find IP prefixes that stand for two different networks, which one flat routing table can't hold.

Comes in: a `Lookup`. Goes out: sightings that name both segments and let stay only the one that has to.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from itertools import permutations, product

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, natural_key
from vlan2l3.names import Network as Prefix
from vlan2l3.network.model import Segment, Svi
from vlan2l3.parse.records import Source

_DEFAULT_VRF = "default"


def same_prefix_in_two_vlans(lookup: Lookup) -> Iterator[Sighting]:
    """Find routed segments whose prefixes overlap; of two, the one in the default VRF keeps its addresses."""
    vrfs = {segment.name: _vrfs(lookup, segment) for segment in lookup.network.segments}
    for segment, other in permutations(lookup.network.segments, 2):
        mine, theirs = vrfs[segment.name], vrfs[other.name]
        stays = mine != {_DEFAULT_VRF} or theirs == {_DEFAULT_VRF}
        if mine and theirs and stays and overlapping(segment, other):
            yield from _overlap_sightings(lookup, segment, other, mine)


def unrouted_prefix_in_two_vlans(lookup: Lookup) -> Iterator[Sighting]:
    """Find segments that no captured switch routes and whose prefixes overlap another segment's."""
    unrouted = [segment for segment in lookup.network.segments if not _vrfs(lookup, segment)]
    for segment, other in product(unrouted, lookup.network.segments):
        if segment is not other and overlapping(segment, other):
            yield from _overlap_sightings(lookup, segment, other, frozenset())


def _vrfs(lookup: Lookup, segment: Segment) -> frozenset[str]:
    return frozenset(svi.vrf for svi in _svis(lookup, segment) if svi.addresses or svi.gateways)


def _svis(lookup: Lookup, segment: Segment) -> list[Svi]:
    nodes = set(segment.nodes)
    return [svi for s in lookup.network.switches for svi in s.svis if (s.name, svi.vlan) in nodes]


def _places(svi: Svi) -> tuple[Source, ...]:
    """Prefer the lines that state the gateway's address to the interface as a whole."""
    return tuple(sorted({gateway.source for gateway in svi.gateways})) or (svi.source,)


def overlapping(segment: Segment, other: Segment) -> list[Prefix]:
    """List the prefixes of a segment that another one has too; single addresses and link-local are none."""
    return [p for p in segment.prefixes if _is_subnet(p) and any(_overlap(p, o) for o in other.prefixes)]


def _is_subnet(prefix: Prefix) -> bool:
    return prefix.prefixlen < prefix.max_prefixlen and not prefix.is_link_local


def _overlap(one: Prefix, other: Prefix) -> bool:
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return _is_subnet(other) and one.overlaps(other)
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return _is_subnet(other) and one.overlaps(other)
    return False


def _overlap_sightings(
    lookup: Lookup, segment: Segment, other: Segment, vrfs: frozenset[str]
) -> Iterator[Sighting]:
    """Point at every SVI of both segments and at every machine of the one that has to stay."""
    anchor = "+".join(sorted((segment.name, other.name), key=natural_key))
    places: list[tuple[DeviceName | None, Source]] = [
        (None, place) for both in (segment, other) for svi in _svis(lookup, both) for place in _places(svi)
    ]
    places += [
        (host.name, address.source)
        for host in lookup.network.hosts
        for address in host.addresses
        if address.segment == segment.name
    ]
    prefixes = {("prefixes", str(prefix)) for prefix in overlapping(segment, other)}
    for host, source in places:
        yield Sighting(
            anchor=anchor,
            host=host,
            segments=frozenset({segment.name}),
            racks=frozenset(segment.racks),
            labels=frozenset(f"vrf {vrf}" for vrf in vrfs - {_DEFAULT_VRF}),
            facts=frozenset({*prefixes, *(("vrfs", vrf) for vrf in vrfs)}),
            source=source,
        )


FUNCTIONS = (same_prefix_in_two_vlans, unrouted_prefix_in_two_vlans)
