"""HTTPS to a device that is wrong, slow, endless or hostile: one command fails, with a reason, in time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from tests.live import http
from tests.live.certificates import Authority
from tests.live.device import Device
from tests.live.eapi import CONTENT_TYPE
from vlan2l3 import platforms
from vlan2l3.collect.allow import AllowList, Question, allow_list
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import (
    LostError,
    RefusedError,
    Session,
    UnreachableError,
    https,
    opener,
)

SECRET = "pässwörd-€"
ENABLE = "s3cret-of-enable"
WAYS = {"eapi": ("eos", "arista_eos"), "nxapi": ("nxos", "cisco_nxos")}
HEAD = b"HTTP/1.1 200 OK\r\n"

pytestmark = pytest.mark.checkout


def switch(way: str = "eapi", **given: Any) -> Device:
    """Play a switch that knows two commands."""
    answers = {"show version | json": '{"modelName": "x"}', "show version": "it is a device\n"}
    plain = {"platform": WAYS[way][1], "hostname": "sw1", "user": "reader", "password": SECRET}
    return Device(**plain | {"answers": answers} | given)


def allowed(way: str) -> AllowList:
    """Give the list of a way."""
    return allow_list(platforms.load(WAYS[way][0]), way)


def question(way: str, line: str = "show version") -> Question:
    """Find a question."""
    return next(q for q in allowed(way).questions if q.line == line)


def opened(port: int, way: str = "eapi", *, address: str = "127.0.0.1", **given: Any) -> Session:
    """Open a session, with short times."""
    login = {"username": "reader", "password": SECRET, "source": "VLAN2L3_PASSWORD"}
    login |= {key: value for key, value in given.items() if key in ("password", "enable")}
    how = {"connect_timeout": 2.0, "timeout": 0.2}
    how |= {key: value for key, value in given.items() if key in ("ca_file", "timeout")}
    target = Target(name="sw1", platform=WAYS[way][0], said="", address=address, port=port)
    return opener(way)(target, Credentials(**login), Discover(**how), allowed(way))


@dataclass
class Odd:
    """Be an interface that gives the same JSON to every request."""

    said: Any
    PATH: str = "/command-api"
    CONTENT_TYPE: str = CONTENT_TYPE

    def commands(self, _request: Any) -> list[str]:
        """Note nothing."""
        return []

    def answer(self, _device: Device, _request: Any) -> tuple[int, Any]:
        """Give the same."""
        return 200, self.said


def test_a_wrong_enable_password_is_sent_once(tmp_path: Path) -> None:
    """Each further attempt would count against the account, so the whole device is given up."""
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch(enable="another"))
        session = opened(server.port, enable=ENABLE, ca_file=str(rig.ca_file))
        with pytest.raises(RefusedError) as error:
            session.ask(question("eapi"))
    assert "refused `enable` with the password of VLAN2L3_ENABLE_PASSWORD; not tried again" in str(
        error.value
    )
    assert ENABLE not in str(error.value)


@pytest.mark.parametrize("known", [True, False])
def test_a_refused_command_behind_a_good_enable_is_no_refused_login(tmp_path: Path, *, known: bool) -> None:
    """The second of two commands is told from the first."""
    device = switch(enable=ENABLE)
    with http.Rig(tmp_path) as rig:
        server = rig.add(device if known else replace(device, answers={}))
        said = opened(server.port, enable=ENABLE, ca_file=str(rig.ca_file)).ask(question("eapi"))
    assert said == ('{\n  "modelName": "x"\n}' if known else "% Invalid input (at token 0: 'show')")


def test_a_refused_command_without_enable_is_no_refused_login(tmp_path: Path) -> None:
    """A single command is the first of one, and its refusal is its own."""
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch(answers={}))
        said = opened(server.port, ca_file=str(rig.ca_file)).ask(question("eapi"))
    assert said.startswith("% Invalid input")


@pytest.mark.parametrize(
    ("way", "said"),
    [
        *(
            ("eapi", said)
            for said in (
                {"result": None},
                {"result": {}},
                {"result": []},
                {"result": "x"},
                {"result": [7]},
                {"result": [{}, {}]},
                {"error": "x"},
                {"error": {"message": 7}},
                {"error": {"message": "x", "data": 7}},
            )
        ),
        *(
            ("nxapi", said)
            for said in (
                {"result": "x"},
                {"result": [1]},
                {"result": {"msg": 7}},
                {"error": "x"},
                {"error": {"message": ["x"]}},
                {"error": {"data": {"msg": {"x": 1}}}},
            )
        ),
    ],
)
def test_json_of_another_form_fails_alone(tmp_path: Path, way: str, said: dict[str, Any]) -> None:
    """Every type that is not what it should be is the fault of one command, not the end of the device."""
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch(way))
        server.interface = Odd(said=said, PATH="/ins" if way == "nxapi" else "/command-api")  # type: ignore[assignment]
        with pytest.raises(LostError, match="not of the form this API has"):
            opened(server.port, way, ca_file=str(rig.ca_file)).ask(question(way))


@pytest.mark.parametrize("errors", [7, "x", [7], {"a": 1}])
def test_a_refusal_with_odd_reasons_is_still_a_refusal(tmp_path: Path, errors: Any) -> None:
    """What is no text in it is left out."""
    said = {"error": {"message": "no", "data": [{"errors": errors}, 7]}}
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch())
        server.interface = Odd(said=said)  # type: ignore[assignment]
        assert opened(server.port, ca_file=str(rig.ca_file)).ask(question("eapi")) == "% no"


def test_text_without_output_fails_alone(tmp_path: Path) -> None:
    """EOS puts text under `output`; anything else there is no text."""
    texts = [q for q in allowed("eapi").questions if not q.is_json]
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch())
        for result in ({}, {"output": 7}):
            server.interface = Odd(said={"result": [result]})  # type: ignore[assignment]
            with pytest.raises(LostError, match="not of the form"):
                opened(server.port, ca_file=str(rig.ca_file)).ask(texts[0])


def test_a_password_beyond_latin_1_is_sent_as_utf_8(tmp_path: Path) -> None:
    """As RFC 7617 and every switch have it."""
    with http.Rig(tmp_path) as rig:
        server = rig.add(switch())
        opened(server.port, ca_file=str(rig.ca_file)).ask(question("eapi"))
        assert [a.accepted for a in rig.journal.attempts()] == [True]


@pytest.mark.parametrize("way", WAYS)
def test_without_a_password_nothing_is_sent(way: str) -> None:
    """An empty one would be a failed login at every device."""
    with pytest.raises(RefusedError, match="a password, and reader with VLAN2L3_PASSWORD has none"):
        opened(1, way, password="")


def test_a_file_of_certificates_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A worker of a cluster may lack it."""
    with pytest.raises(RefusedError, match=r"the `ca_file` .*none\.pem is not there"):
        opened(1, ca_file=str(tmp_path / "none.pem"))


@pytest.mark.parametrize("address", ["::1", "0:0::1"])
def test_an_ipv6_address_is_put_into_brackets(address: str) -> None:
    """Nobody listens there, and that is what is said."""
    with pytest.raises(UnreachableError, match=r"https://\[::1\]:1/command-api: "):
        opened(1, address=address).ask(question("eapi"))


# --- slow and endless -------------------------------------------------------------------------------


@contextmanager
def raw(folder: Path, *parts: bytes, again: bytes = b"", pause: float = 0.0) -> Iterator[dict[str, Any]]:
    """Answer whatever comes over TLS with bytes as they are; `again` follows for ever, with pauses."""
    authority = Authority(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server("127.0.0.1"))
    left = threading.Event()

    def serve() -> None:
        listening.settimeout(10)
        with suppress(OSError), context.wrap_socket(listening.accept()[0], server_side=True) as connection:
            connection.recv(65536)
            for part in chain(parts, repeat(again) if again else ()):
                if left.wait(pause):
                    return
                connection.sendall(part)
            left.wait()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield {"port": listening.getsockname()[1], "ca_file": str(authority.file)}
        finally:
            left.set()
            thread.join()


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        (HEAD + b"\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEAD + b"X-Long: ", b"x"),
        (HEAD, b"X-More: 1\r\n"),
        (b"", b"H"),
    ],
    ids=["body", "endless-body", "chunks", "header", "headers", "status"],
)
def test_a_byte_now_and_then_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes, drop: bytes
) -> None:
    """Wherever in the answer it drips, it ends in the time an answer may take in all."""
    monkeypatch.setattr(https, "LONGEST", 2)
    begun = time.monotonic()
    with raw(tmp_path, head, again=drop, pause=0.05) as there:
        session = opened(**there, timeout=1.0)
        with pytest.raises(LostError, match=r"no end after 2 s, \d+ bytes had come"):
            session.ask(question("eapi"))
    assert 2 <= time.monotonic() - begun < 6


def test_an_answer_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that sends as fast as it can fills no memory, and none of it is kept."""
    monkeypatch.setattr(https, "LARGEST", 100_000)
    endless = raw(tmp_path, HEAD + b"\r\n", again=b" " * 10_000)
    with endless as there, pytest.raises(LostError, match="the answer is larger than") as error:
        opened(**there).ask(question("eapi"))
    assert error.value.text == ""


@pytest.mark.parametrize(
    "text", [b'{"result": ' + b"[" * 200_000, b"\xff\xfe", b'{"result": [' + b"9" * 9999]
)
def test_json_that_breaks_the_reader_fails_alone(tmp_path: Path, text: bytes) -> None:
    """Nesting without end, bytes of no text, a number of ten thousand digits."""
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(text)
    with raw(tmp_path, head + text) as there, pytest.raises(LostError, match="is not whole JSON"):
        opened(**there).ask(question("eapi"))


def test_an_interrupt_ends_a_request_that_waits(tmp_path: Path) -> None:
    """Closing from another thread does not wait for the device."""
    with raw(tmp_path, HEAD + b"Content-Length: 9999\r\n\r\n", again=b"x", pause=0.05) as there:
        session = opened(**there, timeout=60.0)
        timer = threading.Timer(0.3, session.close)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(LostError, match="the session broke"):
            session.ask(question("eapi"))
        timer.join()
    assert time.monotonic() - begun < 5
