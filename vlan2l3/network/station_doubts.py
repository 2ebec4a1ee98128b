"""Name addresses that nobody owns, that are in two places, or that two machines claim.

Comes in: stations and the sightings behind them. Goes out: doubts. A virtual address of a known family is
somebody's failover address and no unknown one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vlan2l3.names import Address, Mac, SegmentName
from vlan2l3.network.attachments import grouped
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.model import Host, PortRef, Station, StationKind
from vlan2l3.network.sightings import Key, Seen
from vlan2l3.network.svis import address_key
from vlan2l3.network.virtual_macs import only_answers
from vlan2l3.parse.records import Source

_SWITCHES = (StationKind.GATEWAY, StationKind.SWITCH)
_PROOF_OF_CABLE = frozenset({"lldp", "lacp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StationJudge:
    """Hold what stations are judged by.

    Attributes:
        strange: logical ports with a machine nobody read; its addresses are covered by that gap.
        own: IP addresses that switches have in each segment.
    """

    fabric: Fabric
    hosts: Mapping[str, Host]
    seen: Mapping[Key, Seen]
    strange: frozenset[PortRef]
    own: Mapping[SegmentName, frozenset[Address]]

    def doubts(self, stations: tuple[Station, ...]) -> list[Doubt]:
        """List everything doubtful, each unknown address once for a port, in however many VLANs."""
        found: dict[tuple[GapKind, str], Doubt] = {}
        for station in stations:
            if only_answers(station.mac):
                continue  # in no MAC table, or in a static entry for as many ports as somebody liked
            seen = self.seen[station.segment, station.mac]
            for doubt in (
                *self._unknown(station, seen),
                *self._unplaced(station, seen),
                *self._places(station, seen),
            ):
                found.setdefault((doubt.kind, doubt.subject), doubt)
        return [*found.values(), *self._shared_addresses(stations)]

    def _unknown(self, station: Station, seen: Seen) -> Iterator[Doubt]:
        if station.kind is not StationKind.UNKNOWN:
            return
        addresses = ", ".join(map(str, station.addresses))
        speaks = f"it has {addresses}" if addresses else "no ARP or ND table has it"
        for group in grouped(set(seen.ports) - self.strange, self.fabric):
            where = " and ".join(map(str, group))
            yield Doubt(
                kind=GapKind.UNKNOWN_MAC,
                subject=f"{group[0]} {station.mac}",
                what=f"{station.mac} is learned on {where} in {station.segment} and belongs to nobody known;"
                f" {speaks}",
                hint="find the machine and capture it, or waive it in `vlan2l3.toml` and say whose it is",
                devices=tuple(ref.device for ref in group),
                segments=(station.segment,),
                sources=tuple(seen.ports[ref] for ref in group),
            )

    def _unplaced(self, station: Station, seen: Seen) -> Iterator[Doubt]:
        """Name an address of which nobody knows the port, by a MAC table or by its owner's links.

        An unknown one that somebody talks to blinds: it may stand in any rack of the segment. A silent one
        behind a switch nobody read is counted by the gap of that switch.
        """
        talks = station.kind is StationKind.UNKNOWN and bool(seen.asked)
        if station.kind in _SWITCHES or seen.ports or seen.bridged_by or (seen.behind and not talks):
            return
        host = self.hosts.get(station.owner or "")
        placed = host is not None and bool(host.legs)
        addresses = ", ".join(map(str, station.addresses)) or "link-local only"
        owner = f"belongs to {station.owner}" if station.owner else "belongs to nobody known"
        if seen.asked and seen.elsewhere is None:
            ref = min(seen.asked, key=port_key)
            yield Doubt(
                kind=GapKind.ARP_WITHOUT_MAC,
                subject=f"{ref} {station.mac}",
                what=f"{station.mac} ({addresses}) is a neighbour on {ref} in {station.segment}, in no MAC"
                f" table that was read, and {owner}",
                hint="take the MAC tables again while it talks, or waive it and say whose it is",
                segments=(station.segment,),
                blind=talks,
                sources=(seen.asked[ref],),
            )
        elif seen.elsewhere is not None and not placed:
            yield Doubt(
                kind=GapKind.MAC_WITHOUT_PORT,
                subject=f"{station.segment} {station.mac}",
                what=f"{station.mac} ({addresses}) in {station.segment} is in MAC tables on links to other"
                f" switches only, on no port of its own, and {owner}",
                hint="take the MAC tables again while it talks, or capture the switch it hangs on",
                segments=(station.segment,),
                blind=talks,
                sources=(seen.elsewhere,),
            )

    def _places(self, station: Station, seen: Seen) -> Iterator[Doubt]:
        """Doubt an address on ports that cannot both be right, or where a switch's address can't be."""
        groups = grouped(seen.ports, self.fabric)
        text = f"{station.mac} in {station.segment}"
        sources = tuple(seen.ports[ref] for group in groups for ref in group)
        devices = tuple(sorted({ref.device for ref in seen.ports}))
        where = " and on ".join(str(group[0]) for group in groups)
        host = self.hosts.get(station.owner or "")
        legs = {leg.logical: leg for leg in host.legs} if host else {}
        proven = {ref for ref, leg in legs.items() if not _PROOF_OF_CABLE.isdisjoint(leg.proof)}
        what = ""
        if station.kind in _SWITCHES and groups:
            what = f"{text} is an address of {station.owner} and is learned on access port {where}"
        elif len(groups) > 1 and not set(seen.ports) <= proven:
            what = f"{text} is learned on {where}, which are not ends of one machine"
        elif station.kind is StationKind.HOST and groups and legs and not set(seen.ports) <= set(legs):
            what = f"{text} is an address of {station.owner} and is learned on {where}, where it has no leg"
        if what:
            yield Doubt(
                subject=f"mac {station.segment} {station.mac}",
                what=what,
                hint="look for a moved cable, a loop, or a switch between them that nobody captured",
                devices=devices,
                segments=(station.segment,),
                sources=sources,
            )

    def _shared_addresses(self, stations: tuple[Station, ...]) -> Iterator[Doubt]:
        """Name IP addresses that two machines of one segment hold; one machine may answer with two MACs."""
        holders: dict[tuple[SegmentName, Address], list[Station]] = defaultdict(list)
        for station in stations:
            for address in station.addresses:
                holders[station.segment, address].append(station)
        for (segment, address), found in sorted(
            holders.items(), key=lambda item: (item[0][0], address_key(item[0][1]))
        ):
            switched = [
                s for s in found if s.kind in _SWITCHES or (not s.ports and s.kind is StationKind.VIRTUAL)
            ]
            machines = [s for s in found if s not in switched]
            # A switch that answers for an address it does not have does proxy ARP: that contradicts nobody.
            holding = machines + (switched if address in self.own.get(segment, frozenset()) else [])
            owners: set[str | Mac] = {_who(station) for station in holding}
            if not machines or len(owners) < 2:  # noqa: PLR2004 - two machines, one address
                continue
            sources: set[Source] = set()
            for station in holding:
                sources.add(min(self.seen[segment, station.mac].addresses[address]))
            said = " and ".join(f"{s.mac} ({s.owner or s.kind.value})" for s in holding)
            yield Doubt(
                subject=f"address {segment} {address}",
                what=f"{address} in {segment} is tied to {said}",
                hint="find out which machine holds the address, and clear the stale entry",
                devices=tuple(sorted({ref.device for s in machines for ref in s.ports})),
                segments=(segment,),
                sources=tuple(sorted(sources)),
            )


def _who(station: Station) -> str | Mac:
    """Tell machines apart; the switches of a segment count as one, since they share gateways."""
    if station.kind in _SWITCHES:
        return "switches"
    return station.owner if station.owner and station.kind is StationKind.HOST else station.mac
