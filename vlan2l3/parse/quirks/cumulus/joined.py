"""Make the records of a switch out of what the kernel of a Cumulus switch says as a host would.

Comes in: the records of one device. Goes out: `Switchport`, `Vlan`, `LagMember`, `MacEntry`, `Gateway` and
`Vni` records in place of a host's `Bond`, `BridgeEntry` and sub-interfaces; VRFs by their names. No record of
this platform's own kinds is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from vlan2l3.names import InterfaceName, VlanId, natural_key
from vlan2l3.parse import join
from vlan2l3.parse.quirks.cumulus.kernel import Device, Group
from vlan2l3.parse.quirks.cumulus.layout import Layout
from vlan2l3.parse.records import (
    Bond,
    BridgeEntry,
    Gateway,
    LagMember,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    Route,
    SnoopedGroup,
    Source,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)

_NEVER = "(?!)"  # no line of a configuration says what `join` would look for: the kernel has said it
_UNIQUE = (OverlayPeer, Vni, PortAddress, Neighbor, MacEntry, SnoopedGroup)


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join the records of one switch."""
    layout = Layout.of(records)
    made = [each for record in records for each in _converted(record, layout)]
    made += _lag_members(records, layout)
    made += _traditional(layout)
    made += _vnis(layout)
    made += _shared(records, layout)
    made += _groups(records, layout)
    made += _vlan_table(made, layout)
    once = _once(made)
    return join.switch(once, "cumulus", vrf_rule=_NEVER, tag_rule=_NEVER)


def _converted(record: Record, layout: Layout) -> tuple[Record, ...]:
    convert = _CONVERTERS.get(type(record))
    return convert(record, layout) if convert else (record,)


def _dropped(_: Record, __: Layout) -> tuple[Record, ...]:
    return ()


def _port(record: Port, layout: Layout) -> tuple[Record, ...]:
    """Call an interface what it is on a switch; a port outside every bridge is routed."""
    if not layout.devices:
        return (record,)
    vlan = layout.svi(record)
    if vlan is not None:
        return (replace(record, sort="svi", vlan=vlan, routed=True),)
    sort = {"bond": "lag"}.get(record.sort, record.sort)
    if sort == "physical" and not record.name.startswith("swp"):
        return (replace(record, sort="management"),)
    if sort not in ("physical", "lag"):
        return (record,)
    member = record.master is not None and layout.family(record.master) == "bond"
    return (replace(record, sort=sort, routed=not member and not layout.bridged(record)),)


def _address(record: PortAddress, layout: Layout) -> tuple[Record, ...]:
    """Move the address of a VRR interface to the SVI it is shared on."""
    vrf = layout.vrf(record.interface) if layout.devices else record.vrf
    below = layout.virtual(record.interface)
    if below is None or record.address.ip.is_link_local:
        return (replace(record, vrf=vrf),)
    return (replace(record, interface=below, vrf=layout.vrf(below), virtual=True),)


def _neighbor(record: Neighbor, layout: Layout) -> tuple[Record, ...]:
    below = layout.virtual(record.interface) or record.interface
    return (replace(record, interface=below, vrf=layout.vrf(below)),)


def _route(record: Route, layout: Layout) -> tuple[Record, ...]:
    """Name the VRF of a route: iproute2 gives its table by number, or by the name of the VRF."""
    table = record.vrf.removeprefix("table:")
    named = table if table in layout.tables.values() else layout.tables.get(table, record.vrf)
    return (replace(record, vrf=named),)


def _switchport(record: Switchport, layout: Layout) -> tuple[Record, ...]:
    """Keep the ports: a bridge lists itself and tunnels as well; without filtering nothing is in force."""
    family = layout.family(record.interface)
    kept = family not in ("bridge", "vxlan") and layout.filters(record.interface)
    return (record,) if kept else ()


def _mac(record: MacEntry, layout: Layout) -> tuple[Record, ...]:
    """Tell the peer's own addresses, which the MLAG daemon pins to the peer link, from static ones."""
    is_peers = record.origin == "static" and record.interface == layout.peer_link
    return (replace(record, origin="peer"),) if is_peers else (record,)


def _station(record: BridgeEntry, layout: Layout) -> tuple[Record, ...]:
    """Give a station of a traditional bridge its VLAN; on a VLAN-aware one it is the port's own address."""
    vlan = layout.vlans.get(record.bridge)
    if vlan is None:
        return () if record.bridge in layout.aware else (record,)
    origin = "self" if record.permanent else "learned"
    wire = layout.wire(record.port)
    return (MacEntry(vlan=vlan, mac=record.mac, interface=wire, origin=origin, source=record.source),)


def _domain(record: MlagDomain, layout: Layout) -> tuple[Record, ...]:
    """Name the bond as the peer link, whose sub-interface only carries the daemon's own traffic."""
    return (replace(record, peer_link=record.peer_link and layout.wire(record.peer_link)),)


def _tree(record: StpInstance, layout: Layout) -> tuple[Record, ...]:
    """Give the tree of a bridge its VLANs; a sub-interface of it is a VLAN on a port."""
    root_port = layout.wire(record.root_port) if record.root_port else None
    bridge = InterfaceName(record.instance)
    vlan = layout.vlans.get(bridge)
    vlans = frozenset({vlan}) if vlan is not None else _of_bridge(bridge, layout)
    return (replace(record, vlans=record.vlans or vlans, root_port=root_port),)


def _tree_port(record: StpPort, layout: Layout) -> tuple[Record, ...]:
    return (replace(record, interface=layout.wire(record.interface)),)


def _of_bridge(bridge: InterfaceName, layout: Layout) -> frozenset[VlanId]:
    """Give every VLAN of a VLAN-aware bridge; without the kernel's word, of all ports there are."""
    members = {bridge, *layout.members.get(bridge, ())} if layout.devices else set(layout.filtered)
    return frozenset(
        vlan
        for name, port in layout.filtered.items()
        if name in members
        for vlan in (port.tagged | ({port.untagged} if port.untagged is not None else frozenset()))
    )


_CONVERTERS: dict[type[Record], Callable[[Any, Layout], tuple[Record, ...]]] = {
    Device: _dropped,
    Bond: _dropped,
    Group: _dropped,
    Port: _port,
    PortAddress: _address,
    Neighbor: _neighbor,
    Route: _route,
    Switchport: _switchport,
    MacEntry: _mac,
    BridgeEntry: _station,
    MlagDomain: _domain,
    StpInstance: _tree,
    StpPort: _tree_port,
}


def _lag_members(records: Iterable[Record], layout: Layout) -> Iterator[LagMember]:
    """Make the members of every bond; one whose aggregator is not the bond's carries nothing."""
    bonds = {record.name: record for record in records if isinstance(record, Bond)}
    for name, bond in bonds.items():
        chosen = layout.devices[name].fact("aggregator") if name in layout.devices else ""
        for member in bond.members:
            device = layout.devices[member]
            joined = device.fact("slave_ad_aggregator_id")
            working = (device.fact("slave_mii_status"), device.fact("slave_state")) == ("UP", "ACTIVE")
            yield LagMember(
                lag=name,
                interface=member,
                active=working and (not chosen or not joined or chosen == joined),
                lacp=bond.mode == "802.3ad",
                partner=bond.partner,
                source=device.source,
            )


def _traditional(layout: Layout) -> Iterator[Switchport]:
    """Make the switchport of each port below traditional bridges; one with an unclear bridge stays open."""
    untagged: dict[InterfaceName, VlanId] = {}
    tagged: dict[InterfaceName, set[VlanId]] = defaultdict(set)
    unclear = set()
    for bridge in layout.traditional:
        vlan = layout.vlans.get(bridge)
        for name in layout.members.get(bridge, ()):
            port = layout.ports.get(name)
            if port is None or port.sort not in ("physical", "bond", "vlan"):
                continue
            if vlan is None:
                unclear.add(layout.wire(name))
            elif port.sort == "vlan":
                tagged[layout.wire(name)].add(vlan)
            else:
                untagged[name] = vlan
    for name in sorted({*untagged, *tagged} - unclear, key=natural_key):
        yield Switchport(
            interface=name,
            mode="trunk" if tagged.get(name) else "access",
            untagged=untagged.get(name),
            tagged=frozenset(tagged.get(name, ())),
            source=layout.ports[name].source,
        )


def _vnis(layout: Layout) -> Iterator[Vni]:
    """Give the VLAN of each tunnel that stands for one VNI."""
    for device in layout.devices.values():
        if device.family != "vxlan" or not device.fact("id").isdigit() or device.master is None:
            continue
        port = layout.filtered.get(device.name) if device.master in layout.aware else None
        vlan = port.untagged if port else layout.vlans.get(device.master)
        if vlan is not None:
            yield Vni(vlan=vlan, vni=int(device.fact("id")), source=device.source)


def _shared(records: Iterable[Record], layout: Layout) -> Iterator[Gateway]:
    """Make a gateway of each address on a macvlan: VRR, or VRRP by its address of the link layer."""
    for record in records:
        if not isinstance(record, PortAddress) or record.address.ip.is_link_local:
            continue
        below = layout.virtual(record.interface)
        port = layout.ports.get(record.interface)
        if below is None or port is None:
            continue
        vrrp = port.mac is not None and port.mac.startswith(("00:00:5e:00:01:", "00:00:5e:00:02:"))
        is_vrrp = vrrp and record.interface.startswith("vrrp")
        yield Gateway(
            interface=below,
            protocol="vrrp" if is_vrrp else "anycast",
            addresses=(record.address.ip,),
            mac=port.mac,
            group=int(port.mac[-2:], 16) if is_vrrp and port.mac else None,
            source=record.source,
        )


def _groups(records: Iterable[Record], layout: Layout) -> Iterator[SnoopedGroup]:
    """Gather the ports of each multicast group of a VLAN."""
    found: dict[tuple[VlanId, Any], list[Group]] = defaultdict(list)
    for record in records:
        if isinstance(record, Group):
            vlan = record.vlan or layout.vlans.get(record.bridge)
            if vlan is not None:
                found[vlan, record.group].append(record)
    for (vlan, group), rows in found.items():
        ports = sorted({layout.wire(row.port) for row in rows}, key=natural_key)
        yield SnoopedGroup(vlan=vlan, group=group, ports=tuple(ports), source=rows[0].source)


def _vlan_table(made: Iterable[Record], layout: Layout) -> Iterator[Vlan]:
    """List the VLANs that the bridges have, each with the ports that carry it; `bridge vlan` names none."""
    carrying: dict[VlanId, set[InterfaceName]] = defaultdict(set)
    sources: dict[VlanId, Source] = {}
    listed = [port for name, port in layout.filtered.items() if layout.filters(name)]
    known = {port.interface for port in listed}
    listed += [r for r in made if isinstance(r, Switchport) and r.interface not in known]
    for port in listed:
        own = {port.untagged} if port.untagged is not None else set()
        for vlan in sorted({*port.tagged, *own}):
            sources.setdefault(vlan, port.source)
            if layout.family(port.interface) != "bridge":
                carrying[vlan].add(port.interface)
    for vlan in sorted(sources):
        ports = tuple(sorted(carrying[vlan], key=natural_key))
        yield Vlan(vlan=vlan, ports=ports, source=sources[vlan])


def _once(records: Iterable[Record]) -> tuple[Record, ...]:
    """Keep one record of a fact that several answers state; a state goes before a setting."""
    stated = {(r.number, r.interface) for r in records if isinstance(r, MlagPort) and r.state}
    seen: set[tuple[object, ...]] = set()
    kept = []
    for record in records:
        if isinstance(record, MlagPort) and not record.state and (record.number, record.interface) in stated:
            continue
        key: tuple[object, ...] = ()
        if isinstance(record, _UNIQUE):
            key = (record.kind, *_identity(record))
        if not key or key not in seen:
            kept.append(record)
        seen.add(key)
    return tuple(kept)


def _identity(record: Record) -> tuple[object, ...]:
    """Give what tells a record from another of its kind."""
    if isinstance(record, Neighbor):
        return (record.interface, record.address, record.mac)
    if isinstance(record, PortAddress):
        return (record.interface, record.address)
    if isinstance(record, MacEntry):
        return (record.vlan, record.mac, record.interface)
    return tuple(getattr(record, name) for name in record.__slots__ if name != "source")
