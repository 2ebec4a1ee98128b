"""Collect the few packages whose presence or version says something of a host.

Comes in: a `Lookup`. Goes out: packages with their hosts. Hosts have hundreds of packages each, so all are
looked through once, for everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.network.model import Host
from vlan2l3.parse.records import Source

WAKING = frozenset({"etherwake", "gwakeonlan", "powerwake", "wakeonlan"})
_NAMES = WAKING | {"bird", "bird2"}
_KERNEL = "linux-image-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Give one package of one host."""

    host: Host
    name: str
    version: str
    source: Source


def installed(lookup: Lookup) -> tuple[Installed, ...]:
    """List kernels, BIRD, and the programs that wake machines."""
    return tuple(
        Installed(host=host, name=package.name, version=package.version, source=package.source)
        for host in lookup.network.hosts
        for package in host.packages
        if package.name in _NAMES or package.name.startswith(_KERNEL)
    )


def numbers(version: str) -> tuple[int, ...]:
    """Read a version number by number, Debian's epoch and its own revision left aside."""
    return tuple(int(n) for n in re.findall(r"\d+", re.sub(r"^\d+:|[-~+].*", "", version)))
