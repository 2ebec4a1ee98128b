"""Read the spanning tree of NX-OS: `show spanning-tree`, its details, `mst` and `root`, as text and JSON.

Comes in: text, or rows of JSON. Goes out: instances and their ports. Instances are called as `show
spanning-tree` calls them (`VLAN0010`, `MST0000`), whatever the command calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse import convert, shape
from vlan2l3.parse.quirks.nxos.ports import several
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record, StpInstance, StpPort
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape
from vlan2l3.parse.spanning_tree import spanning_tree

_STATES = {
    "forwarding": "forwarding",
    "blocking": "blocking",
    "discarding": "discarding",
    "learning": "learning",
    "listening": "blocking",
    "broken": "blocking",
    "disabled": "discarding",
}
_ROLES = ("root", "designated", "alternate", "backup", "master", "disabled")
_NAMED = r"VLAN\d+|MST\d+"
_PART = r"(?:(?P<role>root|designated|alternate|backup|master|disabled) )?(?P<state>[a-z]+)"
_DETAIL = Shape(
    opens=(
        rf"\s*(?P<instance>{_NAMED}) is executing the \S+ compatible .*"
        rf"|\s*Port \d+ \((?P<port>[^),]+)(?:,[^)]*)?\) of (?P<of>{_NAMED}) is {_PART}(?:\s+\(.*\))?\s*"
    ),
    rules=(
        (
            r"\s*Bridge Identifier has priority (?P<bridge_priority>\d+), sysid (?P<sysid>\d+),"
            r" address (?P<bridge>\S+)\s*"
        ),
        r"\s*Current root has priority (?P<root_priority>\d+), address (?P<root>\S+)\s*",
        r"\s*(?P<is_root>We are the root) of the spanning tree\s*",
        r"\s*Root port is \d+ \((?P<root_port>[^),]+)[^)]*\), cost of root path is (?P<root_cost>\d+)\s*",
        r"\s*Port path cost (?P<cost>\d+),.*",
        r"\s*The port type is (?P<type>.*)",
    ),
)
_MST = Shape(
    opens=(
        r"\s*#+ (?P<instance>MST\d+) +vlans mapped: *(?P<vlans>[\d, -]+|none)\s*"
        rf"|(?P<port>[A-Za-z]\S*\d) of (?P<of>MST\d+) is {_PART}(?:\s+\(.*\))?\s*"
        r"|(?P<line>[A-Za-z]\S*\d +[A-Za-z]{4} +[A-Z]{3}[ *].*)"
    ),
    rules=(
        r"Bridge +address (?P<bridge>\S+) +priority +(?P<bridge_priority>\d+) .*",
        r"Root +(?P<is_root>this switch) for .*",
        r"Root +address (?P<root>\S+) +priority +(?P<root_priority>\d+)\b.*",
        r"\s+port +(?P<root_port>\S+) +(?:path )?cost +(?P<root_cost>\d+)\b.*",
        r"Port info +port id .* cost +(?P<cost>\d+)\s*",
    ),
    wrapped=r"\s{12,}[\d,-]+\s*$",
)
_LINE = re.compile(
    r"(?P<port>\S+) +(?P<role>[A-Za-z]{4}) +(?P<state>[A-Z]{3})(?:\*| ) *(?P<cost>\d+) +\d+\.\d+"
    r"(?: +(?P<type>.*))?"
)
_SHORT = {
    "Root": "root",
    "Desg": "designated",
    "Altn": "alternate",
    "Back": "backup",
    "Mstr": "master",
    "Disb": "disabled",
    "FWD": "forwarding",
    "BLK": "blocking",
    "LRN": "learning",
    "LIS": "listening",
    "BKN": "broken",
    "DIS": "disabled",
}


def any_spanning_tree(raw: Raw) -> Rows:
    """Read `show spanning-tree`, its detailed form, or `show spanning-tree mst`: a text says which it is."""
    whole = replace(raw, text=_unwrapped(raw.text))
    if " is executing the " in raw.text:
        return shape.read(whole, _DETAIL, _detail)
    if re.search(r"^\s*#+ MST\d", raw.text, re.MULTILINE):
        return _mst(whole)
    return spanning_tree(raw)


def _mst(raw: Raw) -> Rows:
    """Read `show spanning-tree mst`, where a port's line stands below the instance that it is part of."""
    blocks, strays = shape.split(raw, _MST)
    instance = ""
    for block in blocks:
        instance = block.last("instance") or instance
        block.keep({"of": block.last("of") or instance})
    return shape.made(raw, blocks, strays, _detail)


def _unwrapped(text: str) -> str:
    """Join what the width of a terminal cut inside a pair of brackets, in the middle of a word too."""
    joined: list[str] = []
    open_line = -1
    for number, line in enumerate(text.splitlines()):
        if open_line >= 0 and line.strip():
            joined[open_line] += line.strip("\r\n")
            joined.append("")
            open_line = -1
            continue
        joined.append(line)
        if re.match(r"\s*(?:Port \d+ \(|\S+ of MST\d+ is )", line) and line.count("(") > line.count(")"):
            open_line = number
    return "\n".join(joined)


def _detail(raw: Raw, block: Block) -> Iterator[Record]:
    """Read one block; a port that is broken (`BKN`) blocks, and its role is not printed."""
    if block.last("instance"):
        yield _instance(raw, block)
    elif block.last("line"):
        yield _short_port(raw, block)
    else:
        yield StpPort(
            source=raw.at(block.line),
            instance=_name(block.last("of")),
            interface=convert.interface(raw.platform, block.last("port")),
            role=block.last("role") or ("disabled" if block.last("state") == "disabled" else ""),
            state=_state(block.last("state")),
            cost=int(block.last("cost") or 0),
            edge="edge" in block.last("type").split(),
        )


def _state(text: str) -> str:
    if text not in _STATES:
        raise ValueError(f"{text!r} is no state of a port that is known")
    return _STATES[text]


def _instance(raw: Raw, block: Block) -> StpInstance:
    bridge = names.mac(block.must("bridge"))
    priority = int(block.must("bridge_priority")) + int(block.last("sysid") or 0)
    is_root = bool(block.last("is_root"))
    named = re.fullmatch(r"VLAN(\d+)", block.last("instance"))
    vlans = frozenset({names.vlan_id(named[1])}) if named else names.vlan_ranges(block.last("vlans"))
    return StpInstance(
        source=raw.at(block.line),
        instance=_name(block.last("instance")),
        vlans=vlans,
        root=bridge if is_root else names.mac(block.must("root")),
        root_priority=priority if is_root else int(block.must("root_priority")),
        bridge=bridge,
        bridge_priority=priority,
        root_port=convert.interface(raw.platform, block.last("root_port"))
        if block.last("root_port")
        else None,
        root_cost=int(block.last("root_cost") or 0),
    )


def _short_port(raw: Raw, block: Block) -> StpPort:
    """Read a port's line of `show spanning-tree mst`: `Po1  Root FWD 200  128.4096 P2p`."""
    line = _LINE.fullmatch(block.last("line"))
    if not line or line["role"] not in _SHORT or line["state"] not in _SHORT:
        raise ValueError("neither an instance's line nor a port's")
    return StpPort(
        source=raw.at(block.line),
        instance=_name(block.last("of")),
        interface=convert.interface(raw.platform, line["port"]),
        role=_SHORT[line["role"]],
        state=_STATES[_SHORT[line["state"]]],
        cost=int(line["cost"]),
        edge="edge" in (line["type"] or "").lower(),
    )


def _name(instance: str) -> str:
    """Write `MST0` as `show spanning-tree` does: `MST0000`."""
    number = instance.removeprefix("MST")
    return f"MST{int(number):04d}" if number != instance else instance


def root_line(row: Row) -> Iterator[Record]:
    """Read one line of `show spanning-tree root`, which names this switch only where it is the root."""
    root, priority = names.mac(row.text("root")), int(row.text("priority"))
    is_root = row.text("port") == "This bridge is root"
    named = re.fullmatch(r"VLAN(\d+)", row.text("instance"))
    yield StpInstance(
        source=row.source,
        instance=_name(row.text("instance")),
        vlans=frozenset({names.vlan_id(named[1])}) if named else frozenset(),
        root=root,
        root_priority=priority,
        bridge=root if is_root else None,
        bridge_priority=priority if is_root else None,
        root_port=None if is_root else row.name(row.text("port")),
        root_cost=int(row.text("cost")),
    )


def tree(row: Row) -> Iterator[Record]:
    """Read one instance of JSON and its ports (NX-API CLI reference, release 9.2)."""
    number = str(row.must("tree_id"))
    is_mst = "mst" in f"{row.text('tree_tree_type|tree_type')} {row.text('tree_protocol')}".lower()
    instance = f"MST{int(number):04d}" if is_mst else f"VLAN{int(number):04d}"
    yield StpInstance(
        source=row.source,
        instance=instance,
        vlans=_mapped(row) if is_mst else frozenset({names.vlan_id(number)}),
        root=names.mac(str(row.must("tree_designated_root|designated_root"))),
        root_priority=int(row.must("tree_designated_root_priority|designated_root_priority")),
        bridge=_mac(row.text("bridge_mac")),
        bridge_priority=int(row.text("bridge_priority")) if row.text("bridge_priority") else None,
        root_port=_port_name(row, row.text("root_port_if_index")),
        root_cost=int(row.text("root_path_cost") or 0),
    )
    for port in several(row.get("TABLE_port.ROW_port", ())):
        role, state = (str(port[key]).strip().lower() for key in ("role", "state"))
        if role not in _ROLES or state not in _STATES:
            raise ValueError(f"{role!r} and {state!r} are no part of a port that is known")
        cell = Row(raw=row.raw, source=row.source, data=port, bound={})
        yield StpPort(
            source=row.source,
            instance=instance,
            interface=row.name(str(cell.must("if_index|interface"))),
            role=role,
            state=_STATES[state],
            cost=int(cell.text("path_cost|port_path_cost|cost") or 0),
            edge="edge" in cell.text("port_type|oper_port_type|type").lower(),
        )


def _mapped(row: Row) -> frozenset[VlanId]:
    return names.vlan_ranges(row.text("vlans_mapped|mst_vlans_mapped").replace(" ", ""))


def _mac(text: str) -> Mac | None:
    return names.mac(text) if text else None


def _port_name(row: Row, text: str) -> InterfaceName | None:
    """Name the root port; a switch that is the root gives none, or a zero."""
    return row.name(text) if text and text != "0" else None
