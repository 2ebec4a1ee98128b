"""Read `show spanning-tree` and `show spanning-tree mst` of AOS-CX.

Comes in: the text, in MSTP or RPVST mode. Goes out: instances and their ports. The first command shows
MST0 or a tree a VLAN without the VLANs of an instance, the second all instances with them. The shapes are
those of the Layer 2 bridging guides and of published labs; no whole real answer was seen. A line of another
form is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse import tables
from vlan2l3.parse.quirks.aoscx.ports import name
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Source, StpInstance, StpPort

_MACS = r"[0-9a-fA-F:]{17}"
_OPENS = re.compile(r"(?:#+ )?(?P<name>MST\d+|VLAN(?P<vlan>\d+))(?P<rest>\s+Root ID\s.*)?")
_VLANS = re.compile(r"Vlans mapped ?: *(?P<vlans>[\d,-]*|none)")
_PRIORITY = re.compile(r"(?P<whose>Root|Bridge) ID\s+Priority ?\s*: *(?P<priority>\d+)")
_ADDRESS = re.compile(rf"MAC-Address ?: ?(?P<mac>{_MACS})")
_BOTH = re.compile(
    rf"(?P<whose>Root|Bridge)\s+Address ?: ?(?P<mac>{_MACS})\s+[Pp]riority ?: ?(?P<priority>\d+)"
)
_COST = re.compile(r"Port ?: ?(?P<port>[\w/:.]+),?\s+(?:Path )?[Cc]ost ?: ?(?P<cost>\d+)(?:,.*)?")
_PORT = re.compile(
    r"(?P<name>\d+/\d+/\d+\S*|lag\d+\S*|vxlan\d+\S*)\s+(?P<role>[A-Z][a-z]+)\s+(?P<state>[A-Z][A-Za-z-]+)\s+"
    r"(?P<cost>\d+)\s+\d+\s+(?P<type>[A-Z]\w*(?: Edge| Bound(?:ary)?)*)(?:\s+\d+)*"
)
_LOOKS = re.compile(r"(?:\d+/\d+/\d+|lag\d+)\S*\s|(?:#+ )?(?:MST|VLAN)\d")
_HEADINGS = re.compile(
    r"Spanning tree status ?\s*: Enabled.*|Extended System-id ?\s*:.*|Ignore PVID Inconsistency ?\s*:.*"
    r"|Path cost method ?\s*:.*|This bridge is the root|Hello time\(in seconds\) ?:.*"
    r"|Forward Delay\(in seconds\) ?:.*|(?i:PORT\s+ROLE\s+STATE\s.*)|[- ]+|Regional Root\s.*"
    r"|Internal cost ?:.*|Rem Hops ?:.*|(?:Operational|Configured)\s+Hello time.*|Max-age ?\s*:.*"
    r"|(?:Topology change flag|Number of topology changes|Last topology change occurred) ?\s*:.*"
    r"|(?:Hello|Forward delay) expiry ?\s*:.*|Port (?:\d+/\d+/\d+\S*|lag\d+)(?:\s+ID \d+)?"
    r"|Designated (?:root|bridge|port|port id)\b.*|Multi-Chassis role ?\s*:.*|TCN_Tx ?:.*"
    r"|Number of transitions to forwarding state ?\s*:.*|BPDUs (?:sent|received) ?\s*:.*|\S+[#>].*|show .*"
)
_ROLES = frozenset({"root", "designated", "alternate", "backup", "disabled", "master"})
_STATES = {
    "forwarding": "forwarding",
    "blocking": "blocking",
    "learning": "learning",
    "listening": "blocking",
    "loop-inc": "blocking",
    "root-inc": "blocking",
    "discarding": "discarding",
    "down": "discarding",
    "disabled": "discarding",
}


@dataclass(slots=True, kw_only=True)
class _Instance:
    name: str
    source: Source
    vlans: frozenset[VlanId] = frozenset()
    priorities: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, Mac] = field(default_factory=dict)
    whose: str = ""
    root_port: InterfaceName | None = None
    cost: int = 0
    ports: list[StpPort] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Give the instance and its ports.

        Raises:
            ValueError: when the identifier of the root or of the bridge was not there.
        """
        if len(self.priorities) < 2 or len(self.addresses) < 2:  # noqa: PLR2004  the root's and the bridge's
            raise ValueError("the identifier of the root or of the bridge is missing")
        through = next((port.interface for port in self.ports if port.role == "root"), self.root_port)
        whole = StpInstance(
            source=self.source,
            instance=self.name,
            vlans=self.vlans,
            root=self.addresses["Root"],
            root_priority=self.priorities["Root"],
            bridge=self.addresses["Bridge"],
            bridge_priority=self.priorities["Bridge"],
            root_port=through,
            root_cost=self.cost,
        )
        return [whole, *self.ports]


def spanning_tree(raw: Raw) -> Rows:
    """Read every instance and every port of it; rows are the lines that open one and those of ports."""
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    expected = 0
    instance: _Instance | None = None
    for number, text in enumerate(raw.text.splitlines(), start=1):
        line = text.strip()
        if not line:
            continue
        looks = bool(_LOOKS.match(line))
        expected += looks
        opens = _OPENS.fullmatch(line)
        if opens:
            records += _closed(raw, instance, unparsed)
            instance = _opened(raw.at(number), opens)
            line = (opens["rest"] or "").strip()
        try:
            known = not line or (instance is not None and _told(instance, raw.at(number), line))
            if not known and not _HEADINGS.fullmatch(line):
                raise ValueError("not a line of `show spanning-tree`")
        except tables.MISFITS as error:
            expected += not looks
            unparsed.append(raw.unparsed(line, tables.reason(error), line=number))
    records += _closed(raw, instance, unparsed)
    lost = len(unparsed)
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=expected - lost)


def _opened(source: Source, opens: re.Match[str]) -> _Instance:
    if opens["vlan"]:
        vlan = names.vlan_id(opens["vlan"])
        return _Instance(name=f"VL{vlan}", source=source, vlans=frozenset({vlan}))
    return _Instance(name=opens["name"], source=source)


def _closed(raw: Raw, instance: _Instance | None, unparsed: list[Unparsed]) -> list[Record]:
    try:
        return instance.records() if instance else []
    except ValueError as error:
        shown, line = (instance.name, instance.source.line) if instance else ("", 0)
        unparsed.append(raw.unparsed(shown, str(error), line=line))
        return [*instance.ports] if instance else []


def _told(instance: _Instance, source: Source, line: str) -> bool:
    """Take a line that tells more of the open instance; tell whether it was one."""
    priority, both = _PRIORITY.fullmatch(line), _BOTH.fullmatch(line)
    address, vlans, cost = _ADDRESS.fullmatch(line), _VLANS.fullmatch(line), _COST.fullmatch(line)
    port = _PORT.fullmatch(line)
    if identifier := priority or both:
        instance.whose = identifier["whose"]
        instance.priorities[instance.whose] = int(identifier["priority"])
    if (found := both or address) and instance.whose:
        instance.addresses[instance.whose] = names.mac(found["mac"])
    if vlans:
        instance.vlans = names.vlan_ranges(vlans["vlans"])
    if cost:
        instance.cost = int(cost["cost"])
        instance.root_port = None if cost["port"] == "0" else name(cost["port"])
    if port:
        instance.ports.append(_port(instance, source, port))
    return bool(priority or both or address or vlans or cost or port)


def _port(instance: _Instance, source: Source, port: re.Match[str]) -> StpPort:
    role, state = port["role"].lower(), port["state"].lower()
    if role not in _ROLES or state not in _STATES:
        raise ValueError(f"{port['role']} {port['state']} is no role and state that is known")
    return StpPort(
        source=source,
        instance=instance.name,
        interface=name(port["name"]),
        role=role,
        state=_STATES[state],
        cost=int(port["cost"]),
        edge=port["type"].endswith("Edge"),
    )
