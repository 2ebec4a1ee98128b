"""Write findings for people and programs.

Comes in: findings. Goes out: rows, JSON bytes, Markdown, the same for the same findings. Whatever a device
said is quoted for the place it lands in; colours, paths and files are the caller's business.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from vlan2l3.analyze.findings import Certainty, Evidence, Finding

TABLE_HEADER = ("severity", "certainty", "rule", "members", "segments", "racks", "evidence")

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_LEADING = re.compile(r"^(\s*)([-+=])|^(\s*\d+)([.)])(?=\s|$)")
_LINKS = re.compile(r"(?i)(?<=\w):(?=//)|(?<=www)\.")
_TICKS = re.compile(r"`+")


def as_table_rows(findings: tuple[Finding, ...]) -> tuple[tuple[str, ...], ...]:
    """Give one row a finding, in the order of `TABLE_HEADER`; control characters are gone, markup is not."""
    return tuple(
        tuple(
            printable(cell)
            for cell in (
                finding.severity,
                finding.certainty,
                finding.rule,
                finding.subject,
                ", ".join(finding.segments),
                ", ".join(finding.racks),
                _place(finding.evidence[0]) if finding.evidence else "",
            )
        )
        for finding in findings
    )


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


def markdown_text(text: str) -> str:
    """Quote text for a line of Markdown: it stays text, whatever a device called itself."""
    escaped = _MARKUP.sub(r"\\\1", printable(text))
    escaped = _LINKS.sub(lambda found: f"\\{found[0]}", escaped).replace("@", "&#64;")
    return _LEADING.sub(lambda m: f"{m[1] or m[3] or ''}\\{m[2] or m[4]}", escaped)


def markdown_code(text: str) -> str:
    """Quote text as a code span; the fence is longer than any run of backticks inside."""
    plain = printable(text)
    if not plain.strip():
        return ""
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def printable(text: str) -> str:
    """Replace line ends and tabs by blanks and drop what controls a terminal or the reading direction."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(
        char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )


def _section(finding: Finding) -> list[str]:
    sure = "" if finding.certainty is Certainty.DECISIVE else " (suspected)"
    lines = [
        f"### {markdown_text(finding.title)}: {markdown_text(finding.subject)}{sure}",
        "",
        f"- rule: {markdown_code(finding.rule)}, severity: {finding.severity}",
        f"- segments: {_list(finding.segments)}; racks: {_list(finding.racks)}",
        f"- outage: {markdown_text(finding.outage)}",
    ]
    if finding.exit:
        lines.append(f"- no blocker once: {markdown_text(finding.exit)}")
    lines += ["", markdown_text(finding.meaning), "", *_fenced(finding.remedy), "", "Evidence:", ""]
    lines += [_evidence_line(evidence) for evidence in finding.evidence]
    if finding.not_looked_at:
        lines += ["", "Not looked at:", "", *(f"- {markdown_text(what)}" for what in finding.not_looked_at)]
    return [*lines, ""]


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(markdown_text(name) for name in names) or "none"


def _fenced(text: str) -> list[str]:
    inner = [printable_line(line) for line in text.splitlines()]
    longest = max((len(run) for line in inner for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *inner, fence]


def printable_line(line: str) -> str:
    """Do what `printable` does and keep the indentation."""
    blanks = len(line) - len(line.lstrip(" "))
    return " " * blanks + printable(line[blanks:])


def _evidence_line(evidence: Evidence) -> str:
    words = markdown_code(evidence.excerpt)
    return f"- {markdown_code(_place(evidence))} ({evidence.weight}, {evidence.matcher}): {words}"


def _place(evidence: Evidence) -> str:
    return f"{evidence.source.file}:{evidence.line}"
