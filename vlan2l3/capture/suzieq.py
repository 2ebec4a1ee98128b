"""Read a SuzieQ gather folder: `_network.json`, and `<host>/_meta.json` beside the host's outputs.

Comes in: the folder. Goes out: raw devices, in which every command that was run has an answer or a reason. A
host whose platform has no folder in `parsers/` is kept, with its outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from vlan2l3 import platforms
from vlan2l3.capture import source
from vlan2l3.capture.check import inside, is_plain
from vlan2l3.capture.form import json_damage
from vlan2l3.capture.judge import failed
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.errors import Problem, UsageError
from vlan2l3.names import natural_key
from vlan2l3.platforms import Platform

NETWORK = "_network.json"
META = "_meta.json"

_SUCCESS = (0, 200)
_MILLISECONDS = 100_000_000_000  # a time in seconds does not get this large before the year 5138


class _Command(msgspec.Struct, frozen=True, kw_only=True):
    cmd: str
    status: int = 0
    file: str = ""
    timestamp: float = 0


class _Meta(msgspec.Struct, frozen=True, kw_only=True):
    devtype: str = ""
    commands: tuple[_Command, ...] = ()


class _Host(msgspec.Struct, frozen=True, kw_only=True):
    devtype: str = ""


class _Network(msgspec.Struct, frozen=True, kw_only=True):
    hosts: dict[str, _Host] = {}


_Kind = TypeVar("_Kind")


def is_gather(folder: Path) -> bool:
    """Tell whether a folder is laid out like this."""
    return (folder / NETWORK).is_file() or any(folder.glob(f"*/{META}"))


def devices(folder: Path) -> tuple[tuple[RawDevice, ...], str]:
    """Read all hosts; also return when the last output was taken, ISO 8601 in UTC.

    Raises:
        UsageError: when an index is damaged or a host has a name that is refused.
    """
    problems: list[Problem] = []
    network = _decode(folder / NETWORK, folder, _Network, problems) or _Network()
    names = {*network.hosts, *(path.parent.name for path in folder.glob(f"*/{META}"))}
    problems += source.refused_names(names)
    if problems:
        raise UsageError(f"{folder} cannot be imported", *problems)
    metas: dict[str, _Meta] = {}
    for name in sorted(names, key=natural_key):
        meta = _decode(folder / name / META, folder, _Meta, problems)
        if meta:
            metas[name] = meta
    if problems:
        raise UsageError(f"{folder} cannot be imported", *problems)
    found = tuple(
        _device(folder, name, metas.get(name), network.hosts.get(name))
        for name in sorted(names, key=natural_key)
    )
    last = max((c.timestamp for meta in metas.values() for c in meta.commands), default=0)
    return found, _time(last)


def _decode(path: Path, folder: Path, kind: type[_Kind], problems: list[Problem]) -> _Kind | None:
    """Read one index, or report why it cannot be read; a missing one is nothing."""
    text, reason = source.read(path, folder)
    where = str(path.relative_to(folder))
    if text is None:
        if path.is_symlink() or path.exists():
            problems.append(Problem(what=reason, where=where))
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        problems.append(Problem(what=f"not as SuzieQ writes it: {error}", where=where))
    except msgspec.DecodeError:
        problems.append(Problem(what=json_damage(text) or "not JSON", where=where))
    return None


def _device(folder: Path, name: str, meta: _Meta | None, host: _Host | None) -> RawDevice:
    devtype = (meta.devtype if meta else "") or (host.devtype if host else "")
    platform = platforms.find(devtype) if devtype else None
    note = "" if platform else f"no parser for platform {devtype!r}"
    if meta is None:
        return RawDevice(
            name=name, platform=platform.name if platform else "", note=f"no {META} for this host"
        )
    listed = {command.file for command in meta.commands}
    return RawDevice(
        name=name,
        platform=platform.name if platform else "",
        note=note,
        answers=tuple(_answers(folder, name, platform, meta)),
        unknown_files=tuple(
            path.name
            for path in sorted((folder / name).iterdir())
            if path.name not in listed and path.name != META and not path.name.startswith(".")
        ),
    )


def _answers(folder: Path, name: str, platform: Platform | None, meta: _Meta) -> Iterator[RawAnswer]:
    """Judge every command; of two answers to one command the later counts, unless it says nothing."""
    kept: dict[str, RawAnswer] = {}
    for command in sorted(meta.commands, key=lambda c: c.timestamp):
        given = _answer(folder, name, platform, command)
        if given.command not in kept or given.status not in (Status.FAILED, Status.REFUSED):
            kept[given.command] = given
    yield from kept.values()


def _answer(folder: Path, name: str, platform: Platform | None, ran: _Command) -> RawAnswer:
    command = _known_as(platform, ran.cmd)
    path = folder / name / ran.file
    if ran.file and (not is_plain(ran.file) or not inside(path, folder / name)):
        return failed(command, "the file lies outside the host's folder")
    if not ran.file:
        return failed(command, f"no output was kept, status {ran.status}")
    given = source.answer(path, folder, platform=platform, command=command)
    if ran.status not in _SUCCESS and given.status is Status.DATA:
        return failed(command, f"status {ran.status}")
    return given


def _known_as(platform: Platform | None, command: str) -> str:
    """Name a command as its platform knows it: without `sudo` and without the path of the program."""
    words = command.split()
    bare = words[1:] if words[:1] == ["sudo"] else words
    short = [bare[0].rpartition("/")[2], *bare[1:]] if bare else []
    for candidate in (command, " ".join(bare), " ".join(short)):
        if platform and platform.spec(candidate):
            return candidate
    return command


def _time(stamp: float) -> str:
    if not stamp:
        return ""
    seconds = stamp / 1000 if stamp >= _MILLISECONDS else stamp
    return datetime.fromtimestamp(int(seconds), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
