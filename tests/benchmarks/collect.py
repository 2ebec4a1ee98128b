"""Time collecting: 500 played switches that take 200 ms for each command, over SSH.

The ideal is what no program could beat: all lines that a session needs, its two settings included, one after
the other, with as many sessions as there are workers. The devices live in another process.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import os
import resource
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path
from unittest.mock import patch

from tests.benchmarks.process import row
from tests.live import ssh
from tests.live.device import Device
from vlan2l3 import platforms
from vlan2l3.collect import fanout
from vlan2l3.collect.allow import allow_list
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target

DEVICES = 500
LATENCY = 0.2
WORKERS = 20
PASSWORD = "s3cret-of-the-bench"


def _answers() -> dict[str, str]:
    """Answer every question of an EOS switch with a small object or text."""
    questions = allow_list(platforms.load("eos"), "cli").questions
    return {q.line: '{"a": 1}\n' if q.is_json else "nothing to see\n" for q in questions}


def play(folder: Path, ports: Queue[list[int]], done: multiprocessing.synchronize.Event) -> None:
    """Play all devices until the benchmark is done."""
    answers = _answers()
    devices = [
        Device(name=f"sw{n}", platform="eos", answers=answers, password=PASSWORD, latency=LATENCY)
        for n in range(DEVICES)
    ]
    with ssh.serve(devices, folder / "known_hosts"):
        ports.put([device.port for device in devices])
        done.wait()


def main() -> None:
    """Print the table."""
    context = multiprocessing.get_context("spawn")
    ports: Queue[list[int]] = context.Queue()
    done = context.Event()
    with tempfile.TemporaryDirectory() as name, patch.dict(os.environ, {"VLAN2L3_PASSWORD": PASSWORD}):
        folder = Path(name)
        far = context.Process(target=play, args=(folder, ports, done))
        far.start()
        targets = [
            Target(
                name=f"sw{n}", platform="eos", said="eos", address="127.0.0.1", port=port, username="reader"
            )
            for n, port in enumerate(ports.get(timeout=120))
        ]
        known = str(folder / "known_hosts")
        settings = Discover(workers=WORKERS, sessions_per_second=1000.0, known_hosts=known)
        begun = time.perf_counter()
        with fanout.executor("", settings) as executor:
            heard = list(fanout.run(targets, settings, executor))
        seconds = time.perf_counter() - begun
        done.set()
        far.join(30)
    settings_of_a_session = len(allow_list(platforms.load("eos"), "cli").setup)
    commands = sum(len(device.answers) + settings_of_a_session for device in heard)
    troubled = sum(bool(h.trouble) or any(said.trouble for said in h.answers) for h in heard)
    ideal = commands * LATENCY / WORKERS
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("devices", "commands", "workers", "wall", "ideal", "ratio", "peak memory", "in trouble")
    row(
        str(len(heard)),
        str(commands),
        str(WORKERS),
        f"{seconds:.1f} s",
        f"{ideal:.1f} s",
        f"{seconds / ideal:.2f}",
        f"{memory:.0f} MiB",
        str(troubled),
    )
    sys.stdout.flush()
