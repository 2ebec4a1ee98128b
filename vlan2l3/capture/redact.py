"""Take the secrets out of a text before it is stored.

Comes in: the text of one answer. Goes out: the same text with `<redacted>` in the place of every secret, with
the same number of lines, and still JSON where it was JSON; and how many were replaced. What a secret looks
like stands in `secret_kinds`; nothing here keeps, logs or returns one.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from vlan2l3.capture import pairs
from vlan2l3.capture.form import is_json
from vlan2l3.capture.secret_kinds import (
    BGP_COMMUNITY,
    BLOCKS,
    FREE_KEY,
    FREE_TEXT,
    KEYED_BY_SECRETS,
    KINDS,
    PASSES_ON,
    SECRET_KEY,
    Block,
    Kind,
)

REDACTED = "<redacted>"

_MASKED = re.compile(
    r"[\\\"']*(?:<(?:redacted|removed|hidden|empty)>.*|(?:\*{3,}|/\*|--)(?:\s.*)?|)", re.DOTALL
)
_ESCAPED_NEWLINE = re.compile(r"(\\r\\n|\\n|\\r)")
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\\r\n]|\\.)*")(?P<colon>\s*:)?|(?P<tail>"(?:[^"\\\r\n]|\\.)*)\\?\Z|(?P<mark>[{}\[\],])'
    r"|(?P<number>-?\d[\d.eE+-]*)"
)
_NEEDS = frozenset(need for kind in KINDS for need in kind.needs) | {block.needs for block in BLOCKS}
_JSON_NEEDS = _NEEDS | {"community", "token"} | set(pairs.NEEDS)
_JSON_INSIDE = re.compile(r"^\s*(?:\w[\w.-]*[#>$%].*)?[{\[]|\\n", re.MULTILINE)


def redact(text: str) -> tuple[str, int]:
    """Replace every secret by `<redacted>` and count them.

    The number of lines stays, JSON stays JSON, a secret that is masked already does not count, and redacting
    twice changes nothing.
    """
    lowered = text.lower()
    if not any(need in lowered for need in _JSON_NEEDS):
        return text, 0
    if is_json(text):
        return _json(text)
    in_literals = 0
    if _JSON_INSIDE.search(text):
        text, in_literals = _json(text)
    text, in_lines = _text(text)
    return text, in_literals + in_lines


# --- lines ------------------------------------------------------------------------------------------


def _text(text: str, *, free: bool = False) -> tuple[str, int]:
    """Redact a text line by line; `free` says that the whole text is a person's words."""
    lowered = text.lower()
    present = {need for need in _NEEDS if need in lowered}
    kinds = [kind for kind in KINDS if not present.isdisjoint(kind.needs)]
    blocks = [block for block in BLOCKS if block.needs in present]
    paired = "value:" in lowered and any(need in lowered for need in pairs.NEEDS)
    if not kinds and not blocks and not paired:
        return text, 0
    lines = text.splitlines(keepends=True)
    count = _paired(lines) if paired else 0
    count += sum(_block(lines, block) for block in blocks)
    for number in _lines_with(lowered, present):
        lines[number], found = _line(lines[number], kinds, free=free)
        count += found
    return "".join(lines), count


def _paired(lines: list[str]) -> int:
    """Redact the values that stand beside a secret's name, in place, and count them."""
    count = 0
    for number, start in list(pairs.in_yaml(lines)):
        line = lines[number]
        secret = line[start:].rstrip()
        masked = _mask(secret)
        lines[number] = line[:start] + masked + line[start + len(secret) :]
        count += masked != secret
    return count


def _lines_with(lowered: str, words: set[str]) -> list[int]:
    """List the numbers of the lines that hold any of the words."""
    starts = list(accumulate((len(line) for line in lowered.splitlines(keepends=True)), initial=0))
    found: set[int] = set()
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            found.add(number)
            at = lowered.find(word, starts[number + 1])
    return sorted(found)


def _line(line: str, kinds: list[Kind], *, free: bool) -> tuple[str, int]:
    r"""Redact one line, and the lines of a text in it in which `\n` stands for an end of line."""
    ending = line[len(line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")) :]
    body = line.removesuffix(ending)
    body, count = _segment(body, kinds, free=free)
    if "\\n" in body or "\\r" in body:
        parts = [_segment(part, kinds, free=free) for part in _ESCAPED_NEWLINE.split(body)]
        body = "".join(part for part, _ in parts)
        count += sum(found for _, found in parts)
    return body + ending, count


def _segment(text: str, kinds: list[Kind], *, free: bool) -> tuple[str, int]:
    free = free or FREE_TEXT.match(text) is not None
    lowered = text.lower()
    count = 0
    for kind in kinds:
        if (free and not kind.anywhere) or not any(need in lowered for need in kind.needs):
            continue
        text, found = _every_match(text, kind.pattern)
        count += found
    return text, count


def _every_match(text: str, pattern: re.Pattern[str]) -> tuple[str, int]:
    parts: list[str] = []
    done = count = 0
    for match in pattern.finditer(text):
        masked = _mask(match["secret"])
        parts += (text[done : match.start("secret")], masked)
        done = match.end("secret")
        count += masked != match["secret"]
    return "".join((*parts, text[done:])), count


def _mask(secret: str) -> str:
    """Give what stands in a secret's place: its quotes and a final `;` or `,` stay."""
    quote = secret[0] if secret[:1] in ("'", '"') and secret.endswith(secret[0]) and len(secret) > 1 else ""
    inner = secret[1:-1] if quote else secret
    end = inner[-1] if not quote and inner[-1:] in (";", ",") else ""
    if _MASKED.fullmatch(inner.removesuffix(end)):
        return secret
    return f"{quote}{REDACTED}{end}{quote}"


def _block(lines: list[str], block: Block) -> int:
    """Redact the body of every block of this kind, in place, and count the blocks."""
    count = 0
    for begin in [number for number, line in enumerate(lines) if block.begin.search(line)]:
        found = False
        for number in range(begin + 1, _end(lines, block, begin)):
            line = lines[number]
            text = line.strip()
            if text and text != REDACTED:
                lines[number] = line.replace(text, REDACTED)
                found = True
        count += found
    return count


def _end(lines: list[str], block: Block, begin: int) -> int:
    for number in range(begin + 1, len(lines)):
        if block.end.search(lines[number]):
            return number
        if block.begin.search(lines[number]):
            break
    number = begin + 1
    while number < len(lines) and (block.body.fullmatch(lines[number]) or lines[number].strip() == REDACTED):
        number += 1
    return number


# --- JSON -------------------------------------------------------------------------------------------


def _json(text: str) -> tuple[str, int]:
    """Redact the literals of a JSON text one by one; nothing between them is touched."""
    parts: list[str] = []
    done = count = 0
    paired = pairs.in_json(text) if "value" in text.lower() else frozenset[int]()
    for start, end, literal, key in _literals(text, paired):
        made, found = _literal(literal, key)
        if found:
            parts += (text[done:start], made)
            done = end
            count += found
    return "".join((*parts, text[done:])), count


def _literals(text: str, paired: frozenset[int]) -> Iterator[tuple[int, int, str, str]]:
    """Yield every literal that may hold a secret: where it is, itself, the key it belongs to.

    The key is given as `_plain` makes it; a value under a secret's key bears that key as long as only keys of
    `PASSES_ON` stand between.
    """
    above: list[str] = []
    key = ""
    for match in _TOKEN.finditer(text):
        if match["mark"]:
            mark = match["mark"]
            if mark in "{[":
                above.append(key)
            elif mark in "}]":
                key = above.pop() if above else ""
            if mark != "]":
                key = above[-1] if above else ""
            continue
        literal = match["text"] or match["tail"] or match["number"]
        start = match.start()
        if match["colon"]:
            outer = above[-1] if above else ""
            yield start, start + len(literal), literal, outer if outer in KEYED_BY_SECRETS else ""
            own = _plain(literal)
            key = outer if SECRET_KEY.search(outer) and own in PASSES_ON else own
            continue
        key = "password" if start in paired else key
        if match["number"] is None or SECRET_KEY.search(key):
            yield start, start + len(literal), literal, key
        key = ""


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _literal(literal: str, key: str) -> tuple[str, int]:
    if literal[0] != '"':
        return f'"{REDACTED}"', 1
    closed = literal if literal.endswith('"') and len(literal) > 1 else None
    if not SECRET_KEY.search(key):
        lowered = literal.lower()
        if not any(need in lowered for need in _JSON_NEEDS):
            return literal, 0
    try:
        value: str = json.loads(closed or literal + '"', strict=False)
    except json.JSONDecodeError:
        return literal, 0
    made, count = _value(value, key)
    encoded = json.dumps(made)
    return (encoded if closed else encoded[:-1]), count


def _value(value: str, key: str) -> tuple[str, int]:
    if SECRET_KEY.search(key) and not (key == "community" and BGP_COMMUNITY.fullmatch(value)):
        return (value, 0) if _MASKED.fullmatch(value) else (REDACTED, 1)
    if is_json(value):
        return _json(value)
    return _text(value, free=FREE_KEY.search(key) is not None)
