"""Compute which machines hold an address that Talos moves; its nodes have no shell, so nobody reads them.

Comes in: a `Lookup`. Goes out: sightings of the holder, or of the address where nobody is seen with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.names import Address

_FILES = ("*.yaml", "*.yml")
_DOCUMENT = re.compile(
    r"(?m)^kind:[ \t]*Layer2VIPConfig[ \t]*$(?:\n(?!---)[^\n]*){0,20}?\nname:[ \t]*[\"']?([0-9A-Fa-f.:]+)"
)
# A provider's API moves the address where its name follows: nothing for ARP to do.
_MACHINE = re.compile(
    r"(?m)^[ \t]*vip:[ \t]*\n([ \t]+)ip:[ \t]*[\"']?([0-9A-Fa-f.:]+)"
    r"[^\n]*(?=\n|\Z)(?!\n\1(?:hcloud|equinixMetal):)"
)


def talos_layer2_vip(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that machine configurations of Talos move by ARP, and who has them now.

    The host that keeps the configuration is an administrator's, and no member.
    """
    for _, file in lookup.files(_FILES):
        text = without_comments(file.path, file.text)
        for found in (*_DOCUMENT.finditer(text), *_MACHINE.finditer(text)):
            try:
                vip = ip_address(found[found.lastindex or 0])
            except ValueError:
                continue
            line, words = file_line(file, line_number(text, found))
            seen = Sighting(anchor="", source=file.source, line=line, text=words)
            yield from _holders(lookup, replace(seen, facts=frozenset({("vips", str(vip))})), vip)


def _holders(lookup: Lookup, seen: Sighting, vip: Address) -> Iterator[Sighting]:
    """Speak of the machines that have the address; of the address itself where the network shows none."""
    around = [s for s in lookup.network.segments if any(vip in prefix for prefix in s.prefixes)]
    seen = replace(seen, labels=frozenset({f"talos {vip}"}), segments=frozenset(s.name for s in around))
    stations = lookup.stations_at.get(vip, [])
    for station in stations:
        yield replace(
            seen,
            anchor=station.owner or station.mac,
            host=station.owner if station.owner in lookup.hosts else None,
            segments=frozenset({station.segment}),
            racks=lookup.racks_at(station.ports),
            facts=seen.facts | {("macs", station.mac)},
        )
    if not stations:
        yield replace(seen, anchor=str(vip), racks=frozenset(rack for s in around for rack in s.racks))


FUNCTIONS = (talos_layer2_vip,)
