"""Say what the rack will be when the plan is done.

Comes in: nothing. Goes out: the records `design.decide` fills and `plan` orders.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vlan2l3.analyze.findings import Finding
from vlan2l3.names import Address, DeviceName, Interface, InterfaceName, Mac, RackName, SegmentName, VlanId
from vlan2l3.network.coverage import Gap
from vlan2l3.parse.records import FileText, Source

# Metric of the BGP defaults on a host: worse than what ifupdown and the kernel give static ones (0, and 1024
# for IPv6), so that nothing changes before a static default is deleted.
BGP_METRIC = 2048


FABRIC = RackName("fabric")  # in a rack's place: what racks share


class Strategy(StrEnum):
    """Say how a host or subnet changes."""

    KEEP_IP = "keep-ip"  # the address stays and becomes a /32 on the host
    RENUMBER = "renumber"  # its hosts get addresses of another prefix, one by one
    REDEPLOY = "redeploy"  # its services are set up anew beside it and taken over
    ISLAND = "island"  # stays in its VLAN


class Coexistence(StrEnum):
    """Say how unmoved machines reach moved ones of the same subnet."""

    PROXY_ARP = "proxy-arp"
    HOST_ROUTES = "host-routes"
    NONE = "none"  # nothing of this family moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Give one reason in words, and where it comes from.

    Attributes:
        source: the line of the capture; `rule` the catalogue's, where a finding is the reason.
        told: the key of `vlan2l3.toml`, `asn.hosts` or `waiver[1]`, where people are the reason.
    """

    text: str
    source: Source | None = None
    rule: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTarget:
    """Describe one link of a host as it is and as it will be.

    Attributes:
        interface: the host's end.
        mac: its own address, not the bond's.
        port: the leaf's physical port; `lag` the port-channel it is in today, where it is in one.
        port_config: the lines of the port's section in the leaf's configuration, which the undo puts back;
            `lag_config` those of the port-channel's.
        grounds: what is known of the link, each with the line that shows it.
    """

    interface: InterfaceName
    mac: Mac | None
    leaf: DeviceName
    port: InterfaceName
    lag: InterfaceName | None
    port_config: tuple[str, ...]
    lag_config: tuple[str, ...]
    sources: tuple[Source, ...]
    grounds: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAddress:
    """Describe one address that stays the host's and loses its prefix.

    Attributes:
        address: with the prefix it has today.
        interface: where it lives today; `vlan` the id the segment has at the host's leafs.
        gateway: the default gateway of its family there, `gateway_mac` what neighbours know it by.
        default: the host's default route of this family goes through it today.
        text: the address as it is today; `host_prefix` the /32 or /128 it becomes.
        grounds: what is known of the address, each with the line that shows it.
    """

    address: Interface
    interface: InterfaceName
    segment: SegmentName
    vlan: VlanId
    gateway: Address | None
    gateway_mac: Mac | None
    default: bool
    source: Source
    grounds: tuple[Reason, ...] = ()
    text: str = field(init=False, compare=False)
    host_prefix: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Write the address in both ways once: the planner asks for them in every state."""
        object.__setattr__(self, "text", str(self.address))
        object.__setattr__(self, "host_prefix", f"{self.address.ip}/{self.address.max_prefixlen}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTarget:
    """Describe a host that becomes a router; `legs[0]` moves first, and there are at least two.

    Attributes:
        daemon: the routing daemon it gets; `version` what its distribution ships, which decides the form.
        services: what listens on it for others, `nginx tcp/443`, as far as the reader could see.
        why: why it moves; `grounds` what that rests on, each with the line that shows it.
        order: why `legs[0]` moves first.
    """

    name: DeviceName
    rack: RackName
    asn: int
    bond: InterfaceName
    bond_mac: Mac | None
    bond_mode: str
    mtu: int | None
    legs: tuple[LegTarget, ...]
    addresses: tuple[KeptAddress, ...]
    daemon: str
    version: str
    interfaces_file: FileText
    more_interfaces: tuple[FileText, ...] = ()  # the files it includes
    services: tuple[str, ...] = ()
    grounds: tuple[Reason, ...] = ()
    why: str = ""
    order: str = ""

    @property
    def covering(self) -> tuple[tuple[str, Address], ...]:
        """List the subnets the host has an address in and no default route, each with that address.

        Without a route of their own they would be reached from the default's address, and whoever admits
        hosts by address there would turn this one away.
        """
        default = {kept.address.network for kept in self.addresses if kept.default}
        found = {
            str(kept.address.network): kept.address.ip
            for kept in reversed(self.addresses)
            if kept.address.network not in default
        }
        return tuple(sorted(found.items()))

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Name a host that stays in its VLAN, and every reason for it."""

    name: DeviceName
    rack: RackName | None
    segments: tuple[SegmentName, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerTarget:
    """Name an unmoved host that needs host routes to the moved IPv6 addresses of its segment."""

    host: DeviceName
    interface: InterfaceName
    address: Address
    gateway: Address
    prefixes: tuple[str, ...]
    segment: SegmentName
    grounds: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Name an unmoved machine that can be asked what it sees of a subnet."""

    host: DeviceName
    interface: InterfaceName
    address: Address
    mac: Mac


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetTarget:
    """Describe one segment with members in the rack.

    Attributes:
        why_ipv4: why this coexistence and no other; `why_ipv6` the same of the other family.
        grounds: what is known of its gateways, each with the line that shows it; `left` of who stays in it.
        gateways: the switches holding its gateway, each with the SVI's name.
        moving: hosts of this rack that leave it; `staying` counts the machines left in it everywhere.
        routers: L3 neighbours in it that nobody can log in to; their ARP caches have to be cleared by hand.
        witnesses: at most two machines that stay in it, to ask.
        gateway_macs: what an answer of a gateway may carry: the shared address, or a switch's own.
        trunks: pairs of switches between which its frames cross today, each pair once, in order.
        entries: the switches behind which machines of it are; one that moves later is a neighbour until then.
    """

    segment: SegmentName
    title: str
    vlan: VlanId
    prefixes: tuple[str, ...]
    gateways: tuple[tuple[DeviceName, InterfaceName], ...]
    strategy: Strategy
    reason: str
    ipv4: Coexistence
    ipv6: Coexistence
    why_ipv4: str = ""
    why_ipv6: str = ""
    grounds: tuple[Reason, ...] = ()
    left: tuple[Reason, ...] = ()
    moving: tuple[DeviceName, ...]
    staying: int
    routers: tuple[str, ...]
    witnesses: tuple[Witness, ...] = ()
    gateway_macs: tuple[Mac, ...] = ()
    trunks: tuple[tuple[DeviceName, DeviceName], ...] = ()
    entries: tuple[DeviceName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FabricLink:
    """Join a leaf and a core over a cable that carries nothing today."""

    leaf: DeviceName
    leaf_port: InterfaceName
    core: DeviceName
    core_port: InterfaceName
    source: Source
    grounds: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Number one switch of the coming fabric; `config` are the unindented lines of its configuration."""

    name: DeviceName
    platform: str
    asn: int
    ipv4: str  # loopback, /32
    ipv6: str  # loopback, /128
    config: frozenset[str] = frozenset()
    grounds: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Hold everything `plan` needs to know of a rack."""

    rack: RackName
    hosts: tuple[HostTarget, ...]
    stays: tuple[Stay, ...]
    subnets: tuple[SubnetTarget, ...]
    peers: tuple[PeerTarget, ...]
    leafs: tuple[Router, ...]
    cores: tuple[Router, ...]
    links: tuple[FabricLink, ...]
    loopbacks: tuple[str, str]  # the prefixes all routers' loopbacks are taken from, IPv4 and IPv6
    announced: tuple[tuple[DeviceName, tuple[str, ...]], ...]  # core -> prefixes of its SVIs
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Gap, str], ...]  # gap -> reason given
    accepted: tuple[Reason, ...] = ()  # what was waived, by the lines of the capture and of `vlan2l3.toml`
