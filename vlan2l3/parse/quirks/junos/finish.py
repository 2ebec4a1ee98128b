"""Join what several answers of one Junos switch say.

Comes in: the records of one device, those of `told` among them. Goes out: the same facts, each once, and
what could not be joined as `Unparsed`. Nothing is joined across devices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

from vlan2l3 import names
from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse import config, join
from vlan2l3.parse.quirks.junos import port, told
from vlan2l3.parse.quirks.junos.stp import CIST
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    KINDS,
    FileText,
    Gateway,
    LagMember,
    MlagDomain,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    StpInstance,
    Switchport,
    Vlan,
)

_TOLD = (
    told.ByVlanName, told.VrfMember, told.MstiVlans, told.McAe, told.PeerLink, told.BridgedUnit,
    told.VlanMember, told.Iccp,
)  # fmt: skip


def finish(records: tuple[Record, ...]) -> tuple[Record | Unparsed, ...]:
    """Join the records of one switch."""
    lost: list[Unparsed] = []
    file = next((r.source.file for r in records if isinstance(r, FileText) and r.path == config.PATH), "")
    vrfs = {r.interface: r.vrf for r in records if isinstance(r, told.VrfMember)}
    facts = [_in_vrf(r, vrfs) for r in records if not isinstance(r, _TOLD)]
    facts += _named(records, lost)
    facts += _unit_ports(records, facts, lost)
    facts = list(_lag_members(_whole_ports(facts)))
    facts = list(_shared_lags(records, facts, lost))
    gateways = _gateways(r for r in facts if isinstance(r, Gateway))
    others = tuple(r for r in facts if not isinstance(r, Gateway))
    joined = join.told_twice(others, file, vrfs={})
    return (*_instances(joined, records), *gateways, *lost)


def _in_vrf(record: Record, vrfs: Mapping[InterfaceName, str]) -> Record:
    """Give an address or a neighbour the VRF of its interface; no answer about either says it."""
    if not isinstance(record, PortAddress | Neighbor):
        return record
    return replace(record, vrf=vrfs.get(record.interface, record.vrf))


def _named(records: Iterable[Record], lost: list[Unparsed]) -> Iterator[Record]:
    """Give the VLAN id to each record that only names its VLAN."""
    records = tuple(records)
    ids: dict[str, set[VlanId]] = {}
    for record in records:
        if isinstance(record, Vlan) and record.name:
            ids.setdefault(record.name, set()).add(record.vlan)
    routed = {r.name for r in records if isinstance(r, Port) and r.vlan is not None}
    for record in records:
        if not isinstance(record, told.ByVlanName) or (record.record == "port" and _name(record) in routed):
            continue
        found = ids.get(record.vlan_name, set())
        if len(found) == 1:
            kind = KINDS[record.record]
            yield kind(source=record.source, vlan=next(iter(found)), **dict(record.given))  # type: ignore[call-arg]
        else:
            reason = f"{len(found) or 'no'} VLANs of the switch are named {record.vlan_name!r}"
            lost.append(_lost(record, record.command, f"{record.record} in {record.vlan_name}", reason))


def _name(record: told.ByVlanName) -> object:
    return dict(record.given)["name"]


def _lost(record: Record, command: str, text: str, reason: str) -> Unparsed:
    return Unparsed(source=record.source, command=command, text=text, reason=reason)


def _unit_ports(records: Iterable[Record], facts: Iterable[Record], lost: list[Unparsed]) -> Iterator[Record]:
    """Make the bridged ports that no answer tells whole: one gives the tags of units, another the VLANs."""
    records = tuple(records)
    whole = {r.interface for r in facts if isinstance(r, Switchport)}
    members: dict[InterfaceName, set[VlanId]] = {}
    for record in records:
        if isinstance(record, told.VlanMember):
            members.setdefault(record.unit, set()).add(record.vlan)
    units: dict[InterfaceName, dict[InterfaceName, told.BridgedUnit]] = {}
    for record in records:
        if isinstance(record, told.BridgedUnit) and port.bridged(record.unit) not in whole:
            units.setdefault(port.bridged(record.unit), {}).setdefault(record.unit, record)
    for name, of_port in units.items():
        try:
            yield from _switchport(name, tuple(of_port.values()), members)
        except ValueError as error:
            one = next(iter(of_port.values()))
            lost.append(_lost(one, one.command, str(name), str(error)))


def _switchport(
    name: InterfaceName, units: tuple[told.BridgedUnit, ...], members: Mapping[InterfaceName, set[VlanId]]
) -> Iterator[Switchport]:
    untagged: set[VlanId] = set()
    tagged: set[VlanId] = set()
    for unit in units:
        vlans = members.get(unit.unit, set())
        if unit.trunk:
            tagged |= vlans
        elif unit.tag is None:
            untagged |= vlans
        elif vlans - {unit.tag}:
            raise ValueError(f"{unit.unit} has tag {unit.tag} for VLAN {names.vlan_text(vlans)}")
        else:
            tagged |= vlans
    if len(untagged) > 1:
        raise ValueError(f"{len(untagged)} VLANs without a tag on {name}")
    if untagged or tagged:
        yield Switchport(
            source=units[0].source,
            interface=name,
            mode="trunk" if tagged else "access",
            untagged=next(iter(untagged), None),
            tagged=frozenset(tagged),
        )


def _whole_ports(facts: Iterable[Record]) -> Iterator[Record]:
    """Join what several answers say of one port; the fullest account comes first, and its place is kept."""
    facts = tuple(facts)
    accounts: dict[InterfaceName, list[Port]] = {}
    for fact in facts:
        if isinstance(fact, Port):
            accounts.setdefault(fact.name, []).append(fact)
    for fact in facts:
        if not isinstance(fact, Port):
            yield fact
            continue
        told_of = accounts.pop(fact.name, [])
        if told_of:
            told_of.sort(key=lambda one: one.enabled is None and one.up is None)
            yield _joined(told_of)


def _joined(accounts: list[Port]) -> Port:
    whole = accounts[0]
    for other in accounts[1:]:
        missing = {
            field.name: getattr(other, field.name)
            for field in fields(whole)
            if getattr(whole, field.name) in (None, "") and getattr(other, field.name) not in (None, "")
        }
        whole = replace(whole, **missing)
    return whole


def _lag_members(facts: Iterable[Record]) -> Iterator[Record]:
    """Leave out what `show interfaces` says of a member where LACP says more."""
    facts = tuple(facts)
    by_lacp = {f.interface: f.source.file for f in facts if isinstance(f, LagMember) and f.lacp}
    for fact in facts:
        shown = isinstance(fact, LagMember) and not fact.lacp and fact.interface in by_lacp
        if not shown:
            yield fact


def _shared_lags(
    records: Iterable[Record], facts: Iterable[Record], lost: list[Unparsed]
) -> Iterator[Record]:
    """Give a shared LAG the state that is shown, and make the domain of the peer link."""
    records = tuple(records)
    shown = {r.interface: r for r in records if isinstance(r, told.McAe)}
    numbered: set[InterfaceName] = set()
    for fact in facts:
        if isinstance(fact, MlagPort) and fact.interface in shown:
            numbered.add(fact.interface)
            yield replace(fact, state=shown[fact.interface].state)
        else:
            yield fact
    for name in shown.keys() - numbered:
        reason = "its mc-ae-id, which only the configuration has, is not known"
        lost.append(_lost(shown[name], shown[name].command, str(name), reason))
    first = next((s for s in shown.values() if s.peer_link), None)
    if first and first.peer_link:
        yield _domain(first, first.peer_link, records)


def _domain(first: told.McAe, peer_link: InterfaceName, records: Iterable[Record]) -> MlagDomain:
    """Make the domain: the link to the peer is shown with a LAG, its number stands elsewhere."""
    records = tuple(records)
    configured = [r for r in records if isinstance(r, told.PeerLink) and r.peer == first.peer]
    connected = [r for r in records if isinstance(r, told.Iccp) and r.peer == first.peer]
    numbers = (*(r.domain for r in configured), *(g for r in connected for g in r.groups))
    return MlagDomain(
        source=first.source,
        domain=next((number for number in numbers if number), ""),
        active=first.peer_up and all(r.up for r in connected),
        role=first.role,
        peer_link=peer_link,
        peer_address=first.peer,
        system=next((r.system for r in configured if r.system), None),
    )


def _gateways(found: Iterable[Gateway]) -> list[Gateway]:
    """Join what is shown of a gateway with what is configured; each family has a MAC address of its own."""
    whole: dict[tuple[object, ...], Gateway] = {}
    for gateway in found:
        version = gateway.addresses[0].version if gateway.addresses else 0
        key = (gateway.interface, gateway.protocol, gateway.group, version)
        known = whole.get(key, gateway)
        whole[key] = replace(
            known,
            addresses=tuple(dict.fromkeys((*known.addresses, *gateway.addresses))),
            mac=known.mac or gateway.mac,
            state=known.state or gateway.state,
        )
    return list(whole.values())


def _instances(facts: Iterable[Record], records: Iterable[Record]) -> Iterator[Record]:
    """Give each instance of MSTP its VLANs: those mapped to it, and the CIST all that no other has."""
    facts = tuple(facts)
    mapped: dict[str, frozenset[VlanId]] = {}
    for record in records:
        if isinstance(record, told.MstiVlans):
            name = f"MST{record.instance}"
            mapped[name] = mapped.get(name, frozenset()) | record.vlans
    own = frozenset(v for f in facts if isinstance(f, StpInstance) and f.instance != CIST for v in f.vlans)
    others = own.union(*mapped.values())
    is_mstp = bool(mapped)
    for fact in facts:
        if isinstance(fact, StpInstance) and fact.instance == CIST and (is_mstp or fact.vlans):
            yield replace(fact, vlans=names.vlan_ranges("all") - others)
        elif isinstance(fact, StpInstance) and not fact.vlans:
            yield replace(fact, vlans=mapped.get(fact.instance, frozenset()))
        else:
            yield fact
