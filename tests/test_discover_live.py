"""`vlan2l3 discover` against live peers: real protocols, played devices, and a real sshd.

Whatever one device does, it ends as a status and a message, the others are not affected, and nothing
half-written stays.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.conftest import ROOT
from tests.live import http, ssh
from tests.live.device import FOREVER, Device
from tests.live.faults import Fault
from tests.live.journal import Journal
from tests.live.network import Done, Peer, discover, inventory, peer
from tests.live.sshd import Sshd
from vlan2l3 import platforms
from vlan2l3.capture import store
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.redact import redact
from vlan2l3.collect.allow import allow_list

DEMO = ROOT / "fixtures" / "demo"
SECRET = "s3cret-of-the-test"
USER = "reader"
Played = ssh.Server | http.Server

pytestmark = pytest.mark.checkout


def recorded(name: str, **given: object) -> Device:
    """Make a device that answers as one of the demo network did."""
    capture = store.load(DEMO)
    entry = next(device for device in capture.manifest.devices if device.name == name)
    platform = platforms.load(entry.platform)
    answers = {
        line: capture.text(entry, command)
        for command in entry.commands
        if command.status is Status.DATA and not _is_text_of_json(platform, command.command)
        for line in _as_known(entry.platform, command.command)
    }
    dialect = (platform.collect.device_type if platform.collect else "") or "linux"
    plain = {"hostname": name, "platform": dialect, "user": USER, "password": SECRET, "answers": answers}
    return Device(**(plain | given))  # type: ignore[arg-type]


def _is_text_of_json(platform: platforms.Platform, command: str) -> bool:
    """Tell whether the demo network holds as text what is asked for as JSON."""
    spec = platform.spec(command)
    return bool(spec) and spec.format == "json" and platform.name != "linux" and "json" not in command


def _as_known(platform: str, command: str) -> tuple[str, ...]:
    """Give the lines a device knows for a command of the demo network: NX-OS has two forms of JSON."""
    plain = platforms.plain(command)
    both = platform == "nxos" and "| json" in command
    return (f"{plain} | json", f"{plain} | json native") if both else (command,)


@contextmanager
def played(folder: Path, *devices: Device) -> Iterator[tuple[ssh.Server, ...]]:
    """Play devices over SSH, in the inventory and with known host keys."""
    with ssh.Rig() as rig:
        servers = rig.add_all(devices)
        rig.known_hosts(folder / "known_hosts")
        inventory(folder, servers)
        yield servers


@contextmanager
def api(folder: Path, device: Device, way: str, **settings: object) -> Iterator[http.Server]:
    """Play a device over HTTPS, in the inventory."""
    with http.Rig(folder) as rig:
        server = rig.add(device)
        inventory(folder, [server], data={"transport": way}, discover=settings)
        yield server


def received(journal: Journal, name: str) -> list[str]:
    """Give what a device was sent, the empty lines left out."""
    return [line.text for line in journal.lines(name) if line.text.strip()]


def permitted(server: Played, way: str) -> None:
    """Hold everything a device received against the list."""
    platform = platforms.find(server.device.platform)
    assert platform
    allowed = allow_list(platform, way)
    lines = received(server.journal, server.device.hostname)
    assert lines
    for line in lines:
        allowed.permit(line)


def same_as_recorded(done: Done, server: Played) -> None:
    """Every answer that the device has is in the capture, and means the same."""
    device = server.device
    entries = done.entries(device.hostname)
    kept = {platforms.plain(command): entry for command, entry in entries.items()}
    capture = store.load(done.capture)
    folder = capture.manifest.devices[list(done.devices).index(device.hostname)]
    lines = received(server.journal, device.hostname)
    asked = {platforms.plain(line.removeprefix("sudo -n ")) for line in lines}
    compared = 0
    for command, text in device.answers.items():
        if platforms.plain(command) not in asked:
            continue
        entry = kept[platforms.plain(command)]
        assert entry.status is Status.DATA, (command, entry.note)
        read = capture.text(folder, entry)
        if read.lstrip()[:1] in ("{", "["):
            assert json.loads(read) == json.loads(text), command
        else:
            assert read.split() == text.split(), command
        compared += 1
    assert compared > 5


@pytest.mark.parametrize("name", ["leaf-r12a", "leaf-r13a"])
def test_a_switch_is_read_over_ssh(tmp_path: Path, name: str) -> None:
    """EOS and NX-OS by their command lines: the answers arrive as they were given."""
    banner = "Authorized users only#\nleaf> logging everything\n"
    with played(tmp_path, recorded(name, banner=banner, motd=banner)) as (server,):
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    same_as_recorded(done, server)
    permitted(server, "cli")
    assert (len(server.journal.sessions()), len(server.journal.attempts())) == (1, 1)
    assert SECRET not in done.everything()


@pytest.mark.parametrize(("name", "way"), [("leaf-r12a", "eapi"), ("leaf-r13a", "nxapi")])
def test_a_switch_is_read_over_its_api(tmp_path: Path, name: str, way: str) -> None:
    """The same answers over HTTPS, with a certificate that is checked."""
    with api(tmp_path, recorded(name), way, ca_file="ca.pem") as server:
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    same_as_recorded(done, server)
    permitted(server, way)
    states = {entry.status for entry in done.entries(name).values()}
    assert states - {Status.ABSENT} == {Status.DATA, Status.REFUSED}  # what it has no recording of
    assert server.journal.attempts(accepted=False) == ()
    assert SECRET not in done.everything()


def test_a_host_is_read_over_ssh_with_and_without_sudo(tmp_path: Path) -> None:
    """What needs root is asked with `sudo -n`, and not where the inventory forbids it."""
    with played(tmp_path, recorded("web-03"), recorded("web-04")) as (one, two):
        inventory(tmp_path, [one])
        done = discover(tmp_path, password=SECRET)
        same_as_recorded(done, one)
        inventory(tmp_path, [two], data={"sudo": False})  # type: ignore[dict-item]
        again = discover(tmp_path, password=SECRET)
    same_as_recorded(again, two)
    permitted(one, "shell")
    permitted(two, "shell")
    assert "sudo -n lldpctl -f json0" in received(one.journal, "web-03")
    assert not [line for line in received(two.journal, "web-04") if line.startswith("sudo")]


def sampled(platform: str, way: str) -> Device:
    """Make a device that answers each question of its platform with one of the samples."""
    answers: dict[str, str] = {}
    for question in allow_list(platforms.load(platform), way).questions:
        folder = ROOT / "fixtures" / "samples" / platform / platforms.slug(question.spec.command)
        suffix = ".json" if question.is_json else ".txt"
        samples = sorted(file for file in folder.glob(f"*{suffix}") if file.stat().st_size)
        if samples and "*" not in question.line:
            answers[question.line] = samples[0].read_text().rstrip("\n") + "\n"
    collect = platforms.load(platform).collect
    dialect = (collect.device_type if collect else "") or "linux"
    return Device(hostname=f"{platform}-1", platform=dialect, user=USER, password=SECRET, answers=answers)


@pytest.mark.parametrize(
    ("platform", "way"),
    [
        ("ios", "cli"),
        ("junos", "cli"),
        ("os10", "cli"),
        ("aoscx", "cli"),
        ("sonic", "shell"),
        ("cumulus", "shell"),
    ],
)
def test_every_other_platform_is_read_over_ssh(tmp_path: Path, platform: str, way: str) -> None:
    """The prompts and settings of each command line; every answer arrives as it was given."""
    device = sampled(platform, way)
    with played(tmp_path, device) as (server,):
        inventory(tmp_path, [replace(peer(server), platform=platform)])
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    capture = store.load(done.capture)
    (entry,) = capture.manifest.devices
    kept = {e.command: e for e in entry.commands}
    assert len(server.journal.sessions()) == 1
    assert server.journal.attempts(accepted=False) == ()
    lines = received(server.journal, device.hostname)
    asked = {line.removeprefix("sudo -n ") for line in lines}
    whole = [a for a in device.answers if a in asked and kept[a].status is not Status.ABSENT]
    assert len(whole) > 5
    for line in whole:
        assert kept[line].status is Status.DATA, (line, kept[line].note)
        assert capture.text(entry, kept[line]).split() == redact(device.answers[line])[0].split(), line
    for line in lines:
        allow_list(platforms.load(platform), way).permit(line)


def test_a_real_machine_is_read_over_a_real_sshd(tmp_path: Path) -> None:
    """OpenSSH, a key, this machine's own kernel and files."""
    journal = Journal()
    with Sshd(tmp_path, name="here", journal=journal) as server:
        here = Peer(name="here", platform="linux", user=server.user, port=server.port)
        inventory(tmp_path, [here], data={"key_file": str(server.key)}, discover={"timeout": 20.0})
        done = discover(tmp_path)
    allowed = allow_list(platforms.load("linux"), "shell")
    for line in received(journal, "here"):
        allowed.permit(line)
    entries = done.entries("here")
    links = json.loads((done.capture / "here" / entries["ip -j -d addr show"].file).read_text())
    assert "lo" in {link["ifname"] for link in links}
    assert entries["cat /etc/hostname"].status is Status.DATA
    assert entries["cat /etc/keepalived/keepalived.conf"].status is Status.ABSENT
    assert "Traceback" not in done.err


# --- faults -----------------------------------------------------------------------------------------

VLANS = "show vlan | json"
PLAIN = "show running-config"


@contextmanager
def one_of_two(folder: Path, **given: object) -> Iterator[tuple[ssh.Server, ssh.Server]]:
    """Play a device with a fault beside one without."""
    with played(folder, recorded("leaf-r12a", **given), recorded("leaf-r12b")) as (bad, good):
        yield bad, good


def unaffected(done: Done, good: ssh.Server) -> None:
    """The other device is whole, nothing is half-written, and no secret went anywhere."""
    same_as_recorded(done, good)
    assert "Traceback" not in done.err
    assert [path.name for path in done.capture.parent.iterdir()] == ["network"]
    assert SECRET not in done.everything()
    assert done.code == 3


@pytest.mark.parametrize(
    ("trouble", "command", "said"),
    [
        ({"faults": {PLAIN: Fault.HANG}}, PLAIN, "no byte for 1.5 s"),
        ({"slow": {PLAIN: FOREVER}}, PLAIN, "no byte for 1.5 s, "),
        ({"faults": {PLAIN: Fault.RESET}}, PLAIN, "the session broke"),
        (
            {"faults": {PLAIN: Fault.PAGER}},
            PLAIN,
            "a pager stopped the answer although paging was turned off",
        ),
        ({"faults": {VLANS: Fault.CUT}}, VLANS, "JSON cut off"),
    ],
)
def test_a_broken_answer_fails_alone(
    tmp_path: Path, trouble: dict[str, object], command: str, said: str
) -> None:
    """The command fails with a reason, the rest of the device is asked in a new session."""
    with one_of_two(tmp_path, **trouble) as (bad, good):
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    entry = done.entries("leaf-r12a")[command]
    assert entry.status is Status.FAILED
    assert said in entry.note
    others = [e for c, e in done.entries("leaf-r12a").items() if c != command]
    assert not [e for e in others if e.status is Status.NOT_ASKED]
    permitted(bad, "cli")


def test_a_device_that_breaks_every_answer_is_given_up(tmp_path: Path) -> None:
    """After two new sessions the rest is not asked, and says so."""
    faults = dict.fromkeys(recorded("leaf-r12a").answers, Fault.RESET)
    with one_of_two(tmp_path, faults=faults) as (bad, good):
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    states = [entry.status for entry in done.entries("leaf-r12a").values()]
    assert states.count(Status.FAILED) == 3
    assert states.count(Status.NOT_ASKED) == len(states) - 3
    assert len(bad.journal.sessions("leaf-r12a")) == 3


def test_a_wrong_password_is_tried_once(tmp_path: Path) -> None:
    """No account is locked: one session, one attempt, and a reason."""
    with one_of_two(tmp_path, password="another") as (bad, good):
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert [(a.user, a.accepted) for a in bad.journal.attempts("leaf-r12a")] == [(USER, False)]
    assert "refused the login of reader with VLAN2L3_PASSWORD; not tried again" in done.err
    assert {e.status for e in done.entries("leaf-r12a").values()} == {Status.NOT_ASKED}


@pytest.mark.parametrize(
    ("change", "said"), [("changed", "is not the one that is known"), ("unknown", "is not known")]
)
def test_a_host_key_that_is_not_the_known_one_ends_it(tmp_path: Path, change: str, said: str) -> None:
    """No login is sent to a machine that may be another."""
    with one_of_two(tmp_path) as (bad, good):
        if change == "changed":
            bad.change_host_key()
        else:
            (tmp_path / "known_hosts").write_text(good.known_host)
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert said in done.err
    assert bad.journal.attempts("leaf-r12a") == ()
    assert received(bad.journal, "leaf-r12a") == []


def test_a_certificate_that_is_not_trusted_ends_it(tmp_path: Path) -> None:
    """No login is sent to a server whose certificate nobody vouches for."""
    with api(tmp_path, recorded("leaf-r12a"), "eapi") as server:
        done = discover(tmp_path, password=SECRET)
    assert "is not trusted: put it into `ca_file`" in done.err
    assert (server.journal.attempts(), done.code) == ((), 3)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ({"faults": {"show vlan": Fault.HANG}}, "no byte for 1.5 s"),
        ({"faults": {"show vlan": Fault.RESET}}, "the session broke"),
        ({"slow": {"show vlan": FOREVER}}, "no byte for 1.5 s"),
    ],
)
def test_a_broken_answer_of_an_api_fails_alone(tmp_path: Path, trouble: dict[str, object], said: str) -> None:
    """HTTPS breaks in its own ways."""
    with api(tmp_path, recorded("leaf-r12a", **trouble), "eapi", ca_file="ca.pem"):
        done = discover(tmp_path, password=SECRET)
    entries = done.entries("leaf-r12a")
    assert entries[VLANS].status is Status.FAILED
    assert said in entries[VLANS].note
    assert entries["show version | json"].status is Status.DATA


def test_a_wrong_password_of_an_api_is_tried_once(tmp_path: Path) -> None:
    """HTTP 401 ends it."""
    with api(tmp_path, recorded("leaf-r12a", password="another"), "eapi", ca_file="ca.pem") as server:
        done = discover(tmp_path, password=SECRET)
    assert [(a.user, a.accepted) for a in server.journal.attempts()] == [(USER, False)]
    assert "not tried again" in done.err
    assert SECRET not in done.everything()


def test_a_prompt_inside_an_output_ends_nothing(tmp_path: Path) -> None:
    """A description, a banner or a log line may hold the prompt, at the start of a line too."""
    device = recorded("leaf-r12a")
    inside = "banner login\nleaf-r12a#\nleaf-r12a# show vlan\nEOF\n"
    text = f"! Command: x\n{inside}hostname leaf-r12a\nend\n"
    answers = {**device.answers, PLAIN: text}
    with played(tmp_path, replace(device, answers=answers)) as (server,):
        done = discover(tmp_path, password=SECRET)
    same_as_recorded(done, server)


def test_five_megabytes_arrive_whole(tmp_path: Path) -> None:
    """A large table is no reason to cut or to time out."""
    device = recorded("leaf-r12a")
    text = "! Command: x\n" + "".join(f"! line {number:060}\n" for number in range(75_000)) + "end\n"
    assert len(text) > 5_000_000
    answers = {**device.answers, PLAIN: text}
    with played(tmp_path, replace(device, answers=answers)) as (server,):
        done = discover(tmp_path, password=SECRET)
    same_as_recorded(done, server)


def test_a_command_that_a_device_refuses_keeps_its_words(tmp_path: Path) -> None:
    """Authorization is the device's to give."""
    device = recorded("leaf-r12a")
    refusal = "% Authorization denied for command 'show running-config'\n"
    answers = {**device.answers, PLAIN: refusal}
    with played(tmp_path, replace(device, answers=answers)):
        done = discover(tmp_path, password=SECRET)
    entry = done.entries("leaf-r12a")[PLAIN]
    assert entry.status not in (Status.DATA, Status.ABSENT, Status.NOT_ASKED)
    assert entry.note == refusal.strip()
    assert done.code == 3


def test_a_machine_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Nobody listens: tried again once, said once."""
    with one_of_two(tmp_path) as (bad, good):
        inventory(tmp_path, [replace(peer(bad), port=1), good])
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert done.err.count("leaf-r12a: 127.0.0.1:1: Connection refused") == 1


# --- the whole --------------------------------------------------------------------------------------


def test_an_interrupt_keeps_what_is_done_and_goes_on_from_there(tmp_path: Path) -> None:
    """Ctrl-C in the middle: no capture, no second login at the device that was done."""
    devices = (recorded("leaf-r12a"), recorded("leaf-r12b", slow={PLAIN: FOREVER}))
    with played(tmp_path, *devices) as (first, second):
        inventory(tmp_path, [first, second], discover={"timeout": 60.0})
        process = subprocess.Popen(
            # whoever started the tests in the background may have had them ignore interrupts
            ["env", "--default-signal=INT", sys.executable, "-m", "vlan2l3", "discover"],
            cwd=tmp_path,
            env={**os.environ, "VLAN2L3_PASSWORD": SECRET, "HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        kept = tmp_path / "captures" / ".network.partial" / "leaf-r12a.json"
        for _ in range(600):
            if kept.is_file() and PLAIN in received(second.journal, "leaf-r12b"):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=20)
        finally:
            process.kill()
        assert process.returncode == 130, said
        assert "1 of 2 devices are kept; the same command goes on from there" in said
        assert not (tmp_path / "captures" / "network").exists()
        second.device = replace(second.device, slow={})
        done = discover(tmp_path, password=SECRET)
    assert "1 of 2 devices were collected before an interrupt" in done.err
    assert len(first.journal.sessions("leaf-r12a")) == 1
    same_as_recorded(done, first)
    same_as_recorded(done, second)
    assert [path.name for path in done.capture.parent.iterdir()] == ["network"]


def test_a_limit_does_not_put_a_part_in_the_place_of_the_whole(tmp_path: Path) -> None:
    """A smaller capture needs a name of its own."""
    with played(tmp_path, recorded("leaf-r12a"), recorded("leaf-r12b")):
        discover(tmp_path, password=SECRET)
        part = discover(tmp_path, "--limit", "leaf-r12a", password=SECRET)
        other = discover(tmp_path, "--limit", "leaf-r12a", "--name", "part", password=SECRET)
    assert (part.code, "holds 1 device(s) that" in part.err) == (2, True)
    assert set(other.devices) == {"leaf-r12a", "leaf-r12b"}
    assert (tmp_path / "captures" / "part" / "leaf-r12a").is_dir()
    assert not (tmp_path / "captures" / "part" / "leaf-r12b").exists()


def test_a_dask_cluster_collects_the_same(tmp_path: Path) -> None:
    """Two workers, processes of their own, bring what threads bring."""
    devices = (recorded("leaf-r12a"), recorded("leaf-r12b"), recorded("web-03"))
    with played(tmp_path, *devices) as servers:
        inventory(tmp_path, servers, discover={"known_hosts": str(tmp_path / "known_hosts")})
        here = discover(tmp_path, password=SECRET)
        environment = pytest.MonkeyPatch()
        environment.setenv("VLAN2L3_PASSWORD", SECRET)
        try:
            with LocalCluster(
                n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
            ) as cluster:
                where = cluster.scheduler_address.replace("tcp://", "dask://")
                there = discover(tmp_path, "--name", "far", "--executor", where)
        finally:
            environment.undo()
    assert "Traceback" not in there.err
    far, near = (store.load(tmp_path / "captures" / name) for name in ("far", "network"))
    assert far.digest == near.digest
    assert here.devices


def test_a_cluster_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    """And so is an address that is none."""
    nobody = Peer(name="leaf-r12a", platform="eos", user=USER, port=1)
    inventory(tmp_path, [nobody], discover={"connect_timeout": 1.0})
    assert (
        "no Dask scheduler answers at 127.0.0.1:1"
        in discover(tmp_path, "--executor", "dask://127.0.0.1:1", password=SECRET).err
    )
    assert "`slurm://x` is no executor" in discover(tmp_path, "--executor", "slurm://x").err
