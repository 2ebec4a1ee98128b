"""Compute what settings of switches mean for a whole segment: broadcasts let in from outside, ARP answered.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.settings import lines_like
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import SegmentName
from vlan2l3.network.model import Switch
from vlan2l3.network.svis import svi_vlan
from vlan2l3.parse.records import FileText

_DIRECTED = re.compile(r"ip directed-broadcast\b.*")
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
    for setting in lines_like(lookup, _DIRECTED):
        vlan = svi_vlan(setting.interface) if setting.interface else None
        segment = lookup.segment(setting.switch.name, vlan) if vlan is not None else None
        if segment:
            yield _sighting(setting.switch, setting.config, setting.place, segment, frozenset({segment}))


def arp_suppression(lookup: Lookup) -> Iterator[Sighting]:
    """Find switches that answer ARP and ND for machines at the far end of a VXLAN tunnel, one place a switch.

    They are one finding: an overlay is set up alike everywhere.
    """
    stretched = [segment for segment in lookup.network.segments if segment.stretched]
    for switch in lookup.network.switches:
        config = switch.config
        found = _SUPPRESSED.search(config.text) if config else None
        if config and found:
            mine = {s.name for s in stretched if any(device == switch.name for device, _ in s.nodes)}
            last = config.text.count("\n", 0, found.end() - 1) + 1  # of several lines the last one tells
            yield _sighting(switch, config, file_line(config, last), _ANCHOR, frozenset(mine))


def _sighting(
    switch: Switch,
    config: FileText,
    place: tuple[int, str],
    anchor: str,
    segments: frozenset[SegmentName],
) -> Sighting:
    line, words = place
    return Sighting(
        anchor=anchor,
        segments=segments,
        racks=frozenset({switch.rack} if switch.rack else ()),
        labels=frozenset(f"segment {segment}" for segment in segments if anchor == segment),
        source=config.source,
        line=line,
        text=words,
    )


FUNCTIONS = (arp_suppression, directed_broadcast)
