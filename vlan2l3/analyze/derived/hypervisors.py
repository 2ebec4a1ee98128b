"""Compute what only one make of hypervisor has: ESXi and its guests, Ganeti's routed NICs, Neutron's agents.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vlan2l3.analyze.derived.machines import VMKERNEL, VMWARE, Machine, machines, of_cluster
from vlan2l3.analyze.derived.proxies import proxy_arp_on_uplink
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.named_ports import on_ports_named
from vlan2l3.analyze.sighting import Sighting, on_host, on_line
from vlan2l3.network.model import Host, PortRef, Station, StationKind, SwitchPort
from vlan2l3.parse.records import FileText

INSTANCES = "gnt-instance list*"
ML2 = ("*/ml2/*.ini",)
_MODES = frozenset({"bridged", "routed", "openvswitch", "vif-route", "ext", "-"})
_GANETI = r"^ganeti-(noded|confd)\.service$"
_NEUTRON = re.compile(r"(neutron-\S*(agent|server|api|rpc-server)|ironic-\S+)\.service")
_ESXI_PORT = re.compile(r"(?i)(?<![a-z])esxi?(?![a-z])|vmware")
_VMNIC = re.compile(r"vmnic\d+")


def esxi_host(lookup: Lookup) -> Iterator[Sighting]:
    """Find ESXi hosts: read, on ports whose neighbour is a `vmnic`, or on ports that are named so."""
    found: set[str] = set()
    for host in lookup.network.hosts:
        if host.platform == "esxi":
            found.add(host.name)
            ports = [leg.logical for leg in host.legs]
            yield _esxi(host.name, host, lookup, ports, host)
    for switch in lookup.network.switches:
        for port in switch.ports:
            if any(_VMNIC.fullmatch(name) for _, name in port.neighbors):
                ref = PortRef(device=switch.name, port=port.lag or port.name)
                hosts = lookup.on_ports([ref])
                known = hosts[0] if len(hosts) == 1 else None
                name = known.name if known else str(ref)
                found.add(name)
                yield _esxi(name, known, lookup, [ref], port)
    named = {(station.segment, station.mac) for station in on_ports_named(lookup, _ESXI_PORT)}
    others = (m for m in lookup.once(machines) if m.name not in found and not (m.host and m.host.readable))
    here = ((m, [s for s in m.stations if (s.segment, s.mac) in named]) for m in others)
    yield from of_cluster(lookup, here, name="esxi")


def vmware_guest_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs of VMware's guests behind machines that are no Linux host that was read.

    A virtual machine that was read and is alone on its port hangs there itself, as far as anybody can tell.
    """
    unread = ((m, _vmware(m)) for m in lookup.once(machines) if not m.was_read)
    yield from of_cluster(lookup, unread, name="esxi")


def ganeti_routed_nic(lookup: Lookup) -> Iterator[Sighting]:
    """Find instances with a routed NIC in Ganeti's list, on their primary nodes."""
    for host, file in lookup.files((INSTANCES,)):
        for number, line in enumerate(file.text.splitlines(), start=1):
            words = line.split()
            modes = next((m for w in words[2:] if (m := set(w.split(","))) <= _MODES and m != {"-"}), set())
            if "routed" in modes:
                yield _instance(lookup, host, file, number, words)


def ganeti_proxy_arp(lookup: Lookup) -> Iterator[Sighting]:
    """Find nodes of Ganeti that answer ARP for others on an interface that reaches a segment."""
    nodes = {host.name for host, _ in lookup.units(_GANETI)}
    return (seen for seen in proxy_arp_on_uplink(lookup) if seen.host in nodes)


def neutron_unread(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that run Neutron or Ironic where no ML2 file of their segment tells its networks."""
    told = {segment for host, _ in lookup.files(ML2) for segment in segments_of(host)}
    for host, unit in lookup.units(_NEUTRON.pattern):
        if told.isdisjoint(segments_of(host)):
            yield on_host(host, unit.source)


def _esxi(
    name: str, host: Host | None, lookup: Lookup, ports: list[PortRef], what: Host | SwitchPort
) -> Sighting:
    segments = {station.segment for port in ports for station in lookup.at_ports.get(port, ())}
    for port in ports if not segments else ():
        own = lookup.ports.get(port)
        segment = lookup.segment(port.device, own.untagged) if own and own.untagged else None
        segments |= {segment} if segment else set()
    return Sighting(
        anchor=name,
        host=host.name if host else None,
        segments=frozenset(segments),
        racks=lookup.racks_at(ports),
        labels=frozenset(f"esxi {segment}" for segment in segments or [""]),
        facts=frozenset(("ports", str(port)) for port in ports),
        source=what.source,
    )


def _vmware(machine: Machine) -> list[Station]:
    others = {s.mac for s in machine.stations}
    kinds = {StationKind.UNKNOWN, StationKind.GUEST, *({StationKind.HOST} if len(others) > 1 else ())}
    return [
        s for s in machine.stations if VMWARE.match(s.mac) and not VMKERNEL.match(s.mac) and s.kind in kinds
    ]


def _instance(lookup: Lookup, host: Host, file: FileText, number: int, words: list[str]) -> Sighting:
    node = lookup.hosts.get(lookup.named(words[1]) or host.name, host)
    seen = on_line(host, file, number, frozenset({("guests", words[0])}))
    return replace(seen, anchor=node.name, host=node.name)


FUNCTIONS = (esxi_host, ganeti_proxy_arp, ganeti_routed_nic, neutron_unread, vmware_guest_mac)
