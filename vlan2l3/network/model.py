"""Say what the network is, frozen and in no vendor's words.

Comes in: nothing. Goes out: the types that `network.build` fills and every later stage reads. Whatever could
not be established is `None`, empty, or a gap in `network.coverage`; nothing here stands for a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from vlan2l3.names import (
    Address,
    DeviceName,
    Interface,
    InterfaceName,
    Mac,
    RackName,
    SegmentName,
    VlanId,
)
from vlan2l3.names import (
    Network as Prefix,
)
from vlan2l3.network.indexes import Indexes
from vlan2l3.parse.records import (
    Capacity,
    FileText,
    JoinedGroup,
    Neighbor,
    Package,
    Route,
    SnoopedGroup,
    Socket,
    Source,
    StpInstance,
    StpPort,
    Sysctl,
    Unit,
)


class PortMode(StrEnum):
    """Say what a switch does with frames on a port."""

    ACCESS = "access"
    TRUNK = "trunk"
    ROUTED = "routed"
    MEMBER = "member"  # of a LAG: its mode is the LAG's
    UNKNOWN = "unknown"


class SwitchRole(StrEnum):
    """Say where a switch stands: hosts hang on a leaf, leafs hang on a core."""

    LEAF = "leaf"
    CORE = "core"


class StationKind(StrEnum):
    """Say what a MAC address in a segment belongs to."""

    HOST = "host"  # an interface of a host that was read
    GUEST = "guest"  # a VM or container behind a host's bridge
    BMC = "bmc"  # a management controller sharing a host's port
    GATEWAY = "gateway"  # a switch's SVI, real or virtual address
    SWITCH = "switch"  # a switch's own address
    VIRTUAL = "virtual"  # a virtual MAC of a known family on an access port: somebody's failover address
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRef:
    """Name one port of one device."""

    device: DeviceName
    port: InterfaceName

    def __str__(self) -> str:
        return f"{self.device} {self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPort:
    """Describe one port of a switch, physical or LAG.

    Attributes:
        untagged: the VLAN of untagged frames, on access and trunk ports alike; `None` where there is none.
        tagged: VLANs that are both allowed here and exist on the switch.
        members: of a LAG, its physical ports.
        lag: of a physical port, the LAG it belongs to.
        mlag: the number under which the LAG is shared with the MLAG peer; `None` for an orphan.
        blocked: VLANs for which spanning tree discards here.
        neighbors: what LLDP says is at the other end: (system name, port name); empty proves nothing.
        systems: what the machines there say they are, each with where it was read; of a LAG, its members'.
        addresses: of a routed port, those of its sub-interfaces included.
    """

    name: InterfaceName
    mode: PortMode
    enabled: bool | None
    up: bool | None
    untagged: VlanId | None = None
    tagged: frozenset[VlanId] = frozenset()
    members: tuple[InterfaceName, ...] = ()
    lag: InterfaceName | None = None
    mlag: str | None = None
    peer_link: bool = False
    blocked: frozenset[VlanId] = frozenset()
    neighbors: tuple[tuple[str, str], ...] = ()
    systems: tuple[tuple[str, Source], ...] = ()
    addresses: tuple[Interface, ...] = ()
    description: str = ""
    mtu: int | None = None
    source: Source

    @property
    def vlans(self) -> frozenset[VlanId]:
        """Give every VLAN the port carries, tagged or not."""
        return self.tagged if self.untagged is None else self.tagged | {self.untagged}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAddress:
    """Give one address that hosts of a segment use as their gateway.

    Attributes:
        protocol: `varp`, `vrrp`, `hsrp`, `anycast`, or `svi` for a plain address of one switch.
        mac: what the hosts have in their ARP tables for it.
    """

    address: Interface
    protocol: str
    mac: Mac | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Svi:
    """Describe a switch's routed interface in a VLAN."""

    name: InterfaceName
    vlan: VlanId
    vrf: str
    up: bool | None
    addresses: tuple[Interface, ...]
    gateways: tuple[GatewayAddress, ...] = ()
    relays: tuple[Address, ...] = ()
    acls: tuple[tuple[str, str], ...] = ()  # (direction, name)
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Mlag:
    """Describe a switch's half of an MLAG or vPC pair; `peer` is `None` when the peer was not captured."""

    domain: str
    active: bool
    peer: DeviceName | None
    peer_link: InterfaceName
    system: Mac | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Describe one switch.

    Attributes:
        vlans: (id, name), existing and not dynamic.
        texts: kept answers, the running configuration aside.
        capacities: how full its tables are, in its own account.
        trees: its spanning-tree instances; `tree_ports` are its ports' parts in them.
    """

    name: DeviceName
    rack: RackName | None
    role: SwitchRole
    platform: str
    version: str
    model: str
    macs: frozenset[Mac]
    vlans: tuple[tuple[VlanId, str], ...]
    ports: tuple[SwitchPort, ...]
    svis: tuple[Svi, ...]
    mlag: Mlag | None
    config: FileText | None
    snooped: tuple[SnoopedGroup, ...] = ()
    texts: tuple[FileText, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    trees: tuple[StpInstance, ...] = ()
    tree_ports: tuple[StpPort, ...] = ()
    source: Source

    def port(self, name: InterfaceName) -> SwitchPort | None:
        """Find a port by its canonical name."""
        return next((port for port in self.ports if port.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Join two switch ports that are cabled together, `a` sorting before `b`."""

    a: PortRef
    b: PortRef
    confirmed: bool  # by both ends
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """Describe one physical link of a host to one leaf.

    Attributes:
        interface: the host's end; `None` when the host could not be read.
        port: the physical port; `logical` is the LAG it belongs to, or the port itself.
        proof: how it is known: `lldp` (either end), `mac` (address learned there), `lacp`.
    """

    interface: InterfaceName | None
    mac: Mac | None
    port: PortRef
    logical: PortRef
    proof: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAddress:
    """Give one address a host has in a segment.

    Attributes:
        interface: where it lives (`bond0`, `bond0.120`, `eth0`).
        tag: the VLAN tag the host puts on its frames; `None` when untagged.
        gateway: the address its default route of this family uses through this interface, if any.
        static: found in the host's own configuration, so not added by a cluster or a lease.
    """

    interface: InterfaceName
    address: Interface
    segment: SegmentName | None
    tag: VlanId | None
    gateway: Address | None
    static: bool
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class HostInterface:
    """Describe one interface of a host; the fields mean what they mean in `parse.records.Port`."""

    name: InterfaceName
    sort: str
    mac: Mac | None
    up: bool | None
    mtu: int | None
    master: InterfaceName | None
    parent: InterfaceName | None
    vlan: VlanId | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class HostBond:
    """Describe a bond; `active` is the member in use (active-backup), `partner` its LACP system."""

    name: InterfaceName
    mode: str
    members: tuple[InterfaceName, ...]
    active: InterfaceName | None = None
    partner: Mac | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Describe one host.

    `readable` is false for a machine seen on the wire only: then everything but `legs` is empty, and empty
    means "not looked at".
    """

    name: DeviceName
    rack: RackName | None
    readable: bool
    platform: str = ""
    legs: tuple[Leg, ...] = ()
    interfaces: tuple[HostInterface, ...] = ()
    bonds: tuple[HostBond, ...] = ()
    addresses: tuple[HostAddress, ...] = ()
    routes: tuple[Route, ...] = ()
    neighbors: tuple[Neighbor, ...] = ()
    units: tuple[Unit, ...] = ()
    sockets: tuple[Socket, ...] = ()
    groups: tuple[JoinedGroup, ...] = ()
    packages: tuple[Package, ...] = ()
    sysctls: tuple[Sysctl, ...] = ()
    files: tuple[FileText, ...] = ()
    source: Source

    @property
    def single_homed(self) -> bool:
        """Tell whether all known legs end on one leaf."""
        return len({leg.port.device for leg in self.legs}) < 2  # noqa: PLR2004

    def file(self, path: str) -> FileText | None:
        """Find a captured file by its absolute path."""
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Give one MAC address seen in a segment, where it is attached, and whose it is.

    Attributes:
        addresses: IP addresses that ARP or ND tables of anybody tie to it; empty for a silent one.
        ports: access-side ports it was learned on (both leafs' LAGs for an MLAG host).
        owner: the host it belongs to, for `host`, `guest` and `bmc`; the switch for `gateway` and `switch`.
    """

    mac: Mac
    segment: SegmentName
    kind: StationKind
    addresses: tuple[Address, ...]
    ports: tuple[PortRef, ...]
    owner: DeviceName | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Describe one real broadcast domain: a connected component of (switch, VLAN) nodes.

    Attributes:
        name: `vlan110`, or `vlan110@r11` where one id is several segments; stable for one network.
        vlans: every id it goes by, smallest first.
        nodes: the (switch, VLAN) nodes, sorted.
        prefixes: IP prefixes its gateways and hosts have in it.
        root: the switch that is its spanning-tree root, `None` when the root was not captured.
        stretched: by VXLAN, so it may reach beyond every captured link.
        crosses: racks its active tree passes through.
    """

    name: SegmentName
    vlans: tuple[VlanId, ...]
    title: str
    nodes: tuple[tuple[DeviceName, VlanId], ...]
    prefixes: tuple[Prefix, ...]
    gateways: tuple[tuple[DeviceName, GatewayAddress], ...]
    racks: tuple[RackName, ...]
    root: DeviceName | None
    root_mac: Mac | None
    stretched: bool
    blocked: tuple[PortRef, ...]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Hold the whole network; every tuple is sorted by name, so equal networks are equal values.

    What is looked up by name is indexed once, since every rack's plan asks for it again.
    """

    capture: str
    digest: str  # of the capture's answers
    switches: tuple[Switch, ...]
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]
    segments: tuple[Segment, ...]
    stations: tuple[Station, ...]

    @cached_property
    def racks(self) -> tuple[RackName, ...]:
        """List the racks that have a leaf."""
        return tuple(sorted({s.rack for s in self.switches if s.rack and s.role is SwitchRole.LEAF}))

    @cached_property
    def by(self) -> Indexes:
        """Look up what is in a segment."""
        return Indexes(self)

    def switch(self, name: str) -> Switch | None:
        """Find a switch."""
        return self.by.switches.get(name)

    def host(self, name: str) -> Host | None:
        """Find a host."""
        return self.by.hosts.get(name)

    def segment(self, name: str) -> Segment | None:
        """Find a segment."""
        return self.by.segments.get(name)

    def leafs(self, rack: str) -> tuple[Switch, ...]:
        """List the leafs of a rack."""
        return tuple(s for s in self.switches if s.rack == rack and s.role is SwitchRole.LEAF)
