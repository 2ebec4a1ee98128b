"""Walk the rows of one answer and account for each of them.

Comes in: an answer, and a function that makes records of one row. Goes out: `Rows`, in which every row either
became records, was left out on purpose, or stands among the unparsed with its line or its pointer. A row's
function refuses with `ValueError`; nothing else leaves this module as an exception.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from vlan2l3.names import Mac, mac
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Source

RowReader = Callable[[str, Source], tuple[Record, ...]]
_EXCERPT = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Gather records and refusals of one answer while it is being walked."""

    raw: Raw
    records: list[Record] = field(default_factory=list)
    unparsed: list[Unparsed] = field(default_factory=list)
    parsed: int = 0

    def accept(self, records: Iterable[Record], *, rows: int = 1) -> None:
        """Book rows that were understood; an empty `records` is a row left out on purpose."""
        self.records.extend(records)
        self.parsed += rows

    def refuse(self, text: str, reason: str, *, line: int = 0, pointer: str = "") -> None:
        """Book a row that was not understood."""
        self.unparsed.append(self.raw.unparsed(text, reason, line=line, pointer=pointer))

    def close(self, expected: int) -> Rows:
        """Hand over what was gathered."""
        return Rows(
            records=tuple(self.records), unparsed=tuple(self.unparsed), expected=expected, parsed=self.parsed
        )


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Give every line that is not blank, with its number from 1 and without colours.

    `bridge -c` meant "compress the ranges" up to iproute2 4.17 and means "colour" since.
    """
    for at, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield at, _COLOUR.sub("", line).rstrip("\r")


def count_lines(text: str) -> int:
    """Count the lines that are not blank: the guard of tables with one row a line."""
    return sum(1 for line in text.split("\n") if line.strip())


def read_lines(raw: Raw, row: RowReader) -> Rows:
    """Read a table with one row a line; every line that is not blank counts as a row."""
    ledger = Ledger(raw=raw)
    for at, line in lines(raw.text):
        try:
            ledger.accept(row(line, raw.at(at)))
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(count_lines(raw.text))


def read_items(
    raw: Raw,
    row: Callable[[object, Source], tuple[Record, ...]],
    *,
    listed: Callable[[object], object] = lambda decoded: decoded,
) -> Rows:
    """Read a JSON list with one row an item; `{}`, which iproute2 prints for a filtered row, is none.

    `listed` makes a list of what an older version prints in its place.
    """
    ledger = Ledger(raw=raw)
    items = json_list(ledger, listed=listed)
    for index, item in items:
        try:
            ledger.accept(row(item, raw.at(pointer=index)))
        except ValueError as error:
            ledger.refuse(excerpt(item), str(error), pointer=index)
    return ledger.close(len(items) + (not items and bool(ledger.unparsed)))


def json_list(
    ledger: Ledger, *, listed: Callable[[object], object] = lambda decoded: decoded
) -> list[tuple[str, object]]:
    """Decode an answer that must be a JSON list into (pointer, item); what is none is refused as a whole.

    An empty text stands for an empty list: iproute2 before 5.0 printed nothing where there was nothing.
    """
    decoded = listed(json_value(ledger)) if ledger.raw.text.strip() else []
    if decoded is None:
        return []
    if not isinstance(decoded, list):
        ledger.refuse(excerpt(decoded), "the answer is JSON, but not a list")
        return []
    return [(str(index), item) for index, item in enumerate(decoded) if item != {}]


def json_value(ledger: Ledger) -> object:
    """Decode JSON, or refuse the line at which it breaks and give `None`."""
    try:
        decoded: object = json.loads(ledger.raw.text)
    except json.JSONDecodeError as error:
        broken = ledger.raw.text.split("\n")[error.lineno - 1] if ledger.raw.text else ""
        ledger.refuse(broken[:_EXCERPT], f"not JSON: {error.msg}", line=error.lineno)
        return None
    except (ValueError, RecursionError) as error:
        ledger.refuse(ledger.raw.text[:_EXCERPT], f"not JSON: {error}", line=1)
        return None
    if decoded is None:
        ledger.refuse("null", "the answer is JSON, but holds nothing", line=1)
    return decoded


def excerpt(item: object) -> str:
    """Write a JSON row in one line, cut where it is longer than a person would read."""
    return json.dumps(item)[:_EXCERPT]


def options(words: Sequence[str], *, valued: Collection[str], flags: Collection[str]) -> dict[str, str]:
    """Read iproute2's `key value` pairs and bare flags; a flag's value is empty.

    Raises:
        ValueError: for a word that is neither, a key without its value, or a key that comes twice.
    """
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word in found:
            raise ValueError(f"{word!r} comes twice")
        if word in valued:
            value = next(rest, "")
            if value == "lock":  # a metric the user fixed: `mtu lock 1400`
                value = next(rest, "")
            if not value:
                raise ValueError(f"{word!r} has no value")
            found[word] = value
        elif word in flags:
            found[word] = ""
        else:
            raise ValueError(f"{word!r} is not known here")
    return found


def number(text: str) -> int:
    """Read a decimal number of ASCII digits.

    Raises:
        ValueError: for anything else, also for the signs and digits of other scripts that `int` takes.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not a number")
    return int(text)


def station(text: str) -> Mac | None:
    """Read a link-layer address; all zeros, or a tunnel's IP address in its place, name no station."""
    try:
        found = mac(text)
    except ValueError:
        ip_address(text)
        return None
    return None if found == "00:00:00:00:00:00" else found
