"""Compute who gets addresses by DHCP, and through whom: clients, relays, and the servers relays name.

Comes in: a `Lookup`. Goes out: sightings. Server, relays and clients of one segment share a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address

from vlan2l3.analyze.clusters import as_address, files
from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.derived.per_segment import Seen, per_segment
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.membership import leases, serves_leases
from vlan2l3.analyze.sighting import Sighting, file_line, line_number
from vlan2l3.names import Address, SegmentName
from vlan2l3.network.model import Host, HostAddress, Svi, Switch
from vlan2l3.parse.records import FileText, Source

_IFUPDOWN = re.compile(r"(?m)^[ \t]*iface[ \t]+(?!lo\b)(?P<name>\S+)[ \t]+inet[ \t]+dhcp\b")
_NETPLAN = re.compile(r"(?m)^(?P<indent>[ \t]*)dhcp4:[ \t]*(?:true|yes|on)\b")
_NETPLAN_KEY = re.compile(r"(?m)^(?P<indent>[ \t]*)\"?(?P<name>[\w.@-]+)\"?:[ \t]*$")
_NETWORKD = re.compile(r"(?m)^DHCP=(?:yes|true|ipv4|both|v4)\b")
_NETWORKD_NAME = re.compile(r"(?m)^Name=(?P<name>.+)$")
_MANAGER = re.compile(r"(?m)^\[ipv4\][ \t]*\n(?:[^\[\n].*\n|\n)*?method=auto\b")
_MANAGER_NAME = re.compile(r"(?m)^interface-name=(?P<name>\S+)")
_IFCFG = re.compile(r"(?m)^BOOTPROTO=[\"']?dhcp\b")
_HELPER = re.compile(
    r"(?im)^[ \t]*(?:ip helper-address|ip dhcp relay address|nv set service dhcp-relay \S+ server)"
    r"[ \t]+(?P<server>\d{1,3}(?:\.\d{1,3}){3})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relay:
    """Describe one relay to one server; without an SVI only a line of the configuration tells of it."""

    server: Address
    switch: Switch
    name: str
    segment: SegmentName | None
    source: Source
    line: int = 0
    text: str = ""


def dhcp_client(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that lease an address in a segment, on whatever interface."""
    yield from _labelled(seen for seen, _ in _clients(lookup))


def dhcp_production_client(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that lease the address they are reached by: a leg for installation only is none."""
    yield from per_segment(seen for seen, production in _clients(lookup) if production)


def dhcp_client_socket(lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts with an open client port whose addresses are in no configuration that was read."""
    listening = {host.name: socket for host, socket in lookup.sockets("udp", 68)}
    yield from per_segment(
        Seen(host=host.name, segment=address.segment, source=listening[host.name].source)
        for host in lookup.network.hosts
        if host.name in listening and not any(_is_v4(a) and a.static for a in host.addresses)
        for address in host.addresses
        if _is_v4(address) and address.segment
    )


def dhcp_relay_to_server(lookup: Lookup) -> Iterator[Sighting]:
    """Find relays that name a captured host on which a DHCP server was seen."""
    for relay in _relays(lookup):
        server = _server(lookup, relay)
        if server:
            yield _relay_sighting(relay, server.name)


def dhcp_relay_elsewhere(lookup: Lookup) -> Iterator[Sighting]:
    """Find relays to a server that is no captured host, or one on which nothing of a server was seen."""
    for relay in _relays(lookup):
        if _server(lookup, relay) is None:
            yield _relay_sighting(relay, str(relay.server))


def _server(lookup: Lookup, relay: _Relay) -> Host | None:
    name = lookup.named(str(relay.server))
    return lookup.hosts[name] if name and serves_leases(lookup.hosts[name]) else None


def _relay_sighting(relay: _Relay, anchor: str) -> Sighting:
    segments = frozenset({relay.segment} if relay.segment else ())
    return Sighting(
        anchor=anchor,
        segments=segments,
        racks=frozenset({relay.switch.rack} if relay.switch.rack else ()),
        labels=frozenset(leases(segment) for segment in segments),
        facts=frozenset({("relays", f"{relay.switch.name} {relay.name}".strip())}),
        source=relay.source,
        line=relay.line,
        text=relay.text,
    )


def _relays(lookup: Lookup) -> Iterator[_Relay]:
    """Walk the relays of SVIs, then the configured ones that no SVI is known for."""
    for switch in lookup.network.switches:
        known = set()
        for svi in switch.svis:
            for server in svi.relays:
                known.add(server)
                yield _svi_relay(lookup, switch, svi, server)
        if switch.config:
            for found in _HELPER.finditer(switch.config.text):
                named = as_address(found["server"])
                if named and named not in known:
                    line, text = file_line(switch.config, line_number(switch.config.text, found))
                    yield _Relay(
                        server=named, switch=switch, name="", segment=None,
                        source=switch.config.source, line=line, text=text,
                    )  # fmt: skip


def _svi_relay(lookup: Lookup, switch: Switch, svi: Svi, server: Address) -> _Relay:
    source, line, text = _stated(switch, svi, server)
    return _Relay(
        server=server,
        switch=switch,
        name=svi.name,
        segment=lookup.segment(switch.name, svi.vlan),
        source=source,
        line=line,
        text=text,
    )


def _stated(switch: Switch, svi: Svi, server: Address) -> tuple[Source, int, str]:
    """Point at the line of the interface's block that names the server, or at the interface."""
    config = switch.config
    if config is None:
        return svi.source, 0, ""
    head = rf"(?im)^interface {re.escape(svi.name)}[ \t]*\n"
    block = re.search(rf"{head}(?:[ \t]+.*\n)*?[ \t]+.*\b{re.escape(str(server))}\b", config.text)
    if block is None:
        return svi.source, 0, ""
    line, text = file_line(config, config.text.count("\n", 0, block.end()) + 1)
    return config.source, line, text


def _clients(lookup: Lookup) -> Iterator[tuple[Seen, bool]]:
    """Walk hosts with the segments they lease an address in, and whether that is how they are reached."""
    for host in lookup.network.hosts:
        own = [address for address in host.addresses if _is_v4(address)]
        fixed = any(address.static for address in own)
        for file, line, name in _asked(host):
            number, text = file_line(file, line)
            for address in own:
                if address.segment and not address.static and fnmatchcase(address.interface, name):
                    seen = Seen(
                        host=host.name,
                        segment=address.segment,
                        source=file.source,
                        line=number,
                        text=text,
                    )
                    yield seen, not fixed or address.gateway is not None


def _labelled(places: Iterator[Seen]) -> Iterator[Sighting]:
    for seen in places:
        yield Sighting(
            anchor="",
            host=seen.host,
            labels=frozenset({leases(seen.segment)}),
            source=seen.source,
            line=seen.line,
            text=seen.text,
        )


def _asked(host: Host) -> Iterator[tuple[FileText, int, str]]:
    """Walk the places where a host asks for a lease: file, line, shell pattern of the interface."""
    for file in files(host, "/etc/network/interfaces", "/etc/network/interfaces.d/*"):
        for found in _IFUPDOWN.finditer(file.text):
            yield file, line_number(file.text, found), found["name"]
    for file in files(host, "/etc/netplan/*"):
        text = without_comments(file.path, file.text)
        for found in _NETPLAN.finditer(text):
            yield file, line_number(text, found), _netplan_name(text, found)
    for file in files(host, "/etc/systemd/network/*"):
        text = without_comments(file.path, file.text)
        names = [name for match in _NETWORKD_NAME.finditer(text) for name in match["name"].split()]
        yield from ((file, line_number(text, m), name) for m in _NETWORKD.finditer(text) for name in names)
    for file in files(host, "/etc/NetworkManager/system-connections/*"):
        text = without_comments(file.path, file.text)
        named = _MANAGER_NAME.search(text)
        for found in _MANAGER.finditer(text):
            yield file, text.count("\n", 0, found.end()) + 1, named["name"] if named else "*"
    for file in files(host, "/etc/sysconfig/network-scripts/ifcfg-*"):
        for found in _IFCFG.finditer(file.text):
            yield file, line_number(file.text, found), file.path.rpartition("ifcfg-")[2]


def _netplan_name(text: str, found: re.Match[str]) -> str:
    """Find the key above that is indented less: the interface; one with a `match` below it may be any."""
    keys = _NETPLAN_KEY.finditer(text, 0, found.start())
    above = [key for key in keys if len(key["indent"]) < len(found["indent"])]
    name = above[-1]["name"] if above else "*"
    block = text[above[-1].start() : found.start()] if above else ""
    return "*" if re.search(r"(?m)^[ \t]*match:", block) else name


def _is_v4(address: HostAddress) -> bool:
    return isinstance(address.address.ip, IPv4Address)


FUNCTIONS = (
    dhcp_client,
    dhcp_client_socket,
    dhcp_production_client,
    dhcp_relay_elsewhere,
    dhcp_relay_to_server,
)
