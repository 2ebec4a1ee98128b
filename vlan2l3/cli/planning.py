"""Write plans, check those on disk, or explain a step.

Comes in: a `Request`. Goes out: folders, and a line a rack; of a step, the text alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from vlan2l3.cli.stages import Planner, Survey, planner, survey
from vlan2l3.cli.talk import say
from vlan2l3.design.target import FABRIC, Target
from vlan2l3.design.told import line_of
from vlan2l3.errors import NoSafePlanError, Problem, UsageError, VerificationError
from vlan2l3.names import RackName, rack_name
from vlan2l3.plan import reasons
from vlan2l3.plan.model import Plan
from vlan2l3.render import campaign as campaigns
from vlan2l3.render import fabric, freshness
from vlan2l3.render.reasons import text as as_text
from vlan2l3.render.write import read, write

CAMPAIGN = "campaign"  # the folder beside the racks' that holds the waves


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
    elif request.every:
        _all(request)
    elif request.rack is None:
        raise UsageError("say which rack: `--rack NAME`, or `--all`")
    else:
        made = planner(survey(request.capture), request.intent)
        try:
            _, stale = _one(request, made, request.rack)
        except NoSafePlanError as error:
            stale = _ended(request, request.rack, error)
            if not stale:
                raise
        _raise([*stale, *_shared(request, made)], ())


def _one(request: Request, made: Planner, rack: str) -> tuple[Target, list[Problem]]:
    """Write one rack's plan, or tell how the one on disk differs."""
    if rack in (FABRIC, CAMPAIGN):
        problem = Problem(what="the plans of all racks share a folder of that name", where=rack)
        raise NoSafePlanError(f"rack `{rack}` can't be planned under its name", problem)
    ordered = made.plan(rack)
    folder = request.out / rack_name(rack)
    stale = _put(request, folder, made.texts(ordered), f"vlan2l3 plan --rack {rack}", "plan.md")
    if not request.check:
        say(summary(ordered, made.surveyed))
    return ordered.target, stale


def _shared(request: Request, made: Planner) -> list[Problem]:
    """Write the plan of what racks share, or tell how the one on disk differs."""
    shared = made.shared()
    folder = request.out / FABRIC
    if shared is None:
        gone = Problem(what="no rack can be planned any more, so nothing is shared", where=str(folder))
        return [gone] if request.check and (folder / "plan.json").is_file() else []
    texts = made.shared_texts(shared)
    stale = _put(request, folder, texts, "vlan2l3 plan --all", "plan.md")
    if not request.check:
        say(fabric.summary(shared))
    return stale


def _all(request: Request) -> None:
    """Plan every rack that can be planned, and the waves; then tell of all that can't."""
    if request.rack is not None:
        raise UsageError("say which rack: `--rack NAME`, or `--all`")
    made = planner(survey(request.capture), request.intent)
    targets: list[Target] = []
    stale: list[Problem] = []
    refused: list[Problem] = []
    why: list[tuple[RackName, tuple[str, ...]]] = []
    for rack in made.surveyed.network.racks:
        try:
            target, found = _one(request, made, rack)
        except NoSafePlanError as error:
            stale += _ended(request, rack, error)
            refused += [
                Problem(what=p.what, where=": ".join(filter(None, (rack, p.where))), hint=p.hint)
                for p in error.problems
            ]
            why.append((rack, tuple(dict.fromkeys(p.what for p in error.problems))))
            continue
        targets.append(target)
        stale += found
    stale += _shared(request, made)
    spread = made.campaign(targets, tuple(why))
    texts = campaigns.files(spread, made.surveyed.capture.manifest.name, made.digest, made.intent)
    stale += _put(request, request.out / CAMPAIGN, texts, "vlan2l3 plan --all", "campaign.md")
    if not request.check:
        say(campaigns.summary(spread))
    _raise(stale, refused)


def _ended(request: Request, rack: str, error: NoSafePlanError) -> list[Problem]:
    """Tell which steps of the plan on disk the reasons against a new one end; none without such a plan."""
    folder = request.out / rack_name(rack)
    if not request.check or not (folder / "plan.json").is_file():
        return []
    old = read(folder)
    return [
        Problem(what=freshness.refused(old, problem), where=str(folder), hint=problem.hint)
        for problem in error.problems
    ]


def _put(request: Request, folder: Path, texts: dict[str, str], command: str, page: str) -> list[Problem]:
    """Write a folder, or tell how the one on disk differs from it."""
    if not request.check:
        write(folder, texts)
        typer.echo(str(folder / page))
        return []
    if not (folder / page).is_file():
        return [Problem(what="there is no plan on disk", where=str(folder), hint=command)]
    found = freshness.differences(read(folder), texts)
    if not found:
        say(f"{folder}: still true")
    return [Problem(what=said, where=str(folder)) for said in found]


def _raise(stale: list[Problem], refused: Sequence[Problem]) -> None:
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
    made = planner(surveyed, request.intent).plan(request.rack)
    found = reasons.reasons(made, reasons.find(made, said))
    decided = request.intent.read_text(encoding="utf-8")

    def told(key: str) -> tuple[str, str]:
        line, words = line_of(decided, key)
        return (f"{request.intent}:{line}" if line else str(request.intent)), words

    typer.echo(as_text(found, made, excerpt=surveyed.excerpt, told=told), nl=False)


def summary(made: Plan, surveyed: Survey) -> str:
    """Say in one line what a plan does."""
    target = made.target
    moved = ", ".join(host.name for host in target.hosts)
    return (
        f"rack {target.rack} of {surveyed.network.capture}: {len(target.hosts)} host(s) move ({moved}),"
        f" {len(target.stays)} stay, {len(made.steps)} steps, {made.states} states checked"
    )
