"""Say what is bound to layer 2, with the evidence.

Comes in: nothing. Goes out: the records the matcher engine produces and `design`, `plan` and `render` read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from vlan2l3.names import DeviceName, RackName, SegmentName
from vlan2l3.parse.records import Source

WEIGHTS = ("decisive", "strong", "weak")


class Severity(StrEnum):
    """Say what happens to the workload without a shared broadcast domain."""

    BLOCKER = "blocker"  # can't work; stays in an island, is replaced, or gets an overlay
    RECONFIGURE = "reconfigure"  # works after the stated change
    DEGRADED = "degraded"  # works, with a longer or different outage
    GUARD = "guard"  # looks bound to layer 2 and is not


class Certainty(StrEnum):
    """Say how sure the verdict is; a suspicion is shown and never decides alone."""

    DECISIVE = "decisive"
    SUSPECTED = "suspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Give one piece of proof: where it stands in the capture, and the words found there."""

    source: Source
    line: int
    excerpt: str
    weight: str  # one of WEIGHTS
    matcher: str  # the matcher's source, `host.file`, `switch.mac`, …

    @property
    def place(self) -> Source:
        """Give the source with the line the words stand on, and not the one its record starts on."""
        return replace(self.source, line=self.line, pointer="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Give what is lost while the remedy is done and how a failover behaves afterwards, and who says so."""

    during: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.during}; afterwards: {self.after} (source: {self.source})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Give one verdict.

    Attributes:
        rule: the catalogue's id.
        subject: stable text a waiver names: the members joined by `+`.
        hosts: members that are hosts, on any rack; all members of a cluster are in one finding.
        segments: broadcast domains the workload needs.
        moves: whether the members may be moved to layer 3 at all: after `remedy` for `reconfigure`, never for
            `blocker`.
        order: when the remedy is done.
        wrong_answer: no remedy makes layer 3 to the host right for these segments.
        by_plan: the cutover itself is the remedy, so nobody has to do anything before it.
        owner: who is asked, as `vlan2l3.toml` says; empty when it does not.
        waived: why, by whom and until when somebody accepted it; empty when nobody did.
        exit: for a blocker, the condition under which it is none, as the catalogue states it.
        not_looked_at: sources the rule would have used and that were not collected.
    """

    rule: str
    title: str
    severity: Severity
    certainty: Certainty
    subject: str
    hosts: tuple[DeviceName, ...]
    segments: tuple[SegmentName, ...]
    racks: tuple[RackName, ...]
    evidence: tuple[Evidence, ...]
    meaning: str
    remedy: str
    order: str
    outage: Expected
    exit: str = ""
    wrong_answer: bool = False
    by_plan: bool = False
    owner: str = ""
    waived: str = ""
    not_looked_at: tuple[str, ...] = ()

    def concerns(self, rack: str) -> bool:
        """Tell whether a rack has to know of it: it is there, or in no rack (on a core) and so in all."""
        return not self.racks or rack in self.racks

    @property
    def strongest(self) -> tuple[Evidence, ...]:
        """Give the evidence with what proves most in front, else in its order."""
        return tuple(sorted(self.evidence, key=lambda proof: WEIGHTS.index(proof.weight)))

    @property
    def moves(self) -> bool:
        """Tell whether the members can become layer-3 hosts once the remedy is done."""
        return self.severity is not Severity.BLOCKER

    @property
    def decides(self) -> bool:
        """Tell whether its hosts wait for somebody.

        They do not for a suspicion, for what the cutover mends, and for what somebody accepted.
        """
        return self.certainty is Certainty.DECISIVE and not self.by_plan and not self.waived
