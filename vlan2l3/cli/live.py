"""Collect from live devices, with a progress bar, into a capture.

Comes in: the settings, an inventory, a limit. Goes out: a capture on disk. The bar and the warnings go to
stderr. What was collected before an interrupt is kept and taken up again. A capture that lies there is never
replaced by less.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vlan2l3.capture import check, journal, live, store
from vlan2l3.capture.manifest import MANIFEST, Status
from vlan2l3.capture.store import Stored
from vlan2l3.cli.talk import say
from vlan2l3.collect import fanout, files, inventory, settings
from vlan2l3.collect.device import Heard
from vlan2l3.collect.inventory import Inventory
from vlan2l3.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Hold what was typed."""

    intent: Path
    name: str
    limit: str = ""
    executor: str = ""


def gather(request: Request, folder: Path) -> None:
    """Ask every device of the inventory and write the capture.

    Raises:
        UsageError: when the settings, the inventory, a file they name or the executor can't be used, when
            another run collects into the same place, or when nobody answered and a capture lies there.
    """
    how = settings.load(request.intent)
    found = inventory.load(how.inventory, request.limit)
    _spares_others(folder, found, request.limit)
    if not request.executor:  # the workers of a cluster have files of their own
        files.check(how.discover, found.targets)
    elif any(target.password for target in found.targets):
        raise UsageError(
            "passwords of the inventory are not sent to a cluster",
            hint="put them into the environment or an ssh-agent of each worker",
        )
    for warning in found.warnings:
        say(f"warning: {warning}")
    notes = journal.Journal(folder)
    with notes.alone():
        _gather(request, folder, how.discover, found, notes)


def _gather(
    request: Request, folder: Path, how: settings.Discover, found: Inventory, notes: journal.Journal
) -> None:
    """Ask those that are not done already, and write all."""
    before = notes.kept(journal.now(), {target.name: target.digest() for target in found.targets})
    if before:
        say(f"{len(before)} of {len(found.targets)} devices were collected before an interrupt and are kept")
    devices = [entry.device for entry in before.values()]
    times = [entry.taken for entry in before.values()]
    kept = len(before)
    try:
        with closing(_ask(request, how, found, set(before))) as answers:
            for heard in answers:
                device = store.stored(live.device(heard))
                if not heard.trouble and _answered(device):
                    notes.keep(device, heard.taken, heard.target.digest())
                    kept += 1
                devices.append(device)
                times.append(heard.taken)
    except KeyboardInterrupt:
        say(f"{kept} of {len(found.targets)} devices are kept; the same command goes on from there")
        raise
    _spares_better(folder, devices)
    _write(folder, request.name, devices, times)
    notes.clear()


def _answered(device: Stored) -> bool:
    return any(command.status is Status.DATA for command in device.entry.commands)


def _spares_better(folder: Path, devices: list[Stored]) -> None:
    """Refuse to put a capture of nothing in the place of one that was made before.

    Raises:
        UsageError: when no device gave an answer, and a capture lies there.
    """
    if (folder / MANIFEST).is_file() and not any(map(_answered, devices)):
        raise UsageError(
            f"none of the {len(devices)} device(s) answered; `{folder}` stays as it was",
            hint="the reasons stand above; a capture of the outage itself needs a name of its own: `--name`",
        )


def _spares_others(folder: Path, found: Inventory, limit: str) -> None:
    """Refuse to put a part of the network in the place of a capture that holds more.

    Raises:
        UsageError: when the capture there holds devices that the limit leaves out.
    """
    if not limit or not (folder / MANIFEST).is_file():
        return
    held = {device.name for device in check.manifest(folder).devices}
    lost = held - {target.name for target in found.targets}
    if lost:
        raise UsageError(
            f"`{folder}` holds {len(lost)} device(s) that `--limit {limit}` leaves out, such as {min(lost)}",
            hint="give the smaller capture a name of its own with `--name`",
        )


def _ask(request: Request, how: settings.Discover, found: Inventory, done: set[str]) -> Generator[Heard]:
    """Ask those that are not done, and show how far it is."""
    left = [target for target in found.targets if target.name not in done]
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        fanout.executor(request.executor, how) as executor,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        bar = progress.add_task("collecting", total=len(found.targets), completed=len(done))
        with closing(fanout.run(left, how, executor)) as answers:  # before the executor waits for its threads
            for heard in answers:
                progress.update(bar, advance=1, description=heard.target.name)
                if heard.trouble:
                    say(f"{heard.target.name}: {heard.trouble}")
                yield heard


def _write(folder: Path, name: str, devices: list[Stored], times: list[str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    taken = min((time for time in times if time), default="")
    store.write(folder, name=name, taken=taken, source="live", devices=devices)
