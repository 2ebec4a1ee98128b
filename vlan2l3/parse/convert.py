"""Turn what a device wrote into the type that a record's field has.

Comes in: a string, number, list or dict from an answer, and the annotation of a record's field. Goes out: a
checked value. What does not fit is refused with `ValueError`, never bent into shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from vlan2l3 import names, platforms
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse.records import KINDS, Record

_ABBREVIATED = re.compile(r"([A-Za-z][A-Za-z-]*?)[ -]?([0-9].*)")
_SPLIT = re.compile(r"[\s,]+")
_TRUE = frozenset({"true", "yes", "enabled", "1"})
_FALSE = frozenset({"false", "no", "disabled", "0"})
_ADDRESSES: dict[frozenset[Any], Callable[[str], Any]] = {
    frozenset({IPv4Address, IPv6Address}): ip_address,
    frozenset({IPv4Interface, IPv6Interface}): ip_interface,
    frozenset({IPv4Network, IPv6Network}): ip_network,
}


def hints(kind: type[Record]) -> Mapping[str, Any]:
    """Give the annotated fields of a record without its source."""
    return _hints(kind.kind)


@cache
def _hints(kind: str) -> Mapping[str, Any]:
    hints = get_type_hints(KINDS[kind])
    return {name: hint for name, hint in hints.items() if name not in ("kind", "source")}


def value(platform: str, hint: Any, raw: Any) -> Any:
    """Convert one value to an annotation; `None` and the empty string become `None` where that is allowed.

    Raises:
        ValueError: when the value does not have the annotated type.
    """
    kinds = frozenset(get_args(hint)) or frozenset({hint})
    if NoneType in kinds:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        kinds -= {NoneType}
    if kinds in _ADDRESSES:
        return _ADDRESSES[kinds](str(raw).strip().partition("%")[0])
    if get_origin(hint) is tuple:
        return tuple(value(platform, get_args(hint)[0], item) for item in several(raw))
    if get_origin(hint) is frozenset:
        return names.vlan_ranges(",".join(str(item) for item in several(raw)))
    return _one(platform, next(iter(kinds)), raw)


def several(raw: Any) -> Iterable[Any]:
    """Give the items of a list, the keys of a dict, or the words of a text set apart by commas or blanks."""
    if isinstance(raw, list | tuple | Mapping):
        return tuple(raw)
    return tuple(word for word in _SPLIT.split(str(raw).strip()) if word)


@lru_cache(maxsize=65536)
def interface(platform: str, text: str) -> InterfaceName:
    """Give an interface its canonical name: `Et1`, `po3` and `PEt6` become what the platform writes in full.

    Raises:
        ValueError: when the text is no interface name.
    """
    written = text.strip().strip('"')
    match = _ABBREVIATED.fullmatch(written)
    if match:
        full = _prefixes(platform).get(match[1].lower())
        if full:
            written = full + match[2]
            if written.endswith(("/", ".")):
                raise ValueError(f"{text!r} is an interface name that is cut off")
    elif written.lower() in _prefixes(platform):
        raise ValueError(f"{text!r} is an interface name without its number")
    return names.interface_name(written)


@cache
def _prefixes(platform: str) -> Mapping[str, str]:
    known = platforms.load(platform).interfaces
    spelled = {full.lower(): full for full in known.values()}
    return spelled | {short.lower(): full for short, full in known.items()}


def _one(platform: str, kind: Any, raw: Any) -> Any:
    if isinstance(raw, Mapping | list):
        raise ValueError(f"a single value was expected, not {raw!r}")  # noqa: TRY004  as below
    makers: dict[Any, Callable[[Any], Any]] = {
        str: str,
        int: _integer,
        bool: _boolean,
        Mac: lambda text: names.mac(str(text)),
        VlanId: names.vlan_id,
        InterfaceName: lambda text: interface(platform, str(text)),
    }
    return makers[kind](raw)


def _integer(raw: Any) -> int:
    if isinstance(raw, bool):
        raise ValueError(f"{raw!r} is not a number")  # noqa: TRY004  a device's value, not a caller's mistake
    return int(str(raw).strip())


def _boolean(raw: Any) -> bool:
    text = str(raw).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(f"{raw!r} is neither yes nor no")
    return text in _TRUE
