"""Say whose every MAC address is.

Comes in: sightings, hosts, switches. Goes out: `Station`s. An address is somebody's only by proof: an
interface that was read, a bridge's table, a gateway's record, a known family. Everything else is `unknown`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from vlan2l3.names import DeviceName, Mac
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.identity import Identities
from vlan2l3.network.model import Host, PortRef, Station, StationKind
from vlan2l3.network.sightings import Key, Seen
from vlan2l3.network.svis import address_key
from vlan2l3.network.virtual_macs import family, only_answers
from vlan2l3.parse.records import Source

# Intel documents NIC 1's address + 2 for a BMC that shares its port; boards with four NICs reach + 4.
BMC_REACH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Hold who could own an address.

    Attributes:
        legs: logical port -> the hosts that hang on it.
    """

    identities: Identities
    switches: Mapping[Mac, DeviceName]
    legs: Mapping[PortRef, frozenset[DeviceName]]

    @classmethod
    def of(cls, fabric: Fabric, identities: Identities, hosts: tuple[Host, ...]) -> Owners:
        """Index the owners."""
        switches: dict[Mac, DeviceName] = {}
        for switch in fabric.switches.values():
            for mac in switch.macs:
                switches[mac] = min(switch.name, switches.get(mac, switch.name))
        legs: dict[PortRef, set[DeviceName]] = defaultdict(set)
        for host in hosts:
            for leg in host.legs:
                legs[leg.logical].add(host.name)
        return cls(
            identities=identities,
            switches=switches,
            legs={port: frozenset(names) for port, names in legs.items()},
        )

    def judge(self, mac: Mac, seen: Seen) -> tuple[StationKind, DeviceName | None]:
        """Decide the kind and the owner of one address in one segment."""
        if seen.gateway_of:
            return StationKind.GATEWAY, min(seen.gateway_of)
        if mac in self.switches:
            return StationKind.SWITCH, self.switches[mac]
        if only_answers(mac):
            return StationKind.VIRTUAL, None
        if family(mac):
            return (StationKind.VIRTUAL if seen.ports else StationKind.GATEWAY), None
        return self._machine(mac, seen)

    def _machine(self, mac: Mac, seen: Seen) -> tuple[StationKind, DeviceName | None]:
        """Find the host an address is of, behind, or beside; two candidates are nobody."""
        here = self._hanging(seen)
        hosts = self.identities.owners.get(mac, frozenset()) & self.identities.hosts
        near = hosts & here if len(hosts) > 1 else hosts
        guest_of = {host for host in seen.bridged_by if host in here or not seen.ports}
        if len(near) == 1:
            return StationKind.HOST, min(near)
        if not hosts and len(guest_of) == 1:
            return StationKind.GUEST, min(guest_of)
        if not hosts and len(here) == 1 and self._controller(mac, min(here)):
            return StationKind.BMC, min(here)
        return StationKind.UNKNOWN, None

    def _hanging(self, seen: Seen) -> frozenset[DeviceName]:
        """Give the hosts that hang on every port an address was learned on."""
        found = [self.legs.get(port, frozenset()) for port in seen.ports]
        return frozenset.intersection(*found) if found else frozenset()

    def _controller(self, mac: Mac, host: DeviceName) -> bool:
        number = int(mac.replace(":", ""), 16)
        return any(
            0 < number - int(own.replace(":", ""), 16) <= BMC_REACH
            for port in self.identities.nics.get(host, ())
            if port.sort == "physical"
            for own in (port.hardware or port.mac,)
            if own is not None
        )


def stations(seen: Mapping[Key, Seen], owners: Owners) -> tuple[Station, ...]:
    """Make a station of every address, sorted by segment and address."""
    found = []
    for (segment, mac), sighting in seen.items():
        kind, owner = owners.judge(mac, sighting)
        found.append(
            Station(
                mac=mac,
                segment=segment,
                kind=kind,
                addresses=tuple(sorted(sighting.addresses, key=address_key)),
                ports=tuple(sorted(sighting.ports, key=port_key)),
                owner=owner,
                sources=_sources(sighting),
            )
        )
    return tuple(sorted(found, key=lambda station: (station.segment, station.mac)))


def _sources(seen: Seen) -> tuple[Source, ...]:
    """Give every row that places an address, or the first of a link between switches where there is none."""
    found = {*seen.ports.values(), *seen.bridged_by.values()}
    found.update(min(sources) for sources in seen.addresses.values())
    if not found and seen.elsewhere is not None:
        found.add(seen.elsewhere)
    return tuple(sorted(found))
