"""Read the text of NX-OS's `show spanning-tree detail`.

Comes in: the text. Goes out: instances and their ports. A line opens an instance, opens a port, or tells more
of the one that is open; an opening line of an unknown form is reported with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlan2l3 import names
from vlan2l3.parse import convert, text
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record, StpInstance, StpPort

_OPENS = re.compile(r"\s*(?P<name>(?:VLAN(?P<vlan>\d+)|MST\d+)) is executing the \S+ compatible .*")
_PORT = re.compile(
    r"\s*Port \d+ \((?P<name>[^),]+)(?:,[^)]*)?\) of (?P<instance>\S+) is "
    r"(?P<role>(?:designated|root|alternate|backup|disabled|master) )?(?P<state>[a-z]+)\b.*"
)
_LOOKS_LIKE_PORT = re.compile(r"\s*Port \d+ \(| is executing the ")
_BRIDGE = re.compile(r"\s*Bridge Identifier has priority (\d+), sysid (\d+), address (\S+)")
_ROOT = re.compile(r"\s*Current root has priority (\d+), address (\S+)")
_ROOT_PORT = re.compile(r"\s*Root port is \d+ \(([^),]+)[^)]*\), cost of root path is (\d+)")
_COST = re.compile(r"\s*Port path cost (\d+),.*")
_EDGE = re.compile(r"\s*The port type is .*\bedge\b.*")
_STATES = {"broken": "blocking", "listening": "blocking", "disabled": "discarding"}
_WRAPPED = r"(?:t\)|ce Inconsistent.*)$"


@dataclass(slots=True)
class _Reader:
    raw: Raw
    instance: StpInstance | None = None
    port: StpPort | None = None

    def flush_port(self) -> Iterator[Record]:
        """Yield the port whose lines have all been read."""
        if self.port:
            yield self.port
        self.port = None

    def flush(self) -> Iterator[Record]:
        """Yield the instance that was open, after its last port."""
        yield from self.flush_port()
        if self.instance:
            yield self.instance
        self.instance = None


def detail(raw: Raw) -> Rows:
    """Read every instance and every port of it."""
    reader = _Reader(raw)
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    expected = 0
    for line in text.lines(raw.text, _WRAPPED):
        opens = _OPENS.fullmatch(line.text)
        port = _PORT.fullmatch(line.text)
        looks = bool(_LOOKS_LIKE_PORT.search(line.text))
        expected += looks
        if opens:
            records += reader.flush()
            reader.instance = _opened(raw, line.number, opens)
        elif port and reader.instance:
            records += reader.flush_port()
            reader.port = _port(raw, line.number, port)
        elif looks:
            unparsed.append(
                raw.unparsed(line.text, "a port or an instance of unknown form", line=line.number)
            )
        else:
            _tell(reader, line.text)
    records += reader.flush()
    unrooted = [r for r in records if isinstance(r, StpInstance) and not r.bridge]
    unparsed += [
        raw.unparsed(r.instance, "the bridge identifier is missing", line=r.source.line) for r in unrooted
    ]
    kept = tuple(record for record in records if record not in unrooted)
    return Rows(records=kept, unparsed=tuple(unparsed), expected=expected, parsed=expected - len(unparsed))


def _opened(raw: Raw, line: int, opens: re.Match[str]) -> StpInstance:
    return StpInstance(
        source=raw.at(line),
        instance=opens["name"],
        vlans=frozenset({names.vlan_id(opens["vlan"])}) if opens["vlan"] else frozenset(),
        root=names.Mac(""),
        root_priority=0,
        bridge=names.Mac(""),
        bridge_priority=0,
    )


def _port(raw: Raw, line: int, port: re.Match[str]) -> StpPort:
    return StpPort(
        source=raw.at(line),
        instance=port["instance"],
        interface=convert.interface(raw.platform, port["name"]),
        role=(port["role"] or "").strip() or "disabled",
        state=_STATES.get(port["state"], port["state"]),
    )


def _tell(reader: _Reader, line: str) -> None:
    """Take a line that tells more of the instance or the port that is open."""
    if reader.port:
        cost = _COST.fullmatch(line)
        if cost:
            reader.port = replace(reader.port, cost=int(cost[1]))
        elif _EDGE.fullmatch(line):
            reader.port = replace(reader.port, edge=True)
        return
    if not reader.instance:
        return
    bridge, root, root_port = _BRIDGE.fullmatch(line), _ROOT.fullmatch(line), _ROOT_PORT.fullmatch(line)
    if bridge:
        priority, address = int(bridge[1]) + int(bridge[2]), names.mac(bridge[3])
        reader.instance = replace(
            reader.instance,
            bridge=address,
            bridge_priority=priority,
            root=reader.instance.root or address,
            root_priority=reader.instance.root_priority or priority,
        )
    elif root:
        reader.instance = replace(reader.instance, root=names.mac(root[2]), root_priority=int(root[1]))
    elif root_port:
        name = convert.interface(reader.raw.platform, root_port[1])
        reader.instance = replace(reader.instance, root_port=name, root_cost=int(root_port[2]))
