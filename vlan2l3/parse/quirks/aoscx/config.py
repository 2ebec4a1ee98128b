"""Read the running configuration of AOS-CX.

Comes in: the text. Goes out: the file whole, and per interface what it bridges, its addresses and shared
gateways, what it filters or relays; VSX, the access lists and VXLAN. A port bridges where it says `no
routing`. On the link between two VSX switches the native VLAN is tagged whatever its line says. Lines that
bear on layer 2 and are not known are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import config
from vlan2l3.parse.config import Block
from vlan2l3.parse.quirks.aoscx.ports import name
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    Acl,
    Facts,
    Gateway,
    LagMember,
    MlagDomain,
    MlagPort,
    OverlayPeer,
    Record,
    Switchport,
    Vni,
)

VRF = r"vrf attach (\S+)"
TAG = r"encapsulation dot1q (\d+)"
MAPPED = re.compile(r"spanning-tree instance (\d+) vlan (\S+)")
_CIDR = r"([0-9a-fA-F:.]+/\d+)"
_RULES: Mapping[str, str] = {
    "no_routing": r"no routing",
    "routing": r"routing",
    "vlan_access": r"vlan access (\d+)",
    "vlan_native": r"vlan trunk native (\d+)( tag)?",
    "vlan_allowed": r"vlan trunk allowed ([0-9,-]+|all)",
    "member": r"lag (\d+)",
    "vrf": VRF,
    "address": rf"(?:ip address|ipv6 address|ip static|ipv6 static) {_CIDR}( secondary)?",
    "no_address": r"(?:no )?ip (?:address )?dhcp|ipv6 address (?:autoconfig|dhcp|link-local.*)",
    "gateway_mac": r"active-gateway (ip|ipv6) mac (\S+)",
    "gateway": r"active-gateway (ip|ipv6) ([0-9a-fA-F.:]+)(?: mac (\S+))?",
    "vrrp_group": r"vrrp (\d+) address-family (ipv4|ipv6)",
    "helper": r"(?:ip helper-address|ipv6 helper-address unicast) ([0-9a-fA-F:.]+)(?: .*)?",
    "acl": r"apply access-list (?:ip|ipv6|mac) (\S+) (?:routed-)?(in|out)",
    "encapsulation": TAG,
    "peer": r"vtep-peer ([0-9a-fA-F.:]+)",
}
_MATTERS = (
    r"(?:no )?routing$|vlan (?!group)|lag \d|vrf attach|(?:no )?ip address|ip static|ipv6 (?:address|static)"
    r"|active-gateway|vrrp |ip helper-address|ipv6 helper-address|apply access-list|encapsulation |vtep-peer"
)
_NAMED = re.compile(
    r"interface (?P<name>\d+/\d+/\d+\S*|(?:lag|vlan|loopback|vxlan|tunnel) ?[\d.]+|mgmt)"
    r"(?P<shared> multi-chassis)?(?P<static> static)?"
)
_ACL = re.compile(r"access-list (?P<family>ip|ipv6|mac) (?P<name>\S+)")
_FAMILIES = {"ip": "ipv4", "ipv6": "ipv6", "mac": "mac"}
_ISL = re.compile(r"inter-switch-link (lag ?\d+|\d+/\d+/\d+\S*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """Hold what other blocks say: the VSX link, and the LAGs that speak LACP."""

    link: InterfaceName | None
    lacp: frozenset[InterfaceName]


def running_config(raw: Raw) -> Rows:
    """Read a running configuration; rows are the lines of interfaces that bear on layer 2, and the file."""
    blocks = config.blocks(raw.text)
    unparsed: list[Unparsed] = []
    records: list[Record] = [config.kept(raw)]
    shared = _shared(blocks)
    expected = 1
    for block in blocks:
        named = _NAMED.fullmatch(block.text)
        if named:
            count, lost = config.explain(raw, block, _RULES, _MATTERS)
            expected += count
            unparsed += lost
        elif block.text.startswith("interface "):
            expected += 1
            unparsed.append(raw.unparsed(block.text, "not a known sort of interface", line=block.line))
        try:
            if named:
                records += _interface(raw, block, named, shared)
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


def _shared(blocks: tuple[Block, ...]) -> _Shared:
    lacp: set[InterfaceName] = set()
    link: InterfaceName | None = None
    for block in blocks:
        named = _NAMED.fullmatch(block.text)
        texts = [child.text for child in block.children]
        if named and any(text.startswith("lacp mode ") for text in texts):
            lacp.add(name(named["name"]))
        if block.text == "vsx":
            found = next((match for text in texts if (match := _ISL.fullmatch(text))), None)
            link = name(found[1]) if found else None
    return _Shared(link=link, lacp=frozenset(lacp))


def _interface(raw: Raw, block: Block, named: re.Match[str], shared: _Shared) -> Iterator[Record]:
    port = name(named["name"])
    context = config.InterfaceContext(
        raw=raw, block=block, name=port, hits=config.hits(block, _RULES), grouped={}
    )
    yield from _switchport(context, shared.link)
    yield from config.interface_records(context)
    if named["shared"]:
        number = port.removeprefix("lag")
        yield MlagPort(source=raw.at(block.line), number=number, interface=port, state="")
    for hit in context.all("member"):
        lag = name(f"lag{hit.first}")
        yield LagMember(
            source=context.at(hit), lag=lag, interface=port, active=False, lacp=lag in shared.lacp
        )
    yield from _gateways(context)
    for hit in context.all("peer"):
        yield OverlayPeer(source=context.at(hit), address=ip_address(hit.first))
    yield from _vnis(raw, block)


def _switchport(context: config.InterfaceContext, link: InterfaceName | None) -> Iterator[Record]:
    """Say what a port bridges.

    Raises:
        ValueError: for a trunk that does not say what it allows.
    """
    explained = {hit.block.line for found in context.hits.values() for hit in found}
    odd = [c for c in context.block.children if c.text.startswith("vlan ") and c.line not in explained]
    if "no_routing" not in context.hits or "member" in context.hits or odd:
        return  # an odd line is reported; what the port bridges is not known without it
    source = context.raw.at(context.block.line)
    natives, allowed = context.all("vlan_native"), context.last("vlan_allowed")
    if not natives and not allowed:
        access = names.vlan_id(context.last("vlan_access") or 1)
        yield Switchport(source=source, interface=context.name, mode="access", untagged=access)
        return
    if not allowed:
        raise ValueError("the trunk does not say which VLANs it allows")
    number, tag = natives[-1].groups if natives else ("1", "")
    native, carried = names.vlan_id(number), names.vlan_ranges(allowed)
    untagged = None if tag or context.name == link or native not in carried else native
    yield Switchport(
        source=source,
        interface=context.name,
        mode="trunk",
        untagged=untagged,
        tagged=carried - {untagged},
    )


def _gateways(context: config.InterfaceContext) -> Iterator[Record]:
    macs = {hit.groups[0]: names.mac(hit.groups[1]) for hit in context.all("gateway_mac")}
    for hit in context.all("gateway"):
        family, address, own = hit.groups
        yield Gateway(
            source=context.at(hit),
            interface=context.name,
            protocol="varp",
            addresses=(ip_address(address),),
            mac=names.mac(own) if own else macs.get(family),
        )
    for hit in context.all("vrrp_group"):
        addresses = [
            match[1]
            for child in hit.block.children
            if (match := re.fullmatch(r"address ([0-9a-fA-F.:]+)(?: primary| secondary)?", child.text))
        ]
        yield config.vrrp(context.at(hit), context.name, int(hit.first), addresses)


def _vnis(raw: Raw, block: Block) -> Iterator[Record]:
    for child in block.children:
        vni = re.fullmatch(r"vni (\d+)", child.text)
        for inner in child.children if vni else ():
            vlan = re.fullmatch(r"vlan (\d+)", inner.text)
            peer = re.fullmatch(r"vtep-peer ([0-9a-fA-F.:]+)", inner.text)
            if vni and vlan:
                yield Vni(source=raw.at(inner.line), vlan=names.vlan_id(vlan[1]), vni=int(vni[1]))
            elif peer:
                yield OverlayPeer(source=raw.at(inner.line), address=ip_address(peer[1]))


def _others(raw: Raw, block: Block) -> Iterator[Record]:
    hostname, acl = re.fullmatch(r"hostname (\S+)", block.text), _ACL.fullmatch(block.text)
    mapped = MAPPED.fullmatch(block.text)
    if mapped:
        names.vlan_ranges(mapped[2])  # raises for a mapping that nothing can be made of
    if hostname:
        yield Facts(source=raw.at(block.line), hostname=hostname[1])
    elif block.text == "vsx":
        yield from _vsx(raw, block)
    elif acl:
        entries = tuple(
            child.text for child in block.children if not re.match(r"(?:\d+ )?comment ", child.text)
        )
        yield Acl(
            source=raw.at(block.line), name=acl["name"], family=_FAMILIES[acl["family"]], entries=entries
        )


def _vsx(raw: Raw, block: Block) -> Iterator[Record]:
    texts = [child.text for child in block.children]
    link = next((match[1] for text in texts if (match := _ISL.fullmatch(text))), "")
    system = next((text.split()[-1] for text in texts if text.startswith("system-mac ")), "")
    peer = next(
        (re.match(r"keepalive peer ([0-9a-fA-F.:]+)", text) for text in texts if "keepalive peer" in text),
        None,
    )
    if link:
        yield MlagDomain(
            source=raw.at(block.line),
            domain="vsx",
            active=False,  # what is configured is not known to work
            role="",
            peer_link=name(link),
            peer_address=ip_address(peer[1]) if peer else None,
            system=names.mac(system) if system else None,
        )
