"""The intent file: what is accepted, and what is said about the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vlan2l3.design.intent import load
from vlan2l3.errors import UsageError

GOOD = """\
[campaign]
name = "demo"
[asn]
hosts = 4200100000
leafs = 4200000000
cores = 4200009000
[loopbacks]
ipv4 = "10.254.0.0/24"
ipv6 = "2001:db8:ffff::/64"
"""
WAIVER = """\
[[waiver]]
kind = "unknown-mac"
subject = "leaf-a Ethernet1 02:00:00:00:00:01"
reason = "asked its owner"
by = "netops"
until = "2027-01-31"
"""


def fault(tmp_path: Path, text: str) -> str:
    """Give everything that is said about a file."""
    path = tmp_path / "vlan2l3.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load(path)
    return f"{caught.value}\n{caught.value.hint}"


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    """A date is a date, written with or without quotes."""
    path = tmp_path / "vlan2l3.toml"
    path.write_text(GOOD + WAIVER + WAIVER.replace('"2027-01-31"', "2027-02-28"))
    assert [waiver.until for waiver in load(path).waiver] == [date(2027, 1, 31), date(2027, 2, 28)]


def test_an_unknown_key_is_named_with_those_allowed(tmp_path: Path) -> None:
    """All unknown keys are listed at once, each with the keys of its own table."""
    said = fault(tmp_path, GOOD.replace("hosts", "servers") + WAIVER.replace("until", "til"))
    assert "unknown key `asn.servers`" in said
    assert "allowed here: `cores`, `hosts`, `leafs`" in said
    assert "unknown key `waiver[1].til`" in said
    assert "`until`" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("[loopbacks]", "[loopback]"), "unknown key `loopback`"),
        (GOOD.split("[loopbacks]", maxsplit=1)[0], "missing `loopbacks`"),
        (GOOD.replace("4200100000", "64512"), "4200000000"),
        (GOOD.replace("10.254.0.0/24", "10.254.0.1/24"), "host bits set"),
        (GOOD.replace("10.254.0.0/24", "2001:db8::/64"), "is not ipv4"),
        (GOOD + WAIVER.replace("asked its owner", "ok"), "length >= 8"),
        (GOOD + "x = = 1\n", "is not TOML"),
    ],
)
def test_a_fault_is_said_in_words(tmp_path: Path, text: str, words: str) -> None:
    """Whatever is wrong, the message names it."""
    assert words in fault(tmp_path, text)


def test_a_missing_file_is_said_with_a_hint(tmp_path: Path) -> None:
    """No intent file is a usage error, not a default."""
    with pytest.raises(UsageError, match="there is no intent file") as caught:
        load(tmp_path / "vlan2l3.toml")
    assert "demo" in caught.value.hint
