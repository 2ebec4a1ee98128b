"""Write an analysis as JSON, and give the JSON Schema it follows.

Comes in: an `Analysis`. Goes out: bytes, the same for equal analyses. What devices wrote is data here.
"""

from __future__ import annotations

import msgspec

from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.findings import Certainty, Finding, Severity

FORMAT = 1


class EvidenceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one piece of proof; `pointer` leads into a JSON answer, `line` is where that stands."""

    file: str
    line: int
    pointer: str
    excerpt: str
    weight: str
    matcher: str


class OutageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give what is lost while the remedy is done and how a failover behaves afterwards."""

    during: str
    after: str
    source: str


class FindingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one finding; `subject` is what a waiver names."""

    rule: str
    title: str
    severity: Severity
    certainty: Certainty
    subject: str
    hosts: tuple[str, ...]
    segments: tuple[str, ...]
    racks: tuple[str, ...]
    evidence: tuple[EvidenceDocument, ...]
    meaning: str
    remedy: str
    order: str
    outage: OutageDocument
    exit: str
    wrong_answer: bool
    by_plan: bool
    moves: bool
    owner: str
    waived: str
    not_looked_at: tuple[str, ...]


class BlindSpotDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one thing nobody could look at."""

    what: str
    reason: str
    devices: tuple[str, ...]
    rules: tuple[str, ...]


class AnalysisDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give the whole analysis of one capture."""

    format: int = FORMAT
    capture: str
    digest: str
    findings: tuple[FindingDocument, ...]
    not_looked_at: tuple[BlindSpotDocument, ...]
    ended_waivers: tuple[str, ...]


def as_json(analysis: Analysis) -> bytes:
    """Give the analysis as indented JSON with sorted keys and a final line end."""
    document = AnalysisDocument(
        capture=analysis.capture,
        digest=analysis.digest,
        findings=tuple(map(_finding, analysis.findings)),
        not_looked_at=tuple(
            BlindSpotDocument(what=spot.what, reason=spot.reason, devices=spot.devices, rules=spot.rules)
            for spot in analysis.blind_spots
        ),
        ended_waivers=analysis.ended,
    )
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def schema() -> str:
    """Give the JSON Schema of what `as_json` writes."""
    made = msgspec.json.encode(msgspec.json.schema(AnalysisDocument))
    return msgspec.json.format(made, indent=2).decode() + "\n"


def _finding(finding: Finding) -> FindingDocument:
    return FindingDocument(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        certainty=finding.certainty,
        subject=finding.subject,
        hosts=finding.hosts,
        segments=finding.segments,
        racks=finding.racks,
        evidence=tuple(
            EvidenceDocument(
                file=proof.source.file,
                line=proof.line,
                pointer=proof.source.pointer,
                excerpt=proof.excerpt,
                weight=proof.weight,
                matcher=proof.matcher,
            )
            for proof in finding.evidence
        ),
        meaning=finding.meaning,
        remedy=finding.remedy,
        order=finding.order,
        outage=OutageDocument(
            during=finding.outage.during, after=finding.outage.after, source=finding.outage.source
        ),
        exit=finding.exit,
        wrong_answer=finding.wrong_answer,
        by_plan=finding.by_plan,
        moves=finding.moves,
        owner=finding.owner,
        waived=finding.waived,
        not_looked_at=finding.not_looked_at,
    )
