"""Hold each device's answers against what its platform knows of its commands.

Comes in: the devices of the manifest, the account of reading. Goes out: answers by the question they answer,
and how many of their lines were lost. Whether a missing answer matters is for `topics` and `gaps` to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vlan2l3 import platforms
from vlan2l3.capture.manifest import DeviceEntry, Status
from vlan2l3.parse.reading import Answer, Reading, Unparsed
from vlan2l3.platforms import CommandSpec, Platform, Topic

# What a device may truly not have: its absence is an answer. Everything else every device has.
_OPTIONAL = frozenset({
    "mlag", "mlag-port", "lag-member", "stp", "stp-port", "gateway", "dhcp-relay", "acl-binding", "igmp",
    "vni", "bond", "bridge-entry", "file",
})  # fmt: skip
# Of commands read as a whole, without tables.
_OPTIONAL_TOPICS = frozenset({
    Topic.STP, Topic.MLAG, Topic.LAGS, Topic.GATEWAYS, Topic.DHCP_RELAY, Topic.DHCP_SNOOPING, Topic.IGMP,
    Topic.ACLS, Topic.OVERLAY, Topic.BRIDGES, Topic.WORKLOADS,
})  # fmt: skip
_OPTIONAL_WORDS = ("mlag", "vpc", "spanning-tree", "/etc/")

Lines = dict[tuple[str, str], list[Unparsed]]
"""Lines that were not understood, by device and command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """Hold what each device's platform knows of its commands; a thousand devices ask the same few."""

    platforms: Mapping[str, Platform | None]
    known: dict[tuple[str, str], CommandSpec | None]

    @classmethod
    def of_devices(cls, entries: Iterable[DeviceEntry]) -> Specs:
        """Find the platform of every device."""
        by_device = {entry.name: entry.platform for entry in entries}
        found = {name: platforms.find(name) for name in set(by_device.values())}
        return cls(platforms={device: found[name] for device, name in by_device.items()}, known={})

    def of(self, answer: Answer) -> CommandSpec | None:
        """Find what is known of the command an answer is to."""
        platform = self.platforms.get(answer.device)
        if platform is None:
            return None
        key = (platform.name, answer.command)
        if key not in self.known:
            self.known[key] = platform.spec(answer.command)
        return self.known[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Hold what one question gave: all answers to it, of which one that is data or "absent" settles it.

    A command and the command that stands for it are one question; of a command with a `*`, each file or
    interface is one.
    """

    spec: CommandSpec
    answers: tuple[Answer, ...]

    @property
    def status(self) -> Status:
        """Give the best that came of it."""
        given = {answer.status for answer in self.answers}
        if Status.DATA in given:
            return Status.DATA
        if Status.ABSENT in given and (not self.spec.essential or may_be_absent(self.spec)):
            return Status.ABSENT
        if given & {Status.FAILED, Status.ABSENT}:
            return Status.FAILED
        return Status.REFUSED if Status.REFUSED in given else Status.NOT_ASKED

    @property
    def missing(self) -> bool:
        """Tell whether something that was to be asked has no answer; a refusal is an answer of its own."""
        return bool(self.answers) and self.status in (Status.FAILED, Status.NOT_ASKED)

    @property
    def command(self) -> str:
        """Name the question."""
        starred = "*" in self.spec.command and self.answers
        return self.answers[0].command if starred else self.spec.command

    def words(self) -> str:
        """Say what became of it, with the reasons given."""
        return "; ".join(sorted({_words(answer) for answer in self.answers})) or "not asked"


def _words(answer: Answer) -> str:
    state = "not asked" if answer.status == Status.NOT_ASKED else answer.status
    if not answer.note or answer.note.startswith(state):
        return answer.note or state
    return f"{state}: {answer.note}"


def outcomes(reading: Reading, entries: Iterable[DeviceEntry], specs: Specs) -> dict[str, list[Outcome]]:
    """Give every device's questions: those answered, and all others its platform knows, in its order."""
    answered: dict[str, dict[str, dict[str, list[Answer]]]] = defaultdict(lambda: defaultdict(dict))
    for answer in reading.answers:
        spec = specs.of(answer)
        if spec is not None:
            question = spec.stands_for or spec.command
            item = answer.command if "*" in spec.command else ""
            answered[answer.device][question].setdefault(item, []).append(answer)
    found: dict[str, list[Outcome]] = {}
    for entry in entries:
        platform = specs.platforms[entry.name]
        given = answered.get(entry.name, {})
        found[entry.name] = [
            Outcome(spec=spec, answers=tuple(answers))
            for spec in (platform.commands if platform else ())
            if not spec.stands_for
            for answers in (given.get(spec.command) or {"": []}).values()
        ]
    return found


def lost_lines(reading: Reading) -> Lines:
    """Group the lines that were not understood, each group in the order of its file."""
    lost: Lines = defaultdict(list)
    for line in reading.unparsed:
        lost[line.source.device, line.command].append(line)
    return {key: sorted(lines, key=lambda line: line.source) for key, lines in lost.items()}


def lost(answer: Answer, lines: Lines) -> int:
    """Count what of an answer became no record: lines reported, or rows that vanished without a report."""
    if answer.status != Status.DATA:
        return 0
    return max(answer.expected - answer.parsed, len(lines.get((answer.device, answer.command), ())), 0)


def may_be_absent(spec: CommandSpec) -> bool:
    """Tell whether a device may truly lack what a command tells of."""
    kinds = {table.record for table in spec.tables}
    if kinds:
        return kinds <= _OPTIONAL
    told = bool(spec.gives) and spec.topics <= _OPTIONAL_TOPICS
    return told or any(word in spec.command for word in _OPTIONAL_WORDS)
