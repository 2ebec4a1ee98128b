"""Keep the devices that are done while others are still asked, so that an interrupted collection goes on.

Comes in: stored devices, redacted. Goes out: the same after an interrupt. The journal lies beside the place
of the capture and is removed when the capture is written; each device in it is whole or not there. One run at
a time has it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from vlan2l3.capture.store import Stored
from vlan2l3.errors import UsageError
from vlan2l3.names import device_name

OLDEST = timedelta(hours=4)
"""After which what was kept is no longer put into one capture with what is asked now: MAC tables age."""

AHEAD = timedelta(minutes=5)
"""How far the clock of a worker may be ahead of this one; what is said to be from later is not believed."""


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one device, when it was asked, ISO 8601 in UTC, and the digest of whom was asked and how."""

    taken: str
    target: str
    device: Stored


class Journal:
    """Keep devices in `.NAME.partial` beside the folder of the capture."""

    def __init__(self, folder: Path) -> None:
        self._capture = folder
        self.folder = folder.with_name(f".{folder.name}.partial")
        self._lock = folder.with_name(f".{folder.name}.lock")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other run out; the kernel lets go of the lock of one that was killed.

        Raises:
            UsageError: when another run has it, or the place can't be written to.
        """
        lock = self._locked()
        try:
            yield
        finally:
            self._lock.unlink(missing_ok=True)
            os.close(lock)

    def _locked(self) -> int:
        while True:
            lock = -1
            try:
                self._lock.parent.mkdir(parents=True, exist_ok=True)
                lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _same(lock, self._lock):
                    return lock
            except BlockingIOError:
                os.close(lock)
                raise UsageError(
                    f"another run is collecting into `{self._capture}`; it holds {self._lock}",
                    hint="wait for its end, or give this one a capture of its own with `--name`",
                ) from None
            except OSError as error:
                if lock >= 0:
                    os.close(lock)
                raise UsageError(f"{self._lock} cannot be locked: {error.strerror}") from error
            os.close(lock)  # the run before took its file away between our two steps

    def kept(self, now: datetime, wanted: Mapping[str, str]) -> dict[str, Kept]:
        """Give the devices of an interrupted collection that are young enough; drop all others.

        `wanted` gives the digest of each target by its name; a device under the same name that was another,
        or was asked in another way, is asked again.
        """
        found: dict[str, Kept] = {}
        for file in sorted(self.folder.glob("*.json")):
            entry = _entry(file)
            name = entry.device.entry.name if entry else ""
            if entry and _young(entry, now) and wanted.get(name) == entry.target:
                found[name] = entry
            else:
                file.unlink(missing_ok=True)
        return found

    def keep(self, device: Stored, taken: str, target: str) -> None:
        """Write one device, whole or not at all.

        Raises:
            UsageError: when the place can't be written to.
        """
        name = device_name(device.entry.name)
        file = self.folder / f"{name}.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            unfinished.write_bytes(msgspec.json.encode(Kept(taken=taken, target=target, device=device)))
            unfinished.rename(file)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be written to: {error.strerror}") from error

    def clear(self) -> None:
        """Remove the journal."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _same(lock: int, path: Path) -> bool:
    """Tell whether the file that was locked is still the one that others would open."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(lock)
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def _entry(file: Path) -> Kept | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    except (msgspec.DecodeError, ValueError, OSError):
        return None


def _young(entry: Kept, now: datetime) -> bool:
    """Tell whether it is of now; a time of no zone, or of later, says nothing."""
    try:
        taken = datetime.fromisoformat(entry.taken)
    except ValueError:
        return False
    return taken.tzinfo is not None and -AHEAD <= now - taken < OLDEST


def now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(tz=UTC)
