"""Read what FRR tells on a Cumulus switch by `vtysh`.

Comes in: `show evpn vni detail json`, and the pair `show int vrf all; ip -d address show` that SuzieQ sends
in one line. Goes out: `OverlayPeer` and `Vni` records, and what the second half, iproute2's, gives.
Left out on purpose: what FRR says of interfaces, which iproute2 says as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from vlan2l3.names import vlan_id
from vlan2l3.parse.quirks.cumulus import kernel
from vlan2l3.parse.quirks.linux.rows import Ledger, excerpt, lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import OverlayPeer, Record, Source, Vni
from vlan2l3.parse.row import Row

_IPROUTE = re.compile(r"^1: ", re.MULTILINE)
_OF_FRR = re.compile(
    r"Interface \S+ is (?:up|down|administratively down)(?:, line protocol is \S+)?(?: \(.*\))?"
    r"|\s+(?:Link ups|Link downs|PTM status|vrf|VRF|index|flags|Type|HWaddr|Description|bandwidth|inet6?"
    r"|protodown|Interface Type|Interface Slave Type|Bridge VLAN-aware|VLAN Id|VxLAN Id|Master|Parent|Link"
    r"|ND|Neighbor address|Hosts use|pseudo interface|broadcast|GRE|EVPN-MH|Ignore all)\b.*"
)
_SVI = re.compile(r"vlan(?P<vlan>[0-9]{1,4})")


def read_interfaces(raw: Raw) -> Rows:
    """Read the pair of answers: FRR's up to the first interface of iproute2."""
    start = _IPROUTE.search(raw.text)
    cut = start.start() if start else len(raw.text)
    before = raw.text[:cut].count("\n")
    rows = kernel.read_addresses_text(replace(raw, text="\n" * before + raw.text[cut:]))
    strays = tuple(
        raw.unparsed(line, "not a line of `show interface`", line=at)
        for at, line in lines(raw.text[:cut])
        if not _OF_FRR.fullmatch(line.rstrip())
    )
    return replace(rows, unparsed=(*strays, *rows.unparsed), expected=rows.expected + len(strays))


def read_vnis(raw: Raw) -> Rows:
    """Read `show evpn vni detail json` of older FRR: an object a VNI, and an empty one at the end."""
    ledger = Ledger(raw=raw)
    expected = 0
    for at, item in _objects(ledger):
        expected += 1
        try:
            ledger.accept(_vni(item, raw.at(at)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            ledger.refuse(excerpt(item), f"not a VNI: {error}", line=at)
    return ledger.close(expected + bool(not expected and ledger.unparsed))


def vni(row: Row) -> Iterator[Record]:
    """Read one VNI of the list that newer FRR prints."""
    if row.data:
        yield from _vni(row.data, row.source)


def _objects(ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give every object of a text that holds several, with its line."""
    text, at = ledger.raw.text, 0
    decoder = json.JSONDecoder()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        line = text.count("\n", 0, at) + 1
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            ledger.refuse(text[at : at + 200], f"not JSON: {error}", line=line)
            return
        if found != {}:
            yield line, found


def _vni(item: dict[str, Any], source: Source) -> Iterator[Record]:
    """Give the far ends of one VNI, and its VLAN where it is named."""
    number = int(item["vni"])
    svi = _SVI.fullmatch(str(item.get("sviIntf", "")))
    vlan = item.get("vlan") or (svi["vlan"] if svi else 0)
    if vlan:
        yield Vni(vlan=vlan_id(vlan), vni=number, source=source)
    remote = item.get("numRemoteVteps", [])
    for each in remote if isinstance(remote, list) else ():
        yield OverlayPeer(address=ip_address(each["ip"] if isinstance(each, dict) else each), source=source)
