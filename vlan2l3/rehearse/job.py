"""Say what a rehearsal is asked and what it answers: the two files that cross into the guest and back.

Comes in: the values a plan's producer fills in, or the bytes of `result.json`. Goes out: bytes of `job.json`,
or a result. Everything is plain data, because the guest reads it with the standard library alone; nothing
here knows a plan, a network or a vendor's syntax.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from vlan2l3.errors import Problem, UsageError
from vlan2l3.rehearse.changes import (
    Action,
    BgpEstablished,
    Plain,
    PortBridged,
    PortDown,
    PortRouted,
    PortUp,
    Wait,
)

_KERNEL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,14}")  # IFNAMSIZ is 16 with its final zero


class Leg(Plain, frozen=True, kw_only=True):
    """One cable of the host: its own interface, and the leaf's port under the vendor's name."""

    interface: str
    mac: str
    leaf: str
    port: str


class Bond(Plain, frozen=True, kw_only=True):
    """The host's bond over all its legs; the leafs' end is 802.3ad exactly when the host's is."""

    name: str
    mode: Literal["802.3ad", "active-backup"]
    miimon_ms: int
    xmit_hash: str = "layer3+4"
    lacp_rate: Literal["fast", "slow"] = "slow"


class HostInterface(Plain, frozen=True, kw_only=True):
    """An interface with addresses: the bond itself (untagged) or a VLAN on it (tagged)."""

    name: str
    vlan: int
    tagged: bool
    addresses: tuple[str, ...]  # with prefix length, such as 10.1.10.33/24


class StaticDefault(Plain, frozen=True, kw_only=True):
    """A default route as it stands before the first step."""

    via: str
    interface: str


class Host(Plain, frozen=True, kw_only=True):
    """The machine that moves; `interfaces_file` lies at /etc/network/interfaces, and isn't what builds it."""

    name: str
    bond: Bond
    legs: tuple[Leg, ...]
    interfaces: tuple[HostInterface, ...]
    defaults: tuple[StaticDefault, ...]
    interfaces_file: str = ""


class Segment(Plain, frozen=True, kw_only=True):
    """A VLAN with its gateway addresses, all of them on the virtual MAC."""

    vlan: int
    gateways: tuple[str, ...]  # with prefix length
    mac: str


class Router(Plain, frozen=True, kw_only=True):
    """A leaf or the gateway: its AS number and its loopback addresses, without prefix length."""

    name: str
    asn: int
    loopbacks: tuple[str, ...]


class Viewpoint(Plain, frozen=True, kw_only=True):
    """A machine that exchanges probes with the host.

    `unmoved` sits in `vlan` with its default by `gateways`; `moved` is routed by `leaf`, its addresses taken
    as /32 and /128; `outside` sits behind the gateway router, whose own addresses on that link are
    `gateways`.
    """

    name: str
    kind: Literal["unmoved", "moved", "outside"]
    addresses: tuple[str, ...]  # with prefix length
    gateways: tuple[str, ...] = ()  # without
    vlan: int = 0
    leaf: str = ""


class Step(Plain, frozen=True, kw_only=True):
    """One step of the plan: what is done, what must be seen, how long to look, and what it may lose.

    `expected_lost` counts IPv4 probes over all flows. `expected_lost_ipv6` does the same for IPv6; None means
    that IPv6 is measured and shown, and doesn't decide the verdict. `expected_lost_undo` is the limit of each
    family when the step is taken back.
    """

    id: str
    title: str
    where: str
    actions: tuple[Action, ...]
    undo: tuple[Action, ...] = ()
    waits: tuple[Wait, ...] = ()
    settle_seconds: float = 2.0
    expected_lost: int = 0
    expected_lost_ipv6: int | None = 0
    expected_lost_undo: int = 0


class Job(Plain, frozen=True, kw_only=True):
    """Everything the guest needs, besides the plan's files.

    `start` is what earlier phases left behind, done before the first probe. `turn_back_after` names a step
    after which all steps so far are undone in reverse order, each measured; the steps behind it aren't
    executed.
    """

    host: Host
    segments: tuple[Segment, ...]
    leafs: tuple[Router, ...]
    gateway: Router
    viewpoints: tuple[Viewpoint, ...]
    steps: tuple[Step, ...]
    start: tuple[Action, ...] = ()
    turn_back_after: str = ""
    baseline_seconds: float = 3.0
    probe_interval_ms: int = 10
    source_ports: int = 4


class StepRun(msgspec.Struct, frozen=True, kw_only=True):
    """How one step went in the guest; `outcome` is `done`, or what failed in words."""

    id: str
    title: str
    undo: bool
    seconds: float
    waited_seconds: float
    outcome: str
    output: str


class FlowLoss(msgspec.Struct, frozen=True, kw_only=True):
    """What one flow lost among the probes sent during one step.

    `longest_gap_ms` runs from an unanswered probe of this step to the next answered one of the same flow,
    which may be a later step's.
    """

    step: str
    undo: bool
    viewpoint: str
    direction: Literal["to-host", "from-host"]
    address: str  # the host's
    source_port: int
    sent: int
    lost: int
    longest_gap_ms: int
    slowest_reply_ms: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the guest measured, with which programs, and with which stand-ins for what doesn't run there."""

    host: str
    versions: dict[str, str]
    shims: tuple[str, ...]
    shim_calls: tuple[str, ...]
    runs: tuple[StepRun, ...]
    losses: tuple[FlowLoss, ...]
    ticks: int
    late_ticks: int
    error: str


def encode_job(job: Job) -> bytes:
    """Write a job as the guest reads it.

    Raises:
        UsageError: when the job contradicts itself, with every contradiction.
    """
    problems = [*_name_problems(job), *_step_problems(job)]
    if problems:
        raise UsageError("the rehearsal's job contradicts itself", *problems)
    return msgspec.json.encode(job)


def decode_job(data: bytes) -> Job:
    """Read `job.json`; a field that the format doesn't know is an error."""
    return msgspec.json.decode(data, type=Job)


def decode_result(data: bytes) -> Result:
    """Read `result.json`."""
    return msgspec.json.decode(data, type=Result)


def _name_problems(job: Job) -> list[Problem]:
    names = [
        job.host.bond.name,
        *(leg.interface for leg in job.host.legs),
        *(i.name for i in job.host.interfaces),
    ]
    problems = [
        Problem(what=f"`{name}` can't be an interface's name in Linux", where=job.host.name)
        for name in sorted(set(names))
        if not _KERNEL_NAME.fullmatch(name)
    ]
    leafs = {leaf.name for leaf in job.leafs}
    vlans = {segment.vlan for segment in job.segments}
    problems += [
        Problem(what=f"leg `{leg.interface}` ends at unknown leaf `{leg.leaf}`", where=job.host.name)
        for leg in job.host.legs
        if leg.leaf not in leafs
    ]
    problems += [
        Problem(what=f"VLAN {interface.vlan} of `{interface.name}` has no segment", where=job.host.name)
        for interface in job.host.interfaces
        if interface.vlan not in vlans
    ]
    problems += [
        Problem(what="the viewpoint's place is unknown", where=viewpoint.name)
        for viewpoint in job.viewpoints
        if (viewpoint.kind == "unmoved" and viewpoint.vlan not in vlans)
        or (viewpoint.kind == "moved" and viewpoint.leaf not in leafs)
    ]
    return problems


def _step_problems(job: Job) -> list[Problem]:
    ports = {(leg.leaf, leg.port) for leg in job.host.legs}
    identifiers = [step.id for step in job.steps]
    problems = [
        Problem(what="two steps have this id", where=identifier)
        for identifier in sorted(set(identifiers))
        if identifiers.count(identifier) > 1
    ]
    if job.turn_back_after and job.turn_back_after not in identifiers:
        problems.append(Problem(what="no step has the id to turn back after", where=job.turn_back_after))
    for step in job.steps:
        for action in (*step.actions, *step.undo, *step.waits):
            if isinstance(action, PortDown | PortUp | PortRouted | PortBridged | BgpEstablished):
                place = (action.leaf, action.port)
                if place not in ports:
                    problems.append(Problem(what=f"no leg ends at {place[0]} {place[1]}", where=step.id))
    return problems
