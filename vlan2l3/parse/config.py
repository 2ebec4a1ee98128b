"""Split a running configuration into blocks, and say what an interface's lines mean.

Comes in: the text of a switch's running configuration, and a vendor's rules as regular expressions. Goes out:
records, and the lines that bear on layer 2 but that no rule explains. A line that does not bear on it is left
to the whole text, which is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import Address, InterfaceName, Mac, VlanId
from vlan2l3.parse import convert
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    FileText,
    Gateway,
    LagMember,
    MlagPort,
    PortAddress,
    Record,
    Source,
    Switchport,
)

PATH = "running-config"
_BANNER = re.compile(r"\s*(?:banner \S+|comment)\s*(?P<mark>\^C|\S)?.*")  # IOS prints the mark 0x03 as `^C`
END = "EOF"  # of a banner that names no mark of its own, on EOS
_EVERY = names.vlan_ranges("all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold one line of a configuration and the lines indented below it."""

    line: int
    text: str
    children: tuple[Block, ...] = ()

    def walk(self) -> Iterator[Block]:
        """Yield every line below this one, at any depth."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Hold one line that a rule explains, and the groups of the rule."""

    block: Block
    groups: tuple[str, ...]

    @property
    def first(self) -> str:
        """Give the rule's first group."""
        return self.groups[0]


Hits = Mapping[str, tuple[Hit, ...]]


def blocks(text: str) -> tuple[Block, ...]:
    """Split a configuration by indentation, leaving out comments, banners and blank lines."""
    lines = list(_lines(text))
    return _nested(lines, 0, len(lines))


def kept(raw: Raw) -> FileText:
    """Keep a configuration whole, an empty line in place of each of a banner's: none is a command."""
    spoken = {number for number, _ in _outside(raw.text)}
    lines = [line if number in spoken else "" for number, line in enumerate(raw.text.split("\n"), start=1)]
    return FileText(source=raw.at(1), path=PATH, text="\n".join(lines))


def hits(block: Block, rules: Mapping[str, str]) -> Hits:
    """Sort the lines of a block by the first rule that matches the whole of each."""
    found: dict[str, tuple[Hit, ...]] = {}
    for child in block.children:
        for name, rule in rules.items():
            match = re.fullmatch(rule, child.text)
            if match:
                hit = Hit(block=child, groups=tuple(group or "" for group in match.groups()))
                found[name] = (*found.get(name, ()), hit)
                break
    return found


def explain(raw: Raw, block: Block, rules: Mapping[str, str], matters: str) -> tuple[int, list[Unparsed]]:
    """Count the lines of a block that bear on layer 2, and report those that no rule explains."""
    bearing = [child for child in block.children if re.match(matters, child.text)]
    lost = [
        raw.unparsed(child.text, f"not understood in {block.text!r}", line=child.line)
        for child in bearing
        if not any(re.fullmatch(rule, child.text) for rule in rules.values())
    ]
    return len(bearing), lost


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    for number, line in _outside(text):
        body = line.strip()
        if body and not body.startswith("!"):
            yield number, len(line) - len(line.lstrip()), body


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines that are in no banner."""
    end = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if end:
            # A mark ends a banner wherever it stands; without one, a line that is nothing else.
            over = line.strip() == END if end == END else end in line
            end = "" if over else end
            continue
        banner = _BANNER.fullmatch(line)
        if banner:
            mark = banner["mark"]
            rest = line.partition(mark)[2] if mark else ""
            end = "" if mark and rest.count(mark) else (mark or END)
            continue
        yield number, line


def _nested(lines: list[tuple[int, int, str]], start: int, stop: int) -> tuple[Block, ...]:
    made: list[Block] = []
    while start < stop:
        number, depth, text = lines[start]
        end = start + 1
        while end < stop and lines[end][1] > depth:
            end += 1
        made.append(Block(line=number, text=text, children=_nested(lines, start + 1, end)))
        start = end
    return tuple(made)


# --- what an interface's lines mean ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceContext:
    """Hold what the lines of an interface are read with.

    Attributes:
        bridged: whether a port of this sort is bridged when its lines do not say.
        grouped: VLAN -> the trunk groups that alone carry it (EOS).
        virtual: the address of the link layer that shared gateways answer with.
    """

    raw: Raw
    block: Block
    name: InterfaceName
    hits: Hits
    bridged: bool = False
    grouped: Mapping[VlanId, frozenset[str]]
    virtual: Mac | None = None

    def at(self, hit: Hit) -> Source:
        """Point at the line of a hit."""
        return self.raw.at(hit.block.line)

    def all(self, *rules: str) -> tuple[Hit, ...]:
        """Give the hits of some rules in the order of the lines."""
        found = [hit for rule in rules for hit in self.hits.get(rule, ())]
        return tuple(sorted(found, key=lambda hit: hit.block.line))

    def last(self, rule: str) -> str:
        """Give the first group of the last line a rule explains, or the empty string."""
        found = self.hits.get(rule, ())
        return found[-1].first if found else ""


def interface_records(context: InterfaceContext) -> Iterator[Record]:
    """Make every record that an interface's lines hold.

    Raises:
        ValueError: when a value in a line is not what the line calls for.
    """
    yield from _switchport(context)
    yield from _bundles(context)
    yield from _addresses(context)
    yield from _gateways(context)
    helpers = context.all("helper")
    if helpers:
        servers = tuple(ip_address(hit.first) for hit in helpers)
        yield DhcpRelay(source=context.at(helpers[0]), interface=context.name, servers=servers)
    for hit in context.all("acl", "port_acl"):
        acl, direction = hit.groups
        yield AclBinding(source=context.at(hit), interface=context.name, acl=acl, direction=direction)


def _switchport(context: InterfaceContext) -> Iterator[Record]:
    has = context.hits
    if "routed" in has or "lag" in has or not (context.bridged or "bridged" in has):
        return
    explained = {hit.block.line for found in has.values() for hit in found}
    if any(c.text.startswith("switchport") and c.line not in explained for c in context.block.children):
        return  # the line is reported; what the port bridges is not known without it
    source = context.raw.at(context.block.line)
    if context.last("mode") != "trunk":
        access = names.vlan_id(context.last("access") or 1)
        yield Switchport(source=source, interface=context.name, mode="access", untagged=access)
        return
    native = context.last("native")
    untagged = None if native == "tag" else names.vlan_id(native or 1)
    carried = _allowed(context) - _elsewhere(context)
    yield Switchport(
        source=source,
        interface=context.name,
        mode="trunk",
        untagged=untagged if untagged in carried else None,
        tagged=frozenset(carried - {untagged}),
    )


def _allowed(context: InterfaceContext) -> frozenset[VlanId]:
    allowed = _EVERY
    for hit in context.all("allowed"):
        how, text = hit.groups
        listed = names.vlan_ranges(text)
        if how == "add":
            allowed |= listed
        elif how == "remove":
            allowed -= listed
        else:
            allowed = _EVERY - listed if how == "except" else listed
    return allowed


def _elsewhere(context: InterfaceContext) -> frozenset[VlanId]:
    """Find the VLANs that only trunks of other groups carry."""
    own = {hit.first for hit in context.all("trunk_group")}
    return frozenset(vlan for vlan, groups in context.grouped.items() if not groups & own)


def _bundles(context: InterfaceContext) -> Iterator[Record]:
    for hit in context.all("lag"):
        number, mode = hit.groups  # without a mode the members are bundled without LACP
        lag = convert.interface(context.raw.platform, f"po{number}")
        yield LagMember(
            source=context.at(hit),
            lag=lag,
            interface=context.name,
            active=False,
            lacp=mode in ("active", "passive"),
        )
    for hit in context.all("mlag"):
        yield MlagPort(source=context.at(hit), number=hit.first, interface=context.name, state="")


def _addresses(context: InterfaceContext) -> Iterator[Record]:
    vrf = context.last("vrf") or "default"
    for rule, virtual in (("address", False), ("virtual_address", True)):
        for hit in context.all(rule):
            text, secondary = hit.groups
            yield PortAddress(
                source=context.at(hit),
                interface=context.name,
                address=ip_interface(text),
                vrf=vrf,
                secondary=bool(secondary),
                virtual=virtual,
            )


def _gateways(context: InterfaceContext) -> Iterator[Record]:
    for rule, protocol in (("varp", "varp"), ("virtual_address", "anycast")):
        found = context.all(rule)
        if found:
            yield Gateway(
                source=context.at(found[0]),
                interface=context.name,
                protocol=protocol,
                addresses=tuple(sorted((_address(hit.first) for hit in found), key=_order)),
                mac=context.virtual,
            )
    groups: dict[int, list[Hit]] = {}
    for hit in context.all("vrrp"):
        groups.setdefault(int(hit.first), []).append(hit)
    for group, found_hits in sorted(groups.items()):
        yield vrrp(context.at(found_hits[0]), context.name, group, [hit.groups[1] for hit in found_hits])


def vrrp(source: Source, interface: InterfaceName, group: int, addresses: Iterable[str]) -> Gateway:
    """Make the gateway of a VRRP group; its address of the link layer is fixed by RFC 5798, section 7.3."""
    found = tuple(sorted((_address(text) for text in addresses), key=_order))
    family = 2 if any(isinstance(address, IPv6Address) for address in found) else 1
    return Gateway(
        source=source,
        interface=interface,
        protocol="vrrp",
        addresses=found,
        mac=names.mac(f"00:00:5e:00:{family:02x}:{group:02x}"),
        group=group,
    )


def _address(text: str) -> Address:
    return ip_interface(text).ip


def _order(address: Address) -> tuple[int, int]:
    return address.version, int(address)
