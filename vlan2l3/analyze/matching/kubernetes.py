"""Find objects in what `kubectl` printed.

Comes in: a matcher and a `Lookup`. Goes out: sightings on the nodes of the cluster that answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.catalogue.matchers import Kubernetes
from vlan2l3.analyze.kubectl import KUBECTL, Item, compact, inner, name_of, objects
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_nodes
from vlan2l3.parse.records import FileText


def found(matcher: Kubernetes, lookup: Lookup) -> Iterator[Sighting]:
    """Find objects of one kind whose name and compact JSON fit."""
    for host, text in lookup.files((KUBECTL,)):
        for item, line in objects(text, matcher.kind):
            if re.search(matcher.name, name_of(item)) and re.search(matcher.pattern, compact(item)):
                yield from on_nodes(lookup.kubernetes[host.name], text, line, _pool_facts(item, text))


def _pool_facts(item: Item, file: FileText) -> frozenset[tuple[str, str]]:
    """List the address pools an advertisement speaks of; one that names none speaks of all."""
    pools = inner(item, "spec").get("ipAddressPools")
    if not isinstance(pools, list) and item.get("kind") == "L2Advertisement":
        pools = [name_of(pool) for pool, _ in objects(file, "IPAddressPool")]
    return frozenset(("pools", str(pool)) for pool in pools) if isinstance(pools, list) else frozenset()
