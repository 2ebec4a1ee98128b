"""Plans of hundreds of made-up racks: every state delivers, every undo is exact, no broken order passes.

What a packet does is worked out a second time, by `second_model`, so that a fault in the checker can't hide
itself.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_interface
from pathlib import Path

import pytest
import targets
from hypothesis import given, settings
from hypothesis import strategies as st
from second_model import World, in_flight, plain

from vlan2l3.design.target import HostTarget, PeerTarget, Target
from vlan2l3.errors import NoSafePlanError
from vlan2l3.plan.build import build
from vlan2l3.plan.check import check
from vlan2l3.plan.deliver import Walker
from vlan2l3.plan.facts import ChangeError
from vlan2l3.plan.invariants import OF_A_HOST, OF_A_SUBNET, OF_ALL, an_address_has_a_plane
from vlan2l3.plan.judge import Judge, Right
from vlan2l3.plan.model import Phase, Plan, Step
from vlan2l3.plan.start import start_state
from vlan2l3.render import plan as rendered
from vlan2l3.render.write import write

# A wave of n changes has 2^n - 1 states that differ from the one before it. A host of six addresses in three
# VLANs has 286 in its eight steps, and the steps around it have few.
STATES_A_STEP = 40
VLANS = (110, 120, 130)
FAMILIES = st.sampled_from([(4,), (6,), (4, 6)])
# Changed orders that lose nothing either: the host's second link is idle already, or stays unused.
HARMLESS = {
    "a-dual before leaf-b-port-routed-a",
    "a-routed before leaf-a-port-down-a",
    "leaf-a-port-routed-a before a-routed",
    "without a-routed",
    "without leaf-a-port-routed-a",
}


def address(vlan: int, family: int, number: int) -> str:
    """Give a host's address in a VLAN."""
    return f"10.1.{vlan}.{number + 10}/24" if family == 4 else f"2001:db8:{vlan}::{number + 10}/64"


@st.composite
def moving(draw: st.DrawFn, name: str, number: int) -> HostTarget:
    """Give a host with addresses in one to three VLANs and one default route a family."""
    vlans = draw(st.lists(st.sampled_from(VLANS), min_size=1, max_size=3, unique=True))
    places = [(vlan, family) for vlan in vlans for family in draw(FAMILIES)]
    exits = {
        draw(st.sampled_from([place for place in places if place[1] == family]))
        for family in sorted({family for _, family in places})
    }
    kept = [
        targets.kept(
            address(vlan, family, number),
            interface="bond0" if vlan == vlans[0] else f"bond0.{vlan}",
            vlan=vlan,
            default=(vlan, family) in exits,
        )
        for vlan, family in places
    ]
    if draw(st.booleans()):  # a second address of one interface, which shares its default route
        first = kept[0]
        alias = address(first.vlan, first.address.version, number + 100)
        kept.append(replace(first, address=ip_interface(alias)))
    mode = draw(st.sampled_from(["802.3ad", "active-backup"]))
    built = targets.host(name, number, tuple(kept), mode=mode)
    return replace(built, legs=(built.legs[1], built.legs[0])) if draw(st.booleans()) else built


def peers_of(hosts: Iterable[HostTarget], staying: dict[str, list[int]]) -> tuple[PeerTarget, ...]:
    """Give routes to every moving IPv6 address of its VLANs to each machine that stays, and to the others."""
    found = []
    everywhere = {
        vlan: [
            (h.name, k.host_prefix)
            for h in hosts
            for k in h.addresses
            if k.vlan == vlan and ":" in k.host_prefix
        ]
        for vlan in VLANS
    }
    machines = dict(staying)
    for host in hosts:
        machines[host.name] = sorted({k.vlan for k in host.addresses if ":" in k.host_prefix})
    for name, vlans in sorted(machines.items()):
        for vlan in vlans:
            prefixes = [prefix for owner, prefix in everywhere[vlan] if owner != name]
            if prefixes:
                found.append(targets.peer(name, *prefixes, vlan=vlan))
    return tuple(found)


@st.composite
def racks(draw: st.DrawFn, most: int = 3) -> Target:
    """Give a rack of moving hosts, with or without unmoved machines that speak IPv6."""
    count = draw(st.integers(1, most))
    hosts = [draw(moving(f"host-{n}", n)) for n in range(1, count + 1)]
    homes = st.lists(st.sampled_from(VLANS), min_size=1, max_size=2, unique=True)
    staying = {f"peer-{n}": draw(homes) for n in range(draw(st.integers(0, 2)))}
    return targets.target(*hosts, peers=peers_of(hosts, staying))


def faults(target: Target, steps: Iterable[Step]) -> list[str]:
    """Walk the steps, forwards and each one back, and list what is broken on the way."""
    state = plain(start_state(target).facts)
    found = list(World(target, state).broken())
    seen = {state}
    for step in steps:
        there = list(in_flight(state, step.waves))
        after = there[-1] if there else state
        if None in there or after is None:
            return [*found, f"{step.name} doesn't fit"]
        back = list(in_flight(after, step.undo))
        if (back[-1] if back else after) != state:
            found.append(f"{step.name} isn't undone")
        for passed in {*there, *back} - seen:
            found += [f"{step.name}: does not fit"] if passed is None else World(target, passed).broken()
            seen.add(passed)
        state = after
    return found


def planned(target: Target) -> Plan:
    """Plan a rack."""
    return build(target, capture="c", digest="d", ledger="e")


@settings(deadline=None, max_examples=40)
@given(racks())
def test_every_rack_gets_a_plan_whose_steps_are_undone_exactly(target: Target) -> None:
    """Whatever mix of families, VLANs and bonds: there is an order, and each step's undo is exact."""
    plan = planned(target)
    state = plan.start
    for step in plan.order:
        after = step.do(state)
        assert step.take_back(after) == state, step.name
        state = after


@settings(deadline=None, max_examples=20)
@given(racks())
def test_in_every_state_all_three_viewpoints_reach_every_address(target: Target) -> None:
    """At each step boundary, in flight, and on the way back."""
    assert faults(target, planned(target).order) == []


def changed_orders(steps: list[Step], name: str) -> list[tuple[str, list[Step]]]:
    """Leave out each step of a host's cutover or of the coexistence, and swap each two of the cutover."""
    own = [
        at
        for at, step in enumerate(steps)
        if step.phase in (Phase.P4, Phase.P5) and (step.device == name or step.slug.endswith(f"-{name}"))
    ]
    assert len(own) == 8
    before = [at for at, step in enumerate(steps) if step.phase is Phase.P2]
    orders = [(f"without {steps[at].slug}", steps[:at] + steps[at + 1 :]) for at in (*before, *own)]
    for at in own[:-1]:
        swapped = [*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :]]
        orders.append((f"{steps[at + 1].slug} before {steps[at].slug}", swapped))
    return orders


def agrees(target: Target, order: list[Step]) -> bool:
    """Tell whether the checker and the second opinion say the same of an order."""
    try:
        check(start_state(target), order, target)
    except NoSafePlanError:
        return bool(faults(target, order))
    return faults(target, order) == []


@pytest.mark.parametrize("mode", ["802.3ad", "active-backup"])
def test_of_one_host_every_changed_order_is_judged_alike(mode: str) -> None:
    """All of them, and most break something."""
    target = targets.target(
        targets.host("a", 1, mode=mode), peers=(targets.peer("x", "2001:db8:110::13/128"),)
    )
    orders = changed_orders(list(planned(target).order), "a")
    assert [title for title, order in orders if not agrees(target, order)] == []
    assert {title for title, order in orders if not faults(target, order)} == HARMLESS


@settings(deadline=None, max_examples=50)
@given(racks(most=2), st.data())
def test_the_checker_and_a_second_opinion_agree_on_changed_orders(
    target: Target, data: st.DataObject
) -> None:
    """Swap two steps of a cutover or leave one out: what one of the two refuses, the other refuses too."""
    name = data.draw(st.sampled_from(target.hosts)).name
    title, order = data.draw(st.sampled_from(changed_orders(list(planned(target).order), name)))
    assert agrees(target, order), title


RIGHT: Right = set()  # of all racks that the test below was given


def other_surroundings(target: Target, data: st.DataObject) -> Target:
    """Take one link of the fabric, trunk, gateway or entry away, or none."""
    at = data.draw(st.integers(0, 3))
    subnet = target.subnets[0]
    without = {
        "nothing": {},
        "links": {"links": target.links[:at] + target.links[at + 1 :]},
        "trunks": {"trunks": subnet.trunks[:at] + subnet.trunks[at + 1 :]},
        "gateways": {"gateways": subnet.gateways[:1]},
        "entries": {"entries": subnet.entries[:at] + subnet.entries[at + 1 :]},
    }
    name = data.draw(st.sampled_from(sorted(without)))
    if name in ("nothing", "links"):
        return replace(target, **without[name])
    return replace(target, subnets=(replace(subnet, **without[name]), *target.subnets[1:]))


@settings(deadline=None, max_examples=40)
@given(racks(), st.data())
def test_judging_only_what_a_change_touched_gives_the_verdict_of_judging_all(
    target: Target, data: st.DataObject
) -> None:
    """Also in broken states: the changes are made one by one in any order, as far as they fit.

    What was found right in one rack is taken for right in the next, in other surroundings too.
    """
    changes = [change for step in planned(target).order for wave in step.waves for change in wave]
    target = other_surroundings(target, data)
    judge, walker, state = Judge(target, RIGHT), Walker(target), start_state(target)
    for change in data.draw(st.permutations(changes)):
        with contextlib.suppress(ChangeError):
            state = state.apply([change])
        whole = []
        for host in target.hosts:
            for kept in host.addresses:
                whole += an_address_has_a_plane(state, host, kept, walker)
            whole += [violation for invariant in OF_A_HOST for violation in invariant(state, host)]
        for subnet in target.subnets:
            whole += [violation for invariant in OF_A_SUBNET for violation in invariant(state, subnet)]
        whole += [violation for invariant in OF_ALL for violation in invariant(state, target)]
        assert list(judge.violations(state)) == whole


def accepted(*command: str | Path) -> None:
    """Run a program that judges a file; a missing one is a failure."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    done = subprocess.run(
        command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@settings(deadline=None, max_examples=15)
@given(racks())
def test_the_files_of_every_rack_pass_the_real_programs(target: Target) -> None:
    """BIRD reads each configuration, also of a host with one family; shellcheck reads the scripts."""
    texts = rendered.files(planned(target), findings="", coverage="", place=lambda source: source.file)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "r1"
        write(folder, texts)
        for path in folder.rglob("bird.conf"):
            accepted("bird", "-p", "-c", path)
        for path in folder.rglob("fabric.nft"):
            accepted("nft", "-c", "-f", path)
        scripts = [*folder.rglob("*.sh"), *folder.rglob("if-up.d/*")]
        for path in scripts:
            accepted("sh", "-n", path)
        accepted("shellcheck", *scripts)
    for host in target.hosts:
        lines = texts[f"hosts/{host.name}/etc/network/interfaces"].split()
        assert {kept.host_prefix for kept in host.addresses} <= set(lines)


@settings(deadline=None, max_examples=40)
@given(racks())
def test_an_unmoved_machine_is_given_every_route_of_all_its_subnets(target: Target) -> None:
    """One file and one step a machine, whatever number of VLANs it speaks IPv6 in."""
    plan = planned(target)
    texts = rendered.files(plan, findings="", coverage="", place=lambda source: source.file)
    for name in {peer.host for peer in target.peers}:
        (script,) = [
            text for path, text in texts.items() if path.startswith(f"hosts/{name}/etc/network/if-up.d/")
        ]
        (step,) = [text for path, text in texts.items() if path.endswith(f"-{name}-learn-routes.md")]
        for peer in (peer for peer in target.peers if peer.host == name):
            assert f"IFACE={peer.interface} ADDRFAM=inet6 " in step
            for prefix in peer.prefixes:
                assert f"replace {prefix} via {peer.gateway} dev {peer.interface} " in script
                assert f"ip -6 route delete {prefix} via {peer.gateway} dev {peer.interface}" in step


@settings(deadline=None, max_examples=40)
@given(racks(most=4))
def test_the_number_of_states_is_linear_in_the_steps(target: Target) -> None:
    """Checked are the subsets of each wave and nothing more: no product over hosts."""
    plan = planned(target)
    waves = [wave for step in plan.order for wave in step.waves]
    assert plan.states <= 1 + sum(2 ** len(wave) - 1 for wave in waves)
    assert plan.states <= STATES_A_STEP * len(plan.order)
