"""Put people's word beside findings: who owns them, and which of them somebody accepted.

Comes in: findings and the intent. Goes out: the same findings with owner and waiver, and the waivers that
ended. Nothing is dropped: a waived finding stays in every report and holds nobody back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from vlan2l3.analyze.findings import Finding
from vlan2l3.design.intent import People, Waiver


def assign(
    findings: tuple[Finding, ...], people: People, taken: date | None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Give each finding its owner and its waiver, and list the waivers of findings that count no more.

    `taken` is the day of the capture: by it a waiver is still valid or has ended; without it none is valid.
    """
    waivers = {(w.rule, w.subject): w for w in people.waiver if w.rule}
    named, ended = [], []
    for finding in findings:
        waiver = waivers.get((finding.rule, finding.subject))
        valid = waiver is not None and taken is not None and taken <= waiver.until
        if waiver is not None and not valid:
            ended.append(f"{waiver.rule} {waiver.subject}: it ended on {waiver.until} ({waiver.by})")
        said = _words(waiver) if waiver is not None and valid else ""
        named.append(replace(finding, owner=_owner(finding, people), waived=said))
    return tuple(named), tuple(ended)


def _words(waiver: Waiver) -> str:
    return f"{waiver.reason} ({waiver.by}, until {waiver.until})"


def _owner(finding: Finding, people: People) -> str:
    """Name every owner of a member, in the file's order; the first pattern that fits a member decides."""
    members = finding.subject.split("+")
    found = {
        next((o.name for o in people.owner if any(fnmatchcase(m, p) for p in o.members)), ""): None
        for m in members
    }
    return ", ".join(name for name in found if name)
