"""Prove the HTTPS side of the live rig and its real sshd with plain clients."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest
import requests

from tests.live.device import EVERY, Device
from tests.live.faults import HUGE_BYTES, Fault
from tests.live.http import ADDRESS, Rig, Server
from tests.live.journal import Journal
from tests.live.sshd import Sshd

pytestmark = pytest.mark.checkout  # the rig proves itself once; the wheel holds none of it

OWN_THREADS = re.compile("live-https|process_request_thread")
PASSWORD = "not-a-secret"
EOS = Device(
    platform="arista_eos",
    hostname="leaf1",
    password=PASSWORD,
    answers={
        "show version": "it is a device\n",
        "show version | json": '{"modelName": "newest"}',
        "show clock": "it is late\n",
        "show vlan 9 | json": '{"vlans": {}, "errors": ["VLAN 9 not found in current VLAN database"]}',
    },
    first_revisions={"show version": '{"modelName": "first"}'},
)
NXOS = Device(
    platform="cisco_nxos",
    hostname="nx1",
    password=PASSWORD,
    answers={
        "show version": "it is a device\n",
        "show version | json": '{"chassis_id": "a chassis"}',
        "show vpc": "",
        "show vpc | json": "",
    },
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """Give a rig, and see that it leaves no thread and no session behind."""
    with Rig(tmp_path) as rig:
        yield rig
    left = [thread.name for thread in threading.enumerate() if OWN_THREADS.search(thread.name)]
    assert left == []
    assert rig.journal.open_sessions == 0


def post(rig: Rig, server: Server, body: Any, *, password: str = PASSWORD) -> requests.Response:
    """Send a request as a script would."""
    url = f"https://{ADDRESS}:{server.port}{server.interface.PATH}"
    return requests.post(url, json=body, auth=("admin", password), verify=str(rig.ca_file), timeout=0.5)


def run_commands(*commands: Any, kind: str = "json", version: int | str = "latest") -> dict[str, Any]:
    """Make an eAPI request."""
    params = {"version": version, "cmds": commands, "format": kind}
    return {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "1"}


def call(command: str, *, method: str = "cli", number: int = 1) -> dict[str, Any]:
    """Make an NX-API request."""
    return {"jsonrpc": "2.0", "method": method, "params": {"cmd": command, "version": 1}, "id": number}


@pytest.mark.parametrize(
    ("request_", "result"),
    [
        (run_commands("show version"), [{"modelName": "newest"}]),
        (run_commands("show version", version=1), [{"modelName": "first"}]),
        (run_commands({"cmd": "show version", "revision": 2}, version=1), [{"modelName": "newest"}]),
        (run_commands({"cmd": "show version", "revision": 1}), [{"modelName": "first"}]),
        (
            run_commands("show version", "show clock", kind="text"),
            [{"output": "it is a device\n"}, {"output": "it is late\n"}],
        ),
        (run_commands({"cmd": "enable", "input": "x"}, "show version"), [{}, {"modelName": "newest"}]),
    ],
)
def test_eapi_answers_each_command_in_the_format_and_revision_asked_for(
    rig: Rig, request_: Any, result: Any
) -> None:
    """The first revision of a model is what a client gets that doesn't ask for a later one."""
    answer = post(rig, rig.add(EOS), request_)
    assert (answer.status_code, answer.json()) == (200, {"jsonrpc": "2.0", "id": "1", "result": result})


@pytest.mark.parametrize(
    ("command", "code", "reason", "data"),
    [
        ("show vlna", 1002, "invalid command", {"errors": ["Invalid input (at token 1: 'vlna')"]}),
        ("show clock", 1003, "unconverted command", None),
        ("show secret", 1005, "permission to run command denied", None),
        (
            "show vlan 9",
            1000,
            "could not run command",
            {"vlans": {}, "errors": ["VLAN 9 not found in current VLAN database"]},
        ),
    ],
)
def test_eapi_stops_at_an_error_and_gives_what_came_before(
    rig: Rig, command: str, code: int, reason: str, data: Any
) -> None:
    """The HTTP status says nothing of it."""
    device = replace(EOS, faults={"show secret": Fault.DENIED})
    answer = post(rig, rig.add(device), run_commands("show version", command, "show version"))
    error = answer.json()["error"]
    assert answer.status_code == 200
    assert (error["code"], error["message"]) == (code, f"CLI command 2 of 3 '{command}' failed: {reason}")
    assert error["data"][0] == {"modelName": "newest"}
    assert len(error["data"]) == 2
    assert error["data"][1]["errors"]
    assert data in (None, error["data"][1])


@pytest.mark.parametrize(
    ("request_", "status", "answer"),
    [
        (call("show version"), 200, {"result": {"body": {"chassis_id": "a chassis"}}, "id": 1}),
        ([call("show version")], 200, {"result": {"body": {"chassis_id": "a chassis"}}, "id": 1}),
        (call("show version", method="cli_ascii"), 200, {"result": {"msg": "it is a device\n"}, "id": 1}),
        (call("show vpc"), 200, {"result": None, "id": 1}),
        (call("show vpc", method="cli_ascii"), 200, {"result": None, "id": 1}),
        (
            call("show vlna"),
            500,
            {
                "error": {
                    "code": -32602,
                    "message": "Invalid params",
                    "data": {"msg": "% Invalid command\n"},
                },
                "id": 1,
            },
        ),
        (
            [call("show vpc"), call("show version", method="cli_ascii", number=2)],
            200,
            [
                {"jsonrpc": "2.0", "result": None, "id": 1},
                {"jsonrpc": "2.0", "result": {"msg": "it is a device\n"}, "id": 2},
            ],
        ),
    ],
)
def test_nxapi_answers_one_request_or_a_list(rig: Rig, request_: Any, status: int, answer: Any) -> None:
    """A list of one gets no list back, an empty answer is null, and an error has a status of its own."""
    found = post(rig, rig.add(NXOS), request_)
    expected = answer if isinstance(answer, list) else {"jsonrpc": "2.0", **answer}
    assert (found.status_code, found.json()) == (status, expected)


@pytest.mark.parametrize("device", [EOS, NXOS], ids=lambda device: device.platform)
def test_a_wrong_password_is_counted_and_runs_nothing(rig: Rig, device: Device) -> None:
    """The answer is 401, with the question for a login."""
    request = run_commands("show version") if device is EOS else call("show version")
    answer = post(rig, rig.add(device), request, password="wrong")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert [(a.method, a.accepted) for a in rig.journal.attempts(device.hostname)] == [("basic", False)]
    assert rig.journal.lines() == ()


def test_a_certificate_nobody_vouches_for_is_refused_before_the_password_is_sent(rig: Rig) -> None:
    """The client that trusts the rig's authority doesn't trust this one."""
    with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        post(rig, rig.add(EOS, trusted=False), run_commands("show version"))
    assert rig.journal.attempts() == ()


def test_half_an_answer_then_nothing_or_a_reset(rig: Rig) -> None:
    """Neither leaves a client with something it could take for an answer."""
    server = rig.add(replace(EOS, faults={EVERY: Fault.HANG}))
    with pytest.raises(requests.exceptions.ConnectionError, match="timed out"):
        post(rig, server, run_commands("show version"))
    server.device = replace(EOS, faults={EVERY: Fault.RESET})
    with pytest.raises(requests.exceptions.RequestException, match="Connection broken") as caught:
        post(rig, server, run_commands("show version"))
    assert "IncompleteRead(0 bytes" not in str(caught.value)


def test_a_cut_body_is_a_whole_http_answer_and_no_json(rig: Rig) -> None:
    """Its length is right."""
    answer = post(rig, rig.add(replace(EOS, faults={EVERY: Fault.CUT})), run_commands("show version"))
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_five_megabytes_of_json_have_the_same_value(rig: Rig) -> None:
    """They come whole."""
    answer = post(rig, rig.add(replace(EOS, faults={EVERY: Fault.HUGE})), run_commands("show version"))
    assert len(answer.content) > HUGE_BYTES
    assert answer.json()["result"] == [{"modelName": "newest"}]


def test_a_slow_answer_outlasts_the_clients_patience(rig: Rig) -> None:
    """A list of commands takes the sum of their times."""
    server = rig.add(replace(NXOS, slow={"show version": 0.3}))
    assert post(rig, server, call("show version")).status_code == 200
    with pytest.raises(requests.exceptions.ReadTimeout):
        post(rig, server, [call("show version"), call("show version", number=2)])


def test_a_second_connection_is_refused_while_the_first_is_open(rig: Rig) -> None:
    """The first one goes on."""
    server = rig.add(replace(EOS, most_sessions=1))
    url = f"https://{ADDRESS}:{server.port}/command-api"
    with requests.Session() as first:
        first.trust_env = False  # the environment's authorities would come before `verify`
        first.verify, first.auth = str(rig.ca_file), ("admin", PASSWORD)
        assert first.post(url, json=run_commands("show version"), timeout=2).ok
        with pytest.raises(requests.exceptions.ConnectionError):
            post(rig, server, run_commands("show version"))
        assert first.post(url, json=run_commands("show version"), timeout=2).ok
    assert [session.refused for session in rig.journal.sessions("leaf1")] == [False, True]


def test_the_journal_has_every_command_and_every_path(rig: Rig) -> None:
    """One journal can serve several rigs."""
    eos, nxos = rig.add(EOS), rig.add(NXOS)
    post(rig, eos, run_commands({"cmd": "enable"}, "show version", "reload"))
    post(rig, nxos, [call("show version"), call("conf t", method="cli_ascii")])
    requests.get(f"https://{ADDRESS}:{eos.port}/explorer.html", verify=str(rig.ca_file), timeout=2)
    post(rig, eos, {"jsonrpc": "2.0", "method": "runCmds", "params": {}, "id": 1})
    assert [(line.device, line.way, line.text) for line in rig.journal.beyond({"show version"})] == [
        ("leaf1", "eapi", "enable"),
        ("leaf1", "eapi", "reload"),
        ("nx1", "nxapi", "conf t"),
        ("leaf1", "other", "GET /explorer.html"),
        ("leaf1", "other", '{"jsonrpc": "2.0", "method": "runCmds", "params": {}, "id": 1}'),
    ]


def test_a_real_sshd_runs_what_it_is_sent_and_writes_it_down(tmp_path: Path) -> None:
    """The plain client of the machine logs in with the key, and nobody without it."""
    journal = Journal()
    with Sshd(tmp_path, name="host1", journal=journal) as sshd:
        done = subprocess.run([*sshd.command, "echo 'two  words'; exit 3"], capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (3, b"two  words\n"), done.stderr
        with paramiko.SSHClient() as client:
            client.load_host_keys(str(sshd.known_hosts))
            client.connect(ADDRESS, sshd.port, sshd.user, key_filename=str(sshd.key), allow_agent=False)
            assert client.exec_command("printf x")[1].read() == b"x"
        stranger = paramiko.Ed25519Key.from_private_key_file(str(sshd.folder / "host_key"))
        with paramiko.SSHClient() as client:
            client.load_host_keys(str(sshd.known_hosts))
            login = {"username": sshd.user, "pkey": stranger, "allow_agent": False, "look_for_keys": False}
            with pytest.raises(paramiko.AuthenticationException):
                client.connect(ADDRESS, sshd.port, **login)
        assert [(a.user, a.accepted) for a in sshd.attempts()] == [
            (sshd.user, True),
            (sshd.user, True),
            (sshd.user, False),
        ]
    assert [(line.device, line.text) for line in journal.beyond({"printf x"})] == [
        ("host1", "echo 'two  words'; exit 3")
    ]


def test_leaving_a_real_sshd_ends_a_session_that_is_still_open(tmp_path: Path) -> None:
    """Nothing is left running, and the port is free."""
    with Sshd(tmp_path) as sshd:
        client = subprocess.Popen(
            [*sshd.command, "echo $$; sleep 600"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert client.stdout
        shell = int(client.stdout.readline())
        assert Path(f"/proc/{shell}").exists()
    client.wait(5)
    client.stdout.close()
    end = time.monotonic() + 5
    while Path(f"/proc/{shell}").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not Path(f"/proc/{shell}").exists()


def test_a_missing_sshd_is_an_error_and_no_skipped_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that can't run doesn't pass."""
    monkeypatch.setattr("tests.live.sshd.SEARCH_PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="`make test` installs it"):
        Sshd(tmp_path).__enter__()
