"""Write the facts that are true before the first step.

Comes in: the `Target`, which holds what the capture showed. Goes out: the start `State`. What nobody captured
is taken as the worse: redirects are sent, and ways back are looked at, until a step turns them off.
"""

from __future__ import annotations

from vlan2l3.design.target import HostTarget, KeptAddress, SubnetTarget, Target
from vlan2l3.plan.facts import (
    Believes,
    Bridged,
    Carrier,
    Enslaved,
    Fact,
    Follows,
    Gateway,
    OnLink,
    Redirects,
    Resolved,
    State,
    StaticDefault,
    Strict,
    Trunked,
)

IPV4 = 4


def start_state(target: Target) -> State:
    """Give the state of today: every host of the target in its VLANs, on both links."""
    facts = [fact for host in target.hosts for fact in _of_host(host)]
    facts += [fact for subnet in target.subnets for fact in _of_subnet(subnet)]
    return State(frozenset(facts))


def following(host: HostTarget) -> tuple[Follows, ...]:
    """List the addresses that are secondary to another one of the interface: the first of a subnet is not."""
    first: dict[tuple[str, str], KeptAddress] = {}
    found = []
    for kept in host.addresses:
        primary = first.setdefault((kept.interface, str(kept.address.network)), kept)
        if primary is not kept and kept.address.version == IPV4:
            found.append(
                Follows(
                    host=host.name,
                    interface=kept.interface,
                    address=kept.text,
                    primary=primary.text,
                )
            )
    return tuple(found)


def _of_subnet(subnet: SubnetTarget) -> list[Fact]:
    facts: list[Fact] = [Trunked(one=a, other=b, segment=subnet.segment) for a, b in subnet.trunks]
    for switch, _ in subnet.gateways:
        facts.append(Gateway(switch=switch, segment=subnet.segment))
        facts.append(Redirects(switch=switch, segment=subnet.segment))
    return facts


def _of_host(host: HostTarget) -> list[Fact]:
    facts: list[Fact] = [Strict(host=host.name), *following(host)]
    for leg in host.legs:
        facts.append(Carrier(switch=leg.leaf, port=leg.port))
        facts.append(Enslaved(host=host.name, interface=leg.interface))
        facts += [Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan) for kept in host.addresses]
    for kept in host.addresses:
        facts.append(OnLink(host=host.name, interface=kept.interface, address=kept.text))
        facts.append(Resolved(segment=kept.segment, prefix=kept.host_prefix, believes=Believes.OWN))
        if kept.default:
            facts.append(
                StaticDefault(host=host.name, version=kept.address.version, interface=kept.interface)
            )
    return facts
