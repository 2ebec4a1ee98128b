"""Compute what shares a port with a host, or stands silent beside it.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.network.model import PortMode, PortRef, StationKind, SwitchPort, SwitchRole


def bmc_mac_offset(lookup: Lookup) -> Iterator[Sighting]:
    """Find management controllers that answer on the port of the host they belong to."""
    for station in lookup.workloads:
        if station.kind is StationKind.BMC and station.owner:
            yield Sighting(
                anchor=station.owner,
                host=station.owner,
                segments=frozenset({station.segment}),
                racks=lookup.racks_at(station.ports),
                facts=frozenset({("macs", station.mac), *(("ports", str(p)) for p in station.ports)}),
                source=learned(station)[0],
            )


def silent_twin_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find up ports that carry the VLANs of a virtual MAC's port and on which nobody is known.

    The standby unit of an appliance pair looks like this: it sends nothing from the shared address.
    """
    taken = {port for station in lookup.network.stations for port in station.ports}
    stations = [s for s in lookup.workloads if s.kind is StationKind.VIRTUAL]
    for ref, port in _leaf_ports(lookup):
        if ref in taken or lookup.on_ports([ref]) or port.peer_link or port.neighbors or port.up is not True:
            continue
        for station in stations:
            if any(_same_vlans(lookup, twin, port) for twin in station.ports):
                yield Sighting(
                    anchor=station.mac,
                    segments=frozenset({station.segment}),
                    racks=lookup.racks_at([ref]),
                    facts=frozenset({("silent_ports", str(ref))}),
                    source=port.source,
                )


def _leaf_ports(lookup: Lookup) -> Iterator[tuple[PortRef, SwitchPort]]:
    for switch in lookup.network.switches:
        if switch.role is SwitchRole.LEAF:
            for port in switch.ports:
                if port.mode in (PortMode.ACCESS, PortMode.TRUNK):
                    yield PortRef(device=switch.name, port=port.name), port


def _same_vlans(lookup: Lookup, twin: PortRef, port: SwitchPort) -> bool:
    switch = lookup.network.switch(twin.device)
    active = switch.port(twin.port) if switch else None
    return active is not None and (active.untagged, active.tagged) == (port.untagged, port.tagged)


FUNCTIONS = (bmc_mac_offset, silent_twin_port)
