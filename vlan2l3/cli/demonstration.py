"""Run the main job on the network that comes with the tool.

Comes in: a folder to write into. Goes out: a capture and a plan in it, and where to look.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import typer

from vlan2l3.cli import planning
from vlan2l3.cli.analysis import print_findings
from vlan2l3.cli.discovery import discover
from vlan2l3.cli.talk import say
from vlan2l3.design.intent import FILE

_PACKAGE = Path(__file__).parent.parent
RACK = "r12"


def demo(out: Path) -> None:
    """Import, analyze and plan the demo network below `out`."""
    shipped = demo_network()
    say(f"\n# vlan2l3 discover --from {shipped.name}")
    surveyed = discover(shipped, "demo", into=out / "captures")
    say("\n# vlan2l3 analyze")
    print_findings(surveyed)
    say(f"\n# vlan2l3 plan --rack {RACK}")
    intent = out / FILE
    shutil.copyfile(shipped / FILE, intent)
    plans = out / "plans"
    capture = surveyed.capture.folder
    planning.plan(
        planning.Request(rack=RACK, every=False, check=False, capture=capture, intent=intent, out=plans)
    )
    typer.echo(f"\nread {plans / RACK / 'plan.md'} first, then one of {plans / RACK / 'steps'}")
    program = "vlan2l3" if shutil.which("vlan2l3") else str(Path(sys.argv[0]).resolve())
    typer.echo(f"rehearse it: cd {out} && {program} rehearse --rack {RACK} --host web-03")


def demo_network() -> Path:
    """Find the demo network: in a checkout, else in the wheel."""
    live = _PACKAGE.parent / "fixtures" / "demo"
    return live if live.is_dir() else _PACKAGE / "_data" / "demo"
