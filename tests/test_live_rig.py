"""Prove the SSH side of the live rig with plain clients: what they see, and what the journal says of them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import asyncssh
import netmiko
import paramiko
import pytest

from tests.live.device import EVERY, Device
from tests.live.dialects import DIALECTS
from tests.live.faults import HUGE_BYTES, Fault, half
from tests.live.ssh import ADDRESS, Rig, Server

pytestmark = pytest.mark.checkout  # the rig proves itself once; the wheel holds none of it

OWN_THREADS = re.compile("live-ssh")
PASSWORD = "not-a-secret"
TABLE = "".join(f"row {number}\n" for number in range(100))
VENDORS = sorted(set(DIALECTS) - {"linux"})
BANNER = "#### lab # only ####\nleaf1> is not a prompt\n> nor is this #\n"

Start = Callable[..., Server]


@pytest.fixture
def rig() -> Iterator[Rig]:
    """Give a rig, and see that it leaves no thread and no session behind."""
    with Rig() as rig:
        yield rig
    left = [thread.name for thread in threading.enumerate() if OWN_THREADS.search(thread.name)]
    assert left == []
    assert rig.journal.open_sessions == 0


@pytest.fixture
def start(rig: Rig) -> Start:
    """Start a device that answers `show rows`."""

    def add(platform: str = "arista_eos", **more: object) -> Server:
        answers = {"show rows": TABLE, "show version": "it is a device\n"}
        return rig.add(
            Device(
                **{"platform": platform, "hostname": "leaf1", "password": PASSWORD, "answers": answers} | more
            )
        )

    return add


def login(server: Server, **more: object) -> netmiko.BaseConnection:
    """Log in with netmiko, as a script would."""
    arguments = {"username": "admin", "password": PASSWORD, "conn_timeout": 5, "auth_timeout": 5}
    target = {"device_type": server.device.platform, "host": ADDRESS, "port": server.port}
    return netmiko.ConnectHandler(**target, **(arguments | more))


def client(server: Server, **more: object) -> paramiko.SSHClient:
    """Log in with paramiko; any host key will do."""
    found = paramiko.SSHClient()
    found.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507  no host key is the point here
    arguments = {"username": "admin", "password": PASSWORD, "allow_agent": False, "look_for_keys": False}
    found.connect(ADDRESS, server.port, **(arguments | more))
    return found


class Typist:
    """Type into a shell by hand, and read until something shows."""

    def __init__(self, server: Server, **terminal: int) -> None:
        self.client = client(server)
        self.shell = self.client.invoke_shell(**terminal)
        self.shell.settimeout(5)

    def read(self, until: str) -> str:
        """Read until the text ends with `until`."""
        text = ""
        while not text.endswith(until):
            piece = self.shell.recv(65536).decode()
            if not piece:
                raise EOFError(text)
            text += piece
        return text

    def type(self, line: str, until: str) -> str:
        """Type a line and read what comes."""
        self.shell.sendall(f"{line}\n".encode())
        return self.read(until)


@pytest.mark.parametrize("platform", VENDORS)
def test_netmiko_logs_in_and_reads_an_answer_longer_than_a_page(start: Start, platform: str) -> None:
    """Prompt, echo, paging and the terminal's settings are what netmiko expects of each platform."""
    server = start(platform, motd=BANNER)
    with login(server) as connection:
        assert connection.send_command("show rows").splitlines() == TABLE.splitlines()
        refused = connection.send_command("show nothing at all")
    said = DIALECTS[platform].unknown.format(caret="", word="nothing", first="show").split("\n")
    assert next(line for line in said if line) in refused
    assert not server.played.journal.attempts(accepted=False)


@pytest.mark.parametrize("platform", VENDORS)
def test_an_answer_stops_at_the_pager_until_a_key_is_pressed(start: Start, platform: str) -> None:
    """Twenty-four lines a page: a space gives the next page, Enter one line, anything else leaves."""
    server = start(platform)
    more = DIALECTS[platform].more
    prompt = DIALECTS[platform].prompt.format(host="leaf1", user="admin")
    typist = Typist(server)
    typist.read(prompt)
    assert typist.type("show rows", more).count("row ") == 23
    typist.shell.send(b" ")
    assert typist.read(more).count("row ") == 23
    typist.shell.send(b"\n")
    assert typist.read(more).count("row ") == 1
    typist.shell.send(b"q")
    assert typist.read(prompt).count("row ") == 0
    keys = [line.text for line in server.played.journal.lines() if line.way == "key"]
    assert keys == [" ", "\n", "q"]
    typist.client.close()


def test_a_modifier_turns_the_pager_off_for_one_command(start: Start) -> None:
    """`| no-more` is no part of the command whose answer is recorded."""
    typist = Typist(start("cisco_nxos"))
    typist.read("leaf1# ")
    assert typist.type("show rows | no-more", "leaf1# ").count("row ") == 100
    typist.client.close()


def test_lines_wrap_at_the_width_of_the_terminal_until_it_is_set(start: Start) -> None:
    """Devices wrap in the middle of a word, and the echo is the first line."""
    server = start("cisco_ios", answers={"show long": "a" * 100 + "\n"})
    typist = Typist(server, width=80)
    typist.read("leaf1#")
    assert typist.type("show long", "leaf1#").split("\r\n")[1:-1] == ["a" * 80, "a" * 20]
    assert typist.type("terminal width 511", "leaf1#") == "terminal width 511\r\nleaf1#"
    assert typist.type("show long", "leaf1#").split("\r\n")[1:-1] == ["a" * 100]
    typist.client.close()


@pytest.mark.parametrize(
    ("platform", "line", "said"),
    [
        ("arista_eos", "show vlna", "% Invalid input\r\nleaf1#"),
        ("cisco_ios", "show vlna", "           ^\r\n% Invalid input detected at '^' marker.\r\n\r\nleaf1#"),
        ("cisco_nxos", "show vlna", "            ^\r\n% Invalid command at '^' marker.\r\nleaf1# "),
        (
            "juniper_junos",
            "shwo vlan",
            "             ^\r\nunknown command.\r\n\r\n{master:0}\r\nadmin@leaf1> ",
        ),
        ("dell_os10", "show vlna", "% Error: Unrecognized command.\r\n\aleaf1# "),
        ("aruba_aoscx", "show vlna", "Invalid input: vlna\r\nleaf1# "),
    ],
)
def test_an_unknown_command_is_refused_in_the_platforms_words(
    start: Start, platform: str, line: str, said: str
) -> None:
    """The caret points at the first strange word."""
    prompt = DIALECTS[platform].prompt.format(host="leaf1", user="admin")
    typist = Typist(start(platform))
    typist.read(prompt)
    assert typist.type(line, prompt) == f"{line}\r\n{said}"
    typist.client.close()


def test_a_wrong_password_is_counted_and_lets_nobody_in(start: Start) -> None:
    """One attempt of the client is one attempt of the journal."""
    server = start()
    for _ in range(2):
        with pytest.raises(paramiko.AuthenticationException):
            client(server, password="wrong")
    found = [(a.user, a.method, a.accepted) for a in server.played.journal.attempts("leaf1")]
    assert found == [("admin", "password", False)] * 2
    assert server.played.journal.sessions() == ()


def test_a_key_lets_in_without_a_password(start: Start, tmp_path: Path) -> None:
    """A foreign key doesn't, and both are counted."""
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(2)]
    files = [tmp_path / "right", tmp_path / "foreign"]
    for key, file in zip(keys, files, strict=True):
        key.write_private_key(file)
    server = start(password="", public_key=keys[0].export_public_key().decode())
    client(server, password=None, key_filename=str(files[0])).close()
    with pytest.raises(paramiko.AuthenticationException):
        client(server, password=None, key_filename=str(files[1]))
    found = [(a.method, a.accepted) for a in server.played.journal.attempts()]
    assert found == [("publickey", True), ("publickey", False)]


def test_a_changed_host_key_is_seen_by_who_knows_the_old_one(rig: Rig, start: Start, tmp_path: Path) -> None:
    """The known host is trusted until the device is replaced, and no password is sent to the new one."""
    server = start()
    known = rig.known_hosts(tmp_path / "known_hosts")

    def connect() -> None:
        with paramiko.SSHClient() as strict:
            strict.load_host_keys(str(known))
            strict.connect(ADDRESS, server.port, "admin", PASSWORD, allow_agent=False, look_for_keys=False)

    connect()
    server.change_host_key()
    with pytest.raises(paramiko.BadHostKeyException):
        connect()
    assert len(rig.journal.attempts()) == 1


def test_a_channel_of_its_own_runs_a_command_only_where_the_platform_does(start: Start) -> None:
    """A refused one is still written down, and so is a subsystem."""
    with client(start("juniper_junos")) as found:
        assert found.exec_command("show rows")[1].read().decode() == TABLE
    server = start("dell_os10", hostname="os10")
    with client(server) as found:
        with pytest.raises(paramiko.SSHException):
            found.exec_command("show rows")
        with pytest.raises(paramiko.SSHException):
            found.open_sftp()
    found_lines = [(line.way, line.text) for line in server.played.journal.lines("os10")]
    assert found_lines == [("exec", "show rows"), ("other", "subsystem sftp")]


def test_a_shell_says_what_it_lacks_on_the_other_stream_with_a_status(start: Start) -> None:
    """A Linux machine has no `show`."""
    with client(start("linux", answers={"uname -a": "Linux leaf1\n"})) as found:
        assert found.exec_command("uname -a")[1].read() == b"Linux leaf1\n"
        _, output, errors = found.exec_command("show version")
        assert (output.read(), output.channel.recv_exit_status()) == (b"", 127)
        assert errors.read() == b"bash: line 1: show: command not found\n"


def test_a_hang_gives_half_an_answer_and_then_nothing(start: Start) -> None:
    """The connection stays up."""
    typist = Typist(start(faults={"show rows": Fault.HANG}, answers={"show rows": "first\nsecond\n"}))
    typist.read("leaf1#")
    assert typist.type("show rows", "first") == "show rows\r\nfirst"
    typist.shell.settimeout(0.1)
    with pytest.raises(TimeoutError):
        typist.shell.recv(1)
    assert typist.client.get_transport().is_active()
    typist.client.close()


def test_a_reset_ends_the_connection_in_the_middle_of_an_answer(start: Start) -> None:
    """What came before it is readable."""
    typist = Typist(start(faults={EVERY: Fault.RESET}, answers={"show rows": "first\nsecond\n"}))
    typist.read("leaf1#")
    assert typist.type("terminal length 0", "leaf1#").endswith("Pagination disabled.\r\nleaf1#")
    with pytest.raises(EOFError, match="first"):
        typist.type("show rows", "leaf1#")
    typist.client.close()


def test_half_an_answer_with_a_prompt_behind_it_looks_whole(start: Start) -> None:
    """Only the content can tell: this is what a parser's totals are for."""
    with login(start(faults={"show rows": Fault.CUT})) as connection:
        rows = connection.send_command("show rows").splitlines()
    assert rows[:49] == TABLE.splitlines()[:49]
    assert len(rows) < 60


def test_a_pager_appears_although_paging_was_turned_off(start: Start) -> None:
    """A client that waits only for the prompt waits for ever."""
    typist = Typist(start(faults={"show rows": Fault.PAGER}))
    typist.read("leaf1#")
    typist.type("terminal length 0", "leaf1#")
    assert typist.type("show rows", " --More-- ").count("row ") == 23
    typist.client.close()


def test_the_prompts_text_inside_an_answer_misleads_a_simple_client(start: Start) -> None:
    """Netmiko takes it for the end, and loses the second half."""
    with login(start(faults={"show rows": Fault.PROMPT_INSIDE})) as connection:
        assert connection.send_command("show rows").splitlines() == TABLE.splitlines()[:50]
        time.sleep(0.3)
        assert connection.read_channel().count("row ") == 50


@pytest.mark.parametrize("text", [TABLE, '{"rows": [1]}\n'])
def test_five_megabytes_come_whole(start: Start, text: str) -> None:
    """Text repeats its lines; JSON keeps its value."""
    server = start(answers={"show rows": text}, faults={"show rows": Fault.HUGE})
    with client(server) as found:
        answer = found.exec_command("show rows")[1].read().decode()
    assert len(answer) >= HUGE_BYTES
    assert "".join(answer.split()).replace("".join(text.split()), "") == ""


@pytest.mark.parametrize("platform", VENDORS)
def test_a_command_that_is_not_allowed_is_refused(start: Start, platform: str) -> None:
    """So is a setup line, where a test says so."""
    server = start(platform, faults={"show rows": Fault.DENIED})
    with login(server) as connection:
        said = connection.send_command("show rows")
        assert "row 1" not in said
        assert said.strip().splitlines()[-1] in DIALECTS[platform].denied.format(
            line="show rows", caret="", first="show"
        )
        assert "it is a device" in connection.send_command("show version")


def test_a_slow_command_takes_its_time_and_the_others_do_not(start: Start) -> None:
    """A client's timeout is shorter."""
    server = start(slow={"show rows": 0.6})
    with login(server) as connection:
        assert connection.send_command("show version", read_timeout=0.4) == "it is a device"
        with pytest.raises(netmiko.ReadTimeout):
            connection.send_command("show rows", read_timeout=0.4)


def test_a_second_session_is_refused_while_the_first_is_open(start: Start) -> None:
    """It gets no login, and there is room again afterwards."""
    server = start(most_sessions=1)
    first = client(server)
    with pytest.raises((paramiko.SSHException, EOFError, ConnectionError)):
        client(server)
    first.close()
    end = time.monotonic() + 5
    while server.connections and time.monotonic() < end:
        time.sleep(0.01)
    client(server).close()
    assert [s.refused for s in server.played.journal.sessions()] == [False, True, False]


def test_a_device_that_disconnects_behind_the_login(start: Start) -> None:
    """The login itself succeeds."""
    server = start(disconnects=True)
    with pytest.raises((paramiko.SSHException, EOFError, OSError)):
        Typist(server).read("leaf1#")
    assert server.played.journal.attempts(accepted=True)


def test_a_banner_is_shown_before_the_login(start: Start) -> None:
    """It never reaches the channel."""
    with client(start(banner=BANNER)) as found:
        assert found.get_transport().get_banner().decode() == BANNER.replace("\n", "\r\n")


def test_a_device_can_change_while_a_session_is_open(start: Start) -> None:
    """The next command meets the new answers and faults."""
    server = start()
    with login(server) as connection:
        assert connection.send_command("show version") == "it is a device"
        server.device = replace(server.device, answers={"show version": "it is another\n"})
        assert connection.send_command("show version") == "it is another"


def test_the_journal_has_every_line_and_tells_what_is_beyond_a_list(rig: Rig, start: Start) -> None:
    """What was typed ahead and never answered was sent nevertheless."""
    server = start(faults={"show rows": Fault.HANG})
    typist = Typist(server)
    typist.shell.sendall(b"terminal length 0\nshow rows\nreload\nwrite er")
    typist.read(half(TABLE).splitlines()[-1])
    typist.client.close()
    allowed = {"terminal length 0", "show rows"}
    end = time.monotonic() + 5
    while rig.journal.open_sessions and time.monotonic() < end:
        time.sleep(0.01)
    assert {(line.way, line.text) for line in rig.journal.beyond(allowed)} == {
        ("cli", "reload"),
        ("other", "write er"),
    }
    assert rig.journal.beyond({*allowed, "reload", "write er"}) == ()


def test_a_hundred_devices_with_latency_are_asked_at_once(rig: Rig) -> None:
    """Their pauses overlap: the servers are one event loop."""
    servers = rig.add_all(
        Device(
            platform="arista_eos",
            hostname=f"leaf{number}",
            password=PASSWORD,
            latency=0.2,
            answers={"show hostname": f"leaf{number}\n"},
        )
        for number in range(100)
    )

    def ask(server: Server) -> str:
        with client(server) as found:
            return found.exec_command("show hostname")[1].read().decode()

    begun = time.monotonic()
    with ThreadPoolExecutor(25) as executor:
        answers = list(executor.map(ask, servers))
    assert answers == [f"leaf{number}\n" for number in range(100)]
    assert time.monotonic() - begun < 100 * 0.2
    assert rig.journal.most_sessions > 1
