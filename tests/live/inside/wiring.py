"""Wire two switches and two hosts out of namespaces, with real bridges, bonds and spanning tree.

Comes in: nothing; the network is always the same. Goes out: one namespace a machine. Each host has one LACP
bond with a leg to either switch: the switches' bonds show one LACP system, as an MLAG pair's do. What an
MLAG daemon does besides is not there: nobody keeps the pair from sending a frame back that came by the peer
link. Addresses are of the ranges for documentation.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from vlan2l3.rehearse.guest.shell import CommandFailed, bridge, ip, ip_json, run

SWITCHES = ("sw1", "sw2")
HOSTS = ("h1", "h2")
MACHINES = {name: f"192.0.2.{number}" for number, name in enumerate((*SWITCHES, *HOSTS), start=11)}
MANAGEMENT = "192.0.2.1"
VLANS = (10, 20)
LACP = "mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4"
STP = "stp_state 1 forward_delay 200 hello_time 100 max_age 600"  # as fast as the kernel lets it be
GATEWAY_MAC = "00:00:5e:00:01:0a"
COLLECTING_DISTRIBUTING = 0x30  # IEEE 802.1AX, actor and partner state
READY_SECONDS = 60.0

NEIGHBOURS = {"sw1": 5, "sw2": 5, "h1": 2, "h2": 2}
"""How many LLDP neighbours each machine has."""


def build() -> None:
    """Make every namespace, link and address."""
    run("ip", "-batch", "-", stdin="".join(f"netns add {name}\n" for name in MACHINES))
    for name in MACHINES:
        ip(name, "link set lo up")
    _management()
    for number, name in enumerate(SWITCHES, start=1):
        _bridge(name, number)
    for port in ("swp3", "swp49", "swp50"):
        ip("sw1", f"link add {port} type veth peer name {port} netns sw2")
    for number, name in enumerate(HOSTS, start=1):
        _host(name, number)
    for number, name in enumerate(SWITCHES, start=1):
        _ports(name)
        _addresses(name, number)


def _management() -> None:
    lines = ["link add mgmt type bridge", f"addr add {MANAGEMENT}/24 dev mgmt", "link set mgmt up"]
    for name in MACHINES:
        lines.append(f"link add m-{name} type veth peer name eth0 netns {name}")
        lines += [f"link set m-{name} master mgmt", f"link set m-{name} up"]
    run("ip", "-batch", "-", stdin="link set lo up\n" + "\n".join(lines) + "\n")
    for name, address in MACHINES.items():
        ip(name, f"addr add {address}/24 dev eth0", "link set eth0 up")


def _bridge(switch: str, number: int) -> None:
    """Make the bridge, and a bond for each host that shows the pair's LACP system."""
    options = f"vlan_filtering 1 vlan_default_pvid 1 {STP} priority {4096 * number}"
    ip(switch, f"link add bridge address 02:00:00:00:0{number}:00 type bridge {options}")
    for host in range(1, len(HOSTS) + 1):
        ip(switch, f"link add host{host} type bond {LACP} ad_actor_system 44:38:39:ff:00:0{host}")
    ip(switch, f"link add peerlink type bond {LACP}")


def _host(host: str, number: int) -> None:
    """Make a host's bond, a leg to each switch, and its addresses."""
    lines = [f"link add bond0 type bond {LACP}"]
    for leg, switch in enumerate(SWITCHES, start=1):
        ip(switch, f"link add swp{number} type veth peer name eth{leg} netns {host}")
        lines += [
            f"link set eth{leg} address 02:00:00:00:1{number}:0{leg}",
            f"link set eth{leg} master bond0",
        ]
    lines += [
        "link set bond0 up",
        "link add link bond0 name bond0.20 type vlan id 20",
        "link set bond0.20 up",
    ]
    lines += [
        f"addr add 198.51.100.{10 + number}/25 dev bond0",
        f"addr add 2001:db8:10::{10 + number}/64 dev bond0 nodad",
        f"addr add 198.51.100.{138 + number}/25 dev bond0.20",
        "route add default via 198.51.100.1 dev bond0",
    ]
    ip(host, *lines)


def _ports(switch: str) -> None:
    bonds = {"host1": ("swp1",), "host2": ("swp2",), "peerlink": ("swp49", "swp50")}
    lines = [f"link set {port} master {bond}" for bond, ports in bonds.items() for port in ports]
    for port in (*bonds, "swp3"):
        lines += [f"link set {port} master bridge", f"link set {port} up"]
    ip(switch, *lines, "link set bridge up")
    tagged = [f"vlan add dev {port} vid {vlan}" for port in ("peerlink", "swp3") for vlan in VLANS]
    tagged += [f"vlan add dev bridge vid {vlan} self" for vlan in VLANS]
    hosts = [
        f"vlan {line}"
        for bond in ("host1", "host2")
        for line in (
            f"del dev {bond} vid 1",
            f"add dev {bond} vid 10 pvid untagged",
            f"add dev {bond} vid 20",
        )
    ]
    bridge(switch, *tagged, *hosts)


def _addresses(switch: str, number: int) -> None:
    """Give a switch an address in each VLAN, and in VLAN 10 the pair's common gateway."""
    lines = [f"link add link bridge name vlan{vlan} type vlan id {vlan}" for vlan in VLANS]
    lines += [f"link set vlan{vlan} up" for vlan in VLANS]
    lines += [
        f"addr add 198.51.100.{1 + number}/25 dev vlan10",
        f"addr add 2001:db8:10::{1 + number}/64 dev vlan10 nodad",
        f"addr add 198.51.100.{129 + number}/25 dev vlan20",
        f"link add link vlan10 name vlan10-v0 address {GATEWAY_MAC} type macvlan mode private",
        "addr add 198.51.100.1/32 dev vlan10-v0",
        "link set vlan10-v0 up",
    ]
    ip(switch, *lines)


def lacp_is_settled() -> bool:
    """Tell whether both legs of either host, and both links between the switches, are in use."""
    return all(_in_use(name, "bond0") for name in HOSTS) and all(_in_use(s, "peerlink") for s in SWITCHES)


def _in_use(namespace: str, bond: str) -> bool:
    members = [
        link["linkinfo"]["info_slave_data"]
        for link in ip_json(namespace, "-d", "link", "show", "master", bond)
    ]
    return (
        len(members) == len(SWITCHES)
        and len({member["ad_aggregator_id"] for member in members}) == 1
        and all(
            int(member.get(f"ad_{side}_oper_port_state", 0)) & COLLECTING_DISTRIBUTING
            == COLLECTING_DISTRIBUTING
            for member in members
            for side in ("actor", "partner")
        )
    )


def spanning_tree_is_settled() -> bool:
    """Tell whether every port forwards but the one that has to block, of the second link between the pair."""
    states = {
        (switch, link["ifname"]): link["linkinfo"]["info_slave_data"]["state"]
        for switch in SWITCHES
        for link in ip_json(switch, "-d", "link", "show", "master", "bridge")
    }
    blocking = {port for port, state in states.items() if state == "blocking"}
    return len(blocking) == 1 and {*states.values()} == {"blocking", "forwarding"}


def hosts_are_known() -> bool:
    """Make the machines of VLAN 10 talk to each other, and tell whether they know each other's addresses."""
    others = {"h1": "198.51.100.12", "h2": "198.51.100.2", "sw1": "198.51.100.11", "sw2": "198.51.100.12"}
    for name, address in others.items():
        talk = f"exec 2>/dev/null; echo >/dev/udp/{address}/9 || true"
        run("ip", "netns", "exec", name, "bash", "-c", talk)
    return all(
        any("lladdr" in entry for entry in ip_json(name, "neigh", "show", address))
        for name, address in others.items()
    )


def wait(condition: Callable[[], bool]) -> float:
    """Wait for a condition and give the seconds it took.

    Raises:
        CommandFailed: when it isn't met in time.
    """
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > READY_SECONDS:
            raise CommandFailed(f"waited {READY_SECONDS:g} s in vain: {condition.__name__}")
        time.sleep(0.2)
    return time.monotonic() - begun
