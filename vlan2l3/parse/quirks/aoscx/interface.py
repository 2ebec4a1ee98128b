"""Read the text of AOS-CX's `show interface` and `show interface mgmt`.

Comes in: the text, a block an interface. Goes out: ports, their addresses, what they bridge, and the members
of LAGs. Counters and physical details are known by their words and left out; a line that is none of these is
reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import tables
from vlan2l3.parse.quirks.aoscx.ports import name, sort_of
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Gateway, LagMember, Port, PortAddress, Record, Source, Switchport

_OPENS = re.compile(r"(?:Interface|Aggregate) (?P<name>\S+) is (?P<state>up|down)\s*(?:\((?P<why>.*)\))?\s*")
_LOOKS = re.compile(r"(?:Interface|Aggregate) \S+ is ")
_TOLD = (
    re.compile(r"Admin state is (?P<admin>up|down)"),
    re.compile(r"Description ?:(?P<description>.*)"),
    re.compile(r"(?:Hardware: [A-Za-z]+, )?MAC Address *: ?(?P<mac>\S+)"),
    re.compile(r"MTU (?P<mtu>\d+)"),
    re.compile(r"VRF name is (?P<vrf>\S+)"),
    re.compile(r"VLAN Mode: (?P<mode>\S+)"),
    re.compile(r"Access VLAN: (?P<access>\d+)"),
    re.compile(r"Native VLAN: (?P<native>\d+)"),
    re.compile(r"Allowed VLAN List: (?P<allowed>[\d,-]+|all)"),
    re.compile(r"Aggregated-interfaces *:(?P<members>.*)"),
    re.compile(r"Aggregate mode *: (?P<lacp>active|passive|static|off|disabled)"),
)
_ADDRESS = re.compile(r"IPv[46] address (?P<address>[0-9a-fA-F.:]+/\d+)(?P<secondary> secondary)?(?: .*)?")
_GATEWAY = re.compile(r"active-gateway (?P<family>ip|ipv6) (?:mac (?P<mac>\S+)|(?P<address>[0-9a-fA-F.:]+))")
_OTHERS = re.compile(
    r"(?:State information|Link state|Link transitions|Persona|Flow-control|Error-control|MDI mode"
    r"|Leader-follower mode|L3 Counters|Rate collection interval|Aggregation-key|Subinterface count)\b ?.*"
    r"|Type .*|(?:Full|Half)-duplex|qos (?:trust|queue-profile|schedule-profile) .*|rate-limit .*"
    r"|Speed +:? ?\d+ .*|Auto-negotiation is .*|Energy-Efficient Ethernet is .*|(?:Rx|Tx|RX|TX)|[-= ]+"
    r"|Rate +RX +TX .*|Statistic +RX +TX .*|active-gateway L3 source mac \S+"
)
_COUNTERS = re.compile(
    r"(?:Mbits / sec|KPkts / sec|Unicast|Multicast|Broadcast|Utilization(?: %)?|Packets|Bytes|Jumbos|Dropped"
    r"|Filtered|Pause Frames|Errors|CRC/FCS|Collision|Runts|Giants)(?: +(?:[\d.]+|n/a)){3}"
    r"|\d+ +(?:total packets|unicast packets|multicast packets|broadcast packets|errors|CRC/FCS|collision"
    r"|input packets|input error|bytes|dropped)(?: +\d+ (?:total bytes|dropped))?"
)
_PROMPT = re.compile(r"\S+[#>].*|show .*")
_MODES = {"access": "access", "native-untagged": "trunk", "native-tagged": "trunk"}
_MGMT = re.compile(r"\s*(?P<key>[A-Z][A-Za-z0-9 /-]+?) *: *(?P<value>.*)")


@dataclass(slots=True, kw_only=True)
class _Open:
    line: int
    text: str
    name: str
    up: bool
    told: dict[str, str] = field(default_factory=dict)
    addresses: list[tuple[int, str, bool]] = field(default_factory=list)
    gateways: list[tuple[int, str, str]] = field(default_factory=list)
    gateway_macs: dict[str, Mac] = field(default_factory=dict)


def interfaces(raw: Raw) -> Rows:
    """Read every interface; rows are the lines that open one, and the lines that nobody knows."""
    opened: list[_Open] = []
    unparsed: list[Unparsed] = []
    records: list[Record] = []
    expected = 0
    for number, text in enumerate(raw.text.splitlines(), start=1):
        line = text.strip()
        if not line or _PROMPT.fullmatch(line):
            continue
        looks = bool(_LOOKS.match(line))
        expected += looks
        match = _OPENS.fullmatch(line)
        if match:
            opened.append(_Open(line=number, text=line, name=match["name"], up=match["state"] == "up"))
        elif looks or not (opened and _tell(opened[-1], number, line)):
            expected += not looks
            unparsed.append(raw.unparsed(line, "not a line of `show interface`", line=number))
    for each in opened:
        try:
            records.extend(_records(raw, each))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(each.text, tables.reason(error), line=each.line))
    lost = len(unparsed)
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=expected - lost)


def _tell(opened: _Open, number: int, line: str) -> bool:
    address = _ADDRESS.fullmatch(line)
    if address:
        opened.addresses.append((number, address["address"], bool(address["secondary"])))
        return True
    gateway = _GATEWAY.fullmatch(line)
    if gateway and gateway["mac"]:
        opened.gateway_macs[gateway["family"]] = names.mac(gateway["mac"])
    elif gateway:
        opened.gateways.append((number, gateway["family"], gateway["address"]))
    if gateway:
        return True
    for rule in _TOLD:
        match = rule.fullmatch(line)
        if match:
            opened.told |= match.groupdict()
            return True
    return bool(_OTHERS.fullmatch(line) or _COUNTERS.fullmatch(line))


def _records(raw: Raw, opened: _Open) -> Iterator[Record]:
    port, told, source = name(opened.name), opened.told, raw.at(opened.line)
    vlan = re.fullmatch(r"vlan(\d+)", port)
    sort = sort_of(port)
    mode = told.get("mode", "")
    yield Port(
        source=source,
        name=port,
        sort=sort,
        enabled={"up": True, "down": False}.get(told.get("admin", "")),
        up=opened.up,
        mac=names.mac(told["mac"]) if "mac" in told else None,
        mtu=int(told["mtu"]) if "mtu" in told else None,
        description=told.get("description", "").strip(),
        parent=name(port.partition(".")[0]) if sort == "vlan" else None,
        vlan=names.vlan_id(vlan[1]) if vlan else None,
        routed=True if vlan or opened.addresses else False if mode else None,
    )
    if mode:
        yield _switchport(source, port, mode, told)
    for line, address, secondary in opened.addresses:
        yield PortAddress(
            source=raw.at(line),
            interface=port,
            address=ip_interface(address),
            vrf=told.get("vrf", "default"),
            secondary=secondary,
        )
    yield from _gateways(raw, opened, port)
    for member in told.get("members", "").split():
        yield LagMember(
            source=source,
            lag=port,
            interface=name(member),
            active=False,  # whether it forwards is in `show lacp interfaces`
            lacp=told.get("lacp") in ("active", "passive"),
        )


def _gateways(raw: Raw, opened: _Open, port: InterfaceName) -> Iterator[Record]:
    for line, family, shared in opened.gateways:
        yield Gateway(
            source=raw.at(line),
            interface=port,
            protocol="varp",
            addresses=(ip_address(shared),),
            mac=opened.gateway_macs.get(family),
        )


def _switchport(source: Source, port: InterfaceName, mode: str, told: dict[str, str]) -> Switchport:
    if mode not in _MODES:
        raise ValueError(f"the VLAN mode {mode!r} is not known")
    if _MODES[mode] == "access":
        access = names.vlan_id(told["access"])
        return Switchport(source=source, interface=port, mode="access", untagged=access)
    allowed, native = names.vlan_ranges(told["allowed"]), names.vlan_id(told["native"])
    untagged = native if mode == "native-untagged" and native in allowed else None
    return Switchport(
        source=source, interface=port, mode="trunk", untagged=untagged, tagged=allowed - {untagged}
    )


def management(raw: Raw) -> Rows:
    """Read the management port, a `name : value` a line."""
    told: dict[str, str] = {}
    unparsed: list[Unparsed] = []
    lines = 0
    for number, line in enumerate(raw.text.splitlines(), start=1):
        if not line.strip() or _PROMPT.fullmatch(line.strip()):
            continue
        lines += 1
        match = _MGMT.fullmatch(line)
        if match:
            told[match["key"].lower()] = match["value"].strip()
        else:
            unparsed.append(raw.unparsed(line, "not a line of `show interface mgmt`", line=number))
    records = tuple(_management(raw, told))
    return Rows(records=records, unparsed=tuple(unparsed), expected=lines, parsed=lines - len(unparsed))


def _management(raw: Raw, told: dict[str, str]) -> Iterator[Record]:
    port, source = name("mgmt"), raw.at(1)
    hardware = told["mac address"]
    yield Port(
        source=source,
        name=port,
        sort="management",
        enabled=told["admin state"] == "up",
        up=told["link state"] == "up",
        mac=names.mac(hardware) if hardware else None,
        routed=True,
    )
    for key in ("ipv4 address/subnet-mask", "ipv6 address/prefix"):
        if told.get(key):
            yield PortAddress(source=source, interface=port, address=ip_interface(told[key]), vrf="mgmt")
