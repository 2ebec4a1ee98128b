"""Read the text of OS10's `show interface`.

Comes in: the text, a block an interface. Goes out: ports and their addresses. Counters, optics and timers are
known by their words and left out; a line that is none of these is reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_interface

from vlan2l3 import names
from vlan2l3.parse import convert, tables
from vlan2l3.parse.quirks.os10.ports import sort_of
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Port, PortAddress, Record

_OPENS = re.compile(
    r"(?P<name>[A-Z][A-Za-z-]+ ?[\d/:]+) is (?P<admin>up|down|admin(?:istratively)? down), "
    r"line protocol is (?P<oper>up|down)(?: ?\(.*\))?"
)
_LOOKS = re.compile(r"\S.* is .*line protocol is ")
_TOLD = re.compile(
    r"Description: (?P<description>.*)"
    r"|Hardware is Eth, address is (?P<burned>[0-9a-fA-F:]{17})"
    r"|Address is (?P<own>[0-9a-fA-F:]{17}), Current address is (?P<now>[0-9a-fA-F:]{17})"
    r"|Current address is (?P<current>[0-9a-fA-F:]{17})"
    r"|Internet address is (?P<address>\d[\d./]+)"
    r"|MTU (?P<mtu>\d+) bytes(?:, IP MTU \d+ bytes)?"
)
_OTHERS = re.compile(
    r"(?:Pluggable media |Wavelength is |Configured media fec |Interface index is |Mode of IPv4 Address "
    r"|Interface IPv6 oper status|IP Unreachables status|LineSpeed |Configured FEC is |Flowcontrol rx "
    r"|ARP type: |Tag Protocol IDentifier|Last clearing of |Queuing strategy: |Input statistics:"
    r"|Output statistics:|Rate Info\(interval |Time since last interface status change"
    r"|Link local IPv6 address: |Mac Learning is |Minimum number of links |Maximum active members "
    r"|Members in this channel:|Hardware is (?!Eth,)|Virtual-IP |Internet address is not set)"
)
_COUNTERS = re.compile(
    r"(?:(?:Input|Output|Received)?\s*[\d.e+]+ .*(?:packets|octets|pkts|casts|runts|giants|CRC|throttles"
    r"|bytes|errors|Collisions|discarded|line rate)\b.*)|Output \d+ errors, .*"
)
_PROMPT = re.compile(r"\S+[#>].*|!.*")


@dataclass(slots=True, kw_only=True)
class _Open:
    line: int
    text: str
    name: str
    admin: str
    up: bool
    told: dict[str, str] = field(default_factory=dict)


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
            opened.append(
                _Open(
                    line=number,
                    text=line,
                    name=match["name"],
                    admin=match["admin"],
                    up=match["oper"] == "up",
                )
            )
        elif looks or not (opened and _tell(opened[-1], line)):
            expected += not looks
            unparsed.append(raw.unparsed(line, "not a line of `show interface`", line=number))
    for each in opened:
        try:
            records.extend(_records(raw, each))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(each.text, tables.reason(error), line=each.line))
    lost = len(unparsed)
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=expected - lost)


def _tell(opened: _Open, line: str) -> bool:
    match = _TOLD.fullmatch(line)
    if match:
        opened.told |= {name: value for name, value in match.groupdict().items() if value is not None}
    return bool(match or _OTHERS.match(line) or _COUNTERS.fullmatch(line))


def _records(raw: Raw, opened: _Open) -> Iterator[Record]:
    name = convert.interface("os10", opened.name)
    told, source = opened.told, raw.at(opened.line)
    burned = told.get("burned") or told.get("own")
    current = told.get("current") or told.get("now") or burned
    vlan = re.fullmatch(r"vlan(\d+)", name)
    address = told.get("address")
    yield Port(
        source=source,
        name=name,
        sort=sort_of(name),
        enabled=False if "admin" in opened.admin else True if opened.admin == "up" else None,
        up=opened.up,
        mac=names.mac(current) if current else None,
        hardware=names.mac(burned) if burned and burned != current else None,
        mtu=int(told["mtu"]) if "mtu" in told else None,
        description=told.get("description", ""),
        vlan=names.vlan_id(vlan[1]) if vlan else None,
        routed=True if vlan or address else None,
    )
    if address:
        yield PortAddress(source=source, interface=name, address=ip_interface(address))
