"""Write findings for a terminal.

Comes in: findings and blind spots. Goes out: rows and lines without control characters.
"""

from __future__ import annotations

import textwrap

from vlan2l3 import quote
from vlan2l3.analyze.findings import Evidence, Finding
from vlan2l3.analyze.unseen import BlindSpot
from vlan2l3.names import DeviceName

TABLE_HEADER = ("severity", "certainty", "rule", "members", "segments", "racks", "owner")
_WIDTH = 110
_NAMED = 4  # devices and rules of a blind spot that are named before the rest is counted


def as_table_rows(findings: tuple[Finding, ...]) -> tuple[tuple[str, ...], ...]:
    """Give one row a finding, in the order of `TABLE_HEADER`; control characters are gone, markup is not."""
    return tuple(
        tuple(
            quote.printable(cell)
            for cell in (
                finding.severity,
                "waived" if finding.waived else finding.certainty,
                finding.rule,
                finding.subject,
                ", ".join(finding.segments),
                ", ".join(finding.racks),
                finding.owner,
            )
        )
        for finding in findings
    )


def as_details(findings: tuple[Finding, ...]) -> str:
    """Give what stands behind each row of the table: meaning, evidence and remedy."""
    return "".join(f"{line}\n" for finding in findings for line in _details(finding))


def as_gaps(blind_spots: tuple[BlindSpot, ...]) -> str:
    """Say what was not looked at, one line a cause; nothing where everything was."""
    if not blind_spots:
        return ""
    alike: dict[tuple[str, tuple[DeviceName, ...]], list[BlindSpot]] = {}
    for spot in blind_spots:
        alike.setdefault((spot.reason, spot.devices), []).append(spot)
    lines = ["", "not looked at, so nothing is said of it:"]
    for (reason, devices), spots in alike.items():
        rules = tuple(sorted({rule for spot in spots for rule in spot.rules}))
        lines.append(f"  {quote.printable(f'{_some(devices)}: {reason}')}")
        lines += textwrap.wrap(
            quote.printable(", ".join(spot.what for spot in spots)),
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
        lines.append(f"    {len(rules)} rule(s): {_some(rules)}")
    return "\n".join(lines) + "\n"


def _details(finding: Finding) -> list[str]:
    title = f"{finding.rule}: {finding.title} ({finding.subject})"
    lines = ["", quote.printable(title), f"  means     {quote.printable(finding.meaning)}"]
    if finding.waived:
        lines.append(f"  waived    {quote.printable(finding.waived)}")
    lines += [
        f"  evidence  {quote.printable(f'{_place(proof)} {proof.excerpt}')}" for proof in finding.evidence
    ]
    lines += [f"  not looked at  {quote.printable(what)}" for what in finding.not_looked_at]
    lines.append(f"  when      {quote.printable(finding.order)}")
    first, *more = finding.remedy.strip().splitlines() or [""]
    lines += [f"  remedy    {quote.printable(first)}"]
    lines += [f"            {quote.printable_line(line)}" for line in more]
    lines.append(f"  outage    {quote.printable(str(finding.outage))}")
    return lines


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(quote.printable(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _place(evidence: Evidence) -> str:
    return f"{evidence.source.file}:{evidence.line}"
