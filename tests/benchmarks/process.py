"""Measure a whole process, with a reference process in turn.

Comes in: the arguments of Python processes. Goes out: the seconds and the peak memory of each.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUNS = 5
FINE = (0, 4)
"""A rack that is refused is a result like any other."""


@dataclass(frozen=True)
class Measured:
    """Hold the medians of one command: seconds of wall time, and the peak of its memory in MiB."""

    seconds: float
    memory: float


def measure(*arguments: str, runs: int = RUNS, fine: Collection[int] = FINE) -> Measured:
    """Run `python -c …` several times."""
    rows = [_once(arguments, fine) for _ in range(runs)]
    return Measured(statistics.median(r.seconds for r in rows), statistics.median(r.memory for r in rows))


def _once(arguments: tuple[str, ...], fine: Collection[int]) -> Measured:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return Measured(seconds, used.ru_maxrss / 1024)


def row(*cells: str) -> None:
    """Print one row."""
    sys.stdout.write("".join(f"{cell:>15}" for cell in cells) + "\n")
    sys.stdout.flush()
