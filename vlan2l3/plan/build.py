"""Assemble the plan of a rack, or of what racks share, and check it.

Comes in: the `Target`, the digest of what it was made from, and the hash of the coverage ledger. Goes out: a
`Plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import RackName, natural_key
from vlan2l3.parse.records import Source
from vlan2l3.plan import fabric, phases
from vlan2l3.plan.check import check
from vlan2l3.plan.cutover import Cutover
from vlan2l3.plan.facts import State
from vlan2l3.plan.judge import Right
from vlan2l3.plan.model import Phase, Plan, Step
from vlan2l3.plan.start import start_state

NUMBERING = 10


def build(
    target: Target,
    *,
    capture: str,
    digest: str,
    ledger: str,
    right: Right | None = None,
    done: Mapping[str, Source] = MappingProxyType({}),
) -> Plan:
    """Order a rack's steps behind those that racks share, number its own, and check every state of them.

    `right` holds the cases that the plans of other racks were found right in, and is added to. Steps whose
    slugs are in `done` are left out: the plan starts behind them, and the others keep their numbers.

    Raises:
        NoSafePlanError: when a state breaks an invariant.
    """
    shared, own = tuple(fabric.steps(target)), _numbered(_in_order(target))
    start = _behind(start_state(target), [*shared, *own], done)
    plan = Plan(
        target=target,
        capture=capture,
        digest=digest,
        ledger=ledger,
        steps=tuple(step for step in own if step.slug not in done),
        states=0,
        start=start,
        relies=tuple((step, done.get(step.slug)) for step in shared),
        done=tuple((step, done[step.slug]) for step in own if step.slug in done),
    )
    return replace(plan, states=check(start, plan.order, target, right))


def build_fabric(
    target: Target,
    states: int,
    *,
    capture: str,
    digest: str,
    ledger: str,
    done: Mapping[str, Source] = MappingProxyType({}),
) -> Plan:
    """Order and number the steps that racks share; `states` were checked, by `check_shared` for each rack."""
    numbered = _numbered([*phases.decide(target), *fabric.steps(target)])
    return Plan(
        target=target,
        capture=capture,
        digest=digest,
        ledger=ledger,
        steps=tuple(step for step in numbered if step.slug not in done),
        states=states,
        start=_behind(start_state(target), numbered, done),
        done=tuple((step, done[step.slug]) for step in numbered if step.slug in done),
    )


def check_shared(rack: Target, right: Right | None = None) -> int:
    """Check the steps that racks share, all of them, as one rack sees them; give how many states there are.

    Raises:
        NoSafePlanError: when a state breaks an invariant.
    """
    return check(start_state(rack), list(fabric.steps(rack)), rack, right)


def needed_by(racks: Iterable[Target]) -> tuple[tuple[str, tuple[RackName, ...]], ...]:
    """Name, for each step that racks share, the racks that need it."""
    found: dict[str, list[RackName]] = {}
    for rack in racks:
        for step in fabric.steps(rack):
            found.setdefault(step.slug, []).append(rack.rack)
    return tuple((slug, tuple(found[slug])) for slug in sorted(found))


def _numbered(steps: Iterable[Step]) -> list[Step]:
    return [replace(step, number=NUMBERING * (index + 1)) for index, step in enumerate(steps)]


def _behind(state: State, steps: Iterable[Step], done: Mapping[str, Source]) -> State:
    for step in steps:
        if step.slug in done:
            state = step.do(state)
    return state


def pilot(target: Target) -> HostTarget:
    """Choose the host that moves first: the plainest one, an LACP bond with the fewest addresses."""
    return plainest_first(target)[0]


def plainest_first(target: Target) -> list[HostTarget]:
    """Order the hosts of a rack as they move."""
    return sorted(target.hosts, key=lambda host: tuple(key for key, _ in plainness(host)))


def plainness(host: HostTarget) -> tuple[tuple[object, str], ...]:
    """Give what a host's turn depends on, the most important first, each with its words."""
    lacp = host.bond_mode == "802.3ad"
    return (
        (len(host.findings), f"{len(host.findings)} finding(s) about it"),
        (not lacp, "a bond that speaks LACP" if lacp else f"a bond in mode {host.bond_mode}"),
        (len(host.addresses), f"{len(host.addresses)} address(es) to move"),
        (natural_key(host.name), "its name"),
    )


def _in_order(target: Target) -> Iterator[Step]:
    first, *others = plainest_first(target)
    yield from phases.decide(target)
    yield from phases.underlay(target)
    yield from phases.neighbours(target)
    yield from phases.readiness(target)
    yield from Cutover(host=first, target=target, phase=Phase.P4).steps()
    yield phases.soak(first.name)
    for host in others:
        yield from Cutover(host=host, target=target, phase=Phase.P5).steps()
    yield from phases.services(target)
    yield from phases.other_ways(target)
    yield from phases.emptying(target)
    yield from phases.removal(target)
