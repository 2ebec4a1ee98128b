"""Collect where each MAC address was seen in each segment, and which IP addresses anybody ties to it.

Comes in: MAC tables, ARP and ND tables of switches and hosts, host bridges, and everybody's own interfaces.
Goes out: one `Seen` for each address and segment. Link-local IP addresses are left out: nothing is ever
moved by them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from vlan2l3.names import Address, DeviceName, InterfaceName, Mac, SegmentName
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.identity import BROADCAST, NO_MAC, Identities
from vlan2l3.network.index import Index
from vlan2l3.network.model import Host, PortRef
from vlan2l3.network.segments import Membership
from vlan2l3.network.svis import svi_vlan
from vlan2l3.network.virtual_macs import is_group
from vlan2l3.parse.records import BridgeEntry, MacEntry, Neighbor, Source

Key = tuple[SegmentName, Mac]
Places = dict[tuple[DeviceName, InterfaceName], SegmentName]


@dataclass(slots=True, kw_only=True)
class Seen:
    """Gather one address in one segment.

    Attributes:
        ports: access-side ports it was learned on, each with the row.
        addresses: IP addresses tied to it, each with who said so.
        elsewhere: the first row that has it on a port that is on no access side.
        behind: such a port leads to a machine nobody captured: there it hangs.
        bridged_by: hosts that have it behind a bridge of their own.
        asked: a routed interface that has it in its ARP or ND table.
    """

    ports: dict[PortRef, Source] = field(default_factory=dict)
    addresses: dict[Address, set[Source]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: Source | None = None
    behind: bool = False
    bridged_by: dict[DeviceName, Source] = field(default_factory=dict)
    asked: dict[PortRef, Source] = field(default_factory=dict)
    gateway_of: set[DeviceName] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """Hold what is needed to collect sightings.

    Attributes:
        access: ports with machines, without those in `transit`, which lead to a switch nobody captured.
        places: the segments of hosts' interfaces.
    """

    fabric: Fabric
    index: Index
    identities: Identities
    membership: Membership
    access: frozenset[PortRef]
    transit: frozenset[PortRef]
    hosts: tuple[Host, ...]
    places: Places

    def collect(self) -> dict[Key, Seen]:
        """Collect everything."""
        seen: dict[Key, Seen] = defaultdict(Seen)
        self._tables(seen)
        self._own(seen)
        self._asked(seen)
        self._bridges(seen)
        return {key: seen[key] for key in sorted(seen) if _is_machine(key[1], seen[key])}

    def _tables(self, seen: dict[Key, Seen]) -> None:
        for device in self.fabric.switches:
            for entry in self.index.of(device, MacEntry):
                name = self.membership.get((device, entry.vlan))
                if name is None or entry.origin == "self":
                    continue
                found = seen[name, entry.mac]
                port = PortRef(device=device, port=entry.interface)
                if port in self.access:
                    found.ports.setdefault(port, entry.source)
                    continue
                found.behind = found.behind or port in self.transit
                if found.elsewhere is None:
                    found.elsewhere = entry.source

    def _own(self, seen: dict[Key, Seen]) -> None:
        """Add the addresses switches and hosts have themselves, whether or not they were heard."""
        for switch in self.fabric.switches.values():
            macs = {port.name: port.mac for port in self.identities.nics.get(switch.name, ())}
            for svi in switch.svis:
                name = self.membership.get((switch.name, svi.vlan))
                if name is None:
                    continue
                pairs = [(macs.get(svi.name), a.ip, svi.source) for a in svi.addresses]
                pairs += [(g.mac, g.address.ip, g.source) for g in svi.gateways]
                for mac, address, source in pairs:
                    if mac is not None:
                        seen[name, mac].gateway_of.add(switch.name)
                        _tie(seen[name, mac], address, source)
        for host in self.hosts:
            own = {interface.name: interface.mac for interface in host.interfaces}
            for item in host.addresses:
                address_mac = own.get(item.interface)
                if item.segment is not None and address_mac is not None:
                    _tie(seen[item.segment, address_mac], item.address.ip, item.source)

    def _asked(self, seen: dict[Key, Seen]) -> None:
        for device, switch in self.fabric.switches.items():
            vlans = {svi.name: svi.vlan for svi in switch.svis}
            for neighbor in self.index.of(device, Neighbor):
                vlan = vlans.get(neighbor.interface) or svi_vlan(neighbor.interface)
                name = self.membership.get((device, vlan)) if vlan is not None else None
                if name is not None and neighbor.mac is not None:
                    found = seen[name, neighbor.mac]
                    _tie(found, neighbor.address, neighbor.source)
                    ref = PortRef(device=device, port=neighbor.interface)
                    found.asked.setdefault(ref, neighbor.source)
        for host in self.hosts:
            for neighbor in host.neighbors:
                place = self.places.get((host.name, neighbor.interface))
                if place is not None and neighbor.mac is not None:
                    found = seen[place, neighbor.mac]
                    _tie(found, neighbor.address, neighbor.source)
                    ref = PortRef(device=host.name, port=neighbor.interface)
                    found.asked.setdefault(ref, neighbor.source)

    def _bridges(self, seen: dict[Key, Seen]) -> None:
        """Add what hosts' bridges learned on ports that are no uplinks: guests."""
        for host in self.hosts:
            sorts = {interface.name: interface.sort for interface in host.interfaces}
            for entry in self.index.of(host.name, BridgeEntry):
                place = self.places.get((host.name, entry.bridge))
                if place is None or entry.permanent or sorts.get(entry.port) in ("physical", "bond", "vlan"):
                    continue
                seen[place, entry.mac].bridged_by.setdefault(host.name, entry.source)


def _is_machine(mac: Mac, found: Seen) -> bool:
    """Tell whether an address is one of machines: a group's is, where ARP gives it for one machine's."""
    if mac in (NO_MAC, BROADCAST):
        return False
    return not is_group(mac) or any(not address.is_multicast for address in found.addresses)


def _tie(found: Seen, address: Address, source: Source) -> None:
    if not address.is_link_local:
        found.addresses[address].add(source)
