"""Give the rows of our records that other readers of NX-OS have too."""

from __future__ import annotations

from collections.abc import Iterable

from tests.agreements import Row
from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    Capacity,
    DhcpRelay,
    Facts,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)

Rows = Iterable[Row]


def port(text: str) -> InterfaceName:
    """Write a port as NX-OS does: NAPALM writes `Management0` and `Port-channel1`."""
    plain = text.removesuffix("(R)").replace("Management", "mgmt")
    return convert.interface("nxos", plain.partition("(")[0] if plain.startswith("nve") else plain)


def mac(text: str) -> str | None:
    """Write a MAC as a record does; what is none becomes `None`."""
    try:
        return names.mac(text)
    except ValueError:
        return None


def version(record: Record) -> Rows:
    """Give the identity."""
    if isinstance(record, Facts):
        yield (record.hostname, record.version, record.serial)


def interface(record: Record) -> Rows:
    """Give the state and address of a port, as ntc-templates tell it."""
    if isinstance(record, Port):
        yield ("port", record.name, record.up, record.mac, record.mtu, record.description)
    elif isinstance(record, PortAddress):
        yield ("address", record.interface, str(record.address))


def vlan(record: Record) -> Rows:
    """Give a VLAN with its state."""
    if isinstance(record, Vlan):
        yield (record.vlan, record.name, record.active, *sorted(record.ports))


def switchport(record: Record) -> Rows:
    """Give the mode and VLANs of a port."""
    if isinstance(record, Switchport):
        yield (record.interface, record.mode, record.untagged, record.tagged)


def station(record: Record) -> Rows:
    """Give a MAC address and where it is."""
    if isinstance(record, MacEntry):
        yield (record.vlan, record.mac, record.interface)


def arp(record: Record) -> Rows:
    """Give an ARP entry."""
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface)


def arp_vrf(record: Record) -> Rows:
    """Give an ARP entry with its port and VRF."""
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface, record.port, record.vrf)


def near(record: Record) -> Rows:
    """Give an LLDP neighbour."""
    if isinstance(record, LldpNeighbor):
        yield (record.interface, record.chassis, record.system, record.port)


def cdp(record: Record) -> Rows:
    """Give a CDP neighbour."""
    if isinstance(record, LldpNeighbor):
        yield (record.interface, record.chassis, record.port)


def hsrp(record: Record) -> Rows:
    """Give an HSRP group."""
    if isinstance(record, Gateway):
        yield (record.interface, record.group, record.state, record.mac, *map(str, record.addresses))


def address(record: Record) -> Rows:
    """Give an address with its VRF, or a filter."""
    if isinstance(record, PortAddress):
        yield ("address", record.interface, str(record.address), record.vrf, record.secondary)
    elif isinstance(record, AclBinding):
        yield ("acl", record.interface, record.acl, record.direction)


def entries(record: Record) -> Rows:
    """Give the entries of an access list."""
    if isinstance(record, Acl):
        for entry in record.entries:
            number, action, *_ = entry.split()
            yield (record.name, number, action)


def vni(record: Record) -> Rows:
    """Give a stretched VLAN."""
    if isinstance(record, Vni):
        yield (record.vlan, record.vni)


def peer(record: Record) -> Rows:
    """Give a far end."""
    if isinstance(record, OverlayPeer):
        yield (str(record.address),)


def relay(record: Record) -> Rows:
    """Give the servers of a relay."""
    if isinstance(record, DhcpRelay):
        for server in record.servers:
            yield (record.interface, str(server))


def root(record: Record) -> Rows:
    """Give the root of an instance."""
    if isinstance(record, StpInstance):
        yield (record.instance, record.root, record.root_priority, record.root_cost, record.root_port)


def facts(record: Record) -> Rows:
    """Give version and serial number."""
    if isinstance(record, Facts):
        yield (record.version.partition(" ")[0], record.serial)


def state(record: Record) -> Rows:
    """Give the state of a port."""
    if isinstance(record, Port):
        yield (record.name, record.enabled, record.up, record.mac, record.mtu, record.description)


def vlan_ports(record: Record) -> Rows:
    """Give a VLAN."""
    if isinstance(record, Vlan):
        yield (record.vlan, record.name, *sorted(record.ports))


def stp(record: Record) -> Rows:
    """Give an instance, or a port of one."""
    if isinstance(record, StpPort):
        yield (record.instance, record.interface, record.cost)
    elif isinstance(record, StpInstance):
        yield (record.bridge and record.bridge.replace(":", ""), record.bridge_priority)


def vpc(record: Record) -> Rows:
    """Give a vPC, or its domain."""
    if isinstance(record, MlagPort):
        yield (record.number, record.interface, record.state)
    elif isinstance(record, MlagDomain):
        yield (record.domain, record.role, record.peer_link)


def channel(record: Record) -> Rows:
    """Give a member of a port-channel."""
    if isinstance(record, LagMember):
        yield (record.lag, record.interface, record.active)


def limit(record: Record) -> Rows:
    """Give how full the MAC table is."""
    if isinstance(record, Capacity):
        yield (record.used, record.limit)
