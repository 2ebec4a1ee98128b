"""Join what several answers of one SONiC switch say.

Comes in: the records of one answer, or of one device. Goes out: the same facts, each once: a port's VLANs
stand in a row each, its state, its use and its description in three commands, a neighbour's VRF with the
addresses.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, replace

from vlan2l3.names import InterfaceName
from vlan2l3.parse import join
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    DhcpRelay,
    LldpNeighbor,
    MlagDomain,
    MlagPort,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    Switchport,
    Vlan,
)

_KEYS: Mapping[type[Record], tuple[str, ...]] = {
    Acl: ("name",),
    AclBinding: ("interface", "acl", "direction"),
    DhcpRelay: ("interface",),
    LldpNeighbor: ("interface", "system", "port"),
    MlagDomain: ("domain",),
    MlagPort: ("number",),
    OverlayPeer: ("address",),
    Port: ("name",),
    PortAddress: ("interface", "address"),
    Switchport: ("interface",),
    Vlan: ("vlan",),
}
_SHARED = (Port, Vlan, DhcpRelay)
_NO_LINE = "(?!)"  # CONFIG_DB has no lines of interfaces


def memberships(records: Iterable[Record]) -> tuple[tuple[Record, ...], tuple[tuple[str, str], ...]]:
    """Make one switchport of a port's rows; also give the ports whose rows cannot be true together."""
    whole: dict[InterfaceName, Switchport] = {}
    clashes: dict[InterfaceName, str] = {}
    others: list[Record] = []
    for record in records:
        if not isinstance(record, Switchport):
            others.append(record)
            continue
        known = whole.get(record.interface, record)
        if known.untagged and record.untagged and known.untagged != record.untagged:
            clashes[record.interface] = f"untagged in both VLAN {known.untagged} and {record.untagged}"
        tagged = known.tagged | record.tagged
        whole[record.interface] = replace(
            known,
            mode="trunk" if tagged else "access",
            untagged=known.untagged or record.untagged,
            tagged=tagged,
        )
    sound = (port for name, port in whole.items() if name not in clashes)
    return (*others, *sound), tuple(clashes.items())


def rules(records: Iterable[Record]) -> tuple[Record, ...]:
    """Make one ACL of its rules, which stand in a row each."""
    whole: dict[str, Acl] = {}
    for record in records:
        if isinstance(record, Acl):
            known = whole.get(record.name)
            whole[record.name] = (
                replace(known, family=known.family or record.family, entries=known.entries + record.entries)
                if known
                else record
            )
    return tuple(whole.values())


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say."""
    kept = _once(records, _SHARED)  # before the common join, which keeps the first record of a port
    kept = join.switch(kept, "sonic", vrf_rule=_NO_LINE, tag_rule=_NO_LINE)
    vrfs = {r.interface: r.vrf for r in kept if isinstance(r, PortAddress)}
    kept = tuple(replace(r, vrf=vrfs.get(r.interface, r.vrf)) if isinstance(r, Neighbor) else r for r in kept)
    live = {r.domain for r in records if isinstance(r, MlagDomain) and r.active}
    shown = (r for r in kept if not (isinstance(r, MlagDomain) and r.domain in live and not r.active))
    return _once(shown, tuple(_KEYS))


def _once(records: Iterable[Record], kinds: tuple[type[Record], ...]) -> tuple[Record, ...]:
    """Keep the first record of a fact of some kinds, completed by what later ones add."""
    whole: dict[Hashable, Record] = {}
    for record in records:
        key = _key(record) if isinstance(record, kinds) else id(record)
        known = whole.get(key)
        whole[key] = record if known is None else _completed(known, record)
    return tuple(whole.values())


def _key(record: Record) -> Hashable:
    return (record.kind, *(getattr(record, name) for name in _KEYS[type(record)]))


def _completed(known: Record, more: Record) -> Record:
    if isinstance(known, DhcpRelay) and isinstance(more, DhcpRelay):
        return replace(known, servers=tuple(dict.fromkeys(known.servers + more.servers)))
    if not isinstance(known, Port | Vlan):
        return known
    added = {
        field.name: getattr(more, field.name)
        for field in fields(known)
        if field.name != "source" and getattr(known, field.name) in (None, "", ())
    }
    return replace(known, **added)
