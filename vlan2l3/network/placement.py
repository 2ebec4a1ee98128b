"""Place a host's addresses in segments, by the VLAN its ports give the frames of each interface.

Comes in: one host's interfaces, addresses, routes and legs. Goes out: `HostAddress`es, and doubts where the
ports of one bond lead to different segments. An address whose place is not proven keeps the segment `None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from vlan2l3.names import Address, DeviceName, InterfaceName, SegmentName, VlanId, natural_key
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.index import Index
from vlan2l3.network.legs import HostLinks
from vlan2l3.network.model import HostAddress, Leg, PortMode, SwitchPort
from vlan2l3.network.segments import Membership
from vlan2l3.network.stack import Stack
from vlan2l3.network.svis import interface_key
from vlan2l3.parse.records import FileText, PortAddress, Route, Source

_INTERFACES = re.compile(r"/etc/network/interfaces(?:\.d/.*)?")
_TOKENS = re.compile(r"[0-9A-Fa-f:.]+")
_BRIDGING = (PortMode.ACCESS, PortMode.TRUNK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Say where the frames of one interface go."""

    segment: SegmentName | None
    tag: VlanId | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placer:
    """Hold what is needed to place the addresses of one host."""

    host: DeviceName
    stack: Stack
    index: Index
    fabric: Fabric
    host_links: HostLinks
    membership: Membership

    def addresses(self) -> tuple[tuple[HostAddress, ...], list[Doubt]]:
        """Place every address, leaving out link-local and loopback ones, which belong to no subnet."""
        records = [
            record
            for record in self.index.of(self.host, PortAddress)
            if not (record.address.is_link_local or record.address.is_loopback)
        ]
        places = {name: self.place(name) for name in sorted({r.interface for r in records}, key=natural_key)}
        gateways = default_gateways(self.index.of(self.host, Route))
        own = configured(self.index.of(self.host, FileText))
        found: dict[tuple[InterfaceName, object], HostAddress] = {}
        for record in records:
            place = places[record.interface]
            found.setdefault(
                (record.interface, record.address),
                HostAddress(
                    interface=record.interface,
                    address=record.address,
                    segment=place.segment,
                    tag=place.tag,
                    gateway=gateways.get((record.interface, record.address.version)),
                    static=record.address.ip in own,
                    source=record.source,
                ),
            )
        ordered = sorted(found.values(), key=lambda a: (natural_key(a.interface), interface_key(a.address)))
        return tuple(ordered), [doubt for place in places.values() for doubt in place.doubts]

    def place(self, name: InterfaceName) -> Place:
        """Find the segment of an interface: the one all its legs lead to."""
        wires = self.stack.wires(name)
        tags = set(wires.values())
        tag = tags.pop() if len(tags) == 1 else None
        ends = {
            leg: self._segment(port, leg, tag)
            for leg, nics in self.host_links.legs.get(self.host, ())
            if nics and nics <= wires.keys() and (port := self.fabric.ports[leg.logical]).mode in _BRIDGING
        }
        segments = {segment for segment in ends.values() if segment is not None}
        if len(segments) == 1 and None not in ends.values():
            return Place(segment=segments.pop(), tag=tag)
        if not ends:
            return Place(segment=None, tag=tag)
        only = next(iter(segments)) if len(segments) == 1 else None
        return Place(segment=only, tag=tag, doubts=(self._doubt(name, ends),))

    def _segment(self, port: SwitchPort, leg: Leg, tag: VlanId | None) -> SegmentName | None:
        vlan = port.untagged if tag is None else tag
        if vlan is None or (tag is not None and tag not in port.tagged):
            return None
        return self.membership.get((leg.port.device, vlan))

    def _doubt(self, name: InterfaceName, ends: dict[Leg, SegmentName | None]) -> Doubt:
        said = "; ".join(f"{leg.logical} to {ends[leg] or 'no segment'}" for leg in ends)
        return Doubt(
            subject=f"segment {self.host} {name}",
            what=f"the frames of {name} on {self.host} have no single place: {said}",
            hint="compare the VLANs of these ports with what the host sends",
            devices=(self.host, *sorted({leg.port.device for leg in ends})),
            sources=tuple(sorted({leg.source for leg in ends})),
        )


def default_gateways(routes: Iterable[Route]) -> dict[tuple[InterfaceName, int], Address]:
    """Give the next hop of the best default route by interface and family, the main table first."""
    found: dict[tuple[InterfaceName, int], tuple[bool, int, Source, Address]] = {}
    for route in routes:
        if route.prefix.prefixlen:
            continue
        for address, interface in route.via:
            if address is None or interface is None:
                continue
            candidate = (route.vrf != "default", route.metric, route.source, address)
            key = (interface, route.prefix.version)
            if key not in found or candidate[:3] < found[key][:3]:
                found[key] = candidate
    return {key: address for key, (_, _, _, address) in found.items()}


@lru_cache(maxsize=16)
def configured(files: tuple[FileText, ...]) -> dict[Address, tuple[FileText, int]]:
    """Give every address that the host's own interface files name outside comments, with its first line."""
    found: dict[Address, tuple[FileText, int]] = {}
    for file in files:
        if not _INTERFACES.fullmatch(file.path):
            continue
        for number, line in enumerate(file.text.splitlines(), start=1):
            for token in _TOKENS.findall(line.partition("#")[0]):
                try:
                    found.setdefault(ip_address(token), (file, number))
                except ValueError:
                    continue
    return found
