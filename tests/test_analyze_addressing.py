"""Hold the rules on addressing to one finding a segment, and to the files that ask for a lease."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest
from analyze_builders import address, found, host, interface, network, one, ref, source, station, switch

from vlan2l3.analyze.derived.onlink import SHOWN
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.network.model import Host, StationKind
from vlan2l3.parse.records import Neighbor

LEASED = address("web-01", "10.1.10.11/24", "vlan110", static=False)
NETPLAN = "/etc/netplan/50-cloud-init.yaml"
NETWORKD = "/etc/systemd/network/10-uplink.network"
KEYFILE = "/etc/NetworkManager/system-connections/uplink.nmconnection"
IFCFG = "/etc/sysconfig/network-scripts/ifcfg-bond0"

ASKING = {
    "netplan": (NETPLAN, "network:\n  bonds:\n    bond0:\n      mtu: 9000\n      dhcp4: yes\n"),
    "netplan that matches by name": (
        NETPLAN,
        "network:\n  ethernets:\n    uplink:\n      match:\n        name: bond*\n      dhcp4: true\n",
    ),
    "networkd with a pattern": (NETWORKD, "[Match]\nName=eth* bond*\n\n[Network]\nDHCP=ipv4\n"),
    "a keyfile": (
        KEYFILE,
        "[connection]\nid=uplink\ninterface-name=bond0\n\n[ipv4]\ndns-search=dc.example;\nmethod=auto\n",
    ),
    "ifcfg": (IFCFG, 'DEVICE="bond0"\nBOOTPROTO="dhcp"\n'),
}
NOT_ASKING = {
    "netplan, another interface": (NETPLAN, "network:\n  ethernets:\n    eth7:\n      dhcp4: true\n"),
    "netplan says no": (NETPLAN, "network:\n  bonds:\n    bond0:\n      dhcp4: false\n"),
    "networkd asks for IPv6 only": (NETWORKD, "[Match]\nName=bond0\n\n[Network]\nDHCP=ipv6\n"),
    "networkd's line is a comment": (NETWORKD, "[Match]\nName=bond0\n\n[Network]\n#DHCP=yes\n"),
    "a keyfile with IPv6 only": (
        KEYFILE,
        "[connection]\ninterface-name=bond0\n\n[ipv4]\nmethod=manual\n\n[ipv6]\nmethod=auto\n",
    ),
    "ifcfg is static": (IFCFG, "DEVICE=bond0\nBOOTPROTO=none\n"),
}


def talking(number: int) -> Host:
    """Give a host that resolved another host of its subnet."""
    name = f"web-{number:03}"
    near = Neighbor(
        source=source(name, "ip_neigh_show.txt", 2),
        address=ip_address("10.1.10.250"),
        mac=Mac("3c:fd:fe:00:00:fa"),
        interface=InterfaceName("bond0"),
    )
    own = address(name, f"10.1.10.{number}/24", "vlan110")
    return replace(host(name, addresses=(own,)), neighbors=(near,))


def test_a_full_segment_is_one_finding_with_a_few_proofs() -> None:
    """Every host is a member; nobody reads the thousandth line of evidence."""
    finding = one(network(*(talking(number) for number in range(1, 201))), "onlink-assumption")
    assert (finding.subject, len(finding.hosts), len(finding.evidence)) == ("vlan110", 200, SHOWN)
    assert "200 hosts" in finding.meaning
    assert "seen here: none." in finding.remedy
    assert not finding.decides


@pytest.mark.parametrize(
    ("config", "fires"),
    [
        ("ip dhcp pool APPS\n network 10.1.10.0 255.255.255.0\n", True),
        ("dhcp server\n   subnet 10.1.10.0/24\n", True),
        ("ip dhcp snooping\nno dhcp server\n", False),
    ],
)
def test_switch_that_serves_leases_is_suspected(config: str, fires: bool) -> None:  # noqa: FBT001
    """Nobody can log in to ask, so the switch itself is the member."""
    findings = found(network(switches=(switch("leaf-r1", config=config),)))
    assert [*findings] == ([("dhcp-server-onlink", "leaf-r1")] if fires else [])
    assert all(finding.certainty == "suspected" for finding in findings.values())


def test_ha_pairs_beside_the_hosts_are_named() -> None:
    """Proxy ARP is out where they live, all of them and those of no other segment."""
    at = (ref("leaf-r1", "Ethernet9"),)
    pairs = tuple(
        station(mac, vlan, StationKind.VIRTUAL, at=at)
        for mac, vlan in (
            ("00:00:5e:00:01:33", 110),
            ("00:09:0f:09:00:01", 110),
            ("00:00:5e:00:01:34", 120),
        )
    )
    remedy = one(network(talking(1), stations=pairs), "onlink-assumption").remedy
    assert "seen here: 00:00:5e:00:01:33, 00:09:0f:09:00:01." in remedy


@pytest.mark.parametrize("case", sorted(ASKING))
def test_file_that_asks_for_a_lease(case: str) -> None:
    """The line that asks is the evidence, whichever tool configures the host."""
    path, text = ASKING[case]
    net = network(host("web-01", addresses=(LEASED,), files={path: text}))
    finding = one(net, "dhcp-client-hosts")
    assert (finding.certainty, finding.hosts) == ("decisive", ("web-01",))
    (evidence,) = finding.evidence
    assert evidence.excerpt.split("=")[0].split(":")[0] in ("dhcp4", "DHCP", "method", "BOOTPROTO")


@pytest.mark.parametrize("case", sorted(NOT_ASKING))
def test_file_that_asks_for_no_lease(case: str) -> None:
    """An address in no configuration is no lease because some file speaks of DHCP."""
    path, text = NOT_ASKING[case]
    findings = found(network(host("web-01", addresses=(LEASED,), files={path: text})))
    assert "dhcp-client-hosts" not in {rule for rule, _ in findings}


@pytest.mark.parametrize(("text", "fires"), [("interface bond0 {", True), ("interface tap0\n{", False)])
def test_radvd_counts_where_it_speaks(text: str, fires: bool) -> None:  # noqa: FBT001
    """On a hypervisor it may speak to guests alone, and then the VLAN needs none of it."""
    node = host(
        "gnt-01",
        addresses=(address("gnt-01", "2001:db8::4/64", "vlan110"),),
        interfaces=(interface("gnt-01", "bond0", "bond"), interface("gnt-01", "tap0", "tap")),
        units=("radvd.service",),
        files={"/etc/radvd.conf": f"{text}\n  AdvSendAdvert on;\n  prefix 2001:db8::/64 {{ }};\n}};\n"},
    )
    assert (("slaac-radvd", "vlan110") in found(network(node))) is fires
