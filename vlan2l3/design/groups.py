"""Say which hosts stand in for each other, so that never too many of them move at once.

Comes in: the targets of racks and what people said. Goes out: `Group`s of hosts that move, each over more
than one rack: the hosts of one rack move one after the other in any case.
What people said of a host takes the place of what its name suggests, and never of what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from vlan2l3.design.intent import FILE, Intent
from vlan2l3.design.target import HostTarget, Target
from vlan2l3.errors import Problem, UsageError
from vlan2l3.names import DeviceName, natural_key
from vlan2l3.network.model import Network

SHARE = 10  # of hosts that only look alike, one in so many moves at once
_NUMBER = re.compile(r"[-_.]?[0-9]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Name hosts of which at most `at_once` may be between the planes at one time; `why` they are a group."""

    name: str
    members: tuple[DeviceName, ...]
    at_once: int
    why: str


def groups_of(targets: Iterable[Target], intent: Intent) -> tuple[Group, ...]:
    """List the groups with members that move in two racks or more."""
    hosts = {host.name: host for target in targets for host in target.hosts}
    told = list(_told(hosts, intent))
    spoken_for = {name for group in told for name in group.members}
    alike = _alike(host for host in hosts.values() if host.name not in spoken_for)
    found = [*told, *_found(hosts), *alike]
    racks = {host.name: host.rack for host in hosts.values()}
    return tuple(group for group in found if len({racks[name] for name in group.members}) > 1)


def known(network: Network, intent: Intent) -> None:
    """Demand that every pattern of a group or a daemon fits a host: one that fits none chooses nothing.

    Raises:
        UsageError: with each that doesn't.
    """
    names = [host.name for host in network.hosts]
    told = (
        ("group", [group.members for group in intent.group]),
        ("daemon", [choice.members for choice in intent.daemon]),
    )
    problems = [
        Problem(what=f"`{table}[{number}]` names {pattern}, which fits no host of the capture", where=FILE)
        for table, members in told
        for number, patterns in enumerate(members, start=1)
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for name in names)
    ]
    if problems:
        raise UsageError(f"`{FILE}` names hosts that are not there", *problems)


def _told(hosts: dict[DeviceName, HostTarget], intent: Intent) -> Iterable[Group]:
    for number, told in enumerate(intent.group, start=1):
        members = [name for name in hosts if any(fnmatchcase(name, m) for m in told.members)]
        yield Group(
            name=told.name,
            members=_sorted(members),
            at_once=told.at_once,
            why=f"`vlan2l3.toml` says so, group[{number}]",
        )


def _found(hosts: dict[DeviceName, HostTarget]) -> Iterable[Group]:
    """Take the members of one finding for a cluster, also where the finding holds none of them back."""
    findings = {(f.rule, f.subject): f for host in hosts.values() for f in host.findings}
    for (rule, subject), finding in sorted(findings.items()):
        members = [name for name in finding.hosts if name in hosts]
        yield Group(name=subject, members=_sorted(members), at_once=1, why=f"{finding.title} ({rule})")


def _alike(hosts: Iterable[HostTarget]) -> Iterable[Group]:
    """Take hosts for one service that have one name but for a number, and listen on the same ports."""
    alike: dict[tuple[str, tuple[str, ...]], list[DeviceName]] = {}
    for host in hosts:
        if host.services and _NUMBER.search(host.name):
            alike.setdefault((_NUMBER.sub("", host.name), host.services), []).append(host.name)
    for (stem, services), members in sorted(alike.items()):
        yield Group(
            name=f"{stem} ({', '.join(services)})",
            members=_sorted(members),
            at_once=max(1, len(members) // SHARE),
            why="one name but for a number, and the same listening ports",
        )


def _sorted(names: Iterable[DeviceName]) -> tuple[DeviceName, ...]:
    return tuple(sorted(names, key=natural_key))
