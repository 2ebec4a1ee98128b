"""Start a real OpenSSH server on 127.0.0.1, with keys made for the test.

Comes in: a folder. Goes out: its port, the key to log in with and the host key to know.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = "/usr/sbin/sshd"
PRIVILEGE_SEPARATION = Path("/run/sshd")  # where Debian's sshd wants an empty folder when root starts it


def write_keys(folder: Path) -> None:
    """Make a host key and a login key, in files named `host_key`, `key` and `authorized_keys`."""
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "key.pub", folder / "authorized_keys")


@dataclass(frozen=True, kw_only=True)
class Sshd:
    """Hold a running server."""

    port: int
    key: Path
    known_hosts: Path
    user: str


@contextmanager
def serve(folder: Path) -> Iterator[Sshd]:
    """Run sshd until the block ends.

    Raises:
        RuntimeError: when there is no sshd, or it does not start.
    """
    if shutil.which(PROGRAM) is None:
        raise RuntimeError(f"{PROGRAM} is missing: install the package openssh-server")
    write_keys(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nPermitRootLogin prohibit-password\n"
        "PasswordAuthentication no\n"
    )
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(exist_ok=True)
    public = " ".join((folder / "host_key.pub").read_text().split()[:2])
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {public}\n")
    log = folder / "sshd.log"
    with log.open("w") as out:
        process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", config], stdout=out, stderr=out)
    try:
        _wait(process, port, log)
        yield Sshd(port=port, key=folder / "key", known_hosts=known, user=getpass.getuser())
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"sshd did not start:\n{log.read_text()}")
