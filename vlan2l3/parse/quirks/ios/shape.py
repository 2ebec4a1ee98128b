"""Read answers that are blocks of lines: an interface, a neighbour, a group, and what is said of it.

Comes in: an answer and its `Shape`, the regular expressions of its lines. Goes out: rows, one a block. A line
that opens no block, says nothing the shape knows and is no heading is reported, so a new line of a new
version is seen and never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from vlan2l3 import platforms
from vlan2l3.parse import tables, text
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Describe the lines of an answer.

    Attributes:
        opens: the first line of a block; its named groups are values of the block.
        rules: lines inside a block; each named group is a value, and may be given again.
        sections: heading of a free text -> its name and the line that ends it, which is read as any other.
        wrapped: lines that continue the line above.
    """

    opens: str
    rules: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    wrapped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold one block: the line it opens at, and every value its lines gave with the line's number."""

    line: int
    text: str
    values: dict[str, list[tuple[int, str]]]

    def numbered(self, name: str) -> tuple[tuple[int, str], ...]:
        """Give the values of a name with their lines, in order."""
        return tuple(self.values.get(name, ()))

    def all(self, name: str) -> tuple[str, ...]:
        """Give the values of a name in the order of the lines."""
        return tuple(value for _, value in self.numbered(name))

    def last(self, name: str) -> str:
        """Give the last value of a name, or the empty string."""
        return next(reversed(self.all(name)), "")

    def must(self, name: str) -> str:
        """Give the first value of a name.

        Raises:
            KeyError: when no line gave one.
        """
        if name not in self.values:
            raise KeyError(f"{name} is missing")
        return self.values[name][0][1]

    def keep(self, line: int, values: Mapping[str, str | None]) -> None:
        """Add what the groups of a line hold."""
        for name, value in values.items():
            if value is not None:
                self.values.setdefault(name, []).append((line, value.strip()))


Make = Callable[[Raw, Block], Iterable[Record]]


def read(raw: Raw, shape: Shape, make: Make) -> Rows:
    """Read every block of an answer; `make` gives the records of one, and may refuse it."""
    found, strays = split(raw, shape)
    records: list[Record] = []
    unparsed: list[Unparsed] = list(strays)
    for block in found:
        try:
            records += make(raw, block)
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(block.text, tables.reason(error), line=block.line))
    expected = len(found) + len(strays)
    return Rows(
        records=tuple(records),
        unparsed=tuple(sorted(unparsed, key=lambda lost: lost.source.line)),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def split(raw: Raw, shape: Shape) -> tuple[list[Block], list[Unparsed]]:
    """Cut an answer into blocks; also give the lines nobody knows."""
    is_heading = headings(raw)
    opens = re.compile(shape.opens).fullmatch
    rules = [re.compile(rule).fullmatch for rule in shape.rules]
    sections = [(re.compile(start), name, re.compile(end)) for start, (name, end) in shape.sections.items()]
    blocks: list[Block] = []
    strays: list[Unparsed] = []
    inside: tuple[str, re.Pattern[str]] | None = None
    for line in text.lines(raw.text, shape.wrapped):
        if inside and not inside[1].search(line.text):
            if blocks:
                blocks[-1].keep(line.number, {inside[0]: line.text})
            continue
        inside = None
        opened = opens(line.text)
        if opened:
            blocks.append(Block(line=line.number, text=line.text, values={}))
            blocks[-1].keep(line.number, opened.groupdict())
            continue
        inside = next(((name, end) for start, name, end in sections if start.search(line.text)), None)
        said = next((hit for rule in rules if (hit := rule(line.text))), None) if blocks else None
        if said:
            blocks[-1].keep(line.number, said.groupdict())
        elif not (inside or is_heading(line.text)):
            strays.append(raw.unparsed(line.text, "no line of this command is like it", line=line.number))
    return blocks, strays


def headings(raw: Raw) -> Callable[[str], bool]:
    """Tell which lines hold nothing that becomes a record, by the headings of the command's index."""
    platform = platforms.load(raw.platform)
    spec = platform.spec(raw.command)
    return _any((*platform.headings, *(spec.headings if spec else ())))


@cache
def _any(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    compiled = tuple(map(re.compile, patterns))
    return lambda line: any(pattern.search(line) for pattern in compiled)
