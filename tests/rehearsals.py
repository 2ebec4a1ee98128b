"""Rehearse until the machine let the measurement count."""

from __future__ import annotations

from pathlib import Path

from vlan2l3.rehearse import launch
from vlan2l3.rehearse.job import Job, Result
from vlan2l3.rehearse.report import Report, Verdict, judge

ATTEMPTS = 3


def conclusive(job: Job, plan: Path) -> tuple[Result, Report]:
    """Give the first run that could tell; one that could not is no failure, one that lost isn't repeated."""
    for attempt in range(1, ATTEMPTS + 1):
        result = launch.rehearse(job, plan=plan)
        report = judge(job, result)
        if report.verdict is not Verdict.INCONCLUSIVE or attempt == ATTEMPTS:
            break
    return result, report
