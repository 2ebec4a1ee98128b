"""Join what one host said about itself with the ports it hangs on.

Comes in: the records of one host, its legs, and the segments. Goes out: a `Host`, and doubts where the host
and the switches disagree. A host on no known port has no legs, which is a doubt and not "not connected".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, InterfaceName, natural_key
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.host_doubts import loose_ends, rack_of, wrong_partners
from vlan2l3.network.index import Index
from vlan2l3.network.legs import HostLinks
from vlan2l3.network.model import Host, HostAddress, HostBond, HostInterface
from vlan2l3.network.placement import Placer
from vlan2l3.network.ports import merged_ports
from vlan2l3.network.segments import Membership
from vlan2l3.network.sightings import Places
from vlan2l3.network.stack import Stack
from vlan2l3.parse.records import (
    Bond,
    BridgeEntry,
    Facts,
    FileText,
    JoinedGroup,
    Neighbor,
    Package,
    Port,
    Route,
    Socket,
    Source,
    Sysctl,
    Unit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReader:
    """Hold what is needed to describe hosts."""

    index: Index
    fabric: Fabric
    host_links: HostLinks
    membership: Membership

    def read(self, entry: DeviceEntry) -> tuple[Host, Places, list[Doubt]]:
        """Describe one host, and say in which segments its interfaces are that know neighbours or guests."""
        name = DeviceName(entry.name)
        ports = merged_ports(self.index.of(name, Port))
        bonds = merged_bonds(self.index.of(name, Bond))
        placer = Placer(
            host=name,
            stack=Stack.of(ports, bonds),
            index=self.index,
            fabric=self.fabric,
            host_links=self.host_links,
            membership=self.membership,
        )
        addresses, doubts = placer.addresses()
        legs = self.host_links.of(name)
        rack, rack_doubts = rack_of(entry, legs, self.fabric)
        host = Host(
            name=name,
            rack=rack,
            readable=True,
            platform=entry.platform,
            legs=legs,
            interfaces=_interfaces(ports, addresses),
            bonds=tuple(_bond(bond) for bond in bonds),
            addresses=addresses,
            routes=self.index.of(name, Route),
            neighbors=self.index.of(name, Neighbor),
            units=tuple(sorted(self.index.of(name, Unit), key=lambda unit: unit.name)),
            sockets=self.index.of(name, Socket),
            groups=self.index.of(name, JoinedGroup),
            packages=tuple(sorted(self.index.of(name, Package), key=lambda package: package.name)),
            sysctls=tuple(sorted(self.index.of(name, Sysctl), key=lambda sysctl: sysctl.key)),
            files=tuple(sorted(self.index.of(name, FileText), key=lambda file: file.path)),
            source=min(
                (fact.source for fact in self.index.of(name, Facts)), default=_any_source(name, ports)
            ),
        )
        doubts += rack_doubts
        doubts += wrong_partners(host, self.fabric)
        doubts += loose_ends(host, placer.stack, self.host_links.legs.get(name, ()))
        return host, self._places(placer, host), doubts

    def _places(self, placer: Placer, host: Host) -> Places:
        talking = {neighbor.interface for neighbor in host.neighbors}
        talking |= {entry.bridge for entry in self.index.of(host.name, BridgeEntry)}
        segments = {interface: placer.place(interface).segment for interface in sorted(talking)}
        return {(host.name, i): segment for i, segment in segments.items() if segment is not None}


def merged_bonds(records: Iterable[Bond]) -> tuple[Bond, ...]:
    """Join two accounts of one bond: `ip` and `/proc/net/bonding` each leave something open."""
    found: dict[InterfaceName, Bond] = {}
    for record in records:
        known = found.get(record.name)
        found[record.name] = (
            record
            if known is None
            else replace(
                known,
                members=known.members or record.members,
                active=known.active or record.active,
                partner=known.partner or record.partner,
            )
        )
    return tuple(found[name] for name in sorted(found, key=natural_key))


def _bond(bond: Bond) -> HostBond:
    return HostBond(
        name=bond.name,
        mode=bond.mode,
        members=bond.members,
        active=bond.active,
        partner=bond.partner,
        source=bond.source,
    )


def _any_source(name: DeviceName, ports: dict[InterfaceName, Port]) -> Source:
    return min((port.source for port in ports.values()), default=Source(device=name, file=name))


def _interfaces(
    ports: dict[InterfaceName, Port], addresses: Iterable[HostAddress]
) -> tuple[HostInterface, ...]:
    """Give every interface, also one that only an address names."""
    found = {
        port.name: HostInterface(
            name=port.name,
            sort=port.sort,
            mac=port.mac,
            up=port.up,
            mtu=port.mtu,
            master=port.master,
            parent=port.parent,
            vlan=port.vlan,
            source=port.source,
        )
        for port in ports.values()
    }
    for address in addresses:
        found.setdefault(
            address.interface,
            HostInterface(
                name=address.interface,
                sort="other",
                mac=None,
                up=None,
                mtu=None,
                master=None,
                parent=None,
                vlan=None,
                source=address.source,
            ),
        )
    return tuple(found[name] for name in sorted(found, key=natural_key))
