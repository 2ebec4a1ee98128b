"""Compute how many zones a network is split into: VRFs, filters between VLANs, a firewall as their gateway.

Comes in: a `Lookup`. Goes out: sightings, all of them of one workload, the network's separation. What is a
VRF for management or towards the Internet is told by its name, and is no zone of hosts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from vlan2l3.analyze.derived.overlaps import same_prefix_in_two_vlans
from vlan2l3.analyze.lookup import Lookup, learned, segments_of
from vlan2l3.analyze.settings import lines_like
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Address, DeviceName, InterfaceName, Mac, SegmentName, natural_key
from vlan2l3.network.model import Station, Svi, Switch
from vlan2l3.parse.records import Source

Place = tuple[Source, int, str]  # with a line and its words, or 0 and none where the source tells

ANCHOR = "zones"
SHOWN = 3  # hosts of a VRF that are proof
FEW = 2  # networks that are kept apart: one alone is kept apart from nothing

_DEFAULT = "default"
_IN_VRF = re.compile(r"(?:ip )?vrf (?:member |forwarding |attach )?\S+", re.MULTILINE)
_FILTERED = re.compile(
    r"(?:ip|ipv4|ipv6|apply) (?:access-group|access-list|traffic-filter) \S.*", re.MULTILINE
)
_NO_ZONE = re.compile(
    r"(?i)^mgmt|management|keepalive"
    r"|(?<![a-z])(?:mgmt|oob|ipmi|ilo|bmc|internet|inet|wan|transit|upstream|underlay)(?![a-z])"
)


def routed_zones(lookup: Lookup) -> Iterator[Sighting]:
    """Find the VRFs that route VLANs, where there are at least two; the default VRF's hosts are left out.

    A VRF none of whose prefixes is its own is left out as well: that is overlap, and said as such.
    """
    zones: dict[str, list[tuple[SegmentName, Switch, Svi]]] = defaultdict(list)
    for switch, svi, segment in _routed(lookup):
        if not _NO_ZONE.search(svi.vrf):
            zones[svi.vrf].append((segment, switch, svi))
    if len(zones) < FEW:
        return
    count = ("figures", f"{len(zones)} VRFs")
    members, lines = lookup.once(_members), _lines(lookup, _IN_VRF)
    overlapping = lookup.once(_overlapping)
    for vrf in sorted(zones.keys() - {_DEFAULT}):
        places = zones[vrf]
        segments = {segment for segment, _, _ in places}
        if segments <= overlapping:
            continue
        hosts = {name: own for segment in segments for name, own in members[segment].items()}
        routed = [lines.get((switch.name, svi.name), (svi.source, 0, "")) for _, switch, svi in places]
        found: list[tuple[DeviceName | None, Place]] = [(None, place) for place in routed]
        names = sorted(hosts, key=natural_key)
        found += [(n, (hosts[names[min(at, SHOWN - 1)]], 0, "")) for at, n in enumerate(names)]
        for host, (source, line, words) in found:
            yield Sighting(
                anchor=ANCHOR,
                host=host,
                segments=frozenset(segments),
                labels=frozenset({f"vrf {vrf}"}),
                facts=frozenset({count, ("vrfs", vrf)}),
                source=source,
                line=line,
                text=words,
            )


def filtered_zones(lookup: Lookup) -> Iterator[Sighting]:
    """Find the VLANs whose routed interface has an access list, where there are at least two."""
    lines = _lines(lookup, _FILTERED)
    filtered: dict[SegmentName, list[Place]] = defaultdict(list)
    for switch, svi, segment in _routed(lookup):
        if svi.acls and not _NO_ZONE.search(svi.vrf):
            filtered[segment].append(lines.get((switch.name, svi.name), (svi.source, 0, "")))
    if len(filtered) < FEW:
        return
    count = ("figures", f"{len(filtered)} VLANs with access lists")
    for segment, places in filtered.items():
        for place in places:
            yield _of_network(segment, place, count)


def firewall_zones(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines that are no switch of the network and the default gateway of hosts in several VLANs."""
    wanted: dict[tuple[SegmentName, Address], bool] = {
        (address.segment, address.gateway): True
        for host in lookup.network.hosts
        for address in host.addresses
        if address.segment and address.gateway
    }
    ways: dict[Mac, dict[SegmentName, Station]] = defaultdict(dict)
    for _, gateway in sorted(wanted, key=str):
        for station in lookup.stations_at.get(gateway, ()):
            if (station.segment, gateway) in wanted:
                ways[station.mac].setdefault(station.segment, station)
    for stations in ways.values():
        if len(stations) >= FEW:
            count = ("figures", f"{len(stations)} VLANs behind one firewall or router")
            for segment, station in stations.items():
                yield _of_network(segment, (learned(station)[0], 0, ""), count)


def _of_network(segment: SegmentName, place: Place, figure: tuple[str, str]) -> Sighting:
    source, line, words = place
    return Sighting(
        anchor=ANCHOR,
        segments=frozenset({segment}),
        facts=frozenset({figure}),
        source=source,
        line=line,
        text=words,
    )


def _lines(lookup: Lookup, pattern: re.Pattern[str]) -> dict[tuple[DeviceName, InterfaceName], Place]:
    """Give the first such line of each interface's configuration."""
    found: dict[tuple[DeviceName, InterfaceName], Place] = {}
    for setting in lines_like(lookup, pattern):
        if setting.interface:
            place = (setting.config.source, *setting.place)
            found.setdefault((setting.switch.name, setting.interface), place)
    return found


def _routed(lookup: Lookup) -> Iterator[tuple[Switch, Svi, SegmentName]]:
    """Walk the routed interfaces that have an address and are not shut down."""
    for switch in lookup.network.switches:
        for svi in switch.svis:
            segment = lookup.segment(switch.name, svi.vlan)
            if segment and svi.up is not False and (svi.addresses or svi.gateways):
                yield switch, svi, segment


def _overlapping(lookup: Lookup) -> frozenset[SegmentName]:
    return frozenset(s for seen in same_prefix_in_two_vlans(lookup) for s in seen.segments)


def _members(lookup: Lookup) -> dict[SegmentName, dict[DeviceName, Source]]:
    """Give the hosts of each segment, each with the line that says so."""
    found: dict[SegmentName, dict[DeviceName, Source]] = defaultdict(dict)
    for host in lookup.network.hosts:
        for segment in segments_of(host):
            source = next(a.source for a in host.addresses if a.segment == segment)
            found[segment][host.name] = source
    return found


FUNCTIONS = (filtered_zones, firewall_zones, routed_zones)
