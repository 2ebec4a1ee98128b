"""Show an entry of the catalogue as its reader needs it: what it looks for, what it means, who says so.

Comes in: a rule. Goes out: text for a terminal. Nothing here comes from a device.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from vlan2l3.analyze.catalogue.matchers import Matcher
from vlan2l3.analyze.catalogue.rules import Catalogue, Rule

RULES_HEADER = ("rule", "severity", "known", "title")
_WIDTH = 100
_SAID_ELSEWHERE = frozenset({"weight", "role", "running", "from_memory"})


def rule_rows(catalogue: Catalogue) -> tuple[tuple[str, ...], ...]:
    """Give one row a rule, in the order of `RULES_HEADER`."""
    return tuple((rule.id, rule.severity, rule.confidence, rule.title) for rule in catalogue.rules)


def explained(rule: Rule, catalogue: Catalogue) -> str:
    """Give a rule with its evidence, its remedy, its limits and its sources; words in braces are facts."""
    lines = [f"{rule.id}: {rule.title}", f"severity {rule.severity}, known: {rule.confidence}"]
    if rule.wrong_answer:
        lines.append("layer 3 to the host is the wrong answer here: an overlay or a VRF is the right one")
    if rule.by_plan:
        lines.append("the cutover itself mends it; nothing has to be done before")
    lines += ["", *_wrapped(rule.meaning), "", "looks for"]
    lines += [line for matcher in rule.evidence for line in _evidence(matcher)]
    lines += ["", "remedy", *(f"  {line}" for line in rule.remedy.strip().splitlines())]
    source = catalogue.sources.get(rule.outage.source, rule.outage.source)
    for title, text in (
        ("when", rule.order),
        ("outage while it is done", rule.outage.during),
        ("outage afterwards", rule.outage.after),
        ("who says so", source),
        ("no blocker once", rule.exit),
        ("mistaken for it", rule.mistaken),
        ("missed when", rule.missed),
        ("not with", ", ".join(rule.unless)),
    ):
        if text:
            lines += ["", title, *(f"  {line}" for line in _wrapped(text))]
    lines += ["", "sources", *(f"  {catalogue.sources[cite]}" for cite in rule.cites)]
    return "\n".join(lines) + "\n"


def _evidence(matcher: Matcher) -> Iterator[str]:
    yield f"  {matcher.weight:<8}  {matcher.identity}{' (of clients)' if matcher.role == 'client' else ''}"
    for name, value in msgspec.structs.asdict(matcher).items():
        if name not in _SAID_ELSEWHERE and value not in ("", (), False):
            shown = ", ".join(str(part) for part in value) if isinstance(value, tuple) else value
            yield f"            {name}: {shown}"
    if matcher.running:
        yield f"            counts less unless a unit fits {matcher.running}"
    if matcher.from_memory:
        yield "            from memory: a suspicion at most"


def _wrapped(text: str) -> list[str]:
    return [part for line in text.strip().splitlines() for part in textwrap.wrap(line, _WIDTH)]
