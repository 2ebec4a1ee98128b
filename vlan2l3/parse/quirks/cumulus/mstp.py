"""Read the spanning trees that `mstpd` runs, from `mstpctl showall` and `mstpctl showstpall`.

Comes in: the text. Goes out: a `StpInstance` for each bridge, or for each VLAN where the bridge runs PVRST,
and a `StpPort` for each of its ports. The instance of a bridge goes by the bridge's name; its VLANs stand in
other answers. A bridge whose spanning tree is off has no instance: it forwards on every port.
The lines are those of mstpd's `ctl_main.c` and of the Cumulus Linux 3.7, 4.2 and 5.10 user guides.
Left out on purpose: timers, counters and the states of the machines inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3 import names
from vlan2l3.names import Mac, VlanId, interface_name
from vlan2l3.parse.quirks.linux.rows import Ledger, lines, number
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import StpInstance, StpPort

_ROLES = {
    "root": "root", "designated": "designated", "alternate": "alternate", "backup": "backup",
    "disabled": "disabled", "master": "master", "desg": "designated", "altn": "alternate",
    "back": "backup", "disa": "disabled", "mstr": "master",
}  # fmt: skip
_STATES = {
    "forwarding": "forwarding", "learning": "learning", "discarding": "discarding", "forw": "forwarding",
    "lear": "learning", "disc": "discarding", "down": "discarding",
}  # fmt: skip
_BRIDGE = re.compile(r"BRIDGE: (?P<name>[^,\s]+), Br_index: [0-9]+")
_TREE = re.compile(r"(?P<bridge>[^:\s]+) CIST info|-{3}CIST info-{3}|-{3}Bridge Vlan (?P<vlan>[0-9]+)-{3}")
_PORT = re.compile(r"(?P<bridge>[^:\s]+):(?P<port>\S+) CIST info|Port: (?P<name>\S+) vid: (?P<vlan>[0-9]+)")
_HEADS = re.compile(r"^\s*(?:\S+ CIST info|-{3}CIST info-{3}|-{3}Bridge Vlan|Port: \S+ vid:)", re.MULTILINE)
# A port of a VLAN's tree: its id, the root, the designated bridge, the designated port, the role.
_PORT_LINE = re.compile(
    r"[0-9A-F]\.[0-9A-F]{3}\s+\S+\s+\S+\s+[0-9A-F]\.[0-9A-F]{3}\s+(?P<role>[A-Z][a-z]{3})"
)
_ID = re.compile(
    r"(?P<priority>[0-9A-F])\.(?P<extension>[0-9A-F]{3})\.(?P<mac>[0-9A-F]{2}(?::[0-9A-F]{2}){5})"
)
_FIELD = re.compile(
    r"(?:^|\s{2,})(?P<key>enabled|role|state|bridge id|designated root|root port|path cost|root path cost"
    r"|external port cost|oper edge port):?\s+(?P<value>\S+)"
)
_KNOWN = re.compile(
    r"Global info|-{3}PTP Info-{3}|Spanning-tree enabled protocol \S+|Bridge Parameters for \S+"
    r"|(?:debug level|enabled|role|state|bridge id|designated root|regional root|root port|path cost"
    r"|root path cost|max age|forward delay|bridge forward delay|bridge max age|root forward delay"
    r"|root max age|tx hold count|max hops|hello time|migrate_time|ageing time|force protocol version"
    r"|time since topology change|topology change|topology change count|topology change port"
    r"|last topology change port|priority|Max_Age|Hello_Time|PRSSM_state|port id|external port cost"
    r"|internal port cost|dsgn regional root|designated bridge|admin edge port|oper edge port"
    r"|point-to-point|restricted role|port hello time|bpdu guard port|network port|Num [A-Z][A-Za-z ]+?"
    r"|(?:Send|Rcvd) [A-Z][A-Za-z ]+?|bpdufilter port|clag ISL|clag role|clag remote portID):?\s+\S.*"
    r"|bpdufilter port"
    r"|(?:agree|learn|rcvdMsg|selected|sync|calledFromFlushRoutine|rcvdInternal|rcvdTcn|fdWhile|rcvdInfo"
    r"|edgeDelayWhile|Port [A-Z][A-Za-z ]+|if_index): .*"
)


@dataclass(slots=True, kw_only=True)
class _Block:
    """Gather one tree, or one port of a tree, while its lines are read."""

    line: int
    text: str
    bridge: str
    vlan: VlanId | None = None
    port: str = ""
    found: dict[str, str] = field(default_factory=dict)

    @property
    def instance(self) -> str:
        """Name the tree: by its bridge, or by its VLAN where each VLAN has one."""
        return self.bridge if self.vlan is None else f"VLAN{self.vlan:04}"


def read_spanning_tree(raw: Raw) -> Rows:
    """Read every tree and every port of it."""
    ledger = Ledger(raw=raw)
    blocks: list[_Block] = []
    bridge = ""
    settings: dict[str, str] = {}  # of the bridge, which the newer form prints before its trees
    current: dict[str, str] = {}
    for at, line in lines(raw.text):
        text = line.strip()
        if named := _BRIDGE.fullmatch(text):
            bridge, settings = named["name"], {}
            current = settings
        elif block := _opened(at, text, bridge, settings):
            blocks.append(block)
            current = block.found
        elif match := _PORT_LINE.fullmatch(text):
            current["role"] = match["role"]
        elif _KNOWN.fullmatch(text):
            for match in _FIELD.finditer(text):
                current.setdefault(match["key"], match["value"])
        else:
            ledger.refuse(line, "not a line of `mstpctl`", line=at)
    strays = len(ledger.unparsed)
    for each in blocks:
        _book(ledger, each)
    return ledger.close(len(_HEADS.findall(raw.text)) + strays)


def _opened(at: int, text: str, bridge: str, settings: dict[str, str]) -> _Block | None:
    """Open the block that a line is the head of, or give nothing."""
    if port := _PORT.fullmatch(text):
        vlan = VlanId(int(port["vlan"])) if port["vlan"] else None
        name = port["port"] or port["name"]
        return _Block(line=at, text=text, bridge=port["bridge"] or bridge, vlan=vlan, port=name)
    tree = _TREE.fullmatch(text)
    if not tree:
        return None
    vlan = VlanId(int(tree["vlan"])) if tree["vlan"] else None
    return _Block(line=at, text=text, bridge=tree["bridge"] or bridge, vlan=vlan, found=dict(settings))


def _book(ledger: Ledger, block: _Block) -> None:
    try:
        if block.vlan is not None:
            names.vlan_id(block.vlan)
        if block.port:
            ledger.accept([_port(ledger.raw, block)])
        elif _must(block, "enabled") == "no":
            ledger.accept(())
        else:
            ledger.accept([_instance(ledger.raw, block)])
    except ValueError as error:
        ledger.refuse(block.text, str(error), line=block.line)


def _instance(raw: Raw, block: _Block) -> StpInstance:
    root, root_priority = _identifier(_must(block, "designated root"))
    bridge, priority = _identifier(_must(block, "bridge id"))
    port = _must(block, "root port")
    cost = block.found.get("path cost") or _must(block, "root path cost")
    return StpInstance(
        instance=block.instance,
        vlans=frozenset({block.vlan}) if block.vlan is not None else frozenset(),
        root=root,
        root_priority=root_priority,
        bridge=bridge,
        bridge_priority=priority,
        root_port=None if port == "none" else interface_name(port),
        root_cost=number(cost),
        source=raw.at(block.line),
    )


def _port(raw: Raw, block: _Block) -> StpPort:
    role, state = _must(block, "role").lower(), _must(block, "state")
    if role not in _ROLES or state not in _STATES:
        raise ValueError(f"{role} and {state} are not a role and a state of a port")
    return StpPort(
        instance=block.instance,
        interface=interface_name(block.port),
        role=_ROLES[role],
        state=_STATES[state],
        cost=number(block.found.get("external port cost", "0")),
        edge=block.found.get("oper edge port") == "yes",
        source=raw.at(block.line),
    )


def _must(block: _Block, key: str) -> str:
    if key not in block.found:
        raise ValueError(f"its line `{key}` is missing")
    return block.found[key]


def _identifier(text: str) -> tuple[Mac, int]:
    """Take a bridge id apart: `1.00A.…` is priority 4096 and the VLAN 10."""
    match = _ID.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a bridge id")
    return names.mac(match["mac"]), int(match["priority"], 16) * 4096 + int(match["extension"], 16)
