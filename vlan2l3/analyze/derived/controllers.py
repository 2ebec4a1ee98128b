"""Compute where the management controllers of hosts answer: on the host's own port, or somewhere else.

Comes in: a `Lookup`. Goes out: sightings. A controller that nobody heard, and whose address lies in no
segment of its host, most likely has a port on a network that was not captured: nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.clusters import as_address
from vlan2l3.analyze.derived.machines import GUEST_MAC
from vlan2l3.analyze.floating import segments_with
from vlan2l3.analyze.lookup import Lookup, learned
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.names import Mac, SegmentName, VlanId
from vlan2l3.network.model import Host, PortRef, Station, StationKind
from vlan2l3.parse.records import FileText

PRINTED = "ipmitool lan print*"

_MAC = re.compile(r"(?m)^MAC Address[ \t]+:[ \t]+(?P<value>(?:[0-9a-f]{2}:){5}[0-9a-f]{2})[ \t]*$")
_ADDRESS = re.compile(r"(?m)^IP Address[ \t]+:[ \t]+(?P<value>\d{1,3}(?:\.\d{1,3}){3})[ \t]*$")
_TAG = re.compile(r"(?m)^802\.1q VLAN ID[ \t]+:[ \t]+(?P<value>\d{1,4})[ \t]*$")
_UNSET = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Describe the controller of a host as the host printed it.

    Attributes:
        tag: the VLAN it tags its frames with, 0 without one.
        place: the line that tells where it is: that of the tag, else of the address.
    """

    host: Host
    file: FileText
    mac: Mac
    line: int
    address: str
    tag: int
    place: int


def bmc_on_port(lookup: Lookup) -> Iterator[Sighting]:
    """Find controllers whose printed MAC address a switch learned on a port of their own host."""
    for controller in lookup.once(_controllers):
        for station in lookup.once(_by_mac).get(controller.mac, ()):
            if _own_ports(controller.host) & set(station.ports):
                at, words = file_line(controller.file, controller.line)
                yield Sighting(
                    anchor=controller.host.name,
                    host=controller.host.name,
                    segments=frozenset({station.segment}),
                    facts=_facts(station.mac, station.ports),
                    source=controller.file.source,
                    line=at,
                    text=words,
                )


def bmc_address_in_segment(lookup: Lookup) -> Iterator[Sighting]:
    """Find controllers nobody heard whose printed address or tag is that of a segment on the host's ports."""
    for controller in lookup.once(_controllers):
        if controller.mac in lookup.once(_by_mac):
            continue
        segments = _segments(lookup, controller)
        if segments:
            at, words = file_line(controller.file, controller.place)
            yield Sighting(
                anchor=controller.host.name,
                host=controller.host.name,
                segments=segments,
                facts=_facts(controller.mac, sorted(_own_ports(controller.host), key=str)),
                source=controller.file.source,
                line=at,
                text=words,
            )


def stranger_beside_a_host(lookup: Lookup) -> Iterator[Sighting]:
    """Find MACs of nobody known beside the only host of a port that bridges no guests.

    Left out are MACs that hypervisors and containers give out.
    """
    for port, stations in lookup.at_ports.items():
        hosts = lookup.on_ports([port])
        if len(hosts) != 1 or not hosts[0].readable or _bridges(hosts[0]):
            continue
        for station in stations:
            if station.kind is StationKind.UNKNOWN and not _is_made_up(station.mac):
                yield Sighting(
                    anchor=hosts[0].name,
                    host=hosts[0].name,
                    segments=frozenset({station.segment}),
                    source=learned(station)[0],
                )


def _controllers(lookup: Lookup) -> tuple[Controller, ...]:
    return tuple(
        Controller(
            host=host,
            file=file,
            mac=Mac(mac["value"].lower()),
            line=line_number(file.text, mac),
            address=address["value"] if address else "",
            tag=int(tag["value"]) if tag else 0,
            place=line_number(file.text, tag or address or mac),
        )
        for host, file in lookup.files((PRINTED,))
        if (mac := _MAC.search(file.text)) and mac["value"].lower() not in _UNSET
        for address, tag in ((_ADDRESS.search(file.text), _TAG.search(file.text)),)
    )


def _by_mac(lookup: Lookup) -> dict[Mac, list[Station]]:
    """Index the workloads by MAC: one controller may be heard in several segments."""
    found: dict[Mac, list[Station]] = {}
    for station in lookup.on_access:
        found.setdefault(station.mac, []).append(station)
    return found


def _segments(lookup: Lookup, controller: Controller) -> frozenset[SegmentName]:
    """Give the segment of the controller's tag where the host's ports carry it, else that of its address."""
    if controller.tag:
        tagged = (
            lookup.segment(ref.device, VlanId(controller.tag))
            for ref in _own_ports(controller.host)
            if (port := lookup.ports.get(ref)) and controller.tag in port.vlans
        )
        return frozenset(segment for segment in tagged if segment)
    address = as_address(controller.address)
    return segments_with(controller.host, address) if address else frozenset()


def _own_ports(host: Host) -> set[PortRef]:
    return {ref for leg in host.legs for ref in (leg.port, leg.logical)}


def _bridges(host: Host) -> bool:
    """Tell whether guests may stand behind a host's port with MACs of their own."""
    return any(interface.sort in ("bridge", "tap") for interface in host.interfaces)


def _is_made_up(mac: Mac) -> bool:
    """Tell whether a MAC address is a guest's, or one that software chose: no controller's is."""
    return GUEST_MAC.match(mac) is not None or bool(int(mac[:2], 16) & 2)


def _facts(mac: Mac, ports: Iterable[PortRef]) -> frozenset[tuple[str, str]]:
    return frozenset({("macs", mac), *(("ports", str(port)) for port in ports)})


FUNCTIONS = (bmc_address_in_segment, bmc_on_port, stranger_beside_a_host)
