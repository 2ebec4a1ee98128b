"""Read LACP, MC-LAG and VRRP of Junos where the answer is text of several lines a row.

Comes in: the text of `show lacp interfaces`, `show interfaces mc-ae`, `show iccp` and `show vrrp detail`.
Goes out: LAG members, what a switch shows of shared LAGs, and gateways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Address, InterfaceName, Mac
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.lines import State, walk
from vlan2l3.parse.quirks.junos.told import Iccp, McAe
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Gateway, LagMember

_LAG = re.compile(r"Aggregated interface: (?P<lag>\S+)")
_STATE = re.compile(r"\s*\S+ +(?:Actor|Partner)( +(?:Yes|No)){6} +(?:Fast|Slow) +(?:Active|Passive)")
_PROTOCOL = re.compile(
    r"\s*(?P<name>\S+) +(?P<receive>Current|Expired|Defaulted|Initialize|Port disabled|LACP disabled)"
    r" +(?P<transmit>(?:Fast|Slow) periodic|No periodic) +(?P<mux>[A-Z][A-Za-z]*(?: [a-z]+)?)"
)


@dataclass(slots=True)
class _Lacp(State):
    """Hold the LAG whose members are read."""

    lag: InterfaceName | None = None


def lacp(raw: Raw) -> Rows:
    """Read `show lacp interfaces`: a member works when it collects and distributes."""
    return walk(
        _Lacp(raw=raw),
        _lacp_line,
        headings=r"LACP state: +Role.*|LACP protocol: +Receive State.*",
        opens=r"\s*Aggregated",
        close=_forget_lag,
    )


def _forget_lag(state: _Lacp) -> None:
    state.lag = None


def _lacp_line(state: _Lacp, number: int, line: str) -> bool:
    lag = _LAG.fullmatch(line.strip())
    if lag:
        state.lag = port.interface(lag["lag"])
        return True
    told = _PROTOCOL.fullmatch(line)
    if told and not state.lag:
        raise ValueError("no LAG is named above the port")
    if told and state.lag:
        state.records.append(
            LagMember(
                source=state.raw.at(number),
                lag=state.lag,
                interface=port.bridged(told["name"]),
                active=told["mux"].lower() == "collecting distributing",
                lacp=True,
            )
        )
    return bool(told or _STATE.fullmatch(line))


# --- MC-LAG -----------------------------------------------------------------------------------------

_MEMBER_LINK = re.compile(r"\s*Member Link\s*: (?P<name>\S+)")
_PEER = re.compile(r"\s*Peer Ip/MCP/State\s*: (?P<peer>\S+) (?P<link>\S+) (?P<state>\S+)")
_MC_AE = re.compile(r"\s*(?P<key>[A-Z][A-Za-z' ]*?)\s*: (?P<value>\S.*)")
_MC_AE_DETAILS = frozenset({
    "Current State Machine's State", "Configuration Error Status", "Local Status", "Local State",
    "Peer Status", "Peer State", "Logical Interface", "Topology Type",
})  # fmt: skip


@dataclass(slots=True)
class _McAes(State):
    """Hold the LAG whose lines are read; those of its unit have the same words."""

    last: McAe | None = None
    in_unit: bool = False


def mc_ae(raw: Raw) -> Rows:
    """Read `show interfaces mc-ae`."""
    return walk(
        _McAes(raw=raw),
        _mc_ae_line,
        headings=r"Interface not found",
        opens=r"\s*Member Link",
        close=_close_lag,
    )


def _close_lag(state: _McAes) -> None:
    state.records += [state.last] if state.last else []
    state.last, state.in_unit = None, False


def _mc_ae_line(state: _McAes, number: int, line: str) -> bool:
    start = _MEMBER_LINK.fullmatch(line)
    if start:
        _close_lag(state)
        name, source = port.interface(start["name"]), state.raw.at(number)
        state.last = McAe(source=source, command=state.raw.command, interface=name, state="", role="")
        return True
    last = state.last
    if last is None:
        return False
    peer = _PEER.fullmatch(line)
    if peer:
        state.last = replace(
            last,
            peer=ip_address(peer["peer"]),
            peer_link=port.bridged(peer["link"]),
            peer_up=peer["state"].lower() == "up",
        )
        return True
    told = _MC_AE.fullmatch(line)
    if not told or told["key"] not in _MC_AE_DETAILS:
        return False
    state.in_unit |= told["key"] == "Logical Interface"
    if not state.in_unit and told["key"] == "Local State":
        state.last = replace(last, state=told["value"])
    elif not state.in_unit and told["key"] == "Local Status":
        state.last = replace(last, role=told["value"])
    return True


_ICCP_PEER = re.compile(r"\s*Redundancy Group Information for peer (?P<peer>[0-9a-fA-F.:]+)")
_CONNECTION = re.compile(r"\s*TCP Connection\s*: (?P<state>\S.*)")
_GROUP_STATUS = re.compile(r"\s+(?P<group>\d+)\s+(?P<state>Up|Down)")
_ICCP_DETAILS = (
    r"Liveliness Detection *: .*|Backup liveness.*|Redundancy Group ID +Status|Client Application: .*"
    r"|Redundancy Group IDs Joined: .*|ICCP.*"
)


@dataclass(slots=True)
class _Iccp(State):
    """Hold the peer whose lines are read."""

    peer: Iccp | None = None


def iccp(raw: Raw) -> Rows:
    """Read `show iccp`."""
    return walk(
        _Iccp(raw=raw),
        _iccp_line,
        headings=_ICCP_DETAILS,
        opens=r"\s*Redundancy Group Information",
        close=_close_peer,
    )


def _close_peer(state: _Iccp) -> None:
    state.records += [state.peer] if state.peer else []
    state.peer = None


def _iccp_line(state: _Iccp, number: int, line: str) -> bool:
    start, connection = _ICCP_PEER.fullmatch(line), _CONNECTION.fullmatch(line)
    group = _GROUP_STATUS.fullmatch(line)
    if start:
        _close_peer(state)
        state.peer = Iccp(source=state.raw.at(number), peer=ip_address(start["peer"]), up=False)
    elif connection and state.peer:
        state.peer = replace(state.peer, up=connection["state"].strip().lower() == "established")
    elif group and state.peer:
        state.peer = replace(state.peer, groups=(*state.peer.groups, group["group"]))
    else:
        return False
    return True


# --- VRRP -------------------------------------------------------------------------------------------

_UNIT = re.compile(
    r"Physical interface: (?P<port>[^,]+), Unit: (?P<unit>\d+)(?:, Vlan-id: \d+)?"
    r"(?:, Address: (?P<address>[0-9a-fA-F.:/]+))?"
)
_GROUP = re.compile(r"\s*Interface state: \S+, Group: (?P<group>\d+), State: (?P<state>\w+).*")
_VIP = re.compile(r"\s*Preempt: .*?, VIP: (?P<vips>[0-9a-fA-F.:, ]+)")
_VIRTUAL_MAC = re.compile(r"\s*Virtual Mac: (?P<mac>[0-9a-fA-F:]+)", re.IGNORECASE)
_VRRP_DETAILS = (
    r"Index: .*|Priority: \d+.*|Delegate processing: .*|Advertisement .*|Preferred: .*|Tracking: .*"
    r"|Current priority: .*|Priority hold time.*|Interface tracking: .*|Route tracking: .*|Route +VRF name.*"
    r"|Interface +Int state.*|Virtual router uptime: .*|Master router: .*|Master priority: .*|Dead timer: .*"
    r"|Local address.*|Skew.*|[0-9a-fA-F.:]+/\d+ +\S+ +\S+ +\d+|\S+ +(?:up|down) +\S+ +\d+ +\d+"
    r"|Accept-data mode: .*|VRRP is not running|Hello Interval: .*|.*router uptime: .*"
)


@dataclass(slots=True)
class _Vrrp(State):
    """Hold the unit and the group whose lines are read."""

    interface: InterfaceName | None = None
    line: int = 0
    group: int | None = None
    shown: str = ""
    vips: tuple[Address, ...] = field(default=())
    mac: Mac | None = None


def vrrp(raw: Raw) -> Rows:
    """Read `show vrrp detail`."""
    return walk(
        _Vrrp(raw=raw),
        _vrrp_line,
        headings=_VRRP_DETAILS,
        opens=r"Physical interface:|\s*Interface state:",
        close=_forget_unit,
    )


def _forget_unit(state: _Vrrp) -> None:
    _close(state)
    state.interface = None


def _vrrp_line(state: _Vrrp, number: int, line: str) -> bool:
    unit, group = _UNIT.fullmatch(line.strip()), _GROUP.fullmatch(line)
    if unit or group:
        _close(state)
    if unit:
        state.interface = port.interface(f"{unit['port']}.{unit['unit']}")
    elif group:
        state.line, state.group, state.shown = number, int(group["group"]), group["state"].lower()
    elif vip := _VIP.fullmatch(line):
        state.vips = tuple(ip_address(text) for text in re.split(r"[, ]+", vip["vips"].strip()) if text)
    elif mac := _VIRTUAL_MAC.fullmatch(line):
        state.mac = names.mac(mac["mac"])
    else:
        return False
    return True


def _close(state: _Vrrp) -> None:
    """Make the record of a group whose lines have all been read."""
    if state.group is not None and state.interface:
        state.records.append(
            Gateway(
                source=state.raw.at(state.line),
                interface=state.interface,
                protocol="vrrp",
                addresses=state.vips,
                mac=state.mac,
                group=state.group,
                state=state.shown,
            )
        )
    state.group, state.vips, state.mac = None, (), None
