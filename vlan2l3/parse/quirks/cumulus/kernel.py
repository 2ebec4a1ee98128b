"""Read what the kernel of a Cumulus switch tells with iproute2, into records that `joined` completes.

Comes in: `ip -d addr show`, `bridge fdb show`, `bridge vlan tunnelshow` and `bridge mdb show`. Goes out: the
records a host would give, beside a `Device` for each interface and a `Group` for each multicast group: one
answer alone does not say which VLAN a bridge stands for. Neither kind leaves this platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar

import msgspec

from vlan2l3.names import Address, InterfaceName, VlanId, interface_name, mac, vlan_id
from vlan2l3.parse.quirks.linux import bridge, ip
from vlan2l3.parse.quirks.linux.bridge import Station
from vlan2l3.parse.quirks.linux.interface import Link
from vlan2l3.parse.quirks.linux.rows import Ledger, excerpt, json_list, lines, number, read_items, read_lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import BridgeEntry, MacEntry, OverlayPeer, Record, Source, Vni

NOBODY = "00:00:00:00:00:00"  # the destination of flooded frames in a tunnel's table
_TUNNEL_HEAD = re.compile(r"port\s+vlan[- ]ids?\s+tunnel[- ]id\s*")
_TUNNEL = re.compile(
    r"(?P<port>\S+)?\s+(?P<vlan>[0-9]+)(?:-(?P<last>[0-9]+))?\s+(?P<vni>[0-9]+)(?:-[0-9]+)?\s*"
)
_GROUP = re.compile(
    r"(?:[0-9]+:\s+\S+\s+)?(?:dev (?P<bridge>\S+) port )?(?P<port>\S+)\s+(?:grp )?(?P<group>[0-9a-f.:]+)"
    r"(?:\s+src \S+)?\s+(?:temp|permanent)(?P<rest>(?:\s.*)?)"
)
_ROUTER = re.compile(r"router ports on \S+:.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Record):
    """Say what the driver of an interface is, beside what every `Port` says.

    Attributes:
        family: `bridge`, `bond`, `vxlan`, `vrf`, `macvlan`, `vlan`; empty for a port of the switch.
        lower: the interface below.
        facts: the family's own, `vlan_filtering` of a bridge, `id` of a tunnel, `table` of a VRF.
    """

    kind: ClassVar[str] = "cumulus-device"
    name: InterfaceName
    family: str
    master: InterfaceName | None = None
    lower: InterfaceName | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, key: str) -> str:
        """Give one of the family's facts, or nothing."""
        return dict(self.facts).get(key, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Record):
    """Say that a port of a bridge joined a multicast group; `vlan` is missing on a bridge without VLANs."""

    kind: ClassVar[str] = "cumulus-group"
    bridge: InterfaceName
    port: InterfaceName
    group: Address
    vlan: VlanId | None = None


def read_addresses_json(raw: Raw) -> Rows:
    """Read `ip -j -d addr show`."""
    return ip.read_addresses_json(raw, also=_device)


def read_addresses_text(raw: Raw) -> Rows:
    """Read `ip -d addr show`."""
    return ip.read_addresses_text(raw, also=_device)


def _device(link: Link) -> Iterator[Record]:
    yield Device(
        name=interface_name(link.name),
        family=link.kind,
        master=interface_name(link.master) if link.master else None,
        lower=interface_name(link.lower) if link.lower else None,
        facts=link.detail,
        source=link.source,
    )


def read_stations_json(raw: Raw) -> Rows:
    """Read `bridge -j fdb show`."""
    return bridge.stations_json(raw, _station)


def read_stations_text(raw: Raw) -> Rows:
    """Read `bridge fdb show`."""
    return bridge.stations_text(raw, _station)


def _station(row: Station, source: Source) -> tuple[Record, ...]:
    """Make the records of one row.

    A row of the interface's own table is an address it listens to, which the interfaces tell, or the far end
    of a tunnel. A static row is the MLAG daemon's: it copies what the peer has learned.
    """
    address = mac(row.mac)
    port = interface_name(row.ifname)
    peers = (OverlayPeer(address=ip_address(row.peer), source=source),) if row.peer else ()
    if row.own or not row.master or int(address[:2], 16) & 1 or address == NOBODY:
        return peers
    if row.vlan is None:
        master = interface_name(row.master)
        permanent = row.state == "permanent"
        return (
            *peers,
            BridgeEntry(bridge=master, port=port, mac=address, permanent=permanent, source=source),
        )
    origin = {"permanent": "self", "static": "static"}.get(row.state, "learned")
    entry = MacEntry(vlan=vlan_id(row.vlan), mac=address, interface=port, origin=origin, source=source)
    return (*peers, entry)


class _Tunnel(msgspec.Struct):
    vlan: int
    tunid: int
    last: int | None = msgspec.field(default=None, name="vlanEnd")


class _Tunnels(msgspec.Struct):
    ifname: str
    tunnels: list[_Tunnel] = []


def read_tunnels_json(raw: Raw) -> Rows:
    """Read `bridge -j vlan tunnelshow`: the VLANs of a tunnel interface that carries several."""

    def row(item: object, source: Source) -> tuple[Record, ...]:
        found = msgspec.convert(item, _Tunnels)
        return tuple(v for each in found.tunnels for v in _vnis(each.vlan, each.last, each.tunid, source))

    return read_items(raw, row)


def read_tunnels_text(raw: Raw) -> Rows:
    """Read `bridge vlan tunnelshow`."""
    ledger = Ledger(raw=raw)
    expected = 0
    for at, line in lines(raw.text):
        if _TUNNEL_HEAD.fullmatch(line):
            continue
        expected += 1
        match = _TUNNEL.fullmatch(line)
        try:
            if not match:
                raise ValueError("not a VLAN and its tunnel")  # noqa: TRY301  refused like any bad value
            last = number(match["last"]) if match["last"] else None
            ledger.accept(_vnis(number(match["vlan"]), last, number(match["vni"]), raw.at(at)))
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(expected)


def _vnis(first: int, last: int | None, vni: int, source: Source) -> tuple[Vni, ...]:
    """Give the VNI of each VLAN of a range; iproute2 joins rows whose VLANs and VNIs both run on."""
    span = range(first, (last or first) + 1)
    return tuple(Vni(vlan=vlan_id(vlan), vni=vni + vlan - first, source=source) for vlan in span)


class _GroupRow(msgspec.Struct):
    dev: str
    port: str
    grp: str
    vid: int | None = None


def read_groups_json(raw: Raw) -> Rows:
    """Read `bridge -j mdb show`."""
    ledger = Ledger(raw=raw)
    expected = 0
    for pointer, item in json_list(ledger):
        rows = item.get("mdb", []) if isinstance(item, dict) else None
        if not isinstance(rows, list):
            ledger.refuse(excerpt(item), "not the form of `bridge -j mdb show`", pointer=pointer)
            expected += 1
            continue
        for index, row in enumerate(rows):
            expected += 1
            where = f"{pointer}/mdb/{index}"
            try:
                found = msgspec.convert(row, _GroupRow)
                ledger.accept(_group(found, raw.at(pointer=where)))
            except ValueError as error:
                ledger.refuse(excerpt(row), str(error), pointer=where)
    return ledger.close(expected)


def read_groups_text(raw: Raw) -> Rows:
    """Read `bridge mdb show`."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        if _ROUTER.fullmatch(line.strip()):
            return ()
        match = _GROUP.fullmatch(line.strip())
        if not match:
            raise ValueError("not a group that a port joined")
        vid = re.search(r"\bvid ([0-9]+)", match["rest"])
        found = _GroupRow(
            dev=match["bridge"] or "",
            port=match["port"],
            grp=match["group"],
            vid=number(vid[1]) if vid else None,
        )
        return _group(found, source)

    return read_lines(raw, row)


def _group(row: _GroupRow, source: Source) -> tuple[Record, ...]:
    """Make the record of one row; a row of the bridge itself is the switch's own membership."""
    group = ip_address(row.grp)
    if not group.is_multicast:
        raise ValueError(f"{row.grp!r} is not a multicast group")
    if row.port == row.dev:
        return ()
    return (
        Group(
            bridge=interface_name(row.dev),
            port=interface_name(row.port),
            group=group,
            vlan=vlan_id(row.vid) if row.vid else None,
            source=source,
        ),
    )
