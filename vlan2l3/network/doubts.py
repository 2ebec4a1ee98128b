"""Note what is not known while the network is joined, before anybody knows which racks it touches.

Comes in: nothing. Goes out: `Doubt`s, which `gaps` turns into entries of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.names import DeviceName, RackName, SegmentName, VlanId
from vlan2l3.network.coverage import GapKind
from vlan2l3.parse.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Record one thing that is not known or is contradicted.

    Attributes:
        devices: whose racks depend on it.
        segments: whose racks depend on it when no device in `devices` has a rack (a core's port).
        nodes: (switch, VLAN) pairs whose segments count like `segments`.
        rack: said by the inventory, for a device that was seen nowhere.
    """

    subject: str
    what: str
    hint: str
    kind: GapKind = GapKind.CONTRADICTION
    devices: tuple[DeviceName, ...] = ()
    segments: tuple[SegmentName, ...] = ()
    nodes: tuple[tuple[DeviceName, VlanId], ...] = ()
    rack: RackName | None = None
    blind: bool = True
    sources: tuple[Source, ...] = ()
