"""Fill the catalogue's texts with what was found.

Comes in: a template and facts, some of them from a device's own files. Goes out: text. A fact that is no
plain name, address or number is left out: a cluster called `x }` must not end a block in a remedy.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from vlan2l3.analyze.catalogue import PLACEHOLDERS
from vlan2l3.names import natural_key

UNSEEN = "(not seen)"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/@+-]{0,62}")
_JOINERS = {"nodelist": "\n", "vips": " "}


def fill(template: str, facts: Iterable[tuple[str, str]]) -> str:
    """Put facts into a template; a placeholder nobody has a fact for says so."""
    values: dict[str, set[str]] = defaultdict(set)
    for name, value in facts:
        if _PLAIN.fullmatch(value):
            values[name].add(value)
    ordered = {name: sorted(found, key=natural_key) for name, found in values.items()}
    if "nodelist" in ordered:
        ordered["nodelist"] = _nodes(ordered["nodelist"])
    texts = {name: _JOINERS.get(name, ", ").join(found) for name, found in ordered.items()}
    return template.strip().format_map({name: texts.get(name) or UNSEEN for name in PLACEHOLDERS})


def _nodes(entries: list[str]) -> list[str]:
    """Write corosync's node blocks from `address [nodeid]`; numbers are kept if all have one."""
    split = [entry.partition(" ") for entry in entries]
    kept = all(number for _, _, number in split)
    return [
        f"  node {{\n    ring0_addr: {address}\n    nodeid: {number if kept else place}\n  }}"
        for place, (address, _, number) in enumerate(split, start=1)
    ]
