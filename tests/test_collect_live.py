"""A whole collection in this process: what it refuses to begin with, to replace, and to take for done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.live import http
from tests.live.device import FOREVER, Device
from tests.live.network import inventory
from vlan2l3.capture import store
from vlan2l3.capture.journal import Journal
from vlan2l3.cli.live import Request, gather
from vlan2l3.collect import files, sessions
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.errors import UsageError

SECRET = "s3cret-of-the-test"
VERSION = {"show version | json": '{"modelName": "x", "version": "4.31"}'}

pytestmark = pytest.mark.checkout


@pytest.fixture(autouse=True)
def nothing_stays_ended() -> Iterator[None]:
    """Let sessions be opened again, which an interrupt forbids to the whole process."""
    yield
    sessions.begin()


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[http.Rig]:
    """Play switches over HTTPS, with a login in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.delenv("VLAN2L3_ENABLE_PASSWORD", raising=False)
    with http.Rig(tmp_path) as rig:
        yield rig


def switch(name: str, **given: Any) -> Device:
    """Make a switch that knows one command."""
    plain = {"platform": "arista_eos", "hostname": name, "user": "reader", "password": SECRET}
    return Device(**plain | {"answers": VERSION} | given)


def collected(
    folder: Path, *servers: http.Server, data: dict[str, str] | None = None, **settings: Any
) -> Path:
    """Collect from servers as the command does, and give the place of the capture."""
    how = {"ca_file": "ca.pem", "retries": 0} | settings
    inventory(folder, servers, data={"transport": "eapi", **(data or {})}, discover=how)
    capture = folder / "captures" / "network"
    gather(Request(intent=folder / "vlan2l3.toml", name="network"), capture)
    return capture


def test_an_outage_of_all_does_not_replace_a_capture(tmp_path: Path, rig: http.Rig) -> None:
    """What lies there is worth more than a list of devices that did not answer."""
    server = rig.add(switch("sw1"))
    capture = collected(tmp_path, server)
    before = store.load(capture).digest
    server.device = replace(server.device, password="changed")
    with pytest.raises(
        UsageError, match=r"none of the 1 device\(s\) answered; `.*` stays as it was"
    ) as error:
        collected(tmp_path, server)
    assert "--name" in error.value.hint
    assert store.load(capture).digest == before
    assert [path.name for path in capture.parent.iterdir()] == ["network"]


def test_an_outage_of_every_answer_does_not_replace_a_capture_either(tmp_path: Path, rig: http.Rig) -> None:
    """A device that lets us in and then says nothing of use gave no answer; and it is not taken for done."""
    server = rig.add(switch("sw1"))
    before = store.load(collected(tmp_path, server)).digest
    good, server.device = server.device, replace(server.device, disconnects=True)
    with pytest.raises(UsageError, match="answered"):
        collected(tmp_path, server)
    server.device = good
    assert store.load(collected(tmp_path, server)).digest == before


def test_an_outage_of_all_is_written_where_nothing_lies(tmp_path: Path, rig: http.Rig) -> None:
    """The reasons are what there is to see."""
    capture = collected(tmp_path, rig.add(switch("sw1", password="another")))
    (device,) = store.load(capture).manifest.devices
    assert "refused the login" in device.note


def test_an_outage_of_some_is_written(tmp_path: Path, rig: http.Rig) -> None:
    """The ledger shows who is missing."""
    servers = [rig.add(switch(name)) for name in ("sw1", "sw2")]
    collected(tmp_path, *servers)
    servers[1].device = replace(servers[1].device, password="changed")
    one, two = store.load(collected(tmp_path, *servers)).manifest.devices
    assert (one.note, "refused the login" in two.note) == ("", True)


def interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *servers: http.Server, after: int, data: dict[str, str]
) -> list[str]:
    """Begin to collect, be interrupted when some devices are there, and give those that are kept."""
    stored, seen = store.stored, [0]

    def typed(device: store.RawDevice) -> store.Stored:
        if seen[0] == after:
            raise KeyboardInterrupt
        seen[0] += 1
        return stored(device)

    with monkeypatch.context() as patch:
        patch.setattr(store, "stored", typed)
        with pytest.raises(KeyboardInterrupt):
            collected(folder, *servers, data=data, workers=1, sessions_per_second=1000.0)
    return [file.stem for file in (folder / "captures").glob(".network.partial/*.json")]


def test_a_device_that_failed_is_asked_again_after_an_interrupt(
    tmp_path: Path, rig: http.Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what answered is done."""
    bad = rig.add(switch("sw1", password="another"))
    good, last = rig.add(switch("sw2")), rig.add(switch("sw3"))
    assert interrupted(tmp_path, monkeypatch, bad, good, last, after=2, data={}) == ["sw2"]
    assert "1 of 3 devices are kept" in capsys.readouterr().err
    bad.device = replace(bad.device, password=SECRET)
    asked = len(rig.journal.lines("sw2"))
    devices = store.load(collected(tmp_path, bad, good, last)).manifest.devices
    assert [device.note for device in devices] == ["", "", ""]
    assert len(rig.journal.lines("sw2")) == asked


def test_what_was_kept_of_another_inventory_is_asked_again(
    tmp_path: Path, rig: http.Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same name in another rack is another device."""
    one, two = rig.add(switch("sw1")), rig.add(switch("sw2"))
    assert interrupted(tmp_path, monkeypatch, one, two, after=1, data={}) == ["sw1"]
    asked = len(rig.journal.lines("sw1"))
    capture = store.load(collected(tmp_path, one, two, data={"rack": "r9"}))
    assert {device.rack for device in capture.manifest.devices} == {"r9"}
    assert len(rig.journal.lines("sw1")) > asked


def test_two_runs_into_one_place_do_not_share_a_journal(tmp_path: Path, rig: http.Rig) -> None:
    """The second asks nobody."""
    server = rig.add(switch("sw1"))
    with Journal(tmp_path / "captures" / "network").alone(), pytest.raises(UsageError, match="another run"):
        collected(tmp_path, server)
    assert rig.journal.lines() == ()


def test_a_fault_of_the_disk_does_not_wait_for_the_slow(
    tmp_path: Path, rig: http.Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the collection ends the open sessions, too."""
    fast = rig.add(switch("sw1"))
    slow = rig.add(switch("sw2", latency=FOREVER))

    def full(*_: Any) -> None:
        while not rig.journal.lines("sw2"):
            threading.Event().wait(0.01)
        raise UsageError("no space left")

    monkeypatch.setattr(Journal, "keep", full)
    said: list[str] = []

    def run() -> None:
        with pytest.raises(UsageError) as error:
            collected(tmp_path, fast, slow, timeout=60.0)
        said.append(str(error.value))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(15)
    assert said == ["no space left"]


# --- files that the settings name -------------------------------------------------------------------


def faults(way: str, **named: str) -> dict[str, str]:
    """Give what is wrong with the files, by their places."""
    target = Target(name="sw1", platform="eos", said="eos", address="192.0.2.1", transport=way)
    try:
        files.check(Discover(**named), [target])
    except UsageError as error:
        return {problem.where: problem.what for problem in error.problems}
    return {}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a person without files of their own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    return tmp_path


def test_files_that_are_not_there_are_told_at_once(home: Path) -> None:
    """Each once, not once a device; and only those that are needed."""
    named = {"known_hosts": "~/none", "ssh_config": f"{home}/no", "ca_file": f"{home}/n.pem"}
    missing = "there is no such file"
    assert faults("cli", **named) == {f"{home}/none": missing, f"{home}/no": missing}
    assert faults("eapi", **named) == {f"{home}/n.pem": missing}
    assert faults("cli") == {}


def test_files_that_hold_something_else_are_told(home: Path) -> None:
    """A folder, no text, no certificate, a key that is cut off."""
    (home / "binary").write_bytes(b"\xff\xfe\0")
    (home / "text").write_text("hello\n")
    (home / "keys").write_text("sw1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\n")
    assert faults("eapi", ca_file=f"{home}/text") == {
        f"{home}/text": "the file holds no certificates in PEM form"
    }
    assert faults("cli", ssh_config=str(home)) == {str(home): "the file can't be read: Is a directory"}
    assert list(faults("cli", ssh_config=f"{home}/binary").values()) == ["the file is not text"]
    (fault,) = faults("cli", known_hosts=f"{home}/keys").values()
    assert fault.startswith("a line is no host key")


@pytest.mark.parametrize("line", ["Port abc", "port=99999", '  PORT = "x y"', "Port 0", "Port -1", "Port ²"])
def test_a_port_that_is_none_is_told_with_its_line(home: Path, line: str) -> None:
    """In the file of the settings as in the person's own."""
    for file, named in ((home / "config", {"ssh_config": "~/config"}), (home / ".ssh" / "config", {})):
        file.write_text(f"Host *\n  User x\n{line}\n")
        (where,) = faults("cli", **named)
        assert where == f"{file}:3"
        assert faults("eapi", **named) == {}
        file.unlink()


def test_a_file_for_ssh_that_is_in_order_is_taken(home: Path) -> None:
    """What paramiko reads is no fault."""
    (home / "config").write_text('# Port abc\nHost *\n  Port "22"\nPort=2222\n\tport 2223  \nProxyJump x\n')
    assert faults("cli", ssh_config="~/config") == {}


def test_a_file_for_ssh_that_paramiko_cannot_read_is_told(home: Path) -> None:
    """One line of it, not one a device."""
    (home / "config").write_text("Host *\n  Match\n")
    (fault,) = faults("cli", ssh_config="~/config").values()
    assert fault.startswith("the file is not understood")


def test_a_collection_looks_at_its_files_first(tmp_path: Path, rig: http.Rig) -> None:
    """Nobody is asked."""
    with pytest.raises(UsageError, match=r"1 fault\(s\) in files that are needed"):
        collected(tmp_path, rig.add(switch("sw1")), ca_file="none.pem")
    assert rig.journal.lines() == ()
    assert not (tmp_path / "captures").exists()
