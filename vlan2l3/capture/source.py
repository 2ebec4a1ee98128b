"""Read files that somebody else wrote, and keep what they say apart from where they lie.

Comes in: a path in a source folder. Goes out: its text, or why there is none. A link out of the folder is not
followed, and nothing that is not a plain text file is read.
"""

from __future__ import annotations

import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vlan2l3.capture.check import inside
from vlan2l3.capture.judge import failed, judge
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.errors import Problem
from vlan2l3.names import device_name
from vlan2l3.platforms import Platform, plain

LARGEST = 256 * 1024 * 1024
_HOSTNAME_COMMANDS = ("show hostname", "cat /etc/hostname", "hostname")
_NOBODY = ("", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Hold what an import found; the fields are the arguments of `store.write`.

    Attributes:
        ignored: files of the source folder that belong to no device.
    """

    name: str
    taken: str
    source: str
    devices: tuple[RawDevice, ...]
    ignored: tuple[str, ...] = ()


def read(path: Path, folder: Path) -> tuple[str | None, str]:
    """Return the text of a file, or `None` and the reason."""
    try:
        reason = _refusal(path, folder)
        data = b"" if reason else path.read_bytes()
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        reason = "the file is missing"
    except UnicodeDecodeError:
        reason = "not text"
    except (OSError, RuntimeError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or 'a loop of links'}"
    else:
        reason = reason or ("not text" if b"\0" in data else "")
    return (None, reason) if reason else (text, "")


def _refusal(path: Path, folder: Path) -> str:
    if not inside(path, folder):
        return "a link that leaves the folder"
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return "not a plain file"
    return f"larger than {LARGEST // 1024 // 1024} MB" if found.st_size > LARGEST else ""


def answer(path: Path, folder: Path, *, platform: Platform | None, command: str) -> RawAnswer:
    """Read the answer of one command from a file and judge it."""
    text, reason = read(path, folder)
    if text is None:
        return failed(command, reason)
    return judge(platform, command, text, is_json=path.suffix == ".json")


def refused_names(found: Iterable[str]) -> Iterator[Problem]:
    """Give every name that is no hostname, and every two that differ only in case."""
    folded: dict[str, str] = {}
    for name in sorted(found):
        try:
            device_name(name)
        except ValueError as error:
            yield Problem(
                what=str(error), hint="rename the device; letters, digits, dots, dashes, underscores"
            )
            continue
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            yield Problem(what=f"{other} and {name} differ only in case")


def same_hostname(devices: Iterable[RawDevice]) -> Iterator[Problem]:
    """Give every two devices of which one answers with the other's name."""
    claims: dict[str, set[str]] = defaultdict(set)
    for device in devices:
        for said in (device.name, *_hostnames(device)):
            claims[said.casefold()].add(device.name)
    for said, names in sorted(claims.items()):
        if len(names) > 1:
            both = " and ".join(sorted(names))
            yield Problem(
                what=f"{both} both have the hostname {said!r}", hint="keep one of them, or rename one"
            )


def _hostnames(device: RawDevice) -> Iterator[str]:
    for given in device.answers:
        if given.status is not Status.DATA or plain(given.command) not in _HOSTNAME_COMMANDS:
            continue
        text = (given.text or "").strip()
        try:
            text = msgspec.json.decode(text, type=dict[str, str]).get("hostname", "")
        except msgspec.DecodeError:
            text = text.splitlines()[0].strip() if text else ""
        if text.casefold() not in _NOBODY:
            yield text
