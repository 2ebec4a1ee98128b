"""Give the machines the scenarios of `analyze` are made of: cluster nodes, load balancers, appliances."""

from __future__ import annotations

from typing import Any

from analyze_builders import address, host, interface, network, port, ref, segment, station, svi, switch

from vlan2l3.network.model import Host, HostAddress, Network, StationKind

COROSYNC = "/etc/corosync/corosync.conf"
KEEPALIVED = "/etc/keepalived/keepalived.conf"
PACKAGE_2, PACKAGE_3 = {"corosync": "2.4.5-1"}, {"corosync": "3.1.7-1+deb12u1"}
RUNNING = ("corosync.service", "pacemaker.service")

TWO_NODES = """
nodelist {
  node {
    ring0_addr: 10.1.20.31
    nodeid: 1
  }
  node {
    ring0_addr: 10.1.20.32
    nodeid: 2
  }
}
"""
MULTICAST = "totem {\n  version: 2\n  cluster_name: pg\n  transport: udp\n}\n" + TWO_NODES
KNET = MULTICAST.replace("transport: udp", "transport: knet")
NO_TRANSPORT = MULTICAST.replace("  transport: udp\n", "")

VRRP = """! made for a test
vrrp_instance VI_WEB {
  state MASTER
  interface bond0
  virtual_router_id 51
  virtual_ipaddress {
    10.1.10.50/24 dev bond0
  }
}
"""
VRRP_UNICAST = VRRP.replace(
    "  virtual_ipaddress {", "  unicast_peer {\n    10.1.10.42\n  }\n  virtual_ipaddress {"
)

KUBECTL = "kubectl get ipaddresspools.metallb.io,l2advertisements.metallb.io -A -o json"
POOL = (
    '{\n"kind": "IPAddressPool",\n"metadata": {"name": "web"},\n"spec": {"addresses": ["10.1.50.200/29"]}\n}'
)
L2 = '{\n"kind": "L2Advertisement",\n"metadata": {"name": "l2"},\n"spec": {"ipAddressPools": ["web"]}\n}'
OBJECTS = f'{{"kind": "List", "items": [\n{POOL},\n{L2}\n]}}\n'


def pcs(number: int, text: str, **more: Any) -> Host:
    """Give a node of the two-node cluster, on the leaf of its number."""
    name = f"pcs-0{number}"
    return host(
        name,
        leaf=f"leaf-r{number}",
        addresses=(address(name, f"10.1.20.3{number}/24", "vlan120"), *more.pop("extra", ())),
        files={COROSYNC: text},
        **{"units": RUNNING, "packages": PACKAGE_2, **more},
    )


def lb(number: int, text: str, **more: Any) -> Host:
    """Give a load balancer with a keepalived file, on the leaf of its number."""
    name = f"lb-0{number}"
    return host(
        name,
        leaf=f"leaf-r{number}",
        addresses=(address(name, f"10.1.10.4{number}/24", "vlan110"),),
        files={KEEPALIVED: text},
        **{"units": ("keepalived.service",), **more},
    )


def hypervisor(*interfaces: tuple[str, str, str | None]) -> Host:
    """Give a node with a bond, a tagged sub-interface and more interfaces."""
    own = [
        interface("gnt-01", "bond0", "bond"),
        interface("gnt-01", "bond0.140", "vlan", master="br140", vlan=140),
    ]
    own += [interface("gnt-01", name, sort, master=master) for name, sort, master in interfaces]
    return host("gnt-01", addresses=(address("gnt-01", "10.1.10.61/24", "vlan110"),), interfaces=tuple(own))


def ganeti(master: HostAddress) -> Host:
    """Give the master of a Ganeti cluster with its own address and one more."""
    return host(
        "gnt-01",
        addresses=(address("gnt-01", "10.1.10.61/24", "vlan110"), master),
        units=("ganeti-luxid.service", "ganeti-noded.service", "ganeti-wconfd.service"),
    )


def appliance(mac: str, kind: StationKind = StationKind.VIRTUAL) -> Network:
    """Give a network that knows one MAC of a machine on a trunk, and nothing of the port beside it."""
    ports = tuple(port(f"Ethernet{n}", tagged=(110, 120)) for n in (7, 8))
    at = (ref("leaf-r1", "Ethernet7"),)
    return network(
        switches=(switch("leaf-r1", ports=ports),),
        stations=tuple(station(mac, vlan, kind, at=at, addresses=("10.1.10.9",)) for vlan in (110, 120)),
    )


def dhcp(
    text: str, *, units: tuple[str, ...], sockets: tuple[tuple[str, str, int, str], ...] = ()
) -> Network:
    """Give a server with a dnsmasq file in VLAN 20 and a client there."""
    server = host(
        "dhcp-01",
        addresses=(address("dhcp-01", "10.20.0.5/24", "vlan20"),),
        files={"/etc/dnsmasq.d/lan.conf": text},
        units=units,
        sockets=sockets,
    )
    client = host(
        "pxe-01",
        leaf="leaf-r2",
        addresses=(address("pxe-01", "10.20.0.101/24", "vlan20", static=False),),
        files={"/etc/network/interfaces": "auto bond0\niface bond0 inet dhcp\n"},
    )
    return network(server, client, segments=(segment(20),))


def overlap(vrf: str, *, prefix: str = "10.1.10.0/24") -> Network:
    """Give two VLANs, each with an SVI, and one host in each."""
    first = str(prefix).replace(".0/", ".2/")
    svis = (svi("leaf-r1", 110, "10.1.10.2/24"), svi("leaf-r1", 666, first, vrf=vrf))
    return network(
        host("web-01", addresses=(address("web-01", "10.1.10.11/24", "vlan110"),)),
        host("cust-01", "Ethernet2", addresses=(address("cust-01", "10.1.10.77/24", "vlan666"),)),
        switches=(switch("leaf-r1", svis=svis, config="vrf instance CUST\nvrf instance MGMT\n"),),
        segments=(segment(110, "10.1.10.0/24"), segment(666, prefix)),
    )


BLADE = host("web-04", addresses=(address("web-04", "10.1.10.14/24", "vlan110"),))
K8S_UNITS = ("kubelet.service",)


def k8s(number: int, **files: str) -> Host:
    """Give a Kubernetes node in VLAN 150."""
    name = f"k8s-0{number}"
    return host(
        name,
        leaf=f"leaf-r{number}",
        addresses=(address(name, f"10.1.50.1{number}/24", "vlan150"),),
        files={KUBECTL: files["objects"]} if files else None,
        units=K8S_UNITS,
    )


def bmc(kind: StationKind) -> Network:
    """Give a second MAC on a host's port."""
    at = (ref("leaf-r1", "Ethernet1"),)
    return network(BLADE, stations=(station("02:00:00:00:04:02", 110, kind, at=at, owner="web-04"),))
