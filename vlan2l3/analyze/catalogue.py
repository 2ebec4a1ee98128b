"""Load the catalogue of what binds to layer 2: rules as data, with their evidence, texts and sources.

Comes in: `catalogue.toml`. Goes out: frozen structs in which every regular expression compiles, every name is
known and every rule cites its sources. A rule that can't be checked is refused here, not at a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec

from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.findings import Severity
from vlan2l3.analyze.membership import MEMBERSHIPS
from vlan2l3.errors import Problem, UsageError

CATALOGUE = Path(__file__).with_name("catalogue.toml")

PLACEHOLDERS = frozenset({
    "clients", "cluster", "guests", "macs", "members", "nodelist", "peers", "pools", "ports",
    "prefixes", "segments", "silent_ports", "vips", "vrfs", "vrids",
})  # fmt: skip

Weight = Literal["decisive", "strong", "weak"]


class Matcher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="source"):
    """Be the base of every matcher.

    Attributes:
        weight: what a match counts for the verdict.
        role: a `client` is shown with the workload, is no member of it and counts nothing.
        running: a regular expression of the unit that has to be active; without it a match counts one weight
            less, since a file may lie there unused.
    """

    weight: Weight
    role: Literal["member", "client"] = "member"
    running: str = ""

    @property
    def identity(self) -> str:
        """Name what was looked at; two matches are two proofs only when this differs."""
        return str(self.__struct_config__.tag)

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running,)


class HostFile(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.file"):
    """Match lines of a captured file; `paths` are shell patterns in which `*` spans folders."""

    paths: tuple[str, ...]
    pattern: str

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.pattern)


class HostUnit(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.unit"):
    """Match the name of an active systemd unit."""

    pattern: str

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.pattern)


class HostSocket(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.socket"):
    """Match a listening socket; a process that could not be seen fits every pattern.

    `on_uplink` leaves out a socket bound to an interface that has no address in any segment, as libvirt's
    dnsmasq on `virbr0` has.
    """

    protocol: Literal["tcp", "udp", "raw"]
    ports: tuple[int, ...]
    process: str = ""
    on_uplink: bool = False

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.process)


class HostGroup(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.maddr"):
    """Match a multicast group that a host joined."""

    groups: tuple[str, ...]


class HostSysctl(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.sysctl"):
    """Match the value of a kernel setting; `key` is a shell pattern."""

    key: str
    pattern: str

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.pattern)


class HostPackage(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.package"):
    """Match an installed package whose version is older than `below`, compared number by number."""

    name: str
    below: str


class SwitchMac(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.mac"):
    """Match a MAC address learned on an access port.

    A named group of the pattern labels the match: equal labels are one workload, within one segment or in the
    whole network as `scope` says.
    """

    mac: str
    scope: Literal["segment", "network"] = "network"

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.mac)


class SwitchArp(SwitchMac, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.arp"):
    """Match a MAC address that ARP or ND tables tie to an address."""


class SwitchIgmp(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.igmp"):
    """Match a multicast group in a switch's snooping table."""

    groups: tuple[str, ...]


class SwitchConfig(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.config"):
    """Match lines of a running configuration; named groups of the pattern label the match."""

    pattern: str

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.pattern)


class Kubernetes(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="k8s"):
    """Match an object of one kind in what `kubectl get … -o json` printed, its JSON written compactly."""

    kind: str
    pattern: str = ""

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return (self.running, self.pattern)


class Derived(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="derived"):
    """Match what a function of `derived` found."""

    function: str

    @property
    def identity(self) -> str:
        """Name the function as well: two of them are two proofs."""
        return f"derived.{self.function}"


AnyMatcher = (
    HostFile | HostUnit | HostSocket | HostGroup | HostSysctl | HostPackage
    | SwitchMac | SwitchArp | SwitchIgmp | SwitchConfig | Kubernetes | Derived
)  # fmt: skip


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe one kind of workload.

    Attributes:
        members: how members of one workload are recognised, a key of `membership.MEMBERSHIPS`.
        unless: rules that, when decisive for a host, take that host's matches away here.
        weak_suffices: weak evidence alone gives a suspicion; meant for guards.
        meaning, remedy: templates over `PLACEHOLDERS`.
        confidence: how well the rule's facts are known; `memory` never decides.
        cites: keys of `Catalogue.sources`.
    """

    id: str
    title: str
    severity: Severity
    members: str
    unless: tuple[str, ...] = ()
    weak_suffices: bool = False
    meaning: str
    remedy: str
    outage: str
    exit: str = ""
    confidence: Literal["verified", "partial", "memory"]
    cites: tuple[str, ...]
    evidence: tuple[AnyMatcher, ...]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold all rules.

    Attributes:
        weights: what each weight counts.
        sources: citation key -> where the fact was read.
        collected_by: matcher identity -> shell patterns of the commands that feed it.
    """

    weights: dict[Weight, float]
    sources: dict[str, str]
    collected_by: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]


@cache
def load_catalogue() -> Catalogue:
    """Load the catalogue that comes with the package."""
    return read_catalogue(CATALOGUE.read_bytes(), where=CATALOGUE.name)


def read_catalogue(data: bytes, *, where: str) -> Catalogue:
    """Read and check a catalogue.

    Raises:
        UsageError: for TOML that is none, an unknown key, and every flaw `_problems` finds, all at once.
    """
    try:
        catalogue = msgspec.toml.decode(data, type=Catalogue)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError("the catalogue can't be read", Problem(what=str(error), where=where)) from error
    problems = tuple(Problem(what=what, where=where) for what in _problems(catalogue))
    if problems:
        raise UsageError("the catalogue has flaws", *problems)
    return catalogue


def _problems(catalogue: Catalogue) -> Iterator[str]:
    ids = [rule.id for rule in catalogue.rules]
    yield from (f"rule `{name}` is there twice" for name in sorted({i for i in ids if ids.count(i) > 1}))
    if set(catalogue.weights) != {"decisive", "strong", "weak"}:
        yield "weights must name decisive, strong and weak"
    guarded = {rule.id for rule in catalogue.rules if rule.unless}
    for rule in catalogue.rules:
        yield from (f"rule `{rule.id}`: {what}" for what in _rule_problems(rule, catalogue))
        for other in rule.unless:
            if other not in ids or other in guarded:
                yield f"rule `{rule.id}`: unless names `{other}`, no rule or one with its own unless"


def _rule_problems(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    if not rule.cites:
        yield "has no sources"
    yield from (f"cites `{cite}`, which is no source" for cite in rule.cites if cite not in catalogue.sources)
    if not rule.evidence:
        yield "has no evidence"
    if rule.members not in MEMBERSHIPS:
        yield f"knows no members `{rule.members}`"
    for template in (rule.meaning, rule.remedy):
        yield from _template_problems(template)
    for matcher in rule.evidence:
        yield from (flaw for pattern in matcher.patterns() for flaw in _flaws(pattern, matcher.identity))
        if isinstance(matcher, Derived) and matcher.function not in FUNCTIONS:
            yield f"knows no derived function `{matcher.function}`"
        if isinstance(matcher, HostGroup | SwitchIgmp):
            yield from _group_problems(matcher.groups)
        if matcher.identity not in catalogue.collected_by:
            yield f"collected_by does not say what feeds `{matcher.identity}`"


def _flaws(pattern: str, where: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"{where}: `{pattern}` is no regular expression: {error}"


def _group_problems(groups: tuple[str, ...]) -> Iterator[str]:
    for group in groups:
        try:
            ip_network(group)
        except ValueError as error:
            yield f"`{group}` is no multicast group: {error}"


def _template_problems(template: str) -> Iterator[str]:
    """Allow plain names of the whitelist only: an attribute, index, conversion or format is refused."""
    try:
        fields = list(Formatter().parse(template))
    except ValueError as error:
        yield f"a text is no template: {error}"
        return
    for _, name, spec, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            yield f"a text uses the placeholder `{name}`, which is not on the list"
