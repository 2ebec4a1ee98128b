"""Name the small networks in which an order that looks right loses packets: tests and a page of the docs.

Each is a rack of one host or two, a state or a change that breaks it, and what the checker says. The page is
written from the same records, so that it can't say anything else than the checker does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import orders
import targets

from vlan2l3.analyze.findings import Certainty, Expected, Finding, Severity
from vlan2l3.design.target import Target
from vlan2l3.names import DeviceName, InterfaceName, RackName, SegmentName
from vlan2l3.plan import fabric, phases
from vlan2l3.plan.cutover import Cutover
from vlan2l3.plan.facts import (
    Accepts,
    Believes,
    Carrier,
    Change,
    Enslaved,
    Gateway,
    Insert,
    OnLink,
    Pinned,
    Remove,
    Resolved,
    State,
    Trunked,
)
from vlan2l3.plan.model import Phase, Step
from vlan2l3.plan.start import start_state

LEAF_A, LEAF_B, CORE = DeviceName("leaf-a"), DeviceName("leaf-b"), DeviceName("core1")
SEGMENT = SegmentName("vlan110")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gadget:
    """Name one trap.

    Attributes:
        story: what happens, for a network engineer.
        rule: what the plan does about it.
        target: the rack; `upto` the last step that is done before `change`, by the end of its name.
        says: what the checker's first witness has in it.
    """

    title: str
    story: str
    rule: str
    target: Target
    upto: str = ""
    change: Change
    says: str

    def before(self) -> State:
        """Give the state in which nothing is wrong yet."""
        state = start_state(self.target)
        for step in _steps(self.target) if self.upto else ():
            state = step.do(state)
            if step.slug.endswith(self.upto):
                break
        return state

    def after(self) -> State:
        """Give the state after the change."""
        return self.before().apply([self.change])


def _steps(target: Target) -> list[Step]:
    steps = [*fabric.steps(target), *phases.underlay(target), *phases.neighbours(target)]
    steps += phases.readiness(target)
    for host in target.hosts:
        steps += Cutover(host=host, target=target, phase=Phase.P5).steps()
    return steps


def _rack(*addresses: str, findings: tuple[Finding, ...] = ()) -> Target:
    kept = tuple(targets.kept(address) for address in addresses)
    return targets.target(replace(targets.host("db3", 3, kept), findings=findings))


def _dhcp() -> Finding:
    return Finding(
        rule=("dhcp-server-onlink"),
        title="DHCP server on the link",
        severity=Severity.RECONFIGURE,
        certainty=Certainty.DECISIVE,
        subject="db3",
        hosts=(DeviceName("db3"),),
        segments=(SEGMENT,),
        racks=(RackName("r1"),),
        evidence=(),
        meaning="",
        remedy="",
        order="",
        outage=Expected(during="", after="", source=""),
    )


def _on_link(address: str) -> OnLink:
    return OnLink(host=DeviceName("db3"), interface=InterfaceName("bond0"), address=address)


GADGETS = (
    Gadget(
        title="Two hosts and a redirect",
        story=(
            "A neighbour sends to the gateway before the fabric has the /32. The gateway sends the "
            "packet back into the VLAN and a redirect with it; the neighbour caches that for minutes "
            "and misses the move."
        ),
        rule=("Redirects are off on every gateway before anybody is told to use it."),
        target=_rack("10.1.110.13/24"),
        change=Insert(Resolved(segment=SEGMENT, prefix="10.1.110.13/32", believes=Believes.GATEWAY)),
        says="sends the packet back into the segment and a redirect with it",
    ),
    Gadget(
        title="Proxy ARP left on without a subnet",
        story=(
            "The gateway's address in the VLAN is deleted and proxy ARP stays: the default route "
            "matches whatever is asked for, and the switch answers for every address there is."
        ),
        rule=("Proxy ARP goes first, the address after it."),
        target=_rack("10.1.110.13/24"),
        upto="coexistence-vlan110",
        change=Remove(Gateway(switch=CORE, segment=SEGMENT)),
        says="answers ARP in vlan110 without an address there",
    ),
    Gadget(
        title="The last address that takes the service address along",
        story=(
            "A host has its own address and a second one of the same subnet. The kernel keeps the "
            "second as a secondary: deleting the first deletes both."
        ),
        rule=("`promote_secondaries` is set while nothing moves, and each address has a change of its own."),
        target=_rack("10.1.110.13/24", "10.1.110.50/24"),
        change=Remove(_on_link("10.1.110.13/24")),
        says="deleting 10.1.110.13/24 from bond0 takes 10.1.110.50/24 along",
    ),
    Gadget(
        title="The leaf with only a default",
        story=(
            "A core has a route to the host by a leaf that has none itself. The leaf sends the packet "
            "up by its default, the core sends it down again."
        ),
        rule=(
            "A leaf has the /32 by its own port before anybody above it does; routes pinned on a core "
            "are refused."
        ),
        target=_rack("10.1.110.13/24"),
        upto="leaf-b-underlay",
        change=Insert(Pinned(switch=CORE, prefix="10.1.110.13/32", toward=LEAF_A)),
        says="it goes round: core1 -> leaf-a -> core1",
    ),
    Gadget(
        title="Both leafs of a pair",
        story="The second port of a host goes down while the first one is still bridged and down.",
        rule=("One leaf of a pair at a time, and the other one's link is seen up first."),
        target=_rack("10.1.110.13/24"),
        upto="leaf-b-port-down-db3",
        change=Remove(Carrier(switch=LEAF_A, port=InterfaceName("Ethernet3"))),
        says="no link of bond0 is left in VLAN 110",
    ),
    Gadget(
        title="The DHCP server that moves before its clients' relay",
        story=(
            "A host that serves leases in its VLAN leaves it. Clients broadcast, nobody answers, and "
            "it shows when the first lease ends."
        ),
        rule=(
            "A host with such a finding keeps its links until the remedy is done and a new capture shows it."
        ),
        target=_rack("10.1.110.13/24", findings=(_dhcp(),)),
        upto="leaf-b-port-down-db3",
        change=Remove(Enslaved(host=DeviceName("db3"), interface=InterfaceName("ens1f1"))),
        says="DHCP server on the link (db3) is on db3, which has left bond0",
    ),
    Gadget(
        title="The MLAG orphan with a dead peer link",
        story=(
            "A host has one link left, to one leaf of the pair. What arrives at the other leaf "
            "crosses the peer link; when that is dead, half of the flows are lost."
        ),
        rule=("The pair is seen healthy before a port goes down, and one host at a time is an orphan."),
        target=_rack("10.1.110.13/24"),
        upto="leaf-b-port-down-db3",
        change=Remove(Trunked(one=LEAF_A, other=LEAF_B, segment=SEGMENT)),
        says="the host hangs on leaf-a alone, and no peer link carries vlan110 there",
    ),
    Gadget(
        title="The /32 that is announced before the leg accepts it",
        story=(
            "The host announces its address and gives up its default, and the leaf's import filter "
            "does not know the address: the host has no way out, and nobody a way in."
        ),
        rule=(
            "The filter stands before the port is opened, and the default changes when the /32 was "
            "seen on the core."
        ),
        target=_rack("10.1.110.13/24"),
        upto="db3-cut",
        change=Remove(Accepts(switch=LEAF_B, port=InterfaceName("Ethernet3"), prefix="10.1.110.13/32")),
        says="10.1.110.13 is on no interface in the VLAN and no leaf has it",
    ),
)


def as_page() -> str:
    """Write the page."""
    lines = [
        "# Orders that look right and lose packets",
        "",
        "Small racks, each with one trap. The planner's checker knows them all, and a test holds it to each;",
        "this page is written from that test. A plan in which such a state can come up is refused.",
    ]
    for gadget in GADGETS:
        lines += ["", f"## {gadget.title}", "", gadget.story, "", f"The checker says: *{gadget.says}*.", ""]
        lines.append(f"In a plan: {gadget.rule[0].lower()}{gadget.rule[1:]}")
    lines += [
        "",
        "## How many orders there are that work",
        "",
        f"Counted by `tests/orders.py` on {orders.RACKS} made-up racks of one to three hosts: what a",
        "plan does, in other orders, by whole steps or single changes. A port can't be bridged and routed at",
        "once, and proxy ARP, the /32, the default and the announcement have one order among them: hardly",
        "any other passes.",
        "",
        orders.table(orders.kept()).rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"
