"""Compute what settings of switches mean for a whole segment: broadcasts let in from outside, ARP answered.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import InterfaceName, SegmentName
from vlan2l3.network.model import Switch
from vlan2l3.network.svis import svi_vlan
from vlan2l3.parse.records import FileText

_DIRECTED = re.compile(
    r"(?m)^interface[ \t]+(?P<interface>\S+(?:[ \t]+\d+)?)[ \t]*$|^[ \t]+ip directed-broadcast\b.*$"
)
# NX-OS, Cumulus (its two command lines and both forms of its files), SONiC's database; `suppress-arp disable`
# exists.
_SUPPRESSED = re.compile(
    r"(?m)^[ \t]*(?:global )?suppress-arp(?![ \t]+disable)\b"
    r"|\bbridge-arp-nd-suppress on\b"
    r"|\barp-nd-suppress[ \t]*:?[ \t]*['\"]?on\b"
    r"|\"SUPPRESS_VLAN_NEIGH\"[ \t]*:[ \t]*\{[^{}]*\{[^{}]*\"suppress\"[ \t]*:[ \t]*\"on\""
)
_ANCHOR = "overlay"


def directed_broadcast(lookup: Lookup) -> Iterator[Sighting]:
    """Find VLAN interfaces that turn a packet to the subnet's last address into a broadcast."""
    for switch, text in _configurations(lookup):
        segment = None
        for found in _DIRECTED.finditer(text.text):
            if found["interface"]:
                vlan = svi_vlan(InterfaceName(found["interface"]))
                segment = lookup.segment(switch.name, vlan) if vlan is not None else None
            elif segment:
                yield _sighting(switch, text, found, segment, frozenset({segment}))


def arp_suppression(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches that answer ARP and ND for machines at the far end of a VXLAN tunnel, one place a switch.

    They are one finding: an overlay is set up alike everywhere.
    """
    stretched = [segment for segment in lookup.network.segments if segment.stretched]
    for switch, text in _configurations(lookup):
        found = _SUPPRESSED.search(text.text)
        if found:
            mine = {s.name for s in stretched if any(device == switch.name for device, _ in s.nodes)}
            yield _sighting(switch, text, found, _ANCHOR, frozenset(mine))


def _configurations(lookup: Lookup) -> Iterator[tuple[Switch, FileText]]:
    return ((switch, switch.config) for switch in lookup.network.switches if switch.config)


def _sighting(
    switch: Switch, text: FileText, found: re.Match[str], anchor: str, segments: frozenset[SegmentName]
) -> Sighting:
    last = found.end() - 1  # a setting of several lines is told by its last
    line, words = file_line(text, text.text.count("\n", 0, last) + 1)
    return Sighting(
        anchor=anchor,
        segments=segments,
        racks=frozenset({switch.rack} if switch.rack else ()),
        labels=frozenset(f"segment {segment}" for segment in segments if anchor == segment),
        source=text.source,
        line=line,
        text=words,
    )


FUNCTIONS = (arp_suppression, directed_broadcast)
