"""Compute how the nodes of a Kubernetes cluster reach each other's pods.

Comes in: a `Lookup`. Goes out: sightings on the nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.kubectl import Item, answers, inner, name_of, objects
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_nodes
from vlan2l3.names import DeviceName
from vlan2l3.network.model import Host, HostAddress

_PROJECT_CALICO = re.compile(r"(crd\.)?projectcalico\.org/")
_TUNNELS = ("ipipMode", "vxlanMode")


def calico_mesh_unencapsulated(lookup: Lookup) -> Iterator[Sighting]:
    """Find Calico pools without a tunnel in clusters whose nodes exchange routes among themselves.

    The mesh is on unless the default BGPConfiguration switches it off: then the nodes peer with somebody who
    routes.
    """
    for name, cluster in lookup.kubernetes.items():
        asked = answers(lookup.hosts[name])
        if not any(_meshless(item) for file in asked for item, _ in objects(file, "BGPConfiguration")):
            for file in asked:
                for item, line in objects(file, "IPPool"):
                    if _is_calico(item) and _is_bare(inner(item, "spec")):
                        yield from on_nodes(cluster, file, line)


def cilium_announces_by_arp(lookup: Lookup) -> Iterator[Sighting]:
    """Find policies by which Cilium answers ARP, unless its configuration says that it does not."""
    for name, cluster in lookup.kubernetes.items():
        asked = answers(lookup.hosts[name])
        if not any(_is_silent(item) for file in asked for item, _ in objects(file, "ConfigMap")):
            for file in asked:
                for _, line in objects(file, "CiliumL2AnnouncementPolicy"):
                    yield from on_nodes(cluster, file, line)


def k8s_nodes_share_subnet(lookup: Lookup) -> Iterator[Sighting]:
    """Find clusters of two and more nodes that all have an address in one subnet of one segment."""
    seen: set[frozenset[DeviceName]] = set()
    for cluster in lookup.kubernetes.values():
        if cluster.nodes in seen or len(cluster.nodes) < 2:  # noqa: PLR2004
            continue
        seen.add(cluster.nodes)
        hosts = [lookup.hosts[name] for name in sorted(cluster.nodes)]
        subnets = [{(a.segment, a.address.network): a for a in _on_link(host)} for host in hosts]
        shared = set(subnets[0]).intersection(*subnets[1:])
        for host, own in zip(hosts, subnets, strict=True):
            for place in sorted(shared, key=str):
                segment = own[place].segment
                yield Sighting(
                    anchor=host.name,
                    host=host.name,
                    labels=cluster.labels,
                    segments=frozenset({segment} if segment else ()),
                    facts=frozenset({("prefixes", str(own[place].address.network))}),
                    source=own[place].source,
                )


def _is_silent(item: Item) -> bool:
    settings = inner(item, "data") if name_of(item) == "cilium-config" else {}
    return bool(settings) and settings.get("enable-l2-announcements", "false") != "true"


def _meshless(item: Item) -> bool:
    return _is_calico(item) and inner(item, "spec").get("nodeToNodeMeshEnabled") is False


def _is_calico(item: Item) -> bool:
    return _PROJECT_CALICO.match(str(item.get("apiVersion", ""))) is not None


def _is_bare(pool: Item) -> bool:
    return not pool.get("disabled") and all(pool.get(mode, "Never") == "Never" for mode in _TUNNELS)


def _on_link(host: Host) -> Iterator[HostAddress]:
    for address in host.addresses:
        if address.segment and address.address.network.prefixlen < address.address.max_prefixlen:
            yield address


FUNCTIONS = (calico_mesh_unencapsulated, cilium_announces_by_arp, k8s_nodes_share_subnet)
