"""Compute where machines nobody can log in to fail over or bridge: firewalls, load balancers.

Comes in: a `Lookup`. Goes out: sightings of MAC addresses. Ports are compared by attachment, so that the two
halves of an MLAG's LAG are one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import combinations

from vlan2l3.analyze.derived.machines import GUEST_MAC, attachments
from vlan2l3.analyze.derived.overlaps import overlapping
from vlan2l3.analyze.floating import segments_with
from vlan2l3.analyze.lookup import Lookup, learned, tables
from vlan2l3.analyze.named_ports import on_ports_named
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.analyze.stations import of_station
from vlan2l3.names import Address, Mac, SegmentName, natural_key
from vlan2l3.network.model import Host, HostAddress, PortRef, Segment, Station, StationKind
from vlan2l3.parse.records import Source

ADDRESSES_MAX = 8  # IPv4 addresses of one machine that has them for itself; a planner's guess
BRIDGED_MIN = 3  # MACs in two segments behind one port that are more than a machine that was moved
SEGMENTS_MAX = 8  # segments of one MAC that a bridge may join
SHOWN = 5  # MACs of a bridged pair of segments that the text names

# Names people give to ports; a vendor's name alone would fit a rack (`F5`) or a word (`casa`).
_ASA = re.compile(r"(?i)(?<![a-z0-9])(?:asa|asav|ftd|firepower|fpr)(?![a-z])")
_BIGIP = re.compile(r"(?i)big-?ip|viprion|(?<![a-z0-9])(?:ltm|f5[-_ ]?(?:lb|ltm|gtm|adc|vip))(?![a-z])")
_NETSCALER = re.compile(r"(?i)netscaler|citrix[-_ ]?adc|(?<![a-z0-9])(?:vpx|mpx|sdx)[-_ ]?\d{3,5}(?!\d)")
_OTHER = re.compile(
    r"(?i)sonicwall|watchguard|firebox|stonesoft|forcepoint|sophos|pfsense|opnsense"
    r"|(?<![a-z0-9])a10[-_ ]?(?:thunder|adc|lb)"
)
_FAILOVER = re.compile(
    r"00:00:5e:00:0[12]:..|00:00:0c:07:ac:..|00:00:0c:9f:f.:..|00:05:73:a0:0.:..|00:07:b4:00:..:.."
    r"|00:e0:2b:00:00:0[28]"
)
_LOOPBACK = re.compile(r"lo|dummy\d+|lo:\S+")  # `kube-ipvs0` is none: kube-proxy puts every service there


def asa_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines on ports that name a Cisco ASA or Firepower."""
    return _named(lookup, "asa", _ASA)


def bigip_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines on ports that name an F5 BIG-IP."""
    return _named(lookup, "bigip", _BIGIP)


def netscaler_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines on ports that name a NetScaler."""
    return _named(lookup, "netscaler", _NETSCALER)


def firewall_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines on ports that name one of the other makers of firewalls and load balancers."""
    return _named(lookup, "firewall", _OTHER)


def bigip_many_ips(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs with many addresses on ports that name a BIG-IP."""
    named = _named_keys(lookup, _BIGIP)
    return (_held(lookup, s, "bigip") for s in lookup.once(_many) if (s.segment, s.mac) in named)


def netscaler_many_ips(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs with many addresses on ports that name a NetScaler."""
    named = _named_keys(lookup, _NETSCALER)
    return (_held(lookup, s, "netscaler") for s in lookup.once(_many) if (s.segment, s.mac) in named)


def one_mac_many_ips(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs with many addresses of machines nobody read, on ports that name no load balancer."""
    named = _named_keys(lookup, _BIGIP, _NETSCALER)
    return (_held(lookup, s, "firewall") for s in lookup.once(_many) if (s.segment, s.mac) not in named)


def failover_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find virtual MACs of VRRP, CARP, HSRP, GLBP and ESRP on ports that name no maker with its own rule."""
    named = _named_keys(lookup, _ASA, _BIGIP, _NETSCALER)
    for station in lookup.on_access:
        if _FAILOVER.fullmatch(station.mac) and (station.segment, station.mac) not in named:
            yield from of_station(station, lookup, learned(station))


def mac_moves(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs of one segment on two ports that lead to no other switch and are no halves of one LAG.

    That is what one capture shows of a move: the old row, not yet gone, beside the new one. When it moved,
    and how often, only tables of two times would tell. Left out are guests, which migrate, hosts that were
    read, and one machine that LLDP names on both ports, as of a bond with a standby.
    """
    for station in lookup.on_access:
        if (
            len(station.ports) > 1
            and station.kind is not StationKind.VIRTUAL
            and not GUEST_MAC.match(station.mac)
            and len(attachments(lookup, station.ports)) > 1
            and not _is_one_host(lookup, station)
        ):
            yield _sighting(lookup, station, learned(station)[0])


def vlans_bridged(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports behind which a segment shows the MACs that another segment has on ports of its own.

    A bridge between two VLANs does that: a transparent firewall, or a cable from one VLAN into the other. Two
    segments that are routed with subnets of their own are left out.
    """
    for (one, other), places in sorted(_in_two_segments(lookup).items()):
        if not _may_be_one_network(lookup, one, other):
            continue
        for ref, stations in places.items():
            macs = sorted({station.mac for station in stations}, key=natural_key)
            if len(macs) >= BRIDGED_MIN:
                yield from _bridged(lookup, (one, other), ref, stations, macs)


def vip_behind_balancer(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses on loopbacks, in the host's own subnet, that a machine nobody read answers for.

    Where the one that answers was read, its own files say how it hands packets on.
    """
    holders: dict[tuple[SegmentName, Address], list[Station]] = defaultdict(list)
    for station in lookup.workloads:
        for address in () if lookup.was_read(station.owner) else station.addresses:
            holders[station.segment, address].append(station)
    for host in lookup.network.hosts:
        for own in host.addresses:
            if not _is_on_loopback(own):
                continue
            address = own.address.ip
            for segment in sorted(segments_with(host, address)):
                answering = holders.get((segment, address))
                if answering:
                    yield _behind(host, own, segment, answering)


def _named(lookup: Lookup, maker: str, pattern: re.Pattern[str]) -> Iterator[Sighting]:
    for station in on_ports_named(lookup, pattern):
        yield _sighting(lookup, station, learned(station)[0], maker=maker)


def _many(lookup: Lookup) -> tuple[Station, ...]:
    """List the MACs with many addresses; a guest's are nobody's that was read, whoever its host is."""
    return tuple(
        station
        for station in lookup.on_access
        if len(station.addresses) > ADDRESSES_MAX
        and len(_v4(station)) > ADDRESSES_MAX
        and (station.kind is StationKind.GUEST or not lookup.was_read(station.owner))
    )


def _held(lookup: Lookup, station: Station, maker: str) -> Sighting:
    return _sighting(lookup, station, tables(station)[0], maker=maker, held=True)


def _v4(station: Station) -> list[IPv4Address]:
    return [a for a in station.addresses if isinstance(a, IPv4Address) and not a.is_link_local]


def _named_keys(lookup: Lookup, *patterns: re.Pattern[str]) -> frozenset[tuple[SegmentName, Mac]]:
    """Give the MACs on ports whose words fit one of the patterns."""
    return frozenset((s.segment, s.mac) for pattern in patterns for s in on_ports_named(lookup, pattern))


def _sighting(
    lookup: Lookup, station: Station, source: Source, *, maker: str = "", held: bool = False
) -> Sighting:
    """Speak of a MAC; the machines of one maker in one segment are one workload, as a pair's units are."""
    facts = {("macs", station.mac), *(("ports", str(port)) for port in station.ports)}
    if held:
        facts |= {("vips", str(address)) for address in _v4(station)}
    return Sighting(
        anchor=station.mac,
        segments=frozenset({station.segment}),
        racks=lookup.racks_at(station.ports),
        labels=frozenset({f"{maker} {station.segment}"} if maker else ()),
        facts=frozenset(facts),
        source=source,
    )


def _is_one_host(lookup: Lookup, station: Station) -> bool:
    hosts = [lookup.on_ports([port]) for port in station.ports]
    return any(host.readable for here in hosts for host in here) or bool(
        set.intersection(*({host.name for host in here} for here in hosts))
    )


def _in_two_segments(
    lookup: Lookup,
) -> dict[tuple[SegmentName, SegmentName], dict[PortRef, list[Station]]]:
    """Give the stations whose MAC is in two segments in two places, by pair of segments and by place."""
    by_mac: dict[Mac, list[Station]] = defaultdict(list)
    for station in lookup.on_access:
        if station.kind is not StationKind.VIRTUAL:
            by_mac[station.mac].append(station)
    found: dict[tuple[SegmentName, SegmentName], dict[PortRef, list[Station]]] = {}
    for stations in by_mac.values():
        # Most are in one segment, or on one trunk; what is in many is a router.
        if not 1 < len(stations) <= SEGMENTS_MAX or len({station.ports for station in stations}) == 1:
            continue
        for one, other in combinations(stations, 2):
            mine, theirs = attachments(lookup, one.ports), attachments(lookup, other.ports)
            if not mine.keys().isdisjoint(theirs):
                continue
            low, high = sorted((one.segment, other.segment))
            places = found.setdefault((low, high), defaultdict(list))
            for station, where in ((one, mine), (other, theirs)):
                for ref in where.values():
                    if not any(host.readable for host in lookup.on_ports([ref])):
                        places[ref].append(station)
    return found


def _may_be_one_network(lookup: Lookup, one: SegmentName, other: SegmentName) -> bool:
    first, second = lookup.segments[one], lookup.segments[other]
    return not (_subnets(first) and _subnets(second)) or bool(overlapping(first, second))


def _subnets(segment: Segment) -> bool:
    return bool(overlapping(segment, segment))


def _bridged(
    lookup: Lookup,
    pair: tuple[SegmentName, SegmentName],
    ref: PortRef,
    stations: list[Station],
    macs: list[Mac],
) -> Iterator[Sighting]:
    facts = {("ports", str(ref)), ("figures", str(len(macs))), *(("macs", mac) for mac in macs[:SHOWN])}
    for station in [s for s in stations if s.mac in macs[:SHOWN]]:
        yield Sighting(
            anchor="+".join(sorted(pair, key=natural_key)),
            segments=frozenset(pair),
            racks=lookup.racks_at([ref]),
            facts=frozenset(facts),
            source=learned(station)[0],
        )


def _is_on_loopback(own: HostAddress) -> bool:
    ip = own.address.ip
    return (
        isinstance(ip, IPv4Address)
        and not ip.is_loopback
        and _LOOPBACK.fullmatch(own.interface) is not None
        and own.address.network.prefixlen == ip.max_prefixlen
    )


def _behind(host: Host, own: HostAddress, segment: SegmentName, answering: list[Station]) -> Sighting:
    facts = {("vips", str(own.address.ip)), *(("macs", station.mac) for station in answering)}
    return Sighting(
        anchor=host.name,
        host=host.name,
        segments=frozenset({segment}),
        labels=frozenset({f"address {own.address.ip} {segment}"}),
        facts=frozenset(facts),
        source=own.source,
    )


FUNCTIONS = (
    asa_on_port,
    bigip_many_ips,
    bigip_on_port,
    failover_mac,
    firewall_on_port,
    mac_moves,
    netscaler_many_ips,
    netscaler_on_port,
    one_mac_many_ips,
    vip_behind_balancer,
    vlans_bridged,
)
