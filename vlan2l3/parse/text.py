r"""Read tables out of text with TTP; the only module that imports it.

Comes in: text and a template. Goes out: one dict a match, with the numbers of the lines it took. TTP loses
lines without a word in a number of ways, so every line is numbered before TTP sees it and the template lines
are given the number and optional leading blanks in front: which line became which row is then known exactly.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from vlan2l3 import platforms

# TTP unpickles a cache beside its own sources unless it is told of another place before it is imported.
_CACHE = tempfile.mkdtemp(prefix="vlan2l3-")
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)
os.environ["TTPCACHEFOLDER"] = _CACHE

from ttp import ttp  # noqa: E402  after the cache folder is set

_NUMBER = "line_of_"
_GROUP = re.compile(r"(<group[^>]*>\n)(.*?)(</group>)", re.DOTALL)


class Line(NamedTuple):
    """Hold one logical line: a line and those that continue it; `number` is the first one's, from 1."""

    number: int
    text: str


class Match(NamedTuple):
    """Hold one match of a template: its variables, and the lines it took, first to last."""

    lines: tuple[int, ...]
    values: Mapping[str, str]


class _Complaints(logging.Handler):
    """Collect what TTP only logs: an unknown function, a pattern split at `|`, a bad line."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.texts.append(record.getMessage())


def lines(text: str, wrapped: str = "") -> tuple[Line, ...]:
    """Split an answer into logical lines without blank ones or tabs, joining those that `wrapped` matches."""
    untabbed = "\n".join(map(str.expandtabs, text.splitlines())) if "\t" in text else text
    numbered = enumerate(map(str.rstrip, untabbed.splitlines()), start=1)
    written = [Line(number, line) for number, line in numbered if line]
    if not wrapped:
        return tuple(written)
    goes_on = re.compile(wrapped).match
    joined: list[Line] = []
    for number, line in written:
        if joined and goes_on(line):
            above = joined[-1]
            joined[-1] = Line(above.number, f"{above.text} {line.strip()}")
        else:
            joined.append(Line(number, line))
    return tuple(joined)


def matches(platform: str, template: str, content: tuple[Line, ...]) -> tuple[Match, ...]:
    """Run one template of a platform over logical lines.

    Raises:
        ValueError: when TTP gives up, or complains in its log.
    """
    numbered = "\n".join(("", *(f"{line.number}:{line.text}" for line in content), ""))
    complaints = _Complaints()
    logger = logging.getLogger("ttp")
    logger.addHandler(complaints)
    try:
        parser = ttp(data=numbered, template=_template(platform, template), log_level="ERROR")
        parser.parse(one=True)
        found = parser.result(structure="flat_list")
    except SystemExit as stop:
        raise ValueError(f"TTP gave up on {template}") from stop
    finally:
        logger.removeHandler(complaints)
    if complaints.texts:
        raise ValueError(f"TTP complains about {template}: {complaints.texts[0]}")
    return tuple(sorted(_flat(found), key=lambda match: match.lines))


def lines_like(pattern: str, content: tuple[Line, ...]) -> tuple[Match, ...]:
    """Match each logical line as a whole with one regular expression; its named groups are the variables."""
    whole = re.compile(pattern).fullmatch
    found: list[Match] = []
    for number, line in content:
        match = whole(line.strip())
        if match:
            values = match.groupdict()
            if None in values.values():
                values = {name: value for name, value in values.items() if value is not None}
            found.append(Match((number,), values))
    return tuple(found)


@cache
def _template(platform: str, template: str) -> str:
    path: Path = platforms.parsers_folder() / platform / template
    return _GROUP.sub(lambda group: group[1] + _numbered(group[2]) + group[3], path.read_text())


def _numbered(body: str) -> str:
    """Put the line number and optional blanks in front of every template line of a group."""
    prefix = '{{{{ {0}{1} | DIGIT }}}}:{{{{ ignore("\\\\s*") }}}}{2}\n'
    kept = [line.strip() for line in body.splitlines() if line.strip()]
    return "".join(prefix.format(_NUMBER, index, line) for index, line in enumerate(kept))


def _flat(found: Any) -> list[Match]:
    """Collect the matches of all groups, whichever way TTP nested them."""
    if isinstance(found, list):
        return [match for item in found for match in _flat(item)]
    if not isinstance(found, dict):
        return []
    numbers = sorted({int(v) for k, v in found.items() if k.startswith(_NUMBER)})
    if not numbers:
        return [match for item in found.values() for match in _flat(item)]
    values = {k: str(v) for k, v in found.items() if not k.startswith(_NUMBER)}
    return [Match(lines=tuple(numbers), values=values)]
