"""Turn workloads into findings: the verdict, the evidence, the catalogue's texts filled in.

Comes in: a network and a catalogue. Goes out: findings, sorted, the same for the same network. It never reads
a capture; the words at a source are asked of `excerpt`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vlan2l3.analyze.catalogue import Catalogue, Rule
from vlan2l3.analyze.findings import Certainty, Evidence, Expected, Finding, Severity
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.unseen import Unseen, not_looked_at
from vlan2l3.analyze.words import fill
from vlan2l3.analyze.workloads import Proof, Workload, verdict, workloads
from vlan2l3.names import natural_key
from vlan2l3.network.model import Network
from vlan2l3.parse.reading import Answer
from vlan2l3.parse.records import Source

Excerpt = Callable[[Source], tuple[int, str]]

EXCERPT_MAX = 160
_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Hold a workload on which there is a verdict."""

    rule: Rule
    workload: Workload
    certainty: Certainty


def analyze(
    network: Network, catalogue: Catalogue, *, excerpt: Excerpt, answers: tuple[Answer, ...] = ()
) -> tuple[Finding, ...]:
    """Find what is bound to layer 2.

    `excerpt` gives (line, words) for a source. `answers` is the coverage ledger's account: with it a finding
    also names the commands that failed or were not asked on its members; without it only unread hosts.
    """
    lookup = Lookup(network)
    cases: list[_Case] = []
    for rule in sorted(catalogue.rules, key=lambda rule: bool(rule.unless)):
        cleared = _decided(cases, rule.unless)
        for workload in workloads(rule, lookup, cleared):
            certainty = verdict(workload, rule, catalogue)
            if certainty is not None:
                cases.append(_Case(rule=rule, workload=workload, certainty=certainty))
    findings = []
    unseen = Unseen(catalogue, answers)
    for case in cases:
        missing = not_looked_at(case.rule, case.workload, lookup=lookup, unseen=unseen)
        findings.append(_finding(case, lookup=lookup, catalogue=catalogue, excerpt=excerpt, missing=missing))
    return tuple(sorted(findings, key=_order))


def _decided(cases: list[_Case], rules: tuple[str, ...]) -> frozenset[str]:
    """List hosts and MACs of which one of the rules is decisive, and those it lists as clients."""
    return frozenset(
        member
        for case in cases
        if case.rule.id in rules and case.certainty is Certainty.DECISIVE
        for member in (*case.workload.hosts, *case.workload.subject, *case.workload.clients)
    )


def _finding(
    case: _Case, *, lookup: Lookup, catalogue: Catalogue, excerpt: Excerpt, missing: tuple[str, ...]
) -> Finding:
    rule, workload = case.rule, case.workload
    subject, segments, racks = workload.subject, workload.segments, workload.racks(lookup)
    facts = workload.facts()
    for name, values in (
        ("members", subject), ("segments", segments), ("clients", workload.clients),
    ):  # fmt: skip
        facts |= {(name, value) for value in values}
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        certainty=case.certainty,
        subject="+".join(subject),
        hosts=workload.hosts,
        segments=segments,
        racks=racks,
        evidence=_evidence(workload.proofs, excerpt),
        meaning=fill(rule.meaning, facts, catalogue.registry),
        remedy=fill(rule.remedy, facts),
        order=rule.order,
        outage=Expected(
            during=rule.outage.during,
            after=rule.outage.after,
            source=catalogue.sources.get(rule.outage.source, rule.outage.source),
        ),
        exit=rule.exit,
        wrong_answer=rule.wrong_answer,
        by_plan=rule.by_plan,
        not_looked_at=missing,
    )


def _evidence(proofs: tuple[Proof, ...], excerpt: Excerpt) -> tuple[Evidence, ...]:
    found = set()
    for proof in proofs:
        seen = proof.sighting
        line, words = (seen.line, seen.text) if seen.line else excerpt(seen.source)
        found.add(
            Evidence(
                source=seen.source,
                line=line,
                excerpt=" ".join((seen.text or words).split())[:EXCERPT_MAX],
                weight=proof.weight,
                matcher=proof.matcher.identity,
            )
        )
    return tuple(sorted(found, key=_place))


def _place(evidence: Evidence) -> tuple[str, int, str, str, str]:
    source = evidence.source
    return source.file, evidence.line, source.pointer, evidence.matcher, evidence.weight


def _order(finding: Finding) -> tuple[int, str, tuple[tuple[int, int | str], ...], tuple[str, ...]]:
    severity = _SEVERITIES.index(finding.severity)
    return severity, finding.rule, natural_key(finding.subject), finding.segments
