"""Read how full the tables of an IOS switch are.

Comes in: the text of `show mac address-table count` and `show sdm prefer`. Goes out: `Capacity` records.
"""

from __future__ import annotations

import re

from vlan2l3.parse import text
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Capacity
from vlan2l3.parse.row import Row

_COUNTS = (
    ("used", re.compile(r"Total MAC Address(?:es)? In Use *: *(\d+)", re.IGNORECASE)),
    ("free", re.compile(r"Total Mac Address Space Available *: *(\d+)", re.IGNORECASE)),
    ("limit", re.compile(r"Total MAC Addresses Available *: *(\d+)", re.IGNORECASE)),
    ("vlan", re.compile(r"Total (?:Dynamic |Static |Unicast )?MAC Addresses *: *(\d+)", re.IGNORECASE)),
)
_TABLES = {
    "unicast mac addresses": "mac",
    "directly connected ipv4 hosts": "host-ipv4",
    "directly connected ipv6 addresses": "host-ipv6",
    "indirect ipv4 routes": "lpm-ipv4",
    "indirect ipv6 unicast routes": "lpm-ipv6",
}


def mac_count(raw: Raw) -> Rows:
    """Read `show mac address-table count`.

    Catalyst counts the space that is left (`Space Available`), 6500 the whole table (`Addresses Available`).
    Where only VLANs are counted, the entries in use are their sum.
    """
    found: dict[str, list[int]] = {}
    unparsed = []
    is_heading = shape.headings(raw)
    for line in text.lines(raw.text):
        hits = ((name, rule.fullmatch(line.text.strip())) for name, rule in _COUNTS)
        said = next(((name, int(hit[1])) for name, hit in hits if hit), None)
        if said:
            found.setdefault(said[0], []).append(said[1])
        elif not is_heading(line.text):
            unparsed.append(raw.unparsed(line.text, "no count is written so", line=line.number))
    counted = found.get("used", found.get("vlan"))
    used = sum(counted) if counted is not None else None
    limit = found["limit"][-1] if "limit" in found else None
    if "free" in found and used is not None:
        limit = used + found["free"][-1]
    records = (Capacity(source=raw.at(1), table="mac", used=used, limit=limit),) if found else ()
    expected = len(records) + len(unparsed)
    return Rows(records=records, unparsed=tuple(unparsed), expected=expected, parsed=len(records))


def sdm(row: Row) -> tuple[Capacity, ...]:
    """Read one line of `show sdm prefer`: `number of unicast mac addresses: 8K`, and 9000s' plain numbers."""
    said = row.text("name").lower().removeprefix("number of ").strip("* ").replace("-", " ")
    digits = row.text("limit")
    limit = float(digits.removesuffix("K")) * (1024 if digits.endswith("K") else 1)
    return (Capacity(source=row.source, table=_TABLES.get(said, said), limit=int(limit)),)
