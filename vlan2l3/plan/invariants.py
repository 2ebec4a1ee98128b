"""Say what must hold in every state, and name the witness where it does not.

Comes in: a `State`, the `Target`. Goes out: `Violation`s. Checked by `plan.check` at every step boundary and
for every subset of the changes that are in flight together.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.deliver import Dropped, Viewpoint, Walker
from vlan2l3.plan.facts import Accepts, Bridged, Fact, OnDummy, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Give one broken invariant and the path that shows it."""

    invariant: str
    host: DeviceName
    witness: str


def no_address_without_a_plane(state: State, host: HostTarget, walker: Walker) -> list[Violation]:
    """Demand that each address of a host is reached from, and reaches, all three viewpoints."""
    found = []
    for kept in host.addresses:
        for viewpoint in Viewpoint:
            for verb, result in (
                ("reach", walker.deliver(state, viewpoint, host, kept)),
                ("be reached from", walker.reply(state, viewpoint, host, kept)),
            ):
                if isinstance(result, Dropped):
                    witness = f"{viewpoint} can't {verb} {kept.address.ip}: {result.where}: {result.why}"
                    found.append(
                        Violation(invariant="an address always has a plane", host=host.name, witness=witness)
                    )
    return found


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


INVARIANTS = (no_port_in_two_worlds, no_foreign_prefix, one_owner)
SEEN_BY_INVARIANTS = (Accepts, Bridged, OnDummy)


class Judge:
    """Judge the states of one target, and nothing anew that a change did not touch.

    Most changes concern one host; without this the cost would grow with the square of the number of hosts.
    """

    def __init__(self, target: Target) -> None:
        walker = Walker(target)
        self._target = target
        self._asked = {host.name: walker.asked(host) for host in target.hosts}
        self._last: frozenset[Fact] | None = None
        self._of_hosts: dict[DeviceName, tuple[Violation, ...]] = {}
        self._of_all: tuple[Violation, ...] = ()
        self._walked: dict[tuple[DeviceName, frozenset[Fact]], tuple[Violation, ...]] = {}

    def violations(self, state: State) -> tuple[Violation, ...]:
        """Give everything that is broken in a state."""
        touched = None if self._last is None else state.facts ^ self._last
        for host in self._target.hosts:
            if touched is None or not touched.isdisjoint(self._asked[host.name]):
                self._of_hosts[host.name] = self._walk(state.facts & self._asked[host.name], host)
        if touched is None or any(isinstance(fact, SEEN_BY_INVARIANTS) for fact in touched):
            self._of_all = tuple(v for invariant in INVARIANTS for v in invariant(state, self._target))
        self._last = state.facts
        return (*(v for host in self._target.hosts for v in self._of_hosts[host.name]), *self._of_all)

    def _walk(self, facts: frozenset[Fact], host: HostTarget) -> tuple[Violation, ...]:
        if (host.name, facts) not in self._walked:
            found = no_address_without_a_plane(State(facts), host, Walker(self._target))
            self._walked[host.name, facts] = tuple(found)
        return self._walked[host.name, facts]
