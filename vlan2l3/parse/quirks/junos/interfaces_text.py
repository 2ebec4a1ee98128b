"""Read `show interfaces` of Junos as text.

Comes in: the text. Goes out: what the JSON form of the same answer gives: the lines of an interface are
brought into the shape of a JSON row, which one reader reads then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from vlan2l3.parse.quirks.junos.interfaces import interface
from vlan2l3.parse.quirks.junos.lines import State, walk
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.row import Row

_PORT = re.compile(
    r"Physical interface: (?P<name>[^,\s]+),? (?P<admin>Enabled|Administratively down),? Physical link is "
    r"(?P<state>Up|Down)"
)
_UNIT = re.compile(r"\s*Logical interface (?P<name>\S+) \(Index \d+\)(?: \(SNMP ifIndex \d+\))?.*")
_FAMILY = re.compile(r"\s*Protocol (?P<name>[a-z0-9-]+)(?:, .*)?")
_ADDRESS = re.compile(
    r"\s*(?:Destination: (?P<destination>[^,\s]+), )?Local: (?P<local>[0-9a-fA-F.:]+)(?:, Broadcast: \S+)?"
)
_FLAGS = re.compile(r"\s*Addresses, Flags: (?P<flags>.*)")
_BUNDLE = re.compile(r".*AE bundle: (?P<bundle>[a-z]+\d+\.\d+)")
# What stands after a label, in any line of a port or a unit.
_VALUES = {
    "snmp-index": re.compile(r"SNMP ifIndex: (\d+)"),
    "mtu": re.compile(r"MTU: (\d+|Unlimited)"),
    "current-physical-address": re.compile(r"Current address: ([0-9a-fA-F:]{17})"),
    "hardware-physical-address": re.compile(r"Hardware address: ([0-9a-fA-F:]{17})"),
    "description": re.compile(r"\s*Description: (.*)"),
    "logical-interface-mac": re.compile(r"\s*MAC: ([0-9a-fA-F:]{17})"),
    "link-address": re.compile(r"VLAN-Tag (\[ *0x[0-9a-fA-F]{4}\.\d+ *\])"),
    "encapsulation": re.compile(r"Encapsulation: (\S+)"),
}
_BRIDGE = re.compile(r"Bridging Domain: (\S+)")
_LABELS = (
    "Interface index", "Link-level type", "Type", "Device [Ff]lags", "Interface flags", "Link [Ff]lags",
    "Link-mode", "Link-type", "Link type", "Physical info", "CoS queues", "Schedulers", "Last flapped",
    "Input rate", "Output rate", "Active alarms", "Active defects", "Interface transmit statistics",
    "Pad to minimum frame size", "Flow control", "Auto-negotiation", "MAC-REWRITE Error", "Loopback",
    "Source filtering", "Minimum links needed", "Minimum bandwidth needed", "Media type", "Security",
    "Security: Zone", "Bandwidth", "Input packets", "Output packets", "Input bytes", "Output bytes", "Flags",
    "INET6 Address Flags", "Max nh cache", "Addresses, Flags", "Statistics", "Bundle", "Link", "Input",
    "Output", "Keepalive settings", "Keepalive", "LCP state", "NCP state", "Ethernet FEC Mode",
    "Damping", "LACP info", "LACP Statistics", "Marker Statistics", "Preferred source address",
    "Allowed host-inbound traffic", "Generation", "Carrier transitions", "Traffic statistics",
    "Speed Configuration", "Remote fault", "Clocking", "Unit hold-times", "EVPN multi-homed status",
)  # fmt: skip
_HEADINGS = (
    rf"(?:{'|'.join(_LABELS)}) *:.*|PCS statistics +Seconds|Bit errors +\d+|Errored blocks +\d+"
    r"|Ethernet FEC statistics +Errors|FEC (?:Corrected|Uncorrected) Errors.* +\d+|Statistics +Packets.*"
    r"|Adaptive (?:Statistics|Adjusts|Scans|Updates).*"
)


@dataclass(slots=True)
class _Text(State):
    """Gather the port whose lines are read, in the shape of a JSON row."""

    line: int = 0
    port: dict[str, Any] = field(default_factory=dict)
    unit: dict[str, Any] = field(default_factory=dict)
    family: dict[str, Any] = field(default_factory=dict)
    flags: str = ""


def text(raw: Raw) -> Rows:
    """Read the text; an answer about one unit holds no port around it."""
    return walk(
        _Text(raw=raw),
        _line,
        headings=_HEADINGS,
        opens=r"Physical interface|\s*Logical interface",
        close=_close,
    )


def _line(state: _Text, number: int, line: str) -> bool:
    port, unit, family = _PORT.fullmatch(line.strip()), _UNIT.fullmatch(line), _FAMILY.fullmatch(line)
    if port:
        _close(state)
        state.line = number
        state.port = {
            "name": port["name"],
            "admin-status": "up" if port["admin"] == "Enabled" else "down",
            "oper-status": port["state"].lower(),
            "logical-interface": [],
        }
    elif unit:
        if not state.port:
            state.line = number
            state.port = {"name": unit["name"].partition(".")[0], "logical-interface": []}
        state.unit, state.family = {"name": unit["name"], "address-family": []}, {}
        state.port["logical-interface"].append(state.unit)
    elif family and state.unit:
        state.family = {"address-family-name": family["name"], "interface-address": []}
        _values(state.family, line)
        bundle = _BUNDLE.match(line)
        if bundle:
            state.family["ae-bundle-name"] = bundle["bundle"]
        state.unit["address-family"].append(state.family)
    else:
        return _detail(state, line)
    return True


def _detail(state: _Text, line: str) -> bool:
    """Take a line inside of a port, a unit or a family."""
    if not state.port:
        return False
    if state.family:
        return _address(state, line)
    if not state.unit:
        return _values(state.port, line)
    flags = re.fullmatch(r"\s*Flags: (Up|Down|Hardware-Down|Device-Down)\b.*", line)
    if flags:
        state.unit["if-config-flags"] = [{f"iff-{flags[1].lower()}": None}]
    bridge = _BRIDGE.search(line)
    if bridge:
        state.unit["irb-domain"] = [{"irb-bridge": bridge[1]}]
    return _values(state.unit, line) or bool(flags or bridge)


def _address(state: _Text, line: str) -> bool:
    flags, address = _FLAGS.fullmatch(line), _ADDRESS.fullmatch(line)
    if flags:
        state.flags = flags["flags"]
    elif address:
        primary = [{"ifaf-current-primary": None}] if "Is-Primary" in state.flags else [{}]
        state.family["interface-address"].append(
            {
                "ifa-local": address["local"],
                "ifa-destination": address["destination"] or "",
                "ifa-flags": primary,
            }
        )
    elif re.match(r"\s*(?:Destination|Local): ", line):
        raise ValueError("no address is understood in the line")
    return bool(flags or address)


def _values(into: dict[str, Any], line: str) -> bool:
    found = {key: match[1].strip() for key, rule in _VALUES.items() if (match := rule.search(line))}
    into.update(found)
    return bool(found)


def _close(state: _Text) -> None:
    """Read the port whose lines have all been gathered."""
    if state.port:
        row = Row(raw=state.raw, source=state.raw.at(state.line), data=state.port, bound={})
        try:
            found = list(interface(row))
            around = "admin-status" in state.port  # else the answer is about a unit alone
            state.records += found if around else found[1:]
        except (ValueError, KeyError) as error:
            state.unparsed.append(state.raw.unparsed(str(state.port["name"]), str(error), line=state.line))
    state.port, state.unit, state.family = {}, {}, {}
