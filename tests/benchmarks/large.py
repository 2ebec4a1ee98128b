"""Make a network of any number of racks out of one that was read.

Comes in: a `Survey` of a few racks, and how many copies of them. Goes out: a `Survey` whose devices, racks
and segments have names of their own in each copy. Addresses and lines of the capture are those of the first
one: planning compares neither between racks.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from vlan2l3.analyze.findings import Finding
from vlan2l3.cli.stages import Survey
from vlan2l3.network.model import Network
from vlan2l3.parse.records import Source

T = TypeVar("T")


def enlarge(
    surveyed: Survey, findings: tuple[Finding, ...], copies: int
) -> tuple[Survey, tuple[Finding, ...]]:
    """Give so many copies of a network side by side, each with cores of its own, and their findings."""
    net = surveyed.network
    # What only analysis looks at would be held once more for each copy.
    slim = replace(net, hosts=tuple(replace(h, sysctls=(), packages=(), units=()) for h in net.hosts))
    own = [*(h.name for h in net.hosts), *(s.name for s in net.switches), *(s.name for s in net.segments)]
    parts, found = [], []
    for number in range(copies):
        names = {name: f"p{number:03d}-{name}" for name in own}
        for place, rack in enumerate(net.racks, start=1):  # the number in a rack's name numbers its hosts
            names[rack] = f"r{number * len(net.racks) + place:04d}"
        parts.append(_renamed(slim, names))
        found += _renamed(findings, names)
    whole = Network(
        capture=net.capture,
        digest=net.digest,
        switches=tuple(s for part in parts for s in part.switches),
        hosts=tuple(h for part in parts for h in part.hosts),
        links=tuple(x for part in parts for x in part.links),
        segments=tuple(s for part in parts for s in part.segments),
        stations=tuple(s for part in parts for s in part.stations),
    )
    return replace(surveyed, network=whole), tuple(found)


def _renamed(value: T, names: dict[str, str]) -> T:
    """Replace every text that is one of the names; what holds none is shared and not copied."""
    return _walked(value, names)


def _walked(value: Any, names: dict[str, str]) -> Any:
    if type(value) is str:
        return names.get(value, value)
    if isinstance(value, Source):
        return value
    if isinstance(value, tuple | frozenset):
        new = [_walked(item, names) for item in value]
        same = all(a is b for a, b in zip(new, value, strict=True))
        return value if same else type(value)(new)
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: n for name, o in old.items() if (n := _walked(o, names)) is not o}
        return replace(value, **changed) if changed else value
    return value
