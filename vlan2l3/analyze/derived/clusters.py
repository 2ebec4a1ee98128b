"""Compute what the files of clusters and VRRP speakers mean: versions and defaults decide.

Comes in: a `Lookup`. Goes out: sightings, also of nodes that nobody could log in to, where a group they asked
the switches for gives them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address, ip_network

from vlan2l3.analyze.clusters import LLTTAB, Corosync, Vrrp, corosync, vrrp_instances
from vlan2l3.analyze.floating import is_host_only
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.sighting import Sighting, on_host, on_line
from vlan2l3.analyze.snooping import on_snooped
from vlan2l3.names import Address
from vlan2l3.network.model import Host

_VRRP = IPv4Address("224.0.0.18")
_KNET_SINCE = 3  # corosync's major version whose default transport is knet
_RINGS = 2  # of corosync 2, each with a group of its own
_LLT = r"^llt\.service$"
_CAA = ip_network("228.0.0.0/8")
_NODE_BITS = (1 << 24) - 1


def corosync2_default_udp(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 2, or an unknown one, means multicast."""
    for host, config in _corosyncs(lookup):
        if not config.transport and not _means_knet(host):
            yield on_line(host, config.file, config.line)


def corosync3_default_knet(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 3 or later makes that knet."""
    for host, config in _corosyncs(lookup):
        if not config.transport and _means_knet(host):
            yield on_line(host, config.file, config.line)


def corosync_mcast(lookup: Lookup) -> Iterator[Sighting]:
    """Find the ports that asked for the group of a cluster whose file was read on one node at least.

    The group is the one the file states, else the one corosync computes from the cluster's name.
    """
    for host, config in _corosyncs(lookup):
        if config.transport == "udp" or not (config.transport or _means_knet(host)):
            for group in config.groups or predicted_groups(config.cluster):
                for switch, snooped in lookup.snooped.get(group, ()):
                    segment = lookup.segment(switch.name, snooped.vlan)
                    if segment in segments_of(host):
                        label = (
                            f"cluster {config.cluster} {segment}" if config.cluster else f"node {host.name}"
                        )
                        yield from on_snooped(lookup, switch, snooped, frozenset({label}))


def predicted_groups(cluster: str) -> tuple[Address, ...]:
    """Compute the groups that corosync gives a cluster of this name, one a ring.

    The name's low 16 bits make the address, the last octet modulo 255 as in `totemconfig.c`.
    """
    number = 0
    for character in cluster.encode():
        number = (number << 1) + character
    ids = [((number & 0xFFFF) + ring) & 0xFFFF for ring in range(_RINGS)] if cluster else []
    return tuple(ip_address(f"239.192.{i >> 8}.{i % 255}") for i in ids)


def llt_without_llttab(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that run LLT and whose /etc/llttab was not read, so that nobody knows its links."""
    for host, unit in lookup.units(_LLT):
        if host.file(LLTTAB) is None:
            yield on_host(host, unit.source)


def caa_group(lookup: Lookup) -> Iterator[Sighting]:
    """Find groups whose low 24 bits are an address of their segment, on ports without a readable host.

    Cluster Aware AIX makes its group of a node's address. A Linux host in such a group is no AIX node.
    """
    numbers = {
        (station.segment, int(address) & _NODE_BITS)
        for station in lookup.workloads
        for address in station.addresses
        if isinstance(address, IPv4Address)
    }
    for group, places in lookup.snooped.items():
        for switch, snooped in places if group in _CAA else ():
            segment = lookup.segment(switch.name, snooped.vlan)
            if segment and (segment, int(group) & _NODE_BITS) in numbers:
                for seen in on_snooped(lookup, switch, snooped, frozenset({f"group {group} {segment}"})):
                    if seen.host is None or not lookup.hosts[seen.host].readable:
                        yield seen


def keepalived_multicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances without a unicast peer; an empty list of peers means multicast up to 2.2.4.

    Adverts on `lo` or a dummy interface reach nobody: those are `vrrp_that_nobody_hears`.
    """
    for host, instance in _vrrps(lookup):
        if not instance.peers and not is_host_only(instance.interface):
            yield on_line(host, instance.file, instance.line)


def keepalived_unicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances that name their peers and put addresses on a link, where ARP has to follow."""
    for host, instance in _vrrps(lookup):
        if instance.peers and not _is_routed(instance):
            yield on_line(host, instance.file, instance.line)


def vrrp_that_nobody_hears(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances that send multicast adverts on `lo` or a dummy interface: each node is master."""
    for host, instance in _vrrps(lookup):
        if not instance.peers and is_host_only(instance.interface):
            yield on_line(host, instance.file, instance.line)


def vrrp_group_joined(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that listen to VRRP's group; where UCARP runs it is CARP's, which shares it."""
    for host, joined in lookup.joined.get(_VRRP, []):
        segments = lookup.below(host, joined.interface)
        if segments and not (host.units and lookup.runs(host.name, "^ucarp")):
            yield Sighting(anchor=host.name, host=host.name, segments=segments, source=joined.source)


def unfenced_vrrp_address(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances whose addresses are routed already: nothing but the election keeps one origin."""
    for host, instance in _vrrps(lookup):
        if instance.peers and _is_routed(instance):
            yield on_line(host, instance.file, instance.line)


def _is_routed(instance: Vrrp) -> bool:
    return bool(instance.devices) and all(map(is_host_only, instance.devices))


def _corosyncs(lookup: Lookup) -> Iterator[tuple[Host, Corosync]]:
    return ((host, config) for host in lookup.network.hosts if (config := corosync(host)))


def _vrrps(lookup: Lookup) -> Iterator[tuple[Host, Vrrp]]:
    return ((host, instance) for host in lookup.network.hosts for instance in vrrp_instances(host))


def version(host: Host, package: str) -> tuple[int, ...]:
    """Give a package's version, past Debian's epoch; nothing when the package list was not read."""
    text = next((p.version for p in host.packages if p.name == package), "")
    match = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*)", text)
    return tuple(int(number) for number in match[1].split(".")) if match else ()


def _means_knet(host: Host) -> bool:
    """Tell whether a file without a transport means knet; an unknown version is taken for an old one."""
    return version(host, "corosync") >= (_KNET_SINCE,)


FUNCTIONS = (
    caa_group,
    corosync2_default_udp,
    corosync3_default_knet,
    corosync_mcast,
    keepalived_multicast_instance,
    keepalived_unicast_instance,
    llt_without_llttab,
    unfenced_vrrp_address,
    vrrp_group_joined,
    vrrp_that_nobody_hears,
)
