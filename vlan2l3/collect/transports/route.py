"""Find the way to a device: what the file for SSH says of it, and the jump host in front of it.

Comes in: a target and the settings. Goes out: a `Route`, the same for every way of asking over SSH. OpenSSH
itself logs in to a jump host, and never asks anybody for a password; none of ours travels to it.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, one_line

PORT = 22
_OWN = "VLAN2L3_"
_ADDRESS = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]*")
"""What a program may be given as an address: an inventory must not be able to add an option to it."""
_HOP = re.compile(
    r"(?:ssh://)?(?:[A-Za-z0-9_.][A-Za-z0-9_.@+-]*@)?(?:\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.][\w.-]*)(?::\d+)?"
)
_GRACE = 2.0
_KEPT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Hold how to reach a device.

    Attributes:
        identities: the private keys that the file for SSH names.
        jump: the words of the program that makes the way; empty for a plain connection.
    """

    hostname: str
    port: int
    identities: tuple[str, ...] = ()
    jump: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Give the words for a message."""
        return f"{self.hostname}:{self.port}"


class Jump:
    """Be a program whose input and output lead to a device."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  read when the program has ended; a pipe could fill
        self.socket, theirs = socket.socketpair()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603  words of the person's own file, and no shell
                    words,
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=self._said,
                    env={**clean, "SSH_ASKPASS_REQUIRE": "never"},
                    start_new_session=True,  # without a terminal nothing can stop and ask for a password
                )
            except OSError as error:
                self.socket.close()
                self._said.close()
                raise RefusedError(f"`{words[0]}` can't be started, the way to the jump host") from error

    def trouble(self) -> str:
        """Say what the program said when it ended by itself; nothing while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        if self._process.poll() is None or self._said.closed:
            return ""
        self._said.seek(0)
        lines = self._said.read(_KEPT).decode("utf-8", "replace").split("\n")
        said = next(
            (line for line in reversed(lines) if line.strip()), f"it ended with {self._process.returncode}"
        )
        return one_line(OSError(said))

    def close(self) -> None:
        """End the program; safe to call twice."""
        self.socket.close()
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def find(target: Target, settings: Discover) -> Route:
    """Look a target up in the file for SSH; a port of the inventory goes before one of that file.

    Raises:
        RefusedError: when the address or the file is none that can be used.
    """
    if not _ADDRESS.fullmatch(target.address):
        raise RefusedError(f"{target.address!r} is no name and no address that can be connected to")
    file = config_file(settings)
    if not file:
        return Route(hostname=target.address, port=target.port or PORT)
    try:
        text = Path(file).read_text(encoding="utf-8")
        given = f"Port {target.port}\n" if target.port else ""  # the first value counts, as with `ssh -p`
        found = dict(paramiko.SSHConfig.from_text(given + text).lookup(target.address))
        port = int(found.get("port", PORT))
    except (paramiko.SSHException, OSError, ValueError, KeyError, ImportError) as error:
        raise RefusedError(f"the file for SSH, `{file}`, can't be used: {one_line(error)}") from None
    hostname = found.get("hostname", target.address)
    return Route(
        hostname=hostname,
        port=port,
        identities=tuple(key for key in found.get("identityfile", ()) if Path(key).is_file()),
        jump=_jump(found, f"[{hostname}]:{port}", file),
    )


def config_file(settings: Discover) -> str:
    """Give the file for SSH: the one in the settings, else the user's own where there is one."""
    own = Path("~/.ssh/config").expanduser()
    given = settings.ssh_config or (str(own) if own.is_file() else "")
    return os.path.expanduser(given)  # noqa: PTH111  may be empty


def _jump(found: dict[str, Any], to: str, file: str) -> tuple[str, ...]:
    """Give the program that leads to a device; of `ProxyCommand` and `ProxyJump` the first one counts."""
    kind = next((key for key in found if key in ("proxycommand", "proxyjump")), "")
    said = found[kind] if kind else None
    if said is None or said.strip().lower() in ("", "none"):
        return ()
    if kind == "proxycommand":
        return tuple(shlex.split(said))
    hops = [hop.strip() for hop in said.split(",")]
    for hop in hops:
        if not _HOP.fullmatch(hop):
            raise RefusedError(f"`ProxyJump {said}` in `{file}` can't be used: {hop!r} is no jump host")
    *before, last = (hop.removeprefix("ssh://") for hop in hops)
    through = ("-J", ",".join(before)) if before else ()
    return ("ssh", "-F", file, "-o", "BatchMode=yes", *through, "-W", to, f"ssh://{last}")
