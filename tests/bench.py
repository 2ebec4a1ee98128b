"""Time `vlan2l3 plan` as a whole process, beside a reference of the same run: `python -m tests.bench`.

The reference reads every file of the same capture and decodes its JSON with the standard library, in a
process of its own, so that a slow machine is seen in both columns. Nothing here passes or fails.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5
HOSTS = 20
RACKS = (1, 4, 10)
PLAN = "from vlan2l3.cli import main; main()"
REFERENCE = """
import json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    if path.is_file():
        text = path.read_text()
        if path.suffix == ".json":
            json.loads(text)
"""


@dataclass(frozen=True)
class Measured:
    """Hold the medians of one command: seconds of wall time, and the peak of its memory in MiB."""

    seconds: float
    memory: float


def captures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the networks to plan, generated where they are not the demo."""
    yield "demo", ROOT / "fixtures" / "demo"
    for racks in RACKS:
        out = folder / f"racks-{racks}"
        size = ("--racks", str(racks), "--hosts", str(HOSTS), "--out", str(out))
        subprocess.run([sys.executable, "-m", "fixtures.generate", *size], cwd=ROOT, check=True)
        yield f"{racks} x {HOSTS}", out


def measure(*arguments: str) -> Measured:
    """Run a Python process several times; a rack that is refused is a result like any other."""
    rows = [_once(arguments) for _ in range(RUNS)]
    return Measured(statistics.median(r.seconds for r in rows), statistics.median(r.memory for r in rows))


def _once(arguments: tuple[str, ...]) -> Measured:
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
    if process.returncode not in (0, 4):
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return Measured(seconds, used.ru_maxrss / 1024)


def row(*cells: str) -> None:
    """Print one row."""
    sys.stdout.write("".join(f"{cell:>13}" for cell in cells) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    sys.stdout.write(
        f"Medians of {RUNS} runs of the whole process. Reference: read the files, decode JSON.\n\n"
    )
    row("racks x hosts", "files", "plan --all", "reference", "ratio", "peak memory")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, capture in captures(folder):
            out = folder / "plans" / capture.name
            places = ("--capture", str(capture), "--intent", str(capture / "vlan2l3.toml"), "--out", str(out))
            reference = measure(REFERENCE, str(capture))
            plan = measure(PLAN, "plan", "--all", *places)
            row(
                title,
                str(sum(1 for path in capture.rglob("*") if path.is_file())),
                f"{plan.seconds:.2f} s",
                f"{reference.seconds:.2f} s",
                f"{plan.seconds / reference.seconds:.1f}",
                f"{plan.memory:.0f} MiB",
            )


if __name__ == "__main__":
    main()
