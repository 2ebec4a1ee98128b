"""Put the decisions for a rack together, or refuse with every reason.

Comes in: Network, Coverage, Findings, Intent, then racks' names. Goes out: a `Target` each.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from vlan2l3.analyze.findings import Finding, Severity
from vlan2l3.design import strategies
from vlan2l3.design.fabric import Numbering, conflicts, fabric_links, overlapping, unsupported
from vlan2l3.design.hosts import HostJudge
from vlan2l3.design.intent import Intent
from vlan2l3.design.subnets import OwnRoutes, peers_of, routes_of, subnets_of, unreachable
from vlan2l3.design.target import HostTarget, Reason, Stay, Target
from vlan2l3.errors import NoSafePlanError, Problem, UsageError
from vlan2l3.names import DeviceName, RackName, natural_key
from vlan2l3.network.bridging import Bridging, Graphs, forwarding
from vlan2l3.network.coverage import Coverage, Gap
from vlan2l3.network.model import Network, Switch

PAIR = 2


@dataclass(frozen=True, kw_only=True)
class Designer:
    """Decide for racks of one network; what is the same for all of them is worked out once.

    `taken` is the day of the capture; waivers are judged by it, so that the same files give the same plan on
    any day.
    """

    network: Network
    coverage: Coverage
    findings: tuple[Finding, ...]
    intent: Intent
    taken: date | None

    @cached_property
    def _graphs(self) -> Graphs:
        return forwarding(self.network)

    @cached_property
    def _routes(self) -> OwnRoutes:
        return routes_of(self.network)

    @cached_property
    def _numbered(self) -> Numbering:
        return Numbering(self.network, self.intent)

    def target(self, rack: str) -> Target:
        """Decide what becomes of a rack.

        Raises:
            UsageError: when there is no such rack.
            NoSafePlanError: with every reason found.
        """
        network, intent = self.network, self.intent
        known = _known_rack(network, rack)
        waived, accepted, problems = _waive(self.coverage.blind_spots(known), intent, self.taken)
        leafs = network.leafs(known)
        problems += _pair_problems(leafs)
        problems += unsupported(leafs)
        problems += overlapping(network, intent)
        problems += _of_switches(self.findings, known)
        if problems:
            raise NoSafePlanError(f"rack `{known}` can't be planned", *problems)
        links = fabric_links(network, leafs)
        cores = tuple(s for s in network.switches if s.name in {link.core for link in links})
        numbered = {switch.name: self._numbered.router(switch) for switch in (*leafs, *cores)}
        lacking = unsupported(cores) or [p for s in (*leafs, *cores) for p in conflicts(s, numbered[s.name])]
        if lacking:
            raise NoSafePlanError(f"rack `{known}` can't be planned", *lacking)
        hosts, stays = self._hosts(known)
        if not hosts:
            reasons = [Problem(what=r.text, where=stay.name) for stay in stays for r in stay.reasons]
            raise NoSafePlanError(f"no host of rack `{known}` can move", *reasons)
        bridging = Bridging(network, self._graphs, [leaf.name for leaf in leafs])
        subnets = subnets_of(network, hosts, stays, bridging, intent=intent, findings=self.findings)
        strategies.kept(subnets, stays, network, intent)
        return Target(
            rack=known,
            hosts=hosts,
            stays=stays,
            subnets=subnets,
            peers=peers_of(network, hosts),
            leafs=tuple(numbered[leaf.name] for leaf in leafs),
            cores=tuple(numbered[core.name] for core in cores),
            links=links,
            loopbacks=(intent.loopbacks.ipv4, intent.loopbacks.ipv6),
            announced=_announced(cores),
            findings=tuple(f for f in self.findings if f.concerns(known)),
            waived=waived,
            accepted=(*accepted, *_accepted(self.findings, intent, known)),
        )

    def _hosts(self, rack: RackName) -> tuple[tuple[HostTarget, ...], tuple[Stay, ...]]:
        """Judge every host of the rack; a host whose subnets can't coexist stays too."""
        hosts = [host for host in self.network.hosts if host.rack == rack]
        names = {host.name for host in hosts}
        near = tuple(f for f in self.findings if f.wrong_answer or not names.isdisjoint(f.hosts))
        judge = HostJudge(network=self.network, findings=near, intent=self.intent, rack=rack)
        verdicts = [judge.judge(host) for host in hosts]
        moving = [v for v in verdicts if isinstance(v, HostTarget)]
        stays = [v for v in verdicts if isinstance(v, Stay)]
        for host in tuple(moving):
            reasons = unreachable(self.network, self._routes, host)
            if reasons:
                moving.remove(host)
                segments = tuple(sorted({a.segment for a in host.addresses}))
                stays.append(Stay(name=host.name, rack=rack, segments=segments, reasons=reasons))
        _one_number_each(moving)
        return (
            tuple(sorted(moving, key=lambda host: natural_key(host.name))),
            tuple(sorted(stays, key=lambda stay: natural_key(stay.name))),
        )


def _known_rack(network: Network, rack: str) -> RackName:
    if rack in network.racks:
        return RackName(rack)
    near = difflib.get_close_matches(rack, network.racks, n=3, cutoff=0.4) or network.racks
    listed = ", ".join(f"`{name}`" for name in near)
    raise UsageError(
        f"there is no rack {rack!r}", hint=f"did you mean {listed}?" if listed else "the capture has no leaf"
    )


def _waive(
    gaps: tuple[Gap, ...], intent: Intent, taken: date | None
) -> tuple[tuple[tuple[Gap, str], ...], list[Reason], list[Problem]]:
    """Split blind spots into those waived, with the reason and its lines, and those that are problems."""
    waived: list[tuple[Gap, str]] = []
    accepted: list[Reason] = []
    problems: list[Problem] = []
    for gap in gaps:
        matching = [w for w in intent.waiver if w.kind and (w.kind, w.subject) == (gap.kind, gap.subject)]
        valid = [w for w in matching if taken is not None and taken <= w.until]
        if valid:
            waived.append((gap, f"{valid[0].reason} ({valid[0].by}, until {valid[0].until})"))
            accepted += [Reason(text=f"blind spot, {gap.kind}: {gap.what}", source=s) for s in gap.sources]
            told = f"waiver[{intent.waiver.index(valid[0]) + 1}]"
            accepted.append(Reason(text=f"{gap.kind} {gap.subject} was waived", told=told))
            continue
        hint = gap.hint
        if matching:
            day = taken.isoformat() if taken else "on an unknown day"
            hint = f"its waiver ended on {matching[0].until}, the capture was taken {day}"
        problems.append(Problem(what=f"blind spot, {gap.kind}: {gap.what}", where=gap.subject, hint=hint))
    return tuple(waived), accepted, problems


def _accepted(findings: tuple[Finding, ...], intent: Intent, rack: RackName) -> list[Reason]:
    """Name the waiver of each finding that has one."""
    waivers = {(w.rule, w.subject): n for n, w in enumerate(intent.waiver, start=1) if w.rule}
    return [
        Reason(
            text=f"{finding.title}, {finding.subject}, was waived",
            rule=finding.rule,
            told=f"waiver[{waivers[finding.rule, finding.subject]}]",
        )
        for finding in findings
        if finding.concerns(rack) and finding.waived and (finding.rule, finding.subject) in waivers
    ]


def _of_switches(findings: tuple[Finding, ...], rack: RackName) -> list[Problem]:
    """List what is found about switches alone: no host and no segment could wait for it, so the rack does."""
    return [
        Problem(
            what=f"{finding.title}: {finding.meaning}",
            where=finding.strongest[0].place.file,
            hint=f"`vlan2l3 explain {finding.rule}`: to be done {finding.order}; its waiver has the subject"
            f" `{finding.subject}`",
        )
        for finding in findings
        if finding.concerns(rack) and not finding.hosts and not finding.segments
        if finding.decides and finding.severity in (Severity.BLOCKER, Severity.RECONFIGURE)
    ]


def _pair_problems(leafs: tuple[Switch, ...]) -> list[Problem]:
    names = {leaf.name for leaf in leafs}
    if len(leafs) != PAIR:
        return [
            Problem(what=f"the rack has {len(leafs)} leaf(s): {', '.join(sorted(names))}; a pair is needed")
        ]
    return [
        Problem(what="its MLAG peer isn't the other leaf of the rack, or MLAG isn't active", where=leaf.name)
        for leaf in leafs
        if leaf.mlag is None or leaf.mlag.peer not in names or not leaf.mlag.active
    ]


def _one_number_each(hosts: list[HostTarget]) -> None:
    numbers: dict[int, list[DeviceName]] = {}
    for host in hosts:
        numbers.setdefault(host.asn, []).append(host.name)
    clashes = [names for names in numbers.values() if len(names) > 1]
    if clashes:
        raise NoSafePlanError(
            "two hosts would get one AS number",
            *(
                Problem(what=f"{', '.join(names)} hang on leaf ports with the same number")
                for names in clashes
            ),
        )


def _announced(cores: tuple[Switch, ...]) -> tuple[tuple[DeviceName, tuple[str, ...]], ...]:
    """List, for each core, the prefixes of its default VRF's SVIs, which moved hosts must still reach."""
    rows = []
    for core in cores:
        interfaces = [a for svi in core.svis if svi.vrf == "default" for a in svi.addresses]
        networks = {a.network for a in interfaces if not a.is_link_local}
        ordered = sorted(networks, key=lambda n: (n.version, int(n.network_address), n.prefixlen))
        rows.append((core.name, tuple(str(network) for network in ordered)))
    return tuple(rows)
