"""Find what separates tenants or sells them a broadcast domain: a flat routed fabric does neither.

Comes in: a `Lookup`. Goes out: sightings of VRFs, of switches and of ports. Read are configurations that are
written in sections; one in curly braces is not looked at, and the rules say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import SegmentName, VlanId, interface_name, vlan_ranges
from vlan2l3.network.model import PortRef, Switch
from vlan2l3.parse.records import FileText

_DEFAULT = "default"
# VRFs of the network itself, and the way out, are no tenants.
_NO_TENANT = re.compile(r"(?i)(mgmt|management|oob|internet|inet|wan|underlay|global)(vrf|[-_].*)?")
_ISOLATED = re.compile(
    r"switchport (?:protected|isolated)\b|port-isolate enable\b|ip verify source\b|"
    r"switchport (?:mode )?private-vlan (?:host|promiscuous|isolated|community)|"
    r"ip arp inspection (?:filter|limit)\b"
)
_INSPECTED = re.compile(
    r"ip arp inspection vlan (?P<vlans>[0-9,-]+)|private-vlan (?:isolated|community|primary)\b"
)
_SOLD = re.compile(
    r"switchport mode dot1q-tunnel\b|switchport (?:dot1q|vlan) (?:tunnel|translation)\b|"
    r"switchport vlan mapping\b|dot1q-tunnel\b|qinq\b|xconnect\b|l2transport\b|otv join-interface\b"
)
_GLOBALLY_SOLD = re.compile(r"(?:l2vpn|vpls|patch panel|interface Overlay\d+)\b")
_SECTION = re.compile(r"(?i)interface (\S+)$")
_VLAN_SECTION = re.compile(r"(?i)vlan (\d+)$")
_ROUTED_APART = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Give one line of a configuration; `section` is the port or VLAN that an indented one is about."""

    switch: Switch
    config: FileText
    number: int
    section: str
    words: str


def tenant_vrf(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRFs that route segments with machines; one for management or for the way out is none."""
    peopled = {station.segment for station in lookup.workloads}
    for switch in lookup.network.switches:
        for svi in switch.svis:
            segment = lookup.segment(switch.name, svi.vlan)
            if svi.vrf == _DEFAULT or _NO_TENANT.fullmatch(svi.vrf):
                continue
            if segment is not None and segment in peopled:
                yield Sighting(
                    anchor=svi.vrf,
                    labels=frozenset({"tenants"}),
                    segments=frozenset({segment}),
                    racks=frozenset(lookup.segments[segment].racks),
                    facts=frozenset({("vrfs", svi.vrf)}),
                    source=svi.source,
                )


def acl_between_segments(lookup: Lookup) -> Iterator[Sighting]:
    """Find access lists on the gateways of two segments or more: the VLAN is a border there."""
    filtered = [
        (segment, svi)
        for switch in lookup.network.switches
        for svi in switch.svis
        if svi.acls and (segment := lookup.segment(switch.name, svi.vlan))
    ]
    if len({segment for segment, _ in filtered}) < _ROUTED_APART:
        return
    for segment, svi in filtered:
        yield Sighting(
            anchor=segment,
            labels=frozenset({"tenants"}),
            segments=frozenset({segment}),
            racks=frozenset(lookup.segments[segment].racks),
            source=svi.source,
        )


def isolated_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports and VLANs whose members are kept apart, or whose senders are checked."""
    for line in _lines(lookup):
        inspected = _INSPECTED.match(line.words)
        if _ISOLATED.match(line.words):
            segments = _of_port(lookup, line)
        elif inspected:
            segments = _of_vlans(lookup, line, inspected["vlans"] or line.section)
        else:
            continue
        if segments:
            yield _seen(line, segments, anchor=line.switch.name, label="isolation")


def sold_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports whose far side chooses its own VLANs, or whose frames are carried elsewhere as they are."""
    for line in _lines(lookup):
        if line.section and _SOLD.match(line.words):
            yield _seen(line, _of_port(lookup, line), anchor=f"{line.switch.name} {line.section}")


def layer2_service(lookup: Lookup) -> Iterator[Sighting]:
    """Find services of a switch that stretch a broadcast domain over a routed network."""
    for line in _lines(lookup):
        if not line.section and _GLOBALLY_SOLD.match(line.words):
            yield _seen(line, frozenset(), anchor=line.switch.name)


def _lines(lookup: Lookup) -> Iterator[_Line]:
    for switch in lookup.network.switches:
        section = ""
        for number, line in enumerate(switch.config.text.splitlines() if switch.config else (), start=1):
            if line[:1].strip():
                found = _SECTION.match(line.strip()) or _VLAN_SECTION.match(line.strip())
                section = found[1] if found else ""
            inside = section if not line[:1].strip() else ""
            if switch.config is not None:
                yield _Line(
                    switch=switch, config=switch.config, number=number, section=inside, words=line.strip()
                )


def _of_port(lookup: Lookup, line: _Line) -> frozenset[SegmentName]:
    try:
        ref = PortRef(device=line.switch.name, port=interface_name(line.section))
    except ValueError:
        return frozenset()
    port = lookup.ports.get(ref)
    return _named(lookup, line.switch, port.vlans if port else ())


def _of_vlans(lookup: Lookup, line: _Line, text: str) -> frozenset[SegmentName]:
    try:
        return _named(lookup, line.switch, vlan_ranges(text))
    except ValueError:
        return frozenset()


def _named(lookup: Lookup, switch: Switch, vlans: Iterable[VlanId]) -> frozenset[SegmentName]:
    return frozenset(s for vlan in vlans if (s := lookup.segment(switch.name, vlan)))


def _seen(line: _Line, segments: frozenset[SegmentName], *, anchor: str, label: str = "") -> Sighting:
    at, words = file_line(line.config, line.number)
    return Sighting(
        anchor=anchor,
        labels=frozenset({label} if label else ()),
        segments=segments,
        racks=frozenset({line.switch.rack} if line.switch.rack else ()),
        source=line.config.source,
        line=at,
        text=words,
    )


FUNCTIONS = (tenant_vrf, acl_between_segments, isolated_port, sold_port, layer2_service)
