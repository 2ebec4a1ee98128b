"""Time `vlan2l3 plan` as a whole process.

The reference reads every file of the same capture and decodes its JSON with the standard library, in a
process of its own, so that a slow machine is seen in both columns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.process import ROOT, RUNS, measure, row

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


def captures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the networks to plan, generated where they are not the demo."""
    yield "demo", ROOT / "fixtures" / "demo"
    for racks in RACKS:
        out = folder / f"racks-{racks}"
        size = ("--racks", str(racks), "--hosts", str(HOSTS), "--out", str(out))
        subprocess.run([sys.executable, "-m", "fixtures.generate", *size], cwd=ROOT, check=True)
        yield f"{racks} x {HOSTS}", out


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
