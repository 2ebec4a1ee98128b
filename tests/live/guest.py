"""Boot a user-mode-linux guest with two switches and two hosts that are real Linux, and run commands in it.

Comes in: an empty folder and commands. Goes out: what each command said, and what it left in its working
folder. No root is needed. Every machine in the guest has an sshd: `MACHINES` says where, `login` how, and
`lines` gives what each was sent. See `inside.wiring` for the network.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.live.inside.machine import OPERATOR
from tests.live.inside.wiring import HOSTS, MACHINES, SWITCHES
from tests.live.journal import Journal, Line
from tests.live.sshd import RUN, read_lines, write_keys
from vlan2l3.rehearse.launch import SEARCH_PATH, boot

__all__ = ["HOSTS", "KEY", "KNOWN_HOSTS", "MACHINES", "OPERATOR", "SWITCHES", "WORK", "Answer", "Guest"]

MODULE = "tests.live.inside.init"
KEY, KNOWN_HOSTS, WORK = "/run/job/keys/key", "/run/job/keys/known_hosts", "/run/job/work"
"""Where the login key, the trusted host keys and the commands' working folder lie inside the guest."""

CONSOLE_LINES = 15
PACKAGES = {
    "linux.uml": "user-mode-linux",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "lldpd": "lldpd",
    "corosync": "corosync",
    "keepalived": "keepalived",
    "ip": "iproute2",
    "modprobe": "kmod",
    "nsenter": "util-linux",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold how a command ended inside the guest."""

    status: int
    output: str
    complaints: str
    seconds: float


class Guest:
    """Be one network of machines; each `run` boots it anew."""

    def __init__(self, folder: Path, *, journal: Journal | None = None) -> None:
        missing = sorted({p for name, p in PACKAGES.items() if not shutil.which(name, path=SEARCH_PATH)})
        if missing:
            raise FileNotFoundError(f"missing: {' '.join(missing)}; `make test` installs them")
        self.folder = folder.resolve()
        self.work = self.folder / "work"
        for name in ("keys", "work", "lines", "logs"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o711)  # inside the guest not everybody is root
        for name in MACHINES:
            (self.folder / "lines" / name).touch()
            (self.folder / "lines" / name).chmod(0o666)
        write_keys(self.folder / "keys")
        public = (self.folder / "keys" / "host_key.pub").read_text()
        known = "".join(f"{address} {public}" for address in MACHINES.values())
        (self.folder / "keys" / "known_hosts").write_text(known)
        lines = "/run/job/lines/$(cat /proc/sys/kernel/hostname)"
        (self.folder / "run").write_text(RUN.format(lines=lines))
        (self.folder / "run").chmod(0o755)
        if journal:
            journal.also(self.lines)

    def run(
        self,
        *commands: Sequence[str],
        environment: dict[str, str] | None = None,
        clustered: bool = False,
        timeout_seconds: float = 300.0,
    ) -> tuple[Answer, ...]:
        """Boot, run commands one after the other in `WORK`, power off, and give how each ended.

        What they write there is in `work` afterwards. With `clustered` the hosts are a corosync cluster and
        hold one keepalived address between them.

        Raises:
            RuntimeError: when the guest couldn't be built, or gave no result in time.
        """
        job = {
            "commands": commands,
            "clustered": clustered,
            "environment": {"PATH": SEARCH_PATH} | (environment or {}),
        }
        (self.folder / "job.json").write_text(json.dumps(job))
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        ended = boot(self.folder, MODULE, timeout_seconds)
        if not result.is_file():
            tail = (self.folder / "console.log").read_text(errors="replace").splitlines()[-CONSOLE_LINES:]
            raise RuntimeError("\n".join([f"the guest {ended} without a result", *tail]))
        told = json.loads(result.read_text())
        if told["error"]:
            raise RuntimeError(f"{told['error']}; it waited {told['waits']}")
        return tuple(Answer(**answer) for answer in told["answers"])

    def login(self, machine: str, *, user: str = "root") -> tuple[str, ...]:
        """Give the words of an `ssh` inside the guest that logs in to a machine."""
        options = (f"UserKnownHostsFile={KNOWN_HOSTS}", "IdentitiesOnly=yes", "BatchMode=yes")
        said = [word for option in options for word in ("-o", option)]
        return ("ssh", "-F", "none", "-i", KEY, *said, f"{user}@{MACHINES[machine]}")

    def lines(self) -> tuple[Line, ...]:
        """Give every command line that came to any machine."""
        return tuple(
            line for name in MACHINES for line in read_lines(self.folder / "lines" / name, device=name)
        )
