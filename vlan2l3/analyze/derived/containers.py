"""Compute which containers and guests have MACs or addresses of their own on a host's uplink.

Comes in: a `Lookup`. Goes out: sightings of networks of Docker and CNI, of macvtap interfaces, and of MACs
beside a host that runs containers. Networks that are routed, or hang on no uplink, are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vlan2l3.analyze.derived.guests import bridging_hosts
from vlan2l3.analyze.derived.machines import guests, lends_its_port, machines, macvtaps, of_machine
from vlan2l3.analyze.kubectl import KUBECTL, inner, name_of, objects
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import InterfaceName, SegmentName
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText

DOCKER = "docker network inspect*"
CNI = ("/etc/cni/net.d/*", "/etc/kubernetes/cni/net.d/*")
_DRIVER = re.compile(r'"Driver"\s*:\s*"(?:macvlan|ipvlan)"')
_ON_UPLINK = frozenset({"macvlan", "ipvlan", "sriov"})
_ROUTED = ("l3", "l3s")  # modes of ipvlan

Item = dict[str, Any]


def container_network(lookup: Lookup) -> Iterator[Sighting]:
    """Find Docker's networks of the drivers macvlan and ipvlan, on an uplink and at layer 2."""
    for host, file in lookup.files((DOCKER,)):
        named = [item for item in _listed(file.text) if item.get("Driver") in ("macvlan", "ipvlan")]
        lines = [file.text.count("\n", 0, found.start()) + 1 for found in _DRIVER.finditer(file.text)]
        for number, item in enumerate(named):
            options = inner(item, "Options")
            parent = str(options.get("parent", ""))
            # Without a parent Docker makes a dummy, and the network is private.
            if options.get("ipvlan_mode") in _ROUTED or not parent or parent.startswith("dm-"):
                continue
            if _is_private(host, parent):
                continue
            facts = {("guests", name) for name in _containers(item)}
            facts |= {("prefixes", subnet) for subnet in _subnets(item)}
            line = lines[number] if len(lines) == len(named) else 1
            seen = _network(lookup, host, (file, line), name=str(item.get("Name", "")), master=parent)
            yield replace(seen, facts=frozenset(facts))


def cni_network(lookup: Lookup) -> Iterator[Sighting]:
    """Find networks of CNI that put pods on an uplink: macvlan, ipvlan at layer 2, SR-IOV."""
    return _cni(lookup, _ON_UPLINK)


def cni_bridge(lookup: Lookup) -> Iterator[Sighting]:
    """Find networks of CNI's bridge that neither translate nor route: its uplink is not in the definition."""
    return _cni(lookup, frozenset({"bridge"}))


def macvtap_guest(lookup: Lookup) -> Iterator[Sighting]:
    """Find macvtap interfaces, by which a guest is on a card itself; which card `ip` does not always tell."""
    for host in lookup.network.hosts:
        names = frozenset(macvtaps(host))
        for interface in host.interfaces:
            if interface.name in names:
                yield Sighting(
                    anchor=host.name,
                    host=host.name,
                    segments=segments_of(host),
                    facts=frozenset({("guests", interface.name)}),
                    source=interface.source,
                )


def beside_containers(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs that are not its own on the port of a host with containers or macvtap interfaces.

    Where a bridge joins guests with the uplink, it explains them.
    """
    bridging = lookup.once(bridging_hosts)
    for machine in lookup.once(machines):
        host = machine.host
        if machine.was_read and host and lends_its_port(host) and host.name not in bridging:
            yield from of_machine(lookup, machine, guests(machine))


def _cni(lookup: Lookup, types: frozenset[str]) -> Iterator[Sighting]:
    for host, file in lookup.files(CNI):
        for item in _listed(file.text):
            for plugin in _plugins(item, types, host):
                place = (file, _line(file, plugin))
                name, master = str(item.get("name", "")), _master(plugin)
                yield _network(lookup, host, place, name=name, master=master)
    for host, file in lookup.files((KUBECTL,)):
        cluster = lookup.kubernetes[host.name]
        for item, line in objects(file, "NetworkAttachmentDefinition"):
            config = next(iter(_listed(str(inner(item, "spec").get("config", "")))), {})
            for subject in (lookup.hosts[name] for name in cluster.subjects):
                for plugin in _plugins(config, types, subject):
                    seen = _network(lookup, subject, (file, line), name=name_of(item), master=_master(plugin))
                    yield replace(seen, labels=seen.labels | cluster.labels)


def _plugins(config: Item, types: frozenset[str], host: Host) -> list[Item]:
    """List the plugins of a network that are of one of the types, on an uplink and at layer 2."""
    chained = config.get("plugins")
    plugins = [p for p in chained if isinstance(p, dict)] if isinstance(chained, list) else [config]
    return [
        plugin
        for plugin in plugins
        if plugin.get("type") in types
        and plugin.get("mode") not in _ROUTED
        and not (plugin.get("ipMasq") or plugin.get("isGateway") or plugin.get("isDefaultGateway"))
        and (plugin.get("type") == "sriov" or not _is_private(host, _master(plugin)))
    ]


def _master(plugin: Item) -> str:
    return str(plugin.get("master") or plugin.get("bridge") or "")


def _line(file: FileText, plugin: Item) -> int:
    found = re.search(rf'"type"\s*:\s*"{re.escape(str(plugin["type"]))}"', file.text)
    return file.text.count("\n", 0, found.start()) + 1 if found else 1


def _network(lookup: Lookup, host: Host, place: tuple[FileText, int], *, name: str, master: str) -> Sighting:
    """Speak of a network on a host: hosts that have it in one segment are one workload."""
    below = lookup.below(host, InterfaceName(master)) if master else frozenset[SegmentName]()
    segments = below or segments_of(host)
    file, line = place
    at, words = file_line(file, line)
    return Sighting(
        anchor=host.name,
        host=host.name,
        segments=segments,
        labels=frozenset(f"network {name} {segment}" for segment in segments if name),
        source=file.source,
        line=at,
        text=words,
    )


def _is_private(host: Host, name: str) -> bool:
    """Tell whether an interface is a dummy, on which nothing leaves the host."""
    return any(i.name == name and i.sort == "dummy" for i in host.interfaces)


def _containers(item: Item) -> set[str]:
    return {str(c.get("Name", "")) for c in inner(item, "Containers").values() if isinstance(c, dict)}


def _subnets(item: Item) -> set[str]:
    listed = inner(item, "IPAM").get("Config")
    return {
        str(c.get("Subnet", "")) for c in (listed if isinstance(listed, list) else []) if isinstance(c, dict)
    }


def _listed(text: str) -> list[Item]:
    """Read one JSON object, or a list of them; what is neither holds none."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return []
    listed = answer if isinstance(answer, list) else [answer]
    return [item for item in listed if isinstance(item, dict)]


FUNCTIONS = (beside_containers, cni_bridge, cni_network, container_network, macvtap_guest)
