"""Find machines that are seen, or are in the inventory, and were not read.

Comes in: LLDP neighbours nobody captured, and devices of the inventory without data. Goes out: unreadable
`Host`s with their legs, the ports they are on, and one doubt each. A stranger that looks like a switch is
no host.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, Mac, device_name, rack_name
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.graph import Node
from vlan2l3.network.identity import Identities, as_mac
from vlan2l3.network.index import Index
from vlan2l3.network.model import Host, Leg, PortMode, PortRef
from vlan2l3.parse.records import LldpNeighbor, Source
from vlan2l3.quote import printable

# lldpd on a host sends a MAC, or the kernel's name of the interface.
_QUOTED, _SAID = 120, 6  # characters of one text, texts of one machine
_NIC_NAME = re.compile(r"(?:eth|en[a-z]|em|ib|bond|igb|ixgbe|mlxen|vmnic|net|lan)[0-9a-z.]*|p\d+p\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Say where a stranger was heard; `port` is `None` where a host heard it."""

    neighbor: LldpNeighbor
    port: PortRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strangers:
    """Hold what is known of machines nobody read.

    Attributes:
        hosts: those that look like hosts; their rack is left open.
        ports: the logical ports they are on.
        transit: those of them that lead to a machine that does not look like a host: what is learned there
            hangs somewhere behind it.
    """

    hosts: tuple[Host, ...]
    ports: frozenset[PortRef]
    transit: frozenset[PortRef]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerReader:
    """Hold what is needed to find strangers; `read` names the devices that were read."""

    entries: tuple[DeviceEntry, ...]
    fabric: Fabric
    index: Index
    identities: Identities
    read: frozenset[DeviceName]
    learned: dict[PortRef, set[Mac]]

    def find(self) -> Strangers:
        """Group the sightings by machine, and add what the inventory names and nobody saw."""
        seen: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for device in sorted(self.read):
            for neighbor in self.index.of(device, LldpNeighbor):
                known = self.identities.device(neighbor)
                if known in self.read:
                    continue
                port = PortRef(device=device, port=neighbor.interface)
                key = (known, "") if known else (neighbor.system, neighbor.chassis or str(port))
                here = port if device in self.fabric.switches else None
                seen[key].append(Sighting(neighbor=neighbor, port=here))
        entries = {entry.name: entry for entry in self.entries if entry.name not in self.read}
        for name in entries:
            seen.setdefault((name, ""), [])
        names = Counter(name for name, _ in seen)
        hosts, doubts = [], []
        ports = {s.port for sightings in seen.values() for s in sightings if s.port is not None}
        for (name, chassis), sightings in sorted(seen.items()):
            subject = name or chassis
            if names[name] > 1 or (name.lower() in self.identities.names and not entries.get(name)):
                subject = f"{subject} {chassis}".strip()
            doubts.append(self._doubt(subject, sightings, entries.get(name)))
            host = _host(name, sightings, self.fabric) if subject == name else None
            hosts += [host] if host else []
        return Strangers(
            hosts=tuple(hosts),
            ports=frozenset(self.fabric.logical(port) for port in ports),
            transit=frozenset(self.fabric.logical(port) for port in ports - _ends(seen.values())),
            doubts=tuple(doubts),
        )

    def _doubt(self, subject: str, sightings: list[Sighting], entry: DeviceEntry | None) -> Doubt:
        ports = sorted({s.port for s in sightings if s.port is not None}, key=port_key)
        hearers = sorted({s.neighbor.source.device for s in sightings})
        behind = {mac for port in ports for mac in self.learned.get(self.fabric.logical(port), ())}
        where = ", ".join(map(str, ports[:4])) or ", ".join(hearers[:4])
        places = f"is seen by LLDP on {where}" if sightings else "was seen nowhere"
        reason = "is in no inventory"
        if entry is not None:
            reason = f"gave nothing that could be read ({entry.note or _why(entry)})"
        count = f"; {len(behind)} MAC address(es) are learned behind it" if behind else ""
        # A neighbour on a routed or management port alone has no part in any VLAN that a plan moves.
        bridged = any(self._bridged(s) for s in sightings)
        return Doubt(
            kind=_kind(sightings, entry),
            subject=subject,
            what=f"{subject} {places} and {reason}{count}{_said(sightings)}",
            hint="capture it, or waive it in `vlan2l3.toml` and say who answers for it",
            devices=tuple(hearers),
            nodes=tuple(sorted({node for port in ports for node in self._nodes(port)})),
            rack=rack_name(entry.rack) if entry and entry.rack else None,
            blind=bridged or entry is not None,
            sources=tuple(sorted(s.neighbor.source for s in sightings)),
        )

    def _bridged(self, sighting: Sighting) -> bool:
        if sighting.port is None:
            return True
        port = self.fabric.ports.get(self.fabric.logical(sighting.port))
        return port is not None and port.mode is not PortMode.ROUTED

    def _nodes(self, port: PortRef) -> Iterable[Node]:
        found = self.fabric.ports.get(self.fabric.logical(port))
        return ((port.device, vlan) for vlan in found.vlans) if found else ()


def _kind(sightings: list[Sighting], entry: DeviceEntry | None) -> GapKind:
    """Tell the inventory's devices from others, and hosts a switch sees from everything else."""
    host = any(s.port is not None for s in sightings) and _looks_like_a_host(sightings)
    if entry is None:
        return GapKind.UNKNOWN_HOST if host else GapKind.UNKNOWN_NEIGHBOR
    return GapKind.HOST_UNREAD if host else GapKind.DEVICE_UNREAD


def _said(sightings: list[Sighting]) -> str:
    """Quote what a machine says of itself, as far as it is not its name."""
    said = {
        f"{name} {printable(text)[:_QUOTED]!r}"
        for s in sightings
        for name, text in (
            (f"{s.neighbor.protocol} chassis", s.neighbor.chassis),
            ("description", s.neighbor.system_description),
            ("port", s.neighbor.port),
        )
        if text.strip()
    }
    return f"; it calls itself {', '.join(sorted(said)[:_SAID])}" if said else ""


def _why(entry: DeviceEntry) -> str:
    return "no command has data" if entry.platform else "its platform is not known"


def _ends(machines: Iterable[list[Sighting]]) -> set[PortRef]:
    """Give the ports on which every stranger looks like a host."""
    ends = {s.port for found in machines if _looks_like_a_host(found) for s in found if s.port is not None}
    beyond = {s.port for found in machines if not _looks_like_a_host(found) for s in found}
    return ends - beyond


def _looks_like_a_host(sightings: list[Sighting]) -> bool:
    """Tell by the ports it shows: addresses and kernel names, no switch's port names."""
    shown = {sighting.neighbor.port for sighting in sightings if sighting.port is not None}
    return all(as_mac(port) or _NIC_NAME.fullmatch(port) for port in shown)


def _host(name: str, sightings: list[Sighting], fabric: Fabric) -> Host | None:
    """Make an unreadable host of a stranger that has a hostname and shows host interfaces only."""
    try:
        host = device_name(name)
    except ValueError:
        return None
    placed = [(s.port, s.neighbor) for s in sightings if s.port is not None and s.port in fabric.ports]
    if not placed or not _looks_like_a_host(sightings):
        return None
    legs: dict[PortRef, Leg] = {}
    for port, neighbor in placed:
        legs.setdefault(
            port,
            Leg(
                interface=None,
                mac=as_mac(neighbor.port),
                port=port,
                logical=fabric.logical(port),
                proof=("lldp",),
                source=neighbor.source,
            ),
        )
    source: Source = min(neighbor.source for _, neighbor in placed)
    ordered = tuple(legs[port] for port in sorted(legs, key=port_key))
    return Host(name=host, rack=None, readable=False, legs=ordered, source=source)
