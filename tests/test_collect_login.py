"""A login is sent once, with one method, and whatever becomes of it is said in plain words.

An account that is locked is an outage: what may have been counted as a failed login is never tried again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import asyncssh
import paramiko
import pytest

from tests.live import ssh as rig
from tests.live.device import Device
from tests.live.journal import Journal
from tests.live.sshd import Sshd
from vlan2l3 import platforms
from vlan2l3.collect.allow import allow_list
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.device import Heard, collect
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, Session, UnreachableError, cli, napalm, shell

SECRET = "s3cret-of-the-test"
SECOND = "second-s3cret"
CLI = {"arista_eos": "eos", "cisco_ios": "ios", "juniper_junos": "junos", "linux": "linux"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take away the logins of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("VLAN2L3_", "SSH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    return tmp_path


def device(platform: str = "arista_eos", **given: object) -> Device:
    """Make a device that answers little."""
    plain = {"hostname": "sw1", "platform": platform, "user": "reader", "answers": {"show version": "x\n"}}
    return Device(**(plain | given))  # type: ignore[arg-type]


def key(file: Path) -> str:
    """Write a private key, and give its public half."""
    made = asyncssh.generate_private_key("ssh-ed25519")
    file.touch(mode=0o600)
    made.write_private_key(file)
    return str(made.export_public_key().decode())


def target(server: rig.Server, **given: object) -> Target:
    """Say of a played device what an inventory would."""
    name = CLI[server.device.platform]
    plain = {"name": "sw1", "platform": name, "said": name, "address": "127.0.0.1", "port": server.port}
    return Target(**(plain | {"username": "reader"} | given))  # type: ignore[arg-type]


def asked(folder: Path, played: Device, **given: object) -> tuple[Heard, Journal]:
    """Collect from one device, with everything that is done in a run: retries, too."""
    with rig.Rig() as servers:
        server = servers.add(played)
        file = servers.known_hosts(folder / "known_hosts")
        bounds = Discover(known_hosts=str(file), connect_timeout=5.0, timeout=1.5, retries=2)
        return collect(target(server, **given), bounds), servers.journal


def logins(journal: Journal) -> list[tuple[str, bool]]:
    """Give the method and the outcome of every login."""
    return [(attempt.method, attempt.accepted) for attempt in journal.attempts()]


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            {"password": "another"},
            "refused the login of reader with VLAN2L3_PASSWORD; not tried again",
        ),
        ({"resets_login": True}, "the login of reader with VLAN2L3_PASSWORD; not tried again: "),
    ],
)
def test_a_login_is_sent_once_whatever_becomes_of_it(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    trouble: dict[str, object],
    said: str,
) -> None:
    """A connection that is reset in answer to a password has used up an attempt."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    heard, journal = asked(home, device(platform, **({"password": SECRET} | trouble)))
    assert [method for method, _ in logins(journal)] == ["password"]
    assert said in heard.trouble
    assert SECRET not in heard.trouble


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
def test_a_server_that_ends_it_after_the_first_key_is_not_tried_again(home: Path, platform: str) -> None:
    """What paramiko says then, `No existing session`, sounds as if nothing had been sent."""
    config = home / "config"
    identities = [home / "one", home / "two"]
    for file in identities:
        key(file)
    config.write_text("".join(f"IdentityFile {file}\n" for file in identities))
    public = key(home / "known")
    played = device(platform, public_key=public, resets_login=True)
    with rig.Rig() as servers:
        server = servers.add(played)
        hosts = servers.known_hosts(home / "known_hosts")
        bounds = Discover(known_hosts=str(hosts), ssh_config=str(config), connect_timeout=5.0, retries=2)
        heard = collect(target(server), bounds)
        assert logins(servers.journal) == [("publickey", False)]
    assert "not tried again" in heard.trouble


def test_what_goes_wrong_before_the_key_exchange_is_tried_again() -> None:
    """Nobody has seen a login by then: a device with all its lines taken may have one the next time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        came: list[int] = []

        def hang_up() -> None:
            while len(came) < 3:
                connection, _ = listener.accept()
                came.append(1)
                connection.recv(1024)  # a connection that is closed with something unread is reset
                connection.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        found = Target(
            name="sw1", platform="linux", said="linux", address="127.0.0.1", port=listener.getsockname()[1]
        )
        heard = collect(found, Discover(connect_timeout=5.0, retries=2))
        thread.join(5)
    assert len(came) == 3
    assert heard.trouble.endswith("the other side hung up")


def test_enable_is_reached_with_the_second_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A switch that begins below enable is read as any other."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.setenv("VLAN2L3_ENABLE_PASSWORD", SECOND)
    heard, journal = asked(home, device("cisco_ios", password=SECRET, enable=SECOND))
    assert logins(journal) == [("password", True), ("enable", True)]
    assert heard.trouble == ""
    assert next(said for said in heard.answers if said.command == "show version").text == "x\n"


def test_a_wrong_enable_password_is_sent_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an account of an AAA server, too."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.setenv("VLAN2L3_ENABLE_PASSWORD", "wr0ng-s3cret ")
    heard, journal = asked(home, device("cisco_ios", password=SECRET, enable=SECOND))
    assert logins(journal) == [("password", True), ("enable", False)]
    assert heard.trouble.endswith("refused enable with VLAN2L3_ENABLE_PASSWORD; not tried again")
    assert "wr0ng" not in heard.trouble


def test_a_shell_in_the_place_of_a_command_line_ends_one_device(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root of a Junos device lands in its shell: netmiko would type `cli` there; nothing is typed."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    played = device("juniper_junos", password=SECRET, prompt="root@sw1:RE:0% ")
    heard, journal = asked(home, played)
    assert "with a line that is never sent: 'cli'" in heard.trouble
    assert "is reader put into a shell?" in heard.trouble
    assert {line.text.strip() for line in journal.lines()} <= {"", "exit"}
    assert logins(journal) == [("password", True)]


def test_a_device_that_shows_no_prompt_is_logged_in_to_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each further attempt would be a login, for the same end."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    heard, journal = asked(home, device("arista_eos", password=SECRET, disconnects=True))
    assert logins(journal) == [("password", True)]
    assert "not tried again" in heard.trouble
    assert "EOFError" not in heard.trouble


# --- keys -------------------------------------------------------------------------------------------


@pytest.fixture
def agent(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run an ssh-agent that holds one key, and give the public half."""
    place = home / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.DEVNULL)
    try:
        while not place.exists():
            time.sleep(0.01)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
        public = key(home / "of-agent")
        subprocess.run(["ssh-add", "-q", str(home / "of-agent")], check=True)
        (home / "of-agent").unlink()
        yield public
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
def test_a_key_of_the_agent_logs_in(home: Path, agent: str, platform: str) -> None:
    """Without a password there is nothing else, for a command line as for a shell."""
    heard, journal = asked(home, device(platform, public_key=agent))
    assert (logins(journal), heard.trouble) == ([("publickey", True)], "")


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
def test_a_key_in_its_usual_place_logs_in(home: Path, platform: str) -> None:
    """No agent is needed."""
    public = key(home / ".ssh" / "id_ed25519")
    heard, journal = asked(home, device(platform, public_key=public))
    assert (logins(journal), heard.trouble) == ([("publickey", True)], "")


@pytest.mark.parametrize(("way", "platform"), [(cli, "eos"), (shell, "linux"), (napalm, "napalm")])
def test_a_key_file_is_used_alone(home: Path, agent: str, way: ModuleType, platform: str) -> None:
    """The agent's key would let us in, and so would the one in its usual place: neither is offered."""
    usual = key(home / ".ssh" / "id_ed25519")
    key(home / "given")
    (home / "sshd").mkdir()
    with Sshd(home / "sshd") as server:  # asyncssh hangs up on a client that offers a second key
        (home / "sshd" / "authorized_keys").write_text(agent + usual)
        found = Target(
            name="sw1",
            platform=platform,
            said="ios",
            address="127.0.0.1",
            port=server.port,
            username=server.user,
        )
        login = Credentials(username=server.user, key_file=str(home / "given"), source="the key")
        bounds = Discover(known_hosts=str(server.known_hosts), connect_timeout=5.0, timeout=1.5)
        with pytest.raises(RefusedError, match=r"the login of .* with the key; not tried again"):
            way.open_session(
                found, login, bounds, allow_list(platforms.load(platform), way.__name__.rpartition(".")[2])
            )
        assert [attempt for attempt in server.attempts() if attempt.accepted] == []
        log = (home / "sshd" / "sshd.log").read_text()
    assert log.count("Failed publickey for") == 1


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
def test_a_key_file_logs_in(home: Path, platform: str) -> None:
    """For a command line as for a shell."""
    public = key(home / "given")
    heard, journal = asked(home, device(platform, public_key=public), key_file=str(home / "given"))
    assert (logins(journal), heard.trouble) == ([("publickey", True)], "")


def test_a_key_file_that_is_none_is_told_before_anybody_is_asked(home: Path) -> None:
    """Missing, no key, or locked with a passphrase."""
    (home / "text").write_text("no key\n")
    locked = paramiko.RSAKey.generate(2048)
    locked.write_private_key_file(str(home / "locked"), password="phrase")
    for name in ("missing", "text", "locked"):
        heard, journal = asked(home, device("linux", public_key=key(home / "k")), key_file=str(home / name))
        assert logins(journal) == []
        assert heard.trouble.startswith(f"the key file `{home / name}` can't be used: ")


def test_nothing_to_log_in_with_is_said(home: Path) -> None:
    """What is missing is named."""
    heard, journal = asked(home, device("linux", public_key=key(home / "k")))
    assert logins(journal) == []
    assert "there is nothing to log in to 127.0.0.1:" in heard.trouble
    assert "set VLAN2L3_PASSWORD" in heard.trouble


# --- NAPALM -----------------------------------------------------------------------------------------


def through_napalm(folder: Path, played: Device, login: Credentials) -> tuple[Session | str, Journal]:
    """Open a session through a driver, as a run would; a fault comes back as its words."""
    allowed = allow_list(platforms.load("napalm"), "napalm")
    with rig.Rig() as servers:
        server = servers.add(played)
        hosts = servers.known_hosts(folder / "known_hosts")
        bounds = Discover(known_hosts=str(hosts), connect_timeout=5.0, timeout=1.5)
        try:
            session = napalm.open_session(
                replace(target(server), platform="napalm", said="ios"), login, bounds, allowed
            )
            session.close()
        except RefusedError as error:
            return str(error), servers.journal
        return session, servers.journal


def test_napalm_logs_in_with_a_key_file(home: Path) -> None:
    """As the other ways do."""
    public = key(home / "given")
    login = Credentials(username="reader", key_file=str(home / "given"), source="given")
    good, journal = through_napalm(home, device("cisco_ios", public_key=public), login)
    assert (logins(journal), isinstance(good, str)) == ([("publickey", True)], False)


def test_napalm_logs_in_with_the_agent(home: Path, agent: str) -> None:
    """Without a key file."""
    good, journal = through_napalm(
        home, device("cisco_ios", public_key=agent), Credentials(username="reader")
    )
    assert (logins(journal), isinstance(good, str)) == ([("publickey", True)], False)


@pytest.mark.parametrize(
    ("given", "second", "enabled"),
    [
        ({"resets_login": True}, "", ()),
        ({"enable": SECOND}, "wr0ng", (("enable", False),)),
        ({"enable": SECOND}, "", ()),
    ],
)
def test_napalm_sends_no_password_twice(
    home: Path, given: dict[str, object], second: str, enabled: tuple[tuple[str, bool], ...]
) -> None:
    """A reset, a wrong second password, and no second password: an empty one would count as wrong."""
    login = Credentials(username="reader", password=SECRET, enable=second, source="VLAN2L3_PASSWORD")
    said, journal = through_napalm(home, device("cisco_ios", password=SECRET, **given), login)
    assert logins(journal) == [("password", True), *enabled]
    assert isinstance(said, str) == bool(given.get("resets_login") or second)


def test_napalm_may_try_a_device_again_that_is_not_there() -> None:
    """No login was sent."""
    found = Target(name="x", platform="napalm", said="ios", address="127.0.0.1", port=1)
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1: Connection refused"):
        napalm.open_session(
            found,
            Credentials(username="reader", password=SECRET),
            Discover(connect_timeout=2.0),
            allow_list(platforms.load("napalm"), "napalm"),
        )
