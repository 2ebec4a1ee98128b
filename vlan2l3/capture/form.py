"""Tell whether a text is whole JSON, and if not, where it breaks.

Comes in: a text. Goes out: a yes or a place. The values are not looked at.
"""

from __future__ import annotations

import json

import msgspec


def is_json(text: str) -> bool:
    """Tell whether a text is one whole JSON object or array."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True


def json_damage(text: str) -> str:
    """Say where a text stops being JSON, or nothing when it is whole; line and column count from 1."""
    if is_json(text):
        return ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno} column {error.colno}"
        if error.msg.startswith("Extra data"):
            return f"text after the JSON {where}"
        if not text[error.pos :].strip() or "Unterminated" in error.msg:
            return f"JSON cut off {where}"
        return f"not JSON {where}"
    except RecursionError:
        return "JSON nested too deeply"
    return "" if text.lstrip()[:1] in ("{", "[") else "not a JSON object or list"
