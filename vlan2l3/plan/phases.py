"""Write the steps around the hosts' moves: deciding, underlay, neighbours, readiness, services, clean-up.

Comes in: the `Target`. Goes out: a rack's own steps of P0 to P3 and P6 to P8; `plan.cutover` writes P4 and
P5, `plan.fabric` those that racks share.
"""

from __future__ import annotations

from collections.abc import Iterable

from vlan2l3 import platforms
from vlan2l3.analyze.findings import Certainty, Severity
from vlan2l3.design.grounds import of_finding
from vlan2l3.design.target import PeerTarget, Reason, Router, Strategy, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.actions import (
    CoreLinks,
    HostStage,
    LearnRoutes,
    LinkLocal,
    LoopbackUp,
    PairHealthy,
    People,
    RemoveLag,
    RouteBy,
    RouteReached,
    RoutingReady,
    Seen,
    Sessions,
    Underlay,
)
from vlan2l3.plan.cutover import identity, waves
from vlan2l3.plan.facts import Fabric, Insert, PeerRoute, Remove, Strict
from vlan2l3.plan.model import UNTOUCHED, Outage, Phase, Role, Step
from vlan2l3.plan.start import following

LOOKS = (
    ("ss -lntup", "services listen on their address or on `*`, none on an interface name"),
    (
        "nft list ruleset",
        "tcp/179 and ICMPv6 are let in on the uplinks, and no rule names the bond",
    ),
    ("grep -rn bond /etc --include=*.conf", "no service is bound to the bond's name"),
)
TEAM = DeviceName("team")
OTHER_WAYS = {
    Strategy.RENUMBER: (
        "before: find where its addresses are written down (configurations, grants, filters, monitoring)",
        "a day before: lower the time to live of its names",
        "host by host, never two that stand in for each other: drain it, new address, names forward and back",
        "on each: empty the resolvers' caches, change the grants, take it back to work",
        "a new address is announced as a /32 from the first day: the host moves by a plan of its new subnet",
        "after the last one: plan again; the old prefix stays until nobody asks for it",
    ),
    Strategy.REDEPLOY: (
        "set up new instances on layer 3 beside the old ones; no address of this prefix is taken along",
        "one service after the other: over to the new instances by load balancer, name or anycast address",
        "after the last one: switch the old instances off, and plan again",
    ),
}
IDLE = "these cables are routed, up and idle; the fabric starts on them, beside the VLANs"


def decide(target: Target) -> Iterable[Step]:
    """Ask the team to sign what the plan rests on."""
    lines = [f"read `evidence.md`: {len(target.findings)} finding(s), {len(target.waived)} waiver(s)"]
    lines += [f"confirm the waiver of {gap.subject}: {reason}" for gap, reason in target.waived]
    lines += [f"confirm the waiver of {f.rule} {f.subject}: {f.waived}" for f in target.findings if f.waived]
    lines += [f"confirm that {stay.name} stays in its VLAN" for stay in target.stays]
    suspected = [
        finding
        for finding in target.findings
        if finding.certainty is Certainty.SUSPECTED
        and finding.severity is not Severity.GUARD
        and not finding.waived
    ]
    lines += [f"confirm or deny: {f.title} ({f.subject}) is only suspected" for f in suspected]
    lines.append("test out-of-band access to every switch and host named in this plan")
    rests_on = (*target.accepted, *(reason for f in suspected for reason in of_finding(f)))
    why = "a plan can't know what nobody captured"
    yield _people(Phase.P0, "sign-off", "sign what the plan rests on", why, lines, grounds=rests_on)


def underlay(target: Target) -> Iterable[Step]:
    """Bring up BGP between cores and leafs over the idle routed links, cores first."""
    for core in target.cores:
        yield _links(target, core)
    for leaf in target.leafs:
        yield _underlay(target, leaf)


def _links(target: Target, core: Router) -> Step:
    """Let a core speak to this rack's leafs; the rest of its BGP is the fabric's step."""
    links = tuple(link for link in target.links if link.core == core.name)
    ports = tuple(link.core_port for link in links)
    return Step(
        number=0,
        phase=Phase.P1,
        role=Role.GATEWAY,
        device=core.name,
        slug=f"{core.name}-links",
        title=f"BGP unnumbered on {', '.join(ports)}",
        why=IDLE,
        action=CoreLinks(router=core, links=links),
        sources=tuple(dict.fromkeys(link.source for link in links)),
        before=(RoutingReady(device=core.name), LoopbackUp(device=core.name, address=f"{core.ipv4}/32")),
        after=(LinkLocal(device=core.name, ports=ports),),
        outage=UNTOUCHED,
    )


def _underlay(target: Target, leaf: Router) -> Step:
    links = tuple(link for link in target.links if link.leaf == leaf.name)
    ports = tuple(link.leaf_port for link in links)
    return Step(
        number=0,
        phase=Phase.P1,
        role=Role.LEAF,
        device=leaf.name,
        slug=f"{leaf.name}-underlay",
        title=f"BGP unnumbered on {', '.join(ports)}",
        why=IDLE,
        action=Underlay(router=leaf, links=links),
        waves=waves([Insert(Fabric(leaf=link.leaf, core=link.core)) for link in links]),
        sources=tuple(dict.fromkeys(link.source for link in links)),
        before=(RoutingReady(device=leaf.name), PairHealthy(device=leaf.name)),
        after=(
            LoopbackUp(device=leaf.name, address=f"{leaf.ipv4}/32"),
            Sessions(device=leaf.name, ports=ports),
            *_leaf_routes(target, leaf),
        ),
        minutes=10,
        outage=UNTOUCHED,
    )


def _leaf_routes(target: Target, leaf: Router) -> tuple[RouteBy, ...]:
    """Expect the default, and each covering prefix, from every core that announces it."""
    ports = {link.core: link.leaf_port for link in target.links if link.leaf == leaf.name}
    prefixes = {"0.0.0.0/0": list(ports), "::/0": list(ports)}
    for core, announced in target.announced:
        for prefix in announced:
            prefixes.setdefault(prefix, []).append(core)
    return tuple(
        RouteBy(device=leaf.name, prefix=prefix, ports=tuple(sorted(ports[c] for c in cores if c in ports)))
        for prefix, cores in prefixes.items()
    )


def neighbours(target: Target) -> Iterable[Step]:
    """Give unmoved machines of the moving hosts' subnets the routes that no gateway answers for."""
    for host in sorted({peer.host for peer in target.peers}):
        yield _learn(host, tuple(peer for peer in target.peers if peer.host == host))


def _learn(host: DeviceName, peers: tuple[PeerTarget, ...]) -> Step:
    """Give one host all its routes in one step: they are one file on it."""
    prefixes = [prefix for peer in peers for prefix in peer.prefixes]
    gateways = ", ".join(dict.fromkeys(str(peer.gateway) for peer in peers))
    return Step(
        number=0,
        phase=Phase.P2,
        role=Role.HOST,
        device=host,
        slug=f"{host}-learn-routes",
        title=f"route {len(prefixes)} IPv6 address(es) of moving hosts through {gateways}",
        why="no switch is known to answer ND for a moved address; a route on the neighbour needs none",
        action=LearnRoutes(host=host, peers=peers),
        waves=waves([Insert(PeerRoute(host=host, prefix=prefix)) for prefix in prefixes]),
        after=tuple(RouteReached(device=host, address=prefix.split("/")[0]) for prefix in prefixes),
        outage=Outage(
            packets=0,
            known_by="modelled",
            note="until the move the gateway sends the packets back into the VLAN",
        ),
    )


def readiness(target: Target) -> Iterable[Step]:
    """Put the daemon, kernel settings and files on each host, changing no traffic."""
    for host in target.hosts:
        daemon = platforms.daemon(host.daemon).title
        yield Step(
            number=0,
            phase=Phase.P3,
            role=Role.HOST,
            device=host.name,
            slug=f"{host.name}-ready",
            title=f"install {daemon} {host.version} (not started) and the kernel settings",
            why="everything that can fail without touching traffic fails here",
            action=HostStage(host=host, stage="ready"),
            waves=waves([Remove(Strict(host=host.name)), *map(Remove, following(host))]),
            before=(identity(host),),
            after=tuple(Seen(device=host.name, command=command, text=text) for command, text in LOOKS),
            outage=UNTOUCHED,
        )


def soak(pilot: DeviceName) -> Step:
    """Ask the team to live with the pilot before the rest moves."""
    lines = [
        f"keep {pilot} as it is for a week",
        "first: on every switch touched so far the startup-config is the running-config",
        "in that week: each of its links shut in turn, one leaf reload, one host reboot",
        "in that week: one undo of its last two steps, and forward again",
        "on the gateway: no ARP entry for its address in the old VLAN that points at its own MAC",
        "compare what was lost with the plan; plan again from a fresh capture before the next host",
    ]
    why = "the order is measured on Linux; that this platform answers ARP for a /32 of its own subnet is not"
    return _people(Phase.P4, "pilot-soak", "soak the pilot", why, lines)


def services(target: Target) -> Iterable[Step]:
    """List what must change before the hosts that stay can follow; each is a plan of its own."""
    for finding in target.findings:
        if finding.severity is not Severity.RECONFIGURE or not finding.decides:
            continue
        yield Step(
            number=0,
            phase=Phase.P6,
            role=Role.PEOPLE,
            device=TEAM,
            slug=f"remedy-{finding.rule}",
            title=f"{finding.title}: {finding.subject}",
            why=finding.meaning,
            action=People(
                lines=("done in the VLAN, with its owner, before its host is planned again",),
                text=finding.remedy,
            ),
            sources=tuple(dict.fromkeys(e.place for e in finding.evidence)),
            grounds=of_finding(finding),
            minutes=0,
            outage=Outage(packets=0, known_by="estimated", note=str(finding.outage)),
        )


def other_ways(target: Target) -> Iterable[Step]:
    """Tell people what is theirs where a subnet is left by another way than this plan's."""
    for subnet in target.subnets:
        lines = list(OTHER_WAYS.get(subnet.strategy, ()))
        if lines:
            here = [stay.name for stay in target.stays if subnet.segment in stay.segments]
            lines.insert(0, f"{', '.join(subnet.prefixes)}: {', '.join(here)} of this rack")
            told = tuple(reason for reason in subnet.grounds if reason.told)
            title = f"{subnet.strategy} {subnet.segment}"
            yield _people(
                Phase.P6, f"{subnet.strategy}-{subnet.segment}", title, subnet.reason, lines, grounds=told
            )


def emptying(target: Target) -> Iterable[Step]:
    """Say which subnets can't be removed yet, and what removing one will take."""
    lines = [
        f"{subnet.segment} ({subnet.title}): {subnet.staying} machine(s) in it, so its gateway and VLAN stay"
        for subnet in target.subnets
    ]
    lines.append("when one is empty by MAC, ARP and counters for 14 days: proxy ARP off first, then the SVI")
    why = "proxy ARP without its subnet answers for every address there is"
    left = tuple(reason for subnet in target.subnets for reason in subnet.left)
    title = "leave the subnets up while they have members"
    yield _people(Phase.P7, "not-empty-yet", title, why, lines, grounds=left)


def removal(target: Target) -> Iterable[Step]:
    """Delete the port-channels that the moved hosts no longer use, after a gate that people open."""
    if any(leg.lag for host in target.hosts for leg in host.legs):
        lines = ["two weeks without an undo have passed since the last host of this rack moved"]
        lines += ["the steps below go into a pull request of their own, from a fresh plan"]
        why = "without the port-channels the undo of a host's move has nothing to put its links back into"
        yield _people(Phase.P8, "removal-gate", "stop here for two weeks", why, lines)
    for leaf in target.leafs:
        lags = {
            leg.lag: leg.lag_config
            for host in target.hosts
            for leg in host.legs
            if leg.leaf == leaf.name and leg.lag is not None
        }
        if not lags:
            continue
        names = ", ".join(sorted(lags))
        yield Step(
            number=0,
            phase=Phase.P8,
            role=Role.LEAF,
            device=leaf.name,
            slug=f"{leaf.name}-remove-port-channels",
            title=f"delete {names}",
            why="their last member is routed; kept until the soak is over, so that every undo finds them",
            action=RemoveLag(lags=tuple(sorted(lags.items()))),
            before=(PairHealthy(device=leaf.name),),
            after=(PairHealthy(device=leaf.name),),
            outage=UNTOUCHED,
        )


def _people(
    phase: Phase, slug: str, title: str, why: str, lines: list[str], *, grounds: tuple[Reason, ...] = ()
) -> Step:
    return Step(
        number=0,
        phase=phase,
        role=Role.PEOPLE,
        device=TEAM,
        slug=slug,
        title=title,
        why=why,
        action=People(lines=tuple(lines)),
        grounds=grounds,
        minutes=0,
        outage=Outage(packets=0, known_by="modelled", note="no command"),
    )
