"""Tell which logical ports are one attachment: a single port, or the two halves of an MLAG LAG.

Comes in: ports. Goes out: ports grouped by attachment, in order of the switches' names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.model import PortRef

Attachment = tuple[str, ...]


def attachment(ref: PortRef, fabric: Fabric) -> Attachment:
    """Give both halves of an MLAG LAG the same key, and every other port its own."""
    port, switch = fabric.ports.get(ref), fabric.switches.get(ref.device)
    if port is None or port.mlag is None or switch is None or switch.mlag is None or switch.mlag.peer is None:
        return (ref.device, ref.port)
    return (*sorted((ref.device, switch.mlag.peer)), "mlag", port.mlag)


def grouped(refs: Iterable[PortRef], fabric: Fabric) -> tuple[tuple[PortRef, ...], ...]:
    """Group ports by attachment; the first port of each is on the switch that sorts first."""
    groups: dict[Attachment, list[PortRef]] = defaultdict(list)
    for ref in sorted(set(refs), key=port_key):
        groups[attachment(ref, fabric)].append(ref)
    return tuple(tuple(group) for group in sorted(groups.values(), key=lambda g: port_key(g[0])))
