"""Join what one switch said about its bridged and routed ports into `SwitchPort`s.

Comes in: the records of one switch. Goes out: its physical ports and LAGs, each with the VLANs that really
pass. It never gives a port nobody described a mode: that port's mode is `unknown`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from vlan2l3.names import DeviceName, Interface, InterfaceName, VlanId, natural_key
from vlan2l3.network.index import Index
from vlan2l3.network.model import PortMode, SwitchPort
from vlan2l3.network.svis import interface_key
from vlan2l3.parse.records import (
    LagMember,
    LldpNeighbor,
    MlagDomain,
    MlagPort,
    Port,
    PortAddress,
    Source,
    StpInstance,
    StpPort,
    Switchport,
)

_DISCARDING = frozenset({"discarding", "blocking", "listening", "learning"})
_BRIDGED = frozenset({"physical", "lag"})


def merged_ports(records: Iterable[Port]) -> dict[InterfaceName, Port]:
    """Join several accounts of one interface: the first that says something about a field decides it."""
    found: dict[InterfaceName, Port] = {}
    for record in records:
        known = found.get(record.name)
        if known is None:
            found[record.name] = record
            continue
        empty = ("", None)
        changes = {
            field.name: getattr(record, field.name)
            for field in fields(known)
            if getattr(known, field.name) in empty and getattr(record, field.name) not in empty
        }
        if known.sort == "other":
            changes["sort"] = record.sort
        found[record.name] = replace(known, **changes)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PortReader:
    """Hold what one switch said about its ports while they are joined.

    Attributes:
        ports: its interfaces of every sort.
        bridging: the VLANs each port is set to carry.
        existing: the VLANs that forward on this switch.
    """

    device: DeviceName
    index: Index
    ports: dict[InterfaceName, Port]
    bridging: dict[InterfaceName, Switchport]
    existing: frozenset[VlanId]

    def read(self) -> tuple[SwitchPort, ...]:
        """Join every physical port and every LAG, sorted by name."""
        member_of = {m.interface: m.lag for m in self.index.of(self.device, LagMember)}
        members: dict[InterfaceName, list[InterfaceName]] = defaultdict(list)
        for name in sorted(member_of, key=natural_key):
            members[member_of[name]].append(name)
        mlag = {p.interface: p.number for p in self.index.of(self.device, MlagPort)}
        peer_links = {d.peer_link for d in self.index.of(self.device, MlagDomain) if d.peer_link}
        blocked, seen, addresses, sources = self._blocked(), self._seen(), self._addresses(), self._sources()
        said = self._said()
        bridged = {name for name, port in self.ports.items() if port.sort in _BRIDGED}
        joined = []
        for name in sorted(bridged | set(self.bridging) | set(member_of) | set(members), key=natural_key):
            port = self._port(name, member_of.get(name), sources[name])
            below = tuple(members.get(name, ()))
            joined.append(
                replace(
                    port,
                    members=below,
                    mlag=mlag.get(name),
                    peer_link=not peer_links.isdisjoint({name, member_of.get(name), *below}),
                    blocked=blocked.get(name, frozenset()) & port.vlans,
                    neighbors=tuple(sorted({pair for n in (name, *below) for pair in seen.get(n, ())})),
                    systems=tuple(sorted({text for n in (name, *below) for text in said.get(n, ())})),
                    addresses=tuple(sorted(addresses.get(name, ()), key=interface_key)),
                )
            )
        return tuple(joined)

    def _port(self, name: InterfaceName, lag: InterfaceName | None, source: Source) -> SwitchPort:
        port, bridging = self.ports.get(name), self.bridging.get(name)
        if lag is not None:
            mode = PortMode.MEMBER
        elif port is not None and port.routed:
            mode = PortMode.ROUTED
        elif bridging is not None:
            mode = PortMode(bridging.mode)
        else:
            mode = PortMode.UNKNOWN
        untagged, tagged = _carried(mode, bridging, self.existing)
        return SwitchPort(
            name=name,
            mode=mode,
            enabled=port.enabled if port else None,
            up=port.up if port else None,
            untagged=untagged,
            tagged=tagged,
            lag=lag,
            description=port.description if port else "",
            mtu=port.mtu if port else None,
            source=source,
        )

    def _sources(self) -> dict[InterfaceName, Source]:
        found: dict[InterfaceName, Source] = {}
        for member in self.index.of(self.device, LagMember):
            found.setdefault(member.lag, member.source)
            found.setdefault(member.interface, member.source)
        found |= {name: record.source for name, record in self.bridging.items()}
        return found | {name: record.source for name, record in self.ports.items()}

    def _addresses(self) -> dict[InterfaceName, set[Interface]]:
        found: dict[InterfaceName, set[Interface]] = defaultdict(set)
        for address in self.index.of(self.device, PortAddress):
            found[address.interface].add(address.address)
            unit = self.ports.get(address.interface)
            if unit is not None and unit.parent is not None:
                found[unit.parent].add(address.address)
        return found

    def _blocked(self) -> dict[InterfaceName, frozenset[VlanId]]:
        vlans: dict[str, frozenset[VlanId]] = defaultdict(frozenset)
        for instance in self.index.of(self.device, StpInstance):
            vlans[instance.instance] |= instance.vlans
        found: dict[InterfaceName, frozenset[VlanId]] = defaultdict(frozenset)
        for port in self.index.of(self.device, StpPort):
            if port.state in _DISCARDING and port.role != "disabled":
                found[port.interface] |= vlans[port.instance]
        return found

    def _seen(self) -> dict[InterfaceName, set[tuple[str, str]]]:
        found: dict[InterfaceName, set[tuple[str, str]]] = defaultdict(set)
        for neighbor in self.index.of(self.device, LldpNeighbor):
            found[neighbor.interface].add((neighbor.system, neighbor.port))
        return found

    def _said(self) -> dict[InterfaceName, set[tuple[str, Source]]]:
        found: dict[InterfaceName, set[tuple[str, Source]]] = defaultdict(set)
        for neighbor in self.index.of(self.device, LldpNeighbor):
            if neighbor.system_description:
                found[neighbor.interface].add((neighbor.system_description, neighbor.source))
        return found


def _carried(
    mode: PortMode, bridging: Switchport | None, existing: frozenset[VlanId]
) -> tuple[VlanId | None, frozenset[VlanId]]:
    """Give what passes the port: configured, and existing on the switch.

    An access port of a desk tags the telephone's VLAN.
    """
    if bridging is None or mode not in (PortMode.ACCESS, PortMode.TRUNK):
        return None, frozenset()
    untagged = bridging.untagged if bridging.untagged in existing else None
    return untagged, (bridging.tagged & existing) - {untagged}
