"""Say which MAC addresses hang on one machine's ports, and which of them are its guests'.

Comes in: a `Lookup`. Goes out: machines, guests' stations, and sightings of them. A MAC is a guest's only
where the machine's cards, its management controller and its daemons are no explanation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Mac, SegmentName, natural_key
from vlan2l3.network.model import Host, PortRef, Station, StationKind

SHOWN = 5  # MACs of one machine in one segment that are named, and that are proof
VMWARE = re.compile(r"00:50:56|00:0c:29|00:05:69")
# What hypervisors give out; 02:42 is Docker's, aa:00:00 Ganeti's.
GUEST_MAC = re.compile(rf"52:54:00|{VMWARE.pattern}|00:15:5d|00:16:3e|00:1a:4a|bc:24:11|02:42|aa:00:00")
VMKERNEL = re.compile(r"00:50:56:[67]")  # ESXi's own adapters
_LLDPD = Mac("00:60:08:69:97:ef")  # what lldpd sends from on a member of a bond, if it is told to
_LOCAL = 0x02 << 40  # the bit of an address that nobody bought
_REACH = 8  # a machine's cards and its controller are numbered one after the other
_CONTROLLER = 1  # piece of hardware beside a machine's cards that is no guest
_UNKNOWN = 1 + _CONTROLLER  # where nobody knows which the cards are
_CONTAINERS = re.compile(r"(docker|containerd|crio|podman|k3s|k3s-agent|rke2-server|rke2-agent)\.service")
_MACVTAP = re.compile(r"macvtap\d+")

Attachment = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Give what hangs on one machine's ports.

    Attributes:
        name: the host's, or that of the first port where nobody knows it.
        host: read, or named by LLDP.
        stations: the machine's own among them.
    """

    name: str
    host: Host | None
    stations: tuple[Station, ...]

    @property
    def was_read(self) -> bool:
        """Tell whether the machine's own answers say whom it bridges."""
        return self.host is not None and self.host.readable and self.host.platform == "linux"


def machines(lookup: Lookup) -> tuple[Machine, ...]:
    """Gather the stations of access ports by the one machine their ports lead to."""
    hosts: dict[str, Host | None] = {}
    found: dict[str, list[Station]] = defaultdict(list)
    for station in lookup.on_access:
        host = _machine_at(lookup, station.ports)
        name = host.name if host else str(station.ports[0])
        hosts[name] = host
        found[name].append(station)
    return tuple(
        Machine(name=name, host=hosts[name], stations=tuple(stations))
        for name, stations in sorted(found.items(), key=lambda item: natural_key(item[0]))
    )


def guests(machine: Machine) -> tuple[Station, ...]:
    """List the stations on a machine's ports that are guests: by a hypervisor's prefix, else by their number.

    A hypervisor's prefix alone on a port proves nothing: the guest may hang there itself, as in a lab.
    Without such a prefix only ports of one known machine count, since a small switch has many MACs as well.
    """
    lldpd = _of_lldpd(machine)
    others = [s for s in machine.stations if _may_be_guest(s, machine) and s.mac not in lldpd]
    sure = [s for s in others if s.kind is StationKind.GUEST or GUEST_MAC.match(s.mac)]
    if len({s.mac for s in machine.stations}) == 1:
        sure = []
    cards = {leg.mac for leg in machine.host.legs if leg.mac} if machine.host else set[Mac]()
    cards |= {s.mac for s in machine.stations if s.kind is StationKind.HOST and not GUEST_MAC.match(s.mac)}
    explained = {*cards, *(s.mac for s in sure)}
    rest = [s for s in others if s.mac not in explained and not GUEST_MAC.match(s.mac)]
    further = _pieces([*cards, *(s.mac for s in rest)]) - _pieces(cards)
    if machine.host is None or further <= (_CONTROLLER if cards else _UNKNOWN):
        rest = []
    return (*sure, *rest)


def lends_its_port(host: Host) -> bool:
    """Tell whether a host's containers or macvtap interfaces explain further MACs on its ports."""
    return any(unit.active and _CONTAINERS.fullmatch(unit.name) for unit in host.units) or bool(
        macvtaps(host)
    )


def macvtaps(host: Host) -> list[str]:
    """List a host's macvtap interfaces by libvirt's names for them."""
    return [i.name for i in host.interfaces if _MACVTAP.fullmatch(i.name) and i.master is None]


def of_machine(lookup: Lookup, machine: Machine, stations: Iterable[Station]) -> Iterator[Sighting]:
    """Speak of a machine by some of the MACs on its ports, the first few of each segment."""
    by_segment: dict[SegmentName, list[Station]] = defaultdict(list)
    for station in stations:
        by_segment[station.segment].append(station)
    for segment in sorted(by_segment, key=natural_key):
        for station in sorted(by_segment[segment], key=lambda s: s.mac)[:SHOWN]:
            named = {("guests", station.mac), ("macs", station.mac)}
            yield Sighting(
                anchor=machine.name,
                host=machine.host.name if machine.host else None,
                segments=frozenset({segment}),
                racks=lookup.racks_at(station.ports),
                facts=frozenset({*named, *(("ports", str(p)) for p in station.ports)}),
                source=learned(station)[0],
            )


def of_cluster(
    lookup: Lookup, members: Iterable[tuple[Machine, list[Station]]], *, name: str
) -> Iterator[Sighting]:
    """Speak of machines that nobody logs in to: those of one segment are one workload.

    The first few machines of each segment are shown; the others are members, and add no rows of their own.
    """
    known: dict[SegmentName, dict[str, Sighting]] = defaultdict(dict)
    for machine, stations in members:
        for seen in of_machine(lookup, machine, stations):
            (segment,) = seen.segments
            here = known[segment]
            first = next(iter(here.values()), seen)
            is_new = here.setdefault(machine.name, seen) is seen
            labels = frozenset({f"{name} {segment}"})
            if len(here) <= SHOWN:
                yield replace(seen, labels=labels)
            elif is_new:
                yield replace(seen, labels=labels, facts=first.facts, source=first.source)


def attachments(lookup: Lookup, ports: Iterable[PortRef]) -> dict[Attachment, PortRef]:
    """Give the places that ports are, each with its first port.

    A LAG whose MLAG peer is unknown is taken for the half of any other with its number.
    """
    found: dict[Attachment, PortRef] = {}
    for ref in ports:
        port, mlag = lookup.ports.get(ref), lookup.switches[ref.device].mlag
        key: Attachment = (ref.device, ref.port)
        if port and port.mlag is not None:
            pair = sorted((ref.device, mlag.peer)) if mlag and mlag.peer else []
            key = ("mlag", port.mlag, *pair)
        found.setdefault(key, ref)
    return found


def _machine_at(lookup: Lookup, ports: tuple[PortRef, ...]) -> Host | None:
    """Find the machine that ports lead to; a virtual machine that was read is behind one, and is none."""
    hosts = lookup.on_ports(ports)
    if len(hosts) != 1:
        return None
    legs = [leg for leg in hosts[0].legs if leg.port in ports or leg.logical in ports]
    if any(set(leg.proof) - {"mac"} or not (leg.mac and GUEST_MAC.match(leg.mac)) for leg in legs):
        return hosts[0]
    return None


def _may_be_guest(station: Station, machine: Machine) -> bool:
    if VMKERNEL.match(station.mac):
        return False
    if station.kind is StationKind.HOST:
        own = machine.host is not None and station.owner == machine.host.name
        return not own and GUEST_MAC.match(station.mac) is not None
    return station.kind in (StationKind.GUEST, StationKind.UNKNOWN)


def _of_lldpd(machine: Machine) -> frozenset[Mac]:
    """List what lldpd would send from: on a member of a bond, the card's address marked as a local one."""
    cards = {_number(s.mac) for s in machine.stations}
    cards |= {_number(i.mac) for i in (machine.host.interfaces if machine.host else ()) if i.mac}
    local = {s.mac for s in machine.stations if _number(s.mac) & _LOCAL and _number(s.mac) ^ _LOCAL in cards}
    return frozenset({*local, _LLDPD})


def _pieces(macs: Iterable[Mac]) -> int:
    """Count pieces of hardware: addresses that lie side by side are of one."""
    numbers = sorted({_number(mac) for mac in macs})
    apart = (later & _LOCAL or later - number > _REACH for number, later in pairwise(numbers))
    return bool(numbers) + sum(map(bool, apart))


def _number(mac: Mac) -> int:
    return int(mac.replace(":", ""), 16)
