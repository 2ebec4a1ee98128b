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
from tests.live import http, ssh, sshd
from tests.live.device import Device, Fault
from tests.live.network import Done, discover, inventory
from vlan2l3 import platforms
from vlan2l3.capture import store
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.redact import redact
from vlan2l3.collect.allow import allow_list

DEMO = ROOT / "fixtures" / "demo"
SECRET = "s3cret-of-the-test"

pytestmark = pytest.mark.checkout


def recorded(name: str, *, bare: bool = False, **given: object) -> Device:
    """Make a device that answers as one of the demo network did; `bare` leaves `| json` out."""
    capture = store.load(DEMO)
    entry = next(device for device in capture.manifest.devices if device.name == name)
    platform = platforms.load(entry.platform)
    answers = {
        _as_sent(entry.platform, command.command, bare=bare): capture.text(entry, command)
        for command in entry.commands
        if command.status is Status.DATA and not _is_text_of_json(platform, command.command)
    }
    return Device(name=name, platform=entry.platform, answers=answers, **given)  # type: ignore[arg-type]


def _is_text_of_json(platform: platforms.Platform, command: str) -> bool:
    """Tell whether the demo network holds as text what is asked for as JSON."""
    spec = platform.spec(command)
    return bool(spec) and spec.format == "json" and platform.name != "linux" and "json" not in command


def _as_sent(platform: str, command: str, *, bare: bool) -> str:
    """Give the line that a live device of this platform is sent for a command of the demo network."""
    if bare:
        return platforms.plain(command)
    native = platform == "nxos" and "native" not in command
    return command.replace("| json", "| json native") if native else command


def permitted(device: Device, way: str) -> None:
    """Hold everything a device received against the list."""
    allowed = allow_list(platforms.load(device.platform), way)
    assert device.received
    for line in device.received:
        allowed.permit(line)


def same_as_recorded(done: Done, device: Device) -> None:
    """Every answer that the device has is in the capture, and means the same."""
    entries = done.entries(device.name)
    kept = {platforms.plain(command): entry for command, entry in entries.items()}
    capture = store.load(done.capture)
    folder = capture.manifest.devices[list(done.devices).index(device.name)]
    asked = {platforms.plain(line.removeprefix("sudo -n ")) for line in device.received}
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
    device = recorded(name, banner="Authorized users only#\nleaf> logging everything\n")
    with ssh.serve([device], tmp_path / "known_hosts"):
        inventory(tmp_path, [device])
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    same_as_recorded(done, device)
    permitted(device, "cli")
    assert (device.sessions, len(device.logins)) == (1, 1)
    assert SECRET not in done.everything()


@pytest.mark.parametrize(("name", "way"), [("leaf-r12a", "eapi"), ("leaf-r13a", "nxapi")])
def test_a_switch_is_read_over_its_api(tmp_path: Path, name: str, way: str) -> None:
    """The same answers over HTTPS, with a certificate that is checked."""
    device = recorded(name, bare=True)
    with http.serve([device], tmp_path):
        inventory(tmp_path, [device], data={"transport": way}, discover={"ca_file": "ca.pem"})
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    same_as_recorded(done, device)
    permitted(device, way)
    assert device.refused == []
    assert SECRET not in done.everything()


def test_a_host_is_read_over_ssh_with_and_without_sudo(tmp_path: Path) -> None:
    """What needs root is asked with `sudo -n`, and not where the inventory forbids it."""
    one = recorded("web-03")
    two = replace(recorded("web-04"), received=[], logins=[], refused=[])
    with ssh.serve([one, two], tmp_path / "known_hosts"):
        inventory(tmp_path, [one])
        done = discover(tmp_path, password=SECRET)
        same_as_recorded(done, one)
        inventory(tmp_path, [two], data={"sudo": False})  # type: ignore[dict-item]
        again = discover(tmp_path, password=SECRET)
    same_as_recorded(again, two)
    permitted(one, "shell")
    permitted(two, "shell")
    assert "sudo -n lldpctl -f json0" in one.received
    assert not [line for line in two.received if line.startswith("sudo")]


def sampled(platform: str, way: str) -> Device:
    """Make a device that answers each question of its platform with one of the samples."""
    answers: dict[str, str] = {}
    for question in allow_list(platforms.load(platform), way).questions:
        folder = ROOT / "fixtures" / "samples" / platform / platforms.slug(question.spec.command)
        suffix = ".json" if question.is_json else ".txt"
        samples = sorted(file for file in folder.glob(f"*{suffix}") if file.stat().st_size)
        if samples and "*" not in question.line:
            answers[question.line] = samples[0].read_text().rstrip("\n") + "\n"
    return Device(name=f"{platform}-1", platform=platform, answers=answers)


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
    with ssh.serve([device], tmp_path / "known_hosts"):
        inventory(tmp_path, [device])
        done = discover(tmp_path, password=SECRET)
    assert "Traceback" not in done.err
    capture = store.load(done.capture)
    (entry,) = capture.manifest.devices
    kept = {e.command: e for e in entry.commands}
    assert (device.sessions, device.refused) == (1, [])
    asked = {line.removeprefix("sudo -n ") for line in device.received}
    whole = [a for a in device.answers if a in asked and kept[a].status is not Status.ABSENT]
    assert len(whole) > 5
    for line in whole:
        assert kept[line].status is Status.DATA, (line, kept[line].note)
        assert capture.text(entry, kept[line]).split() == redact(device.answers[line])[0].split(), line
    permitted(device, way)


def test_a_real_machine_is_read_over_a_real_sshd(tmp_path: Path) -> None:
    """OpenSSH, a key, this machine's own kernel and files."""
    with sshd.serve(tmp_path) as server:
        device = Device(name="here", platform="linux", user=server.user, port=server.port)
        inventory(tmp_path, [device], data={"key_file": str(server.key)}, discover={"timeout": 20.0})
        done = discover(tmp_path)
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
def one_of_two(folder: Path, **given: object) -> Iterator[tuple[Device, Device]]:
    """Play a device with a fault beside one without."""
    good = recorded("leaf-r12b")
    bad = replace(recorded("leaf-r12a"), **given)  # type: ignore[arg-type]
    with ssh.serve([bad, good], folder / "known_hosts"):
        inventory(folder, [bad, good])
        yield bad, good


def unaffected(done: Done, good: Device) -> None:
    """The other device is whole, nothing is half-written, and no secret went anywhere."""
    same_as_recorded(done, good)
    assert "Traceback" not in done.err
    assert [path.name for path in done.capture.parent.iterdir()] == ["network"]
    assert SECRET not in done.everything()
    assert done.code == 3


@pytest.mark.parametrize(
    ("fault", "command", "said"),
    [
        (Fault.HANG, PLAIN, "no byte for 1.5 s"),
        (Fault.SLOW, PLAIN, "no byte for 1.5 s, "),
        (Fault.RESET, PLAIN, "the session broke"),
        (Fault.PAGER, PLAIN, "a pager stopped the answer although paging was turned off"),
        (Fault.HALF, VLANS, "JSON cut off"),
    ],
)
def test_a_broken_answer_fails_alone(tmp_path: Path, fault: Fault, command: str, said: str) -> None:
    """The command fails with a reason, the rest of the device is asked in a new session."""
    with one_of_two(tmp_path, faults={command: fault}) as (bad, good):
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
    assert bad.sessions == 3


def test_a_wrong_password_is_tried_once(tmp_path: Path) -> None:
    """No account is locked: one session, one attempt, and a reason."""
    with one_of_two(tmp_path, password="another") as (bad, good):
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert (bad.sessions, bad.refused) == (1, ["reader"])
    assert "refused the login of reader with VLAN2L3_PASSWORD; not tried again" in done.err
    assert {e.status for e in done.entries("leaf-r12a").values()} == {Status.NOT_ASKED}


@pytest.mark.parametrize(
    ("change", "said"), [("changed", "is not the one that is known"), ("unknown", "is not known")]
)
def test_a_host_key_that_is_not_the_known_one_ends_it(tmp_path: Path, change: str, said: str) -> None:
    """No login is sent to a machine that may be another."""
    with one_of_two(tmp_path) as (bad, good):
        known = (tmp_path / "known_hosts").read_text().splitlines()
        mark = f"[127.0.0.1]:{bad.port} "
        kept = [line for line in known if not line.startswith(mark)]
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
        other = " ".join((tmp_path / "other.pub").read_text().split()[:2])
        kept += [mark + other] if change == "changed" else []
        (tmp_path / "known_hosts").write_text("\n".join(kept) + "\n")
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert said in done.err
    assert (bad.logins, bad.received) == ([], [])


def test_a_certificate_that_is_not_trusted_ends_it(tmp_path: Path) -> None:
    """No login is sent to a server whose certificate nobody vouches for."""
    device = recorded("leaf-r12a", bare=True)
    with http.serve([device], tmp_path):
        inventory(tmp_path, [device], data={"transport": "eapi"})
        done = discover(tmp_path, password=SECRET)
    assert "is not trusted: put it into `ca_file`" in done.err
    assert (device.logins, done.code) == ([], 3)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.HANG, "no byte for 1.5 s"),
        (Fault.RESET, "the session broke"),
        (Fault.SLOW, "no byte for 1.5 s"),
    ],
)
def test_a_broken_answer_of_an_api_fails_alone(tmp_path: Path, fault: Fault, said: str) -> None:
    """HTTPS breaks in its own ways."""
    device = recorded("leaf-r12a", bare=True, faults={"show vlan": fault})
    with http.serve([device], tmp_path):
        inventory(tmp_path, [device], data={"transport": "eapi"}, discover={"ca_file": "ca.pem"})
        done = discover(tmp_path, password=SECRET)
    entries = done.entries("leaf-r12a")
    assert entries[VLANS].status is Status.FAILED
    assert said in entries[VLANS].note
    assert entries["show version | json"].status is Status.DATA


def test_a_wrong_password_of_an_api_is_tried_once(tmp_path: Path) -> None:
    """HTTP 401 ends it."""
    device = recorded("leaf-r12a", bare=True, password="another")
    with http.serve([device], tmp_path):
        inventory(tmp_path, [device], data={"transport": "eapi"}, discover={"ca_file": "ca.pem"})
        done = discover(tmp_path, password=SECRET)
    assert device.refused == ["reader"]
    assert "not tried again" in done.err
    assert SECRET not in done.everything()


def test_a_prompt_inside_an_output_ends_nothing(tmp_path: Path) -> None:
    """A description, a banner or a log line may hold the prompt, at the start of a line too."""
    device = recorded("leaf-r12a")
    inside = f"banner login\n{device.prompt}\n{device.prompt} show vlan\nEOF\n"
    text = f"! Command: x\n{inside}hostname leaf-r12a\nend\n"
    device.answers = {**device.answers, PLAIN: text}
    with ssh.serve([device], tmp_path / "known_hosts"):
        inventory(tmp_path, [device])
        done = discover(tmp_path, password=SECRET)
    same_as_recorded(done, device)


def test_five_megabytes_arrive_whole(tmp_path: Path) -> None:
    """A large table is no reason to cut or to time out."""
    device = recorded("leaf-r12a")
    text = "! Command: x\n" + "".join(f"! line {number:060}\n" for number in range(75_000)) + "end\n"
    assert len(text) > 5_000_000
    device.answers = {**device.answers, PLAIN: text}
    with ssh.serve([device], tmp_path / "known_hosts"):
        inventory(tmp_path, [device])
        done = discover(tmp_path, password=SECRET)
    same_as_recorded(done, device)


def test_a_command_that_a_device_refuses_keeps_its_words(tmp_path: Path) -> None:
    """Authorization is the device's to give."""
    device = recorded("leaf-r12a")
    refusal = "% Authorization denied for command 'show running-config'\n"
    device.answers = {**device.answers, PLAIN: refusal}
    with ssh.serve([device], tmp_path / "known_hosts"):
        inventory(tmp_path, [device])
        done = discover(tmp_path, password=SECRET)
    entry = done.entries("leaf-r12a")[PLAIN]
    assert entry.status not in (Status.DATA, Status.ABSENT, Status.NOT_ASKED)
    assert entry.note == refusal.strip()
    assert done.code == 3


def test_a_machine_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Nobody listens: tried again once, said once."""
    with one_of_two(tmp_path) as (bad, good):
        inventory(tmp_path, [replace(bad, port=1), good])
        done = discover(tmp_path, password=SECRET)
        unaffected(done, good)
    assert done.err.count("leaf-r12a: 127.0.0.1:1: Connection refused") == 1


# --- the whole --------------------------------------------------------------------------------------


def test_an_interrupt_keeps_what_is_done_and_goes_on_from_there(tmp_path: Path) -> None:
    """Ctrl-C in the middle: no capture, no second login at the device that was done."""
    first = recorded("leaf-r12a")
    second = recorded("leaf-r12b", faults={PLAIN: Fault.SLOW})
    with ssh.serve([first, second], tmp_path / "known_hosts"):
        inventory(tmp_path, [first, second], discover={"timeout": 60.0})
        process = subprocess.Popen(
            [sys.executable, "-m", "vlan2l3", "discover"],
            cwd=tmp_path,
            env={**os.environ, "VLAN2L3_PASSWORD": SECRET, "HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        kept = tmp_path / "captures" / ".network.partial" / "leaf-r12a.json"
        for _ in range(600):
            if kept.is_file() and PLAIN in second.received:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 130, said
        assert "1 of 2 devices are kept; the same command goes on from there" in said
        assert not (tmp_path / "captures" / "network").exists()
        second.faults = {}
        done = discover(tmp_path, password=SECRET)
    assert "1 of 2 devices were collected before an interrupt" in done.err
    assert first.sessions == 1
    same_as_recorded(done, first)
    same_as_recorded(done, second)
    assert [path.name for path in done.capture.parent.iterdir()] == ["network"]


def test_a_limit_does_not_put_a_part_in_the_place_of_the_whole(tmp_path: Path) -> None:
    """A smaller capture needs a name of its own."""
    devices = [recorded("leaf-r12a"), recorded("leaf-r12b")]
    with ssh.serve(devices, tmp_path / "known_hosts"):
        inventory(tmp_path, devices)
        discover(tmp_path, password=SECRET)
        part = discover(tmp_path, "--limit", "leaf-r12a", password=SECRET)
        other = discover(tmp_path, "--limit", "leaf-r12a", "--name", "part", password=SECRET)
    assert (part.code, "holds 1 device(s) that" in part.err) == (2, True)
    assert set(other.devices) == {"leaf-r12a", "leaf-r12b"}
    assert (tmp_path / "captures" / "part" / "leaf-r12a").is_dir()
    assert not (tmp_path / "captures" / "part" / "leaf-r12b").exists()


def test_a_dask_cluster_collects_the_same(tmp_path: Path) -> None:
    """Two workers, processes of their own, bring what threads bring."""
    devices = [recorded("leaf-r12a"), recorded("leaf-r12b"), recorded("web-03")]
    with ssh.serve(devices, tmp_path / "known_hosts"):
        inventory(tmp_path, devices, discover={"known_hosts": str(tmp_path / "known_hosts")})
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
    inventory(tmp_path, [recorded("leaf-r12a", port=1)], discover={"connect_timeout": 1.0})
    assert (
        "no Dask scheduler answers at 127.0.0.1:1"
        in discover(tmp_path, "--executor", "dask://127.0.0.1:1", password=SECRET).err
    )
    assert "`slurm://x` is no executor" in discover(tmp_path, "--executor", "slurm://x").err
