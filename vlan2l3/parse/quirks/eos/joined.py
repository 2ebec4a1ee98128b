"""Join what several answers of one EOS switch say.

Comes in: the records of one device. Goes out: the same facts, each once. What only the configuration knows
(trunk groups, VRFs) stands before what a command shows of the same port.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, replace

from vlan2l3.names import InterfaceName
from vlan2l3.parse import config, join
from vlan2l3.parse.quirks.eos.config import TAG, VRF
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    FileText,
    LagMember,
    LldpNeighbor,
    MlagPort,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
)

Records = tuple[Record, ...]
_SAME: Mapping[type[Record], tuple[str, ...]] = {
    AclBinding: ("interface", "acl", "direction"),
    DhcpRelay: ("interface",),
    MlagPort: ("number", "interface"),
    OverlayPeer: ("address",),
    PortAddress: ("interface", "address"),
    StpInstance: ("instance",),
    StpPort: ("instance", "interface"),
    Vlan: ("vlan",),
}
"""What makes two records the same fact; a record of another kind is always a fact of its own."""


def finish(records: Records) -> Records:
    """Join the records of one switch."""
    merged = _ports(_switchports(_lldp(records)))
    return _once(join.switch(merged, "eos", vrf_rule=VRF, tag_rule=TAG))


def _switchports(records: Records) -> Records:
    """Keep one record a bridged port: the configuration's first, for it alone knows of trunk groups.

    A member of a LAG bridges nothing by itself, whatever its own line says.
    """
    file = next((r.source.file for r in records if isinstance(r, FileText) and r.path == config.PATH), "")
    members = {r.interface for r in records if isinstance(r, LagMember)}
    members |= {r.name for r in records if isinstance(r, Port) and r.master}
    taken: set[InterfaceName] = set()
    configured = {r.interface for r in records if isinstance(r, Switchport) and r.source.file == file}
    kept: list[Record] = []
    for record in records:
        if isinstance(record, Switchport) and record.source.file != file:
            if record.interface in configured | members | taken:
                continue
            taken.add(record.interface)
        kept.append(record)
    return tuple(kept)


def _lldp(records: Records) -> Records:
    """Leave out what the brief table shows of a port whose neighbours are known in detail."""
    known = {r.interface for r in records if isinstance(r, LldpNeighbor) and r.chassis}
    return tuple(
        r for r in records if not isinstance(r, LldpNeighbor) or r.chassis or r.interface not in known
    )


def _ports(records: Records) -> Records:
    """Make one record of what several commands show of one port: the fullest one, filled up by the others."""
    shown: dict[InterfaceName, list[Port]] = {}
    for record in records:
        if isinstance(record, Port):
            shown.setdefault(record.name, []).append(record)
    whole = {name: _filled(ports) for name, ports in shown.items() if len(ports) > 1}
    return tuple(
        whole[record.name] if isinstance(record, Port) and record.name in whole else record
        for record in records
    )


def _filled(ports: list[Port]) -> Port:
    names = [field.name for field in fields(Port) if field.name not in ("kind", "source")]
    full = max(ports, key=lambda port: sum(getattr(port, name) not in (None, "") for name in names))
    for other in ports:
        gaps = {name: getattr(other, name) for name in names if getattr(full, name) in (None, "")}
        full = replace(full, **gaps)
    return full


def _once(records: Records) -> Records:
    """Keep the first of the records that say the same; of two addresses the one whose VRF is known."""
    found: dict[Hashable, Record] = {}
    for index, record in enumerate(records):
        fields_of = _SAME.get(type(record), ())
        key = (record.kind, *(getattr(record, name) for name in fields_of)) if fields_of else index
        known = found.setdefault(key, record)
        if isinstance(known, PortAddress) and isinstance(record, PortAddress) and known.vrf == "default":
            found[key] = replace(known, vrf=record.vrf)
    return tuple(found.values())
