"""Read a text of blocks: a line opens a block, the lines below tell of it.

Comes in: an answer, and the form of its lines as regular expressions. Goes out: `Rows`. Each line opens a
block, tells something of the open one, or is known noise; what is none of them is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vlan2l3 import platforms
from vlan2l3.parse import tables, text
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record
from vlan2l3.parse.row import Row

Lines = Sequence[tuple[int, str]]
NEVER = r"(?!)"


class Form:
    """Hold how the lines of an answer look; every expression matches a whole line, outer blanks left out.

    Args:
        opens: the line that opens a block; its groups are the block's head.
        above: a line that speaks of all blocks below it; its groups are added to their heads.
        tells: name -> a line that tells something of the open block.
        noise: lines of which nothing is kept.
        wrapped: lines that continue the line above, as they stand.
    """

    def __init__(
        self,
        *,
        opens: str,
        above: str = NEVER,
        tells: Mapping[str, str] | None = None,
        noise: Iterable[str] = (),
        wrapped: str = "",
    ) -> None:
        self.opens = re.compile(opens)
        self.above = re.compile(above)
        self.tells = {name: re.compile(rule) for name, rule in (tells or {}).items()}
        self.noise = re.compile("|".join(f"(?:{rule})" for rule in (*noise, "[ =-]+")))
        self.wrapped = wrapped

    def lines(self, raw: Raw) -> Lines:
        """Give the logical lines of an answer, without the prompt and the like."""
        known = [re.compile(rule) for rule in platforms.load(raw.platform).headings]
        return [
            (line.number, line.text.strip())
            for line in text.lines(raw.text, self.wrapped)
            if not any(rule.search(line.text) for rule in known)
        ]


@dataclass(slots=True, kw_only=True)
class Block:
    """Gather what the lines of one block say."""

    raw: Raw
    line: int
    text: str
    head: dict[str, str]
    said: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)

    def all(self, name: str) -> list[tuple[int, dict[str, str]]]:
        """Give every line of a name: its number and its groups."""
        return self.said.get(name, [])

    def first(self, name: str, group: str = "v") -> str:
        """Give a group of the first line of a name, or the empty string."""
        found = self.said.get(name)
        return found[0][1].get(group, "").strip() if found else ""

    def row(self, data: Mapping[str, object]) -> Row:
        """Give the block in the shape of a row of JSON, for what reads both."""
        return Row(raw=self.raw, source=self.raw.at(self.line), data=data, bound=self.head)


Make = Callable[[Block], Iterable[Record]]


def read(raw: Raw, form: Form, make: Make, lines: Lines | None = None) -> Rows:
    """Read an answer block by block; a block that does not fit is reported by its first line."""
    above: dict[str, str] = {}
    found: list[Block] = []
    strays: list[Unparsed] = []
    for number, line in form.lines(raw) if lines is None else lines:
        opened = form.opens.fullmatch(line)
        general = None if opened else form.above.fullmatch(line)
        if opened:
            found.append(Block(raw=raw, line=number, text=line, head={**above, **_groups(opened)}))
        elif general:
            above |= _groups(general)
        elif not (found and _told(form, found[-1], number, line)) and not form.noise.fullmatch(line):
            strays.append(raw.unparsed(line, "not a line that this answer is known to hold", line=number))
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    for block in found:
        try:
            records.extend(make(block))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(block.text, tables.reason(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=(*unparsed, *strays),
        expected=len(found) + len(strays),
        parsed=len(found) - len(unparsed),
    )


def _told(form: Form, block: Block, number: int, line: str) -> bool:
    for name, rule in form.tells.items():
        match = rule.fullmatch(line)
        if match:
            block.said.setdefault(name, []).append((number, _groups(match)))
            return True
    return False


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}
