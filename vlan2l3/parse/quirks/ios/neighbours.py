"""Read the neighbours of `show cdp neighbors detail` and `show lldp neighbors detail`.

Comes in: the text. Goes out: `LldpNeighbor` records. Before 12.2(55) LLDP does not say which local port a
neighbour is behind: such a block is reported, and the brief table has the port.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vlan2l3.parse import convert
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import LldpNeighbor, Record

_SERIAL = re.compile(r"\([A-Za-z0-9]+\)$")
_CDP_ENDS = (
    r"^advertisement version:|^-{5,}$|^Management address|^VTP Management Domain|^Native VLAN:|^Duplex:"
    r"|^Device ID:|^Total cdp entries"
)
_CDP = Shape(
    opens=r"Device ID: ?(?P<system>.*)",
    sections={r"^Version ?:$": ("description", _CDP_ENDS)},
    rules=(
        r"Interface: (?P<interface>[^,]+), +Port ID \(outgoing port\): (?P<port>.*)",
        r"Platform: (?P<platform>.*?), +Capabilities:.*",
    ),
)


def cdp(raw: Raw) -> Rows:
    """Read `show cdp neighbors detail`."""
    return shape.read(raw, _CDP, _cdp)


def _cdp(raw: Raw, block: Block) -> Iterator[Record]:
    if not block.last("interface"):
        raise ValueError("the block does not say which local port it is about")
    yield LldpNeighbor(
        source=raw.at(block.line),
        interface=convert.interface(raw.platform, block.last("interface")),
        chassis="",
        system=_SERIAL.sub("", block.last("system")),  # NX-OS adds its serial number in brackets
        port=block.last("port"),
        system_description=" ".join(block.all("description")),
        protocol="cdp",
    )


_LOCAL, _CHASSIS = r"Local Intf: (?P<interface>\S.*)", r"Chassis id: (?P<chassis>.*)"
_LLDP = Shape(
    opens=_LOCAL,
    sections={r"^System Description: ?$": ("description", r"^Time remaining: |^-{20,}")},
    rules=(
        _CHASSIS,
        r"Port id: (?P<port>.*)",
        r"Port Description: (?P<port_description>.*)",
        r"System Name: (?P<system>.*)",
    ),
)


_OLD_LLDP = replace(_LLDP, opens=_CHASSIS, rules=_LLDP.rules[1:])


def lldp(raw: Raw) -> Rows:
    """Read `show lldp neighbors detail`."""
    named = re.search(r"^Local Intf: ", raw.text, re.MULTILINE)
    return shape.read(raw, _LLDP if named else _OLD_LLDP, _lldp)


def _lldp(raw: Raw, block: Block) -> Iterator[Record]:
    if not block.last("interface"):
        raise ValueError("the block does not say which local port it is about")
    if len(block.all("chassis")) != 1:
        raise ValueError(f"{len(block.all('chassis'))} chassis stand below one local port")
    yield LldpNeighbor(
        source=raw.at(block.line),
        interface=convert.interface(raw.platform, block.last("interface")),
        chassis=block.last("chassis"),
        system=block.last("system"),
        port=block.last("port"),
        port_description=block.last("port_description"),
        system_description=" ".join(block.all("description")),
    )
