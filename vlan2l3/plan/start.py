"""Write the facts that are true before the first step.

Comes in: the `Target`, which holds what the capture showed. Goes out: the start `State`.
"""

from __future__ import annotations

from vlan2l3.design.target import HostTarget, Target
from vlan2l3.plan.facts import (
    Believes,
    Bridged,
    Carrier,
    Enslaved,
    Fact,
    OnLink,
    Resolved,
    State,
    StaticDefault,
)


def start_state(target: Target) -> State:
    """Give the state of today: every host of the target in its VLANs, on both links."""
    return State(frozenset(fact for host in target.hosts for fact in _of_host(host)))


def _of_host(host: HostTarget) -> list[Fact]:
    facts: list[Fact] = []
    for leg in host.legs:
        facts.append(Carrier(switch=leg.leaf, port=leg.port))
        facts.append(Enslaved(host=host.name, interface=leg.interface))
        facts += [Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan) for kept in host.addresses]
    for kept in host.addresses:
        facts.append(OnLink(host=host.name, interface=kept.interface, address=str(kept.address)))
        facts.append(Resolved(segment=kept.segment, prefix=kept.host_prefix, believes=Believes.OWN))
        if kept.default:
            facts.append(
                StaticDefault(host=host.name, version=kept.address.version, interface=kept.interface)
            )
    return facts
