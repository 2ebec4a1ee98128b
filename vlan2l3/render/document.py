"""Write a plan as data: `plan.json`, and the JSON Schema it follows.

Comes in: a `Plan`. Goes out: text. The schema is made from the records below, so that it can't drift from
what is written.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vlan2l3 import __version__
from vlan2l3.plan.facts import Change, Insert
from vlan2l3.plan.model import Plan, Role, Step
from vlan2l3.plan.outages import flows
from vlan2l3.render.checks import written
from vlan2l3.render.steps import Place, commands

FORMAT = 1


class CheckDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one check: where to type what, and what must come back."""

    on: str
    command: str
    expected: str


class OutageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give the loss to expect of a flow of 100 packets a second."""

    packets: int
    known_by: str
    note: str


class StepDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one step; `changes` are groups of changes in flight together, `undo` their reverse."""

    number: int
    name: str
    phase: str
    role: str
    device: str
    title: str
    why: str
    follows_from: tuple[str, ...]
    commands: str
    undo: str
    before: tuple[CheckDocument, ...]
    after: tuple[CheckDocument, ...]
    changes: tuple[tuple[str, ...], ...]
    minutes: int
    outage: OutageDocument
    point_of_no_return: str


class HostDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one host that moves."""

    name: str
    asn: int
    addresses: tuple[str, ...]
    links: tuple[str, ...]


class StayDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one host that stays, and why."""

    name: str
    reasons: tuple[str, ...]


class SubnetDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one subnet's strategy."""

    segment: str
    prefixes: tuple[str, ...]
    strategy: str
    ipv4: str
    ipv6: str
    reason: str
    moving: tuple[str, ...]
    staying: int


class DoneDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Name a step that the capture shows as done, and the line that shows it."""

    name: str
    seen_in: str


class ReliedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Name a step of the fabric's plan that has to come first; `seen_in` is empty while no line shows it."""

    name: str
    device: str
    title: str
    seen_in: str


class FlowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give a class of flows to or from a moving host, the loss to expect, and how that is known."""

    flow: str
    expected: str
    known_by: str


class PlanDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give the whole plan.

    `digest` is over the capture, the intent and the tool's version; `ledger` is the hash of the coverage
    ledger, as `vlan2l3 coverage` shows it.
    """

    format: int = FORMAT
    tool: str
    rack: str
    capture: str
    digest: str
    ledger: str
    states_checked: int
    hosts: tuple[HostDocument, ...]
    stays: tuple[StayDocument, ...]
    subnets: tuple[SubnetDocument, ...]
    flows: tuple[FlowDocument, ...]
    relies_on: tuple[ReliedDocument, ...]
    done: tuple[DoneDocument, ...]
    steps: tuple[StepDocument, ...]


def document(plan: Plan, place: Place) -> PlanDocument:
    """Give the plan as data."""
    target = plan.target
    return PlanDocument(
        tool=f"vlan2l3 {__version__}",
        rack=target.rack,
        capture=plan.capture,
        digest=plan.digest,
        ledger=plan.ledger,
        states_checked=plan.states,
        hosts=tuple(
            HostDocument(
                name=host.name,
                asn=host.asn,
                addresses=tuple(kept.host_prefix for kept in host.addresses),
                links=tuple(f"{leg.interface} to {leg.leaf} {leg.port}" for leg in host.legs),
            )
            for host in target.hosts
        ),
        stays=tuple(
            StayDocument(name=s.name, reasons=tuple(r.text for r in s.reasons)) for s in target.stays
        ),
        subnets=tuple(
            SubnetDocument(
                segment=subnet.segment,
                prefixes=subnet.prefixes,
                strategy=subnet.strategy,
                ipv4=subnet.ipv4,
                ipv6=subnet.ipv6,
                reason=subnet.reason,
                moving=subnet.moving,
                staying=subnet.staying,
            )
            for subnet in target.subnets
        ),
        flows=tuple(
            FlowDocument(flow=f.flow, expected=f.expected, known_by=f.known_by) for f in flows(target)
        ),
        relies_on=tuple(
            ReliedDocument(
                name=step.slug, device=step.device, title=step.title, seen_in=place(seen) if seen else ""
            )
            for step, seen in plan.relies
        ),
        done=tuple(DoneDocument(name=step.name, seen_in=place(seen)) for step, seen in plan.done),
        steps=tuple(_step(step, plan, place) for step in plan.steps),
    )


def _step(step: Step, plan: Plan, place: Place) -> StepDocument:
    do, undo = commands(step, plan)

    def checks(side: tuple[Any, ...]) -> tuple[CheckDocument, ...]:
        rows = (written(check, plan.target) for check in side)
        return tuple(
            CheckDocument(on=on, command=command, expected=expected) for on, command, expected in rows
        )

    return StepDocument(
        number=step.number,
        name=step.name,
        phase=step.phase,
        role=step.role,
        device=step.device if step.role is not Role.PEOPLE else "",
        title=step.title,
        why=step.why,
        follows_from=tuple(place(source) for source in step.sources),
        commands=do,
        undo=undo,
        before=checks(step.before),
        after=checks(step.after),
        changes=tuple(tuple(_change(change) for change in wave) for wave in step.waves),
        minutes=step.minutes,
        outage=OutageDocument(
            packets=step.outage.packets, known_by=step.outage.known_by, note=step.outage.note
        ),
        point_of_no_return=step.final,
    )


def _change(change: Change) -> str:
    fact = change.fact
    values = " ".join(str(getattr(fact, name)) for name in fact.__dataclass_fields__)
    return f"{'+' if isinstance(change, Insert) else '-'} {type(fact).__name__} {values}"


def encode(value: msgspec.Struct) -> str:
    """Write the data the same way every time: keys in the order of the records, two blanks a level."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def schema() -> str:
    """Give the JSON Schema of `plan.json`."""
    return schema_of(PlanDocument)


def schema_of(document: type[msgspec.Struct]) -> str:
    """Give the JSON Schema of a record that is written as a file."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(document)), indent=2).decode() + "\n"
