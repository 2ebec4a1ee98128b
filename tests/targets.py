"""Build small targets by hand, so that the planner is tested without a capture."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_interface

from vlan2l3 import platforms
from vlan2l3.design.target import (
    Coexistence,
    FabricLink,
    HostTarget,
    KeptAddress,
    LegTarget,
    PeerTarget,
    Router,
    Strategy,
    SubnetTarget,
    Target,
)
from vlan2l3.names import DeviceName, InterfaceName, Mac, RackName, SegmentName, VlanId
from vlan2l3.parse.records import FileText, Source

GATEWAY_MAC = Mac("00:1c:73:00:00:99")
TRUNKS = tuple(
    (DeviceName(one), DeviceName(other))
    for one, other in (
        ("core1", "core2"), ("core1", "leaf-a"), ("core1", "leaf-b"), ("leaf-a", "leaf-b")
    )
)  # fmt: skip
INTERFACES = """\
source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

auto bond0
iface bond0 inet static
    address 10.1.10.13/24
    gateway 10.1.10.1
    dns-nameservers 10.20.0.11
    bond-slaves ens1f0 ens1f1
    bond-mode 802.3ad
"""


def source(line: int = 1) -> Source:
    """Point at a line of a capture that does not exist."""
    return Source(device=DeviceName("leaf-b"), file="leaf-b/show_running-config.txt", line=line)


def leg(side: str, number: int) -> LegTarget:
    """Give a host's link to `leaf-a` or `leaf-b`."""
    return LegTarget(
        interface=InterfaceName(f"ens1f{'ab'.index(side)}"),
        mac=Mac(f"52:54:00:00:{number:02x}:0{'ab'.index(side)}"),
        leaf=DeviceName(f"leaf-{side}"),
        port=InterfaceName(f"Ethernet{number}"),
        lag=InterfaceName(f"Port-Channel{number}"),
        port_config=(f"description host {number}", f"channel-group {number} mode active"),
        lag_config=("switchport access vlan 110", f"mlag {number}"),
        sources=(source(number),),
    )


def kept(address: str, *, interface: str = "bond0", vlan: int = 110, default: bool = True) -> KeptAddress:
    """Give an address in a VLAN."""
    parsed = ip_interface(address)
    return KeptAddress(
        address=parsed,
        interface=InterfaceName(interface),
        segment=SegmentName(f"vlan{vlan}"),
        vlan=VlanId(vlan),
        gateway=ip_address(parsed.network.network_address + 1),
        gateway_mac=GATEWAY_MAC,
        default=default,
        source=source(),
    )


def host(
    name: str = "web-03",
    number: int = 1,
    addresses: tuple[KeptAddress, ...] = (),
    *,
    mode: str = "802.3ad",
    daemon: str = "bird",
    distribution: str = "debian 12",
) -> HostTarget:
    """Give a dual-homed host; without addresses, one of each family in VLAN 110."""
    return HostTarget(
        name=DeviceName(name),
        rack=RackName("r1"),
        asn=4200101000 + number,
        bond=InterfaceName("bond0"),
        bond_mac=Mac(f"52:54:00:00:{number:02x}:00"),
        bond_mode=mode,
        mtu=1500,
        legs=(leg("b", number), leg("a", number)),
        addresses=addresses or (kept(f"10.1.10.{12 + number}/24"), kept(f"2001:db8:110::{12 + number}/64")),
        daemon=daemon,
        version=platforms.daemon(daemon).ships[distribution],
        interfaces_file=FileText(source=source(), path="/etc/network/interfaces", text=INTERFACES),
    )


def target(*hosts: HostTarget, peers: tuple[PeerTarget, ...] = ()) -> Target:
    """Give a rack with two leafs, two cores and these hosts."""
    hosts = hosts or (host(),)
    segments = sorted({k.segment: k.vlan for h in hosts for k in h.addresses}.items())
    cores, leafs = ("core1", "core2"), ("leaf-a", "leaf-b")
    return Target(
        rack=RackName("r1"),
        hosts=hosts,
        stays=(),
        subnets=tuple(
            SubnetTarget(
                segment=segment,
                title="web",
                vlan=vlan,
                prefixes=("10.1.10.0/24", "2001:db8:110::/64"),
                gateways=tuple((DeviceName(core), InterfaceName(f"Vlan{vlan}")) for core in cores),
                strategy=Strategy.KEEP_IP,
                reason="they can move",
                ipv4=Coexistence.PROXY_ARP,
                ipv6=Coexistence.HOST_ROUTES,
                moving=tuple(h.name for h in hosts),
                staying=3,
                routers=(),
                trunks=TRUNKS,
                entries=(DeviceName("core1"), DeviceName("leaf-a"), DeviceName("leaf-b")),
            )
            for segment, vlan in segments
        ),
        peers=peers,
        leafs=tuple(_router(name, 4200000001 + i, i + 1) for i, name in enumerate(leafs)),
        cores=tuple(_router(name, 4200009001 + i, i + 11) for i, name in enumerate(cores)),
        links=tuple(
            FabricLink(
                leaf=DeviceName(leaf),
                leaf_port=InterfaceName(f"Ethernet5{i + 1}"),
                core=DeviceName(core),
                core_port=InterfaceName(f"Ethernet{7 + j}"),
                source=source(),
            )
            for j, leaf in enumerate(leafs)
            for i, core in enumerate(cores)
        ),
        loopbacks=("10.254.0.0/24", "2001:db8:ffff::/64"),
        announced=tuple((DeviceName(core), ("10.1.10.0/24", "2001:db8:110::/64")) for core in cores),
        findings=(),
        waived=(),
    )


def peer(name: str, *prefixes: str, vlan: int = 110) -> PeerTarget:
    """Give an unmoved host of a VLAN that learns these prefixes."""
    return PeerTarget(
        host=DeviceName(name),
        interface=InterfaceName("bond0" if vlan == 110 else f"bond0.{vlan}"),
        address=ip_address(f"2001:db8:{vlan}::99"),
        gateway=ip_address(f"2001:db8:{vlan}::1"),
        prefixes=prefixes,
        segment=SegmentName(f"vlan{vlan}"),
    )


def learning(hosts: Iterable[HostTarget]) -> tuple[PeerTarget, ...]:
    """Give each host, and one that stays in each VLAN, routes to the IPv6 addresses of all others there."""
    found = []
    for vlan in sorted({kept.vlan for host in hosts for kept in host.addresses}):
        own = {
            host.name: [k.host_prefix for k in host.addresses if k.vlan == vlan and ":" in k.host_prefix]
            for host in hosts
        }
        for name in (*(name for name, prefixes in own.items() if prefixes), f"stays-{vlan}"):
            prefixes = [prefix for other, ours in own.items() if other != name for prefix in ours]
            found += [peer(name, *prefixes, vlan=vlan)] if prefixes else []
    return tuple(found)


def _router(name: str, asn: int, number: int) -> Router:
    return Router(
        name=DeviceName(name),
        platform="eos",
        asn=asn,
        ipv4=f"10.254.0.{number}",
        ipv6=f"2001:db8:ffff::{number:x}",
    )
