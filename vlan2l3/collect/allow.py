"""Hold the list of what may be sent, and refuse everything else.

Comes in: a platform's commands. Goes out: the questions for one way of asking, and `AllowList.permit`, which
every transport calls on every line just before it is written. The list is made from `parsers/` alone: no
inventory, setting or answer can add to it. Each line of it must also read as a command that only reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.collect.reading import only_reads
from vlan2l3.platforms import Collect, CommandSpec, Platform

ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,62}")
"""What may stand for a `*`: a file, interface or VRF name that a device itself listed."""
PATH = re.compile(r"/(?:etc|opt|srv|usr/local|var/lib)(?:/[A-Za-z0-9][A-Za-z0-9._@+-]{0,79}){1,9}")
"""What may stand for it where a whole path does: nothing hidden, and no way up."""
_SEARCHED = re.compile(r"-regex '([^']+)'$")


class NotAllowedError(Exception):
    """Report an attempt to send what is not on the list; it is a fault of this program, not of a device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Hold one thing to ask.

    Attributes:
        line: what is sent; a `*` in it is still to be filled.
        command: the name the answer is kept under.
        is_json: whether a JSON-RPC transport asks for JSON.
        older: the same in words that older versions know, in the order to try.
    """

    spec: CommandSpec
    line: str
    command: str
    is_json: bool
    older: tuple[Question, ...] = ()

    def about(self, item: str) -> Question:
        """Fill the `*` with something the device listed.

        Raises:
            ValueError: when it does not look like a name.
        """
        if not re.fullmatch(_items(self.spec), item):
            raise ValueError(f"{item!r} is no name that can be asked about")
        line, command = self.line.replace("*", item), self.command.replace("*", item)
        return Question(spec=self.spec, line=line, command=command, is_json=self.is_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """Hold what one transport may send to one platform."""

    questions: tuple[Question, ...]
    setup: frozenset[str]
    sent: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def permit(self, line: str) -> None:
        """Let a line pass.

        Raises:
            NotAllowedError: when it is not on the list.
        """
        if line in self.sent or line in self.setup:
            return
        if not any(pattern.fullmatch(line) for pattern in self.patterns):
            raise NotAllowedError(f"{line[:80]!r} is not on the list of what may be sent")


def allow_list(platform: Platform, transport: str) -> AllowList:
    """Make the list for one platform and one way of asking it.

    Raises:
        NotAllowedError: when the platform's index holds a command that does not read as one that only reads.
    """
    collect = platform.collect or Collect(transports=())
    questions = tuple(_question(spec, collect, transport) for spec in platform.commands if spec.ask)
    every = tuple(_flat(questions))
    for question in every:
        _check(question, transport)
    lines = {line: question.spec for question in every for line in _as_sent(question, transport)}
    return AllowList(
        questions=questions,
        setup=frozenset(collect.setup),
        sent=frozenset(line for line, spec in lines.items() if not _is_open(spec, line)),
        patterns=tuple(
            re.compile(re.escape(line).replace(r"\*", f"(?:{_items(spec)})"))
            for line, spec in lines.items()
            if _is_open(spec, line)
        ),
    )


def _items(spec: CommandSpec) -> str:
    """Give what may stand for a `*`; a path must also be one that the search it comes from looks for."""
    if not spec.takes_path:
        return ITEM.pattern
    searched = _SEARCHED.search(spec.each)
    return rf"(?={searched[1]}\Z){PATH.pattern}" if searched else PATH.pattern


def _is_open(spec: CommandSpec, line: str) -> bool:
    """Tell whether a `*` of a line is still to be filled: those of a search for files mean themselves."""
    return bool(spec.each) and "*" in line


def _question(spec: CommandSpec, collect: Collect, transport: str) -> Question:
    older = tuple(_one(spec, name, collect, transport) for name in spec.otherwise)
    first = _one(spec, spec.command, collect, transport)
    return Question(spec=spec, line=first.line, command=first.command, is_json=first.is_json, older=older)


def _one(spec: CommandSpec, name: str, collect: Collect, transport: str) -> Question:
    is_json = spec.format == "json"
    by_line = is_json and transport == "cli" and collect.json and not name.endswith(collect.json)
    line = f"{name} {collect.json}" if by_line else name
    remote = transport in ("eapi", "nxapi")
    command = f"{name} | json" if is_json and remote else line
    return Question(spec=spec, line=line, command=command, is_json=is_json)


def _flat(questions: tuple[Question, ...]) -> Iterator[Question]:
    for question in questions:
        yield question
        yield from question.older


def _as_sent(question: Question, transport: str) -> Iterator[str]:
    yield question.line
    if transport == "shell" and question.spec.root:
        yield f"sudo -n {question.line}"


def _check(question: Question, transport: str) -> None:
    """Refuse a command of the index that does not read as one that only reads."""
    if not only_reads(question.line, transport):
        raise NotAllowedError(f"{question.line!r} does not read as a command that only reads")
