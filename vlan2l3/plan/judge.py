"""Judge the states of a plan one change at a time, and nothing anew that a change did not touch.

Comes in: a `Target`, then facts that become true or false. Goes out: everything that is broken. It decides
nothing itself: each verdict is one of `plan.invariants`.

What is judged alone (an address, a host, a subnet) is a unit. Two units of one shape whose facts have the
same numbers are in the same case: what is right for one is right for the other, so the cost grows with the
number of shapes and not of hosts. A broken unit is judged for itself, since its witness has names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.findings import Severity
from vlan2l3.design.target import HostTarget, KeptAddress, SubnetTarget, Target
from vlan2l3.plan.deliver import Walker
from vlan2l3.plan.depends import Depends
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Bridged,
    Carrier,
    Enslaved,
    Fact,
    Facts,
    Gateway,
    OnDummy,
    OnLink,
    Speaks,
    State,
    StaticDefault,
)
from vlan2l3.plan.invariants import (
    OF_A_HOST,
    OF_A_SUBNET,
    OF_ALL,
    Violation,
    an_address_has_a_plane,
    is_between,
)
from vlan2l3.plan.start import following


@dataclass(frozen=True, slots=True)
class _Unit:
    """Hold one thing that is judged alone.

    `bits` numbers the facts it depends on by what they are to it; of all else, `shape` is all that counts.
    """

    shape: object
    bits: dict[Fact, int]
    judge: Callable[[Facts], Iterable[Violation]]


Right = set[tuple[object, int]]
"""The cases found right so far: a shape, and the numbers of the facts that are true."""


class _Panel:
    """Keep the verdict on each of some units while facts change."""

    def __init__(self, units: Iterable[_Unit], right: Right) -> None:
        self._units = tuple(units)
        self._asking: dict[Fact, list[int]] = {}
        for number, unit in enumerate(self._units):
            for fact in unit.bits:
                self._asking.setdefault(fact, []).append(number)
        self._masks = [0] * len(self._units)
        self._touched = set(range(len(self._units)))
        self._right = right
        self._wrong: dict[tuple[int, int], tuple[Violation, ...]] = {}
        self._broken: dict[int, tuple[Violation, ...]] = {}

    def flip(self, fact: Fact) -> bool:
        """Note that a fact changed; tell whether any unit depends on it."""
        asking = self._asking.get(fact, ())
        for number in asking:
            self._masks[number] ^= self._units[number].bits[fact]
            self._touched.add(number)
        return bool(asking)

    def broken(self, state: Facts) -> Iterator[tuple[Violation, ...]]:
        """Give what is broken, unit by unit."""
        for number in self._touched:
            unit, mask = self._units[number], self._masks[number]
            found = self._wrong.get((number, mask), ())
            if not found and (unit.shape, mask) not in self._right:
                found = tuple(unit.judge(state))
                if found:
                    self._wrong[number, mask] = found
                else:
                    self._right.add((unit.shape, mask))
            if found:
                self._broken[number] = found
            else:
                self._broken.pop(number, None)
        self._touched.clear()
        return (self._broken[number] for number in sorted(self._broken))


class Judge:
    """Judge the states of one target; `right` may come from another one, and is added to."""

    def __init__(self, target: Target, right: Right | None = None) -> None:
        right = set() if right is None else right
        self._target = target
        walker = Walker(target)
        self._alone = _Panel(
            [
                *(unit for host in target.hosts for unit in _of_host(host, walker)),
                *(_of_subnet(subnet) for subnet in target.subnets),
            ],
            right,
        )
        self._between = _Panel((_between(host) for host in target.hosts), right)
        self._facts: set[Fact] = set()
        self._strange: set[Fact] = set()
        held = Counter(kept.host_prefix for host in target.hosts for kept in host.addresses)
        self._shared = any(count > 1 for count in held.values())

    def violations(self, state: State) -> tuple[Violation, ...]:
        """Give everything that is broken in a state."""
        for fact in state.facts ^ self._facts:
            self.flip(fact)
        return self.broken()

    def __contains__(self, fact: object) -> bool:
        return fact in self._facts

    def flip(self, fact: Fact) -> None:
        """Make a fact true that was false, or false that was true."""
        self._facts ^= {fact}
        asked = self._alone.flip(fact)
        self._between.flip(fact)
        if not asked and isinstance(fact, Accepts | OnDummy):
            self._strange ^= {fact}

    def broken(self) -> tuple[Violation, ...]:
        """Give everything that is broken now."""
        found = [violation for unit in self._alone.broken(self._facts) for violation in unit]
        between = sum(1 for _ in self._between.broken(self._facts))
        if between > 1 or self._strange or self._shared:  # else none of these can be broken
            state = State(frozenset(self._facts))
            found += [violation for invariant in OF_ALL for violation in invariant(state, self._target)]
        return tuple(found)


def _of_host(host: HostTarget, walker: Walker) -> Iterator[_Unit]:
    for kept in host.addresses:
        yield _of_address(host, kept, walker)
    bound = any(f.decides and f.severity in (Severity.BLOCKER, Severity.RECONFIGURE) for f in host.findings)
    facts = [*_of_links(host), *following(host)]
    for leg in host.legs:
        facts += [Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan) for kept in host.addresses]
        facts += [Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix) for kept in host.addresses]
    for kept in host.addresses:
        facts.append(OnLink(host=host.name, interface=kept.interface, address=kept.text))
        version = kept.address.version
        facts.append(StaticDefault(host=host.name, version=version, interface=kept.interface))
    interfaces = [kept.interface for kept in host.addresses]
    networks = [kept.address.network for kept in host.addresses]
    yield _unit(
        facts,
        (
            "host",
            bound,
            len(host.legs),
            tuple((interfaces.index(k.interface), networks.index(k.address.network)) for k in host.addresses),
        ),
        lambda state: [violation for invariant in OF_A_HOST for violation in invariant(state, host)],
    )


def _of_address(host: HostTarget, kept: KeptAddress, walker: Walker) -> _Unit:
    return _unit(
        Depends(walker).asked(host, kept),
        ("address", Depends(walker).shape(host, kept)),
        lambda state: an_address_has_a_plane(state, host, kept, walker),
    )


def _of_subnet(subnet: SubnetTarget) -> _Unit:
    switches = dict.fromkeys(switch for switch, _ in subnet.gateways)
    facts: list[Fact] = [Gateway(switch=switch, segment=subnet.segment) for switch in switches]
    facts += [Answers(switch=switch, segment=subnet.segment) for switch in switches]
    return _unit(
        facts,
        ("subnet", len(switches), bool(subnet.entries)),
        lambda state: [violation for invariant in OF_A_SUBNET for violation in invariant(state, subnet)],
    )


def _between(host: HostTarget) -> _Unit:
    halfway = (Violation(invariant="", host=host.name, witness=""),)  # counted, and never shown
    return _unit(
        _of_links(host),
        ("links", len(host.legs)),
        lambda state: halfway if is_between(state, host) else (),
    )


def _of_links(host: HostTarget) -> list[Fact]:
    return [
        fact
        for leg in host.legs
        for fact in (
            Carrier(switch=leg.leaf, port=leg.port),
            Enslaved(host=host.name, interface=leg.interface),
            Speaks(host=host.name, interface=leg.interface),
        )
    ]


def _unit(facts: Iterable[Fact], shape: object, judge: Callable[[Facts], Iterable[Violation]]) -> _Unit:
    """Number the facts; which of them are the same belongs to the shape."""
    bits: dict[Fact, int] = {}
    pattern = tuple(bits.setdefault(fact, 1 << len(bits)).bit_length() for fact in facts)
    return _Unit((shape, pattern), bits, judge)
