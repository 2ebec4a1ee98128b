"""Write the reasons for one step as plain text, from the line of the capture to the command.

Comes in: `Reasons`, the `Plan`, and how to look up a line of the capture and of `vlan2l3.toml`. Goes out:
text that a terminal shows as it stands: words of devices stand behind a bar and control nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vlan2l3.design.target import Reason
from vlan2l3.parse.records import Source
from vlan2l3.plan import words
from vlan2l3.plan.actions import Check, People
from vlan2l3.plan.model import Plan, Role, Step
from vlan2l3.plan.reasons import Decision, Move, Reasons, Trial
from vlan2l3.plan.walk import Fault
from vlan2l3.quote import printable, printable_line
from vlan2l3.render.checks import written
from vlan2l3.render.steps import typed

Excerpt = Callable[[Source], tuple[int, str]]
Told = Callable[[str], tuple[str, str]]
NOWHERE = "nothing in the capture: people decide it"


def text(found: Reasons, plan: Plan, *, excerpt: Excerpt, told: Told) -> str:
    """Write everything; `excerpt` gives a source's line and words, `told` a key's `file:line` and words."""
    lines = Lines(excerpt=excerpt, told=told)
    step = found.step
    out = [
        f"{step.name}, rack {plan.target.rack}, phase {step.phase}: {step.phase.purpose}",
        f"{step.device}: {step.title}",
        f"why: {step.why}",
        *_part("What it follows from", lines.grounds(found.grounds) or [NOWHERE]),
        *_part("Which decisions it serves", (line for d in found.decisions for line in lines.decision(d))),
        *_part("What changes", _changes(step)),
        *_part("If it stood elsewhere", _elsewhere(found)),
        *_part("Before it", _checks(step.before, plan)),
        *_part("Do", _do(step, plan)),
        *_part("Then expect", _checks(step.after, plan)),
        *_part("Expected outage", _outage(step)),
        *_part("Undo", _undo(step, plan)),
    ]
    return "".join(f"{printable_line(line).rstrip()}\n" for line in out)


class Lines:
    """Look up the lines behind conclusions."""

    def __init__(self, *, excerpt: Excerpt, told: Told) -> None:
        self._excerpt = excerpt
        self._told = told

    def grounds(self, reasons: Iterable[Reason]) -> list[str]:
        """Give each line once, with its words and everything that was concluded from it."""
        shown: dict[tuple[str, str], list[str]] = {}
        for reason in reasons:
            place, said = self._place(reason)
            concluded = shown.setdefault((place, said), [])
            if (conclusion := _conclusion(reason)) not in concluded:
                concluded.append(conclusion)
        return [
            line
            for (place, said), concluded in shown.items()
            for line in (place, *([f"  | {said}"] if said else []), *(f"  so {c}" for c in concluded))
        ]

    def decision(self, decision: Decision) -> Iterator[str]:
        """Give a decision, why it was made, and the lines behind it."""
        yield f"- {printable(decision.what)}"
        yield f"  because {printable(decision.why)}"
        for reason in decision.grounds:
            yield f"  from {self._place(reason)[0]}: {_conclusion(reason)}"

    def _place(self, reason: Reason) -> tuple[str, str]:
        if reason.source is not None:
            line, said = self._excerpt(reason.source)
            inside = f" ({reason.source.pointer})" if reason.source.pointer else ""
            return printable(f"{reason.source.file}:{line}{inside}"), printable(said)
        if reason.told:
            place, said = self._told(reason.told)
            return printable(place), printable(said)
        return "no single line", ""


def _conclusion(reason: Reason) -> str:
    return printable(f"{reason.text} (rule {reason.rule})" if reason.rule else reason.text)


def _part(title: str, lines: Iterable[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)]


def _changes(step: Step) -> Iterator[str]:
    """Say the changes in their order; those of one group are in flight together, in any order."""
    if not step.waves:
        yield "nothing that the model of the network holds"
    for wave in step.waves:
        if len(wave) > 1:
            yield "together, in any order:"
        for made in wave:
            yield f"{'  ' if len(wave) > 1 else ''}- {printable(words.change(made))}"


def _elsewhere(found: Reasons) -> Iterator[str]:
    step = found.step
    if not found.trials:
        yield "no state breaks, since the model holds nothing that it changes"
        yield f"it stands here because {step.why}"
        return
    tried = {trial.move for trial in found.trials}
    for trial in found.trials:
        yield from _tried(trial, step)
    for move in Move:
        if move not in tried:
            yield f"{move}: there is no other step of {step.subject} to pass"


def _tried(trial: Trial, step: Step) -> Iterator[str]:
    past = ""
    if trial.past is not None:
        past = f" ({'before' if trial.move is Move.EARLIER else 'after'} {trial.past.name})"
    if trial.fault is not None:
        yield printable(f"{trial.move}{past}: {_broken(trial.fault)}")
    elif trial.move is Move.OUT:
        yield f"{trial.move}: no state breaks ({trial.states} were checked); what it changes would be missing"
    else:
        yield printable(
            f"{trial.move}{past}: no state breaks ({trial.states} were checked);"
            f" it stands here because {step.why}"
        )


def _broken(fault: Fault) -> str:
    if fault.violation is not None:
        return f"{fault.where} breaks `{fault.violation.invariant}`: {fault.violation.witness}"
    if fault.misfit is not None:
        return f"{fault.where} doesn't fit: {words.change(fault.misfit)} already"
    return f"{fault.where} doesn't lead back"


def _checks(checks: Iterable[Check], plan: Plan) -> list[str]:
    shown = []
    for on, command, expected in (written(check, plan.target) for check in checks):
        shown += [printable(f"{on}: {command}"), f"  expect {printable(expected)}"]
    return shown or ["no check"]


def _do(step: Step, plan: Plan) -> list[str]:
    if isinstance(step.action, People):
        return [*(f"[ ] {printable(line)}" for line in step.action.lines), *step.action.text.splitlines()]
    return typed(step, plan)[0].splitlines()


def _outage(step: Step) -> Iterator[str]:
    outage = step.outage
    if step.role is Role.PEOPLE:
        yield printable(f"{outage.known_by}: {outage.note}")
        return
    yield printable(f"{outage.packets} packets of a flow at 100 a second ({outage.known_by}: {outage.note})")
    yield f"time box {step.minutes} min; past it, undo"


def _undo(step: Step, plan: Plan) -> list[str]:
    if step.final:
        return [printable(f"none, it is a point of no return: {step.final}")]
    return typed(step, plan)[1].splitlines() or ["nothing to take back"]
