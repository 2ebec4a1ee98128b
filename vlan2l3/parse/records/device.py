"""Say what any device can tell, one frozen record a fact, in no vendor's words.

Comes in: nothing. Goes out: record kinds; `vlan2l3.parse.records` gathers them all.
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
        index: its SNMP index, by which its own LLDP may name it.
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
    index: int | None = None


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
    """Give one LLDP or CDP neighbour as it named itself; lldpd's port id is a MAC, its name a description."""

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
