"""Build the network out of what single devices said.

Comes in: a `Reading` and the devices of the manifest. Goes out: a `Network` and its `Coverage`, the same
whatever order the records came in. It raises nothing over what a device said: what does not fit is a gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import Address, DeviceName, SegmentName
from vlan2l3.network.coverage import Coverage
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.gaps import Ledger, racks_of
from vlan2l3.network.graph import layer2, untagged_mismatches
from vlan2l3.network.host_doubts import rack_of
from vlan2l3.network.hosts import HostReader
from vlan2l3.network.identity import HOST_PLATFORMS, Identities, duplicate_names, identify
from vlan2l3.network.index import Index
from vlan2l3.network.learned import learned_on
from vlan2l3.network.legs import HostLinks, LegReader, access_side
from vlan2l3.network.links import Cabling, read_links, with_peers
from vlan2l3.network.model import Host, Network, PortRef, Station
from vlan2l3.network.roles import with_roles
from vlan2l3.network.segments import Membership, SegmentReader, name_segments
from vlan2l3.network.sightings import Places, Sightings
from vlan2l3.network.silent import lonely_ports, silent_ports
from vlan2l3.network.specs import Specs, lost_lines, outcomes
from vlan2l3.network.station_doubts import StationJudge
from vlan2l3.network.stations import Owners, stations
from vlan2l3.network.strangers import StrangerReader, Strangers
from vlan2l3.network.switches import read_switch
from vlan2l3.network.topics import accounts
from vlan2l3.network.trunks import one_sided_vlans
from vlan2l3.network.unanswered import Unanswered
from vlan2l3.parse.reading import Reading


def build(
    reading: Reading, *, name: str, digest: str, devices: tuple[DeviceEntry, ...]
) -> tuple[Network, Coverage]:
    """Join the records into one network, and account for everything that is not known.

    `name` and `digest` are the capture's.
    """
    builder = _Builder.start(reading, devices)
    membership = name_segments(layer2(builder.fabric, builder.cabling.links, builder.index), builder.fabric)
    hosts, places, host_doubts = builder.hosts(membership)
    hosts, strangers, stranger_doubts = builder.with_strangers(hosts)
    segments, segment_doubts = SegmentReader(
        membership=membership, fabric=builder.fabric, index=builder.index, hosts=hosts
    ).read()
    found, station_doubts = builder.stations(membership, hosts, places, strangers)
    specs = Specs.of_devices(builder.entries)
    asked, lines = outcomes(reading, builder.entries, specs), lost_lines(reading)
    ledger = Ledger(
        entries=builder.entries,
        specs=specs,
        outcomes=asked,
        lines=lines,
        racks=racks_of(builder.fabric.switches.values(), hosts, builder.entries),
        membership=membership,
        segments={segment.name: segment for segment in segments},
        read=builder.readable,
    )
    doubts = [*builder.doubts, *host_doubts, *stranger_doubts, *segment_doubts, *station_doubts]
    network = Network(
        capture=name,
        digest=digest,
        switches=tuple(builder.fabric.switches.values()),
        hosts=hosts,
        links=builder.cabling.links,
        segments=segments,
        stations=found,
    )
    coverage = Coverage(
        answers=tuple(sorted(reading.answers, key=lambda a: (a.device, a.command, a.file))),
        unparsed=tuple(sorted(reading.unparsed, key=lambda u: (u.source, u.command, u.text))),
        gaps=ledger.gaps(reading, doubts),
        devices=accounts(builder.entries, specs.platforms, asked, lines),
    )
    return network, coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Hold what is known once switches, cables and host links are joined.

    Attributes:
        readable: devices that gave anything at all.
    """

    entries: tuple[DeviceEntry, ...]
    index: Index
    fabric: Fabric
    identities: Identities
    cabling: Cabling
    access: frozenset[PortRef]
    host_links: HostLinks
    readable: frozenset[DeviceName]
    doubts: tuple[Doubt, ...]

    @classmethod
    def start(cls, reading: Reading, devices: Iterable[DeviceEntry]) -> _Builder:
        """Join each switch, then the cables between them, then the links of the hosts."""
        index = Index(reading.records)
        entries = tuple(sorted(devices, key=lambda entry: entry.name))
        readable = frozenset(DeviceName(e.name) for e in entries if e.name in index.devices and e.platform)
        read = [read_switch(e, index) for e in entries if e.name in readable and not _is_host(e)]
        fabric = Fabric.of(switch for switch, _ in read)
        identities = identify(entries, index, fabric)
        cabling = read_links(fabric, index, identities)
        fabric, peer_doubts = with_peers(fabric, index, cabling)
        access = access_side(fabric, cabling.facing)
        links = LegReader(fabric=fabric, index=index, identities=identities, access=access).read()
        return cls(
            entries=entries,
            index=index,
            fabric=with_roles(fabric, cabling.links, links, entries),
            identities=identities,
            cabling=cabling,
            access=access,
            host_links=links,
            readable=readable,
            doubts=(
                *(doubt for _, doubts in read for doubt in doubts),
                *duplicate_names(identities, index),
                *cabling.doubts,
                *peer_doubts,
                *links.doubts,
                *untagged_mismatches(fabric, cabling.links),
                *one_sided_vlans(fabric, cabling.links),
            ),
        )

    def hosts(self, membership: Membership) -> tuple[tuple[Host, ...], Places, list[Doubt]]:
        """Join every host that was read."""
        reader = HostReader(
            index=self.index, fabric=self.fabric, host_links=self.host_links, membership=membership
        )
        hosts, places, doubts = [], {}, []
        for entry in self.entries:
            if entry.name in self.readable and _is_host(entry):
                host, its_places, its_doubts = reader.read(entry)
                hosts.append(host)
                places.update(its_places)
                doubts += its_doubts
        return tuple(hosts), places, doubts

    def with_strangers(self, hosts: tuple[Host, ...]) -> tuple[tuple[Host, ...], Strangers, list[Doubt]]:
        """Add machines that were only seen, and the ports they are on; and doubt ports where nothing is."""
        learned = learned_on(self.fabric, self.index, self.access)
        strangers = StrangerReader(
            entries=self.entries,
            fabric=self.fabric,
            index=self.index,
            identities=self.identities,
            read=self.readable,
            learned=learned,
        ).find()
        told = {entry.name: entry for entry in self.entries}
        doubts = [*strangers.doubts, *silent_ports(self.fabric, self.access, learned, hosts)]
        doubts += lonely_ports(self.fabric, self.access, self.cabling.facing, learned, hosts)
        everybody = list(hosts)
        for host in strangers.hosts:
            entry = told.get(host.name, DeviceEntry(name=host.name, platform=""))
            rack, rack_doubts = rack_of(entry, host.legs, self.fabric)
            everybody.append(replace(host, rack=rack))
            doubts += rack_doubts
        return tuple(sorted(everybody, key=lambda host: host.name)), strangers, doubts

    def stations(
        self,
        membership: Membership,
        hosts: tuple[Host, ...],
        places: Places,
        strangers: Strangers,
    ) -> tuple[tuple[Station, ...], list[Doubt]]:
        """Say whose every address is, and name those that are nobody's."""
        seen = Sightings(
            fabric=self.fabric,
            index=self.index,
            identities=self.identities,
            membership=membership,
            access=self.access - strangers.transit,
            transit=self.access & strangers.transit,
            hosts=hosts,
            places=places,
        ).collect()
        found = stations(seen, Owners.of(self.fabric, self.identities, hosts))
        own: dict[SegmentName, set[Address]] = defaultdict(set)
        for switch in self.fabric.switches.values():
            for svi in switch.svis:
                segment = membership.get((switch.name, svi.vlan))
                if segment is not None:
                    own[segment] |= {a.ip for a in (*svi.addresses, *(g.address for g in svi.gateways))}
        judge = StationJudge(
            fabric=self.fabric,
            hosts={host.name: host for host in hosts},
            seen=seen,
            strange=strangers.ports,
            own={segment: frozenset(addresses) for segment, addresses in own.items()},
        )
        unanswered = Unanswered(
            fabric=self.fabric, index=self.index, membership=membership, hosts=hosts, places=places
        )
        return found, [*judge.doubts(found), *unanswered.doubts()]


def _is_host(entry: DeviceEntry) -> bool:
    return entry.platform in HOST_PLATFORMS
