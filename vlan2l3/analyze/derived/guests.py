"""Compute which machines bridge guests into a segment, and which of them may hand guests to each other.

Comes in: a `Lookup`. Goes out: sightings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from vlan2l3.analyze.derived.machines import (
    GUEST_MAC,
    VMWARE,
    attachments,
    guests,
    lends_its_port,
    machines,
    of_cluster,
    of_machine,
)
from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, InterfaceName, SegmentName, natural_key
from vlan2l3.network.model import Host, HostInterface, StationKind

SHOWN = 3  # hosts of one segment that are proof; what is said of one is said of all

_GUEST_SORTS = frozenset({"tap", "tunnel"})
_GUEST_NAMES = re.compile(r"(tap|vnet|veth|macvtap|vif|fwpr)[0-9a-z.]+")
_UPLINK_SORTS = frozenset({"physical", "bond", "vlan"})
_DATAPATH = InterfaceName("ovs-system")  # what the kernel shows of all bridges of Open vSwitch
_CLUSTER = re.compile(r"(pve-cluster|ganeti-noded|nova-compute|openstack-nova-compute)\.service")
_LIBVIRT = re.compile(r"(libvirtd|virtqemud)\.service")


def vm_bridge_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find bridges of a host that join a physical interface, a bond or a VLAN with a guest's interface."""
    for host in lookup.network.hosts:
        for bridge in (i for i in host.interfaces if i.sort == "bridge"):
            yield from _joined(lookup, host, bridge.name)


def ovs_uplink(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts whose Open vSwitch has an uplink and a guest's interface.

    The kernel does not show which of its bridges has which: the guest may be in an overlay.
    """
    for host in lookup.network.hosts:
        yield from _joined(lookup, host, _DATAPATH)


def many_macs_on_access_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines with more MACs on their ports than they have themselves, and whose bridges were not read.

    Machines nobody read are one workload where they share a segment. Left out are hosts whose containers
    explain the MACs, and, of machines nobody read, the guests of VMware: both have rules of their own.
    """
    bridging = lookup.once(bridging_hosts)
    return (seen for seen in lookup.once(_many_macs) if seen.host is None or seen.host not in bridging)


def guest_moves(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs of guests that one segment shows in two places: the old row, not yet gone, beside the new."""
    for station in lookup.on_access:
        is_guest = station.kind is StationKind.GUEST or GUEST_MAC.match(station.mac)
        if not is_guest or len(attachments(lookup, station.ports)) == 1:
            continue
        hosts = [{host.name for host in lookup.on_ports([port])} for port in station.ports]
        if not set.intersection(*hosts):
            yield Sighting(
                anchor="" if station.segment in lookup.once(_shared) else station.mac,
                segments=frozenset({station.segment}),
                racks=lookup.racks_at(station.ports),
                labels=frozenset({f"guests {station.segment}"}),
                facts=frozenset({("guests", station.mac), *(("ports", str(p)) for p in station.ports)}),
                source=learned(station)[0],
            )


def shared_guest_segment(lookup: Lookup) -> Iterator[Sighting]:
    """Find segments that two hypervisors have guests in, one of which was read; all of these are members."""
    for segment, places in lookup.once(_shared).items():
        for seen in _few(places):
            yield Sighting(
                anchor=seen.anchor,
                host=seen.host,
                segments=frozenset({segment}),
                labels=frozenset({f"guests {segment}"}),
                source=seen.source,
            )


def cluster_of_hypervisors(lookup: Lookup) -> Iterator[Sighting]:
    """Find Proxmox, Ganeti and OpenStack on hosts that share a segment with another's guests."""
    return _running(lookup, _CLUSTER)


def libvirt_beside_libvirt(lookup: Lookup) -> Iterator[Sighting]:
    """Find libvirt on hosts that share a segment with another hypervisor's guests."""
    return _running(lookup, _LIBVIRT)


def bridging_hosts(lookup: Lookup) -> frozenset[DeviceName]:
    """List the hosts whose bridges explain further MACs on their ports."""
    return frozenset(seen.host for seen in vm_bridge_uplink(lookup) if seen.host)


def _many_macs(lookup: Lookup) -> tuple[Sighting, ...]:
    found: list[Sighting] = []
    unread = []
    for machine in lookup.once(machines):
        if not machine.was_read:
            unread.append((machine, [s for s in guests(machine) if not VMWARE.match(s.mac)]))
        elif machine.host and not lends_its_port(machine.host):
            found.extend(of_machine(lookup, machine, guests(machine)))
    return (*found, *of_cluster(lookup, unread, name="guests"))


def _joined(lookup: Lookup, host: Host, bridge: InterfaceName) -> Iterator[Sighting]:
    members = [i for i in host.interfaces if i.master == bridge]
    uplinks = [i for i in members if i.sort in _UPLINK_SORTS and not _GUEST_NAMES.fullmatch(i.name)]
    found = [i for i in members if i.sort in _GUEST_SORTS or _GUEST_NAMES.fullmatch(i.name)]
    if uplinks and found:
        yield from _bridge_sightings(lookup, host, uplinks, found)


def _bridge_sightings(
    lookup: Lookup, host: Host, uplinks: list[HostInterface], found: list[HostInterface]
) -> Iterator[Sighting]:
    segments = frozenset(s for uplink in uplinks for s in lookup.below(host, uplink.name))
    names = {("guests", guest.name) for guest in found}
    for interface in (*uplinks, *found):
        yield Sighting(
            anchor=host.name,
            host=host.name,
            segments=segments,
            facts=frozenset(names),
            source=interface.source,
        )


def _shared(lookup: Lookup) -> dict[SegmentName, list[Sighting]]:
    """Give the segments with guests of several machines, and what says so of each machine."""
    found: dict[SegmentName, dict[str, Sighting]] = defaultdict(dict)
    for seen in (*vm_bridge_uplink(lookup), *ovs_uplink(lookup), *lookup.once(_many_macs)):
        for segment in seen.segments:
            found[segment].setdefault(seen.anchor, seen)
    return {
        segment: [places[name] for name in sorted(places, key=natural_key)]
        for segment, places in sorted(found.items())
        if len(places) > 1 and any(lookup.was_read(seen.host) for seen in places.values())
    }


def _few(places: list[Sighting]) -> Iterator[Sighting]:
    """Keep every machine a member and the first few as proof."""
    for number, seen in enumerate(places):
        proof = places[min(number, SHOWN - 1)]
        yield Sighting(anchor=seen.anchor, host=seen.host, source=proof.source)


def _running(lookup: Lookup, pattern: re.Pattern[str]) -> Iterator[Sighting]:
    seen: set[DeviceName] = set()
    for segment, places in lookup.once(_shared).items():
        names = [p.host for p in places if p.host and p.host not in seen]
        seen.update(names)
        units = [
            (n, u) for n in names for u in lookup.hosts[n].units if u.active and pattern.fullmatch(u.name)
        ]
        for name, unit in units[:SHOWN]:
            yield Sighting(
                anchor=name,
                host=name,
                segments=frozenset({segment}),
                labels=frozenset({f"guests {segment}"}),
                source=unit.source,
            )


FUNCTIONS = (
    cluster_of_hypervisors,
    guest_moves,
    libvirt_beside_libvirt,
    many_macs_on_access_port,
    ovs_uplink,
    shared_guest_segment,
    vm_bridge_uplink,
)
