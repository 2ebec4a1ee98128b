"""Look for a safe order of steps where the planned one is not: is there another, or none at all?

Comes in: a start state, steps, the target. Goes out: a `Search`. It goes over sets of steps done so far, each
judged with its changes in flight in every subset, so what it says of one order holds for all that come to the
same set. It orders no plan: a plan's checks are written for the usual order only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from vlan2l3.design.target import Target
from vlan2l3.plan.facts import Change, ChangeError, State, subsets
from vlan2l3.plan.invariants import Violation
from vlan2l3.plan.judge import Judge
from vlan2l3.plan.model import Step

LIMIT = 20_000  # states; ten seconds and more

Sets = dict[frozenset[int], tuple[int, ...]]
"""The sets of steps that are right, each with the shortest order that comes to it."""


class Outcome(StrEnum):
    """Say how a search ended."""

    FOUND = "another order is safe"
    IMPOSSIBLE = "no order is safe"
    LIMITED = "no safe order was found in the limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Name a step that can't be done next, and what it breaks; a misfit contradicts what was done before."""

    step: Step
    violation: Violation | None
    misfit: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Tell what was found.

    Attributes:
        states: how many were judged.
        order: the safe order; empty when there is none.
        stuck: the shortest order after which each further step is in `blocked`.
        never: the smallest set of steps that no safe order comes to, whatever else is done or left out; known
            only when all sets were seen.
    """

    outcome: Outcome
    states: int
    order: tuple[Step, ...] = ()
    stuck: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    never: tuple[Step, ...] = ()


class _Limit(Exception):  # noqa: N818  not a fault
    pass


def search(start: State, steps: Sequence[Step], target: Target, limit: int = LIMIT) -> Search:
    """Try every order of the steps, the shortest ones first; `start` has to be right."""
    return _Searcher(start, steps, target, limit).search()


class _Searcher:
    def __init__(self, start: State, steps: Sequence[Step], target: Target, limit: int) -> None:
        self._start, self._steps, self._limit = start, tuple(steps), limit
        self._judge = Judge(target)
        self._seen: dict[State, tuple[Violation, ...]] = {}
        self._sets: Sets = {frozenset(): ()}
        self._stuck: tuple[frozenset[int], tuple[Blocked, ...]] | None = None

    def search(self) -> Search:
        try:
            self._explore()
        except _Limit:
            return self._told(Outcome.LIMITED)
        whole = self._sets.get(frozenset(range(len(self._steps))))
        if whole is not None:
            order = tuple(self._steps[number] for number in whole)
            return Search(outcome=Outcome.FOUND, states=len(self._seen), order=order)
        return self._told(Outcome.IMPOSSIBLE)

    def _told(self, outcome: Outcome) -> Search:
        done, blocked = self._stuck or (frozenset(), ())
        never = self._never() if outcome is Outcome.IMPOSSIBLE else ()
        return Search(
            outcome=outcome,
            states=len(self._seen),
            stuck=tuple(self._steps[number] for number in self._sets[done]),
            blocked=blocked,
            never=never,
        )

    def _explore(self) -> None:
        """Go on from each set that is right, in the order they were found: the smallest first."""
        todo = [(frozenset[int](), self._start)]
        for done, state in todo:  # grows while it is walked
            blocked = []
            for number in sorted(set(range(len(self._steps))) - done):
                further = done | {number}
                after, why = self._after(state, self._steps[number])
                if after is None:
                    blocked += [why] if why else []
                elif further not in self._sets:
                    self._sets[further] = (*self._sets[done], number)
                    todo.append((further, after))
            if len(blocked) == len(self._steps) - len(done) > 0 and self._stuck is None:
                self._stuck = done, tuple(blocked)

    def _after(self, state: State, step: Step) -> tuple[State | None, Blocked | None]:
        for wave in step.waves:
            try:
                flying = [state.apply(subset) for subset in subsets(wave)]
            except ChangeError as error:
                return None, Blocked(step=step, violation=None, misfit=error.change)
            for each in flying:
                found = self._judged(each)
                if found:
                    return None, Blocked(step=step, violation=found[0], misfit=None)
            state = flying[-1]
        return state, None

    def _judged(self, state: State) -> tuple[Violation, ...]:
        if state not in self._seen:
            if len(self._seen) >= self._limit:
                raise _Limit
            self._seen[state] = self._judge.violations(state)
        return self._seen[state]

    def _never(self) -> tuple[Step, ...]:
        """Find the fewest steps that are together in no set that is right."""
        widest = [s for s in self._sets if not any(s < other for other in self._sets)]
        for chosen in self._choices():
            if not any(chosen <= done for done in widest):
                return tuple(self._steps[number] for number in sorted(chosen))
        return self._steps

    def _choices(self) -> Iterator[frozenset[int]]:
        for size in range(1, len(self._steps)):
            yield from map(frozenset, combinations(range(len(self._steps)), size))
