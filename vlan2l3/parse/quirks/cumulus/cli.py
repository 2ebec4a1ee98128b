"""Read what NCLU (`net show`, up to 4) and NVUE (`nv show`, from 5) print, and the old `arp`.

Comes in: rows of those answers. Goes out: records. All only rephrase what the kernel says, so they are read
where somebody captured them instead of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3.names import InterfaceName, mac, vlan_id, vlan_ranges
from vlan2l3.parse.records import (
    BridgeEntry,
    Facts,
    Gateway,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    Switchport,
)
from vlan2l3.parse.row import Row

_CATEGORIES = {
    "mgmt": "management", "loopback": "loopback", "bond": "lag", "bondmember": "physical",
    "svi": "svi", "interface/l3": "physical", "access/l2": "physical", "trunk/l2": "physical",
    "notconfigured": "physical", "l2": "physical", "l3": "physical",
}  # fmt: skip
_TYPES = {
    "swp": "physical", "bond": "lag", "peerlink": "lag", "svi": "svi", "loopback": "loopback",
    "eth": "management", "vxlan": "tunnel", "bridge": "bridge", "sub": "vlan", "vrf": "other",
}  # fmt: skip
_UP, _DOWN, _ADMIN_DOWN = "up", "dn", "admdn"


def system(row: Row) -> Iterator[Record]:
    """Read `net show system json`."""
    fields = row.get("eeprom.tlv", {}) or {}
    serial, base = (_tlv(fields, name) for name in ("Serial Number", "Base MAC Address"))
    yield Facts(
        hostname=row.text("hostname"),
        model=row.text("platform.model"),
        version=str(row.must("os-version")),
        serial=serial,
        macs=(mac(base),) if base else (),
        source=row.source,
    )


def _tlv(fields: dict[str, Any], name: str) -> str:
    return str(fields.get(name, {}).get("value", "")).strip()


def nvue_system(row: Row) -> Iterator[Record]:
    """Read `nv show system -o json`: the release is `product-release`, or part of `build`."""
    release = row.text("product-release") or row.text("build").removeprefix("Cumulus Linux").strip()
    yield Facts(hostname=str(row.must("hostname")), version=release, source=row.source)


def nclu_interface(row: Row) -> Iterator[Record]:
    """Read one interface of `net show interface all json`, with what it heard by LLDP."""
    name = row.name(row.bound["name"])
    state = str(row.must("linkstate")).lower()
    kept = row.must("iface_obj")
    yield Port(
        name=name,
        sort=_CATEGORIES.get(row.text("port_category").lower(), "other"),
        enabled=state != _ADMIN_DOWN,
        up=state == _UP,
        mac=mac(kept["mac"]) if kept.get("mac") and kept["mac"] != "00:00:00:00:00:00" else None,
        mtu=kept.get("mtu"),
        description=kept.get("description") or "",
        source=row.source,
    )
    for text in kept["ip_address"]["allentries"]:
        yield PortAddress(interface=name, address=ip_interface(text), source=row.source)
    for heard in kept.get("lldp") or ():
        yield LldpNeighbor(
            interface=name,
            chassis="",
            system=str(heard["adj_hostname"]),
            port=str(heard["adj_port"]),
            system_description=str(heard.get("system_descr", "")),
            source=row.source,
        )


def station(row: Row) -> Iterator[Record]:
    """Read one row of `nv show bridge domain … mac-table -o json`; an address it learned has no type."""
    address = mac(str(row.must("mac")))
    kind = row.text("entry-type")
    if kind not in ("", "static", "permanent", "extern_learn", "dynamic", "sticky"):
        raise ValueError(f"{kind!r} is not a type of entry")
    if row.get("remote-dst"):
        yield OverlayPeer(address=ip_address(row.text("remote-dst")), source=row.source)
    if int(address[:2], 16) & 1 or not row.get("bridge-domain"):
        return
    interface = row.name(str(row.must("interface")))
    if not row.get("vlan"):
        bridge = row.name(row.text("bridge-domain"))
        permanent = kind == "permanent"
        yield BridgeEntry(bridge=bridge, port=interface, mac=address, permanent=permanent, source=row.source)
        return
    yield MacEntry(
        vlan=vlan_id(row.text("vlan")),
        mac=address,
        interface=interface,
        origin={"permanent": "self", "static": "static"}.get(kind, "learned"),
        source=row.source,
    )


def nclu_station(row: Row) -> Iterator[Record]:
    """Read one line of `net show bridge macs`; `untagged` is a row of a bridge without VLANs."""
    far, state = row.text("tunnel"), row.text("state")
    address, interface = mac(row.text("mac")), row.name(row.text("interface"))
    if far:
        yield OverlayPeer(address=ip_address(far), source=row.source)
    if row.text("vlan") != "untagged":
        origin = {"permanent": "self", "static": "static"}.get(state, "learned")
        vlan = vlan_id(row.text("vlan"))
        yield MacEntry(vlan=vlan, mac=address, interface=interface, origin=origin, source=row.source)
    elif row.text("master") and "self" not in row.text("flags"):
        bridge = row.name(row.text("master"))
        permanent = state == "permanent"
        yield BridgeEntry(bridge=bridge, port=interface, mac=address, permanent=permanent, source=row.source)


def arp(row: Row) -> Iterator[Record]:
    """Read one line of `arp -n`."""
    yield Neighbor(
        address=ip_address(row.text("address")),
        mac=mac(row.text("mac")) if row.text("mac") else None,
        interface=row.name(row.text("interface")),
        state="" if row.text("mac") else "INCOMPLETE",
        source=row.source,
    )


def nvue_interface(row: Row) -> Iterator[Record]:
    """Read one interface of `nv show interface -o json`: link, addresses, VRR, and its part in a bridge."""
    name = row.name(row.bound["name"])
    link = row.get("link", {}) or {}
    address = link.get("mac-address") or link.get("mac")
    yield Port(
        name=name,
        sort=_TYPES.get(row.text("type"), "other"),
        enabled=_is_up(link.get("admin-status") or link.get("state")),
        up=_is_up(link.get("oper-status")),
        mac=mac(address) if address and address != "00:00:00:00:00:00" else None,
        mtu=int(link["mtu"]) if link.get("mtu") else None,
        description=str(row.get("description") or ""),
        source=row.source,
    )
    vrf = row.text("ip.vrf") or "default"
    for text in row.get("ip.address", {}) or {}:
        if text not in ("dhcp", "dhcp6"):
            yield PortAddress(interface=name, address=ip_interface(text), vrf=vrf, source=row.source)
    shared = tuple(ip_interface(text) for text in row.get("ip.vrr.address", {}) or {})
    if shared:
        given = row.text("ip.vrr.mac-address")
        yield Gateway(
            interface=name,
            protocol="anycast",
            addresses=tuple(each.ip for each in shared),
            mac=mac(given) if ":" in given else None,
            source=row.source,
        )
    yield from _bridging(row, name)


def _bridging(row: Row, name: InterfaceName) -> Iterable[Record]:
    """Read the VLANs of a bridged port; a port that inherits those of its bridge does not say them."""
    for domain in (row.get("bridge.domain", {}) or {}).values():
        access = domain.get("access")
        vlans = domain.get("vlan", {}) or {}
        if access and str(access) != "none":
            yield Switchport(interface=name, mode="access", untagged=vlan_id(access), source=row.source)
        elif vlans and "all" not in vlans:
            untagged = domain.get("untagged")
            native = vlan_id(untagged) if untagged and str(untagged).isdigit() else None
            tagged = frozenset(v for text in vlans for v in vlan_ranges(str(text))) - {native}
            yield Switchport(
                interface=name,
                mode="trunk",
                untagged=native,
                tagged=frozenset(v for v in tagged if v is not None),
                source=row.source,
            )


def _is_up(value: Any) -> bool | None:
    """Tell whether a state is `up`; 5.0 to 5.2 write it as the key of an empty object."""
    if isinstance(value, dict):
        return "up" in value if value else None
    return value == "up" if value else None
