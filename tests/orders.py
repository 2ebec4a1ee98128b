"""Count how often an order of the same changes breaks something.

On each of 200 made-up racks what its plan does is put into other orders, whole steps and single changes, and
the state after each is judged by the planner's checker. What comes out is kept in `tests/data/orders.json`;
the table in the docs is written from it, and a test counts the first racks again.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import targets

from vlan2l3.design.target import HostTarget, KeptAddress, Target
from vlan2l3.plan.build import build
from vlan2l3.plan.facts import Change, ChangeError, Fact, Insert, State
from vlan2l3.plan.judge import Judge
from vlan2l3.plan.model import Plan

RACKS, ORDERS = 200, 10
DATA = Path(__file__).parent / "data" / "orders.json"
LOST = "an address always has a plane"
MISFIT = "a change fits the state"


@dataclass(frozen=True, slots=True)
class Move:
    """Hold what is done at once on one device: a whole step, or one change of it."""

    device: str
    changes: tuple[Change, ...]

    @property
    def adds(self) -> bool:
        """Tell whether it only adds."""
        return all(isinstance(change, Insert) for change in self.changes)

    @property
    def deletes(self) -> bool:
        """Tell whether it only deletes."""
        return not any(isinstance(change, Insert) for change in self.changes)


Order = Callable[[list[Move], random.Random], list[Move]]


@dataclass(frozen=True, slots=True)
class Count:
    """Count the orders tried, those that broke any invariant, and those that lost packets."""

    orders: int
    broken: int
    lost: int


def rack(number: int) -> Target:
    """Make up a rack of one to three hosts, each with addresses in one to three VLANs."""
    dice = random.Random(number)
    hosts = [_host(f"h{n}", n, dice) for n in range(1, dice.randint(1, 3) + 1)]
    return targets.target(*hosts)


def _host(name: str, number: int, dice: random.Random) -> HostTarget:
    vlans = dice.sample((110, 120, 130), dice.randint(1, 3))
    kept: list[KeptAddress] = []
    for vlan in vlans:
        interface = "bond0" if vlan == vlans[0] else f"bond0.{vlan}"
        for family in dice.choice(((4,), (6,), (4, 6))):
            address = f"10.1.{vlan}.{number + 10}/24" if family == 4 else f"2001:db8:{vlan}::{number + 10}/64"
            default = all(k.address.version != family or not k.default for k in kept)
            kept.append(targets.kept(address, interface=interface, vlan=vlan, default=default))
    return targets.host(name, number, tuple(kept), mode=dice.choice(("802.3ad", "active-backup")))


def _shuffled(moves: Iterable[Move], dice: random.Random) -> list[Move]:
    """Put moves into any order in which those of one fact keep theirs: a port is shut before it is opened."""
    left, mixed = list(moves), []
    while left:
        ahead: set[Fact] = set()
        free = []
        for move in left:
            facts = {change.fact for change in move.changes}
            if ahead.isdisjoint(facts):
                free.append(move)
            ahead |= facts
        mixed.append(dice.choice(free))
        left.remove(mixed[-1])
    return mixed


def at_random(moves: list[Move], dice: random.Random) -> list[Move]:
    """Take any order."""
    return _shuffled(moves, dice)


def device_by_device(moves: list[Move], dice: random.Random) -> list[Move]:
    """Finish one device, in the order of the plan, before the next one is begun."""
    devices = sorted({move.device for move in moves})
    dice.shuffle(devices)
    return [move for device in devices for move in moves if move.device == device]


def remove_first(moves: list[Move], dice: random.Random) -> list[Move]:
    """Delete what goes, then add what comes, as a tool does that compares two configurations."""
    going = [move for move in moves if move.deletes]
    return [*_shuffled(going, dice), *_shuffled((m for m in moves if not m.deletes), dice)]


def insert_before_remove(moves: list[Move], dice: random.Random) -> list[Move]:
    """Add what can be added, then all else."""
    gone = {change.fact for move in moves for change in move.changes if not isinstance(change, Insert)}
    first = [m for m in moves if m.adds and gone.isdisjoint(change.fact for change in m.changes)]
    return [*_shuffled(first, dice), *_shuffled((m for m in moves if m not in first), dice)]


def neighbours_swapped(moves: list[Move], dice: random.Random) -> list[Move]:
    """Keep the plan's order but for two that follow each other."""
    at = dice.randrange(len(moves) - 1)
    return [*moves[:at], moves[at + 1], moves[at], *moves[at + 2 :]]


def planned(moves: list[Move], dice: random.Random) -> list[Move]:  # noqa: ARG001  the one that has no choice
    """Keep the order of the plan."""
    return moves


STRATEGIES: dict[str, tuple[Order, int]] = {
    "any order": (at_random, ORDERS),
    "device by device": (device_by_device, ORDERS),
    "remove first": (remove_first, ORDERS),
    "insert before remove": (insert_before_remove, ORDERS),
    "vlan2l3's, two neighbours swapped": (neighbours_swapped, ORDERS),
    "vlan2l3's": (planned, 1),
}


def count(number: int) -> dict[str, Count]:
    """Try the orders of one rack: of whole steps, and of single changes."""
    plan = build(rack(number), capture="c", digest="d", ledger="e")
    judge, found = Judge(plan.target), {}
    for grain, moves in (("steps", _steps(plan)), ("changes", _changes(plan))):
        for name, (order, times) in STRATEGIES.items():
            dice = random.Random(f"{number} {grain} {name}")
            verdicts = [_broken(judge, plan.start, order(moves, dice)) for _ in range(times)]
            found[f"{name}, {grain}"] = Count(
                orders=times, broken=sum(map(bool, verdicts)), lost=sum(LOST in v for v in verdicts)
            )
    return found


def _steps(plan: Plan) -> list[Move]:
    steps = (Move(step.device, tuple(c for wave in step.waves for c in wave)) for step in plan.order)
    return [step for step in steps if step.changes]


def _changes(plan: Plan) -> list[Move]:
    return [Move(move.device, (change,)) for move in _steps(plan) for change in move.changes]


def _broken(judge: Judge, state: State, order: list[Move]) -> set[str]:
    """Name the invariants that are broken on the way; the first loss of packets ends it."""
    found: set[str] = set()
    for move in order:
        try:
            state = state.apply(move.changes)
        except ChangeError:  # a port that is opened before it was shut, say
            return {MISFIT}
        found |= {violation.invariant for violation in judge.violations(state)}
        if LOST in found:
            break
    return found


def table(counts: list[dict[str, Count]]) -> str:
    """Write the table of the docs."""
    lines = ["| Order of what | Orders tried | Break an invariant | Lose packets |", "|---|---|---|---|"]
    for name in counts[0]:
        tried = sum(c[name].orders for c in counts)
        broken, lost = sum(c[name].broken for c in counts), sum(c[name].lost for c in counts)
        lines.append(f"| {name} | {tried} | {broken / tried:.1%} | {lost / tried:.1%} |")
    return "\n".join(lines) + "\n"


def kept() -> list[dict[str, Count]]:
    """Read what was counted."""
    return [{k: Count(**v) for k, v in row.items()} for row in json.loads(DATA.read_text())]


def main() -> None:
    """Count all racks and keep what came out."""
    counts = [count(number) for number in range(RACKS)]
    rows = [json.dumps({k: asdict(v) for k, v in c.items()}) for c in counts]
    DATA.write_text("[\n" + ",\n".join(rows) + "\n]\n")
    sys.stdout.write(table(counts))


if __name__ == "__main__":
    main()
