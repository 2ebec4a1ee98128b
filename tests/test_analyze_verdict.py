"""Hold verdicts to their weights, evidence to its lines, and gaps to being said."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from analyze_builders import (
    address,
    answer,
    excerpt,
    host,
    network,
    one,
    source,
)
from analyze_cases import COROSYNC, KNET, MULTICAST, VRRP_UNICAST, dhcp, lb, overlap, pcs
from scenarios import shown

from vlan2l3.analyze import analyze, load_catalogue
from vlan2l3.analyze.catalogue import read_catalogue
from vlan2l3.parse.records import Source

RULE = """
[weights]
decisive = 1.0
strong = 0.6
weak = 0.25
[sources]
here = "this test"
[collected_by]
"host.unit" = ["systemctl*"]
"host.file" = ["cat *"]
[[rules]]
id = "made-up"
title = "Made up"
severity = "guard"
members = "host"
meaning = "."
remedy = "."
order = "now"
outage = { during = "none", after = "none", source = "estimate" }
confidence = "CONFIDENCE"
cites = ["here"]
"""
UNIT = """
[[rules.evidence]]
source = "host.unit"
weight = "WEIGHT"
pattern = "^PATTERN"
"""
FILE = """
[[rules.evidence]]
source = "host.file"
weight = "WEIGHT"
paths = ["/etc/app"]
pattern = "on"
"""


CLIENT = FILE + 'role = "client"\n'


@pytest.mark.parametrize(
    ("evidence", "confidence", "verdict"),
    [
        ([(UNIT, "decisive", "a")], "verified", "decisive"),
        ([(UNIT, "decisive", "a")], "memory", "suspected"),
        ([(UNIT, "strong", "a"), (FILE, "strong", "")], "verified", "decisive"),
        ([(UNIT, "strong", "a"), (FILE, "strong", "")], "memory", "suspected"),
        ([(UNIT, "strong", "a"), (UNIT, "strong", "b")], "verified", "suspected"),
        ([(UNIT, "strong", "a"), (FILE, "weak", "")], "verified", "suspected"),
        ([(UNIT, "strong", "a"), (UNIT, "weak", "b"), (FILE, "weak", "")], "verified", "decisive"),
        ([(UNIT, "weak", "a"), (UNIT, "weak", "b"), (FILE, "weak", "")], "verified", ""),
        ([(UNIT, "decisive", "absent")], "verified", ""),
        ([(UNIT, "strong", "a"), (CLIENT, "strong", "")], "verified", "suspected"),
        ([(CLIENT, "decisive", "")], "verified", ""),
    ],
)
def test_verdict_follows_the_weights(
    evidence: list[tuple[str, str, str]], confidence: str, verdict: str
) -> None:
    """One decisive proof, or enough from two kinds of source; memory never decides; weak alone is nothing."""
    text = RULE.replace("CONFIDENCE", confidence)
    text += "".join(
        part.replace("WEIGHT", weight).replace("PATTERN", name) for part, weight, name in evidence
    )
    catalogue = read_catalogue({"test": text.encode()})
    machine = host("app-01", units=("a.service", "b.service"), files={"/etc/app": "on\n"})
    findings = analyze(network(machine), catalogue, excerpt=excerpt)
    assert [f.certainty.value for f in findings] == ([verdict] if verdict else [])


def test_commands_without_an_answer_are_listed() -> None:
    """A file that could not be read is named with the reason; one that does not exist was looked at."""
    account = (
        answer("pcs-01", f"cat {COROSYNC}", "data"),
        answer("pcs-01", "cat /etc/network/interfaces", "data"),
        answer("pcs-01", "cat /var/lib/pacemaker/cib/cib.xml", "failed", "permission denied"),
        answer("pcs-01", "dpkg-query -W", "not-asked"),
        answer("pcs-01", "systemctl list-units --type=service", "data"),
        answer("pcs-01", "cat /proc/net/igmp", "absent"),
    )
    vip = address("pcs-01", "10.1.20.50/24", "vlan120", static=False)
    net = network(pcs(1, KNET, extra=(vip,), units=("corosync.service", "pacemaker.service")))
    assert one(net, "pacemaker-ipaddr2", *account).not_looked_at == (
        "10.1.20.32: named as a member, and no host of this capture",
        "pcs-01: /var/lib/pacemaker/cib/cib.xml (permission denied)",
    )
    assert one(net, "corosync-unicast", *account).not_looked_at == (
        "10.1.20.32: named as a member, and no host of this capture",
        "pcs-01: dpkg-query -W (not-asked)",
    )


def test_folder_without_files_was_looked_at() -> None:
    """No file in /etc/dnsmasq.d is no gap; a file nobody asked for is one."""
    net = dhcp("dhcp-range=10.20.0.100,10.20.0.200,12h\n", units=("dnsmasq.service",))
    account = (
        answer("dhcp-01", "cat /etc/dnsmasq.conf", "data"),
        answer("dhcp-01", "ls /etc/dnsmasq.d", "data"),
        answer("dhcp-01", "ls /etc/network/interfaces.d", "data"),
        answer("dhcp-01", "systemctl list-units --type=service", "data"),
        answer("dhcp-01", "ss -lntupH", "data"),
        answer("dhcp-01", "cat /etc/network/interfaces", "data"),
    )
    missing = one(net, "dhcp-server-onlink", *account).not_looked_at
    assert missing == ("dhcp-01: /etc/kea/kea-dhcp4.conf (not asked)",)


def test_evidence_is_sorted_and_cut(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Excerpts stay below a line's length, and stand in the order of files and lines."""

    def long(where: Source) -> tuple[int, str]:
        return where.line, "x" * 500

    for scenario in shown():
        network = scenario.survey(tmp_path_factory.mktemp("scenario")).network
        for finding in analyze(network, load_catalogue(), excerpt=long):
            places = [(e.source.file, e.line) for e in finding.evidence]
            assert places == sorted(places)
            assert max(len(e.excerpt) for e in finding.evidence) <= 160


def test_line_of_a_file_is_its_line_in_the_answer() -> None:
    """A match deep in a file points at its own line, not at the file."""
    finding = one(network(pcs(1, "# one\n# two\n" + MULTICAST)), "corosync-udp-multicast")
    assert [(e.line, e.excerpt) for e in finding.evidence if e.weight == "decisive"] == [
        (6, "transport: udp")
    ]


def test_file_inside_a_json_answer_gets_its_line_from_the_capture() -> None:
    """Where the text is a JSON string, the capture says on which line that string stands."""
    net = overlap("CUST")
    leaf = net.switches[0]
    assert leaf.config is not None
    where = replace(source("leaf-r1", "show_run.json", 42), pointer="output")
    inner = replace(leaf.config, source=where, text="hostname leaf-r1\n" + leaf.config.text)
    net = replace(net, switches=(replace(leaf, config=inner), net.switches[1]))
    lines = [
        (e.line, e.excerpt) for e in one(net, "overlapping-subnets").evidence if e.matcher == "switch.config"
    ]
    assert lines == [(42, "vrf instance CUST")]


def test_old_keepalived_is_noted_with_unicast_peers() -> None:
    """Before 2.1.0 a host with two uplinks sees both nodes as master: the version is evidence."""
    old = one(network(lb(1, VRRP_UNICAST, packages={"keepalived": "1:2.0.10-1"})), "keepalived-unicast")
    new = one(network(lb(1, VRRP_UNICAST, packages={"keepalived": "1:2.2.7-1"})), "keepalived-unicast")
    assert [e.matcher for e in old.evidence if e.weight == "weak"] == ["host.package"]
    assert not [e for e in new.evidence if e.weight == "weak"]


def test_findings_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    """Two interpreters with different seeds write the same bytes."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom scenarios import shown\n"
        "from vlan2l3.analyze.report import as_markdown\n"
        "for number, scenario in enumerate(shown()):\n"
        "    print(as_markdown(scenario.findings(Path(sys.argv[1], str(number)))))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000
