"""Draw a table for a terminal.

Comes in: column titles and rows of text. Goes out: text that fits the terminal, without colour.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vlan2l3.quote import printable

WIDEST = 160
WHOLE = 32


def width() -> int:
    """Give the columns there are to draw in."""
    return min(WIDEST, shutil.get_terminal_size((120, 24)).columns)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table; what stands in a cell is never read as markup, nor by the terminal."""
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    rows = list(rows)
    for number, title in enumerate(columns):
        longest = max((len(row[number]) for row in rows), default=0)
        # A name cut off is a name nobody can search for: short columns stay whole, long ones fold.
        drawn.add_column(title, overflow="fold", no_wrap=longest <= WHOLE)
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    sink = io.StringIO()
    Console(file=sink, width=width(), color_system=None, highlight=False).print(drawn)
    lines = [line.rstrip() for line in sink.getvalue().splitlines()]
    return "\n".join(line for line in lines if line) + "\n"
