"""Say which hosts are one workload: nodes of a cluster, routers of a VRRP group, servers of a segment.

Comes in: a host that something was seen on. Goes out: labels it shares with the other members, members it
names itself, the segments the workload uses there, and facts for the catalogue's texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vlan2l3.analyze.clusters import (
    Vrrp,
    corosync,
    files,
    lease_ranges,
    llt_cluster,
    llt_links,
    vrrp_instances,
)
from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.floating import (
    ctdb_nodes,
    is_host_only,
    kube_vip,
    real_servers,
    segments_with,
    virtual_servers,
)
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.windows import NLB_NODES, RESOURCES, rows
from vlan2l3.names import DeviceName, InterfaceName, SegmentName
from vlan2l3.network.model import Host, HostAddress

OF_NETWORK = "network"  # the rule speaks of switches and cables, so no machine goes unread
DRBD = "/etc/drbd.d/*.res"
GANETI = ("/var/lib/ganeti/ssconf_master_ip", "/var/lib/ganeti/ssconf_master_netdev")
MHA = ("/etc/mha*", "/etc/masterha*")
_DHCP_SERVER = re.compile(r"(kea-dhcp4(-server)?|isc-dhcp-server|dhcpd)(@[^.]*)?\.service")
_DHCP_PORT = ("udp", 67)
_DRBD = re.compile(r"(?m)\baddress[ \t]+(?:ipv4[ \t]+)?(\d{1,3}(?:\.\d{1,3}){3}):\d+")
_MHA_HOST = re.compile(r"(?m)^[ \t]*(?:hostname|ip)[ \t]*=[ \t]*([\w.:-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Describe a host's part in a workload.

    Attributes:
        companions: members that the host's configuration names, whether or not anything was seen on them.
        strangers: members it names that are no host of this capture.
        segments: what the workload uses there.
    """

    labels: frozenset[str] = frozenset()
    companions: frozenset[DeviceName] = frozenset()
    strangers: frozenset[str] = frozenset()
    segments: frozenset[SegmentName] = frozenset()
    facts: frozenset[tuple[str, str]] = frozenset()


def by_host(_lookup: Lookup, host: Host) -> Membership:
    """Take every host for itself, with every segment it has an address in."""
    return Membership(segments=segments_of(host))


def by_sighting(_lookup: Lookup, _host: Host) -> Membership:
    """Leave it to the sightings, which name the segments and the labels."""
    return Membership()


def by_network(_lookup: Lookup, _host: Host) -> Membership:
    """Leave it to the sightings, which speak of the network's own devices: no machine is behind them."""
    return Membership()


def by_corosync(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of one corosync cluster: by its nodelist, and by its name within a segment."""
    config = corosync(host)
    if config is None:
        return Membership(segments=segments_of(host), labels=frozenset({f"node {host.name}"}))
    named = {node.address: lookup.named(node.address) for node in config.nodes}
    companions = frozenset(name for name in named.values() if name)
    segments = _ring_segments(host, frozenset(named)) or segments_of(host)
    labels = {f"node {name}" for name in (*companions, host.name)}
    facts = {("nodelist", f"{n.address} {n.number or ''}".strip()) for n in config.nodes}
    if config.cluster:
        labels |= {f"cluster {config.cluster} {segment}" for segment in segments}
        facts.add(("cluster", config.cluster))
    if not config.nodes:
        facts |= {("nodelist", str(a.address.ip)) for a in _static_addresses(host, segments)[:1]}
    return Membership(
        labels=frozenset(labels),
        companions=companions,
        strangers=frozenset(address for address, name in named.items() if name is None),
        segments=segments,
        facts=frozenset(facts),
    )


def by_floating_address(lookup: Lookup, host: Host) -> Membership:
    """Join the hosts an address moves between: the nodes of their cluster; segments come from the address."""
    cluster = by_corosync(lookup, host)
    return Membership(labels=cluster.labels, companions=cluster.companions, strangers=cluster.strangers)


def by_segment(_lookup: Lookup, host: Host) -> Membership:
    """Join all hosts of a segment: what is said of one is said of all, and once is enough."""
    segments = segments_of(host)
    return Membership(labels=frozenset(f"segment {segment}" for segment in segments), segments=segments)


def by_cluster(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of a corosync cluster and the routers of a VRRP group alike."""
    parts = [by_corosync(lookup, host)] if corosync(host) else []
    parts += [by_vrrp(lookup, host)] if vrrp_instances(host) else []
    return _joined(parts) if parts else by_host(lookup, host)


def by_llt(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of one LLT cluster; its links count as segments, though no address is there."""
    macs = {f"eth-{i.mac}": i.name for i in host.interfaces if i.mac}
    names = [macs.get(device.lower(), InterfaceName(device)) for device in llt_links(host)]
    segments = segments_of(host).union(*(lookup.below(host, name) for name in names))
    cluster = llt_cluster(host)
    return Membership(
        segments=segments,
        labels=frozenset(f"cluster {cluster} {segment}" for segment in segments if cluster),
        facts=frozenset({("cluster", cluster)} if cluster else ()),
    )


def by_active_standby(lookup: Lookup, host: Host) -> Membership:
    """Join the hosts an address may have one holder among: the nodes of a cluster, the routers of a group."""
    cluster = by_corosync(lookup, host)
    if not vrrp_instances(host):
        return replace(cluster, facts=frozenset())
    group = by_vrrp(lookup, host)
    return Membership(
        labels=cluster.labels | group.labels,
        companions=cluster.companions | group.companions,
        strangers=cluster.strangers | group.strangers,
        segments=group.segments,
        facts=group.facts,
    )


def by_ctdb(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes that one CTDB cluster lists by their private addresses."""
    return _listed(lookup, host, ctdb_nodes(host), segments=frozenset())


def by_ganeti(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of one Ganeti cluster by its master's address; one that was not read, by the segment."""
    address, device = (file.text.strip() if (file := host.file(path)) else "" for path in GANETI)
    segments = lookup.below(host, InterfaceName(device)) if device else frozenset[SegmentName]()
    labels = {address} if address else segments or segments_of(host)
    return Membership(
        labels=frozenset(f"ganeti {label}" for label in labels),
        segments=segments,
        facts=frozenset({("vips", address)} if address else ()),
    )


def by_ipvs(lookup: Lookup, host: Host) -> Membership:
    """Join a director and the servers it reaches by their MACs."""
    servers = real_servers(host)
    segments = frozenset(s for address in servers for s in segments_with(host, address))
    named = _listed(lookup, host, sorted(map(str, servers)), segments=segments)
    vips = {("vips", str(a)) for a in virtual_servers(host)}
    return replace(named, facts=frozenset(vips))


def by_mha(lookup: Lookup, host: Host) -> Membership:
    """Join a manager of MHA and the servers its files name; the address moves between those."""
    texts = [file.text for file in files(host, *MHA)]
    names = sorted({name for text in texts for name in _MHA_HOST.findall(text)})
    part = _listed(lookup, host, names, segments=frozenset())
    segments = {s for name in part.companions for s in segments_of(lookup.hosts[name])}
    return replace(part, segments=frozenset(segments) or segments_of(host))


def by_ucarp(_lookup: Lookup, host: Host) -> Membership:
    """Join the hosts of a segment that run UCARP: its addresses are arguments, which nobody keeps."""
    segments = segments_of(host)
    return Membership(labels=frozenset(f"carp {segment}" for segment in segments), segments=segments)


def by_nlb(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes that Windows lists of a load balancing cluster."""
    names = [row.get("Name") for file in files(host, NLB_NODES) for row in rows(file.text)]
    return _listed(lookup, host, sorted({n for n in names if n}), segments=lookup.reached(host))


def by_wsfc(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of a failover cluster: those of one segment that list the same resources."""
    listed = sorted(
        {f"{row.get('OwnerGroup')}/{row.get('Name')}" for f in files(host, RESOURCES) for row in rows(f.text)}
    )
    segments = lookup.reached(host)
    labels = {f"wsfc {'; '.join(listed)} {segment}" for segment in segments if listed}
    return Membership(labels=frozenset(labels), segments=segments)


def by_vrrp(lookup: Lookup, host: Host) -> Membership:
    """Join the routers of one VRRP group: the same number in the same segment, or named as unicast peers."""
    instances = vrrp_instances(host)
    if not instances:
        return Membership(segments=segments_of(host))
    return _joined([_vrrp_part(lookup, host, instance) for instance in instances])


def _joined(parts: list[Membership]) -> Membership:
    return Membership(
        labels=frozenset().union(*(part.labels for part in parts)),
        companions=frozenset().union(*(part.companions for part in parts)),
        strangers=frozenset().union(*(part.strangers for part in parts)),
        segments=frozenset().union(*(part.segments for part in parts)),
        facts=frozenset().union(*(part.facts for part in parts)),
    )


def by_lease_segment(lookup: Lookup, host: Host) -> Membership:
    """Join the DHCP servers of one segment, its relays and clients, which bring their own labels.

    A server whose ranges were read counts for those segments and for the ones whose relays name it.
    """
    if not serves_leases(host):
        return Membership(segments=segments_of(host))
    ranges = [lease.first for lease in lease_ranges(host)]
    own = [a for a in host.addresses if a.segment]
    served = {a.segment for a in own if a.segment and any(first in a.address.network for first in ranges)}
    served |= {segment for a in own for segment in lookup.relayed.get(a.address.ip, ())}
    segments = frozenset(served) or segments_of(host)
    return Membership(labels=frozenset(leases(segment) for segment in segments), segments=segments)


def leases(segment: SegmentName) -> str:
    """Give the label that DHCP servers, relays and clients of a segment share."""
    return f"leases {segment}"


def serves_leases(host: Host) -> bool:
    """Tell whether a host shows a DHCP server: ranges, a unit, or the server's port."""
    return (
        bool(lease_ranges(host))
        or any(unit.active and _DHCP_SERVER.match(unit.name) for unit in host.units)
        or any((socket.protocol, socket.port) == _DHCP_PORT for socket in host.sockets)
    )


def by_drbd(lookup: Lookup, host: Host) -> Membership:
    """Join the hosts of one DRBD resource, which its file names by address."""
    found = {
        found[1]
        for file in files(host, DRBD)
        for found in _DRBD.finditer(without_comments(file.path, file.text))
    }
    named = {address: lookup.named(address) for address in found}
    return Membership(
        labels=frozenset(f"drbd {address}" for address in found),
        companions=frozenset(name for name in named.values() if name),
        strangers=frozenset(address for address, name in named.items() if name is None),
        segments=frozenset(a.segment for a in host.addresses if a.segment and str(a.address.ip) in found),
        facts=frozenset(("peers", address) for address in found),
    )


def by_kubernetes(lookup: Lookup, host: Host) -> Membership:
    """Join the nodes of one Kubernetes cluster.

    Two answers of `kubectl` that show one object, by its uid, come from one cluster. Its nodes are those its
    Node objects name; where nobody asked for them, a node without an answer of its own is taken for a member
    when it shares a segment with one that has it.
    """
    cluster = lookup.kubernetes.get(host.name)
    if cluster is None:
        vips = {str(address) for address in kube_vip(host)}
        return Membership(
            labels=frozenset({f"node {host.name}", *(f"kube-vip {vip}" for vip in vips)}),
            segments=segments_of(host),
            facts=frozenset(("vips", vip) for vip in vips),
        )
    return Membership(
        labels=cluster.labels | {f"node {name}" for name in cluster.nodes},
        companions=cluster.nodes,
        strangers=cluster.strangers,
        segments=segments_of(host),
    )


def _listed(
    lookup: Lookup, host: Host, names: Sequence[str], *, segments: frozenset[SegmentName]
) -> Membership:
    """Join a host and those it names by an address or a name."""
    found = {text: lookup.named(text) for text in names}
    companions = frozenset(name for name in found.values() if name)
    return Membership(
        labels=frozenset(f"node {name}" for name in (*companions, host.name)),
        companions=companions,
        strangers=frozenset(text for text, name in found.items() if name is None),
        segments=segments,
    )


def _ring_segments(host: Host, ring: frozenset[str]) -> frozenset[SegmentName]:
    return frozenset(a.segment for a in host.addresses if a.segment and str(a.address.ip) in ring)


def _static_addresses(host: Host, segments: frozenset[SegmentName]) -> list[HostAddress]:
    return [a for a in host.addresses if a.static and a.segment in segments]


def _vrrp_part(lookup: Lookup, host: Host, instance: Vrrp) -> Membership:
    segments = lookup.below(host, InterfaceName(instance.interface)) or segments_of(host)
    named = {str(peer): lookup.named(str(peer)) for peer in instance.peers}
    number = instance.router
    labels = {f"vrrp {number:02x} {segment}" for segment in segments if number is not None}
    if is_host_only(instance.interface):  # no segment says who belongs together; number and address do
        labels = {f"vrrp {number} {address}" for address in instance.addresses}
    labels |= {f"peer {name}" for name in (*(n for n in named.values() if n), host.name)} if named else set()
    facts = {("vips", str(address)) for address in instance.addresses}
    facts |= {("vrids", str(number))} if number is not None else set()
    facts |= {("peers", address) for address in named}
    return Membership(
        labels=frozenset(labels),
        companions=frozenset(name for name in named.values() if name),
        strangers=frozenset(address for address, name in named.items() if name is None),
        segments=segments,
        facts=frozenset(facts),
    )


MEMBERSHIPS: dict[str, Callable[[Lookup, Host], Membership]] = {
    "active-standby": by_active_standby,
    "cluster": by_cluster,
    "corosync": by_corosync,
    "ctdb": by_ctdb,
    "drbd": by_drbd,
    "floating-address": by_floating_address,
    "ganeti": by_ganeti,
    "host": by_host,
    "ipvs": by_ipvs,
    "kubernetes": by_kubernetes,
    "lease-segment": by_lease_segment,
    "llt": by_llt,
    "mha": by_mha,
    OF_NETWORK: by_network,
    "nlb": by_nlb,
    "segment": by_segment,
    "sighting": by_sighting,
    "ucarp": by_ucarp,
    "vrrp": by_vrrp,
    "wsfc": by_wsfc,
}
