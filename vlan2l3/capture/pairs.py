"""Find the secrets whose name stands beside them: `{"name": "DB_PASSWORD", "value": …}`, as containers do.

Comes in: a text of JSON, or the lines of one in YAML. Goes out: where the values are. Nothing is changed
here, and a name that only sounds like one costs no more than a value that is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_NAME = re.compile(
    r"pass(?:word|wd|phrase|code)|(?:^|[_.-])(?:pass|pwd)$|pwd$|secret|token|credential|psk|(?:^|[_.-])auth$"
    r"|(?:api|private|access|auth|encryption|shared|license)[_.-]?key",
    re.IGNORECASE,
)
NEEDS = ("pass", "pwd", "secret", "token", "credential", "psk", "key", "auth")
"""Lower-case texts; where none of them stands there is no such name."""

_NO_SECRET = re.compile(r"\s*[\"']?(?:true|false|\d{0,6}(?:ms|s|m|h)?)[\"']?\s*,?\s*", re.IGNORECASE)
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\\r\n]|\\.)*"?)(?P<colon>\s*:)?|(?P<mark>[{}\[\],])|(?P<other>[^\s"{}\[\],:]+)'
)
_PAIR = re.compile(
    r"(?P<indent>\s*(?:-\s+)*)(?P<quote>[\"']?)(?P<key>[A-Za-z]+)(?P=quote):(?:\s+(?P<value>\S.*))?"
)
_FAR = 8  # lines of one mapping that are looked at above and below a name
_NAMES = frozenset({"name", "key", "variable"})


@dataclass(slots=True, kw_only=True)
class _Object:
    """Gather what one object says of a name and where its value is."""

    name: str = ""
    values: list[tuple[int, int]] = field(default_factory=list)


def is_secret(name: str, value: str) -> bool:
    """Tell whether a value is to be taken for a secret by its name; a switch or a duration is none."""
    return _NAME.search(name) is not None and not _NO_SECRET.fullmatch(value)


def in_json(text: str) -> frozenset[int]:
    """Give the places where the values begin, of all objects that have a secret's name; whole or cut off."""
    found: set[int] = set()
    above: list[_Object] = [_Object()]
    key = ""
    for match in _TOKEN.finditer(text):
        mark = match["mark"]
        if match["colon"]:
            key = match["text"].strip('"').lower()
        elif mark is None:
            _note(above[-1], key, match)
            key = ""
        elif mark in "{[":
            above.append(_Object())
            key = ""
        elif mark in "}]":
            found |= _values(text, above.pop() if len(above) > 1 else above[0])
    for left in above:
        found |= _values(text, left)
    return frozenset(found)


def _note(thing: _Object, key: str, match: re.Match[str]) -> None:
    if key in _NAMES and match["text"]:
        thing.name = match["text"].strip('"')
    elif key == "value":
        thing.values.append(match.span())


def _values(text: str, thing: _Object) -> set[int]:
    if not thing.name:
        return set()
    return {start for start, end in thing.values if is_secret(thing.name, text[start:end])}


def in_yaml(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give line and column where the values begin; a value of several lines is several places."""
    for at, line in enumerate(lines):
        name = _PAIR.fullmatch(line.rstrip())
        if name and name["key"].lower() in _NAMES and _NAME.search(name["value"] or ""):
            for other in _beside(lines, at, len(name["indent"])):
                yield from _value(lines, other, len(name["indent"]), name["value"])


def _beside(lines: Sequence[str], at: int, column: int) -> Iterator[int]:
    """Give the lines of the mapping that a line is part of, itself included."""
    first = at
    while (
        first > max(at - _FAR, 0) and "-" not in lines[first][:column] and _column(lines[first - 1]) >= column
    ):
        first -= 1
    last = at + 1
    while (
        last < min(at + _FAR, len(lines))
        and _column(lines[last]) >= column
        and "-" not in lines[last][:column]
    ):
        last += 1
    return iter(range(first, last))


def _value(lines: Sequence[str], at: int, column: int, name: str) -> Iterator[tuple[int, int]]:
    pair = _PAIR.fullmatch(lines[at].rstrip())
    if not pair or pair["key"] != "value" or len(pair["indent"]) != column:
        return
    if pair["value"] and pair["value"][0] not in "|>":
        if not is_secret(name, pair["value"]):
            return
        yield at, pair.start("value")
    for below in range(at + 1, len(lines)):
        if lines[below].strip() and _column(lines[below]) <= column:
            return
        if lines[below].strip():
            yield below, _column(lines[below])


def _column(line: str) -> int:
    """Give where the first word of a line stands, behind the dashes of lists."""
    match = re.match(r"\s*(?:-\s+)*", line)
    return match.end() if match and line.strip() else 1_000
