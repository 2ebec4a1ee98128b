"""Find the cables between switches from what both ends heard by LLDP.

Comes in: the switches and their LLDP neighbours. Goes out: `Link`s, the ports that lead to a switch, MLAG
peers, and doubts where two ends disagree. One end alone proves the cable as well, but leaves a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from vlan2l3.names import DeviceName
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.identity import Identities
from vlan2l3.network.index import Index
from vlan2l3.network.model import Link, PortRef, Switch
from vlan2l3.parse.records import LldpNeighbor, MlagDomain, PortAddress, Source

_HINT = "look at both ends of the cable, then take `show lldp neighbors detail` of both switches again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabling:
    """Hold what LLDP says between switches.

    Attributes:
        facing: logical ports that lead to a captured switch.
    """

    links: tuple[Link, ...]
    facing: frozenset[PortRef]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Hold what every switch port heard: the far port, or the far switch where it has no such port."""

    ends: dict[PortRef, dict[PortRef, Source]]
    nameless: dict[PortRef, tuple[DeviceName, Source]]
    listening: frozenset[DeviceName]


def read_links(fabric: Fabric, index: Index, identities: Identities) -> Cabling:
    """Pair the two ends of every cable between captured switches."""
    heard = _listen(fabric, index, identities)
    pairs = {(min(a, b, key=port_key), max(a, b, key=port_key)) for a in heard.ends for b in heard.ends[a]}
    links, doubts = [], []
    for a, b in sorted(pairs, key=lambda pair: (port_key(pair[0]), port_key(pair[1]))):
        said = [s for s in (heard.ends.get(a, {}).get(b), heard.ends.get(b, {}).get(a)) if s is not None]
        links.append(Link(a=a, b=b, confirmed=a == b or len(said) > 1, source=said[0]))
        if a != b and len(said) == 1:
            doubts += _one_sided(*((a, b) if b in heard.ends.get(a, {}) else (b, a)), heard, said[0])
    ends = {ref for link in links for ref in (link.a, link.b)}
    for ref in sorted(set(heard.nameless) - ends, key=port_key):
        device, source = heard.nameless[ref]
        if not identities.nics[device]:
            continue  # its interface table is missing, which is a gap of its own and denies no port
        doubts.append(
            Doubt(
                subject=f"lldp {ref}",
                what=f"{ref} hears {device}, under a port name that {device} does not have",
                hint=_HINT,
                devices=(ref.device, device),
                sources=(source,),
            )
        )
    facing = frozenset(fabric.logical(ref) for ref in ends | set(heard.nameless))
    return Cabling(links=tuple(links), facing=facing, doubts=tuple(doubts))


def _listen(fabric: Fabric, index: Index, identities: Identities) -> _Heard:
    ends: dict[PortRef, dict[PortRef, Source]] = defaultdict(dict)
    nameless: dict[PortRef, tuple[DeviceName, Source]] = {}
    listening = set()
    for device in fabric.switches:
        for neighbor in index.of(device, LldpNeighbor):
            listening.add(device)
            here = PortRef(device=device, port=neighbor.interface)
            there = identities.device(neighbor) if here in fabric.ports else None
            if there not in fabric.switches or there is None:
                continue
            far = identities.switch_port(there, neighbor.port, neighbor.port_description)
            if far is None:
                nameless.setdefault(here, (there, neighbor.source))
            else:
                ends[here].setdefault(far, neighbor.source)
    return _Heard(ends=ends, nameless=nameless, listening=frozenset(listening))


def _one_sided(hearer: PortRef, silent: PortRef, heard: _Heard, source: Source) -> list[Doubt]:
    """Doubt a cable only one end knows; a switch whose LLDP table is missing is a gap of its own."""
    if silent.device not in heard.listening:
        return []
    others = sorted(heard.ends.get(silent, {}), key=port_key)
    hears = f"hears {', '.join(map(str, others))}" if others else "hears nobody"
    return [
        Doubt(
            subject=f"lldp {hearer} {silent}",
            what=f"{hearer} hears {silent}, and {silent} {hears}",
            hint=_HINT,
            devices=(hearer.device, silent.device),
            sources=(source, *(heard.ends[silent][other] for other in others)),
        )
    ]


def with_peers(fabric: Fabric, index: Index, cabling: Cabling) -> tuple[Fabric, list[Doubt]]:
    """Fill in each MLAG peer: the switch at the end of the peer link, else the one its peer id names."""
    at_the_end: dict[DeviceName, set[DeviceName]] = defaultdict(set)
    for link in cabling.links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            port = fabric.ports.get(here)
            if port is not None and port.peer_link and here.device != there.device:
                at_the_end[here.device].add(there.device)
    switches, doubts = [], []
    for switch in fabric.switches.values():
        if switch.mlag is None:
            switches.append(switch)
            continue
        named = _named_peers(switch, fabric, index)
        found = at_the_end.get(switch.name) or named
        if len(found) > 1 or (named and found.isdisjoint(named)):
            doubts.append(
                Doubt(
                    subject=f"mlag {switch.name}",
                    what=f"the peer link of {switch.name} leads to {', '.join(sorted(found))}, its MLAG"
                    f" peer is {', '.join(sorted(named)) or 'not named'}",
                    hint="look at the MLAG state and the cables of both switches",
                    devices=(switch.name, *sorted(found | named)),
                    sources=(switch.mlag.source,),
                )
            )
        peer = min(found) if len(found) == 1 else None
        switches.append(replace(switch, mlag=replace(switch.mlag, peer=peer)))
    return Fabric.of(switches), doubts


def _named_peers(switch: Switch, fabric: Fabric, index: Index) -> set[DeviceName]:
    """Find the peer by its system id, else by its address where that is unique among equal domains."""
    domain = next(iter(index.of(switch.name, MlagDomain)))
    others = [other for other in fabric.switches.values() if other.name != switch.name]
    by_id = {other.name for other in others if domain.peer is not None and domain.peer in other.macs}
    if len(by_id) == 1 or domain.peer_address is None:
        return by_id if len(by_id) == 1 else set()
    by_address = {
        other.name
        for other in others
        if other.mlag is not None
        and other.mlag.domain == domain.domain
        and any(a.address.ip == domain.peer_address for a in index.of(other.name, PortAddress))
    }
    return by_address if len(by_address) == 1 else set()
