"""Find what each matcher of the catalogue describes: one small function for each kind of source.

Comes in: a matcher and a `Lookup`. Goes out: sightings. No function weighs anything; `workloads` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vlan2l3.analyze.catalogue.matchers import (
    Derived,
    HostEtherType,
    HostFile,
    HostGroup,
    HostPackage,
    HostProcess,
    HostSocket,
    HostSysctl,
    HostUnit,
    Kubernetes,
    Matcher,
    SwitchArp,
    SwitchConfig,
    SwitchEtherType,
    SwitchIgmp,
    SwitchMac,
)
from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.matching import hosts, kubernetes, switches
from vlan2l3.analyze.sighting import Sighting

__all__ = ["match"]


def match(matcher: Matcher, lookup: Lookup) -> Iterator[Sighting]:
    """Find everything one matcher describes, in the order of the network."""
    return _FUNCTIONS[type(matcher)](matcher, lookup)


def _derived(matcher: Derived, lookup: Lookup) -> Iterator[Sighting]:
    return FUNCTIONS[matcher.function](lookup)


_FUNCTIONS: dict[type[Matcher], Callable[[Any, Lookup], Iterator[Sighting]]] = {
    HostFile: hosts.file,
    HostUnit: hosts.unit,
    HostProcess: hosts.process,
    HostSocket: hosts.socket,
    HostGroup: hosts.group,
    HostSysctl: hosts.sysctl,
    HostPackage: hosts.package,
    HostEtherType: hosts.ethertype,
    SwitchMac: switches.mac,
    SwitchArp: switches.arp,
    SwitchIgmp: switches.igmp,
    SwitchEtherType: switches.ethertype,
    SwitchConfig: switches.config,
    Kubernetes: kubernetes.found,
    Derived: _derived,
}
