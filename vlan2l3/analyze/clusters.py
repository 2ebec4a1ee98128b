"""Read who forms a cluster from the configuration files of corosync, keepalived and DHCP servers.

Comes in: a host with its captured files. Goes out: what the files say, with the line it stands on. It
decides nothing: whether that binds to layer 2 is the catalogue's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, ip_address, ip_interface

from vlan2l3.analyze.blocks import Block, read_blocks
from vlan2l3.analyze.comments import without_comments
from vlan2l3.names import Address
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText

COROSYNC = "/etc/corosync/corosync.conf"
KEEPALIVED = "/etc/keepalived/*"
LLTTAB = "/etc/llttab"
DHCP = ("/etc/dnsmasq.conf", "/etc/dnsmasq.d/*", "/etc/dhcp/dhcpd.conf", "/etc/kea/kea-dhcp4.conf")

_LLT_LINK = re.compile(r"(?m)^[ \t]*link(?:-lowpri)?[ \t]+\S+[ \t]+(\S+)[ \t]+\S+[ \t]+ether\b")
_LLT_CLUSTER = re.compile(r"(?m)^[ \t]*set-cluster[ \t]+(\w+)")
# dhcpd wants a `subnet` for its own link also where it leases nothing there: only a range says that it does.
_RANGE = re.compile(
    r"(?m)(?:^[ \t]*(?:dhcp-range[ \t]*=|range[ \t]|(?:[^#\n]*[{; \t])?fixed-address[ \t])|\"pool\"[ \t]*:)"
    r"[^\n#]*?(\d{1,3}(?:\.\d{1,3}){3})"
)
_ADDRESS_BLOCKS = ("virtual_ipaddress", "virtual_ipaddress_excluded")
_DEVICE = re.compile(r" dev (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Describe one entry of corosync's nodelist; `address` is an address or a name, as written."""

    address: str
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corosync:
    """Describe a corosync configuration; `transport` is empty when no line states it.

    Attributes:
        line: that of the totem block; `token_line` is 0 without a token.
        groups: the multicast addresses it states, in file order.
        token, coefficient: milliseconds; `None` when no line states them.
    """

    file: FileText
    line: int
    cluster: str
    transport: str
    nodes: tuple[Node, ...]
    groups: tuple[Address, ...] = ()
    token: int | None = None
    token_line: int = 0
    coefficient: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vrrp:
    """Describe one vrrp_instance of keepalived.

    Attributes:
        interface: where adverts are sent; empty when keepalived is to find it by the routes.
        devices: where the addresses are put, by their own `dev` or else by `interface`.
        peers: empty when its adverts are multicast.
    """

    file: FileText
    line: int
    name: str
    interface: str
    router: int | None
    addresses: tuple[Address, ...]
    devices: frozenset[str]
    peers: tuple[Address, ...]
    advert: float = 1.0  # seconds between adverts
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRange:
    """Give one range of a DHCP server by its first address."""

    file: FileText
    line: int
    first: IPv4Address


def files(host: Host, *patterns: str) -> Iterator[FileText]:
    """Walk a host's captured files whose path fits one of the shell patterns; `*` spans folders."""
    for file in host.files:
        if any(fnmatchcase(file.path, pattern) for pattern in patterns):
            yield file


def corosync(host: Host) -> Corosync | None:
    """Read a host's corosync.conf; `None` without a totem block, or when it was not captured."""
    file = host.file(COROSYNC)
    if file is None:
        return None
    root = read_blocks(file.text)
    totem = next(root.find("totem"), None)
    if totem is None:
        return None
    nodes = tuple(
        Node(address=node.value("ring0_addr"), number=_number(node.value("nodeid")))
        for node in root.find("node")
        if node.value("ring0_addr")
    )
    return Corosync(
        file=file,
        line=totem.line,
        cluster=totem.value("cluster_name"),
        transport=totem.value("transport"),
        nodes=nodes,
        groups=tuple(group for i in totem.find("interface") if (group := as_address(i.value("mcastaddr")))),
        token=_number(totem.value("token")),
        token_line=totem.line_of("token"),
        coefficient=_number(totem.value("token_coefficient")),
    )


def vrrp_instances(host: Host) -> tuple[Vrrp, ...]:
    """Read every vrrp_instance below /etc/keepalived, in file order."""
    found: list[Vrrp] = []
    for file in files(host, KEEPALIVED):
        found.extend(_vrrp(file, block) for block in read_blocks(file.text).find("vrrp_instance"))
    return tuple(found)


def lease_ranges(host: Host) -> tuple[LeaseRange, ...]:
    """Read the ranges a dnsmasq or ISC server leases from; one without an IPv4 address is left out."""
    found: list[LeaseRange] = []
    for file in files(host, *DHCP):
        text = without_comments(file.path, file.text)
        for match in _RANGE.finditer(text):
            first = as_address(match[1])
            if isinstance(first, IPv4Address):
                line = text.count("\n", 0, match.start(1)) + 1
                found.append(LeaseRange(file=file, line=line, first=first))
    return tuple(found)


def llt_links(host: Host) -> tuple[str, ...]:
    """List the devices of a host's Ethernet links in /etc/llttab, as written: `eth1`, or `eth-` and a MAC."""
    file = host.file(LLTTAB)
    return tuple(_LLT_LINK.findall(file.text)) if file else ()


def llt_cluster(host: Host) -> str:
    """Give the number or name of a host's LLT cluster, or an empty text."""
    file = host.file(LLTTAB)
    found = _LLT_CLUSTER.search(file.text) if file else None
    return found[1] if found else ""


def as_address(word: str) -> Address | None:
    """Read an address, with or without a prefix length; what is none names nobody."""
    try:
        return ip_interface(word).ip if "/" in word else ip_address(word)
    except ValueError:
        return None


def _vrrp(file: FileText, block: Block) -> Vrrp:
    lines = [text for name in _ADDRESS_BLOCKS for inner in block.find(name) for _, text in inner.settings]
    devices = {found[1] if (found := _DEVICE.search(line)) else block.value("interface") for line in lines}
    return Vrrp(
        file=file,
        line=block.line,
        name=block.argument,
        interface=block.value("interface"),
        router=_number(block.value("virtual_router_id")),
        addresses=_addresses(block, *_ADDRESS_BLOCKS),
        devices=frozenset(devices),
        peers=_addresses(block, "unicast_peer"),
        advert=_seconds(block.value("advert_int")) or 1.0,
        priority=_number(block.value("priority")),
    )


def _addresses(block: Block, *names: str) -> tuple[Address, ...]:
    lines = [text for name in names for inner in block.find(name) for _, text in inner.settings]
    found = {as_address(text.split()[0]) for text in lines}  # options such as `brd` and `dev` follow
    return tuple(sorted((a for a in found if a is not None), key=lambda a: (a.version, int(a))))


def _seconds(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text) else 0.0


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None  # more digits are none of a setting
