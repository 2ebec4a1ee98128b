"""Build one host's network out of namespaces, as it stands before the first step.

Comes in: the job. Goes out: namespaces `plane` (the leaf pair as one VLAN-aware bridge), `gateway`, `leaf0`
and `leaf1`, `host`, `view0`…, wired and addressed. The pair's MLAG is one bond on the bridge, so its members'
real counterpart, two switches that agree by their peer link, is not what is rehearsed here.
"""

from __future__ import annotations

import time
from ipaddress import ip_interface
from typing import Any

from vlan2l3.rehearse.guest import frr
from vlan2l3.rehearse.guest.shell import bridge, ip, ip_json, run, sysctl

Job = dict[str, Any]

ROUTER = (
    *("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.forwarding=1"),
    *("net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"),
    *("net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.default.send_redirects=0"),
    *("net.ipv4.fib_multipath_hash_policy=1", "net.ipv6.fib_multipath_hash_policy=1"),
)
LINK_LOCAL_ROUTER, LINK_LOCAL_MACHINE = "fe80::1", "fe80::2"


def length(address: str) -> int:
    """Give the prefix length of a lone address of that family."""
    return 128 if ":" in address else 32


def bare(address: str) -> str:
    """Take the prefix length off."""
    return address.partition("/")[0]


def leaf_namespace(job: Job, leaf: str) -> str:
    """Name the namespace in which a leaf routes."""
    return f"leaf{[router['name'] for router in job['leafs']].index(leaf)}"


def leg_number(job: Job, leaf: str, port: str) -> int:
    """Find the host's leg that ends at a leaf's port."""
    return [(leg["leaf"], leg["port"]) for leg in job["host"]["legs"]].index((leaf, port))


def view_namespace(job: Job, viewpoint: str) -> str:
    """Name the namespace of a viewpoint."""
    return f"view{[v['name'] for v in job['viewpoints']].index(viewpoint)}"


def is_lacp(job: Job) -> bool:
    """Tell whether the host's legs are one 802.3ad bond."""
    return bool(job["host"]["bond"]["mode"] == "802.3ad")


def build(job: Job) -> None:
    """Make every namespace and link, start the routers, and leave the host's own file system to `machine`."""
    views = [f"view{n}" for n in range(len(job["viewpoints"]))]
    leafs = [f"leaf{n}" for n in range(len(job["leafs"]))]
    names = ["plane", "gateway", "host", *leafs, *views]
    run("ip", "-batch", "-", stdin="".join(f"netns add {name}\n" for name in names))
    for name in ("gateway", *leafs):
        sysctl(name, *ROUTER)
    for name in names:
        ip(name, "link set lo up")
    _plane(job)
    _fabric(job, leafs)
    _gateway(job)
    for number in range(len(job["viewpoints"])):
        _viewpoint(job, number)
    _host(job)
    _start_routers(job, leafs)


def _plane(job: Job) -> None:
    options = "vlan_filtering 1 vlan_default_pvid 0 stp_state 0 forward_delay 0 mcast_snooping 0"
    lines = [f"link add br0 type bridge {options}", "link set br0 up"]
    if is_lacp(job):
        rate = job["host"]["bond"]["lacp_rate"]
        lines.append(
            f"link add po1 type bond mode 802.3ad miimon 100 xmit_hash_policy layer3+4 lacp_rate {rate}"
        )
        lines += ["link set po1 master br0", "link set po1 up"]
    for number, leg in enumerate(job["host"]["legs"]):
        lines.append(f"link add leg{number} type veth peer name {leg['interface']} netns host")
    lines.append("link add core type veth peer name trunk netns gateway")
    lines += ["link set core master br0", "link set core up"]
    ip("plane", *lines)
    for number in range(len(job["host"]["legs"])):
        bridge_leg(job, number)
    ip("plane", *(f"link set leg{number} up" for number in range(len(job["host"]["legs"]))))
    bridge("plane", *(f"vlan add dev core vid {segment['vlan']}" for segment in job["segments"]))
    if is_lacp(job):
        bridge("plane", *_host_vlans(job, "po1"))


def bridge_leg(job: Job, number: int) -> None:
    """Put a leg's port, which is down, into the VLANs: as a member of the bond, or by itself."""
    ip(
        "plane",
        f"link set leg{number} down",
        f"link set leg{number} master {'po1' if is_lacp(job) else 'br0'}",
    )
    ip("plane", f"link set leg{number} down")  # a bond opens its new member
    if not is_lacp(job):
        bridge("plane", *_host_vlans(job, f"leg{number}"))


def _host_vlans(job: Job, port: str) -> list[str]:
    return [
        f"vlan add dev {port} vid {i['vlan']}" + ("" if i["tagged"] else " pvid untagged")
        for i in job["host"]["interfaces"]
    ]


def _fabric(job: Job, leafs: list[str]) -> None:
    for number, name in enumerate(leafs):
        ip(
            "gateway",
            f"link add fab{number} type veth peer name up0 netns {name}",
            f"link set fab{number} up",
        )
        ip(name, "link set up0 up", *_loopbacks(job["leafs"][number]))
    ip("gateway", *_loopbacks(job["gateway"]))


def _loopbacks(router: dict[str, Any]) -> list[str]:
    return [f"addr add {a}/{length(a)} dev lo" for a in router["loopbacks"]]


def _gateway(job: Job) -> None:
    ip("gateway", "link set trunk up")
    for segment in job["segments"]:
        svi = f"vlan{segment['vlan']}"
        ip(
            "gateway",
            f"link add link trunk name {svi} type vlan id {segment['vlan']}",
            f"link set {svi} address {segment['mac']}",
            f"link set {svi} up",
            *(f"addr add {a} dev {svi}{' nodad' if ':' in a else ''}" for a in segment["gateways"]),
        )
        # A proxied answer is otherwise held back for up to 0.8 s.
        sysctl("gateway", f"net.ipv4.neigh.{svi}.proxy_delay=0", f"net.ipv6.neigh.{svi}.proxy_delay=0")


def _viewpoint(job: Job, number: int) -> None:
    viewpoint, name = job["viewpoints"][number], f"view{number}"
    away = {"unmoved": "plane", "outside": "gateway"}.get(viewpoint["kind"]) or leaf_namespace(
        job, viewpoint["leaf"]
    )
    ip(name, f"link add eth0 type veth peer name {name} netns {away}", "link set eth0 up")
    ip(away, f"link set {name} up")
    if viewpoint["kind"] == "moved":
        _moved_viewpoint(viewpoint, name, away)
        return
    if viewpoint["kind"] == "unmoved":
        ip("plane", f"link set {name} master br0")
        bridge("plane", f"vlan add dev {name} vid {viewpoint['vlan']} pvid untagged")
    else:
        lengths = {":" in a: a.partition("/")[2] for a in viewpoint["addresses"]}
        ip("gateway", *(_address(f"{a}/{lengths[':' in a]}", name) for a in viewpoint["gateways"]))
    ip(name, *(_address(a, "eth0") for a in viewpoint["addresses"]))
    ip(name, *(f"route add default via {gateway} dev eth0" for gateway in viewpoint["gateways"]))


def _address(address: str, device: str) -> str:
    return f"addr add {address} dev {device}{' nodad' if ':' in address else ''}"


def _moved_viewpoint(viewpoint: dict[str, Any], name: str, leaf: str) -> None:
    addresses = [bare(a) for a in viewpoint["addresses"]]
    ip(leaf, f"addr add {LINK_LOCAL_ROUTER}/64 dev {name} nodad")
    ip(
        name,
        f"addr add {LINK_LOCAL_MACHINE}/64 dev eth0 nodad",
        *(_address(f"{a}/{length(a)}", "lo") for a in addresses),
    )
    for address in addresses:
        family = "-6" if ":" in address else "-4"  # without -4 a route via inet6 silently becomes an IPv6 one
        run(
            *("ip", "-n", leaf, family, "route", "add", f"{address}/{length(address)}"),
            *("via", "inet6", LINK_LOCAL_MACHINE, "dev", name),
        )
        run(
            *("ip", "-n", name, family, "route", "add", "default"),
            *("via", "inet6", LINK_LOCAL_ROUTER, "dev", "eth0", "src", address),
        )


def _host(job: Job) -> None:
    host, bond = job["host"], job["host"]["bond"]
    options = f"mode {bond['mode']} miimon {bond['miimon_ms']}"
    if is_lacp(job):
        options += f" xmit_hash_policy {bond['xmit_hash']} lacp_rate {bond['lacp_rate']}"
    lines = [f"link add {bond['name']} type bond {options}"]
    for leg in host["legs"]:
        lines.append(f"link set {leg['interface']} address {leg['mac']}")
        lines.append(f"link set {leg['interface']} master {bond['name']}")
    lines.append(f"link set {bond['name']} up")
    for interface in host["interfaces"]:
        if interface["tagged"]:
            lines.append(
                f"link add link {bond['name']} name {interface['name']} type vlan id {interface['vlan']}"
            )
            lines.append(f"link set {interface['name']} up")
        lines += [_address(a, interface["name"]) for a in interface["addresses"]]
    ip("host", *lines)
    ip("host", *(f"route add default via {d['via']} dev {d['interface']}" for d in host["defaults"]))


def _start_routers(job: Job, leafs: list[str]) -> None:
    covering = [_network(a) for segment in job["segments"] for a in segment["gateways"]]
    behind = [_network(a) for v in job["viewpoints"] if v["kind"] == "outside" for a in v["addresses"]]
    own = [f"{a}/{length(a)}" for a in job["gateway"]["loopbacks"]]
    links = [f"fab{number}" for number in range(len(leafs))]
    networks = sorted({*covering, *behind, *own})
    frr.start("gateway", job["gateway"], fabric=links, networks=networks, core=True)
    for number, name in enumerate(leafs):
        leaf = job["leafs"][number]
        moved = [bare(a) for v in job["viewpoints"] if v["leaf"] == leaf["name"] for a in v["addresses"]]
        own = [f"{a}/{length(a)}" for a in (*leaf["loopbacks"], *moved)]
        frr.start(name, leaf, fabric=["up0"], networks=own, core=False)


def _network(address: str) -> str:
    return str(ip_interface(address).network)


def fabric_is_up(job: Job) -> bool:
    """Tell whether every leaf has a default by BGP, and the gateway all loopbacks and moved machines."""
    for number, leaf in enumerate(job["leafs"]):
        for family in ("-4", "-6"):
            if not ip_json(f"leaf{number}", family, "route", "show", "default", "proto", "bgp"):
                return False
        moved = [bare(a) for v in job["viewpoints"] if v["leaf"] == leaf["name"] for a in v["addresses"]]
        if not all(at_gateway(a) for a in (*leaf["loopbacks"], *moved)):
            return False
    return True


def at_gateway(prefix: str) -> bool:
    """Tell whether the gateway's kernel has exactly this prefix by BGP."""
    family = "-6" if ":" in prefix else "-4"
    return bool(ip_json("gateway", family, "route", "show", "exact", prefix, "proto", "bgp"))


def wait_for_fabric(job: Job, seconds: float = 30.0) -> None:
    """Return when the routed plane is complete.

    Raises:
        TimeoutError: when it isn't after `seconds`.
    """
    end = time.monotonic() + seconds
    while not fabric_is_up(job):
        if time.monotonic() > end:
            raise TimeoutError(f"the leafs had no default by BGP after {seconds:g} s")
        time.sleep(0.2)
