"""Read `show spanning-tree active` of OS10, in RSTP, Rapid-PVST and MST mode.

Comes in: the text. Goes out: instances and their ports. Each instance has two tables of the same ports: the
first with the designated bridge, the second with the role; the second is read, and the first held against it.
The shape is that of the user guides 10.4.3 to 10.5.0; no real answer was seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse import convert, tables
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, Source, StpInstance, StpPort

_MODE = re.compile(r"Spanning tree enabled protocol (?P<mode>\S+)(?: with force-version \S+)?")
_VLAN = re.compile(r"VLAN (?P<vlan>\d+)")
_MSTI = re.compile(r"MSTI (?P<number>\d+) VLANs mapped ?(?P<vlans>[\d,-]*)")
_ID = re.compile(
    r"(?P<whose>Root|Bridge) ID\s+Priority\s+(?P<priority>\d+), Address\s*:?\s*(?P<mac>[0-9a-fA-F.:]+)"
)
_BY_BRIDGE = re.compile(
    r"(?P<name>[a-z][a-z-]*[\d/:]+)\s+[\d.]+\s+\d+\s+\d+\s+[A-Z]+\s+\d+\s+\d+\s+[0-9a-fA-F.:]{14,17}\s+[\d.]+"
)
_BY_ROLE = re.compile(
    r"(?P<name>[a-z][a-z-]*[\d/:]+)\s+(?P<role>[A-Z][a-z]+)\s+[\d.]+\s+\d+\s+(?P<cost>\d+)\s+(?P<state>[A-Z]+)\s+"
    r"(?P<beyond>\d+)\s+\S+\s+(?P<edge>Yes|No)"
)
_HEADINGS = re.compile(
    r"Executing IEEE compatible Spanning Tree Protocol|Root Bridge hello time .*|Configured hello time .*"
    r"|We are the root.*|Flush (?:Interval|Indication) .*|CIST (?:regional root ID|external path cost) .*"
    r"|Regional Root ID .*|Interface(?:\s+Designated)?|Name\s+(?:Role\s+)?PortID\s+Prio\s+Cost .*|-+"
    r"|\S+[#>].*"
)
_ROLES = {
    "Root": "root",
    "Desg": "designated",
    "Altr": "alternate",
    "Bkup": "backup",
    "Mstr": "master",
    "Dis": "disabled",
    "Disb": "disabled",
}
_STATES = {"FWD": "forwarding", "BLK": "blocking", "LRN": "learning", "LIS": "blocking", "DIS": "discarding"}
_EVERY = names.vlan_ranges("all")


@dataclass(slots=True, kw_only=True)
class _Instance:
    name: str
    vlans: frozenset[VlanId]
    source: Source
    identifiers: dict[str, tuple[int, Mac]] = field(default_factory=dict)
    seen: dict[InterfaceName, Source] = field(default_factory=dict)
    ports: dict[InterfaceName, StpPort] = field(default_factory=dict)
    cost: int = 0

    def records(self) -> list[Record]:
        """Give the instance and its ports.

        Raises:
            ValueError: when the identifier of the root or of the bridge was not there.
        """
        if len(self.identifiers) < 2:  # noqa: PLR2004  the root's and the bridge's
            raise ValueError("the identifier of the root or of the bridge is missing")
        root, bridge = self.identifiers["Root"], self.identifiers["Bridge"]
        through = next((port.interface for port in self.ports.values() if port.role == "root"), None)
        whole = StpInstance(
            source=self.source,
            instance=self.name,
            vlans=self.vlans,
            root=root[1],
            root_priority=root[0],
            bridge=bridge[1],
            bridge_priority=bridge[0],
            root_port=through,
            root_cost=self.cost if through else 0,
        )
        return [whole, *self.ports.values()]


@dataclass(slots=True, kw_only=True)
class _Reader:
    raw: Raw
    instance: _Instance | None = None
    mode: str = ""
    records: list[Record] = field(default_factory=list)
    unparsed: list[Unparsed] = field(default_factory=list)

    def open(self, instance: _Instance | None) -> None:
        """Close the instance that is open, and open another."""
        if self.instance:
            try:
                self.records += self.instance.records()
            except ValueError as error:
                self.records += self.instance.ports.values()
                self.refuse(self.instance.name, str(error), self.instance.source)
            for name in sorted(self.instance.seen.keys() - self.instance.ports.keys()):
                self.refuse(name, "the port's role is missing", self.instance.seen[name])
        self.instance = instance

    def refuse(self, text: str, reason: str, source: Source) -> None:
        """Report what was not understood."""
        self.unparsed.append(self.raw.unparsed(text, reason, line=source.line))

    def take(self, number: int, line: str) -> bool:
        """Take a line; tell whether it was understood."""
        mode, opened = _MODE.fullmatch(line), _opened(self.raw.at(number), line)
        if mode or opened:
            self.mode = mode["mode"].lower() if mode else self.mode
            self.open(opened)
            return True
        if self.instance is None and self.mode == "rstp" and _ID.fullmatch(line):
            self.open(_Instance(name="RSTP", vlans=_EVERY, source=self.raw.at(number)))
        if _HEADINGS.fullmatch(line):
            return True
        return self.instance is not None and _told(self.instance, self.raw.at(number), line)


def spanning_tree(raw: Raw) -> Rows:
    """Read every instance and every port of it; rows are the lines that are no heading."""
    reader = _Reader(raw=raw)
    expected = 0
    for number, text in enumerate(raw.text.splitlines(), start=1):
        line = text.strip()
        if not line:
            continue
        expected += not _HEADINGS.fullmatch(line)
        try:
            if not reader.take(number, line):
                raise ValueError("neither an instance's line nor a port's")
        except tables.MISFITS as error:
            reader.unparsed.append(raw.unparsed(line, tables.reason(error), line=number))
    reader.open(None)
    lost = len(reader.unparsed)
    return Rows(
        records=tuple(reader.records),
        unparsed=tuple(reader.unparsed),
        expected=expected,
        parsed=expected - lost,
    )


def _opened(source: Source, line: str) -> _Instance | None:
    vlan, msti = _VLAN.fullmatch(line), _MSTI.fullmatch(line)
    if vlan:
        number = names.vlan_id(vlan["vlan"])
        return _Instance(name=f"VL{number}", vlans=frozenset({number}), source=source)
    if msti:
        vlans = names.vlan_ranges(msti["vlans"])
        return _Instance(name=f"MST{msti['number']}", vlans=vlans, source=source)
    return None


def _told(instance: _Instance, source: Source, line: str) -> bool:
    """Take a line that tells more of the open instance; tell whether it was one."""
    identifier, first, second = _ID.fullmatch(line), _BY_BRIDGE.fullmatch(line), _BY_ROLE.fullmatch(line)
    if identifier:
        found = int(identifier["priority"]), names.mac(identifier["mac"])
        instance.identifiers[identifier["whose"]] = found
    elif first:
        instance.seen[convert.interface("os10", first["name"])] = source
    elif second:
        name, role = convert.interface("os10", second["name"]), _known(_ROLES, second["role"])
        instance.ports[name] = StpPort(
            source=source,
            instance=instance.name,
            interface=name,
            role=role,
            state=_known(_STATES, second["state"]),
            cost=int(second["cost"]),
            edge=second["edge"] == "Yes",
        )
        if role == "root":
            instance.cost = int(second["cost"]) + int(second["beyond"])
    return bool(identifier or first or second)


def _known(words: Mapping[str, str], word: str) -> str:
    """Translate a word.

    Raises:
        ValueError: when it is not known.
    """
    if word not in words:
        raise ValueError(f"{word!r} is no role or state that is known")
    return words[word]
