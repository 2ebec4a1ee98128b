"""Compute which machines hold an address that Talos moves; its nodes have no shell, so nobody reads them.

Comes in: a `Lookup`. Goes out: sightings of the holder, or of the host that keeps the machine configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, line_number, on_line

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
    """Find addresses that machine configurations of Talos move by ARP, and who has them now."""
    for host, file in lookup.files(_FILES):
        text = without_comments(file.path, file.text)
        for found in (*_DOCUMENT.finditer(text), *_MACHINE.finditer(text)):
            vip = found[found.lastindex or 0]
            seen = on_line(host, file, line_number(text, found), frozenset({("vips", vip)}))
            seen = replace(seen, labels=frozenset({f"talos {vip}"}))
            try:
                holders = lookup.stations_at.get(ip_address(vip), [])
            except ValueError:
                continue
            for station in holders:
                yield replace(
                    seen,
                    anchor=station.owner or station.mac,
                    host=station.owner if station.owner in lookup.hosts else None,
                    segments=frozenset({station.segment}),
                    racks=lookup.racks_at(station.ports),
                    facts=seen.facts | {("macs", station.mac)},
                )
            if not holders:
                yield seen


FUNCTIONS = (talos_layer2_vip,)
