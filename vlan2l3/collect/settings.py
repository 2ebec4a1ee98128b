"""Read how to collect: the tables `[inventory]` and `[discover]` of `vlan2l3.toml`.

Comes in: the file. Goes out: `Settings`. What a plan rests on stands in other tables of the file and is not
read here; no setting can name a command.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from vlan2l3.errors import Problem, UsageError

TABLES = ("inventory", "discover")
_HINT = "`vlan2l3 init` writes one to fill in; or import files with `discover --from DIR`"


class InventorySource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name a Nornir inventory plugin and its options, as Nornir's own configuration would."""

    plugin: str = "SimpleInventory"
    options: dict[str, Any] = {}


class Discover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bound what collecting does to devices and to the servers that log people in.

    Attributes:
        workers: sessions open at a time, one a device.
        sessions_per_second: new sessions at most, over all devices: an AAA server sees one login each.
        connect_timeout: seconds until a device must have answered at all.
        timeout: seconds without a byte after which an answer counts as hung.
        retries: further attempts to reach a device; never after it refused a login.
        known_hosts: a file of host keys beside the user's own.
        ssh_config: a file for SSH, for jump hosts.
        ca_file: certificates that HTTPS answers are checked with.
    """

    workers: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20
    sessions_per_second: Annotated[float, msgspec.Meta(gt=0)] = 10.0
    connect_timeout: Annotated[float, msgspec.Meta(gt=0)] = 15.0
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    retries: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    known_hosts: str = ""
    ssh_config: str = ""
    ca_file: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold both tables."""

    inventory: InventorySource
    discover: Discover = Discover()


def load(path: Path) -> Settings:
    """Read the two tables of a file.

    Raises:
        UsageError: when there is no file, no inventory in it, or a value that is not known.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"there is no `{path}`, so there is no inventory to collect from", hint=_HINT
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"`{path}` can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"`{path}` is not TOML: {error}") from None
    given = {table: tree[table] for table in TABLES if table in tree}
    if "inventory" not in given:
        raise UsageError(f"`{path}` has no table `[inventory]`", hint=_HINT)
    try:
        return msgspec.convert(given, Settings)
    except msgspec.ValidationError as error:
        problem = Problem(what=str(error).replace(" - at `$.", ", in `"), where=str(path))
        raise UsageError(f"`{path}` can't be used", problem) from None
