"""Cut the records of IOS into the rows that others' answers are compared with.

Comes in: one record. Goes out: its rows, none for a record of another kind. Interface names are canonical on
both sides, for other projects keep them as they were printed; every other value is compared as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tests.agreements import Row
from vlan2l3.names import mac, vlan_ranges, vlan_text
from vlan2l3.parse import convert
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    DhcpRelay,
    Facts,
    Gateway,
    LagMember,
    Lease,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Port,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
)

Ours = Callable[[Record], Iterable[Row]]


def port(text: str) -> str:
    """Give an interface its canonical name; none for none."""
    return convert.interface("ios", text) if text else ""


def address(text: str) -> str | None:
    """Give a MAC in our form; nothing for what is none."""
    return mac(text) if text and text[0] in "0123456789abcdefABCDEF" and len(text) > 11 else None


def macs(record: Record) -> Iterator[Row]:
    """Give VLAN, MAC and port of an entry of the MAC table."""
    if isinstance(record, MacEntry):
        yield record.vlan, record.mac, record.interface


def vlans(record: Record) -> Iterator[Row]:
    """Give number, name, state and ports of a VLAN."""
    if isinstance(record, Vlan):
        yield record.vlan, record.name, record.active, record.ports


def switchports(record: Record) -> Iterator[Row]:
    """Give mode and VLANs of a port."""
    if isinstance(record, Switchport):
        yield record.interface, record.mode, record.untagged, vlan_text(record.tagged)


def trunked(name: str, native: int, allowed: str) -> Row:
    """Make the row of a trunk from its native VLAN and what it allows."""
    vlans = vlan_ranges(allowed.replace(" ", ""))
    return name, "trunk", native if native in vlans else None, vlan_text(vlans - {native})


def ports(record: Record) -> Iterator[Row]:
    """Give state, addresses, MTU and description of an interface."""
    if isinstance(record, Port):
        burned = record.hardware or record.mac
        yield record.name, record.enabled, record.up, record.mac, burned, record.mtu, record.description


def addresses(record: Record) -> Iterator[Row]:
    """Give an address of an interface."""
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address)


def routed(record: Record) -> Iterator[Row]:
    """Give what is routed on an interface: addresses with their VRF, helpers, filters."""
    if isinstance(record, PortAddress):
        yield "address", record.interface, str(record.address), record.vrf
    elif isinstance(record, DhcpRelay):
        yield from (("helper", record.interface, str(server)) for server in record.servers)
    elif isinstance(record, AclBinding):
        yield "acl", record.interface, record.acl, record.direction


def neighbours(record: Record) -> Iterator[Row]:
    """Give everything both sides know of an LLDP neighbour."""
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.chassis, record.port, record.port_description, record.system


def brief_neighbours(record: Record) -> Iterator[Row]:
    """Give the ports and the name of an LLDP or CDP neighbour."""
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.port, record.system


def gateways(record: Record) -> Iterator[Row]:
    """Give group, state, MAC and addresses of a shared gateway."""
    if isinstance(record, Gateway):
        addresses = frozenset(map(str, record.addresses))
        yield record.interface, record.group, record.state, record.mac, addresses


def spelled(texts: Iterable[str]) -> frozenset[str]:
    """Give the addresses among some texts as Python spells them."""
    return frozenset(text.lower() for text in texts if text and "unknown" not in text and "no " not in text)


def members(record: Record) -> Iterator[Row]:
    """Give the LAG, state and protocol of a member."""
    if isinstance(record, LagMember):
        yield record.lag, record.interface, record.active, record.lacp


def arp(record: Record) -> Iterator[Row]:
    """Give an ARP or ND entry."""
    if isinstance(record, Neighbor):
        yield str(record.address), record.mac, record.interface


def leases(record: Record) -> Iterator[Row]:
    """Give a lease."""
    if isinstance(record, Lease):
        yield record.mac, str(record.address), record.vlan, record.interface


def facts(record: Record) -> Iterator[Row]:
    """Give name, model, version, serial number and first MAC of a device."""
    if isinstance(record, Facts) and record.version:
        yield record.hostname, record.model, record.version, record.serial, frozenset(record.macs[:1])


def stp_ports(record: Record) -> Iterator[Row]:
    """Give everything of a spanning-tree port."""
    if isinstance(record, StpPort):
        yield record.instance, record.interface, record.role, record.state, record.cost, record.edge


def acls(record: Record) -> Iterator[Row]:
    """Give name, number and action of each entry of an access list."""
    if isinstance(record, Acl):
        for entry in record.entries:
            words = entry.split()
            number = words.pop(0) if words[0].isdigit() else ""
            if words[0] in ("permit", "deny"):
                yield record.name, number or entry.partition(" sequence ")[2], words[0]


def spanning_tree(record: Record) -> Iterator[Row]:
    """Give an instance, or a port of one."""
    if isinstance(record, StpInstance):
        yield (
            "instance", record.instance, record.bridge, record.bridge_priority, record.root,
            record.root_priority, record.root_port, record.root_cost,
        )  # fmt: skip
    elif isinstance(record, StpPort):
        yield "port", record.instance, record.interface, record.role, record.state, record.cost


def bare_stp_ports(record: Record) -> Iterator[Row]:
    """Give a port of an instance, and no instance."""
    yield from spanning_tree(record) if isinstance(record, StpPort) else ()
