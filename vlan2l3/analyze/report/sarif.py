"""Write an analysis as SARIF 2.1.0 (OASIS, errata 01), which code hosts show on a pull request.

Comes in: an `Analysis` and the catalogue. Goes out: bytes, the same for equal analyses. Places are files of
the capture, relative to the root of the repository it is committed to.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote as percent

import msgspec

from vlan2l3 import __version__, quote
from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.catalogue.rules import Catalogue, Rule
from vlan2l3.analyze.findings import Certainty, Evidence, Finding, Severity
from vlan2l3.analyze.report.entry import explained
from vlan2l3.analyze.unseen import BlindSpot

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.BLOCKER: "error",
    Severity.RECONFIGURE: "warning",
    Severity.DEGRADED: "note",
    Severity.GUARD: "none",
}

Json = dict[str, Any]


def as_sarif(analysis: Analysis, catalogue: Catalogue) -> bytes:
    """Give the analysis as one SARIF run with a result a finding; only rules with a result are described."""
    used = sorted({finding.rule for finding in analysis.findings})
    rules = [rule for name in used if (rule := catalogue.rule(name))]
    index = {rule.id: number for number, rule in enumerate(rules)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vlan2l3",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule, catalogue) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_notification(s) for s in analysis.blind_spots],
                    }
                ],
                "results": [
                    _result(finding, index[finding.rule], analysis.folder) for finding in analysis.findings
                ],
                "properties": {"capture": analysis.capture, "digest": analysis.digest},
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log, order="sorted"), indent=2) + b"\n"


def _rule(rule: Rule, catalogue: Catalogue) -> Json:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": explained(rule, catalogue)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": rule.severity, "confidence": rule.confidence},
    }


def _result(finding: Finding, index: int, folder: str) -> Json:
    level = _LEVELS[finding.severity]
    if finding.certainty is Certainty.SUSPECTED and level == "error":
        level = "warning"
    first, *more = finding.strongest
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level,
        "kind": "informational" if level == "none" else "fail",
        "message": {"text": _message(finding)},
        "locations": [_location(first, folder)],
        "relatedLocations": [
            {"id": number, **_location(proof, folder)} for number, proof in enumerate(more, start=1)
        ],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "properties": {
            "certainty": finding.certainty,
            "members": [quote.printable(member) for member in finding.subject.split("+")],
            "segments": [quote.printable(segment) for segment in finding.segments],
            "racks": finding.racks,
            "owner": quote.printable(finding.owner),
        },
    }
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "justification": quote.printable(finding.waived)}]
    return result


def _message(finding: Finding) -> str:
    sure = "" if finding.certainty is Certainty.DECISIVE else " (suspected)"
    return "\n".join(
        [
            quote.printable(f"{finding.title}: {finding.subject}{sure}"),
            quote.printable(finding.meaning),
            quote.printable(f"When: {finding.order}. Outage: {finding.outage}"),
            *(quote.printable_line(line) for line in finding.remedy.strip().splitlines()),
            *(quote.printable(f"Not looked at: {what}") for what in finding.not_looked_at),
        ]
    )


def _location(proof: Evidence, folder: str) -> Json:
    physical: Json = {
        "artifactLocation": {"uri": percent(f"{folder}/{proof.source.file}"), "uriBaseId": "%SRCROOT%"}
    }
    if proof.line:
        physical["region"] = {"startLine": proof.line, "snippet": {"text": quote.printable(proof.excerpt)}}
    return {"physicalLocation": physical}


def _fingerprint(finding: Finding) -> str:
    """Name a finding by what it is about, so that a code host knows it again when its lines have moved."""
    return hashlib.sha256(f"{finding.rule}\n{finding.subject}".encode()).hexdigest()


def _notification(spot: BlindSpot) -> Json:
    devices, rules = ", ".join(spot.devices), ", ".join(spot.rules)
    text = f"not looked at: {spot.what} ({spot.reason}) on {devices}; rules: {rules}"
    return {"level": "warning", "message": {"text": quote.printable(text)}}
