"""Make text harmless, one function for each place it can end up in.

Comes in: text that may have come from a device. Goes out: text that means itself in that place.
"""

from __future__ import annotations

import re
import shlex
import unicodedata

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#|~!&$])")
_LEADING = re.compile(r"^(\s*)([-+=:])|^(\s*\d+)([.)])(?=\s|$)")
_LINKS = re.compile(r"(?i)(?<=\w):(?=//)|(?<=www)\.")
_TICKS = re.compile(r"`+")
# Control, format (direction, zero width), private, surrogate and unassigned characters.
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn")
_LABEL = " ._/:-+,"


def printable(text: str) -> str:
    """Replace line ends and tabs by blanks and drop what controls a terminal or the reading direction."""
    return re.sub(" +", " ", printable_line(text))


def printable_line(line: str) -> str:
    """Do what `printable` does and keep the number of blanks, which a command or a configuration may need."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(
        " " if char.isspace() else char
        for char in line
        if char.isspace() or unicodedata.category(char) not in _HIDDEN
    )


def markdown(text: object) -> str:
    """Quote text for a line or table cell of Markdown: it stays text, whatever a device called itself."""
    escaped = _MARKUP.sub(r"\\\1", printable(str(text)))
    escaped = _LINKS.sub(lambda found: f"\\{found[0]}", escaped).replace("@", "&#64;")
    return _LEADING.sub(lambda m: f"{m[1] or m[3] or ''}\\{m[2] or m[4]}", escaped)


def code(text: object) -> str:
    """Quote text as a code span; the fence is longer than any run of backticks inside."""
    plain = printable(str(text))
    if not plain.strip():
        return ""
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def cell(text: object) -> str:
    """Quote text as a code span inside a table, where a bar would end the cell."""
    return code(text).replace("|", r"\|")


def block(text: str, language: str = "") -> str:
    """Quote lines as a fenced block, with a fence longer than any in it."""
    inner = [printable_line(line) for line in text.rstrip().splitlines()]
    longest = max((len(run) for line in inner for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *inner, fence])


def shell(text: object) -> str:
    """Quote text as one word of a POSIX shell."""
    return shlex.quote(printable(str(text)))


def mermaid(text: object) -> str:
    """Quote text as a Mermaid label: letters, digits and plain punctuation, the rest as entities."""
    plain = printable(str(text))
    return "".join(c if (c.isascii() and c.isalnum()) or c in _LABEL else f"#{ord(c)};" for c in plain)


def config_line(line: str) -> str:
    """Give a line for a switch's configuration.

    Raises:
        ValueError: for a line with characters that a terminal would act on or not show.
    """
    if printable_line(line) != line:
        raise ValueError(f"{line!r} holds characters that can't be typed into a switch")
    return line
