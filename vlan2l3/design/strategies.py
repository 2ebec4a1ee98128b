"""Choose the strategy of each subnet: by what people said, else by what was found in it.

Comes in: the Network, the Intent, Findings. Goes out: a `Choice` for a segment, and the faults of what people
said. Keeping the address is the rule; it is proven host by host elsewhere, and never forced from here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from vlan2l3.analyze.findings import Certainty, Finding
from vlan2l3.design.intent import FILE, Intent
from vlan2l3.design.target import Reason, Stay, Strategy, SubnetTarget
from vlan2l3.errors import NoSafePlanError, Problem, UsageError
from vlan2l3.network.model import Network, Segment

# What a finding in a segment asks for where none of its hosts can keep its address.
BY_RULE = {
    "bridged-vms": (Strategy.REDEPLOY, "virtual machines are bridged into it: set them up anew, routed"),
    "overlapping-subnets": (
        Strategy.RENUMBER,
        "its prefix is in two places, and a /32 would be in both",
    ),
}
NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Give a strategy and why; `told` is the key of `vlan2l3.toml` where people chose."""

    strategy: Strategy
    why: str
    told: str = ""

    @property
    def grounds(self) -> tuple[Reason, ...]:
        """Give what the choice rests on, where people made it."""
        if not self.told:
            return ()
        return (Reason(text=f"`vlan2l3.toml` chooses {self.strategy}: {self.why}", told=self.told),)


def told(segment: Segment, intent: Intent) -> Choice | None:
    """Give what people chose for a segment."""
    for number, choice in enumerate(intent.subnet, start=1):
        if choice.network in segment.prefixes:
            return Choice(strategy=Strategy(choice.strategy), why=choice.reason, told=f"subnet[{number}]")
    return None


def by_rule(segment: Segment, findings: Iterable[Finding]) -> Choice:
    """Give what the findings in a segment ask for that no host leaves."""
    for finding in findings:
        certain = finding.certainty is Certainty.DECISIVE and not finding.waived
        if finding.rule in BY_RULE and segment.name in finding.segments and certain:
            strategy, why = BY_RULE[finding.rule]
            return Choice(strategy=strategy, why=why)
    return Choice(strategy=Strategy.ISLAND, why="nothing in this rack can leave it")


def known(network: Network, intent: Intent) -> None:
    """Demand that every prefix that people chose for is one of a segment.

    Raises:
        UsageError: with each that is not, and those near it.
    """
    prefixes = sorted({prefix for segment in network.segments for prefix in segment.prefixes}, key=str)
    problems = []
    for number, choice in enumerate(intent.subnet, start=1):
        if choice.network in prefixes:
            continue
        near = difflib.get_close_matches(choice.prefix, map(str, prefixes), n=NEAR, cutoff=0.6)
        problems.append(
            Problem(
                what=f"`subnet[{number}]` chooses for {choice.prefix}, which no segment of the capture has",
                where=FILE,
                hint=f"near it: {', '.join(near)}" if near else "",
            )
        )
    if problems:
        raise UsageError(f"`{FILE}` chooses for subnets that are not there", *problems)


def kept(subnets: Iterable[SubnetTarget], stays: Iterable[Stay], network: Network, intent: Intent) -> None:
    """Demand that a segment for which people chose keep-ip has hosts that can.

    Raises:
        NoSafePlanError: with the reasons of each of its hosts.
    """
    problems = []
    for subnet in subnets:
        segment = network.segment(subnet.segment)
        choice = told(segment, intent) if segment else None
        if choice is None or choice.strategy is not Strategy.KEEP_IP or subnet.moving:
            continue
        problems += [
            Problem(
                what=f"`{choice.told}` wants keep-ip for {subnet.segment}: {reason.text}", where=stay.name
            )
            for stay in stays
            if subnet.segment in stay.segments
            for reason in stay.reasons
        ]
    if problems:
        raise NoSafePlanError("no host can keep its address where `vlan2l3.toml` wants it", *problems)
