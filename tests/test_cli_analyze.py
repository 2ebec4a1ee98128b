"""`analyze` shows what was asked for and fails when told to; `explain` prints the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.analyze import load_catalogue

WAIVER = """
[[waiver]]
rule = "bmc-shared-lom"
subject = "{subject}"
reason = "the controller is re-cabled in week 49, asked its owner"
by = "netops"
until = "{until}"

[[owner]]
members = ["web-*"]
name = "web team"

[[owner]]
members = ["*"]
name = "platform"
"""
BMC = "web-05"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the repository, before a wide terminal."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "160")


def findings(*arguments: str) -> list[dict[str, object]]:
    """Give the findings that `analyze --format json` prints for the demo."""
    shown = type_("analyze", "--capture", str(DEMO), "--format", "json", *arguments)
    assert shown.code == 0, shown.stderr
    rows = json.loads(shown.stdout)["findings"]
    assert isinstance(rows, list)
    return rows


def decided(tmp_path: Path, more: str) -> str:
    """Write the demo's intent with more behind it."""
    path = tmp_path / "vlan2l3.toml"
    path.write_text(INTENT.read_text() + more)
    return str(path)


def test_findings_are_no_error() -> None:
    """There are blockers in the demo, and the command ends with 0."""
    assert any(row["severity"] == "blocker" for row in findings())


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [("--severity", "blocker", "severity"), ("--rule", "keepalived-multicast", "rule")],
)
def test_only_what_was_asked_for_is_shown(option: str, value: str, key: str) -> None:
    """One filter leaves what it names, and less than everything; given twice it leaves both."""
    rows = findings(option, value)
    assert rows == [row for row in findings() if row[key] == value]
    assert 0 < len(rows) < len(findings())
    other = next(str(row[key]) for row in findings() if row[key] != value)
    assert {row[key] for row in findings(option, value, option, other)} == {value, other}


def test_rack_keeps_what_touches_it() -> None:
    """A finding of two racks is shown for each."""
    assert all("r12" in str(row["racks"]) for row in findings("--rack", "r12"))
    assert len(findings("--rack", "r12")) < len(findings())


def test_fail_on_ends_with_5_and_prints_everything_first() -> None:
    """The report is complete on stdout; stderr names what is as severe."""
    shown = type_("analyze", "--capture", str(DEMO), "--format", "json", "--fail-on", "blocker")
    assert shown.code == 5
    assert json.loads(shown.stdout)["findings"] == findings()
    blockers = [r for r in findings() if r["severity"] == "blocker" and r["certainty"] == "decisive"]
    assert f"{len(blockers)} finding(s) are `blocker` or worse" in shown.stderr
    assert all(str(row["subject"]) in shown.stderr for row in blockers)
    calm = type_("analyze", "--capture", str(DEMO), "--rule", "metallb-l2", "--fail-on", "blocker")
    assert calm.code == 0


def test_waived_finding_stays_in_the_report_and_fails_nothing(tmp_path: Path) -> None:
    """The waiver holds up to its day, by the day of the capture, and then says that it ended."""
    rule = ("--rule", "bmc-shared-lom")
    before = findings(*rule)
    subject = str(before[0]["subject"])
    for until, code, waived in (("2099-01-31", 0, True), ("2020-01-31", 5, False)):
        intent = ("--intent", decided(tmp_path, WAIVER.format(subject=subject, until=until)))
        shown = type_(
            "analyze", "--capture", str(DEMO), "--format", "json", "--fail-on", "blocker", *rule, *intent
        )
        assert shown.code == code, shown.stderr
        document = json.loads(shown.stdout)
        assert bool(document["findings"][0]["waived"]) is waived
        assert bool(document["ended_waivers"]) is not waived
        assert document["findings"][0]["severity"] == "blocker"
    text = type_("analyze", "--capture", str(DEMO), *rule, *intent).stdout
    assert f"waiver counts no more: bmc-shared-lom {subject}: it ended on 2020-01-31 (netops)" in text


def test_owners_are_named_by_the_first_pattern_that_fits(tmp_path: Path) -> None:
    """Each finding says whom to ask; without the file nobody is named."""
    intent = decided(tmp_path, WAIVER.format(subject="nobody", until="2099-01-31"))
    for row in findings("--intent", intent):
        members = str(row["subject"]).split("+")
        wanted = {"web team" if m.startswith("web-") else "platform" for m in members}
        assert set(str(row["owner"]).split(", ")) == wanted
    assert {row["owner"] for row in findings()} == {""}


def test_waiver_of_neither_gap_nor_finding_is_refused(tmp_path: Path) -> None:
    """It would count for nothing, and nobody would notice."""
    more = WAIVER.format(subject="x", until="2099-01-31").replace('rule = "bmc-shared-lom"\n', "")
    shown = type_("analyze", "--capture", str(DEMO), "--intent", decided(tmp_path, more))
    assert shown.code == 2
    assert "names neither `kind` and `rule`" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--severity", "fatal"), "unknown severity 'fatal'"),
        (("--fail-on", "everything"), "unknown severity 'everything'"),
        (("--rule", "metalb-l2"), "did you mean `metallb-l2`"),
        (("--format", "xml"), "table, json, markdown, sarif"),
        (("--rack", "r99"), "there is no rack 'r99'"),
    ],
)
def test_unknown_words_are_refused(arguments: tuple[str, ...], words: str) -> None:
    """A misspelt filter would show nothing and look clean."""
    shown = type_("analyze", "--capture", str(DEMO), *arguments)
    assert shown.code == 2
    assert words in shown.stderr
    assert shown.stdout == ""


def test_sarif_points_at_files_of_this_repository() -> None:
    """Every place a code host is sent to is a file with that line."""
    shown = type_("analyze", "--capture", str(DEMO), "--format", "sarif")
    for result in json.loads(shown.stdout)["runs"][0]["results"]:
        for place in (*result["locations"], *result["relatedLocations"]):
            physical = place["physicalLocation"]
            lines = (ROOT / physical["artifactLocation"]["uri"]).read_text().splitlines()
            assert len(lines) >= physical["region"]["startLine"]


def test_explain_lists_all_rules_and_prints_one() -> None:
    """Without a name every rule is there; with one, its sources."""
    listed = type_("explain").stdout
    assert all(rule.id in listed for rule in load_catalogue().rules)
    shown = type_("explain", "keepalived-multicast")
    assert shown.code == 0
    assert "acassen/keepalived" in shown.stdout
    assert type_("explain", "keepalived").code == 2


def test_gaps_of_other_rules_are_not_shown_with_the_rules_asked_for() -> None:
    """What was not looked at is said of the rules that are shown."""
    shown = type_("analyze", "--capture", str(DEMO), "--format", "json", "--rule", "ganeti-master-ip")
    gaps = json.loads(shown.stdout)["not_looked_at"]
    whole = json.loads(type_("analyze", "--capture", str(DEMO), "--format", "json").stdout)["not_looked_at"]
    assert all("ganeti-master-ip" in gap["rules"] for gap in gaps)
    assert 0 < len(gaps) < len(whole)
