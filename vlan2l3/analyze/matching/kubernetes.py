"""Find objects in what `kubectl` printed.

Comes in: a matcher and a `Lookup`. Goes out: sightings on the host that answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from vlan2l3.analyze.catalogue.matchers import Kubernetes
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.membership import KUBECTL
from vlan2l3.analyze.sighting import Sighting, line_number, on_line

Item = dict[str, Any]


def found(matcher: Kubernetes, lookup: Lookup) -> Iterator[Sighting]:
    """Find objects of one kind whose name and compact JSON fit."""
    kind = re.compile(rf'"kind"\s*:\s*"{re.escape(matcher.kind)}"')
    for host, text in lookup.files((KUBECTL,)):
        places = [line_number(text.text, place) for place in kind.finditer(text.text)]
        if not places:
            continue
        items = [item for item in _items(text.text) if item.get("kind") == matcher.kind]
        # A `kind` of that name may stand deeper in an object (`ownerReferences`): then the first is named.
        lines = places if len(places) == len(items) else places[:1] * len(items)
        for item, line in zip(items, lines, strict=True):
            compact = json.dumps(item, separators=(",", ":"), sort_keys=True)
            if re.search(matcher.name, _name(item)) and re.search(matcher.pattern, compact):
                yield on_line(host, text, line, _pool_facts(item))


def _items(text: str) -> list[Item]:
    try:
        answer = json.loads(text)
    except ValueError:
        return []  # not JSON: parse has reported the answer as not understood
    listed = answer.get("items", [answer]) if isinstance(answer, dict) else []
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _name(item: Item) -> str:
    metadata = item.get("metadata")
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


def _pool_facts(item: Item) -> frozenset[tuple[str, str]]:
    spec = item.get("spec")
    pools = spec.get("ipAddressPools") if isinstance(spec, dict) else None
    return frozenset(("pools", str(pool)) for pool in pools) if isinstance(pools, list) else frozenset()
