"""Read the running configuration of EOS.

Comes in: the text. Goes out: the file whole, and per interface what it bridges, which addresses and shared
gateways it has, and what it filters or relays. Lines that bear on layer 2 and are not known are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vlan2l3 import names
from vlan2l3.names import Mac, VlanId
from vlan2l3.parse import config, convert
from vlan2l3.parse.config import Block
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Facts, Record, Vni

VRF = r"vrf (?:forwarding )?(\S+)"
TAG = r"encapsulation dot1q vlan (\d+)"
_CIDR = r"([0-9a-fA-F:.]+/\d+)"
_RULES: Mapping[str, str] = {
    "routed": r"no switchport",
    "bridged": r"switchport",
    "mode": r"switchport mode (access|trunk)",
    "access": r"switchport access vlan (\d+)",
    "native": r"switchport trunk native vlan (\d+|tag)",
    "allowed": r"switchport trunk allowed vlan (?:(add|except|remove) )?([0-9,-]+|all|none)",
    "trunk_group": r"switchport trunk group (\S+)",
    "lag": r"channel-group (\d+) mode (on|active|passive)",
    "mlag": r"mlag (\d+)",
    "vrf": VRF,
    "virtual_address": rf"ip(?:v6)? address virtual {_CIDR}( secondary)?",
    "address": rf"ip(?:v6)? address {_CIDR}( secondary)?",
    "no_address": r"ip address (?:dhcp|unnumbered \S+)|ipv6 address \S+ link-local|ipv6 address auto-config",
    "varp": r"ip(?:v6)? virtual-router address ([0-9a-fA-F:./]+)(?: secondary)?",
    "vrrp": r"vrrp (\d+) (?:ip|ipv4|ipv6) ([0-9a-fA-F:.]+)(?: secondary)?",
    "vrrp_detail": r"vrrp (?:\d+ )?(?:\d+ )?(?:priority-level|priority|preempt|timers|advertisement|track|"
    r"tracked-object|description|session|peer|authentication|delay|bfd|disabled|shutdown|mac-address|ipv4 "
    r"version|ip version).*",
    "helper": r"(?:ip helper-address|ipv6 dhcp relay destination) ([0-9a-fA-F:.]+)(?: .*)?",
    "acl": r"(?:ip|ipv6|mac) access-group (\S+) (in|out)",
    "encapsulation": TAG,
    "harmless": r"switchport (?:port-security.*|source-interface.*|backup-link.*|tap.*|tool.*)",
}
_MATTERS = (
    r"(?:no )?switchport\b|channel-group |mlag |vrf |ip address |ipv6 address |ip virtual-router address"
    r"|ipv6 virtual-router address|vrrp \d|ip helper-address|ipv6 dhcp relay destination"
    r"|(?:ip|ipv6|mac) access-group|encapsulation "
)
_VXLAN = {"vni": r"vxlan vlan (?:add )?([0-9,-]+) vni ([0-9,-]+)"}
_BRIDGED = re.compile(r"Ethernet[^.]*|Port-Channel[^.]*")
_VIRTUAL_MAC = re.compile(r"ip virtual-router mac-address ([0-9a-fA-F:.]{14,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """Hold what the whole configuration says of every interface."""

    bridged: bool
    grouped: Mapping[VlanId, frozenset[str]]
    virtual: Mac | None


def running_config(raw: Raw) -> Rows:
    """Read a running configuration; rows are the lines of interfaces that bear on layer 2, and the file."""
    blocks = config.blocks(raw.text)
    unparsed: list[Unparsed] = []
    records: list[Record] = [config.kept(raw)]
    records += _facts(raw, blocks)
    shared = _Shared(
        bridged=not any(block.text == "switchport default mode routed" for block in blocks),
        grouped=_trunk_groups(blocks),
        virtual=_virtual_mac(blocks),
    )
    expected = 1
    for block in blocks:
        if not block.text.startswith("interface "):
            continue
        count, lost = config.explain(raw, block, _RULES, _MATTERS)
        expected += count
        unparsed += lost
        try:
            records += _interface(raw, block, shared)
        except ValueError as error:
            expected += 1
            unparsed.append(raw.unparsed(block.text, str(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _facts(raw: Raw, blocks: tuple[Block, ...]) -> Iterator[Record]:
    for block in blocks:
        if block.text.startswith("hostname "):
            yield Facts(source=raw.at(block.line), hostname=block.text.removeprefix("hostname ").strip())


def _interface(raw: Raw, block: Block, shared: _Shared) -> Iterator[Record]:
    name = convert.interface("eos", block.text.removeprefix("interface "))
    context = config.InterfaceContext(
        raw=raw,
        block=block,
        name=name,
        hits=config.hits(block, _RULES),
        bridged=bool(_BRIDGED.fullmatch(name)) and (shared.bridged or name.startswith("Port-Channel")),
        grouped=shared.grouped,
        virtual=shared.virtual,
    )
    yield from config.interface_records(context)
    for hit in config.hits(block, _VXLAN).get("vni", ()):
        yield from _vnis(raw, hit)


def _vnis(raw: Raw, hit: config.Hit) -> Iterator[Record]:
    vlans = sorted(names.vlan_ranges(hit.groups[0]))
    vnis = [number for part in hit.groups[1].split(",") for number in _span(part)]
    if len(vlans) != len(vnis):
        raise ValueError(f"{len(vlans)} VLANs are mapped to {len(vnis)} VNIs")
    for vlan, vni in zip(vlans, vnis, strict=True):
        yield Vni(source=raw.at(hit.block.line), vlan=vlan, vni=vni)


def _span(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _trunk_groups(blocks: tuple[Block, ...]) -> Mapping[VlanId, frozenset[str]]:
    found: dict[VlanId, frozenset[str]] = {}
    for block in blocks:
        match = re.fullmatch(r"vlan ([0-9,-]+)", block.text)
        if not match:
            continue
        groups = frozenset(
            child.text.removeprefix("trunk group ").strip()
            for child in block.children
            if child.text.startswith("trunk group ")
        )
        if groups:
            found |= {v: found.get(v, frozenset()) | groups for v in names.vlan_ranges(match[1])}
    return found


def _virtual_mac(blocks: tuple[Block, ...]) -> Mac | None:
    for block in blocks:
        match = _VIRTUAL_MAC.fullmatch(block.text)
        if match:
            return names.mac(match[1])
    return None
