"""Read what IOS says of its interfaces: state, addresses, relays, filters, and the VLANs they carry.

Comes in: the text of `show interfaces`, `show ip interface`, `show ipv6 interface`, `show interfaces
switchport` and `show interfaces trunk`. Goes out: records. What a port would negotiate is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.names import sort_of, svi_vlan
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import AclBinding, DhcpRelay, Port, PortAddress, Record

_STATE = r"(?:administratively down|up|down|reset|deleted|standby mode|initializing|testing)"
_NOTE = r"(?: ?\([^)]*\))?"
OPENS = (
    rf"(?P<name>[A-Za-z][^,]*?) is (?P<status>{_STATE}){_NOTE}"
    rf"(?:, line protocol is (?P<protocol>up|down){_NOTE})?\s*"
)
_INTERFACES = Shape(
    opens=OPENS,
    rules=(
        r"\s+Hardware is .*?address is (?P<mac>[0-9a-f.]+)(?: \(bia (?P<burned>[0-9a-f.]+)\))?.*",
        r"\s+Description:(?P<description>.*)",
        r"\s+MTU (?P<mtu>\d+) bytes.*",
        r"\s+Internet address is (?P<address>\S+/\d+)",
        r"\s+Encapsulation 802\.1Q Virtual LAN, Vlan ID +(?P<tag>\d+)\.?.*",
        r"\s+Members in this channel: *(?P<members>.*)",
    ),
)


def interfaces(raw: Raw) -> Rows:
    """Read `show interfaces`; which LAG a port is in stands in the LAG's block."""
    rows = shape.read(raw, _INTERFACES, _interface)
    lags = _lags(raw)
    return replace(rows, records=tuple(_with_lag(record, lags) for record in rows.records))


def _with_lag(record: Record, lags: dict[InterfaceName, InterfaceName]) -> Record:
    return replace(record, master=lags.get(record.name)) if isinstance(record, Port) else record


def _lags(raw: Raw) -> dict[InterfaceName, InterfaceName]:
    found: dict[InterfaceName, InterfaceName] = {}
    blocks, _ = shape.split(raw, _INTERFACES)
    for block in blocks:
        with suppress(ValueError):  # the block itself is refused for it
            lag = convert.interface(raw.platform, block.last("name"))
            found |= dict.fromkeys(_members(raw, block), lag)
    return found


def _members(raw: Raw, block: Block) -> tuple[InterfaceName, ...]:
    return tuple(convert.interface(raw.platform, name) for name in block.last("members").split())


def _interface(raw: Raw, block: Block) -> Iterator[Record]:
    name = convert.interface(raw.platform, block.last("name"))
    sort = sort_of(name)
    status, protocol = block.last("status"), block.last("protocol")
    mac, burned = _mac(block.last("mac")), _mac(block.last("burned"))
    mtu, tag = block.last("mtu"), block.last("tag")
    address = block.last("address")
    _members(raw, block)
    yield Port(
        source=raw.at(block.line),
        name=name,
        sort=sort,
        enabled=status != "administratively down",
        up=protocol == "up" if protocol else None,
        mac=mac,
        hardware=burned if burned != mac else None,
        mtu=int(mtu) if mtu else None,
        description=block.last("description"),
        parent=convert.interface(raw.platform, name.partition(".")[0]) if sort == "vlan" else None,
        vlan=names.vlan_id(tag) if tag else svi_vlan(name),
        routed=True if address or sort in ("svi", "vlan", "loopback") else None,
    )
    if address:
        yield PortAddress(source=raw.at(block.line), interface=name, address=ip_interface(address))


def _mac(text: str) -> Mac | None:
    return names.mac(text) if text else None


_IP_INTERFACE = Shape(
    opens=OPENS,
    wrapped=r" {6,}[\d.]+(?: +[\d.]+)* *$",
    rules=(
        r"\s+Internet address is (?P<address>\S+/\d+)",
        r"\s+Secondary address (?P<secondary>\S+/\d+)",
        r"\s+Address determined by (?P<origin>.*)",
        r"\s+Helper address(?:es)? (?:is|are) (?P<helpers>\d[\d. ]*)",
        r"\s+Inbound +(?:Common )?access list is (?!not set)(?P<acl_in>\S+?)(?:, default is .*)?",
        r"\s+Outgoing +(?:Common )?access list is (?!not set)(?P<acl_out>\S+?)(?:, default is .*)?",
        r'\s+VPN Routing/Forwarding "(?P<vrf>[^"]*)"',
    ),
)


def ip_interfaces(raw: Raw) -> Rows:
    """Read `show ip interface`."""
    return shape.read(raw, _IP_INTERFACE, _ip_interface)


def _ip_interface(raw: Raw, block: Block) -> Iterator[Record]:
    name = convert.interface(raw.platform, block.last("name"))
    for kind in ("address", "secondary"):
        for line, text in block.numbered(kind):
            yield PortAddress(
                source=raw.at(line),
                interface=name,
                address=ip_interface(text),
                vrf=block.last("vrf") or "default",
                secondary=kind == "secondary",
                permanent="DHCP" not in block.last("origin"),
            )
    for line, text in block.numbered("helpers"):
        yield DhcpRelay(source=raw.at(line), interface=name, servers=tuple(map(ip_address, text.split())))
    for direction in ("in", "out"):
        for line, acl in block.numbered(f"acl_{direction}"):
            yield AclBinding(source=raw.at(line), interface=name, acl=acl, direction=direction)


_IPV6_INTERFACE = Shape(
    opens=OPENS,
    rules=(
        r"\s+(?P<address>[0-9A-Fa-f:]+), subnet is \S+/(?P<length>\d+).*",
        r'\s+VPN Routing/Forwarding "(?P<vrf>[^"]*)"',
        r"\s+Destination address\(es\): (?P<server>\S+).*",
    ),
)


def ipv6_interfaces(raw: Raw) -> Rows:
    """Read `show ipv6 interface`."""
    return shape.read(raw, _IPV6_INTERFACE, _ipv6_interface)


def _ipv6_interface(raw: Raw, block: Block) -> Iterator[Record]:
    for (line, address), length in zip(block.numbered("address"), block.all("length"), strict=True):
        yield PortAddress(
            source=raw.at(line),
            interface=convert.interface(raw.platform, block.last("name")),
            address=ip_interface(f"{address}/{length}"),
            vrf=block.last("vrf") or "default",
        )
