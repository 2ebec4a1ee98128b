"""Assemble a rack's plan and check it.

Comes in: the `Target`, the digest of what it was made from, and the hash of the coverage ledger. Goes out: a
`Plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import natural_key
from vlan2l3.parse.records import Source
from vlan2l3.plan import phases
from vlan2l3.plan.check import check
from vlan2l3.plan.cutover import Cutover
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
    """Order the steps, number them, and check every state they pass through.

    `right` holds the cases that the plans of other racks were found right in, and is added to. Steps whose
    slugs are in `done` are left out: the plan starts behind them, and the others keep their numbers.

    Raises:
        NoSafePlanError: when a state breaks an invariant.
    """
    numbered = [replace(step, number=NUMBERING * (index + 1)) for index, step in enumerate(_in_order(target))]
    start = start_state(target)
    for step in numbered:
        if step.slug in done:
            start = step.do(start)
    steps = tuple(step for step in numbered if step.slug not in done)
    states = check(start, steps, target, right)
    return Plan(
        target=target,
        capture=capture,
        digest=digest,
        ledger=ledger,
        steps=steps,
        states=states,
        start=start,
        done=tuple((step, done[step.slug]) for step in numbered if step.slug in done),
    )


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
    yield from phases.coexistence(target)
    yield from phases.readiness(target)
    yield from Cutover(host=first, target=target, phase=Phase.P4).steps()
    yield phases.soak(first.name)
    for host in others:
        yield from Cutover(host=host, target=target, phase=Phase.P5).steps()
    yield from phases.services(target)
    yield from phases.other_ways(target)
    yield from phases.emptying(target)
    yield from phases.removal(target)
