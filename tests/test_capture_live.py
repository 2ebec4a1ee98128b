"""What live devices said becomes raw answers, and what is done survives an interrupt."""

from __future__ import annotations

import fcntl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
ASKED = "digest-of-a-target"
WANTED = dict.fromkeys(("sw1", "sw2", "sw3", "sw4"), ASKED)


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
    journal.keep(stored(), TAKEN, ASKED)
    assert "hunter2" not in "".join(file.read_text() for file in journal.folder.iterdir())
    again = Journal(tmp_path / "network").kept(NOW, WANTED)
    assert again["sw1"].device == stored()
    assert again["sw1"].taken == TAKEN
    journal.clear()
    assert list(tmp_path.iterdir()) == []


def test_what_is_old_or_damaged_is_asked_again(tmp_path: Path) -> None:
    """Tables of this morning are not put beside tables of now."""
    journal = Journal(tmp_path / "network")
    journal.keep(stored("sw1"), TAKEN, ASKED)
    journal.keep(stored("sw2"), (NOW - OLDEST - timedelta(seconds=1)).isoformat(), ASKED)
    journal.keep(stored("sw3"), TAKEN, ASKED)
    (journal.folder / "sw3.json").write_text('{"taken"')
    (journal.folder / "sw4.new").write_text("half")
    assert set(journal.kept(NOW, WANTED)) == {"sw1"}
    assert not (journal.folder / "sw2.json").exists()


@pytest.mark.parametrize(
    ("taken", "believed"),
    [
        ((NOW + timedelta(seconds=2)).isoformat(), True),
        ((NOW + timedelta(hours=1)).isoformat(), False),
        ("9999-12-31T23:59:59Z", False),
        ("2026-11-23T11:30:00", False),
        ("2026-11-23", False),
        ("", False),
        ("now", False),
    ],
)
def test_a_time_that_cannot_be_is_not_believed(tmp_path: Path, taken: str, *, believed: bool) -> None:
    """A time of no zone, or of later than now, does not say how old something is."""
    journal = Journal(tmp_path / "network")
    journal.keep(stored(), taken, ASKED)
    assert bool(journal.kept(NOW, WANTED)) is believed


@pytest.mark.parametrize("wanted", [{}, {"sw1": "another"}, {"sw2": ASKED}])
def test_what_was_kept_of_another_inventory_is_dropped(tmp_path: Path, wanted: dict[str, str]) -> None:
    """A device under the same name may be another machine."""
    journal = Journal(tmp_path / "network")
    journal.keep(stored(), TAKEN, ASKED)
    assert journal.kept(NOW, wanted) == {}
    assert journal.kept(NOW, WANTED) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"platform": "nxos"},
        {"said": "arista_eos"},
        {"address": "192.0.2.2"},
        {"port": 2222},
        {"transport": "eapi"},
        {"username": "other"},
        {"rack": "r2"},
        {"sudo": False},
    ],
)
def test_a_digest_tells_another_target_of_the_same_name(changed: dict[str, Any]) -> None:
    """Every way in which the answers could be others."""
    target = heard().target
    assert replace(target).digest() == target.digest()
    assert replace(target, **changed).digest() != target.digest()


def test_a_second_run_into_the_same_place_is_refused(tmp_path: Path) -> None:
    """It would take the devices of the first for its own, and ask what the first is asking."""
    folder = tmp_path / "captures" / "network"
    with Journal(folder).alone():
        with pytest.raises(UsageError, match=r"another run is collecting into `.*network`") as error:
            Journal(folder).alone().__enter__()
        assert "--name" in error.value.hint
        with Journal(folder.with_name("other")).alone():
            pass
    with Journal(folder).alone():
        pass
    assert list(folder.parent.iterdir()) == []


def test_the_lock_of_a_run_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    """Its file stays behind, the lock does not."""
    (tmp_path / ".network.lock").touch()
    with Journal(tmp_path / "network").alone():
        pass


def test_a_lock_on_a_file_that_was_taken_away_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run before may end between opening the file and locking it: it is tried again on the new one."""
    lock, flock = tmp_path / ".network.lock", fcntl.flock

    def once(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        lock.unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", once)
    with Journal(tmp_path / "network").alone(), pytest.raises(UsageError, match="another run"):
        Journal(tmp_path / "network").alone().__enter__()


def test_a_place_that_cannot_be_locked_is_a_message(tmp_path: Path) -> None:
    """And no traceback."""
    (tmp_path / "captures").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be locked"):
        Journal(tmp_path / "captures" / "network").alone().__enter__()


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
        Journal(tmp_path / "network").keep(stored(), TAKEN, ASKED)
