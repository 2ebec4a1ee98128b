"""Hold the engine against answers that are missing, broken, unknown or wrapped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from vlan2l3 import platforms
from vlan2l3.capture import store
from vlan2l3.capture.manifest import Status
from vlan2l3.names import DeviceName
from vlan2l3.parse import convert, engine, quirks
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Answer, Reading
from vlan2l3.parse.records import KINDS, FileText, Vlan

VLANS = json.dumps({"vlans": {"10": {"name": "web", "status": "active", "dynamic": False, "interfaces": {}}}})


def reading(folder: Path, *answers: store.RawAnswer, platform: str = "eos") -> Reading:
    """Store answers of one switch as a capture and read it."""
    device = store.RawDevice(name="sw1", platform=platform, answers=answers)
    made = store.write(folder / "capture", name="t", taken="", source="live", devices=[device])
    return engine.read_capture(made)


def test_every_command_of_the_manifest_has_one_answer(tmp_path: Path) -> None:
    """The account lists what was read, what nobody reads, and the three ways of having no data."""
    read = reading(
        tmp_path,
        store.RawAnswer(command="show vlan | json", text=VLANS),
        store.RawAnswer(command="show clock", text="noon\n"),
        store.RawAnswer(command="show mlag detail | json", status=Status.ABSENT, note="MLAG is disabled"),
        store.RawAnswer(command="show version | json", status=Status.FAILED, note="timed out"),
        store.RawAnswer(command="show hostname | json", status=Status.NOT_ASKED),
    )
    assert {a.command: (a.status, a.expected, a.parsed) for a in read.answers} == {
        "show vlan | json": ("data", 1, 1),
        "show clock": ("unread", 0, 0),
        "show mlag detail | json": ("absent", 0, 0),
        "show version | json": ("failed", 0, 0),
        "show hostname | json": ("not-asked", 0, 0),
    }
    assert [type(record) for record in read.records] == [Vlan]
    assert read.records[0].source.pointer == "vlans/10"


def test_unknown_platform_is_unread_and_not_an_error(tmp_path: Path) -> None:
    """A device that nobody can read is a named gap."""
    read = reading(tmp_path, store.RawAnswer(command="show vlan", text="x\n"), platform="")
    assert [(a.status, bool(a.note)) for a in read.answers] == [("unread", True)]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ('{"vlans": {\n"10": {oops\n}}', 2, "not JSON"),
        ('{"vlanTable": {}}', 1, "vlans is missing"),
        ("[" * 100_000, 1, "maximum recursion depth"),
        ('{"vlans": {}, "vlans": {"10": {}}}', 1, "given twice"),
    ],
)
def test_broken_answer_is_reported_and_the_next_one_is_read(
    tmp_path: Path, content: str, line: int, reason: str
) -> None:
    """One answer never stops another, and never ends in a traceback."""
    read = reading(
        tmp_path,
        store.RawAnswer(command="show vlan | json", text=content),
        store.RawAnswer(command="show hostname | json", text='{"hostname": "sw1"}'),
    )
    (lost,) = read.unparsed
    assert reason in lost.reason
    assert lost.source.line == line
    assert {a.command: (a.expected, a.parsed) for a in read.answers} == {
        "show hostname | json": (1, 1),
        "show vlan | json": (1, 0),
    }


def test_broken_row_is_reported_and_its_neighbours_are_read() -> None:
    """One row with a VLAN that can't be is not the end of the table."""
    vlans = {str(n): {"name": "", "status": "active", "interfaces": {}} for n in (10, 4095, 20)}
    read = engine.read_answer(raw("eos", "show vlan", json.dumps({"vlans": vlans})))
    assert [r.vlan for r in read.records if isinstance(r, Vlan)] == [10, 20]
    assert [u.source.pointer for u in read.unparsed] == ["vlans/4095"]
    assert (read.expected, read.parsed) == (3, 2)


def test_text_wrapped_into_json_is_read_as_text() -> None:
    """EOS sends commands without a JSON form as `output`; the line is counted inside it."""
    wrapped = json.dumps({"output": "hostname sw1\n!\ninterface Ethernet1\n", "warnings": ["w"]})
    read = engine.read_answer(raw("eos", "show running-config sanitized", wrapped))
    file = next(r for r in read.records if isinstance(r, FileText))
    assert file.text.startswith("hostname sw1")
    assert {r.source.pointer for r in read.records} == {"output"}
    assert {r.source.line for r in read.records if r.kind == "switchport"} == {3}


def test_text_where_only_json_is_known_is_reported_whole() -> None:
    """Half an understanding is none."""
    read = engine.read_answer(raw("eos", "show arp vrf all", "Address  Age  Hardware Addr\n"))
    assert (read.expected, read.parsed, len(read.unparsed)) == (1, 0, 1)


def test_empty_answer_says_so(tmp_path: Path) -> None:
    """An empty file is data without rows, with a note."""
    read = reading(tmp_path, store.RawAnswer(command="show spanning-tree", text="\n"))
    assert read.answers == (
        Answer(
            device=DeviceName("sw1"),
            command="show spanning-tree",
            file=read.answers[0].file,
            status="data",
            note="the answer is empty",
        ),
    )


@pytest.mark.parametrize("name", platforms.names())
def test_every_name_in_an_index_stands_for_something(name: str) -> None:
    """A misspelt quirk, field or pattern fails here and not at a user's site."""
    platform = platforms.load(name)
    known = quirks.of(name)
    assert platform.commands
    for spec in platform.commands:
        assert spec.tables or spec.reader or spec.xml_reader, spec.command
        for reader in (spec.reader, spec.text_reader, spec.xml_reader):
            assert not reader or reader in known.readers, spec.command
        assert set(spec.otherwise) <= set(spec.aliases), spec.command
        searches = spec.command.startswith("find ")  # the stars of a search mean themselves
        is_open = "*" in spec.command and spec.ask and not searches
        assert is_open == bool(spec.each and spec.items), spec.command
        for table in spec.tables:
            hints = convert.hints(KINDS[table.record])
            assert set(table.fields) | set(table.values) <= set(hints), spec.command
            assert not table.quirk or table.quirk in known.rows, spec.command
            assert bool(table.guard) == bool(table.template or table.pattern), spec.command
            for pattern in (table.pattern, table.guard, table.wrapped, table.total):
                assert re.compile(pattern) is not None
    for pattern in (*platform.absent, *platform.failed, *platform.headings):
        assert re.compile(pattern) is not None


def test_unknown_command_is_a_key_error() -> None:
    """Whoever reads a single answer must have asked for something that can be read."""
    with pytest.raises(KeyError):
        engine.read_answer(raw("eos", "show clock", "noon"))


def raw(platform: str, command: str, content: str) -> Raw:
    """Wrap a text as an answer."""
    return Raw(device=DeviceName("sw"), platform=platform, command=command, file="sw/a", text=content)
