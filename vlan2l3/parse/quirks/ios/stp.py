"""Read spanning tree as IOS shows it, per VLAN and per MST instance.

Comes in: the text of `show spanning-tree`, with or without `detail` or `mst`. Goes out: instances and their
ports. Only `mst` says which VLANs an instance has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3 import names
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record, Source, StpInstance, StpPort
from vlan2l3.parse.spanning_tree import ROLES, STATES, spanning_tree

_ID = r"address (?P<{0}>[0-9a-fA-F.:]+) +priority +(?P<{0}_priority>\d+)\b.*"
_PRIORITY = r"priority (?P<priority>\d+)"
_WHO = r"address (?P<{0}>[0-9a-fA-F.:]+)"
_MST = Shape(
    opens=r"#+ (?P<instance>MST\d+) +vlans mapped: *(?P<vlans>[\d, -]*|none)",
    wrapped=r" {10,}[\d,-]+$",
    rules=(
        rf"Bridge +{_ID.format('bridge')}",
        rf"Root +{_ID.format('root')}",
        r"Root +this switch for (?:the CIST|MST\d+)(?P<self>)",
        r"\s+port +(?P<root_port>[A-Za-z]\S*) +(?:path )?cost +(?P<cost>\d+).*",
        r"(?P<port>[A-Za-z]\S+ +(?:Root|Desg|Altn|Back|Mstr|Disa) +[A-Z]{3}\*? +\d+ +\d+\.\d+\b.*)",
        r"(?P<long>[A-Za-z]\S+ of MST\d+ is \w+ \w+.*)",
        r"Port info +port id +\S+ +priority +\d+ +cost +(?P<port_cost>\d+)",
    ),
)
_DETAIL = Shape(
    opens=r"\s*(?P<instance>(?:VLAN0*(?P<vlan>\d+)|MST\d+)) is executing the \S+ compatible .*",
    rules=(
        rf"\s+Bridge Identifier has {_PRIORITY}, sysid (?P<sysid>\d+), {_WHO.format('bridge')}",
        rf"\s+Current root has priority (?P<root_priority>\d+), {_WHO.format('root')}",
        r"\s+Root port is \d+ \((?P<root_port>[^)]+)\), cost of root path is (?P<cost>\d+)",
        r"\s+(?P<self>We are the root of the spanning tree)",
        r"\s*Port \d+ \((?P<port>[^)]+)\) of \S+ is (?P<role>\w+) (?P<state>\w+)\b.*",
        r"\s+Port path cost (?P<port_cost>\d+),.*",
        r"\s+The port is in the portfast (?P<edge>(?:edge |trunk )*mode).*",
    ),
)
_ROW = re.compile(r"(\S+) +([A-Za-z]+) +([A-Z]{3})\*? +(\d+) +\d+\.\d+ *(.*)")
_LONG = re.compile(r"(\S+) of MST\d+ is (\w+) (\w+)\b.*")


def any_spanning_tree(raw: Raw) -> Rows:
    """Read any of the forms, each known by the line that opens an instance."""
    if " is executing the " in raw.text:
        return shape.read(raw, _DETAIL, _detailed)
    return (
        shape.read(raw, _MST, _mst) if re.search(r"^#+ MST", raw.text, re.MULTILINE) else spanning_tree(raw)
    )


def _detailed(raw: Raw, block: Block) -> Iterator[Record]:
    bridge, own = names.mac(block.must("bridge")), "self" in block.values
    priority = int(block.must("priority")) + int(block.must("sysid"))
    vlan, root_port = block.last("vlan"), block.last("root_port")
    yield StpInstance(
        source=raw.at(block.line),
        instance=block.last("instance"),
        vlans=frozenset({names.vlan_id(vlan)}) if vlan else frozenset(),
        root=bridge if own else names.mac(block.must("root")),
        root_priority=priority if own else int(block.must("root_priority")),
        bridge=bridge,
        bridge_priority=priority,
        root_port=convert.interface(raw.platform, root_port) if root_port else None,
        root_cost=int(block.last("cost") or 0),
    )
    ports = block.numbered("port")
    ends = (*(line for line, _ in ports[1:]), float("inf"))
    told = zip(ports, ends, block.all("role"), block.all("state"), block.all("port_cost"), strict=True)
    for (line, name), end, role, state, cost in told:
        yield StpPort(
            source=raw.at(line),
            instance=block.last("instance"),
            interface=convert.interface(raw.platform, name),
            role=ROLES[role],
            state=STATES[state],
            cost=int(cost),
            edge=any(line < at < end for at, _ in block.numbered("edge")),
        )


def _mst(raw: Raw, block: Block) -> Iterator[Record]:
    bridge, own = block.must("bridge"), "self" in block.values
    root = bridge if own else block.must("root")
    priority = block.must("bridge_priority" if own else "root_priority")
    root_port = block.last("root_port")
    yield StpInstance(
        source=raw.at(block.line),
        instance=block.last("instance"),
        vlans=names.vlan_ranges(block.last("vlans").replace(" ", "")),
        root=names.mac(root),
        root_priority=int(priority),
        bridge=names.mac(bridge),
        bridge_priority=int(block.must("bridge_priority")),
        root_port=convert.interface(raw.platform, root_port) if root_port else None,
        root_cost=int(block.last("cost") or 0),
    )
    for line, text in block.numbered("port"):
        yield _port(raw.at(line), block, _ROW.fullmatch(text))
    for (line, text), cost in zip(block.numbered("long"), block.all("port_cost"), strict=True):
        yield _port(raw.at(line), block, _LONG.fullmatch(text), cost)


def _port(source: Source, block: Block, found: re.Match[str] | None, cost: str = "") -> StpPort:
    if found is None:
        raise ValueError("a line is no port of an instance")
    return StpPort(
        source=source,
        instance=block.last("instance"),
        interface=convert.interface("ios", found[1]),
        role=ROLES[found[2].lower()],
        state=STATES[found[3].lower()],
        cost=int(cost or found[4]),
        edge=not cost and "edge" in found[5].lower(),
    )
