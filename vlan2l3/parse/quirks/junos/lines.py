"""Walk the lines of an answer of Junos whose meaning depends on the lines above.

Comes in: a text, and what to do with a line. Goes out: `Rows`, in which every line is taken, a heading, or
reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record

# The prompt with the echoed command, and the role of the member of a stack that answered.
ALWAYS = r"\{(?:master|backup|linecard|primary|secondary)(?::[^}]*)?\}|\S+@\S+[>#].*|show \S.*"


@dataclass(slots=True)
class State:
    """Hold what was read so far; each reader adds what the lines above said."""

    raw: Raw
    records: list[Record] = field(default_factory=list)
    unparsed: list[Unparsed] = field(default_factory=list)
    expected: int = 0


_Kind = TypeVar("_Kind", bound=State)


def walk(
    state: _Kind,
    take: Callable[[_Kind, int, str], bool],
    *,
    headings: str,
    opens: str,
    close: Callable[[_Kind], None],
) -> Rows:
    """Offer every line to `take`, which tells whether it was one it knows; else it is a heading or lost.

    A lost line that looks as if it opened the next row (`opens`) closes the one that is read: what follows
    it is not the former's.
    """
    heading = re.compile(rf"\s*(?:{headings}|{ALWAYS})\s*")
    opening = re.compile(opens)
    for number, line in enumerate(state.raw.text.splitlines(), start=1):
        if not line.strip():
            continue
        reason = ""
        try:
            known = take(state, number, line.rstrip())
        except (ValueError, KeyError) as error:
            known, reason = False, str(error)
        if known:
            state.expected += 1
        elif reason or not heading.fullmatch(line):
            state.expected += 1
            said = reason or "no line of this answer is known to be like it"
            state.unparsed.append(state.raw.unparsed(line.strip(), said, line=number))
            if opening.match(line):
                close(state)
    close(state)
    return Rows(
        records=tuple(state.records),
        unparsed=tuple(state.unparsed),
        expected=max(state.expected, len(state.unparsed)),
        parsed=max(state.expected, len(state.unparsed)) - len(state.unparsed),
    )
