"""Compute which addresses are answered for with a multicast MAC, so that a whole segment gets every frame.

Comes in: a `Lookup`. Goes out: sightings, one for each address and MAC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import md5
from ipaddress import IPv4Address

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.names import Address, Mac, SegmentName, mac
from vlan2l3.network.model import Switch
from vlan2l3.network.virtual_macs import BROADCAST, is_group
from vlan2l3.parse.records import Source

NLB = ("03:bf:", "01:00:5e:7f:")  # Microsoft's load balancing says whose it is by its MAC
_STATIC_ARP = re.compile(
    r"(?m)^[ \t]*(?:ip )?arp (?:vrf \S+ )?(\d{1,3}(?:\.\d{1,3}){3}) ([0-9A-Fa-f.:-]{12,17})(?:[ \t]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded:
    """Give one ARP entry; `line` and `text` are set where it stands in a configuration."""

    address: Address
    mac: Mac
    segments: frozenset[SegmentName]
    source: Source
    line: int = 0
    text: str = ""


def arp_to_multicast_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses of one machine that ARP tables tie to a MAC of many.

    Looked at are the neighbour tables of hosts and static ARP entries of switches. The MACs of Microsoft's
    load balancing say whose they are, and are left out.
    """
    for entry in lookup.once(flooded):
        if not entry.mac.startswith(NLB):
            yield from _sightings(lookup, entry)


def ipaddr2_clone_mac(lookup: Lookup) -> Iterator[Sighting]:
    """Find addresses whose multicast MAC is the one IPaddr2 makes of address, prefix length and broadcast."""
    prefixes = {segment.name: segment.prefixes for segment in lookup.network.segments}
    for entry in lookup.once(flooded):
        nets = {net for name in entry.segments for net in prefixes[name] if net.version == 4}  # noqa: PLR2004
        if any(clone_mac(entry.address, n.prefixlen, str(n.broadcast_address)) == entry.mac for n in nets):
            yield from _sightings(lookup, entry)


def flooded(lookup: Lookup) -> tuple[Flooded, ...]:
    """List the first entry of each address and MAC: hundreds of hosts may have it in their tables."""
    found: dict[tuple[Address, Mac], Flooded] = {}
    for switch in lookup.network.switches:
        for entry in _configured(lookup, switch):
            found.setdefault((entry.address, entry.mac), entry)
    for host in lookup.network.hosts:
        for neighbor in host.neighbors:
            if neighbor.mac and _is_flooded(neighbor.address, neighbor.mac):
                entry = Flooded(
                    address=neighbor.address,
                    mac=neighbor.mac,
                    segments=lookup.below(host, neighbor.interface),
                    source=neighbor.source,
                )
                found.setdefault((entry.address, entry.mac), entry)
    return tuple(found.values())


def _configured(lookup: Lookup, switch: Switch) -> Iterator[Flooded]:
    if switch.config is None:
        return
    for found in _STATIC_ARP.finditer(switch.config.text):
        try:
            address, group = IPv4Address(found[1]), mac(found[2])
        except ValueError:
            continue
        if _is_flooded(address, group):
            line, words = file_line(switch.config, line_number(switch.config.text, found))
            yield Flooded(
                address=address,
                mac=group,
                segments=_served(lookup, switch, address),
                source=switch.config.source,
                line=line,
                text=words,
            )


def _served(lookup: Lookup, switch: Switch, address: Address) -> frozenset[SegmentName]:
    vlans = {svi.vlan for svi in switch.svis if any(address in own.network for own in svi.addresses)}
    return frozenset(s for vlan in vlans if (s := lookup.segment(switch.name, vlan)))


def _sightings(lookup: Lookup, entry: Flooded) -> Iterator[Sighting]:
    """Speak of the machines that have the address, each one of the many; of the MAC where none is known."""
    seen = Sighting(
        anchor=entry.mac,
        segments=entry.segments,
        labels=frozenset(f"address {entry.address} {segment}" for segment in entry.segments),
        facts=frozenset({("vips", str(entry.address)), ("macs", entry.mac)}),
        source=entry.source,
        line=entry.line,
        text=entry.text,
    )
    holders = sorted(lookup.holders(entry.address))
    for name in holders:
        yield replace(seen, anchor=name, host=name)
    if not holders:
        yield seen


def _is_flooded(address: Address, group: Mac) -> bool:
    plain = not (address.is_multicast or group == BROADCAST)
    return plain and is_group(group)


def clone_mac(address: Address, length: int, broadcast: str) -> str:
    """Give the MAC that IPaddr2 makes: the first 12 digits of a hash, an even second one replaced by 1."""
    digits = md5(f"{address} {length} {broadcast}\n".encode(), usedforsecurity=False).hexdigest()[:12]
    odd = digits[0] + (digits[1] if int(digits[1], 16) & 1 else "1") + digits[2:]
    return ":".join(odd[i : i + 2] for i in range(0, 12, 2))


FUNCTIONS = (arp_to_multicast_mac, ipaddr2_clone_mac)
