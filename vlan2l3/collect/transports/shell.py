"""Ask a machine with a shell: one SSH session, one channel a command, so that every answer has a clear end.

Comes in: a target. Goes out: a session. A command that needs root is asked with `sudo -n` first, which never
asks for a password, and without it where sudo does not let us.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import paramiko

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import LARGEST, LONGEST, LostError, Session, one_line, ssh, too_large

_CHUNK = 65536
_NO_STATUS = -1  # what paramiko gives, too, when the session went away before it
_NO_SUDO = re.compile(
    r"\s*sudo: |[^\n]*sudo: (command )?not found|\s*Sorry, user |[^\n]*is not in the sudoers file"
)


class Shell:
    """Be one login to a machine with a shell."""

    def __init__(self, client: ssh.Client, allowed: AllowList, timeout: float, *, sudo: bool) -> None:
        self._client = client
        self._allowed = allowed
        self._timeout = timeout
        self._sudo = sudo

    def ask(self, question: Question) -> str:
        """Run one command and give what it printed; its complaints where it printed nothing else."""
        if question.spec.root and self._sudo:
            text, status = self._run(f"sudo -n {question.line}")
            if not (status and _NO_SUDO.match(text)):
                return text
        return self._run(question.line)[0]

    def _run(self, line: str) -> tuple[str, int]:
        self._allowed.permit(line)
        transport = self._client.get_transport()
        kept, complaints = bytearray(), bytearray()
        begun = time.monotonic()
        if transport is None:
            raise LostError("the session is closed")
        try:
            with transport.open_session(timeout=self._timeout) as channel:
                channel.settimeout(self._timeout)
                with self._client.within_reason(self._timeout):
                    channel.exec_command(line)
                self._drain(channel.recv, kept, begun)
                self._drain(channel.recv_stderr, complaints, begun)
                ended = channel.status_event.wait(self._timeout)
                status = channel.recv_exit_status() if ended else _NO_STATUS
        except TimeoutError:
            reason = f"no byte for {self._timeout:g} s, {len(kept)} bytes had come"
            raise LostError(reason, _text(kept)) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise LostError(f"the session broke: {one_line(error)}", _text(kept)) from None
        if status < 0:
            raise LostError("the session broke before the command ended", _text(kept))
        if status and not kept.strip():
            return _text(complaints), status
        if status and complaints:
            return _text(kept + b"\n" + complaints), status
        return _text(kept), status

    def _drain(self, receive: Callable[[int], bytes], into: bytearray, begun: float) -> None:
        while chunk := receive(_CHUNK):
            into += chunk
            if len(into) > LARGEST:
                raise too_large()
            if time.monotonic() - begun > LONGEST * self._timeout:
                raise LostError(f"no end after {LONGEST * self._timeout:g} s", _text(into))

    def close(self) -> None:
        """End the session."""
        self._client.close()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in; see `ssh.Client.connect` for what it raises."""
    client = ssh.connect(target, credentials, settings)
    return Shell(client, allowed, settings.timeout, sudo=target.sudo and credentials.username != "root")


def _text(data: bytes | bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")
