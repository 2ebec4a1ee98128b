"""Name VLANs that pass one end of a trunk and not the other.

Comes in: switches and the links between them. Goes out: doubts, one a link. Such a VLAN ends there: by
pruning, which is meant, or by a change that reached one end only. It blinds nobody: the layer-2 graph joins
what both ends carry.
"""

from __future__ import annotations

from collections.abc import Iterable

from vlan2l3.names import VlanId, vlan_text
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.graph import logical_links
from vlan2l3.network.model import Link, PortMode, PortRef, SwitchPort


def one_sided_vlans(fabric: Fabric, links: Iterable[Link]) -> list[Doubt]:
    """Compare both ends of every link with a trunk; a port that loops back to itself has one end."""
    doubts = []
    for a, b in logical_links(fabric, links):
        here, there = fabric.ports.get(a), fabric.ports.get(b)
        if a == b or here is None or there is None or not _comparable(here, there):
            continue
        only_here, only_there = _beyond(here, there), _beyond(there, here)
        if not only_here and not only_there:
            continue
        said = [_sentence(*side) for side in ((only_here, a, b), (only_there, b, a)) if side[0]]
        doubts.append(
            Doubt(
                kind=GapKind.VLAN_ONE_SIDED,
                subject=f"{a} {b}",
                what="; ".join(said),
                hint="allow or prune them at both ends, so that the trunks say what is meant",
                devices=(a.device, b.device),
                nodes=tuple(sorted({(p.device, v) for p, o in ((a, only_here), (b, only_there)) for v in o})),
                blind=False,
                sources=(here.source, there.source),
            )
        )
    return doubts


def _comparable(here: SwitchPort, there: SwitchPort) -> bool:
    modes = {here.mode, there.mode}
    return PortMode.TRUNK in modes and modes <= {PortMode.TRUNK, PortMode.ACCESS}


def _beyond(here: SwitchPort, there: SwitchPort) -> set[VlanId]:
    """Give what passes here and has no way in at the other end; untagged frames meet untagged ones."""
    untagged = {here.untagged} if here.untagged is not None and there.untagged is None else set()
    return {*(here.tagged - there.tagged), *untagged}


def _sentence(vlans: set[VlanId], here: PortRef, there: PortRef) -> str:
    return f"VLAN {vlan_text(vlans)} passes {here} and not {there}"
