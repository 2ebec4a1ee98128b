"""List what a rule would have looked at on a finding's members and could not.

Comes in: a rule, the members and the account of the capture's commands. Goes out: lines for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from vlan2l3.analyze.catalogue.matchers import HostFile, Matcher
from vlan2l3.analyze.catalogue.rules import Catalogue, Rule
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.workloads import Workload
from vlan2l3.names import DeviceName
from vlan2l3.parse.reading import Answer

_LOOKED = frozenset({"data", "absent", "unread"})  # `unread`: kept, and no parser knows it; a file may match


def not_looked_at(
    rule: Rule,
    workload: Workload,
    *,
    lookup: Lookup,
    catalogue: Catalogue,
    answers: Mapping[DeviceName, tuple[Answer, ...]],
) -> tuple[str, ...]:
    """List unread members, members that are no host of the capture, and commands without an answer."""
    lines = [f"{text}: named as a member, and no host of this capture" for text in workload.strangers]
    for name in workload.hosts:
        if not lookup.hosts[name].readable:
            lines.append(f"{name}: nothing was read from it")
        else:
            lines.extend(f"{name}: {what}" for what in _missing(rule, catalogue, answers.get(name, ())))
    if not any(lookup.hosts[name].readable for name in workload.hosts):
        lines.append("the machines themselves: nobody read them, they are known from the switches only")
    return tuple(sorted(set(lines)))


def _missing(rule: Rule, catalogue: Catalogue, answers: tuple[Answer, ...]) -> Iterator[str]:
    """Compare what the rule wants with a host's answers; without any account nothing can be said."""
    for matcher in rule.evidence if answers else ():
        if isinstance(matcher, HostFile):
            for path in matcher.paths:
                found = [a for a in answers if fnmatchcase(a.command.removeprefix("cat "), path)]
                # A folder without any file was looked at; a file nobody asked for was not.
                if found or "*" not in path:
                    yield from _gap(path, found)
        elif not matcher.identity.startswith("switch."):
            yield from _fed(matcher, catalogue, answers)


def _fed(matcher: Matcher, catalogue: Catalogue, answers: tuple[Answer, ...]) -> Iterator[str]:
    patterns = catalogue.collected_by[matcher.identity]
    if not any(pattern.startswith("show ") for pattern in patterns):
        found = [a for a in answers if any(fnmatchcase(a.command, pattern) for pattern in patterns)]
        yield from _gap(patterns[0].rstrip("* -"), found)


def _gap(what: str, answers: list[Answer]) -> Iterator[str]:
    if any(answer.status in _LOOKED for answer in answers):
        return
    notes = sorted({answer.note or answer.status for answer in answers})
    yield f"{what} ({'; '.join(notes) or 'not asked'})"
