"""Compute which clusters give a node up before a routed path that went silent is given up.

Comes in: a `Lookup`. Goes out: sightings. A link that goes down is noticed at once and is no matter here.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.clusters import Corosync, Vrrp, corosync, vrrp_instances
from vlan2l3.analyze.derived.clusters import version
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_line
from vlan2l3.network.model import Host

HOLD = 9.0  # seconds: the hold time of the sessions that a plan sets up, which have no BFD

_TOKEN, _OLD_TOKEN, _NEW_SINCE = 3000, 1000, (3, 1)  # milliseconds, and the version that raised the default
_PER_NODE, _FREE_NODES = 650, 2
_ADVERTS = 3  # missed ones, after which a backup takes over
_PRIORITY, _PRIORITIES = 100, 256


def token_vs_bgp(lookup: Lookup) -> Iterator[Sighting]:
    """Find clusters whose timeout is shorter than the hold time of planned sessions."""
    for host in lookup.network.hosts:
        config = corosync(host)
        if config and (seconds := corosync_timeout(host, config)) < HOLD:
            figure = frozenset({("figures", f"{seconds:g} s corosync token")})
            yield on_line(host, config.file, config.token_line or config.line, figure)
        for instance in vrrp_instances(host):
            if (seconds := vrrp_timeout(instance)) < HOLD:
                figure = frozenset({("figures", f"{seconds:.1f} s without VRRP adverts")})
                yield on_line(host, instance.file, instance.line, figure)


def corosync_timeout(host: Host, config: Corosync) -> float:
    """Give the seconds after which a node counts as lost: the token, longer by the node above two."""
    known = version(host, "corosync")
    token = config.token
    if token is None:
        token = _OLD_TOKEN if known and known < _NEW_SINCE else _TOKEN
    each = _PER_NODE if config.coefficient is None else config.coefficient
    return (token + each * max(0, len(config.nodes) - _FREE_NODES)) / 1000


def vrrp_timeout(instance: Vrrp) -> float:
    """Give the seconds after which a backup becomes master: three adverts and a skew by its priority."""
    priority = min(_PRIORITY if instance.priority is None else instance.priority, _PRIORITIES)
    return instance.advert * (_ADVERTS + (_PRIORITIES - priority) / _PRIORITIES)


FUNCTIONS = (token_vs_bgp,)
