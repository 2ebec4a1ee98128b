"""Run every benchmark, or those that are named: `parse`, `collect`, `analyze`, `plan`."""

from __future__ import annotations

import sys

from tests.benchmarks import analyze, collect, parse, plan

EVERY = {"parse": parse.main, "collect": collect.main, "analyze": analyze.main, "plan": plan.main}

for name in sys.argv[1:] or EVERY:
    sys.stdout.write(f"\n# {name}\n\n")
    sys.stdout.flush()
    EVERY[name]()
