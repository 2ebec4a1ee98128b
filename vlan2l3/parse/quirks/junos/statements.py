"""Bring both written forms of a Junos configuration into one: a list of statements, each a path of words.

Comes in: the text, as `set` lines or with braces. Goes out: statements in the order of the text, each with
its line, what is deactivated left out, an interface-range spelled out for its members. What is no statement
is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed

Words = tuple[str, ...]

_SET = re.compile(r"\s*(?:set|deactivate|activate|protect|unprotect) \S")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\];]|[^\s{}\[\];"]+')
_NO_STATEMENT = re.compile(r"#|\{(?:master|backup|linecard|primary|secondary)\b|\S+@\S+[>#]")
_VERBS = frozenset({"", "activate", "protect", "unprotect"})
_MARKS = frozenset({"protect:", "active:", "replace:"})
_OFF = "inactive:"
_SPAN = re.compile(r"(?P<head>\S*?)(?P<first>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Hold one statement: the words from the top of the configuration down, and its line."""

    line: int
    words: Words

    def below(self, *path: str) -> Words | None:
        """Give the words that follow a path, in which `*` is any one word; `None` when it is another."""
        if len(self.words) < len(path):
            return None
        fits = all(want in ("*", word) for want, word in zip(path, self.words, strict=False))
        return self.words[len(path) :] if fits else None


def statements(raw: Raw) -> tuple[tuple[Statement, ...], list[Unparsed]]:
    """Read either form; also give what was not understood."""
    lines = tuple(_without_comments(raw.text))
    first = next((line for line in lines if line.strip()), "")
    lost: list[Unparsed] = []
    found = list(_set_lines(raw, lines, lost) if _SET.match(first) else _braces(raw, lines, lost))
    return tuple(_with_ranges(raw, found, lost)), lost


def _without_comments(text: str) -> Iterator[str]:
    """Blank out comments, which may go over several lines, and the lines that a prompt wrote."""
    inside = False
    for line in text.splitlines():
        body = line.strip()
        if inside or body.startswith("/*"):
            inside = "*/" not in body
            yield ""
        else:
            yield "" if _NO_STATEMENT.match(body) else re.sub(r"\s## .*$", "", line)


def _set_lines(raw: Raw, lines: Iterable[str], lost: list[Unparsed]) -> Iterator[Statement]:
    made: list[Statement] = []
    off: list[Words] = []
    for number, line in enumerate(lines, start=1):
        verb, *tokens = _TOKEN.findall(line) or [""]
        if verb == "set":
            made += (Statement(line=number, words=words) for words in _spelled_out(tokens))
        elif verb == "deactivate":
            off += _spelled_out(tokens)
        elif verb not in _VERBS:
            lost.append(raw.unparsed(line.strip(), "no line of a configuration", line=number))
    for statement in made:
        if not any(statement.words[: len(path)] == path for path in off):
            yield statement


def _braces(raw: Raw, lines: Iterable[str], lost: list[Unparsed]) -> Iterator[Statement]:
    """Read `word word { … }` and `word word;`; braces with nothing inside are a statement too."""
    above: list[list[str]] = []
    words: list[str] = []
    number, is_empty = 1, False
    for number, line in enumerate(lines, start=1):
        for word in _TOKEN.findall(line):
            if word == "{":
                above.append(words)
                words, is_empty = [], True
            elif word not in (";", "}"):
                words.append(word)
            else:
                if words or is_empty:
                    yield from _statements(number, [w for part in (*above, words) for w in part])
                words, is_empty = [], False
                if word == "}" and not above:
                    lost.append(raw.unparsed(line.strip(), "a brace too many", line=number))
                elif word == "}":
                    above.pop()
    if above or words:
        text = " ".join(w for part in (*above, words) for w in part)
        lost.append(raw.unparsed(text, "the configuration ends inside of this", line=number))


def _statements(line: int, tokens: list[str]) -> Iterator[Statement]:
    if _OFF not in tokens:
        kept = [token for token in tokens if token not in _MARKS]
        yield from (Statement(line=line, words=words) for words in _spelled_out(kept))


def _spelled_out(tokens: list[str]) -> list[Words]:
    """Make one statement for each item of a list in brackets."""
    if "[" not in tokens:
        return [tuple(token.strip('"') for token in tokens)]
    start = tokens.index("[")
    end = tokens.index("]") if "]" in tokens else len(tokens)
    items = tokens[start + 1 : end]
    return [w for item in items for w in _spelled_out([*tokens[:start], item, *tokens[end + 1 :]])]


# --- interface ranges -------------------------------------------------------------------------------


def _with_ranges(raw: Raw, found: Iterable[Statement], lost: list[Unparsed]) -> Iterator[Statement]:
    """Give the statements of an interface-range to each of its members."""
    kept = list(found)
    members: dict[str, list[str]] = {}
    for statement in kept:
        rest = statement.below("interfaces", "interface-range", "*")
        if rest is None or rest[:1] not in (("member",), ("member-range",)):
            continue
        try:
            members.setdefault(statement.words[2], []).extend(_members(rest))
        except ValueError as error:
            lost.append(raw.unparsed(" ".join(statement.words), str(error), line=statement.line))
    for statement in kept:
        rest = statement.below("interfaces", "interface-range", "*")
        if rest is None:
            yield statement
        elif rest[:1] not in (("member",), ("member-range",)):
            for name in members.get(statement.words[2], ()):
                yield replace(statement, words=("interfaces", name, *rest))


def _members(words: Words) -> list[str]:
    if words[0] == "member":
        if re.search(r"[*?\[\]]", words[1]):
            raise ValueError("which ports the pattern stands for is not known")
        return [words[1]]
    first, last = _SPAN.fullmatch(words[1]), _SPAN.fullmatch(words[3])
    if words[2] != "to" or not first or not last or first["head"] != last["head"]:
        raise ValueError("the range of ports is not understood")
    return [f"{first['head']}{n}" for n in range(int(first["first"]), int(last["first"]) + 1)]
