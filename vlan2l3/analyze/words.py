"""Fill the catalogue's texts with what was found.

Comes in: a template and facts, some of them from a device's own files. Goes out: text. A fact that is no
plain name, address or number is left out: a cluster called `x }` must not end a block in a remedy. Prose says
beside an address or a protocol whose it is; a remedy's lines do not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from vlan2l3.analyze.catalogue import PLACEHOLDERS, Registry
from vlan2l3.analyze.catalogue.registry import KINDS
from vlan2l3.names import natural_key

UNSEEN = "(not seen)"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/@+-]{0,62}")
_JOINERS = {"nodelist": "\n", "vips": " "}


def fill(template: str, facts: Iterable[tuple[str, str]], registry: Registry | None = None) -> str:
    """Put facts into a template; a placeholder nobody has a fact for says so.

    With a registry the text is prose, and what is known of an address is put behind it.
    """
    values: dict[str, set[str]] = defaultdict(set)
    for name, value in facts:
        if _PLAIN.fullmatch(value):
            values[name].add(value)
    ordered = {name: sorted(found, key=natural_key) for name, found in values.items()}
    if "nodelist" in ordered:
        ordered["nodelist"] = _nodes(ordered["nodelist"])
    if registry:
        ordered |= {name: _named(name, ordered[name], registry) for name in KINDS if name in ordered}
    texts = {name: _JOINERS.get(name, ", ").join(found) for name, found in ordered.items()}
    return template.strip().format_map({name: texts.get(name) or UNSEEN for name in PLACEHOLDERS})


def _named(placeholder: str, values: list[str], registry: Registry) -> list[str]:
    """Put what values are behind them, once for all that are the same."""
    alike: dict[str, list[str]] = defaultdict(list)
    for value in values:
        alike[registry.known_as(placeholder, value)].append(value)
    return [f"{', '.join(found)} ({name})" if name else ", ".join(found) for name, found in alike.items()]


def _nodes(entries: list[str]) -> list[str]:
    """Write corosync's node blocks from `address [nodeid]`; numbers are kept if all have one."""
    split = [entry.partition(" ") for entry in entries]
    kept = all(number for _, _, number in split)
    return [
        f"  node {{\n    ring0_addr: {address}\n    nodeid: {number if kept else place}\n  }}"
        for place, (address, _, number) in enumerate(split, start=1)
    ]
