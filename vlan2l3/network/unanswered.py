"""Name IP addresses that somebody asks for and nobody answers.

Comes in: ARP and ND tables of switches and hosts. Goes out: doubts, one an address and segment. An address
that anybody in the same segment has an answer for is answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.names import Address, DeviceName, SegmentName
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.index import Index
from vlan2l3.network.model import Host, PortRef
from vlan2l3.network.segments import Membership
from vlan2l3.network.sightings import Places
from vlan2l3.network.svis import address_key, svi_vlan
from vlan2l3.parse.records import Neighbor

Where = tuple[str, SegmentName | None]
"""A segment's name, or `device interface` outside of every known segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Hold what is needed to find them; `places` are the segments of hosts' interfaces."""

    fabric: Fabric
    index: Index
    membership: Membership
    hosts: tuple[Host, ...]
    places: Places

    def doubts(self) -> list[Doubt]:
        """List them, sorted by place and address."""
        asked: dict[tuple[Where, Address], list[Neighbor]] = defaultdict(list)
        answered: set[tuple[Where, Address]] = set()
        for where, neighbor in self._entries():
            key = (where, neighbor.address)
            if neighbor.mac is None:
                asked[key].append(neighbor)
            else:
                answered.add(key)
        found = sorted(asked.keys() - answered, key=lambda key: (key[0][0], address_key(key[1])))
        return [_doubt(where, address, asked[where, address]) for where, address in found]

    def _entries(self) -> Iterator[tuple[Where, Neighbor]]:
        for device in self.fabric.switches:
            for neighbor in self.index.of(device, Neighbor):
                vlan = svi_vlan(neighbor.interface)
                segment = self.membership.get((device, vlan)) if vlan is not None else None
                yield _where(device, neighbor, segment), neighbor
        for host in self.hosts:
            for neighbor in host.neighbors:
                segment = self.places.get((host.name, neighbor.interface))
                yield _where(host.name, neighbor, segment), neighbor


def _where(device: DeviceName, neighbor: Neighbor, segment: SegmentName | None) -> Where:
    return (segment or str(PortRef(device=device, port=neighbor.interface))), segment


def _doubt(where: Where, address: Address, asked: list[Neighbor]) -> Doubt:
    place, segment = where
    devices = tuple(sorted({neighbor.source.device for neighbor in asked}))
    return Doubt(
        kind=GapKind.ARP_UNANSWERED,
        subject=f"{place} {address}",
        what=f"{address} in {place} is asked for by {', '.join(devices)} and nobody answers",
        hint="find out who should have it: a machine that is off, a stale configuration, or a scan",
        devices=devices,
        segments=(segment,) if segment else (),
        blind=False,
        sources=tuple(sorted(neighbor.source for neighbor in asked)),
    )
