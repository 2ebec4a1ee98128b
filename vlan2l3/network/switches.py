"""Join what one switch said about itself into a `Switch`.

Comes in: the records of one device. Goes out: a `Switch` without rack, role and MLAG peer, which only the
links of all switches can tell, and doubts where its own answers disagree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, InterfaceName, Mac, VlanId, natural_key, vlan_text
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.index import Index
from vlan2l3.network.model import Mlag, PortMode, Switch, SwitchPort, SwitchRole
from vlan2l3.network.ports import PortReader, merged_ports
from vlan2l3.network.svis import address_key, svis
from vlan2l3.parse.records import (
    Capacity,
    Facts,
    FileText,
    LagMember,
    MacEntry,
    MlagDomain,
    Port,
    SnoopedGroup,
    Source,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
)

_ALL_BUT_A_FEW = 3000  # a trunk that lists more ids than this means "all": it proves none of them to exist


def read_switch(entry: DeviceEntry, index: Index) -> tuple[Switch, list[Doubt]]:
    """Join everything one switch said; `rack`, `role` and `mlag.peer` are left open."""
    device = DeviceName(entry.name)
    ports = merged_ports(index.of(device, Port))
    bridging, doubts = _switchports(device, index)
    existing = _existing(device, index, bridging)
    reader = PortReader(device=device, index=index, ports=ports, bridging=bridging, existing=existing)
    facts = index.of(device, Facts)
    switch = Switch(
        name=device,
        rack=None,
        role=SwitchRole.LEAF,
        platform=entry.platform,
        version=next((f.version for f in facts if f.version), ""),
        model=next((f.model for f in facts if f.model), ""),
        macs=_macs(device, index, ports.values()),
        vlans=_named(index.of(device, Vlan), existing),
        ports=reader.read(),
        svis=svis(device, index, ports),
        mlag=_mlag(device, index),
        config=_config(device, index),
        texts=tuple(text for text in index.of(device, FileText) if not _is_config(text)),
        capacities=index.of(device, Capacity),
        trees=index.of(device, StpInstance),
        tree_ports=index.of(device, StpPort),
        snooped=tuple(
            sorted(index.of(device, SnoopedGroup), key=lambda g: (g.vlan, address_key(g.group), g.ports))
        ),
        source=min((f.source for f in facts), default=Source(device=device, file=device)),
    )
    doubts += _vlan_table(switch, index.of(device, Vlan), existing)
    doubts += _strange_ports(switch, index.of(device, MacEntry), set(ports))
    doubts += _strange_vlans(switch, index.of(device, MacEntry), index.of(device, Vlan))
    return switch, doubts


def _switchports(device: DeviceName, index: Index) -> tuple[dict[InterfaceName, Switchport], list[Doubt]]:
    """Take the first account of every port; a second one that differs is a doubt."""
    found: dict[InterfaceName, Switchport] = {}
    doubts = []
    members = {member.interface for member in index.of(device, LagMember)}
    for record in index.of(device, Switchport):
        first = found.setdefault(record.interface, record)
        same = (first.mode, first.untagged, first.tagged) == (record.mode, record.untagged, record.tagged)
        if same or record.interface in members:
            continue
        doubts.append(
            Doubt(
                subject=f"switchport {device} {record.interface}",
                what=f"{first.source.file} and {record.source.file} give {record.interface} of {device}"
                " different VLANs",
                hint="take the capture again; if it stays, compare configuration and state by hand",
                devices=(device,),
                sources=(first.source, record.source),
            )
        )
    return found, doubts


def _existing(
    device: DeviceName, index: Index, bridging: dict[InterfaceName, Switchport]
) -> frozenset[VlanId]:
    """Give the VLANs that forward; without a VLAN table, every id that another table proves."""
    table = index.of(device, Vlan)
    if table:
        return frozenset(v.vlan for v in table if v.active and not v.dynamic)
    proven = {p.untagged for p in bridging.values() if p.untagged is not None and p.mode == "access"}
    proven |= {entry.vlan for entry in index.of(device, MacEntry)}
    listed = [p.tagged for p in bridging.values() if len(p.tagged) < _ALL_BUT_A_FEW]
    return frozenset(proven.union(*listed))


def _named(table: Iterable[Vlan], existing: frozenset[VlanId]) -> tuple[tuple[VlanId, str], ...]:
    named = dict.fromkeys(existing, "")
    for vlan in table:
        if not vlan.dynamic and not named.get(vlan.vlan):
            named[vlan.vlan] = vlan.name
    return tuple(sorted(named.items()))


def _macs(device: DeviceName, index: Index, ports: Iterable[Port]) -> frozenset[Mac]:
    own = {mac for fact in index.of(device, Facts) for mac in fact.macs}
    own |= {mac for port in ports for mac in (port.mac, port.hardware) if mac}
    own |= {entry.mac for entry in index.of(device, MacEntry) if entry.origin == "self"}
    return frozenset(own | {stp.bridge for stp in index.of(device, StpInstance) if stp.bridge})


def _mlag(device: DeviceName, index: Index) -> Mlag | None:
    domain = next((d for d in index.of(device, MlagDomain) if d.peer_link), None)
    if domain is None or domain.peer_link is None:
        return None
    return Mlag(
        domain=domain.domain,
        active=domain.active,
        peer=None,
        peer_link=domain.peer_link,
        system=domain.system,
        source=domain.source,
    )


def _config(device: DeviceName, index: Index) -> FileText | None:
    return next((text for text in index.of(device, FileText) if _is_config(text)), None)


def _is_config(text: FileText) -> bool:
    return "running" in text.path or "running" in text.source.file


def _vlan_table(switch: Switch, table: Iterable[Vlan], existing: frozenset[VlanId]) -> list[Doubt]:
    """Hold the ports `show vlan` lists against what the ports say they carry.

    Only a port that is listed and carries no such VLAN contradicts: several platforms leave out ports that
    are down, or all trunks.
    """
    ports = {p.name: p for p in switch.ports if p.mode in (PortMode.ACCESS, PortMode.TRUNK)}
    wrong: dict[InterfaceName, list[Vlan]] = defaultdict(list)
    for vlan in table:
        for name in vlan.ports if vlan.vlan in existing else ():
            if name in ports and vlan.vlan not in ports[name].vlans:
                wrong[name].append(vlan)
    return [_vlan_doubt(switch, ports[name], wrong[name]) for name in sorted(wrong, key=natural_key)]


def _vlan_doubt(switch: Switch, port: SwitchPort, vlans: list[Vlan]) -> Doubt:
    ids = vlan_text({vlan.vlan for vlan in vlans})
    return Doubt(
        subject=f"vlan {switch.name} {port.name}",
        what=f"the VLAN table of {switch.name} has {port.name} in VLAN {ids}, the port's own settings do not",
        hint="compare the running configuration with the VLAN table, then take the capture again",
        devices=(switch.name,),
        sources=(vlans[0].source, port.source),
    )


def _strange_ports(switch: Switch, table: Iterable[MacEntry], interfaces: set[InterfaceName]) -> list[Doubt]:
    """Name interfaces that hold learned addresses and are in no table of interfaces."""
    if not interfaces:
        return []
    known = interfaces | {port.name for port in switch.ports}
    counts: Counter[InterfaceName] = Counter()
    first: dict[InterfaceName, Source] = {}
    for entry in table:
        if entry.origin in ("learned", "static") and entry.interface not in known:
            counts[entry.interface] += 1
            first.setdefault(entry.interface, entry.source)
    return [
        Doubt(
            subject=f"port {switch.name} {name}",
            what=f"{switch.name} has {counts[name]} MAC address(es) on {name}, which is no interface of it",
            hint="take the interface table and the MAC table of this switch again, in one go",
            devices=(switch.name,),
            sources=(first[name],),
        )
        for name in sorted(counts, key=natural_key)
    ]


def _strange_vlans(switch: Switch, table: Iterable[MacEntry], vlans: Iterable[Vlan]) -> list[Doubt]:
    """Name VLANs in which addresses were learned and that the VLAN table does not have."""
    known = {vlan.vlan for vlan in vlans}
    bridged = {port.name for port in switch.ports if port.mode is not PortMode.ROUTED}
    rows = [row for row in table if row.origin != "self" and row.interface in bridged]
    strange = {row.vlan: row for row in reversed(rows) if row.vlan not in known}
    if not known or not strange:
        return []
    return [
        Doubt(
            subject=f"vlans {switch.name}",
            what=f"{switch.name} has addresses in VLAN {vlan_text(set(strange))}, which its VLAN table lacks",
            hint="take the VLAN table and the MAC table of this switch again, in one go",
            devices=(switch.name,),
            sources=tuple(sorted(entry.source for entry in strange.values())),
        )
    ]
