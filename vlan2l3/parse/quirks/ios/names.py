"""Know the names of Cisco IOS: which sort of interface one is, and which ports are the switch itself.

Comes in: canonical interface names, and the command that was run. Goes out: words of the records.
"""

from __future__ import annotations

import re

from vlan2l3 import names
from vlan2l3.names import InterfaceName, VlanId

_SORTS = (
    (re.compile(r"Vlan\d+"), "svi"),
    (re.compile(r"[^.]+\.\d+"), "vlan"),
    (re.compile(r"Port-channel.*"), "lag"),
    (re.compile(r"Loopback.*"), "loopback"),
    (re.compile(r"(?:Tunnel|nve|pseudowire|Virtual-).*"), "tunnel"),
    (re.compile(r"mgmt.*"), "management"),
    (re.compile(r"(?:.*Ethernet|.*GigE|.*GE|Serial|POS|ATM|Cellular)[\d/:]+"), "physical"),
)
_SELF = re.compile(r"(?i)cpu|router|switch|stby-switch|sup\S*|drop|rp|vl(?:an)?\d+")
_VRF = re.compile(r"\bvrf (\S+)")


def sort_of(name: InterfaceName) -> str:
    """Give the sort of interface, as `records.Port` names it."""
    return next((sort for pattern, sort in _SORTS if pattern.fullmatch(name)), "other")


def is_self(port: str) -> bool:
    """Tell whether a port of the MAC table is the switch itself: `CPU`, `Router`, `Vl10`."""
    return bool(_SELF.fullmatch(port))


def svi_vlan(name: InterfaceName) -> VlanId | None:
    """Give an SVI's VLAN."""
    svi = re.fullmatch(r"Vlan(\d+)", name)
    return names.vlan_id(svi[1]) if svi else None


def vrf_of(command: str) -> str:
    """Give the VRF that a command asked about: the answer does not repeat it."""
    asked = _VRF.search(command)
    return asked[1] if asked else "default"
