"""Find what matchers describe on switches: MAC and ARP tables, snooped groups, counters, configuration.

Comes in: a matcher and a `Lookup`. Goes out: sightings of hosts where the port tells, else of MACs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.catalogue.matchers import SwitchArp, SwitchConfig, SwitchEtherType, SwitchIgmp, SwitchMac
from vlan2l3.analyze.lookup import Lookup, learned, tables
from vlan2l3.analyze.matching.groups import is_wanted, shared
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.analyze.snooping import on_snooped
from vlan2l3.analyze.stations import of_station
from vlan2l3.network.model import Station

# EOS counts as `[match 37 packets, 0:00:12 ago]`, NX-OS as `[match=37]`.
_COUNTED = re.compile(r"0x([0-9a-f]{3,4})\b.*\[match(?:es)?[ =]([1-9]\d*)", re.IGNORECASE)


def mac(matcher: SwitchMac, lookup: Lookup) -> Iterator[Sighting]:
    """Find learned MAC addresses of workloads, or those of gateways."""
    for station, found in _stations(matcher, lookup):
        yield from of_station(station, lookup, learned(station), labels=_labels(found, station, matcher))


def arp(matcher: SwitchArp, lookup: Lookup) -> Iterator[Sighting]:
    """Find MAC addresses that ARP or ND tables tie to an address."""
    for station, found in _stations(matcher, lookup):
        if station.addresses:
            yield from of_station(station, lookup, tables(station), labels=_labels(found, station, matcher))


def igmp(matcher: SwitchIgmp, lookup: Lookup) -> Iterator[Sighting]:
    """Find groups in snooping tables, and the hosts behind the ports that asked for them."""
    for switch in lookup.network.switches:
        for snooped in switch.snooped:
            segment = lookup.segment(switch.name, snooped.vlan)
            if segment is None or not is_wanted(snooped.group, matcher.groups, matcher.but):
                continue
            labels = shared(matcher.together, snooped.group, (segment,))
            for seen in on_snooped(lookup, switch, snooped, labels):
                if not (matcher.unread and seen.host and lookup.hosts[seen.host].groups):
                    yield seen


def ethertype(matcher: SwitchEtherType, lookup: Lookup) -> Iterator[Sighting]:
    """Find MAC access lists that counted frames of an EtherType."""
    wanted = {int(text, 16) for text in matcher.ethertypes}
    for switch in lookup.network.switches:
        for text in switch.texts:
            for number, line in enumerate(text.text.splitlines(), start=1):
                found = _COUNTED.search(line)
                if found and int(found[1], 16) in wanted:
                    at, words = file_line(text, number)
                    yield Sighting(
                        anchor=switch.name,
                        racks=frozenset({switch.rack} if switch.rack else ()),
                        labels=frozenset({"everywhere"} if matcher.everywhere else ()),
                        facts=frozenset({("ethertypes", f"0x{int(found[1], 16):04x}")}),
                        source=text.source,
                        line=at,
                        text=words,
                    )


def config(matcher: SwitchConfig, lookup: Lookup) -> Iterator[Sighting]:
    """Find the lines of running configurations that the pattern matches."""
    pattern = re.compile(matcher.pattern)
    for switch in lookup.network.switches:
        if switch.config is None:
            continue
        text = switch.config.text
        for found in pattern.finditer(text):
            at, words = file_line(switch.config, line_number(text, found))
            labels = frozenset(f"{name} {value}" for name, value in found.groupdict().items() if value)
            yield Sighting(
                anchor="" if labels else switch.name,
                labels=labels,
                racks=frozenset({switch.rack} if switch.rack else ()),
                source=switch.config.source,
                line=at,
                text=words,
            )


def _stations(matcher: SwitchMac, lookup: Lookup) -> Iterator[tuple[Station, re.Match[str]]]:
    pattern = re.compile(matcher.mac)
    stations = lookup.on_access if matcher.on == "access" else lookup.gateways
    for station in stations:
        found = pattern.search(station.mac)
        if found:
            yield station, found


def _labels(found: re.Match[str], station: Station, matcher: SwitchMac) -> frozenset[str]:
    scope = f" {station.segment}" if matcher.scope == "segment" else ""
    return frozenset(f"{name} {value}{scope}" for name, value in found.groupdict().items() if value)
