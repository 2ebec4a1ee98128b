"""Load the catalogue: read its files, merge them, refuse what can't be checked.

Comes in: TOML texts. Goes out: a `Catalogue`, its rules sorted by id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from vlan2l3.analyze.catalogue.checks import problems
from vlan2l3.analyze.catalogue.registry import flaws, merged
from vlan2l3.analyze.catalogue.rules import Catalogue, Family
from vlan2l3.errors import Problem, UsageError

DATA = Path(__file__).with_name("data")

_MERGED = ("weights", "sources", "collected_by")


@cache
def load_catalogue() -> Catalogue:
    """Load the catalogue that comes with the package."""
    return read_catalogue({path.name: path.read_bytes() for path in sorted(DATA.glob("*.toml"))})


def read_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """Read, merge and check the files of a catalogue.

    Raises:
        UsageError: for TOML that is none, an unknown key, a key that two files give, and every flaw `checks`
            finds, all at once.
    """
    families: dict[str, Family] = {}
    unread = []
    for name, data in files.items():
        try:
            families[name] = msgspec.toml.decode(data, type=Family)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            unread.append(Problem(what=str(error), where=name))
    if unread:
        raise UsageError("the catalogue can't be read", *unread)
    catalogue = Catalogue(
        weights={k: v for family in families.values() for k, v in family.weights.items()},
        sources={k: v for family in families.values() for k, v in family.sources.items()},
        collected_by={k: v for family in families.values() for k, v in family.collected_by.items()},
        rules=tuple(sorted((r for family in families.values() for r in family.rules), key=lambda r: r.id)),
        registry=merged(family.registry for family in families.values()),
    )
    at = {rule.id: name for name, family in families.items() for rule in family.rules}
    found = [*_given_twice(families), *problems(catalogue, at)]
    for name, family in families.items():
        wrong = flaws(family.registry, catalogue.sources)
        found += [Problem(what=f"registry: {flaw}", where=name) for flaw in wrong]
    if found:
        raise UsageError("the catalogue has flaws", *found)
    return catalogue


def _given_twice(families: Mapping[str, Family]) -> Iterator[Problem]:
    """Find keys that two files give: the later would hide the earlier."""
    for table in _MERGED:
        first: dict[str, str] = {}
        for name, family in families.items():
            for key in getattr(family, table):
                if key in first:
                    yield Problem(what=f"{table} `{key}` is in `{first[key]}` too", where=name)
                first.setdefault(key, name)
