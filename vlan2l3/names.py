"""The vocabulary every stage shares: names, addresses of the link layer, VLAN ranges, and their grammar.

Comes in: text that a device or a person wrote, hostile until it matches. Goes out: values that are safe to
compare, sort and print. Nothing here quotes for a shell, a config or Markdown: `render.quote` does.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import NewType

DeviceName = NewType("DeviceName", str)
RackName = NewType("RackName", str)
InterfaceName = NewType("InterfaceName", str)
SegmentName = NewType("SegmentName", str)
VlanId = NewType("VlanId", int)
Mac = NewType("Mac", str)  # lower case, colon separated, six octets

Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface
Network = IPv4Network | IPv6Network

VLAN_MAX = 4094

_DEVICE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_NUMBERED = r"[0-9]{1,3}(?:/[0-9]{1,3}){1,2}(?:[:.][0-9]{1,4}){0,2}"  # 1/1/1 on AOS-CX
_INTERFACE = re.compile(rf"[A-Za-z][A-Za-z0-9 ._/:@+-]{{0,62}}|{_NUMBERED}")
_RACK = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,61}[A-Za-z0-9])?")
_MAC_MARKS = str.maketrans("", "", ".:-")
_MAC_SHAPES = re.compile(
    r"(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}[.-][0-9a-f]{4}[.-][0-9a-f]{4}"
    r"|[0-9a-f]{6}-[0-9a-f]{6}|[0-9a-f]{12})"
)


def device_name(text: str) -> DeviceName:
    """Accept a hostname of letters, digits, dots, dashes and underscores, at most 63 long.

    Raises:
        ValueError: for anything else, which keeps `../../etc/x` and `$(reboot)` out of paths and scripts.
    """
    if not _DEVICE.fullmatch(text) or ".." in text:
        raise ValueError(f"{text!r} is not a hostname")
    return DeviceName(text)


def rack_name(text: str) -> RackName:
    """Accept a rack's name; the same grammar as a hostname, and `+`, which joins a derived rack's leafs."""
    if not _RACK.fullmatch(text) or ".." in text:
        raise ValueError(f"{text!r} is not a rack name")
    return RackName(text)


def interface_name(text: str) -> InterfaceName:
    """Accept an interface name as a device prints it, without anything a shell or a config would act on."""
    if not _INTERFACE.fullmatch(text) or ".." in text:
        raise ValueError(f"{text!r} is not an interface name")
    return InterfaceName(text)


def mac(text: str) -> Mac:
    """Normalise `aaaa.bbbb.cccc`, `AA-BB-…`, `aabbcc-ddeeff` and the like to `aa:bb:cc:dd:ee:ff`."""
    lowered = text.strip().lower()
    if not _MAC_SHAPES.fullmatch(lowered):
        raise ValueError(f"{text!r} is not a MAC address")
    d = lowered.translate(_MAC_MARKS)
    return Mac(f"{d[:2]}:{d[2:4]}:{d[4:6]}:{d[6:8]}:{d[8:10]}:{d[10:]}")


def vlan_id(text: str | int) -> VlanId:
    """Accept 1 to 4094; a trailing `*`, by which EOS marks a dynamic VLAN, is dropped."""
    number = int(str(text).strip().rstrip("*"))
    if not 1 <= number <= VLAN_MAX:
        raise ValueError(f"{text!r} is not a VLAN id")
    return VlanId(number)


def vlan_ranges(text: str) -> frozenset[VlanId]:
    """Read `1-5,7`, `ALL` or `none`.

    `ALL` gives every id from 1 to 4094: it means "not pruned", and says nothing of which exist.
    """
    lowered = text.strip().lower()
    if lowered in ("", "none"):
        return frozenset()
    if lowered == "all":
        return frozenset(VlanId(v) for v in range(1, VLAN_MAX + 1))
    found: set[VlanId] = set()
    for part in lowered.split(","):
        low, _, high = part.strip().partition("-")
        first, last = vlan_id(low), vlan_id(high or low)
        if last < first:
            raise ValueError(f"{text!r} holds a range that runs backwards")
        found.update(VlanId(v) for v in range(first, last + 1))
    return frozenset(found)


def vlan_text(vlans: frozenset[VlanId] | set[VlanId]) -> str:
    """Write VLAN ids the way every vendor reads them: `1-5,7`; `none` for the empty set."""
    parts: list[str] = []
    ordered = sorted(vlans)
    start = 0
    for index, vlan in enumerate(ordered):
        if index + 1 < len(ordered) and ordered[index + 1] == vlan + 1:
            continue
        first = ordered[start]
        parts.append(str(first) if first == vlan else f"{first}-{vlan}")
        start = index + 1
    return ",".join(parts) or "none"


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort `Ethernet2` before `Ethernet10`, and any two names always the same way."""
    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in re.split(r"([0-9]+)", text) if p)
