"""Read the groups of HSRP, VRRP and GLBP.

Comes in: the text of `show standby`, `show vrrp` and `show glbp`. Goes out: `Gateway` records. GLBP answers
with a MAC of each forwarder in turn, so its gateways name none.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Gateway, Record

_ADDRESS = r"(?P<address>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)"
_OPENS = r"(?P<interface>[A-Za-z]\S*) - Group (?P<group>\d+)(?: \(version \d\))?(?: - Address-Family \S+)?\s*"
_RULES = (
    r"\s+State is (?P<state>\S+).*",
    rf"\s+(?:Link-Local )?Virtual (?:IP|IPv6) address is {_ADDRESS}.*",
    rf"\s+(?:[Ss]econdary )?[Vv]irtual (?:IP|IPv6) address(?: is)? {_ADDRESS}.*",
    rf"\s+Secondary virtual (?:IP|IPv6) address(?: is)? {_ADDRESS}.*",
    rf"\s+{_ADDRESS}(?:/\d+)?(?: \(.*\))?\s*",
)
_MAC = r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
_NOISE = (
    r"^\s+\d+ state changes?, last state change |^\s+Track (?:object|interface) |^\s+Track\b",
    r"^\s+(?:Hello time|Next hello sent|Redirect time|Preemption|Priority|Authentication|Description) ?",
    r"^\s+(?:Active|Standby|Master) (?:router|Router) is |^\s+Active virtual MAC address is unknown",
    r"^\s+(?:Group name is|IP redundancy name is|FLAGS:|VRRS Group name|Followed by groups:|Followed groups:)",
    r"^\s+MAC address is |^\s+(?:Master )?(?:Advertisement interval|Down interval|Down timer|Advertisement) ?",
    r"^\s+Master (?:Advertisement|Down) interval is |^\s+(?:State duration|State change reason|Tloc preference)",
    r"^\s+Virtual (?:IP|IPv6) address is (?:unknown|no address)|^\s+(?:Link-Local )?Virtual IPv6 address is unknown",
    r"^\s+(?:VRRPv[23] Advertisements|Group Discarded Packets|VRRPv2 incompatibility|IP Address Owner conflicts):",
    r"^\s+(?:Invalid (?:address count|Advert Interval|group other reason)|Adverts received in Init state): ",
    r"^\s+IP address configuration mismatch : |^\s+Group State transition:|^\s+[A-Z]\w+ to \w+: \d",
    r"^\s+HSRP Router advertisements|^\s+Using (?:\S+ )?timers|^\s+Configured (?:hello|virtual) |^\s+ICMP ",
    r"^\s+Secondary [Vv]irtual (?:IP|IPv6) address(?:es)?(?: is)?:?\s*$",
)
_HSRP = Shape(
    opens=_OPENS,
    rules=(
        *_RULES,
        rf"\s+Active virtual MAC address is (?P<active>{_MAC}).*",
        rf"\s+Local virtual MAC address is (?P<local>{_MAC}).*",
    ),
    noise=_NOISE,
)
_VRRP = Shape(
    opens=_OPENS,
    rules=(*_RULES, rf"\s+Virtual MAC address is (?P<active>{_MAC}).*"),
    noise=(*_NOISE, r"^\S+ [\w ]*Subnet$"),
)
_GLBP = Shape(
    opens=_OPENS,
    rules=(r"\s+State is (?P<state>\S+).*", *_RULES[1:4]),
    noise=(
        *_NOISE,
        r"^\s+(?:Weighting|Load balancing:|Group members:|There (?:is|are) \d+ forwarders?|Forwarder \d+)",
        r"^\s+[0-9a-f.]{14} \([0-9.]+\)|^\s+Owner ID is |^\s+(?:Forwarder )?(?:timeout|Redirection) ",
        r"^\s+(?:Redirection enabled|Arp replies sent:|Active is |Standby is |Client selection count: |Forwarder timeout)",
        r"^\s+Preemption |^\s+Secondary virtual IP",
    ),
)


def standby(raw: Raw) -> Rows:
    """Read `show standby`."""
    return shape.read(raw, _HSRP, lambda raw, block: _gateway(raw, block, "hsrp"))


def vrrp(raw: Raw) -> Rows:
    """Read `show vrrp`."""
    return shape.read(raw, _VRRP, lambda raw, block: _gateway(raw, block, "vrrp"))


def glbp(raw: Raw) -> Rows:
    """Read `show glbp`; the first state of a block is the group's, those that follow are its forwarders'."""
    return shape.read(raw, _GLBP, lambda raw, block: _gateway(raw, block, "glbp"))


def _gateway(raw: Raw, block: Block, protocol: str) -> Iterator[Record]:
    mac = block.last("active") or block.last("local")
    addresses = tuple(dict.fromkeys(ip_address(text) for text in block.all("address")))
    yield Gateway(
        source=raw.at(block.line),
        interface=convert.interface(raw.platform, block.last("interface")),
        protocol=protocol,
        addresses=addresses,
        mac=names.mac(mac) if mac else None,
        group=int(block.last("group")),
        state=block.all("state")[0].lower(),
    )
