"""Import captures and account for them.

Comes in: a folder. Goes out: `captures/NAME`, and the ledger as a table or JSON.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import typer

from vlan2l3.capture import store
from vlan2l3.capture.importers import import_folder
from vlan2l3.capture.manifest import Status
from vlan2l3.cli.stages import CAPTURES, Survey, survey
from vlan2l3.cli.tables import table
from vlan2l3.cli.talk import say
from vlan2l3.errors import DiscoveryError, UsageError
from vlan2l3.names import DeviceName, device_name
from vlan2l3.network.coverage import GapKind

FORMATS = ("table", "json")
INCOMPLETE = (GapKind.DEVICE_UNREAD, GapKind.COMMAND_MISSING)


def place(name: str, *, into: Path = CAPTURES) -> Path:
    """Give the folder of a capture by its name."""
    try:
        return into / device_name(name)
    except ValueError:
        raise UsageError(f"{name!r} can't be the name of a capture") from None


def discover(source: Path, name: str, *, into: Path = CAPTURES) -> Survey:
    """Import a folder, write the capture, print its account.

    Raises:
        DiscoveryError: after everything was written, when a device or an essential command is missing.
    """
    folder = place(name, into=into)
    gathered = import_folder(source, name=name)
    store.write(
        folder, name=gathered.name, taken=gathered.taken, source=gathered.source, devices=gathered.devices
    )
    if gathered.ignored:
        say(f"not part of any device: {', '.join(gathered.ignored)}")
    return account(folder)


def account(folder: Path) -> Survey:
    """Print the account of a capture that was just written.

    Raises:
        DiscoveryError: when a device or an essential command is missing.
    """
    surveyed = survey(folder)
    typer.echo(str(folder))
    say(ledger(surveyed))
    missing = [g for g in surveyed.coverage.gaps if g.kind in INCOMPLETE]
    if missing:
        raise DiscoveryError(
            f"the capture `{folder}` was written and is incomplete: {len(missing)} gap(s), listed above",
            hint="capture again with a login that may run them; a plan can't rest on what is missing",
        )
    return surveyed


def coverage(capture: Path | None, format_: str) -> None:
    """Print the ledger of a capture."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    surveyed = survey(capture)
    if format_ == "json":
        encoded = msgspec.json.encode(surveyed.coverage, enc_hook=str, order="deterministic")
        typer.echo(msgspec.json.format(encoded, indent=2).decode())
    else:
        typer.echo(ledger(surveyed), nl=False)


def ledger(surveyed: Survey) -> str:
    """Draw the account: a row a device, then every gap."""
    ledger_of = surveyed.coverage
    unparsed = Counter(line.source.device for line in ledger_of.unparsed)
    rows = []
    for device in surveyed.capture.manifest.devices:
        answers = [a for a in ledger_of.answers if a.device == device.name]
        count = Counter(answer.status for answer in answers)
        rows.append(
            (
                device.name,
                device.platform or "no parser",
                str(count[Status.DATA]),
                str(count[Status.ABSENT]),
                str(count[Status.FAILED]),
                str(count["unread"]),
                str(sum(answer.parsed for answer in answers)),
                str(unparsed[DeviceName(device.name)]),
                device.note,
            )
        )
    columns = ("device", "platform", "data", "absent", "failed", "no reader", "rows", "lines lost", "note")
    text = table(columns, rows)
    gaps = [(("blind" if g.blind else "noted"), g.kind, g.subject, g.what) for g in ledger_of.gaps]
    if gaps:
        text += "\n" + table(("gap", "kind", "subject", "what is not known"), gaps)
    blind = sum(gap.blind for gap in ledger_of.gaps)
    lost = len(ledger_of.unparsed)
    return f"{text}\n{len(rows)} devices, {lost} lines not understood, {blind} blind spot(s)\n"
