"""Say what the catalogue would have looked at and could not: unread is not clean.

Comes in: rules, hosts and the account of the capture's commands. Goes out: lines for a finding, and blind
spots of the whole network. It never says what would have been found there.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from vlan2l3 import platforms
from vlan2l3.analyze.catalogue.matchers import HostFile, Matcher
from vlan2l3.analyze.catalogue.rules import TOPIC, Catalogue, Rule
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.membership import OF_NETWORK
from vlan2l3.analyze.workloads import Workload
from vlan2l3.names import DeviceName, natural_key
from vlan2l3.network.coverage import Coverage, DeviceAccount, TopicState
from vlan2l3.network.model import Host, Network
from vlan2l3.parse.reading import Answer

CLUSTER_TOOL = "kubectl "
NOT_ASKED = "not asked"
_LOOKED = frozenset({"data", "absent", "unread"})  # `unread`: kept, and no parser knows it; a file may match
_TOPIC_LOOKED = frozenset({TopicState.COMPLETE, TopicState.PARTIAL, TopicState.ABSENT})

_SEARCHED = re.compile(r"-regex '([^']+)'$")

Signature = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """Name one thing that was not looked at, on which devices, and the rules that would have.

    Attributes:
        what: a path, a command or a topic; `everything` where a device was not read at all.
        reason: in the device's words where it said so.
    """

    what: str
    reason: str
    devices: tuple[DeviceName, ...]
    rules: tuple[str, ...]


class Unseen:
    """Hold each host's answers against what rules want; thousands of hosts answer alike, so each way once."""

    def __init__(self, catalogue: Catalogue, answers: Iterable[Answer]) -> None:
        self._catalogue = catalogue
        found: dict[DeviceName, list[tuple[str, str, str]]] = defaultdict(list)
        for answer in answers:
            found[answer.device].append((answer.command, answer.status, answer.note))
        self._signatures: dict[DeviceName, Signature] = {name: tuple(rows) for name, rows in found.items()}
        self._gaps: dict[tuple[str, Signature, Matcher], tuple[tuple[str, str], ...]] = {}
        self._known: dict[str, tuple[str, ...] | None] = {}

    def on(self, host: Host, rule: Rule) -> tuple[tuple[str, str], ...]:
        """List what a rule wants of a host and did not get, as (what, reason); nothing without an account."""
        signature = self._signatures.get(host.name)
        if signature is None:
            return ()
        found = {}
        for matcher in rule.evidence:
            key = (host.platform, signature, matcher)
            if key not in self._gaps:
                self._gaps[key] = tuple(self._missing(matcher, host.platform, signature))
            found.update(dict.fromkeys(self._gaps[key]))
        return tuple(found)

    def _missing(self, matcher: Matcher, platform: str, signature: Signature) -> Iterator[tuple[str, str]]:
        if isinstance(matcher, HostFile):
            for path in matcher.paths:
                # A server of another kind has no such files; one that prints files may have any.
                if self._is_known(platform, "cat *" if path.startswith(("/", "*")) else path):
                    yield from _file_gap(path, signature)
        elif not matcher.identity.startswith("switch."):
            wanted = [p for p in self._catalogue.collected_by[matcher.identity] if not p.startswith(TOPIC)]
            if any(self._is_known(platform, pattern) for pattern in wanted):
                rows = [row for row in signature if any(fnmatchcase(row[0], p) for p in wanted)]
                yield from _gap(wanted[0].removeprefix("cat ").rstrip("* -"), rows)

    def _is_known(self, platform: str, pattern: str) -> bool:
        """Tell whether a platform has such a command at all: a Windows server has no dpkg."""
        if platform not in self._known:
            found = platforms.find(platform)
            self._known[platform] = tuple(spec.command for spec in found.commands) if found else None
        known = self._known[platform]
        return known is None or any(fnmatchcase(c, pattern) or fnmatchcase(pattern, c) for c in known)


def not_looked_at(rule: Rule, workload: Workload, *, lookup: Lookup, unseen: Unseen) -> tuple[str, ...]:
    """List unread members, members that are no host of the capture, and commands without an answer."""
    lines = [f"{text}: named as a member, and no host of this capture" for text in workload.strangers]
    members = frozenset(workload.hosts)
    witnesses = {*members, *(p.sighting.host for p in workload.proofs if p.sighting.host)}
    asked_nobody = []
    for name in sorted(witnesses, key=natural_key):
        host = lookup.hosts[name]
        gaps = unseen.on(host, rule)
        asked_nobody.append({gap for gap in gaps if gap[0].startswith(CLUSTER_TOOL)})
        if name not in members:
            continue
        if host.readable:
            own = (gap for gap in gaps if not gap[0].startswith(CLUSTER_TOOL))
            lines.extend(f"{name}: {what} ({reason})" for what, reason in own)
        else:
            lines.append(f"{name}: nothing was read from it")
    # What kubectl says is the same on every node: one answer is enough, and none is said once.
    if asked_nobody and all(asked_nobody):
        every = set[tuple[str, str]]().union(*asked_nobody)
        told = {gap for gap in every if gap[1] != NOT_ASKED} or every
        lines.extend(f"the cluster: {what} ({reason})" for what, reason in told)
    if rule.members != OF_NETWORK and not any(lookup.hosts[name].readable for name in members):
        lines.append("the machines themselves: nobody read them, they are known from the switches only")
    return tuple(sorted(set(lines)))


def blind_spots(network: Network, catalogue: Catalogue, coverage: Coverage) -> tuple[BlindSpot, ...]:
    """List what no rule could look at in the whole network, hosts and switches, grouped by cause."""
    accounts = {account.name: account for account in coverage.devices}
    unseen = Unseen(catalogue, coverage.answers)
    found: dict[tuple[str, str], dict[DeviceName, None]] = defaultdict(dict)
    rules: dict[tuple[str, str], set[str]] = defaultdict(set)
    of_hosts = [rule for rule in catalogue.rules if any(_is_of_host(m) for m in rule.evidence)]
    for host in network.hosts:
        if not host.readable:
            account = accounts.get(host.name)
            key = ("everything", (account.note if account else "") or "no login")
            found[key][host.name] = None
            rules[key] |= {rule.id for rule in of_hosts}
            continue
        for rule in of_hosts:
            for gap in unseen.on(host, rule):
                found[gap][host.name] = None
                rules[gap].add(rule.id)
    for topic, wanting in _topics(catalogue).items():
        for switch in network.switches:
            state = _state(accounts.get(switch.name), topic)
            if state not in _TOPIC_LOOKED:
                key = (f"{topic} of switches", state)
                found[key][switch.name] = None
                rules[key] |= wanting
    spots = [
        BlindSpot(
            what=what,
            reason=reason,
            devices=tuple(sorted(devices, key=natural_key)),
            rules=tuple(sorted(rules[what, reason])),
        )
        for (what, reason), devices in found.items()
    ]
    return tuple(sorted(spots, key=lambda s: (s.what != "everything", -len(s.rules), s.what, s.reason)))


@cache
def lists(command: str, path: str) -> bool:
    """Tell whether a listing would have named such a file: a search names only what it looks for."""
    words = command.split()
    if words[0] == "ls":
        return path.startswith(words[-1])
    if words[0] != "find":
        return False
    roots = tuple(itertools.takewhile(lambda word: word.startswith("/"), words[1:]))
    searched = _SEARCHED.search(command)
    like = path.replace("*", "x")  # one file of that name, below each root if it may lie anywhere
    places = [f"{root}/{like}" for root in roots] if path.startswith("*") else [like]
    return any(
        place.startswith(tuple(f"{root}/" for root in roots))
        and (searched is None or re.fullmatch(searched[1], place) is not None)
        for place in places
    )


def _topics(catalogue: Catalogue) -> dict[str, set[str]]:
    """Give the rules that rest on each topic of switches."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in catalogue.rules:
        for matcher in rule.evidence:
            for source in catalogue.collected_by[matcher.identity]:
                if source.startswith(TOPIC):
                    found[source.removeprefix(TOPIC)].add(rule.id)
    return dict(sorted(found.items()))


def _state(account: DeviceAccount | None, topic: str) -> str:
    """Give what became of a topic on a switch; one its platform can't be asked about was not asked."""
    topics = account.topics if account else ()
    return next((t.state for t in topics if t.topic == topic), TopicState.NOT_ASKED)


def _is_of_host(matcher: Matcher) -> bool:
    return matcher.identity.startswith(("host.", "k8s", "derived."))


def _file_gap(path: str, signature: Signature) -> Iterator[tuple[str, str]]:
    """Look for a file's own answer, else for a listing of files in which it is missing."""
    own = [row for row in signature if fnmatchcase(row[0].removeprefix("cat "), path)]
    if own:
        yield from _gap(path, own)
        return
    listings = [(status, note) for command, status, note in signature if lists(command, path)]
    if not any(status in _LOOKED and not note for status, note in listings):
        yield path, next((note for _, note in listings if note), NOT_ASKED)


def _gap(what: str, rows: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    if any(status in _LOOKED for _, status, _ in rows):
        return
    yield what, "; ".join(sorted({note or status for _, status, note in rows})) or NOT_ASKED
