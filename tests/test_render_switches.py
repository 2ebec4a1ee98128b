"""What is typed on switches: each platform's lines hang together, and the undo leaves nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import targets
from terminal import DEMO, INTENT, type_

from vlan2l3 import platforms
from vlan2l3.cli.stages import survey
from vlan2l3.design import intent as intents
from vlan2l3.design.fabric import unsupported
from vlan2l3.design.hosts import HostJudge
from vlan2l3.design.target import HostTarget, Stay, Target
from vlan2l3.names import DeviceName, RackName
from vlan2l3.network.model import Network, Switch, SwitchRole
from vlan2l3.parse.config import blocks
from vlan2l3.plan.actions import Check, PortRouted, Underlay
from vlan2l3.plan.build import build
from vlan2l3.plan.model import Plan, Role, Step
from vlan2l3.render import checks, switch

HEADER = {"capture": "c", "digest": "d" * 64, "ledger": "e" * 64}
GOLDEN = Path(__file__).parent / "data" / "switches"
LEAFS = [name for name in platforms.written() if "leaf" in getattr(platforms.writing(name), "roles", ())]
CORES = [name for name in platforms.written() if "core" in getattr(platforms.writing(name), "roles", ())]
DEFINED = {
    "list": re.compile(r"^ip prefix-list (\S+)"),
    "list6": re.compile(r"^ipv6 prefix-list (\S+)"),
    "map": re.compile(r"^route-map (\S+) permit"),
    "group": re.compile(r"neighbor (\S+) peer group$"),
}
USED = {
    "list": (re.compile(r"match ip address prefix-list (\S+)"), re.compile(r"^prefix-list (\S+) (?:in|out)")),
    "list6": (
        re.compile(r"match ipv6 address prefix-list (\S+)"),
        re.compile(r"^6 prefix-list (\S+) (?:in|out)"),
    ),
    "map": (re.compile(r"route-map (\S+) (?:in|out)$"),),
    "group": (re.compile(r"peer-group (\S+)"),),
}
TAKEN = {
    "list": re.compile(r"^no ip prefix-list (\S+)"),
    "list6": re.compile(r"^no ipv6 prefix-list (\S+)"),
    "map": re.compile(r"^no route-map (\S+)"),
    "group": re.compile(r"no neighbor (\S+) peer group$"),
}


def planned(platform: str, *hosts: object) -> Plan:
    """Plan a small rack whose leafs run this platform; the cores run one that can be a core."""
    rack = targets.target(*(hosts or (covering(), targets.host("web-04", 2))))  # type: ignore[arg-type]
    leafs = tuple(replace(leaf, platform=platform) for leaf in rack.leafs)
    cores = tuple(replace(c, platform=platform if platform in CORES else "eos") for c in rack.cores)
    return build(replace(rack, leafs=leafs, cores=cores), **HEADER)


def covering() -> object:
    """Give a host with an address in a subnet that its default route does not use."""
    return targets.host(
        "db-01", 1, (targets.kept("10.1.10.13/24"), targets.kept("10.1.20.13/24", vlan=120, default=False))
    )


def lines(step: Step, target: Target, *, undo: bool = False) -> list[str]:
    """Give what is typed for a step, without indentation; of a family inside a neighbour with its number."""
    text = switch.undo(step, target) if undo else switch.commands(step, target)
    found, family = [], ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("address-family"):
            family = "6 " if "ipv6" in line else ""
        found.append(f"{family}{line}" if line.startswith("prefix-list") else line)
    return found


def names(patterns: re.Pattern[str] | tuple[re.Pattern[str], ...], typed: list[str]) -> set[str]:
    """Collect the names that some pattern finds."""
    own = patterns if isinstance(patterns, tuple) else (patterns,)
    return {match[1] for line in typed for pattern in own if (match := pattern.search(line))}


def on_switches(plan: Plan) -> Iterator[Step]:
    """Give the steps that are typed on switches."""
    yield from (step for step in plan.order if step.role in (Role.LEAF, Role.GATEWAY))


@pytest.mark.parametrize("platform", LEAFS)
def test_every_name_is_defined_before_it_is_used_and_every_one_is_used(platform: str) -> None:
    """A list that isn't there lets everything in on some platforms; one nobody uses is a mistake."""
    plan = planned(platform)
    defined: dict[tuple[str, str], set[str]] = {}
    used: dict[tuple[str, str], set[str]] = {}
    for step in on_switches(plan):
        typed = [line for line in lines(step, plan.target) if not line.startswith("no ")]
        for kind, pattern in DEFINED.items():
            own = defined.setdefault((step.device, kind), set())
            own |= names(pattern, typed)
            needed = names(USED[kind], typed)
            assert needed <= own, f"{step.name}: {kind} {needed - own}"
            used.setdefault((step.device, kind), set()).update(needed)
    leaf = plan.target.leafs[0].name
    assert used[leaf, "list"]
    assert used[leaf, "list6"]
    later = "V2L3-DEFAULT-OUT" if platform == "eos" else "V2L3-DEFAULT"
    assert any(later in found for found in used.values())
    assert used == defined


@pytest.mark.parametrize("platform", LEAFS)
def test_the_undo_takes_back_every_name_its_step_gave(platform: str) -> None:
    """Nothing stays that a next plan would stumble over, and nothing of others goes."""
    plan = planned(platform)
    for step in on_switches(plan):
        typed, back = lines(step, plan.target), lines(step, plan.target, undo=True)
        whole = any(line.startswith("no router bgp") for line in back)  # its groups go with it
        for kind, pattern in DEFINED.items():
            if not (kind == "group" and whole):
                assert names(TAKEN[kind], back) == names(pattern, typed), f"{step.name}: {kind}"


@pytest.mark.parametrize("platform", LEAFS)
@pytest.mark.parametrize("way", ["do", "undo"])
def test_a_port_is_shut_from_the_first_line_to_the_last(platform: str, way: str) -> None:
    """Routed, it opens when all its filters stand; bridged again, another step opens it."""
    plan, undo = planned(platform), way == "undo"
    for step in plan.steps:
        if not isinstance(step.action, PortRouted):
            continue
        typed = lines(step, plan.target, undo=undo)
        at = [i for i, line in enumerate(typed) if line in ("shutdown", "no shutdown")]
        assert at[-1] == len(typed) - 1
        assert typed[-1] == ("shutdown" if undo else "no shutdown")
        assert at[:-1] == ([1] if undo else [])
        if undo:
            config = [line for line in typed if line in step.action.leg.port_config]
            assert config == list(step.action.leg.port_config)


def test_what_counts_at_once_never_opens_a_port_by_default() -> None:
    """`default interface` gives an open port in VLAN 1; only a session that is applied whole may use it."""
    for platform in LEAFS:
        writing = platforms.writing(platform)
        assert writing is not None
        if writing.reverts:
            continue
        plan = planned(platform)
        for step in on_switches(plan):
            if step.device in {leaf.name for leaf in plan.target.leafs}:
                text = switch.commands(step, plan.target) + switch.undo(step, plan.target)
                assert "default interface" not in text


@pytest.mark.parametrize("platform", LEAFS)
def test_the_host_is_admitted_with_its_own_addresses_only(platform: str) -> None:
    """Of each family exactly the planned prefixes; a list that has none of one refuses all of it."""
    plan = planned(platform)
    (step,) = [s for s in plan.steps if s.slug == "leaf-b-port-routed-db-01"]
    text = switch.commands(step, plan.target)
    found = re.findall(r"(?m)^ip prefix-list V2L3-db-01 seq \d+ permit (\S+)", text)
    assert found == ["10.1.10.13/32", "10.1.20.13/32"]
    assert re.search(r"V2L3-db-01-6(?:\n  +| )seq 5 deny 0?::/0", text)
    assert not re.search(r"V2L3-db-01-6(?:\n  +| )seq \d+ permit", text)
    assert "V2L3-db-01-OUT" in text  # it also learns the subnet that its default does not use
    (other,) = [s for s in plan.steps if s.slug == "leaf-b-port-routed-web-04"]
    assert "-OUT-6" not in switch.commands(other, plan.target)


@pytest.mark.parametrize("platform", LEAFS)
def test_the_lines_are_those_that_were_reviewed(platform: str, golden: Callable[[str, Path], None]) -> None:
    """One file a platform, each step once: what somebody who knows it can read."""
    plan = planned(platform, covering())
    seen: dict[str, Step] = {}
    for step in on_switches(plan):
        if step.device in {leaf.name for leaf in plan.target.leafs}:
            seen.setdefault(step.action.template, step)
    parts = [
        f"### {template}\n{switch.commands(step, plan.target)}"
        f"### {template}, undo\n{switch.undo(step, plan.target)}"
        for template, step in seen.items()
    ]
    assert list(seen) == ["underlay", "port_down", "port_routed", "remove_lag"]
    golden("".join(parts), GOLDEN / f"{platform}.txt")


@pytest.mark.parametrize("platform", LEAFS)
def test_every_configuration_is_a_tree_that_its_reader_reads(platform: str) -> None:
    """A line stands below the heading it belongs to: what is typed is what a capture would show."""
    plan = planned(platform)
    (step, *_) = [s for s in plan.steps if isinstance(s.action, Underlay)]
    tops = [block.text for block in blocks(switch.commands(step, plan.target))]
    assert any(line.startswith("router bgp ") for line in tops)
    assert not any(line.startswith(("neighbor", "network", "address-family", "match")) for line in tops)


@pytest.mark.parametrize("platform", LEAFS)
def test_a_platform_says_how_all_of_its_part_is_checked(platform: str) -> None:
    """Whatever a plan asks of such a switch has a form, and no form is of a check that isn't there."""
    known = {kind.__name__ for kind in get_args(Check)}
    assert set(checks.forms(platform)) <= known
    plan = planned(platform)
    for step in plan.order:
        for check in (*step.before, *step.after):
            on, command, expected = checks.written(check, plan.target)
            assert on, check
            assert command, check
            assert expected, check
            assert "{" not in command + expected, check


@cache
def demo() -> Network:
    """Read the demo's network once."""
    return survey(DEMO).network


def of(platform: str, version: str, role: SwitchRole) -> Switch:
    """Give a switch of which only this is looked at."""
    leaf = next(s for s in demo().switches if s.role is SwitchRole.LEAF)
    return replace(leaf, platform=platform, version=version, role=role)


@pytest.mark.parametrize(
    ("platform", "version", "role", "said"),
    [
        ("nxos", "9.3(6)", SwitchRole.LEAF, ""),
        ("nxos", "10.3(4a)", SwitchRole.LEAF, ""),
        ("nxos", "9.3(5)", SwitchRole.LEAF, "it runs 9.3(5): interface peers came with 9.3(3)"),
        ("nxos", "7.0(3)I7(9)", SwitchRole.LEAF, "it runs 7.0(3)I7(9)"),
        ("nxos", "", SwitchRole.LEAF, "it runs a version that the capture doesn't tell"),
        ("nxos", "10.3(4a)", SwitchRole.CORE, "`nxos` can't be a core yet: that its gateway answers ARP"),
        ("eos", "4.31.2F", SwitchRole.CORE, ""),
        ("os10", "10.5", SwitchRole.LEAF, "no configuration templates for platform `os10`"),
    ],
)
def test_a_switch_that_cant_is_refused_with_the_reason(
    platform: str, version: str, role: SwitchRole, said: str
) -> None:
    """By its platform, its part or its release, and with the least one that can."""
    problems = unsupported((of(platform, version, role),))
    assert [p.what[: len(said)] for p in problems] == ([said] if said else [])
    if "runs" in said:
        assert problems[0].hint == "the least version that can is 9.3(6)"


def test_releases_are_compared_by_their_numbers() -> None:
    """Not as text: 9.3(10) is younger than 9.3(6)."""
    ordered = ["7.0(3)I7(9)", "9.3(5)", "9.3(6)", "9.3(10)", "10.3(4a) [Maintenance Release]"]
    assert sorted(ordered, key=platforms.release) == ordered
    assert platforms.release("") == ()


def test_platforms_says_what_is_written_and_how_that_is_known() -> None:
    """Beside what is read."""
    shown = type_("platforms")
    assert shown.code == 0
    (row,) = [line.split() for line in shown.stdout.splitlines() if line.strip().startswith("nxos")]
    assert row == ["nxos", "leaf", "9.3(6)", "no", "documentation"]


def test_a_name_too_long_for_a_list_keeps_the_host() -> None:
    """A list cut short could be another host's."""
    writing = platforms.writing("nxos")
    assert writing is not None
    longest = "x" * writing.longest_host
    assert len(f"V2L3-{longest}-OUT-6") == 63
    judge = HostJudge(network=demo(), findings=(), intent=intents.load(INTENT), rack=RackName("r13"))
    host = demo().host("web-06")
    assert host is not None
    assert isinstance(judge.judge(replace(host, name=DeviceName(longest))), HostTarget)
    stay = judge.judge(replace(host, name=DeviceName(f"{longest}x")))
    assert isinstance(stay, Stay)
    assert [reason.text for reason in stay.reasons] == [
        f"its name has 53 characters; lists on leaf-r13{side} are named after it, and 52 fit" for side in "ab"
    ]
