"""Read what tables as data cannot express of Arista EOS.

Comes in: rows and whole answers of EOS. Goes out: records. The shapes were seen on 4.23 to 4.31; what a later
version changes shows up as `Unparsed`, never as a missing row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import join
from vlan2l3.parse.quirks.eos.config import TAG, VRF, running_config
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Vlan,
    Vni,
)
from vlan2l3.parse.row import Quirk, Row
from vlan2l3.parse.spanning_tree import spanning_tree

_SORTS = (
    ("Ethernet", "physical"),
    ("Port-Channel", "lag"),
    ("Vlan", "svi"),
    ("Loopback", "loopback"),
    ("Management", "management"),
    ("Vxlan", "tunnel"),
    ("Tunnel", "tunnel"),
)
_OWN = frozenset({"Cpu", "Router", "CPU"})
_PEER = "Peer"
_ORIGINS = {"dynamic": "learned", "static": "static", "peerdynamic": "peer", "peerstatic": "peer"}
_NOBODY = "0.0.0.0"  # noqa: S104  what EOS prints where there is no address


def sort_of(name: InterfaceName) -> str:
    """Tell what sort of port a canonical name stands for; a sub-interface is a `vlan`."""
    if "." in name:
        return "vlan"
    return next((sort for prefix, sort in _SORTS if name.startswith(prefix)), "other")


def interface(row: Row) -> Iterator[Record]:
    """Read one interface of `show interfaces`; its addresses lack the VRF, which the configuration gives."""
    name = row.name(row.bound["name"])
    sort = sort_of(name)
    model = row.text("forwardingModel")
    member = row.text("interfaceMembership")
    parent = name.partition(".")[0] if sort == "vlan" else ""
    burned = row.text("burnedInAddress")
    mac = row.text("physicalAddress")
    status = row.text("interfaceStatus")
    protocol = row.text("lineProtocolStatus")
    yield Port(
        source=row.source,
        name=name,
        sort=sort,
        enabled=status != "disabled" if status else None,
        up=protocol == "up" if protocol else None,
        mac=names.mac(mac) if mac else None,
        hardware=names.mac(burned) if burned and burned != mac else None,
        mtu=int(row.get("mtu")) if row.get("mtu") else None,
        description=row.text("description"),
        master=row.name(member.removeprefix("Member of ")) if member.startswith("Member of ") else None,
        parent=row.name(parent) if parent else None,
        vlan=_vlan_of(name),
        routed={"routed": True, "bridged": False, "dataLink": False}.get(model),
    )
    yield from _interface_addresses(row, name)
    for vlan, vni in sorted(row.get("vlanToVniMap", {}).items()):
        yield Vni(source=row.source, vlan=names.vlan_id(vlan), vni=int(vni["vni"]))


def _vlan_of(name: InterfaceName) -> names.VlanId | None:
    """Give an SVI's VLAN; a sub-interface's tag stands in the configuration, not in its name."""
    svi = re.fullmatch(r"Vlan(\d+)", name)
    return names.vlan_id(svi[1]) if svi else None


def _interface_addresses(row: Row, name: InterfaceName) -> Iterator[Record]:
    for given in row.get("interfaceAddress", []):
        permanent = not given.get("dhcp", False)
        found: list[tuple[dict[str, Any], bool, bool]] = [
            (given.get("primaryIp", {}), False, False),
            (given.get("virtualIp", {}), False, True),
            *((item, True, False) for item in given.get("secondaryIpsOrderedList", [])),
            *((item, True, True) for item in given.get("virtualSecondaryIpsOrderedList", [])),
        ]
        for address, secondary, virtual in found:
            if address.get("address", _NOBODY) == _NOBODY:
                continue
            yield PortAddress(
                source=row.source,
                interface=name,
                address=ip_interface(f"{address['address']}/{address['maskLen']}"),
                secondary=secondary,
                virtual=virtual,
                permanent=permanent,
            )
    for given in row.get("interfaceAddressIp6", {}).get("globalUnicastIp6s", []):
        length = str(given["subnet"]).rpartition("/")[2]
        address6 = ip_interface(f"{given['address']}/{length}")
        yield PortAddress(source=row.source, interface=name, address=address6)


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN; the processor (`Cpu`) and the MLAG peer's ports (`PeerEthernet6`) are no ports of it."""
    ports = (str(port) for port in row.get("interfaces", {}))
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.bound["vlan"]),
        name=row.text("name"),
        active=row.text("status") == "active",
        dynamic=bool(row.get("dynamic", False)),
        ports=_ports(row, ports),
    )


def vlan_line(row: Row) -> Iterator[Record]:
    """Read one VLAN of the text form, where a `*` marks a dynamic one."""
    number = row.text("vlan")
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(number),
        name=row.text("name"),
        active=row.text("status") == "active",
        dynamic=number.endswith("*"),
        ports=_ports(row, row.text("ports").replace(",", " ").split()),
    )


def _ports(row: Row, texts: Iterable[str]) -> tuple[InterfaceName, ...]:
    ports = {row.name(text) for text in texts}
    return tuple(
        sorted((p for p in ports if p not in _OWN and not p.startswith(_PEER)), key=names.natural_key)
    )


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of either form; a row on the processor is the switch's own."""
    port = row.name(row.text("interface"))
    kind = row.text("entryType").lower()
    origin = _ORIGINS.get(kind)
    if origin is None:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    if port in _OWN:
        origin = "self"
    elif port.startswith(_PEER):
        origin = "peer"
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(row.must("vlanId")),
        mac=names.mac(row.must("macAddress")),
        interface=port,
        origin=origin,
        moves=int(row.get("moves") or 0),
    )


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; `interface` is `Vlan10, Port-Channel3`: the SVI and, if known, the port."""
    routed, _, port = row.text("interface").partition(",")
    hardware = row.text("hwAddress")
    known = hardware not in ("", "None", "0000.0000.0000", "00:00:00:00:00:00")
    behind = port.strip()
    yield Neighbor(
        source=row.source,
        address=ip_address(str(row.must("address")).partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=row.name(routed),
        port=row.name(behind) if behind and behind != "not learned" else None,
        vrf=row.bound.get("vrf", "default"),
        state="" if known else "incomplete",
    )


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour; EOS puts quotes around what the other side sent."""
    about = row.get("neighborInterfaceInfo", {})
    port = str(about.get("interfaceId_v2") or about["interfaceId"])
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(row.bound["name"]),
        chassis=row.text("chassisId"),
        system=row.text("systemName"),
        port=port.strip('"'),
        port_description=str(about.get("interfaceDescription", "")),
        system_description=row.text("systemDescription"),
    )


def mlag(row: Row) -> Iterator[Record]:
    """Read `show mlag detail`; a switch without MLAG answers `state: disabled` and says nothing else."""
    if row.must("state") == "disabled":
        return
    peer = _given(row.text("detail.peerMacAddress"))
    system = _given(row.text("systemId"))
    address = row.text("peerAddress")
    yield MlagDomain(
        source=row.source,
        domain=row.must("domainId"),
        active=row.text("state") == "active" and row.text("negStatus") == "connected",
        role=row.text("detail.mlagState"),
        peer_link=row.name(row.must("peerLink")),
        peer_address=ip_address(address) if address else None,
        system=system,
        peer=peer,
    )


def _given(text: str) -> Mac | None:
    """Read a MAC; all zeros is how EOS says that there is none."""
    address = names.mac(text) if text else None
    return None if address == "00:00:00:00:00:00" else address


def lag_member(row: Row) -> Iterator[Record]:
    """Read one port of `show lacp neighbor` or `show port-channel`; the MLAG peer's ports are left to it."""
    name = row.name(row.bound["name"])
    if name.startswith(_PEER):
        return
    partner = _given(row.text("partnerSystemId").rpartition(",")[2])
    bundled = row.text("actorPortStatus")
    yield LagMember(
        source=row.source,
        lag=row.name(row.bound["lag"]),
        interface=name,
        active=bundled == "bundled" if bundled else row.source.pointer.split("/")[-2] == "activePorts",
        lacp=bool(partner or bundled) or row.text("protocol") == "lacp",
        partner=partner,
    )


def virtual_router(row: Row) -> Iterator[Record]:
    """Read one SVI of `show ip virtual-router`; the shared MAC is joined from the configuration."""
    addresses = [ip_address(str(item["ip"] if isinstance(item, dict) else item).partition("/")[0])
                 for item in row.must("virtualIps")]  # fmt: skip
    yield Gateway(
        source=row.source,
        interface=row.name(row.must("interface")),
        protocol="varp",
        addresses=tuple(sorted(addresses, key=lambda address: (address.version, int(address)))),
    )


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say."""
    return join.switch(records, "eos", vrf_rule=VRF, tag_rule=TAG)


READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "running_config": running_config,
    "spanning_tree": spanning_tree,
}
ROWS: Mapping[str, Quirk] = {
    "interface": interface,
    "vlan": vlan,
    "vlan_line": vlan_line,
    "mac": mac,
    "neighbor": neighbor,
    "lldp": lldp,
    "mlag": mlag,
    "lag_member": lag_member,
    "virtual_router": virtual_router,
}
