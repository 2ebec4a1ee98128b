"""Ask a vendor's command line over SSH, with netmiko for the login and the habits of each device type.

Comes in: a target. Goes out: a session. Every write passes the allow-list, those of netmiko's own session
preparation included. The end of an answer is a prompt that answers an empty line: a prompt that only stands
inside an output ends nothing.
"""

from __future__ import annotations

import re
import time
from typing import Any

import paramiko
from netmiko import NetmikoAuthenticationException, NetmikoBaseException
from netmiko.base_connection import BaseConnection
from netmiko.ssh_dispatcher import CLASS_MAPPER

from vlan2l3 import platforms
from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import LONGEST, LostError, Session, UnreachableError, one_line, ssh

_PAGER = re.compile(
    r"(?i)(-+ ?\(?more(?: \d+%)?\)? ?-+|<---? ?more ?---?>|press any key to continue)[^\n]{0,60}$"
)
_TAIL = 400
_PAUSE = 0.01
_QUIET = 2.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
_HARMLESS = frozenset({"", "exit", "quit", "logout"})
"""What netmiko writes to find the prompt and to leave."""


class Cli:
    """Be one login to a command line."""

    def __init__(self, connection: BaseConnection, prompt: str, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._prompt = prompt

    def ask(self, question: Question) -> str:
        """Send one line, and an empty one behind it; two prompts in a row are the end."""
        prompt = re.escape(self._prompt)
        end = re.compile(rf"(?:^|\n){prompt}\s*(?:\{{\w+:\w+\}}\s*)?{prompt}\s*$")
        single = re.compile(rf"(?:^|\n){prompt}\s*$")
        text = ""
        try:
            self._nothing_is_left()
            self._connection.write_channel(f"{question.line}\n")
            self._connection.write_channel("\n")
            begun = heard = nudged = time.monotonic()
            while not end.search(text[-_TAIL:]):
                more = self._clean(self._connection.read_channel())
                now = time.monotonic()
                if now - begun > LONGEST * self._timeout:
                    raise LostError(f"no end after {LONGEST * self._timeout:g} s", text)
                if more:
                    text, heard = text + more, now
                    continue
                if _PAGER.search(text[-_TAIL:]) and now - heard > _PAUSE * 10:
                    raise LostError("a pager stopped the answer although paging was turned off", text)
                if now - heard > self._timeout:
                    reason = f"no byte for {self._timeout:g} s, {len(text)} characters had come"
                    raise LostError(reason, text)
                if single.search(text[-_TAIL:]) and now - max(heard, nudged) > _QUIET:
                    self._connection.write_channel("\n")  # it dropped what was typed ahead
                    nudged = now
                time.sleep(_PAUSE)
        except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
            raise LostError(f"the session broke: {one_line(error)}", text) from None
        return self._answer(text, question.line)

    def _nothing_is_left(self) -> None:
        """Make sure that nothing of the answer before is still coming."""
        left = self._clean(self._connection.read_channel()).strip()
        if left not in ("", self._prompt):
            raise LostError("the answer before went on after its end", left)

    def _clean(self, text: str) -> str:
        return _ESCAPES.sub("", text).replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "")

    def _answer(self, text: str, line: str) -> str:
        """Cut the echo in front and the prompts behind."""
        prompt = re.escape(self._prompt)
        body = re.sub(rf"(?:(?:^|\n){prompt}\s*(?:\{{\w+:\w+\}}\s*)?)+$", "\n", text)
        first, newline, rest = body.partition("\n")
        echoed = " ".join(first.split()).endswith(" ".join(line.split()))
        return rest.lstrip("\n") if newline and echoed else body.lstrip("\n")

    def close(self) -> None:
        """End the session without asking it to save or confirm anything."""
        self._connection.paramiko_cleanup()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in and turn paging off; see `ssh.connect` for what it raises."""
    platform = platforms.load(target.platform)
    device_type = platform.collect.device_type if platform.collect else ""
    keys = ssh.keys_only(credentials)
    try:
        connection = _guarded(CLASS_MAPPER[device_type], allowed, credentials)(
            device_type=device_type,
            host=target.address,
            port=target.port,
            username=credentials.username,
            password=credentials.password or None,
            secret=credentials.enable,
            use_keys=keys,
            allow_agent=keys,
            key_file=credentials.key_file or None,
            ssh_strict=True,
            system_host_keys=True,
            alt_host_keys=bool(settings.known_hosts),
            alt_key_file=ssh.known_hosts(settings),
            ssh_config_file=ssh.config_file(settings) or None,
            conn_timeout=settings.connect_timeout,
            auth_timeout=settings.connect_timeout,
            banner_timeout=settings.connect_timeout,
            read_timeout_override=settings.timeout,
        )
        try:
            if credentials.enable and not connection.check_enable_mode():
                connection.enable()
                connection.find_prompt()
            return Cli(connection, connection.seen_prompt, settings.timeout)
        except BaseException:
            connection.paramiko_cleanup()
            raise
    except NetmikoAuthenticationException as error:
        raise ssh.trouble(_cause(error), target, credentials) from None
    except (NetmikoBaseException, paramiko.SSHException, OSError, EOFError, ValueError) as error:
        raise _unusable(error, target, credentials) from None


def _guarded(kind: type[BaseConnection], allowed: AllowList, credentials: Credentials) -> Any:
    """Give netmiko's class of a device with every write held against the list."""
    logins = {credentials.enable, "enable"} if credentials.enable else set()

    class Guarded(kind):  # type: ignore[misc, valid-type]
        seen_prompt = ""

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


def _cause(error: BaseException) -> BaseException:
    """Give what paramiko said, which netmiko wraps into a page of advice."""
    return error.__cause__ or error.__context__ or error


def _unusable(error: BaseException, target: Target, credentials: Credentials) -> Exception:
    found = ssh.trouble(_cause(error), target, credentials)
    if isinstance(found, UnreachableError) and not isinstance(_cause(error), paramiko.SSHException | OSError):
        return UnreachableError(f"{target.address}: no usable prompt after login: {one_line(error)}")
    return found
