"""Check every state a plan passes through, forwards and back.

Comes in: a start state, steps, the target. Goes out: the number of states checked, or a `NoSafePlanError`
with the first broken invariant of each state. Each group of changes in flight is checked in all its subsets:
at most six changes, so at most 64 states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from vlan2l3.design.target import Target
from vlan2l3.errors import NoSafePlanError, Problem
from vlan2l3.plan.facts import Change, ChangeError, State
from vlan2l3.plan.invariants import Judge, Violation
from vlan2l3.plan.model import Step

IN_FLIGHT = 6


class Moment(StrEnum):
    """Say when in a plan a state is seen."""

    START = "before the first step"
    IN = "in step"
    AFTER = "after step"
    UNDO = "in the undo of step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Name what is wrong with an order of steps: where, and one of three things.

    Attributes:
        step: `None` before the first.
        violation: what a state breaks; `misfit` the change that its state contradicts, which ends the check;
            neither when the undo doesn't lead back.
    """

    moment: Moment
    step: Step | None = None
    violation: Violation | None = None
    misfit: Change | None = None

    @property
    def where(self) -> str:
        """Name the place in the plan."""
        if self.step is None:
            return self.moment
        return f"{self.moment} {self.step.name} on {self.step.device}"


def check(start: State, steps: Sequence[Step], target: Target) -> int:
    """Check all states of a plan and of the undo of each of its steps.

    Raises:
        NoSafePlanError: with what breaks, after which step, and the path that shows it.
    """
    judged: set[State] = set()
    problems = [
        Problem(what=_what(fault), where=fault.where) for fault in faults(start, steps, target, judged)
    ]
    if problems:
        raise NoSafePlanError("no safe order was found for this rack", *problems)
    return len(judged)


def _what(fault: Fault) -> str:
    if fault.violation is not None:
        return f"{fault.violation.invariant}: {fault.violation.witness}"
    if fault.misfit is not None:
        return f"contradicts what came before it: {ChangeError(fault.misfit)}"
    return "its undo doesn't give back the state before it"


def faults(start: State, steps: Sequence[Step], target: Target, judged: set[State]) -> Iterator[Fault]:
    """Give what is wrong with an order of steps, in that order, the first violation of each state.

    States in `judged` are taken as judged before; each that is judged here is put there.
    """
    invariants = Judge(target)

    def judge(states: Iterable[State], moment: Moment, step: Step | None = None) -> Iterator[Fault]:
        for state in states:
            if state not in judged:
                judged.add(state)
                for violation in invariants.violations(state)[:1]:
                    yield Fault(moment=moment, step=step, violation=violation)

    state = start
    yield from judge([state], Moment.START)
    for step in steps:
        try:
            after = step.do(state)
        except ChangeError as error:
            yield Fault(moment=Moment.IN, step=step, misfit=error.change)
            return
        yield from judge(between(state, step.waves), Moment.IN, step)
        yield from judge([after], Moment.AFTER, step)
        yield from judge(between(after, step.undo), Moment.UNDO, step)
        if not step.final and step.take_back(after) != state:
            yield Fault(moment=Moment.UNDO, step=step)
        state = after


def between(state: State, waves: tuple[tuple[Change, ...], ...]) -> Iterator[State]:
    """Give every state a step can be seen in: each subset of each group of changes in flight."""
    for wave in waves:
        if len(wave) > IN_FLIGHT:
            raise ValueError(f"{len(wave)} changes in flight at once; split the step")
        for size in range(len(wave) + 1):
            for subset in combinations(wave, size):
                yield state.apply(subset)
        state = state.apply(wave)
