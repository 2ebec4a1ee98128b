"""Be the guest's first process: build, probe, execute the steps, write the result, power off.

Comes in: /run/job/job.json and /run/job/plan. Goes out: /run/job/result.json, always, with the reason when
something failed. The kernel panics when this process ends, so it powers the guest off whatever happens.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vlan2l3.rehearse.guest import actions, frr, machine, network, probe
from vlan2l3.rehearse.guest.shell import ENVIRONMENT, CommandFailed, run

JOB = Path("/run/job")
MODULES = ("ipv6", "overlay", "veth", "dummy", "bridge", "bonding", "8021q")
BEFORE_ACTION = 0.1  # a probe in flight when a step begins is already that step's
OUTPUT_LIMIT = 4000
POWER_OFF = 0x4321FEDC  # reboot(2)

Record = dict[str, Any]


def main() -> None:
    """Do everything; what goes wrong is written into the result."""
    result: Record = {"runs": [], "losses": [], "ticks": 0, "late_ticks": 0, "error": ""}
    result |= {"host": "", "versions": {}, "shims": [], "shim_calls": []}
    try:
        prepare()
        job = json.loads((JOB / "job.json").read_text())
        result["host"] = job["host"]["name"]
        result["versions"] = _versions()
        result["shims"] = machine.shims()
        _rehearse(job, result)
    except Exception as error:  # noqa: BLE001 - the result must say what failed, whatever it is
        traceback.print_exc()
        result["error"] = f"{type(error).__name__}: {error}"
    result["shim_calls"] = machine.shim_calls()
    (JOB / "result.json").write_text(json.dumps(result))
    os.sync()
    ctypes.CDLL(None).reboot(POWER_OFF)


def prepare(modules: Sequence[str] = MODULES) -> None:
    """Load kernel modules, from where the guest's kernel has them."""
    Path("/run/modprobe").write_text('#!/bin/sh\nexec /sbin/modprobe -d /run/modules "$@"\n')
    Path("/run/modprobe").chmod(0o755)
    folder = Path("/run/modules/lib/modules")
    folder.mkdir(parents=True)
    release = os.uname().release
    (folder / release).symlink_to(f"/usr/lib/uml/modules/{release}")
    Path("/proc/sys/kernel/modprobe").write_text("/run/modprobe")
    run("/run/modprobe", "-a", *modules)


def _versions() -> dict[str, str]:
    bird = run("bird", "--version").strip()
    return {"bird": bird, "frr": frr.version(), "kernel": f"user-mode-linux {os.uname().release}"}


def _rehearse(job: Record, result: Record) -> None:
    socket.sethostname(job["host"]["name"])  # the plan's scripts refuse to run on any other machine
    network.build(job)
    holder = machine.start("host", job["host"], JOB / "plan")
    network.wait_for_fabric(job)
    if network.is_lacp(job):
        actions.wait(job, {"kind": "lacp-settled", "timeout_seconds": 60})
    for action in job["start"]:
        actions.act(job, holder, action)
    setup = {
        "streams": probe.streams(job),
        "source_ports": job["source_ports"],
        "interval_ms": job["probe_interval_ms"],
    }
    probe.SETUP.write_text(json.dumps(setup))
    here = f"import sys; sys.path.insert(0, {sys.path[0]!r})"
    program = f"{here}\nfrom vlan2l3.rehearse.guest.probe import main; main()"
    command = [sys.executable, "-I", "-S", "-c", program]
    prober = subprocess.Popen(command, env=ENVIRONMENT)  # noqa: S603 - this program itself
    time.sleep(2.5)  # its start, and the first address resolutions
    marks: list[Record] = []
    _mark(marks, "baseline")
    time.sleep(job["baseline_seconds"])
    _steps(job, holder, result["runs"], marks)
    _mark(marks, "")
    probe.MARKS.write_text(json.dumps(marks))
    prober.send_signal(signal.SIGTERM)
    if prober.wait(30):
        raise CommandFailed("the prober failed; see the console")
    result |= json.loads(probe.LOSSES.read_text())


def _steps(job: Record, holder: int, runs: list[Record], marks: list[Record]) -> None:
    forward: list[Record] = []
    for step in job["steps"]:
        forward.append(step)
        if not _one_step(job, holder, step, runs, marks, undo=False):
            return
        if step["id"] == job["turn_back_after"]:
            break
    if job["turn_back_after"]:
        for step in reversed(forward):
            if not _one_step(job, holder, step, runs, marks, undo=True):
                return


def _one_step(
    job: Record, holder: int, step: Record, runs: list[Record], marks: list[Record], *, undo: bool
) -> bool:
    _mark(marks, step["id"], undo=undo)
    time.sleep(BEFORE_ACTION)
    begin = time.monotonic()
    output, waited, outcome = "", 0.0, "done"
    try:
        for action in step["undo"] if undo else step["actions"]:
            output += actions.act(job, holder, action)
        for condition in () if undo else step["waits"]:
            waited += actions.wait(job, condition)
    except CommandFailed as error:
        outcome = str(error)
    run_record = {"id": step["id"], "title": step["title"], "undo": undo, "waited_seconds": round(waited, 2)}
    seconds = round(time.monotonic() - begin, 2)
    runs.append({**run_record, "seconds": seconds, "outcome": outcome, "output": output[-OUTPUT_LIMIT:]})
    time.sleep(step["settle_seconds"])
    return outcome == "done"


def _mark(marks: list[Record], step: str, *, undo: bool = False) -> None:
    marks.append({"at": time.monotonic_ns() // 1_000_000, "step": step, "undo": undo})
