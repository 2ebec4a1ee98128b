"""Hold the analysis of the demo network to what its makers put into it, and to nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.analyze import Finding, analyze, load_catalogue
from vlan2l3.capture import lines, store
from vlan2l3.network.build import build
from vlan2l3.parse.engine import read_capture
from vlan2l3.parse.records import Source

DEMO = Path(__file__).parent.parent / "fixtures" / "demo"

# rule, subject, segments, racks; every one is decisive
EXPECTED = [
    ("bmc-shared-lom", "web-04", ["vlan10"], ["r12"]),
    ("bridged-vms", "gnt-01", ["vlan140"], ["r12"]),
    ("fortigate-fgcp", "00:09:0f:09:03:02", ["vlan110", "vlan120"], ["r11", "r12"]),
    ("overlapping-subnets", "vlan110+vlan666", ["vlan666"], ["r11", "r12", "r13"]),
    (
        "bond-lacp-mlag",
        "bonds",
        ["vlan10", "vlan20", "vlan110", "vlan120", "vlan130", "vlan140", "vlan150"],
        ["r11", "r12", "r13"],
    ),
    ("corosync-udp-multicast", "pcs-01+pcs-02", ["vlan120"], ["r12", "r13"]),
    ("dhcp-server-onlink", "dhcp-01", ["vlan10", "vlan20"], ["r11", "r13"]),
    ("ganeti-master-ip", "gnt-01", ["vlan140"], ["r12"]),
    ("keepalived-multicast", "lb-01+lb-02", ["vlan110"], ["r11", "r12"]),
    ("metallb-l2", "k8s-01+k8s-02", ["vlan150"], ["r12", "r13"]),
    ("onlink-assumption", "vlan10", ["vlan10"], ["r11", "r13"]),
    ("onlink-assumption", "vlan20", ["vlan20"], ["r11", "r13"]),
    ("onlink-assumption", "vlan110", ["vlan110"], ["r11", "r12", "r13"]),
    ("onlink-assumption", "vlan120", ["vlan120"], ["r11", "r12", "r13"]),
    ("onlink-assumption", "vlan130", ["vlan130"], ["r11", "r12"]),
    ("onlink-assumption", "vlan150", ["vlan150"], ["r12", "r13"]),
    ("pacemaker-ipaddr2", "pcs-01+pcs-02", ["vlan120"], ["r12", "r13"]),
    ("pxe-provisioning", "dhcp-01", ["vlan20"], ["r11"]),
    ("token-vs-bgp", "lb-01+lb-02", ["vlan110"], ["r11", "r12"]),
    ("token-vs-bgp", "pcs-01+pcs-02", ["vlan120"], ["r12", "r13"]),
    (
        "fhrp-on-gateway",
        "gateways",
        ["vlan10", "vlan20", "vlan110", "vlan120", "vlan130", "vlan140", "vlan150", "vlan666"],
        ["r11", "r12", "r13"],
    ),
    (
        "stp-blocked-links",
        "links",
        ["vlan10", "vlan20", "vlan110", "vlan120", "vlan130", "vlan140", "vlan150", "vlan666"],
        ["r11", "r12", "r13"],
    ),
]


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    """Analyze the demo network from its capture."""
    capture = store.load(DEMO)
    network, coverage = build(
        read_capture(capture),
        name=capture.manifest.name,
        digest=capture.digest,
        devices=capture.manifest.devices,
    )

    def excerpt(source: Source) -> tuple[int, str]:
        return lines.line_of(capture, source.file, line=source.line, pointer=source.pointer)

    return analyze(network, load_catalogue(), excerpt=excerpt, answers=coverage.answers)


def test_demo_has_exactly_the_findings_that_were_put_into_it(findings: tuple[Finding, ...]) -> None:
    """Each workload of the demo is found once and for sure, and plain machines give nothing at all."""
    found = [(f.rule, f.subject, list(f.segments), list(f.racks)) for f in findings]
    assert found == EXPECTED
    assert {f.certainty.value for f in findings} == {"decisive"}


def test_plain_machines_are_in_no_finding(findings: tuple[Finding, ...]) -> None:
    """A web server or a database with nothing special about it may move."""
    named = {host for finding in findings for host in finding.hosts if not finding.by_plan}
    assert named == {"dhcp-01", "gnt-01", "k8s-01", "k8s-02", "lb-01", "lb-02", "pcs-01", "pcs-02", "web-04"}


def test_evidence_of_the_demo_points_at_lines_that_say_it(findings: tuple[Finding, ...]) -> None:
    """Every piece of evidence is a line of a file that exists, and its words stand there."""
    seen = 0
    for finding in findings:
        for evidence in finding.evidence:
            text = (DEMO / evidence.source.file).read_text()
            assert 0 < evidence.line <= len(text.splitlines())
            if not evidence.source.file.endswith(".json"):
                line = text.splitlines()[evidence.line - 1]
                assert evidence.excerpt.rstrip("…") in " ".join(line.split())
                seen += 1
    assert seen > 15


def test_demo_remedies_are_filled(findings: tuple[Finding, ...]) -> None:
    """The texts name what was found; the standby unit's port is the one that is silent."""
    texts = {finding.rule: finding.meaning + finding.remedy for finding in findings}
    assert not [rule for rule, text in texts.items() if "(not seen)" in text]
    assert "ring0_addr: 10.1.20.41" in texts["corosync-udp-multicast"]
    assert "10.1.10.30" in texts["keepalived-multicast"]
    assert "10.1.20.40" in texts["pacemaker-ipaddr2"]
    assert "pxe-01, pxe-02" in texts["dhcp-server-onlink"]
    assert "leaf-r12a Ethernet24" in texts["fortigate-fgcp"]
    assert "ipAddressPools: [services]" in texts["metallb-l2"]


def test_pacemaker_verdict_says_that_the_cib_was_not_read(findings: tuple[Finding, ...]) -> None:
    """The decisive file is root's alone; the finding says that nobody looked."""
    (finding,) = (f for f in findings if f.rule == "pacemaker-ipaddr2")
    assert [what for what in finding.not_looked_at if "cib.xml" in what]
