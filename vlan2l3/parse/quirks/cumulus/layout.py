"""Work out how a Cumulus switch is put together: its bridges, their VLANs, its bonds, its VRFs.

Comes in: the records of one device. Goes out: a `Layout` that answers which VLAN a bridge is and which port
carries it. Two kinds of bridges exist: a VLAN-aware one filters VLANs by their tags; a traditional one is a
VLAN by itself, whose members are ports (untagged) and sub-interfaces (with their tag).
A bridge whose members have different tags translates VLANs: it stands for no VLAN, and is left open. A single
bridge without any tag is called VLAN 1, the native one; of several, none is.
VLAN ids are taken to mean the same on every VLAN-aware bridge of a switch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse.quirks.cumulus.kernel import Device
from vlan2l3.parse.records import MlagDomain, Port, Record, Switchport

_NATIVE = VlanId(1)
_YES, _NO = ("1", "True"), ("0", "False")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Hold what joins the interfaces of one switch.

    Attributes:
        ports: by name.
        devices: what the kernel says of each interface, by name; empty where nobody asked it.
        aware: the VLAN-aware bridges.
        traditional: the others; a bridge of which nothing tells is in neither.
        vlans: the VLAN that each traditional bridge stands for.
        members: the interfaces of each master.
        filtered: the VLANs of each port of a VLAN-aware bridge, as `bridge vlan` lists them.
        tables: the routing table of each VRF -> its name.
        peer_link: the bond to the MLAG peer.
    """

    ports: dict[InterfaceName, Port]
    devices: dict[InterfaceName, Device]
    aware: frozenset[InterfaceName]
    traditional: frozenset[InterfaceName]
    vlans: dict[InterfaceName, VlanId]
    members: dict[InterfaceName, tuple[InterfaceName, ...]] = field(default_factory=dict)
    filtered: dict[InterfaceName, Switchport] = field(default_factory=dict)
    tables: dict[str, InterfaceName] = field(default_factory=dict)
    peer_link: InterfaceName | None = None

    @classmethod
    def of(cls, records: Iterable[Record]) -> Layout:
        """Read the layout out of the records of one switch."""
        ports: dict[InterfaceName, Port] = {}
        devices: dict[InterfaceName, Device] = {}
        filtered: dict[InterfaceName, Switchport] = {}
        peer_link = None
        for record in records:
            if isinstance(record, Port):
                ports.setdefault(record.name, record)
            elif isinstance(record, Device):
                devices.setdefault(record.name, record)
            elif isinstance(record, Switchport):
                filtered.setdefault(record.interface, record)
            elif isinstance(record, MlagDomain):
                peer_link = record.peer_link
        members: dict[InterfaceName, list[InterfaceName]] = defaultdict(list)
        for device in devices.values():
            if device.master is not None:
                members[device.master].append(device.name)
        filtering = {n: d.fact("vlan_filtering") for n, d in devices.items() if d.family == "bridge"}
        aware = {n for n, said in filtering.items() if said in _YES}
        # An iproute2 that does not print the setting lists VLANs of such a bridge's ports alone.
        aware |= {
            n for n, said in filtering.items() if not said and not filtered.keys().isdisjoint(members[n])
        }
        traditional = frozenset(n for n, said in filtering.items() if said in _NO)
        return cls(
            ports=ports,
            devices=devices,
            aware=frozenset(aware),
            traditional=traditional,
            vlans=_vlans({name: members[name] for name in traditional}, ports, frozenset(aware)),
            members={name: tuple(found) for name, found in members.items()},
            filtered=filtered,
            tables={d.fact("table"): d.name for d in devices.values() if d.family == "vrf"},
            peer_link=_below(peer_link, ports) if peer_link else None,
        )

    def family(self, name: InterfaceName) -> str:
        """Give the family of an interface; empty for a port, and for one nobody described."""
        device = self.devices.get(name)
        return device.family if device else ""

    def wire(self, name: InterfaceName) -> InterfaceName:
        """Give the port that a sub-interface is on, or the interface itself."""
        return _below(name, self.ports)

    def vrf(self, name: InterfaceName) -> str:
        """Give the VRF of an interface, by its own name where it is the VRF."""
        device = self.devices.get(name)
        if device is None:
            return "default"
        if device.family == "vrf":
            return device.name
        return device.master if device.master and self.family(device.master) == "vrf" else "default"

    def filters(self, name: InterfaceName) -> bool:
        """Tell whether what `bridge vlan` lists of a port is in force: on a VLAN-aware bridge it is."""
        device = self.devices.get(name)
        return device is None or device.master in self.aware or name in self.aware

    def svi(self, port: Port) -> VlanId | None:
        """Give the VLAN that an interface routes for, or nothing where it is no SVI."""
        if port.sort == "bridge":
            return self.vlans.get(port.name)
        below = port.parent
        is_svi = port.sort == "vlan" and below is not None and self.family(below) == "bridge"
        return port.vlan if is_svi else None

    def virtual(self, name: InterfaceName) -> InterfaceName | None:
        """Give the interface below that a macvlan (`vlan10-v0`) answers for with a shared address."""
        device = self.devices.get(name)
        return device.lower if device and device.family == "macvlan" else None

    def bridged(self, port: Port) -> bool:
        """Tell whether a port, or a sub-interface of it, is a member of a bridge."""
        below = {p.name for p in self.ports.values() if p.sort == "vlan" and p.parent == port.name}
        masters = {d.master for name in {port.name, *below} if (d := self.devices.get(name))}
        return any(master is not None and self.family(master) == "bridge" for master in masters)


def _below(name: InterfaceName, ports: dict[InterfaceName, Port]) -> InterfaceName:
    port = ports.get(name)
    if port is None:
        return InterfaceName(name.partition(".")[0])
    return port.parent if port.sort == "vlan" and port.parent is not None else name


def _vlans(
    traditional: dict[InterfaceName, list[InterfaceName]],
    ports: dict[InterfaceName, Port],
    aware: frozenset[InterfaceName],
) -> dict[InterfaceName, VlanId]:
    """Give each traditional bridge the one tag that its members have."""
    found: dict[InterfaceName, VlanId] = {}
    untagged = []
    for name, members in traditional.items():
        known = [ports[member] for member in members if member in ports]
        tags = {port.vlan for port in known if port.sort == "vlan" and port.vlan is not None}
        if len(tags) == 1:
            found[name] = tags.pop()
        elif not tags and any(port.sort in ("physical", "bond") for port in known):
            untagged.append(name)
    if len(untagged) == 1 and not aware and _NATIVE not in found.values():
        found[untagged[0]] = _NATIVE
    return found
