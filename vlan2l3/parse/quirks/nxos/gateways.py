"""Read the shared gateways that NX-OS shows: HSRP, VRRP and VRRPv3.

Comes in: rows of JSON in either form, and the text of `show hsrp all` and `show vrrp detail`. Goes out: a
record a group, with every address that moves with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from vlan2l3.names import Mac
from vlan2l3.parse import config, shape
from vlan2l3.parse.quirks.nxos.ports import mac_of, several
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
    secondary = [
        str(item.get("sh_sec_vip") or item.get("sh_vip_secondary") or "")
        for item in several(row.get("TABLE_grp_vip_sec.ROW_grp_vip_sec", ()))
    ]
    yield _gateway(
        row,
        "hsrp",
        str(row.must("sh_if_index")),
        int(row.must("sh_group_num")),
        [row.text("sh_vip|sh_vip_v6"), *secondary],
        row.text("sh_group_state"),
        mac_of(row, "sh_vmac"),
    )


def hsrp_text(raw: Raw) -> Rows:
    """Read the text of `show hsrp all`."""
    return shape.read(raw, _HSRP, lambda raw, block: _block(raw, block, "hsrp"))


def vrrp(row: Row) -> Iterator[Record]:
    """Read one VRRP group of JSON; `0.0.0.0` stands where no address is configured."""
    address = row.text("sh_vip_addr")
    yield _gateway(
        row,
        "vrrp",
        str(row.must("sh_if_index")),
        int(row.must("sh_group_id")),
        [address if address != "0.0.0.0" else ""],  # noqa: S104  what the device prints, not a bind
        row.text("sh_group_state"),
        mac_of(row, "sh_vmac"),
    )


def vrrp3(row: Row) -> Iterator[Record]:
    """Read one group of `show vrrpv3`."""
    yield _gateway(
        row,
        "vrrp",
        str(row.must("intf")),
        int(row.must("id")),
        [row.text("vip")],
        row.text("state"),
        mac_of(row, "vmac"),
    )


def vrrp_text(raw: Raw) -> Rows:
    """Read the text of `show vrrp detail`."""
    return shape.read(raw, _VRRP, lambda raw, block: _block(raw, block, "vrrp"))


def _block(raw: Raw, block: Block, protocol: str) -> Iterator[Record]:
    told = {"mac": block.last("mac")}
    row = Row(raw=raw, source=raw.at(block.line), data=told, bound={})
    yield _gateway(
        row,
        protocol,
        block.last("interface"),
        int(block.last("group")),
        block.all("address"),
        block.last("state"),
        mac_of(row, "mac"),
    )


def _gateway(
    row: Row, protocol: str, interface: str, group: int, addresses: Iterable[str], state: str, mac: Mac | None
) -> Gateway:
    found = dict.fromkeys(ip_address(re.sub(r"/\d+$", "", text)) for text in addresses if text)
    known = (
        config.vrrp(row.source, row.name(interface), group, map(str, found)) if protocol == "vrrp" else None
    )
    return Gateway(
        source=row.source,
        interface=row.name(interface),
        protocol=protocol,
        addresses=tuple(sorted(found, key=lambda address: (address.version, int(address)))),
        mac=mac or (known.mac if known and found else None),
        group=group,
        state=state.lower(),
    )
