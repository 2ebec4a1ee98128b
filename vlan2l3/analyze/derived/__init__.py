"""Compute what no single line of a capture says: the catalogue's derived functions, each under its name.

Comes in: a `Lookup`. Goes out: sightings. A function says what is there; what it means is the catalogue's
word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vlan2l3.analyze.derived import (
    addresses,
    appliances,
    bonds,
    capacity,
    clusters,
    containers,
    controllers,
    discovery,
    floating,
    flooded,
    guests,
    hypervisors,
    kubernetes,
    leases,
    neighbors,
    nlb,
    onlink,
    overlaps,
    ports,
    proxies,
    routeless,
    silent,
    spanning_tree,
    storage,
    switch_settings,
    talos,
    tenants,
    timers,
    transit,
    waking,
    windows,
    zones,
)
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting

_MODULES = (
    addresses,
    appliances,
    bonds,
    capacity,
    clusters,
    containers,
    controllers,
    discovery,
    floating,
    flooded,
    guests,
    hypervisors,
    kubernetes,
    leases,
    neighbors,
    nlb,
    onlink,
    overlaps,
    ports,
    proxies,
    routeless,
    silent,
    spanning_tree,
    storage,
    switch_settings,
    talos,
    tenants,
    timers,
    transit,
    waking,
    windows,
    zones,
)

FUNCTIONS: dict[str, Callable[[Lookup], Iterator[Sighting]]] = {
    function.__name__: function for module in _MODULES for function in module.FUNCTIONS
}
