"""Check a capture folder against its manifest, and a place before a capture is written there.

Comes in: a folder. Goes out: a manifest, and all the problems rather than the first. Nothing is changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from vlan2l3.capture.form import json_damage
from vlan2l3.capture.manifest import MANIFEST, READABLE, DeviceEntry, Entry, Manifest, Status
from vlan2l3.errors import Problem, UsageError
from vlan2l3.names import device_name, rack_name

_HINT = f"a capture is a folder with `{MANIFEST}` in it; `discover` writes one"


class _Format(msgspec.Struct, frozen=True, kw_only=True):
    format: int


def manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder.

    Raises:
        UsageError: when there is none, when it is damaged, or when its format is not known.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise UsageError(f"capture {folder} {what}", hint=_HINT)
    if not path.is_file():
        raise UsageError(f"{folder} is not a capture: it has no {MANIFEST}", hint=_HINT)
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Format).format
        if version not in READABLE:
            known = " and ".join(map(str, READABLE))
            raise UsageError(
                f"{path} is in format {version}, and only formats {known} are known",
                hint="read it with the version of vlan2l3 that wrote it, or capture again",
            )
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path} is not a manifest: {error}", hint=_HINT) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        damage = json_damage(data.decode("utf-8", "replace"))
        raise UsageError(f"{path} is damaged: {damage or 'not JSON'}", hint="capture again") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def names(manifest: Manifest) -> Iterator[Problem]:
    """Give every name that is refused or that is given twice."""
    try:
        device_name(manifest.name)
    except ValueError:
        yield Problem(
            what=f"{manifest.name!r} is no name for a capture", hint="letters, digits, dots and dashes"
        )
    for device in manifest.devices:
        try:
            device_name(device.name)
            if device.rack:
                rack_name(device.rack)
        except ValueError as error:
            yield Problem(what=str(error), where=MANIFEST)
        for command, count in Counter(entry.command for entry in device.commands).items():
            if count > 1:
                yield Problem(what=f"{command!r} is there {count} times", where=device.name)
    folded = Counter(device.name.casefold() for device in manifest.devices)
    for device in manifest.devices:
        if folded[device.name.casefold()] > 1:
            yield Problem(what=f"device {device.name!r} is there more than once", where=MANIFEST)


def files(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    """Give every file that is missing, changed, not listed, or outside its device's folder."""
    devices = {device.name for device in manifest.devices}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in devices and not path.name.startswith("."):
            yield Problem(what="this folder is not in the manifest", where=path.name)
    for device in manifest.devices:
        if not is_plain(device.name):
            continue  # `names` reports it
        for entry in device.commands:
            yield from _file(folder, device, entry)
        listed = {entry.file for entry in device.commands}
        for path in _visible(folder / device.name):
            if path.name not in listed:
                yield Problem(what="this file is not in the manifest", where=f"{device.name}/{path.name}")


def is_plain(name: str) -> bool:
    """Tell whether a name is one step of a path and stays where it is."""
    return name not in ("", ".", "..") and not set(name) & {"/", "\\", "\0"}


def inside(path: Path, folder: Path) -> bool:
    """Tell whether a path, its links followed, stays inside a folder."""
    return path.resolve().is_relative_to(folder.resolve())


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _file(folder: Path, device: DeviceEntry, entry: Entry) -> Iterator[Problem]:
    where = f"{device.name}/{entry.file}"
    path = folder / device.name / entry.file
    if not entry.file:
        if entry.status is Status.DATA:
            yield Problem(what=f"{entry.command!r} is data and names no file", where=device.name)
    elif not is_plain(entry.file) or not inside(path, folder / device.name) or not inside(path, folder):
        yield Problem(what=f"file {entry.file!r} is outside the device's folder", where=device.name)
    elif not path.is_file():
        yield Problem(what="the file is missing", where=where)
    else:
        try:
            data = path.read_bytes()
        except OSError as error:
            yield Problem(what=f"the file cannot be read: {error.strerror}", where=where)
            return
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            yield Problem(what="the file was changed since it was captured", where=where)


def replaceable(folder: Path) -> Iterator[Problem]:
    """Give the reasons why a capture must not be written to this place."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        yield Problem(what="something that is not a folder lies there", where=str(folder))
        return
    if not folder.exists() or not any(folder.iterdir()):
        return
    hint = "name another folder, or move this one away"
    try:
        known = manifest(folder)
    except UsageError:
        yield Problem(what="the folder is not empty and not a capture", where=str(folder), hint=hint)
        return
    files = {device.name: {entry.file for entry in device.commands} for device in known.devices}
    strangers = [path for path in folder.iterdir() if path.name != MANIFEST and path.name not in files]
    for name, listed in files.items():
        if is_plain(name):
            strangers += [path for path in _visible(folder / name) if path.name not in listed]
    for path in sorted(strangers):
        yield Problem(what="is not part of the capture that would be replaced", where=str(path), hint=hint)
