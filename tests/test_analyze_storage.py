"""Hold the rules on storage to what commands of arrays, clusters and switches print."""

from __future__ import annotations

from dataclasses import replace

import pytest
from analyze_builders import address, file_text, found, host, network, one, segment, switch

from vlan2l3.network.model import Host, Switch

VLAN120 = segment(120, "10.1.20.0/24")
PORTALS = "esxcli iscsi networkportal list"
CES = "mmces address list"

LISTED = """Address         Node      Group    Attribute
-------------------------------------------------
10.1.20.90      nas-01    none     none
10.1.20.91      nas-02    none     none
"""
RESOURCE = """resource r0 {
  on db-01 { address 10.1.20.11:7788; }
  on db-02 { address ipv4 10.1.20.12:7788; }
}
"""


def counting(text: str) -> Switch:
    """Give a leaf whose MAC access list counts."""
    kept = file_text("leaf-r1", "show mac access-lists", text)
    return replace(switch("leaf-r1"), texts=(kept,))


def node(name: str, number: int, **more: dict[str, str]) -> Host:
    """Give a host in VLAN 120."""
    return host(name, addresses=(address(name, f"10.1.20.{number}/24", "vlan120"),), files=more["files"])


@pytest.mark.parametrize(
    ("ethertype", "rule"), [("0x8906", "fcoe"), ("0x8914", "fcoe"), ("0x88a2", "aoe"), ("0x8915", "rocev1")]
)
@pytest.mark.parametrize(("counted", "fires"), [("[match=37]", True), ("[match=0]", False)])
def test_frames_that_were_counted_decide(ethertype: str, rule: str, counted: str, fires: bool) -> None:  # noqa: FBT001
    """A counter that stands at zero proves nothing, one that does not is a workload somewhere behind it."""
    net = network(
        switches=(counting(f"MAC access list A\n        10 permit any any {ethertype} {counted}\n"),)
    )
    findings = found(net)
    assert ((rule, "leaf-r1") in findings) is fires
    assert all(finding.certainty == "decisive" for finding in findings.values())


def test_bound_ports_of_one_segment_are_one_finding() -> None:
    """Each host lists its own ports; which segment they are in is told by the prefix."""
    answers = {
        name: f"vmhba64\n   Adapter: vmhba64\n   Vmknic: vmk1\n   MAC Address: 00:50:56:00:00:0{number}\n"
        f"   IPv4: 10.1.20.6{number}\n   IPv4 Subnet Mask: 255.255.255.0\n"
        for number, name in enumerate(("esx-01", "esx-02"))
    }
    hosts = [host(name, files={PORTALS: text}) for name, text in answers.items()]
    finding = one(network(*hosts, segments=(VLAN120,)), "iscsi-port-binding")
    assert (finding.subject, finding.segments) == ("esx-01+esx-02", ("vlan120",))
    assert "esx-01 vmk1, esx-02 vmk1" in finding.meaning
    assert {evidence.excerpt for evidence in finding.evidence} == {"Vmknic: vmk1"}


def test_adapter_without_a_bound_port_is_none() -> None:
    """The answer names no VMkernel port where none is bound."""
    assert found(network(host("esx-01", files={PORTALS: "\n"}))) == {}


def test_protocol_addresses_name_their_nodes() -> None:
    """One node's list is enough to know every node that holds an address."""
    hosts = (node("nas-01", 11, files={CES: LISTED}), node("nas-02", 12, files={}))
    finding = one(network(*hosts, segments=(VLAN120,)), "gpfs-ces")
    assert (finding.subject, finding.certainty) == ("nas-01+nas-02", "decisive")
    assert finding.segments == ("vlan120",)
    assert "10.1.20.90 10.1.20.91" in finding.meaning


def test_resource_joins_its_hosts() -> None:
    """Both hosts hold the same file, and so does the finding both names."""
    hosts = [node(f"db-0{n}", 10 + n, files={"/etc/drbd.d/r0.res": RESOURCE}) for n in (1, 2)]
    finding = one(network(*hosts, segments=(VLAN120,)), "drbd")
    assert (finding.subject, finding.certainty) == ("db-01+db-02", "suspected")
    assert "10.1.20.11, 10.1.20.12" in finding.meaning


@pytest.mark.parametrize(
    ("modules", "fires"),
    [("aoe 53248 2 - Live 0x0\n", True), ("aoe 53248 0 - Live 0x0\n", False), ("nvme_aoe 1 2 -\n", False)],
)
def test_module_counts_when_it_is_used(modules: str, fires: bool) -> None:  # noqa: FBT001
    """A module that is loaded and not used moves no disk."""
    files = {
        "/proc/modules": modules,
        "/proc/net/ptype": "Type Device      Function\n88a2          aoenet_rcv\n",
    }
    findings = found(network(node("db-01", 11, files=files)))
    assert (("aoe", "db-01") in findings) is fires


def test_hosts_of_a_segment_are_one_finding() -> None:
    """Forty initiators of one segment are one decision."""
    hosts = [
        replace(
            host(
                f"db-{n:02}",
                addresses=(address(f"db-{n:02}", f"10.1.20.{n}/24", "vlan120"),),
                units=("fcoe.service",),
            )
        )
        for n in range(1, 41)
    ]
    assert len(one(network(*hosts), "fcoe").hosts) == 40
