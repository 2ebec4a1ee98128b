"""Read the rows of IOS's tables: MAC, ARP and ND, VLAN, LAG, IGMP groups, VXLAN.

Comes in: one row, as a pattern of the index cut it. Goes out: records. The VRF of a row stands in the command
that was run, and nowhere in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.ios.names import is_self, vrf_of
from vlan2l3.parse.records import (
    Facts,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Record,
    SnoopedGroup,
    Vlan,
    Vni,
)
from vlan2l3.parse.row import Row

_ORIGINS = {
    "dynamic": "learned",
    "static": "static",
    "secure": "static",
    "self": "self",
    "cp_learn": "learned",
}
_FLOODED = frozenset({"system", "igmp"})  # rows of 4500's `Multicast Entries`: the switch's own floods
_RESERVED = re.compile(r"01:00:5e|33:33|01:80:c2|01:00:0c|ff:ff:ff:ff:ff:ff")
_MEMBER = re.compile(r"(\S+?)\(([A-Za-z/-]+)\)")
_DISTRIBUTES = 0x38  # LACP: in sync, collecting, distributing (IEEE 802.1AX, 6.4.2.3)
_DOTTED = re.compile(r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}")
_CUT = 20  # the brief table cuts a name at this length


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of any layout; a row with several ports gives a record for each.

    A row without a VLAN (`All`, `---`, `N/A`) is an address of the switch itself. One whose VLAN is a port
    was learned on a routed port, which bridges nothing. Addresses of protocols and of snooped groups, which
    every switch floods or handles by itself, are no stations.
    """
    kind, number = row.text("type").lower(), row.text("vlan")
    address = names.mac(row.must("mac"))
    ports = [port for port in convert.several(row.text("ports")) if port]
    if kind in _FLOODED or _RESERVED.match(address):
        return
    origin = _ORIGINS.get(kind)
    if origin is None:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    if not number.isdigit():
        if all(map(is_self, ports)) and address != "00:00:00:00:00:00":
            yield Facts(source=row.source, macs=(address,))
        return
    if not ports:
        raise ValueError("the entry names no port")
    for port in ports:
        yield MacEntry(
            source=row.source,
            vlan=names.vlan_id(number),
            mac=address,
            interface=row.name(port),
            origin="self" if is_self(port) else origin,
        )


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; one that is incomplete names no interface."""
    hardware, interface = row.text("mac"), row.text("interface")
    known = hardware.lower() not in ("", "-", "incomplete")
    yield Neighbor(
        source=row.source,
        address=ip_address(row.text("address")),
        mac=names.mac(hardware) if known else None,
        interface=row.name(interface) if interface else InterfaceName(""),
        vrf=vrf_of(row.raw.command),
        state="" if known else "incomplete",
    )


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN; `act/unsup` and `act/lshut` forward nothing."""
    ports = {row.name(port) for port in convert.several(row.text("ports"))}
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        name=row.text("name"),
        active=row.text("status") == "active",
        ports=tuple(sorted(ports, key=names.natural_key)),
    )


def channel(row: Row) -> Iterator[Record]:
    """Read one LAG: `Po2(SU)  LACP  Gi1/0/3(P)  Gi1/0/5(D)`; newer versions write `bndl` for `P`."""
    written = row.text("members")
    members = _MEMBER.findall(written)
    if _MEMBER.sub("", written).strip(" ,-"):
        raise ValueError("the member ports are not understood")
    for port, status in members:
        yield LagMember(
            source=row.source,
            lag=row.name(row.text("lag")),
            interface=row.name(port),
            active=status in ("P", "bndl"),
            lacp=row.text("protocol") == "LACP",
        )


def lacp_partner(row: Row) -> Iterator[Record]:
    """Read one port of `show lacp neighbor`; the heading above it, `Channel group 3`, numbers the LAG."""
    group = _group_above(row)
    state = int(row.text("state"), 16)
    yield LagMember(
        source=row.source,
        lag=row.name(f"Po{group}"),
        interface=row.name(row.text("port")),
        active=state & _DISTRIBUTES == _DISTRIBUTES,
        lacp=True,
        partner=names.mac(row.text("partner")),
    )


def _group_above(row: Row) -> str:
    above = row.raw.text.splitlines()[: row.source.line - 1]
    groups = (re.match(r"Channel group (\d+) neighbors", line) for line in reversed(above))
    found = next((group for group in groups if group), None)
    if found is None:
        raise ValueError("no channel group stands above the port")
    return found[1]


def snooped(row: Row) -> Iterator[Record]:
    """Read one group of the IGMP snooping table."""
    yield SnoopedGroup(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        group=ip_address(row.text("group")),
        ports=tuple(row.name(port) for port in convert.several(row.text("ports")) if not is_self(port)),
    )


def lldp_line(row: Row) -> Iterator[Record]:
    """Read one neighbour of the brief LLDP table.

    A name is unknown where it may be cut. A neighbour that sends none is listed by its chassis.
    """
    named = row.text("system")
    is_chassis = bool(_DOTTED.fullmatch(named))
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(row.text("interface")),
        chassis=named if is_chassis else "",
        system=named if len(named) < _CUT and not is_chassis else "",
        port=row.text("port"),
    )


def vni(row: Row) -> Iterator[Record]:
    """Read one VNI; one of layer 3 (`L3CP`) stretches no VLAN."""
    if row.text("mode").startswith("L2"):
        yield Vni(source=row.source, vlan=names.vlan_id(row.must("bd")), vni=int(row.must("vni")))


def brief_gateway(row: Row) -> Iterator[Record]:
    """Read one group of `show standby brief` or `show vrrp brief`."""
    virtual = row.text("virtual")
    yield Gateway(
        source=row.source,
        interface=row.name(row.text("interface")),
        protocol=row.text("protocol") or ("hsrp" if "standby" in row.raw.command else "vrrp"),
        addresses=() if virtual == "unknown" else (ip_address(virtual),),
        group=int(row.must("group")),
        state=row.text("state").lower(),
    )
