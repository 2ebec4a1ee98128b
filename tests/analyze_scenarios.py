"""Hold, for each rule of the catalogue, a network in which it fires and near misses in which it must not."""

from __future__ import annotations

from dataclasses import dataclass

from analyze_builders import address, host, network, port, ref, segment, station, switch
from analyze_cases import (
    BLADE,
    KEEPALIVED,
    KNET,
    L2,
    MULTICAST,
    NO_TRANSPORT,
    OBJECTS,
    PACKAGE_3,
    RUNNING,
    VIP_120,
    VRRP,
    VRRP_ON_PORT,
    VRRP_UNICAST,
    appliance,
    bmc,
    dhcp,
    ganeti,
    hypervisor,
    k8s,
    lb,
    overlap,
    pcs,
)

from vlan2l3.network.model import Network, StationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Name a network and what a rule has to say about it: a certainty, or nothing at all."""

    rule: str
    name: str
    network: Network
    certainty: str = ""
    subject: str = ""

    @property
    def fires(self) -> bool:
        """Tell whether the rule has to fire."""
        return bool(self.certainty)


D, S = "decisive", "suspected"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        rule="corosync-udp-multicast", name="transport udp on both nodes", certainty=D,
        subject="pcs-01+pcs-02",
        network=network(pcs(1, MULTICAST), pcs(2, MULTICAST)),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="version 2 without transport, group joined", certainty=D,
        subject="pcs-01+pcs-02",
        network=network(*(pcs(n, NO_TRANSPORT, groups=("239.192.11.7",)) for n in (1, 2))),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="version unknown without transport", certainty=S,
        subject="pcs-01+pcs-02", network=network(*(pcs(n, NO_TRANSPORT, packages={}) for n in (1, 2))),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="transport udp, and the unit does not run", certainty=S,
        subject="pcs-01+pcs-02",
        network=network(*(pcs(n, MULTICAST, units=("ssh.service",), stopped=RUNNING) for n in (1, 2))),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="transport udp, and nobody read the units", certainty=D,
        subject="pcs-01+pcs-02", network=network(*(pcs(n, MULTICAST, units=()) for n in (1, 2))),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="transport udpu",
        network=network(pcs(1, MULTICAST.replace("udp", "udpu"))),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="a setting that ends in transport",
        network=network(pcs(1, "totem {\n  knet_transport: udp\n}\n", packages=PACKAGE_3)),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="the line is a comment, and version 3 runs",
        network=network(pcs(1, MULTICAST.replace("transport:", "# transport:"), packages=PACKAGE_3)),
    ),
    Scenario(
        rule="corosync-udp-multicast", name="knet with a group left over from before",
        network=network(
            pcs(1, KNET.replace("knet", "knet\n  mcastaddr: 239.192.11.7"), groups=("239.192.11.7",))
        ),
    ),
    Scenario(
        rule="corosync-unicast", name="transport knet", certainty=D, subject="pcs-01+pcs-02",
        network=network(pcs(1, KNET), pcs(2, KNET)),
    ),
    Scenario(
        rule="corosync-unicast", name="version 3 without transport", certainty=D, subject="pcs-01+pcs-02",
        network=network(*(pcs(n, NO_TRANSPORT, packages=PACKAGE_3) for n in (1, 2))),
    ),
    Scenario(
        rule="corosync-unicast", name="version 2 without transport", network=network(pcs(1, NO_TRANSPORT)),
    ),
    Scenario(
        rule="unicast-clusters", name="etcd", certainty=S, subject="db-01",
        network=network(
            host("db-01", addresses=(address("db-01", "10.1.20.11/24", "vlan120"),), units=("etcd.service",))
        ),
    ),
    Scenario(
        rule="unicast-clusters", name="etcd is stopped",
        network=network(host("db-01", stopped=("etcd.service",), units=("ssh.service",))),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="an address nobody configured, on a node of a cluster", certainty=D,
        subject="pcs-01+pcs-02", network=network(pcs(1, MULTICAST, extra=(VIP_120,)), pcs(2, MULTICAST)),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="an address nobody configured, and no cluster", certainty=S,
        subject="web-04",
        network=network(
            host(
                "web-04",
                addresses=(
                    address("web-04", "10.1.10.14/24", "vlan110"),
                    address("web-04", "10.1.10.15/24", "vlan110", static=False),
                ),
            )
        ),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="a second address from the host's own configuration",
        network=network(
            pcs(1, KNET, extra=(address("pcs-01", "10.1.20.50/24", "vlan120"),)), pcs(2, KNET)
        ),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="keepalived's file explains the address",
        network=network(
            host(
                "lb-01",
                addresses=(
                    address("lb-01", "10.1.10.41/24", "vlan110"),
                    address("lb-01", "10.1.10.50/24", "vlan110", static=False),
                ),
                files={KEEPALIVED: VRRP},
            )
        ),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="the only address is leased",
        network=network(
            host("web-04", addresses=(address("web-04", "10.1.10.14/24", "vlan110", static=False),))
        ),
    ),
    Scenario(
        rule="ganeti-master-ip", name="a second address beside the master's daemons", certainty=D,
        subject="gnt-01",
        network=network(ganeti(address("gnt-01", "10.1.10.60/24", "vlan110", static=False))),
    ),
    Scenario(
        rule="ganeti-master-ip", name="the master's address is on dummy0 already",
        network=network(ganeti(address("gnt-01", "10.1.10.60/32", None, interface="dummy0", static=False))),
    ),
    Scenario(
        rule="pacemaker-ipaddr2", name="the address is the Ganeti master's",
        network=network(ganeti(address("gnt-01", "10.1.10.60/24", "vlan110", static=False))),
    ),
    Scenario(
        rule="ganeti-master-ip", name="a floating address of another cluster",
        network=network(pcs(1, MULTICAST, extra=(VIP_120,)), pcs(2, MULTICAST)),
    ),
    Scenario(
        rule="keepalived-multicast", name="one group on two hosts", certainty=D, subject="lb-01+lb-02",
        network=network(lb(1, VRRP), lb(2, VRRP.replace("MASTER", "BACKUP"))),
    ),
    Scenario(
        rule="keepalived-multicast", name="an empty list of peers is multicast", certainty=D, subject="lb-01",
        network=network(lb(1, VRRP_UNICAST.replace("    10.1.10.42\n", ""))),
    ),
    Scenario(
        rule="keepalived-multicast", name="the file lies there and the unit does not run", certainty=S,
        subject="lb-01",
        network=network(lb(1, VRRP, units=("ssh.service",), stopped=("keepalived.service",))),
    ),
    Scenario(
        rule="keepalived-multicast", name="a virtual_server without a vrrp_instance",
        network=network(lb(1, "virtual_server 10.0.0.1 80 {\n  lvs_method DR\n}\n")),
    ),
    Scenario(
        rule="keepalived-multicast", name="unicast peers",
        network=network(lb(1, VRRP_UNICAST), lb(2, VRRP_UNICAST)),
    ),
    Scenario(
        rule="keepalived-multicast", name="the VRRP MAC is a gateway's",
        network=network(
            BLADE,
            stations=(
                station("00:00:5e:00:01:33", 110, StationKind.GATEWAY, at=(ref("leaf-r1", "Ethernet1"),)),
            ),
        ),
    ),
    Scenario(
        rule="keepalived-unicast", name="unicast peers", certainty=D, subject="lb-01+lb-02",
        network=network(lb(1, VRRP_UNICAST), lb(2, "")),
    ),
    Scenario(rule="keepalived-unicast", name="multicast adverts", network=network(lb(1, VRRP))),
    Scenario(
        rule="dhcp-server-onlink", name="dnsmasq leases from the server's own prefix", certainty=D,
        subject="dhcp-01",
        network=dhcp("dhcp-range=10.20.0.100,10.20.0.200,12h\n", units=("dnsmasq.service",)),
    ),
    Scenario(
        rule="dhcp-server-onlink", name="the server port is open and nobody could see whose", certainty=S,
        subject="dhcp-01",
        network=dhcp("", units=("dnsmasq.service",), sockets=(("udp", "*", 67, ""),)),
    ),
    Scenario(
        rule="dhcp-server-onlink", name="libvirt's dnsmasq on a private bridge",
        network=dhcp(
            "dhcp-range=192.168.122.2,192.168.122.254\n",
            units=("dnsmasq.service",),
            sockets=(("udp", "0.0.0.0%virbr0", 67, "dnsmasq"),),
        ),
    ),
    Scenario(
        rule="dhcp-server-onlink", name="dnsmasq that only answers names",
        network=dhcp("server=10.1.10.53\n", units=("dnsmasq.service",)),
    ),
    Scenario(
        rule="bridged-vms", name="taps beside a tagged uplink", certainty=D, subject="gnt-01",
        network=network(
            hypervisor(("br140", "bridge", None), ("tap0", "tap", "br140"), ("tap1", "tap", "br140")),
            switches=(switch("leaf-r1", ports=(port("Ethernet1", tagged=(110, 140)),)),),
            segments=(segment(140),),
        ),
    ),
    Scenario(
        rule="bridged-vms", name="a private bridge without an uplink",
        network=network(hypervisor(("virbr0", "bridge", None), ("vnet0", "tap", "virbr0"))),
    ),
    Scenario(
        rule="bridged-vms", name="a bridge with an uplink and no guest",
        network=network(hypervisor(("br140", "bridge", None))),
    ),
    Scenario(
        rule="metallb-l2", name="an L2Advertisement", certainty=D, subject="k8s-01+k8s-02",
        network=network(k8s(1, objects=OBJECTS), k8s(2), segments=(segment(150),)),
    ),
    Scenario(
        rule="metallb-l2", name="pools only, announced by BGP",
        network=network(
            k8s(1, objects=OBJECTS.replace(L2, L2.replace("L2Adv", "BGPAdv"))), segments=(segment(150),)
        ),
    ),
    Scenario(
        rule="fortigate-fgcp", name="one virtual MAC in two VLANs", certainty=D, subject="00:09:0f:09:03:02",
        network=appliance("00:09:0f:09:03:02"),
    ),
    Scenario(
        rule="fortigate-fgcp", name="a FortiGate's own address", network=appliance("00:09:0f:aa:03:02"),
    ),
    Scenario(
        rule="paloalto-ha", name="one virtual MAC in two VLANs", certainty=D, subject="00:1b:17:00:01:05",
        network=appliance("00:1b:17:00:01:05"),
    ),
    Scenario(rule="paloalto-ha", name="a firewall's own address", network=appliance("00:1b:17:4a:01:05")),
    Scenario(
        rule="srx-cluster", name="a reth address", certainty=D, subject="00:10:db:ff:10:00",
        network=appliance("00:10:db:ff:10:00"),
    ),
    Scenario(rule="srx-cluster", name="a single SRX", network=appliance("00:10:db:12:10:00")),
    Scenario(
        rule="checkpoint-clusterxl", name="a CCP source address", certainty=D, subject="00:00:00:00:fe:01",
        network=appliance("00:00:00:00:fe:01"),
    ),
    Scenario(rule="checkpoint-clusterxl", name="a null-like address", network=appliance("00:00:00:00:fa:01")),
    Scenario(
        rule="firewall-others", name="a VRRP MAC on a port nobody knows", certainty=S,
        subject="00:00:5e:00:01:33", network=appliance("00:00:5e:00:01:33"),
    ),
    Scenario(
        rule="firewall-others", name="keepalived on the port explains the VRRP MAC",
        network=network(lb(1, VRRP), stations=(VRRP_ON_PORT,)),
    ),
    Scenario(
        rule="firewall-others", name="the VRRP MAC is a gateway's",
        network=appliance("00:00:5e:00:01:33", StationKind.GATEWAY),
    ),
    Scenario(
        rule="bmc-shared-lom", name="a controller on the host's port", certainty=D, subject="web-04",
        network=bmc(StationKind.BMC),
    ),
    Scenario(rule="bmc-shared-lom", name="the second MAC is a guest's", network=bmc(StationKind.GUEST)),
    Scenario(
        rule="overlapping-subnets", name="one prefix in two VRFs", certainty=D, subject="vlan110+vlan666",
        network=overlap("CUST"),
    ),
    Scenario(
        rule="overlapping-subnets", name="one prefix twice in the default VRF", certainty=D,
        subject="vlan110+vlan666", network=overlap("default"),
    ),
    Scenario(
        rule="overlapping-subnets", name="neighbouring prefixes in two VRFs",
        network=overlap("CUST", prefix="10.1.11.0/24"),
    ),
)  # fmt: skip
