"""Hold what an analysis of one capture gave: findings, and what nobody could look at.

Comes in: nothing. Goes out: the record the reports write.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.analyze.findings import Finding
from vlan2l3.analyze.unseen import BlindSpot


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Hold the findings of a capture.

    Attributes:
        folder: where the capture lies, as a path that readers of the report can open.
        ended: waivers whose day has passed, which count no more.
    """

    capture: str
    digest: str
    folder: str
    findings: tuple[Finding, ...]
    blind_spots: tuple[BlindSpot, ...] = ()
    ended: tuple[str, ...] = ()
