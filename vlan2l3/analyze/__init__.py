"""Say what is bound to layer 2, why, and what would change that.

Comes in: a `Network` and the catalogue of what is known to need a shared broadcast domain. Goes out:
findings, each with the lines of the capture it rests on. This stage never decides what is done about a
finding, and never reads a capture's files itself.
"""

from vlan2l3.analyze.catalogue import Catalogue, load_catalogue
from vlan2l3.analyze.engine import analyze
from vlan2l3.analyze.findings import Certainty, Evidence, Expected, Finding, Severity

__all__ = [
    "Catalogue",
    "Certainty",
    "Evidence",
    "Expected",
    "Finding",
    "Severity",
    "analyze",
    "load_catalogue",
]
