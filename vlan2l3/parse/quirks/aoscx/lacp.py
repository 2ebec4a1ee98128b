"""Read `show lacp interfaces` of AOS-CX.

Comes in: the text, a table of this switch's end and one of the partner's. Goes out: members of LAGs with
their partner, and the LAGs that both VSX switches share, which are marked `(mc)`. A member works when it
collects and distributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3 import names
from vlan2l3.names import Mac
from vlan2l3.parse import tables
from vlan2l3.parse.quirks.aoscx.ports import name
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import LagMember, MlagPort, Record

_SECTION = re.compile(r"(?P<whose>Actor|Partner) details of all interfaces:?")
_ROW = re.compile(
    r"(?P<port>\d+/\d+/\d+(?::\d+)?)\s*(?P<lag>lag\d+)(?P<shared>\(mc\))?(?:\s+\d+\s+\d+)?\s+"
    r"(?P<state>[APSLNOCDXEFI]+)\s+(?P<system>[0-9a-fA-F:]{17})\s+\d+\s+\d+(?:\s+(?P<forwarding>[a-z-]+))?"
)
_EMPTY = re.compile(
    r"(?P<port>\d+/\d+/\d+(?::\d+)?)\s*(?P<lag>lag\d+)(?P<shared>\(mc\))?(?:\s+[a-z][a-z- ]*)?"
)
_LOOKS = re.compile(r"\d+/\d+/\d")
_HEADINGS = re.compile(
    r"State abbreviations ?:|[A-Z] - .*|-+|Intf\s+Aggr.*|(?i:Name\s+Id\s+Pri.*)|(?i:name\s+port-id\s.*)"
    r"|\S+[#>].*|show .*"
)
_NOBODY = "00:00:00:00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    whose: str
    match: re.Match[str]


def interfaces(raw: Raw) -> Rows:
    """Read both tables, and join them by port."""
    rows: list[_Row] = []
    unparsed: list[Unparsed] = []
    expected = 0
    whose = ""
    for number, text in enumerate(raw.text.splitlines(), start=1):
        line = text.strip()
        section, row = _SECTION.fullmatch(line), _ROW.fullmatch(line) or _EMPTY.fullmatch(line)
        expected += bool(_LOOKS.match(line))
        if section:
            whose = section["whose"]
        elif row and whose:
            rows.append(_Row(line=number, whose=whose, match=row))
        elif line and not _HEADINGS.fullmatch(line):
            expected += not _LOOKS.match(line)
            unparsed.append(raw.unparsed(line, "not a line of `show lacp interfaces`", line=number))
    records: list[Record] = []
    try:
        partners = dict(_partners(rows))
        records += _records(raw, rows, partners)
    except tables.MISFITS as error:
        expected += 1
        unparsed.append(raw.unparsed("LACP", tables.reason(error), line=1))
    lost = len(unparsed)
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=expected - lost)


def _partners(rows: list[_Row]) -> Iterator[tuple[str, Mac]]:
    for row in rows:
        system = row.match.groupdict().get("system")
        if row.whose == "Partner" and system and system != _NOBODY:
            yield row.match["port"], names.mac(system)


def _records(raw: Raw, rows: list[_Row], partners: dict[str, Mac]) -> Iterator[Record]:
    shared: dict[str, int] = {}
    for row in rows:
        if row.whose != "Actor":
            continue
        lag, state = name(row.match["lag"]), row.match.groupdict().get("state") or ""
        if row.match["shared"]:
            shared.setdefault(lag, row.line)
        yield LagMember(
            source=raw.at(row.line),
            lag=lag,
            interface=name(row.match["port"]),
            active="C" in state and "D" in state,
            lacp=True,
            partner=partners.get(row.match["port"]),
        )
    for text, line in shared.items():
        number = text.removeprefix("lag")
        yield MlagPort(source=raw.at(line), number=number, interface=name(text), state="")
