"""Read what NX-OS says of addresses: those of its interfaces in every VRF, and where they relay DHCP to.

Comes in: rows of `show ip interface vrf all`, its IPv6 form and `show ip dhcp relay address`, and the text of
the first two. Goes out: records with the VRF, which `show interface` does not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface

from vlan2l3.parse import paths, shape, tables
from vlan2l3.parse.quirks.nxos.ports import several
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import AclBinding, DhcpRelay, PortAddress, Record
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_OPENS = r"(?P<interface>[A-Za-z]\S*\d), Interface status: \S+, iod: \d+,?.*"
_ADDRESSES = Shape(
    opens=_OPENS,
    rules=(
        r"\s*IP address: (?P<told>[\d.]+, IP subnet: [\d.]+/\d+.*)",
        r"\s*IPv6 address: (?P<six>[0-9a-fA-F:]+/\d+ \[\w+\])\s*",
        r"\s+(?P<six>[0-9a-fA-F:]+/\d+ \[\w+\])\s*",
        r"\s*IP (?P<acl>(?:in|out)bound access list: \S+)\s*",
    ),
    carried=(r'IP(?:v6)? Interface Status for VRF "(?P<vrf>[^"]+)".*',),
)


def interface_addresses(raw: Raw) -> Rows:
    """Read the text of `show ip interface vrf all` or of its IPv6 form."""
    return shape.read(raw, _ADDRESSES, _addresses)


def _addresses(raw: Raw, block: Block) -> Iterator[Record]:
    row = Row(raw=raw, source=raw.at(block.line), data={}, bound={})
    found: list[tuple[str, bool]] = []
    for told in block.all("told"):
        address, _, rest = told.partition(", IP subnet: ")
        network, *words = rest.split()
        found.append((f"{address}/{network.partition('/')[2]}", "secondary" in words))
    found += [(told.split()[0], False) for told in block.all("six")]
    for text, secondary in found:
        yield PortAddress(
            source=row.source,
            interface=row.name(block.last("interface")),
            address=ip_interface(text),
            vrf=block.last("vrf") or "default",
            secondary=secondary,
        )
    for told in block.all("acl"):
        direction, _, acl = told.partition("bound access list: ")
        interface = row.name(block.last("interface"))
        yield AclBinding(source=row.source, interface=interface, acl=acl, direction=direction)


def interface_tables(raw: Raw) -> Rows:
    """Read JSON of `show ip interface vrf all` or of its IPv6 form.

    Release 7 names the VRFs in a table beside the interfaces, in the same order, where later ones name the
    VRF in each row.
    """
    data = json.loads(raw.text)
    found = tuple(paths.rows(data, "TABLE_intf![].ROW_intf[]")) if data else ()
    beside = [item.value.get("vrf-name-out") for item in paths.rows(data, "TABLE_vrf[].ROW_vrf[]")]
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    for index, item in enumerate(found):
        pointer = "/".join(item.pointer)
        row = Row(raw=raw, source=raw.at(pointer=pointer), data=item.value, bound={})
        vrf = row.text("vrf-name-out") or (beside[index] if len(beside) == len(found) else "")
        try:
            records += _row_addresses(row, vrf or _only(beside))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(str(item.value)[:200], tables.reason(error), pointer=pointer))
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=len(found),
        parsed=len(found) - len(unparsed),
    )


def _only(vrfs: list[str]) -> str:
    if len(set(vrfs)) > 1:
        raise ValueError("which of the VRFs it is in is not said")
    return vrfs[0] if vrfs else "default"


def _row_addresses(row: Row, vrf: str) -> Iterator[Record]:
    """Give the addresses of one interface; link-local ones are left out, every interface has one."""
    name = row.name(str(row.must("intf-name")))
    found: list[tuple[str, bool]] = []
    if row.text("masklen"):
        found.append((f"{row.must('prefix')}/{row.text('masklen')}", False))
    others = several(row.get("TABLE_secondary_address.ROW_secondary_address", ()))
    found += [(f"{item['prefix1']}/{item['masklen1']}", True) for item in others]
    told = [item["addr"] for item in several(row.get("TABLE_addr.ROW_addr", ()))] or [row.get("addr", "")]
    for item in told:  # a key given twice is a list in plain `| json`
        found += [(text, False) for text in (item if isinstance(item, list) else [str(item)]) if "/" in text]
    for text, secondary in found:
        address = ip_interface(text)
        yield PortAddress(source=row.source, interface=name, address=address, vrf=vrf, secondary=secondary)


def relay(row: Row) -> Iterator[Record]:
    """Read one server of an interface, of the text form."""
    yield DhcpRelay(
        source=row.source,
        interface=row.name(row.text("interface")),
        servers=(ip_address(row.text("server")),),
    )


def relay_row(row: Row) -> Iterator[Record]:
    """Read one interface of JSON with its servers."""
    servers = [item["relay_address"] for item in several(row.must("TABLE_addr.ROW_addr"))]
    yield DhcpRelay(
        source=row.source,
        interface=row.name(str(row.must("interface-name|intf-name|interface"))),
        servers=tuple(ip_address(str(server)) for server in servers),
    )
