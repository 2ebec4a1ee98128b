"""Start the machine's own OpenSSH server on a port of its own, with its own keys and no other trace.

Comes in: an empty folder. Goes out: `Sshd`, a context. Whoever runs the test logs in as themselves, with the
key it made. Every command line is written down before it is run, by the server's forced command.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncssh

from tests.live.journal import Attempt, Journal, Line

ADDRESS = "127.0.0.1"
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PACKAGE = "openssh-server"
START_SECONDS = 10.0
ATTEMPTS = 3
SEPARATION = Path("/run/sshd")  # Debian's sshd won't start as root without it

CONFIG = """ListenAddress {address}:{port}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
PrintMotd no
LogLevel VERBOSE
ForceCommand {folder}/run
"""

# A line is ended by NUL: what was sent may hold a newline. Without a command it is a login shell, as usual.
RUN = """#!/bin/sh
(umask 0; printf '%s\\0' "${{SSH_ORIGINAL_COMMAND-}}" >> "{lines}")
if [ -z "${{SSH_ORIGINAL_COMMAND-}}" ]; then exec "$SHELL" -l; fi
exec "$SHELL" -c "$SSH_ORIGINAL_COMMAND"
"""


def write_keys(folder: Path) -> None:
    """Make a host key and a login key, in files named `host_key`, `key` and `authorized_keys`."""
    for name in ("host_key", "key"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        file = folder / name
        file.touch(mode=0o600)
        key.write_private_key(file)
        key.write_public_key(folder / f"{name}.pub")
    shutil.copy(folder / "key.pub", folder / "authorized_keys")


def read_lines(file: Path, device: str) -> Iterator[Line]:
    """Give the lines that the forced command wrote down."""
    if file.is_file():
        for text in file.read_text(errors="replace").split("\0")[:-1]:
            yield Line(device=device, way="exec" if text else "cli", text=text)


class Sshd:
    """Be a real sshd on 127.0.0.1; `key` logs `user` in, and `known_hosts` trusts it."""

    def __init__(self, folder: Path, *, name: str = "localhost", journal: Journal | None = None) -> None:
        self.folder = folder.resolve()
        self.user = getpass.getuser()
        self.key = self.folder / "key"
        self.known_hosts = self.folder / "known_hosts"
        self.port = 0
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        self._made_separation = False
        if journal:
            journal.also(self.lines)

    def __enter__(self) -> Self:
        program = shutil.which("sshd", path=SEARCH_PATH)  # sshd wants to be called by its whole path
        if not program:
            raise FileNotFoundError(f"sshd is missing: `make test` installs it (Debian package {PACKAGE})")
        if not re.fullmatch(r"[A-Za-z0-9/._-]+", str(self.folder)):
            raise ValueError(f"the folder's path can't stand in sshd's configuration: {self.folder}")
        write_keys(self.folder)
        self._write("run", RUN.format(lines=self.folder / "lines")).chmod(0o755)
        if os.getuid() == 0 and not SEPARATION.exists():
            SEPARATION.mkdir(mode=0o755)
            self._made_separation = True
        for _ in range(ATTEMPTS):  # another program may take the free port first
            self.port = _free_port()
            if self._start(program):
                public = (self.folder / "host_key.pub").read_text()
                self._write("known_hosts", f"[{ADDRESS}]:{self.port} {public}")
                return self
        self._clean_up()
        raise RuntimeError("sshd doesn't start: " + (self.folder / "sshd.log").read_text()[-2000:])

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._clean_up()

    @property
    def command(self) -> tuple[str, ...]:
        """Give the words of an `ssh` that logs in, as far as the command to run."""
        options = (f"UserKnownHostsFile={self.known_hosts}", "IdentitiesOnly=yes", "BatchMode=yes")
        said = [word for option in options for word in ("-o", option)]
        return (
            *("ssh", "-F", "none", "-i", str(self.key), "-p", str(self.port), *said),
            f"{self.user}@{ADDRESS}",
        )

    def lines(self) -> tuple[Line, ...]:
        """Give every command line that came in."""
        return tuple(read_lines(self.folder / "lines", self._name))

    def attempts(self) -> tuple[Attempt, ...]:
        """Give every attempt to log in, from the server's own log."""
        log = (self.folder / "sshd.log").read_text(errors="replace")
        found = re.finditer(r"(Accepted|Failed) (\w+) for (?:invalid user )?(\S+) from", log)
        return tuple(
            Attempt(device=self._name, user=m[3], method=m[2], accepted=m[1] == "Accepted") for m in found
        )

    def _write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def _start(self, program: str) -> bool:
        text = CONFIG.format(address=ADDRESS, port=self.port, folder=self.folder)
        config = self._write("sshd_config", text)
        self._process = subprocess.Popen(
            [program, "-D", "-f", str(config), "-E", str(self.folder / "sshd.log")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((ADDRESS, self.port), 1) as probe:
                if probe.recv(4) == b"SSH-":
                    return True
            time.sleep(0.01)
        self._end_processes()
        return False

    def _end_processes(self) -> None:
        """End the server, and those of its sessions that are still there."""
        if self._process is None:
            return
        for process in (self._process.pid, *_children(self._process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _clean_up(self) -> None:
        self._end_processes()
        if self._made_separation:
            SEPARATION.rmdir()
            self._made_separation = False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _children(process: int) -> list[int]:
    """List the processes below one, whatever sessions they made for themselves."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, file.read_text().split()):
                found += [child, *_children(child)]
    return found
