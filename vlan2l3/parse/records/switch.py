"""Say what a switch tells, one frozen record a fact, in no vendor's words.

Comes in: nothing. Goes out: record kinds; `vlan2l3.parse.records` gathers them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vlan2l3.names import Address, InterfaceName, Mac, VlanId
from vlan2l3.parse.records.device import Record


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
    """Give one spanning-tree instance as a switch sees it; `bridge` is `None` where only the root is told."""

    kind: ClassVar[str] = "stp"
    instance: str  # VL10, MST0, VLAN0010
    vlans: frozenset[VlanId]
    root: Mac
    root_priority: int
    bridge: Mac | None
    bridge_priority: int | None
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
    """Give a switch's MLAG or vPC domain; `peer_link` is its interface to the other switch.

    An answer that knows a part of the domain leaves out the peer-link, and is joined to one that names it.
    """

    kind: ClassVar[str] = "mlag"
    domain: str
    active: bool
    role: str
    peer_link: InterfaceName | None = None
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
