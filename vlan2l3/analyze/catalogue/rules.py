"""Say what a rule of the catalogue is.

Comes in: nothing. Goes out: the structs that `load` fills, `engine` reads and `explain` prints.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from vlan2l3.analyze.catalogue.matchers import AnyMatcher, Weight
from vlan2l3.analyze.catalogue.registry import Registry
from vlan2l3.analyze.findings import Severity

PLACEHOLDERS = frozenset({
    "clients", "cluster", "ethertypes", "figures", "groups", "guests", "kinds", "macs", "members", "nodelist",
    "peers", "pools", "ports", "prefixes", "relays", "roles", "segments", "silent_ports", "vips", "vrfs",
    "vrids",
})  # fmt: skip


TOPIC = "topic "
"""How `collected_by` names what a switch is asked about, whatever the command of its platform."""


class RuleOutage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what is lost while the remedy is done, and how a failover behaves afterwards.

    `source` is a citation, or `estimate` where nobody published a figure.
    """

    during: str
    after: str
    source: str


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe one kind of workload.

    Attributes:
        wrong_answer: layer 3 to the host can't replace this segment: an overlay or a VRF is the answer.
        by_plan: the cutover itself is the remedy, so the finding holds nobody back.
        members: how members of one workload are recognised, a key of `membership.MEMBERSHIPS`.
        unless: rules that, when decisive for a host or a MAC, take its matches away here.
        weak_suffices: weak evidence alone gives a suspicion; meant for guards.
        meaning, remedy: templates over `PLACEHOLDERS`.
        order: when the remedy is done.
        exit: for a blocker, the condition under which it is none.
        mistaken: what looks like this and is not.
        missed: when this is there and nothing shows it.
        confidence: how well the rule's facts are known; `memory` never decides.
        cites: keys of `Catalogue.sources`.
    """

    id: str
    title: str
    severity: Severity
    wrong_answer: bool = False
    by_plan: bool = False
    members: str
    unless: tuple[str, ...] = ()
    weak_suffices: bool = False
    meaning: str
    remedy: str
    order: str
    outage: RuleOutage
    exit: str = ""
    mistaken: str = ""
    missed: str = ""
    confidence: Literal["verified", "partial", "memory"]
    cites: tuple[str, ...]
    evidence: tuple[AnyMatcher, ...]


class Family(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one file of the catalogue; every table may stand in every file."""

    weights: dict[Weight, float] = {}
    sources: dict[str, str] = {}
    collected_by: dict[str, tuple[str, ...]] = {}
    registry: Registry = Registry()
    rules: tuple[Rule, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Hold all rules.

    Attributes:
        weights: what each weight counts.
        sources: citation key -> where the fact was read.
        collected_by: matcher identity -> what feeds it: commands of hosts as shell patterns, or topics.
        registry: whose addresses and protocols are, for the texts.
    """

    weights: dict[Weight, float]
    sources: dict[str, str]
    collected_by: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    registry: Registry = Registry()

    def rule(self, name: str) -> Rule | None:
        """Find a rule by its id."""
        return next((rule for rule in self.rules if rule.id == name), None)
