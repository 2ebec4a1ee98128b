"""Compute which machines can't run the routing daemon of a plan: other systems, devices, software too old.

Comes in: a `Lookup`. Goes out: sightings, one finding for a kind of machine in a segment. A machine that
merely can't be logged in to is a gap and is none of these: something has to say what it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vlan2l3.analyze.installed import Installed, installed, numbers
from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, Mac, SegmentName, natural_key
from vlan2l3.network.model import Host, PortRef, Station, StationKind, Switch, SwitchPort
from vlan2l3.parse.records import Source

SHOWN = 5  # machines of one kind in one segment that are proof, and whose ports are named

KERNEL_MIN = (5, 2)  # takes an IPv6 next hop for an IPv4 route
BIRD_MIN = (2, 0, 8)  # sends and takes such routes

_PLATFORMS = {"windows": "Windows", "esxi": "VMware ESXi"}
_KERNEL = re.compile(r"linux-image-(?:unsigned-)?(\d+)\.(\d+)[.-]\S*")
_BIRD = ("bird", "bird2")

# What machines say of themselves by LLDP or CDP, and what people call their ports.
_SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("VMware ESXi", re.compile(r"(?i)\bvmware esxi?\b|\breleasebuild-\d")),
    ("Windows", re.compile(r"(?i)\bmicrosoft windows\b|\bwindows (?:server|nt)\b")),
    ("AIX or Solaris or HP-UX", re.compile(r"\bAIX\b|\bSunOS\b|\bSolaris\b|\bHP-UX\b")),
    (
        "printer",
        re.compile(r"(?i)\b(?:laserjet|jetdirect|officejet|printer|lexmark)\b|ETHERNET MULTI-ENVIRONMENT"),
    ),
    ("power supply", re.compile(r"(?i)\b(?:pdu|ups|apc web/snmp)\b")),
    ("camera", re.compile(r"(?i)\b(?:network|ip) camera\b")),
    ("telephone", re.compile(r"(?i)\bip phone\b")),
)
_CALLED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("VMware ESXi", re.compile(r"(?i)(?<![a-z])(?:esxi?|vmhost|vmnic\d+)(?![a-z])")),
    ("AIX or Solaris or HP-UX", re.compile(r"(?i)(?<![a-z])(?:aix|solaris|hp-?ux)(?![a-z])")),
    ("printer", re.compile(r"(?i)(?<![a-z])(?:printer|drucker|laserjet)(?![a-z])")),
    ("power supply", re.compile(r"(?i)(?<![a-z])(?:pdu|ups|usv)(?![a-z])")),
    ("camera", re.compile(r"(?i)(?<![a-z])(?:ip-?cam|camera|kamera)(?![a-z])")),
)
# Makers of nothing else, by the IEEE's registry.
_MADE = {
    prefix: kind
    for kind, prefixes in (
        ("printer", "00:04:00 00:20:00 00:21:b7 00:84:ed 78:8c:77"),  # Lexmark
        ("printer", "00:1b:a9 00:80:77 30:05:5c 3c:2a:f4 94:dd:f8 b4:22:00"),  # Brother
        ("printer", "00:00:74 00:26:73 58:38:79"),  # Ricoh
        ("printer", "00:20:6b 00:50:aa d4:f0:c9"),  # Konica Minolta, Kyocera Document Solutions
        ("power supply", "00:c0:b7"),  # American Power Conversion
        ("power supply", "00:0a:9c 00:0d:5d"),  # Server Technology, Raritan
        ("camera", "00:40:8c ac:cc:8e b8:a4:4f e8:27:25"),  # Axis
        ("camera", "00:02:d1 00:03:c5"),  # Vivotek, Mobotix
        ("telephone", "00:04:f2 64:16:7f 00:04:13"),  # Polycom, snom
        ("telephone", "24:9a:d8 44:db:d2 80:5e:0c 80:5e:c0 c4:fc:22"),  # Yealink
    )
    for prefix in prefixes.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """Describe one machine of some kind in one segment; `segment` is `None` where nobody knows it.

    Attributes:
        mac: what tells it from others on its ports; a machine that only LLDP shows has none.
        words: what it says of itself, where that is the proof.
    """

    kind: str
    segment: SegmentName | None
    host: DeviceName | None
    ports: tuple[PortRef, ...]
    source: Source
    mac: Mac | None = None
    words: str = ""


def non_bgp_host(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts whose own answers show a system that the daemon is not made for."""
    yield from _sightings(
        lookup,
        (
            machine
            for host in lookup.network.hosts
            if host.platform in _PLATFORMS
            for machine in _of_host(lookup, host, _PLATFORMS[host.platform], host.source)
        ),
    )


def looks_routeless(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines nobody read that LLDP, the name of a port or the maker of a MAC shows as some device.

    What a machine says of itself comes first: each is of one kind.
    """
    found: dict[object, _Machine] = {}
    for switch in lookup.network.switches:
        for port in switch.ports:
            for machine in _on_port(lookup, switch, port):
                found.setdefault((machine.segment, machine.mac or machine.ports), machine)
    for station in lookup.on_access:
        kind = _MADE.get(station.mac[:8]) if station.kind is StationKind.UNKNOWN else None
        if kind and not any(lookup.is_read_at(port) for port in station.ports):
            machine = _of_station(lookup, station, kind, learned(station)[0])
            found.setdefault((machine.segment, machine.mac or machine.ports), machine)
    yield from _sightings(lookup, found.values())


def old_kernel(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that have kernels, and none that takes an IPv6 next hop for an IPv4 route.

    A kernel that is no package shows nowhere: then nothing is said.
    """
    newest: dict[DeviceName, tuple[tuple[int, ...], Installed]] = {}
    for package in lookup.once(installed):
        named = _KERNEL.fullmatch(package.name)
        if named:
            version = (int(named[1]), int(named[2]))
            known = newest.get(package.host.name)
            if known is None or known[0] < version:
                newest[package.host.name] = (version, package)
    yield from _sightings(
        lookup,
        (
            machine
            for version, package in newest.values()
            if version < KERNEL_MIN
            for machine in _of_host(lookup, package.host, "Linux before 5.2", package.source)
        ),
    )


def old_bird(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts with a BIRD that knows no IPv6 next hop for IPv4 routes, and no newer one beside it."""
    found: dict[DeviceName, list[Installed]] = defaultdict(list)
    for package in lookup.once(installed):
        if package.name in _BIRD:
            found[package.host.name].append(package)
    yield from _sightings(
        lookup,
        (
            machine
            for packages in found.values()
            if all(numbers(package.version) < BIRD_MIN for package in packages)
            for machine in _of_host(lookup, packages[0].host, "BIRD before 2.0.8", packages[0].source)
        ),
    )


def _of_host(lookup: Lookup, host: Host, kind: str, source: Source) -> Iterator[_Machine]:
    ports = tuple(dict.fromkeys(leg.logical for leg in host.legs))
    segments: Iterable[SegmentName | None] = sorted(lookup.reached(host)) or (None,)
    for segment in segments:
        yield _Machine(kind=kind, segment=segment, host=host.name, ports=ports, source=source)


def _of_station(lookup: Lookup, station: Station, kind: str, source: Source) -> _Machine:
    hosts = {host.name for host in lookup.on_ports(station.ports)}
    return _Machine(
        kind=kind,
        segment=station.segment,
        host=min(hosts) if len(hosts) == 1 else None,
        ports=station.ports,
        source=source,
        mac=station.mac,
    )


def _on_port(lookup: Lookup, switch: Switch, port: SwitchPort) -> Iterator[_Machine]:
    """Walk what is known of the machines on a port with nobody read; a LAG speaks for its members."""
    ref = PortRef(device=switch.name, port=port.name)
    if port.lag or ref in lookup.between_switches or lookup.is_read_at(ref):
        return
    kind, words, source = _kind(switch, port)
    stations = [s for s in lookup.at_ports.get(ref, ()) if s.kind is StationKind.UNKNOWN]
    for station in stations if kind else ():
        machine = _of_station(lookup, station, kind, source or learned(station)[0])
        yield replace(machine, words=words)
    if kind and source and not stations:
        hosts = {host.name for host in lookup.on_ports([ref])}
        untagged = lookup.segment(switch.name, port.untagged) if port.untagged is not None else None
        yield _Machine(
            kind=kind,
            segment=untagged,
            host=min(hosts) if len(hosts) == 1 else None,
            ports=(ref,),
            source=source,
            words=words,
        )


def _kind(switch: Switch, port: SwitchPort) -> tuple[str, str, Source | None]:
    """Tell what a port's machine says it is, in its words and where, else what people call it."""
    for text, source in port.systems:
        for kind, pattern in _SAID:
            if pattern.search(text):
                return kind, text, source
    members = (found for name in port.members if (found := switch.port(name)))
    names = [own.description for own in (port, *members)]
    names += [word for pair in port.neighbors for word in pair]
    kind = next((kind for kind, pattern in _CALLED if any(map(pattern.search, names))), "")
    return kind, "", None


def _sightings(lookup: Lookup, machines: Iterable[_Machine]) -> Iterator[Sighting]:
    """Speak of each kind in each segment once; the first few machines are proof, with their ports."""
    alike: dict[tuple[str, SegmentName | None], list[_Machine]] = defaultdict(list)
    for machine in machines:
        alike[machine.kind, machine.segment].append(machine)
    for (kind, segment), found in alike.items():
        ordered = sorted(found, key=lambda m: (natural_key(m.host or ""), tuple(map(str, m.ports)), m.source))
        facts = {("kinds", kind), ("figures", str(len(found)))}
        facts |= {("ports", str(port)) for machine in ordered[:SHOWN] for port in machine.ports}
        for number, machine in enumerate(ordered):
            if number >= SHOWN and machine.host is None:
                continue  # counted, and not one more member
            proof = machine if number < SHOWN else ordered[SHOWN - 1]
            yield Sighting(
                anchor=f"{kind} in {segment}" if segment else kind,
                host=machine.host,
                segments=frozenset({segment} if segment else ()),
                racks=lookup.racks_at(machine.ports),
                facts=frozenset(facts),
                source=proof.source,
                text=proof.words,
            )


FUNCTIONS = (looks_routeless, non_bgp_host, old_bird, old_kernel)
