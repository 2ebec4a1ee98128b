"""Say what became of a command, from the device's own words.

Comes in: a platform, a command and the text that came back. Goes out: a `RawAnswer` that is data, absent,
refused or failed. What an answer means is for `parse` to say; an answer that is not whole is never data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vlan2l3.capture.form import json_damage
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer
from vlan2l3.platforms import Platform

_JSON_COMMAND = re.compile(r"\|\s*(?:display\s+)?json\b|\s-j\b|\s-o\s+json\b|\s-f\s+json0?\b")
_HIDDEN = re.compile(r"(?m)^find: .+: Permission denied$")
_FEW_LINES = 8
_FEW_CHARACTERS = 2000
_NOTE = 200


def judge(platform: Platform | None, command: str, text: str, *, is_json: bool = False) -> RawAnswer:
    """Tell data from "not there", from a refusal and from failure.

    A refusal is looked for in short answers only: a running-config may quote one. `is_json` says that the
    answer came from a file that claims to be JSON. A text that is cut off is kept, but it is no data. A
    search for files that could not look everywhere is data with a note.
    """
    text = text.replace("\r\n", "\n")
    if not text.strip():
        spec = platform.spec(command) if platform else None
        empty = spec is not None and spec.may_be_empty
        return RawAnswer(command=command, text="") if empty else failed(command, "empty answer")
    if platform is not None and _is_short(text):
        spec = platform.spec(command)
        absent = (*platform.absent, *(spec.absent if spec else ()))
        for status, patterns in ((Status.ABSENT, absent), (Status.REFUSED, platform.failed)):
            words = _words(text, patterns)
            if words:
                return RawAnswer(command=command, status=status, note=words)
    damage = _damage(platform, command, text, is_json=is_json)
    if damage:
        return failed(command, damage, text=text)
    hidden = len(_HIDDEN.findall(text)) if command.startswith("find ") else 0
    return RawAnswer(
        command=command, text=text, note=f"{hidden} folder(s) it may not look into" if hidden else ""
    )


def failed(command: str, note: str, *, text: str | None = None) -> RawAnswer:
    """Make the answer of a command that failed."""
    return RawAnswer(command=command, text=text, status=Status.FAILED, note=note)


def _is_short(text: str) -> bool:
    lines = sum(1 for line in text.splitlines() if line.strip())
    return len(text) <= _FEW_CHARACTERS and (lines <= _FEW_LINES or text.lstrip()[:1] in ("{", "["))


def _words(text: str, patterns: Iterable[str]) -> str:
    """Give the line in which a device said so, or nothing."""
    for pattern in patterns:
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            start = text.rfind("\n", 0, found.start()) + 1
            lines = [line.strip() for line in text[start:].splitlines() if line.strip()]
            return lines[0][:_NOTE] if lines else "the device refused"
    return ""


def _damage(platform: Platform | None, command: str, text: str, *, is_json: bool) -> str:
    spec = platform.spec(command) if platform else None
    asked = is_json or _JSON_COMMAND.search(command) is not None
    looks = text.lstrip()[:1] in ("{", "[") and spec is not None and spec.format == "json"
    return json_damage(text) if asked or looks else ""
