"""Assemble a rack's plan and check it.

Comes in: the `Target`, the digest of what it was made from, and the hash of the coverage ledger. Goes out: a
`Plan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import natural_key
from vlan2l3.plan import phases
from vlan2l3.plan.check import check
from vlan2l3.plan.cutover import Cutover
from vlan2l3.plan.model import Phase, Plan, Step
from vlan2l3.plan.start import start_state

NUMBERING = 10


def build(target: Target, *, capture: str, digest: str, ledger: str) -> Plan:
    """Order the steps, number them, and check every state they pass through.

    Raises:
        NoSafePlanError: when a state breaks an invariant.
    """
    steps = tuple(
        replace(step, number=NUMBERING * (index + 1)) for index, step in enumerate(_in_order(target))
    )
    start = start_state(target)
    states = check(start, steps, target)
    return Plan(
        target=target,
        capture=capture,
        digest=digest,
        ledger=ledger,
        steps=steps,
        states=states,
        start=start,
    )


def pilot(target: Target) -> HostTarget:
    """Choose the host that moves first: the plainest one, an LACP bond with the fewest addresses."""
    return min(target.hosts, key=_plainness)


def _plainness(host: HostTarget) -> tuple[object, ...]:
    return len(host.findings), host.bond_mode != "802.3ad", len(host.addresses), natural_key(host.name)


def _in_order(target: Target) -> Iterator[Step]:
    first = pilot(target)
    yield from phases.decide(target)
    yield from phases.underlay(target)
    yield from phases.coexistence(target)
    yield from phases.readiness(target)
    yield from Cutover(host=first, target=target, phase=Phase.P4).steps()
    yield phases.soak(first.name)
    for host in sorted(target.hosts, key=_plainness):
        if host != first:
            yield from Cutover(host=host, target=target, phase=Phase.P5).steps()
    yield from phases.services(target)
    yield from phases.emptying(target)
    yield from phases.removal(target)
