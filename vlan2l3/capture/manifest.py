"""Describe a capture on disk: one folder, one manifest, and one folder of raw answers a device.

    captures/NAME/
      capture.json             the manifest below
      leaf-r12a/
        show_vlan_json.json    a raw answer, secrets redacted before it was written
        show_mlag_detail_json.json

Comes in: nothing. Goes out: the records that `capture.store` reads and writes. The format is versioned:
a reader refuses a `format` it does not know. Format 1 had no `refused`: what was refused is `failed` in it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

FORMAT = 2
READABLE = (1, 2)
MANIFEST = "capture.json"


class Status(StrEnum):
    """Say what became of a command; the four ways of having no data are not the same."""

    DATA = "data"
    ABSENT = "absent"  # the device answered that it has no such feature
    REFUSED = "refused"  # the device answered that it does not know the command, or does not allow it
    FAILED = "failed"  # timed out, cut off, empty, not readable
    NOT_ASKED = "not-asked"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record one command and what became of it.

    Attributes:
        file: the answer's file name in the device's folder; empty unless the status is `data` or a
            failed answer's text was kept.
        sha256: of that file, as it was written (that is, redacted).
        note: why it failed, was refused or is absent, in one line.
        redacted: how many secrets were replaced in it.
    """

    command: str
    status: Status
    file: str = ""
    sha256: str = ""
    note: str = ""
    redacted: int = 0


class DeviceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record one device of a capture.

    Attributes:
        name: unique in the capture; also its folder's name.
        platform: a folder of `parsers/`, or empty when no platform is known for it.
        rack: from the inventory; empty when the inventory does not say.
        note: why the device is here without commands (no login, unknown platform), in one line.
        unknown_files: files in the source folder that no command of the platform explains.
    """

    name: str
    platform: str
    rack: str = ""
    note: str = ""
    commands: tuple[Entry, ...] = ()
    unknown_files: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record a whole capture.

    Attributes:
        name: of the capture.
        taken: when the answers were taken, ISO 8601 in UTC, or empty when the source does not say.
        source: what it was made from, `live` or the kind of folder; never a path.
    """

    format: int = FORMAT
    name: str
    taken: str = ""
    source: str = "live"
    devices: tuple[DeviceEntry, ...] = ()
