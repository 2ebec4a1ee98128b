"""Compute which machines somebody wrote down and nobody heard: static entries, reserved leases.

Comes in: a `Lookup`. Goes out: sightings, one finding a segment. Addresses that stand for many machines are
left out, and so is every MAC that is somebody's known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.analyze.clusters import DHCP, as_address, files
from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.names import Address, Mac, SegmentName, VlanId, mac
from vlan2l3.network.model import Station
from vlan2l3.network.virtual_macs import family, only_answers
from vlan2l3.parse.records import FileText, Source

SHOWN = 5  # machines of one segment that are proof and are named

_HEX = r"(?P<mac>(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}|(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2})"
_IPV4 = r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})"
# IOS, EOS and NX-OS; Junos writes the neighbour of an `irb` unit.
_STATIC_MAC = re.compile(rf"(?m)^mac[ -]address-table static {_HEX} vlan (?P<vlan>\d{{1,4}})\b.*$")
_STATIC_ARP = re.compile(
    rf"(?m)^[ \t]*(?:ip )?arp (?:vrf \S+ )?{_IPV4} {_HEX}\b.*$"
    r"|^set interfaces irb unit \d+ .* arp (?P<other>[\d.]+) mac (?P<its>(?:[0-9a-f]{2}:){5}[0-9a-f]{2})\b.*$"
)
_HOLE = r"[^{}\n]*(?:\n[^{}\n]*){0,4}?"
_RESERVED = re.compile(
    rf"(?m)^[ \t]*dhcp-host=[^\n]*?{_HEX}[^\n]*?,(?P<address>\d{{1,3}}(?:\.\d{{1,3}}){{3}})"
)
_HARDWARE = re.compile(
    rf"(?:hardware ethernet |\"hw-address\"[ \t]*:[ \t]*\"){_HEX}{_HOLE}"
    r"(?:fixed-address[ \t]+|\"ip-address\"[ \t]*:[ \t]*\")(?P<address>\d{1,3}(?:\.\d{1,3}){3})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """Describe one machine that somebody wrote down; `line` and `text` are as a sighting has them."""

    mac: Mac
    segment: SegmentName
    source: Source
    line: int = 0
    text: str = ""


def written_and_unheard(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines of static entries and of reserved leases that no switch learned on any port.

    A static MAC entry puts its port into the MAC table by itself: there the machine is taken for unheard
    unless it is a host that was read.
    """
    found: dict[SegmentName, dict[Mac, _Written]] = defaultdict(dict)
    for written in (*_in_mac_tables(lookup), *_in_arp_tables(lookup), *_on_hosts(lookup), *_reserved(lookup)):
        found[written.segment].setdefault(written.mac, written)
    for segment, machines in found.items():
        ordered = [machines[name] for name in sorted(machines)]
        facts = {("figures", str(len(ordered))), *(("macs", m.mac) for m in ordered[:SHOWN])}
        for machine in ordered[:SHOWN]:
            yield Sighting(
                anchor=segment,
                segments=frozenset({segment}),
                racks=frozenset(lookup.segments[segment].racks),
                facts=frozenset(facts),
                source=machine.source,
                line=machine.line,
                text=machine.text,
            )


def _in_mac_tables(lookup: Lookup) -> Iterator[_Written]:
    for switch in lookup.network.switches:
        for found in _STATIC_MAC.finditer(switch.config.text) if switch.config else ():
            known = mac(found["mac"])
            segment = lookup.segment(switch.name, VlanId(int(found["vlan"])))
            stations = lookup.once(_by_mac).get(known, [])
            if segment and switch.config and _is_single(known) and not any(s.owner for s in stations):
                yield _on_line(known, segment, switch.config, line_number(switch.config.text, found))


def _in_arp_tables(lookup: Lookup) -> Iterator[_Written]:
    for switch in lookup.network.switches:
        for found in _STATIC_ARP.finditer(switch.config.text) if switch.config else ():
            known, address = mac(found["mac"] or found["its"]), as_address(found["address"] or found["other"])
            segment = _segment_of(lookup, address) if address else None
            if segment and switch.config and _is_unheard(lookup, known):
                yield _on_line(known, segment, switch.config, line_number(switch.config.text, found))


def _on_hosts(lookup: Lookup) -> Iterator[_Written]:
    for host in lookup.network.hosts:
        for neighbor in host.neighbors:
            if neighbor.state == "PERMANENT" and neighbor.mac and _is_unheard(lookup, neighbor.mac):
                for segment in sorted(lookup.below(host, neighbor.interface)):
                    yield _Written(mac=neighbor.mac, segment=segment, source=neighbor.source)


def _reserved(lookup: Lookup) -> Iterator[_Written]:
    for host in lookup.network.hosts:
        for file in files(host, *DHCP):
            text = without_comments(file.path, file.text)
            for found in (*_RESERVED.finditer(text), *_HARDWARE.finditer(text)):
                known, address = mac(found["mac"]), as_address(found["address"])
                segment = _segment_of(lookup, address) if address else None
                if segment and _is_unheard(lookup, known) and address not in lookup.stations_at:
                    number = text.count("\n", 0, found.start("mac")) + 1
                    yield _on_line(known, segment, file, number)


def _on_line(known: Mac, segment: SegmentName, file: FileText, number: int) -> _Written:
    line, words = file_line(file, number)
    return _Written(mac=known, segment=segment, source=file.source, line=line, text=words)


def _is_unheard(lookup: Lookup, known: Mac) -> bool:
    stations = lookup.once(_by_mac).get(known, [])
    return (
        _is_single(known)
        and known not in lookup.once(_of_hosts)
        and not any(station.ports or station.owner for station in stations)
    )


def _is_single(known: Mac) -> bool:
    """Tell whether an address is one machine's: a cluster's shared one is its own rule's matter."""
    return not only_answers(known) and family(known) is None


def _by_mac(lookup: Lookup) -> dict[Mac, list[Station]]:
    found: dict[Mac, list[Station]] = defaultdict(list)
    for station in lookup.network.stations:
        found[station.mac].append(station)
    return dict(found)


def _of_hosts(lookup: Lookup) -> frozenset[Mac]:
    return frozenset(i.mac for host in lookup.network.hosts for i in host.interfaces if i.mac)


def _segment_of(lookup: Lookup, address: Address) -> SegmentName | None:
    """Find the segment of an address by its prefixes; a prefix that two segments have tells nothing."""
    found = lookup.around(address)
    return min(found) if len(found) == 1 else None


FUNCTIONS = (written_and_unheard,)
