"""Find the line of `vlan2l3.toml` that says a thing.

Comes in: the file's text and a key, `asn.hosts` or `waiver[1]`. Goes out: the line and what it says, in the
words of the parsed file, so that no comment is repeated.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

_KEY = re.compile(r"(?P<table>\w+)(?:\[(?P<number>[0-9]+)\]|\.(?P<name>\w+))")


def line_of(text: str, key: str) -> tuple[int, str]:
    """Give the line of a key, 0 when no single line says it, and what it says.

    Raises:
        KeyError: when the file doesn't have it: a wrong key is a bug.
    """
    said = _value(tomllib.loads(text), key)
    if said is None:
        raise KeyError(key)
    table, name = re.split(r"[.\[]", key)[:2]
    words = f"{key} = {_word(said)}"
    if isinstance(said, dict):
        words = f"[[{table}]] " + ", ".join(f"{k} = {_word(v)}" for k, v in said.items())
    lines = text.replace("\r\n", "\n").split("\n")  # as TOML does: no other character ends a line
    for number, line in enumerate(lines, start=1):
        wanted = (table if isinstance(said, dict) else name) in line
        if wanted and _value(_tree("\n".join(lines[:number])), key) is not None:
            return number, words
    return 0, words


def _tree(text: str) -> dict[str, Any]:
    """Read the beginning of a file; one that ends inside a value says nothing yet."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _value(tree: dict[str, Any], key: str) -> Any:
    found = _KEY.fullmatch(key)
    if found is None:
        raise KeyError(key)
    value = tree.get(found["table"])
    if found["name"]:
        return value.get(found["name"]) if isinstance(value, dict) else None
    rows = value if isinstance(value, list) else []
    return rows[int(found["number"]) - 1] if len(rows) >= int(found["number"]) else None


def _word(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
