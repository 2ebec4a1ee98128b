"""Read the samples below `fixtures/samples/<platform>/<command>/`: a file dropped there is a test.

A sample is written for this project in the shape a device answers with; a `*` in its command is the file's
name. Beside `NAME.txt` or `NAME.json` lies
`NAME.records`: a line a record, then a line for each line that was not understood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from tests.conftest import ROOT
from vlan2l3 import platforms
from vlan2l3.names import DeviceName, vlan_text
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record

SAMPLES = ROOT / "fixtures" / "samples"
FOUND = sorted(file for file in SAMPLES.glob("*/*/*") if file.suffix in (".txt", ".json"))
COMMANDS = [(name, spec) for name in platforms.names() for spec in platforms.load(name).commands]

pytestmark = pytest.mark.checkout


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.relative_to(SAMPLES).as_posix())
def test_sample_gives_the_expected_records(file: Path, golden: Callable[[str, Path], None]) -> None:
    """Every field of every record, and every line that is not understood."""
    platform = file.parent.parent.name
    specs = platforms.load(platform).commands
    named = next(spec.command for spec in specs if platforms.slug(spec.command) == file.parent.name)
    raw = Raw(
        device=DeviceName("device"),
        platform=platform,
        command=named.replace("*", file.stem),
        file=file.name,
        text=file.read_text(),
    )
    golden(written(engine.read_answer(raw)), file.with_suffix(".records"))


@pytest.mark.parametrize(("platform", "spec"), COMMANDS, ids=[f"{p}: {s.command}" for p, s in COMMANDS])
def test_every_command_has_a_sample_that_gives_a_record(platform: str, spec: platforms.CommandSpec) -> None:
    """A platform's command without a sample is not read by anything that was tried."""
    folder = SAMPLES / platform / platforms.slug(spec.command)
    records = sorted(folder.glob("*.records"))
    assert any(not line.startswith("? ") for file in records for line in file.read_text().splitlines())


def test_no_sample_lies_where_nobody_reads_it() -> None:
    """A folder is a command of its platform; an expectation has its sample."""
    known = {(name, platforms.slug(spec.command)) for name, spec in COMMANDS}
    assert {(file.parent.parent.name, file.parent.name) for file in FOUND} <= known
    assert {f.with_suffix("") for f in SAMPLES.glob("*/*/*.records")} == {f.with_suffix("") for f in FOUND}


def written(rows: Rows) -> str:
    """Write what was read, a line a record."""
    lost = [f"? {u.source.line}{u.source.pointer}: {u.reason}: {u.text}" for u in rows.unparsed]
    return "".join(f"{line}\n" for line in (*map(_line, rows.records), *lost))


def _line(record: Record) -> str:
    told = [
        f"{field.name}={_short(getattr(record, field.name))}"
        for field in fields(record)
        if field.name != "source" and getattr(record, field.name) != field.default
    ]
    place = record.source.line or record.source.pointer
    return f"{record.kind} {' '.join(told)} @{place}"


def _short(value: object) -> str:
    if isinstance(value, frozenset):
        return vlan_text(value)
    if isinstance(value, tuple):
        return "(" + ", ".join(_short(item) for item in value) + ")"
    if isinstance(value, str):
        return repr(value) if len(value) <= 300 else f"{value[:40]!r}… {len(value)} characters"
    return str(value)
