"""Read Linux answers for the tests, among them those of the real kernel in `data/linux-host`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from vlan2l3 import platforms
from vlan2l3.names import DeviceName
from vlan2l3.parse.quirks.linux import READERS
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record

HOST = Path(__file__).parent / "data" / "linux-host"

Kind = TypeVar("Kind", bound=Record)


def read(command: str, text: str) -> Rows:
    """Read an answer as the index says it is read; a command that asks for no JSON is answered by text."""
    spec = platforms.load("linux").spec(command)
    assert spec is not None, command
    raw = Raw(device=DeviceName("web-01"), platform="linux", command=command, file="web-01/answer", text=text)
    is_text = spec.format == "json" and not {"-j", "json", "json0"} & set(command.split())
    return READERS[spec.text_reader if is_text else spec.reader](raw)


def host_text(command: str) -> str:
    """Give an answer of the host in `data/linux-host`."""
    return (HOST / f"{platforms.slug(command)}.{'json' if ' -j ' in command else 'txt'}").read_text()


def of(rows: Rows, kind: type[Kind]) -> list[Kind]:
    """Pick the records of one kind."""
    return [record for record in rows.records if isinstance(record, kind)]


def bare(rows: Rows) -> list[str]:
    """Give the records without the place they were read from, in their order."""
    nowhere = Raw(device=DeviceName("x"), platform="linux", command="", file="", text="").at()
    return [repr(replace(record, source=nowhere)) for record in rows.records]


def insert(text: str, line: str, at: int) -> tuple[str, int]:
    """Put a line into a text, at the end where `at` lies behind it; give the line's number too."""
    lines = text.splitlines()
    at = min(at, len(lines))
    return "\n".join([*lines[:at], line, *lines[at:]]) + "\n", at + 1
