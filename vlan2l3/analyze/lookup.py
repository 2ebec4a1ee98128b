"""Answer where things are in a network: whose port, whose address, which segment.

Comes in: a `Network`. Goes out: names. Built once an analysis, because a network is searched for every rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from vlan2l3.names import Address, DeviceName, InterfaceName, RackName, SegmentName, VlanId
from vlan2l3.network.model import Host, Network, PortRef, Station, StationKind
from vlan2l3.parse.records import Source

_UPLINK_SORTS = frozenset({"physical", "bond", "vlan"})
_INFRASTRUCTURE = frozenset({StationKind.GATEWAY, StationKind.SWITCH})


class Lookup:
    """Index one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.hosts = {host.name: host for host in network.hosts}
        self._at_port: dict[PortRef, set[DeviceName]] = defaultdict(set)
        self._at_address: dict[Address, set[DeviceName]] = defaultdict(set)
        self._at_node = {node: segment.name for segment in network.segments for node in segment.nodes}
        self._racks = {switch.name: switch.rack for switch in network.switches}
        for host in network.hosts:
            for leg in host.legs:
                self._at_port[leg.port].add(host.name)
                self._at_port[leg.logical].add(host.name)
            for address in host.addresses:
                self._at_address[address.address.ip].add(host.name)

    def on_ports(self, ports: Iterable[PortRef]) -> tuple[Host, ...]:
        """List the hosts with a leg on one of the ports."""
        names = {name for port in ports for name in self._at_port.get(port, ())}
        return tuple(self.hosts[name] for name in sorted(names))

    def named(self, text: str) -> DeviceName | None:
        """Find the host that a configuration calls by its name or by one of its addresses.

        An address that several hosts have (one prefix in two VRFs) names nobody.
        """
        try:
            owners = self._at_address.get(ip_address(text), set())
        except ValueError:
            owners = {name for name in self.hosts if name in (text, text.partition(".")[0])}
        return next(iter(owners)) if len(owners) == 1 else None

    def segment(self, switch: DeviceName, vlan: VlanId) -> SegmentName | None:
        """Find the segment a switch's VLAN is part of."""
        return self._at_node.get((switch, vlan))

    def below(self, host: Host, interface: InterfaceName) -> frozenset[SegmentName]:
        """Find the segments a host's interface reaches: by its addresses, else by its tag on the legs.

        A bridge, a dummy or a tunnel without an address in a segment reaches none that can be told.
        """
        known = {a.segment for a in host.addresses if a.interface == interface and a.segment}
        if known:
            return frozenset(known)
        own = next((i for i in host.interfaces if i.name == interface), None)
        if own is None or own.sort not in _UPLINK_SORTS:
            return frozenset()
        tag = own.vlan
        found: set[SegmentName] = set()
        for leg in host.legs:
            switch = self.network.switch(leg.port.device)
            port = switch.port(leg.logical.port) if switch else None
            vlan = tag if tag is not None else port.untagged if port else None
            segment = self.segment(leg.port.device, vlan) if vlan is not None else None
            if segment:
                found.add(segment)
        return frozenset(found)

    def racks_of(self, host: Host) -> frozenset[RackName]:
        """Give a host's rack: its own, else that of the leafs it hangs on."""
        return frozenset({host.rack}) if host.rack else self.racks_at(leg.port for leg in host.legs)

    def racks_at(self, ports: Iterable[PortRef]) -> frozenset[RackName]:
        """Give the racks that ports are in."""
        return frozenset(rack for port in ports if (rack := self._racks.get(port.device)))

    def runs(self, name: DeviceName, pattern: str) -> bool:
        """Tell whether an active unit fits; a host whose units were not read is taken to run it."""
        units = self.hosts[name].units
        return not units or any(unit.active and re.search(pattern, unit.name) for unit in units)

    def workloads(self) -> Iterator[Station]:
        """Walk the stations that are no part of the network itself: a gateway's virtual MAC is none."""
        return (s for s in self.network.stations if s.kind not in _INFRASTRUCTURE)


def segments_of(host: Host) -> frozenset[SegmentName]:
    """List the segments a host has an address in."""
    return frozenset(a.segment for a in host.addresses if a.segment)


def learned(station: Station) -> tuple[Source, ...]:
    """Give the places that say on which port a station is: those of the switches it hangs on."""
    near = {port.device for port in station.ports}
    return tuple(s for s in station.sources if s.device in near) or station.sources[:1]


def tables(station: Station) -> tuple[Source, ...]:
    """Give the places that tie a station to an address: ARP and ND tables stand elsewhere than the ports."""
    near = {port.device for port in station.ports}
    return tuple(s for s in station.sources if s.device not in near) or station.sources[:1]
