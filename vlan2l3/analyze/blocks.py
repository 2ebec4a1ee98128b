"""Read the brace syntax that corosync and keepalived share: `name arguments { setting … block { … } }`.

Comes in: the text of a configuration file. Goes out: a tree of blocks with line numbers. Meaning is not this
module's business, and a file that was cut off gives the blocks seen so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# `!` opens a comment in keepalived only; no corosync setting holds a `!` after a blank.
_COMMENT = re.compile(r"(?:^|\s)[#!].*")
_SETTING = re.compile(r"(?P<key>[\w.-]+)(?: ?: ?| |$)(?P<value>.*)")
_PIECES = re.compile(r"([{}])")


@dataclass(slots=True, kw_only=True)
class Block:
    """Hold one block while it is read; `settings` are (line number from 1, text)."""

    name: str
    argument: str
    line: int
    settings: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def value(self, key: str) -> str:
        """Give the first value of `key value` or `key: value`, or an empty text."""
        return self._first(key)[1]

    def line_of(self, key: str) -> int:
        """Give the line that value stands on, or 0."""
        return self._first(key)[0]

    def _first(self, key: str) -> tuple[int, str]:
        for number, text in self.settings:
            match = _SETTING.fullmatch(text)
            if match and match["key"] == key:
                return number, match["value"]
        return 0, ""

    def find(self, name: str) -> Iterator[Block]:
        """Walk all blocks of a name, at any depth, in file order."""
        for block in self.blocks:
            if block.name == name:
                yield block
            yield from block.find(name)


def read_blocks(text: str) -> Block:
    """Read a whole file; the root block has no name."""
    root = Block(name="", argument="", line=0)
    stack = [root]
    for number, raw in enumerate(text.splitlines(), start=1):
        for piece in _PIECES.split(_COMMENT.sub("", raw)):
            word = " ".join(piece.split())
            if word == "{":
                stack.append(_open(stack[-1], number))
            elif word == "}":
                if len(stack) > 1:
                    stack.pop()
            elif word:
                stack[-1].settings.append((number, word))
    return root


def _open(parent: Block, number: int) -> Block:
    """Turn the setting just before the brace, on this line or an earlier one, into a block's head."""
    line, head = parent.settings.pop() if parent.settings else (number, "")
    name, _, argument = head.partition(" ")
    block = Block(name=name, argument=argument, line=line)
    parent.blocks.append(block)
    return block
