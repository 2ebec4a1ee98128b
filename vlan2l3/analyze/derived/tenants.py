"""Compute where a switch keeps machines of one VLAN apart, and where it carries frames of a customer's VLANs.

Comes in: a `Lookup`. Goes out: sightings, all that one function finds of one workload: what has to be built
anew is built once for the network.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.settings import Setting, in_use, lines_like, listed_vlans, segments_at, segments_in
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, SegmentName, VlanId, natural_key
from vlan2l3.network.model import PortRef

ISOLATION, CUSTOMERS = "isolation", "customer VLANs"
SHOWN = 8  # ports that a text names, and lines of one switch that are proof

_APART = re.compile(
    r"(?P<private>private-vlan (?:isolated|community)\b.*|switchport mode private-vlan \S.*"
    r"|set vlans \S+ (?:private-vlan|isolated-vlan|isolation-vlan-id|community-vlans|no-local-switching)\b.*)"
    r"|(?P<protected>switchport (?:protected|isolated)|port-isolate enable\b.*)"
    r"|(?P<guard>ip verify source(?! \S*reachable).*|ipv4 source-lockdown"
    r"|set vlans \S+ forwarding-options dhcp-security ip-source-guard)"
    r"|(?P<inspected>(?:ip )?arp inspection(?: vlan (?P<vlans>[\d, -]+))?"
    r"|set vlans \S+ forwarding-options dhcp-security arp-inspection)",
    re.MULTILINE,
)
_WORDS = {
    "private": "private VLANs",
    "protected": "isolated ports",
    "guard": "IP source guard",
    "inspected": "ARP inspection",
}
_TUNNELLED = re.compile(
    r"(?P<qinq>switchport mode dot1q-tunnel|l2transport\b.*|switchport vlan (?:translation|mapping) \d.*"
    r"|vlan-translation \S.*|port link-type dot1q-tunnel|qinq enable|port vlan-mapping \S.*"
    r"|set interfaces \S+ unit \d+ input-vlan-map push.*)"
    r"|(?P<stretched>patch panel|xconnect (?!logging)\S.*"
    r"|otv join-interface \S+|otv extend-vlan (?:add )?(?P<vlans>[\d, -]+)"
    r"|l2vpn (?:xconnect|vfi) context .*|l2 vfi \S.*|(?:vpls|vsi) \S.*|member pseudowire\S* .*"
    r"|set routing-instances \S+ instance-type (?:vpls|l2vpn)|set protocols l2circuit \S.*)",
    re.MULTILINE,
)


def isolated_ports(lookup: Lookup) -> Iterator[Sighting]:
    """Find private VLANs, isolated ports, source guard and ARP inspection, where they act on something.

    A protected port is kept apart from the other protected ports of its switch and VLAN: one alone from none.
    """
    settings = [setting for setting in lines_like(lookup, _APART) if _acts(lookup, setting)]
    pairs = _protected(lookup, settings)
    kinds = {setting.key: _kinds(setting, pairs) for setting in settings}
    counts = Counter(kind for found in kinds.values() for kind in found)
    figures = {("figures", f"{counts[kind]} x {_WORDS[kind]}") for kind in counts}
    return _of_network(lookup, [s for s in settings if kinds[s.key]], ISOLATION, figures)


def customer_frames(lookup: Lookup) -> Iterator[Sighting]:
    """Find ports that take a customer's tags as they come, and VLANs that a pseudowire or OTV carries on."""
    settings = [
        setting
        for setting in lines_like(lookup, _TUNNELLED)
        if setting.port is None or in_use(lookup, setting.port) is not None
    ]
    return _of_network(lookup, settings, CUSTOMERS, {("figures", f"{len(settings)}")})


def _acts(lookup: Lookup, setting: Setting) -> bool:
    """Tell whether anything can be kept apart: the port is not shut down, the VLAN is there."""
    if setting.port is not None:
        return in_use(lookup, setting.port) is not None
    if setting.found["protected"] or (setting.found["guard"] and not setting.vlans):
        return False
    wanted = _own_vlans(setting)
    return bool(wanted & {vlan for vlan, _ in setting.switch.vlans})


def _own_vlans(setting: Setting) -> frozenset[VlanId]:
    listed = setting.found["vlans"]
    return setting.vlans | (listed_vlans(listed.rstrip(", ")) if listed else frozenset())


def _protected(lookup: Lookup, settings: list[Setting]) -> frozenset[PortRef]:
    """Give the protected ports that share a VLAN with another one of their switch."""
    found: dict[tuple[DeviceName, VlanId], set[PortRef]] = defaultdict(set)
    for setting in settings:
        port = in_use(lookup, setting.port)
        if setting.found["protected"] and port is not None and setting.port is not None:
            for vlan in port.vlans:
                found[setting.switch.name, vlan].add(setting.port)
    return frozenset(ref for ports in found.values() if len(ports) > 1 for ref in ports)


def _kinds(setting: Setting, pairs: frozenset[PortRef]) -> list[str]:
    return [kind for kind in _WORDS if setting.found[kind] and (kind != "protected" or setting.port in pairs)]


def _of_network(
    lookup: Lookup, settings: list[Setting], anchor: str, figures: set[tuple[str, str]]
) -> Iterator[Sighting]:
    """Speak of each host on a line's port, or in its VLANs where it has no port; a few lines are proof."""
    ports = sorted({str(setting.port) for setting in settings if setting.port}, key=natural_key)
    facts = frozenset(figures | {("ports", port) for port in ports[:SHOWN]})
    proofs: dict[DeviceName, list[Setting]] = defaultdict(list)
    for setting in settings:
        switch = setting.switch
        if len(proofs[switch.name]) < SHOWN:
            proofs[switch.name].append(setting)
        segments = segments_at(lookup, setting.port) | segments_in(lookup, switch, _own_vlans(setting))
        hosts = {host.name for host in lookup.on_ports([setting.port] if setting.port else [])}
        if setting.port is None:
            hosts = {name for s in segments for name in lookup.once(_beside).get((switch.name, s), ())}
        names: list[DeviceName | None] = [*sorted(hosts, key=natural_key)] or [None]
        line, words = proofs[switch.name][-1].place
        for name in names:
            yield Sighting(
                anchor=anchor,
                host=name,
                segments=segments,
                racks=frozenset({switch.rack} if switch.rack else ()),
                labels=frozenset({"everywhere"}),
                facts=facts,
                source=setting.config.source,
                line=line,
                text=words,
            )


def _beside(lookup: Lookup) -> dict[tuple[DeviceName, SegmentName], set[DeviceName]]:
    """Give the hosts with a leg on a switch and an address in a segment."""
    found: dict[tuple[DeviceName, SegmentName], set[DeviceName]] = defaultdict(set)
    for host in lookup.network.hosts:
        for address in host.addresses:
            for leg in host.legs:
                if address.segment:
                    found[leg.port.device, address.segment].add(host.name)
    return found


FUNCTIONS = (customer_frames, isolated_ports)
