"""Break answers in every way a wire, a file or a device can, and read them.

The corpus is every sample of the project and, where they are on this machine, every real output. Whatever is
done to one, reading it raises nothing, ends soon, and reports what it does not understand.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import real
from tests.conftest import REAL_OUTPUTS, ROOT
from vlan2l3 import platforms
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw, Rows

LONGEST = 10.0  # seconds, for one answer
CUT_OFF = 200_000  # characters of a corpus file that are used: the time goes into many files, not long ones

pytestmark = pytest.mark.checkout


@cache
def corpus(platform: str) -> tuple[tuple[str, str], ...]:
    """Give (command, text) of every sample of a platform."""
    found: list[tuple[str, str]] = []
    for spec in platforms.load(platform).commands:
        folder = ROOT / "fixtures" / "samples" / platform / platforms.slug(spec.command)
        files = sorted(f for f in folder.glob("*") if f.suffix in (".txt", ".json"))
        found += [(spec.command, file.read_text()) for file in files]
    if REAL_OUTPUTS.is_dir():
        found += [(s.command, s.text[:CUT_OFF]) for s in real.samples() if s.platform == platform]
    return tuple(found)


def read(platform: str, command: str, text: str) -> Rows:
    """Read a text, and hold the account of it together."""
    raw = Raw(device=DeviceName("device"), platform=platform, command=command, file="f", text=text)
    begun = time.perf_counter()
    rows = engine.read_answer(raw)
    assert time.perf_counter() - begun < LONGEST
    assert rows.expected >= rows.parsed >= 0
    assert rows.unparsed or rows.expected == rows.parsed
    return rows


def lines(text: str) -> list[str]:
    """Split as a file is, and keep the ends."""
    return text.splitlines(keepends=True)


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _beheaded(text: str, chance: random.Random) -> str:
    return text[chance.randrange(len(text) + 1) :]


def _doubled(text: str, _chance: random.Random) -> str:
    return text + text


def _shuffled(text: str, chance: random.Random) -> str:
    parts = lines(text)
    chance.shuffle(parts)
    return "".join(parts)


def _dropped(text: str, chance: random.Random) -> str:
    return "".join(line for line in lines(text) if chance.random() > 0.1)


def _swapped(text: str, chance: random.Random) -> str:
    """Exchange single characters for others that mean something."""
    letters = list(text)
    for _ in range(min(20, len(letters))):
        letters[chance.randrange(len(letters))] = chance.choice("0aZ :|-*\t{}[]\"'\\,\0\x1b\u2028é")
    return "".join(letters)


def _crlf(text: str, _chance: random.Random) -> str:
    return text.replace("\n", "\r\n")


def _latin(text: str, chance: random.Random) -> str:
    data = text.replace("a", "\u00e9", chance.randrange(3)).encode("latin-1", "replace")
    return data.decode("utf-8", "replace")


def _nul(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return f"{text[:place]}\0{text[place:]}"


def _huge(text: str, chance: random.Random) -> str:
    """Make one line very long, of what its neighbours are made of."""
    parts = lines(text) or [""]
    place = chance.randrange(len(parts))
    filler = chance.choice([" ", "1", "a", "-", "0.", "a b ", "Et1,", "1,", '"', "{", "\t"])
    parts[place] = parts[place].rstrip("\n") + filler * (100_000 // len(filler)) + "\n"
    return "".join(parts)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _cut, _beheaded, _doubled, _shuffled, _dropped, _swapped, _crlf, _latin, _nul, _huge,
)  # fmt: skip


@pytest.mark.parametrize("platform", platforms.names())
@settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
@given(pick=st.integers(0, 10**9), mutation=st.sampled_from(MUTATIONS), seed=st.integers(0, 10**6))
def test_broken_answer_is_read_or_reported(
    platform: str, pick: int, mutation: Callable[[str, random.Random], str], seed: int
) -> None:
    """No exception escapes, and the account stays whole."""
    found = corpus(platform)
    command, text = found[pick % len(found)]
    read(platform, command, mutation(text, random.Random(seed)))


@pytest.mark.parametrize("platform", platforms.names())
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(pick=st.integers(0, 10**9), text=st.text(max_size=300))
def test_any_text_at_all_is_read_or_reported(platform: str, pick: int, text: str) -> None:
    """Random characters are no table."""
    commands = platforms.load(platform).commands
    read(platform, commands[pick % len(commands)].command, text)


@pytest.mark.parametrize("platform", platforms.names())
def test_a_foreign_line_in_a_table_is_reported(platform: str) -> None:
    """A line that no table explains is never dropped, wherever it stands in a text that tables read."""
    tried = 0
    for command, text in corpus(platform):
        spec = platforms.load(platform).spec(command)
        if not spec or not any(t.is_text for t in spec.tables) or text.lstrip()[:1] in ("{", "[", "<"):
            continue
        parts = lines(text.rstrip("\n") + "\n")
        for place in (0, len(parts) // 2, len(parts)):
            foreign = "%%% zq7 nothing that any device prints %%%\n"
            before = {u.text for u in read(platform, command, text).unparsed}
            rows = read(platform, command, "".join([*parts[:place], foreign, *parts[place:]]))
            after = " ".join(u.text for u in rows.unparsed if u.text not in before)
            # a description of many lines, which a neighbour sent, may hold anything: there it is kept
            assert "zq7" in after or "zq7" in repr(rows.records), (
                f"{command}, line {place + 1}: {text[:80]!r}"
            )
            tried += 1
    if not tried:
        pytest.skip(f"{platform} has no text table")


@pytest.mark.parametrize("platform", platforms.names())
def test_a_huge_line_is_reported_at_once(platform: str) -> None:
    """A damaged file's line of any length costs a moment, and never a pattern's square of its length."""
    tried = 0
    for command, text in corpus(platform):
        spec = platforms.load(platform).spec(command)
        if not spec or not any(t.is_text for t in spec.tables) or text.lstrip()[:1] in ("{", "[", "<"):
            continue
        parts = lines(text.rstrip("\n") + "\n")
        middle = len(parts) // 2
        for huge in ("Et1 " * 100_000, "x" + " " * 1000 + "y", "1," * 100_000, "0" * 100_000):
            rows = read(platform, command, "".join([*parts[:middle], f"{huge}\n", *parts[middle:]]))
            lost = [u for u in rows.unparsed if u.source.line == middle + 1]
            assert lost, command
            assert len(lost[0].text) <= 200
            tried += 1
    if not tried:
        pytest.skip(f"{platform} has no text table")
