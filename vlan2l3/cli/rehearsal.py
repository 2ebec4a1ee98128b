"""Rehearse one host of a plan.

Comes in: rack, host, and where the plan lies. Goes out: packets lost per step; exit 5 above the plan's limit.
"""

from __future__ import annotations

from pathlib import Path

import typer

from vlan2l3.cli.stages import planner, survey
from vlan2l3.cli.talk import say
from vlan2l3.errors import Problem, VerificationError
from vlan2l3.rehearse.launch import rehearse as run
from vlan2l3.rehearse.produce import produce
from vlan2l3.rehearse.report import Verdict, judge, report_lines
from vlan2l3.render import freshness
from vlan2l3.render.write import read


def rehearse(rack: str, host: str, capture: Path | None, intent: Path, out: Path) -> None:
    """Execute a host's steps from the plan's own files in a guest.

    Raises:
        VerificationError: when the plan on disk isn't the one of this capture, or more was lost than planned.
    """
    surveyed = survey(capture)
    made = planner(surveyed, intent)
    plan = made.plan(rack)
    texts = made.texts(plan)
    folder = out / rack
    stale = freshness.differences(read(folder), texts)
    if stale:
        problems = (Problem(what=said, where=str(folder)) for said in stale)
        raise VerificationError(
            "the plan on disk isn't the one of this capture", *problems, hint=f"vlan2l3 plan --rack {rack}"
        )
    job = produce(plan, surveyed.network, host)
    say(f"rehearsing {host}: {len(job.steps)} steps in a guest with real BIRD and FRR, about a minute")
    report = judge(job, run(job, plan=folder))
    typer.echo("\n".join(report_lines(report)))
    if report.verdict is not Verdict.PASSED:
        raise VerificationError(f"the rehearsal of `{host}` {report.verdict}", *map(_problem, report.reasons))


def _problem(reason: str) -> Problem:
    return Problem(what=reason)
