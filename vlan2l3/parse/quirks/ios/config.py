"""Read the running configuration of IOS.

Comes in: the text. Goes out: the file whole, and per interface the bridging that its lines state, its
addresses, shared gateways, filters and relays. A port that does not state its mode would negotiate one, and
is left to `show interfaces switchport`. VLANs are not read here: a VTP server keeps them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Address, Mac
from vlan2l3.parse import config, convert
from vlan2l3.parse.config import Block, Hit, Hits, InterfaceContext
from vlan2l3.parse.quirks.ios import acl
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Facts, Gateway, Record, Switchport, Vni

VRF = r"(?:ip )?vrf forwarding (\S+)"
TAG = r"encapsulation (?:dot1[qQ]|isl) (\d+)(?: .*)?"
_IPV4 = r"\d+\.\d+\.\d+\.\d+"
_RULES: Mapping[str, str] = {
    "routed": r"no switchport",
    "mode": r"switchport mode (access|trunk)",
    "negotiated": r"switchport mode dynamic (?:auto|desirable)",
    "access": r"switchport access vlan (\d+)",
    "voice": r"switchport voice vlan (\d+)",
    "native": r"switchport trunk native vlan (\d+|tag)",
    "allowed": r"switchport trunk allowed vlan (?:(add|except|remove) )?([0-9,-]+|all|none)",
    "layer2": r"switchport",
    "lag": r"channel-group (\d+) mode (on|active|passive|auto|desirable)(?: non-silent)?",
    "vrf": VRF,
    "address4": rf"ip address ({_IPV4}) ({_IPV4})( secondary)?",
    "address6": r"ipv6 address ([0-9a-fA-F:.]+/\d+)(?: anycast)?",
    "no_address": r"ip address (?:dhcp|negotiated|pool \S+)(?: .*)?|ip unnumbered \S+.*"
    r"|ipv6 address (?:\S+ link-local|\S+ eui-64|autoconfig.*|dhcp.*|\S+ \S+/\d+.*)",
    "hsrp": r"standby (?:(\d+) )?(?:ip|ipv6) ?(\S+)?(?: secondary)?",
    "hsrp_version": r"standby version (\d)",
    "hsrp_mac": r"standby (?:(\d+) )?mac-address (\S+)",
    "hsrp_detail": r"standby (?:\d+ )?(?:priority|preempt|timers|track|authentication|name|follow|delay"
    r"|use-bia|mac-refresh|redirect|bfd|arp|unicast).*",
    "vrrp": rf"vrrp (\d+) ip ({_IPV4})(?: secondary)?",
    "vrrp_family": r"vrrp (\d+) address-family (ipv4|ipv6)",
    "vrrp_detail": r"vrrp (?:delay|\d+ (?:priority|preempt|timers|track|authentication|description|name"
    r"|shutdown)).*",
    "glbp": rf"glbp (\d+) (?:ip|ipv6)(?: ({_IPV4}|[0-9a-fA-F:]+))?(?: secondary)?",
    "glbp_detail": r"glbp \d+ (?:priority|preempt|timers|weighting|load-balancing|authentication|name"
    r"|forwarder|client-cache).*",
    "helper": r"(?:ip helper-address|ipv6 dhcp relay destination) (?:global |vrf \S+ )?([0-9a-fA-F:.]+)"
    r"(?: .*)?",
    "acl": r"(?:ip|ipv6) (?:access-group|traffic-filter) (\S+) (in|out)",
    "port_acl": r"mac access-group (\S+) (in|out)",
    "encapsulation": TAG,
    "harmless": r"switchport (?:port-security|block|nonegotiate|trunk (?:encapsulation|pruning)|protected"
    r"|host|priority|vepa|voice vlan (?:dot1p|none|untagged|name)|autostate|app-interface|capture).*"
    r"|no switchport "
    r"(?:port-security|nonegotiate).*|encapsulation (?!dot1|isl).*",
}
_MATTERS = (
    r"(?:no )?switchport\b|channel-group |(?:ip )?vrf forwarding|ip address |ip unnumbered |ipv6 address "
    r"|standby |vrrp |glbp |ip helper-address|ipv6 dhcp relay destination|(?:ip|mac) access-group"
    r"|ipv6 traffic-filter|encapsulation "
)
_VRRP_ADDRESS = re.compile(r"address ([0-9a-fA-F:.]+)(?: (?:primary|secondary))?")
_MEMBER_VNI = re.compile(r"member evpn-instance \d+ vni (\d+)(?: .*)?")


def running_config(raw: Raw) -> Rows:
    """Read a running configuration; rows are the lines of interfaces that bear on layer 2, and the file."""
    blocks = config.blocks(raw.text)
    unparsed: list[Unparsed] = []
    records: list[Record] = [config.kept(raw)]
    records += acl.configured(raw, blocks)
    expected = 1
    for block in blocks:
        word = block.text.split()[0]
        if word == "interface":
            count, lost = config.explain(raw, block, _RULES, _MATTERS)
            expected += count
            unparsed += lost
        try:
            records += _MAKERS.get(word, _nothing)(raw, block)
        except ValueError as error:
            expected += 1
            unparsed.append(raw.unparsed(block.text, str(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _nothing(_raw: Raw, _block: Block) -> Iterator[Record]:
    return iter(())


def _hostname(raw: Raw, block: Block) -> Iterator[Record]:
    yield Facts(source=raw.at(block.line), hostname=block.text.partition(" ")[2].strip('" '))


def _vlan(raw: Raw, block: Block) -> Iterator[Record]:
    """Read `vlan configuration 10`; a VNI without an EVPN instance is a VRF's, and stretches nothing."""
    listed = re.fullmatch(r"vlan configuration ([\d,-]+)", block.text)
    for child in block.children if listed else ():
        member = _MEMBER_VNI.fullmatch(child.text)
        if listed and member:
            for vlan in sorted(names.vlan_ranges(listed[1])):
                yield Vni(source=raw.at(child.line), vlan=vlan, vni=int(member[1]))


def _spanning_tree(_raw: Raw, block: Block) -> Iterator[Record]:
    """Refuse a region whose VLANs are not understood; `join` reads them from the file."""
    for child in block.children:
        mapped = re.fullmatch(r"instance \d+ vlans? (.+)", child.text)
        names.vlan_ranges(mapped[1] if mapped else "none")
    yield from ()


def _interface(raw: Raw, block: Block) -> Iterator[Record]:
    found = config.hits(block, _RULES)
    for hit in found.get("encapsulation", ()):
        names.vlan_id(hit.first)  # `join` gives it to the port
    addresses = tuple(
        replace(hit, groups=(f"{hit.groups[0]}/{hit.groups[1]}", hit.groups[2]))
        for hit in found.get("address4", ())
    )
    addresses += tuple(replace(hit, groups=(hit.first, "")) for hit in found.get("address6", ()))
    context = InterfaceContext(
        raw=raw,
        block=block,
        name=convert.interface(raw.platform, block.text.removeprefix("interface ")),
        hits={**found, "address": addresses},
        bridged="mode" in found,
        grouped={},
    )
    for record in config.interface_records(context):
        yield _with_voice(record, context)
    yield from _hsrp(context)
    yield from _other_gateways(context)


def _with_voice(record: Record, context: InterfaceContext) -> Record:
    """Add the voice VLAN, which an access port carries tagged."""
    voice = context.last("voice")
    if not (isinstance(record, Switchport) and record.mode == "access" and voice):
        return record
    return replace(record, tagged=frozenset({names.vlan_id(voice)} - {record.untagged}))


def _hsrp(context: InterfaceContext) -> Iterator[Record]:
    given = {int(hit.first or 0): names.mac(hit.groups[1]) for hit in context.all("hsrp_mac")}
    for group, hits in _by_group(context.hits, "hsrp").items():
        addresses = _addresses(hits)
        family6 = any(" ipv6" in hit.block.text for hit in hits)
        yield Gateway(
            source=context.at(hits[0]),
            interface=context.name,
            protocol="hsrp",
            addresses=addresses,
            mac=given.get(group) or _hsrp_mac(context.last("hsrp_version"), group, ipv6=family6),
            group=group,
        )


def _hsrp_mac(version: str, group: int, *, ipv6: bool) -> Mac:
    """Compute the default virtual MAC: 0000.0c07.acXX, 0000.0c9f.fXXX (version 2), 0005.73a0.0XXX (IPv6)."""
    if ipv6:
        return names.mac(f"000573a00{group:03x}")
    return names.mac(f"00000c9ff{group:03x}" if version == "2" else f"00000c07ac{group:02x}")


def _other_gateways(context: InterfaceContext) -> Iterator[Record]:
    for hit in context.all("vrrp_family"):
        inner = (_VRRP_ADDRESS.fullmatch(child.text) for child in hit.block.children)
        yield config.vrrp(
            context.at(hit), context.name, int(hit.first), [match[1] for match in inner if match]
        )
    for group, hits in _by_group(context.hits, "glbp").items():
        yield Gateway(
            source=context.at(hits[0]),
            interface=context.name,
            protocol="glbp",
            addresses=_addresses(hits),
            group=group,
        )


def _by_group(hits: Hits, rule: str) -> Mapping[int, list[Hit]]:
    found: dict[int, list[Hit]] = {}
    for hit in hits.get(rule, ()):
        found.setdefault(int(hit.first or 0), []).append(hit)
    return found


def _addresses(hits: list[Hit]) -> tuple[Address, ...]:
    """Give the addresses of a group; one without any learns them, and `autoconfig` makes them up."""
    said = [hit.groups[1] for hit in hits]
    return tuple(ip_address(text.partition("/")[0]) for text in said if text not in ("", "autoconfig"))


_MAKERS = {"interface": _interface, "vlan": _vlan, "hostname": _hostname, "spanning-tree": _spanning_tree}
