"""Hold what a host says of its links against what the switches say.

Comes in: a host and the switches. Goes out: its rack, and doubts. Nothing here changes the host.
"""

from __future__ import annotations

from collections import Counter

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import RackName, natural_key, rack_name
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.identity import NO_MAC
from vlan2l3.network.legs import Ends, lacp_systems
from vlan2l3.network.model import Host, Leg
from vlan2l3.network.stack import Stack


def rack_of(entry: DeviceEntry, legs: tuple[Leg, ...], fabric: Fabric) -> tuple[RackName | None, list[Doubt]]:
    """Take the rack of the legs, else the inventory's; two different ones are a doubt and no rack."""
    told = rack_name(entry.rack) if entry.rack else None
    found = sorted({rack for leg in legs if (rack := fabric.switches[leg.port.device].rack)})
    if len(found) <= 1 and (not found or told in (None, found[0])):
        return (found[0] if found else told), []
    places = [f"the inventory: {told}"] if told else []
    doubt = Doubt(
        subject=f"rack {entry.name}",
        what=f"{entry.name} has no single rack ({'; '.join([*places, *(f'a leg: {r}' for r in found)])})",
        hint="correct the inventory, or plan this machine by hand",
        devices=tuple(sorted({leg.port.device for leg in legs})),
        rack=told,
        sources=tuple(sorted({leg.source for leg in legs})),
    )
    return (found[0] if len(found) == 1 else None), [doubt]


def wrong_partners(host: Host, fabric: Fabric) -> list[Doubt]:
    """Name bonds that talk LACP to a system that is not the one their ports belong to."""
    doubts = []
    for bond in host.bonds:
        if bond.partner in (None, NO_MAC):
            continue
        ends = [leg for leg in host.legs if leg.interface in bond.members]
        expected = [(leg, lacp_systems(fabric, leg.port)) for leg in ends]
        wrong = [leg for leg, systems in expected if systems and bond.partner not in systems]
        if not wrong:
            continue
        doubts.append(
            Doubt(
                subject=f"lacp {host.name} {bond.name}",
                what=f"{bond.name} of {host.name} bundles with {bond.partner}, which is not the LACP system"
                f" of {', '.join(str(leg.logical) for leg in wrong)}",
                hint="look at the cables of the bond and at the MLAG system id of the pair",
                devices=(host.name, *sorted({leg.port.device for leg in wrong})),
                sources=(bond.source, *sorted({leg.source for leg in wrong})),
            )
        )
    return doubts


def loose_ends(host: Host, stack: Stack, ends: Ends) -> list[Doubt]:
    """Name interfaces that are up and carry addresses, and whose port nobody knows."""
    if not host.legs:
        return [
            Doubt(
                subject=f"legs {host.name}",
                what=f"{host.name} was read, and no captured switch has a port that leads to it",
                hint="capture its leafs, run LLDP on it, or waive it where it is a virtual machine",
                devices=(host.name,),
                sources=(host.source,),
            )
        ]
    carrying = {nic for address in host.addresses for nic in stack.wires(address.interface)}
    loose = {
        nic for nic in carrying - {leg.interface for leg in host.legs} if stack.ports[nic].up is not False
    }
    waiting = Counter(nics for leg, nics in ends if leg.interface is None)
    for nics, legs in waiting.items():
        if len(loose & nics) <= legs:
            loose -= nics
    bonded = {nic for bond in host.bonds for nic in bond.members}
    return [
        Doubt(
            subject=f"legs {host.name} {nic}",
            what=f"{nic} of {host.name} is up, and no captured port leads to it",
            hint="run LLDP on the host or capture the switch at the other end",
            devices=(host.name, *sorted({leg.port.device for leg in host.legs})),
            # An interface outside every bond keeps its addresses, which are in no known segment, so nothing
            # that is planned rests on it: typically the way to an out-of-band network.
            blind=nic in bonded,
            sources=(stack.ports[nic].source,),
        )
        for nic in sorted(loose, key=natural_key)
    ]
