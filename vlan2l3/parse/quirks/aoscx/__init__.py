"""Read what tables as data cannot express of Aruba AOS-CX.

Comes in: rows and whole answers of AOS-CX as text. Goes out: records. The texts were seen on 10.06 to 10.13;
what is known from the guides only is marked in `parsers/aoscx/index.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse.quirks.aoscx import interface, join, lacp
from vlan2l3.parse.quirks.aoscx.config import running_config
from vlan2l3.parse.quirks.aoscx.ports import expanded, name, sort_of
from vlan2l3.parse.quirks.aoscx.stp import spanning_tree
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    Neighbor,
    Port,
    Record,
    Vlan,
)
from vlan2l3.parse.row import Quirk, Row

_ORIGINS = {"dynamic": "learned", "port-access-security": "learned", "evpn": "learned", "static": "static"}


def brief(row: Row) -> Iterator[Record]:
    """Read a row of `show interface brief`."""
    port = name(row.must("name"))
    mode = row.text("mode")
    yield Port(
        source=row.source,
        name=port,
        sort=sort_of(port),
        enabled=row.text("enabled") == "yes",
        up=row.text("status") == "up",
        routed=True if mode == "routed" else False if mode in ("access", "trunk") else None,
    )


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN; one that is down for want of a port exists all the same."""
    listed = row.text("ports")
    reason = row.text("reason")
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        name=row.text("name"),
        active=reason != "admin_down",
        dynamic=row.text("type") == "dynamic",
        ports=tuple(expanded(listed)) if listed else (),
    )


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row; what EVPN tells stands on the tunnel, with the far end behind its name."""
    kind = row.text("type")
    if kind not in _ORIGINS:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        mac=names.mac(row.must("mac")),
        interface=name(row.must("port")),
        origin=_ORIGINS[kind],
    )


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; an entry that nobody answered has no MAC."""
    routed, port, hardware = name(row.must("interface")), row.text("port"), row.text("mac")
    behind = name(port) if port else None
    yield Neighbor(
        source=row.source,
        address=ip_address(row.must("address")),
        mac=names.mac(hardware) if hardware else None,
        interface=routed,
        port=behind if behind != routed else None,
        vrf=row.text("vrf") or "default",
        state=row.text("state"),
    )


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour; its name and description have other labels on other versions."""
    yield LldpNeighbor(
        source=row.source,
        interface=name(row.must("interface")),
        chassis=row.text("chassis"),
        system=row.text("system"),
        port=row.text("port"),
        port_description=row.text("port_description"),
        system_description=row.text("system_description"),
    )


def vsx(row: Row) -> Iterator[Record]:
    """Read `show vsx status`, whose table has a column for this switch and one for its peer."""
    link, role = row.text("link").split(), row.text("role").split()
    system = row.text("system").split()
    yield MlagDomain(
        source=row.source,
        domain="vsx",
        active=row.text("channel") == "In-Sync",
        role=role[0],
        peer_link=name(link[0]),
        system=names.mac(system[0]) if system else None,
    )


finish = join.finish
READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "running_config": running_config,
    "spanning_tree": spanning_tree,
    "interfaces": interface.interfaces,
    "management": interface.management,
    "lacp": lacp.interfaces,
}
ROWS: Mapping[str, Quirk] = {
    "brief": brief,
    "vlan": vlan,
    "mac": mac,
    "neighbor": neighbor,
    "lldp": lldp,
    "vsx": vsx,
}
