"""Read the neighbours that NX-OS hears of by LLDP and CDP.

Comes in: rows of JSON in either form, and text. Goes out: records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.parse import shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import LldpNeighbor, Record
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_NOT_SENT = frozenset({"not advertised", "null", "--", "-", "none"})
_LLDP = Shape(
    opens=r"Chassis id: ?(?P<chassis_id>.*)",
    rules=(
        r"Port id: ?(?P<port_id>.*)",
        r"Local Port id: ?(?P<l_port_id>\S+)\s*",
        r"Port Description: ?(?P<port_desc>.*)",
        r"System Name: ?(?P<sys_name>.*)",
        r"System Description: ?(?P<sys_desc>.*)",
    ),
    sections={r"^System Description:": ("sys_desc", r"^(?:Time remaining: |Chassis id:|Total entries )")},
    total=r"Total entries displayed: (\d+)",
)
_CDP = Shape(
    opens=r"Device ID: ?(?P<device_id>\S.*?)\s*",
    rules=(
        r"System Name: (?P<sysname>\S.*?)\s*",
        r"Platform: (?P<platform_id>.*?), Capabilities:.*",
        r"Interface: (?P<intf_id>\S+), Port ID \(outgoing port\): (?P<port_id>\S.*?)\s*",
    ),
    sections={r"^Version:\s*$": ("version", r"^(?:Advertisement Version: |Device ID:|-+$)")},
)


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour of either form."""
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(str(row.must("l_port_id"))),
        chassis=_sent(row.text("chassis_id")),
        system=_sent(row.text("sys_name")),
        port=_sent(row.text("port_id")),
        port_description=_sent(row.text("port_desc")),
        system_description=_sent(row.text("sys_desc")),
    )


def lldp_text(raw: Raw) -> Rows:
    """Read the text of `show lldp neighbors detail`; a description may be of several lines."""
    return shape.read(raw, _LLDP, _lldp_block)


def _lldp_block(raw: Raw, block: Block) -> Iterator[Record]:
    told = {name: block.last(name) for name in block.values}
    told["sys_desc"] = " ".join(block.all("sys_desc"))
    yield from lldp(Row(raw=raw, source=raw.at(block.line), data=told, bound={}))


def _sent(text: str) -> str:
    return "" if text.lower() in _NOT_SENT else text


def cdp(row: Row) -> Iterator[Record]:
    """Read one CDP neighbour; its name is the system's, or the device id without the serial number."""
    device = row.text("device_id")
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(str(row.must("intf_id"))),
        chassis=device,
        system=_sent(row.text("sysname")) or re.sub(r"\([^()]*\)$", "", device),
        port=_sent(row.text("port_id")),
        system_description=" ".join(row.text("version").split()),
        protocol="cdp",
    )


def cdp_text(raw: Raw) -> Rows:
    """Read the text of `show cdp neighbors detail`."""
    return shape.read(raw, _CDP, _cdp_block)


def _cdp_block(raw: Raw, block: Block) -> Iterator[Record]:
    told = {name: block.last(name) for name in block.values}
    told["version"] = " ".join(block.all("version"))
    yield from cdp(Row(raw=raw, source=raw.at(block.line), data=told, bound={}))
