"""Read what EOS says of spanning tree, in JSON and in each of its texts.

Comes in: rows and whole answers. Goes out: instances and their ports, the MLAG peer's (`PeerEthernet6`)
included: one bridge answers for both switches of a pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vlan2l3 import names
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.switchports import OWN
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record, StpInstance, StpPort
from vlan2l3.parse.row import Row
from vlan2l3.parse.spanning_tree import spanning_tree as tree

_ROLES = frozenset({"root", "designated", "alternate", "backup", "master", "disabled"})
_STATES = {"forwarding": "forwarding", "discarding": "discarding", "learning": "learning",
           "blocking": "blocking", "disabled": "discarding"}  # fmt: skip
_OF_VLAN = re.compile(r"(?m)^Spanning tree instance for vlan \d+$")
_BRIDGE = r"has priority (?P<priority>\d+)(?:, sysid (?P<sysid>\d+))?, address (?P<mac>[0-9a-fA-F.]{14})"
_DETAIL = blocks.Form(
    opens=r"(?P<instance>(?:VL|MST)\d+) is executing the \S+ Spanning Tree protocol"
    r"|Port \d+ \((?P<port>[^)]+)\) of (?P<of>(?:VL|MST)\d+) is (?P<role>\w+) (?P<state>\w+)",
    tells={
        "bridge": rf"Bridge Identifier {_BRIDGE}",
        "root": rf"Current root {_BRIDGE}",
        "is_root": r"We are the root of the spanning tree",
        "path": r"Root port is \d+ \((?P<port>[^)]+)\), cost of root path is (?P<v>\d+)"
        r"(?: \(Ext\) (?P<internal>\d+) \(Int\))?",
        "cost": r"Port path cost (?P<v>\d+), .*",
        "edge": r"The port is (?:in the )?(?:portfast|edge)\b.*",
    },
    noise=(
        r"Spanning tree instance for vlan \d+",
        r"Configured hello time .*",
        r"Regional [Rr]oot .*",
        r"Designated (?:root|bridge|port|regional root) .*",
        r"Timers: message age .*",
        r"Number of (?:topology changes|transitions to forwarding state).*",
        r"(?:Time since|Last) (?:last )?topology change.*",
        r"from \S+",
        r"Link type is .*",
        r"BPDU: sent .*",
        r"(?:Rate-Limiter|Bpdu (?:filter|guard)|Root guard|Loop guard|Bridge assurance)\b.*",
        r"(?:Times|Hold Time|Hello Time) ?:? .*",
    ),
)


def spanning_tree(raw: Raw) -> Rows:
    """Read the text of `show spanning-tree`, or of its detailed form, which answers the same."""
    if " is executing the " in raw.text:
        return blocks.read(raw, _DETAIL, _detail)
    return tree(replace(raw, text=_OF_VLAN.sub("", raw.text)))


def _detail(block: blocks.Block) -> Iterator[Record]:
    if "instance" in block.head:
        yield _instance(block)
        return
    yield StpPort(
        source=block.raw.at(block.line),
        instance=block.head["of"],
        interface=block.row({}).name(block.head["port"]),
        role=_known_role(block.head["role"]),
        state=_known_state(block.head["state"]),
        cost=int(block.first("cost")),
        edge=bool(block.all("edge")),
    )


def _instance(block: blocks.Block) -> StpInstance:
    bridge, path = block.all("bridge"), block.all("path")
    root = block.all("root") or (bridge if block.all("is_root") else [])
    if not (bridge and root):
        raise ValueError("the instance's root or bridge is missing")
    number, said = block.head["instance"], path[0][1] if path else {}
    return StpInstance(
        source=block.raw.at(block.line),
        instance=number,
        vlans=_vlans(number),
        root=names.mac(root[0][1]["mac"]),
        root_priority=_priority(root[0][1]),
        bridge=names.mac(bridge[0][1]["mac"]),
        bridge_priority=_priority(bridge[0][1]),
        root_port=block.row({}).name(said["port"]) if path else None,
        root_cost=int(said.get("v", 0)) + int(said.get("internal", 0)),
    )


def _priority(said: dict[str, Any]) -> int:
    return int(said["priority"]) + int(said.get("sysid") or said.get("systemIdExtension") or 0)


def _vlans(instance: str) -> frozenset[names.VlanId]:
    """Give the VLAN of a rapid PVST instance; those of an MST instance stand in the configuration."""
    return frozenset({names.vlan_id(instance[2:])}) if instance.startswith("VL") else frozenset()


def _known_role(text: str) -> str:
    if text.lower() not in _ROLES:
        raise ValueError(f"{text!r} is no known role of a port")
    return text.lower()


def _known_state(text: str) -> str:
    if text.lower() not in _STATES:
        raise ValueError(f"{text!r} is no known state of a port")
    return _STATES[text.lower()]


def instance(row: Row) -> Iterator[Record]:
    """Read one instance of JSON, with its ports; the root port is the port that has this role.

    A priority and the system id extension make one number, as they do in a bridge's identifier.
    """
    name = row.bound["instance"]
    root, bridge = dict(row.must("rootBridge")), dict(row.must("bridge"))
    ports = tuple(_port(row, name, port, said) for port, said in row.must("interfaces").items())
    at_root = next((port for port in ports if port.role == "root"), None)
    cost = row.get("rootPort.cost|rootPort.pathCost")
    yield StpInstance(
        source=row.source,
        instance=name,
        vlans=_vlans(name),
        root=names.mac(root["macAddress"]),
        root_priority=_priority(root),
        bridge=names.mac(bridge["macAddress"]),
        bridge_priority=_priority(bridge),
        root_port=at_root.interface if at_root else None,
        root_cost=int(cost) if cost else 0,
    )
    yield from ports


def _port(row: Row, name: str, port: str, said: dict[str, Any]) -> StpPort:
    return StpPort(
        source=row.source,
        instance=name,
        interface=row.name(port),
        role=_known_role(str(said["role"])),
        state=_known_state(str(said["state"])),
        cost=int(said["cost"]),
        edge=bool(said.get("isEdgePort", False)),
    )


def topology(row: Row) -> Iterator[Record]:
    """Read one topology of `show spanning-tree topology status`: states of ports, without their roles.

    `NoStp` gathers the VLANs that spanning tree leaves out; `Cist` is the one instance of RSTP.
    """
    name = row.bound["topology"].upper().replace("CIST", "MST0")
    ports = row.must("interfaces").items()
    if name == "NOSTP":
        return
    for port, said in ports:
        interface = row.name(port)
        if interface not in OWN and not interface.startswith(("Vxlan", "MplsTrunk")):
            state = _known_state(str(said["state"]))
            yield StpPort(source=row.source, instance=name, interface=interface, role="", state=state)
