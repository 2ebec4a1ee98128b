"""Read what tables as data cannot express of Dell OS10.

Comes in: rows and whole answers of OS10, as text or as XML. Goes out: records. Texts were seen on 10.5 and
10.6, XML on 10.3 to 10.5; what is known from the user guides only is marked in `parsers/os10/index.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse import config as running
from vlan2l3.parse import join
from vlan2l3.parse.quirks.os10 import xml
from vlan2l3.parse.quirks.os10.config import VLTI, VRF, running_config
from vlan2l3.parse.quirks.os10.interface import interfaces
from vlan2l3.parse.quirks.os10.ports import expanded, sort_of
from vlan2l3.parse.quirks.os10.stp import spanning_tree
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    Neighbor,
    Port,
    Record,
    Switchport,
    Vlan,
)
from vlan2l3.parse.row import Quirk, Row

_NOT_SENT = frozenset({"not advertised", ""})
_MEMBERS = re.compile(r"(?P<tag>[AT]) (?P<ports>(?:Eth|Po)\s?\d[\w/:,-]*(?: (?=[\d,]|Eth|Po)[\w/:,-]+)*)")
_CHANNEL = re.compile(r"(?P<port>\d+/[\d/:]+)\((?P<state>[A-Z])\)")


def status(row: Row) -> Iterator[Record]:
    """Read a row of `show interface status`; a long description is cut off and left to other commands."""
    name = row.name(row.must("name"))
    mode, untagged, description = row.text("mode"), row.text("vlan"), row.text("description")
    svi = re.fullmatch(r"vlan(\d+)", name)
    yield Port(
        source=row.source,
        name=name,
        sort=sort_of(name),
        up=row.text("status") == "up",
        description="" if description.endswith("..") else description,
        vlan=names.vlan_id(svi[1]) if svi else None,
        routed=True if svi else False if mode in ("A", "T") else None,
    )
    if mode in ("A", "T"):
        carried = row.text("tagged").replace(" ", "").strip("-")
        yield Switchport(
            source=row.source,
            interface=name,
            mode="access" if mode == "A" else "trunk",
            untagged=names.vlan_id(untagged) if untagged.isdigit() else None,
            tagged=names.vlan_ranges(carried),
        )


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN, whose ports stand in a line for each way of tagging and each sort of port."""
    rest = row.text("rest")
    found = list(_MEMBERS.finditer(rest))
    described = rest[: found[0].start()] if found else rest
    if re.search(r"\b(Eth|Po)\d", rest[found[-1].end() :] if found else rest):
        raise ValueError("the ports are not understood")
    ports = [port for match in found for port in expanded(match["ports"].replace(" ", ","))]
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        name=described.strip(),
        active=row.text("status") == "Active",
        ports=tuple(sorted(set(ports), key=names.natural_key)),
    )


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row; what stands on the link to the VLT peer was learned there."""
    port = row.name(row.must("interface"))
    origin = {"dynamic": "learned", "static": "static"}[row.must("type")]
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        mac=names.mac(row.must("mac")),
        interface=port,
        origin="peer" if port == VLTI else origin,
    )


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP row; the egress interface is the port behind a routed interface, or that interface."""
    routed, port = row.name(row.must("interface")), row.name(row.must("port"))
    yield Neighbor(
        source=row.source,
        address=ip_address(row.must("address")),
        mac=names.mac(row.must("mac")),
        interface=routed,
        port=port if port != routed else None,
    )


def channel(row: Row) -> Iterator[Record]:
    """Read one port-channel: `53 port-channel53 (U) Eth DYNAMIC 1/1/53(P)`; `P` is up and active."""
    written = row.text("members")
    found = list(_CHANNEL.finditer(written))
    if len(found) != len(written.split()):
        raise ValueError("the member ports are not understood")
    for member in found:
        yield LagMember(
            source=row.source,
            lag=row.name(row.must("lag")),
            interface=row.name(f"ethernet{member['port']}"),
            active=member["state"] == "P",
            lacp=row.text("protocol") in ("DYNAMIC", "LACP"),
        )


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour."""
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(row.must("interface")),
        chassis=_sent(row.text("chassis")),
        system=_sent(row.text("system")),
        port=_sent(row.text("port")),
        port_description=_sent(row.text("port_description")),
        system_description=_sent(row.text("system_description")),
    )


def _sent(text: str) -> str:
    return "" if text.lower() in _NOT_SENT else text


def vlt(row: Row) -> Iterator[Record]:
    """Read the domain; without a peer in the table, or with the link to it down, it does not work."""
    system, peer, address = row.text("system"), row.text("peer_mac"), row.text("address")
    yield MlagDomain(
        source=row.source,
        domain=row.must("domain"),
        active=row.text("peer") == "up" and row.text("link") == "up",
        role=row.text("role"),
        peer_link=row.name(row.must("peer_link")),
        peer_address=ip_address(address) if address else None,
        system=names.mac(system) if system else None,
        peer=names.mac(peer) if peer else None,
    )


def vrrp(row: Row) -> Iterator[Record]:
    """Read one group of `show vrrp brief`."""
    group, listed = int(row.must("group")), row.text("addresses").replace(",", " ").split()
    gateway = running.vrrp(row.source, row.name(row.must("interface")), group, listed)
    yield replace(gateway, state=row.text("state").removesuffix("-state"))


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say; a domain that is shown replaces the configured one."""
    kept = join.switch(records, "os10", vrf_rule=VRF, tag_rule="(?!)")
    shown = {r.domain for r in kept if isinstance(r, MlagDomain) and r.role}
    return tuple(r for r in kept if not (isinstance(r, MlagDomain) and not r.role and r.domain in shown))


READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "running_config": running_config,
    "spanning_tree": spanning_tree,
    "interfaces": interfaces,
    "xml_version": xml.reader("data", xml.version),
    "xml_node": xml.reader("data/system/node", xml.node),
    "xml_interfaces": xml.reader("bulk/data/interface", xml.port),
    "xml_addresses": xml.reader("data/interfaces-state/interface", xml.addresses),
    "xml_status": xml.reader("data/interfaces-state/interface", xml.port),
    "xml_mac": xml.reader("bulk/data/fwd-table", xml.mac),
    "xml_lldp": xml.reader("bulk/data/interface", xml.lldp),
    "xml_lldp_port": xml.reader("data/interfaces-state/interface", xml.lldp),
}
ROWS: Mapping[str, Quirk] = {
    "status": status,
    "vlan": vlan,
    "mac": mac,
    "neighbor": neighbor,
    "channel": channel,
    "lldp": lldp,
    "vlt": vlt,
    "vrrp": vrrp,
}
