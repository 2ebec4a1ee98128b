"""Answer where things are in a network: whose port, whose address, which segment.

Comes in: a `Network`. Goes out: names. Built once an analysis, because a network is searched for every rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from ipaddress import ip_address
from typing import Any, TypeVar

from vlan2l3.analyze import kubectl
from vlan2l3.names import Address, DeviceName, InterfaceName, RackName, SegmentName, VlanId
from vlan2l3.network.model import Host, Network, PortRef, Station, StationKind, Switch, SwitchPort
from vlan2l3.parse.records import FileText, JoinedGroup, SnoopedGroup, Socket, Source, Sysctl, Unit

_UPLINK_SORTS = frozenset({"physical", "bond", "vlan"})
_INFRASTRUCTURE = frozenset({StationKind.GATEWAY, StationKind.SWITCH})

T = TypeVar("T")


class Lookup:
    """Index one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.hosts = {host.name: host for host in network.hosts}
        self._at_port: dict[PortRef, set[DeviceName]] = defaultdict(set)
        self._at_address: dict[Address, set[DeviceName]] = defaultdict(set)
        self._at_node = {node: segment.name for segment in network.segments for node in segment.nodes}
        self._racks = {switch.name: switch.rack for switch in network.switches}
        self.switches = {switch.name: switch for switch in network.switches}
        self.segments = {segment.name: segment for segment in network.segments}
        self._once: dict[Callable[[Lookup], Any], Any] = {}
        self._fitting: dict[tuple[str, ...], frozenset[str]] = {}
        for host in network.hosts:
            for leg in host.legs:
                self._at_port[leg.port].add(host.name)
                self._at_port[leg.logical].add(host.name)
            for address in host.addresses:
                self._at_address[address.address.ip].add(host.name)

    def once(self, compute: Callable[[Lookup], T]) -> T:
        """Give what a function computes of this network, computed at the first call only."""
        if compute not in self._once:
            self._once[compute] = compute(self)
        result: T = self._once[compute]
        return result

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
            switch = self.switches.get(leg.port.device)
            port = switch.port(leg.logical.port) if switch else None
            vlan = tag if tag is not None else port.untagged if port else None
            segment = self.segment(leg.port.device, vlan) if vlan is not None else None
            if segment:
                found.add(segment)
        return frozenset(found)

    def reached(self, host: Host) -> frozenset[SegmentName]:
        """Give the segments a host has an address in; where nobody reads those, of the MACs on its ports."""
        heard = {station.segment for leg in host.legs for station in self.at_ports.get(leg.logical, ())}
        return segments_of(host) or frozenset(heard)

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

    def files(self, patterns: tuple[str, ...]) -> Iterator[tuple[Host, FileText]]:
        """Walk the files whose path fits one of the shell patterns, host by host; `*` spans folders."""
        paths = self._fitting.get(patterns)
        if paths is None:
            paths = frozenset(p for p in self._files if any(fnmatchcase(p, pattern) for pattern in patterns))
            self._fitting[patterns] = paths
        found = [place for path in paths for place in self._files[path]]
        return ((host, file) for _, _, host, file in sorted(found, key=lambda place: place[:2]))

    def units(self, pattern: str) -> Iterator[tuple[Host, Unit]]:
        """Walk the active units whose name fits."""
        compiled = re.compile(pattern)
        return (place for name, places in self._units.items() if compiled.search(name) for place in places)

    def sockets(self, protocol: str, port: int) -> list[tuple[Host, Socket]]:
        """List the listening sockets of a port."""
        return self._sockets.get((protocol, port), [])

    @cached_property
    def joined(self) -> dict[Address, list[tuple[Host, JoinedGroup]]]:
        """Index the multicast groups hosts joined."""
        found = defaultdict(list)
        for host in self.network.hosts:
            for group in host.groups:
                found[group.group].append((host, group))
        return dict(found)

    def groups_of(self, name: DeviceName) -> frozenset[Address]:
        """List the multicast groups that a host joined on an interface that reaches a segment."""
        return self._groups.get(name, frozenset())

    @cached_property
    def _groups(self) -> dict[DeviceName, frozenset[Address]]:
        return {
            host.name: frozenset(g.group for g in host.groups if self.below(host, g.interface))
            for host in self.network.hosts
            if host.groups
        }

    @cached_property
    def between_switches(self) -> frozenset[PortRef]:
        """List the ports, and their LAGs, that lead to another switch of the capture."""
        found = {end for link in self.network.links for end in (link.a, link.b)}
        for switch in self.network.switches:
            for port in switch.ports:
                ref = PortRef(device=switch.name, port=port.name)
                if port.peer_link:
                    found.add(ref)
                if port.lag and ref in found:
                    found.add(PortRef(device=switch.name, port=port.lag))
        return frozenset(found)

    @cached_property
    def snooped(self) -> dict[Address, list[tuple[Switch, SnoopedGroup]]]:
        """Index the multicast groups in the snooping tables of switches."""
        found = defaultdict(list)
        for switch in self.network.switches:
            for group in switch.snooped:
                found[group.group].append((switch, group))
        return dict(found)

    @cached_property
    def settings(self) -> dict[str, list[tuple[Host, Sysctl]]]:
        """Index the kernel settings of hosts."""
        found = defaultdict(list)
        for host in self.network.hosts:
            for setting in host.sysctls:
                found[setting.key].append((host, setting))
        return dict(found)

    @cached_property
    def relayed(self) -> dict[Address, set[SegmentName]]:
        """Index the segments whose SVIs relay DHCP to an address."""
        found = defaultdict(set)
        for switch in self.network.switches:
            for svi in switch.svis:
                segment = self.segment(switch.name, svi.vlan)
                if segment:
                    for server in svi.relays:
                        found[server].add(segment)
        return dict(found)

    @cached_property
    def workloads(self) -> tuple[Station, ...]:
        """List the stations that are no part of the network itself: a gateway's virtual MAC is none."""
        return tuple(s for s in self.network.stations if s.kind not in _INFRASTRUCTURE)

    @cached_property
    def stations_at(self) -> dict[Address, list[Station]]:
        """Index the workloads by the addresses tied to them."""
        found = defaultdict(list)
        for station in self.workloads:
            for address in station.addresses:
                found[address].append(station)
        return dict(found)

    @cached_property
    def on_access(self) -> tuple[Station, ...]:
        """List the workloads on an access port: what is behind an uplink is somebody else's."""
        return tuple(s for s in self.workloads if s.ports)

    @cached_property
    def ports(self) -> dict[PortRef, SwitchPort]:
        """Index the ports of all switches."""
        return {PortRef(device=s.name, port=p.name): p for s in self.network.switches for p in s.ports}

    @cached_property
    def at_ports(self) -> dict[PortRef, list[Station]]:
        """Index the workloads by the access ports they are on."""
        found = defaultdict(list)
        for station in self.on_access:
            for port in station.ports:
                found[port].append(station)
        return dict(found)

    def was_read(self, name: DeviceName | None) -> bool:
        """Tell whether somebody is a host that could be read."""
        return name is not None and name in self.hosts and self.hosts[name].readable

    def is_read_at(self, port: PortRef) -> bool:
        """Tell whether a host that could be read has a leg on a port."""
        return any(host.readable for host in self.on_ports([port]))

    @cached_property
    def gateways(self) -> tuple[Station, ...]:
        """List the stations that are gateways of the network."""
        return tuple(s for s in self.network.stations if s.kind is StationKind.GATEWAY)

    def holders(self, address: Address) -> frozenset[DeviceName]:
        """List the hosts that have an address, on whatever interface."""
        return frozenset(self._at_address.get(address, ()))

    def around(self, address: Address) -> frozenset[SegmentName]:
        """List the segments one of whose prefixes an address lies in."""
        lengths, found = self._prefixes.get(address.version, {}), set[SegmentName]()
        for length, networks in lengths.items():
            found |= networks.get(int(address) >> (address.max_prefixlen - length), set())
        return frozenset(found)

    @cached_property
    def _prefixes(self) -> dict[int, dict[int, dict[int, set[SegmentName]]]]:
        found: dict[int, dict[int, dict[int, set[SegmentName]]]] = {4: {}, 6: {}}
        for segment in self.network.segments:
            for prefix in segment.prefixes:
                length = prefix.prefixlen
                key = int(prefix.network_address) >> (prefix.max_prefixlen - length)
                found[prefix.version].setdefault(length, {}).setdefault(key, set()).add(segment.name)
        return found

    @cached_property
    def kubernetes(self) -> dict[DeviceName, kubectl.Cluster]:
        """Describe the cluster behind each host that has an answer of `kubectl`."""
        asked = {host.name: kubectl.answers(host) for host in self.network.hosts}
        asked = {name: files for name, files in asked.items() if files}
        silent = defaultdict(set)
        for host in self.network.hosts:
            if host.name not in asked and kubectl.runs_kubelet(host):
                for segment in segments_of(host):
                    silent[segment].add(host.name)
        return {name: self._cluster(name, files, silent) for name, files in asked.items()}

    def _cluster(
        self,
        name: DeviceName,
        files: tuple[FileText, ...],
        silent: dict[SegmentName, set[DeviceName]],
    ) -> kubectl.Cluster:
        named = {node.name: self._node(node) for node in kubectl.nodes(files)}
        nodes = {host for host in named.values() if host}
        if not named:  # nobody listed them: who runs a kubelet beside it, and was not asked, is taken for one
            nodes = {name}.union(*(silent.get(s, ()) for s in segments_of(self.hosts[name])))
        return kubectl.Cluster(
            subjects=(name,) if name in nodes or not nodes else tuple(sorted(nodes)),
            nodes=frozenset(nodes),
            strangers=frozenset(node for node, host in named.items() if host is None),
            labels=frozenset(f"object {uid}" for uid in kubectl.identities(files)),
            listed=bool(named),
        )

    def _node(self, node: kubectl.Node) -> DeviceName | None:
        found = (self.named(text) for text in (*node.addresses, node.name))
        return next((host for host in found if host), None)

    @cached_property
    def _files(self) -> dict[str, list[tuple[int, int, Host, FileText]]]:
        found = defaultdict(list)
        for place, host in enumerate(self.network.hosts):
            for number, file in enumerate(host.files):
                found[file.path].append((place, number, host, file))
        return dict(found)

    @cached_property
    def _units(self) -> dict[str, list[tuple[Host, Unit]]]:
        found = defaultdict(list)
        for host in self.network.hosts:
            for unit in host.units:
                if unit.active:
                    found[unit.name].append((host, unit))
        return dict(found)

    @cached_property
    def _sockets(self) -> dict[tuple[str, int], list[tuple[Host, Socket]]]:
        found = defaultdict(list)
        for host in self.network.hosts:
            for socket in host.sockets:
                found[socket.protocol, socket.port].append((host, socket))
        return dict(found)


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
