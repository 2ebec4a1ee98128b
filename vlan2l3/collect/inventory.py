"""Read the inventory with Nornir; any of its inventory plugins will do.

Comes in: the plugin's name and options, and a limit. Goes out: targets, and warnings. Nothing is connected
to; Nornir runs no task here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from nornir import InitNornir
from nornir.core.exceptions import PluginNotRegistered
from nornir.core.inventory import Host

from vlan2l3 import names, platforms
from vlan2l3.collect.settings import InventorySource
from vlan2l3.collect.targets import Target, address
from vlan2l3.errors import Problem, UsageError

_TEXTS = ("transport", "key_file", "password_env")
_FILES = ("host_file", "hostsfile")  # where SimpleInventory and Ansible's are told of their hosts
_PORTS = range(1, 65536)
_DIGITS = re.compile(r"[0-9]{1,5}")
_QUOTES = "put it into quotes"
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
    where = _place(source)
    problems = [
        Problem(what=fault.what, where=f"{where}, {host.name}", hint=fault.hint)
        for host in found
        for fault in _faults(host)
    ]
    if problems:
        raise UsageError(f"the inventory has {len(problems)} fault(s)", *problems)
    targets = tuple(_target(host) for host in found)
    groups = {host.name: frozenset(str(group.name) for group in host.extended_groups()) for host in found}
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
        hosts = tuple(nornir.inventory.hosts.values())
        for host in hosts:
            host.extended_groups()
    except RecursionError:
        raise UsageError("a group of the inventory contains itself", hint=_HINT) from None
    except PluginNotRegistered:
        raise UsageError(
            f"there is no Nornir inventory plugin {source.plugin!r}",
            hint="install the package it comes with beside vlan2l3, `nornir-netbox` for instance",
        ) from None
    except Exception as error:  # noqa: BLE001  a plugin is foreign code and may raise anything
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UsageError(f"the inventory plugin {source.plugin} failed: {said}", hint=_HINT) from None
    return sorted(hosts, key=lambda host: names.natural_key(str(host.name)))


def _place(source: InventorySource) -> str:
    """Say where the hosts are written, as well as the options tell."""
    usual = "hosts.yaml" if source.plugin == "SimpleInventory" else f"inventory by {source.plugin}"
    return next((str(source.options[key]) for key in _FILES if source.options.get(key)), usual)


def _target(host: Host) -> Target:
    """Make a target of a host without faults."""
    found = platforms.find(host.platform or "")
    texts = {key: _named(host.get(key)) or "" for key in _TEXTS}
    return Target(
        name=host.name,
        platform=found.name if found else "",
        said=host.platform or "",
        address=_address(host),
        port=int(host.port) if host.port is not None else None,
        rack=str(_named(host.get("rack")) or ""),
        username=host.username or "",
        password=host.password or "",
        sudo=host.get("sudo") is not False,
        **texts,
    )


def _named(value: Any) -> Any:
    """Take the name of what NetBox and Nautobot give as an object, a rack for instance."""
    return value.get("name") if isinstance(value, Mapping) else value


def _address(host: Host) -> Any:
    return _named(host.get("address")) or host.hostname or host.name


def _faults(host: Host) -> Iterator[Problem]:
    """Tell everything that is wrong with a host; what it says of itself is of any type."""
    holders: tuple[Any, ...] = (host, *host.extended_groups(), host.defaults)
    odd = [holder for holder in holders if not isinstance(holder.data, Mapping)]
    for holder in odd:  # what it holds is not shown: nobody knows whether it is a secret
        whose = getattr(holder, "name", "the defaults")
        yield Problem(
            what=f"`data` of {whose} is a {type(holder.data).__name__}, no table of keys and values"
        )
    if odd:
        return
    yield from _name_faults(host)
    yield from _value_faults(host)
    yield from _way_faults(host)


def _name_faults(host: Host) -> Iterator[Problem]:
    if not isinstance(host.name, str):
        yield Problem(what=f"the name {_shown(host.name)} is not text", hint=_QUOTES)
        return
    try:
        names.device_name(host.name)
    except ValueError as error:
        yield Problem(what=str(error), hint="letters, digits, dots, dashes, underscores")
        if _address(host) == host.name:
            return
    given = _address(host)
    try:
        address(given) if isinstance(given, str) else None
    except ValueError as error:
        yield Problem(what=f"the address {error}", hint="`hostname` is connected to, else the name")
    if not isinstance(given, str):
        yield Problem(what=f"the address {_shown(given)} is not text", hint=_QUOTES)


def _value_faults(host: Host) -> Iterator[Problem]:
    port = host.port
    whole = isinstance(port, int | str) and not isinstance(port, bool) and _DIGITS.fullmatch(str(port))
    if port is not None and not (whole and int(port) in _PORTS):
        yield Problem(what=f"`port` is {_shown(port)}, which is no number from 1 to 65535")
    for key in ("platform", "username"):
        value = getattr(host, key)
        if value and not isinstance(value, str):
            yield Problem(what=f"`{key}` is {_shown(value)}, which is not text", hint=_QUOTES)
    if host.password and not isinstance(host.password, str):
        yield Problem(what="`password` is not text", hint=_QUOTES)  # whatever it is, it may be a secret
    for key in _TEXTS:
        value = _named(host.get(key))
        if value and not isinstance(value, str):
            yield Problem(what=f"`{key}` is {_shown(value)}, which is not text", hint=_QUOTES)
    if not isinstance(host.get("sudo"), bool | None):
        yield Problem(what=f"`sudo` is {_shown(host.get('sudo'))}, which is neither true nor false")
    rack = _named(host.get("rack"))
    try:
        names.rack_name(str(rack)) if rack else None
    except ValueError as error:
        yield Problem(what=f"`rack`: {error}")


def _way_faults(host: Host) -> Iterator[Problem]:
    found = platforms.find(host.platform) if isinstance(host.platform, str) else None
    ways = found.collect.transports if found and found.collect else ()
    way = _named(host.get("transport"))
    if found and isinstance(way, str) and way and way not in ways:
        yield Problem(
            what=f"{found.name} can't be reached by {way!r}",
            hint=f"one of: {', '.join(ways)}" if ways else "import its outputs with `discover --from DIR`",
        )


def _shown(value: Any) -> str:
    return repr(value)[:80]


def _within(target: Target, groups: Iterable[str], limit: str) -> bool:
    wanted = [part.strip() for part in limit.split(",") if part.strip()]
    labels = (target.name, target.rack, *groups)
    return not wanted or any(fnmatchcase(label, part) for part in wanted for label in labels if label)
