"""The ledger accounts for every topic of every device, whatever came of its commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_story import Story

from vlan2l3 import platforms
from vlan2l3.capture.manifest import DeviceEntry, Status
from vlan2l3.names import DeviceName
from vlan2l3.network.coverage import DeviceAccount, TopicAccount, TopicState
from vlan2l3.network.specs import Specs, lost_lines, outcomes
from vlan2l3.network.topics import accounts
from vlan2l3.parse.reading import Answer, Reading, Unparsed
from vlan2l3.parse.records import Source
from vlan2l3.platforms import CommandSpec, Platform, Table, Topic

TOY = Platform(
    name="toy",
    title="Toy",
    commands=(
        CommandSpec(command="show vlan", essential=True, tables=(Table(record="vlan"),)),
        CommandSpec(command="show vlan old", stands_for="show vlan", tables=(Table(record="vlan"),)),
        CommandSpec(command="show vlan names", gives=(Topic.VLANS,)),
        CommandSpec(command="show neighbors", gives=(Topic.ARP, Topic.ND)),
        CommandSpec(command="show mlag", essential=True, tables=(Table(record="mlag"),)),
        CommandSpec(command="show tunnels", essential=True, reader="r", gives=(Topic.OVERLAY,)),
        CommandSpec(command="cat *", each="ls", gives=(Topic.CONFIG,)),
        CommandSpec(command="show legacy", ask=False, gives=(Topic.CAPACITY,)),
    ),
)
COMMANDS = [
    *("show vlan", "show vlan old", "show vlan names", "show neighbors", "show mlag"),
    "show tunnels",
    *("cat a", "cat b", "show legacy", "show clock"),
]


def told(
    *said: tuple[str, str], lost: dict[str, int] | None = None, platform: Platform | None = TOY
) -> DeviceAccount:
    """Account for one device that gave these answers: (command, status or `status: note`)."""
    entry = DeviceEntry(name="a", platform="toy", rack="r1", note="said by the inventory")
    device = DeviceName("a")
    answers = []
    for command, status in said:
        state, _, note = status.partition(": ")
        answers.append(
            Answer(device=device, command=command, file=f"a/{command}", status=Status(state), note=note)
        )
    unparsed = tuple(
        Unparsed(
            source=Source(device=device, file=f"a/{command}", line=line),
            command=command,
            text="?",
            reason="odd",
        )
        for command, count in (lost or {}).items()
        for line in range(count)
    )
    reading = Reading(records=(), unparsed=unparsed, answers=tuple(answers))
    specs = Specs(platforms={"a": platform}, known={})
    (account,) = accounts((entry,), specs.platforms, outcomes(reading, (entry,), specs), lost_lines(reading))
    return account


def topic(account: DeviceAccount, name: Topic) -> TopicAccount:
    """Find the one row of a topic."""
    (row,) = (row for row in account.topics if row.topic is name)
    return row


@pytest.mark.parametrize(
    ("said", "lost", "state", "note"),
    [
        ([("show vlan", "data")], {}, TopicState.COMPLETE, ""),
        ([("show vlan", "data")], {"show vlan": 2}, TopicState.PARTIAL, "2 line(s) not understood"),
        ([("show vlan", "refused: % Invalid")], {}, TopicState.REFUSED, "`show vlan`: refused: % Invalid"),
        ([("show vlan", "failed: timed out")], {}, TopicState.FAILED, "`show vlan`: failed: timed out"),
        ([("show vlan", "not-asked: lost")], {}, TopicState.NOT_ASKED, "`show vlan`: not asked: lost"),
        ([], {}, TopicState.NOT_ASKED, "`show vlan`: not asked"),
        # Every switch has VLANs: one that says it has none has not answered.
        ([("show vlan", "absent: none")], {}, TopicState.FAILED, "`show vlan`: absent: none"),
        # What stands for a command settles it.
        ([("show vlan", "refused: no"), ("show vlan old", "data")], {}, TopicState.COMPLETE, ""),
        # Another command does not, however much it gave.
        (
            [("show vlan", "failed: cut off"), ("show vlan names", "data")],
            {},
            TopicState.FAILED,
            "`show vlan`: failed: cut off",
        ),
        (
            [("show vlan", "data"), ("show vlan names", "refused: % no")],
            {},
            TopicState.PARTIAL,
            "`show vlan names`: refused: % no",
        ),
    ],
)
def test_a_topic_is_as_good_as_the_answers_that_tell_of_it(
    said: list[tuple[str, str]], lost: dict[str, int], state: TopicState, note: str
) -> None:
    """Data, lines lost, refused, failed, not asked, stood for, and beside another answer."""
    row = topic(told(*said, lost=lost), Topic.VLANS)
    assert (row.state, row.note, row.essential, row.lost) == (state, note, True, sum(lost.values()))


@pytest.mark.parametrize(("command", "name"), [("show mlag", Topic.MLAG), ("show tunnels", Topic.OVERLAY)])
def test_an_absent_feature_is_known(command: str, name: Topic) -> None:
    """A switch may have no MLAG and no overlay, whether a table or a reader tells of them."""
    assert topic(told((command, "absent: off")), name).state is TopicState.ABSENT


def test_one_answer_may_settle_two_topics() -> None:
    """ARP and ND come from one command, and both are as good as it is."""
    account = told(("show neighbors", "data"), lost={"show neighbors": 1})
    assert [(topic(account, t).state, topic(account, t).lost) for t in (Topic.ARP, Topic.ND)] == [
        (TopicState.PARTIAL, 1),
        (TopicState.PARTIAL, 1),
    ]


def test_a_file_that_may_not_be_read_leaves_the_others_partial() -> None:
    """Each file behind a `*` is a question of its own."""
    row = topic(told(("cat a", "data"), ("cat b", "failed: cut off")), Topic.CONFIG)
    assert (row.state, row.note, row.commands) == (
        TopicState.PARTIAL,
        "`cat b`: failed: cut off",
        ("cat a", "cat b"),
    )


def test_what_nobody_would_ask_counts_only_where_somebody_brought_it() -> None:
    """A command that live collection never sends is no question that was left out."""
    assert Topic.CAPACITY not in {row.topic for row in told().topics}
    assert topic(told(("show legacy", "data")), Topic.CAPACITY).state is TopicState.COMPLETE


def test_a_device_without_a_parser_has_every_topic_and_none_of_them() -> None:
    """Nobody knows what it could have been asked."""
    account = told(("show vlan", "data"), platform=None)
    assert [row.topic for row in account.topics] == list(Topic)
    assert {row.state for row in account.topics} == {TopicState.NO_PARSER}
    assert {row.note for row in account.topics} == {"said by the inventory"}


statuses = st.dictionaries(st.sampled_from(COMMANDS), st.sampled_from([s.value for s in Status]))
losses = st.dictionaries(st.sampled_from(COMMANDS), st.integers(0, 3))


@given(statuses, losses)
def test_no_topic_is_ever_left_out_and_none_is_better_than_its_answers(
    said: dict[str, str], lost: dict[str, int]
) -> None:
    """Whatever came back: each topic once, in order; complete only with data and without a loss."""
    account = told(*said.items(), lost=lost)
    wanted = {t for spec in TOY.commands if spec.ask or spec.command in said for t in spec.topics}
    assert [row.topic for row in account.topics] == [t for t in Topic if t in wanted]
    for row in account.topics:
        given_to = [said[command] for command in row.commands if command in said]
        if row.state is TopicState.COMPLETE:
            assert Status.DATA in given_to
            assert row.lost == 0
            assert not row.note
        elif row.state is TopicState.ABSENT:
            assert Status.ABSENT in given_to
            assert Status.DATA not in given_to
        else:
            assert row.note
        if row.state is TopicState.PARTIAL:
            assert Status.DATA in given_to


@given(statuses, st.sampled_from(COMMANDS))
def test_a_failure_makes_nothing_complete(said: dict[str, str], command: str) -> None:
    """Taking an answer away never turns a topic that was not complete into one that is."""
    before = {row.topic: row.state for row in told(*said.items()).topics}
    after = told(*{**said, command: "failed"}.items()).topics
    assert not [
        row.topic
        for row in after
        if row.state is TopicState.COMPLETE and before.get(row.topic) is not TopicState.COMPLETE
    ]


@pytest.mark.parametrize("name", platforms.names())
def test_every_platform_has_a_row_for_each_topic_it_is_asked_about(name: str) -> None:
    """Also for a device that answered nothing."""
    story = Story()
    story.device("a", platform=name)
    (account,) = story.build()[1].devices
    asked = {t for spec in platforms.load(name).commands if spec.ask for t in spec.topics}
    assert {row.topic for row in account.topics} == asked
    assert {row.state for row in account.topics} <= {TopicState.NOT_ASKED}


def test_every_device_of_the_capture_has_an_account() -> None:
    """Read, unread, and of a platform nobody knows; in the order of their names."""
    story = Story()
    story.switch("c", 10, platform="eos")
    story.device("b", platform="eos", note="no login")
    story.device("a", platform="frobnix")
    assert [account.name for account in story.build()[1].devices] == ["a", "b", "c"]
