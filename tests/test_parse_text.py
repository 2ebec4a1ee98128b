"""Hold the text tables against lines that are broken, moved and unknown: none may vanish."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import ttp
from hypothesis import given, settings
from hypothesis import strategies as st

from vlan2l3 import platforms
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine, text
from vlan2l3.parse.raw import Raw, Rows

MAC_HEAD = """          Mac Address Table
------------------------------------------------------------------

Vlan    Mac Address       Type        Ports      Moves   Last Move
----    -----------       ----        -----      -----   ---------
"""
NXOS_MAC_HEAD = """Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link,
        (T) - True, (F) - False, C - ControlPlane MAC, ~ - vsan
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------
"""
MANGLED = st.sampled_from(
    [
        "110    001c.7300.00zz    DYNAMIC     Et5        1       0:08:16 ago",
        "110    001c.7300.0001    DYNAMIC     Et5        1       0:08:16 ago   extra column",
        "   110 001c.7300.0001",
        "4095    001c.7300.0001    DYNAMIC     Et5        1       0:08:16 ago",
        "110    001c.7300.0001    DYNAMIC     E$5        1       0:08:16 ago",
        "something a later version prints",
        "*  110     001c.7300.00",
        "~!@",
    ]
)


def answer(platform: str, command: str, content: str) -> Rows:
    """Read one answer of a switch without a name."""
    raw = Raw(device=DeviceName("sw"), platform=platform, command=command, file="sw/answer.txt", text=content)
    return engine.read_answer(raw)


def eos_row(number: int) -> str:
    """Write one row of the EOS table; VLAN numbers are right-aligned, as the device prints them."""
    mac, port = f"001c.{number >> 16:04x}.{number & 0xFFFF:04x}", f"Et{number % 48 + 1}"
    return f"{number % 4094 + 1:4}    {mac}    DYNAMIC     {port}        1       9 days, 15:57:28 ago"


def nxos_row(number: int) -> str:
    """Write one row of the NX-OS table; `+` and `*` alternate."""
    mac, port = f"001c.{number >> 16:04x}.{number & 0xFFFF:04x}", f"Eth1/{number % 48 + 1}"
    return f"{'*+'[number % 2]} {number % 4094 + 1:4}     {mac}   dynamic  0         F      F    {port}"


@pytest.mark.parametrize(
    ("platform", "head", "row"), [("eos", MAC_HEAD, eos_row), ("nxos", NXOS_MAC_HEAD, nxos_row)]
)
@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 12), data=st.data())
def test_mangled_line_is_reported_exactly_and_every_other_row_stays(
    platform: str, head: str, row: object, count: int, data: st.DataObject
) -> None:
    """Wherever a broken row stands, it alone is unparsed, with its number, and no neighbour is lost."""
    assert callable(row)
    rows = [row(number) for number in range(count)]
    place, broken = data.draw(st.integers(0, count)), data.draw(MANGLED)
    whole = answer(platform, "show mac address-table", head + "\n".join(rows) + "\n")
    rows.insert(place, broken)
    read = answer(platform, "show mac address-table", head + "\n".join(rows) + "\n")
    assert [(u.source.line, u.text) for u in read.unparsed] == [(head.count("\n") + 1 + place, broken)]
    assert [(r.mac, r.vlan) for r in read.records] == [(r.mac, r.vlan) for r in whole.records]  # type: ignore[attr-defined]
    assert read.parsed == count == whole.parsed == whole.expected
    assert read.expected == count + 1


def test_right_aligned_rows_are_not_lost() -> None:
    """Leading blanks are where TTP silently loses rows."""
    numbers = [1, 9, 99, 999, 4093]
    read = answer("eos", "show mac address-table", MAC_HEAD + "\n".join(map(eos_row, numbers)))
    assert [record.vlan for record in read.records] == [n + 1 for n in numbers]  # type: ignore[attr-defined]
    assert not read.unparsed


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
def test_line_ends_do_not_matter(ending: str, last: str) -> None:
    """A missing final newline or carriage returns change nothing."""
    content = (MAC_HEAD + "\n".join(map(eos_row, range(3))) + last).replace("\n", ending)
    read = answer("eos", "show mac address-table", content)
    assert (read.parsed, read.expected, read.unparsed) == (3, 3, ())


def test_count_of_the_device_is_held_against_the_rows() -> None:
    """A table that was cut off shows by the device's own total."""
    content = MAC_HEAD + eos_row(1) + "\nTotal Mac Addresses for this criterion: 2\n"
    read = answer("eos", "show mac address-table", content)
    assert (read.parsed, read.expected) == (1, 2)
    assert [u.reason for u in read.unparsed] == ["the device counts 2 rows, 1 were found"]
    assert read.unparsed[0].source.line == content.count("\n")


def test_wrapped_lines_belong_to_the_row_above() -> None:
    """A port list that goes on below is read whole, and the row keeps its first line's number."""
    content = (
        "VLAN Name                             Status    Ports\n"
        "---- -------------------------------- --------- -------------------------------\n"
        "1    default                          active    Po4, Eth1/2,\n"
        "                                                Eth1/4\n"
        "2    a name                           active\n"
    )
    read = answer("nxos", "show vlan brief", content)
    first, second = read.records
    assert first.ports == ("Ethernet1/2", "Ethernet1/4", "port-channel4")  # type: ignore[attr-defined]
    assert (first.source.line, second.source.line) == (3, 5)
    assert second.name == "a name"  # type: ignore[attr-defined]
    assert not read.unparsed


def test_heading_alone_is_an_empty_table_and_not_a_failure() -> None:
    """No rows is an answer."""
    read = answer("eos", "show mac address-table", MAC_HEAD)
    assert (read.records, read.unparsed, read.expected) == ((), (), 0)


def test_complaint_that_ttp_only_logs_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template with an unknown function must not read as a table without rows."""
    (tmp_path / "eos").mkdir()
    (tmp_path / "eos" / "bad.ttp").write_text('<group name="a*">\n{{ x | no_such_function }}\n</group>\n')
    monkeypatch.setattr(platforms, "parsers_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="TTP complains"):
        text.matches("eos", "bad.ttp", text.lines("word\n"))


def test_cache_of_ttp_is_private() -> None:
    """A pickle that others can write is code that others can run, and site-packages may be read-only."""
    folder = Path(os.environ["TTPCACHEFOLDER"])
    before = {path: path.stat().st_mtime_ns for path in Path(ttp.__file__).parent.glob("*.pickle")}
    answer("eos", "show mac address-table", MAC_HEAD)
    assert list(folder.glob("*.pickle"))
    assert folder.stat().st_mode & 0o077 == 0
    assert {path: path.stat().st_mtime_ns for path in Path(ttp.__file__).parent.glob("*.pickle")} == before


def test_every_text_table_has_a_guard_and_a_template_that_exists() -> None:
    """A table without a guard has no count to be held against."""
    tables = [
        (name, spec, table)
        for name in ("eos", "nxos")
        for spec in platforms.load(name).commands
        for table in spec.tables
        if table.is_text
    ]
    assert len(tables) >= 10
    for name, spec, table in tables:
        assert table.guard, spec.command
        assert spec.headings or platforms.load(name).headings, spec.command
        path = platforms.parsers_folder() / name / table.template
        assert table.pattern or path.is_file(), path
        assert table.pattern or "<macro" not in path.read_text(), "a macro is code"


def test_large_table_is_read_whole() -> None:
    """Ten thousand rows are an ordinary core switch."""
    content = MAC_HEAD + "\n".join(map(eos_row, range(10_000)))
    read = answer("eos", "show mac address-table", content)
    assert (read.parsed, read.expected, read.unparsed) == (10_000, 10_000, ())
