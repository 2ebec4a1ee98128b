"""Say what a device told us, one frozen record a fact, in no vendor's words.

Comes in: nothing. Goes out: the record kinds that every parser produces and only `network` reads.
Each record names the line it came from. Names here are canonical (`Ethernet1`, never `Et1`); MACs are
normalised; a value a device did not give is `None` or empty, never a default that looks like an answer.
"""

from __future__ import annotations

from vlan2l3.parse.records.device import (
    Facts,
    LldpNeighbor,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Route,
    Source,
)
from vlan2l3.parse.records.host import Bond, BridgeEntry, FileText, JoinedGroup, Package, Socket, Sysctl, Unit
from vlan2l3.parse.records.switch import (
    Acl,
    AclBinding,
    Capacity,
    DhcpRelay,
    Gateway,
    LagMember,
    Lease,
    MacEntry,
    MlagDomain,
    MlagPort,
    OverlayPeer,
    SnoopedGroup,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)

__all__ = [
    "KINDS",
    "Acl",
    "AclBinding",
    "Bond",
    "BridgeEntry",
    "Capacity",
    "DhcpRelay",
    "Facts",
    "FileText",
    "Gateway",
    "JoinedGroup",
    "LagMember",
    "Lease",
    "LldpNeighbor",
    "MacEntry",
    "MlagDomain",
    "MlagPort",
    "Neighbor",
    "OverlayPeer",
    "Package",
    "Port",
    "PortAddress",
    "Record",
    "Route",
    "SnoopedGroup",
    "Socket",
    "Source",
    "StpInstance",
    "StpPort",
    "Switchport",
    "Sysctl",
    "Unit",
    "Vlan",
    "Vni",
]

KINDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        Facts, Port, PortAddress, Neighbor, LldpNeighbor, Route,
        Vlan, Switchport, StpInstance, StpPort, LagMember, MlagDomain, MlagPort, MacEntry, Gateway,
        DhcpRelay, Acl, AclBinding, Lease, SnoopedGroup, Capacity, Vni, OverlayPeer,
        Bond, BridgeEntry, Socket, JoinedGroup, Unit, Package, Sysctl, FileText,
    )
}  # fmt: skip
