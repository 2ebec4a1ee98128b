"""Write the ledger: what was asked and not answered, not understood, not known or contradicted, and for whom.

Comes in: the account of reading, doubts, and the racks. Goes out: `Gap`s. A gap whose rack cannot be told
counts for every rack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vlan2l3.capture.manifest import DeviceEntry, Status
from vlan2l3.names import DeviceName, RackName, SegmentName, rack_name
from vlan2l3.network.coverage import Gap, GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.model import Host, Segment, Switch, SwitchRole
from vlan2l3.network.segments import Membership
from vlan2l3.network.specs import Lines, Outcome, Specs, lost
from vlan2l3.parse.reading import Answer, Reading
from vlan2l3.parse.records import Source

_HINTS = {
    Status.NOT_ASKED: "capture it again with this command",
    Status.REFUSED: "capture it again with a login that may run this command",
    Status.FAILED: "capture it again; where it fails again, type the command and look",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Hold what gaps are written with."""

    entries: tuple[DeviceEntry, ...]
    specs: Specs
    outcomes: Mapping[str, Sequence[Outcome]]
    lines: Lines
    racks: Mapping[DeviceName, RackName | None]
    membership: Membership
    segments: Mapping[SegmentName, Segment]
    read: frozenset[DeviceName]

    def gaps(self, reading: Reading, doubts: Iterable[Doubt]) -> tuple[Gap, ...]:
        """Write every gap, sorted; two doubts about one subject are one gap."""
        found: dict[tuple[GapKind, str], Gap] = {}
        for gap in (*self._missing(), *self._unparsed(reading), *map(self._gap, doubts)):
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
            devices=tuple(sorted({*doubt.devices, *(source.device for source in doubt.sources)})),
            racks=tuple(sorted(racks)),
            blind=doubt.blind,
            what=doubt.what,
            hint=doubt.hint,
            sources=doubt.sources,
        )

    def _rack(self, device: str) -> tuple[RackName, ...]:
        rack = self.racks.get(DeviceName(device))
        return (rack,) if rack else ()

    def _missing(self) -> Iterable[Gap]:
        """Name what was asked and has no answer, and what should have been, of devices that gave anything.

        Only what is essential keeps a rack from being planned.
        """
        for entry in self.entries:
            for outcome in self.outcomes[entry.name] if entry.name in self.read else ():
                settled = outcome.status in (Status.DATA, Status.ABSENT)
                if settled or not (outcome.spec.essential or outcome.missing):
                    continue
                yield Gap(
                    kind=GapKind.COMMAND_MISSING,
                    subject=f"{entry.name} {outcome.command}",
                    devices=(DeviceName(entry.name),),
                    racks=self._rack(entry.name),
                    blind=outcome.spec.essential,
                    what=f"{entry.name} gave no data for `{outcome.command}` ({outcome.words()})",
                    about=outcome.command,
                    reason=outcome.words(),
                    hint=_HINTS[outcome.status],
                )

    def _unparsed(self, reading: Reading) -> Iterable[Gap]:
        for answer in reading.answers:
            missing = lost(answer, self.lines)
            if not missing:
                continue
            lines = self.lines.get((answer.device, answer.command), ())
            spec = self.specs.of(answer)
            first = f", the first: `{lines[0].text.strip()}` ({lines[0].reason})" if lines else ""
            why = lines[0].reason if lines else "rows vanished without a trace"
            yield Gap(
                kind=GapKind.LINES_UNPARSED,
                subject=f"{answer.device} {answer.command}",
                devices=(answer.device,),
                racks=self._rack(answer.device),
                # What no essential command says changes no link, VLAN, address or owner that a plan rests on.
                blind=spec is None or spec.essential,
                what=f"{missing} line(s) or row(s) of `{answer.command}` on {answer.device} were not"
                f" understood{first}",
                about=answer.command,
                reason=why,
                hint="report the shape, or waive it after reading the lines",
                sources=tuple(line.source for line in lines) or (_file(answer),),
            )


def _file(answer: Answer) -> Source:
    return Source(device=answer.device, file=answer.file)


def racks_of(
    switches: Iterable[Switch], hosts: Iterable[Host], entries: Iterable[DeviceEntry]
) -> dict[DeviceName, RackName | None]:
    """Give the rack of every device; a core's is none, since what it lacks concerns every rack."""
    racks: dict[DeviceName, RackName | None] = {
        DeviceName(entry.name): rack_name(entry.rack) if entry.rack else None for entry in entries
    }
    racks |= {host.name: host.rack for host in hosts if host.rack is not None}
    return racks | {s.name: s.rack if s.role is SwitchRole.LEAF else None for s in switches}
