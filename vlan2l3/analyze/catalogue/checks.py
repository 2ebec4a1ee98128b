"""Find what is wrong with a catalogue.

Comes in: a merged catalogue. Goes out: problems, each with the file it is in. Nothing here is repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from vlan2l3.analyze.catalogue.matchers import (
    Derived,
    HostEtherType,
    HostGroup,
    Matcher,
    SwitchEtherType,
    SwitchIgmp,
)
from vlan2l3.analyze.catalogue.registry import ethertype_flaws, group_flaws
from vlan2l3.analyze.catalogue.rules import PLACEHOLDERS, TOPIC, Catalogue, Rule
from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.findings import Severity
from vlan2l3.analyze.membership import MEMBERSHIPS
from vlan2l3.errors import Problem
from vlan2l3.platforms import Topic

ESTIMATE = "estimate"


def problems(catalogue: Catalogue, at: Mapping[str, str]) -> Iterator[Problem]:
    """Walk the flaws of a catalogue; `at` names the file of each rule."""
    ids = [rule.id for rule in catalogue.rules]
    for name in sorted({i for i in ids if ids.count(i) > 1}):
        yield Problem(what=f"rule `{name}` is there twice", where=at[name])
    if set(catalogue.weights) != {"decisive", "strong", "weak"}:
        yield Problem(what="weights must name decisive, strong and weak", where="catalogue")
    guarded = {rule.id for rule in catalogue.rules if rule.unless}
    for rule in catalogue.rules:
        flaws = [*_rule_flaws(rule, catalogue)]
        flaws += [
            f"unless names `{other}`, no rule or one with its own unless"
            for other in rule.unless
            if other not in ids or other in guarded
        ]
        yield from (Problem(what=f"rule `{rule.id}`: {flaw}", where=at[rule.id]) for flaw in flaws)


def _rule_flaws(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    if not rule.cites:
        yield "has no sources"
    for cite in (*rule.cites, *({rule.outage.source} - {ESTIMATE})):
        if cite not in catalogue.sources:
            yield f"cites `{cite}`, which is no source"
    if rule.members not in MEMBERSHIPS:
        yield f"knows no members `{rule.members}`"
    yield from _severity_flaws(rule)
    for template in (rule.meaning, rule.remedy):
        yield from _template_flaws(template)
    if not rule.evidence:
        yield "has no evidence"
    for matcher in rule.evidence:
        yield from _matcher_flaws(matcher, catalogue)


def _severity_flaws(rule: Rule) -> Iterator[str]:
    blocks = rule.severity is Severity.BLOCKER
    if blocks and rule.confidence == "memory":
        yield "is known from memory only, which never makes a blocker"
    if blocks != bool(rule.exit):
        yield "is a blocker without an exit, or has an exit and is none"
    if blocks and rule.by_plan:
        yield "is a blocker, which no plan mends"
    if rule.wrong_answer and not blocks:
        yield "is a wrong answer and no blocker"


def _matcher_flaws(matcher: Matcher, catalogue: Catalogue) -> Iterator[str]:
    for pattern in matcher.patterns():
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{matcher.identity}: `{pattern}` is no regular expression: {error}"
    if isinstance(matcher, Derived) and matcher.function not in FUNCTIONS:
        yield f"knows no derived function `{matcher.function}`"
    yield from group_flaws(matcher.joined)
    if isinstance(matcher, HostGroup | SwitchIgmp):
        yield from group_flaws((*matcher.groups, *matcher.but))
    if isinstance(matcher, HostEtherType | SwitchEtherType):
        yield from ethertype_flaws(matcher.ethertypes)
    yield from _feed_flaws(matcher, catalogue)


def _feed_flaws(matcher: Matcher, catalogue: Catalogue) -> Iterator[str]:
    feeds = catalogue.collected_by.get(matcher.identity, ())
    if not feeds:
        yield f"collected_by does not say what feeds `{matcher.identity}`"
    for feed in feeds:
        topic = feed.removeprefix(TOPIC)
        if feed.startswith("show ") or (topic != feed and topic not in tuple(Topic)):
            yield f"collected_by feeds `{matcher.identity}` by `{feed}`, no command of a host and no topic"


def _template_flaws(template: str) -> Iterator[str]:
    """Allow plain names of the whitelist only: an attribute, index, conversion or format is refused."""
    try:
        fields = list(Formatter().parse(template))
    except ValueError as error:
        yield f"a text is no template: {error}"
        return
    for _, name, spec, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            yield f"a text uses the placeholder `{name}`, which is not on the list"
