"""Say what a plan is: ordered steps, each with checks, undo, time box and expected outage.

Comes in: nothing. Goes out: the records `plan.build` fills and `render` and `rehearse` read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vlan2l3.design.target import FABRIC, Reason, Target
from vlan2l3.names import DeviceName, RackName
from vlan2l3.parse.records import Source
from vlan2l3.plan.actions import Action, Check, PortDown, PortRouted
from vlan2l3.plan.facts import Change, State, invert


class Phase(StrEnum):
    """Name the phases; a gate that people sign stands between two of them."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    P6 = "P6"
    P7 = "P7"
    P8 = "P8"

    @property
    def purpose(self) -> str:
        """Say what the phase is for."""
        return _PURPOSES[self]


_PURPOSES = {
    Phase.P0: "discover and decide",
    Phase.P1: "fabric underlay beside the old network",
    Phase.P2: "coexistence on the gateways",
    Phase.P3: "host readiness, no traffic change",
    Phase.P4: "pilot",
    Phase.P5: "rack cutover, host by host",
    Phase.P6: "services and failover addresses",
    Phase.P7: "empty the subnets",
    Phase.P8: "remove layer 2",
}


class Role(StrEnum):
    """Say whose hands a step is in."""

    PEOPLE = "people"
    HOST = "host"
    LEAF = "leaf"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Give the loss to expect, in packets of a flow at 100 packets a second, and how that is known."""

    packets: int
    known_by: str  # modelled | rehearsed | estimated
    note: str


UNTOUCHED = Outage(packets=0, known_by="modelled", note="nothing that carries traffic today is changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Describe one step.

    Attributes:
        number: the order; steps are numbered in tens so that one can be put between. A step that racks share
            has its number in the fabric's plan, and none in theirs.
        waves: the changes, as groups that follow each other; those of one group are in flight together.
        sources: the capture lines the step follows from; `grounds` what they were taken to say, where its
            action doesn't hold that already.
        minutes: the time box; past it, undo.
        final: why it can't be undone; empty for all others.
    """

    number: int
    phase: Phase
    role: Role
    device: DeviceName
    slug: str
    title: str
    why: str
    action: Action
    waves: tuple[tuple[Change, ...], ...] = ()
    sources: tuple[Source, ...] = ()
    grounds: tuple[Reason, ...] = ()
    before: tuple[Check, ...] = ()
    after: tuple[Check, ...] = ()
    minutes: int = 5
    outage: Outage
    final: str = ""

    @property
    def name(self) -> str:
        """Give the step's file name without its ending; of one that racks share, its place without number."""
        return f"{self.number:03d}-{self.slug}" if self.number else f"{FABRIC}/{self.slug}"

    @property
    def subject(self) -> DeviceName:
        """Name whom it is about: the host that moves, also where its leaf's port changes; else the device."""
        match self.action:
            case PortDown(host=name):
                return name
            case PortRouted(host=host):
                return host.name
            case _:
                return self.device

    @property
    def undo(self) -> tuple[tuple[Change, ...], ...]:
        """Give the changes that take the step back, last group first."""
        return tuple(tuple(invert(change) for change in reversed(wave)) for wave in reversed(self.waves))

    def do(self, state: State) -> State:
        """Give the state after the step."""
        for wave in self.waves:
            state = state.apply(wave)
        return state

    def take_back(self, state: State) -> State:
        """Give the state after the undo."""
        for wave in self.undo:
            state = state.apply(wave)
        return state


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Hold the plan of a rack, or of what racks share.

    Attributes:
        digest: over the captures, the intent and this version.
        ledger: the hash of what was known and not known of the network.
        states: how many states were checked.
        start: the state behind all steps that the capture shows as done.
        relies: the steps of the fabric's plan that come first, each with the line that shows it as done, or
            none where no line does; they were checked with the rack's own.
        done: the rack's own steps that the capture shows as done, each with the line that shows it.
    """

    target: Target
    capture: str
    digest: str
    ledger: str
    steps: tuple[Step, ...]
    states: int
    start: State
    relies: tuple[tuple[Step, Source | None], ...] = ()
    done: tuple[tuple[Step, Source], ...] = ()

    @property
    def order(self) -> tuple[Step, ...]:
        """Give every step that is still to be done, those of the fabric first."""
        return (*(step for step, seen in self.relies if seen is None), *self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Hold the plan of what racks share.

    Attributes:
        needed_by: for each of its steps, by slug, the racks that rely on it.
        left_out: the racks it was made without, each with its reasons.
    """

    plan: Plan
    needed_by: tuple[tuple[str, tuple[RackName, ...]], ...]
    left_out: tuple[tuple[RackName, tuple[str, ...]], ...]
