"""Compute where Microsoft's Network Load Balancing shows: the cluster's address stands in its MACs.

Comes in: a `Lookup`. Goes out: sightings, labelled by the cluster's address and segment. In unicast mode
hosts send from 02:01 to 02:20 and answer ARP with 02:bf; in multicast mode with 03:bf, in the one with IGMP
with 01:00:5e:7f.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from vlan2l3.analyze.derived.flooded import NLB, flooded
from vlan2l3.analyze.lookup import Lookup, learned, tables
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.analyze.stations import of_station
from vlan2l3.names import Address, Mac, SegmentName, VlanId, mac
from vlan2l3.network.model import Station, Switch
from vlan2l3.parse.records import FileText, Source

_HOST = re.compile(r"02:(?:0[1-9a-f]|1[0-9a-f]|20):")
_CLUSTER = re.compile(r"0[23]:bf:")
_STATIC_MAC = re.compile(
    r"(?im)^[ \t]*mac[ -]address-table static (03bf\.[0-9a-f]{4}\.[0-9a-f]{4}|03:bf(?::[0-9a-f]{2}){4})"
    r" vlan (\d{1,4})\b"
)


def nlb_unicast_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts' MACs that hold an address of the segment's own subnets, or one that somebody talks to.

    A MAC that ARP ties to the very address it holds is made of a machine's own address, as some networks do.
    """
    for station in lookup.on_access:
        if not _HOST.match(station.mac):
            continue
        cluster = _address(station.mac)
        if cluster not in station.addresses and _is_in_use(lookup, station, cluster):
            yield from _of_cluster(lookup, station, learned(station)[0])


def nlb_in_arp(lookup: Lookup) -> Iterator[Sighting]:
    """Find cluster addresses in ARP tables of switches and hosts, and in static ARP entries."""
    for station in lookup.workloads:
        if _CLUSTER.match(station.mac) and station.addresses:
            yield from _of_cluster(lookup, station, tables(station)[0])
    for entry in lookup.once(flooded):
        if entry.mac.startswith(NLB):
            yield Sighting(
                anchor=entry.mac,
                segments=entry.segments,
                labels=_labels(entry.mac, entry.address, entry.segments),
                facts=frozenset({("macs", str(entry.mac)), ("vips", str(entry.address))}),
                source=entry.source,
                line=entry.line,
                text=entry.text,
            )


def nlb_static_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find static entries of a cluster's MAC in the configurations of switches."""
    for switch in lookup.network.switches:
        if switch.config is not None:
            for found in _STATIC_MAC.finditer(switch.config.text):
                yield _static(lookup, switch, switch.config, found)


def _static(lookup: Lookup, switch: Switch, config: FileText, found: re.Match[str]) -> Sighting:
    group = mac(found[1])
    segment = lookup.segment(switch.name, VlanId(int(found[2])))
    segments = frozenset({segment} if segment else ())
    line, words = file_line(config, line_number(config.text, found))
    return Sighting(
        anchor=group,
        segments=segments,
        racks=frozenset({switch.rack} if switch.rack else ()),
        labels=_labels(group, _address(group), segments),
        facts=frozenset({("macs", str(group)), ("vips", str(_address(group)))}),
        source=config.source,
        line=line,
        text=words,
    )


def _of_cluster(lookup: Lookup, station: Station, source: Source) -> Iterator[Sighting]:
    address = _address(station.mac)
    labels = _labels(station.mac, address, frozenset({station.segment}))
    return of_station(station, lookup, (source,), labels=labels, facts=frozenset({("vips", str(address))}))


def _address(address: Mac) -> IPv4Address:
    """Read the cluster's address, the last four octets."""
    return IPv4Address(bytes.fromhex(address.replace(":", ""))[2:])


def _is_in_use(lookup: Lookup, station: Station, address: IPv4Address) -> bool:
    nets = [net for net in lookup.segments[station.segment].prefixes if isinstance(net, IPv4Network)]
    here = any(address in net for net in nets)
    return here or any(other.segment == station.segment for other in lookup.stations_at.get(address, ()))


def _labels(group: Mac, address: Address, segments: frozenset[SegmentName]) -> frozenset[str]:
    cluster = _address(group) if _CLUSTER.match(group) or _HOST.match(group) else address
    return frozenset(f"nlb {cluster} {segment}" for segment in segments)


FUNCTIONS = (nlb_in_arp, nlb_static_mac, nlb_unicast_mac)
