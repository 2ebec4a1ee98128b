"""Keep the devices that are done while others are still asked, so that an interrupted collection goes on.

Comes in: stored devices, redacted. Goes out: the same after an interrupt. The journal lies beside the place
of the capture and is removed when the capture is written; each device in it is whole or not there.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from vlan2l3.capture.store import Stored
from vlan2l3.errors import UsageError
from vlan2l3.names import device_name

OLDEST = timedelta(hours=4)
"""After which what was kept is no longer put into one capture with what is asked now: MAC tables age."""


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold one device and when it was asked, ISO 8601 in UTC."""

    taken: str
    device: Stored


class Journal:
    """Keep devices in `.NAME.partial` beside the folder of the capture."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.with_name(f".{folder.name}.partial")

    def kept(self, now: datetime) -> dict[str, Kept]:
        """Give the devices of an interrupted collection that are young enough; drop all others."""
        found: dict[str, Kept] = {}
        for file in sorted(self.folder.glob("*.json")):
            try:
                entry = msgspec.json.decode(file.read_bytes(), type=Kept)
                age = now - datetime.fromisoformat(entry.taken)
            except (msgspec.DecodeError, ValueError, OSError):
                age, entry = OLDEST, None
            if entry is None or age >= OLDEST:
                file.unlink(missing_ok=True)
            else:
                found[entry.device.entry.name] = entry
        return found

    def keep(self, device: Stored, taken: str) -> None:
        """Write one device, whole or not at all.

        Raises:
            UsageError: when the place can't be written to.
        """
        name = device_name(device.entry.name)
        file = self.folder / f"{name}.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            unfinished.write_bytes(msgspec.json.encode(Kept(taken=taken, device=device)))
            unfinished.rename(file)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be written to: {error.strerror}") from error

    def clear(self) -> None:
        """Remove the journal."""
        shutil.rmtree(self.folder, ignore_errors=True)


def now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(tz=UTC)
