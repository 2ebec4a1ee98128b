"""Read which addresses move between hosts from the files of Pacemaker, vip-manager, CTDB, kube-vip and IPVS.

Comes in: a host with its captured files. Goes out: addresses, each with the line that names it and the
interface it goes to. It decides nothing: whether that binds to layer 2 is the catalogue's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_interface

from vlan2l3.analyze.blocks import Block, read_blocks
from vlan2l3.analyze.clusters import KEEPALIVED, files, vrrp_instances
from vlan2l3.analyze.comments import without_comments
from vlan2l3.names import Address, SegmentName
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText

CIB = "/var/lib/pacemaker/cib/cib.xml"
CTDB_ADDRESSES = "/etc/ctdb/public_addresses"
CTDB_NODES = "/etc/ctdb/nodes"
IPVS_TABLE = "/proc/net/ip_vs"
KUBE_VIP = "/etc/kubernetes/manifests/*"
VIP_MANAGER = ("/etc/vip-manager*", "/etc/default/vip-manager*", "/etc/patroni/vip-manager*")

_HOST_ONLY = re.compile(r"lo|dummy[\w.-]*")
_AGENTS = ("IPaddr", "IPaddr2")
_TAG = re.compile(r"<(/?)(clone|primitive|nvpair)\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_SETTING = re.compile(r"(?m)^[ \t]*([\w-]+)[ \t]*[:=][ \t]*[\"']?([^\s\"'#]+)")
_PUBLIC = re.compile(r"(?m)^[ \t]*([0-9A-Fa-f.:]+/\d+)[ \t]+([^\s,]+)")
_VARIABLE = re.compile(r"name:[ \t]*(?:address|vip_address)[ \t]*\n[ \t]*value:[ \t]*[\"']?([0-9A-Fa-f.:]+)")
_REAL_SERVER = re.compile(r"->[ \t]+([0-9A-F]{8}):[0-9A-F]{4}[ \t]+Route\b")
_VIRTUAL_SERVER = re.compile(r"(?:TCP|UDP|SCTP)[ \t]+([0-9A-F]{8}):")
_YES = frozenset({"true", "yes", "1", "on", "y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Describe one address that moves, or that several hosts answer for.

    Attributes:
        interface: where it is put; empty when the file leaves that to the program.
        shared: all members have it at once and answer ARP with one multicast MAC (a clone of IPaddr2).
    """

    file: FileText
    line: int
    address: Address
    interface: str
    shared: bool = False

    @property
    def on_link(self) -> bool:
        """Tell whether a segment's ARP has to follow it: on `lo` or a dummy it is routed."""
        return not is_host_only(self.interface)


def is_host_only(interface: str) -> bool:
    """Tell whether an interface reaches no wire."""
    return _HOST_ONLY.fullmatch(interface) is not None


def segments_with(host: Host, address: Address) -> frozenset[SegmentName]:
    """List the segments in which a host has an address of the subnet that another address lies in."""
    return frozenset(
        a.segment
        for a in host.addresses
        if a.segment and a.address.network.prefixlen < address.max_prefixlen and address in a.address.network
    )


def pacemaker(host: Host) -> Iterator[Moving]:
    """Walk the IPaddr2 resources of a host's CIB; a clone with unique addresses is several plain ones."""
    file = host.file(CIB)
    text = without_comments(CIB, file.text) if file else ""
    cloned, line, pairs, at, passed = False, 0, dict[str, str](), 1, 0
    for tag in _TAG.finditer(text):
        at, passed = at + text.count("\n", passed, tag.start()), tag.start()
        closes, name, attributes = bool(tag[1]), tag[2], dict(_ATTRIBUTE.findall(tag[3]))
        if name == "clone":
            cloned = not closes
        elif name == "nvpair":
            pairs[attributes.get("name", "")] = attributes.get("value", "")
        elif not closes:
            line = at if attributes.get("type") in _AGENTS else 0
            pairs = {}
        elif line and file and (address := _address(pairs.get("ip", ""))):
            yield Moving(
                file=file,
                line=line,
                address=address,
                interface=pairs.get("nic", "").partition(":")[0],
                shared=cloned and pairs.get("unique_clone_address", "").lower() not in _YES,
            )


def is_unfenced(host: Host) -> bool:
    """Tell whether a host's CIB switches fencing off."""
    file = host.file(CIB)
    text = without_comments(CIB, file.text) if file else ""
    pairs = (dict(_ATTRIBUTE.findall(tag[3])) for tag in _TAG.finditer(text) if tag[2] == "nvpair")
    return any(p.get("name") == "stonith-enabled" and p.get("value", "").lower() not in _YES for p in pairs)


def vip_manager(host: Host) -> Iterator[tuple[Moving, str]]:
    """Walk the addresses of vip-manager with the key it watches; one that a provider's API moves is none."""
    for file in files(host, *VIP_MANAGER):
        settings = _settings(without_comments(file.path, file.text))
        line, ip = settings.get("ip", (0, ""))
        address = _address(ip)
        kinds = {value for key, (_, value) in settings.items() if key in ("manager-type", "hosting-type")}
        if address is not None and kinds <= {"basic"}:
            moving = Moving(
                file=file, line=line, address=address, interface=settings.get("interface", (0, ""))[1]
            )
            yield moving, settings.get("trigger-key", (0, ""))[1]


def ctdb(host: Host) -> Iterator[Moving]:
    """Walk the public addresses of CTDB."""
    file = host.file(CTDB_ADDRESSES)
    text = without_comments(CTDB_ADDRESSES, file.text) if file else ""
    for found in _PUBLIC.finditer(text):
        address = _address(found[1])
        if file and address:
            line = text.count("\n", 0, found.start(1)) + 1
            yield Moving(file=file, line=line, address=address, interface=found[2])


def ctdb_nodes(host: Host) -> tuple[str, ...]:
    """List the private addresses of a CTDB cluster's nodes."""
    file = host.file(CTDB_NODES)
    words = without_comments(CTDB_NODES, file.text).split() if file else []
    return tuple(word for word in words if _address(word))


def real_servers(host: Host) -> frozenset[Address]:
    """List the servers a director forwards to by rewriting the MAC, from keepalived's file and the kernel."""
    found = {
        _address(real.argument.partition(" ")[0])
        for server in _direct_servers(host)
        for real in server.find("real_server")
    }
    found |= {IPv4Address(int(word, 16)) for word in _REAL_SERVER.findall(_ipvs(host))}
    return frozenset(address for address in found if address)


def virtual_servers(host: Host) -> frozenset[Address]:
    """List the addresses for which a director does so."""
    found = {_address(server.argument.partition(" ")[0]) for server in _direct_servers(host)}
    virtual = ""
    for line in _ipvs(host).splitlines():
        begins = _VIRTUAL_SERVER.match(line)
        virtual = begins[1] if begins else virtual
        if virtual and _REAL_SERVER.search(line):
            found.add(IPv4Address(int(virtual, 16)))
    return frozenset(address for address in found if address)


def kube_vip(host: Host) -> frozenset[Address]:
    """List the addresses that static pods of kube-vip name."""
    found = (_address(word) for file in files(host, KUBE_VIP) for word in _VARIABLE.findall(file.text))
    return frozenset(address for address in found if address)


def explained(host: Host) -> frozenset[Address]:
    """List the addresses whose own rule a file of the host leads to: all but those Pacemaker moves."""
    found = {address for instance in vrrp_instances(host) for address in instance.addresses}
    found |= {moving.address for moving in pacemaker(host) if moving.shared}
    found |= {moving.address for moving, _ in vip_manager(host)}
    found |= {moving.address for moving in ctdb(host)}
    return frozenset(found | kube_vip(host))


def _direct_servers(host: Host) -> Iterator[Block]:
    for file in files(host, KEEPALIVED):
        for server in read_blocks(file.text).find("virtual_server"):
            if "DR" in (server.value("lb_kind"), server.value("lvs_method")):
                yield server


def _ipvs(host: Host) -> str:
    file = host.file(IPVS_TABLE)
    return file.text if file else ""


def _settings(text: str) -> dict[str, tuple[int, str]]:
    """Read `key: value` and `VIP_KEY=value`, each with its line."""
    return {
        found[1].lower().replace("_", "-").removeprefix("vip-"): (
            text.count("\n", 0, found.start(1)) + 1,
            found[2],
        )
        for found in _SETTING.finditer(text)
    }


def _address(word: str) -> Address | None:
    try:
        return ip_interface(word).ip if "/" in word else ip_address(word)
    except ValueError:
        return None
