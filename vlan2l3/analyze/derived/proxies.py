"""Compute which hosts answer ARP for addresses that are not theirs.

Comes in: a `Lookup`. Goes out: sightings. What a host has on any of its interfaces, and what the file of a
program explains (keepalived, Pacemaker, kube-vip), is its own; so is the gateway's address. Machines that
nobody read are `appliances.one_mac_many_ips`' matter: their own addresses are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from vlan2l3.analyze.derived.appliances import ADDRESSES_MAX
from vlan2l3.analyze.floating import explained
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import Address, InterfaceName, SegmentName, natural_key
from vlan2l3.network.model import Host, Station, StationKind
from vlan2l3.parse.records import Sysctl

SHOWN = 5  # addresses of one host that the text names

_KEY = "net.ipv4.conf."
_SETTING = ".proxy_arp"


def proxy_arp_on_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find proxy ARP switched on for an interface that reaches a segment, or for all of them.

    `default` is for interfaces that are still to come, and a guest's tap reaches no segment.
    """
    for host, setting in _switched_on(lookup):
        segments = _reached(lookup, host, setting)
        if segments:
            yield Sighting(anchor=host.name, host=host.name, segments=segments, source=setting.source)


def proxy_arp_answers(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts whose MAC neighbours have for addresses the host does not have.

    One is enough where proxy ARP is on; without that it takes many, since an address that moved away stands
    in a table until it has aged out.
    """
    answering: dict[str, frozenset[SegmentName]] = {}
    for host, setting in _switched_on(lookup):
        answering[host.name] = answering.get(host.name, frozenset()) | _reached(lookup, host, setting)
    for station in lookup.workloads:
        if (
            station.kind is not StationKind.HOST
            or station.owner is None
            or not lookup.was_read(station.owner)
        ):
            continue
        allowed = 0 if station.segment in answering.get(station.owner, frozenset()) else ADDRESSES_MAX
        if len(station.addresses) > allowed:
            others = _others(lookup, station)
            if len(others) > allowed:
                yield from _sightings(lookup, station, others)


def _others(lookup: Lookup, station: Station) -> list[Address]:
    host = lookup.hosts[station.owner] if station.owner else None
    if host is None:
        return []
    own = {address.address.ip for address in host.addresses} | set(explained(host))
    gateways = lookup.once(_gateways)
    return [
        address
        for address in station.addresses
        if isinstance(address, IPv4Address)
        and not address.is_link_local
        and address not in own
        and (station.segment, address) not in gateways
    ]


def _gateways(lookup: Lookup) -> frozenset[tuple[SegmentName, Address]]:
    return frozenset(
        (segment.name, gateway.address.ip)
        for segment in lookup.network.segments
        for _, gateway in segment.gateways
    )


def _switched_on(lookup: Lookup) -> Iterator[tuple[Host, Sysctl]]:
    """Walk the settings that switch proxy ARP on; the kernel takes `all` and the interface's own together."""
    for key, places in lookup.settings.items():
        if key.startswith(_KEY) and key.endswith(_SETTING):
            for host, setting in places:
                if setting.value == "1":
                    yield host, setting


def _reached(lookup: Lookup, host: Host, setting: Sysctl) -> frozenset[SegmentName]:
    name = setting.key.removeprefix(_KEY).removesuffix(_SETTING).replace("/", ".")
    if name == "all":
        return frozenset().union(*(lookup.below(host, i.name) for i in host.interfaces))
    return lookup.below(host, InterfaceName(name))


def _sightings(lookup: Lookup, station: Station, others: list[Address]) -> Iterator[Sighting]:
    """Point at what switches and other hosts have of the MAC; the host's own account names what it has."""
    named = sorted(others, key=lambda address: natural_key(str(address)))[:SHOWN]
    facts = {("vips", str(address)) for address in named}
    for source in station.sources:
        if source.device != station.owner:
            yield Sighting(
                anchor=station.owner or station.mac,
                host=station.owner,
                segments=frozenset({station.segment}),
                racks=lookup.racks_at(station.ports),
                facts=frozenset(facts),
                source=source,
            )


FUNCTIONS = (proxy_arp_answers, proxy_arp_on_uplink)
