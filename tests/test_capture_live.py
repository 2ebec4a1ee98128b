"""What live devices said becomes raw answers, and what is done survives an interrupt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vlan2l3.capture import live, store
from vlan2l3.capture.journal import OLDEST, Journal
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.collect.device import Heard, Said
from vlan2l3.collect.targets import Target
from vlan2l3.errors import UsageError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TAKEN = "2026-11-23T11:30:00Z"


def heard(*answers: Said, trouble: str = "", platform: str = "eos") -> Heard:
    """Make what one switch said."""
    target = Target(name="sw1", platform=platform, said=platform, address="192.0.2.1", rack="r1")
    return Heard(target=target, taken=TAKEN, answers=answers, trouble=trouble)


def test_each_answer_gets_its_status() -> None:
    """Data, absent, refused, cut off, hung and never asked are not the same."""
    device = live.device(
        heard(
            Said(command="show version | json", text='{"modelName": "x", "version": "4.31"}'),
            Said(command="show mlag detail | json", text="% MLAG is disabled\n"),
            Said(command="show vlan | json", text="% Invalid input\n"),
            Said(command="show interfaces | json", text='{"interfaces": {'),
            Said(command="show running-config", text="hostname sw1\n", trouble="no byte for 60 s"),
            Said(command="show spanning-tree", asked=False, trouble="not asked: the session broke"),
            Said(command="show ip igmp snooping groups", text="a\0b"),
        )
    )
    status = {answer.command: answer.status for answer in device.answers}
    assert status == {
        "show version | json": Status.DATA,
        "show mlag detail | json": Status.ABSENT,
        "show vlan | json": status["show vlan | json"],
        "show interfaces | json": Status.FAILED,
        "show running-config": Status.FAILED,
        "show spanning-tree": Status.NOT_ASKED,
        "show ip igmp snooping groups": Status.FAILED,
    }
    assert status["show vlan | json"] not in (Status.DATA, Status.ABSENT)
    kept = {answer.command: answer.text for answer in device.answers}
    assert kept["show running-config"] == "hostname sw1\n"


def test_a_device_that_let_nobody_in_is_kept_with_the_reason() -> None:
    """Every command of its list is there as not asked."""
    device = live.device(heard(trouble="192.0.2.1:22: Connection refused"))
    assert device.note == "192.0.2.1:22: Connection refused"
    assert {answer.status for answer in device.answers} == {Status.NOT_ASKED}
    assert "show version" in {answer.command for answer in device.answers}


def test_what_a_device_says_of_itself_cannot_move_the_terminal() -> None:
    """A reason may quote a banner; it is one printable line."""
    device = live.device(heard(trouble="banner \x1b[2J\x07 evil\nsecond"))
    assert device.note.isprintable()


def stored(name: str = "sw1") -> store.Stored:
    """Make one stored device with a secret in its answer."""
    answer = RawAnswer(command="show running-config", text="username x secret 0 hunter2\n")
    return store.stored(RawDevice(name=name, platform="eos", answers=(answer,)))


def test_a_journal_gives_back_what_was_kept(tmp_path: Path) -> None:
    """Byte for byte, redacted before it touched the disk."""
    journal = Journal(tmp_path / "network")
    journal.keep(stored(), TAKEN)
    assert "hunter2" not in "".join(file.read_text() for file in journal.folder.iterdir())
    again = Journal(tmp_path / "network").kept(NOW)
    assert again["sw1"].device == stored()
    assert again["sw1"].taken == TAKEN
    journal.clear()
    assert list(tmp_path.iterdir()) == []


def test_what_is_old_or_damaged_is_asked_again(tmp_path: Path) -> None:
    """Tables of this morning are not put beside tables of now."""
    journal = Journal(tmp_path / "network")
    journal.keep(stored("sw1"), TAKEN)
    journal.keep(stored("sw2"), (NOW - OLDEST - timedelta(seconds=1)).isoformat())
    journal.keep(stored("sw3"), TAKEN)
    (journal.folder / "sw3.json").write_text('{"taken"')
    (journal.folder / "sw4.new").write_text("half")
    assert set(journal.kept(NOW)) == {"sw1"}
    assert not (journal.folder / "sw2.json").exists()


def test_a_capture_of_stored_devices_equals_one_of_raw_devices(tmp_path: Path) -> None:
    """Going on after an interrupt makes the same bytes as one run."""
    answer = RawAnswer(command="show running-config", text="username x secret 0 hunter2\n")
    raw = RawDevice(name="sw1", platform="eos", answers=(answer,))
    for name, device in (("a", raw), ("b", stored())):
        store.write(tmp_path / name, name="n", taken=TAKEN, source="live", devices=(device,))
    one, two = ({p.relative_to(d): p.read_bytes() for p in d.rglob("*") if p.is_file()}
                for d in (tmp_path / "a", tmp_path / "b"))  # fmt: skip
    assert one == two


def test_a_place_that_cannot_be_written_to_is_a_message(tmp_path: Path) -> None:
    """And no traceback."""
    (tmp_path / ".network.partial").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written to"):
        Journal(tmp_path / "network").keep(stored(), TAKEN)
