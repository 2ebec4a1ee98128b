"""Say what each class of flows loses while a rack's hosts move, and how that is known.

Comes in: the `Target`. Goes out: `Flow`s. Nothing is ever put at zero that the model doesn't walk: what
passes a machine nobody can log in to, what a workload does on its own, and what no measurement covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.analyze.findings import Severity
from vlan2l3.design.target import Coexistence, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Give one class of flows to or from a moving host, the loss to expect, and how it is known."""

    flow: str
    expected: str
    known_by: str


def flows(target: Target) -> Iterator[Flow]:
    """Give what is expected, then what it would be if something is not as the model has it."""
    opaque = [subnet for subnet in target.subnets if subnet.moving and subnet.routers]
    but = ", but for those named below" if opaque else ""
    modelled = "modelled; rehearse it"
    yield Flow(flow="an unmoved machine of the same subnet", expected=f"0 packets{but}", known_by=modelled)
    yield Flow(flow="a moved machine, and machines outside", expected=f"0 packets{but}", known_by=modelled)
    for subnet in opaque:
        yield Flow(
            flow=f"{'; '.join(subnet.routers)} in {subnet.segment}, and what passes it",
            expected="up to 4 h after each cut, unless it heeds the host's announcement or its ARP entries"
            " are cleared; sessions it keeps state of may break, since answers take the fabric past it",
            known_by="estimated: nobody can log in to it, and routers and firewalls keep entries that long",
        )
    yield from _of_findings(target)
    yield Flow(
        flow="TCP sessions that are open",
        expected=f"survive: the address never leaves the host{but.replace('below', 'above')}",
        known_by="modelled",
    )
    yield Flow(
        flow="flows of a link while its port is shut",
        expected="0 with Linux at both ends; up to 0.3 s on a vendor's MLAG",
        known_by="measured; estimated",
    )
    if any(subnet.ipv4 is Coexistence.PROXY_ARP for subnet in target.subnets):
        yield Flow(
            flow="if a gateway does not answer ARP for a moved address",
            expected="its neighbours, for good, once their ARP entries age out",
            known_by="the checks of dual and cut show it",
        )
    yield Flow(
        flow="a link that dies without losing carrier",
        expected="up to 9 s (BGP hold time; no BFD yet)",
        known_by="modelled",
    )


def _of_findings(target: Target) -> Iterator[Flow]:
    """Name what a workload on a moving host does on its own, as the catalogue has it."""
    found = {f for host in target.hosts for f in host.findings if f.severity is not Severity.GUARD}
    for finding in sorted(found, key=lambda f: (f.rule, f.subject)):
        yield Flow(
            flow=f"{finding.title}, {finding.subject}",
            expected=f"{finding.outage.during}; afterwards: {finding.outage.after}",
            known_by=f"estimated: {finding.outage.source}",
        )
