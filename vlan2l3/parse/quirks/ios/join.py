"""Join the answers of one IOS switch where they tell the same, or complete each other.

Comes in: the records of one device. Goes out: the same facts, each once. What every platform's answers leave
open is joined in `parse.join`; here is what IOS alone tells twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vlan2l3.names import Address, Interface, InterfaceName
from vlan2l3.parse import join
from vlan2l3.parse.quirks.ios import config
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    DhcpRelay,
    FileText,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    OverlayPeer,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
)

_ALIKE: Mapping[type[Record], tuple[str, ...]] = {
    # two records that agree in these fields say the same
    Acl: ("family", "name"),
    AclBinding: ("interface", "acl", "direction"),
    DhcpRelay: ("interface",),
    MacEntry: ("vlan", "mac", "interface"),
    OverlayPeer: ("address",),
    StpPort: ("instance", "interface"),
}


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say."""
    joined = join.switch(_partners(records), "ios", vrf_rule=config.VRF, tag_rule=config.TAG)
    for step in (_addresses, _relays, _others, _once, _neighbours, _instances):
        joined = step(joined)
    return joined


def _partners(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Take a member's LACP partner from `show lacp neighbor`, the rest from the summary of all LAGs."""
    written = {r.source.file for r in records if isinstance(r, FileText)}
    members = [r for r in records if isinstance(r, LagMember) and r.source.file not in written]
    partners = {r.interface: r.partner for r in members if r.partner}
    listed = {r.interface for r in members if not r.partner}
    return tuple(
        replace(record, partner=partners.get(record.interface)) if isinstance(record, LagMember) else record
        for record in records
        if not (isinstance(record, LagMember) and record.partner and record.interface in listed)
    )


def _addresses(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Keep each address once: `show ip interface` knows its VRF, `show interfaces` does not."""
    best: dict[tuple[InterfaceName, Interface], PortAddress] = {}
    for record in records:
        if isinstance(record, PortAddress):
            key = (record.interface, record.address)
            known = best.get(key)
            best[key] = record if known is None or known.vrf == "default" else known
    kept = {id(record) for record in best.values()}
    return tuple(r for r in records if not isinstance(r, PortAddress) or id(r) in kept)


def _relays(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Make one record of the servers that answer and configuration name for an interface."""
    servers: dict[InterfaceName, dict[Address, None]] = {}
    for record in records:
        if isinstance(record, DhcpRelay):
            servers.setdefault(record.interface, {}).update(dict.fromkeys(record.servers))
    return tuple(
        replace(r, servers=tuple(servers[r.interface])) if isinstance(r, DhcpRelay) else r for r in records
    )


def _others(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Drop the switch's own addresses from its ARP table, which IOS lists among those of others."""
    own = {(r.interface, r.address.ip) for r in records if isinstance(r, PortAddress)}
    gateways = [r for r in records if isinstance(r, Gateway) and r.mac]
    own |= {(r.interface, address) for r in gateways for address in r.addresses}
    return tuple(
        record
        for record in records
        if not (isinstance(record, Neighbor) and (record.interface, record.address) in own)
    )


def _once(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Keep the first of what is told twice: every supervisor and line card of a 6500 has a MAC table."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Record] = []
    for record in records:
        key = _key(record)
        if not key or key not in seen:
            kept.append(record)
        seen.add(key)
    return tuple(kept)


def _neighbours(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Drop a row of the brief LLDP table where the detailed answer tells of the same neighbour."""
    told = {(r.interface, r.port) for r in records if isinstance(r, LldpNeighbor) and r.chassis and r.system}
    return tuple(
        record
        for record in records
        if not isinstance(record, LldpNeighbor)
        or (record.chassis and record.system)
        or record.protocol == "cdp"
        or (record.interface, record.port) not in told
    )


def _key(record: Record) -> tuple[object, ...]:
    alike = _ALIKE.get(type(record), ())
    return (record.kind, *(getattr(record, name) for name in alike)) if alike else ()


def _instances(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Make one record of an MST instance that `show spanning-tree` and its `mst` form both show."""
    vlans = {r.instance: r.vlans for r in records if isinstance(r, StpInstance) and r.vlans}
    seen: set[str] = set()
    kept: list[Record] = []
    for record in records:
        if isinstance(record, StpInstance):
            if record.instance in seen:
                continue
            seen.add(record.instance)
            record = replace(record, vlans=record.vlans or vlans.get(record.instance, frozenset()))  # noqa: PLW2901
        kept.append(record)
    return tuple(kept)
