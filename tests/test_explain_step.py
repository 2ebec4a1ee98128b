"""A step of a plan explained: what it rests on, what it serves, what breaks without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
import targets
from terminal import DEMO, INTENT, type_
from test_render_hostile import HOSTILE, WORDS, talkative

from vlan2l3.cli.stages import Survey, planner, survey
from vlan2l3.design.target import Reason
from vlan2l3.design.told import line_of
from vlan2l3.errors import UsageError
from vlan2l3.parse.records import Source
from vlan2l3.plan import words
from vlan2l3.plan.build import build
from vlan2l3.plan.facts import Believes, Fact, Insert, Remove
from vlan2l3.plan.model import Plan, Role
from vlan2l3.plan.reasons import Move, Trial, find, reasons
from vlan2l3.render.reasons import NOWHERE, text

PARTS = (
    "What it follows from",
    "Which decisions it serves",
    "What changes",
    "If it stood elsewhere",
    "Before it",
    "Do",
    "Then expect",
    "Expected outage",
    "Undo",
)
PLACE = re.compile(r"^  (\S.*):([0-9]+)(?: \(.*\))?$")


def told(key: str) -> tuple[str, str]:
    """Find a key in the intent of the demo network."""
    line, said = line_of(INTENT.read_text(), key)
    return f"vlan2l3.toml:{line}", said


def part(shown: str, title: str) -> list[str]:
    """Give the lines of one part."""
    lines = shown.splitlines()
    start = lines.index(title) + 1
    return lines[start : next((i for i in range(start, len(lines)) if not lines[i]), len(lines))]


@pytest.fixture(scope="module")
def demo() -> Survey:
    """Read the demo network once."""
    return survey(DEMO)


@pytest.fixture(scope="module")
def plans(demo: Survey) -> dict[str, Plan]:
    """Plan both racks of the demo network."""
    made = planner(demo, INTENT)
    return {rack: made.plan(rack) for rack in ("r11", "r12")}


@pytest.mark.parametrize("rack", ["r11", "r12"])
def test_every_step_of_the_demo_network_is_explained(rack: str, demo: Survey, plans: dict[str, Plan]) -> None:
    """Each in all its parts, from lines that are in the capture, and in words rather than class names."""
    made = plans[rack]
    kinds = [kind.__name__ for kind in get_args(Fact)]
    shown_places = 0
    for step in made.order:
        shown = text(reasons(made, step), made, excerpt=demo.excerpt, told=told)
        assert [line for line in shown.splitlines()[4:] if line and line[0] != " "] == list(PARTS), step.name
        follows = part(shown, PARTS[0])
        places = [found for line in follows if (found := PLACE.match(line))]
        assert places or (step.role is Role.PEOPLE and follows == [f"  {NOWHERE}"]), step.name
        for place in places:
            file = DEMO / place[1] if place[1] != "vlan2l3.toml" else INTENT
            assert file.is_file(), place[0]
            assert 0 < int(place[2]) <= len(file.read_text().splitlines()), place[0]
        wanted = {demo.place(source) for source in step.sources}
        assert wanted <= {f"{place[1]}:{place[2]}" for place in places}, step.name
        assert all(f"{kind}(" not in shown and f"- {kind} " not in shown for kind in kinds), step.name
        assert len(part(shown, "What changes")) >= max(1, sum(map(len, step.waves)))
        shown_places += len(places)
    assert shown_places > 5 * len(made.order)


def test_a_host_s_step_names_leg_segment_route_gateway_and_intent(
    demo: Survey, plans: dict[str, Plan]
) -> None:
    """What the reader would look for himself, each behind the words that say it."""
    made = plans["r12"]
    step = next(s for s in made.order if s.slug == "db-02-cut")
    follows = part(text(reasons(made, step), made, excerpt=demo.excerpt, told=told), PARTS[0])
    for line, said, concluded in (
        ("db-02/cat_etc_network_interfaces.txt", "address 10.1.20.12/24", "10.1.20.12 is in its own"),
        (
            "db-02/ip_-j_route_show_table_all.json",
            '"gateway": "10.1.20.1"',
            "its IPv4 default route leads to",
        ),
        ("db-02/ip_-j_-d_addr_show.json", '"local": "10.1.20.12"', "db-02 has 10.1.20.12/24 on bond0.120"),
        ("db-02/lldpctl_-f_json0.json", '"name": "ens1f0"', "ens1f0 of db-02 ends on leaf-r12a Ethernet4"),
        ("leaf-r12b/show_running-config.txt", "interface Ethernet4", "is what its undo types back"),
        ("vlan2l3.toml", "asn.hosts = 4200100000", "it gets AS 4200112004"),
    ):
        at = next(
            i for i, row in enumerate(follows) if row.startswith(f"  {line}:") and said in follows[i + 1]
        )
        assert concluded in follows[at + 2]


def test_findings_and_waivers_come_with_their_rule_and_line(demo: Survey, plans: dict[str, Plan]) -> None:
    """A remedy shows its evidence and rule; the sign-off the waivers, and each who stays."""
    made = plans["r12"]
    remedy = next(s for s in made.order if s.slug == "remedy-keepalived-multicast")
    follows = part(text(reasons(made, remedy), made, excerpt=demo.excerpt, told=told), PARTS[0])
    at = follows.index("  lb-02/cat_etc_keepalived_keepalived.conf.txt:13")
    assert "(rule keepalived-multicast)" in follows[at + 2]
    signed = text(reasons(made, made.steps[0]), made, excerpt=demo.excerpt, told=told)
    row = next(i for i, line in enumerate(INTENT.read_text().splitlines(), start=1) if line == "[[waiver]]")
    assert f"  vlan2l3.toml:{row}" in part(signed, PARTS[0])
    stays = [line for line in part(signed, PARTS[1]) if line.endswith("stays in its VLAN")]
    assert len(stays) == len(made.target.stays) == 6


def trial(made: Plan, slug: str, move: Move) -> Trial:
    """Try a move of the step of this name."""
    step = next(s for s in made.order if s.slug == slug)
    return next(t for t in reasons(made, step).trials if t.move is move)


@pytest.fixture(scope="module")
def small() -> Plan:
    """Plan one host by hand, with a neighbour that learns routes."""
    rack = targets.target(peers=(targets.peer("web-09", "2001:db8:110::13/128"),))
    return build(rack, capture="c", digest="d" * 64, ledger="e" * 64)


@pytest.mark.parametrize(
    ("slug", "move", "step", "witness"),
    [
        ("leaf-b-port-down-web-03", Move.OUT, "web-03-leg-out", "is no member of bond0"),
        ("leaf-b-port-down-web-03", Move.LATER, "web-03-leg-out", "is no member of bond0"),
        ("web-03-leg-out", Move.OUT, "leaf-b-port-routed-web-03", "is still a member of bond0"),
        ("leaf-b-port-routed-web-03", Move.OUT, "web-03-cut", "no default route"),
        ("web-03-dual", Move.LATER, "web-03-cut", "no default route"),
        ("web-03-cut", Move.EARLIER, "web-03-cut", "no default route"),
        ("web-03-cut", Move.OUT, "leaf-a-port-down-web-03", "no link of bond0 is left in VLAN 110"),
        ("core1-coexistence-vlan110", Move.OUT, "web-03-cut", "no proxy ARP in vlan110"),
        ("web-09-learn-routes", Move.OUT, "web-03-cut", "2001:db8:110::13"),
    ],
)
def test_the_checker_says_what_breaks_elsewhere(
    small: Plan, slug: str, move: Move, step: str, witness: str
) -> None:
    """The first state that breaks, in the step it breaks in, with the path that shows it."""
    fault = trial(small, slug, move).fault
    assert fault is not None
    assert fault.violation is not None
    assert fault.step is not None
    assert fault.step.slug == step
    assert witness in fault.violation.witness


def test_where_nothing_breaks_it_says_so_and_why_it_stands_there(small: Plan) -> None:
    """An order the model can't tell apart is not defended with an invented reason."""
    step = next(s for s in small.order if s.slug == "web-03-routed")
    found = reasons(small, step)
    assert [t.fault for t in found.trials] == [None, None, None]
    assert {t.states for t in found.trials if t.move is not Move.OUT} == {small.states}
    shown = part(text(found, small, excerpt=lambda s: (s.line, "x"), told=lambda k: (k, k)), PARTS[3])
    assert "no state breaks" in shown[0]
    assert shown[1].endswith("it stands here because ens1f0 is free: leaf-a Ethernet1 is down")


def test_a_step_the_model_does_not_hold_is_not_said_to_be_proven(small: Plan) -> None:
    """Installing a package changes no fact: no trial is run that could only pass."""
    step = next(s for s in small.order if s.slug == "leaf-a-remove-port-channels")
    assert reasons(small, step).trials == ()


def test_a_step_that_no_longer_fits_is_told_in_words(small: Plan) -> None:
    """Opening a port that was never shut contradicts the state, and the change is no record to the reader."""
    step = next(s for s in small.order if s.slug == "leaf-a-port-down-web-03")
    shown = part(
        text(reasons(small, step), small, excerpt=lambda s: (s.line, "x"), told=lambda k: (k, k)), PARTS[3]
    )
    later = next(s for s in small.order if s.slug == "leaf-a-port-routed-web-03")
    assert (
        shown[0]
        == f"  left out: in step {later.name} on leaf-a doesn't fit: leaf-a Ethernet1 is open already"
    )


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
def test_every_fact_has_words_of_its_own(kind: type[Fact]) -> None:
    """Both its beginning and its end are said, with every name in it and without the record's."""
    values = {f.name: 4 if f.name in ("version", "vlan") else f"the-{f.name}" for f in fields(kind)}
    if "believes" in values:
        values["believes"] = Believes.GATEWAY  # type: ignore[assignment]
    fact = kind(**values)  # type: ignore[arg-type]
    begins, ends = words.change(Insert(fact)), words.change(Remove(fact))
    assert begins != ends
    for said in (begins, ends):
        assert kind.__name__ not in said.split()
        assert [n for n, v in values.items() if n != "believes" and str(v) not in said] == []


def test_what_neighbours_believe_is_told_apart() -> None:
    """The host's own MAC address, or the gateway's."""
    own, gateway = (
        words.fact(kind(segment="s", prefix="p", believes=believes))  # type: ignore[arg-type]
        for kind in get_args(Fact)
        if kind.__name__ == "Resolved"
        for believes in Believes
    )
    assert not set(own) & set(gateway)


def test_no_word_of_a_device_leaves_its_line() -> None:
    """Neither a heading, nor a terminal's control, nor a second line comes from what a device says."""
    rack = talkative(HOSTILE, typed=" ".join(WORDS))
    grounds = (Reason(text=HOSTILE, source=targets.source(), rule=HOSTILE), Reason(text="\nDo\n"))
    host = replace(rack.hosts[0], grounds=grounds, why=HOSTILE, order=HOSTILE)
    rack = replace(rack, hosts=(host,), accepted=grounds)
    made = build(rack, capture="c", digest="d" * 64, ledger="e" * 64)

    def excerpt(source: Source) -> tuple[int, str]:
        return source.line, f"{HOSTILE}\nUndo\n  ok"

    for step in made.order:
        shown = text(reasons(made, step), made, excerpt=excerpt, told=lambda key: (key, HOSTILE))
        assert [line for line in shown.split("\n")[4:] if line and line[0] != " "] == list(PARTS), step.name
        assert not [c for c in shown if (ord(c) < 32 and c != "\n") or c in "\x7f\u202e"], step.name


def test_steps_are_found_by_number_and_by_name(plans: dict[str, Plan]) -> None:
    """With leading zeros too."""
    made = plans["r12"]
    step = made.steps[21]
    assert step.number == 220
    assert {find(made, said) for said in ("220", "0220", step.name)} == {step}


def test_a_step_that_racks_share_is_found_as_the_plan_names_it(plans: dict[str, Plan]) -> None:
    """With the folder it stands in, and without."""
    made = plans["r12"]
    step = find(made, "core1-coexistence-vlan110")
    assert find(made, "fabric/core1-coexistence-vlan110") == step
    assert step in [shared for shared, _ in made.relies]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("431", "430-db-03-routed"),
        ("9999", "540-leaf-r12b-remove-port-channels"),
        ("430-db-02-routed", "430-db-03-routed"),
        ("430-db-02-routed", "350-db-02-routed"),
        ("web-05-cut", "160-web-05-cut"),
    ],
)
def test_an_unknown_step_gets_those_near_it(plans: dict[str, Plan], said: str, near: str) -> None:
    """By number or by name."""
    with pytest.raises(UsageError) as error:
        find(plans["r12"], said)
    assert f"`{near}`" in error.value.hint


@pytest.mark.parametrize("said", ["", "\x1b[31m", "²", "9" * 5000, "٤"])
def test_an_odd_step_is_a_usage_error(plans: dict[str, Plan], said: str) -> None:
    """Digits of no step, and what isn't a number at all."""
    with pytest.raises(UsageError, match="has no step") as error:
        find(plans["r12"], said)
    assert "\x1b" not in str(error.value)


def test_it_prints_the_same_by_number_and_by_name_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, Path], None]
) -> None:
    """Plain text on stdout, nothing on stderr, no file anywhere."""
    monkeypatch.chdir(tmp_path)
    Path("demo").symlink_to(DEMO)
    asked = ("plan", "--rack", "r12", "--capture", "demo", "--intent", "demo/vlan2l3.toml", "--explain")
    by_number, by_name = type_(*asked, "330"), type_(*asked, "330-db-02-cut")
    assert (by_number.code, by_number.stderr) == (0, "")
    assert by_number == by_name
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    golden(by_number.stdout, Path(__file__).parent / "data" / "explained-db-02-cut.txt")


INTENT_FORMS = """\
# hosts = 1
[asn] # leafs
hosts = 4200100000  # secret
leafs = 1\r
[[waiver]]
reason = \"\"\"
[[waiver]]
two\"\"\"
[[waiver]]
reason = "b"
"""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("asn.hosts", (3, "asn.hosts = 4200100000")),
        ("asn.leafs", (4, "asn.leafs = 1")),
        ("waiver[1]", (5, '[[waiver]] reason = "[[waiver]]\\ntwo"')),
        ("waiver[2]", (9, '[[waiver]] reason = "b"')),
    ],
)
def test_a_key_of_the_intent_is_found_on_its_line(key: str, expected: tuple[int, str]) -> None:
    """Comments and texts that look like a key are not taken for it, and no comment is repeated."""
    assert line_of(INTENT_FORMS, key) == expected


def test_a_key_that_no_single_line_says_has_none() -> None:
    """An array over several lines is said by all of them."""
    assert line_of('waiver = [\n  {reason = "a"},\n]\n', "waiver[1]") == (0, '[[waiver]] reason = "a"')
    with pytest.raises(KeyError):
        line_of(INTENT_FORMS, "waiver[3]")
