"""Run the stages one after the other, each once.

Comes in: folders and an intent file. Goes out: what the commands print or write.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TypedDict

import msgspec

from vlan2l3 import __version__
from vlan2l3.analyze import catalogue, engine, report
from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.findings import Finding
from vlan2l3.analyze.unseen import blind_spots
from vlan2l3.capture import lines, store
from vlan2l3.capture.store import Capture
from vlan2l3.design import groups, strategies
from vlan2l3.design import intent as intents
from vlan2l3.design.decide import Designer
from vlan2l3.design.intent import Intent, People
from vlan2l3.design.people import assign
from vlan2l3.design.rooms import rooms_of
from vlan2l3.design.subnets import members_of
from vlan2l3.design.target import Target
from vlan2l3.design.whole import whole
from vlan2l3.errors import NoSafePlanError, UsageError
from vlan2l3.names import RackName
from vlan2l3.network import build as network_build
from vlan2l3.network.coverage import Coverage
from vlan2l3.network.model import Network
from vlan2l3.parse.engine import read_capture
from vlan2l3.parse.records import Source
from vlan2l3.plan.build import build, build_fabric, check_shared, needed_by
from vlan2l3.plan.judge import Right
from vlan2l3.plan.model import Plan, Shared
from vlan2l3.plan.waves import Campaign, campaign
from vlan2l3.render import fabric
from vlan2l3.render import plan as rendered
from vlan2l3.render.coverage import document, fingerprint
from vlan2l3.render.done import done

CAPTURES = Path("captures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Hold a capture and what it says; `ledger` is the hash of the coverage."""

    capture: Capture
    network: Network
    coverage: Coverage
    ledger: str

    @property
    def taken(self) -> date | None:
        """Give the day of the capture, where its source said."""
        taken = self.capture.manifest.taken
        return datetime.fromisoformat(taken).date() if taken else None

    def excerpt(self, source: Source) -> tuple[int, str]:
        """Give the line a fact was read from, and its words."""
        return lines.line_of(self.capture, source.file, line=source.line, pointer=source.pointer)

    def place(self, source: Source) -> str:
        """Name a source as `file:line`."""
        return f"{source.file}:{self.excerpt(source)[0]}"

    def analysis(self, people: People | None = None) -> Analysis:
        """Find what is bound to layer 2; people own findings and waive them."""
        rules = catalogue.load_catalogue()
        findings = engine.analyze(self.network, rules, excerpt=self.excerpt, answers=self.coverage.answers)
        ended: tuple[str, ...] = ()
        if people is not None:
            findings, ended = assign(findings, people, self.taken)
        return Analysis(
            capture=self.capture.manifest.name,
            digest=self.capture.digest,
            folder=_inside(self.capture.folder),
            findings=findings,
            blind_spots=blind_spots(self.network, rules, self.coverage),
            ended=ended,
        )


def survey(folder: Path | None) -> Survey:
    """Read a capture into a network; without a folder, the only one below `captures/`."""
    capture = store.load(folder or only_capture())
    reading = read_capture(capture)
    network, coverage = network_build.build(
        reading, name=capture.manifest.name, digest=capture.digest, devices=capture.manifest.devices
    )
    ledger = fingerprint(document(coverage))
    return Survey(capture=capture, network=network, coverage=coverage, ledger=ledger)


def _inside(folder: Path) -> str:
    """Give a folder from where the command was typed, which is a repository's root; else its name alone."""
    try:
        return folder.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.name


def only_capture() -> Path:
    """Find the capture to use when none was named.

    Raises:
        UsageError: when there is none, or more than one.
    """
    found = sorted(p.parent for p in CAPTURES.glob("*/capture.json"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            "there is no capture below `captures/`", hint="make one: `vlan2l3 discover --from DIR`"
        )
    names = ", ".join(f"`{path}`" for path in found)
    raise UsageError(f"there are {len(found)} captures: {names}", hint="name one with `--capture`")


class Header(TypedDict):
    """Hold what every plan says of where it comes from."""

    capture: str
    digest: str
    ledger: str


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Plan racks of one surveyed network by one intent; `findings` are made once for all of them."""

    surveyed: Survey
    intent: Intent
    findings: tuple[Finding, ...]

    @cached_property
    def digest(self) -> str:
        """Give the hash of what plans are made from: the capture, what people decided, this version."""
        decided = msgspec.json.encode(self.intent, order="deterministic")  # not how to collect, no comments
        parts = (self.surveyed.capture.digest.encode(), decided, __version__.encode())
        return hashlib.sha256(b"\n".join(parts)).hexdigest()

    @cached_property
    def _right(self) -> Right:
        return set()

    @cached_property
    def _targets(self) -> dict[str, Target]:
        return {}

    @cached_property
    def _designer(self) -> Designer:
        return Designer(
            network=self.surveyed.network,
            coverage=self.surveyed.coverage,
            findings=self.findings,
            intent=self.intent,
            taken=self.surveyed.taken,
        )

    def plan(self, rack: str) -> Plan:
        """Decide for one rack, and order its steps.

        Raises:
            UsageError: when there is no such rack.
            NoSafePlanError: with every reason found.
        """
        target = self._target(rack)
        made = build(target, **self._header, right=self._right)
        seen = done(made, self.surveyed.network)
        return build(target, **self._header, right=self._right, done=seen) if seen else made

    def shared(self) -> Shared | None:
        """Order what all racks share that can be planned so far; nothing where none can."""
        racks: list[Target] = []
        left_out: list[tuple[RackName, tuple[str, ...]]] = []
        states = 0
        for name in self.surveyed.network.racks:
            try:
                target = self._target(name)
                states += check_shared(target, self._right)
            except NoSafePlanError as error:
                left_out.append((name, tuple(dict.fromkeys(p.what for p in error.problems))))
            else:
                racks.append(target)
        if not racks:
            return None
        target = whole(racks)
        made = build_fabric(target, states, **self._header)
        seen = done(made, self.surveyed.network)
        return Shared(
            plan=build_fabric(target, states, **self._header, done=seen),
            needed_by=needed_by(racks),
            left_out=tuple(left_out),
        )

    def _target(self, rack: str) -> Target:
        """Decide for one rack once."""
        if rack not in self._targets:
            self._targets[rack] = self._designer.target(rack)
        return self._targets[rack]

    @property
    def _header(self) -> Header:
        name = self.surveyed.capture.manifest.name
        return Header(capture=name, digest=self.digest, ledger=self.surveyed.ledger)

    def shared_texts(self, shared: Shared) -> dict[str, str]:
        """Write the files of what racks share into memory."""
        coverage = account(self.surveyed.coverage, self.surveyed.ledger)
        return fabric.files(shared, coverage=coverage, place=self.surveyed.place)

    def texts(self, plan: Plan) -> dict[str, str]:
        """Write a plan's files into memory."""
        return rendered.files(
            plan,
            findings=report.as_markdown(plan.target.findings),
            coverage=account(self.surveyed.coverage, self.surveyed.ledger),
            place=self.surveyed.place,
        )

    def campaign(
        self, targets: Sequence[Target], refused: tuple[tuple[RackName, tuple[str, ...]], ...]
    ) -> Campaign:
        """Spread the moves of all racks over rings and waves."""
        network = self.surveyed.network
        return campaign(
            targets,
            groups.groups_of(targets, self.intent),
            segments=network.segments,
            members=members_of(network),
            rooms=tuple(rooms_of(network, targets)),
            at_once=self.intent.waves.racks_at_once,
            refused=refused,
        )


def planner(surveyed: Survey, intent_file: Path) -> Planner:
    """Read what people decided and find what is bound to layer 2.

    Raises:
        UsageError: when the file has faults, or speaks of subnets or hosts that the capture doesn't have.
    """
    intent = intents.load(intent_file)
    strategies.known(surveyed.network, intent)
    groups.known(surveyed.network, intent)
    return Planner(surveyed=surveyed, intent=intent, findings=surveyed.analysis(intent).findings)


def account(coverage: Coverage, ledger: str) -> str:
    """Say in a few sentences how much of the capture was read and understood."""
    count = Counter(answer.status for answer in coverage.answers)
    states = ", ".join(f"{count[status]} {status}" for status in sorted(count))
    devices = len({answer.device for answer in coverage.answers})
    rows = sum(answer.parsed for answer in coverage.answers)
    blind = sum(gap.blind for gap in coverage.gaps)
    return (
        f"{devices} devices answered {len(coverage.answers)} commands: {states}. {rows} rows were read,"
        f" {len(coverage.unparsed)} lines were not understood. {blind} blind spot(s) in the whole network;"
        f" `vlan2l3 coverage` lists them; the hash of that ledger is `{ledger}`."
    )
