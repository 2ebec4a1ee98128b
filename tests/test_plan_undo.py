"""Ten thousand made-up racks: each undo gives back the state before it, and nothing breaks on the way."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_interface

import orders
import pytest
import targets
from second_model import World, plain
from terminal import DEMO, INTENT

from vlan2l3.cli.stages import planner, survey
from vlan2l3.design.target import HostTarget, Target
from vlan2l3.plan.build import build
from vlan2l3.plan.judge import Right
from vlan2l3.plan.model import Plan

pytestmark = pytest.mark.long

RACKS, PARTS = 10_000, 4
LOOKED_AT = 50  # one rack in so many is judged by the second model too


def made_up(number: int) -> Target:
    """Give a rack of one to three hosts, every second with machines that stay, every third with an alias."""
    hosts = list(orders.rack(number).hosts)
    if number % 3 == 0:
        hosts = [_with_alias(host, place) for place, host in enumerate(hosts, start=1)]
    return targets.target(*hosts, peers=targets.learning(hosts) if number % 2 else ())


def _with_alias(host: HostTarget, place: int) -> HostTarget:
    first = host.addresses[0]
    text = (
        f"10.1.{first.vlan}.{place + 110}/24"
        if first.address.version == 4
        else f"2001:db8:{first.vlan}::7{place}/64"
    )
    return replace(host, addresses=(*host.addresses, replace(first, address=ip_interface(text))))


def undone(plan: Plan) -> None:
    """Do each step and take it back; then all of them, the last one first."""
    states = [plan.start]
    for step in plan.order:
        states.append(step.do(states[-1]))
        assert step.take_back(states[-1]) == states[-2], step.name
    state = states[-1]
    for step in reversed(plan.order):
        state = step.take_back(state)
    assert state == plan.start


@pytest.mark.parametrize("part", range(PARTS))
def test_do_then_undo_is_the_start_and_every_state_is_right(part: int) -> None:
    """`build` refuses a plan with a state that breaks an invariant, so each of these has none."""
    right: Right = set()
    for number in range(part, RACKS, PARTS):
        plan = build(made_up(number), capture="c", digest="d", ledger="l", right=right)
        undone(plan)
        if number % LOOKED_AT == part:
            state = plan.start
            for step in plan.order:
                state = step.do(state)
                assert World(plan.target, plain(state.facts)).broken() == [], (number, step.name)


@pytest.mark.parametrize("rack", ["r11", "r12"])
def test_the_plans_of_the_demo_are_undone(rack: str) -> None:
    """Of the network that comes with the tool."""
    undone(planner(survey(DEMO), INTENT).plan(rack))
