"""Put together what racks need of the switches they share.

Comes in: the racks' targets. Goes out: one `Target` without hosts, whose subnets are those of all racks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from vlan2l3.design.subnets import WITNESSES
from vlan2l3.design.target import FABRIC, Coexistence, SubnetTarget, Target
from vlan2l3.names import SegmentName, natural_key


def whole(targets: Sequence[Target]) -> Target:
    """Give the target of the fabric; there has to be at least one rack."""
    seen: dict[SegmentName, list[SubnetTarget]] = {}
    for subnet in chain.from_iterable(target.subnets for target in targets):
        seen.setdefault(subnet.segment, []).append(subnet)
    cores = {core.name: core for target in targets for core in target.cores}
    announced = dict(row for target in targets for row in target.announced)
    names = sorted(cores, key=natural_key)
    return Target(
        rack=FABRIC,
        hosts=(),
        stays=(),
        subnets=tuple(_subnet(seen[name]) for name in sorted(seen, key=natural_key)),
        peers=(),
        leafs=(),
        cores=tuple(cores[name] for name in names),
        links=(),
        loopbacks=targets[0].loopbacks,
        announced=tuple((name, announced[name]) for name in names if name in announced),
        findings=(),
        waived=tuple(dict.fromkeys(row for target in targets for row in target.waived)),
        accepted=tuple(dict.fromkeys(reason for target in targets for reason in target.accepted)),
    )


def _subnet(seen: Sequence[SubnetTarget]) -> SubnetTarget:
    """Join what racks see of one subnet: left in it is who is left by all of them."""
    shown = next((subnet for subnet in seen if subnet.ipv4 is Coexistence.PROXY_ARP), seen[0])
    moving = {name for subnet in seen for name in subnet.moving}
    left = [reason for reason in shown.left if all(reason in subnet.left for subnet in seen)]
    witnesses = dict.fromkeys(witness for subnet in seen for witness in subnet.witnesses)
    return replace(
        shown,
        reason=f"{len(moving)} host(s) leave it" if moving else shown.reason,
        moving=tuple(sorted(moving, key=natural_key)),
        left=tuple(left),
        staying=len(left),
        # Machines that never move come first; nobody has moved yet when they are asked.
        witnesses=tuple(sorted(witnesses, key=lambda witness: witness.host in moving)[:WITNESSES]),
    )
