"""The change algebra: facts, changes, undo."""

from __future__ import annotations

import pytest
import targets
from hypothesis import given
from hypothesis import strategies as st

from vlan2l3.names import DeviceName, InterfaceName
from vlan2l3.plan.build import build
from vlan2l3.plan.facts import (
    Carrier,
    Change,
    ChangeError,
    Enslaved,
    Fact,
    Insert,
    Remove,
    State,
    invert,
    subsets,
)
from vlan2l3.plan.start import start_state

FACTS: list[Fact] = [
    *(Carrier(switch=DeviceName("leaf-a"), port=InterfaceName(f"Ethernet{i}")) for i in range(5)),
    *(Enslaved(host=DeviceName("h"), interface=InterfaceName(f"eth{i}")) for i in range(5)),
]


@given(st.sets(st.sampled_from(FACTS)), st.lists(st.sampled_from(FACTS), max_size=6, unique=True))
def test_undo_of_any_fitting_changes_gives_back_the_state(present: set[Fact], touched: list[Fact]) -> None:
    """Whatever was done is taken back exactly, by equality of states."""
    state = State(frozenset(present))
    changes: list[Change] = [Remove(f) if f in present else Insert(f) for f in touched]
    undo = [invert(change) for change in reversed(changes)]
    assert state.apply(changes).apply(undo) == state


def test_a_change_that_does_not_fit_leaves_the_state_alone() -> None:
    """A group of changes is applied whole or not at all."""
    state = State(frozenset(FACTS[:1]))
    with pytest.raises(ChangeError, match="already in the state"):
        state.apply([Insert(FACTS[1]), Insert(FACTS[0])])
    assert state == State(frozenset(FACTS[:1]))


def test_changes_in_flight_are_seen_in_every_subset() -> None:
    """Three changes in flight give seven states beside the one they started from, all of them last."""
    wave = tuple(Insert(fact) for fact in FACTS[:3])
    states = [State().apply(subset) for subset in subsets(wave)]
    assert len(states) == len(set(states)) == 7
    assert State() not in states
    assert states[-1] == State(frozenset(FACTS[:3]))


@given(st.sets(st.sampled_from(FACTS)), st.lists(st.sampled_from(FACTS), max_size=6, unique=True))
def test_the_undo_of_changes_in_flight_passes_the_same_states(
    present: set[Fact], touched: list[Fact]
) -> None:
    """What is taken back is what was not done yet, so the checker judges a step's states once for both."""
    before = State(frozenset(present))
    wave: list[Change] = [Remove(f) if f in present else Insert(f) for f in touched]
    after = before.apply(wave)
    undo = [invert(change) for change in reversed(wave)]
    done = {before, *(before.apply(subset) for subset in subsets(wave))}
    assert done == {after, *(after.apply(subset) for subset in subsets(undo))}


@pytest.mark.parametrize("facts", [FACTS[:7], [FACTS[0], FACTS[0]]])
def test_a_wave_that_cannot_be_seen_in_all_its_subsets_is_refused(facts: list[Fact]) -> None:
    """More than six changes, or one fact twice."""
    with pytest.raises(ValueError, match="split the step"):
        list(subsets([Insert(fact) for fact in facts]))


def test_every_step_of_a_plan_is_undone_exactly() -> None:
    """Undoing the whole plan backwards passes through the same states and ends at today's."""
    plan = build(
        targets.target(targets.host("a", 1), targets.host("b", 2)), capture="c", digest="d", ledger="e"
    )
    states = [start_state(plan.target)]
    for step in plan.order:
        states.append(step.do(states[-1]))
    for step, before, after in zip(reversed(plan.order), states[-2::-1], states[:0:-1], strict=True):
        assert step.take_back(after) == before, step.name
