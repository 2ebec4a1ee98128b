"""Make text harmless, one function for each place it can end up in.

Comes in: text that may have come from a device. Goes out: text that means itself in that place.
"""

from __future__ import annotations

import re
import shlex

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Replace control and direction-changing characters, line ends among them, by `?`."""
    return _CONTROL.sub("?", text)


def markdown(text: object) -> str:
    """Escape a text for a Markdown sentence or table cell, on one line."""
    return _MARKDOWN.sub(r"\\\1", printable(str(text)))


def code(text: object) -> str:
    """Give a text as inline code; a table cell can hold it too."""
    plain = printable(str(text)).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def block(text: str, language: str = "") -> str:
    """Give a text as a fenced block, with a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def shell(text: object) -> str:
    """Give a text as one word of a POSIX shell."""
    return shlex.quote(printable(str(text)))


def mermaid(text: object) -> str:
    """Give a text as a Mermaid label: letters, digits and plain punctuation, the rest as entities."""
    return "".join(c if c.isalnum() or c in " ._/:-+," else f"#{ord(c)};" for c in printable(str(text)))


def config_line(text: str) -> str:
    """Give a line for a switch's configuration.

    Raises:
        ValueError: for a line with control characters, which a terminal would act on.
    """
    if _CONTROL.search(text):
        raise ValueError(f"{text!r} holds control characters")
    return text
