"""Compute which storage needs its segment: bound iSCSI ports, arrays, protocol addresses, FCoE VLANs.

Comes in: a `Lookup`. Goes out: sightings; what concerns a whole segment is one finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3.analyze.lookup import Lookup, learned, tables
from vlan2l3.analyze.named_ports import on_ports_named
from vlan2l3.analyze.sighting import Sighting, file_line, line_number, on_line
from vlan2l3.names import Address, SegmentName, VlanId, natural_key
from vlan2l3.network.model import Host, PortRef, Station
from vlan2l3.parse.records import FileText

CES = "mmces address list*"
PORTALS = "esxcli iscsi networkportal list*"
SHOWN = 5  # MAC addresses of one segment: a cluster has one a guest

_CES_ROW = re.compile(r"(?m)^[ \t]*(?P<address>\d{1,3}(?:\.\d{1,3}){3})[ \t]+(?P<node>[\w.-]+)")
_VMKNIC = re.compile(
    r"(?m)^[ \t]*Vmknic:[ \t]*(?P<vmk>vmk\d+)[ \t]*$(?:\n(?![ \t]*Vmknic:).*)*?"
    r"\n[ \t]*IPv4:[ \t]*(?P<ip>[\d.]+)"
)
# `pure` and `unity` alone are the names of too much else.
_ARRAY = re.compile(
    r"(?i)(?<![a-z])(?:netapp|ontap|isilon|powerscale|qumulo|storwize|flashsystem|flasharray|flashblade"
    r"|pure[ _-]?storage|(?:emc|dell)[ _-]unity|powerstore|powermax|equallogic|3par|nimble)(?![a-z])"
)
_VSAN = frozenset({ip_address("224.1.2.3"), ip_address("224.2.3.4")})
_HCI = re.compile(r"50:6b:8d:|b4:79:47:")
_FCOE_VLAN = re.compile(r"(?m)^vlan (?P<vlan>\d{1,4})[ \t]*\n(?:[ \t]+.*\n)*?[ \t]+fcoe(?: vsan \d+)?[ \t]*$")


def iscsi_port_binding(lookup: Lookup) -> Iterator[Sighting]:
    """Find VMkernel ports bound to the software initiator; those of one segment are one workload."""
    for host, text in lookup.files((PORTALS,)):
        for found in _VMKNIC.finditer(text.text):
            yield _bound(lookup, host, text, found)


def ces_address(lookup: Lookup) -> Iterator[Sighting]:
    """Find the protocol addresses that nodes of Storage Scale share, each on the node that holds it."""
    for host, text in lookup.files((CES,)):
        for found in _CES_ROW.finditer(text.text):
            name = lookup.named(found["node"])
            line, words = file_line(text, line_number(text.text, found))
            yield Sighting(
                anchor=name or host.name,
                host=name or host.name,
                segments=_segments_with(lookup, found["address"]),
                labels=frozenset({f"ces {host.name}", f"ces {found['address']}"}),
                facts=frozenset({("vips", found["address"])}),
                source=text.source,
                line=line,
                text=words,
            )


def array_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find machines nobody can read on ports that name a storage array, in the description or by LLDP."""
    for station in on_ports_named(lookup, _ARRAY):
        yield _array_sighting(lookup, station, station.ports)


def array_address_moved(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses that tables tie to two MACs of arrays in one segment: one has moved."""
    holders: dict[tuple[SegmentName, Address], list[Station]] = defaultdict(list)
    for station in on_ports_named(lookup, _ARRAY):
        for address in station.addresses:
            if not address.is_link_local:
                holders[station.segment, address].append(station)
    for (_, address), stations in holders.items():
        for station in stations if len(stations) > 1 else ():
            yield _array_sighting(lookup, station, station.ports, vip=address)


def vsan_multicast(lookup: Lookup) -> Iterator[Sighting]:
    """Find the groups of vSAN before 6.6 in snooping tables, one workload a segment."""
    for switch in lookup.network.switches:
        for snooped in switch.snooped:
            segment = lookup.segment(switch.name, snooped.vlan)
            if segment and snooped.group in _VSAN:
                ports = [PortRef(device=switch.name, port=port) for port in snooped.ports]
                yield Sighting(
                    anchor=segment,
                    segments=frozenset({segment}),
                    racks=lookup.racks_at(ports),
                    facts=frozenset({("groups", str(snooped.group)), *(("ports", str(p)) for p in ports)}),
                    source=snooped.source,
                )


def hci_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find MAC addresses that Nutanix and VxRail give out, of which a segment shows the first few."""
    found: dict[SegmentName, list[Station]] = defaultdict(list)
    for station in lookup.on_access:
        if _HCI.match(station.mac):
            found[station.segment].append(station)
    for segment, stations in found.items():
        ports = sorted({str(port) for station in stations for port in station.ports}, key=natural_key)
        facts = {("figures", str(len(stations))), *(("ports", port) for port in ports[:SHOWN])}
        racks = lookup.racks_at(port for station in stations for port in station.ports)
        for station in sorted(stations, key=lambda station: station.mac)[:SHOWN]:
            yield Sighting(
                anchor=segment,
                segments=frozenset({segment}),
                racks=racks,
                labels=frozenset({f"segment {segment}"}),
                facts=frozenset({*facts, ("macs", station.mac)}),
                source=learned(station)[0],
            )


def fcoe_vlan(lookup: Lookup) -> Iterator[Sighting]:
    """Find VLANs that a switch ties to a VSAN."""
    for switch in lookup.network.switches:
        text = switch.config
        for found in _FCOE_VLAN.finditer(text.text) if text else ():
            segment = lookup.segment(switch.name, VlanId(int(found["vlan"])))
            if text and segment:
                line, words = file_line(text, text.text.count("\n", 0, found.end()) + 1)
                yield Sighting(
                    anchor=switch.name,
                    segments=frozenset({segment}),
                    racks=frozenset({switch.rack} if switch.rack else ()),
                    source=text.source,
                    line=line,
                    text=words,
                )


def _bound(lookup: Lookup, host: Host, text: FileText, found: re.Match[str]) -> Sighting:
    segments = _segments_with(lookup, found["ip"])
    seen = on_line(host, text, line_number(text.text, found), segments=segments)
    return Sighting(
        anchor=seen.anchor,
        host=seen.host,
        segments=segments,
        labels=frozenset(f"bound {segment}" for segment in segments),
        facts=frozenset({("ports", f"{host.name} {found['vmk']}")}),
        source=seen.source,
        line=seen.line,
        text=seen.text,
    )


def _segments_with(lookup: Lookup, text: str) -> frozenset[SegmentName]:
    """Find the segment of an address by its prefixes; a prefix that two segments have tells nothing."""
    try:
        address = ip_address(text)
    except ValueError:
        return frozenset()
    found = lookup.around(address)
    return found if len(found) == 1 else frozenset()


def _array_sighting(
    lookup: Lookup, station: Station, ports: tuple[PortRef, ...], vip: Address | None = None
) -> Sighting:
    facts = {("macs", str(station.mac)), *(("ports", str(port)) for port in ports)}
    facts |= {("vips", str(address)) for address in ((vip,) if vip else station.addresses)}
    return Sighting(
        anchor=station.mac,
        segments=frozenset({station.segment}),
        racks=lookup.racks_at(ports),
        labels=frozenset({f"array {station.segment}"}),
        facts=frozenset(facts),
        source=tables(station)[0] if vip else learned(station)[0],
    )


FUNCTIONS = (
    array_address_moved,
    array_on_port,
    ces_address,
    fcoe_vlan,
    hci_mac,
    iscsi_port_binding,
    vsan_multicast,
)
