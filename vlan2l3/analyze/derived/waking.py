"""Compute which hosts have a program that wakes others.

Comes in: a `Lookup`. Goes out: sightings. To have it installed is not to use it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.analyze.installed import WAKING, installed
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_host


def waking_program(lookup: Lookup) -> Iterator[Sighting]:
    """Find the programs that send magic packets and do nothing else."""
    return (
        on_host(package.host, package.source) for package in lookup.once(installed) if package.name in WAKING
    )


FUNCTIONS = (waking_program,)
