"""Drive reading: find what reads a command, run it, and account for the answer whatever happens.

Comes in: a capture, or one raw answer. Goes out: a `Reading`, in which every command of the manifest has one
`Answer`. One answer that cannot be read never stops another, and never ends in a traceback.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vlan2l3 import platforms
from vlan2l3.capture.manifest import DeviceEntry, Entry, Status
from vlan2l3.capture.redact import REDACTED
from vlan2l3.names import DeviceName
from vlan2l3.parse import quirks, tables, xmltree
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Answer, Reading, Unparsed
from vlan2l3.parse.records import Record, Source

if TYPE_CHECKING:
    from vlan2l3.capture.store import Capture
    from vlan2l3.platforms import CommandSpec

UNREAD = "unread"
_SHOWN = 200
_LONGEST = 12_000  # characters: EOS writes a list of every other VLAN, 10,000 of them, on one line
_WIDEST = 256  # blanks between two columns
_GAP = re.compile(rf"\S[ \t]{{{_WIDEST + 1},}}\S")


def read_capture(capture: Capture) -> Reading:
    """Read every answer of a capture.

    Records come in the order of the manifest. A device's records are then joined by its platform's quirk
    module where one answer says what another leaves open (the VLANs of an MST instance, the VRF of an
    address).
    """
    with _no_collector():
        return _read_all(capture)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the cyclic collector out: records form no cycles, and walking millions of them takes a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(capture: Capture) -> Reading:
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    answers: list[Answer] = []
    for device in capture.manifest.devices:
        of_device: list[Record] = []
        for entry in device.commands:
            rows, answer = _read(capture, device, entry)
            of_device += rows.records
            unparsed += rows.unparsed
            answers.append(answer)
        for fact in quirks.of(device.platform).finish(tuple(of_device)):
            if isinstance(fact, Unparsed):
                unparsed.append(fact)
            else:
                records.append(fact)
    return Reading(records=tuple(records), unparsed=tuple(unparsed), answers=tuple(answers))


def read_answer(raw: Raw) -> Rows:
    """Read one answer with what its platform knows of the command.

    An answer that is not what the command should give becomes one `Unparsed` with the reason.

    Raises:
        KeyError: when the platform or the command is not known.
    """
    spec = platforms.load(raw.platform).spec(raw.command)
    if spec is None:
        raise KeyError(raw.command)
    with _no_collector():
        return _read_known(raw, spec)


def _read_known(raw: Raw, spec: CommandSpec) -> Rows:
    if not raw.text.strip() and (spec.format == "json" or not spec.may_be_empty):
        return Rows(records=())
    try:
        return _read_as(raw, spec)
    except json.JSONDecodeError as error:
        return _unreadable(raw, f"not JSON: {error.msg}", error.lineno)
    except tables.MISFITS as error:
        return _unreadable(raw, tables.reason(error), 1)


def _read_as(raw: Raw, spec: CommandSpec) -> Rows:
    form, data = _form(raw, spec)
    if form == "output":
        inner = read_answer(replace(raw, text=data["output"]))
        return _inside(inner, "output")
    known = quirks.of(raw.platform)
    wanted = tuple(table for table in spec.tables if table.is_text == (form == "text"))
    if form == "xml":
        if wanted and not spec.xml_reader:
            tree, lines = xmltree.decoded(raw.text)
            return _on_lines(tables.from_json(raw, tree, wanted, known.rows), lines)
        wanted = ()
    others = {"text": spec.text_reader, "xml": spec.xml_reader}
    reader = spec.reader if spec.format == form else others.get(form, "")
    read_by = known.readers[reader] if reader else None
    if not wanted and read_by is None:
        raise ValueError(f"the answer is {form}, and only {spec.format} is understood for this command")
    refused: tuple[Unparsed, ...] = ()
    if form == "text":
        raw, refused = _without_long_lines(raw)
    parts = [read_by(raw)] if read_by else []
    if wanted and form == "json":
        parts.insert(0, tables.from_json(raw, known.decoded(data), wanted, known.rows))
    elif wanted:
        parts.insert(0, tables.from_text(raw, spec, wanted, known.rows))
    return tables.total((*parts, Rows(records=(), unparsed=refused, expected=len(refused))))


def _without_long_lines(raw: Raw) -> tuple[Raw, tuple[Unparsed, ...]]:
    """Blank every line that is longer or wider than a device writes, and report it.

    A damaged file may hold a line of any length, and a pattern may take a time that is its square or worse.
    """
    lines = raw.text.splitlines(keepends=True)
    refused = [
        number
        for number, line in enumerate(lines, start=1)
        if len(line) > _LONGEST or (len(line) > _WIDEST and _GAP.search(line))
    ]
    unparsed = tuple(
        raw.unparsed(
            lines[number - 1][:_SHOWN],
            f"{len(lines[number - 1])} characters are no line of a device",
            line=number,
        )
        for number in refused
    )
    for number in refused:
        lines[number - 1] = "\n"
    return (replace(raw, text="".join(lines)), unparsed) if refused else (raw, ())


def _form(raw: Raw, spec: CommandSpec) -> tuple[str, Any]:
    """Tell JSON and XML from text, and the text that EOS wraps into JSON (`output`) from all of them."""
    start = raw.text.lstrip()[:10]
    if start.startswith(("<?xml", "<rpc-reply")) or (spec.format == "json" and start.startswith("<")):
        return "xml", None
    if raw.text.lstrip()[:1] not in ("{", "["):
        return "text", None
    try:
        data = json.loads(raw.text, object_pairs_hook=_once)
    except json.JSONDecodeError:
        if spec.format == "json":
            raise
        return "text", None
    if isinstance(data, dict) and isinstance(data.get("output"), str) and set(data) <= {"output", "warnings"}:
        return "output", data
    return "json", data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is given twice with different values; JSON readers silently keep the last."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made and made[key] != value and key != REDACTED:
            raise ValueError(f"the key {key!r} is given twice")
        made[key] = value
    return made


def _inside(rows: Rows, pointer: str) -> Rows:
    """Point into a text that is a value of the JSON: the line is counted inside it."""
    return replace(
        rows,
        records=tuple(replace(r, source=replace(r.source, pointer=pointer)) for r in rows.records),
        unparsed=tuple(replace(u, source=replace(u.source, pointer=pointer)) for u in rows.unparsed),
    )


def _on_lines(rows: Rows, lines: Mapping[str, int]) -> Rows:
    """Point at lines of an XML text in place of keys of what it was decoded to."""

    def there(source: Source) -> Source:
        return replace(source, pointer="", line=lines.get(source.pointer, source.line or 1))

    return replace(
        rows,
        records=tuple(replace(r, source=there(r.source)) for r in rows.records),
        unparsed=tuple(replace(u, source=there(u.source)) for u in rows.unparsed),
    )


def _unreadable(raw: Raw, reason: str, line: int) -> Rows:
    lines = raw.text.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return Rows(records=(), unparsed=(raw.unparsed(text[:200], reason, line=line),), expected=1)


def _read(capture: Capture, device: DeviceEntry, entry: Entry) -> tuple[Rows, Answer]:
    answer = Answer(
        device=DeviceName(device.name),
        command=entry.command,
        file=f"{device.name}/{entry.file}" if entry.file else "",
        status=entry.status.value,
        note=entry.note,
    )
    nothing = Rows(records=())
    if entry.status is not Status.DATA:
        return nothing, answer
    if device.platform not in platforms.names():
        return nothing, replace(answer, status=UNREAD, note=f"no parser for platform {device.platform!r}")
    if platforms.load(device.platform).spec(entry.command) is None:
        return nothing, replace(answer, status=UNREAD, note="no parser knows this command")
    raw = Raw(
        device=answer.device,
        platform=device.platform,
        command=entry.command,
        file=answer.file,
        text=capture.text(device, entry),
    )
    rows = read_answer(raw)
    note = entry.note if raw.text.strip() else "the answer is empty"
    return rows, replace(answer, expected=rows.expected, parsed=rows.parsed, note=note)
