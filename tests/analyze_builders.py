"""Build small networks for the tests of `analyze`: two leafs, hosts on them, files and tables as needed."""

from __future__ import annotations

from ipaddress import ip_address, ip_interface, ip_network

from vlan2l3.analyze import Finding, analyze, load_catalogue
from vlan2l3.names import DeviceName, InterfaceName, Mac, RackName, SegmentName, VlanId
from vlan2l3.network.model import (
    GatewayAddress,
    Host,
    HostAddress,
    HostInterface,
    Leg,
    Network,
    PortMode,
    PortRef,
    Segment,
    Station,
    StationKind,
    Svi,
    Switch,
    SwitchPort,
    SwitchRole,
)
from vlan2l3.parse.reading import Answer
from vlan2l3.parse.records import (
    FileText,
    JoinedGroup,
    Package,
    SnoopedGroup,
    Socket,
    Source,
    Sysctl,
    Unit,
)

LEAFS = ("leaf-r1", "leaf-r2")


def source(device: str, file: str, line: int = 1) -> Source:
    """Point at a line of a made-up answer."""
    return Source(device=DeviceName(device), file=f"{device}/{file}", line=line)


def excerpt(where: Source) -> tuple[int, str]:
    """Stand in for the capture: the words say which place was asked for."""
    return where.line, f"<{where.file}>"


def ref(device: str, port: str) -> PortRef:
    """Name a port."""
    return PortRef(device=DeviceName(device), port=InterfaceName(port))


def file_text(device: str, path: str, text: str) -> FileText:
    """Give a captured file as `cat` answered it."""
    name = path.strip("/").replace("/", "_").replace(" ", "_")
    return FileText(source=source(device, f"cat_{name}.txt"), path=path, text=text)


def address(
    device: str, text: str, segment: str | None, *, interface: str = "bond0", static: bool = True
) -> HostAddress:
    """Give an address of a host."""
    return HostAddress(
        interface=InterfaceName(interface),
        address=ip_interface(text),
        segment=SegmentName(segment) if segment else None,
        tag=None,
        gateway=None,
        static=static,
        source=source(device, "ip_-j_-d_addr_show.json", 7),
    )


def interface(
    device: str, name: str, sort: str, *, master: str | None = None, vlan: int | None = None
) -> HostInterface:
    """Give an interface of a host."""
    return HostInterface(
        name=InterfaceName(name),
        sort=sort,
        mac=None,
        up=True,
        mtu=1500,
        master=InterfaceName(master) if master else None,
        parent=None,
        vlan=VlanId(vlan) if vlan else None,
        source=source(device, "ip_-j_-d_addr_show.json", 3),
    )


def host(
    name: str,
    port: str = "Ethernet1",
    *,
    leaf: str = "leaf-r1",
    addresses: tuple[HostAddress, ...] = (),
    interfaces: tuple[HostInterface, ...] = (),
    files: dict[str, str] | None = None,
    units: tuple[str, ...] = (),
    stopped: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    sockets: tuple[tuple[str, str, int, str], ...] = (),
    packages: dict[str, str] | None = None,
    sysctls: dict[str, str] | None = None,
    readable: bool = True,
) -> Host:
    """Give a host on one port of a leaf; `groups` are joined on bond0."""
    return Host(
        name=DeviceName(name),
        rack=RackName(leaf.removeprefix("leaf-")),
        readable=readable,
        platform="linux" if readable else "",
        legs=(
            Leg(
                interface=InterfaceName("bond0"),
                mac=None,
                port=ref(leaf, port),
                logical=ref(leaf, port),
                proof=("lldp",),
                source=source(name, "lldpctl.json"),
            ),
        ),
        addresses=addresses,
        interfaces=interfaces or ((interface(name, "bond0", "bond"),) if readable else ()),
        files=tuple(file_text(name, path, text) for path, text in sorted((files or {}).items())),
        units=tuple(
            Unit(source=source(name, "systemctl.txt", line), name=unit, active=unit in units)
            for line, unit in enumerate((*units, *stopped), start=1)
        ),
        sockets=tuple(
            Socket(
                source=source(name, "ss.txt", line),
                protocol=proto,
                address=local,
                port=number,
                process=process,
            )
            for line, (proto, local, number, process) in enumerate(sockets, start=1)
        ),
        groups=tuple(
            JoinedGroup(
                source=source(name, "cat_proc_net_igmp.txt", line),
                interface=InterfaceName("bond0"),
                group=ip_address(group),
            )
            for line, group in enumerate(groups, start=1)
        ),
        packages=tuple(
            Package(source=source(name, "dpkg-query_-W.txt"), name=package, version=version)
            for package, version in sorted((packages or {}).items())
        ),
        sysctls=tuple(
            Sysctl(source=source(name, "sysctl.txt"), key=key, value=value)
            for key, value in sorted((sysctls or {}).items())
        ),
        source=source(name, "cat_etc_hostname.txt"),
    )


def port(name: str, vlan: int = 110, *, device: str = "leaf-r1", tagged: tuple[int, ...] = ()) -> SwitchPort:
    """Give a port of a leaf that is up."""
    return SwitchPort(
        name=InterfaceName(name),
        mode=PortMode.TRUNK if tagged else PortMode.ACCESS,
        enabled=True,
        up=True,
        untagged=None if tagged else VlanId(vlan),
        tagged=frozenset(VlanId(v) for v in tagged),
        source=source(device, "show_interfaces_json.json", int(name.removeprefix("Ethernet"))),
    )


def svi(device: str, vlan: int, prefix: str, *, vrf: str = "default") -> Svi:
    """Give an SVI whose first address is that of its prefix, with a shared gateway."""
    return Svi(
        name=InterfaceName(f"Vlan{vlan}"),
        vlan=VlanId(vlan),
        vrf=vrf,
        up=True,
        addresses=(ip_interface(prefix),),
        gateways=(
            GatewayAddress(
                address=ip_interface(prefix),
                protocol="varp",
                mac=Mac("00:1c:73:00:00:99"),
                source=source(device, "show_running-config.txt", vlan),
            ),
        ),
        source=source(device, "show_running-config.txt", vlan),
    )


def switch(
    name: str,
    *,
    ports: tuple[SwitchPort, ...] = (),
    svis: tuple[Svi, ...] = (),
    snooped: tuple[tuple[int, str, str], ...] = (),
    config: str = "",
) -> Switch:
    """Give a leaf."""
    return Switch(
        name=DeviceName(name),
        rack=RackName(name.removeprefix("leaf-")),
        role=SwitchRole.LEAF,
        platform="eos",
        version="4.31.2F",
        model="",
        macs=frozenset(),
        vlans=(),
        ports=ports,
        svis=svis,
        mlag=None,
        config=file_text(name, "running-config", config) if config else None,
        snooped=tuple(
            SnoopedGroup(
                source=source(name, "show_ip_igmp_snooping_groups_json.json", line),
                vlan=VlanId(vlan),
                group=ip_address(group),
                ports=(InterfaceName(on),),
            )
            for line, (vlan, group, on) in enumerate(snooped, start=1)
        ),
        source=source(name, "show_version_json.json"),
    )


def segment(vlan: int, *prefixes: str, leafs: tuple[str, ...] = LEAFS) -> Segment:
    """Give a segment across the leafs."""
    return Segment(
        name=SegmentName(f"vlan{vlan}"),
        vlans=(VlanId(vlan),),
        title="",
        nodes=tuple((DeviceName(leaf), VlanId(vlan)) for leaf in leafs),
        prefixes=tuple(ip_network(prefix) for prefix in prefixes),
        gateways=(),
        racks=tuple(RackName(leaf.removeprefix("leaf-")) for leaf in leafs),
        root=None,
        root_mac=None,
        stretched=False,
        blocked=(),
    )


def station(
    mac: str,
    vlan: int,
    kind: StationKind,
    *,
    at: tuple[PortRef, ...] = (),
    addresses: tuple[str, ...] = (),
    owner: str | None = None,
) -> Station:
    """Give a MAC address seen in a segment: by a leaf and, with addresses, in core1's ARP table."""
    devices = {p.device for p in at} or {DeviceName("leaf-r1")}
    sources = [source(device, "show_mac_address-table_json.json", 5) for device in sorted(devices)]
    if addresses:
        sources.append(source("core1", "show_arp_vrf_all_json.json", 9))
    return Station(
        mac=Mac(mac),
        segment=SegmentName(f"vlan{vlan}"),
        kind=kind,
        addresses=tuple(ip_address(a) for a in addresses),
        ports=at,
        owner=DeviceName(owner) if owner else None,
        sources=tuple(sources),
    )


def network(
    *hosts: Host,
    switches: tuple[Switch, ...] = (),
    segments: tuple[Segment, ...] = (),
    stations: tuple[Station, ...] = (),
) -> Network:
    """Put a network together; leafs not given are there without ports, and so are VLANs 110 and 120."""
    given = {s.name for s in switches}
    switches += tuple(switch(name) for name in LEAFS if name not in given)
    named = {s.name for s in segments}
    segments += tuple(s for s in (segment(110), segment(120)) if s.name not in named)
    return Network(
        capture="test",
        digest="",
        switches=tuple(sorted(switches, key=lambda s: s.name)),
        hosts=tuple(sorted(hosts, key=lambda h: h.name)),
        links=(),
        segments=tuple(sorted(segments, key=lambda s: s.name)),
        stations=tuple(sorted(stations, key=lambda s: (s.segment, s.mac))),
    )


def found(net: Network, *answers: Answer) -> dict[tuple[str, str], Finding]:
    """Give the findings of a network by rule and subject, but not what every cluster has."""
    findings = analyze(net, load_catalogue(), excerpt=excerpt, answers=answers)
    return {(f.rule, f.subject): f for f in findings if f.rule != "token-vs-bgp"}


def one(net: Network, rule: str, *answers: Answer) -> Finding:
    """Give the only finding of a rule."""
    findings = analyze(net, load_catalogue(), excerpt=excerpt, answers=answers)
    (finding,) = (f for f in findings if f.rule == rule)
    return finding


def answer(device: str, command: str, status: str, note: str = "") -> Answer:
    """Give one entry of the coverage ledger."""
    return Answer(device=DeviceName(device), command=command, file="", status=status, note=note)
