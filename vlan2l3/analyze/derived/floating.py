"""Compute which addresses move between hosts, and which of them have two holders or could get them.

Comes in: a `Lookup`. Goes out: sightings, labelled by the address so that its holder and its standby are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from vlan2l3.analyze.clusters import files, vrrp_instances
from vlan2l3.analyze.floating import (
    VIP_MANAGER,
    Moving,
    ctdb,
    is_unfenced,
    pacemaker,
    segments_with,
    vip_manager,
)
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.sighting import Sighting, on_host, on_line
from vlan2l3.names import Address, InterfaceName, SegmentName
from vlan2l3.network.model import Host, HostAddress, Segment
from vlan2l3.network.virtual_macs import family
from vlan2l3.parse.records import Source

_VIP_MANAGER = r"^vip-manager.*\.service$"
_GATEWAYS = "gateways"
_PLAIN = "svi"  # a gateway address of one switch only


def ipaddr2_resource(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that Pacemaker moves between uplinks; one on `lo` or a dummy is routed already."""
    for host in lookup.network.hosts:
        for moving in pacemaker(host):
            if moving.on_link and not moving.shared:
                yield _sighting(lookup, host, moving)


def ipaddr2_clone(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that all nodes answer for with one multicast MAC."""
    for host in lookup.network.hosts:
        for moving in pacemaker(host):
            if moving.on_link and moving.shared:
                yield _sighting(lookup, host, moving)


def unfenced_ipaddr2(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses of Pacemaker clusters that run without fencing."""
    for host in lookup.network.hosts:
        if is_unfenced(host):
            for moving in pacemaker(host):
                if not moving.shared:
                    yield _sighting(lookup, host, moving)


def vip_manager_basic(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that vip-manager puts on an uplink and announces by ARP."""
    for host in lookup.network.hosts:
        for moving, key in vip_manager(host):
            if moving.on_link:
                label = f"vip-manager {moving.address} {key}"
                yield _sighting(lookup, host, moving, labels=frozenset({label}))


def vip_manager_unread(lookup: Lookup) -> Iterator[Sighting]:
    """Find vip-manager running where its file was not read, so nobody knows how it moves the address."""
    for host, unit in lookup.units(_VIP_MANAGER):
        if not any(files(host, *VIP_MANAGER)):
            yield replace(on_host(host, unit.source), segments=segments_of(host))


def ctdb_on_link(lookup: Lookup) -> Iterator[Sighting]:
    """Find public addresses of CTDB that go to an uplink."""
    for host in lookup.network.hosts:
        for moving in ctdb(host):
            if moving.on_link:
                yield _sighting(lookup, host, moving)


def two_holders(lookup: Lookup) -> Iterator[Sighting]:
    """Find active/standby addresses that two hosts have at the same time, each by its own configuration.

    A server behind IPVS has the director's address on purpose and declares it nowhere.
    """
    held: dict[tuple[Address, SegmentName | None], list[tuple[Host, HostAddress]]] = defaultdict(list)
    for host in lookup.network.hosts:
        declared = _active_standby(host)
        for own in host.addresses if declared else ():
            if own.address.ip in declared:
                held[own.address.ip, own.segment].append((host, own))
    for (address, segment), holders in held.items():
        if len({host.name for host, _ in holders}) > 1:
            for host, own in holders:
                yield Sighting(
                    anchor=host.name,
                    host=host.name,
                    segments=frozenset({segment} if segment else ()),
                    labels=frozenset({f"address {address} {segment}"}),
                    facts=frozenset({("vips", str(address))}),
                    source=own.source,
                )


def gateway_redundancy(lookup: Lookup) -> Iterator[Sighting]:
    """Find gateway addresses that several switches of the capture answer for, one place a segment."""
    for segment in lookup.network.segments:
        shared = _shared(segment)
        if shared:
            yield Sighting(
                anchor=_GATEWAYS,
                segments=frozenset({segment.name}),
                racks=frozenset(segment.racks),
                source=min(shared),
            )


def gateway_virtual_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find virtual MACs that come from the uplinks, in segments whose gateway is no switch of the capture."""
    unknown = {segment.name: segment.racks for segment in lookup.network.segments if not _shared(segment)}
    for station in lookup.gateways:
        if station.segment in unknown and station.sources and family(station.mac):
            yield Sighting(
                anchor=_GATEWAYS,
                segments=frozenset({station.segment}),
                racks=frozenset(unknown[station.segment]),
                facts=frozenset({("macs", station.mac)}),
                source=station.sources[0],
            )


def _shared(segment: Segment) -> list[Source]:
    return [gateway.source for _, gateway in segment.gateways if gateway.protocol != _PLAIN]


def _active_standby(host: Host) -> frozenset[Address]:
    found = {address for instance in vrrp_instances(host) for address in instance.addresses}
    found |= {moving.address for moving in pacemaker(host) if not moving.shared}
    return frozenset(found | {moving.address for moving, _ in vip_manager(host)})


def _sighting(lookup: Lookup, host: Host, moving: Moving, labels: frozenset[str] = frozenset()) -> Sighting:
    """Say that a file names a moving address; its segments are those of its subnet, else of its interface."""
    segments = segments_with(host, moving.address)
    segments = segments or lookup.below(host, InterfaceName(moving.interface))
    facts = frozenset({("vips", str(moving.address))})
    seen = on_line(host, moving.file, moving.line, facts, segments)
    return replace(seen, labels=labels | {f"address {moving.address} {segment}" for segment in segments})


FUNCTIONS = (
    ctdb_on_link,
    gateway_redundancy,
    gateway_virtual_mac,
    ipaddr2_clone,
    ipaddr2_resource,
    two_holders,
    unfenced_ipaddr2,
    vip_manager_basic,
    vip_manager_unread,
)
