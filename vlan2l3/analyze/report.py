"""Write findings for people and programs.

Comes in: findings. Goes out: rows, JSON bytes, Markdown, the same for the same findings. Whatever a device
said is quoted for the place it lands in; colours, paths and files are the caller's business.
"""

from __future__ import annotations

import msgspec

from vlan2l3 import quote
from vlan2l3.analyze.findings import Certainty, Evidence, Finding

TABLE_HEADER = ("severity", "certainty", "rule", "members", "segments", "racks")


def as_table_rows(findings: tuple[Finding, ...]) -> tuple[tuple[str, ...], ...]:
    """Give one row a finding, in the order of `TABLE_HEADER`; control characters are gone, markup is not."""
    return tuple(
        tuple(
            quote.printable(cell)
            for cell in (
                finding.severity,
                finding.certainty,
                finding.rule,
                finding.subject,
                ", ".join(finding.segments),
                ", ".join(finding.racks),
            )
        )
        for finding in findings
    )


def as_details(findings: tuple[Finding, ...]) -> str:
    """Give what stands behind each row of the table: meaning, evidence and remedy, as text for a terminal."""
    lines: list[str] = []
    for finding in findings:
        lines += ["", quote.printable(f"{finding.rule}: {finding.title} ({finding.subject})")]
        lines += [f"  means     {quote.printable(finding.meaning)}"]
        lines += [
            f"  evidence  {quote.printable(f'{_place(proof)} {proof.excerpt}')}" for proof in finding.evidence
        ]
        lines += [f"  not looked at  {quote.printable(what)}" for what in finding.not_looked_at]
        first, *more = finding.remedy.strip().splitlines() or [""]
        lines += [f"  remedy    {quote.printable(first)}"]
        lines += [f"            {quote.printable_line(line)}" for line in more]
    return "\n".join(lines) + "\n" if lines else ""


def as_json(findings: tuple[Finding, ...]) -> bytes:
    """Give the findings as indented JSON with sorted keys and a final line end."""
    rows = [{**msgspec.to_builtins(finding), "moves": finding.moves} for finding in findings]
    encoded = msgspec.json.encode({"findings": rows}, order="deterministic")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def as_markdown(findings: tuple[Finding, ...]) -> str:
    """Give the findings as Markdown, one section each."""
    if not findings:
        return "Nothing that is known to need layer 2 was found.\n"
    return "\n".join(line for finding in findings for line in _section(finding))


def _section(finding: Finding) -> list[str]:
    sure = "" if finding.certainty is Certainty.DECISIVE else " (suspected)"
    lines = [
        f"### {quote.markdown(finding.title)}: {quote.markdown(finding.subject)}{sure}",
        "",
        f"- rule: {quote.code(finding.rule)}, severity: {finding.severity}",
        f"- segments: {_list(finding.segments)}; racks: {_list(finding.racks)}",
        f"- when: {quote.markdown(finding.order)}",
        f"- outage: {quote.markdown(str(finding.outage))}",
    ]
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
