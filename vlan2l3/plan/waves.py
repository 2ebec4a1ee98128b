"""Spread the moves of all racks over rings and waves.

Comes in: the racks' targets, the groups of hosts that stand in for each other, who is in each segment, the
room in the cores' tables. Goes out: a `Campaign`. A ring is a set of racks, each larger than the one before
it; a wave is a set of moves that may be under way together. It is a colouring of the moves: never two of one
rack, because they share the leafs, their peer link and the rack's order; never more of a group than it
allows. It changes no plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vlan2l3.design.groups import Group
from vlan2l3.design.rooms import Room
from vlan2l3.design.target import Target
from vlan2l3.names import DeviceName, RackName, SegmentName, natural_key
from vlan2l3.network.model import Segment
from vlan2l3.plan.build import plainest_first

FIRST = (1, 2)  # racks in the first rings; one at a time there
SHARES = (5, 10, 20)  # percent of all racks in the rings behind them; the last ring has the rest
STOP = 0.8  # of a table: nothing moves that fills it further


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Name a host and its rack."""

    rack: RackName
    host: DeviceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Hold the moves that may be under way together."""

    number: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Hold some racks and their waves.

    Attributes:
        at_once: how many racks may be under way together.
        at_least: no order of the same moves has fewer waves: the longest rack, or the largest group's turns.
        routes: host routes of each family in every core after it.
        held: why it can't begin yet; its waves are shown all the same.
    """

    number: int
    racks: tuple[RackName, ...]
    at_once: int
    waves: tuple[Wave, ...]
    at_least: int
    routes: tuple[tuple[int, int], ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Say in which wave the last host leaves a segment, and who is still in it then."""

    segment: SegmentName
    title: str
    prefixes: tuple[str, ...]
    moving: int
    staying: tuple[str, ...]
    wave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Hold the whole way; `refused` are the racks that can't be planned, each with its reasons."""

    rings: tuple[Ring, ...]
    groups: tuple[Group, ...]
    releases: tuple[Release, ...]
    refused: tuple[tuple[RackName, tuple[str, ...]], ...]


def campaign(
    targets: Sequence[Target],
    groups: tuple[Group, ...],
    *,
    segments: tuple[Segment, ...],
    members: dict[SegmentName, frozenset[str]],
    rooms: tuple[Room, ...],
    at_once: int,
    refused: tuple[tuple[RackName, tuple[str, ...]], ...],
) -> Campaign:
    """Order all moves; `at_once` racks may be under way together from the third ring on."""
    ordered = sorted(targets, key=_simplest)
    rings: list[Ring] = []
    routes: Counter[int] = Counter()
    wave = 0
    for number, inside in enumerate(_rings(ordered), start=1):
        routes.update(_routes(inside))
        together = 1 if number <= len(FIRST) else at_once
        waves = tuple(_waves(inside, groups, together, wave))
        rings.append(
            Ring(
                number=number,
                racks=tuple(target.rack for target in inside),
                at_once=together,
                waves=waves,
                at_least=_at_least(inside, groups, together),
                routes=tuple(sorted(routes.items())),
                held=tuple(_held(rooms, routes)),
            )
        )
        wave += len(waves)
    return Campaign(
        rings=tuple(rings),
        groups=groups,
        releases=tuple(_releases(segments, members, targets, rings)),
        refused=refused,
    )


def _simplest(target: Target) -> tuple[object, ...]:
    """Put the racks first in which the least can go wrong: few findings, then few hosts."""
    findings = sum(len(host.findings) for host in target.hosts)
    return findings, len(target.hosts), natural_key(target.rack)


def _rings(targets: Sequence[Target]) -> Iterator[Sequence[Target]]:
    shares = (max(FIRST[-1], len(targets) * share // 100) for share in SHARES)
    begun = 0
    for size in (*FIRST, *shares, len(targets)):
        if targets[begun : begun + size]:
            yield targets[begun : begun + size]
        begun += size


def _waves(targets: Sequence[Target], groups: Sequence[Group], at_once: int, done: int) -> Iterator[Wave]:
    """Give each wave the next host of every rack under way, as far as its groups allow.

    A rack is finished before another is begun. Where a group has room for some only, the racks with the most
    left come first, since the longest one decides how many waves there are. A wave is never empty: whatever
    comes first in it finds all groups free.
    """
    belongs = _belonging(groups)
    waiting = list(reversed(targets))
    open_: list[tuple[Target, list[DeviceName]]] = []
    while True:
        open_ = [(target, left) for target, left in open_ if left]
        while waiting and len(open_) < at_once:
            target = waiting.pop()
            open_.append((target, [host.name for host in reversed(plainest_first(target))]))
        if not open_:
            return
        taken: Counter[int] = Counter()
        moves = []
        for target, left in sorted(open_, key=lambda row: (-len(row[1]), natural_key(row[0].rack))):
            own = belongs.get(left[-1], ())
            if all(taken[number] < groups[number].at_once for number in own):
                taken.update(own)
                moves.append(Move(rack=target.rack, host=left.pop()))
        done += 1
        yield Wave(number=done, moves=tuple(sorted(moves, key=lambda move: natural_key(move.rack))))


def _belonging(groups: Sequence[Group]) -> dict[DeviceName, list[int]]:
    found: dict[DeviceName, list[int]] = {}
    for number, group in enumerate(groups):
        for name in group.members:
            found.setdefault(name, []).append(number)
    return found


def _at_least(targets: Sequence[Target], groups: Sequence[Group], at_once: int) -> int:
    hosts = {host.name for target in targets for host in target.hosts}
    bounds = [len(target.hosts) for target in targets]
    bounds.append(-(-len(hosts) // at_once))
    bounds += [-(-len(hosts.intersection(group.members)) // group.at_once) for group in groups]
    return max(bounds)


def _routes(targets: Iterable[Target]) -> Counter[int]:
    return Counter(
        kept.address.version for target in targets for host in target.hosts for kept in host.addresses
    )


def _held(rooms: Iterable[Room], routes: Counter[int]) -> Iterator[str]:
    """Name the tables that the routes of all rings so far fill beyond what is safe."""
    for room in rooms:
        needed = room.used + routes[room.version]
        if needed > room.limit * STOP:
            yield (
                f"{room.switch} would hold {needed} IPv{room.version} routes of {room.limit}:"
                f" more than {STOP:.0%} of its table"
            )


def _releases(
    segments: Iterable[Segment],
    members: dict[SegmentName, frozenset[str]],
    targets: Iterable[Target],
    rings: Iterable[Ring],
) -> Iterator[Release]:
    when = {move.host: wave.number for ring in rings for wave in ring.waves for move in wave.moves}
    leaving: dict[SegmentName, set[DeviceName]] = {}
    for target in targets:
        for host in target.hosts:
            for kept in host.addresses:
                leaving.setdefault(kept.segment, set()).add(host.name)
    for segment in segments:
        gone = leaving.get(segment.name)
        if not gone:
            continue
        yield Release(
            segment=segment.name,
            title=segment.title,
            prefixes=tuple(str(prefix) for prefix in segment.prefixes),
            moving=len(gone),
            staying=tuple(sorted(members.get(segment.name, frozenset()) - gone, key=natural_key)),
            wave=max(when[name] for name in gone),
        )
