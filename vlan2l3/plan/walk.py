"""Walk through every state that an order of steps passes, forwards and back.

Comes in: a start state, the target, steps. Goes out: `Fault`s, the first broken invariant of each state. Each
group of changes in flight is seen in all its subsets: at most six changes, so at most 64 states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vlan2l3.design.target import Target
from vlan2l3.plan.facts import Change, ChangeError, Insert, State, invert, subsets
from vlan2l3.plan.invariants import Violation
from vlan2l3.plan.judge import Judge, Right
from vlan2l3.plan.model import Step


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


class Walk:
    """Walk through the states of an order of steps; `states` counts those that were judged.

    The undo of a step passes the same states backwards: what is left of it there was left out here. So each
    is judged once, and of the undo is asked that it leads back.
    """

    def __init__(self, start: State, target: Target, right: Right | None = None) -> None:
        self.states = 0
        self._start = start
        self._judge = Judge(target, right)

    def faults(self, steps: Sequence[Step]) -> Iterator[Fault]:
        """Give what is wrong with an order of steps, in that order, the first violation of each state."""
        for fact in self._start.facts:
            self._judge.flip(fact)
        yield from self._judged(Moment.START)
        for step in steps:
            for wave in step.waves:
                try:
                    self._apply(wave)
                    self._apply([invert(change) for change in reversed(wave)])
                except ChangeError as error:
                    yield Fault(moment=Moment.IN, step=step, misfit=error.change)
                    return
                yield from self._flying(step, wave)
            if not step.final and not _undone(step):
                yield Fault(moment=Moment.UNDO, step=step)

    def _flying(self, step: Step, wave: Sequence[Change]) -> Iterator[Fault]:
        """Judge every subset of changes in flight, all of them last; none of them was judged before."""
        made: frozenset[Change] = frozenset()
        for subset in subsets(wave):
            for change in made ^ subset:
                self._judge.flip(change.fact)
            made = subset
            whole = len(subset) == len(wave) and wave is step.waves[-1]
            yield from self._judged(Moment.AFTER if whole else Moment.IN, step)

    def _apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if (change.fact in self._judge) is isinstance(change, Insert):
                raise ChangeError(change)
            self._judge.flip(change.fact)

    def _judged(self, moment: Moment, step: Step | None = None) -> Iterator[Fault]:
        self.states += 1
        for violation in self._judge.broken()[:1]:
            yield Fault(moment=moment, step=step, violation=violation)


def _undone(step: Step) -> bool:
    """Tell whether a step's undo takes back each of its changes, the last one first."""
    done = [change for wave in step.waves for change in wave]
    undone = [invert(change) for wave in step.undo for change in wave]
    return done == undone[::-1]
