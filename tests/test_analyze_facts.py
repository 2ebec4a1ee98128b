"""Hold the catalogue against the test vectors of the facts it was written from, where those are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from analyze_builders import address, file_text, host, network, segment
from conftest import ROOT

from vlan2l3.analyze import load_catalogue
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.matching import match

FACTS = ROOT.parent / "shared" / "facts" / "l2bound.yaml"
DATA: dict[str, Any] = yaml.safe_load(FACTS.read_text()) if FACTS.is_file() else {}
VECTORS: list[dict[str, Any]] = DATA.get("test_vectors", [])
CATALOGUE = load_catalogue()

pytestmark = pytest.mark.skipif(not DATA, reason="the facts are not on this machine: ../shared/facts")

COROSYNC = "/etc/corosync/corosync.conf"
KEEPALIVED = "/etc/keepalived/keepalived.conf"
# Where the text of a vector stands in a capture; what a vector leaves out around it is put there.
STANDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "corosync-udp-multicast": (COROSYNC, str),
    "corosync-unicast": (COROSYNC, str),
    "veritas-llt-ethernet": ("/etc/llttab", str),
    "keepalived-multicast": (KEEPALIVED, str),
    "keepalived-unicast": (KEEPALIVED, str),
    "l3-dual-master": (KEEPALIVED, str),
    "lvs-dr": (KEEPALIVED, lambda text: f"virtual_server 10.1.10.80 80 {{\n{text}}}\n"),
    "vip-manager": ("/etc/default/vip-manager.yml", lambda text: f"ip: 10.1.10.80\ninterface: eth0\n{text}"),
    "flannel-host-gw": (
        "kubectl get configmap kube-flannel-cfg -n kube-flannel -o json",
        lambda text: kubectl(
            "ConfigMap", "kube-flannel-cfg", data={"net-conf.json": f'{{"Backend": {text}}}'}
        ),
    ),
    "calico-l2-mesh": (
        "kubectl get ippools.crd.projectcalico.org -A -o json",
        lambda text: kubectl(
            "IPPool",
            "pool",
            apiVersion="crd.projectcalico.org/v1",
            spec={"cidr": "10.244.0.0/16", **dict(yaml.safe_load(text.replace("\n ", "\n")))},
        ),
    ),
    "dhcp-server-onlink": (
        "/etc/kea/kea-dhcp4.conf",
        lambda text: '{"Dhcp4": {"interfaces-config": {' + text + "}}}\n",
    ),
    "vxlan-multicast": ("/etc/network/interfaces", lambda text: f"  up ip link add vx type {text}\n"),
}


def kubectl(kind: str, name: str, **more: object) -> str:
    """Write one object as `kubectl get … -o json` prints a list of one."""
    item = {"kind": kind, "metadata": {"name": name, "uid": f"uid-{name}"}, **more}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [item]}, indent=4)


def matched(rule_id: str, path: str, text: str) -> set[str]:
    """Give the weights with which a rule's evidence finds something in a file of a host."""
    rule = CATALOGUE.rule(rule_id)
    assert rule is not None, f"{rule_id}: no such rule"
    one = host("app-01", addresses=(address("app-01", "10.1.10.11/24", "vlan10"),), files={path: text})
    lookup = Lookup(network(one, segments=(segment(10, "10.1.10.0/24"),)))
    place = file_text("app-01", path, text).source.file
    return {
        matcher.weight
        for matcher in rule.evidence
        if matcher.role == "member"
        for seen in match(matcher, lookup)
        if seen.source.file == place
    }


@pytest.mark.parametrize("vector", [v for v in VECTORS if "entry" in v], ids=str)
def test_vector_of_an_entry_holds(vector: dict[str, Any]) -> None:
    """What the facts expect of a text, the rule's own evidence says of the file it would stand in."""
    path, around = STANDS[vector["entry"]]
    weights = matched(vector["entry"], path, around(vector["text"]))
    assert bool(weights - {"weak"}) if vector["expect"] else not weights


# Of entries whose vectors all expect nothing: a text in the same place in which the rule does find something.
CONTROLS = {
    "keepalived-multicast": "vrrp_instance V {\n virtual_router_id 5\n}\n",
    "lvs-dr": " lvs_method DR\n",
    "vip-manager": "manager-type: basic\n",
    "flannel-host-gw": '{"Type": "host-gw"}',
    "calico-l2-mesh": "ipipMode: Never\n vxlanMode: Never",
    "dhcp-server-onlink": '"interfaces": ["eth0"]',
    "vxlan-multicast": "vxlan id 42 group 239.1.1.1 dev eth0",
}


def test_every_vector_has_a_counterpart_that_is_found() -> None:
    """A text put where no rule looks would hold every expectation of nothing."""
    expecting = {vector["entry"] for vector in VECTORS if vector.get("expect") is True}
    assert set(CONTROLS) == {vector["entry"] for vector in VECTORS if "entry" in vector} - expecting
    for entry, text in CONTROLS.items():
        path, around = STANDS[entry]
        assert matched(entry, path, around(text)) - {"weak"}, entry


# The facts' names for what our registry names otherwise.
NAMES = {
    "MS NLB unicast as seen in switch": "perhaps a host of a Microsoft NLB cluster, unicast",
    "Fortinet FGCP group-id 256": "Fortinet FGCP, group 256-1023",
    None: "",
}


@pytest.mark.parametrize("vector", [v for v in VECTORS if "table" in v], ids=str)
def test_vector_of_a_table_holds(vector: dict[str, Any]) -> None:
    """The registry names an address as the facts do."""
    assert CATALOGUE.registry.known_as("macs", vector["mac"]) == NAMES[vector["expect"]]


def test_registry_knows_every_group_and_ethertype_of_the_facts() -> None:
    """Nothing of the facts' tables is left out, and what ends at the port is told from what is bound."""
    registry = CATALOGUE.registry
    groups = [row["g"] for row in DATA["multicast_groups"]]
    assert [g for g in groups if g not in {known.group for known in registry.groups}] == []
    tables = DATA["ethertypes"]
    ours = {known.ethertype: known.at_port for known in registry.ethertypes}
    theirs = {**dict.fromkeys(tables["l2_bound"], False), **dict.fromkeys(tables["link_local_benign"], True)}
    assert {k: v for k, v in theirs.items() if k.startswith("0x")}.items() <= ours.items()
    confirmed = {known.group for known in registry.groups if not known.from_memory}
    assert confirmed == {row["g"] for row in DATA["multicast_groups"] if "M" not in row["src"]}


# Kinds of evidence of the facts that our rule of that entry does not look at, and why.
UNUSED = {
    ("transparent-device", "derived", "same_prefix_in_two_vlans"): "it is overlapping-subnets; the MACs tell",
    (
        "transparent-device",
        "derived",
        "mac_moves",
    ): "vlans_bridged looks across segments, where a bridge shows",
    ("l2-dsr-hardware-lb", "derived", "vip_on_uplink"): "the address is on a loopback: vip_behind_balancer",
    (
        "netscaler-ha",
        "derived",
        "one_mac_many_ips",
    ): "netscaler_many_ips, so that a nameless one is found once",
    ("f5-ha", "derived", "one_mac_many_ips"): "bigip_many_ips, so that a nameless one is found once",
    ("firewall-others", "derived", "arp_to_multicast_mac"): "pacemaker-ipaddr2-clone shows it already",
    ("wsfc-single-subnet", "host.socket", ""): "nobody reads the sockets of Windows",
    ("wsfc-single-subnet", "derived", "one_ip_two_macs"): "pacemaker-ipaddr2 shows it already",
    ("wsfc-single-subnet", "windows", ""): "derived functions read what the cmdlets print",
    ("ms-nlb", "windows", ""): "a derived function reads what the cmdlet prints",
    ("ms-nlb", "switch.arp", ""): "nlb_in_arp, which joins it with the hosts' own MACs",
    ("ms-nlb", "switch.mac", ""): "nlb_unicast_mac, which compares the address in the MAC",
    ("wake-on-lan", "switch.config", ""): "directed_broadcast, which tells the segment",
    (
        "bmc-shared-lom",
        "derived",
        "many_macs_on_access_port",
    ): "stranger_beside_a_host: guests are bridged-vms",
    ("bmc-shared-lom", "host.file", ""): "bmc_on_port: every server with a controller prints that line",
    (
        "bond-lacp-mlag",
        "host.file",
        "",
    ): "bond_of_host: the parser knows the modes, and one finding is for all",
    ("bond-lacp-mlag", "switch.config", ""): "lag_of_unread: the line is in every MLAG leaf's configuration",
    (
        "proxy-arp-host",
        "derived",
        "one_mac_many_ips",
    ): "proxy_arp_answers of hosts, firewall-others of strangers",
    ("proxy-arp-host", "host.sysctl", ""): "proxy_arp_on_uplink: a guest's interface has it set on purpose",
    ("silent-host", "switch.config", ""): "written_and_unheard, which leaves out who was heard",
    (
        "evpn-arp-suppression",
        "switch.config",
        "",
    ): "arp_suppression: `suppress-arp disable` has the words, too",
    ("non-ip-protocol", "host.socket", ""): "host.ethertype tells which protocol the socket is for",
}
OURS = {
    "l2-dsr-hardware-lb", "fortigate-fgcp", "paloalto-ha", "srx-cluster", "checkpoint-clusterxl", "cisco-asa",
    "netscaler-ha", "f5-ha", "firewall-others", "transparent-device", "ms-nlb", "wsfc-single-subnet",
    "non-ip-protocol", "link-local-frames",
    "wake-on-lan", "bmc-shared-lom", "bond-lacp-mlag", "non-bgp-host", "proxy-arp-host", "silent-host",
    "evpn-arp-suppression",
}  # fmt: skip


def test_every_kind_of_evidence_of_the_facts_is_used_or_left_out_with_a_reason() -> None:
    """No entry of these families loses a proof by oversight, and no reason is a leftover."""
    entries = [entry for entry in DATA["entries"] if entry["id"] in OURS]
    assert {entry["id"] for entry in entries} == OURS
    missing = set()
    for entry in entries:
        rule = CATALOGUE.rule(entry["id"])
        assert rule is not None
        have = {matcher.identity for matcher in rule.evidence}
        for matcher in entry["evidence"]:
            source, function = matcher["src"], matcher.get("fn", "")
            if (f"derived.{function}" if source == "derived" else source) not in have:
                missing.add((entry["id"], source, function))
    assert missing == set(UNUSED)
