"""Read the text of `show spanning-tree`, which EOS, NX-OS and IOS lay out alike.

Comes in: the text. Goes out: instances and their ports. Every line is an instance's, a port's, or a heading;
what is none of them is reported with its number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac, VlanId
from vlan2l3.parse import convert
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, StpInstance, StpPort

ROLES = {
    "desg": "designated",
    "altn": "alternate",
    "back": "backup",
    "mstr": "master",
    "disa": "disabled",
    "root": "root",
    "designated": "designated",
    "alternate": "alternate",
    "backup": "backup",
    "master": "master",
    "disabled": "disabled",
}
STATES = {
    "fwd": "forwarding",
    "blk": "blocking",
    "lrn": "learning",
    "lis": "blocking",
    "bkn": "blocking",
    "lbk": "blocking",
    "dis": "discarding",
    "forwarding": "forwarding",
    "discarding": "discarding",
    "learning": "learning",
    "blocking": "blocking",
    "broken": "blocking",
    "listening": "blocking",
    "disabled": "discarding",
}
_INSTANCE = re.compile(r"(?:VL(?:AN)?(?P<vlan>\d+)|MST\d+)")
_PORT = re.compile(
    r"\s*(?P<name>[A-Za-z]\S*)\s+(?P<role>[A-Za-z]+)\s+(?P<state>[A-Za-z]+)(?:\*\s*|\s+)(?P<cost>\d+)\s+\d+\.\d+"
    r"(?:\s+(?P<type>\S.*))?"
)
_ROOT_PRIORITY = re.compile(r"\s*Root ID\s+Priority\s+(?P<value>\d+)")
_BRIDGE_PRIORITY = re.compile(r"\s*Bridge ID\s+Priority\s+(?P<value>\d+)(?:\s+\(.*\))?")
_ADDRESS = re.compile(r"\s+Address\s+(?P<value>[0-9a-fA-F.:]+)")
_COST = re.compile(r"\s+Cost\s+(?P<value>\d+)(?: \(Ext\) (?P<internal>\d+) \(Int\))?")
_ROOT_PORT = re.compile(r"\s+Port\s+\d+\s+\((?P<value>[^)]+)\)")
_HEADINGS = re.compile(
    r"\s*Spanning tree enabled protocol \S+|\s*This bridge is the root|\s*Hello Time .*|\s*Aging Time +\d+.*"
    r"|Interface\s+Role\s.*|\s*(?:UplinkFast|BackboneFast) enabled(?: but inactive in \S+ mode)?"
    r"|[ -]+|\S*[#>].*"
)


@dataclass(slots=True)
class _Open:
    """Gather one instance while its lines are read."""

    line: int
    name: str
    vlans: frozenset[VlanId]
    bridge_is_next: bool = False
    numbers: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, Mac] = field(default_factory=dict)
    root_port: InterfaceName | None = None


def spanning_tree(raw: Raw) -> Rows:
    """Read every instance and every port of it."""
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    expected = 0
    instance: _Open | None = None
    for number, line in enumerate(map(str.rstrip, raw.text.splitlines()), start=1):
        if not line:
            continue
        named = _INSTANCE.fullmatch(line.strip())
        expected += bool(named)
        port = _known_port(line)
        expected += bool(port and instance)
        try:
            if named:
                records += _closed(raw, instance, unparsed)
                instance = None
                instance = _opened(number, named)
            elif port and instance:
                records.append(_port(raw, number, instance.name, port))
            elif not (_HEADINGS.fullmatch(line) or (instance and _detail(raw, instance, line))):
                raise ValueError("neither an instance's line nor a port's")  # noqa: TRY301  as any misfit
        except ValueError as error:
            expected += not (named or (port and instance))
            unparsed.append(raw.unparsed(line, str(error), line=number))
    records += _closed(raw, instance, unparsed)
    return Rows(
        records=tuple(records),
        unparsed=tuple(unparsed),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _opened(line: int, named: re.Match[str]) -> _Open:
    vlans = frozenset({names.vlan_id(named["vlan"])}) if named["vlan"] else frozenset()
    return _Open(line=line, name=named[0], vlans=vlans)


def _known_port(line: str) -> re.Match[str] | None:
    port = _PORT.fullmatch(line)
    known = port and port["role"].lower() in ROLES and port["state"].lower() in STATES
    return port if known else None


def _port(raw: Raw, number: int, instance: str, port: re.Match[str]) -> StpPort:
    return StpPort(
        source=raw.at(number),
        instance=instance,
        interface=convert.interface(raw.platform, port["name"]),
        role=ROLES[port["role"].lower()],
        state=STATES[port["state"].lower()],
        cost=int(port["cost"]),
        edge="edge" in (port["type"] or "").lower(),
    )


def _detail(raw: Raw, instance: _Open, line: str) -> bool:
    """Take a line of an instance's head; tell whether it was one."""
    for name, rule in (("root", _ROOT_PRIORITY), ("bridge", _BRIDGE_PRIORITY)):
        priority = rule.fullmatch(line)
        if priority:
            instance.numbers[name] = int(priority["value"])
            instance.bridge_is_next = name == "bridge"
            return True
    address = _ADDRESS.fullmatch(line)
    if address:
        instance.addresses["bridge" if instance.bridge_is_next else "root"] = names.mac(address["value"])
        return True
    cost = _COST.fullmatch(line)
    if cost:
        instance.numbers["cost"] = int(cost["value"]) + int(cost["internal"] or 0)
        return True
    port = _ROOT_PORT.fullmatch(line)
    if port:
        instance.root_port = convert.interface(raw.platform, port["value"])
    return bool(port)


def _closed(raw: Raw, instance: _Open | None, unparsed: list[Unparsed]) -> list[Record]:
    """Make the record of an instance whose lines have all been read."""
    if instance is None:
        return []
    try:
        return [
            StpInstance(
                source=raw.at(instance.line),
                instance=instance.name,
                vlans=instance.vlans,
                root=instance.addresses["root"],
                root_priority=instance.numbers["root"],
                bridge=instance.addresses["bridge"],
                bridge_priority=instance.numbers["bridge"],
                root_port=instance.root_port,
                root_cost=instance.numbers.get("cost", 0),
            )
        ]
    except KeyError as error:
        reason = f"the instance's {error.args[0]} identifier is missing"
        unparsed.append(raw.unparsed(instance.name, reason, line=instance.line))
        return []
