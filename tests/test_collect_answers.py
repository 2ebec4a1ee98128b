"""An answer is whole, or it is said why not: a hang, a prompt inside, a flood."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.live import ssh as rig
from tests.live.device import Device
from tests.live.faults import Fault
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.device import Heard, Said, collect
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import LARGEST, LeftoverError, cli, one_line, shell, ssh

SECRET = "s3cret-of-the-test"
PLAIN = "show running-config"
TEXT = "".join(f"! line {number}\n" for number in range(40))
NAMES = {"arista_eos": "eos", "juniper_junos": "junos", "linux": "linux", "cisco_ios": "ios"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log in with a password, and with nothing of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.delenv("VLAN2L3_ENABLE_PASSWORD", raising=False)


def device(platform: str = "arista_eos", **given: object) -> Device:
    """Make a device that answers a few commands."""
    answers = {"show version | json": '{"modelName": "x"}\n', PLAIN: TEXT, "show hostname | json": "{}\n"}
    plain = {
        "hostname": "sw1",
        "platform": platform,
        "user": "reader",
        "password": SECRET,
        "answers": answers,
    }
    return Device(**(plain | given))  # type: ignore[arg-type]


def heard(folder: Path, played: Device, *, timeout: float = 1.5) -> Heard:
    """Collect from one device."""
    with rig.Rig() as servers:
        server = servers.add(played)
        hosts = servers.known_hosts(folder / "known_hosts")
        name = NAMES[played.platform]
        found = Target(
            name="sw1", platform=name, said=name, address="127.0.0.1", port=server.port, username="reader"
        )
        return collect(found, Discover(known_hosts=str(hosts), connect_timeout=2.0, timeout=timeout))


def answer(found: Heard, command: str) -> Said:
    """Find the answer to a command."""
    return next(said for said in found.answers if said.command == command)


def test_two_prompts_inside_an_output_never_cut_it_in_silence(tmp_path: Path) -> None:
    """A log of a session, in a banner for instance, holds them; what comes on a loaded machine is noticed."""
    found = heard(tmp_path, device(faults={PLAIN: Fault.PROMPTS_INSIDE}))
    lines = TEXT.splitlines(keepends=True)
    text = f"{''.join(lines[:20])}sw1#\nsw1#\n{''.join(lines[20:])}"
    said = answer(found, PLAIN)
    assert said == Said(command=PLAIN, text=text) or "went on after" in said.trouble


def test_an_answer_that_went_on_after_its_end_is_not_whole(tmp_path: Path) -> None:
    """It is found when the next one is asked for, and neither counts."""
    found = heard(tmp_path, device(faults={PLAIN: Fault.PROMPTS_LATE}))
    assert answer(found, PLAIN).trouble == "the answer went on after what looked like its end"
    commands = [said.command for said in found.answers]
    spoiled = found.answers[commands.index(PLAIN) + 1]
    assert "the answer before went on" in spoiled.trouble
    assert "! line" not in "".join(
        said.text or "" for said in found.answers if said.command not in (PLAIN, spoiled.command)
    )
    assert len([said for said in found.answers if said.trouble]) == 2


def test_a_hang_behind_a_prompt_is_a_hang(tmp_path: Path) -> None:
    """The empty lines that are typed into the silence are no sign of life."""
    begun = time.monotonic()
    found = heard(tmp_path, device(faults={PLAIN: Fault.HANG_AT_PROMPT}), timeout=4.0)
    assert "no byte for 4 s" in answer(found, PLAIN).trouble
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(("platform", "command"), [("arista_eos", PLAIN), ("linux", "cat /etc/hostname")])
def test_an_answer_without_an_end_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, command: str
) -> None:
    """No device fills the memory; the others of its answers are read."""
    assert LARGEST == 256 * 1024 * 1024
    for way in (cli, shell):
        monkeypatch.setattr(way, "LARGEST", 1024 * 1024)
    answers = {command: TEXT, "show version | json": "{}\n", "uname -a": "Linux\n", "hostname": "sw1\n"}
    found = heard(tmp_path, device(platform, answers=answers, faults={command: Fault.HUGE}))
    said = answer(found, command)
    assert (said.text, said.trouble) == (
        None,
        "the answer is larger than 256 MiB; what came of it is dropped",
    )
    assert [said.command for said in found.answers if said.trouble] == [command]


def test_a_greeting_without_an_end_is_no_login(tmp_path: Path) -> None:
    """What comes before the first prompt is bounded, too."""
    found = heard(tmp_path, device(motd="Authorized users only\n" * 100_000))
    assert "more than 1 MiB came, and no prompt" in found.trouble


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
def test_a_channel_that_is_never_opened_is_a_hang(tmp_path: Path, platform: str) -> None:
    """A device that lets us in, and answers nothing from then on."""
    begun = time.monotonic()
    found = heard(tmp_path, device(platform, opens=False))
    assert "Timeout opening channel" in (found.trouble or found.answers[0].trouble)
    assert time.monotonic() - begun < 20


def test_a_step_that_takes_too_long_ends_the_session(tmp_path: Path) -> None:
    """Paramiko itself would wait for the answer to some requests for ever."""
    with rig.Rig() as servers:
        server = servers.add(device("linux"))
        bounds = Discover(known_hosts=str(servers.known_hosts(tmp_path / "known_hosts")), connect_timeout=5.0)
        found = Target(name="x", platform="linux", said="linux", address="127.0.0.1", port=server.port)
        client = ssh.connect(found, Credentials(username="reader", password=SECRET), bounds)
        transport = client.get_transport()
        assert transport
        with client.within_reason(5.0):
            assert transport.is_active()
        with client.within_reason(0.05):
            transport.join(5.0)
        assert not transport.is_active()


# --- the end of an answer, by itself ----------------------------------------------------------------


class Line:
    """Be a channel that gives prepared pieces, a pause where one is empty, and then nothing."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = [piece.encode() for piece in pieces]
        self.written: list[str] = []
        self.remote_conn = self

    def settimeout(self, seconds: float) -> None:
        """Take it."""

    def recv_ready(self) -> bool:
        """Tell that nothing waits."""
        return False

    def write_channel(self, text: str) -> None:
        """Keep what is written."""
        self.written.append(text)

    def recv(self, _size: int) -> bytes:
        """Give the next piece."""
        if not self.pieces or not self.pieces[0]:
            del self.pieces[:1]
            raise TimeoutError
        return self.pieces.pop(0)


def told(*pieces: str, line: str = "show x", prompt: str = "sw1#") -> str:
    """Ask one line of a channel that gives these pieces."""
    question = type("Question", (), {"line": line})()
    return cli.Cli(Line(*pieces), prompt, 5.0).ask(question)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("show x\r\n", "a\r\nb\r\n", "sw1#\r\nsw1#"), "a\nb\n"),
        (("show x\r\nsw1#\r\nsw1#",), ""),
        (("\r\nsw1#show x\r\na\r\nsw1#\r\nsw1#",), "a\n"),  # the answer to an empty line of before came late
        (("\r\nsw1#\r\nsw1#", "show x\r\na\r\nsw1#\r\nsw1#"), "a\n"),
        (("show x\r\na\r\nsw1#\r\nsw1#", "\r\nb\r\nsw1#\r\nsw1#"), "a\nsw1#\nsw1#\nb\n"),
        (("show x\r\na", *"\r\nsw1#\r\nsw1#"), "a\n"),
        (("*log*\r\nshow x\r\na\r\nsw1#\r\nsw1#",), "*log*\nshow x\na\n"),
        ((f"show x\r\na{chr(10) * 900}", "sw1#\r\n" * 200), f"a{chr(10) * 900}"),
    ],
)
def test_an_answer_is_what_stands_between_echo_and_prompts(pieces: tuple[str, ...], text: str) -> None:
    """However the pieces fall."""
    assert told(*pieces) == text


@pytest.mark.parametrize(
    "pieces",
    [
        ("rest of before\r\nsw1#\r\nsw1#",),
        ("rest of before\r\nsw1#\r\nsw1#show x\r\na\r\nsw1#\r\nsw1#",),
    ],
)
def test_the_rest_of_another_answer_is_not_taken_for_this_one(pieces: tuple[str, ...]) -> None:
    """The echo of the line comes first, or something else is still coming."""
    with pytest.raises(LeftoverError, match="does not begin with 'show x'"):
        told(*pieces)


def test_a_prompt_of_junos_has_a_line_above_it() -> None:
    """It belongs to the prompt."""
    pieces = ("show x\r\na\r\n\r\n{master:0}\r\nr@sw1> \r\n\r\n{master:0}\r\nr@sw1> ",)
    assert told(*pieces, prompt="r@sw1>") == "a\n\n"


@pytest.mark.parametrize("piece", ["sw1#\n", "\n", "sw1#", "{master:0}\n", "x", "\x1b[0", "-"])
def test_no_answer_takes_long_to_read(piece: str) -> None:
    """Time grows with the length, whatever a device repeats; no chunk ends with a prompt."""
    body = piece * (100_000 // len(piece)) + " y"
    size = len(piece) * 500
    chunks = [body[:2], *(body[at : at + size] for at in range(2, len(body), size))]
    begun = time.monotonic()
    found = told("show x\n", *chunks, "\nx\nsw1#\nsw1#")
    assert time.monotonic() - begun < 5
    assert found.endswith("y\nx\n")


def test_of_many_chunks_only_the_tail_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came is read once in the end, and not anew with each chunk."""
    looked_at, clean = [], cli._clean
    monkeypatch.setattr(cli, "_clean", lambda text: looked_at.append(len(text)) or clean(text))
    chunks = ["x" * 4096] * 1500
    told("show x\n", *chunks, "\nsw1#\nsw1#")
    assert sum(map(len, chunks)) <= sum(looked_at) < 2 * sum(map(len, chunks))


def test_a_fault_is_said_in_plain_words() -> None:
    """What a library leaves unsaid, and what a device may have put into it."""
    assert one_line(EOFError()) == "the other side hung up"
    assert one_line(TimeoutError()) == "no answer in time"
    assert one_line(ValueError()) == "ValueError, of which the library says no more"
    assert one_line(ValueError("\n a\x1b[31mb\x07 \nc")) == "a[31mb"
    assert len(one_line(ValueError("x" * 100_000))) < 1000
