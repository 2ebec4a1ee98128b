"""Compute which hosts bridge guests into a segment.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.network.model import Host, HostInterface

_GUEST_SORTS = frozenset({"tap", "tunnel"})
_GUEST_NAMES = re.compile(r"(tap|vnet|veth|macvtap|vif|fwpr)[0-9a-z.]+")
_UPLINK_SORTS = frozenset({"physical", "bond", "vlan"})


def vm_bridge_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find bridges of a host that join a physical interface, a bond or a VLAN with a guest's interface."""
    for host in lookup.network.hosts:
        for bridge in (i for i in host.interfaces if i.sort == "bridge"):
            members = [i for i in host.interfaces if i.master == bridge.name]
            uplinks = [i for i in members if i.sort in _UPLINK_SORTS and not _GUEST_NAMES.fullmatch(i.name)]
            guests = [i for i in members if i.sort in _GUEST_SORTS or _GUEST_NAMES.fullmatch(i.name)]
            if uplinks and guests:
                yield from _bridge_sightings(lookup, host, uplinks, guests)


def _bridge_sightings(
    lookup: Lookup, host: Host, uplinks: list[HostInterface], guests: list[HostInterface]
) -> Iterator[Sighting]:
    segments = frozenset(s for uplink in uplinks for s in lookup.below(host, uplink.name))
    names = {("guests", guest.name) for guest in guests}
    for interface in (*uplinks, *guests):
        yield Sighting(
            anchor=host.name,
            host=host.name,
            segments=segments,
            facts=frozenset(names),
            source=interface.source,
        )


FUNCTIONS = (vm_bridge_uplink,)
