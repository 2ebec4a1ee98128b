"""Run commands in the guest and in its network namespaces.

Comes in: commands. Goes out: their output, or `CommandFailed` with it. Starting a process is the dearest
thing in the guest (tens of milliseconds), so what `ip` and `bridge` are told goes in one batch for each
namespace.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C", "HOME": "/"}


class CommandFailed(Exception):  # noqa: N818 - it reads as the sentence it is
    """Carry what a command said before it failed."""


def run(*command: str, stdin: str = "", timeout: float = 60.0) -> str:
    """Run a command to its end and give its output.

    Raises:
        CommandFailed: for any exit code but 0, and after `timeout` seconds.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell is involved, and the guest is the sandbox
            command,
            input=stdin,
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(f"{' '.join(command)}: no end after {timeout:g} s") from error
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: exit {done.returncode}: {done.stdout.strip() or stdin}")
    return done.stdout


def ip(namespace: str, *lines: str) -> None:
    """Give `ip` a batch of lines in one namespace; the first that fails ends it."""
    run("ip", "-n", namespace, "-batch", "-", stdin="\n".join(lines) + "\n")


def bridge(namespace: str, *lines: str) -> None:
    """Give `bridge` a batch of lines in one namespace."""
    run("bridge", "-n", namespace, "-batch", "-", stdin="\n".join(lines) + "\n")


def ip_json(namespace: str, *words: str) -> Any:
    """Ask `ip` in one namespace, and give its JSON."""
    return json.loads(run("ip", "-n", namespace, "-j", *words) or "[]")


def sysctl(namespace: str, *settings: str) -> None:
    """Set kernel values in one namespace, such as `net.ipv4.ip_forward=1`."""
    run("ip", "netns", "exec", namespace, "sysctl", "-qw", *settings)
