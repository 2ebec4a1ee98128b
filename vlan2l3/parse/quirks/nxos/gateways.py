"""Read the shared gateways that NX-OS shows: HSRP, VRRP and VRRPv3.

Comes in: rows of JSON in either form, and the text of `show hsrp all` and `show vrrp detail`. Goes out: a
record a group, with every address that moves with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from vlan2l3.parse import config, shape
from vlan2l3.parse.quirks.nxos.ports import mac_of
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Gateway, Record
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_ADDRESS = r"[0-9a-fA-F.:]+"
_HSRP = Shape(
    opens=(r"(?P<interface>\S+) - Group (?P<group>\d+) \(HSRP-V\d\) \((?:IPv4|IPv6)\)\s*"),
    rules=(
        r"\s+Local state is (?P<state>[A-Za-z]+).*",
        rf"\s+Virtual IP address is (?P<address>{_ADDRESS})(?: \(.*\))?\s*",
        rf"\s+Secondary Virtual IP address is (?P<address>{_ADDRESS})\s*",
        rf"\s+(?P<address>{_ADDRESS})\s*",
        r"\s+Virtual mac address is (?P<mac>[0-9a-f.]+) .*",
    ),
)
_VRRP = Shape(
    opens=r"(?P<interface>\S+) - Group (?P<group>\d+) \(I[Pp][Vv]4\)\s*",
    rules=(
        r"\s+State is (?P<state>[A-Za-z]+).*",
        rf"\s+Virtual IP address is (?P<address>{_ADDRESS})\s*",
        rf"\s+Secondary Virtual IP address\(es\): *(?P<address>{_ADDRESS})\s*",
        rf"\s+(?P<address>{_ADDRESS})\s*",
        r"\s+Virtual MAC address is (?P<mac>[0-9a-f.]+)\s*",
    ),
)


def hsrp(row: Row) -> Iterator[Record]:
    """Read one HSRP group of JSON."""
    told = {
        "interface": row.must("sh_if_index"),
        "group": row.must("sh_group_num"),
        "state": row.text("sh_group_state"),
        "mac": row.text("sh_vmac"),
    }
    yield _gateway(row._replace(data=told), "hsrp", [row.text("sh_vip|sh_vip_v6")])


def hsrp_text(raw: Raw) -> Rows:
    """Read the text of `show hsrp all`."""
    return shape.read(raw, _HSRP, lambda raw, block: _block(raw, block, "hsrp"))


def vrrp(row: Row) -> Iterator[Record]:
    """Read one VRRP group of JSON; zeros stand where no address is configured."""
    told = {
        "interface": row.must("sh_if_index"),
        "group": row.must("sh_group_id"),
        "state": row.text("sh_group_state"),
        "mac": row.text("sh_vmac"),
    }
    yield _gateway(row._replace(data=told), "vrrp", [row.text("sh_vip_addr")])


def vrrp3(row: Row) -> Iterator[Record]:
    """Read one group of `show vrrpv3`."""
    told = {"interface": row.must("intf"), "group": row.must("id"), **row.data, "mac": row.text("vmac")}
    yield _gateway(row._replace(data=told), "vrrp", [row.text("vip")])


def vrrp_text(raw: Raw) -> Rows:
    """Read the text of `show vrrp detail`."""
    return shape.read(raw, _VRRP, lambda raw, block: _block(raw, block, "vrrp"))


def _block(raw: Raw, block: Block, protocol: str) -> Iterator[Record]:
    told = {name: block.last(name) for name in ("interface", "group", "state", "mac")}
    row = Row(raw=raw, source=raw.at(block.line), data=told, bound={})
    yield _gateway(row, protocol, block.all("address"))


def _gateway(row: Row, protocol: str, addresses: Iterable[str]) -> Gateway:
    """Make the record of one group; the address of a VRRP group's link layer follows from its number."""
    found = {ip_address(re.sub(r"/\d+$", "", text)) for text in addresses if text}
    known = sorted((a for a in found if not a.is_unspecified), key=lambda a: (a.version, int(a)))
    group, interface, mac = int(row.text("group")), row.name(row.text("interface")), mac_of(row, "mac")
    if protocol == "vrrp" and known and not mac:
        mac = config.vrrp(row.source, interface, group, map(str, known)).mac
    return Gateway(
        source=row.source,
        interface=interface,
        protocol=protocol,
        addresses=tuple(known),
        mac=mac,
        group=group,
        state=row.text("state").lower(),
    )
