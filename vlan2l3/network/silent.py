"""Name access-side ports that are up while nothing is known to be on them.

Comes in: ports, learned addresses, legs. Goes out: doubts. A link that is up has a machine at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vlan2l3.names import Mac
from vlan2l3.network.attachments import attachment
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.model import Host, PortRef


def silent_ports(
    fabric: Fabric,
    access: frozenset[PortRef],
    learned: Mapping[PortRef, set[Mac]],
    hosts: Iterable[Host],
) -> list[Doubt]:
    """Find the ports; an MLAG LAG is silent only if both halves are."""
    speaking = {attachment(ref, fabric) for ref in learned}
    speaking |= {attachment(leg.logical, fabric) for host in hosts for leg in host.legs}
    doubts = []
    for ref in sorted(access, key=port_key):
        port = fabric.ports[ref]
        if not port.up or port.neighbors or attachment(ref, fabric) in speaking:
            continue
        doubts.append(
            Doubt(
                kind=GapKind.SILENT_PORT,
                subject=str(ref),
                what=f"{ref} is up, with no LLDP neighbour and no MAC address learned",
                hint="follow the cable, or shut the port down, then capture again",
                devices=(ref.device,),
                nodes=tuple(sorted((ref.device, vlan) for vlan in port.vlans)),
                sources=(port.source,),
            )
        )
    return doubts
