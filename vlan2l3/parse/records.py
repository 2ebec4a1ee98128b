"""Say what a device told us, one frozen record a fact, in no vendor's words.

Comes in: nothing. Goes out: the record kinds that every parser produces and only `network` reads.
Each record names the line it came from. Names here are canonical (`Ethernet1`, never `Et1`); MACs are
normalised; a value a device did not give is `None` or empty, never a default that looks like an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vlan2l3.names import Address, DeviceName, Interface, InterfaceName, Mac, Network, VlanId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """Point at the place a fact was read from.

    Attributes:
        file: path inside the capture, `leaf-r12a/show_vlan_json.json`.
        line: first line of the row, from 1; 0 when only `pointer` is known.
        pointer: for JSON, the keys down to the row, joined by `/`; `capture.lines` turns it into a line.
    """

    device: DeviceName
    file: str
    line: int = 0
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Be the base of every kind."""

    kind: ClassVar[str]
    source: Source


# --- every device -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Record):
    """Identify the device; `macs` are the addresses it uses as itself (system, base, bridge)."""

    kind: ClassVar[str] = "facts"
    hostname: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""
    macs: tuple[Mac, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Record):
    """Describe one interface of any sort.

    Attributes:
        sort: `physical`, `lag`, `svi`, `loopback`, `management`, `vlan`, `bond`, `bridge`, `dummy`, `tap`,
            `tunnel` or `other`.
        enabled: not shut down by configuration; `None` when the device did not say.
        up: carrier and protocol up.
        master: the bond, LAG or bridge it is a member of.
        parent: of a VLAN sub-interface, the interface below; `vlan` is then its tag.
        hardware: the burned-in address where it differs from `mac` (a bond member).
    """

    kind: ClassVar[str] = "port"
    name: InterfaceName
    sort: str
    enabled: bool | None = None
    up: bool | None = None
    mac: Mac | None = None
    hardware: Mac | None = None
    mtu: int | None = None
    description: str = ""
    master: InterfaceName | None = None
    parent: InterfaceName | None = None
    vlan: VlanId | None = None
    routed: bool | None = None
    driver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortAddress(Record):
    """Give one address of an interface.

    `virtual` addresses belong to a gateway shared by several devices; `permanent` is false for leased ones.
    """

    kind: ClassVar[str] = "address"
    interface: InterfaceName
    address: Interface
    vrf: str = "default"
    secondary: bool = False
    virtual: bool = False
    permanent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor(Record):
    """Give one ARP or ND entry.

    Attributes:
        interface: the routed interface (`Vlan110`, `bond0`).
        port: the switch port the entry points at, where the device says.
        mac: `None` for an incomplete or failed entry: somebody asked, nobody answered.
    """

    kind: ClassVar[str] = "neighbor"
    address: Address
    mac: Mac | None
    interface: InterfaceName
    port: InterfaceName | None = None
    vrf: str = "default"
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LldpNeighbor(Record):
    """Give one LLDP or CDP neighbour as it named itself; lldpd's port id is a MAC, its description the name."""

    kind: ClassVar[str] = "lldp"
    interface: InterfaceName
    chassis: str
    system: str
    port: str
    port_description: str = ""
    system_description: str = ""
    protocol: str = "lldp"  # lldp | cdp


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Record):
    """Give one route; `via` holds the next hops as (address or None, interface or None)."""

    kind: ClassVar[str] = "route"
    prefix: Network
    via: tuple[tuple[Address | None, InterfaceName | None], ...] = ()
    protocol: str = ""
    metric: int = 0
    source_address: Address | None = None
    vrf: str = "default"


# --- switches ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Vlan(Record):
    """Name one VLAN of a switch; dynamic ones exist only for the switch's own use."""

    kind: ClassVar[str] = "vlan"
    vlan: VlanId
    name: str = ""
    active: bool = True
    dynamic: bool = False
    ports: tuple[InterfaceName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchport(Record):
    """Say which VLANs a bridged port carries: `untagged` in and out without a tag, `tagged` with one.

    `tagged` is the configured list: an id in it may not exist on the switch.
    """

    kind: ClassVar[str] = "switchport"
    interface: InterfaceName
    mode: str  # access | trunk
    untagged: VlanId | None = None
    tagged: frozenset[VlanId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StpInstance(Record):
    """Give one spanning-tree instance as this switch sees it."""

    kind: ClassVar[str] = "stp"
    instance: str  # VL10, MST0, VLAN0010
    vlans: frozenset[VlanId]
    root: Mac
    root_priority: int
    bridge: Mac
    bridge_priority: int
    root_port: InterfaceName | None = None
    root_cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StpPort(Record):
    """Give one port's part in a spanning-tree instance."""

    kind: ClassVar[str] = "stp-port"
    instance: str
    interface: InterfaceName
    role: str  # root | designated | alternate | backup | disabled
    state: str  # forwarding | discarding | blocking | learning
    cost: int = 0
    edge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LagMember(Record):
    """Say that a port is a member of a LAG; `partner` is the other end's LACP system id."""

    kind: ClassVar[str] = "lag-member"
    lag: InterfaceName
    interface: InterfaceName
    active: bool
    lacp: bool
    partner: Mac | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MlagDomain(Record):
    """Give a switch's MLAG or vPC domain; `peer_link` is its interface to the other switch."""

    kind: ClassVar[str] = "mlag"
    domain: str
    active: bool
    role: str
    peer_link: InterfaceName
    peer_address: Address | None = None
    system: Mac | None = None
    peer: Mac | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MlagPort(Record):
    """Give one LAG that is shared with the MLAG peer under the same `number`."""

    kind: ClassVar[str] = "mlag-port"
    number: str
    interface: InterfaceName
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MacEntry(Record):
    """Give one row of the MAC table; a row of the switch's own or of its MLAG peer has another `origin`."""

    kind: ClassVar[str] = "mac"
    vlan: VlanId
    mac: Mac
    interface: InterfaceName
    origin: str = "learned"  # learned | static | self | peer
    moves: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Record):
    """Give one gateway address that can move between devices.

    Attributes:
        protocol: `varp`, `vrrp`, `hsrp`, `anycast`.
        mac: the address neighbours see in their ARP tables.
    """

    kind: ClassVar[str] = "gateway"
    interface: InterfaceName
    protocol: str
    addresses: tuple[Address, ...]
    mac: Mac | None = None
    group: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpRelay(Record):
    """Say where an SVI relays DHCP to."""

    kind: ClassVar[str] = "dhcp-relay"
    interface: InterfaceName
    servers: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AclBinding(Record):
    """Say that an ACL filters an interface in one direction."""

    kind: ClassVar[str] = "acl-binding"
    interface: InterfaceName
    acl: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl(Record):
    """Give one access list with its entries as the device prints them, in order, without hit counts."""

    kind: ClassVar[str] = "acl"
    name: str
    family: str  # ipv4 | ipv6 | mac
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease(Record):
    """Give one address that DHCP snooping saw handed out."""

    kind: ClassVar[str] = "lease"
    vlan: VlanId
    mac: Mac
    address: Address
    interface: InterfaceName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Record):
    """Say how full a table of a switch is; `None` where the device gave only one of the two numbers.

    `table` is `mac`, `arp`, `nd`, `host-ipv4`, `host-ipv6`, `lpm-ipv4`, `lpm-ipv6`, `ecmp-groups`, `acl` or,
    for anything else, the device's own word.
    """

    kind: ClassVar[str] = "capacity"
    table: str
    used: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoopedGroup(Record):
    """Give one multicast group a switch saw joined in a VLAN."""

    kind: ClassVar[str] = "igmp"
    vlan: VlanId
    group: Address
    ports: tuple[InterfaceName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vni(Record):
    """Say that a VLAN is stretched by VXLAN: its segment may reach beyond every captured link."""

    kind: ClassVar[str] = "vni"
    vlan: VlanId
    vni: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayPeer(Record):
    """Give one far end of a VXLAN tunnel: segments may go on there."""

    kind: ClassVar[str] = "overlay-peer"
    address: Address


# --- hosts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond(Record):
    """Give one bond of a host; `partner` is the LACP system id of the switch or MLAG pair."""

    kind: ClassVar[str] = "bond"
    name: InterfaceName
    mode: str  # 802.3ad | active-backup | …
    members: tuple[InterfaceName, ...]
    active: InterfaceName | None = None
    partner: Mac | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntry(Record):
    """Give one station in the table of a host's bridge; `permanent` ones are the host's own addresses."""

    kind: ClassVar[str] = "bridge-entry"
    bridge: InterfaceName
    port: InterfaceName
    mac: Mac
    permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket(Record):
    """Give one listening socket; `process` is empty when the reader had no right to see it."""

    kind: ClassVar[str] = "socket"
    protocol: str  # tcp | udp | raw
    address: str  # as printed: `*`, `0.0.0.0%eth0`, `[::]`
    port: int
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedGroup(Record):
    """Give one multicast group a host joined on an interface."""

    kind: ClassVar[str] = "joined-group"
    interface: InterfaceName
    group: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """Give one systemd unit and its state."""

    kind: ClassVar[str] = "unit"
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Record):
    """Give one installed package, whose version decides which configuration is right."""

    kind: ClassVar[str] = "package"
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sysctl(Record):
    """Give one kernel setting."""

    kind: ClassVar[str] = "sysctl"
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText(Record):
    """Keep a configuration file whole (redacted), for the matchers and for the diff in the plan."""

    kind: ClassVar[str] = "file"
    path: str
    text: str


KINDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        Facts, Port, PortAddress, Neighbor, LldpNeighbor, Route,
        Vlan, Switchport, StpInstance, StpPort, LagMember, MlagDomain, MlagPort, MacEntry, Gateway,
        DhcpRelay, Acl, AclBinding, Lease, SnoopedGroup, Capacity, Vni, OverlayPeer,
        Bond, BridgeEntry, Socket, JoinedGroup, Unit, Package, Sysctl, FileText,
    )
}  # fmt: skip
