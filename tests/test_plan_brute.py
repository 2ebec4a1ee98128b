"""Every order of a plan's steps, by two models that share no code.

An order is a path through the sets of steps done so far. From each set that both models find right, every
further step is tried, with its changes in flight in every subset; an order ends where it breaks. So each
order of all steps is followed as far as it goes, and every verdict on the way is compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_interface
from itertools import combinations_with_replacement

import pytest
import targets
from second_model import World, changed, plain

from vlan2l3.design.target import HostTarget, KeptAddress, Target
from vlan2l3.plan.build import build
from vlan2l3.plan.facts import ChangeError, State, subsets
from vlan2l3.plan.judge import Judge
from vlan2l3.plan.model import Phase, Step
from vlan2l3.plan.start import start_state

pytestmark = pytest.mark.long

Shape = tuple[tuple[int, ...], tuple[int, ...], bool]  # families, VLANs, a second address in the first one
SHAPES: list[Shape] = [
    (families, vlans, alias)
    for vlans in ((110,), (110, 120))
    for alias in (False, True)
    for families in ((4,), (6,), (4, 6))
]

MOVES, HOSTS = 8, 4  # steps of one host's move; hosts at most


def moving(number: int, shape: Shape) -> HostTarget:
    """Give a host: its families in each of its VLANs, a second address or none."""
    families, vlans, alias = shape
    kept: list[KeptAddress] = []
    for vlan in vlans:
        for family in families:
            text = f"10.1.{vlan}.{number + 10}/24" if family == 4 else f"2001:db8:{vlan}::{number + 10}/64"
            interface = "bond0" if vlan == vlans[0] else f"bond0.{vlan}"
            kept.append(targets.kept(text, interface=interface, vlan=vlan, default=vlan == vlans[0]))
    if alias:
        own = str(kept[0].address)
        more = own.replace(f".{number + 10}/", f".{number + 110}/").replace(f"::{number + 10}/", "::77/")
        kept.append(replace(kept[0], address=ip_interface(more)))
    return targets.host(f"h{number}", number, tuple(kept))


def rack(*shapes: Shape) -> Target:
    """Give a rack of hosts, with a machine that stays and speaks IPv6 where one of them does."""
    hosts = [moving(number, shape) for number, shape in enumerate(shapes, start=1)]
    return targets.target(*hosts, peers=targets.learning(hosts))


@dataclass
class Orders:
    """Follow all orders of the steps that change something; the first `quiet` of them in the plan's order.

    `twins` says that all hosts are of one shape: sets that differ by an exchange of hosts are followed once.
    """

    target: Target
    quiet: int = 0
    twins: bool = False

    @cached_property
    def steps(self) -> list[Step]:
        """Give them in the plan's order."""
        plan = build(self.target, capture="c", digest="d", ledger="l")
        return [step for step in plan.order if step.waves]

    @cached_property
    def judge(self) -> Judge:
        """Give the planner's model."""
        return Judge(self.target)

    @cached_property
    def seen(self) -> dict[State, bool]:
        """Hold the states that were compared, and whether they are right."""
        return {}

    def follow(self) -> int:
        """Compare both models on each state that an order comes to; give how many sets of steps are right.

        The plan's own order has to be among those that go through.
        """
        state = start_state(self.target)
        assert self._right(state)
        for step in self.steps[: self.quiet]:
            state = self._after(state, step) or State()
        first = frozenset(range(self.quiet))
        sets, todo = {self._alike(first)}, [(first, state)]
        while todo:
            done, state = todo.pop()
            for number, step in enumerate(self.steps):
                further = done | {number}
                if number in done or self._alike(further) in sets:
                    continue
                after = self._after(state, step)
                if after is not None:
                    sets.add(self._alike(further))
                    todo.append((further, after))
        assert self._alike(frozenset(range(len(self.steps)))) in sets
        return len(sets)

    def _alike(self, done: frozenset[int]) -> object:
        """Name a set of steps by what it is but for an exchange of hosts, where all are of one shape."""
        if not self.twins:
            return done
        hosts = [
            sorted(
                (n - self.quiet) % MOVES
                for n in done
                if n >= self.quiet and (n - self.quiet) // MOVES == host
            )
            for host in range(len(self.target.hosts))
        ]
        return tuple(map(tuple, sorted(hosts)))

    def _after(self, state: State, step: Step) -> State | None:
        """Do a step, in all subsets of what is in flight; `None` when it breaks something or doesn't fit."""
        right = True
        for wave in step.waves:
            try:
                flying = [state.apply(subset) for subset in subsets(wave)]
            except ChangeError:
                assert changed(plain(state.facts), wave) is None
                return None
            verdicts = [self._right(each) for each in flying]
            right = right and all(verdicts)
            state = flying[-1]
        return state if right else None

    def _right(self, state: State) -> bool:
        if state not in self.seen:
            mine = self.judge.violations(state)
            theirs = World(self.target, plain(state.facts)).broken()
            assert bool(mine) == bool(theirs), (mine, theirs)
            self.seen[state] = not mine
        return self.seen[state]


def names(shape: Shape) -> str:
    """Name a shape of a host."""
    families, vlans, alias = shape
    return f"v{'v'.join(map(str, families))}-{len(vlans)}vlan{'-alias' if alias else ''}"


def quiet(target: Target) -> int:
    """Count the steps before the first host moves."""
    steps = Orders(target).steps
    return next(number for number, step in enumerate(steps) if step.phase is Phase.P4)


@pytest.mark.parametrize("shape", SHAPES[:4], ids=names)
def test_all_orders_of_one_host(shape: Shape) -> None:
    """Every step, none kept in its place: 13 steps have 6,227,020,800 orders."""
    orders = Orders(rack(shape))
    sets = orders.follow()
    assert len(orders.steps) >= 13
    assert len(orders.seen) > sets > 400


@pytest.mark.parametrize("shape", SHAPES[4:], ids=names)
def test_all_orders_of_one_hosts_move(shape: Shape) -> None:
    """With two VLANs and a second address too; what is done for the rack comes first, as planned."""
    target = rack(shape)
    assert Orders(target, quiet(target)).follow() > MOVES


@pytest.mark.parametrize("pair", list(combinations_with_replacement(SHAPES[:3], 2)))
def test_all_orders_of_two_hosts_moves(pair: tuple[Shape, Shape]) -> None:
    """Interleaved in every way."""
    target = rack(*pair)
    assert Orders(target, quiet(target)).follow() > MOVES**2


@pytest.mark.parametrize("count", [3, 4])
def test_all_orders_of_three_and_four_hosts_moves(count: int) -> None:
    """Interleaved in every way, up to the exchange of hosts, which are alike."""
    target = rack(*[SHAPES[0]] * count)
    assert Orders(target, quiet(target), twins=True).follow() > MOVES**2


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("drops", False),  # rp_filter is looked at by nobody
        ("uplinks", {"core1", "core2"}),  # the fabric is whole from the first day
        ("bond", {"leaf-a", "leaf-b"}),  # a bond works whatever is done to its links
        ("on_link", True),  # an address is in the VLAN for ever
        ("statics", []),  # no static default is in the way
        ("sessions", {}),  # BGP never comes up
    ],
)
def test_a_rule_that_one_model_lacks_is_found(
    rule: str, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else their agreement would say nothing."""
    monkeypatch.setattr(World, rule, lambda *_, **__: answer)
    with pytest.raises(AssertionError):
        Orders(rack(SHAPES[0])).follow()
