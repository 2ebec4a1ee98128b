"""Name ports that are up while nobody knows what is at the other end.

Comes in: ports, learned addresses, legs. Goes out: doubts. A link that is up has a machine at its end. A port
of which nothing at all is known blinds; one that learned addresses does so through each unknown address, and
a routed one carries no VLAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vlan2l3.names import Mac
from vlan2l3.network.attachments import attachment
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.model import Host, PortMode, PortRef


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


def lonely_ports(
    fabric: Fabric,
    access: frozenset[PortRef],
    facing: frozenset[PortRef],
    learned: Mapping[PortRef, set[Mac]],
    hosts: Iterable[Host],
) -> list[Doubt]:
    """Find the other ports that are up without a neighbour: routed, or with addresses of no known host."""
    known = {attachment(leg.logical, fabric) for host in hosts for leg in host.legs}
    doubts = []
    for ref, port in sorted(fabric.ports.items(), key=lambda item: port_key(item[0])):
        if not port.up or port.neighbors or port.lag or port.peer_link or ref in facing:
            continue
        macs = len(learned.get(ref, ()))
        if attachment(ref, fabric) in known or (ref in access and not macs):
            continue
        if port.mode is PortMode.ROUTED:
            addresses = ", ".join(map(str, port.addresses)) or "no address"
            seen = f"routed ({addresses})"
        else:
            seen = f"{macs} MAC address(es) of no known host are learned on it"
        doubts.append(
            Doubt(
                kind=GapKind.PORT_WITHOUT_NEIGHBOR,
                subject=str(ref),
                what=f"{ref} is up, with no LLDP neighbour; {seen}",
                hint="run LLDP at the other end, or capture the machine there",
                devices=(ref.device,),
                nodes=tuple(sorted((ref.device, vlan) for vlan in port.vlans)),
                blind=False,
                sources=(port.source,),
            )
        )
    return doubts
