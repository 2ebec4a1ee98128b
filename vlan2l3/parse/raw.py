"""Pass one raw answer to a reader and take back what it made of it.

Comes in: the text of one command's answer, as the capture holds it. Goes out: rows, and the lines nobody
understood. The engine and the quirk modules meet here.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.names import DeviceName
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Hold one answer; `file` is its path inside the capture."""

    device: DeviceName
    platform: str
    command: str
    file: str
    text: str

    def at(self, line: int = 0, pointer: str = "") -> Source:
        """Point at a line or a JSON row of this answer."""
        return Source(device=self.device, file=self.file, line=line, pointer=pointer)

    def unparsed(self, text: str, reason: str, *, line: int = 0, pointer: str = "") -> Unparsed:
        """Report a line or row of this answer that was not understood."""
        return Unparsed(source=self.at(line, pointer), command=self.command, text=text, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Hold what a reader made of an answer.

    `expected` counts the rows the answer holds by a count independent of the parser (the guard); a reader
    that loses a row shows as `expected` being larger than the rows parsed.
    """

    records: tuple[Record, ...]
    unparsed: tuple[Unparsed, ...] = ()
    expected: int = 0
    parsed: int = 0
