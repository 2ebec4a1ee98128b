"""Read what a host's bridges know: their stations and the VLANs of their ports, as JSON and as text.

Comes in: `bridge fdb show` and `bridge vlan show`. Goes out: a `BridgeEntry` for each station a bridge holds,
and a `Switchport` for each port `bridge vlan show` lists (a bridge without VLAN filtering lists its ports in
VLAN 1).
Left out on purpose, and counted as understood: rows without a bridge (`self permanent`), which are the
addresses a card listens to and the remote ends of VXLAN, and rows whose address is a multicast group.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from vlan2l3.names import InterfaceName, VlanId, interface_name, mac, vlan_id, vlan_ranges
from vlan2l3.parse.quirks.linux.rows import Ledger, lines, number, options, read_items, read_lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import BridgeEntry, Record, Source, Switchport

_FDB_KEYS = frozenset(
    {"dev", "vlan", "dst", "port", "vni", "src_vni", "via", "link-netnsid", "nhid", "used", "master"}
)
_STATES = frozenset({"permanent", "static", "stale", "reachable", ""})
_FDB_FLAGS = frozenset({
    "self", "router", "offload", "sticky", "extern_learn", "blackhole", "locked", "added_by_user",
    "added_by_external_learn",
})  # fmt: skip
_VLAN_HEAD = re.compile(r"port\s+vlan[- ]ids?\b.*")
_VLAN_ROW = re.compile(
    r"(?P<port>\S+)?\s+(?P<vlans>[0-9]+(?:-[0-9]+)?|None)(?P<flags>(?: PVID| Egress Untagged)*)\s*"
)


class Station(msgspec.Struct):
    """Hold one row of a bridge's table as it was printed.

    `peer` is the far end of the tunnel that the address is behind; `own` tells the interface's own table
    (`self`) from the bridge's.
    """

    mac: str
    ifname: str
    master: str = ""
    state: str = ""
    vlan: int | None = None
    peer: str = msgspec.field(default="", name="dst")
    flags: list[str] = []

    @property
    def own(self) -> bool:
        """Tell whether the row is the interface's own and not the bridge's."""
        return "self" in self.flags


MakeStation = Callable[[Station, Source], tuple[Record, ...]]


class _Vlan(msgspec.Struct):
    vlan: int
    last: int | None = msgspec.field(default=None, name="vlanEnd")
    flags: list[str] = []


class _Port(msgspec.Struct):
    ifname: str
    vlans: list[_Vlan] = []


def read_stations_json(raw: Raw) -> Rows:
    """Read `bridge -j fdb show` of a host."""
    return stations_json(raw, _station)


def read_stations_text(raw: Raw) -> Rows:
    """Read `bridge fdb show` of a host."""
    return stations_text(raw, _station)


def stations_json(raw: Raw, make: MakeStation) -> Rows:
    """Read `bridge -j fdb show` with what makes records of a row."""

    def row(item: object, source: Source) -> tuple[Record, ...]:
        if isinstance(item, dict) and "ifname" not in item:  # `dev` up to iproute2 4.14, and on Cumulus 3
            item = {**item, "ifname": item.get("dev")}
        return make(_checked(msgspec.convert(item, Station)), source)

    return read_items(raw, row)


def stations_text(raw: Raw, make: MakeStation) -> Rows:
    """Read `bridge fdb show` with what makes records of a row."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        address, *words = line.split()
        found = options(words, valued=_FDB_KEYS, flags=_FDB_FLAGS | _STATES)
        if "dev" not in found:
            raise ValueError("no interface is named")
        station = Station(
            mac=address,
            ifname=found["dev"],
            master=found.get("master", ""),
            state=next((word for word in found if word in _STATES), ""),
            vlan=number(found["vlan"]) if "vlan" in found else None,
            peer=found.get("dst", ""),
            flags=[word for word in found if word in _FDB_FLAGS],
        )
        return make(_checked(station), source)

    return read_lines(raw, row)


def _checked(row: Station) -> Station:
    if row.state not in _STATES:
        raise ValueError(f"{row.state!r} is not a state of a bridge's entry")
    return row


def _station(row: Station, source: Source) -> tuple[Record, ...]:
    address = mac(row.mac)
    port = interface_name(row.ifname)
    if not row.master or int(address[:2], 16) & 1:
        return ()
    record = BridgeEntry(
        bridge=interface_name(row.master),
        port=port,
        mac=address,
        permanent=row.state == "permanent",
        source=source,
    )
    return (record,)


def _by_port(decoded: object) -> object:
    """Make a list of what iproute2 up to 4.14, and Cumulus 3, print: port -> its VLANs."""
    if not isinstance(decoded, dict):
        return decoded
    return [{"ifname": name, "vlans": vlans} for name, vlans in decoded.items()]


def read_vlans_json(raw: Raw) -> Rows:
    """Read `bridge -j vlan show`."""

    def row(item: object, source: Source) -> tuple[Record, ...]:
        found = msgspec.convert(item, _Port)
        vlans = [
            (f"{each.vlan}-{each.last}" if each.last else str(each.vlan), " ".join(each.flags))
            for each in found.vlans
        ]
        return (_switchport(interface_name(found.ifname), vlans, source),)

    return read_items(raw, row, listed=_by_port)


@dataclass(slots=True, kw_only=True)
class _Block:
    at: int
    name: str
    vlans: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = True


def read_vlans_text(raw: Raw) -> Rows:
    """Read `bridge -c vlan show`: a port's further VLANs stand on the lines below it.

    A port among whose lines stands one that was not understood is refused: a shortened list would be a lie.
    """
    ledger = Ledger(raw=raw)
    ports: list[_Block] = []
    expected = 0
    for at, line in lines(raw.text):
        if _VLAN_HEAD.fullmatch(line.strip()):
            continue
        expected += 1
        match = _VLAN_ROW.fullmatch(line)
        if match and match["port"]:
            ports.append(_Block(at=at, name=match["port"]))
        if match and ports and (match["port"] or ports[-1].whole):
            ports[-1].vlans.append((match["vlans"], match["flags"]))
            continue
        ledger.refuse(line, "not a VLAN of a port, or not clear of which", line=at)
        if ports:
            ports[-1].whole = False
    for port in ports:
        _book_port(ledger, port)
    return ledger.close(expected)


def _book_port(ledger: Ledger, port: _Block) -> None:
    if not port.whole:
        ledger.refuse(port.name, "the list of this port's VLANs is damaged", line=port.at)
        return
    try:
        record = _switchport(interface_name(port.name), port.vlans, ledger.raw.at(port.at))
    except ValueError as error:
        ledger.refuse(port.name, str(error), line=port.at)
        return
    ledger.accept([record], rows=len(port.vlans))


def _switchport(name: InterfaceName, vlans: list[tuple[str, str]], source: Source) -> Switchport:
    """Join the VLANs of a port; what goes in untagged is the PVID, whatever goes out untagged besides."""
    untagged: VlanId | None = None
    tagged: set[VlanId] = set()
    for text, flags in vlans:
        found = frozenset[VlanId]() if text == "None" else vlan_ranges(text)
        if "PVID" in flags:
            untagged = vlan_id(number(text))
        elif "Egress Untagged" not in flags:
            tagged |= found
    return Switchport(
        interface=name,
        mode="trunk" if tagged else "access",
        untagged=untagged,
        tagged=frozenset(tagged),
        source=source,
    )
