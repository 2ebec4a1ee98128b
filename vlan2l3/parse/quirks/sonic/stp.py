"""Read `show spanning-tree` of SONiC, in PVST and in MSTP mode.

Comes in: the text. Goes out: instances and their ports. PVST prints no roles: they follow from the root port,
and from whether the bridge itself is the designated one. The shapes are those that sonic-utilities'
`show/stp.py` prints; no real answer was seen. A line of another form is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse import tables
from vlan2l3.parse.quirks.sonic.rows import interface
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Source, StpInstance, StpPort

_ID = r"[0-9a-fA-F]{4}\.?(?:[0-9a-fA-F]{4}\.?){3}"
_PVST = re.compile(r"VLAN (?P<vlan>\d+) - STP instance \d+")
_MST = re.compile(r"#{3,}\s+MST(?P<number>\d+)\s+Vlans mapped : ?(?P<vlans>[\d,-]*)")
_BRIDGE = re.compile(rf"(?P<bridge>{_ID})(?:\s+\d+){{6}}")
_ROOT = re.compile(rf"(?P<root>{_ID})\s+(?P<cost>\d+)\s+{_ID}\s+(?P<port>\S+)(?:\s+\d+){{3}}")
_PORT = re.compile(
    rf"(?P<name>[A-Z][A-Za-z]*\d+)\s+\d+\s+(?P<cost>\d+)\s+(?P<fast>[YN])\s+[YN]\s+(?P<state>[A-Z-]+)\s+\d+\s+"
    rf"{_ID}\s+(?P<designated>{_ID})"
)
_MST_BRIDGE = re.compile(rf"Bridge\s+Address\s+(?P<bridge>{_ID})")
_MST_ROOT = re.compile(rf"Root\s+Address\s+(?P<root>{_ID})")
_MST_ROOT_PORT = re.compile(r"Port\s+(?P<port>\S+)\s+Path cost\s+(?P<cost>\d+)(?:\s+Rem Hops\s+\d+)?")
_MST_PORT = re.compile(
    r"(?P<name>[A-Z][A-Za-z]*\d+)\s+(?P<role>[A-Z]+)\s+(?P<state>[A-Z]+)\s+(?P<cost>\d+)\s+\d+\.\d+\s+(?P<type>\S+)"
)
_HEADINGS = re.compile(
    r"Spanning-tree Mode: (?:PVST|MSTP)|-+(?: +-+)*|STP (?:Bridge|Port) Parameters:|Bridge +Bridge +Bridge .*"
    r"|Identifier +(?:MaxAge|Cost) .*|hex +(?:sec|hex) .*|RootBridge +RootPath .*|Port +Prio +Path .*"
    r"|Name +rity +Cost .*|Regional Root +Address .*|Internal cost \d+ .*"
    r"|(?:Operational|Configured) +Hello Time .*|Interface +Role +State .*"
    r"|(?:Region Name|Revision|CIST [A-Z]\w+ [\w ]+|Instances configured|Last Topology Change"
    r"|Number of Topology Changes|Bridge Timers|CIST Root Timers) *: ?.*|\S+@\S+:\S*[$#].*"
)
_LOOKS = re.compile(rf"(?:Ethernet|PortChannel)\d|VLAN \d|#{{3,}}|{_ID}\s")
_STATES = {
    "FORWARDING": "forwarding",
    "BLOCKING": "blocking",
    "LISTENING": "blocking",
    "LEARNING": "learning",
    "DISCARDING": "discarding",
    "DISABLED": "discarding",
    "BPDU-DIS": "discarding",
    "ROOT-INC": "blocking",
}
_ROLES = frozenset({"root", "designated", "alternate", "backup", "disabled", "master"})


@dataclass(slots=True, kw_only=True)
class _Instance:
    name: str
    vlans: frozenset[VlanId]
    source: Source
    bridge: tuple[int, Mac] | None = None
    root: tuple[int, Mac] | None = None
    root_port: InterfaceName | None = None
    cost: int = 0
    ports: list[StpPort] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Give the instance and its ports.

        Raises:
            ValueError: when the identifier of the root or of the bridge was not there.
        """
        if self.bridge is None or self.root is None:
            raise ValueError("the identifier of the root or of the bridge is missing")
        whole = StpInstance(
            source=self.source,
            instance=self.name,
            vlans=self.vlans,
            root=self.root[1],
            root_priority=self.root[0],
            bridge=self.bridge[1],
            bridge_priority=self.bridge[0],
            root_port=self.root_port,
            root_cost=self.cost,
        )
        return [whole, *self.ports]


def spanning_tree(raw: Raw) -> Rows:
    """Read every instance and every port of it."""
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
        try:
            opened = _opened(raw, number, line)
            if opened:
                records += _closed(instance, raw, unparsed)
                instance = opened
            elif not (instance and _told(instance, raw.at(number), line)) and not _HEADINGS.fullmatch(line):
                expected += not looks
                unparsed.append(raw.unparsed(line, "not a line of `show spanning-tree`", line=number))
        except tables.MISFITS as error:
            expected += not looks
            unparsed.append(raw.unparsed(line, tables.reason(error), line=number))
    records += _closed(instance, raw, unparsed)
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _closed(instance: _Instance | None, raw: Raw, unparsed: list[Unparsed]) -> list[Record]:
    try:
        return instance.records() if instance else []
    except ValueError as error:
        name, line = (instance.name, instance.source.line) if instance else ("", 0)
        unparsed.append(raw.unparsed(name, str(error), line=line))
        return [*instance.ports] if instance else []


def _opened(raw: Raw, number: int, line: str) -> _Instance | None:
    pvst, mst = _PVST.fullmatch(line), _MST.fullmatch(line)
    if pvst:
        vlan = names.vlan_id(pvst["vlan"])
        return _Instance(name=f"VL{vlan}", vlans=frozenset({vlan}), source=raw.at(number))
    if mst:
        vlans = names.vlan_ranges(mst["vlans"])
        return _Instance(name=f"MST{mst['number']}", vlans=vlans, source=raw.at(number))
    return None


def _told(instance: _Instance, source: Source, line: str) -> bool:
    """Take a line that tells more of the open instance; tell whether it was one."""
    bridge = _BRIDGE.fullmatch(line) or _MST_BRIDGE.fullmatch(line)
    root = _ROOT.fullmatch(line) or _MST_ROOT.fullmatch(line)
    through = _ROOT.fullmatch(line) or _MST_ROOT_PORT.fullmatch(line)
    pvst, mst = _PORT.fullmatch(line), _MST_PORT.fullmatch(line)
    if bridge:
        instance.bridge = _identifier(bridge["bridge"])
    if root:
        instance.root = _identifier(root["root"])
    if through:
        instance.cost = int(through["cost"])
        port = through["port"]
        instance.root_port = None if port in ("Root", "NA") else interface(port)
    if pvst:
        instance.ports.append(_port(instance, source, pvst, role=_role(instance, pvst), fast=pvst["fast"]))
    if mst:
        role = mst["role"].lower()
        if role not in _ROLES:
            raise ValueError(f"the role {mst['role']} is not known")
        instance.ports.append(_port(instance, source, mst, role=role, fast="N"))
    return bool(bridge or root or through or pvst or mst)


def _identifier(text: str) -> tuple[int, Mac]:
    """Cut a bridge's identifier into its priority, which holds the VLAN too, and its address."""
    digits = text.replace(".", "")
    return int(digits[:4], 16), names.mac(digits[4:])


def _role(instance: _Instance, port: re.Match[str]) -> str:
    """Tell a port's role from the root port and the designated bridge (IEEE 802.1D, 17.3)."""
    if _STATES[port["state"]] == "discarding":
        return "disabled"
    if interface(port["name"]) == instance.root_port:
        return "root"
    own = instance.bridge is not None and _identifier(port["designated"])[1] == instance.bridge[1]
    blocked = port["state"] == "BLOCKING"
    if own:
        return "backup" if blocked else "designated"
    return "alternate"


def _port(instance: _Instance, source: Source, port: re.Match[str], *, role: str, fast: str) -> StpPort:
    return StpPort(
        source=source,
        instance=instance.name,
        interface=interface(port["name"]),
        role=role,
        state=_STATES[port["state"]],
        cost=int(port["cost"]),
        edge=fast == "Y",
    )
