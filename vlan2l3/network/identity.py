"""Decide which captured device and which port an LLDP neighbour is.

Comes in: the devices of the capture and what they say of themselves. Goes out: a device or a port, or
nothing. Two devices of one hostname are never merged, and a name alone does not make a stranger a captured
host when its addresses say otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from vlan2l3 import platforms
from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, InterfaceName, Mac, mac
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.index import Index
from vlan2l3.network.model import PortRef
from vlan2l3.network.ports import merged_ports
from vlan2l3.parse.records import Facts, LldpNeighbor, Port

# What runs on hosts; every other platform of `parsers/` is a switch's.
HOST_PLATFORMS = frozenset({"esxi", "linux", "windows"})
NO_MAC = Mac("00:00:00:00:00:00")
BROADCAST = Mac("ff:ff:ff:ff:ff:ff")
# Interfaces whose own addresses never appear on a wire.
_INSIDE = frozenset({"tap", "tunnel", "loopback"})
_PREFIX = re.compile(r"([A-Za-z-]+)\s*(.*)")


def as_mac(text: str) -> Mac | None:
    """Read a chassis or port id that is a MAC address."""
    try:
        return mac(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """Hold every name and address by which a captured device is known.

    Attributes:
        names: in lower case, of any length -> the devices that go by it.
        shortened: the part before the first dot of a longer name -> the devices.
        owners: addresses seen on a wire -> the devices that use it as their own.
        macs: every address of a device.
        abbreviations: of interface names, by device.
    """

    hosts: frozenset[DeviceName]
    names: dict[str, frozenset[DeviceName]]
    shortened: dict[str, frozenset[DeviceName]]
    owners: dict[Mac, frozenset[DeviceName]]
    macs: dict[DeviceName, frozenset[Mac]]
    abbreviations: dict[DeviceName, dict[str, str]]
    nics: dict[DeviceName, tuple[Port, ...]]
    fabric: Fabric

    def device(self, neighbor: LldpNeighbor) -> DeviceName | None:
        """Find the captured device a neighbour is, by name and addresses together."""
        evidence = {found for text in (neighbor.chassis, neighbor.port) if (found := as_mac(text))}
        named = {device for device in self._named(neighbor.system) if self._plausible(device, evidence)}
        if len(named) == 1:
            return named.pop()
        owned = {device for address in evidence for device in self.owner(address)}
        candidates = named & owned if named else owned
        return candidates.pop() if len(candidates) == 1 else None

    def owner(self, address: Mac) -> frozenset[DeviceName]:
        """Give the one device that owns an address; nothing when two claim it (an MLAG system id)."""
        found = self.owners.get(address, frozenset())
        return found if len(found) == 1 else frozenset()

    def _named(self, system: str) -> frozenset[DeviceName]:
        name = _name(system)
        if not name:
            return frozenset()
        short = name.partition(".")[0]
        return self.names.get(name, frozenset()) | (
            self.names.get(short, frozenset()) if short != name else self.shortened.get(name, frozenset())
        )

    def _plausible(self, device: DeviceName, evidence: set[Mac]) -> bool:
        """Refuse a host that owns none of the addresses shown; a switch may show one no table lists."""
        known = self.macs.get(device)
        return device not in self.hosts or not evidence or not known or not evidence.isdisjoint(known)

    def switch_port(self, device: DeviceName, text: str, description: str = "") -> PortRef | None:
        """Find the port of a captured switch that an LLDP port id or description names."""
        for candidate in (text, description):
            prefix = _PREFIX.fullmatch(candidate)
            full = self.abbreviations.get(device, {}).get(prefix.group(1)) if prefix else None
            for name in (candidate, f"{full}{prefix.group(2)}" if prefix and full else ""):
                ref = PortRef(device=device, port=InterfaceName(name))
                if ref in self.fabric.ports:
                    return ref
        address = as_mac(text)
        named = [
            port.name
            for port in self.nics.get(device, ())
            if port.sort == "physical"
            and (
                (address and address == (port.hardware or port.mac))
                or (port.index is not None and text == str(port.index))
            )
        ]
        by_number = PortRef(device=device, port=named[0]) if len(named) == 1 else None
        return by_number if by_number in self.fabric.ports else None

    def nic(self, device: DeviceName, text: str, description: str = "") -> InterfaceName | None:
        """Find the physical interface of a captured host that an LLDP port id or description names."""
        nics = [port for port in self.nics.get(device, ()) if port.sort == "physical"]
        address = as_mac(text)
        found = [port.name for port in nics if address and (port.hardware or port.mac) == address]
        found = found or [port.name for port in nics if port.name in (text, description)]
        found = found or [port.name for port in nics if address and port.mac == address]
        return found[0] if len(found) == 1 else None


def identify(entries: Iterable[DeviceEntry], index: Index, fabric: Fabric) -> Identities:
    """Collect the names and addresses of every device of the capture."""
    names: dict[str, set[DeviceName]] = defaultdict(set)
    shortened: dict[str, set[DeviceName]] = defaultdict(set)
    owners: dict[Mac, set[DeviceName]] = defaultdict(set)
    macs: dict[DeviceName, frozenset[Mac]] = {}
    abbreviations: dict[DeviceName, dict[str, str]] = {}
    nics: dict[DeviceName, tuple[Port, ...]] = {}
    hosts = set()
    entries = tuple(entries)
    known = {name: platforms.find(name) for name in {entry.platform for entry in entries}}
    for entry in sorted(entries, key=lambda e: e.name):
        device = DeviceName(entry.name)
        nics[device] = tuple(merged_ports(index.of(device, Port)).values())
        for name in {_name(entry.name), *(_name(f.hostname) for f in index.of(device, Facts))} - {""}:
            names[name].add(device)
            if "." in name and not _is_address(name):
                shortened[name.partition(".")[0]].add(device)
        if entry.platform in HOST_PLATFORMS:
            hosts.add(device)
        platform = known[entry.platform]
        abbreviations[device] = platform.interfaces if platform else {}
        switch = fabric.switches.get(device)
        macs[device] = (switch.macs if switch else host_macs(nics[device], wire=False)) - {NO_MAC}
        for address in switch.macs if switch else host_macs(nics[device], wire=True):
            owners[address].add(device)
    return Identities(
        hosts=frozenset(hosts),
        names={name: frozenset(devices) for name, devices in names.items()},
        shortened={name: frozenset(devices) for name, devices in shortened.items()},
        owners={address: frozenset(devices) for address, devices in owners.items() if address != NO_MAC},
        macs=macs,
        abbreviations=abbreviations,
        nics=nics,
        fabric=fabric,
    )


def duplicate_names(identities: Identities, index: Index) -> list[Doubt]:
    """Name hostnames that two captured devices use, which makes LLDP's word about either ambiguous."""
    return [
        Doubt(
            subject=f"hostname {name}",
            what=f"{' and '.join(sorted(devices))} go by the hostname {name}",
            hint="rename one of them, or correct its name in the inventory",
            devices=tuple(sorted(devices)),
            sources=tuple(
                sorted(f.source for d in devices for f in index.of(d, Facts) if _name(f.hostname) == name)
            ),
        )
        for name, devices in sorted(identities.names.items())
        if len(devices) > 1
    ]


def host_macs(ports: Iterable[Port], *, wire: bool) -> frozenset[Mac]:
    """Give the addresses of a host's interfaces; with `wire`, only of those that can send frames out."""
    return frozenset(
        address
        for port in ports
        if not wire or port.sort not in _INSIDE
        for address in (port.mac, port.hardware)
        if address and address != NO_MAC
    )


def _name(text: str) -> str:
    """Drop what vendors add to a hostname: a serial number in brackets, the root's dot, upper case."""
    return re.sub(r"\(.*\)$", "", text.strip()).rstrip(".").lower()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
