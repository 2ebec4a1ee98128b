"""Check every state a plan passes through, forwards and back.

Comes in: a start state, steps, the target. Goes out: the number of states checked, or a `NoSafePlanError`
with the first broken invariant of each state. Each group of changes in flight is checked in all its subsets:
at most six changes, so at most 64 states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from vlan2l3.design.target import Target
from vlan2l3.errors import NoSafePlanError, Problem
from vlan2l3.plan.facts import Change, ChangeError, State
from vlan2l3.plan.invariants import Judge
from vlan2l3.plan.model import Step

IN_FLIGHT = 6


def check(start: State, steps: Sequence[Step], target: Target) -> int:
    """Check all states of a plan and of the undo of each of its steps.

    Raises:
        NoSafePlanError: with what breaks, after which step, and the path that shows it.
    """
    problems: list[Problem] = []
    invariants = Judge(target)
    judged: set[State] = set()

    def judge(states: Iterable[State], where: str) -> None:
        for state in states:
            if state not in judged:
                judged.add(state)
                problems.extend(
                    Problem(what=f"{v.invariant}: {v.witness}", where=where)
                    for v in invariants.violations(state)[:1]
                )

    state = start
    judge([state], "before the first step")
    for step in steps:
        try:
            after = step.do(state)
        except ChangeError as error:
            problems.append(
                Problem(what=f"contradicts what came before it: {error}", where=f"step {step.name}")
            )
            break
        judge(between(state, step.waves), f"in step {step.name} on {step.device}")
        judge([after], f"after step {step.name} on {step.device}")
        judge(between(after, step.undo), f"in the undo of step {step.name} on {step.device}")
        if not step.final and step.take_back(after) != state:
            problems.append(
                Problem(what="its undo doesn't give back the state before it", where=f"step {step.name}")
            )
        state = after
    if problems:
        raise NoSafePlanError("no safe order was found for this rack", *problems)
    return len(judged)


def between(state: State, waves: tuple[tuple[Change, ...], ...]) -> Iterator[State]:
    """Give every state a step can be seen in: each subset of each group of changes in flight."""
    for wave in waves:
        if len(wave) > IN_FLIGHT:
            raise ValueError(f"{len(wave)} changes in flight at once; split the step")
        for size in range(len(wave) + 1):
            for subset in combinations(wave, size):
                yield state.apply(subset)
        state = state.apply(wave)
