"""Hold what is known to need a shared broadcast domain: rules as data, in the files below `data/`.

Comes in: TOML, one file a family of workloads, and `common.toml` for what they share. Goes out: frozen
structs in which every regular expression compiles, every name is known and every rule cites its sources. A
rule that can't be checked is refused here, not at a match.
"""

from vlan2l3.analyze.catalogue.load import load_catalogue, read_catalogue
from vlan2l3.analyze.catalogue.matchers import Matcher, Weight
from vlan2l3.analyze.catalogue.registry import Registry
from vlan2l3.analyze.catalogue.rules import PLACEHOLDERS, Catalogue, Rule

__all__ = [
    "PLACEHOLDERS",
    "Catalogue",
    "Matcher",
    "Registry",
    "Rule",
    "Weight",
    "load_catalogue",
    "read_catalogue",
]
