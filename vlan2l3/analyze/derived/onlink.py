"""Compute which hosts take the segment for granted: neighbours of their own prefix, prefixes from a router.

Comes in: a `Lookup`. Goes out: sightings, one finding a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from vlan2l3.analyze.derived.per_segment import Seen, per_segment
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Address, Mac, SegmentName
from vlan2l3.network.model import Host, HostAddress, StationKind
from vlan2l3.network.virtual_macs import BROADCAST
from vlan2l3.parse.records import Neighbor

RADVD = "/etc/radvd.conf"
SHOWN = 5  # hosts of a segment; the rest of them say the same
_SLAAC_LENGTH = 64
_RADVD_INTERFACE = re.compile(r"(?m)^[ \t]*interface[ \t]+(\S+)")


def onlink_prefix(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that resolved a neighbour of their own prefix, no gateway; HA pairs are named."""
    pairs = [(s.segment, ("macs", str(s.mac))) for s in lookup.workloads if s.kind is StationKind.VIRTUAL]
    alone = {segment.name for segment in lookup.network.segments} - {segment for segment, _ in pairs}
    pairs += [(segment, ("macs", "none")) for segment in alone]
    yield from per_segment(_talking(lookup, _routers(lookup)), facts=pairs, shown=SHOWN)


def slaac_address(lookup: Lookup) -> Iterator[Sighting]:
    """Find other IPv6 /64 addresses in no configuration of the host: DHCPv6 and clusters give /128."""
    yield from per_segment(
        Seen(host=host.name, segment=address.segment, source=address.source)
        for host, address in _unconfigured(lookup)
        if address.segment and not _is_of(address.address.ip, _mac(host, address))
    )


def eui64_address(lookup: Lookup) -> Iterator[Sighting]:
    """Find IPv6 /64 addresses in no configuration that are made of the interface's own MAC address."""
    yield from per_segment(
        Seen(host=host.name, segment=address.segment, source=address.source)
        for host, address in _unconfigured(lookup)
        if address.segment and _is_of(address.address.ip, _mac(host, address))
    )


def radvd_on_link(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts whose radvd speaks in a segment; one that only speaks to its guests' interfaces does not."""
    yield from per_segment(
        Seen(host=host.name, segment=segment, source=unit.source)
        for host, unit in lookup.units(r"^radvd(@[^.]*)?\.service$")
        for segment in sorted(_advertised(lookup, host))
    )


def _talking(lookup: Lookup, routers: dict[SegmentName, set[Address]]) -> Iterator[Seen]:
    for host in lookup.network.hosts:
        for address in host.addresses:
            segment, network = address.segment, address.address.network
            if segment is None or network.prefixlen >= network.max_prefixlen - 1:
                continue
            known = routers.get(segment, set()) | ({address.gateway} if address.gateway else set())
            others = (n for n in host.neighbors if _is_onlink(n, address) and n.address not in known)
            found = next(others, None)
            if found:
                yield Seen(host=host.name, segment=segment, source=found.source)


def _is_onlink(neighbor: Neighbor, address: HostAddress) -> bool:
    return (
        neighbor.interface == address.interface
        and neighbor.mac is not None
        and neighbor.mac != BROADCAST  # the kernel's own entry for the subnet's last address
        and not neighbor.address.is_link_local
        and neighbor.address in address.address.network
    )


def _routers(lookup: Lookup) -> dict[SegmentName, set[Address]]:
    """Collect the addresses that switches have in a segment, shared ones and their own."""
    found: dict[SegmentName, set[Address]] = {
        segment.name: {gateway.address.ip for _, gateway in segment.gateways}
        for segment in lookup.network.segments
    }
    for switch in lookup.network.switches:
        for svi in switch.svis:
            segment = lookup.segment(switch.name, svi.vlan)
            if segment:
                found.setdefault(segment, set()).update(address.ip for address in svi.addresses)
    return found


def _unconfigured(lookup: Lookup) -> Iterator[tuple[Host, HostAddress]]:
    for host in lookup.network.hosts:
        for address in host.addresses:
            ip, length = address.address.ip, address.address.network.prefixlen
            if isinstance(ip, IPv6Address) and length == _SLAAC_LENGTH and not address.static:
                yield host, address


def _mac(host: Host, address: HostAddress) -> Mac | None:
    return next((i.mac for i in host.interfaces if i.name == address.interface), None)


def _is_of(ip: Address, mac: Mac | None) -> bool:
    """Tell whether an address ends in the MAC, ff:fe in its middle and its second bit turned."""
    if mac is None or isinstance(ip, IPv4Address):
        return False
    octets = bytes.fromhex(mac.replace(":", ""))
    return ip.packed[8:] == bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]


def _advertised(lookup: Lookup, host: Host) -> frozenset[SegmentName]:
    """List the segments radvd speaks in: where its file was not read, those of all IPv6 addresses."""
    file = host.file(RADVD)
    if file is None:
        return frozenset(
            a.segment for a in host.addresses if a.segment and isinstance(a.address.ip, IPv6Address)
        )
    named = {name.rstrip("{") for name in _RADVD_INTERFACE.findall(file.text)}
    return frozenset(s for i in host.interfaces if i.name in named for s in lookup.below(host, i.name))


FUNCTIONS = (eui64_address, onlink_prefix, radvd_on_link, slaac_address)
