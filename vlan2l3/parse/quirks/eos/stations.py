"""Read what EOS says of stations and neighbours: MAC, ARP, ND and LLDP, in JSON and in text.

Comes in: rows and whole answers. Goes out: MAC entries, neighbours and LLDP neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.switchports import OWN, PEER
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import LldpNeighbor, MacEntry, Neighbor, Record
from vlan2l3.parse.row import Row

_ORIGINS = {"dynamic": "learned", "static": "static", "peerdynamic": "peer", "peerstatic": "peer"}
_UNKNOWN = frozenset({"", "None", "0000.0000.0000", "00:00:00:00:00:00"})
_AGE = r"(?:\S+|\d+ days?,? \S+)"
_NEIGHBORS = blocks.Form(
    above=r"VRF: (?P<vrf>\S+)",
    opens=rf"(?P<address>\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:.]+(?:%\S+)?) +{_AGE} +"
    r"(?P<hwAddress>[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}|None|incomplete) +"
    r"(?:(?P<state>[A-Z]{4,}) +)?(?P<interface>[A-Z]\S*(?:, (?:\S+|not learned))?)",
    noise=(r"Address +Age \((?:min|sec)\) +Hardware Addr +Interface", r"IPv6 Address +Age .*Interface"),
)
_LLDP = blocks.Form(
    above=r"Interface (?P<name>\S+) detected (?P<count>\d+) LLDP neighbors:?",
    opens=r"Neighbor \S.*, age \d+ .*",
    tells={
        "chassis": r"Chassis ID *: (?P<v>.*)",
        "port": r"Port ID *: ?(?P<v>.*)",
        "system": r"- System Name: ?(?P<v>.*)",
        "description": r"- System Description: ?(?P<v>(?s:.*))",
        "port_description": r"- Port Description: ?(?P<v>(?s:.*))",
    },
    noise=(
        r"Discovered .* ago; Last changed .* ago",
        r"- (?:Chassis|Port) ID type: .*",
        r"- Time To Live: .*",
        r"(?:- System|Enabled) Capabilities ?: ?.*",
        r"(?:- )?Management Address(?: Subtype)? *: ?.*",
        r"Interface Number(?: Subtype)? *: ?.*",
        r"OID String *: ?.*",
        r"- IEEE802\.[13].*",
        r"(?:Link Aggregation Status|Auto-negotiation|(?:Advertised|Operational) .*|PMD .*) *: ?.*",
        r"VLAN(?: ID| Name| \d+)? *: ?.*",
        r"[0-9a-f]{2}(?: [0-9a-f]{2})*",
        r"\w+BASE-\w+ \((?:half|full)-duplex(?: mode)?\)",
        r"- (?:LLDP-MED|Unknown|Organizationally|TIA|PROFINET|DCBX).*",
        r"(?:Supported|Device Type|(?:Hardware|Firmware|Software) Revision|Serial Number) *: ?.*",
        r"(?:Manufacturer Name|Model Name|Asset ID|Capabilities|Application|Class) *: ?.*",
        r"(?:Power|PSE|PD|MDI) [A-Za-z ]+: ?.*",
    ),
)


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of either form; a row on the processor is the switch's own."""
    port = row.name(row.text("interface"))
    kind = row.text("entryType").lower()
    origin = _ORIGINS.get(kind)
    if origin is None:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    if port in OWN:
        origin = "self"
    elif port.startswith(PEER):
        origin = "peer"
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(row.must("vlanId")),
        mac=names.mac(row.must("macAddress")),
        interface=port,
        origin=origin,
        moves=int(row.get("moves") or 0),
    )


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; `interface` is `Vlan10, Port-Channel3`: the SVI and, if known, the port."""
    routed, _, port = row.text("interface").partition(",")
    hardware = row.text("hwAddress")
    known = hardware not in _UNKNOWN and hardware != "incomplete"
    behind = port.strip()
    yield Neighbor(
        source=row.source,
        address=ip_address(str(row.must("address")).partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=row.name(routed),
        port=row.name(behind) if behind and behind != "not learned" else None,
        vrf=row.bound.get("vrf", "default"),
        state="" if known else "incomplete",
    )


def neighbor_text(raw: Raw) -> Rows:
    """Read the text of `show arp` or `show ipv6 neighbors`, in which a line names the VRF of those below."""
    return blocks.read(raw, _NEIGHBORS, lambda block: neighbor(block.row(block.head)))


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour; EOS puts quotes around what the other side sent."""
    about = row.get("neighborInterfaceInfo", {})
    port = str(about.get("interfaceId_v2") or about["interfaceId"])
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(row.bound["name"]),
        chassis=row.text("chassisId"),
        system=row.text("systemName"),
        port=port.strip('"'),
        port_description=str(about.get("interfaceDescription", "")),
        system_description=row.text("systemDescription"),
    )


def lldp_text(raw: Raw) -> Rows:
    """Read the text of `show lldp neighbors detail`, held against the numbers of neighbours that it gives."""
    lines = _unquoted_lines(raw)
    rows = blocks.read(raw, _LLDP, _lldp_block, lines=lines)
    counts = [match["count"] for _, line in lines if (match := _LLDP.above.fullmatch(line))]
    said = sum(int(count) for count in counts)
    missing = said - sum(1 for _, line in lines if _LLDP.opens.fullmatch(line))
    if missing <= 0:
        return rows
    short = raw.unparsed(f"{said} neighbors", f"{missing} of them are not shown", line=1)
    return Rows(
        records=rows.records,
        unparsed=(*rows.unparsed, short),
        expected=rows.expected + missing,
        parsed=rows.parsed,
    )


def _unquoted_lines(raw: Raw) -> list[tuple[int, str]]:
    """Join the lines of a description, which stands in quotes and may hold line ends of its own."""
    joined: list[tuple[int, str]] = []
    is_open = False
    for number, line in _LLDP.lines(raw):
        if is_open:
            joined[-1] = (joined[-1][0], f"{joined[-1][1]}\n{line}")
        else:
            joined.append((number, line))
        quoted = re.match(r'- (?:System|Port) Description: "', joined[-1][1])
        is_open = bool(quoted) and not joined[-1][1].endswith('"')
    return joined


def _lldp_block(block: blocks.Block) -> Iterator[Record]:
    if not (block.all("chassis") and block.all("port") and "name" in block.head):
        raise ValueError("the neighbour's chassis, its port or the port here is missing")
    yield LldpNeighbor(
        source=block.raw.at(block.line),
        interface=block.row({}).name(block.head["name"]),
        chassis=block.first("chassis").strip('"'),
        system=block.first("system").strip('"'),
        port=block.first("port").strip('"'),
        port_description=block.first("port_description").strip('"'),
        system_description=block.first("description").strip('"'),
    )


def lldp_line(row: Row) -> Iterator[Record]:
    """Read one neighbour of `show lldp neighbors`, which tells no chassis."""
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(row.text("port")),
        chassis="",
        system=row.text("neighborDevice"),
        port=row.text("neighborPort"),
    )
