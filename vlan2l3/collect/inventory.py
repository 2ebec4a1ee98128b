"""Read the inventory with Nornir; any of its inventory plugins will do.

Comes in: the plugin's name and options, and a limit. Goes out: targets, and warnings. Nothing is connected
to; Nornir runs no task here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from nornir import InitNornir
from nornir.core.exceptions import PluginNotRegistered
from nornir.core.inventory import Host

from vlan2l3 import names, platforms
from vlan2l3.collect.settings import InventorySource
from vlan2l3.collect.targets import Target
from vlan2l3.errors import Problem, UsageError

_KNOWN = ("rack", "transport", "key_file", "password_env", "sudo", "address")
_HINT = "`[inventory]` of vlan2l3.toml names the plugin and its options"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Hold the targets in the order of their names, and what the person should know."""

    targets: tuple[Target, ...]
    warnings: tuple[str, ...] = ()


def load(source: InventorySource, limit: str = "") -> Inventory:
    """Read the inventory.

    `limit` is a list, set apart by commas, of names, groups and racks, with `*` and `?`; a device that
    matches one of them stays.

    Raises:
        UsageError: when the plugin is not known or fails, when a name or a value is refused, or when the
            limit leaves nobody.
    """
    found = tuple(_hosts(source))
    problems: list[Problem] = []
    targets = tuple(t for host in found if (t := _target(host, problems)) is not None)
    if problems:
        raise UsageError(f"the inventory has {len(problems)} fault(s)", *problems)
    groups = {host.name: frozenset(group.name for group in host.extended_groups()) for host in found}
    kept = tuple(target for target in targets if _within(target, groups[target.name], limit))
    if not kept:
        what = f"no device of the inventory matches `{limit}`" if limit else "the inventory is empty"
        known = sorted({group for of_host in groups.values() for group in of_host})
        raise UsageError(what, hint=f"groups: {', '.join(known)}" if known and limit else _HINT)
    return Inventory(targets=kept, warnings=tuple(_warnings(kept)))


def _warnings(targets: tuple[Target, ...]) -> Iterator[str]:
    clear = [target.name for target in targets if target.password]
    if clear:
        yield (
            f"the inventory holds passwords in clear for {len(clear)} device(s), such as {clear[0]};"
            " put them into VLAN2L3_PASSWORD, an ssh-agent or a keyring"
        )


def _hosts(source: InventorySource) -> list[Host]:
    logging.getLogger("nornir").setLevel(logging.ERROR)  # an empty file of groups is no news
    try:
        nornir = InitNornir(
            inventory={"plugin": source.plugin, "options": source.options},
            runner={"plugin": "serial"},
            logging={"enabled": False},
        )
    except PluginNotRegistered:
        raise UsageError(
            f"there is no Nornir inventory plugin {source.plugin!r}",
            hint="install the package it comes with beside vlan2l3, `nornir-netbox` for instance",
        ) from None
    except Exception as error:  # noqa: BLE001  a plugin is foreign code and may raise anything
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UsageError(f"the inventory plugin {source.plugin} failed: {said}", hint=_HINT) from None
    hosts = nornir.inventory.hosts.values()
    return sorted(hosts, key=lambda host: names.natural_key(host.name))


def _target(host: Host, problems: list[Problem]) -> Target | None:
    """Make a target of a host, or report everything that is wrong with it."""
    faults = tuple(_faults(host))
    problems += faults
    if faults:
        return None
    found = platforms.find(host.platform or "")
    data = {key: _named(host.get(key)) for key in _KNOWN}
    return Target(
        name=host.name,
        platform=found.name if found else "",
        said=host.platform or "",
        address=str(data["address"] or host.hostname or host.name),
        port=host.port,
        rack=str(data["rack"] or ""),
        username=host.username or "",
        transport=str(data["transport"] or ""),
        key_file=str(data["key_file"] or ""),
        password_env=str(data["password_env"] or ""),
        password=host.password or "",
        sudo=data["sudo"] is not False,
    )


def _named(value: Any) -> Any:
    """Take the name of what NetBox and Nautobot give as an object, a rack for instance."""
    return value.get("name") if isinstance(value, Mapping) else value


def _faults(host: Host) -> Iterator[Problem]:
    try:
        names.device_name(host.name)
    except ValueError as error:
        yield Problem(what=str(error), where="inventory", hint="letters, digits, dots, dashes, underscores")
    rack = _named(host.get("rack"))
    try:
        names.rack_name(str(rack)) if rack else None
    except ValueError as error:
        yield Problem(what=str(error), where=f"inventory, {host.name!r}")
    found = platforms.find(host.platform or "")
    ways = found.collect.transports if found and found.collect else ()
    way = host.get("transport")
    if found and way and way not in ways:
        yield Problem(
            what=f"{found.name} can't be reached by {way!r}",
            where=f"inventory, {host.name}",
            hint=f"one of: {', '.join(ways)}" if ways else "import its outputs with `discover --from DIR`",
        )


def _within(target: Target, groups: Iterable[str], limit: str) -> bool:
    wanted = [part.strip() for part in limit.split(",") if part.strip()]
    labels = (target.name, target.rack, *groups)
    return not wanted or any(fnmatchcase(label, part) for part in wanted for label in labels if label)
