"""Write the ledger: what was asked and not answered, not understood, not known or contradicted, and for whom.

Comes in: the account of reading, doubts, and the racks. Goes out: `Gap`s. A gap whose rack cannot be told
counts for every rack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vlan2l3 import platforms
from vlan2l3.capture.manifest import DeviceEntry, Status
from vlan2l3.names import DeviceName, RackName, SegmentName, rack_name
from vlan2l3.network.coverage import Gap, GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.model import Host, Segment, Switch, SwitchRole
from vlan2l3.network.segments import Membership
from vlan2l3.parse.reading import Answer, Reading, Unparsed
from vlan2l3.parse.records import Source
from vlan2l3.platforms import CommandSpec, Platform

# What a device may truly not have: its absence is an answer. Everything else every device has.
_OPTIONAL = frozenset({
    "mlag", "mlag-port", "lag-member", "stp", "stp-port", "gateway", "dhcp-relay", "acl-binding", "igmp",
    "vni", "bond", "bridge-entry", "file",
})  # fmt: skip
_OPTIONAL_WORDS = ("mlag", "vpc", "spanning-tree", "/etc/")  # of commands read as a whole, without tables


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
class Ledger:
    """Hold what gaps are written with."""

    entries: tuple[DeviceEntry, ...]
    specs: Specs
    racks: Mapping[DeviceName, RackName | None]
    membership: Membership
    segments: Mapping[SegmentName, Segment]
    read: frozenset[DeviceName]

    def gaps(self, reading: Reading, doubts: Iterable[Doubt]) -> tuple[Gap, ...]:
        """Write every gap, sorted; two doubts about one subject are one gap."""
        found: dict[tuple[GapKind, str], Gap] = {}
        for gap in (*self._missing(reading), *self._unparsed(reading), *map(self._gap, doubts)):
            known = found.get((gap.kind, gap.subject))
            found[gap.kind, gap.subject] = gap if known is None or (gap.blind and not known.blind) else known
        return tuple(found[key] for key in sorted(found))

    def _gap(self, doubt: Doubt) -> Gap:
        names = {*doubt.segments, *(self.membership[n] for n in doubt.nodes if n in self.membership)}
        racks = {rack for device in doubt.devices if (rack := self.racks.get(device))}
        racks |= {doubt.rack} if doubt.rack else set()
        if not racks:
            racks = {rack for name in names if name in self.segments for rack in self.segments[name].racks}
        return Gap(
            kind=doubt.kind,
            subject=doubt.subject,
            racks=tuple(sorted(racks)),
            blind=doubt.blind,
            what=doubt.what,
            hint=doubt.hint,
            sources=doubt.sources,
        )

    def _rack(self, device: str) -> tuple[RackName, ...]:
        rack = self.racks.get(DeviceName(device))
        return (rack,) if rack else ()

    def _missing(self, reading: Reading) -> Iterable[Gap]:
        """Name essential commands without data, of devices that gave anything at all."""
        answers: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        for answer in reading.answers:
            known = self.specs.of(answer)
            if known is not None:
                answers[answer.device, known.stands_for or known.command].append(answer)
        for entry in self.entries:
            platform = self.specs.platforms[entry.name]
            if platform is None or entry.name not in self.read:
                continue
            for spec in platform.commands:
                given = answers[entry.name, spec.command]
                if not spec.essential or any(a.status == Status.DATA for a in given):
                    continue
                if any(a.status == Status.ABSENT for a in given) and _may_be_absent(spec):
                    continue
                state = "; ".join(sorted({f"{a.status}{f': {a.note}' if a.note else ''}" for a in given}))
                yield Gap(
                    kind=GapKind.COMMAND_MISSING,
                    subject=f"{entry.name} {spec.command}",
                    racks=self._rack(entry.name),
                    blind=True,
                    what=f"{entry.name} gave no data for `{spec.command}` ({state or 'not asked'})",
                    hint="capture it again with a login that may run this command",
                )

    def _unparsed(self, reading: Reading) -> Iterable[Gap]:
        lost: dict[tuple[str, str], list[Unparsed]] = defaultdict(list)
        for line in reading.unparsed:
            lost[line.source.device, line.command].append(line)
        for answer in reading.answers:
            lines = sorted(lost.get((answer.device, answer.command), ()), key=lambda line: line.source)
            missing = max(answer.expected - answer.parsed, len(lines))
            if answer.status != Status.DATA or missing <= 0:
                continue
            spec = self.specs.of(answer)
            first = f", the first: `{lines[0].text.strip()}` ({lines[0].reason})" if lines else ""
            yield Gap(
                kind=GapKind.LINES_UNPARSED,
                subject=f"{answer.device} {answer.command}",
                racks=self._rack(answer.device),
                # What no essential command says changes no link, VLAN, address or owner that a plan rests on.
                blind=spec is None or spec.essential,
                what=f"{missing} line(s) or row(s) of `{answer.command}` on {answer.device} were not"
                f" understood{first}",
                hint="report the shape, or waive it after reading the lines",
                sources=tuple(line.source for line in lines) or (_file(answer),),
            )


def _file(answer: Answer) -> Source:
    return Source(device=answer.device, file=answer.file)


def _may_be_absent(spec: CommandSpec) -> bool:
    kinds = {table.record for table in spec.tables}
    if kinds:
        return kinds <= _OPTIONAL
    return any(word in spec.command for word in _OPTIONAL_WORDS)


def racks_of(
    switches: Iterable[Switch], hosts: Iterable[Host], entries: Iterable[DeviceEntry]
) -> dict[DeviceName, RackName | None]:
    """Give the rack of every device; a core's is none, since what it lacks concerns every rack."""
    racks: dict[DeviceName, RackName | None] = {
        DeviceName(entry.name): rack_name(entry.rack) if entry.rack else None for entry in entries
    }
    racks |= {host.name: host.rack for host in hosts if host.rack is not None}
    return racks | {s.name: s.rack if s.role is SwitchRole.LEAF else None for s in switches}
