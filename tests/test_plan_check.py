"""The checker: the planned order holds, and every order known to break is caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import targets

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.errors import NoSafePlanError
from vlan2l3.plan import fabric, phases
from vlan2l3.plan.build import build
from vlan2l3.plan.check import check
from vlan2l3.plan.cutover import Cutover
from vlan2l3.plan.deliver import Viewpoint, Walker
from vlan2l3.plan.facts import Enslaved, Insert, Plane
from vlan2l3.plan.model import Phase, Step
from vlan2l3.plan.outcomes import Delivered, Outcome
from vlan2l3.plan.start import start_state


def steps_of(target: Target) -> list[Step]:
    """Give the steps that change facts, in the planned order."""
    steps = [*fabric.steps(target), *phases.underlay(target), *phases.neighbours(target)]
    steps += phases.readiness(target)
    for host in target.hosts:
        steps += Cutover(host=host, target=target, phase=Phase.P5).steps()
    return [replace(step, number=i) for i, step in enumerate(steps)]


def find(steps: list[Step], slug: str) -> int:
    """Find a step by the end of its slug."""
    return next(i for i, step in enumerate(steps) if step.slug.endswith(slug))


def without(slug: str) -> Callable[[list[Step]], list[Step]]:
    """Leave a step out."""
    return lambda steps: [step for step in steps if not step.slug.endswith(slug)]


def moved(slug: str, before: str) -> Callable[[list[Step]], list[Step]]:
    """Do a step too early."""

    def change(steps: list[Step]) -> list[Step]:
        step = steps.pop(find(steps, slug))
        steps.insert(find(steps, before), step)
        return steps

    return change


def waves_reversed(slug: str) -> Callable[[list[Step]], list[Step]]:
    """Do the parts of one step in the wrong order."""

    def change(steps: list[Step]) -> list[Step]:
        at = find(steps, slug)
        steps[at] = replace(steps[at], waves=tuple(reversed(steps[at].waves)))
        return steps

    return change


def test_the_planned_order_passes_and_counts_its_states() -> None:
    """Two hosts with two families pass; the count is over distinct states."""
    target = targets.target(
        targets.host("a", 1),
        targets.host("b", 2),
        peers=(targets.peer("x", "2001:db8:110::13/128", "2001:db8:110::14/128"),),
    )
    assert check(start_state(target), steps_of(target), target) > len(steps_of(target))


@pytest.mark.parametrize(
    ("change", "witness"),
    [
        (without("core1-coexistence-vlan110"), "no proxy ARP in vlan110"),
        (without("-learn-routes"), "neighbours still send 2001:db8:110::13/128"),
        (without("leaf-b-underlay"), "no leaf gives one"),
        (moved("-cut", "-dual"), "be reached from"),
        (waves_reversed("-cut"), "neighbours still send"),
        (moved("leaf-a-port-down-a", "-cut"), "no link of bond0 is left"),
        (moved("leaf-a-port-down-a", "leaf-b-port-routed-a"), "no link of bond0 is left"),
        (without("-dual"), "no default route"),
    ],
)
def test_an_order_known_to_break_is_refused_with_a_witness(
    change: Callable[[list[Step]], list[Step]], witness: str
) -> None:
    """Every order that loses packets in practice is refused, and the reason names the path."""
    target = targets.target(targets.host("a", 1), peers=(targets.peer("x", "2001:db8:110::13/128"),))
    with pytest.raises(NoSafePlanError) as caught:
        check(start_state(target), change(steps_of(target)), target)
    assert any(witness in problem.what for problem in caught.value.problems), caught.value


def test_an_address_on_two_hosts_is_refused() -> None:
    """Two owners would be balanced between, silently."""
    twice = (targets.kept("10.1.10.13/24"),)
    target = targets.target(targets.host("a", 1, twice), targets.host("b", 2, twice))
    with pytest.raises(NoSafePlanError, match=r"10\.1\.10\.13/32 is on a and b"):
        build(target, capture="c", digest="d", ledger="e")


def planes(host: HostTarget, target: Target, upto: str) -> dict[Viewpoint, set[Outcome]]:
    """Give, per viewpoint, how the host's first address is reached from its places after a step."""
    state = start_state(target)
    for step in steps_of(target):
        state = step.do(state)
        if step.slug.endswith(upto):
            break
    walker, kept = Walker(target), host.addresses[0]
    return {
        view: {walker.deliver(state, p, host, kept) for p in walker.places(kept) if p.view is view}
        for view in Viewpoint
    }


def test_while_dual_neighbours_use_the_vlan_and_all_others_the_fabric() -> None:
    """The longer match draws everybody but the machines that believe the address on-link."""
    host = targets.host("a", 1)
    found = planes(host, targets.target(host), "a-dual")
    assert found == {
        Viewpoint.NEIGHBOR: {Delivered(Plane.VLAN)},
        Viewpoint.MOVED: {Delivered(Plane.FABRIC)},
        Viewpoint.OUTSIDE: {Delivered(Plane.FABRIC)},
    }


def test_after_the_cut_everybody_uses_the_fabric() -> None:
    """The neighbours follow the gateway."""
    host = targets.host("a", 1)
    assert set.union(*planes(host, targets.target(host), "a-cut").values()) == {Delivered(Plane.FABRIC)}


def test_bgp_does_not_run_on_a_member_of_a_bond() -> None:
    """What arrives on a member belongs to the bond, so a host that keeps it there announces nothing."""
    host = targets.host("a", 1)
    target = targets.target(host)
    state = start_state(target)
    for step in steps_of(target):
        state = step.do(state)
        if step.slug.endswith("a-dual"):
            break
    bonded = state.apply([Insert(Enslaved(host=host.name, interface=host.legs[0].interface))])
    walker, kept = Walker(target), host.addresses[0]
    outside = next(place for place in walker.places(kept) if place.view is Viewpoint.OUTSIDE)
    assert walker.deliver(state, outside, host, kept) == Delivered(Plane.FABRIC)
    assert walker.deliver(bonded, outside, host, kept) != Delivered(Plane.FABRIC)
