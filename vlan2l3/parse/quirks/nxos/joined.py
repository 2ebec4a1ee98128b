"""Join what several answers of one NX-OS switch say of the same thing.

Comes in: the records of one switch. Goes out: fewer of them. The domain of a vPC pair, a LAG member, an
address and a relay are each told by two or three commands, none of which knows all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import TypeVar

from vlan2l3.parse import join
from vlan2l3.parse.quirks.nxos.config import TAG, VRF
from vlan2l3.parse.quirks.nxos.stations import PEER_LINK
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
)

R = TypeVar("R", bound=Record)
_FROM_CONFIG = "running-config"


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join the records of one switch, then as for every switch."""
    records = _merged(records, LagMember, lambda r: (r.lag, r.interface), _member, only_shown=True)
    records = _merged(records, MlagDomain, lambda _: (), _domain)
    records = _merged(records, MlagPort, lambda r: (r.number, r.interface), _first, only_shown=True)
    records = _merged(records, StpInstance, lambda r: (r.instance,), _instance)
    records = _merged(records, StpPort, lambda r: (r.instance, r.interface), _first)
    records = _merged(records, PortAddress, lambda r: (r.interface, r.address), _address, only_shown=True)
    records = _without_doubled_cdp(_with_peer_link(records))
    records = join.switch(records, "nxos", vrf_rule=VRF, tag_rule=TAG)
    records = _merged(records, DhcpRelay, lambda r: (r.interface,), _relay)
    return _merged(records, AclBinding, lambda r: (r.interface, r.acl, r.direction), _first)


def _merged(
    records: Iterable[Record],
    kind: type[R],
    key: Callable[[R], Hashable],
    merge: Callable[[R, R], R],
    *,
    only_shown: bool = False,
) -> tuple[Record, ...]:
    """Make one record of those of a kind that share a key, in the place of the first.

    What the configuration says is left alone where `only_shown`: the common rules weigh it against the rest.
    """
    places: dict[Hashable, int] = {}
    kept: list[Record] = []
    for record in records:
        if not isinstance(record, kind) or (only_shown and _FROM_CONFIG in record.source.file):
            kept.append(record)
            continue
        place = places.setdefault(key(record), len(kept))
        known = kept[place] if place < len(kept) else None
        if isinstance(known, kind):
            kept[place] = merge(known, record)
        else:
            kept.append(record)
    return tuple(kept)


def _first(known: R, _other: R) -> R:
    return known


def _member(known: LagMember, other: LagMember) -> LagMember:
    """Take the mode and the work from `show port-channel summary`, the partner from `show lacp neighbor`."""
    return replace(
        known,
        active=known.active or other.active,
        lacp=known.lacp or other.lacp,
        partner=known.partner or other.partner,
    )


def _domain(known: MlagDomain, other: MlagDomain) -> MlagDomain:
    whole, part = (known, other) if known.domain else (other, known)
    return replace(
        whole,
        role=whole.role or part.role,
        peer_address=whole.peer_address or part.peer_address,
        system=whole.system or part.system,
        peer=whole.peer or part.peer,
    )


def _instance(known: StpInstance, other: StpInstance) -> StpInstance:
    whole, part = (known, other) if known.bridge else (other, known)
    return replace(whole, vlans=whole.vlans or part.vlans)


def _address(known: PortAddress, other: PortAddress) -> PortAddress:
    """Keep the record of a command that knows VRFs: to `show interface` every one is the default."""
    return other if known.vrf == "default" else known


def _relay(known: DhcpRelay, other: DhcpRelay) -> DhcpRelay:
    return replace(known, servers=tuple(dict.fromkeys((*known.servers, *other.servers))))


def _with_peer_link(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Name the port that the MAC table calls the peer-link."""
    domains = (record for record in records if isinstance(record, MlagDomain))
    link = next((domain.peer_link for domain in domains if domain.peer_link), None)
    if link is None:
        return records
    return tuple(
        replace(record, interface=link)
        if isinstance(record, MacEntry) and record.interface == PEER_LINK
        else record
        for record in records
    )


def _without_doubled_cdp(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Leave out what CDP says of a neighbour that LLDP names on the same port."""
    heard = {
        (r.interface, _short(r)) for r in records if isinstance(r, LldpNeighbor) and r.protocol == "lldp"
    }
    return tuple(
        record
        for record in records
        if not isinstance(record, LldpNeighbor)
        or record.protocol == "lldp"
        or (record.interface, _short(record)) not in heard
    )


def _short(neighbor: LldpNeighbor) -> str:
    return neighbor.system.partition(".")[0].lower()
