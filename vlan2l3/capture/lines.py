"""Turn "where a fact was read" into a line number and an excerpt that a reviewer can look up.

Comes in: a capture, a file of it, and a line or a JSON pointer. Goes out: the line, and its text. A file is
read once, and of its JSON only the levels that a pointer passes through are taken apart.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from vlan2l3.capture.store import Capture, decoded

EXCERPT = 160

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)


def line_of(capture: Capture, file: str, *, line: int = 0, pointer: str = "") -> tuple[int, str]:
    """Return the line where a row starts, counted from 1, and an excerpt of at most 160 characters.

    `pointer` holds the keys from the top, joined by `/`, list indices as numbers, with `~1` for a slash and
    `~0` for a tilde inside a key; when it is empty and `line` is 0, the whole answer is meant. A row that is
    an object or a list is given on one line. When the pointer leads to a text, `line` counts inside it.

    Raises:
        KeyError: when the capture has no such file, line or pointer: a wrong pointer is a bug.
    """
    document = _document(capture.folder / file, _sha256(capture, file))
    if pointer:
        return document.row(pointer, line)
    return line or 1, _excerpt(document.line(line)) if line else document.top()


def _sha256(capture: Capture, file: str) -> str:
    name, _, own = file.partition("/")
    for device in capture.manifest.devices:
        for entry in device.commands if device.name == name else ():
            if own and entry.file == own:
                return entry.sha256
    raise KeyError(file)


@lru_cache(maxsize=64)
def _document(path: Path, sha256: str) -> _Document:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise KeyError(f"{path.name} was changed since the capture was loaded")
    return _Document(decoded(data))


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


class _Document:
    """Hold one file, and the places of the JSON values found in it so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.splitlines()
        self._starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self._children: dict[int, dict[str, int]] = {}

    def line(self, number: int) -> str:
        """Return one line, from 1."""
        if number == 1 and not self._lines:
            return ""  # an empty answer is one empty line: it says that there is nothing
        if not 0 < number <= len(self._lines):
            raise KeyError(number)
        return self._lines[number - 1]

    def top(self) -> str:
        """Return an excerpt of the whole: the object on one line, or the first line that is not blank."""
        if self._text.lstrip()[:1] in ("{", "["):
            try:
                return _compact(_DECODER.raw_decode(self._text, self._skip(0))[0])
            except json.JSONDecodeError:
                pass
        return _excerpt(next((line for line in self._lines if line.strip()), ""))

    def row(self, pointer: str, line: int) -> tuple[int, str]:
        """Find the value a pointer leads to."""
        start = self._skip(0)
        for key in pointer.split("/"):
            children = self._inside(start)
            start = children[key.replace("~1", "/").replace("~0", "~")]
        value = _DECODER.raw_decode(self._text, start)[0]
        number = bisect_right(self._starts, start)
        if line:
            inner = value.splitlines() if isinstance(value, str) else []
            if not 0 < line <= len(inner):
                raise KeyError(f"{pointer} line {line}")
            return number, _excerpt(inner[line - 1])
        if isinstance(value, (dict, list)):
            return number, _compact(value)
        whole = _excerpt(self._text[self._starts[number - 1] : self._starts[number]])
        return number, whole if len(whole) < EXCERPT else _excerpt(f"{pointer.rpartition('/')[2]}: {value}")

    def _inside(self, start: int) -> dict[str, int]:
        """Give the place of every value inside the object or list at a place."""
        if start not in self._children:
            try:
                self._children[start] = dict(self._take_apart(start))
            except (json.JSONDecodeError, IndexError) as error:
                raise KeyError("not JSON") from error
        return self._children[start]

    def _take_apart(self, start: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        mark = self._text[start]
        if mark not in "{[":
            return found
        at = self._skip(start + 1)
        while self._text[at] not in "}]":
            key = str(len(found))
            if mark == "{":
                key, at = _DECODER.raw_decode(self._text, at)
                at = self._skip(self._skip(at) + 1)
            found.append((key, at))
            at = self._skip(_DECODER.raw_decode(self._text, at)[1])
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return found

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._text, at)
        return blank.end() if blank else at


def _compact(value: Any) -> str:
    return _excerpt(json.dumps(value, ensure_ascii=False))
