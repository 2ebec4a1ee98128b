"""Check the planned order of steps, or say why there is no plan.

Comes in: a start state, steps, the target. Goes out: the number of states checked, or a `NoSafePlanError`:
what the planned order breaks, whether another order would not, and if none does, where all of them get stuck.
"""

from __future__ import annotations

from collections.abc import Sequence

from vlan2l3.design.target import Target
from vlan2l3.errors import NoSafePlanError, Problem
from vlan2l3.plan import words
from vlan2l3.plan.facts import Change, State
from vlan2l3.plan.invariants import Violation
from vlan2l3.plan.judge import Right
from vlan2l3.plan.model import Phase, Step
from vlan2l3.plan.search import LIMIT, Outcome, Search, search
from vlan2l3.plan.walk import Fault, Moment, Walk

OF_THE_RACK = (Phase.P1, Phase.P2, Phase.P3)
SHOWN = 12  # faults of the planned order that a refusal lists


def check(
    start: State, steps: Sequence[Step], target: Target, right: Right | None = None, limit: int = LIMIT
) -> int:
    """Check all states of a plan and of the undo of each of its steps; give how many there are.

    `right` holds cases judged before, of other racks too, and is added to; `limit` bounds the states that are
    judged to look for another order.

    Raises:
        NoSafePlanError: with what breaks, after which step, and the path that shows it.
    """
    walk = Walk(start, target, right)
    faults = list(walk.faults(steps))
    if faults:
        raise _refusal(start, steps, target, faults, limit)
    return walk.states


def _refusal(
    start: State, steps: Sequence[Step], target: Target, faults: list[Fault], limit: int
) -> NoSafePlanError:
    told = [Problem(what=_broken(f.violation, f.misfit), where=f.where) for f in faults[:SHOWN]]
    if len(faults) > SHOWN:
        told.append(Problem(what=f"{len(faults) - SHOWN} more states of the planned order are broken"))
    first = faults[0]
    if first.moment is Moment.START:
        return NoSafePlanError("the network breaks a rule before the first step, so no order is safe", *told)
    searched = _searched(start, steps, target, faults, limit)
    if not searched:
        return NoSafePlanError("the planned order isn't safe, though the steps of one host alone are", *told)
    host, found, alone = searched[-1]
    if found.outcome is not Outcome.FOUND:
        return NoSafePlanError(_headline(host, found), *_stuck(found, alone), *told)
    others = [
        Problem(
            what=f"safe would be: {', '.join(step.name for step in found.order)}",
            where=f"the rack's own steps and those of {host}, without other hosts",
            hint="the checks that a plan has after each step are those of the usual order",
        )
        for host, found, _ in searched
    ]
    names = ", ".join(host for host, _, _ in searched)
    said = (
        f"the planned order isn't safe; alone, {names} would have another one, for which no plan is written"
    )
    return NoSafePlanError(said, *others, *told)


def _searched(
    start: State, steps: Sequence[Step], target: Target, faults: list[Fault], limit: int
) -> list[tuple[str, Search, Fault]]:
    """Try the orders of each host in trouble, with the rack's own steps and without other hosts.

    Hosts share no facts, so what is impossible for one of them alone is impossible among others, and ends the
    search; that each has a safe order alone says nothing of all together, and isn't said to.
    """
    found: list[tuple[str, Search, Fault]] = []
    for host in dict.fromkeys(map(_subject, faults)):
        own = [s for s in steps if s.waves and (s.phase in OF_THE_RACK or s.subject == host)]
        alone = next(Walk(start, target).faults(own), None)
        if alone is not None:
            left = max(1, limit - sum(each.states for _, each, _ in found))
            found.append((host, search(start, own, target, left), alone))
            if found[-1][1].outcome is not Outcome.FOUND:
                break
    return found


def _subject(fault: Fault) -> str:
    """Name the host that is in trouble, or whose step doesn't fit."""
    if fault.violation is not None:
        return fault.violation.host
    return fault.step.subject if fault.step else ""


def _headline(host: str, found: Search) -> str:
    whose = f"the rack's own steps and those of {host}"
    if found.outcome is Outcome.IMPOSSIBLE:
        return f"impossible: no order of {whose} is safe, in any of the {found.states} states they come to"
    return f"no safe order of {whose} was found within {found.states} states; there may be one"


def _stuck(found: Search, planned: Fault) -> list[Problem]:
    """Give the shortest counterexample, then the steps that can't be had together."""
    if not found.blocked:  # the search ended before it met one; the planned order is one
        what = _broken(planned.violation, planned.misfit)
        return [Problem(what=f"the planned order, {planned.where}: {what}", where="counterexample")]
    names = ", ".join(step.name for step in found.stuck) or "nothing"
    problems = [Problem(what=f"after {names} no further step is safe", where="shortest counterexample")]
    problems += [
        Problem(what=_broken(b.violation, b.misfit), where=f"{b.step.name} on {b.step.device}")
        for b in found.blocked
    ]
    if found.never:
        names = " and ".join(step.name for step in found.never)
        which = {1: "be done", 2: "both be done"}.get(len(found.never), "all be done")
        problems.append(
            Problem(what=f"{names} can never {which}, whatever else is", where="smallest conflict")
        )
    return problems


def _broken(violation: Violation | None, misfit: Change | None) -> str:
    if violation is not None:
        return f"{violation.invariant}: {violation.witness}"
    if misfit is not None:
        return f"what it does is so already: {words.change(misfit)}"
    return "its undo doesn't give back the state before it"
