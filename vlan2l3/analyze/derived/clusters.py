"""Compute what the files of clusters and VRRP speakers mean: versions and defaults decide.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.clusters import Corosync, Vrrp, corosync, vrrp_instances
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_line
from vlan2l3.network.model import Host

_KNET_SINCE = 3  # corosync's major version whose default transport is knet


def corosync2_default_udp(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 2, or an unknown one, means multicast."""
    for host, config in _corosyncs(lookup):
        major = _major(host, "corosync")
        if not config.transport and (major is None or major < _KNET_SINCE):
            yield on_line(host, config.file, config.line)


def corosync3_default_knet(lookup: Lookup) -> Iterator[Sighting]:
    """Find corosync without a `transport` line where version 3 or later makes that knet."""
    for host, config in _corosyncs(lookup):
        major = _major(host, "corosync")
        if not config.transport and major is not None and major >= _KNET_SINCE:
            yield on_line(host, config.file, config.line)


def keepalived_multicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances without a unicast peer; an empty list of peers means multicast up to 2.2.4."""
    for host, instance in _vrrps(lookup):
        if not instance.peers:
            yield on_line(host, instance.file, instance.line)


def keepalived_unicast_instance(lookup: Lookup) -> Iterator[Sighting]:
    """Find VRRP instances that name their peers."""
    for host, instance in _vrrps(lookup):
        if instance.peers:
            yield on_line(host, instance.file, instance.line)


def _corosyncs(lookup: Lookup) -> Iterator[tuple[Host, Corosync]]:
    return ((host, config) for host in lookup.network.hosts if (config := corosync(host)))


def _vrrps(lookup: Lookup) -> Iterator[tuple[Host, Vrrp]]:
    return ((host, instance) for host in lookup.network.hosts for instance in vrrp_instances(host))


def _major(host: Host, package: str) -> int | None:
    """Give a package's major version, past Debian's epoch; `None` when the package list was not read."""
    version = next((p.version for p in host.packages if p.name == package), "")
    match = re.match(r"(?:\d+:)?(\d+)", version)
    return int(match[1]) if match else None


FUNCTIONS = (
    corosync2_default_udp,
    corosync3_default_knet,
    keepalived_multicast_instance,
    keepalived_unicast_instance,
)
