"""Say how reading a capture went: the account of every command, beside the records it gave.

Comes in: nothing. Goes out: the types that `parse.engine` fills and `network` reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.names import DeviceName
from vlan2l3.parse.records import Record, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsed:
    """Keep a line, or a JSON row, that no table explained: it is reported and counted, never dropped."""

    source: Source
    command: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Say what reading one command gave: how many rows the guard expected, and how many became records."""

    device: DeviceName
    command: str
    file: str
    status: str  # a capture.manifest.Status, or `unread` when no parser knows the command
    expected: int = 0
    parsed: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Hold everything one capture said: records, what was not understood, and the account by command."""

    records: tuple[Record, ...]
    unparsed: tuple[Unparsed, ...]
    answers: tuple[Answer, ...]
