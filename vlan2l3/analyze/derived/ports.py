"""Compute what shares a port with a host, or stands silent beside it.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Mac, SegmentName, VlanId
from vlan2l3.network.model import PortMode, PortRef, StationKind, SwitchPort, SwitchRole

Carried = tuple[VlanId | None, frozenset[VlanId]]


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
    active = _virtual(lookup)
    for ref, port in _leaf_ports(lookup):
        if ref in taken or lookup.on_ports([ref]) or port.peer_link or port.neighbors or port.up is not True:
            continue
        for mac, segment in sorted(active.get(_vlans(port), ())):
            yield Sighting(
                anchor=mac,
                segments=frozenset({segment}),
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


def _virtual(lookup: Lookup) -> dict[Carried, set[tuple[Mac, SegmentName]]]:
    """Index the virtual MACs by the VLANs of the ports they are on."""
    found: dict[Carried, set[tuple[Mac, SegmentName]]] = defaultdict(set)
    for station in lookup.on_access:
        if station.kind is StationKind.VIRTUAL:
            for ref in station.ports:
                port = lookup.ports.get(ref)
                if port is not None:
                    found[_vlans(port)].add((station.mac, station.segment))
    return found


def _vlans(port: SwitchPort) -> Carried:
    return port.untagged, port.tagged


FUNCTIONS = (bmc_mac_offset, silent_twin_port)
