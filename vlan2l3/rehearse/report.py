"""Turn what a rehearsal measured into a table a reviewer reads, and into a verdict.

Comes in: the job and the result. Goes out: per-step rows, text lines, and passed, failed or inconclusive with
reasons. A lost packet that the plan announced isn't a failure; a step that couldn't be executed always is.
When the measurement itself can't be trusted the verdict is inconclusive, and never passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vlan2l3.rehearse.job import FlowLoss, Job, Result, Step, StepRun

BASELINE = "baseline"
LATE_SHARE_LIMIT = 0.25  # above it, too few of the stated probes were sent


class Verdict(StrEnum):
    """Say what a rehearsal proved."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLoss:
    """One step of the rehearsal with its losses by family, and what the plan allowed.

    `expected_lost_ipv6` is None where IPv6 is shown and not judged. `worst` names the viewpoint and direction
    that lost most, and is empty when nothing was lost.
    """

    id: str
    title: str
    undo: bool
    executed: bool
    sent: int
    lost_ipv4: int
    lost_ipv6: int
    expected_lost: int
    expected_lost_ipv6: int | None
    longest_gap_ms: int
    slowest_reply_ms: int
    worst: str

    @property
    def within_expectation(self) -> bool:
        """Tell whether the step was executed and lost no more than the plan allowed."""
        allowed_ipv6 = self.lost_ipv6 if self.expected_lost_ipv6 is None else self.expected_lost_ipv6
        return self.executed and self.lost_ipv4 <= self.expected_lost and self.lost_ipv6 <= allowed_ipv6


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A judged rehearsal; `reasons` is empty exactly when the verdict is passed."""

    host: str
    verdict: Verdict
    reasons: tuple[str, ...]
    steps: tuple[StepLoss, ...]
    versions: tuple[tuple[str, str], ...]
    shims: tuple[str, ...]
    shim_calls: tuple[str, ...]
    ticks: int
    late_ticks: int


def judge(job: Job, result: Result) -> Report:
    """Compare each step's loss with what it may lose, and say what the rehearsal proved."""
    steps = _step_losses(job, result)
    failures = tuple(_failures(job, result, steps))
    doubts = tuple(_doubts(result, steps))
    verdict = Verdict.INCONCLUSIVE if doubts else Verdict.FAILED if failures else Verdict.PASSED
    return Report(
        host=job.host.name,
        verdict=verdict,
        reasons=(*doubts, *failures),
        steps=steps,
        versions=tuple(sorted(result.versions.items())),
        shims=result.shims,
        shim_calls=result.shim_calls,
        ticks=result.ticks,
        late_ticks=result.late_ticks,
    )


def report_lines(report: Report) -> tuple[str, ...]:
    """Write a report as text: the verdict, its reasons, the table, and what stood in for what."""
    return (
        f"{report.host}: {report.verdict}",
        *(f"  - {reason}" for reason in report.reasons),
        "",
        *_table(report.steps),
        "",
        f"sending times: {report.ticks} kept, {report.late_ticks} missed",
        f"measured with {', '.join(version for _, version in report.versions)}",
        f"stand-ins in the guest, where no systemd runs: {', '.join(report.shims)}",
        *(f"  {call}" for call in report.shim_calls),
    )


def _table(steps: tuple[StepLoss, ...]) -> Iterable[str]:
    yield _row(("step", "sent", "lost v4", "lost v6", "allowed", "gap ms", "slowest ms"), "what")
    for step in steps:
        name = f"undo {step.id}" if step.undo else step.id
        counts = (step.sent, step.lost_ipv4, step.lost_ipv6, _allowed(step), step.longest_gap_ms)
        what = f"{step.title} (worst: {step.worst})" if step.worst else step.title
        yield _row((name, *map(str, counts), str(step.slowest_reply_ms)), what)


def _row(cells: tuple[str, ...], what: str) -> str:
    name, *numbers = cells
    return f"{name:<10}{''.join(f'{number:>11}' for number in numbers)}  {what}"


def _allowed(step: StepLoss) -> str:
    ipv6 = "any" if step.expected_lost_ipv6 is None else str(step.expected_lost_ipv6)
    return f"{step.expected_lost}/{ipv6}"


def _step_losses(job: Job, result: Result) -> tuple[StepLoss, ...]:
    planned = {step.id: step for step in job.steps}
    baseline = [row for row in result.losses if row.step == BASELINE]
    found = [
        _step_loss(BASELINE, "before the first step", undo=False, executed=True, rows=baseline, step=None)
    ]
    for run in result.runs:
        rows = [row for row in result.losses if (row.step, row.undo) == (run.id, run.undo)]
        executed = run.outcome == "done"
        found.append(
            _step_loss(run.id, run.title, undo=run.undo, executed=executed, rows=rows, step=planned[run.id])
        )
    return tuple(found)


def _step_loss(
    identifier: str, title: str, *, undo: bool, executed: bool, rows: list[FlowLoss], step: Step | None
) -> StepLoss:
    limit, limit_ipv6 = (step.expected_lost, step.expected_lost_ipv6) if step else (0, 0)
    if step and undo:
        limit = step.expected_lost_undo
        limit_ipv6 = None if limit_ipv6 is None else limit
    return StepLoss(
        id=identifier,
        title=title,
        undo=undo,
        executed=executed,
        sent=sum(row.sent for row in rows),
        lost_ipv4=sum(row.lost for row in rows if ":" not in row.address),
        lost_ipv6=sum(row.lost for row in rows if ":" in row.address),
        expected_lost=limit,
        expected_lost_ipv6=limit_ipv6,
        longest_gap_ms=max((row.longest_gap_ms for row in rows), default=0),
        slowest_reply_ms=max((row.slowest_reply_ms for row in rows), default=0),
        worst=_worst(rows),
    )


def _worst(rows: list[FlowLoss]) -> str:
    lost: dict[str, int] = {}
    for row in rows:
        family = "IPv6" if ":" in row.address else "IPv4"
        name = f"{row.viewpoint} {row.direction} {family}"
        lost[name] = lost.get(name, 0) + row.lost
    most = max(lost.values(), default=0)
    return min(name for name, count in lost.items() if count == most) if most else ""


def _failures(job: Job, result: Result, steps: tuple[StepLoss, ...]) -> Iterable[str]:
    for run in result.runs:
        if run.outcome != "done":
            yield f"{_name(run)} wasn't executed: {run.outcome}"
    for call in result.shim_calls:
        if call.startswith("timer ") and " fired: " in call:
            yield f"a dead-man timer wasn't stopped in time: {call}"
    missing = [step.id for step in job.steps if step.id not in {run.id for run in result.runs}]
    if missing and not (job.turn_back_after and _turned_back(job, result)):
        yield f"never reached: {', '.join(missing)}"
    for step in steps:
        if step.id == BASELINE or not step.executed or step.within_expectation:
            continue
        lost = f"{step.lost_ipv4} IPv4 and {step.lost_ipv6} IPv6 probes"
        yield f"{_name(step)} lost {lost}, allowed are {_allowed(step)}"


def _turned_back(job: Job, result: Result) -> bool:
    forward = [step.id for step in job.steps]
    expected = forward[: forward.index(job.turn_back_after) + 1]
    return [run.id for run in result.runs if run.undo] == expected[::-1]


def _name(step: StepRun | StepLoss) -> str:
    return f"{'undo of ' if step.undo else ''}step {step.id}"


def _doubts(result: Result, steps: tuple[StepLoss, ...]) -> Iterable[str]:
    if result.error:
        yield f"the guest failed: {result.error}"
    baseline = steps[0]
    if not baseline.sent:
        yield "no probe was sent before the first step"
    elif baseline.lost_ipv4 or baseline.lost_ipv6:
        lost = baseline.lost_ipv4 + baseline.lost_ipv6
        yield f"{lost} probes were lost before the first step ({baseline.worst})"
    for step in steps[1:]:
        if step.executed and not step.sent:
            yield f"no probe was sent during step {step.id}"
    if result.late_ticks > LATE_SHARE_LIMIT * (result.ticks + result.late_ticks):
        yield f"the guest was too busy: {result.late_ticks} sending times missed, {result.ticks} kept"
