"""Read `mclagdctl dump state` of SONiC.

Comes in: the text, a `name: value` a line. Goes out: the domain, and the LAGs that both switches share: a LAG
has the same name on both, so that the name is its number. No real answer was seen; the shape is that of
iccpd's source. Without a domain iccpd prints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse import tables
from vlan2l3.parse.quirks.sonic.rows import interface
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import MlagDomain, MlagPort, Record, Source

_LINE = re.compile(r"\s*(?P<name>[A-Za-z][A-Za-z' ]*?)\s*:\s*(?P<value>.*)")
_FIRST = "The MCLAG's keepalive is"
_KNOWN = frozenset(
    {
        _FIRST,
        "MCLAG info sync is",
        "Domain id",
        "MCLAG session Channel",
        "VRF Name",
        "consistency Check Action",
        "Local Ip",
        "Peer Ip",
        "Peer Link Interface",
        "Keepalive time",
        "sesssion Timeout",
        "Peer Link Mac",
        "MCLAG System MAC",
        "Gateway Mac",
        "Admin Role",
        "Role",
        "MCLAG Interface",
        "Loglevel",
    }
)


def state(raw: Raw) -> Rows:
    """Read every domain."""
    domains: list[tuple[int, dict[str, str]]] = []
    unparsed: list[Unparsed] = []
    for number, line in enumerate(raw.text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        known = match is not None and match["name"] in _KNOWN
        if match and match["name"] == _FIRST:
            domains.append((number, {}))
        if match and known and domains:
            domains[-1][1][match["name"]] = match["value"].strip()
        else:
            unparsed.append(raw.unparsed(line, "not a line of `dump state`", line=number))
    records: list[Record] = []
    for number, values in domains:
        try:
            records += _records(raw.at(number), values)
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(_FIRST, tables.reason(error), line=number))
    lines = sum(1 for line in raw.text.splitlines() if line.strip())
    return Rows(
        records=tuple(records), unparsed=tuple(unparsed), expected=lines, parsed=lines - len(unparsed)
    )


def _records(source: Source, values: Mapping[str, str]) -> Iterator[Record]:
    system = values.get("MCLAG System MAC", "")
    yield MlagDomain(
        source=source,
        domain=values["Domain id"],
        active=values[_FIRST] == "OK" and values.get("MCLAG info sync is", "completed") == "completed",
        role=values["Role"].lower(),
        peer_link=interface(values["Peer Link Interface"]),
        peer_address=ip_address(values["Peer Ip"]),
        system=names.mac(system) if system else None,
    )
    for lag in filter(None, (part.strip() for part in values.get("MCLAG Interface", "").split(","))):
        name = interface(lag)
        yield MlagPort(source=source, number=name, interface=name, state="")
