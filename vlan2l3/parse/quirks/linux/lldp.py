"""Read `lldpctl`, as `-f json0`, as `-f json`, and as the text it prints without an option.

Comes in: the answer of lldpd. Goes out: an `LldpNeighbor` for each neighbour, with the port id and its
description side by side: lldpd itself sends a MAC as port id and the interface's name as description.
Left out on purpose: management addresses, capabilities, timers, LLDP-MED, VLAN and power TLVs. The guard
counts interfaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from vlan2l3.names import interface_name, mac
from vlan2l3.parse.quirks.linux.rows import Ledger, excerpt, json_value, lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import LldpNeighbor, Source

_HEAD = re.compile(r"Interface:\s+(?P<name>[^,]+), via: .*")
_FIELD = re.compile(r"(?P<indent>\s+)(?P<key>[A-Za-z0-9][^:]*):(?:\s+(?P<value>.*))?")
_FRAME = re.compile(r"-{5,}|LLDP neighbors:")
_DEEP = 10  # lldpctl lines the further lines of a long value up below the value


class _Value(msgspec.Struct):
    value: str = ""
    type: str = ""


class _Chassis(msgspec.Struct):
    id: list[_Value] = []
    name: list[_Value] = []
    descr: list[_Value] = []


class _Port(msgspec.Struct):
    id: list[_Value] = []
    descr: list[_Value] = []


class _Neighbor(msgspec.Struct):
    name: str
    chassis: list[_Chassis] = []
    port: list[_Port] = []


def read_neighbors_json(raw: Raw) -> Rows:
    """Read `lldpctl -f json0`, or the shorter `-f json`."""
    ledger = Ledger(raw=raw)
    decoded = json_value(ledger)
    expected = len(ledger.unparsed)
    for pointer, item in _interfaces(ledger, decoded):
        expected += 1
        try:
            row = msgspec.convert(item, _Neighbor)
            ledger.accept([_neighbor(row, raw.at(pointer=pointer))])
        except ValueError as error:
            ledger.refuse(excerpt(item), str(error), pointer=pointer)
    return ledger.close(expected)


def _interfaces(ledger: Ledger, decoded: object) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if decoded is None:
        return found
    top = decoded.get("lldp") if isinstance(decoded, dict) else None
    if isinstance(top, dict):
        return _shorter(ledger, top)
    if not isinstance(top, list):
        ledger.refuse(excerpt(decoded), "not the form of `lldpctl -f json0`", pointer="lldp")
        return found
    for index, each in enumerate(top):
        interfaces = each.get("interface", []) if isinstance(each, dict) else None
        if not isinstance(interfaces, list):
            ledger.refuse(excerpt(each), "not the form of `lldpctl -f json0`", pointer=f"lldp/{index}")
            continue
        found += [(f"lldp/{index}/interface/{at}", item) for at, item in enumerate(interfaces)]
    return found


def _shorter(ledger: Ledger, top: dict[str, object]) -> list[tuple[str, object]]:
    """List the interfaces of `-f json`: a lone thing stands for itself there, and its name is its key."""
    given = top.get("interface", [])
    found: list[tuple[str, object]] = []
    for index, each in enumerate(given if isinstance(given, list) else [given]):
        if not isinstance(each, dict):
            ledger.refuse(
                excerpt(each), "not the form of `lldpctl -f json`", pointer=f"lldp/interface/{index}"
            )
            continue
        for name, body in each.items():
            longer = {"name": name, **_longer(body)} if isinstance(body, dict) else body
            found.append((f"lldp/interface/{index}/{name}", longer))
    return found


def _longer(body: dict[str, object]) -> dict[str, object]:
    """Write one interface of `-f json` as `json0` would."""
    chassis, port = body.get("chassis"), body.get("port")
    if isinstance(chassis, dict) and "id" not in chassis:
        ((name, chassis),) = chassis.items() or (("", {}),)
        chassis = {**chassis, "name": name} if isinstance(chassis, dict) else chassis
    return {"chassis": [_listed(chassis)], "port": [_listed(port)]}


def _listed(thing: object) -> object:
    if not isinstance(thing, dict):
        return thing
    wanted = {key: value for key, value in thing.items() if key in ("id", "name", "descr")}
    return {k: [v if isinstance(v, dict) else {"value": v}] for k, v in wanted.items()}


def _neighbor(row: _Neighbor, source: Source) -> LldpNeighbor:
    chassis = row.chassis[0] if row.chassis else _Chassis()
    port = row.port[0] if row.port else _Port()
    return LldpNeighbor(
        interface=interface_name(row.name),
        chassis=_identity(chassis.id),
        system=_first(chassis.name),
        port=_identity(port.id),
        port_description=_first(port.descr),
        system_description=_first(chassis.descr),
        source=source,
    )


def _first(values: Sequence[_Value]) -> str:
    return values[0].value if values else ""


def _identity(values: Sequence[_Value]) -> str:
    if not values:
        return ""
    return mac(values[0].value) if values[0].type == "mac" else values[0].value


@dataclass(slots=True, kw_only=True)
class _Block:
    at: int
    line: str
    name: str
    chassis: _Chassis = field(default_factory=_Chassis)
    port: _Port = field(default_factory=_Port)


def read_neighbors_text(raw: Raw) -> Rows:
    """Read `lldpctl`."""
    ledger = Ledger(raw=raw)
    blocks: list[_Block] = []
    certain = False
    for at, line in lines(raw.text):
        if _FRAME.fullmatch(line.strip()):
            continue
        if match := _HEAD.fullmatch(line):
            blocks.append(_Block(at=at, line=line, name=match["name"]))
            certain = True
        elif not certain or not _add(blocks[-1], line):
            ledger.refuse(line, "not a line of `lldpctl`, or not clear of which neighbour", line=at)
            certain = certain and line[0].isspace()
    for block in blocks:
        try:
            row = _Neighbor(name=block.name, chassis=[block.chassis], port=[block.port])
            ledger.accept([_neighbor(row, raw.at(block.at))])
        except ValueError as error:
            ledger.refuse(block.line, str(error), line=block.at)
    return ledger.close(len(re.findall(r"^\s*Interface:", raw.text, re.MULTILINE)))


def _add(block: _Block, line: str) -> bool:
    """Take a line into the neighbour it belongs to; tell whether it looks like one of lldpctl's."""
    match = _FIELD.fullmatch(line)
    if not match:
        return len(line) - len(line.lstrip()) >= _DEEP
    value = (match["value"] or "").strip()
    kind, _, rest = value.partition(" ")
    if match["key"] == "ChassisID":
        block.chassis.id.append(_Value(type=kind, value=rest))
    elif match["key"] == "SysName":
        block.chassis.name.append(_Value(value=value))
    elif match["key"] == "SysDescr":
        block.chassis.descr.append(_Value(value=value))
    elif match["key"] == "PortID":
        block.port.id.append(_Value(type=kind, value=rest))
    elif match["key"] == "PortDescr":
        block.port.descr.append(_Value(value=value))
    return True
