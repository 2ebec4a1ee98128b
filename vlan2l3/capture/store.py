"""Read and write a capture.

Comes in: the raw answers of devices, or a folder that `write` made. Goes out: a `Capture`, whose every file
is what the manifest says it is. Secrets are taken out before anything touches the disk; a capture is written
whole or not at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vlan2l3 import folders, names, platforms
from vlan2l3.capture import check
from vlan2l3.capture.form import is_json
from vlan2l3.capture.manifest import MANIFEST, DeviceEntry, Entry, Manifest, Status
from vlan2l3.capture.redact import redact
from vlan2l3.errors import Problem, UsageError

# Ends a line for Python, and on no device: a description could hide a line of configuration behind it.
_NO_LINE_END = re.compile("\r(?!\n)|[\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """Hold what one command gave; `text` is `None` where there is nothing to keep."""

    command: str
    text: str | None = None
    status: Status = Status.DATA
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDevice:
    """Hold one device's answers before they are stored; see `manifest.DeviceEntry` for the fields."""

    name: str
    platform: str
    rack: str = ""
    note: str = ""
    answers: tuple[RawAnswer, ...] = ()
    unknown_files: tuple[str, ...] = ()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Hold one device as it is written: its entry, and its files by name, redacted."""

    entry: DeviceEntry
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Hold a capture that was checked.

    Attributes:
        digest: sha256 over the answers; the same wherever the folder lies and whatever it is called.
    """

    folder: Path
    manifest: Manifest
    digest: str

    def text(self, device: DeviceEntry, entry: Entry) -> str:
        """Read one answer; the empty string when none was kept."""
        if not entry.file:
            return ""
        return decoded((self.folder / device.name / entry.file).read_bytes())


def decoded(data: bytes) -> str:
    """Give the text of an answer, in which only a newline ends a line, so that all readers count alike."""
    return _NO_LINE_END.sub(" ", data.decode("utf-8"))


def load(folder: Path) -> Capture:
    """Read a capture and check every file of it.

    Raises:
        UsageError: with everything that is wrong, not only the first.
    """
    manifest = check.manifest(folder)
    problems = [*check.names(manifest), *check.files(folder, manifest)]
    if problems:
        raise UsageError(
            f"{folder} is not as it was captured",
            *problems,
            hint="capture it again, or import the folder with `discover --from` to accept it as it is",
        )
    return Capture(folder=folder, manifest=manifest, digest=digest(manifest))


def digest(manifest: Manifest) -> str:
    """Hash what was answered: device, platform, rack, command, status and content, sorted.

    A device without commands counts as one row with empty fields.
    """
    rows = sorted(
        (device.name, device.platform, device.rack, entry.command, entry.status.value, entry.sha256)
        for device in manifest.devices
        for entry in device.commands or (Entry(command="", status=Status.NOT_ASKED),)
    )
    return hashlib.sha256(msgspec.json.encode(rows)).hexdigest()


def write(
    folder: Path, *, name: str, taken: str, source: str, devices: Iterable[RawDevice | Stored]
) -> Capture:
    """Write a capture, redacted, in place of one that lies there.

    The bytes depend on the arguments alone. On any exception, an interrupt included, what was there before is
    there again and nothing half-written is left.

    Raises:
        UsageError: when a name is refused, when something other than a capture lies there, or when the place
            cannot be written to.
    """
    folder = folder.absolute()
    every = (device if isinstance(device, Stored) else stored(device) for device in devices)
    kept = sorted(every, key=lambda device: names.natural_key(device.entry.name))
    manifest = Manifest(name=name, taken=taken, source=source, devices=tuple(device.entry for device in kept))
    problems = [*check.names(manifest), *check.replaceable(folder)]
    if problems:
        raise UsageError(f"the capture cannot be written to {folder}", *problems)
    files = {f"{d.entry.name}/{file}": data for d in kept for file, data in d.files.items()}
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    try:
        folders.replace(folder, files)
    except OSError as error:
        problem = Problem(what=error.strerror or type(error).__name__, where=str(folder))
        raise UsageError(f"the capture cannot be written to {folder}", problem) from error
    return Capture(folder=folder, manifest=manifest, digest=digest(manifest))


def stored(device: RawDevice) -> Stored:
    """Redact a device's answers and name their files."""
    entries: list[Entry] = []
    kept: dict[str, bytes] = {}
    taken: set[str] = set()
    for answer in sorted(device.answers, key=lambda a: (a.command, a.status, a.note)):
        command, note = redact(answer.command)[0], redact(answer.note)[0]
        entry = Entry(command=command, status=answer.status, note=" ".join(note.split()))
        if answer.text is not None:
            text, count = redact(answer.text)
            data = text.encode("utf-8", "backslashreplace")
            file = _file_name(command, text, taken)
            kept[file] = data
            entry = msgspec.structs.replace(
                entry, file=file, sha256=hashlib.sha256(data).hexdigest(), redacted=count
            )
        entries.append(entry)
    whole = DeviceEntry(
        name=device.name,
        platform=device.platform,
        rack=device.rack,
        note=" ".join(redact(device.note)[0].split()),
        commands=tuple(entries),
        unknown_files=tuple(sorted(device.unknown_files)),
    )
    return Stored(entry=whole, files=kept)


def _file_name(command: str, text: str, taken: set[str]) -> str:
    """Name an answer's file by its command; no two differ only in case, which some file systems ignore."""
    stem = platforms.slug(command).lstrip(".") or "answer"
    suffix = ".json" if is_json(text) else ".txt"
    name, number = stem + suffix, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}_{number}{suffix}"
    taken.add(name.casefold())
    return name
