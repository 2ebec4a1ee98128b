"""Read answers that are blocks of lines: an interface, a neighbour, a group, and what is said of it.

Comes in: an answer and its `Shape`, the regular expressions of its lines. Goes out: rows, one a block. A line
that opens no block, says nothing the shape knows and is no noise is reported, so a new line of a new version
is seen and never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from vlan2l3 import platforms
from vlan2l3.parse import tables, text
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record

_PROMPT = re.compile(r"[A-Za-z][\w.-]*[#>] *sh(?:ow)? +\S.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Describe the lines of an answer.

    Attributes:
        opens: the first line of a block; its named groups are values of the block.
        rules: lines inside a block; each named group is a value, and may be given again.
        noise: lines that hold nothing which becomes a record, wherever they stand, beside the `headings` of
            the command.
        carried: lines between blocks whose named groups are values of every block below, until said anew.
        sections: heading of a free text -> its name and the line that ends it, which is read as any other.
        wrapped: lines that continue the line above.
        total: where the device itself says how many blocks there are, a regular expression with one group.
    """

    opens: str
    rules: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    wrapped: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold one block: the line it opens at, and every value its lines gave."""

    line: int
    text: str
    values: dict[str, list[str]]

    def all(self, name: str) -> tuple[str, ...]:
        """Give the values of a name in the order of the lines."""
        return tuple(self.values.get(name, ()))

    def last(self, name: str) -> str:
        """Give the last value of a name, or the empty string."""
        return self.values.get(name, [""])[-1]

    def must(self, name: str) -> str:
        """Give the last value of a name.

        Raises:
            KeyError: when no line of the block gave one.
        """
        if name not in self.values:
            raise KeyError(f"the line with the {name} is missing")
        return self.values[name][-1]

    def keep(self, values: Mapping[str, str | None]) -> None:
        """Add what the groups of a line hold."""
        for name, value in values.items():
            if value is not None:
                self.values.setdefault(name, []).append(value.strip())


Make = Callable[[Raw, Block], Iterable[Record]]


def read(raw: Raw, shape: Shape, make: Make) -> Rows:
    """Read every block of an answer; `make` gives the records of one, and may refuse it."""
    found, strays = split(raw, shape)
    rows = made(raw, found, strays, make)
    said = sum(int(count) for count in re.findall(shape.total, raw.text)) if shape.total else 0
    missing = max(0, said - len(found))
    if not missing:
        return rows
    short = raw.unparsed(
        f"{said} rows",
        f"the device counts {said} rows, {len(found)} were found",
        line=_line(raw, shape.total),
    )
    return replace(rows, unparsed=(*rows.unparsed, short), expected=rows.expected + missing)


def _line(raw: Raw, pattern: str) -> int:
    found = re.search(pattern, raw.text)
    return raw.text.count("\n", 0, found.start()) + 1 if found else 1


def made(raw: Raw, found: Iterable[Block], strays: Iterable[Unparsed], make: Make) -> Rows:
    """Make the records of blocks that were cut before, and account for them and for the strays."""
    records: list[Record] = []
    unparsed: list[Unparsed] = list(strays)
    expected = len(unparsed)
    for block in found:
        expected += 1
        try:
            records += make(raw, block)
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(block.text, tables.reason(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=tuple(sorted(unparsed, key=lambda lost: lost.source.line)),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def split(raw: Raw, shape: Shape) -> tuple[list[Block], list[Unparsed]]:
    """Cut an answer into blocks; also give the lines nobody knows."""
    opens = re.compile(shape.opens).fullmatch
    rules = [re.compile(rule).fullmatch for rule in shape.rules]
    carriers = [re.compile(rule).fullmatch for rule in shape.carried]
    platform = platforms.load(raw.platform)
    spec = platform.spec(raw.command)
    noise = _any((*platform.headings, *(spec.headings if spec else ()), *shape.noise))
    sections = [(re.compile(start), name, re.compile(end)) for start, (name, end) in shape.sections.items()]
    blocks: list[Block] = []
    strays: list[Unparsed] = []
    carried: dict[str, str | None] = {}
    inside: tuple[str, re.Pattern[str]] | None = None
    for line in text.lines(raw.text, shape.wrapped):
        if blocks and _PROMPT.fullmatch(line.text):
            strays.append(raw.unparsed(line.text, "another command's answer begins here", line=line.number))
            break
        if inside and not inside[1].search(line.text):
            if blocks:
                blocks[-1].keep({inside[0]: line.text})
            continue
        inside = None
        opened = opens(line.text)
        if opened:
            blocks.append(Block(line=line.number, text=line.text, values={}))
            blocks[-1].keep({**carried, **opened.groupdict()})
            continue
        carries = next((hit for rule in carriers if (hit := rule(line.text))), None)
        if carries:
            carried |= carries.groupdict()
            continue
        inside = next(((name, end) for start, name, end in sections if start.search(line.text)), None)
        said = next((hit for rule in rules if (hit := rule(line.text))), None) if blocks else None
        if said:
            blocks[-1].keep(said.groupdict())
        elif not (inside or noise(line.text)):
            strays.append(raw.unparsed(line.text, "no line of this command is like it", line=line.number))
    return blocks, strays


@cache
def _any(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    compiled = re.compile("|".join(map(_inner, patterns)))
    return lambda line: compiled.search(line) is not None


def _inner(pattern: str) -> str:
    """Make a pattern a part of a larger one, in which a flag may only stand at the start of a group."""
    flagged = pattern.removeprefix("(?i)")
    return f"(?i:{flagged})" if flagged != pattern else f"(?:{pattern})"
