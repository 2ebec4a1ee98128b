"""Read what NX-OS knows of stations: MAC table, ARP and ND, DHCP bindings, groups joined.

Comes in: rows of JSON in either form, or of text. Goes out: records. A MAC's type is read from `disp_type`,
where the device says it, and never from `disp_is_static`, which 9.3 does not send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert, paths, shape, tables
from vlan2l3.parse.quirks.nxos.ports import ports
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Capacity, Facts, Lease, MacEntry, Neighbor, Record, SnoopedGroup
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

PEER_LINK = "vPC Peer-Link"
_SELF = re.compile(r"(?i)sup-|sup_|.*\(R\)$|router|vlan\d|cpu")
_SAID = re.compile(r"(?P<flags>[-*+~gcoert]*?) *(?P<kind>dynamic|static|secure|)")
_KINDS = {"enabled": "static", "disabled": "dynamic", "1": "static", "0": "dynamic"}
_TUNNEL = re.compile(r"(nve\d+)(?:\(.*\)|/.*)")
_NO_PORT = frozenset({"not advertised", "null", "--", "-", "none", ""})
_NEIGHBORS = Shape(
    opens=(
        r"\s*Address :\s+(?P<address>\S+)\s*"
        r"|\s*(?P<in_row>[0-9a-fA-F:]*:[0-9a-fA-F:.]*) +\S+"
        r" +(?P<mac>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|INCOMPLETE)"
        r" +\d+ +\S+ +(?P<interface>[A-Za-z]\S*)(?: +(?:#|G|R|CP|PS|RO|CC|D))*\s*"
    ),
    rules=(
        r"\s*MacAddr :\s+(?P<mac>\S+)\s*",
        r"\s*Interface :\s+(?P<interface>\S+)\s*",
        r"\s*Physical Interface :\s+(?P<port>\S+)\s*",
    ),
    carried=(r"\s*IPv6 Adjacency Table for VRF (?P<vrf>\S+)\s*",),
    wrapped=r" {14,}[\d-]",
    total=r"Total number of entries: (\d+)",
)

_LIMIT = Shape(
    opens=r"\s*Configured System Limit: (?P<limit>\d+)\s*",
    rules=(r"\s*Current System Count: (?P<used>\d+)\s*",),
)


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of either form: who owns it is in the flags and the port, how it came in the type.

    A `+` says that the vPC peer learned it. A row without a VLAN is an address that the switch itself uses.
    A row with several ports gives a record for each.
    """
    yield from _entry(row, row.text("disp_type"), row.text("disp_is_static"))


def mac_line(row: Row) -> Iterator[Record]:
    """Read one MAC row of the text form, whose flag stands in a column of its own."""
    yield from _entry(row, f"{row.data.get('flag', '')} {row.data['kind']}", "")


def _entry(row: Row, said: str, given: str) -> Iterator[Record]:
    number, address = row.text("disp_vlan"), names.mac(str(row.must("disp_mac_addr")))
    origin, places = _judged(row.raw.platform, said, given, row.text("disp_port"))
    if number in ("-", "0", "") and origin == "self":
        yield Facts(source=row.source, macs=(address,))
        return
    vlan = names.vlan_id(number)
    for place in places:
        yield MacEntry(source=row.source, vlan=vlan, mac=address, interface=place, origin=origin)


@lru_cache(maxsize=4096)
def _judged(platform: str, said: str, given: str, port: str) -> tuple[str, tuple[InterfaceName, ...]]:
    """Tell where an entry comes from and which ports it names: few answers for the many rows of a table."""
    marks = _SAID.fullmatch(said.strip().lower())
    if not marks:
        raise ValueError(f"{said!r} is not a type of MAC entry that is known")
    if given.lower() not in ("", *_KINDS, *_KINDS.values()):
        raise ValueError(f"{given!r} says neither static nor dynamic")
    kind = marks["kind"] or _KINDS.get(given.lower(), given.lower())
    origin = "static" if kind in ("static", "secure") else "learned"
    if "g" in marks["flags"] or _SELF.match(port):
        origin = "self"
    elif "+" in marks["flags"] or port == PEER_LINK:
        origin = "peer"
    if not port:
        raise ValueError("the port is missing")
    return origin, tuple(convert.interface(platform, place) for place in _places(port))


def _places(port: str) -> list[str]:
    """Split the ports of a row; `nve1(10.0.0.134)` is the tunnel, `sup-eth1(R)` the switch itself."""
    tunnel = _TUNNEL.fullmatch(port)
    if tunnel:
        return [tunnel[1]]
    if port.startswith("vPC "):
        return [port.removesuffix("(R)")]
    return [each.removesuffix("(R)") for each in port.split()]


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; `phy-intf` is the port behind the SVI, where the switch knows it."""
    hardware = row.text("mac")
    known = bool(hardware) and hardware.lower() != "incomplete"
    routed = row.name(str(row.must("intf-out|interface")))
    port = row.text("phy-intf|port")
    behind = row.name(_places(port)[0]) if port.lower() not in _NO_PORT else None
    yield Neighbor(
        source=row.source,
        address=ip_address(str(row.must("ip-addr-out|ipv6-addr|address")).partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=routed,
        port=behind if behind != routed else None,
        vrf=row.text("adj-vrf-name|vrf-name-out|vrf") or "default",
        state="" if known else "incomplete",
    )


def neighbor_tables(raw: Raw) -> Rows:
    """Read ARP or ND of JSON; where a row does not name its VRF, the table around it does."""
    data = json.loads(raw.text)
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    expected = 0
    for table in paths.rows(data, "TABLE_vrf[].ROW_vrf[]"):
        named = paths.get(table.value, "vrf-name-out")
        vrf = {} if named in (paths.MISSING, "all") else {"vrf": named}
        for path in ("TABLE_adj[].ROW_adj[]", "TABLE_afi[].ROW_afi[].TABLE_adj[].ROW_adj[]"):
            for item in paths.rows(table.value, path):
                expected += 1
                pointer = "/".join((*table.pointer, *item.pointer))
                source = raw.at(pointer=pointer)
                try:
                    told = {**vrf, **item.value}
                    records += neighbor(Row(raw=raw, source=source, data=told, bound={}))
                except tables.MISFITS as error:
                    reason = tables.reason(error)
                    unparsed.append(raw.unparsed(str(item.value)[:200], reason, pointer=pointer))
    if isinstance(data, dict) and data and "TABLE_vrf" not in data:
        raise KeyError("TABLE_vrf is missing")
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def ipv6_neighbors(raw: Raw) -> Rows:
    """Read the text of `show ipv6 neighbor detail vrf all`, or of the form in rows of one line or two."""
    return shape.read(raw, _NEIGHBORS, _neighbor_block)


def _neighbor_block(raw: Raw, block: Block) -> Iterator[Record]:
    told = {name: block.last(name) for name in block.values}
    told["address"] = told.get("address") or block.last("in_row")
    yield from neighbor(Row(raw=raw, source=raw.at(block.line), data=told, bound={}))


def lease(row: Row) -> Iterator[Record]:
    """Read one binding; one behind a VXLAN tunnel hangs on no port of this switch."""
    port = row.text("port")
    yield Lease(
        source=row.source,
        vlan=names.vlan_id(row.text("vlan")),
        mac=names.mac(row.text("mac")),
        address=ip_address(row.text("address")),
        interface=row.name(_places(port)[0]),
    )


def group(row: Row) -> Iterator[Record]:
    """Read one group of a VLAN; the router ports' own row (`*/*`) names none."""
    yield SnoopedGroup(
        source=row.source,
        vlan=names.vlan_id(row.text("vlan")),
        group=ip_address(row.text("group")),
        ports=tuple(ports(row, row.text("ports"))),
    )


def mac_limit(raw: Raw) -> Rows:
    """Read how full the MAC table is of `show mac address-table limit`, and what it is limited to."""
    return shape.read(raw, _LIMIT, _limit)


def _limit(raw: Raw, block: Block) -> Iterator[Record]:
    yield Capacity(
        source=raw.at(block.line), table="mac", used=int(block.must("used")), limit=int(block.must("limit"))
    )
