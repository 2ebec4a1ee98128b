"""Say of many hosts of one segment what is true of the segment: one finding, however many hosts there are.

Comes in: what was seen on which host. Goes out: sightings that stand for the segment, every host a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, SegmentName, natural_key
from vlan2l3.parse.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Give one place that speaks of one host in one segment; `line` and `text` as a sighting has them."""

    host: DeviceName
    segment: SegmentName
    source: Source
    line: int = 0
    text: str = ""


def per_segment(
    places: Iterable[Seen],
    *,
    facts: Iterable[tuple[SegmentName, tuple[str, str]]] = (),
    shown: int | None = None,
) -> Iterator[Sighting]:
    """Speak of each segment once for each of its hosts; `figures` tells how many those are.

    With `shown` only the first few hosts are proof. That is for what nobody has to change on each host: the
    thousandth line of such evidence convinces nobody.
    """
    found: dict[SegmentName, dict[DeviceName, Seen]] = {}
    for place in places:
        found.setdefault(place.segment, {}).setdefault(place.host, place)
    more: dict[SegmentName, set[tuple[str, str]]] = {}
    for segment, fact in facts:
        more.setdefault(segment, set()).add(fact)
    for segment, hosts in found.items():
        seen = [hosts[name] for name in sorted(hosts, key=natural_key)]
        words = {("figures", str(len(seen))), *more.get(segment, ())}
        for number, place in enumerate(seen):
            proof = place if shown is None or number < shown else seen[shown - 1]
            yield Sighting(
                anchor=segment,
                host=place.host,
                segments=frozenset({segment}),
                facts=frozenset(words),
                source=proof.source,
                line=proof.line,
                text=proof.text,
            )
