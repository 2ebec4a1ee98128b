"""Write the steps that racks share: what a core is given once, and what a gateway answers for once.

Comes in: the `Target` of a rack, or that of the whole fabric. Goes out: steps of P1 and P2, in the same order
and with the same changes whichever rack asks. They stand in the fabric's plan; a rack's plan relies on them.
"""

from __future__ import annotations

from collections.abc import Iterable

from vlan2l3.design.target import Coexistence, Router, SubnetTarget, Target
from vlan2l3.names import DeviceName, InterfaceName, natural_key
from vlan2l3.plan.actions import Check, Coexist, CoreUnderlay, LoopbackUp, ProxyArp, RoutingReady, StillDirect
from vlan2l3.plan.facts import Answers, Insert, Redirects, Remove
from vlan2l3.plan.model import UNTOUCHED, Outage, Phase, Role, Step


def steps(target: Target) -> Iterable[Step]:
    """Give what the target needs of cores and gateways."""
    announced = dict(target.announced)
    for core in target.cores:
        yield _underlay(core, announced.get(core.name, ()))
    for subnet in sorted(target.subnets, key=lambda subnet: natural_key(subnet.segment)):
        if subnet.ipv4 is Coexistence.PROXY_ARP:
            yield from (_coexist(subnet, switch, svi) for switch, svi in subnet.gateways)


def _underlay(core: Router, announce: tuple[str, ...]) -> Step:
    sources = (reason.source for reason in core.grounds)
    return Step(
        number=0,
        phase=Phase.P1,
        role=Role.GATEWAY,
        device=core.name,
        slug=f"{core.name}-underlay",
        title="a loopback, BGP and its filters; no session yet",
        why="every rack's leafs come to it; it is written once, before the first of them",
        action=CoreUnderlay(router=core, announce=announce),
        sources=tuple(dict.fromkeys(source for source in sources if source is not None)),
        before=(RoutingReady(device=core.name),),
        after=(LoopbackUp(device=core.name, address=f"{core.ipv4}/32"),),
        minutes=10,
        outage=UNTOUCHED,
    )


def _coexist(subnet: SubnetTarget, switch: DeviceName, svi: InterfaceName) -> Step:
    """Turn one gateway on for one subnet: what goes wrong goes wrong there alone."""
    after: tuple[Check, ...] = (ProxyArp(device=switch, svi=svi),)
    if len(subnet.witnesses) > 1:
        first, second = subnet.witnesses[:2]
        after += (StillDirect(device=first.host, witness=first, other=second),)
    return Step(
        number=0,
        phase=Phase.P2,
        role=Role.GATEWAY,
        device=switch,
        slug=f"{switch}-coexistence-{subnet.segment}",
        title=f"proxy ARP on {svi}, redirects off",
        why="unmoved machines ARP for moved ones; the gateway must answer for what it routes",
        action=Coexist(segment=subnet.segment, svi=svi),
        waves=(
            (Remove(Redirects(switch=switch, segment=subnet.segment)),),
            (Insert(Answers(switch=switch, segment=subnet.segment)),),
        ),
        after=after,
        outage=Outage(
            packets=0,
            known_by="modelled",
            note="Linux stays silent for machines still in the VLAN; here the check below has to show it",
        ),
    )
