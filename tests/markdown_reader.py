"""Read Markdown with a real parser, and count the columns of its tables by GitHub's rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_BAR = re.compile(
    r"(?<!\\)\|"
)  # in a table a bar ends the cell, in a code span too, unless a backslash precedes


def tokens(text: str) -> list[Token]:
    """Give the document's tokens, those inside lines too, in their order."""
    return [inner for token in PARSER.parse(text) for inner in (token, *(token.children or ()))]


def structure(text: str) -> list[tuple[str, str]]:
    """Give everything of a document but its words: what a hostile text could add to."""
    return [(token.type, token.tag) for token in tokens(text) if token.type not in ("text", "text_special")]


def links(text: str) -> list[str]:
    """Give where links and images lead."""
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens(text)]
    return [str(target) for target in found if target]


def rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Give each table row as (columns of its table's header, its own columns, the line)."""
    fence, header = "", 0
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and line.strip() == mark[1] else fence
        elif mark:
            fence = mark[1]
        if fence or mark or not line.startswith("|"):
            header = 0
            continue
        assert line.rstrip().endswith("|"), line
        columns = len(_BAR.findall(line)) - 1
        header = header or columns
        yield header, columns, line
