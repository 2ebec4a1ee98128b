"""Boot a user-mode-linux guest on the machine's own files, and read back what a rehearsal measured there.

Comes in: a job and the plan's folder. Goes out: the result. No root, container engine or hypervisor is
needed. It leaves nothing behind: the guest's root is read-only, its one writable folder is temporary, its
processes are a group of their own that ends with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from vlan2l3.errors import Problem, UsageError, VerificationError
from vlan2l3.rehearse.job import Job, Result, decode_result, encode_job

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/frr"
PACKAGES = {
    "linux.uml": "user-mode-linux",
    "bird": "bird2",
    "birdc": "bird2",
    "zebra": "frr",
    "bgpd": "frr",
    "vtysh": "frr",
    "ip": "iproute2",
    "bridge": "iproute2",
    "modprobe": "kmod",
    "sysctl": "procps",
    "nsenter": "util-linux",
}
CONSOLE_LINES = 15

INIT = """#!/bin/sh
export PATH={path}
exec 2>&1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/job /run/netns
mount -t hostfs -o {folder} none /run/job
exec {python} -I -S -c {program}
"""
PROGRAM = "import sys; sys.path.insert(0, {root!r})\nfrom {module} import main; main()"
REHEARSAL = "vlan2l3.rehearse.guest.init"


def missing_programs() -> tuple[Problem, ...]:
    """Name every program the rehearsal needs and this machine lacks, with its Debian package."""
    return tuple(
        Problem(what=f"`{program}` isn't installed", where=f"Debian package {package}")
        for program, package in PACKAGES.items()
        if shutil.which(program, path=SEARCH_PATH) is None
    )


def rehearse(job: Job, *, plan: Path, timeout_seconds: float = 240.0) -> Result:
    """Execute a job in a guest of its own and give what it measured.

    The content of `plan` lies at /plan on the emulated host. What went wrong inside is in the result, which
    `report.judge` reads; only a guest that gave no result raises.

    Raises:
        UsageError: for a missing program, a job that contradicts itself, or a plan that isn't a folder.
        VerificationError: when the guest ended, or was ended after `timeout_seconds`, without a result.
    """
    missing = missing_programs()
    if missing:
        packages = " ".join(sorted(set(PACKAGES.values())))
        raise UsageError(
            "the rehearsal can't run on this machine",
            *missing,
            hint=f"apt-get install -y --no-install-recommends {packages}",
        )
    if not plan.is_dir():
        raise UsageError(
            "the plan to rehearse isn't a folder", Problem(what="no such folder", where=str(plan))
        )
    data = encode_job(job)
    with tempfile.TemporaryDirectory(prefix="vlan2l3-rehearsal-") as name:
        folder = Path(name).resolve()
        if not re.fullmatch(r"[A-Za-z0-9/._-]+", str(folder)):
            raise UsageError(
                "the temporary folder's path can't stand on a kernel's command line", hint="set TMPDIR"
            )
        (folder / "job.json").write_bytes(data)
        shutil.copytree(plan, folder / "plan")
        ended = boot(folder, REHEARSAL, timeout_seconds)
        result = folder / "result.json"
        if not result.is_file():
            tail = (folder / "console.log").read_text(errors="replace").splitlines()[-CONSOLE_LINES:]
            raise VerificationError(
                f"the guest {ended} without a result", *(Problem(what=line) for line in tail)
            )
        return decode_result(result.read_bytes())


def boot(folder: Path, module: str, timeout_seconds: float) -> str:
    """Run a module's `main` as the first process of a guest, and say how the guest ended.

    It sees `folder` at /run/job, the one place it can write to; its console goes to `console.log` there. The
    module gets the standard library and this package's root, nothing else.
    """
    python = Path(
        sys.executable
    ).resolve()  # of a virtual environment its base: the standard library is enough
    root = Path(__file__).resolve().parents[2]
    init = folder / "init"
    init.write_text(
        INIT.format(
            path=SEARCH_PATH,
            folder=folder,
            python=shlex.quote(str(python)),
            program=shlex.quote(PROGRAM.format(root=str(root), module=module)),
        )
    )
    init.chmod(0o755)
    command = [
        *(
            str(shutil.which("linux.uml", path=SEARCH_PATH)),
            "mem=768M",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
        ),
        *(f"init={init}", "con=null", "con0=null,fd:1", "quiet", f"uml_dir={folder}/"),
    ]
    with (folder / "console.log").open("wb") as console:
        process = subprocess.Popen(  # noqa: S603 - fixed words and a path of a strict grammar
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": SEARCH_PATH, "TMPDIR": str(folder), "HOME": str(folder)},
        )
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            return f"was ended after {timeout_seconds:g} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return "ended"
