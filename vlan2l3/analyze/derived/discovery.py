"""Compute which multicast is an application's own, and which hosts flood an overlay by it.

Comes in: a `Lookup`. Goes out: sightings. A group that belongs to a known protocol, or that a file of a host
names, is not an application's feed here: another rule speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address, ip_network

from vlan2l3.analyze.clusters import as_address, corosync
from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.derived.clusters import predicted_groups
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, file_line
from vlan2l3.analyze.snooping import on_snooped
from vlan2l3.names import Address, SegmentName, VlanId
from vlan2l3.network.model import Host
from vlan2l3.parse.records import JoinedGroup

_FEEDS = tuple(ip_network(text) for text in ("224.0.1.0/24", "232.0.0.0/8", "233.0.0.0/8", "239.0.0.0/8"))
_COROSYNC = ip_network("239.192.0.0/16")
_VXLAN_PORTS = (4789, 8472)  # IANA's, and the one Linux had before
_LINK_LOCAL = ip_network("224.0.0.0/24")
# Cisco-RP-Announce and -Discovery, NTP, SLP, PTP, JGroups, ActiveMQ, SSDP, SLP.
_KNOWN = frozenset(
    ip_address(text)
    for text in (
        "224.0.1.39", "224.0.1.40", "224.0.1.1", "224.0.1.22", "224.0.1.35", "224.0.1.129", "224.0.1.130",
        "224.0.1.131", "224.0.1.132", "239.8.8.8", "239.255.2.3", "239.255.255.250", "239.255.255.253",
    )
)  # fmt: skip
_GROUP = re.compile(r"(?<![\d.])2(?:2[4-9]|3\d)(?:\.\d{1,3}){3}(?![\d.])")
_COROSYNC_UNIT = r"^corosync\.service$"

_INTERFACE = re.compile(r"(?i)(?:interface|vlan configuration) *(?:vlan *)?(\d+)[ \t]*")
_ROUTED = re.compile(
    r"(?i)[ \t]+(?:(?:ip )?pim (?:ipv4 )?(?:sparse|dense|passive)\b.*|ip igmp snooping querier\b.*)"
)
_QUERIER = re.compile(r"(?i)ip igmp snooping vlan (\d+) querier\b.*")


def application_feed(lookup: Lookup) -> Iterator[Sighting]:
    """Find the groups of applications that hosts joined and that switches were asked for.

    All of a segment are one workload. A join seen by the host and by the switch is one fact.
    """
    known = lookup.once(_explained)
    for group in sorted({*lookup.snooped, *lookup.joined}, key=lambda g: (g.version, int(g))):
        if not _is_feed(group) or group in known:
            continue
        for switch, snooped in lookup.snooped.get(group, ()):
            segment = lookup.segment(switch.name, snooped.vlan)
            yield from on_snooped(lookup, switch, snooped, frozenset({f"segment {segment}"}))
        for host, joined in lookup.joined.get(group, ()):
            segments = lookup.below(host, joined.interface)
            if segments:
                yield _joined(host, joined, segments, frozenset(f"segment {s}" for s in segments))


def multicast_router(lookup: Lookup) -> Iterator[Sighting]:
    """Find PIM or a querier in VLANs where somebody receives an application's groups."""
    receiving = {segment for seen in application_feed(lookup) for segment in seen.segments}
    for switch in lookup.network.switches if receiving else ():
        for number, vlan in _routed_lines(switch.config.text) if switch.config else ():
            segment = lookup.segment(switch.name, vlan)
            if switch.config and segment in receiving and segment:
                at, words = file_line(switch.config, number)
                yield Sighting(
                    anchor="",
                    labels=frozenset({f"segment {segment}"}),
                    segments=frozenset({segment}),
                    source=switch.config.source,
                    line=at,
                    text=words,
                )


def _routed_lines(text: str) -> Iterator[tuple[int, VlanId]]:
    """Walk the lines that set up PIM or a querier, with the VLAN they are for."""
    within: re.Match[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith((" ", "\t")):
            within = _INTERFACE.fullmatch(line)
        querier = _QUERIER.fullmatch(line.strip())
        if querier:
            yield number, VlanId(int(querier[1]))
        elif within and _ROUTED.fullmatch(line):
            yield number, VlanId(int(within[1]))


def vxlan_on_group(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts with a tunnel and a VXLAN port that are in a group which no protocol explains."""
    listening = {host.name for port in _VXLAN_PORTS for host, _ in lookup.sockets("udp", port)}
    for host in lookup.network.hosts:
        if host.name not in listening or not any(i.sort == "tunnel" for i in host.interfaces):
            continue
        for joined in host.groups:
            segments = lookup.below(host, joined.interface)
            group = joined.group
            if (
                segments
                and isinstance(group, IPv4Address)
                and group not in _KNOWN
                and group not in _LINK_LOCAL
            ):
                labels = frozenset(f"group {group} {segment}" for segment in segments)
                yield _joined(host, joined, segments, labels)


def _joined(
    host: Host, joined: JoinedGroup, segments: frozenset[SegmentName], labels: frozenset[str]
) -> Sighting:
    return Sighting(
        anchor=host.name,
        host=host.name,
        segments=segments,
        labels=labels,
        facts=frozenset({("groups", str(joined.group))}),
        source=joined.source,
    )


def _is_feed(group: Address) -> bool:
    return group not in _KNOWN and any(group in prefix for prefix in _FEEDS)


def _explained(lookup: Lookup) -> frozenset[Address]:
    """List groups that other rules speak of: those a host's files name, of corosync, under a tunnel."""
    texts: set[str] = set()
    found: set[Address] = set()
    running = {host.name for host, _ in lookup.units(_COROSYNC_UNIT)}
    for host in lookup.network.hosts:
        for file in host.files:
            if file.path.startswith("/") and _GROUP.search(file.text):
                texts.update(_GROUP.findall(without_comments(file.path, file.text)))
        config = corosync(host)
        found.update(predicted_groups(config.cluster) if config else ())
        if config or host.name in running:
            found.update(joined.group for joined in host.groups if joined.group in _COROSYNC)
    texts.update(text for seen in vxlan_on_group(lookup) for _, text in seen.facts)
    return frozenset(found.union(address for text in texts if (address := as_address(text))))


FUNCTIONS = (application_feed, multicast_router, vxlan_on_group)
