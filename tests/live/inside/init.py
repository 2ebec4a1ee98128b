"""Be the guest's first process: wire, start the machines, run the commands, write the result, power off.

Comes in: /run/job/job.json. Goes out: /run/job/result.json, always, with the reason when something failed.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import time
import traceback
from pathlib import Path
from typing import Any

from tests.live.inside import clusters, machine, wiring
from vlan2l3.rehearse.guest.init import MODULES, POWER_OFF, prepare

JOB = Path("/run/job")


def main() -> None:
    """Do everything; what goes wrong is written into the result."""
    result: dict[str, Any] = {"error": "", "waits": {}, "answers": []}
    try:
        job = json.loads((JOB / "job.json").read_text())
        prepare((*MODULES, "macvlan"))
        result["waits"] = _start(clustered=job["clustered"])
        Path("/run/tmp").mkdir(mode=0o777)
        for command in job["commands"]:
            result["answers"].append(_run(command, job["environment"]))
    except Exception as error:  # noqa: BLE001 - the result must say what failed, whatever it is
        traceback.print_exc()
        result["error"] = f"{type(error).__name__}: {error}"
    (JOB / "result.json").write_text(json.dumps(result))
    os.sync()
    ctypes.CDLL(None).reboot(POWER_OFF)


def _start(*, clustered: bool) -> dict[str, float]:
    wiring.build()
    holders = {name: machine.start(name, clustered=clustered).pid for name in wiring.MACHINES}

    def neighbours_are_seen() -> bool:
        return machine.neighbours_are_seen(holders)

    conditions = (
        machine.sshds_answer,
        wiring.lacp_is_settled,
        wiring.spanning_tree_is_settled,
        wiring.hosts_are_known,
        neighbours_are_seen,
        *((clusters.corosync_is_whole, clusters.address_has_one_holder) if clustered else ()),
    )
    return {condition.__name__: round(wiring.wait(condition), 2) for condition in conditions}


def _run(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    begun = time.monotonic()
    done = subprocess.run(
        command,
        cwd=JOB / "work",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**environment, "HOME": str(JOB / "work"), "TMPDIR": "/run/tmp"},
    )
    seconds = round(time.monotonic() - begun, 2)
    said = {"output": done.stdout, "complaints": done.stderr}
    return {"status": done.returncode, "seconds": seconds, **said}
