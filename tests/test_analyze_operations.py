"""Hold the rules on what stands beside hosts, or can't be one, to whom they speak of and leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from analyze_builders import (
    address,
    file_text,
    found,
    host,
    interface,
    network,
    one,
    port,
    ref,
    segment,
    source,
    station,
    switch,
)

from vlan2l3.analyze.findings import Finding
from vlan2l3.names import DeviceName, InterfaceName, Mac
from vlan2l3.network.model import Host, HostBond, Link, Network, StationKind, SwitchPort
from vlan2l3.parse.records import Neighbor

VLAN110 = segment(110, "10.1.10.0/24")
UNKNOWN = StationKind.UNKNOWN
PORT = ref("leaf-r1", "Ethernet7")


def rules(net: Network) -> set[str]:
    """Name the rules that say something."""
    return {finding.rule for finding in found(net).values()}


def of(net: Network, rule: str) -> list[Finding]:
    """Give the findings of one rule."""
    return [finding for finding in found(net).values() if finding.rule == rule]


def app(name: str = "app-01", number: int = 11, on: str = "Ethernet1", **more: dict[str, str]) -> Host:
    """Give a host in VLAN 110."""
    return host(name, on, addresses=(address(name, f"10.1.10.{number}/24", "vlan110"),), **more)  # type: ignore[arg-type]


def bonded(name: str, mode: str, number: int = 11) -> Host:
    """Give a host whose leg is in a bond."""
    bond = HostBond(
        name=InterfaceName("bond0"),
        mode=mode,
        members=(InterfaceName("eth0"),),
        partner=None,
        source=source(name, "cat_proc_net_bonding_bond0.txt", 3),
    )
    one_host = app(name, number)
    legs = tuple(replace(leg, interface=InterfaceName("eth0")) for leg in one_host.legs)
    return replace(one_host, bonds=(bond,), legs=legs)


# --- bonds ------------------------------------------------------------------------------------------


def test_many_bonds_are_one_finding_with_a_few_proofs() -> None:
    """Nobody has to change them, so nobody reads two thousand lines; every host is in the finding."""
    hosts = [bonded(f"web-{n:02}", "802.3ad" if n % 2 else "active-backup", n) for n in range(1, 41)]
    finding = one(network(*hosts, segments=(VLAN110,)), "bond-lacp-mlag")
    assert (finding.subject, len(finding.hosts), len(finding.evidence)) == ("bonds", 40, 5)
    assert finding.by_plan
    assert "LACP: 20, active-backup: 20" in finding.meaning


@pytest.mark.parametrize("mode", ["balance-alb", "balance-tlb", "balance-xor", "balance-rr", "broadcast"])
def test_a_mode_no_plan_takes_apart_is_another_finding(mode: str) -> None:
    """It names the hosts, which somebody has to change before."""
    net = network(bonded("app-01", mode), bonded("app-02", mode, 12), segments=(VLAN110,))
    finding = one(net, "bond-other-modes")
    assert (finding.subject, finding.by_plan) == ("app-01+app-02", False)
    assert mode in finding.meaning
    assert "bond-lacp-mlag" not in rules(net)


def lag(name: str, *, mlag: str | None = "12", peer_link: bool = False) -> SwitchPort:
    """Give a LAG of a leaf."""
    return replace(port("Ethernet7"), name=InterfaceName(name), mlag=mlag, peer_link=peer_link)


def test_lags_of_machines_nobody_read_are_suspected_bonds() -> None:
    """Windows and ESXi tell nothing of their teams: the leaf's side does."""
    finding = one(network(switches=(switch("leaf-r1", ports=(lag("Port-Channel12"),)),)), "bond-lacp-mlag")
    assert (finding.certainty, finding.subject) == ("suspected", "bonds")
    assert "MLAG ports of machines that nobody read: 1" in finding.meaning


@pytest.mark.parametrize("other", [lag("Port-Channel12", mlag=None), lag("Port-Channel12", peer_link=True)])
def test_an_orphan_and_a_peer_link_are_nobodys_bond(other: SwitchPort) -> None:
    """Only what both leafs share under one number is a machine's LAG."""
    assert rules(network(switches=(switch("leaf-r1", ports=(other,)),))) == set()


def test_an_mlag_to_another_switch_is_nobodys_bond() -> None:
    """A leaf pair below a core pair looks the same on the leaf."""
    net = network(switches=(switch("leaf-r1", ports=(lag("Port-Channel12"),)),))
    ends = ref("leaf-r1", "Port-Channel12"), ref("leaf-r2", "Port-Channel12")
    link = Link(a=ends[0], b=ends[1], confirmed=True, source=source("leaf-r1", "show_lldp.txt"))
    assert rules(replace(net, links=(link,))) == set()


# --- controllers ------------------------------------------------------------------------------------

LAN = "ipmitool lan print 1"


def printed(mac: str, ip: str = "192.0.2.9", tag: str = "Disabled") -> dict[str, str]:
    """Give what a host prints of its controller."""
    return {
        LAN: f"IP Address              : {ip}\nMAC Address             : {mac}\n"
        f"802.1q VLAN ID          : {tag}\n"
    }


@pytest.mark.parametrize(
    ("at", "ip", "certainty"),
    [
        ((ref("leaf-r1", "Ethernet1"),), "192.0.2.9", "decisive"),
        ((), "10.1.10.99", "suspected"),
        ((ref("leaf-r2", "Ethernet9"),), "10.1.10.99", None),
        ((), "192.0.2.9", None),
    ],
    ids=["on its host's port", "unheard, in its host's subnet", "on a port of its own", "unheard, elsewhere"],
)
def test_where_a_controller_was_heard_decides(at: tuple[object, ...], ip: str, certainty: str | None) -> None:
    """Every server prints a controller; only one that shares the port is in the way."""
    mac = "d0:94:66:12:34:56"
    heard = (station(mac, 110, UNKNOWN, at=at),) if at else ()  # type: ignore[arg-type]
    net = network(app(files=printed(mac, ip)), segments=(VLAN110,), stations=heard)
    assert [finding.certainty for finding in of(net, "bmc-shared-lom")] == ([certainty] if certainty else [])


def test_a_strange_mac_beside_a_host_adds_and_decides_nothing() -> None:
    """Beside a controller that nobody heard it is one more proof, alone it is none."""
    strange = station("d0:94:66:00:00:01", 110, UNKNOWN, at=(ref("leaf-r1", "Ethernet1"),))
    alone = network(app(), segments=(VLAN110,), stations=(strange,))
    assert "bmc-shared-lom" not in rules(alone)
    both = network(
        app(files=printed("d0:94:66:12:34:56", "10.1.10.99")), segments=(VLAN110,), stations=(strange,)
    )
    (finding,) = of(both, "bmc-shared-lom")
    assert {evidence.weight for evidence in finding.evidence} == {"strong", "weak"}
    guest = replace(strange, mac=Mac("52:54:00:00:00:01"))
    (finding,) = of(replace(both, stations=(guest,)), "bmc-shared-lom")
    assert {evidence.weight for evidence in finding.evidence} == {"strong"}


# --- machines without BGP ---------------------------------------------------------------------------


def test_many_machines_of_one_kind_are_one_finding() -> None:
    """Fifty Windows servers of a segment are said once, and none is left out."""
    hosts = [replace(app(f"win-{n:02}", n), platform="windows") for n in range(1, 51)]
    finding = one(network(*hosts, segments=(VLAN110,)), "non-bgp-host")
    assert (finding.subject, finding.certainty) == ("Windows in vlan110", "decisive")
    assert (len(finding.hosts), len(finding.evidence)) == (50, 5)
    assert "Windows: 50 in vlan110" in finding.meaning


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("VMware ESX Releasebuild-21930508", "VMware ESXi"),
        ("Releasebuild-21930508", "VMware ESXi"),
        ("HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153", "printer"),
        ("APC Web/SNMP Management Card (MB:v4.2.9)", "power supply"),
        ("AXIS P1448-LE Network Camera", "camera"),
        ("SunOS 5.11 11.4.0.15.0 sun4v", "AIX or Solaris or HP-UX"),
        ("Linux bigip.example.com 3.4.0-5.6.77.el10.x86_64 #1 SMP", None),
        ("Ubuntu 18.04.3 LTS Linux 5.0.0-36-generic x86_64", None),
        ("Cisco NX-OS(tm) titanium, Software (titanium-d1)", None),
        ("Debian GNU/Linux 12 (bookworm) with cups and groups", None),
    ],
)
def test_what_a_machine_says_it_is_tells_its_kind(said: str, kind: str | None) -> None:
    """A Linux machine that nobody read may well speak BGP: that is a gap and no finding."""
    heard = replace(port("Ethernet7"), systems=((said, source("leaf-r1", "lldp.txt", 4)),))
    net = network(
        switches=(switch("leaf-r1", ports=(heard,)),),
        stations=(station("3c:fd:fe:00:00:77", 110, UNKNOWN, at=(PORT,)),),
    )
    findings = of(net, "non-bgp-host")
    assert [f.subject for f in findings] == ([f"{kind} in vlan110"] if kind else [])
    for finding in findings:
        assert finding.certainty == "suspected"
        assert [e.excerpt for e in finding.evidence] == [said]


@pytest.mark.parametrize(
    ("name", "fires"),
    [("pdu-r11-a", True), ("ESX07 vmnic3", True), ("groups-01", False), ("solarium", False), ("", False)],
)
def test_a_ports_name_is_a_hint(name: str, fires: bool) -> None:  # noqa: FBT001
    """Whole words only, and only of a port with somebody on it whom nobody read."""
    named = replace(port("Ethernet7"), description=name)
    stations = (station("3c:fd:fe:00:00:77", 110, UNKNOWN, at=(PORT,)),)
    leaf = switch("leaf-r1", ports=(named,))
    assert bool(of(network(switches=(leaf,), stations=stations), "non-bgp-host")) is fires
    assert of(network(app(on="Ethernet7"), switches=(leaf,), stations=stations), "non-bgp-host") == []
    assert of(network(switches=(leaf,)), "non-bgp-host") == []


def test_a_maker_of_nothing_else_tells_the_kind() -> None:
    """Two cameras of one segment are one finding, and a server's card is none."""
    stations = [
        station(f"00:40:8c:00:00:0{n}", 110, UNKNOWN, at=(ref("leaf-r1", f"Ethernet{n}"),)) for n in (1, 2)
    ]
    stations.append(station("3c:fd:fe:00:00:09", 110, UNKNOWN, at=(ref("leaf-r1", "Ethernet9"),)))
    finding = one(network(stations=tuple(stations)), "non-bgp-host")
    assert finding.subject == "camera in vlan110"
    assert "camera: 2 in vlan110" in finding.meaning


@pytest.mark.parametrize(
    ("packages", "subject"),
    [
        ({"linux-image-4.19.0-21-amd64": "4.19.249-2"}, "Linux before 5.2 in vlan110"),
        ({"linux-image-5.1.0-1-amd64": "5.1-1"}, "Linux before 5.2 in vlan110"),
        ({"linux-image-5.2.0-1-amd64": "5.2-1"}, None),
        ({"linux-image-4.19.0-21-amd64": "4.19", "linux-image-6.1.0-26-amd64": "6.1.112-1"}, None),
        ({"linux-image-amd64": "4.19+105+deb10u22"}, None),
        ({"bird": "1.6.8-2.1"}, "BIRD before 2.0.8 in vlan110"),
        ({"bird2": "2.0.7-4.1"}, "BIRD before 2.0.8 in vlan110"),
        ({"bird2": "2.0.8-2"}, None),
        ({"bird": "1.6.8-2.1", "bird2": "2.0.12-7"}, None),
    ],
)
def test_software_too_old_is_told_by_the_newest_there_is(
    packages: dict[str, str], subject: str | None
) -> None:
    """What is not installed as a package is not known, and nothing is said of it."""
    findings = of(network(app(packages=packages), segments=(VLAN110,)), "non-bgp-host")
    assert [(f.subject, f.certainty) for f in findings] == ([(subject, "suspected")] if subject else [])


# --- proxy ARP --------------------------------------------------------------------------------------


def answering(count: int, **more: dict[str, str]) -> Network:
    """Give a host whose MAC neighbours have for other addresses too."""
    others = tuple(f"10.1.10.{100 + n}" for n in range(count))
    own = station(
        "3c:fd:fe:00:00:11", 110, StationKind.HOST, at=(ref("leaf-r1", "Ethernet1"),),
        addresses=("10.1.10.11", *others), owner="app-01",
    )  # fmt: skip
    return network(app(**more), segments=(VLAN110,), stations=(own,))


@pytest.mark.parametrize(
    ("count", "setting", "certainty"),
    [
        (0, "0", None),
        (8, "0", None),
        (9, "0", "decisive"),
        (0, "1", "suspected"),
        (1, "1", "decisive"),
    ],
)
def test_one_address_is_enough_where_proxy_arp_is_on(count: int, setting: str, certainty: str | None) -> None:
    """Without the setting a few may be what moved away and has not aged out."""
    net = answering(count, sysctls={"net.ipv4.conf.bond0.proxy_arp": setting})
    assert [f.certainty for f in of(net, "proxy-arp-host")] == ([certainty] if certainty else [])


@pytest.mark.parametrize(
    ("key", "fires"), [("all", True), ("bond0", True), ("default", False), ("tap0", False), ("cali12", False)]
)
def test_proxy_arp_counts_where_it_reaches_a_segment(key: str, fires: bool) -> None:  # noqa: FBT001
    """Towards guests it is how routed guests work, and `default` is for interfaces to come."""
    one_host = app(sysctls={f"net.ipv4.conf.{key}.proxy_arp": "1"})
    interfaces = (
        *one_host.interfaces,
        interface("app-01", "tap0", "tap"),
        interface("app-01", "cali12", "other"),
    )
    net = network(replace(one_host, interfaces=interfaces), segments=(VLAN110,))
    assert bool(of(net, "proxy-arp-host")) is fires


# --- silent machines --------------------------------------------------------------------------------

MOXA = "00:90:e8:11:22:33"


@pytest.mark.parametrize(
    "config",
    [
        "mac address-table static 0090.e811.2233 vlan 110 interface Ethernet9\n",
        "mac-address-table static 0090.e811.2233 vlan 110 interface GigabitEthernet0/9\n",
        "interface Vlan110\n  ip arp 10.1.10.77 0090.e811.2233\n",
        "arp 10.1.10.77 0090.e811.2233 ARPA\n",
        "arp vrf RED 10.1.10.77 0090.e811.2233 arpa\n",
        "set interfaces irb unit 110 family inet address 10.1.10.1/24 arp 10.1.10.77 mac 00:90:e8:11:22:33\n",
    ],
)
def test_a_static_entry_names_a_machine_until_it_is_heard(config: str) -> None:
    """Heard on a port it is in the capture; a static MAC entry makes a row by itself."""
    leaf = switch("leaf-r1", config=config)
    finding = one(network(switches=(leaf,), segments=(VLAN110,)), "silent-host")
    assert (finding.subject, finding.certainty) == ("vlan110", "suspected")
    assert MOXA in finding.meaning
    heard = station(MOXA, 110, StationKind.HOST, at=(PORT,), owner="app-01")
    net = network(app(), switches=(leaf,), segments=(VLAN110,), stations=(heard,))
    assert of(net, "silent-host") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/etc/dnsmasq.d/hosts", f"dhcp-host={MOXA},sensor-7,10.1.10.77\n"),
        (
            "/etc/dhcp/dhcpd.conf",
            f"host s {{\n  hardware ethernet {MOXA};\n  fixed-address 10.1.10.77;\n}}\n",
        ),
        ("/etc/kea/kea-dhcp4.conf", f'{{\n "hw-address": "{MOXA}",\n "ip-address": "10.1.10.77"\n}}\n'),
    ],
)
def test_a_reserved_lease_names_a_machine_until_it_or_its_address_is_heard(path: str, text: str) -> None:
    """A new card behind the old address is no silent machine, and no other network's reservation counts."""
    server = app(files={path: text})
    assert one(network(server, segments=(VLAN110,)), "silent-host").subject == "vlan110"
    renewed = station("00:90:e8:99:99:99", 110, UNKNOWN, at=(PORT,), addresses=("10.1.10.77",))
    assert of(network(server, segments=(VLAN110,), stations=(renewed,)), "silent-host") == []
    assert of(network(server), "silent-host") == []


def test_a_permanent_neighbour_of_a_host_names_a_machine() -> None:
    """A learned one does not: it spoke."""
    entry = Neighbor(
        source=source("app-01", "ip_neigh_show.txt", 2),
        address=address("app-01", "10.1.10.77/24", "vlan110").address.ip,
        mac=Mac(MOXA),
        interface=InterfaceName("bond0"),
        state="PERMANENT",
    )
    net = network(replace(app(), neighbors=(entry,)), segments=(VLAN110,))
    assert one(net, "silent-host").subject == "vlan110"
    spoke = replace(entry, state="STALE")
    assert of(network(replace(app(), neighbors=(spoke,)), segments=(VLAN110,)), "silent-host") == []


# --- what switches are set to -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "fires"),
    [
        ("interface nve1\n  member vni 10010\n    suppress-arp\n", True),
        ("interface nve1\n  global suppress-arp\n", True),
        ("interface nve1\n  member vni 10010\n    suppress-arp disable\n", False),
        ("interface nve1\n  member vni 10010\n    no suppress-arp\n", False),
        ("iface vni10\n    bridge-arp-nd-suppress on\n", True),
        ("iface vni10\n    bridge-arp-nd-suppress off\n", False),
        ("nv set nve vxlan arp-nd-suppress on\n", True),
        ("nve:\n  vxlan:\n    arp-nd-suppress: on\n", True),
        ("nve:\n  vxlan:\n    arp-nd-suppress: off\n", False),
        ('{"SUPPRESS_VLAN_NEIGH": {"Vlan10": {"suppress": "on"}}}\n', True),
        ('{"SUPPRESS_VLAN_NEIGH": {"Vlan10": {"suppress": "off"}}}\n', False),
    ],
)
def test_suppression_is_one_finding_however_many_switches_do_it(config: str, fires: bool) -> None:  # noqa: FBT001
    """Each platform writes it its own way, and switched off it has the same words."""
    leafs = tuple(switch(name, config=config) for name in ("leaf-r1", "leaf-r2"))
    findings = of(network(switches=leafs), "evpn-arp-suppression")
    assert [(f.subject, f.certainty) for f in findings] == ([("overlay", "decisive")] if fires else [])


def test_suppression_names_the_segments_that_go_through_tunnels() -> None:
    """Others have no far end to answer for."""
    leaf = switch("leaf-r1", config="    suppress-arp\n")
    net = network(switches=(leaf,), segments=(replace(segment(110), stretched=True), segment(120)))
    assert of(net, "evpn-arp-suppression")[0].segments == ("vlan110",)


@pytest.mark.parametrize(("packets", "certainty"), [("[match=3]", "decisive"), ("[match=0]", None)])
def test_counted_magic_packets_decide(packets: str, certainty: str | None) -> None:
    """All switches that count them are one finding: nobody knows where the sleepers are."""
    kept = file_text("leaf-r1", "show mac access-lists", f"10 permit any any 0x0842 {packets}\n")
    leafs = (replace(switch("leaf-r1"), texts=(kept,)), replace(switch("leaf-r2"), texts=(kept,)))
    findings = of(network(switches=leafs), "wake-on-lan")
    assert [(f.subject, f.certainty) for f in findings] == (
        [("leaf-r1+leaf-r2", certainty)] if certainty else []
    )


def test_a_directed_broadcast_counts_for_its_own_vlan_interface() -> None:
    """A line below another interface says nothing of this segment."""
    config = (
        "interface Vlan110\n  no ip directed-broadcast\ninterface Ethernet9\n  ip directed-broadcast\n"
        "interface Vlan120\n  ip directed-broadcast\n"
    )
    finding = one(network(switches=(switch("leaf-r1", config=config),)), "wake-on-lan")
    assert (finding.subject, finding.certainty, finding.segments) == ("vlan120", "suspected", ("vlan120",))
    assert DeviceName("leaf-r1") == finding.evidence[0].source.device
    assert finding.evidence[0].line == 6
