"""Ask a vendor's command line over SSH, with netmiko for the login and the habits of each device type.

Comes in: a target. Goes out: a session. Every write passes the allow-list, those of netmiko's own session
preparation included. The end of an answer is a prompt that answers an empty line, and a silence behind it: a
prompt that only stands inside an output ends nothing.
"""

from __future__ import annotations

import re
import time
from typing import Any

import paramiko
from netmiko import NetmikoBaseException
from netmiko.base_connection import BaseConnection
from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException
from netmiko.ssh_dispatcher import CLASS_MAPPER

from vlan2l3 import platforms
from vlan2l3.collect.allow import AllowList, NotAllowedError, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import (
    LARGEST,
    LONGEST,
    LeftoverError,
    LostError,
    RefusedError,
    Session,
    UnreachableError,
    one_line,
    route,
    ssh,
    too_large,
)

_PAGER = re.compile(
    r"(?i)(-+ ?\(?more(?: \d+%)?\)? ?-+|<---? ?more ?---?>|press any key to continue)[^\n]{0,60}$"
)
_TAIL = 400  # characters; no prompt and no pager is longer
_CHUNK = 65536
_LONGEST_GREETING = 1024 * 1024
_PAUSE = 0.25
_QUIET = 2.0
_SETTLED = 0.04
"""Seconds without a byte behind two prompts, which an output may hold too; what comes later is noticed."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\r\a]")
"""What steers a terminal; OS10 rings its bell in front of the prompt after a line it refused."""
_HARMLESS = frozenset({"", "exit", "quit", "logout"})
"""What netmiko writes to find the prompt and to leave."""


class _Coming:
    """Hold an answer while it comes; the tail is what the end of it is looked for in."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._recent = b""
        self.tail = ""
        self.begun = self.heard = self.typed = time.monotonic()

    def take(self, data: bytes) -> None:
        """Add what came."""
        self._kept += data
        if len(self._kept) > LARGEST:
            raise too_large()
        self._recent = (self._recent + data)[-_TAIL:]
        self.tail = _clean(self._recent.decode("utf-8", "replace"))
        self.heard = time.monotonic()

    def text(self) -> str:
        """Give all that came."""
        return _clean(self._kept.decode("utf-8", "replace"))

    def lost(self, reason: str) -> LostError:
        """Say why there is no more, and keep what there is."""
        return LostError(f"{reason}, {len(self._kept)} bytes had come", self.text())


class _Greeting(SSHChannel):
    """Be what netmiko reads the login from, which is bounded as an answer is: a banner has an end."""

    read = 0

    def read_buffer(self) -> str:
        """Give what has come."""
        text = super().read_buffer()
        self.read += len(text)
        if self.read > _LONGEST_GREETING:
            raise ReadException(f"more than {_LONGEST_GREETING >> 20} MiB came, and no prompt")
        return text


class Cli:
    """Be one login to a command line."""

    def __init__(self, connection: BaseConnection, prompt: str, timeout: float) -> None:
        self._connection = connection
        channel: Any = connection.remote_conn
        channel.settimeout(_PAUSE)
        self._channel = channel
        self._timeout = timeout
        self._prompt = prompt
        escaped = re.escape(prompt)
        self._prompts = (
            rf"(?:(?:^|\n)(?:\{{\w+:\w+\}}\s*)?{escaped}\s*)"  # Junos puts `{{master:0}}` in front
        )
        self._any = re.compile(self._prompts)
        self._end = re.compile(rf"{self._prompts}{{2,}}$")
        self._single = re.compile(rf"{self._prompts}$")
        self._front = re.compile(rf"\s*(?:(?:\{{\w+:\w+\}}\s*)?{escaped}\s*)*")

    def ask(self, question: Question) -> str:
        """Send one line, and an empty one behind it; two prompts in a row are the end."""
        coming = _Coming()
        try:
            self._nothing_is_left()
            self._connection.write_channel(f"{question.line}\n")
            self._connection.write_channel("\n")
            self._listen(coming)
        except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
            raise coming.lost(f"the session broke: {one_line(error)}") from None
        return self._answer(coming.text(), question.line)

    def _listen(self, coming: _Coming) -> None:
        """Wait for the end of an answer."""
        while True:
            if time.monotonic() - coming.begun > LONGEST * self._timeout:
                raise coming.lost(f"no end after {LONGEST * self._timeout:g} s")
            ended = self._end.search(coming.tail)
            self._channel.settimeout(_SETTLED if ended else _PAUSE)
            try:
                data = self._channel.recv(_CHUNK)
            except TimeoutError:
                if ended:
                    return
                self._doubt(coming)
                continue
            if not data:
                raise EOFError
            coming.take(data)

    def _doubt(self, coming: _Coming) -> None:
        """Ask whether a silence is the end of an answer, or of the session."""
        now = time.monotonic()
        if _PAGER.search(coming.tail):
            raise coming.lost("a pager stopped the answer although paging was turned off")
        if now - coming.heard > self._timeout:
            raise coming.lost(f"no byte for {self._timeout:g} s")
        if self._single.search(coming.tail) and now - max(coming.heard, coming.typed) > _QUIET:
            self._connection.write_channel("\n")  # it dropped what was typed ahead
            coming.typed = now

    def _nothing_is_left(self) -> None:
        """Make sure that nothing of the answer before is still coming."""
        left = b""
        while self._channel.recv_ready() and len(left) < _CHUNK:
            data = self._channel.recv(_CHUNK)
            if not data:
                raise EOFError
            left += data
        text = _clean(left.decode("utf-8", "replace"))
        if self._front.sub("", text, count=1):
            raise LeftoverError("not asked yet when the answer before went on after its end")

    def _answer(self, text: str, line: str) -> str:
        """Cut the echo in front and the prompts behind.

        Raises:
            LeftoverError: when something else stands where the echo of the line should be.
        """
        end = len(text)
        while cut := self._single.search(text, max(0, end - _TAIL), end):
            end = cut.start()
        body = f"{text[:end]}\n" if end < len(text) else text
        start = self._front.match(body)
        first, newline, rest = body[start.end() if start else 0 :].partition("\n")
        if newline and " ".join(first.split()).endswith(" ".join(line.split())):
            return rest.lstrip("\n")
        before, echo, _ = body.partition(line)
        if not echo or self._any.search(before):
            raise LeftoverError(f"what came does not begin with {line!r}: the answer before went on", body)
        return body.lstrip("\n")

    def close(self) -> None:
        """End the session without asking it to save or confirm anything."""
        self._connection.paramiko_cleanup()


def _clean(text: str) -> str:
    """Take out what a terminal would act on, and the carriage returns."""
    return _ESCAPES.sub("", text)


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in and turn paging off; never tried again once a login was sent.

    Raises:
        UnreachableError: when nobody answered.
        RefusedError: when the host key is not known, the login or enable was refused, or no prompt came.
    """
    platform = platforms.load(target.platform)
    device_type = platform.collect.device_type if platform.collect else ""
    client = ssh.Client(route.find(target, settings), credentials, settings)
    try:
        connection = _guarded(CLASS_MAPPER[device_type], allowed, credentials, client)(
            device_type=device_type,
            host=client.route.hostname,
            port=client.route.port,
            username=credentials.username,
            password=credentials.password or None,
            secret=credentials.enable,
            read_timeout_override=settings.timeout,
        )
        if credentials.enable:
            _enable(connection, client.route.where)
        prompt = connection.seen_prompt or connection.find_prompt()
        return Cli(connection, prompt, settings.timeout)
    except (UnreachableError, RefusedError):
        client.close()
        raise
    except NotAllowedError as error:  # a shell in the place of a command line: nothing is typed into it
        client.close()
        why = f"netmiko wanted to prepare the session with a line that is never sent: {error}"
        hint = f"is {credentials.username} put into a shell? give it a login that begins at the command line"
        raise RefusedError(f"{client.route.where}: {why}; {hint}") from None
    except Exception as error:  # noqa: BLE001  netmiko reads what a device wrote, and may stumble over it
        client.close()
        why = f"{credentials.username} was let in, but no usable prompt came: {one_line(error)}"
        raise RefusedError(f"{client.route.where}: {why}; not tried again") from None
    except BaseException:
        client.close()
        raise


def _enable(connection: Any, where: str) -> None:
    """Go where all commands are, with the second password, which is sent once."""
    if connection.check_enable_mode():
        return
    try:
        connection.enable()
        connection.find_prompt()
    except NotAllowedError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it was, the password may have been counted as wrong
        broken = isinstance(error, paramiko.SSHException | OSError | EOFError)
        why = f": {one_line(error)}" if broken else ""  # netmiko's own words are about its arguments
        refusal = f"{where} refused enable with VLAN2L3_ENABLE_PASSWORD; not tried again{why}"
        raise RefusedError(refusal) from None


def _guarded(
    kind: type[BaseConnection], allowed: AllowList, credentials: Credentials, client: ssh.Client
) -> Any:
    """Give netmiko's class of a device with every write held against the list, and our own way to log in."""
    logins = {credentials.enable.strip(), "enable"} if credentials.enable else set()

    class Guarded(kind):  # type: ignore[misc, valid-type]
        seen_prompt = ""

        def _connect_params_dict(self) -> dict[str, Any]:
            return client.parameters()

        def _build_ssh_client(self) -> ssh.Client:
            return client

        def establish_connection(self, *args: Any, **kwargs: Any) -> None:
            with client.within_reason():
                super().establish_connection(*args, **kwargs)

        def _try_session_preparation(self, *args: Any, **kwargs: Any) -> None:
            self.channel = _Greeting(conn=self.remote_conn, encoding=self.encoding)
            super()._try_session_preparation(*args, **kwargs)

        def find_prompt(self, *args: Any, **kwargs: Any) -> str:
            self.seen_prompt = str(super().find_prompt(*args, **kwargs)).strip()
            return self.seen_prompt

        def write_channel(self, out_data: str) -> None:
            for line in out_data.split("\n"):
                bare = line.strip()
                if bare not in _HARMLESS and bare not in logins:
                    allowed.permit(bare)
            super().write_channel(out_data)

    return Guarded
