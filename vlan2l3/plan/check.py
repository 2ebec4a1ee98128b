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
    about = _about(first, steps)
    if not any(Walk(start, target).faults(about)):
        return NoSafePlanError("the planned order isn't safe, though the steps of one host alone are", *told)
    found = search(start, about, target, limit)
    return NoSafePlanError(_headline(found), *_stuck(found), *told)


def _about(fault: Fault, steps: Sequence[Step]) -> list[Step]:
    """List the steps whose order decides: the rack's own, and those of the host that is in trouble.

    Hosts share no facts, so what is impossible for one of them alone is impossible among others.
    """
    subject = fault.violation.host if fault.violation else fault.step.subject if fault.step else None
    of_rack = (Phase.P1, Phase.P2, Phase.P3)
    return [s for s in steps if s.waves and (s.phase in of_rack or s.subject == subject)]


def _headline(found: Search) -> str:
    if found.outcome is Outcome.FOUND:
        return "the planned order isn't safe; another order of its steps is, and no plan is written for that"
    if found.outcome is Outcome.IMPOSSIBLE:
        return (
            f"impossible: no order of these steps is safe, in any of the {found.states} states they come to"
        )
    return f"no safe order was found within {found.states} states; there may be one"


def _stuck(found: Search) -> list[Problem]:
    """Give the shortest counterexample, then the steps that can't be had together."""
    if found.outcome is Outcome.FOUND:
        names = ", ".join(step.name for step in found.order)
        return [
            Problem(
                what=f"safe would be: {names}", hint="the checks of each step are those of the usual order"
            )
        ]
    if not found.blocked:
        return []
    names = ", ".join(step.name for step in found.stuck) or "nothing"
    problems = [Problem(what=f"after {names} no further step is safe", where="shortest counterexample")]
    problems += [
        Problem(what=_broken(b.violation, b.misfit), where=f"{b.step.name} on {b.step.device}")
        for b in found.blocked
    ]
    if found.never:
        names = " and ".join(step.name for step in found.never)
        what = "can never be done" if len(found.never) == 1 else "can never both be done"
        problems.append(Problem(what=f"{names} {what}, whatever else is", where="smallest conflict"))
    return problems


def _broken(violation: Violation | None, misfit: Change | None) -> str:
    if violation is not None:
        return f"{violation.invariant}: {violation.witness}"
    if misfit is not None:
        return f"contradicts what came before it: {words.change(misfit)} already"
    return "its undo doesn't give back the state before it"
