"""Compute what no single line of a capture says: the catalogue's derived functions, each under its name.

Comes in: a `Lookup`. Goes out: sightings. A function says what is there; what it means is the catalogue's
word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address

from vlan2l3.analyze.clusters import Corosync, Vrrp, corosync, lease_ranges, vrrp_instances
from vlan2l3.analyze.lookup import Lookup, learned, tables
from vlan2l3.analyze.overlaps import same_prefix_in_two_vlans, unrouted_prefix_in_two_vlans
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import Address, SegmentName
from vlan2l3.network.model import (
    Host,
    HostAddress,
    HostInterface,
    PortMode,
    PortRef,
    Station,
    StationKind,
    SwitchPort,
    SwitchRole,
)
from vlan2l3.parse.records import FileText

_KNET_SINCE = 3  # corosync's major version whose default transport is knet
_GUEST_SORTS = frozenset({"tap", "tunnel"})
_GUEST_NAMES = re.compile(r"(tap|vnet|veth|macvtap|vif|fwpr)[0-9a-z.]+")
_UPLINK_SORTS = frozenset({"physical", "bond", "vlan"})


def corosync2_default_udp(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 2, or an unknown one, means multicast."""
    for host, config in _corosyncs(lookup):
        major = _major(host, "corosync")
        if not config.transport and (major is None or major < _KNET_SINCE):
            yield _in_file(host, config.file, config.line)


def corosync3_default_knet(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 3 or later makes that knet."""
    for host, config in _corosyncs(lookup):
        major = _major(host, "corosync")
        if not config.transport and major is not None and major >= _KNET_SINCE:
            yield _in_file(host, config.file, config.line)


def keepalived_multicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances without a unicast peer; an empty list of peers means multicast up to 2.2.4."""
    for host, instance in _vrrps(lookup):
        if not instance.peers:
            yield _in_file(host, instance.file, instance.line)


def keepalived_unicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances that name their peers."""
    for host, instance in _vrrps(lookup):
        if instance.peers:
            yield _in_file(host, instance.file, instance.line)


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
                yield _in_file(host, lease.file, lease.line, segments)


def vip_on_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses a host has beside its own configuration, on an interface that has a configured one too.

    An address that keepalived's file explains is its rule's business. IPv6 counts only as /128, since a
    router's advertisement gives a host addresses as well. A host without any configured address was not read
    well enough to tell.
    """
    for host in lookup.network.hosts:
        explained = {address for instance in vrrp_instances(host) for address in instance.addresses}
        configured = {(a.interface, a.address.version) for a in host.addresses if a.static}
        for address in host.addresses:
            if (
                _is_extra(address)
                and (address.interface, address.address.version) in configured
                and address.address.ip not in explained
            ):
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
    explained = {address for _, instance in _vrrps(lookup) for address in instance.addresses}
    seen: dict[tuple[SegmentName, Address], list[Station]] = defaultdict(list)
    for station in lookup.workloads():
        for address in station.addresses:
            if address not in explained and not address.is_link_local:
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


def vm_bridge_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find bridges of a host that join a physical interface, a bond or a VLAN with a guest's interface."""
    for host in lookup.network.hosts:
        for bridge in (i for i in host.interfaces if i.sort == "bridge"):
            members = [i for i in host.interfaces if i.master == bridge.name]
            uplinks = [i for i in members if i.sort in _UPLINK_SORTS and not _GUEST_NAMES.fullmatch(i.name)]
            guests = [i for i in members if i.sort in _GUEST_SORTS or _GUEST_NAMES.fullmatch(i.name)]
            if uplinks and guests:
                yield from _bridge_sightings(lookup, host, uplinks, guests)


def bmc_mac_offset(lookup: Lookup) -> Iterator[Sighting]:
    """Find management controllers that answer on the port of the host they belong to."""
    for station in lookup.workloads():
        if station.kind is StationKind.BMC and station.owner:
            yield Sighting(
                anchor=station.owner,
                host=station.owner,
                segments=frozenset({station.segment}),
                racks=lookup.racks_at(station.ports),
                facts=frozenset({("macs", station.mac), *(("ports", str(p)) for p in station.ports)}),
                source=learned(station)[0],
            )


def silent_twin_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find up ports that carry the VLANs of a virtual MAC's port and on which nobody is known.

    The standby unit of an appliance pair looks like this: it sends nothing from the shared address.
    """
    taken = {port for station in lookup.network.stations for port in station.ports}
    stations = [s for s in lookup.workloads() if s.kind is StationKind.VIRTUAL]
    for ref, port in _leaf_ports(lookup):
        if ref in taken or lookup.on_ports([ref]) or port.peer_link or port.neighbors or port.up is not True:
            continue
        for station in stations:
            if any(_same_vlans(lookup, twin, port) for twin in station.ports):
                yield Sighting(
                    anchor=station.mac,
                    segments=frozenset({station.segment}),
                    racks=lookup.racks_at([ref]),
                    facts=frozenset({("silent_ports", str(ref))}),
                    source=port.source,
                )


def _corosyncs(lookup: Lookup) -> Iterator[tuple[Host, Corosync]]:
    return ((host, config) for host in lookup.network.hosts if (config := corosync(host)))


def _vrrps(lookup: Lookup) -> Iterator[tuple[Host, Vrrp]]:
    return ((host, instance) for host in lookup.network.hosts for instance in vrrp_instances(host))


def _major(host: Host, package: str) -> int | None:
    """Give a package's major version, past Debian's epoch; `None` when the package list was not read."""
    version = next((p.version for p in host.packages if p.name == package), "")
    match = re.match(r"(?:\d+:)?(\d+)", version)
    return int(match[1]) if match else None


def _in_file(
    host: Host, file: FileText, line: int, segments: frozenset[SegmentName] = frozenset()
) -> Sighting:
    number, words = file_line(file, line)
    return Sighting(
        anchor=host.name, host=host.name, segments=segments, source=file.source, line=number, text=words
    )


def _is_extra(address: HostAddress) -> bool:
    ip = address.address.ip
    if address.static or address.segment is None or ip.is_link_local:
        return False
    return isinstance(ip, IPv4Address) or address.address.network.prefixlen == ip.max_prefixlen


def _bridge_sightings(
    lookup: Lookup, host: Host, uplinks: list[HostInterface], guests: list[HostInterface]
) -> Iterator[Sighting]:
    segments = frozenset(s for uplink in uplinks for s in lookup.below(host, uplink.name))
    names = {("guests", guest.name) for guest in guests}
    for interface in (*uplinks, *guests):
        yield Sighting(
            anchor=host.name,
            host=host.name,
            segments=segments,
            facts=frozenset(names),
            source=interface.source,
        )


def _leaf_ports(lookup: Lookup) -> Iterator[tuple[PortRef, SwitchPort]]:
    for switch in lookup.network.switches:
        if switch.role is SwitchRole.LEAF:
            for port in switch.ports:
                if port.mode in (PortMode.ACCESS, PortMode.TRUNK):
                    yield PortRef(device=switch.name, port=port.name), port


def _same_vlans(lookup: Lookup, twin: PortRef, port: SwitchPort) -> bool:
    switch = lookup.network.switch(twin.device)
    active = switch.port(twin.port) if switch else None
    return active is not None and (active.untagged, active.tagged) == (port.untagged, port.tagged)


FUNCTIONS: dict[str, Callable[[Lookup], Iterator[Sighting]]] = {
    function.__name__: function
    for function in (
        bmc_mac_offset, corosync2_default_udp, corosync3_default_knet, dhcp_range_on_link,
        keepalived_multicast_instance, keepalived_unicast_instance, one_ip_two_macs, same_prefix_in_two_vlans,
        silent_twin_port, unrouted_prefix_in_two_vlans, vip_on_uplink, vm_bridge_uplink,
    )
}  # fmt: skip
