"""Read the running configuration of NX-OS.

Comes in: the text. Goes out: the file whole, and per interface the bridging that its lines state, its
addresses, shared gateways, filters and relays. A port without a `switchport` line is left to `show interface
switchport`: whether such a port bridges depends on the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Mac
from vlan2l3.parse import config, convert
from vlan2l3.parse.config import Block
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Facts, Gateway, Record, Vni

VRF = r"vrf member (\S+)"
TAG = r"encapsulation dot1[qQ] (\d+)"
_CIDR = r"([0-9a-fA-F:.]+/\d+)"
_RULES: Mapping[str, str] = {
    "routed": r"no switchport",
    "mode": r"switchport mode (access|trunk)",
    "access": r"switchport access vlan (\d+)",
    "native": r"switchport trunk native vlan (\d+)",
    "allowed": r"switchport trunk allowed vlan (?:(add|except|remove) )?([0-9,-]+|all|none)",
    "bridged": r"switchport",
    "lag": r"channel-group (\d+)(?: force)?(?: mode (on|active|passive))?",
    "mlag": r"vpc (\d+)",
    "vrf": VRF,
    "address": rf"ip(?:v6)? address {_CIDR}( secondary)?(?: tag \d+)?",
    "no_address": r"ip address dhcp|ipv6 address (?:use-link-local-only|dhcp)",
    "helper": r"(?:ip|ipv6) dhcp relay address ([0-9a-fA-F:.]+)(?: .*)?",
    "acl": r"(?:ip|ipv6) (?:access-group|traffic-filter) (\S+) (in|out)",
    "port_acl": r"(?:ip|ipv6|mac) port access-group (\S+) (in|out)",
    "hsrp_version": r"hsrp (?:version|bfd|delay|use-bia|mac-refresh).*",
    "hsrp": r"hsrp (\d+)(?: (ipv4|ipv6))?",
    "vrrp_group": r"(?:vrrp|vrrpv3) (\d+)(?: address-family (ipv4|ipv6))?",
    "anycast": r"fabric forwarding mode (anycast-gateway)",
    "encapsulation": TAG,
    "harmless": r"switchport (?:port-security|block|monitor|trunk pruning|host|isolated|mode fex-fabric).*"
    r"|vpc orphan-port suspend|vpc peer-link|no hsrp.*",
}
_MATTERS = (
    r"(?:no )?switchport\b|channel-group |vpc |vrf member|ip address |ipv6 address |hsrp |vrrp|vrrpv3 "
    r"|(?:ip|ipv6) dhcp relay address|(?:ip|ipv6) (?:access-group|traffic-filter)"
    r"|(?:ip|ipv6|mac) port access-group|fabric forwarding mode|encapsulation "
)
_VIRTUAL = re.compile(r"(?:ip|address) ([0-9a-fA-F:.]+)(?:/\d+)?(?: (?:secondary|primary))?")
_MAC = re.compile(r"mac-address (\S+)")
_ANYCAST_MAC = re.compile(r"fabric forwarding anycast-gateway-mac (\S+)")


def running_config(raw: Raw) -> Rows:
    """Read a running configuration; rows are the lines of interfaces that bear on layer 2, and the file."""
    blocks = config.blocks(raw.text)
    unparsed: list[Unparsed] = []
    records: list[Record] = [config.kept(raw)]
    expected = 1
    for block in blocks:
        word = block.text.split()[0]
        if word == "interface":
            count, lost = config.explain(raw, block, _RULES, _MATTERS)
            expected += count
            unparsed += lost
        try:
            records += _MAKERS.get(word, _nothing)(raw, block, blocks)
        except ValueError as error:
            expected += 1
            unparsed.append(raw.unparsed(block.text, str(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _nothing(_raw: Raw, _block: Block, _blocks: tuple[Block, ...]) -> Iterator[Record]:
    return iter(())


def _hostname(raw: Raw, block: Block, _blocks: tuple[Block, ...]) -> Iterator[Record]:
    yield Facts(source=raw.at(block.line), hostname=block.text.partition(" ")[2].strip())


def _vlan(raw: Raw, block: Block, _blocks: tuple[Block, ...]) -> Iterator[Record]:
    vlan = re.fullmatch(r"vlan (\d+)", block.text)
    for child in block.children if vlan else ():
        segment = re.fullmatch(r"vn-segment (\d+)", child.text)
        if vlan and segment:
            yield Vni(source=raw.at(child.line), vlan=names.vlan_id(vlan[1]), vni=int(segment[1]))


def _interface(raw: Raw, block: Block, blocks: tuple[Block, ...]) -> Iterator[Record]:
    found = config.hits(block, _RULES)
    stated = any(name in found for name in ("mode", "access", "native", "allowed"))
    context = config.InterfaceContext(
        raw=raw,
        block=block,
        name=convert.interface("nxos", block.text.removeprefix("interface ")),
        hits=found,
        bridged=stated,
        grouped={},
    )
    yield from config.interface_records(context)
    yield from _gateways(context, blocks)


def _gateways(context: config.InterfaceContext, blocks: tuple[Block, ...]) -> Iterator[Record]:
    for hit in context.all("hsrp"):
        group, family = int(hit.groups[0]), hit.groups[1] or "ipv4"
        addresses = tuple(ip_address(text) for text in _inner(hit.block, _VIRTUAL))
        given = tuple(_inner(hit.block, _MAC))
        yield Gateway(
            source=context.at(hit),
            interface=context.name,
            protocol="hsrp",
            addresses=addresses,
            mac=names.mac(given[0]) if given else _hsrp_mac(context.block, group, family),
            group=group,
        )
    for hit in context.all("vrrp_group"):
        yield config.vrrp(
            context.at(hit), context.name, int(hit.groups[0]), tuple(_inner(hit.block, _VIRTUAL))
        )
    if context.all("anycast"):
        yield Gateway(
            source=context.at(context.all("anycast")[0]),
            interface=context.name,
            protocol="anycast",
            addresses=tuple(ip_address(h.first.partition("/")[0]) for h in context.all("address")),
            mac=_anycast_mac(blocks),
        )


def _inner(block: Block, rule: re.Pattern[str]) -> Iterator[str]:
    for child in block.children:
        match = rule.fullmatch(child.text)
        if match:
            yield match[1]


def _hsrp_mac(interface: Block, group: int, family: str) -> Mac:
    """Compute the default virtual MAC: 0000.0c07.acXX, 0000.0c9f.fXXX (version 2), 0005.73a0.0XXX (IPv6)."""
    second = any(child.text == "hsrp version 2" for child in interface.children)
    if family == "ipv6":
        return names.mac(f"000573a00{group:03x}")
    return names.mac(f"00000c9ff{group:03x}" if second else f"00000c07ac{group:02x}")


def _anycast_mac(blocks: tuple[Block, ...]) -> Mac | None:
    found = (_ANYCAST_MAC.fullmatch(block.text) for block in blocks)
    return next((names.mac(match[1]) for match in found if match), None)


_MAKERS = {"interface": _interface, "vlan": _vlan, "hostname": _hostname}
