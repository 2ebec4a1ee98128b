"""Join what a switch said about its routed VLAN interfaces.

Comes in: the records of one switch. Goes out: `Svi`s with the addresses hosts may use as their gateway. An
address keeps the prefix length of the subnet it lies in; a lone one is a host address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from ipaddress import ip_interface

from vlan2l3.names import Address, DeviceName, Interface, InterfaceName, VlanId, natural_key
from vlan2l3.network.index import Index
from vlan2l3.network.model import GatewayAddress, Svi
from vlan2l3.parse.records import AclBinding, DhcpRelay, Gateway, Port, PortAddress, Source

# Not `irb.110` of Junos: the number is a unit, and the VLAN names the unit it is routed by.
_SVI = re.compile(r"(?i)(?:vlan|bdi|vlanif|vlan-interface)\s*(\d{1,4})")


def address_key(address: Address) -> tuple[int, int]:
    """Sort addresses of both families."""
    return address.version, int(address)


def interface_key(interface: Interface) -> tuple[int, int, int]:
    """Sort addresses with their prefix lengths."""
    return interface.version, int(interface.ip), interface.network.prefixlen


def svi_vlan(name: InterfaceName) -> VlanId | None:
    """Read the VLAN id out of the name of a routed VLAN interface, or nothing when it is none."""
    found = _SVI.fullmatch(name)
    return VlanId(int(found.group(1))) if found else None


def svis(device: DeviceName, index: Index, ports: dict[InterfaceName, Port]) -> tuple[Svi, ...]:
    """Join every routed VLAN interface, also one that only an address or a gateway record names."""
    addresses: dict[InterfaceName, list[PortAddress]] = defaultdict(list)
    gateways: dict[InterfaceName, list[Gateway]] = defaultdict(list)
    for address in index.of(device, PortAddress):
        addresses[address.interface].append(address)
    for gateway in index.of(device, Gateway):
        gateways[gateway.interface].append(gateway)
    relays: dict[InterfaceName, set[Address]] = defaultdict(set)
    for relay in index.of(device, DhcpRelay):
        relays[relay.interface].update(relay.servers)
    acls: dict[InterfaceName, set[tuple[str, str]]] = defaultdict(set)
    for acl in index.of(device, AclBinding):
        acls[acl.interface].add((acl.direction, acl.acl))
    named = {name for name, port in ports.items() if port.sort == "svi"} | set(addresses) | set(gateways)
    found = []
    for name in sorted(named, key=natural_key):
        port = ports.get(name)
        vlan = (port.vlan if port and port.sort == "svi" else None) or svi_vlan(name)
        if vlan is None:
            continue
        own = addresses.get(name, [])
        real = {a.address for a in own if not a.virtual}
        found.append(
            Svi(
                name=name,
                vlan=vlan,
                vrf=next((a.vrf for a in own if a.vrf != "default"), "default"),
                up=port.up if port else None,
                addresses=tuple(sorted(real, key=interface_key)),
                gateways=_gateways(own, gateways.get(name, []), port),
                relays=tuple(sorted(relays.get(name, ()), key=address_key)),
                acls=tuple(sorted(acls.get(name, ()))),
                source=_source(port, own, gateways.get(name, [])),
            )
        )
    return tuple(found)


def _source(port: Port | None, own: list[PortAddress], gateways: list[Gateway]) -> Source:
    if port is not None:
        return port.source
    return min(record.source for record in (*own, *gateways))


def _gateways(own: list[PortAddress], shared: list[Gateway], port: Port | None) -> tuple[GatewayAddress, ...]:
    """Give the shared addresses; a family without any is served by the switch's own addresses."""
    found: dict[Address, GatewayAddress] = {}
    for gateway in shared:
        for address in gateway.addresses:
            known = found.get(address)
            if known is None or (known.mac is None and gateway.mac is not None):
                found[address] = GatewayAddress(
                    address=_in_subnet(address, own),
                    protocol=gateway.protocol,
                    mac=gateway.mac,
                    source=gateway.source,
                )
    for record in own:
        ip = record.address.ip
        if record.virtual and ip not in found:
            found[ip] = GatewayAddress(
                address=_in_subnet(ip, own), protocol="anycast", mac=None, source=record.source
            )
    served = {address.version for address in found if not address.is_link_local}
    for record in own:
        ip = record.address.ip
        if not record.virtual and ip.version not in served and not ip.is_link_local:
            found[ip] = GatewayAddress(
                address=record.address,
                protocol="svi",
                mac=port.mac if port else None,
                source=record.source,
            )
    return tuple(found[address] for address in sorted(found, key=address_key))


def _in_subnet(address: Address, own: list[PortAddress]) -> Interface:
    """Give the address the longest prefix of the interface's subnets that holds it."""
    lengths = [
        record.address.network.prefixlen
        for record in own
        if record.address.version == address.version
        and address in record.address.network
        and (record.address.ip != address or record.address.network.num_addresses > 1)
    ]
    return ip_interface(f"{address}/{max(lengths)}" if lengths else str(address))
