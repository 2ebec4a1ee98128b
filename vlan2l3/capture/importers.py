"""Import a folder somebody else made: a capture, a SuzieQ gather folder, or plain outputs by device.

Comes in: the folder. Goes out: `Gathered`, ready for `store.write`, which redacts it. The kind of folder is
found by what lies in it; every file ends as an answer, as a failure with a reason, or in a list by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vlan2l3 import platforms
from vlan2l3.capture import check, folder, source, suzieq
from vlan2l3.capture.judge import failed
from vlan2l3.capture.manifest import MANIFEST, DeviceEntry, Status
from vlan2l3.capture.source import Gathered
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.errors import UsageError

_LAYOUTS = (
    f"accepted are a capture ({MANIFEST}), a SuzieQ gather folder ({suzieq.NETWORK}), "
    "and <device>/<command>.txt or .json, such as leaf1/show_vlan.txt"
)


def import_folder(path: Path, *, name: str) -> Gathered:
    """Read a folder under the name that the capture will have.

    Raises:
        UsageError: with everything that is wrong: no such folder, no device in it, a damaged index, a name
            that is refused, two devices with one hostname.
    """
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        raise UsageError(f"{path} {what}", hint=_LAYOUTS)
    try:
        found = _gathered(path, name)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if not found.devices:
        raise UsageError(f"{path} holds no devices", hint=_LAYOUTS)
    twice = tuple(source.same_hostname(found.devices))
    if twice:
        raise UsageError(f"{path} cannot be imported", *twice)
    return found


def _gathered(path: Path, name: str) -> Gathered:
    if (path / MANIFEST).exists():
        return _from_capture(path, name)
    inner = sorted(
        child.name
        for child in path.iterdir()
        if (child / MANIFEST).is_file() or (child / suzieq.NETWORK).is_file()
    )
    if inner:
        raise UsageError(f"{path} holds whole captures", hint=f"name one of them: {', '.join(inner[:5])}")
    if suzieq.is_gather(path):
        devices, taken = suzieq.devices(path)
        return Gathered(
            name=name, taken=taken, source="suzieq", devices=devices, ignored=_ignored(path, devices)
        )
    outputs = [file for child in path.iterdir() if folder.is_device(child) for file in child.iterdir()]
    devices = folder.devices(path) if any(file.suffix in folder.SUFFIXES for file in outputs) else ()
    return Gathered(name=name, taken="", source="folder", devices=devices, ignored=_ignored(path, devices))


def _ignored(path: Path, devices: tuple[RawDevice, ...]) -> tuple[str, ...]:
    used = {device.name for device in devices} | {suzieq.NETWORK}
    return tuple(
        sorted(
            child.name
            for child in path.iterdir()
            if child.name not in used and not child.name.startswith(".")
        )
    )


def _from_capture(path: Path, name: str) -> Gathered:
    """Read a capture again; unlike `store.load` it takes files that were edited as they are now."""
    manifest = check.manifest(path)
    problems = tuple(check.names(manifest))
    if problems:
        raise UsageError(f"{path} cannot be imported", *problems)
    devices = tuple(_again(path, device) for device in manifest.devices)
    return Gathered(name=name, taken=manifest.taken, source="capture", devices=devices, ignored=())


def _again(path: Path, device: DeviceEntry) -> RawDevice:
    listed = {entry.file for entry in device.commands}
    place = path / device.name
    here = {file.name for file in place.iterdir()} if place.is_dir() and check.inside(place, path) else set()
    new = {file for file in here if file not in listed and not file.startswith(".")}
    return RawDevice(
        name=device.name,
        platform=device.platform,
        rack=device.rack,
        note=device.note,
        answers=tuple(_answers(path, device)),
        unknown_files=tuple(sorted({*device.unknown_files, *new})),
    )


def _answers(path: Path, device: DeviceEntry) -> Iterator[RawAnswer]:
    platform = platforms.find(device.platform) if device.platform else None
    for entry in device.commands:
        file = path / device.name / entry.file
        if entry.file and (not check.is_plain(entry.file) or not check.inside(file, path / device.name)):
            yield failed(entry.command, "the file lies outside the device's folder")
        elif entry.status is Status.DATA:
            yield source.answer(file, path, platform=platform, command=entry.command)
        else:
            text = source.read(file, path)[0] if entry.file else None
            yield RawAnswer(command=entry.command, text=text, status=entry.status, note=entry.note)
