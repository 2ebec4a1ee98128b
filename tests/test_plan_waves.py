"""Waves over all racks: each host once, never two of one rack, never more of a group than it allows."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import targets
from hypothesis import given
from hypothesis import strategies as st
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.analyze.findings import Certainty, Expected, Finding, Severity
from vlan2l3.design.groups import Group, groups_of
from vlan2l3.design.intent import Group as ToldGroup
from vlan2l3.design.intent import Intent, load
from vlan2l3.design.rooms import Room
from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import DeviceName, RackName, SegmentName
from vlan2l3.network.model import Segment
from vlan2l3.plan.build import plainest_first
from vlan2l3.plan.waves import Campaign, campaign

SEGMENT = Segment(
    name=SegmentName("vlan110"), vlans=(), title="web", nodes=(), prefixes=(), gateways=(), racks=(),
    root=None, root_mac=None, stretched=False, blocked=(),
)  # fmt: skip
WEB = ("nginx tcp/443",)


def host(rack: int, number: int) -> HostTarget:
    """Give a host of a rack."""
    return replace(targets.host(f"h-{rack:03d}-{number}", number), rack=RackName(f"r{rack}"))


def racks(*sizes: int) -> list[Target]:
    """Give racks of so many hosts."""
    return [
        replace(
            targets.target(*(host(rack, n) for n in range(1, size + 1))),
            rack=RackName(f"r{rack}"),
        )
        for rack, size in enumerate(sizes, start=1)
    ]


def group(*members: str, at_once: int = 1) -> Group:
    """Give hosts that stand in for each other."""
    return Group(name="g", members=tuple(map(DeviceName, members)), at_once=at_once, why="said so")


def spread(
    made: list[Target], *groups: Group, at_once: int = 5, rooms: tuple[Room, ...] = (), others: str = ""
) -> Campaign:
    """Spread racks over waves; `others` stay in the segment."""
    members = {SEGMENT.name: frozenset({h.name for t in made for h in t.hosts} | set(others.split()))}
    return campaign(
        made, groups, segments=(SEGMENT,), members=members, rooms=rooms, at_once=at_once, refused=()
    )


SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=30)


@given(SIZES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_what_a_wave_may_never_do(sizes: list[int], at_once: int, dice: random.Random) -> None:
    """On racks, groups and limits of any size; and the order in which racks come in changes nothing."""
    made = racks(*sizes)
    names = [h.name for t in made for h in t.hosts]
    groups = [
        group(*dice.sample(names, dice.randint(1, len(names))), at_once=dice.randint(1, 3)) for _ in range(3)
    ]
    found = spread(made, *groups, at_once=at_once)
    waves = [wave for ring in found.rings for wave in ring.waves]
    assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))
    for wave in waves:
        assert wave.moves
        assert len({move.rack for move in wave.moves}) == len(wave.moves)
        for own in groups:
            assert len({move.host for move in wave.moves} & set(own.members)) <= own.at_once
    for target in made:
        order = [move.host for wave in waves for move in wave.moves if move.rack == target.rack]
        assert order == [h.name for h in plainest_first(target)]  # each once, as the rack's plan has them
    for ring in found.rings:
        assert {move.rack for wave in ring.waves for move in wave.moves} == set(ring.racks)
        assert max(len(wave.moves) for wave in ring.waves) <= ring.at_once
        assert len(ring.waves) >= ring.at_least
    dice.shuffle(made)
    assert spread(made, *groups, at_once=at_once) == found


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (1, [1]),
        (3, [1, 2]),
        (7, [1, 2, 2, 2]),
        (100, [1, 2, 5, 10, 20, 62]),
        (250, [1, 2, 12, 25, 50, 160]),
    ],
)
def test_rings_grow_and_the_first_three_racks_go_one_by_one(count: int, sizes: list[int]) -> None:
    """One rack, two, then 5, 10 and 20 percent, then the rest."""
    rings = spread(racks(*[2] * count)).rings
    assert [len(ring.racks) for ring in rings] == sizes
    assert [ring.at_once for ring in rings] == [1, 1, 5, 5, 5, 5][: len(sizes)]


def test_without_groups_no_wave_is_wasted() -> None:
    """Racks of one size that are under way together take as many waves as one of them."""
    last = spread(racks(*[4] * 13), at_once=5).rings[-1]
    assert (len(last.racks), len(last.waves), last.at_least) == (4, 4, 4)


def test_a_pair_over_two_racks_is_never_in_one_wave() -> None:
    """Its second member waits, and the racks go on beside it."""
    made = racks(*[1] * 7)
    pair = group("h-006-1", "h-007-1")
    waves = [wave for ring in spread(made, pair).rings for wave in ring.waves]
    together = [wave for wave in waves if {m.host for m in wave.moves} >= set(pair.members)]
    assert together == []
    assert len([w for ring in spread(made).rings for w in ring.waves]) == len(waves) - 1


def test_a_core_without_room_holds_the_ring_that_would_fill_it() -> None:
    """80 % of a table is the end; the rings before it may go."""
    full = Room(switch=DeviceName("core1"), version=4, used=990, limit=1245)
    rings = spread(racks(*[1] * 7), rooms=(full,)).rings
    assert [bool(ring.held) for ring in rings] == [False, False, False, True]
    assert rings[-1].held == ("core1 would hold 997 IPv4 routes of 1245: more than 80% of its table",)


def test_a_segment_is_empty_after_its_last_host_or_not_at_all() -> None:
    """Who stays is named; only an empty segment can be taken down."""
    (release,) = spread(racks(2, 1)).releases
    assert (release.moving, release.staying, release.wave) == (3, (), 3)
    (release,) = spread(racks(2, 1), others="fw 52:54:00:00:00:99").releases
    assert release.staying == ("52:54:00:00:00:99", "fw")


def intent(*groups: ToldGroup) -> Intent:
    """Give the demo's intent with groups."""
    return Intent(
        campaign=load(INTENT).campaign, asn=load(INTENT).asn, loopbacks=load(INTENT).loopbacks, group=groups
    )


def servers(stem: str, count: int, services: tuple[str, ...] = WEB) -> list[Target]:
    """Give racks of one server each, `web-1`, `web-2` and so on."""
    made = racks(*[1] * count)
    return [
        replace(t, hosts=(replace(t.hosts[0], name=DeviceName(f"{stem}-{n}"), services=services),))
        for n, t in enumerate(made, start=1)
    ]


def test_hosts_of_one_name_and_one_service_are_a_group() -> None:
    """A guess on the safe side: one in ten of them at once, and at least one; of one service only."""
    (found,) = groups_of(servers("web", 25), intent())
    assert (found.name, len(found.members), found.at_once) == ("web (nginx tcp/443)", 25, 2)
    assert groups_of(servers("web", 25, services=()), intent()) == ()
    other = servers("web", 2)
    other[1] = replace(other[1], hosts=(replace(other[1].hosts[0], services=("postgres tcp/5432",)),))
    assert groups_of(other, intent()) == ()


def test_people_know_better_than_a_name() -> None:
    """The guess ends for each host that somebody spoke of."""
    told = ToldGroup(name="shop", members=("web-1", "web-2*"), at_once=2)
    found = groups_of(servers("web", 25), intent(told))
    assert [(g.name, len(g.members), g.at_once) for g in found] == [
        ("shop", 8, 2), ("web (nginx tcp/443)", 17, 1)
    ]  # fmt: skip


def test_a_pattern_that_fits_no_host_is_a_fault(tmp_path: Path) -> None:
    """A slip of the finger would else let two members of a cluster move together."""
    path = tmp_path / "vlan2l3.toml"
    path.write_text(f'{INTENT.read_text()}\n[[group]]\nname = "shop"\nmembers = ["web-*", "wbe-01"]\n')
    shown = type_("plan", "--rack", "r12", "--capture", str(DEMO), "--intent", str(path))
    assert shown.code == 2
    assert "`group[1]` names wbe-01, which fits no host of the capture" in shown.stderr
    assert "web-*" not in shown.stderr


def test_members_of_one_finding_are_a_group() -> None:
    """Also where the finding holds nobody back: a slow failover is one more reason not to take both."""
    finding = Finding(
        rule="token-vs-bgp", title="Cluster timeout", severity=Severity.DEGRADED,
        certainty=Certainty.DECISIVE, subject="a+b", hosts=(DeviceName("h-001-1"), DeviceName("h-002-1")),
        segments=(), racks=(), evidence=(), meaning="", remedy="", order="",
        outage=Expected(during="", after="", source=""),
    )  # fmt: skip
    made = [replace(t, hosts=tuple(replace(h, findings=(finding,)) for h in t.hosts)) for t in racks(1, 1)]
    (found,) = groups_of(made, intent())
    assert (found.name, found.members, found.at_once) == ("a+b", finding.hosts, 1)
    assert groups_of(made[:1], intent()) == ()  # one rack alone moves one host at a time in any case


ALL = ("plan", "--all", "--capture", str(DEMO), "--intent", str(INTENT))


def test_all_racks_of_the_demo_and_their_waves(tmp_path: Path) -> None:
    """Written as they are committed, and true until somebody edits them."""
    shown = type_(*ALL, "--out", str(tmp_path))
    assert shown.code == 0
    assert "3 rack(s) in 2 ring(s)" in shown.stderr
    schema = json.loads(type_("schema", "campaign").stdout)
    data = json.loads((tmp_path / "campaign" / "campaign.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(data)
    for name in ("campaign.json", "campaign.md"):
        made, committed = tmp_path / "campaign" / name, ROOT / "plans" / "campaign" / name
        assert made.read_text() == committed.read_text()
    assert type_(*ALL, "--check", "--out", str(tmp_path)).code == 0
    page = tmp_path / "campaign" / "campaign.md"
    page.write_text(page.read_text().replace("ring", "Ring", 1))
    stale = type_(*ALL, "--check", "--out", str(tmp_path))
    assert stale.code == 5
    assert "file `campaign.md` is not what it would be now: line" in stale.stderr
