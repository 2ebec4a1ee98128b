"""Give the emulated host its own file system: the machine's files, read-only, under a layer of memory.

Comes in: the job's host and the plan's folder. Goes out: a place where `sh /plan/…/apply.sh 030` finds and
changes its files at their real paths, and nobody else's. What `EMPTY` names starts empty, so that nothing of
the machine the guest runs on leaks into the rehearsal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from vlan2l3.rehearse.guest.shell import ENVIRONMENT, PATH, CommandFailed, run

ROOT = Path("/run/host")
UPPER = Path("/run/host-layer/upper")
SHIMS = Path(__file__).parent / "shims"
EMPTY = ("etc/bird", "etc/frr", "etc/network", "etc/sysctl.d", "etc/systemd", "run", "tmp", "plan")
INTERFACE_HOOKS = ("if-pre-up.d", "if-up.d", "if-down.d", "if-post-down.d", "interfaces.d")

ENTER = """
set -e
mount -t overlay -o lowerdir=/,upperdir=/run/host-layer/upper,workdir=/run/host-layer/work overlay /run/host
mount -t proc proc /run/host/proc
mount -t sysfs sys /run/host/sys
mount --bind /dev /run/host/dev
touch /run/host-ready
exec chroot /run/host sleep infinity
"""


def start(namespace: str, host: dict[str, Any], plan: Path) -> int:
    """Build the host's file system and give the id of the process that holds it open."""
    for folder in (ROOT, UPPER, Path("/run/host-layer/work")):
        folder.mkdir(parents=True)
    for name in EMPTY:
        (UPPER / name).mkdir(parents=True)
        os.setxattr(UPPER / name, "trusted.overlay.opaque", b"y")  # hides what the layer below has there
    (UPPER / "tmp").chmod(0o1777)
    (UPPER / "run/network").mkdir()  # where ifup keeps its state; the boot makes it on a real host
    for name in INTERFACE_HOOKS:
        (UPPER / "etc/network" / name).mkdir()
    (UPPER / "etc/network/interfaces").write_text(host["interfaces_file"])
    (UPPER / "etc/hostname").write_text(host["name"] + "\n")
    if plan.is_dir():
        shutil.copytree(plan, UPPER / "plan", dirs_exist_ok=True)
    _install_shims()
    command = f"ip netns exec {namespace} unshare --mount --propagation private sh -c".split()
    process = subprocess.Popen([*command, ENTER], env=ENVIRONMENT)  # noqa: S603 - words of this module
    for _ in range(100):
        if Path("/run/host-ready").exists():
            return process.pid
        time.sleep(0.05)
    raise CommandFailed("the host's file system was not ready after 5 s")


def _install_shims() -> None:
    modules = UPPER / "usr/lib/modules"
    modules.mkdir(parents=True)
    (modules / os.uname().release).symlink_to(f"/usr/lib/uml/modules/{os.uname().release}")
    for folder in ("usr/bin", "usr/sbin", "usr/local/bin"):
        (UPPER / folder).mkdir(parents=True, exist_ok=True)
    for shim in shims():
        place = UPPER / ("usr/sbin" if shim == "nft" else "usr/bin") / shim
        shutil.copyfile(SHIMS / shim, place)
        place.chmod(0o755)
    if not Path("/usr/bin/python3").exists():
        (UPPER / "usr/local/bin/python3").symlink_to(sys.executable)


def shims() -> list[str]:
    """Name the commands that are stand-ins on the host."""
    return sorted(p.name for p in SHIMS.iterdir() if p.suffix == "")


def shim_calls() -> list[str]:
    """Give every call of a stand-in, in order, with what it did."""
    log = UPPER / "run/shims.log"
    return log.read_text(errors="replace").splitlines() if log.is_file() else []


def execute(holder: int, line: str, timeout: float = 60.0) -> str:
    """Run a shell command line on the host, in its namespaces and its file system.

    Raises:
        CommandFailed: for any exit code but 0.
    """
    enter = ("nsenter", f"--target={holder}", "--mount", "--net", "--root", "--wd")
    return run(
        *enter, "env", "-i", f"PATH={PATH}", "LC_ALL=C", "HOME=/root", "sh", "-c", line, timeout=timeout
    )
