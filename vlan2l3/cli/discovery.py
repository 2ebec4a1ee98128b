"""Import captures and account for them.

Comes in: a folder. Goes out: `captures/NAME`, and the ledger as a table or JSON.
"""

from __future__ import annotations

from pathlib import Path

import typer

from vlan2l3.capture import store
from vlan2l3.capture.importers import import_folder
from vlan2l3.cli.ledger import drawn, groups, several
from vlan2l3.cli.stages import CAPTURES, Survey, survey
from vlan2l3.cli.talk import say
from vlan2l3.errors import DiscoveryError, Problem, UsageError
from vlan2l3.names import device_name
from vlan2l3.network.coverage import Gap, GapKind
from vlan2l3.render.coverage import encode

FORMATS = ("table", "json")
INCOMPLETE = (GapKind.DEVICE_UNREAD, GapKind.HOST_UNREAD, GapKind.COMMAND_MISSING)


def place(name: str, *, into: Path = CAPTURES) -> Path:
    """Give the folder of a capture by its name."""
    try:
        return into / device_name(name)
    except ValueError:
        raise UsageError(f"{name!r} can't be the name of a capture") from None


def discover(source: Path, name: str, *, into: Path = CAPTURES) -> Survey:
    """Import a folder, write the capture, print its account.

    Raises:
        DiscoveryError: after everything was written, when something that was asked for is missing.
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
        DiscoveryError: when a device or a command that was asked for is missing.
    """
    surveyed = survey(folder)
    typer.echo(str(folder))
    say(drawn(surveyed.coverage, surveyed.ledger))
    missing = groups(gap for gap in surveyed.coverage.gaps if gap.kind in INCOMPLETE)
    if missing:
        raise DiscoveryError(
            f"the capture `{folder}` was written and is incomplete",
            *(_problem(found) for found in missing),
            hint="`vlan2l3 coverage` shows the ledger again; a plan can't rest on what is missing",
        )
    return surveyed


def _problem(found: list[Gap]) -> Problem:
    """Say in one line what is missing for one cause, and how to get it."""
    first = found[0]
    if first.kind is not GapKind.COMMAND_MISSING:
        subjects = several([gap.subject for gap in found])
        return Problem(what=f"{len(found)} {first.kind.meaning}: {subjects}", hint=first.hint)
    devices = list(dict.fromkeys(device for gap in found for device in gap.devices))
    commands = several([f"`{command}`" for command in dict.fromkeys(gap.about for gap in found)])
    return Problem(what=f"{first.reason}: {commands} on {several(devices)}", hint=first.hint)


def coverage(capture: Path | None, format_: str) -> None:
    """Print the ledger of a capture."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    surveyed = survey(capture)
    if format_ == "json":
        manifest = surveyed.capture.manifest
        text = encode(surveyed.coverage, capture=manifest.name, digest=surveyed.capture.digest)
    else:
        text = drawn(surveyed.coverage, surveyed.ledger)
    typer.echo(text, nl=False)
