"""Give the reasons for one step: what it rests on, which decision it serves, and what breaks elsewhere.

Comes in: a `Plan` and the number or name of a step. Goes out: `Reasons`. What would break is computed by the
checker that let the plan pass; nothing is read from a file, and nothing is worded for a reader here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from vlan2l3.design.target import HostTarget, Reason, SubnetTarget, Target
from vlan2l3.errors import UsageError
from vlan2l3.plan.actions import (
    Coexist,
    CoreLinks,
    CoreUnderlay,
    HostStage,
    LearnRoutes,
    People,
    PortDown,
    PortRouted,
    RemoveLag,
    Underlay,
)
from vlan2l3.plan.build import plainest_first, plainness
from vlan2l3.plan.model import Phase, Plan, Role, Step
from vlan2l3.plan.walk import Fault, Walk

IPV4, IPV6 = 4, 6
ORDER = (
    "the port goes down before the bond loses the link; the /32 is in the fabric before the default changes;"
    " the default changes before the neighbours are told; they are told before the address leaves the VLAN"
)


class Move(StrEnum):
    """Say what is tried with a step."""

    OUT = "left out"
    EARLIER = "one step earlier"
    LATER = "one step later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Give one decision that a step serves, and why it was made."""

    what: str
    why: str
    grounds: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Tell what the checker says of the plan with the step elsewhere.

    Attributes:
        past: the step it was put before or behind; `None` when it was left out.
        fault: the first thing that breaks; `None` when nothing does.
        states: how many states were judged until then.
    """

    move: Move
    past: Step | None
    fault: Fault | None
    states: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Hold the reasons for one step; `trials` is empty where it changes nothing that the model holds."""

    step: Step
    grounds: tuple[Reason, ...]
    decisions: tuple[Decision, ...]
    trials: tuple[Trial, ...]


def reasons(plan: Plan, step: Step) -> Reasons:
    """Give the reasons for a step of a plan."""
    grounds, decisions = _grounds(step, plan.target), tuple(_decisions(step, plan.target))
    known = {reason.source for reason in grounds} | {r.source for d in decisions for r in d.grounds}
    # Whatever the step's own file names is named here too.
    rest = [Reason(text=step.title, source=source) for source in step.sources if source not in known]
    return Reasons(
        step=step,
        grounds=(*grounds, *rest),
        decisions=decisions,
        trials=tuple(_trials(plan, step)) if step.waves else (),
    )


def find(plan: Plan, said: str) -> Step:
    """Find a step by its number or its name; one that racks share also by its name without the folder.

    Raises:
        UsageError: naming the steps nearest to what was said.
    """
    steps = {step.name: step for step in plan.order}
    shared = {step.slug: step for step in plan.order if not step.number}
    numbers = {step.number: step for step in plan.steps}
    number = int(said) if re.fullmatch(r"[0-9]{1,9}", said) else None
    found = steps.get(said, shared.get(said)) if number is None else numbers.get(number)
    if found is not None:
        return found
    if number is not None:
        near = sorted(sorted(numbers, key=lambda n: (abs(n - number), n))[:3])
        names = [numbers[n].name for n in near]
    else:
        names = difflib.get_close_matches(said, steps, n=3, cutoff=0.5)
        names += [name for name in steps if said and said in name and name not in names][:3]
    listed = ", ".join(f"`{name}`" for name in names)
    raise UsageError(
        f"rack `{plan.target.rack}` has no step {said!r}",
        hint=f"did you mean {listed}?" if listed else f"its steps are listed in `{plan.target.rack}/plan.md`",
    )


# --- what it rests on ---------------------------------------------------------------------------------


def _grounds(step: Step, target: Target) -> tuple[Reason, ...]:
    """Collect the conclusions a step follows from, each once, in the order they were drawn."""
    found: Iterable[Reason]
    match step.action:
        case CoreUnderlay(router=router):
            found = router.grounds
        case CoreLinks(router=router, links=links) | Underlay(router=router, links=links):
            found = (*router.grounds, *(reason for link in links for reason in link.grounds))
        case Coexist(segment=segment):
            found = _subnet(target, segment).grounds
        case LearnRoutes(peers=peers):
            learned = {prefix for peer in peers for prefix in peer.prefixes}
            moved = [k for host in target.hosts for k in host.addresses if k.host_prefix in learned]
            found = [reason for peer in peers for reason in peer.grounds]
            found += [reason for kept in moved for reason in kept.grounds]
        case HostStage(host=host):
            found = [*host.grounds, *_of_addresses(host)]
            found += [reason for leg in host.legs for reason in leg.grounds]
        case PortDown(leg=leg):
            found = leg.grounds
        case PortRouted(host=host, leg=leg, router=router):
            found = (*leg.grounds, *_of_addresses(host), *(r for r in router.grounds if r.told))
        case RemoveLag(lags=lags):
            names = {name for name, _ in lags}
            legs = [leg for host in target.hosts for leg in host.legs]
            found = [r for leg in legs if leg.leaf == step.device and leg.lag in names for r in leg.grounds]
        case People():
            found = step.grounds
        case _ as other:
            assert_never(other)
    return tuple(dict.fromkeys(found))


def _of_addresses(host: HostTarget) -> list[Reason]:
    return [reason for kept in host.addresses for reason in kept.grounds]


# --- which decision it serves -------------------------------------------------------------------------


def _decisions(step: Step, target: Target) -> Iterator[Decision]:
    """Give the decisions a step serves, the widest first."""
    match step.action:
        case HostStage() | PortDown() | PortRouted():
            yield from _of_host(_moving(step, target), target)
        case Coexist(segment=segment):
            yield from _of_subnet(_subnet(target, segment), families=(IPV4,))
        case LearnRoutes(peers=peers):
            for segment in dict.fromkeys(peer.segment for peer in peers):
                yield from _of_subnet(_subnet(target, segment), families=(IPV6,))
        case CoreLinks() | Underlay():
            yield Decision(what="the fabric starts beside the VLANs, cores before leafs", why=step.why)
        case CoreUnderlay(router=router, announce=announce):
            yield Decision(what="what racks share is done before the first of them", why=step.why)
            if announce:
                what = f"{router.name} announces {', '.join(announce)}"
                yield Decision(what=what, why="moved hosts must still reach the subnets that stay in VLANs")
        case RemoveLag():
            yield Decision(what="port-channels go last, after a gate that people open", why=step.why)
        case People():
            yield from _of_people(step, target)
        case _ as other:
            assert_never(other)


def _of_host(host: HostTarget, target: Target) -> Iterator[Decision]:
    yield Decision(what=f"{host.name} moves", why=host.why)
    for segment in dict.fromkeys(kept.segment for kept in host.addresses):
        versions = {kept.address.version for kept in host.addresses if kept.segment == segment}
        yield from _of_subnet(_subnet(target, segment), families=tuple(sorted(versions)))
    yield Decision(what=f"its turn: {_turn(host, target)}", why="the plainest host goes first")
    first, *rest = (leg.interface for leg in host.legs)
    yield Decision(what=f"{first} moves before {', '.join(rest)}", why=host.order)
    yield Decision(what="the order of its steps is the one measured lossless", why=ORDER)


def _turn(host: HostTarget, target: Target) -> str:
    """Say by what a host's turn differs from the one beside it."""
    turns = plainest_first(target)
    at = turns.index(host)
    if len(turns) == 1:
        return "no other host of the rack moves"
    beside = turns[at - 1] if at else turns[1]
    for (own, said), (others, theirs) in zip(plainness(host), plainness(beside), strict=True):
        if own != others:
            return f"{'after' if at else 'before'} {beside.name}, by {said} against {theirs}"
    raise AssertionError("two hosts of one name")


def _of_subnet(subnet: SubnetTarget, *, families: tuple[int, ...]) -> Iterator[Decision]:
    prefixes = ", ".join(subnet.prefixes)
    what = f"{subnet.segment} ({prefixes}): strategy {subnet.strategy}"
    yield Decision(what=what, why=subnet.reason, grounds=subnet.grounds)
    chosen = {IPV4: (subnet.ipv4, subnet.why_ipv4), IPV6: (subnet.ipv6, subnet.why_ipv6)}
    for family in families:
        coexistence, why = chosen[family]
        yield Decision(what=f"IPv{family} of {subnet.segment}: coexistence by {coexistence}", why=why)


def _of_people(step: Step, target: Target) -> Iterator[Decision]:
    """Say who stays in a VLAN at the sign-off, and else why people are asked at all."""
    yield Decision(what=step.title, why=step.why)
    if step.phase is Phase.P0:
        for stay in target.stays:
            why = f"{len(stay.reasons)} reason(s) keep it there"
            yield Decision(what=f"{stay.name} stays in its VLAN", why=why, grounds=stay.reasons)
    if step.phase is Phase.P7:
        for subnet in target.subnets:
            what = f"{subnet.segment}: strategy {subnet.strategy}"
            yield Decision(what=what, why=subnet.reason, grounds=subnet.grounds)


def _moving(step: Step, target: Target) -> HostTarget:
    return next(host for host in target.hosts if host.name == step.subject)


def _subnet(target: Target, segment: str) -> SubnetTarget:
    return next(subnet for subnet in target.subnets if subnet.segment == segment)


# --- what breaks elsewhere ----------------------------------------------------------------------------


def _trials(plan: Plan, step: Step) -> Iterator[Trial]:
    """Try the plan without the step, and with it before and behind its neighbours of the same subject."""
    at = plan.order.index(step)
    rest = [*plan.order[:at], *plan.order[at + 1 :]]
    yield _trial(plan, rest, Move.OUT, None)
    before = [other for other in rest[:at] if _together(step, other)]
    behind = [other for other in rest[at:] if _together(step, other)]
    for move, past in ((Move.EARLIER, before[-1:]), (Move.LATER, behind[:1])):
        for other in past:
            to = rest.index(other) + (move is Move.LATER)
            yield _trial(plan, [*rest[:to], step, *rest[to:]], move, other)


def _together(step: Step, other: Step) -> bool:
    """Tell whether two steps are about one host, or on one switch where they are about the switch itself."""
    if step.role is Role.PEOPLE or other.role is Role.PEOPLE:
        return False
    return other.subject == step.subject or (step.subject == step.device == other.device)


def _trial(plan: Plan, order: list[Step], move: Move, past: Step | None) -> Trial:
    walk = Walk(plan.start, plan.target)
    fault = next(walk.faults(order), None)
    return Trial(move=move, past=past, fault=fault, states=walk.states)
