"""Read what EOS says of interfaces and their addresses, in JSON and in text.

Comes in: rows of `show interfaces` and of its shorter relatives. Goes out: ports, addresses, and of a VXLAN
interface its segments and far ends. The VRF of an address stands in other answers, and is joined later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.interface_lines import INTERFACE
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import OverlayPeer, Port, PortAddress, Record, Source, Vni
from vlan2l3.parse.row import Row

_SORTS = (
    ("Ethernet", "physical"),
    ("Port-Channel", "lag"),
    ("Vlan", "svi"),
    ("Loopback", "loopback"),
    ("Management", "management"),
    ("Vxlan", "tunnel"),
    ("Tunnel", "tunnel"),
)
_NOBODY = "0.0.0.0"  # noqa: S104  what EOS prints where there is no address
_NO_MAC = "00:00:00:00:00:00"
_MODELS = {"routed": True, "bridged": False, "dataLink": False}
_PAIR = re.compile(r"\[(\d+), (\d+(?:\.\d+\.\d+)?)\]")


def sort_of(name: InterfaceName) -> str:
    """Tell what sort of port a canonical name stands for; a sub-interface is a `vlan`."""
    if "." in name:
        return "vlan"
    return next((sort for prefix, sort in _SORTS if name.startswith(prefix)), "other")


def given(text: str) -> Mac | None:
    """Read a MAC; all zeros is how EOS says that there is none."""
    address = names.mac(text) if text else None
    return None if address == _NO_MAC else address


def vni_number(text: str | int) -> int:
    """Read a VNI, which `vni notation dotted` has EOS write as three bytes: `0.39.16`."""
    high, *lower = (int(part) for part in str(text).split("."))
    for part in lower:
        high = high * 256 + part
    return high


def interface(row: Row) -> Iterator[Record]:
    """Read one interface of `show interfaces`; its addresses lack the VRF, which the configuration gives."""
    name = row.name(row.bound["name"])
    status, protocol = row.text("interfaceStatus"), row.text("lineProtocolStatus")
    member = row.text("interfaceMembership")
    mac, burned = given(row.text("physicalAddress")), given(row.text("burnedInAddress"))
    yield _port(
        row,
        name,
        enabled=status != "disabled" if status else None,
        up=protocol == "up" if protocol else None,
        mac=mac,
        hardware=burned if burned != mac else None,
        mtu=int(row.get("mtu")) if row.get("mtu") else None,
        description=row.text("description"),
        master=row.name(member.removeprefix("Member of ")) if member.startswith("Member of ") else None,
        routed=_MODELS.get(row.text("forwardingModel")),
    )
    for addresses in row.get("interfaceAddress", []):
        yield from _addresses(row, name, addresses)
    for item in row.get("interfaceAddressIp6", {}).get("globalUnicastIp6s", []):
        yield _address6(row.source, name, item["address"], item["subnet"])
    for vlan, vni in sorted(row.get("vlanToVniMap", {}).items()):
        yield Vni(source=row.source, vlan=names.vlan_id(vlan), vni=vni_number(vni["vni"]))
    remote = row.get("vlanToVtepList", {}).values()
    peers = {peer for vlan in remote for peer in (*vlan["remoteVtepAddr"], *vlan.get("remoteVtepAddr6", []))}
    for peer in sorted(peers):
        yield OverlayPeer(source=row.source, address=ip_address(peer))


def _port(row: Row, name: InterfaceName, **said: Any) -> Port:
    """Make a port; an SVI's VLAN stands in its name, a sub-interface's tag in the configuration alone."""
    sort = sort_of(name)
    svi = re.fullmatch(r"Vlan(\d+)", name)
    return Port(
        source=row.source,
        name=name,
        sort=sort,
        parent=row.name(name.partition(".")[0]) if sort == "vlan" else None,
        vlan=names.vlan_id(svi[1]) if svi else None,
        **said,
    )


def _addresses(row: Row, name: InterfaceName, said: dict[str, Any], vrf: str = "default") -> Iterator[Record]:
    """Read the addresses of one interface; `ipAddr` is what the brief answer calls the primary one."""
    found: list[tuple[dict[str, Any], bool, bool]] = [
        (said.get("primaryIp", {}), False, False),
        (said.get("ipAddr", {}), False, False),
        (said.get("virtualIp", {}), False, True),
        *((item, True, False) for item in said.get("secondaryIpsOrderedList", [])),
        *((item, True, True) for item in said.get("virtualSecondaryIpsOrderedList", [])),
    ]
    for address, secondary, virtual in found:
        if address.get("address", _NOBODY) != _NOBODY:
            yield PortAddress(
                source=row.source,
                interface=name,
                address=ip_interface(f"{address['address']}/{address['maskLen']}"),
                vrf=vrf,
                secondary=secondary,
                virtual=virtual,
                permanent=not said.get("dhcp", False),
            )


def _address6(
    source: Source, name: InterfaceName, address: str, subnet: str, vrf: str = "default"
) -> PortAddress:
    length = str(subnet).rpartition("/")[2]
    return PortAddress(source=source, interface=name, address=ip_interface(f"{address}/{length}"), vrf=vrf)


def ip_interface_row(row: Row) -> Iterator[Record]:
    """Read one interface of `show ip interface`, brief or not, or of `show ipv6 interface`: its addresses."""
    name = row.name(row.bound["name"])
    vrf = row.text("vrf") or "default"
    yield from _addresses(row, name, row.get("interfaceAddress", {}), vrf)
    for item in row.get("addresses", []):
        yield _address6(row.source, name, item["address"], item["subnet"], vrf)


def ip_brief(row: Row) -> Iterator[Record]:
    """Read one line of `show ip interface brief`."""
    name = row.name(row.text("interface"))
    yield _port(
        row,
        name,
        enabled=row.text("status") != "admin down",
        up=row.text("protocol") == "up",
        mtu=int(row.text("mtu")),
    )
    if "/" in row.text("address"):
        yield PortAddress(source=row.source, interface=name, address=ip_interface(row.text("address")))


def described(row: Row) -> Iterator[Record]:
    """Read one port of `show interfaces description`, of either form."""
    status, protocol = row.text("interfaceStatus|status"), row.text("lineProtocolStatus|protocol")
    yield _port(
        row,
        row.name(row.bound.get("name") or row.text("interface")),
        enabled=status not in ("admin down", "disabled", "adminDown"),
        up=protocol == "up",
        description=row.text("description"),
    )


def status_line(row: Row) -> Iterator[Record]:
    """Read one line of `show interfaces status`, whose VLAN column also holds `trunk`, `routed`, `in Po1`."""
    vlan = row.text("vlan")
    yield _port(
        row,
        row.name(row.text("interface")),
        enabled=row.text("status") != "disabled",
        up=row.text("status") == "connected",
        description=row.text("description"),
        master=row.name(vlan.removeprefix("in ")) if vlan.startswith("in ") else None,
        routed=vlan == "routed",
    )


def text(raw: Raw) -> Rows:
    """Read the text of `show interfaces`, `show ip interface` or `show ipv6 interface`."""
    return blocks.read(raw, INTERFACE, _block)


def _block(block: blocks.Block) -> Iterator[Record]:
    row = block.row(block.head)
    name = row.name(block.head["name"])
    status = block.head.get("status") or block.head["admin"]
    kind = block.first("mtu", "kind")
    mac, burned = given(block.first("hardware", "mac")), given(block.first("hardware", "bia"))
    member = block.first("member")
    yield _port(
        row,
        name,
        enabled=status not in ("disabled", "administratively down"),
        up=block.head["protocol"] == "up",
        mac=mac,
        hardware=burned if burned != mac else None,
        mtu=int(block.first("mtu")) if kind else None,
        description=block.first("description"),
        master=row.name(member) if member else None,
        routed=kind == "IP" if kind else None,
    )
    leased = block.first("determined").upper() == "DHCP"
    vrf = block.first("vrf") or "default"
    for rule in ("address", "secondary"):
        for number, said in block.all(rule):
            if not said["v"].startswith(_NOBODY):
                yield PortAddress(
                    source=block.raw.at(number),
                    interface=name,
                    address=ip_interface(said["v"]),
                    vrf=vrf,
                    secondary=rule == "secondary",
                    virtual="virtual" in said,
                    permanent=not leased,
                )
    for number, said in block.all("address6"):
        yield _address6(block.raw.at(number), name, said["v"], said["subnet"], vrf)
    yield from _vxlan(block)


def _vxlan(block: blocks.Block) -> Iterator[Record]:
    """Read a VXLAN interface; the pairs below the line that speaks of VRFs map no VLAN.

    Bare addresses below another interface are the groups that it joined.
    """
    if not block.head["name"].startswith("Vxlan"):
        return
    of_vrfs = [number for number, _ in block.all("vrf_map")]
    for number, said in block.all("map"):
        if not of_vrfs or number < of_vrfs[0]:
            for vlan, vni in _PAIR.findall(said["v"]):
                yield Vni(source=block.raw.at(number), vlan=names.vlan_id(vlan), vni=vni_number(vni))
    peers = {peer: number for number, said in block.all("flood") for peer in said["v"].split()}
    for peer, number in sorted(peers.items()):
        yield OverlayPeer(source=block.raw.at(number), address=ip_address(peer))
