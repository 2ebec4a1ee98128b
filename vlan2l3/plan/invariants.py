"""Say what must hold in every state, and name the witness where it does not.

Comes in: a `State`, the `Target`. Goes out: `Violation`s. Checked by `plan.check` at every step boundary and
for every subset of the changes that are in flight together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vlan2l3.analyze.findings import Severity
from vlan2l3.design.target import HostTarget, KeptAddress, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.deliver import Viewpoint, Walker
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Bridged,
    Carrier,
    Enslaved,
    Fact,
    Gateway,
    OnDummy,
    OnLink,
    Speaks,
    State,
    StaticDefault,
)
from vlan2l3.plan.outcomes import Delivered, Outcome
from vlan2l3.plan.start import following


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Give one broken invariant and the path that shows it."""

    invariant: str
    host: DeviceName
    witness: str


def an_address_has_a_plane(
    state: State, host: HostTarget, kept: KeptAddress, walker: Walker
) -> list[Violation]:
    """Demand that an address is reached from, and reaches, every place of all three viewpoints.

    A machine behind a leaf that routes to no core can't have moved, so that place is left out.
    """
    found = []
    for place in walker.places(kept):
        if place.view is Viewpoint.MOVED and not walker.cores(state, place.switch):
            continue
        for verb, outcome in (
            ("reach", walker.deliver(state, place, host, kept)),
            ("be reached from", walker.reply(state, place, host, kept)),
        ):
            found += _broken(host, f"{place} can't {verb} {kept.address.ip}", outcome)
    return found


def _broken(host: HostTarget, said: str, outcome: Outcome) -> list[Violation]:
    if not isinstance(outcome, Delivered):
        invariant, why = "an address always has a plane", f"{said}: {outcome.where}: {outcome.why}"
    elif outcome.redirected:
        invariant = "nobody is told a way that will not last"
        why = f"{outcome.redirected} sends the packet back into the segment and a redirect with it"
    else:
        return []
    return [Violation(invariant=invariant, host=host.name, witness=why)]


def no_port_in_two_worlds(state: State, target: Target) -> list[Violation]:
    """Demand that no leaf port is bridged and routed at once: a router advertisement would reach the VLAN."""
    bridged = {(f.switch, f.port) for f in state.facts if isinstance(f, Bridged)}
    routed = {(f.switch, f.port) for f in state.facts if isinstance(f, Accepts)}
    owners = {(leg.leaf, leg.port): host.name for host in target.hosts for leg in host.legs}
    return [
        Violation(
            invariant="a port is bridged or routed, never both",
            host=owners[port],
            witness=f"{port[0]} {port[1]} carries a VLAN and speaks BGP",
        )
        for port in sorted(bridged & routed)
    ]


def no_foreign_prefix(state: State, target: Target) -> list[Violation]:
    """Demand that a leaf port accepts exactly addresses of the host behind it."""
    own = {(leg.leaf, leg.port): host for host in target.hosts for leg in host.legs}
    found = []
    for fact in sorted(f for f in state.facts if isinstance(f, Accepts)):
        host = own[fact.switch, fact.port]
        if fact.prefix not in {kept.host_prefix for kept in host.addresses}:
            witness = f"{fact.switch} {fact.port} accepts {fact.prefix}, which isn't the host's"
            found.append(Violation(invariant="one owner for an address", host=host.name, witness=witness))
    return found


def one_owner(state: State, target: Target) -> list[Violation]:
    """Demand that no address is on the dummies of two hosts: routing would silently balance between them."""
    holders: dict[str, list[DeviceName]] = {}
    for fact in sorted(f for f in state.facts if isinstance(f, OnDummy)):
        holders.setdefault(fact.prefix, []).append(fact.host)
    known = {host.name for host in target.hosts}
    return [
        Violation(
            invariant="one owner for an address",
            host=hosts[0],
            witness=f"{prefix} is on {' and '.join(hosts)}",
        )
        for prefix, hosts in holders.items()
        if len(hosts) > 1 or hosts[0] not in known
    ]


def gateways_stay(state: State, target: Target) -> list[Violation]:
    """Demand that every subnet keeps its gateways, and that none answers ARP without being one.

    Measured: with proxy ARP on and the address gone, the default route matches, and it answers for all.
    """
    found = []
    for subnet in target.subnets:
        for switch in dict.fromkeys(switch for switch, _ in subnet.gateways):
            there = Gateway(switch=switch, segment=subnet.segment) in state
            answers = Answers(switch=switch, segment=subnet.segment) in state
            if answers and not there:
                why = f"{switch} answers ARP in {subnet.segment} without an address there: for every address"
            elif not there and subnet.entries:
                behind = ", ".join(subnet.entries)
                why = f"{switch} has no address in {subnet.segment}, which has members behind {behind}"
            else:
                continue
            found.append(Violation(invariant="a subnet keeps its gateway", host=switch, witness=why))
    return found


def what_goes_along(state: State, host: HostTarget) -> list[Violation]:
    """Demand that nothing is relied on that the kernel deletes with the last address of an interface.

    Deleting a primary address deletes its secondaries; deleting the last one of a family deletes the routes.
    """
    found = []
    for fact in following(host):
        primary = OnLink(host=fact.host, interface=fact.interface, address=fact.primary)
        mine = OnLink(host=fact.host, interface=fact.interface, address=fact.address)
        if fact in state and mine in state and primary not in state:
            found.append(f"deleting {fact.primary} from {fact.interface} takes {fact.address} along")
    for kept in host.addresses:
        version = kept.address.version
        route = StaticDefault(host=host.name, version=version, interface=kept.interface)
        left = any(
            OnLink(host=host.name, interface=other.interface, address=str(other.address)) in state
            for other in host.addresses
            if (other.interface, other.address.version) == (kept.interface, version)
        )
        if route in state and not left:
            found.append(f"its default through {kept.interface} went with the last address there")
    invariant = "an address goes by its own step"
    return [Violation(invariant=invariant, host=host.name, witness=why) for why in dict.fromkeys(found)]


def one_host_at_a_time(state: State, target: Target) -> list[Violation]:
    """Demand that no two hosts of a rack are between the planes: each has one link and no other then."""
    between = [host.name for host in target.hosts if not (_bonded(state, host) or _routed(state, host))]
    return [
        Violation(
            invariant="one host at a time has less than all its links",
            host=name,
            witness=f"{between[0]} and {name} both have one link only",
        )
        for name in between[1:]
    ]


def _bonded(state: State, host: HostTarget) -> bool:
    return all(
        Carrier(switch=leg.leaf, port=leg.port) in state
        and Enslaved(host=host.name, interface=leg.interface) in state
        for leg in host.legs
    )


def _routed(state: State, host: HostTarget) -> bool:
    return all(
        Carrier(switch=leg.leaf, port=leg.port) in state
        and Speaks(host=host.name, interface=leg.interface) in state
        for leg in host.legs
    )


def no_bound_workload(state: State, host: HostTarget) -> list[Violation]:
    """Demand that no host loses a link to its VLAN while something on it is bound to layer 2."""
    if all(Enslaved(host=host.name, interface=leg.interface) in state for leg in host.legs):
        return []
    return [
        Violation(
            invariant="what is bound to layer 2 keeps its links",
            host=host.name,
            witness=f"{finding.title} ({finding.subject}) is on {host.name}, which has left {host.bond}",
        )
        for finding in host.findings
        if finding.decides and finding.severity in (Severity.BLOCKER, Severity.RECONFIGURE)
    ]


OF_A_HOST = (what_goes_along, no_bound_workload)
"""What is asked of each host alone, beside the ways of its addresses."""

OF_ALL: tuple[tuple[Callable[[State, Target], list[Violation]], tuple[type[Fact], ...]], ...] = (
    (no_port_in_two_worlds, (Accepts, Bridged)),
    (no_foreign_prefix, (Accepts,)),
    (one_owner, (OnDummy,)),
    (gateways_stay, (Answers, Gateway)),
    (one_host_at_a_time, (Carrier, Enslaved, Speaks)),
)
"""What is asked of all hosts together, each with the kinds of facts it looks at."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Hold one thing that is judged alone: an address of a host, or the host beside its addresses.

    `bits` numbers the facts it depends on by what they are to it.
    """

    host: HostTarget
    kept: KeptAddress | None
    shape: object
    bits: dict[Fact, int]

    def judged(self, state: State, walker: Walker) -> list[Violation]:
        """Give what is broken."""
        if self.kept is not None:
            return an_address_has_a_plane(state, self.host, self.kept, walker)
        return [violation for invariant in OF_A_HOST for violation in invariant(state, self.host)]


class Judge:
    """Judge the states of one target, and nothing anew that a change did not touch.

    Two addresses of one shape whose facts have the same numbers are in the same case: what is right for
    one is right for the other, and the cost grows with the number of shapes and not of hosts. A broken state
    is judged for each, since its witness has names.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._walker = Walker(target)
        self._units = [unit for host in target.hosts for unit in _units(host, self._walker)]
        self._asking: dict[Fact, list[int]] = {}
        for number, unit in enumerate(self._units):
            for fact in unit.bits:
                self._asking.setdefault(fact, []).append(number)
        self._masks = [0] * len(self._units)
        self._right: set[tuple[object, int]] = set()
        self._found: dict[int, tuple[Violation, ...]] = {}
        self._of_all: dict[int, tuple[Violation, ...]] = {}
        self._last: frozenset[Fact] = frozenset()

    def violations(self, state: State) -> tuple[Violation, ...]:
        """Give everything that is broken in a state."""
        touched = state.facts ^ self._last
        units = set() if self._found else set(range(len(self._units)))
        for fact in touched:
            for number in self._asking.get(fact, ()):
                self._masks[number] ^= self._units[number].bits[fact]
                units.add(number)
        for number in units:
            self._found[number] = self._judged(state, number)
        kinds = {type(fact) for fact in touched}
        for number, (invariant, seen) in enumerate(OF_ALL):
            if number not in self._of_all or not kinds.isdisjoint(seen):
                self._of_all[number] = tuple(invariant(state, self._target))
        self._last = state.facts
        alone = (v for number in range(len(self._units)) for v in self._found[number])
        return (*alone, *(v for found in self._of_all.values() for v in found))

    def _judged(self, state: State, number: int) -> tuple[Violation, ...]:
        unit = self._units[number]
        key = (unit.shape, self._masks[number])
        if key in self._right:
            return ()
        found = tuple(unit.judged(state, self._walker))
        if not found:
            self._right.add(key)
        return found


def _units(host: HostTarget, walker: Walker) -> list[_Unit]:
    own: list[Fact] = [*following(host)]
    own += [Enslaved(host=host.name, interface=leg.interface) for leg in host.legs]
    for kept in host.addresses:
        own.append(OnLink(host=host.name, interface=kept.interface, address=str(kept.address)))
        version = kept.address.version
        own.append(StaticDefault(host=host.name, version=version, interface=kept.interface))
    units = [
        _Unit(host, kept, walker.shape(host, kept), _numbered(walker.asked(host, kept)))
        for kept in host.addresses
    ]
    return [*units, _Unit(host, None, host.name, _numbered(own))]


def _numbered(facts: Iterable[Fact]) -> dict[Fact, int]:
    return {fact: 1 << number for number, fact in enumerate(dict.fromkeys(facts))}
