"""Read spanning tree on Junos: `show spanning-tree bridge` and `show spanning-tree interface`.

Comes in: the text, in the shape of Juniper's command reference; RSTP has one instance, VSTP one a VLAN,
MSTP the CIST and its MSTIs. Goes out: instances and their ports. Which VLANs an instance of MSTP has stands
in the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.lines import State, walk
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import StpInstance, StpPort

CIST = "MST0"
_EVERY = names.vlan_ranges("all")
_ROLES = {
    "ROOT": "root",
    "DESG": "designated",
    "ALT": "alternate",
    "BKUP": "backup",
    "BACKUP": "backup",
    "MSTR": "master",
    "DIS": "disabled",
}
_STATES = {
    "FWD": "forwarding",
    "BLK": "blocking",
    "DSC": "discarding",
    "LRN": "learning",
    "LEARN": "learning",
    "LIS": "blocking",
    "DIS": "discarding",
}
_START = re.compile(r"STP bridge parameters(?: for (?P<scope>CIST|MSTI (?P<msti>\d+)|VLAN (?P<vlan>\d+)))?")
_VALUE = re.compile(r"\s*(?P<key>[A-Za-z][A-Za-z ().]*?)\s*:\s*(?P<value>.*?)")
_BRIDGE = re.compile(r"(?P<priority>\d+)\.(?P<mac>[0-9a-fA-F:]{12,17})")
_ROOTS = frozenset({"Root ID", "MSTI regional root"})
_DETAILS = frozenset({
    "Routing instance name", "Context ID", "CIST regional root", "Hello time", "Maximum age",
    "Forward delay", "Message age", "Hop count", "Number of topology changes",
    "Time since last topology change", "Topology change initiator", "Topology change last recvd. from",
    "Extended system ID", "Internal instance ID", "Path cost method",
})  # fmt: skip
_INTERFACE = re.compile(
    r"\s*(?P<name>\S+)\s+\d+:\d+\s+\d+:\d+\s+\d+\.[0-9a-fA-F]{12}\s+(?P<cost>\d+)\s+(?P<state>[A-Z]+)"
    r"(?:\s+(?P<role>[A-Z]+))?(?:\s+\(Edge\))?"
)
_SCOPE = re.compile(
    r"Spanning tree interface parameters for (?:instance (?P<instance>\d+)|VLAN (?P<vlan>\d+)"
    r"|MSTI (?P<msti>\d+)|(?P<cist>CIST))"
)


@dataclass(slots=True)
class _Bridges(State):
    """Gather one instance while its lines are read."""

    line: int = 0
    name: str = ""
    vlans: frozenset[VlanId] = frozenset()
    protocol: str = ""
    ids: dict[str, tuple[int, Mac]] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    root_port: InterfaceName | None = None


def bridges(raw: Raw) -> Rows:
    """Read `show spanning-tree bridge`, with or without `detail`."""
    return walk(
        _Bridges(raw=raw),
        _bridge_line,
        headings=r"Local parameters",
        opens=r"STP bridge parameters",
        close=_close,
    )


def _bridge_line(state: _Bridges, number: int, line: str) -> bool:
    start = _START.fullmatch(line.strip())
    if start:
        _open(state, number, start)
        return True
    told = _VALUE.fullmatch(line)
    if not told or not state.name:
        return False
    key, value = told["key"], told["value"].strip()
    if key == "Enabled protocol":
        state.protocol = value
        if value in ("RSTP", "STP") and not state.vlans:
            state.vlans = _EVERY
    elif key in _ROOTS or key == "Bridge ID":
        state.ids["bridge" if key == "Bridge ID" else "root"] = _bridge(value)
    elif key == "Root port":
        state.root_port = port.bridged(value)
    elif key.endswith("oot cost"):
        state.costs[key] = int(value)
    else:
        return key in _DETAILS
    return True


def _open(state: _Bridges, number: int, start: re.Match[str]) -> None:
    """Start an instance; the heading without a scope is RSTP's only one, and a mere title before others."""
    _close(state)
    vlan = names.vlan_id(start["vlan"]) if start["vlan"] else None
    state.line = number
    state.name = f"VLAN{vlan}" if vlan else f"MST{start['msti'] or 0}"
    state.vlans = frozenset({vlan}) if vlan else frozenset()


def _close(state: _Bridges) -> None:
    state.records += _instance(state)
    state.name = ""
    state.ids, state.costs, state.root_port = {}, {}, None


def _instance(state: _Bridges) -> Iterator[StpInstance]:
    """Make the record of an instance whose lines have all been read."""
    if not state.ids:
        return
    if set(state.ids) != {"root", "bridge"}:
        lost = "the bridge" if "root" in state.ids else "the root"
        reason = f"the identifier of {lost} is missing"
        state.unparsed.append(state.raw.unparsed(state.name, reason, line=state.line))
        return
    root, bridge = state.ids["root"], state.ids["bridge"]
    yield StpInstance(
        source=state.raw.at(state.line),
        instance=state.name,
        vlans=state.vlans,
        root=root[1],
        root_priority=root[0],
        bridge=bridge[1],
        bridge_priority=bridge[0],
        root_port=state.root_port,
        root_cost=sum(state.costs.values()),
    )


def _bridge(text: str) -> tuple[int, Mac]:
    match = _BRIDGE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no bridge identifier")
    return int(match["priority"]), names.mac(match["mac"])


# --- ports ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Ports(State):
    """Hold the instance whose ports are read."""

    instance: str = ""


def interfaces(raw: Raw) -> Rows:
    """Read `show spanning-tree interface`."""
    headings = r"Interface +Port ID +Designated.*|port ID +bridge ID +Cost"
    return walk(
        _Ports(raw=raw), _port_line, headings=headings, opens=r"Spanning tree interface", close=_forget
    )


def _forget(state: _Ports) -> None:
    state.instance = ""


def _port_line(state: _Ports, number: int, line: str) -> bool:
    scope = _SCOPE.fullmatch(line.strip())
    if scope:
        vlan = scope["vlan"]
        state.instance = f"VLAN{vlan}" if vlan else f"MST{scope['instance'] or scope['msti'] or 0}"
        return True
    told = _INTERFACE.fullmatch(line)
    if not told:
        return False
    if not state.instance:
        raise ValueError("no instance is named above the port")
    role, shown = told["role"] or "DIS", told["state"]
    if role not in _ROLES or shown not in _STATES:
        raise ValueError(f"the role {role} or the state {shown} is not known")
    state.records.append(
        StpPort(
            source=state.raw.at(number),
            instance=state.instance,
            interface=port.bridged(told["name"]),
            role=_ROLES[role],
            state=_STATES[shown],
            cost=int(told["cost"]),
            edge="(Edge)" in line,
        )
    )
    return True
