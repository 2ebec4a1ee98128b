"""Read the addresses, shared gateways, filters and DHCP relays of a Junos configuration.

Comes in: its statements. Goes out: records of routed units; the VRF of an address is joined later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import Address, InterfaceName, Mac
from vlan2l3.parse import config
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.statements import Statement, Words
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import AclBinding, DhcpRelay, Gateway, PortAddress, Record

# What QFX and MX answer with for a virtual gateway that has no address of its own configured.
_VIRTUAL_MACS = {4: names.mac("00:00:5e:00:01:01"), 6: names.mac("00:00:5e:00:02:01")}
_GROUPS = frozenset({"vrrp-group", "vrrp-inet6-group"})
_VIRTUAL = frozenset({"virtual-address", "virtual-inet6-address"})
_HARMLESS = frozenset({"preferred", "broadcast", "arp", "ndp", "eui-64", "destination", "master-only"})
_FAMILIES = frozenset({"inet", "inet6"})
_DIRECTIONS = {"input": "in", "output": "out", "input-list": "in", "output-list": "out"}


@dataclass(slots=True)
class _Routed:
    """Gather what is said of one routed unit."""

    addresses: dict[str, tuple[Statement, str]] = field(default_factory=dict)  # address -> its family
    primary: set[str] = field(default_factory=set)
    virtual: list[tuple[Statement, Address]] = field(default_factory=list)
    macs: dict[int, Mac] = field(default_factory=dict)
    groups: dict[tuple[int, int], list[tuple[Statement, str]]] = field(default_factory=dict)


def addresses(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    """Read the addresses and shared gateways of every unit, and the filters bound to it."""
    units: dict[InterfaceName, _Routed] = {}
    for statement in found:
        words = statement.below("interfaces", "*", "unit", "*")
        if not words:
            continue
        name = f"{statement.words[1]}.{statement.words[3]}"
        try:
            interface = port.interface(name)
            about = units.setdefault(interface, _Routed())
            if words[0] == "family" and words[1] in _FAMILIES:
                yield from _family(raw, about, statement, interface, words[1:])
            elif words[0] in ("virtual-gateway-v4-mac", "virtual-gateway-v6-mac"):
                about.macs[4 if "v4" in words[0] else 6] = names.mac(words[1])
        except (ValueError, IndexError) as error:
            lost.append(raw.unparsed(" ".join(statement.words), str(error), line=statement.line))
    for interface, about in units.items():
        yield from _records(raw, interface, about)


def _family(
    raw: Raw, about: _Routed, statement: Statement, interface: InterfaceName, words: Words
) -> Iterator[Record]:
    if words[1:2] == ("address",):
        _address(about, statement, words[0], words[2], words[3:])
    elif words[1:2] == ("filter",) and len(words) > 3 and words[2] in _DIRECTIONS:  # noqa: PLR2004  its name
        yield AclBinding(
            source=raw.at(statement.line),
            interface=interface,
            acl=words[3],
            direction=_DIRECTIONS[words[2]],
        )


def _address(about: _Routed, statement: Statement, family: str, text: str, rest: Words) -> None:
    """Take one statement of an address.

    Raises:
        ValueError: when it says something of the address that is not known.
    """
    ip_interface(text)
    about.addresses.setdefault(text, (statement, family))
    if not rest or rest[0] in _HARMLESS:
        return
    if rest[0] == "primary":
        about.primary.add(text)
    elif rest[0] == "virtual-gateway-address":
        about.virtual.append((statement, ip_address(rest[1])))
    elif rest[0] in _GROUPS:
        key = (6 if "6" in rest[0] else 4, int(rest[1]))
        given = about.groups.setdefault(key, [])
        if len(rest) > 3 and rest[2] in _VIRTUAL:  # noqa: PLR2004  an address
            given.append((statement, rest[3]))
    else:
        raise ValueError(f"{rest[0]} of an address is not known")


def _records(raw: Raw, interface: InterfaceName, about: _Routed) -> Iterator[Record]:
    seen: set[str] = set()
    for text, (statement, family) in about.addresses.items():
        first = family not in seen if not about.primary else text in about.primary
        seen.add(family)
        yield PortAddress(
            source=raw.at(statement.line),
            interface=interface,
            address=ip_interface(text),
            secondary=family == "inet" and not first,
        )
    for version in (4, 6):
        virtual = [(s, address) for s, address in about.virtual if address.version == version]
        if virtual:
            yield Gateway(
                source=raw.at(virtual[0][0].line),
                interface=interface,
                protocol="anycast",
                addresses=tuple(dict.fromkeys(address for _, address in virtual)),
                mac=about.macs.get(version, _VIRTUAL_MACS[version]),
            )
    for (_, group), members in about.groups.items():
        if members:
            yield config.vrrp(raw.at(members[0][0].line), interface, group, [text for _, text in members])


# --- DHCP relay -------------------------------------------------------------------------------------


def relays(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    """Read the relays of the default table and of every routing instance."""
    inside: dict[Words, list[tuple[Statement, Words]]] = {}
    for statement in found:
        for place in (("forwarding-options",), ("routing-instances", "*", "forwarding-options")):
            rest = statement.below(*place)
            if rest and rest[0] in ("dhcp-relay", "helpers"):
                inside.setdefault(statement.words[: len(place)], []).append((statement, rest))
    for told in inside.values():
        try:
            yield from _relay(raw, told)
            yield from _helpers(raw, told)
        except (ValueError, IndexError) as error:
            text = " ".join(told[0][0].words)
            lost.append(raw.unparsed(text, f"the relay is not understood: {error}", line=told[0][0].line))


def _relay(raw: Raw, told: list[tuple[Statement, Words]]) -> Iterator[Record]:
    servers: dict[str, list[Address]] = {}
    active: dict[str, str] = {}
    members: list[tuple[Statement, str, InterfaceName]] = []
    for statement, words in told:
        rest = words[2:] if words[1:2] == ("dhcpv6",) else words[1:]
        if words[0] != "dhcp-relay" or len(rest) < 2:  # noqa: PLR2004  a keyword and its value
            continue
        if rest[0] == "server-group":
            servers.setdefault(rest[1], []).extend([ip_address(rest[2])] if len(rest) > 2 else [])  # noqa: PLR2004
        elif rest[0] == "active-server-group":
            active[""] = rest[1]
        elif rest[0] == "group" and rest[2:3] == ("active-server-group",):
            active[rest[1]] = rest[3]
        elif rest[0] == "group" and rest[2:3] == ("interface",):
            members.append((statement, rest[1], port.interface(rest[3])))
    for statement, group, interface in members:
        used = servers.get(active.get(group, active.get("", "")), [])
        if used:
            yield DhcpRelay(source=raw.at(statement.line), interface=interface, servers=tuple(used))


def _helpers(raw: Raw, told: list[tuple[Statement, Words]]) -> Iterator[Record]:
    """Read `helpers bootp`: servers for all interfaces, or for one."""
    common: list[Address] = []
    own: dict[InterfaceName, tuple[Statement, list[Address]]] = {}
    for statement, words in told:
        if words[:2] != ("helpers", "bootp"):
            continue
        if words[2:3] == ("server",):
            common.append(ip_address(words[3]))
        elif words[2:3] == ("interface",):
            given = own.setdefault(port.interface(words[3]), (statement, []))[1]
            given += [ip_address(words[5])] if words[4:5] == ("server",) else []
    for interface, (statement, servers) in own.items():
        if servers or common:
            yield DhcpRelay(
                source=raw.at(statement.line), interface=interface, servers=tuple(servers or common)
            )
