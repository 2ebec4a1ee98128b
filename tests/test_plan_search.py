"""Where the planned order is not safe: another one, none at all, or none found in the limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
import targets

from vlan2l3.design.target import Target
from vlan2l3.errors import NoSafePlanError
from vlan2l3.plan.build import build
from vlan2l3.plan.check import check
from vlan2l3.plan.model import Step
from vlan2l3.plan.search import Outcome, search
from vlan2l3.plan.start import start_state
from vlan2l3.plan.walk import Walk


def planned(target: Target) -> list[Step]:
    """Give the steps of a plan that change something."""
    plan = build(target, capture="c", digest="d", ledger="l")
    return [step for step in plan.order if step.waves]


def one() -> Target:
    """Give a rack of one host with one IPv4 address."""
    return targets.target(targets.host("a", 1, (targets.kept("10.1.10.13/24"),)))


def named(steps: Sequence[Step]) -> list[str]:
    """Give the steps' names without their numbers."""
    return [step.slug for step in steps]


def without(steps: list[Step], *slugs: str) -> list[Step]:
    """Leave steps out, so that what they are for can't be had."""
    return [step for step in steps if step.slug not in slugs]


PROXY = ("core1-coexistence-vlan110", "core2-coexistence-vlan110")


def test_another_order_is_found_and_the_checker_takes_it() -> None:
    """Two steps of the cutover are swapped; the search puts them right."""
    target = one()
    steps = planned(target)
    at = named(steps).index("a-dual")
    swapped = [*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :]]
    found = search(start_state(target), swapped, target)
    assert found.outcome is Outcome.FOUND
    assert sorted(named(found.order)) == sorted(named(steps))
    assert check(start_state(target), found.order, target) > len(steps)
    with pytest.raises(NoSafePlanError, match="alone, a would have another one") as caught:
        check(start_state(target), swapped, target)
    assert caught.value.problems[0].what.startswith("safe would be: ")


def test_without_proxy_arp_no_order_is_safe() -> None:
    """All sets of steps are seen; the host's cut is in none of them, and it is named with what it breaks."""
    target = one()
    steps = without(planned(target), *PROXY)
    found = search(start_state(target), steps, target)
    assert found.outcome is Outcome.IMPOSSIBLE
    assert named(found.never) == ["a-cut"]
    assert found.blocked
    with pytest.raises(
        NoSafePlanError, match="impossible: no order of the rack's own steps and those of a is safe"
    ) as caught:
        check(start_state(target), steps, target)
    said = [f"{p.where}: {p.what}" for p in caught.value.problems]
    assert said[0].startswith("shortest counterexample: after ")
    assert any("a-cut on a: " in line and "no proxy ARP in vlan110" in line for line in said)
    assert any(line.startswith("smallest conflict: ") and "a-cut can never be done" in line for line in said)


def test_the_counterexample_is_safe_as_far_as_it_goes_and_no_further() -> None:
    """After it every further step breaks something or doesn't fit."""
    target = one()
    steps = without(planned(target), *PROXY)
    found = search(start_state(target), steps, target)
    walk = Walk(start_state(target), target)
    assert list(walk.faults(found.stuck)) == []
    for step in steps:
        if step not in found.stuck:
            assert list(Walk(start_state(target), target).faults([*found.stuck, step]))


def test_the_limit_is_not_taken_for_a_proof() -> None:
    """A search that ended early says so, and names no smallest conflict."""
    target = one()
    steps = without(planned(target), *PROXY)
    found = search(start_state(target), steps, target, limit=20)
    assert (found.outcome, found.states, found.never) == (Outcome.LIMITED, 20, ())
    with pytest.raises(NoSafePlanError, match="of a was found within 20 states; there may be one"):
        check(start_state(target), steps, target, limit=20)


def test_what_is_called_impossible_is_broken_in_every_permutation() -> None:
    """Tried one by one, by the walk that checks plans."""
    target = one()
    steps = [s for s in planned(target) if s.slug in ("a-dual", "a-cut", "leaf-a-port-down-a", "a-ready")]
    assert search(start_state(target), steps, target).outcome is Outcome.IMPOSSIBLE
    for order in permutations(steps):
        assert list(Walk(start_state(target), target).faults(order))
    fine = [s for s in planned(target) if s.slug.endswith(("-underlay", "-ready", "vlan110"))]
    assert search(start_state(target), fine, target).outcome is Outcome.FOUND


def test_a_network_that_breaks_a_rule_today_is_not_searched() -> None:
    """Two hosts with one address: nothing that is done about it would be an order."""
    target = one()
    subnet = replace(target.subnets[0], trunks=())
    broken = replace(target, subnets=(subnet,))
    with pytest.raises(NoSafePlanError, match="before the first step, so no order is safe"):
        check(start_state(broken), planned(target), broken)


def test_hosts_in_each_others_way_are_told_from_a_host_that_cannot_move() -> None:
    """Each could move alone; both at once could not."""
    target = targets.target(
        *(targets.host(n, i, (targets.kept(f"10.1.10.{12 + i}/24"),)) for i, n in enumerate("ab", 1))
    )
    steps = planned(target)
    at = [n for n, s in enumerate(steps) if s.subject == "b"]
    first = next(n for n, s in enumerate(steps) if s.slug.endswith("port-down-a"))
    mixed = [*steps[: first + 1], steps[at[1]], *steps[first + 1 : at[1]], *steps[at[1] + 1 :]]
    with pytest.raises(NoSafePlanError, match="though the steps of one host alone are"):
        check(start_state(target), mixed, target)


def test_a_host_that_cannot_move_outweighs_one_that_could() -> None:
    """One host's steps are only in the wrong order, the other one's lack one: that is what has to be said."""
    hosts = [targets.host(n, i, (targets.kept(f"10.1.10.{12 + i}/24"),)) for i, n in enumerate("ab", 1)]
    target = targets.target(*hosts)
    steps = without(planned(target), "b-dual")
    at = named(steps).index("a-dual")
    swapped = [*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :]]
    with pytest.raises(NoSafePlanError, match="impossible: no order of the rack's own steps and those of b"):
        check(start_state(target), swapped, target)


def test_a_search_that_met_no_dead_end_shows_what_the_planned_order_breaks() -> None:
    """There is always a counterexample to read."""
    target = one()
    steps = without(planned(target), *PROXY)
    with pytest.raises(NoSafePlanError) as caught:
        check(start_state(target), steps, target, limit=5)
    first = caught.value.problems[0]
    assert first.where == "counterexample"
    assert "a-cut on a: " in first.what
    assert "no proxy ARP in vlan110" in first.what
