"""Find what each matcher of the catalogue describes: one small function for each kind of source.

Comes in: a matcher and a `Lookup`. Goes out: sightings. No function weighs anything; `engine` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Any

from vlan2l3.analyze.catalogue import (
    Derived,
    HostFile,
    HostGroup,
    HostPackage,
    HostSocket,
    HostSysctl,
    HostUnit,
    Kubernetes,
    Matcher,
    SwitchArp,
    SwitchConfig,
    SwitchIgmp,
    SwitchMac,
)
from vlan2l3.analyze.clusters import files
from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.lookup import Lookup, learned, segments_of, tables
from vlan2l3.analyze.membership import KUBECTL
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.names import Address, InterfaceName
from vlan2l3.network.model import Host, PortRef, Station
from vlan2l3.parse.records import FileText, Socket, Source


def match(matcher: Matcher, lookup: Lookup) -> tuple[Sighting, ...]:
    """Find everything one matcher describes."""
    return tuple(_FUNCTIONS[type(matcher)](matcher, lookup))


def host_file(matcher: HostFile, lookup: Lookup) -> Iterator[Sighting]:
    """Find the lines of captured files that the pattern matches."""
    for host in lookup.network.hosts:
        for file in files(host, *matcher.paths):
            for found in re.finditer(matcher.pattern, file.text):
                yield _on_line(host, file, _line(file.text, found))


def host_unit(matcher: HostUnit, lookup: Lookup) -> Iterator[Sighting]:
    """Find active units by name."""
    for host in lookup.network.hosts:
        for unit in host.units:
            if unit.active and re.search(matcher.pattern, unit.name):
                yield _of_host(host, unit.source)


def host_socket(matcher: HostSocket, lookup: Lookup) -> Iterator[Sighting]:
    """Find listening sockets by protocol, port and process."""
    for host in lookup.network.hosts:
        for socket in host.sockets:
            if (
                socket.protocol == matcher.protocol
                and socket.port in matcher.ports
                and (not socket.process or re.search(matcher.process, socket.process))
                and not (matcher.on_uplink and _bound_elsewhere(host, socket))
            ):
                yield _of_host(host, socket.source)


def host_maddr(matcher: HostGroup, lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that joined one of the groups on an interface that reaches a segment."""
    for host in lookup.network.hosts:
        for joined in host.groups:
            segments = lookup.below(host, joined.interface)
            if segments and _in_groups(joined.group, matcher.groups):
                yield Sighting(anchor=host.name, host=host.name, segments=segments, source=joined.source)


def host_sysctl(matcher: HostSysctl, lookup: Lookup) -> Iterator[Sighting]:
    """Find kernel settings by key and value."""
    for host in lookup.network.hosts:
        for setting in host.sysctls:
            if fnmatchcase(setting.key, matcher.key) and re.search(matcher.pattern, setting.value):
                yield _of_host(host, setting.source)


def host_package(matcher: HostPackage, lookup: Lookup) -> Iterator[Sighting]:
    """Find packages older than a version, Debian's epoch left aside."""
    for host in lookup.network.hosts:
        for package in host.packages:
            if package.name == matcher.name and _numbers(package.version) < _numbers(matcher.below):
                yield _of_host(host, package.source)


def switch_mac(matcher: SwitchMac, lookup: Lookup) -> Iterator[Sighting]:
    """Find learned MAC addresses; those of gateways and switches are no workload's."""
    for station in lookup.workloads():
        found = re.search(matcher.mac, station.mac)
        if found:
            yield from _of_station(station, lookup, _labels(found, station, matcher), learned(station))


def switch_arp(matcher: SwitchArp, lookup: Lookup) -> Iterator[Sighting]:
    """Find MAC addresses that ARP or ND tables tie to an address."""
    for station in lookup.workloads():
        found = re.search(matcher.mac, station.mac) if station.addresses else None
        if found:
            yield from _of_station(station, lookup, _labels(found, station, matcher), tables(station))


def switch_igmp(matcher: SwitchIgmp, lookup: Lookup) -> Iterator[Sighting]:
    """Find groups in snooping tables, and the hosts behind the ports that asked for them."""
    for switch in lookup.network.switches:
        for snooped in switch.snooped:
            segment = lookup.segment(switch.name, snooped.vlan)
            if segment is None or not _in_groups(snooped.group, matcher.groups):
                continue
            ports = [PortRef(device=switch.name, port=port) for port in snooped.ports]
            for host in lookup.on_ports(ports):
                yield Sighting(
                    anchor=host.name, host=host.name, segments=frozenset({segment}), source=snooped.source
                )


def switch_config(matcher: SwitchConfig, lookup: Lookup) -> Iterator[Sighting]:
    """Find the lines of running configurations that the pattern matches."""
    for switch in lookup.network.switches:
        text = switch.config.text if switch.config else ""
        for found in re.finditer(matcher.pattern, text):
            if switch.config:
                line, words = file_line(switch.config, _line(text, found))
                labels = frozenset(f"{name} {value}" for name, value in found.groupdict().items())
                yield Sighting(
                    anchor="" if labels else switch.name,
                    labels=labels,
                    source=switch.config.source,
                    line=line,
                    text=words,
                )


def kubernetes(matcher: Kubernetes, lookup: Lookup) -> Iterator[Sighting]:
    """Find objects of one kind in what kubectl printed."""
    for host in lookup.network.hosts:
        for file in files(host, KUBECTL):
            items = [item for item in _items(file.text) if item.get("kind") == matcher.kind]
            lines = [
                _line(file.text, found)
                for found in re.finditer(rf'"kind"\s*:\s*"{re.escape(matcher.kind)}"', file.text)
            ]
            for item, line in zip(items, lines, strict=False):
                if re.search(matcher.pattern, json.dumps(item, separators=(",", ":"), sort_keys=True)):
                    yield _on_line(host, file, line, _pool_facts(item))


def derived(matcher: Derived, lookup: Lookup) -> Iterator[Sighting]:
    """Ask the derived function of that name."""
    return FUNCTIONS[matcher.function](lookup)


_FUNCTIONS: dict[type[Matcher], Callable[[Any, Lookup], Iterator[Sighting]]] = {
    HostFile: host_file,
    HostUnit: host_unit,
    HostSocket: host_socket,
    HostGroup: host_maddr,
    HostSysctl: host_sysctl,
    HostPackage: host_package,
    SwitchMac: switch_mac,
    SwitchArp: switch_arp,
    SwitchIgmp: switch_igmp,
    SwitchConfig: switch_config,
    Kubernetes: kubernetes,
    Derived: derived,
}


def _of_host(host: Host, source: Source) -> Sighting:
    return Sighting(anchor=host.name, host=host.name, source=source)


def _on_line(
    host: Host, file: FileText, line: int, facts: frozenset[tuple[str, str]] = frozenset()
) -> Sighting:
    number, words = file_line(file, line)
    return Sighting(
        anchor=host.name, host=host.name, facts=facts, source=file.source, line=number, text=words
    )


def _of_station(
    station: Station, lookup: Lookup, labels: frozenset[str], sources: Sequence[Source]
) -> Iterator[Sighting]:
    """Speak of the one host on the station's ports if it could be read, else of the MAC itself."""
    hosts = lookup.on_ports(station.ports)
    owner = station.owner or (hosts[0].name if len(hosts) == 1 else None)
    readable = owner is not None and lookup.hosts[owner].readable if owner in lookup.hosts else False
    for source in sources:
        yield Sighting(
            anchor=owner if owner and readable else station.mac,
            host=owner if owner in lookup.hosts else None,
            segments=frozenset({station.segment}),
            racks=lookup.racks_at(station.ports),
            labels=labels,
            facts=frozenset({("macs", station.mac), *(("ports", str(port)) for port in station.ports)}),
            source=source,
        )


def _labels(found: re.Match[str], station: Station, matcher: SwitchMac) -> frozenset[str]:
    scope = f" {station.segment}" if matcher.scope == "segment" else ""
    return frozenset(f"{name} {value}{scope}" for name, value in found.groupdict().items())


def _bound_elsewhere(host: Host, socket: Socket) -> bool:
    """Tell whether a socket is bound, by interface or by address, to something that reaches no segment."""
    address, _, interface = socket.address.strip("[]").partition("%")
    if interface:
        return not any(a.interface == InterfaceName(interface) and a.segment for a in host.addresses)
    if address in ("*", "", "0.0.0.0", "::"):  # noqa: S104 -- compared, not bound to
        return not segments_of(host)
    return not any(str(a.address.ip) == address and a.segment for a in host.addresses)


def _in_groups(group: Address, wanted: tuple[str, ...]) -> bool:
    return any(group in ip_network(net) for net in wanted)


def _line(text: str, found: re.Match[str]) -> int:
    """Number the line of a match's first visible character; a pattern may start with blanks."""
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    return text.count("\n", 0, start) + 1


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", re.sub(r"^\d+:|[-~+].*", "", version)))


def _items(text: str) -> list[dict[str, Any]]:
    try:
        answer = json.loads(text)
    except ValueError:
        return []  # not JSON: parse has reported the answer as not understood
    found = answer.get("items", [answer]) if isinstance(answer, dict) else []
    return [item for item in found if isinstance(item, dict)]


def _pool_facts(item: dict[str, Any]) -> frozenset[tuple[str, str]]:
    spec = item.get("spec")
    pools = spec.get("ipAddressPools") if isinstance(spec, dict) else None
    return frozenset(("pools", str(pool)) for pool in pools) if isinstance(pools, list) else frozenset()
