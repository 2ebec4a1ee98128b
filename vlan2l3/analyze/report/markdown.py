"""Write findings as Markdown, for a pull request and for a plan's `evidence.md`.

Comes in: findings and an `Analysis`. Goes out: text in which whatever a device said stays text.
"""

from __future__ import annotations

from collections import Counter

from vlan2l3 import quote
from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.findings import Certainty, Evidence, Finding, Severity
from vlan2l3.analyze.unseen import BlindSpot


def as_markdown(findings: tuple[Finding, ...]) -> str:
    """Give the findings as Markdown, one section each."""
    if not findings:
        return "Nothing that is known to need layer 2 was found.\n"
    return "\n".join(line for finding in findings for line in _section(finding))


def as_page(analysis: Analysis) -> str:
    """Give a whole analysis: how much was found, each finding, and what was not looked at."""
    count = Counter(finding.severity for finding in analysis.findings if not finding.waived)
    lines = [
        "# What is bound to layer 2",
        "",
        f"Capture {quote.code(analysis.capture)}, digest {quote.code(analysis.digest)}.",
        "",
        "| severity | findings |",
        "|---|---|",
        *(f"| {severity} | {count[severity]} |" for severity in Severity),
        f"| waived | {sum(bool(finding.waived) for finding in analysis.findings)} |",
        "",
        as_markdown(analysis.findings),
    ]
    if analysis.ended:
        lines += ["## Waivers that ended", "", *(f"- {quote.markdown(text)}" for text in analysis.ended), ""]
    if analysis.blind_spots:
        lines += ["## Not looked at", "", "Nothing is said of what stands here; it is not clean.", ""]
        lines += [_blind_spot(spot) for spot in analysis.blind_spots]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _blind_spot(spot: BlindSpot) -> str:
    devices = ", ".join(quote.markdown(device) for device in spot.devices)
    rules = ", ".join(quote.code(rule) for rule in spot.rules)
    return f"- {quote.code(spot.what)} ({quote.markdown(spot.reason)}): {devices}; for {rules}"


def _section(finding: Finding) -> list[str]:
    sure = "" if finding.certainty is Certainty.DECISIVE else " (suspected)"
    sure += " (waived)" if finding.waived else ""
    lines = [
        f"### {quote.markdown(finding.title)}: {quote.markdown(finding.subject)}{sure}",
        "",
        f"- rule: {quote.code(finding.rule)}, severity: {finding.severity}",
        f"- segments: {_list(finding.segments)}; racks: {_list(finding.racks)}",
        f"- when: {quote.markdown(finding.order)}",
        f"- outage: {quote.markdown(str(finding.outage))}",
    ]
    if finding.owner:
        lines.append(f"- owner: {quote.markdown(finding.owner)}")
    if finding.waived:
        lines.append(f"- waived: {quote.markdown(finding.waived)}")
    if finding.exit:
        lines.append(f"- no blocker once: {quote.markdown(finding.exit)}")
    lines += [
        "",
        quote.markdown(finding.meaning),
        "",
        quote.block(finding.remedy, "text"),
        "",
        "Evidence:",
        "",
    ]
    lines += [_evidence_line(evidence) for evidence in finding.evidence]
    if finding.not_looked_at:
        lines += ["", "Not looked at:", "", *(f"- {quote.markdown(what)}" for what in finding.not_looked_at)]
    return [*lines, ""]


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(quote.markdown(name) for name in names) or "none"


def _evidence_line(evidence: Evidence) -> str:
    words = quote.code(evidence.excerpt)
    return f"- {quote.code(_place(evidence))} ({evidence.weight}, {evidence.matcher}): {words}"


def _place(evidence: Evidence) -> str:
    return f"{evidence.source.file}:{evidence.line}"
