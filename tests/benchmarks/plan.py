"""Time `vlan2l3 plan`: the planner alone up to 10,000 hosts, and `--all` as a whole process.

The reference of a whole process reads every file of the same capture and decodes its JSON with the standard
library, in a process of its own; that of the planner hashes 100,000 of its own facts. A slow machine is seen
in both columns.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests import targets
from tests.benchmarks.large import enlarge
from tests.benchmarks.process import ROOT, RUNS, measure, row
from vlan2l3.cli.stages import Planner, survey
from vlan2l3.design.intent import load
from vlan2l3.plan.build import build
from vlan2l3.plan.facts import Fact

HOSTS = 20
RACKS = (1, 4, 10)
RACK, HASHED = 48, 100_000
SIZES = (  # copies of so many racks with so many hosts each
    ("1", "2", "5"), ("1", "2", "46"), ("13", "2", "40"), ("125", "2", "40"),
)  # fmt: skip
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


def child(copies: str, racks: str, hosts: str) -> None:
    """Plan a network that is made of copies of a smaller one; print a row."""
    with tempfile.TemporaryDirectory() as name:
        size = ("--racks", racks, "--hosts", hosts, "--out", name)
        subprocess.run([sys.executable, "-m", "fixtures.generate", *size], cwd=ROOT, check=True)
        small, intent = survey(Path(name)), load(Path(name) / "vlan2l3.toml")
        findings = small.analysis(intent).findings
    wide = msgspec.structs.replace(intent.loopbacks, ipv4="10.200.0.0/16")
    surveyed, found = enlarge(small, findings, int(copies))
    made = Planner(surveyed=surveyed, intent=msgspec.structs.replace(intent, loopbacks=wide), findings=found)
    racks = surveyed.network.racks
    begun = time.perf_counter()
    plans = map(made.plan, racks)
    told = [(p.target, p.states, [c.fact for s in p.steps for w in s.waves for c in w]) for p in plans]
    waves = sum(len(ring.waves) for ring in made.campaign([target for target, _, _ in told], ()).rings)
    took = time.perf_counter() - begun
    hosts, changes = len(surveyed.network.hosts), sum(len(facts) for _, _, facts in told)
    row(
        f"{hosts} in {len(racks)}", str(sum(len(target.hosts) for target, _, _ in told)), str(changes),
        str(sum(states for _, states, _ in told)), str(waves), f"{took:.2f} s",
        f"{took / hosts * 1000:.2f} ms", f"{changes / took:.0f}", f"{_hashing(told[0][2]):.3f} s",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB",
    )  # fmt: skip


def rack(hosts: int) -> None:
    """Plan one rack made by hand, every host with an address of each family; print a row."""
    made = [targets.host(f"host-{n}", n) for n in range(1, hosts + 1)]
    prefixes = {h.name: [k.host_prefix for k in h.addresses if ":" in k.host_prefix] for h in made}
    peers = [
        targets.peer(name, *(p for other, own in prefixes.items() if other != name for p in own))
        for name in prefixes
    ]
    target = targets.target(*made, peers=tuple(peers))
    begun = time.perf_counter()
    plan = build(target, capture="c", digest="d", ledger="l")
    took = time.perf_counter() - begun
    facts = [c.fact for s in plan.order for w in s.waves for c in w]
    row(
        f"{hosts} in 1", str(hosts), str(len(facts)), str(plan.states), "", f"{took:.2f} s",
        f"{took / hosts * 1000:.2f} ms", f"{len(facts) / took:.0f}", f"{_hashing(facts):.3f} s",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB",
    )  # fmt: skip


def _hashing(facts: list[Fact]) -> float:
    """Give the seconds that hashing 100,000 facts takes here and now."""
    times = HASHED // len(facts) + 1
    begun = time.perf_counter()
    for _ in range(times):
        assert all(hash(fact) for fact in facts)
    return (time.perf_counter() - begun) * HASHED / (times * len(facts))


def growth() -> None:
    """Print the table of the planner alone: deciding, ordering, checking every state, and the waves."""
    sys.stdout.write(
        "\nThe planner alone, one process: decide, order, check all states, spread over waves; no file is"
        " read or written.\nThe first row is one rack of 48 hosts in one subnet of both families, each of"
        " which is given routes to all others.\nSnowcap (SIGCOMM 2021) orders 276 commands in 0.085 s and"
        " 3,081 in 6.1 s: 3,247 and 505 commands a second.\nThe reference hashes 100,000 facts.\n\n"
    )
    row(
        "hosts in racks", "moving", "changes", "states", "waves", "took", "a host", "changes/s",
        "reference", "peak memory",
    )  # fmt: skip
    for call in (f"rack({RACK})", *(f"child{size}" for size in SIZES)):
        code = f"from tests.benchmarks.plan import child, rack; {call}"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def main() -> None:
    """Print the tables."""
    growth()
    sys.stdout.write(
        f"\nMedians of {RUNS} runs of the whole process. Reference: read the files, decode JSON.\n\n"
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
