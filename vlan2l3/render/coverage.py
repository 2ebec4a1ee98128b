"""Write the coverage ledger as data, hash it, and give the JSON Schema it follows.

Comes in: a `Coverage`. Goes out: text. Equal ledgers are equal bytes, wherever the capture lies and whatever
it is called. What devices wrote is data here: it is escaped as JSON, and quoted where it is shown.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

import msgspec

from vlan2l3.names import DeviceName
from vlan2l3.network.coverage import Coverage, DeviceAccount, Gap, GapKind, TopicState
from vlan2l3.parse.reading import Answer, Unparsed
from vlan2l3.parse.records import Source
from vlan2l3.platforms import Topic

FORMAT = 1
EXAMPLES = 3


class TopicDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one topic of one device; `lost` counts lines not understood in the answers of `commands`."""

    topic: Topic
    state: TopicState
    essential: bool
    lost: int
    commands: tuple[str, ...]
    note: str


class CommandDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one command: `expected` rows by a count beside the parser, `parsed` into records."""

    command: str
    status: str
    file: str
    expected: int
    parsed: int
    lost: int
    note: str


class DeviceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one device; an empty `platform` is one that nothing here can read."""

    name: str
    platform: str
    rack: str
    note: str
    topics: tuple[TopicDocument, ...]
    commands: tuple[CommandDocument, ...]
    unknown_files: tuple[str, ...]


class LineDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one line or row that was not understood; `line` is 0 where `pointer` leads into JSON."""

    device: str
    command: str
    file: str
    line: int
    pointer: str
    text: str
    reason: str


class GapDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give one gap; `subject` is what a waiver names, no `racks` means all, `seen_in` are places in files."""

    subject: str
    devices: tuple[str, ...]
    racks: tuple[str, ...]
    blind: bool
    what: str
    hint: str
    seen_in: tuple[str, ...]


class KindDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give all gaps of one kind; every kind is listed, so that an empty one says that there is none."""

    kind: GapKind
    meaning: str
    count: int
    blind: int
    devices: tuple[str, ...]
    examples: tuple[str, ...]
    all: tuple[GapDocument, ...]


class LedgerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give the ledger itself, without the name of the capture."""

    devices: tuple[DeviceDocument, ...]
    unparsed: tuple[LineDocument, ...]
    gaps: tuple[KindDocument, ...]


class CoverageDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Give a capture's ledger; `hash` is the sha256 of `ledger` with sorted keys and no blanks, in UTF-8."""

    format: int = FORMAT
    capture: str
    digest: str
    hash: str
    ledger: LedgerDocument


def document(coverage: Coverage) -> LedgerDocument:
    """Give the ledger as data."""
    answers: dict[DeviceName, list[Answer]] = defaultdict(list)
    for answer in coverage.answers:
        answers[answer.device].append(answer)
    lost: dict[tuple[str, str], int] = defaultdict(int)
    for line in coverage.unparsed:
        lost[line.source.device, line.command] += 1
    return LedgerDocument(
        devices=tuple(_device(d, answers[d.name], lost) for d in coverage.devices),
        unparsed=tuple(map(_line, coverage.unparsed)),
        gaps=_kinds(coverage.gaps),
    )


def fingerprint(ledger: LedgerDocument) -> str:
    """Hash the ledger: sha256 over its canonical JSON."""
    return hashlib.sha256(msgspec.json.encode(ledger, order="sorted")).hexdigest()


def encode(coverage: Coverage, *, capture: str, digest: str) -> str:
    """Write a capture's ledger the same way every time; `digest` is the capture's."""
    ledger = document(coverage)
    whole = CoverageDocument(capture=capture, digest=digest, hash=fingerprint(ledger), ledger=ledger)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def schema() -> str:
    """Give the JSON Schema of what `encode` writes."""
    made = msgspec.json.encode(msgspec.json.schema(CoverageDocument))
    return msgspec.json.format(made, indent=2).decode() + "\n"


def _device(
    account: DeviceAccount, answers: list[Answer], lost: dict[tuple[str, str], int]
) -> DeviceDocument:
    return DeviceDocument(
        name=account.name,
        platform=account.platform,
        rack=account.rack,
        note=account.note,
        topics=tuple(
            TopicDocument(
                topic=row.topic,
                state=row.state,
                essential=row.essential,
                lost=row.lost,
                commands=row.commands,
                note=row.note,
            )
            for row in account.topics
        ),
        commands=tuple(
            CommandDocument(
                command=answer.command,
                status=str(answer.status),
                file=answer.file,
                expected=answer.expected,
                parsed=answer.parsed,
                lost=max(answer.expected - answer.parsed, lost.get((answer.device, answer.command), 0), 0),
                note=answer.note,
            )
            for answer in answers
        ),
        unknown_files=account.unknown_files,
    )


def _line(line: Unparsed) -> LineDocument:
    return LineDocument(
        device=line.source.device,
        command=line.command,
        file=line.source.file,
        line=line.source.line,
        pointer=line.source.pointer,
        text=line.text,
        reason=line.reason,
    )


def _kinds(gaps: tuple[Gap, ...]) -> tuple[KindDocument, ...]:
    grouped: dict[GapKind, list[Gap]] = {kind: [] for kind in GapKind}
    for gap in gaps:
        grouped[gap.kind].append(gap)
    return tuple(
        KindDocument(
            kind=kind,
            meaning=kind.meaning,
            count=len(found),
            blind=sum(gap.blind for gap in found),
            devices=tuple(sorted({device for gap in found for device in gap.devices})),
            examples=tuple(gap.subject for gap in found[:EXAMPLES]),
            all=tuple(map(_gap, found)),
        )
        for kind, found in grouped.items()
    )


def _gap(gap: Gap) -> GapDocument:
    return GapDocument(
        subject=gap.subject,
        devices=gap.devices,
        racks=gap.racks,
        blind=gap.blind,
        what=gap.what,
        hint=gap.hint,
        seen_in=tuple(map(_place, gap.sources)),
    )


def _place(source: Source) -> str:
    """Name a place as `file`, `file:line` or `file#pointer`."""
    if source.pointer:
        return f"{source.file}#{source.pointer}"
    return f"{source.file}:{source.line}" if source.line else source.file
