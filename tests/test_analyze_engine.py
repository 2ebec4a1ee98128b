"""Hold findings to the right members, segments, racks and texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from analyze_builders import (
    address,
    found,
    host,
    interface,
    network,
    one,
    port,
    ref,
    segment,
    station,
    svi,
    switch,
)
from analyze_cases import (
    KEEPALIVED,
    MULTICAST,
    NO_TRANSPORT,
    OBJECTS,
    VRRP,
    VRRP_UNICAST,
    appliance,
    dhcp,
    hypervisor,
    k8s,
    lb,
    overlap,
    pcs,
)

from vlan2l3.names import DeviceName
from vlan2l3.network.model import StationKind


def test_nodes_in_two_racks_are_one_cluster() -> None:
    """Both nodes and both racks stand in one finding, with the segment of the ring addresses alone."""
    extra = (address("pcs-01", "10.1.10.77/24", "vlan110", interface="bond0.110"),)
    finding = one(network(pcs(1, MULTICAST, extra=extra), pcs(2, MULTICAST)), "corosync-udp-multicast")
    assert finding.hosts == ("pcs-01", "pcs-02")
    assert finding.racks == ("r1", "r2")
    assert finding.segments == ("vlan120",)


def test_node_that_could_not_be_read_is_a_member_by_the_nodelist() -> None:
    """A host known by an address only, and one not known at all, are named and not forgotten."""
    silent = host(
        "pcs-02",
        leaf="leaf-r2",
        addresses=(address("pcs-02", "10.1.20.32/24", "vlan120"),),
        readable=False,
    )
    third = MULTICAST + "nodelist {\n  node {\n    ring0_addr: 10.1.20.33\n  }\n}\n"
    finding = one(network(pcs(1, third), silent), "corosync-udp-multicast")
    assert finding.hosts == ("pcs-01", "pcs-02")
    assert finding.not_looked_at == (
        "10.1.20.33: named as a member, and no host of this capture",
        "pcs-02: nothing was read from it",
    )


def test_two_clusters_of_one_name_in_one_segment_stay_one_and_of_two_names_two() -> None:
    """The cluster's name joins nodes without a nodelist, and a different name parts them."""
    bare = MULTICAST.partition("nodelist")[0]
    same = found(network(pcs(1, bare), pcs(2, bare)))
    other = found(network(pcs(1, bare), pcs(2, bare.replace("name: pg", "name: mq"))))
    assert set(same) == {("corosync-udp-multicast", "pcs-01+pcs-02")}
    assert set(other) == {("corosync-udp-multicast", "pcs-01"), ("corosync-udp-multicast", "pcs-02")}


def test_corosync_remedy_holds_the_nodes_found() -> None:
    """The nodelist in the remedy has the nodes' addresses and keeps their numbers."""
    remedy = one(network(pcs(1, MULTICAST), pcs(2, MULTICAST)), "corosync-udp-multicast").remedy
    assert "transport: knet" in remedy
    assert remedy.index("10.1.20.31\n    nodeid: 1\n") < remedy.index("10.1.20.32\n    nodeid: 2\n")


@pytest.mark.parametrize(
    ("version", "rule", "certainty"),
    [
        ("2.4.5-1", "corosync-udp-multicast", "suspected"),
        ("1:2.99.5-1", "corosync-udp-multicast", "suspected"),
        ("1:3.0.1-2", "corosync-unicast", "decisive"),
        ("3.1.7-1+deb12u1", "corosync-unicast", "decisive"),
    ],
)
def test_version_decides_what_no_transport_line_means(version: str, rule: str, certainty: str) -> None:
    """Version 2 defaults to multicast, version 3 to knet."""
    findings = found(network(pcs(1, NO_TRANSPORT, packages={"corosync": version})))
    assert [(name, f.certainty.value) for (name, _), f in findings.items()] == [(rule, certainty)]


def test_snooping_entry_alone_decides_nothing_and_supports_the_rest() -> None:
    """The same join seen by the switch and by the host is one fact; with the default transport it decides."""
    snooped = switch("leaf-r1", snooped=((120, "239.192.11.7", "Ethernet1"),))
    stranger = host("app-01", addresses=(address("app-01", "10.1.20.90/24", "vlan120"),))
    joined = replace(stranger, groups=pcs(1, "", groups=("239.192.11.7",)).groups)
    assert set(found(network(stranger, switches=(snooped,)))) == {("app-multicast", "app-01")}
    net = network(joined, switches=(snooped,))
    assert one(net, "corosync-udp-multicast").certainty == "suspected"
    node = pcs(1, NO_TRANSPORT, groups=("239.192.11.7",))
    assert one(network(node, switches=(snooped,)), "corosync-udp-multicast").certainty == "decisive"


def test_same_vrrp_number_in_two_segments_is_two_pairs() -> None:
    """The number means something within its segment only."""
    elsewhere = host(
        "lb-09",
        leaf="leaf-r2",
        addresses=(address("lb-09", "10.1.20.9/24", "vlan120"),),
        files={KEEPALIVED: VRRP},
        units=("keepalived.service",),
    )
    findings = found(network(lb(1, VRRP), lb(2, VRRP), elsewhere))
    assert set(findings) == {("keepalived-multicast", "lb-01+lb-02"), ("keepalived-multicast", "lb-09")}
    assert findings["keepalived-multicast", "lb-09"].segments == ("vlan120",)


def test_host_with_both_kinds_of_instance_has_both_findings() -> None:
    """A unicast instance does not hide a multicast one beside it."""
    both = VRRP_UNICAST + VRRP.replace("VI_WEB", "VI_DB").replace("router_id 51", "router_id 52")
    assert {rule for rule, _ in found(network(lb(1, both)))} == {"keepalived-multicast", "keepalived-unicast"}


def test_keepalived_remedy_names_the_address_and_the_members() -> None:
    """The announcement in the remedy is for the address that was found."""
    finding = one(network(lb(1, VRRP), lb(2, VRRP)), "keepalived-multicast")
    assert "for vip in 10.1.10.50; do" in finding.remedy
    assert "lb-01, lb-02" in finding.remedy
    assert "virtual_router_id 51" in finding.meaning


def test_dhcp_clients_are_noted_and_are_no_members() -> None:
    """The subject is the server; clients stand in the text, the evidence and the racks."""
    net = dhcp("dhcp-range=10.20.0.100,10.20.0.200,12h\n", units=("dnsmasq.service",))
    finding = one(net, "dhcp-server-onlink")
    assert (finding.subject, finding.hosts) == ("dhcp-01", ("dhcp-01",))
    assert "Clients seen: pxe-01." in finding.meaning
    assert finding.racks == ("r1", "r2")
    assert {e.source.device for e in finding.evidence} == {"dhcp-01", "pxe-01"}


def test_client_without_a_server_is_no_finding_of_a_server() -> None:
    """A leased address alone says nothing about a server on this VLAN, and is shown for itself."""
    assert [*found(dhcp("", units=("ssh.service",)))] == [("dhcp-client-hosts", "vlan20")]


def test_clients_of_a_known_server_are_in_its_finding_only() -> None:
    """One workload is one finding: the client is not shown a second time."""
    net = dhcp("dhcp-range=10.20.0.100,10.20.0.200,12h\n", units=("dnsmasq.service",))
    assert [*found(net)] == [("dhcp-server-onlink", "dhcp-01")]


def test_appliance_finding_names_the_port_that_may_be_the_standby_units() -> None:
    """The silent port with the same VLANs brings its rack into the finding, as weak evidence only."""
    ports = (port("Ethernet9", device="leaf-r2", tagged=(110, 120)),)
    net = appliance("00:09:0f:09:03:02")
    leaf2 = switch("leaf-r2", ports=ports)
    net = replace(net, switches=(net.switches[0], leaf2))
    finding = one(net, "fortigate-fgcp")
    assert finding.hosts == ()
    assert finding.segments == ("vlan110", "vlan120")
    assert finding.racks == ("r1", "r2")
    assert "leaf-r1 Ethernet8, leaf-r2 Ethernet9" in finding.meaning
    assert [e.weight for e in finding.evidence if e.matcher == "derived.silent_twin_port"] == ["weak", "weak"]
    assert not finding.moves


@pytest.mark.parametrize("change", ["neighbor", "down", "other VLANs", "host"])
def test_port_that_is_known_or_different_is_no_standby_port(change: str) -> None:
    """A port with a neighbour, a host or other VLANs, or without carrier, is nobody's standby."""
    net = appliance("00:09:0f:09:03:02")
    active, twin = net.switches[0].ports
    changed = {
        "neighbor": replace(twin, neighbors=(("web-01", "eth0"),)),
        "down": replace(twin, up=False),
        "other VLANs": port("Ethernet8", tagged=(110, 130)),
        "host": twin,
    }[change]
    hosts = (host("web-01", "Ethernet8"),) if change == "host" else ()
    net = replace(
        net, hosts=hosts, switches=(replace(net.switches[0], ports=(active, changed)), net.switches[1])
    )
    assert "(not seen)" in one(net, "fortigate-fgcp").meaning


def test_two_addresses_of_one_appliance_cluster_are_one_finding() -> None:
    """FGCP gives each port its own last octet; the group before it is the cluster's."""
    at = (ref("leaf-r1", "Ethernet7"),)
    stations = tuple(
        station(mac, vlan, StationKind.VIRTUAL, at=at)
        for mac, vlan in (("00:09:0f:09:03:02", 110), ("00:09:0f:09:03:03", 120), ("00:09:0f:09:04:02", 120))
    )
    findings = found(network(switches=(switch("leaf-r1", ports=(port("Ethernet7"),)),), stations=stations))
    assert {subject for _, subject in findings} == {
        "00:09:0f:09:03:02+00:09:0f:09:03:03", "00:09:0f:09:04:02",
    }  # fmt: skip


def test_overlap_names_both_networks_and_keeps_only_the_tenant() -> None:
    """The network in the default VRF moves; the tenant's hosts and segment stay."""
    finding = one(overlap("CUST"), "overlapping-subnets")
    assert finding.subject == "vlan110+vlan666"
    assert finding.segments == ("vlan666",)
    assert finding.hosts == ("cust-01",)
    assert "vlan110" in finding.meaning
    assert "VRF CUST" in finding.meaning
    lines = {(e.source.device, e.line) for e in finding.evidence}
    assert {("leaf-r1", 110), ("leaf-r1", 666)} <= lines


def test_overlap_within_the_default_vrf_keeps_both() -> None:
    """Where no VRF tells tenant from owner, both networks stay."""
    assert one(overlap("default"), "overlapping-subnets").segments == ("vlan110", "vlan666")


def test_overlap_with_a_network_nobody_routes_is_a_suspicion() -> None:
    """A dead-end VLAN with the same private prefix may be harmless: it is shown, and only it stays."""
    net = network(
        host("store-01", addresses=(address("store-01", "10.1.10.9/24", "vlan130"),)),
        switches=(switch("leaf-r1", svis=(svi("leaf-r1", 110, "10.1.10.2/24"),)),),
        segments=(segment(110, "10.1.10.0/24"), segment(130, "10.1.10.0/24", "fe80::/64")),
    )
    finding = one(net, "overlapping-subnets")
    assert (finding.certainty.value, finding.segments) == ("suspected", ("vlan130",))


def test_kubernetes_nodes_with_different_objects_are_two_clusters() -> None:
    """Two answers that share no object come from two clusters, even in one segment."""
    first = OBJECTS.replace('{"name": "l2"}', '{"name": "l2", "uid": "a-1"}')
    both = network(
        k8s(1, objects=first), k8s(2, objects=first.replace("a-1", "a-2")), segments=(segment(150),)
    )
    same = network(k8s(1, objects=first), k8s(2, objects=first), segments=(segment(150),))
    assert {subject for _, subject in found(both)} == {"k8s-01", "k8s-02"}
    assert {subject for _, subject in found(same)} == {"k8s-01+k8s-02"}


def test_hypervisor_finding_names_the_segment_of_its_tagged_uplink() -> None:
    """The segment comes from the tag on the leg even when the bridge has no address."""
    uplink = switch("leaf-r1", ports=(port("Ethernet1", tagged=(110, 140)),))
    guests = hypervisor(("br140", "bridge", None), ("tap0", "tap", "br140"), ("tap1", "tap", "br140"))
    finding = one(network(guests, switches=(uplink,), segments=(segment(140),)), "bridged-vms")
    assert finding.segments == ("vlan140",)
    assert "tap0, tap1" in finding.meaning
    assert finding.exit


def test_one_address_behind_two_machines_is_a_suspicion() -> None:
    """ARP tables that give an address to two machines show a move, or a conflict."""
    shared = ("10.1.10.60",)
    stations = tuple(
        station(mac, 110, StationKind.HOST, at=(ref(leaf, "Ethernet1"),), addresses=shared, owner=name)
        for mac, leaf, name in (
            ("02:00:00:00:00:01", "leaf-r1", "app-01"), ("02:00:00:00:00:02", "leaf-r2", "app-02"),
        )
    )  # fmt: skip
    hosts = (host("app-01"), host("app-02", leaf="leaf-r2"))
    finding = one(network(*hosts, stations=stations), "pacemaker-ipaddr2")
    assert (finding.certainty.value, finding.hosts) == ("suspected", ("app-01", "app-02"))
    assert "10.1.10.60" in finding.meaning
    mine = tuple(replace(s, owner=DeviceName("app-01")) for s in stations)
    assert found(network(*hosts, stations=mine)) == {}


def test_group_joined_away_from_every_segment_does_not_count() -> None:
    """A multicast group on a tunnel or dummy interface says nothing about the VLANs."""
    plain = pcs(1, "", groups=("224.0.0.18",))
    assert {rule for rule, _ in found(network(plain))} == {"keepalived-multicast"}
    aside = replace(plain, addresses=(), interfaces=(interface("pcs-01", "bond0", "dummy"),))
    leaf = switch("leaf-r1", ports=(port("Ethernet1"),))
    assert found(network(aside, switches=(leaf,))) == {}
    there = replace(aside, interfaces=(interface("pcs-01", "bond0", "bond"),))
    assert one(network(there, switches=(leaf,)), "keepalived-multicast").segments == ("vlan110",)


def test_address_that_two_hosts_have_names_nobody() -> None:
    """One prefix in two VRFs: a nodelist's address does not pick one of two machines."""
    twins = tuple(
        host(name, "Ethernet2", addresses=(address(name, "10.1.20.32/24", where),))
        for name, where in (("app-01", "vlan120"), ("app-02", "vlan666"))
    )
    finding = one(network(pcs(1, MULTICAST), *twins), "corosync-udp-multicast")
    assert finding.hosts == ("pcs-01",)
    assert "10.1.20.32: named as a member, and no host of this capture" in finding.not_looked_at


def test_vrrp_address_seen_behind_both_routers_is_explained() -> None:
    """A failover between two reads of the ARP tables is no second finding."""
    stations = tuple(
        station(mac, 110, StationKind.HOST, addresses=("10.1.10.50",), owner=name)
        for mac, name in (("02:00:00:00:00:01", "lb-01"), ("02:00:00:00:00:02", "lb-02"))
    )
    rules = {rule for rule, _ in found(network(lb(1, VRRP), lb(2, VRRP), stations=stations))}
    assert rules == {"keepalived-multicast"}


@pytest.mark.parametrize("tenant", [110, 120])
def test_single_address_in_another_segment_is_no_overlap(tenant: int) -> None:
    """A /32 that wandered into another segment's prefixes does not make two networks of one."""
    svis = tuple(
        svi("leaf-r1", vlan, f"10.1.{vlan - 100}.2/24", vrf="CUST" if vlan == tenant else "default")
        for vlan in (110, 120)
    )
    segments = (segment(110, "10.1.10.0/24"), segment(120, "10.1.20.0/24", "10.1.10.50/32"))
    rules = {rule for rule, _ in found(network(switches=(switch("leaf-r1", svis=svis),), segments=segments))}
    assert rules == {"vrf-tenants"}


@pytest.mark.parametrize(("text", "fires"), [("2001:db8::5/64", False), ("2001:db8::5/128", True)])
def test_second_ipv6_address_counts_as_host_prefix_only(text: str, fires: bool) -> None:  # noqa: FBT001
    """A router's advertisement gives addresses too, but never a single one."""
    addresses = (
        address("web-01", "2001:db8::4/64", "vlan110"),
        address("web-01", text, "vlan110", static=False),
    )
    rules = {rule for rule, _ in found(network(host("web-01", addresses=addresses)))}
    assert ("pacemaker-ipaddr2" in rules) is fires
