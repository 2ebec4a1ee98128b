"""Read the running configuration of OS10.

Comes in: the text. Goes out: the file whole, and per interface what it bridges, its addresses and shared
gateways, what it filters or relays; the VLT domain, the access lists and the virtual networks. A trunk's
untagged VLAN is its `switchport access vlan`. Lines that bear on layer 2 and are not known are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Mac
from vlan2l3.parse import config, convert
from vlan2l3.parse.config import Block
from vlan2l3.parse.quirks.os10.ports import expanded
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Acl, Facts, MlagDomain, Record, Switchport, Vni

VRF = r"ip vrf forwarding (\S+)"
VLTI = "port-channel1000"  # the one port-channel that OS10 makes for the link to the VLT peer
_CIDR = r"([0-9a-fA-F:.]+/\d+)"
_RULES: Mapping[str, str] = {
    "routed": r"no switchport",
    "mode": r"switchport mode (access|trunk)",
    "access": r"switchport access vlan (\d+)",
    "allowed": r"switchport trunk allowed vlan ([0-9,-]+)",
    "nothing_untagged": r"no switchport access vlan",
    "lag": r"channel-group (\d+)(?: mode (on|active|passive))?",
    "mlag": r"vlt-port-channel (\d+)",
    "vrf": VRF,
    "address": rf"ip(?:v6)? address {_CIDR}( secondary)?",
    "no_address": r"(?:no )?ip address(?: dhcp)?|(?:no )?ipv6 address (?:autoconfig|dhcp|\S+ link-local)",
    "varp": r"ip(?:v6)? virtual-router address ([0-9a-fA-F:.]+)",
    "vrrp_group": r"vrrp(?:-ipv6)?-group (\d+)",
    "helper": r"(?:ip|ipv6) helper-address ([0-9a-fA-F:.]+)(?: .*)?",
    "acl": r"(?:ip|ipv6|mac) access-group (\S+) (in|out)",
    "overlay": r"virtual-network (\d+)",
}
_MATTERS = (
    r"(?:no )?switchport\b|channel-group |vlt-port-channel |ip vrf forwarding|(?:no )?ip(?:v6)? address\b"
    r"|ip(?:v6)? virtual-router address|vrrp|ip(?:v6)? helper-address|(?:ip|ipv6|mac) access-group"
    r"|virtual-network |vlan-stack|private-vlan"
)
_NAMED = re.compile(r"interface (?P<range>range )?(?P<names>(?!breakout)[A-Za-z-]+ ?\d.*)")
_ACL = re.compile(r"(?P<family>ip|ipv6|mac) access-list (?P<name>\S+)")
_FAMILIES = {"ip": "ipv4", "ipv6": "ipv6", "mac": "mac"}
_VIRTUAL_MAC = re.compile(r"ip virtual-router mac-address (\S+)")
_VIRTUAL = re.compile(r"virtual-address (.+)")


def running_config(raw: Raw) -> Rows:
    """Read a running configuration; rows are the lines of interfaces that bear on layer 2, and the file."""
    blocks = config.blocks(raw.text)
    unparsed: list[Unparsed] = []
    records: list[Record] = [config.kept(raw)]
    vnis = dict(_virtual_networks(blocks))
    virtual = _virtual_mac(blocks)
    expected = 1
    for block in blocks:
        named = _NAMED.fullmatch(block.text)
        if named:
            count, lost = config.explain(raw, block, _RULES, _MATTERS)
            expected += count
            unparsed += lost
        try:
            if named:
                records += _interfaces(raw, block, named, virtual, vnis)
            else:
                records += _others(raw, block)
        except (ValueError, KeyError) as error:
            expected += 1
            unparsed.append(raw.unparsed(block.text, str(error), line=block.line))
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _interfaces(
    raw: Raw, block: Block, named: re.Match[str], virtual: Mac | None, vnis: Mapping[str, int]
) -> Iterator[Record]:
    each = expanded(named["names"]) if named["range"] else (convert.interface("os10", named["names"]),)
    for name in each:
        context = config.InterfaceContext(
            raw=raw,
            block=block,
            name=name,
            hits=config.hits(block, _RULES),
            grouped={},
            virtual=virtual,
        )
        yield from _switchport(context)
        yield from config.interface_records(context)
        yield from _gateways(context)
        for hit in context.all("overlay"):
            if name.startswith("vlan") and hit.first in vnis:
                vlan = names.vlan_id(name.removeprefix("vlan"))
                yield Vni(source=context.at(hit), vlan=vlan, vni=vnis[hit.first])


def _switchport(context: config.InterfaceContext) -> Iterator[Record]:
    """Say what a port bridges; OS10 writes the access VLAN of every bridged port, 1 too."""
    has = context.hits
    stated = "mode" in has or "access" in has or "allowed" in has
    if "routed" in has or "lag" in has or not stated:
        return
    access = context.last("access")
    untagged = names.vlan_id(access) if access else None
    allowed = [names.vlan_ranges(hit.first) for hit in context.all("allowed")]
    trunk = context.last("mode") == "trunk"
    yield Switchport(
        source=context.raw.at(context.block.line),
        interface=context.name,
        mode="trunk" if trunk else "access",
        untagged=untagged,
        tagged=frozenset().union(*allowed) - {untagged} if trunk else frozenset(),
    )


def _gateways(context: config.InterfaceContext) -> Iterator[Record]:
    for hit in context.all("vrrp_group"):
        addresses = [
            word
            for child in hit.block.children
            if (match := _VIRTUAL.fullmatch(child.text))
            for word in match[1].split()
        ]
        yield config.vrrp(context.at(hit), context.name, int(hit.first), addresses)


def _others(raw: Raw, block: Block) -> Iterator[Record]:
    source = raw.at(block.line)
    hostname, domain = (re.fullmatch(rf"{word} (\S+)", block.text) for word in ("hostname", "vlt-domain"))
    acl = _ACL.fullmatch(block.text)
    if hostname:
        yield Facts(source=source, hostname=hostname[1])
    elif domain:
        yield _domain(raw, block, domain[1])
    elif acl:
        entries = tuple(child.text for child in block.children if not child.text.startswith("remark"))
        yield Acl(source=source, name=acl["name"], family=_FAMILIES[acl["family"]], entries=entries)


def _domain(raw: Raw, block: Block, domain: str) -> MlagDomain:
    told = {word: rest for child in block.children for word, _, rest in [child.text.partition(" ")]}
    backup = re.fullmatch(r"destination ([0-9a-fA-F:.]+)(?: .*)?", told.get("backup", ""))
    return MlagDomain(
        source=raw.at(block.line),
        domain=domain,
        active=False,  # what is configured is not known to work
        role="",
        peer_link=convert.interface("os10", VLTI),
        peer_address=ip_address(backup[1]) if backup else None,
        system=names.mac(told["vlt-mac"]) if "vlt-mac" in told else None,
    )


def _virtual_networks(blocks: tuple[Block, ...]) -> Iterator[tuple[str, int]]:
    """Find the VNI of each virtual network."""
    for block in blocks:
        network = re.fullmatch(r"virtual-network (\d+)", block.text)
        for child in block.walk() if network else ():
            vni = re.fullmatch(r"vxlan-vni (\d+)", child.text)
            if network and vni:
                yield network[1], int(vni[1])


def _virtual_mac(blocks: tuple[Block, ...]) -> Mac | None:
    found = (match for block in blocks if (match := _VIRTUAL_MAC.fullmatch(block.text)))
    return next((names.mac(match[1]) for match in found), None)
