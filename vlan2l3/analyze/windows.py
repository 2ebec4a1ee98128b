"""Read what PowerShell's cmdlets print of objects: a table, or a list with `Format-List`.

Comes in: a text. Goes out: rows, each with the line it starts on. What has neither shape has no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NLB_NODES = "Get-NlbClusterNode*"
RESOURCES = "Get-ClusterResource*"
_RULE = re.compile(r"-+(?: +-+)* *")
_PAIR = re.compile(r"(?P<key>[A-Za-z]\w*)[ \t]*: ?(?P<value>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Give one object: its columns by name."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """Give a column; one that was not printed is empty."""
        return self.cells.get(column, "")


def rows(text: str) -> tuple[Row, ...]:
    """Read the objects of a text."""
    lines = text.expandtabs().splitlines()
    ruled = next((n for n, line in enumerate(lines) if n and _RULE.fullmatch(line)), None)
    return tuple(_table(lines, ruled) if ruled is not None else _list(lines))


def _table(lines: list[str], ruled: int) -> Iterator[Row]:
    starts = [found.start() for found in re.finditer(r"-+", lines[ruled])]
    ends = [*starts[1:], None]
    names = [lines[ruled - 1][i:j].strip() for i, j in zip(starts, ends, strict=True)]
    for number, line in enumerate(lines[ruled + 1 :], start=ruled + 2):
        if line.strip():
            cells = (line[i:j].strip() for i, j in zip(starts, ends, strict=True))
            yield Row(line=number, cells=dict(zip(names, cells, strict=True)))


def _list(lines: list[str]) -> Iterator[Row]:
    cells: dict[str, str] = {}
    at = 1
    for number, line in enumerate([*lines, ""], start=1):
        found = _PAIR.fullmatch(line)
        if found:
            at = at if cells else number
            cells[found["key"]] = found["value"].strip()
        elif not line.strip() and cells:
            yield Row(line=at, cells=cells)
            cells = {}
