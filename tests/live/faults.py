"""Name what can go wrong at the far end, and mangle an answer accordingly.

Comes in: an answer's text. Goes out: the text that is really sent. How it is sent, and whether the connection
survives it, is the server's part.
"""

from __future__ import annotations

from enum import StrEnum, auto

HUGE_BYTES = 5_000_000
JSON_STARTS = ("{", "[")


class Fault(StrEnum):
    """Name one thing that goes wrong with one command."""

    HANG = auto()  # half of the answer, then nothing, for ever
    RESET = auto()  # half of the answer, then a TCP reset
    CUT = auto()  # half of the answer, then the prompt, as if it were whole; of HTTP a cut body
    PAGER = auto()  # stops at a pager although paging was turned off
    PROMPT_INSIDE = auto()  # the prompt's own text in the middle, and a pause behind it
    PROMPTS_INSIDE = auto()  # two lines of prompts in the middle, and a short pause behind them
    PROMPTS_LATE = auto()  # the same, and a pause that outlasts every patience
    HANG_AT_PROMPT = auto()  # half of the answer and a prompt, then nothing, for ever
    HUGE = auto()  # five megabytes
    DENIED = auto()  # the AAA server doesn't let this user run it


def half(text: str) -> str:
    """Give the first half of an answer, which never ends with a line."""
    return text[: len(text) // 2].rstrip("\n")


def huge(text: str) -> str:
    """Make an answer five megabytes long; JSON keeps its value, text repeats its lines."""
    if text.lstrip().startswith(JSON_STARTS):
        end = text.rstrip()
        blank = " " * 99 + "\n"
        return end[:-1] + "\n" + blank * (HUGE_BYTES // len(blank)) + end[-1] + "\n"
    whole = text if text.endswith("\n") else f"{text}\n"
    return whole * -(-HUGE_BYTES // len(whole))
