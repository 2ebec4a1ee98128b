"""Write plans, check those on disk, or explain a step.

Comes in: a `Request`. Goes out: folders, and a line a rack; of a step, the text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from vlan2l3.cli.stages import Survey, decided_plan, plan_rack, survey
from vlan2l3.cli.talk import say
from vlan2l3.design.told import line_of
from vlan2l3.errors import NoSafePlanError, Problem, UsageError, VerificationError
from vlan2l3.names import rack_name
from vlan2l3.plan import reasons
from vlan2l3.plan.model import Plan
from vlan2l3.render import freshness
from vlan2l3.render.reasons import text as as_text
from vlan2l3.render.write import read, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Hold what was asked for."""

    rack: str | None
    every: bool
    check: bool
    capture: Path | None
    intent: Path
    out: Path
    explain: str | None = None


def plan(request: Request) -> None:
    """Plan one rack or all; with `check`, compare instead of writing; with `explain`, tell of one step."""
    if request.explain is not None:
        _explain(request, request.explain)
        return
    if (request.rack is None) is not request.every:
        raise UsageError("say which rack: `--rack NAME`, or `--all`")
    surveyed = survey(request.capture)
    racks = surveyed.network.racks if request.every else (request.rack or "",)
    refused: list[Problem] = []
    stale: list[Problem] = []
    for rack in racks:
        try:
            made, texts = plan_rack(surveyed, request.intent, rack)
        except NoSafePlanError as error:
            if not request.every:
                raise
            refused += [
                Problem(what=p.what, where=": ".join(filter(None, (rack, p.where))), hint=p.hint)
                for p in error.problems
            ]
            continue
        folder = request.out / rack_name(rack)
        if request.check:
            stale += _stale(folder, texts, rack)
        else:
            write(folder, texts)
            typer.echo(str(folder / "plan.md"))
            say(summary(made, surveyed))
    if stale:
        raise VerificationError(
            "the plan on disk is no longer true", *stale, hint="plan again and review the change"
        )
    if refused:
        raise NoSafePlanError(
            f"{len({p.where.split(':')[0] for p in refused})} rack(s) can't be planned", *refused
        )


def _explain(request: Request, said: str) -> None:
    """Print the reasons for one step; nothing is written."""
    if request.every or request.check:
        other = "--all" if request.every else "--check"
        raise UsageError(
            f"`--explain` tells of one step and can't be used with `{other}`",
            hint="say `--rack NAME --explain STEP` alone",
        )
    if request.rack is None:
        raise UsageError("say of which rack the step is: `--rack NAME`")
    surveyed = survey(request.capture)
    made = decided_plan(surveyed, request.intent, request.rack)
    found = reasons.reasons(made, reasons.find(made, said))
    decided = request.intent.read_text(encoding="utf-8")

    def told(key: str) -> tuple[str, str]:
        line, words = line_of(decided, key)
        return (f"{request.intent}:{line}" if line else str(request.intent)), words

    typer.echo(as_text(found, made, excerpt=surveyed.excerpt, told=told), nl=False)


def _stale(folder: Path, texts: dict[str, str], rack: str) -> list[Problem]:
    if not (folder / "plan.json").is_file():
        return [
            Problem(what="there is no plan on disk", where=str(folder), hint=f"vlan2l3 plan --rack {rack}")
        ]
    found = freshness.differences(read(folder), texts)
    if not found:
        say(f"{folder}: still true")
    return [Problem(what=said, where=str(folder)) for said in found]


def summary(made: Plan, surveyed: Survey) -> str:
    """Say in one line what a plan does."""
    target = made.target
    moved = ", ".join(host.name for host in target.hosts)
    return (
        f"rack {target.rack} of {surveyed.network.capture}: {len(target.hosts)} host(s) move ({moved}),"
        f" {len(target.stays)} stay, {len(made.steps)} steps, {made.states} states checked"
    )
