"""Attribute lost probes to the step during which they were sent.

Comes in: for each flow the times its probes were sent and answered, and the times steps began. Goes out: rows
of sent, lost, longest gap and slowest reply for each step and flow. Nothing here measures.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

Flow = dict[str, Any]
UNANSWERED = -1


def tally(flows: list[Flow], marks: list[Flow]) -> list[Flow]:
    """Count each flow's probes between one mark and the next.

    A flow has `sent` and `answered`, lists of equal length in milliseconds (-1: no answer came), and names
    that are copied into its rows. A mark has `at`, `step` and `undo`; probes before the first mark don't
    count, and neither do those from a mark without a step on.
    """
    times = [mark["at"] for mark in marks]
    rows: list[Flow] = []
    for flow in flows:
        names = {key: value for key, value in flow.items() if key not in ("sent", "answered")}
        for window, indexes in _windows(flow["sent"], times).items():
            mark = marks[window]
            if mark["step"]:
                rows.append({"step": mark["step"], "undo": mark["undo"], **names, **_count(flow, indexes)})
    return rows


def _windows(sent: list[int], times: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index, at in enumerate(sent):
        window = bisect_right(times, at) - 1
        if window >= 0:
            found.setdefault(window, []).append(index)
    return found


def _count(flow: Flow, indexes: list[int]) -> Flow:
    sent, answered = flow["sent"], flow["answered"]
    lost = [index for index in indexes if answered[index] == UNANSWERED]
    first_of_gap = [i for i in lost if i == indexes[0] or answered[i - 1] != UNANSWERED]
    return {
        "sent": len(indexes),
        "lost": len(lost),
        "longest_gap_ms": max((_gap(flow, index) for index in first_of_gap), default=0),
        "slowest_reply_ms": max(
            (answered[i] - sent[i] for i in indexes if answered[i] != UNANSWERED), default=0
        ),
    }


def _gap(flow: Flow, first: int) -> int:
    """Give the time from an unanswered probe to the next answered one, or to the end."""
    sent, answered = flow["sent"], flow["answered"]
    after = (index for index in range(first, len(sent)) if answered[index] != UNANSWERED)
    return int(sent[next(after, len(sent) - 1)] - sent[first])
