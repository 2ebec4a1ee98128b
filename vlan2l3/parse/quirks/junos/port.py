"""Name the ports of Junos so that bridged and routed facts meet.

Comes in: a name as an answer writes it: `xe-0/0/2`, its unit `xe-0/0/2.0`, `xe-0/0/2.0*` for one that is up.
Goes out: one canonical name. A bridged unit is its port, for the VLAN says the rest; a routed unit keeps its
number, for it has addresses of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert

_PORT = re.compile(r"(?:ge|xe|et|fe|mge|xle|fte)-\d+/\d+/\d+(?::\d+)?|(?:ae|reth)\d+")
_SORTS = (
    (re.compile(r"(?:ae|reth)\d+"), "lag"),
    (_PORT, "physical"),
    (re.compile(r"(?:irb|vlan)\.\d+"), "svi"),
    (re.compile(r"lo\d+(?:\.\d+)?"), "loopback"),
    (re.compile(r"(?:em|fxp|me)\d+(?:\.\d+)?|vme(?:\.\d+)?|re\d+:mgmt-\d+(?:\.\d+)?"), "management"),
    (re.compile(r"(?:vtep|esi|lsi|gre|ipip|st\d+|(?:gr|ip|lt|mt|vt)-\d+/\d+/\d+)(?:\.\d+)?"), "tunnel"),
)


def interface(text: str) -> InterfaceName:
    """Give an interface its name; `*` marks one that is up."""
    return convert.interface("junos", text.strip().rstrip("*"))


def bridged(text: str) -> InterfaceName:
    """Give the port that a bridged unit stands for; a tunnel's unit names its far end and stays."""
    name = interface(text)
    port = name.partition(".")[0]
    return InterfaceName(port) if _PORT.fullmatch(port) else name


def sort_of(name: InterfaceName) -> str:
    """Tell what sort of port a canonical name stands for; `other` for a unit of a port."""
    return next((sort for rule, sort in _SORTS if rule.fullmatch(name)), "other")


def listed(value: Any) -> list[Any]:
    """Give the items of what is a list, one item, or empty."""
    if value in ("", None):
        return []
    return value if isinstance(value, list) else [value]


def first(value: Any) -> Mapping[str, Any]:
    """Give the one container that a list holds; empty when there is none."""
    found = next(iter(listed(value)), None)
    return found if isinstance(found, Mapping) else {}
