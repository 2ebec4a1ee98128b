"""Read the answers about bridged ports and groups that come as text of several lines a row.

Comes in: the text of `show ethernet-switching interfaces` (before ELS) and `show igmp snooping membership`.
Goes out: what each port carries, and the groups that were joined in a VLAN, which is known by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Address, InterfaceName, VlanId
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.lines import State, walk
from vlan2l3.parse.quirks.junos.told import ByVlanName
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Switchport

_PORT = re.compile(r"(?P<name>[a-z]\S*) +(?:up|down) +(?P<rest>\S.*)")
_VLAN = re.compile(
    r"(?P<vlan>\S+)(?: +(?P<tag>\d+))?(?: +(?P<tagness>tagged|untagged))?"
    r" +(?:unblocked|blocked .*|MAC (?:move )?limit exceeded|Storm control in effect|Disabled by .*)"
)


@dataclass(slots=True)
class _Carried(State):
    """Gather the VLANs of the port whose lines are read."""

    line: int = 0
    name: InterfaceName | None = None
    untagged: set[VlanId] = field(default_factory=set)
    tagged: set[VlanId] = field(default_factory=set)


def ports(raw: Raw) -> Rows:
    """Read `show ethernet-switching interfaces`; a VLAN without a tag of its own has no id here."""
    return walk(
        _Carried(raw=raw),
        _port_line,
        headings=r"Interface +State +VLAN members.*",
        opens=r"\S",
        close=_close,
    )


def _port_line(state: _Carried, number: int, line: str) -> bool:
    start = _PORT.fullmatch(line)
    if start:
        _close(state)
        state.line, state.name = number, port.bridged(start["name"])
    told = _VLAN.fullmatch(start["rest"].strip() if start else line.strip())
    if not told or state.name is None:
        return False
    if not told["tag"]:
        raise ValueError(f"the id of VLAN {told['vlan']!r} is not shown")
    vlan = names.vlan_id(told["tag"])
    (state.tagged if told["tagness"] == "tagged" else state.untagged).add(vlan)
    return True


def _close(state: _Carried) -> None:
    if state.name and (state.tagged or state.untagged) and len(state.untagged) <= 1:
        state.records.append(
            Switchport(
                source=state.raw.at(state.line),
                interface=state.name,
                mode="trunk" if state.tagged else "access",
                untagged=next(iter(state.untagged), None),
                tagged=frozenset(state.tagged),
            )
        )
    elif len(state.untagged) > 1:
        reason = "several VLANs without a tag"
        state.unparsed.append(state.raw.unparsed(str(state.name), reason, line=state.line))
    state.name, state.tagged, state.untagged = None, set(), set()


# --- IGMP snooping ----------------------------------------------------------------------------------

_IN_VLAN = re.compile(r"\s*(?:Vlan|VLAN|Bridge-Domain): (?P<name>\S+)")
_ON_PORT = re.compile(r"\s*Interface: (?P<port>[^,\s]+), Groups: \d+")
_GROUP = re.compile(r"\s*Group: (?P<group>[0-9a-fA-F.:]+)")
_IGMP_DETAILS = (
    r"Instance: .*|Learning-Domain: .*|Group mode: .*|Source: .*|Source timeout: .*|Last reported by: .*"
    r"|Group timeout: .*|Up Groups: \d+|V[123] .*timeout.*|Uptime: .*|Type: \w+"
)


@dataclass(slots=True)
class _Snooped(State):
    """Hold the VLAN and the port whose groups are read, and the ports of each group of a VLAN."""

    vlan: str = ""
    port: str = ""
    joined: dict[tuple[str, Address], list[tuple[int, str]]] = field(default_factory=dict)


def snooped(raw: Raw) -> Rows:
    """Read `show igmp snooping membership`."""
    state = _Snooped(raw=raw)
    rows = walk(state, _group_line, headings=_IGMP_DETAILS, opens=r"\s*(?:V|Bridge|Interface)", close=_forget)
    records = tuple(
        ByVlanName(
            source=raw.at(found[0][0]),
            command=raw.command,
            vlan_name=vlan,
            record="igmp",
            given=(
                ("group", group),
                ("ports", tuple(dict.fromkeys(port.bridged(text) for _, text in found))),
            ),
        )
        for (vlan, group), found in state.joined.items()
    )
    return replace(rows, records=records)


def _forget(state: _Snooped) -> None:
    state.vlan = state.port = ""


def _group_line(state: _Snooped, number: int, line: str) -> bool:
    vlan, on_port, group = _IN_VLAN.fullmatch(line), _ON_PORT.fullmatch(line), _GROUP.fullmatch(line)
    if vlan:
        state.vlan, state.port = vlan["name"], ""
    elif on_port:
        state.port = on_port["port"]
    elif group and state.vlan and state.port:
        state.joined.setdefault((state.vlan, ip_address(group["group"])), []).append((number, state.port))
    else:
        return False
    return True
