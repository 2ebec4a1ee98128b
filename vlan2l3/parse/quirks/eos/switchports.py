"""Read what EOS says of VLANs and of the ports that bridge them, in JSON and in text.

Comes in: rows of `show vlan`, `show interfaces switchport` and `show interfaces trunk`. Goes out: VLANs and
switchports. A VLAN that only some trunk groups carry is shown as allowed on every trunk here; the
configuration, where it is at hand, knows better and is kept instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert, tables
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Switchport, Vlan
from vlan2l3.parse.row import Row

OWN = frozenset({"Cpu", "Router", "CPU"})
PEER = "Peer"
"""The MLAG peer's ports are shown under names that begin so; they are the peer's to tell of."""

_SWITCHPORT = blocks.Form(
    opens=r"Name: (?P<name>\S+)",
    tells={
        "enabled": r"Switchport: (?P<v>\w+)",
        "mode": r"Administrative Mode: (?P<v>\S.*)",
        "access": r"Access Mode VLAN: (?P<v>\S+)(?: .*)?",
        "native": r"Trunking Native Mode VLAN: (?P<v>\S+)(?: .*)?",
        "tagging": r"Administrative Native VLAN tagging: (?P<v>\w+)",
        "allowed": r"Trunking VLANs Enabled: (?P<v>\S.*)",
    },
    noise=(
        r"Default switchport mode: .*",
        r"(?:Operational Mode|MAC Address Learning|Dot1q [^:]+|Administrative private VLAN mapping): .*",
        r"(?:(?:Static |Dynamic )?Trunk Groups|Source interface filtering|VLAN forwarding mode):.*",
        r"Dynamic VLANs Enabled:.*",
    ),
    wrapped=r" *[0-9]+[0-9, -]*$",
)


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN; the processor (`Cpu`) and the MLAG peer's ports (`PeerEthernet6`) are no ports of it."""
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.bound["vlan"]),
        name=row.text("name"),
        active=row.text("status") == "active",
        dynamic=bool(row.get("dynamic", False)),
        ports=_ports(row, (str(port) for port in row.get("interfaces", {}))),
    )


def vlan_line(row: Row) -> Iterator[Record]:
    """Read one VLAN of the text form, where a `*` marks a dynamic one."""
    number = row.text("vlan")
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(number),
        name=row.text("name"),
        active=row.text("status") == "active",
        dynamic=number.endswith("*"),
        ports=_ports(row, row.text("ports").replace(",", " ").split()),
    )


def _ports(row: Row, texts: Iterable[str]) -> tuple[InterfaceName, ...]:
    ports = {row.name(text) for text in texts}
    return tuple(sorted((p for p in ports if p not in OWN and not p.startswith(PEER)), key=names.natural_key))


def switchport(row: Row) -> Iterator[Record]:
    """Read one port of `show interfaces switchport`."""
    if row.must("enabled"):
        info = Row(raw=row.raw, source=row.source, data=row.must("switchportInfo"), bound=row.bound)
        yield _switchport(
            info,
            row.bound["name"],
            mode=str(info.must("mode")),
            access=str(info.must("accessVlanId")),
            native=str(info.must("trunkingNativeVlanId")),
            allowed=str(info.must("trunkAllowedVlans")),
        )


def switchport_text(raw: Raw) -> Rows:
    """Read the text of `show interfaces switchport`."""
    return blocks.read(raw, _SWITCHPORT, _block)


def _block(block: blocks.Block) -> Iterator[Record]:
    if block.first("enabled").lower() != "enabled":
        if not block.first("enabled"):
            raise ValueError("it does not say whether the port bridges")
        return
    tagging = block.first("tagging") == "enabled"
    yield _switchport(
        block.row({}),
        block.head["name"],
        mode=block.first("mode"),
        access=block.first("access"),
        native="tag" if tagging else block.first("native"),
        allowed=block.first("allowed"),
    )


def _switchport(row: Row, name: str, *, mode: str, access: str, native: str, allowed: str) -> Switchport:
    if mode in ("access", "static access"):
        untagged = names.vlan_id(access)
        return Switchport(source=row.source, interface=row.name(name), mode="access", untagged=untagged)
    if mode != "trunk":
        raise ValueError(f"what a port in mode {mode!r} bridges is not known")
    if not allowed:
        raise ValueError("the VLANs of the trunk are missing")
    carried = names.vlan_ranges(re.sub(r"[, ]+", ",", allowed))
    own = None if native == "tag" else names.vlan_id(native)
    return Switchport(
        source=row.source,
        interface=row.name(name),
        mode="trunk",
        untagged=own if own in carried else None,
        tagged=frozenset(carried - {own}),
    )


# --- show interfaces trunk: four small tables, of which the first two say what is configured --------------

_SECTIONS = {
    "native": re.compile(r"Port +Mode +Status +Native vlan"),
    "allowed": re.compile(r"Port +Vlans allowed"),
    "active": re.compile(r"Port +Vlans allowed and active in management domain"),
    "forwarding": re.compile(r"Port +Vlans in spanning tree forwarding state.*"),
}
_NATIVE = re.compile(r"(?P<port>[A-Z]\S+) +trunk +\S+ +(?P<value>\S+)")
_VLANS = re.compile(r"(?P<port>[A-Z]\S+) +(?P<value>(?i:all|none)|[0-9][0-9, -]*)")


@dataclass(slots=True)
class _Trunk:
    line: int
    said: dict[str, str] = field(default_factory=dict)


_TWICE = "twice"


def trunks(raw: Raw) -> Rows:
    """Read `show interfaces trunk`."""
    found: dict[str, _Trunk] = {}
    unparsed: list[Unparsed] = []
    section = ""
    for number, line in _SWITCHPORT.lines(raw):
        named = next((name for name, rule in _SECTIONS.items() if rule.fullmatch(line)), "")
        match = (_NATIVE if section == "native" else _VLANS).fullmatch(line)
        section = named or section
        if match and section and not named:
            trunk = found.setdefault(match["port"], _Trunk(number))
            if trunk.said.setdefault(section, match["value"]) != match["value"]:
                trunk.said[section] = _TWICE
        elif not named:
            unparsed.append(raw.unparsed(line, "neither a trunk's line nor a heading", line=number))
    records: list[Record] = []
    for port, trunk in found.items():
        try:
            records.append(_trunk(raw, port, trunk))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(port, tables.reason(error), line=trunk.line))
    expected = len(records) + len(unparsed)
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=len(records))


def _trunk(raw: Raw, port: str, trunk: _Trunk) -> Switchport:
    row = Row(raw=raw, source=raw.at(trunk.line), data={}, bound={})
    native, allowed = trunk.said.get("native", ""), trunk.said.get("allowed", "")
    if not native:
        raise ValueError("the trunk's native VLAN is missing")
    if _TWICE in (native, allowed):
        raise ValueError("the trunk's VLANs are given twice: a heading is lost")
    name = convert.interface(raw.platform, port)
    return _switchport(row, name, mode="trunk", access="", native=native, allowed=allowed)
