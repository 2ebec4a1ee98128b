"""`discover` ends with 3 when something is missing; `plan --check` sees another ledger; `platforms`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3 import platforms
from vlan2l3.cli.support import Form, as_markdown, supported
from vlan2l3.network.coverage import GapKind, TopicState
from vlan2l3.platforms import Topic
from vlan2l3.render.freshness import differences
from vlan2l3.render.write import read

LEAF = "leaf-r12a"


@pytest.fixture
def one_leaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with the outputs of one leaf of the demo, the current folder beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    shutil.copytree(DEMO / LEAF, tmp_path / "in" / LEAF)
    (tmp_path / "in" / LEAF / "device.toml").write_text('platform = "eos"\n')
    return tmp_path / "in" / LEAF


def test_a_device_that_answered_everything_ends_with_0(one_leaf: Path) -> None:
    """Neighbours that nobody captured are gaps, and nobody asked for them."""
    shown = type_("discover", "--from", str(one_leaf.parent))
    assert shown.code == 0, shown.stderr
    assert "unknown-neighbor" in shown.stderr


@pytest.mark.parametrize(
    ("stem", "text", "code"),
    [
        ("show_version_json.json", "% Invalid input (at token 1: 'version')\n", 3),
        ("show_version_json.json", "", 3),
        ("show_hostname_json.json", "% Invalid input (at token 1: 'hostname')\n", 0),
        ("show_hostname_json.json", "", 3),
    ],
)
def test_what_is_missing_ends_with_3_and_a_refusal_only_where_a_plan_rests_on_it(
    one_leaf: Path, stem: str, text: str, code: int
) -> None:
    """Essential refused and failed, optional refused and failed."""
    (one_leaf / stem).write_text(text)
    shown = type_("discover", "--from", str(one_leaf.parent))
    assert shown.code == code, shown.stderr


def test_a_device_nobody_can_read_ends_with_3(one_leaf: Path) -> None:
    """Its platform has no parser."""
    (one_leaf.parent / "odd").mkdir()
    (one_leaf.parent / "odd" / "frobnicate.txt").write_text("x\n")
    shown = type_("discover", "--from", str(one_leaf.parent))
    assert shown.code == 3
    assert "devices of the inventory from which nothing was read: odd" in shown.stderr


def test_a_capture_of_format_1_is_read_and_its_refusals_are_failures(one_leaf: Path, tmp_path: Path) -> None:
    """What was captured before refusals had a word of their own stays readable."""
    (one_leaf / "show_version_json.json").write_text("% Invalid input (at token 1: 'version')\n")
    type_("discover", "--from", str(one_leaf.parent))
    manifest = tmp_path / "captures/network/capture.json"
    text = manifest.read_text()
    assert '"refused"' in text
    manifest.write_text(text.replace('"refused"', '"failed"').replace('"format": 2', '"format": 1'))
    shown = type_("coverage", "--format", "json")
    assert shown.code == 0
    (device,) = json.loads(shown.stdout)["ledger"]["devices"]
    states = {row["topic"]: row["state"] for row in device["topics"]}
    assert (states["facts"], states["vlans"]) == ("failed", "complete")


def test_the_plan_names_the_ledger_it_was_made_from() -> None:
    """The hash that `coverage` shows stands in the plan."""
    shown = type_("coverage", "--capture", str(DEMO))
    fingerprint = json.loads((ROOT / "plans/r12/plan.json").read_text())["ledger"]
    assert shown.stdout.endswith(f"ledger {fingerprint}\n")
    assert fingerprint[:16] in (ROOT / "plans/r12/plan.md").read_text()
    assert fingerprint in (ROOT / "plans/r12/evidence.md").read_text()


def test_a_ledger_that_changed_makes_a_plan_stale(tmp_path: Path) -> None:
    """Also where the answers and the intent are the same: a parser may understand less than before."""
    shutil.copytree(ROOT / "plans" / "r12", tmp_path / "r12")
    path = tmp_path / "r12" / "plan.json"
    document = json.loads(path.read_text())
    path.write_text(path.read_text().replace(document["ledger"], "0" * 64))
    shown = type_(
        *("plan", "--rack", "r12", "--check", "--capture", str(DEMO)),
        *("--intent", str(INTENT), "--out", str(tmp_path)),
    )
    assert shown.code == 5
    assert "the coverage ledger changed" in shown.stderr
    old = read(ROOT / "plans" / "r12")
    assert "the coverage ledger changed" not in " ".join(differences(old, {**old, "plan.md": "x"}))


def test_the_page_of_platforms_is_what_the_tool_prints(golden: Callable[[str, Path], None]) -> None:
    """What a platform still lacks is a dash in `docs/platforms.md`; a new parser changes the page."""
    golden(as_markdown(), ROOT / "docs" / "platforms.md")
    assert type_("platforms", "--format", "markdown").stdout == as_markdown()


def test_every_topic_of_every_platform_is_told() -> None:
    """None is left out, and a topic is read where a command that names it is understood."""
    found = json.loads(type_("platforms", "--format", "json").stdout)
    assert [platform["platform"] for platform in found] == list(platforms.names())
    for platform in found:
        assert list(platform["topics"]) == [topic.value for topic in Topic]
        named = {t for spec in platforms.load(platform["platform"]).commands for t in spec.topics}
        assert {Topic(t) for t, form in platform["topics"].items() if form != "-"} == named


def test_what_a_command_tells_of_is_said(golden: Callable[[str, Path], None]) -> None:
    """A command without a topic is in no row of the ledger: those that still lack one are listed."""
    lacking = [
        f"{name}: {spec.command}"
        for name in platforms.names()
        for spec in platforms.load(name).commands
        if not spec.topics
    ]
    golden("".join(f"{line}\n" for line in lacking), ROOT / "tests" / "data" / "commands-without-topic.txt")


def test_a_topic_known_from_documentation_only_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real output of one of its commands would make it `json` or `text`."""
    toy = platforms.Platform(
        name="toy",
        title="Toy",
        commands=(
            platforms.CommandSpec(command="a", documented=True, reader="r", gives=(Topic.ARP, Topic.ND)),
            platforms.CommandSpec(command="b", format="json", reader="r", gives=(Topic.ND,)),
            platforms.CommandSpec(command="c", reader="r", gives=(Topic.ACLS, Topic.VLANS)),
            platforms.CommandSpec(
                command="d", format="json", reader="r", text_reader="r", gives=(Topic.ACLS,)
            ),
        ),
    )
    monkeypatch.setattr(platforms, "names", lambda: ("toy",))
    monkeypatch.setattr(platforms, "load", lambda _: toy)
    (support,) = supported()
    forms = {topic: form for topic, form in support.topics.items() if form is not Form.NOTHING}
    assert forms == {
        Topic.ARP: Form.DOCUMENTATION,
        Topic.ND: Form.JSON,
        Topic.ACLS: Form.BOTH,
        Topic.VLANS: Form.TEXT,
    }
    assert (support.live, support.documented) == ((), ("a",))


def test_the_page_of_the_ledger_names_every_state_and_kind() -> None:
    """Nobody meets a word on the screen that the page does not explain."""
    page = (ROOT / "docs" / "coverage.md").read_text()
    words = re.findall(r"(?m)^\| `([a-z-]+)` \|", page)
    assert sorted(words) == sorted([*TopicState, *GapKind])
