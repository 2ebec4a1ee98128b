"""Say in words how a plan on disk differs from the one the network asks for now.

Comes in: both as path -> text. Goes out: sentences, the plan's own differences first, then files that
somebody edited by hand.
"""

from __future__ import annotations

import msgspec

from vlan2l3.render.document import HostDocument, PlanDocument, StepDocument


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
    said += _hosts(before, after)
    said += _stays(before, after)
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


def _steps(before: PlanDocument, after: PlanDocument) -> list[str]:
    def content(step: StepDocument) -> tuple[object, ...]:
        return step.commands, step.undo, step.before, step.after, step.outage

    old = {step.name.partition("-")[2]: step for step in before.steps}
    new = {step.name.partition("-")[2]: step for step in after.steps}
    said = [f"step `{new[k].name}` is new" for k in new if k not in old]
    said += [f"step `{old[k].name}` is gone" for k in old if k not in new]
    said += [
        f"step `{new[k].name}` says something else now"
        for k in new
        if k in old and content(new[k]) != content(old[k])
    ]
    return said


def _first(old: str, new: str) -> int:
    rows = list(zip(old.splitlines(), new.splitlines(), strict=False))
    return next((i for i, (a, b) in enumerate(rows, start=1) if a != b), len(rows) + 1)
