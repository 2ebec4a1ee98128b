"""Read the VLANs of Junos as text: the brief table, and the detailed form of ELS and of switches before it.

Comes in: the text of `show vlans`, `show vlans detail` and `show vlans extensive`. Goes out: VLANs with their
ports and routed interfaces, and from the detailed forms what each port carries. The detailed forms are read
in the shape of Juniper's command reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.bridging import Carried, switchports
from vlan2l3.parse.quirks.junos.lines import State, walk
from vlan2l3.parse.quirks.junos.told import VlanMember
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Port, Vlan

_UNIT = r"[a-z]+[0-9.-][^\s,]*"
_BRIEF = re.compile(
    r"(?:(?P<instance>[^\s:]+) +)?(?P<name>[^\s:]+) +(?P<tag>\d+|None|none|NA)"
    rf"(?: +(?P<ports>{_UNIT}(?:, *{_UNIT})*))?"
)
_PORTS = re.compile(rf"\s{{15,}}(?P<ports>{_UNIT}(?:, *{_UNIT})*,?|None)")
_NAME = re.compile(r"\s*VLAN(?: Name)?: (?P<name>[^\s,]+)(?:,.*| +State: (?P<state>\w+))?")
_TAG = re.compile(
    r"\s*(?:802\.1Q )?Tag: (?P<tag>\d+|None|NA)(?:, .*Admin [Ss]tate: (?P<state>\w+).*)?(?:,.*)?"
)
_SVI = re.compile(r"\s*Layer 3 interface: (?P<name>\S+)(?: .*)?")
_MEMBER = re.compile(rf"\s+(?P<unit>{_UNIT}), *(?P<tagness>tagged|untagged), *(?P<mode>access|trunk)")
_ACTIVE = frozenset({"active", "enabled"})
_HEADINGS = (
    r"Routing instance +VLAN name +Tag +Interfaces|Name +Tag +Interfaces|Routing [Ii]nstance(?: Name)? *: .*"
    r"|Internal index: .*|Protocol: .*|MAC aging time: .*|VXLAN Enabled *: .*|Interfaces:|Description: .*"
    r"|Number of interfaces: .*|Total MAC count: .*|IPV[46] addresses.*|Number of MAC entries: .*"
)


@dataclass(slots=True)
class _Vlans(State):
    """Gather the VLAN whose lines are read, and what all VLANs say of each port."""

    line: int = 0
    name: str = ""
    tag: str = ""
    state: str = ""
    units: list[str] = field(default_factory=list)
    svi: InterfaceName | None = None
    carried: dict[InterfaceName, Carried] = field(default_factory=dict)
    members: list[tuple[int, re.Match[str]]] = field(default_factory=list)


def vlans(raw: Raw) -> Rows:
    """Read any of the three layouts."""
    state = _Vlans(raw=raw)
    rows = walk(state, _line, headings=_HEADINGS, opens=r"\s*VLAN|\S[^:]*$", close=_close)
    ports = switchports(raw, state.carried)
    lost = (*state.unparsed, *ports.unparsed)
    expected = max(rows.expected, len(lost)) + ports.expected
    return Rows(
        records=(*state.records, *ports.records),
        unparsed=lost,
        expected=expected,
        parsed=expected - len(lost),
    )


def _line(state: _Vlans, number: int, line: str) -> bool:
    named, member, ports = _NAME.fullmatch(line), _MEMBER.fullmatch(line), _PORTS.fullmatch(line)
    brief = None if line[:1].isspace() else _BRIEF.fullmatch(line)
    if named:
        _close(state)
        state.line, state.name, state.state = number, named["name"], named["state"] or ""
    elif member and state.name:
        state.units.append(member["unit"])
        state.members.append((number, member))
    elif ports and state.name:
        state.units += [unit for unit in re.split(r"[, ]+", ports["ports"]) if unit and unit != "None"]
    elif brief:
        _close(state)
        state.line, state.name, state.tag = number, brief["name"], brief["tag"]
        state.units += [unit for unit in re.split(r"[, ]+", brief["ports"] or "") if unit]
    else:
        return _detail(state, line)
    return True


def _detail(state: _Vlans, line: str) -> bool:
    tag, svi = _TAG.fullmatch(line), _SVI.fullmatch(line)
    if tag and state.name:
        state.tag, state.state = tag["tag"], tag["state"] or state.state
    elif svi and state.name:
        state.svi = port.interface(svi["name"])
    return bool(tag or svi)


def _close(state: _Vlans) -> None:
    """Make the records of a VLAN whose lines have all been read; one without an id has none."""
    if state.name:
        try:
            _records(state, names.vlan_id(state.tag))
        except ValueError:
            reason = "the VLAN has no id"
            state.unparsed.append(state.raw.unparsed(state.name, reason, line=state.line))
    state.name, state.tag, state.state, state.units, state.svi, state.members = "", "", "", [], None, []


def _records(state: _Vlans, vlan: VlanId) -> None:
    source = state.raw.at(state.line)
    ports = tuple(sorted({port.bridged(unit) for unit in state.units}, key=names.natural_key))
    active = state.state.lower() in _ACTIVE or not state.state
    state.records.append(Vlan(source=source, vlan=vlan, name=state.name, active=active, ports=ports))
    state.records += [VlanMember(source=source, unit=port.interface(u), vlan=vlan) for u in state.units]
    if state.svi:
        state.records.append(Port(source=source, name=state.svi, sort="svi", vlan=vlan))
    for number, member in state.members:
        name = port.bridged(member["unit"])
        if port.sort_of(name) in ("physical", "lag"):
            carried = state.carried.setdefault(
                name, Carried(source=state.raw.at(number), mode=member["mode"])
            )
            (carried.tagged if member["tagness"] == "tagged" else carried.untagged).add(vlan)
