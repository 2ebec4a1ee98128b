"""Walk the lines of running configurations, each with the port or the VLANs it speaks of.

Comes in: a `Lookup` and a pattern. Goes out: lines that match as a whole, in any vendor's indentation, and
Junos `set` lines. It gives no line a meaning, and a name of a port it can't read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3 import names
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import file_line
from vlan2l3.names import InterfaceName, SegmentName, VlanId
from vlan2l3.network.model import PortRef, Switch, SwitchPort
from vlan2l3.parse import convert
from vlan2l3.parse.config import Block, blocks
from vlan2l3.parse.records import FileText

_INTERFACE = re.compile(r"interface (?P<name>\S+(?: \d\S*)?)")
_VLAN = re.compile(r"vlan (?:database )?(?P<ids>[\d,-]+)")
_SET_INTERFACE = re.compile(r"set interfaces (?P<name>[a-z]+[\w/:-]*)\b")
_SET_VLAN = re.compile(r"set vlans (?P<name>\S+) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Give one line of a running configuration.

    Attributes:
        found: what matched, the whole line.
        interface: the interface it stands below, of any sort; `port` where that is a port.
        vlans: the VLANs it stands below.
    """

    switch: Switch
    config: FileText
    line: int
    found: re.Match[str]
    interface: InterfaceName | None = None
    port: PortRef | None = None
    vlans: frozenset[VlanId] = frozenset()

    @property
    def key(self) -> tuple[str, int]:
        """Tell a line from any other."""
        return self.switch.name, self.line

    @property
    def place(self) -> tuple[int, str]:
        """Give the line in the answer, and its words."""
        return file_line(self.config, self.line)


def lines_like(lookup: Lookup, pattern: re.Pattern[str]) -> Iterator[Setting]:
    """Walk the lines that the pattern matches as a whole, switch by switch; `no …` is another line."""
    for switch in lookup.network.switches:
        if switch.config is not None and pattern.search(switch.config.text):
            for block in blocks(switch.config.text):
                yield from _below(switch, switch.config, block, pattern)


def segments_at(lookup: Lookup, ref: PortRef | None) -> frozenset[SegmentName]:
    """Give the segments that a port carries."""
    port = lookup.ports.get(ref) if ref else None
    if ref is None or port is None:
        return frozenset()
    found = (lookup.segment(ref.device, vlan) for vlan in port.vlans)
    return frozenset(segment for segment in found if segment)


def segments_in(lookup: Lookup, switch: Switch, vlans: frozenset[VlanId]) -> frozenset[SegmentName]:
    """Give the segments of those VLANs that exist on a switch."""
    found = (lookup.segment(switch.name, vlan) for vlan in vlans)
    return frozenset(segment for segment in found if segment)


def listed_vlans(text: str) -> frozenset[VlanId]:
    """Read a list of VLANs; one that is none holds no VLAN."""
    try:
        return names.vlan_ranges(text.replace(" ", ""))
    except ValueError:
        return frozenset()


def in_use(lookup: Lookup, ref: PortRef | None) -> SwitchPort | None:
    """Give a port that nobody has shut down."""
    port = lookup.ports.get(ref) if ref else None
    return port if port is not None and port.enabled is not False else None


def _below(switch: Switch, config: FileText, block: Block, pattern: re.Pattern[str]) -> Iterator[Setting]:
    head = _VLAN.fullmatch(block.text)
    vlans = listed_vlans(head["ids"]) if head else frozenset[VlanId]()
    named = _INTERFACE.fullmatch(block.text) or _SET_INTERFACE.match(block.text)
    interface = _interface(switch, named["name"]) if named else None
    port = _port(switch, interface) if interface else None
    described = _SET_VLAN.match(block.text)
    if described:
        vlans = frozenset(vlan for vlan, name in switch.vlans if name == described["name"])
    for line in (block, *block.walk()):
        found = pattern.fullmatch(line.text)
        if found:
            yield Setting(
                switch=switch,
                config=config,
                line=line.line,
                found=found,
                interface=interface,
                port=port,
                vlans=vlans,
            )


def _interface(switch: Switch, written: str) -> InterfaceName | None:
    try:
        return convert.interface(switch.platform, written)
    except (ValueError, KeyError):
        return None


def _port(switch: Switch, name: InterfaceName) -> PortRef | None:
    port = switch.port(name)
    return PortRef(device=switch.name, port=port.lag or name) if port else None
