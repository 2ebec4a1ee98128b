"""Choose, per subnet, how moved and unmoved machines keep reaching each other.

Comes in: the Network and the hosts that could move. Goes out: `SubnetTarget`s, the unmoved hosts that need
IPv6 host routes, and the reasons for which a host's subnet has no coexistence at all.

IPv4: proxy ARP on every gateway, with an unsolicited ARP from the moving host at the cut (measured lossless
with Linux at both ends; on a switch it is a check of the pilot). IPv6: host routes on the unmoved machines,
since ND proxy is unproven on every switch platform.
"""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import IPv4Network as Network4
from ipaddress import IPv6Network as Network6
from ipaddress import ip_network

from vlan2l3.analyze.findings import Finding
from vlan2l3.design import grounds, strategies
from vlan2l3.design.intent import Intent
from vlan2l3.design.target import (
    Coexistence,
    HostTarget,
    KeptAddress,
    PeerTarget,
    Reason,
    Stay,
    Strategy,
    SubnetTarget,
    Witness,
)
from vlan2l3.names import Address, DeviceName, InterfaceName, SegmentName
from vlan2l3.network.bridging import Bridging
from vlan2l3.network.model import Host, HostAddress, Network, Segment, Station, StationKind

IPV4, IPV6 = 4, 6
WITNESSES = 2
_ROUTE = re.compile(
    r"(?m)^[ \t]*ip(?:v6)? route (?:vrf \S+ )?([0-9A-Fa-f.:]+(?:/[0-9]{1,3})?)(?: (255\.[0-9.]+))?[ \t]"
)
OwnRoutes = tuple[tuple[DeviceName, Network4 | Network6], ...]
_INFRASTRUCTURE = (StationKind.GATEWAY, StationKind.SWITCH)
WHY = {
    Coexistence.PROXY_ARP: "unmoved machines ask the VLAN for a moved one, and the gateway answers for it;"
    " with the host's own announcement at its `cut` no packet was lost with Linux at both ends, and on a"
    " switch the pilot has to show it",
    Coexistence.HOST_ROUTES: "that a switch answers ND for a moved address is proven on no platform; a route"
    " on each unmoved machine needs no such answer",
    Coexistence.NONE: "no address of this family moves out of it",
}


def unreachable(network: Network, routes: OwnRoutes, host: HostTarget) -> tuple[Reason, ...]:
    """List the reasons for which unmoved machines could not reach this host once it moved."""
    reasons = []
    for kept in host.addresses:
        segment = network.segment(kept.segment)
        if segment is None:
            continue
        svis = network.by.svis_in(segment.name)
        if not svis:
            reasons.append(Reason(text=f"{kept.segment} has no gateway that could answer ARP for it"))
        reasons += [
            Reason(
                text=f"{kept.segment} is in VRF {svi.vrf} on {switch}: leave it to a VRF or an overlay",
                source=svi.source,
            )
            for switch, svi in svis
            if svi.vrf != "default"
        ]
        reasons += [
            Reason(
                text=f"{kept.segment} is filtered by ACL {name} ({direction}) on {switch} {svi.name}: a moved"
                " host would pass beside it, and be filtered towards its old neighbours",
                source=svi.source,
            )
            for switch, svi in svis
            for direction, name in svi.acls
        ]
        reasons += _pinned(routes, kept)
        if segment.stretched:
            reasons.append(Reason(text=f"{kept.segment} reaches beyond the captured switches by VXLAN"))
        if kept.address.version == IPV6:
            reasons += _closed_speakers(network, segment)
            reasons += _lost_speakers(network, segment, host.name)
    return tuple(dict.fromkeys(reasons))


def _pinned(routes: OwnRoutes, kept: KeptAddress) -> list[Reason]:
    """Name routes of switches' own configurations that are longer than the subnet and cover the address.

    They would beat the subnet wherever they lie, and send packets to a leaf before it has the host, or after.
    """
    return [
        Reason(text=f"{switch} has a route of its own to {route}, which {kept.address.ip} is in")
        for switch, route in routes
        if route.version == kept.address.version
        and route.prefixlen > kept.address.network.prefixlen
        and kept.address.ip in route
    ]


def routes_of(network: Network) -> OwnRoutes:
    """List the static routes of all switches' configurations."""
    return tuple(
        (switch.name, route)
        for switch in network.switches
        if switch.config is not None
        for route in own_routes(switch.config.text)
    )


def own_routes(config: str) -> tuple[Network4 | Network6, ...]:
    """List the destinations of a configuration's static routes, with a mask or a length."""
    found = []
    for match in _ROUTE.finditer(config):
        with suppress(ValueError):
            found.append(ip_network(f"{match[1]}/{match[2]}" if match[2] else match[1], strict=False))
    return tuple(dict.fromkeys(found))


def _closed_speakers(network: Network, segment: Segment) -> list[Reason]:
    """Name machines that speak IPv6 in a segment and can't be given a host route."""
    return [
        Reason(
            text=f"{station.mac} speaks IPv6 in {segment.name} and can't be given a host route",
            source=station.sources[0] if station.sources else None,
        )
        for station in network.by.stations_in(segment.name)
        if station.kind not in _INFRASTRUCTURE
        and any(a.version == IPV6 and not a.is_link_local for a in station.addresses)
        and not _is_readable(network, station)
    ]


def _is_readable(network: Network, station: Station) -> bool:
    owner = network.host(station.owner or "")
    return owner is not None and owner.readable and station.kind is StationKind.HOST


def _lost_speakers(network: Network, segment: Segment, moving: DeviceName) -> list[Reason]:
    """Name hosts that speak IPv6 in a segment and know no gateway there that a host route could lead to."""
    return [
        Reason(
            text=f"{machine.name} speaks IPv6 in {segment.name} and has no gateway there for a host route",
            source=address.source,
        )
        for machine in network.by.hosts_in(segment.name)
        for address in machine.addresses
        if machine.name != moving and address.segment == segment.name and _speaks(address)
        if _gateway(address, segment) is None
    ]


def _speaks(address: HostAddress) -> bool:
    return address.address.version == IPV6 and not address.address.is_link_local


def _gateway(address: HostAddress, segment: Segment) -> Address | None:
    """Find what a host route of this address would lead to."""
    virtual = [g.address.ip for _, g in segment.gateways if g.address.version == IPV6 and g.protocol != "svi"]
    return address.gateway or (virtual[0] if virtual else None)


def peers_of(network: Network, hosts: tuple[HostTarget, ...]) -> tuple[PeerTarget, ...]:
    """List every host that must learn the /128s of the moving ones, the moving ones themselves included."""
    moving: dict[SegmentName, list[tuple[str, str]]] = {}
    for host in hosts:
        for kept in host.addresses:
            if kept.address.version == IPV6:
                moving.setdefault(kept.segment, []).append((host.name, kept.host_prefix))
    peers: dict[tuple[DeviceName, InterfaceName, SegmentName], PeerTarget] = {}
    machines = {machine.name: machine for segment in moving for machine in network.by.hosts_in(segment)}
    for machine in machines.values():
        for address in machine.addresses:
            prefixes = tuple(
                p for name, p in moving.get(address.segment or SegmentName(""), ()) if name != machine.name
            )
            peer = _peer(network, machine, address, prefixes)
            if peer is not None:  # two addresses of one interface need the routes once
                peers.setdefault((peer.host, peer.interface, peer.segment), peer)
    return tuple(peers[key] for key in sorted(peers))


def _peer(network: Network, host: Host, address: HostAddress, prefixes: tuple[str, ...]) -> PeerTarget | None:
    segment = network.segment(address.segment or "")
    gateway = _gateway(address, segment) if segment and prefixes and _speaks(address) else None
    if segment is None or gateway is None:
        return None
    return PeerTarget(
        host=host.name,
        interface=address.interface,
        address=address.address.ip,
        gateway=gateway,
        prefixes=prefixes,
        segment=segment.name,
        grounds=(
            Reason(
                text=f"{host.name} speaks IPv6 in {segment.name}, as {address.address} on"
                f" {address.interface}; its gateway there is {gateway}",
                source=address.source,
            ),
        ),
    )


def subnets_of(
    network: Network,
    hosts: tuple[HostTarget, ...],
    stays: tuple[Stay, ...],
    bridging: Bridging,
    *,
    intent: Intent,
    findings: tuple[Finding, ...],
) -> tuple[SubnetTarget, ...]:
    """Describe every segment that has a machine in the rack."""
    names = {kept.segment for host in hosts for kept in host.addresses}
    names |= {segment for stay in stays for segment in stay.segments}
    return tuple(
        _subnet(
            network,
            segment,
            hosts,
            bridging,
            strategies.told(segment, intent) or strategies.by_rule(segment, findings),
        )
        for segment in network.segments
        if segment.name in names
    )


def members_of(network: Network) -> dict[SegmentName, frozenset[str]]:
    """Name who is in each segment: hosts, and the MAC addresses of whatever is none."""
    found: dict[SegmentName, set[str]] = {}
    for station in network.stations:
        if station.kind not in _INFRASTRUCTURE:
            own = station.owner if station.kind is StationKind.HOST else None
            found.setdefault(station.segment, set()).add(own or station.mac)
    for host in network.hosts:  # one that said nothing lately is in no MAC table
        for address in host.addresses:
            if address.segment:
                found.setdefault(address.segment, set()).add(host.name)
    return {segment: frozenset(members) for segment, members in found.items()}


def _subnet(
    network: Network,
    segment: Segment,
    hosts: tuple[HostTarget, ...],
    bridging: Bridging,
    choice: strategies.Choice,
) -> SubnetTarget:
    moving = tuple(h.name for h in hosts if any(k.segment == segment.name for k in h.addresses))
    versions = {k.address.version for h in hosts for k in h.addresses if k.segment == segment.name}
    stations = [s for s in network.by.stations_in(segment.name) if s.kind not in _INFRASTRUCTURE]
    staying = [s for s in stations if s.owner not in moving]
    ipv4 = Coexistence.PROXY_ARP if IPV4 in versions else Coexistence.NONE
    ipv6 = Coexistence.HOST_ROUTES if IPV6 in versions else Coexistence.NONE
    reason = choice.why
    if moving:
        reason = f"{len(moving)} dual-homed Linux host(s) keep their address; {len(staying)} machine(s) stay"
    return SubnetTarget(
        segment=segment.name,
        title=segment.title,
        vlan=segment.vlans[0],
        prefixes=tuple(str(prefix) for prefix in segment.prefixes),
        gateways=tuple((switch, svi.name) for switch, svi in network.by.svis_in(segment.name)),
        strategy=Strategy.KEEP_IP if moving else choice.strategy,
        reason=reason,
        ipv4=ipv4,
        ipv6=ipv6,
        why_ipv4=WHY[ipv4],
        why_ipv6=WHY[ipv6],
        grounds=(*choice.grounds, *grounds.of_gateways(segment, network.by.svis_in(segment.name))),
        left=grounds.of_staying(segment, staying),
        moving=moving,
        staying=len(staying),
        witnesses=_witnesses(network, segment, moving),
        gateway_macs=tuple(
            sorted(
                {s.mac for s in network.by.stations_in(segment.name) if s.kind in _INFRASTRUCTURE}
                | {g.mac for _, g in segment.gateways if g.mac}
            )
        ),
        routers=tuple(_label(s) for s in staying if s.kind is StationKind.VIRTUAL or s.owner is None),
        trunks=bridging.trunks(segment.name),
        entries=bridging.entries(segment.name),
    )


def _witnesses(network: Network, segment: Segment, moving: tuple[str, ...]) -> tuple[Witness, ...]:
    """Choose machines to ask: readable, staying, with an IPv4 address of their own in the segment."""
    found = []
    for host in network.by.hosts_in(segment.name):
        cards = {interface.name: interface.mac for interface in host.interfaces}
        own = [
            a for a in host.addresses if a.segment == segment.name and a.address.version == IPV4 and a.static
        ]
        if host.name not in moving and own and (mac := cards.get(own[0].interface)):
            found.append(
                Witness(host=host.name, interface=own[0].interface, address=own[0].address.ip, mac=mac)
            )
    return tuple(found[:WITNESSES])


def _label(station: Station) -> str:
    where = ", ".join(str(port) for port in station.ports)
    return f"{station.mac} on {where}" if where else station.mac
