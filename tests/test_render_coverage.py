"""The ledger as data: its schema, its hash, and a table that fits and does nothing to a terminal."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_story import Story, bonded_rack, mac
from terminal import DEMO, type_

from vlan2l3.cli import ledger
from vlan2l3.network.coverage import Coverage, Gap, GapKind
from vlan2l3.parse.reading import Unparsed
from vlan2l3.render import coverage as written


def incomplete() -> Coverage:
    """Give the ledger of a rack in which something of everything is missing."""
    story = bonded_rack()
    story.switch("lost", 10, platform="eos")
    story.answer("lost", "show vlan", expected=5, parsed=3)
    story.answer("lost", "show version", "refused", note="% Invalid input")
    story.answer("lost", "show clock", "unread")
    for text in ("strange | line", "\x1b[2J\u202eother"):
        story.unparsed.append(
            Unparsed(source=story.at("lost"), command="show vlan", text=text, reason="no table fits")
        )
    story.device("fw-1", platform="", note="no login")
    story.trunk("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "dark\x1b]0;x\x07", "ge-0/0/1", system_description="a\u202eb")
    story.access("leaf-a", "Ethernet30", 110)
    for number in range(9):
        story.learns("leaf-a", "Ethernet31", 110, mac(0xB00 + number))
    story.access("leaf-a", "Ethernet31", 110)
    return story.build()[1]


def test_the_data_follows_the_schema_that_the_tool_prints() -> None:
    """A program that reads the ledger may rely on `vlan2l3 schema coverage`."""
    validator = jsonschema.Draft202012Validator(json.loads(type_("schema", "coverage").stdout))
    for coverage in (incomplete(), Coverage(answers=(), unparsed=())):
        validator.validate(json.loads(written.encode(coverage, capture="c", digest="d")))
    validator.validate(json.loads(type_("coverage", "--capture", str(DEMO), "--format", "json").stdout))


def test_the_hash_is_of_the_canonical_json() -> None:
    """Anybody can compute it again: sorted keys, no blanks, UTF-8."""
    document = json.loads(written.encode(incomplete(), capture="c", digest="d"))
    canonical = json.dumps(document["ledger"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["hash"] == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_hash_does_not_depend_on_what_the_capture_is_called() -> None:
    """It is of what is known."""
    one, other = (
        json.loads(written.encode(incomplete(), capture=name, digest=name))["hash"] for name in "ab"
    )
    assert one == other


@given(st.data())
def test_the_hash_changes_with_every_fact_of_the_ledger(data: st.DataObject) -> None:
    """A gap, a line, an answer or a topic more or less is another ledger."""
    coverage = INCOMPLETE
    field = data.draw(st.sampled_from(["gaps", "unparsed", "answers", "devices"]))
    items = getattr(coverage, field)
    left = data.draw(st.integers(0, len(items) - 1))
    changed = replace(coverage, **{field: items[:left] + items[left + 1 :]})
    assert written.fingerprint(written.document(changed)) != written.fingerprint(written.document(coverage))


INCOMPLETE = incomplete()


def test_every_kind_of_gap_is_listed_also_where_there_is_none() -> None:
    """An empty list says that it was looked for."""
    kinds = json.loads(written.encode(INCOMPLETE, capture="c", digest="d"))["ledger"]["gaps"]
    assert [kind["kind"] for kind in kinds] == [kind.value for kind in GapKind]
    found = {kind["kind"]: kind for kind in kinds}
    assert found["root-outside"] == {
        "kind": "root-outside",
        "meaning": GapKind.ROOT_OUTSIDE.meaning,
        "count": 0,
        "blind": 0,
        "devices": [],
        "examples": [],
        "all": [],
    }
    unknown = found["unknown-mac"]
    assert (unknown["count"], unknown["blind"], unknown["devices"]) == (9, 9, ["leaf-a"])
    assert len(unknown["examples"]) == 3
    assert len(unknown["all"]) == 9


def test_lines_not_understood_are_reached_from_their_topic() -> None:
    """Topic, command, and the lines with their places."""
    data = json.loads(written.encode(INCOMPLETE, capture="c", digest="d"))["ledger"]
    (device,) = (device for device in data["devices"] if device["name"] == "lost")
    (row,) = (row for row in device["topics"] if row["topic"] == "vlans")
    assert (row["state"], row["lost"]) == ("partial", 2)
    lines = [line for line in data["unparsed"] if line["device"] == "lost"]
    assert {line["command"] for line in lines} <= set(row["commands"])
    assert [line["text"] for line in lines] == ["strange | line", "\x1b[2J\u202eother"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits_and_is_harmless(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever devices wrote, no line is wider than the terminal, and none acts on it."""
    monkeypatch.setenv("COLUMNS", str(columns))
    text = ledger.drawn(INCOMPLETE, "f" * 40)
    assert all(line.isprintable() for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= columns
    for device in INCOMPLETE.devices:
        assert device.name in text


def test_the_table_shows_lines_devices_and_causes() -> None:
    """What an engineer needs at night is on the screen: where, what, why."""
    text = ledger.drawn(INCOMPLETE, "f" * 64)
    assert "lost/told.txt:" in text
    assert "strange | line" in text
    assert "refused: % Invalid input" in text
    assert "1 command(s) no parser knows: `show clock` on 1" in text
    assert "? no parser: no login" in text
    assert "and 6 more: `vlan2l3 coverage --format json`" in text
    assert text.rstrip().endswith("f" * 64)


def test_one_cause_on_many_devices_is_one_group() -> None:
    """A command that forty devices refuse is not forty lines."""
    gaps = [
        Gap(
            kind=GapKind.COMMAND_MISSING,
            subject=f"leaf-{number:02} {command}",
            devices=(f"leaf-{number:02}",),
            racks=(),
            blind=True,
            what="",
            about=command,
            reason="refused: % Invalid input",
        )
        for command in ("show vlan", "show version")
        for number in range(40)
    ]
    text = ledger.drawn(Coverage(answers=(), unparsed=(), gaps=tuple(gaps)), "f")
    assert "command-missing (80): refused: % Invalid input" in text
    assert "`show vlan`: leaf-00, leaf-01, leaf-02 and 37 more" in text
    assert "leaf-03" not in text


def test_the_ledger_is_the_same_whatever_order_records_came_in() -> None:
    """To the byte."""
    import random  # noqa: PLC0415 - only here

    story: Story = bonded_rack()
    texts = {
        written.encode(story.build(random.Random(seed))[1], capture="c", digest="d") for seed in range(3)
    }
    assert len(texts) == 1
