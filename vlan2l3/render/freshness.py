"""Say in words how a plan on disk differs from the one the network asks for now, and which steps that ends.

Comes in: both as path -> text, or the reasons for which there is no plan any more. Goes out: sentences, the
plan's own differences first, then files that somebody edited by hand.
"""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest

import msgspec

from vlan2l3.errors import Problem
from vlan2l3.render.document import HostDocument, PlanDocument, StepDocument

SHOWN = 5  # steps that a sentence names


def differences(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """List the differences; empty when both are the same to the byte."""
    if old == new:
        return []
    if "plan.json" not in new:
        return [
            f"file `{name}` is not what it would be now: line {_first(old.get(name, ''), new[name])}"
            for name in new
            if old.get(name) != new[name]
        ]
    said: list[str] = []
    try:
        before = msgspec.json.decode(old.get("plan.json", "").encode(), type=PlanDocument)
    except msgspec.DecodeError:
        return ["`plan.json` on disk can't be read as a plan of this version"]
    after = msgspec.json.decode(new["plan.json"].encode(), type=PlanDocument)
    said += _header(before, after)
    said += [_with_steps(line, before, after) for line in _hosts(before, after)]
    said += _stays(before, after)
    said += _relied(before, after)
    said += _steps(before, after)
    explained = bool(said)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            said.append(
                f"file `{name}` isn't part of the plan any more"
                if explained
                else f"file `{name}` was added by hand"
            )
        elif name not in old:
            said.append(f"file `{name}` is missing on disk")
        elif old[name] != new[name] and not explained:
            said.append(f"file `{name}` was edited by hand: line {_first(old[name], new[name])}")
    return said


def _header(before: PlanDocument, after: PlanDocument) -> list[str]:
    said = []
    if before.tool != after.tool:
        said.append(f"it was written by {before.tool}, this is {after.tool}")
    if before.digest != after.digest:
        said.append("the capture or the intent changed")
    if before.ledger != after.ledger:
        said.append("the coverage ledger changed: more or less of the network is known than the plan says")
    return said


def _hosts(before: PlanDocument, after: PlanDocument) -> list[str]:
    old = {host.name: host for host in before.hosts}
    new = {host.name: host for host in after.hosts}
    said = [f"host `{name}` moves now and didn't before" for name in sorted(new.keys() - old.keys())]
    reasons = {stay.name: stay.reasons for stay in after.stays}
    for name in sorted(old.keys() - new.keys()):
        why = reasons.get(name, ("it is no longer in the rack",))[0]
        said.append(f"host `{name}` doesn't move any more: {why}")
    for name in sorted(new.keys() & old.keys()):
        said += _host(old[name], new[name])
    return said


def _host(old: HostDocument, new: HostDocument) -> list[str]:
    said = [
        f"host `{new.name}` moved to port {link.partition(' to ')[2]}"
        for link in new.links
        if link not in old.links
    ]
    said += [f"host `{new.name}` got the address {a}" for a in new.addresses if a not in old.addresses]
    said += [f"host `{new.name}` lost the address {a}" for a in old.addresses if a not in new.addresses]
    if old.asn != new.asn:
        said.append(f"host `{new.name}` got AS number {new.asn} instead of {old.asn}")
    return said


def _stays(before: PlanDocument, after: PlanDocument) -> list[str]:
    old = {stay.name: stay.reasons for stay in before.stays}
    new = {stay.name: stay.reasons for stay in after.stays}
    moving = {host.name for host in (*before.hosts, *after.hosts)}
    said = [
        f"host `{name}` is new in the rack and stays: {new[name][0]}"
        for name in sorted(new.keys() - old.keys() - moving)
    ]
    said += [f"host `{name}`, which stayed, is gone" for name in sorted(old.keys() - new.keys() - moving)]
    said += [
        f"host `{name}` stays for another reason: {new[name][0]}"
        for name in sorted(new.keys() & old.keys())
        if old[name] != new[name]
    ]
    return said


def refused(old: dict[str, str], problem: Problem) -> str:
    """Say which steps of the plan on disk a reason against planning ends."""
    said = f"{problem.where}: {problem.what}" if problem.where else problem.what
    try:
        plan = msgspec.json.decode(old.get("plan.json", "").encode(), type=PlanDocument)
    except msgspec.DecodeError:
        return said
    return f"{said}; {_invalid(_touched(plan, said))}"


def _touched(plan: PlanDocument, said: str) -> list[str]:
    """Find the steps that a sentence is about: by a port in it, else a segment, else a device, else all.

    A step's changes name what it touches, `- Carrier leaf-r12a Ethernet4`, `+ Answers core1 vlan110`.
    """
    words = re.findall(r"[^\s,;:`]+", said)
    pairs = {" ".join(pair) for pair in pairwise(words)}
    steps = [step for step in plan.steps if step.role != "people"]
    rows = {s.name: [row.split()[1:] for wave in s.changes for row in wave] for s in steps}
    segments = {subnet.segment for subnet in plan.subnets}.intersection(words)
    by_port = [s.name for s in steps if any(" ".join(row[1:3]) in pairs for row in rows[s.name])]
    by_segment = [
        f"fabric/{s.name}" for s in plan.relies_on if any(s.name.endswith(f"-{name}") for name in segments)
    ]
    by_segment += [s.name for s in steps if any(segments.intersection(row) for row in rows[s.name])]
    by_device = [f"fabric/{s.name}" for s in plan.relies_on if s.device in words]
    by_device += [s.name for s in steps if s.device in words]
    return by_port or by_segment or by_device or [s.name for s in steps]


def _with_steps(said: str, before: PlanDocument, after: PlanDocument) -> str:
    """Add to what changed of a host the steps of its move that are not what they were."""
    host = said.split("`")[1]
    own = [step for step in _ended(before, after) if step.device == host or step.name.endswith(f"-{host}")]
    return f"{said}; {_invalid([step.name for step in own])}" if own else said


def _invalid(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"invalidates {', '.join(f'`{name}`' for name in names[:SHOWN])}{more}"


def _slugs(plan: PlanDocument) -> dict[str, StepDocument]:
    """Look steps up by their names without the number, which depends on what is before them."""
    return {step.name.partition("-")[2]: step for step in plan.steps}


def _ended(before: PlanDocument, after: PlanDocument) -> list[StepDocument]:
    """List the steps of the old plan that are gone or say something else now."""
    new = _slugs(after)
    return [
        step
        for slug, step in _slugs(before).items()
        if slug not in new or _other(step, new[slug]) is not None
    ]


def _relied(before: PlanDocument, after: PlanDocument) -> list[str]:
    """Tell how what the plan relies on differs: the steps that racks share."""
    old = {step.name: step.seen_in for step in before.relies_on}
    new = {step.name: step.seen_in for step in after.relies_on}
    said = [f"it relies on the fabric's step `{name}`, and didn't" for name in new if name not in old]
    said += [f"it no longer relies on the fabric's step `{name}`" for name in old if name not in new]
    for name, seen in new.items():
        if old.get(name) == "" and seen:
            said.append(f"the fabric's step `{name}` is done: {seen}")
        if old.get(name) and not seen:
            said.append(f"the fabric's step `{name}` was done ({old[name]}) and isn't any more")
    return said


def _steps(before: PlanDocument, after: PlanDocument) -> list[str]:
    old, new = _slugs(before), _slugs(after)
    said = [f"step `{new[slug].name}` is new" for slug in new if slug not in old]
    seen = {step.name: step.seen_in for step in after.done}
    gone = [step.name for slug, step in old.items() if slug not in new]
    said += [
        f"step `{name}` is done: {seen[name]}" if name in seen else f"step `{name}` is gone" for name in gone
    ]
    for slug, step in new.items():
        other = _other(old[slug], step) if slug in old else None
        if other is not None:
            said.append(f"step `{old[slug].name}` is invalid: {other}")
    return said


def _other(old: StepDocument, new: StepDocument) -> str | None:
    """Say what a step tells people to type or to see that it didn't; `None` when that is the same."""
    for name in ("commands", "undo"):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            rows = zip_longest(was.splitlines(), now.splitlines(), fillvalue="nothing")
            line, now_line = next((a.strip(), b.strip()) for a, b in rows if a != b)
            return f"`{name}` said `{line}`, and would say `{now_line}`"
    for name in ("before", "after"):
        gone = [check for check in getattr(old, name) if check not in getattr(new, name)]
        come = [check for check in getattr(new, name) if check not in getattr(old, name)]
        if gone or come:
            check = (come or gone)[0]
            verb = "has to show" if come else "need no longer show"
            return f"{name} it, `{check.command}` on {check.on} {verb} {check.expected}"
    return "another outage is expected" if old.outage != new.outage else None


def _first(old: str, new: str) -> int:
    rows = list(zip(old.splitlines(), new.splitlines(), strict=False))
    return next((i for i, (a, b) in enumerate(rows, start=1) if a != b), len(rows) + 1)
