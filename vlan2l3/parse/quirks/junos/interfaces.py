"""Read `show interfaces` of Junos.

Comes in: one physical interface with its units, from JSON or XML. Goes out: its port, the LAG it is a member
of, a port for each routed unit, and the addresses. A bridged unit is no port of its own. Shapes seen on
12.1 to 20.3, on QFX, EX, MX and SRX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.told import BridgedUnit, ByVlanName
from vlan2l3.parse.records import LagMember, Port, PortAddress, Record
from vlan2l3.parse.row import Row

_BRIDGED = frozenset({"eth-switch", "bridge", "ethernet-switching"})
_ROUTED = frozenset({"inet", "inet6", "iso", "mpls"})
_BRIDGES = re.compile(r"(?i).*-bridge")
_BRIDGE = re.compile(r"\+\d+$")  # ELS adds the id to the name of a VLAN: `users+110`
_TAG = re.compile(r"\[ *0x[0-9a-fA-F]{4}\.(\d+)")
_UP, _DOWN = "iff-up", frozenset({"iff-down", "iff-hardware-down", "iff-device-down"})
_MEMBER = "aenet"
_FLAGS, _TRUNK = "address-family-flags", "ifff-port-mode-trunk"


def interface(row: Row) -> Iterator[Record]:
    """Read one physical interface and its units; `.local.` is a table of SRX's own and no interface."""
    if row.text("name") == ".local.":
        return
    name = port.interface(row.text("name"))
    units = [unit for unit in port.listed(row.get("logical-interface")) if isinstance(unit, Mapping)]
    bundles = {bundle for unit in units for bundle in _bundles(unit)}
    if len(bundles) > 1:
        raise ValueError(f"{name} is a member of {' and '.join(sorted(bundles))}")
    lag = next(iter(bundles), None)
    status, state = row.text("admin-status"), row.text("oper-status")
    up = state == "up" if state else None
    mac, hardware = _mac(row.data, "current-physical-address"), _mac(row.data, "hardware-physical-address")
    sort = port.sort_of(name)
    yield Port(
        source=row.source,
        name=name,
        sort=sort,
        enabled=status == "up" if status else None,
        up=up,
        mac=mac,
        hardware=hardware if hardware != mac else None,
        mtu=_mtu(row.data),
        description=row.text("description"),
        master=lag,
        routed=_routed(units) if sort in ("physical", "lag") and not lag else None,
        index=int(row.text("snmp-index")) if row.text("snmp-index").isdigit() else None,
    )
    if lag:
        yield LagMember(source=row.source, lag=lag, interface=name, active=bool(up), lacp=False)
    for unit in units:
        if _bridges(unit) and not lag:
            yield _bridged(row, unit)
        elif not lag:
            yield from _unit(row, name, unit, up=up)


def _bridged(row: Row, unit: Mapping[str, Any]) -> BridgedUnit:
    name = port.interface(str(unit["name"]))
    flags = {flag for family in _address_families(unit) for flag in port.first(family.get(_FLAGS))}
    return BridgedUnit(
        source=row.source, command=row.raw.command, unit=name, tag=_tag(unit), trunk=_TRUNK in flags
    )


def _tag(unit: Mapping[str, Any]) -> VlanId | None:
    """Read `[ 0x8100.110 ]`; the tag 0 is a unit of the device's own."""
    tag = _TAG.search(str(unit.get("link-address", "")))
    return names.vlan_id(tag[1]) if tag and tag[1] != "0" else None


def _unit(row: Row, parent: InterfaceName, unit: Mapping[str, Any], *, up: bool | None) -> Iterator[Record]:
    name = port.interface(str(unit["name"]))
    vlan = _tag(unit)
    sort = port.sort_of(name)
    flags = set(port.first(unit.get("if-config-flags")))
    shown = str(unit.get("oper-status", ""))  # the terse form says it in a word, the others by flags
    yield Port(
        source=row.source,
        name=name,
        sort="vlan" if sort == "other" and vlan else sort,
        enabled=True if _UP in flags else None,
        up=shown == "up" if shown else _up(flags, up=up, sort=sort),
        mac=_mac(unit, "logical-interface-mac") or _mac(row.data, "current-physical-address"),
        mtu=next((mtu for family in _address_families(unit) if (mtu := _mtu(family))), None),
        description=str(unit.get("description", "")).strip(),
        parent=parent if sort == "other" else None,
        vlan=vlan,
        routed=bool(_families(unit) & _ROUTED) or None,
    )
    bridge = _BRIDGE.sub("", str(port.first(unit.get("irb-domain")).get("irb-bridge", "None")).strip())
    if sort == "svi" and bridge != "None":
        given = (("name", name), ("sort", sort))
        yield ByVlanName(
            source=row.source, command=row.raw.command, vlan_name=bridge, record="port", given=given
        )
    for family in _address_families(unit):
        yield from _addresses(row, name, family)


def _up(flags: set[str], *, up: bool | None, sort: str) -> bool | None:
    """Tell whether a unit is up; one of a loopback has no flag that says so."""
    if flags & _DOWN:
        return False
    return up if _UP in flags or sort == "loopback" else None


def _addresses(row: Row, name: InterfaceName, family: Mapping[str, Any]) -> Iterator[Record]:
    """Read a family's addresses, one that is borrowed from another interface included."""
    if family.get("address-family-name") not in ("inet", "inet6"):
        return
    found = [item for item in port.listed(family.get("interface-address")) if item.get("ifa-local")]
    primary = [item for item in found if "ifaf-current-primary" in port.first(item.get("ifa-flags"))]
    for item in found:
        flags = port.first(item.get("ifa-flags"))
        yield PortAddress(
            source=row.source,
            interface=name,
            address=_with_length(str(item["ifa-local"]), str(item.get("ifa-destination", ""))),
            secondary=bool(primary) and item not in primary and family["address-family-name"] == "inet",
            virtual="ifaf-virtual-gateway" in flags,
        )


def _with_length(local: str, destination: str) -> names.Interface:
    """Join an address with the prefix length, which stands with the subnet (`172.16.1/24`)."""
    address, _, own = local.strip().partition("/")
    _, _, length = destination.strip().partition("/")
    return ip_interface(f"{address}/{own or length or ip_address(address).max_prefixlen}")


def _bundles(unit: Mapping[str, Any]) -> Iterator[InterfaceName]:
    for family in _address_families(unit):
        if family.get("address-family-name") == _MEMBER and family.get("ae-bundle-name"):
            yield port.bridged(str(family["ae-bundle-name"]))


def _routed(units: list[Mapping[str, Any]]) -> bool | None:
    """Tell whether a port routes; one that does both bridges, and one that does neither is unknown."""
    if any(_bridges(unit) for unit in units):
        return False
    return True if any(_families(unit) & _ROUTED for unit in units) else None


def _bridges(unit: Mapping[str, Any]) -> bool:
    name = str(unit.get("name", ""))
    at_port = port.bridged(name) != port.interface(name)
    told = _families(unit) & _BRIDGED or _BRIDGES.fullmatch(str(unit.get("encapsulation", "")))
    return at_port and bool(told)


def _families(unit: Mapping[str, Any]) -> set[str]:
    return {str(family.get("address-family-name", "")) for family in _address_families(unit)}


def _address_families(unit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [family for family in port.listed(unit.get("address-family")) if isinstance(family, Mapping)]


def _mac(data: Mapping[str, Any], key: str) -> Mac | None:
    text = str(data.get(key, "")).strip()
    return names.mac(text) if text and text.lower() != "unspecified" else None


def _mtu(data: Mapping[str, Any]) -> int | None:
    text = str(data.get("mtu", ""))
    return int(text) if text.isdigit() else None
