"""Compute which hosts' neighbour tables are so full that the kernel soon throws entries away.

Comes in: a `Lookup`. Goes out: sightings that stand for the segment, every such host a member.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import InterfaceName, SegmentName, natural_key
from vlan2l3.network.model import Host
from vlan2l3.parse.records import Neighbor, Source

NEAR = 0.5  # of the limit, above which a burst of packets to unknown addresses is enough
DEFAULT = 1024  # entries that a kernel keeps when nobody told it otherwise
SHOWN = 3  # hosts of a segment that are proof

_LIMITS = {4: "net.ipv4.neigh.default.gc_thresh3", 6: "net.ipv6.neigh.default.gc_thresh3"}
_UNCOUNTED = frozenset({"permanent", "noarp"})  # the kernel's limit does not count them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    host: Host
    count: int
    limit: int
    source: Source


def neighbors_near_limit(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that hold at least half of the neighbours they are told to hold at most."""
    return _found(lookup, told=True)


def neighbors_near_default(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that hold at least half of the kernel's default, where nobody read what they are told."""
    return _found(lookup, told=False)


def _found(lookup: Lookup, *, told: bool) -> Iterator[Sighting]:
    loads: dict[SegmentName, list[_Load]] = defaultdict(list)
    for host in lookup.network.hosts:
        if len(host.neighbors) > 1:
            for version, key in _LIMITS.items():
                _add(loads, lookup, host, version, key, told=told)
    for segment, found in loads.items():
        found.sort(key=lambda load: (-load.count / load.limit, natural_key(load.host.name)))
        worst = {f"{load.host.name}: {load.count} of {load.limit}" for load in found[:SHOWN]}
        for number, load in enumerate(found):
            proof = found[min(number, SHOWN - 1)]
            yield Sighting(
                anchor=segment,
                host=load.host.name,
                segments=frozenset({segment}),
                facts=frozenset(("figures", words) for words in worst),
                source=proof.source,
            )


def _add(
    loads: dict[SegmentName, list[_Load]], lookup: Lookup, host: Host, version: int, key: str, *, told: bool
) -> None:
    setting = next((s for s in host.sysctls if s.key == key and s.value.strip().isdigit()), None)
    if (setting is not None) != told:
        return
    limit = int(setting.value) if setting else DEFAULT
    held = [n for n in host.neighbors if _counts(n, version)]
    if not limit or len(held) < limit * NEAR:
        return
    on = Counter(neighbor.interface for neighbor in held)
    busiest: InterfaceName = max(sorted(on), key=on.__getitem__)
    first = next(neighbor for neighbor in held if neighbor.interface == busiest)
    for segment in lookup.below(host, busiest):
        source = setting.source if setting else first.source
        loads[segment].append(_Load(host=host, count=len(held), limit=limit, source=source))


def _counts(neighbor: Neighbor, version: int) -> bool:
    return neighbor.address.version == version and neighbor.state.lower() not in _UNCOUNTED


FUNCTIONS = (neighbors_near_default, neighbors_near_limit)
