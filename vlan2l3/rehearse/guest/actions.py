"""Do what a step does: the plan's own script on the host, or the Linux counterpart of a switch's change.

Comes in: an action or a wait of the job. Goes out: what the command said; a failure is `CommandFailed`. A
switch's own text can't run here, so its changes are typed, and each moves the same cable end a switch would.
"""

from __future__ import annotations

import time
from typing import Any

from vlan2l3.rehearse.guest import frr, machine, network
from vlan2l3.rehearse.guest.shell import CommandFailed, ip, ip_json, sysctl

WAITS = ("lacp-settled", "bgp-established", "prefix-at-gateway", "host-default")
COLLECTING_DISTRIBUTING = 0x30  # IEEE 802.1AX, actor and partner state

Record = dict[str, Any]


def act(job: Record, holder: int, action: Record) -> str:
    """Do one action; `holder` is the process that holds the host's namespaces."""
    kind = action["kind"]
    if kind in WAITS:
        wait(job, action)
        return ""
    if kind == "script":
        return machine.execute(holder, action["line"])
    if kind in ("port-down", "port-up", "port-routed", "port-bridged"):
        number = network.leg_number(job, action["leaf"], action["port"])
        return _on_port(job, number, action)
    if kind == "proxy-arp":
        sysctl("gateway", f"net.ipv4.conf.vlan{action['vlan']}.proxy_arp={int(action['on'])}")
    elif kind == "proxy-nd":
        sysctl("gateway", f"net.ipv6.conf.vlan{action['vlan']}.proxy_ndp=1")
        verb = "add" if action["on"] else "del"
        ip("gateway", f"neigh {verb} proxy {action['address']} dev vlan{action['vlan']}")
    elif kind == "neighbour-route":
        verb = "replace" if action["on"] else "del"
        name = network.view_namespace(job, action["viewpoint"])
        ip(name, f"route {verb} {action['prefix']} via {action['via']} dev eth0")
    elif kind == "prefixes-withheld":
        frr.withhold(network.leaf_namespace(job, action["leaf"]), action["prefixes"], on=action["on"])
    else:
        raise CommandFailed(f"the guest doesn't know the action {kind}")
    return ""


def _on_port(job: Record, number: int, action: Record) -> str:
    port, leaf = f"leg{number}", network.leaf_namespace(job, action["leaf"])
    asn = next(router["asn"] for router in job["leafs"] if router["name"] == action["leaf"])
    if action["kind"] in ("port-down", "port-up"):
        state = action["kind"].removeprefix("port-")
        ip(_plane_of(port, leaf), f"link set {port} {state}")
    elif action["kind"] == "port-routed":
        ip("plane", f"link set {port} nomaster", f"link set {port} netns {leaf}")
        ip(leaf, f"link set {port} up")
        frr.listen_for_host(leaf, asn, port, action)
    else:
        frr.forget_host(leaf, asn, port)
        ip(leaf, f"link set {port} down", f"link set {port} netns plane")
        network.bridge_leg(job, number)
    return ""


def _plane_of(port: str, leaf: str) -> str:
    return leaf if any(link["ifname"] == port for link in ip_json(leaf, "link", "show")) else "plane"


def wait(job: Record, condition: Record) -> float:
    """Wait for a condition and give the seconds it took.

    Raises:
        CommandFailed: when its time is over.
    """
    start = time.monotonic()
    while not _holds(job, condition):
        if time.monotonic() - start > condition["timeout_seconds"]:
            raise CommandFailed(f"waited {condition['timeout_seconds']:g} s in vain for {condition}")
        time.sleep(0.2)
    return time.monotonic() - start


def _holds(job: Record, condition: Record) -> bool:
    kind = condition["kind"]
    if kind == "lacp-settled":
        return _lacp_settled("host", job["host"]["bond"]["name"]) and _lacp_settled("plane", "po1")
    if kind == "bgp-established":
        number = network.leg_number(job, condition["leaf"], condition["port"])
        return frr.established(network.leaf_namespace(job, condition["leaf"]), f"leg{number}")
    if kind == "prefix-at-gateway":
        return network.at_gateway(condition["prefix"]) is bool(condition["present"])
    if kind == "host-default":
        routes = ip_json(
            "host", f"-{condition['family']}", "route", "show", "default", "proto", condition["protocol"]
        )
        next_hops: int = sum(len(route.get("nexthops", [None])) for route in routes)
        return next_hops == int(condition["next_hops"])
    raise CommandFailed(f"the guest doesn't know the condition {kind}")


def _lacp_settled(namespace: str, bond: str) -> bool:
    members = [
        link["linkinfo"]["info_slave_data"]
        for link in ip_json(namespace, "-d", "link", "show", "master", bond)
        if "LOWER_UP" in link["flags"]
    ]
    return bool(members) and all(
        int(member.get(side, 0)) & COLLECTING_DISTRIBUTING == COLLECTING_DISTRIBUTING
        for member in members
        for side in ("ad_actor_oper_port_state", "ad_partner_oper_port_state")
    )
