"""Read the tables that SONiC's commands print with the `tabulate` library, by the names of their columns.

Comes in: an answer, and for each kind of table its columns and what makes records of a row. Goes out: `Rows`.
Two styles are known: columns under a line of dashes, and a grid of `|` and `+`. Columns come and go between
images, so a cell is found by its heading and never by its number. A line that is no part of a table, a row
that does not fit its columns and a count of the device's that is not reached are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vlan2l3.parse import tables
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record
from vlan2l3.parse.row import Quirk, Row

_DASHES = re.compile(r"\s*-+(?:\s+-+)*\s*")
_FRAME = re.compile(r"\s*\+[-=+]+\+\s*")
_GRID = re.compile(r"\s*\|.*\|\s*")
_TOTAL = re.compile(r"\s*Total (?:number of entries|entries displayed|count)\s*:?\s*(\d+)\s*")
_PROMPT = re.compile(r"\s*\S+@\S+:\S*[$#]( .*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Know one kind of table by columns that it must have, in lower case."""

    columns: frozenset[str]
    make: Quirk


@dataclass(slots=True, kw_only=True)
class _Open:
    """Hold the table that is being read: its columns, and the row that further lines may continue."""

    columns: tuple[str, ...]
    starts: tuple[int, ...] = ()  # empty for a grid
    cells: dict[str, list[str]] | None = None
    line: int = 0
    text: str = ""


@dataclass(slots=True, kw_only=True)
class _Reader:
    raw: Raw
    kinds: tuple[Kind, ...]
    records: list[Record] = field(default_factory=list)
    unparsed: list[Unparsed] = field(default_factory=list)
    table: _Open | None = None
    rows: int = 0
    counted: int = 0

    def close_row(self) -> None:
        """Make records of the row whose lines have all been read."""
        table = self.table
        if table is None or table.cells is None:
            return
        kind = next((k for k in self.kinds if k.columns <= set(table.columns)), None)
        data = {column: "\n".join(lines) for column, lines in table.cells.items()}
        row = Row(raw=self.raw, source=self.raw.at(table.line), data=data, bound={})
        try:
            if kind is None:
                raise ValueError(f"no table with the columns {', '.join(table.columns)} is known")
            self.records.extend(kind.make(row))
        except tables.MISFITS as error:
            self.refuse(table.line, table.text, tables.reason(error))
        table.cells = None

    def refuse(self, line: int, text: str, reason: str) -> None:
        """Report a line."""
        self.unparsed.append(self.raw.unparsed(text, reason, line=line))

    def add(self, number: int, line: str) -> None:
        """Take a line of the open table: a row, or more of the row above where its first cell is empty."""
        table = self.table
        if table is None:
            self.rows += 1
            self.refuse(number, line, "no part of a table")
            return
        cells = _cells(table, line)
        if cells is None:
            self.close_row()
            self.rows += 1
            self.refuse(number, line, "does not fit the columns")
            return
        if cells[0] or table.cells is None:
            self.close_row()
            self.rows += 1
            table.cells, table.line, table.text = {}, number, line
        for column, cell in zip(table.columns, cells, strict=True):
            if cell:
                table.cells.setdefault(column, []).append(cell)

    def count(self, number: int, line: str, said: int) -> None:
        """Hold the rows since the last count against what the device says."""
        self.close_row()
        missing = said - (self.rows - self.counted)
        if missing > 0:
            self.rows += missing
            self.refuse(number, line, f"{missing} rows are missing")
        self.counted = self.rows
        self.table = None


def read(raw: Raw, kinds: tuple[Kind, ...], other: str = "(?!)") -> Rows:
    """Read every table of an answer; `other` matches the lines that are known to hold no row."""
    reader = _Reader(raw=raw, kinds=kinds)
    noise = re.compile(other)
    lines = [
        (number, line.expandtabs().rstrip())
        for number, line in enumerate(raw.text.splitlines(), start=1)
        if line.strip()
    ]
    heading = ""  # of a grid, until its frame of `=`
    for index, (number, line) in enumerate(lines):
        below = lines[index + 1][1] if index + 1 < len(lines) else ""
        total = _TOTAL.fullmatch(line)
        if total:
            reader.count(number, line, int(total[1]))
        elif _FRAME.fullmatch(line):
            reader.close_row()
            if "=" in line:
                reader.table = _Open(columns=_grid_columns(heading))
            elif reader.table is None:
                heading = below
        elif _DASHES.fullmatch(line):
            reader.close_row()
            above = lines[index - 1][1] if index else ""
            reader.table = _opened(line, above) if len(line.split()) > 1 else None
        elif _is_heading(line, below) or line == heading or noise.match(line) or _PROMPT.fullmatch(line):
            reader.close_row()
        else:
            reader.add(number, line)
    reader.close_row()
    refused = len({lost.source.line for lost in reader.unparsed})
    return Rows(
        records=tuple(reader.records),
        unparsed=tuple(reader.unparsed),
        expected=reader.rows,
        parsed=reader.rows - refused,
    )


def lines(row: Row, column: str) -> Iterator[str]:
    """Give the lines of a cell that has several."""
    yield from (line for line in row.text(column).split("\n") if line)


def _is_heading(line: str, below: str) -> bool:
    return bool(_DASHES.fullmatch(below)) and len(below.split()) > 1 and not _GRID.fullmatch(line)


def _grid_columns(heading: str) -> tuple[str, ...]:
    return tuple(_named(cell) for cell in heading.strip().strip("|").split("|"))


def _opened(dashes: str, heading: str) -> _Open:
    """Open a table of columns; a heading may be wider or narrower than its dashes in hand-made examples."""
    starts = tuple(match.start() for match in re.finditer(r"-+", dashes))
    names = re.split(r"\s{2,}", heading.strip())
    if len(names) != len(starts):
        names = _cut(heading, starts)
    return _Open(columns=tuple(map(_named, names)), starts=starts)


def _named(heading: str) -> str:
    return " ".join(heading.split()).lower()


def _cut(line: str, starts: tuple[int, ...]) -> list[str]:
    ends = (*starts[1:], max(len(line), starts[-1]))
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _cells(table: _Open, line: str) -> list[str] | None:
    """Cut a line into cells, or give nothing where its text runs over a column's edge."""
    if not table.starts:
        cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
        return cells if _GRID.fullmatch(line) and len(cells) == len(table.columns) else None
    if all(line[start - 1 : start].strip() == "" for start in table.starts[1:]):
        return _cut(line, table.starts) if not line[: table.starts[0]].strip() else None
    words = re.split(r"\s{2,}", line.strip())
    return words if len(words) == len(table.columns) else None


def table(make: Quirk, *columns: str) -> Kind:
    """Describe a kind of table by what makes records of its rows and the columns that it must have."""
    return Kind(columns=frozenset(columns), make=make)
