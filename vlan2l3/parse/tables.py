"""Read the tables of a command: rows out of JSON or text, and an account of every one of them.

Comes in: an answer and its `CommandSpec`. Goes out: `Rows`, in which each row is a record or an `Unparsed`,
and each line of a text is a row, a heading, or an `Unparsed`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from vlan2l3 import platforms
from vlan2l3.parse import paths, row, text
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record
from vlan2l3.parse.row import Quirk, Row
from vlan2l3.platforms import CommandSpec, Table

MISFITS = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What a reader raises about an answer that is not what it expects."""


def total(parts: Iterable[Rows]) -> Rows:
    """Join what several tables or readers made of one answer."""
    kept = tuple(parts)
    return Rows(
        records=tuple(record for part in kept for record in part.records),
        unparsed=tuple(line for part in kept for line in part.unparsed),
        expected=sum(part.expected for part in kept),
        parsed=sum(part.parsed for part in kept),
    )


def reason(error: Exception) -> str:
    """Say in one line why an answer or a row was not understood."""
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(said.split()) or type(error).__name__


def from_json(raw: Raw, data: Any, tables: tuple[Table, ...], quirks: Mapping[str, Quirk]) -> Rows:
    """Read every table of a decoded answer; an answer that only holds tables nobody reads is reported."""
    firsts = {
        key
        for table in tables
        for key in table.rows.partition(".")[0].partition("[")[0].rstrip("!").split("|")
    }
    any_key = any(first.startswith("{") for first in firsts)
    if isinstance(data, Mapping) and "" not in firsts and not any_key and not firsts & set(data):
        others = [key for key, value in data.items() if value and isinstance(value, Mapping | list)]
        if others:
            lost = raw.unparsed(_short(data), f"{', '.join(others)} is not known, {min(firsts)} was expected")
            return Rows(records=(), unparsed=(lost,), expected=1)
    return total(_json_table(raw, data, table, quirks) for table in tables)


def _json_table(raw: Raw, data: Any, table: Table, quirks: Mapping[str, Quirk]) -> Rows:
    try:
        found = tuple(paths.rows(data, table.rows))
    except KeyError as error:
        lost = raw.unparsed(_short(data), reason(error), line=1)
        return Rows(records=(), unparsed=(lost,), expected=1)
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    for item in found:
        pointer = "/".join(_escaped(key) for key in item.pointer)
        a_row = Row(raw=raw, source=raw.at(0 if pointer else 1, pointer), data=item.value, bound=item.bound)
        try:
            records.extend(row.records(table, a_row, quirks))
        except MISFITS as error:
            unparsed.append(raw.unparsed(_short(item.value), reason(error), pointer=pointer))
    parsed = len(found) - len(unparsed)
    counted = paths.get(data, table.total) if table.total else paths.MISSING
    said = 0 if counted is paths.MISSING else int(str(counted))
    missing = max(0, said - len(found))
    if missing:
        unparsed.append(_short_of(raw, said, len(found), line=1))
    return Rows(
        records=tuple(records), unparsed=tuple(unparsed), expected=len(found) + missing, parsed=parsed
    )


def from_text(raw: Raw, spec: CommandSpec, tables: tuple[Table, ...], quirks: Mapping[str, Quirk]) -> Rows:
    """Read every table of a text, and report each line that is neither a row nor a heading."""
    explained: set[int] = set()
    logical = {marks: text.lines(raw.text, marks) for marks in {table.wrapped for table in tables}}
    parts = [_text_table(raw, table, quirks, explained, logical[table.wrapped]) for table in tables]
    headings = [re.compile(h) for h in (*platforms.load(raw.platform).headings, *spec.headings)]
    wrapped = "|".join(f"(?:{table.wrapped})" for table in tables if table.wrapped)
    every = logical[tables[0].wrapped] if len(logical) == 1 else text.lines(raw.text, wrapped)
    strays = [
        raw.unparsed(line.text, "no table of this command has such a line", line=line.number)
        for line in every
        if line.number not in explained and not any(heading.search(line.text) for heading in headings)
    ]
    return total((*parts, Rows(records=(), unparsed=tuple(strays), expected=len(strays))))


def _text_table(
    raw: Raw,
    table: Table,
    quirks: Mapping[str, Quirk],
    explained: set[int],
    content: tuple[text.Line, ...],
) -> Rows:
    guard = re.compile(table.guard).search
    written = dict(content)
    rows = {number for number, line in content if guard(line)}
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    found = (
        text.lines_like(table.pattern, content)
        if table.pattern
        else text.matches(raw.platform, table.template, content)
    )
    for match in found:
        first = match.lines[0]
        explained.update(match.lines)
        rows.add(first)
        a_row = Row(raw=raw, source=raw.at(first), data=match.values, bound={})
        try:
            records.extend(row.records(table, a_row, quirks))
        except MISFITS as error:
            unparsed.append(raw.unparsed(written[first], reason(error), line=first))
    lost = rows - explained
    explained.update(rows)
    unparsed += [
        raw.unparsed(
            written[number], f"looks like a row of {table.template or table.record} but is none", line=number
        )
        for number in sorted(lost)
    ]
    parsed = len(rows) - len(unparsed)
    said = re.search(table.total, raw.text, re.MULTILINE) if table.total else None
    missing = max(0, int(said[1]) - len(rows)) if said else 0
    if said and missing:
        line = raw.text.count("\n", 0, said.start(1)) + 1
        unparsed.append(_short_of(raw, int(said[1]), len(rows), line=line))
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=len(rows) + missing, parsed=parsed)


def _short_of(raw: Raw, said: int, found: int, *, line: int) -> Unparsed:
    return raw.unparsed(f"{said} rows", f"the device counts {said} rows, {found} were found", line=line)


def _escaped(key: object) -> str:
    """Write a key as JSON Pointer does (RFC 6901): a port's own slash is not a level."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _short(value: Any) -> str:
    written = json.dumps(value, sort_keys=True, default=str)
    return written if len(written) <= 200 else f"{written[:199]}…"  # noqa: PLR2004  what fits a report line
