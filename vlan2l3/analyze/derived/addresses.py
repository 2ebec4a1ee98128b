"""Compute which addresses move, are shared, or are leased on the link.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from vlan2l3.analyze.clusters import lease_ranges
from vlan2l3.analyze.floating import explained
from vlan2l3.analyze.lookup import Lookup, tables
from vlan2l3.analyze.sighting import Sighting, on_line
from vlan2l3.names import Address, SegmentName
from vlan2l3.network.model import HostAddress, Station
from vlan2l3.network.virtual_macs import only_answers


def dhcp_range_on_link(lookup: Lookup) -> Iterator[Sighting]:
    """Find lease ranges that lie in a prefix the server itself has an address of, in a segment of the fabric.

    A range on a private bridge, and one served only through relays, has no such address.
    """
    for host in lookup.network.hosts:
        for lease in lease_ranges(host):
            segments = frozenset(
                a.segment for a in host.addresses if a.segment and lease.first in a.address.network
            )
            if segments:
                yield on_line(host, lease.file, lease.line, segments=segments)


def vip_on_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses a host has beside its own configuration, on an interface that has a configured one too.

    An address that the file of another program explains (keepalived, vip-manager, CTDB, kube-vip) is its
    rule's business. IPv6 counts only as /128, since a router's advertisement gives a host addresses as well.
    A host without any configured address was not read well enough to tell.
    """
    for host in lookup.network.hosts:
        configured = {(a.interface, a.address.version) for a in host.addresses if a.static}
        extra = [a for a in host.addresses if _is_extra(a) and (a.interface, a.address.version) in configured]
        known = explained(host) if extra else frozenset[Address]()
        for address in extra:
            if address.address.ip not in known:
                yield Sighting(
                    anchor=host.name,
                    host=host.name,
                    segments=frozenset({address.segment} if address.segment else ()),
                    labels=frozenset({f"address {address.address.ip} {address.segment}"}),
                    facts=frozenset({("vips", str(address.address.ip))}),
                    source=address.source,
                )


def one_ip_two_macs(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that ARP or ND tables tie to the MACs of two machines of one segment."""
    known = {address for host in lookup.network.hosts for address in explained(host)}
    seen: dict[tuple[SegmentName, Address], list[Station]] = defaultdict(list)
    for station in lookup.workloads:
        for address in station.addresses:
            if address not in known and not address.is_link_local and not only_answers(station.mac):
                seen[station.segment, address].append(station)
    for (segment, address), stations in seen.items():
        if len({station.owner or station.mac for station in stations}) > 1:
            for station in stations:
                yield Sighting(
                    anchor=station.owner or station.mac,
                    host=station.owner,
                    segments=frozenset({segment}),
                    racks=lookup.racks_at(station.ports),
                    labels=frozenset({f"address {address} {segment}"}),
                    facts=frozenset({("vips", str(address))}),
                    source=tables(station)[0],
                )


def _is_extra(address: HostAddress) -> bool:
    ip = address.address.ip
    if address.static or address.segment is None or ip.is_link_local:
        return False
    return isinstance(ip, IPv4Address) or address.address.network.prefixlen == ip.max_prefixlen


FUNCTIONS = (dhcp_range_on_link, one_ip_two_macs, vip_on_uplink)
