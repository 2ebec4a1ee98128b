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
    rf"\s+(?:Link-Local |Secondary )?[Vv]irtual (?:IP|IPv6) address(?: is)? {_ADDRESS}.*",
)
_MAC = r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
_HSRP = Shape(
    opens=_OPENS,
    rules=(
        *_RULES,
        rf"\s+Active virtual MAC address is (?P<active>{_MAC}).*",
        rf"\s+Local virtual MAC address is (?P<local>{_MAC}).*",
    ),
)
_VRRP = Shape(
    opens=_OPENS,
    rules=(
        *_RULES,
        rf"\s+{_ADDRESS}",
        rf"\s+Virtual MAC address is (?P<active>{_MAC}).*",
    ),
)
_GLBP = Shape(
    opens=_OPENS,
    rules=_RULES,
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
        state=block.must("state").lower(),
    )
