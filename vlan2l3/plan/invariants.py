"""Say what must hold in every state, and name the witness where it does not.

Comes in: the facts of a state, and what is asked about: an address, a host, a subnet, the whole target. Goes
out: `Violation`s. Each stands alone and looks at nothing but facts; `plan.judge` asks them of every state.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.analyze.findings import Severity
from vlan2l3.design.target import HostTarget, KeptAddress, SubnetTarget, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.deliver import Viewpoint, Walker
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Bridged,
    Carrier,
    Enslaved,
    Facts,
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
    state: Facts, host: HostTarget, kept: KeptAddress, walker: Walker
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


def no_foreign_prefix(state: State, target: Target) -> list[Violation]:
    """Demand that a leaf port accepts exactly addresses of the host behind it."""
    own = {(leg.leaf, leg.port): host for host in target.hosts for leg in host.legs}
    found = []
    for fact in sorted(f for f in state.facts if isinstance(f, Accepts)):
        host = own.get((fact.switch, fact.port))
        if host is None or fact.prefix not in {kept.host_prefix for kept in host.addresses}:
            witness = f"{fact.switch} {fact.port} accepts {fact.prefix}, which isn't the host's"
            name = host.name if host else fact.switch
            found.append(Violation(invariant="one owner for an address", host=name, witness=witness))
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


def gateways_stay(state: Facts, subnet: SubnetTarget) -> list[Violation]:
    """Demand that a subnet keeps its gateways, and that none answers ARP without being one.

    Measured: with proxy ARP on and the address gone, the default route matches, and it answers for all.
    """
    found = []
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


def no_port_in_two_worlds(state: Facts, host: HostTarget) -> list[Violation]:
    """Demand that no leaf port is bridged and routed at once: a router advertisement would reach the VLAN."""
    vlans = {kept.vlan for kept in host.addresses}
    prefixes = {kept.host_prefix for kept in host.addresses}
    return [
        Violation(
            invariant="a port is bridged or routed, never both",
            host=host.name,
            witness=f"{leg.leaf} {leg.port} carries a VLAN and speaks BGP",
        )
        for leg in host.legs
        if any(Bridged(switch=leg.leaf, port=leg.port, vlan=vlan) in state for vlan in vlans)
        and any(Accepts(switch=leg.leaf, port=leg.port, prefix=prefix) in state for prefix in prefixes)
    ]


def what_goes_along(state: Facts, host: HostTarget) -> list[Violation]:
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
            OnLink(host=host.name, interface=other.interface, address=other.text) in state
            for other in host.addresses
            if (other.interface, other.address.version) == (kept.interface, version)
        )
        if route in state and not left:
            found.append(f"its default through {kept.interface} went with the last address there")
    invariant = "an address goes by its own step"
    return [Violation(invariant=invariant, host=host.name, witness=why) for why in dict.fromkeys(found)]


def one_host_at_a_time(state: State, target: Target) -> list[Violation]:
    """Demand that no two hosts of a rack are between the planes: each has one link and no other then."""
    between = [host.name for host in target.hosts if is_between(state, host)]
    return [
        Violation(
            invariant="one host at a time has less than all its links",
            host=name,
            witness=f"{between[0]} and {name} both have one link only",
        )
        for name in between[1:]
    ]


def is_between(state: Facts, host: HostTarget) -> bool:
    """Tell whether a host has neither plane on all its links."""
    return not (_bonded(state, host) or _routed(state, host))


def _bonded(state: Facts, host: HostTarget) -> bool:
    return all(
        Carrier(switch=leg.leaf, port=leg.port) in state
        and Enslaved(host=host.name, interface=leg.interface) in state
        for leg in host.legs
    )


def _routed(state: Facts, host: HostTarget) -> bool:
    return all(
        Carrier(switch=leg.leaf, port=leg.port) in state
        and Speaks(host=host.name, interface=leg.interface) in state
        for leg in host.legs
    )


def no_bound_workload(state: Facts, host: HostTarget) -> list[Violation]:
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


OF_A_HOST = (what_goes_along, no_bound_workload, no_port_in_two_worlds)
"""What is asked of each host alone, beside the ways of its addresses."""

OF_A_SUBNET = (gateways_stay,)
"""What is asked of each subnet."""

OF_ALL = (no_foreign_prefix, one_owner, one_host_at_a_time)
"""What is asked of all hosts together."""
