"""Say what must hold in every state, and name the witness where it does not.

Comes in: a `State`, the `Target`. Goes out: `Violation`s. Checked by `plan.check` at every step boundary and
for every subset of the changes that are in flight together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge states of one target, and walk a host's packets anew only when a fact they depend on differs.

    Most changes concern one host; without this the cost would grow with the square of the number of hosts.
    """

    target: Target
    asked: dict[DeviceName, frozenset[Fact]]
    judged: dict[tuple[DeviceName, frozenset[Fact]], tuple[Violation, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target) -> Judge:
        """Prepare for a target."""
        walker = Walker(target)
        return cls(target, {host.name: walker.asked(host) for host in target.hosts})

    def violations(self, state: State) -> tuple[Violation, ...]:
        """Give everything that is broken in a state."""
        found = [violation for host in self.target.hosts for violation in self._of_host(state, host)]
        found += [v for invariant in INVARIANTS for v in invariant(state, self.target)]
        return tuple(found)

    def _of_host(self, state: State, host: HostTarget) -> tuple[Violation, ...]:
        facts = state.facts & self.asked[host.name]
        if (host.name, facts) not in self.judged:
            walked = no_address_without_a_plane(State(facts), host, Walker(self.target))
            self.judged[host.name, facts] = tuple(walked)
        return self.judged[host.name, facts]
