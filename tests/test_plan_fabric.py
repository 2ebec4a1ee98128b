"""What racks share: written once, asked for by each rack with the same changes, and first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import targets
from doctored import doctored
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.cli.stages import Planner, planner, survey
from vlan2l3.design.target import FABRIC, Coexistence, Reason
from vlan2l3.design.whole import whole
from vlan2l3.errors import NoSafePlanError
from vlan2l3.network.model import Network
from vlan2l3.parse.records import Source
from vlan2l3.plan import fabric
from vlan2l3.plan.actions import CoreUnderlay
from vlan2l3.plan.build import build, build_fabric, check_shared, needed_by
from vlan2l3.plan.model import Phase, Step

HEADER = {"capture": "c", "digest": "d" * 64, "ledger": "e" * 64}
RACKS = ("r11", "r12", "r13")


@pytest.fixture(scope="module")
def demo() -> Planner:
    """Read the demo's network once."""
    return planner(survey(DEMO), INTENT)


def said(step: Step) -> tuple[object, ...]:
    """Give what a step does, whoever asks for it."""
    return step.slug, step.device, step.phase, step.action, step.waves


def test_each_rack_relies_on_the_fabrics_own_steps(demo: Planner) -> None:
    """The same changes and the same lines; what the fabric's plan holds, some rack needs."""
    shared = demo.shared()
    assert shared is not None
    steps = {step.slug: step for step in shared.plan.steps if step.phase is not Phase.P0}
    relied = {rack: [step for step, _ in demo.plan(rack).relies] for rack in RACKS}
    for own in relied.values():
        assert [said(step) for step in own] == [said(steps[step.slug]) for step in own]
    assert {step.slug for own in relied.values() for step in own} == set(steps)
    assert dict(shared.needed_by) == {
        slug: tuple(rack for rack in RACKS if any(step.slug == slug for step in relied[rack]))
        for slug in sorted(steps)
    }
    assert shared.left_out == ()


def test_a_rack_that_cant_be_planned_asks_for_nothing(tmp_path: Path) -> None:
    """It is named with its reason; what the others need is there, and `--all` ends with 4."""
    answers = [f"leaf-r13{side}/show_version_json_native.json" for side in "ab"]
    said = '"nxos_ver_str": "10.3(4a)"'
    capture = doctored(tmp_path, *((answer, said, said.replace("10.3(4a)", "9.2(1)")) for answer in answers))
    shared = planner(survey(capture), INTENT).shared()
    assert shared is not None
    assert [rack for rack, _ in shared.left_out] == ["r13"]
    assert {rack for _, racks in shared.needed_by for rack in racks} == {"r11", "r12"}
    places = ("--capture", str(capture), "--intent", str(INTENT), "--out", str(tmp_path / "plans"))
    shown = type_("plan", "--all", *places)
    assert shown.code == 4
    assert "it runs 9.2(1)" in shown.stderr
    page = (tmp_path / "plans/fabric/plan.md").read_text()
    assert "- `r13`: it runs 9.2\\(1\\): interface peers came with" in page
    assert not (tmp_path / "plans/r13").exists()


def test_check_tells_that_nothing_is_shared_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan on disk would still be executed first."""
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    monkeypatch.setattr(Planner, "shared", lambda _: None)
    places = ("--capture", str(DEMO), "--intent", str(INTENT), "--out", str(tmp_path / "plans"))
    shown = type_("plan", "--all", "--check", *places)
    assert shown.code == 5
    assert "no rack can be planned any more, so nothing is shared" in shown.stderr


def test_a_rack_is_checked_behind_them(demo: Planner) -> None:
    """They come first in the order that was checked, and only there: no file of the rack holds them."""
    plan = demo.plan("r12")
    shared = tuple(step for step, _ in plan.relies)
    assert shared
    assert plan.order == (*shared, *plan.steps)
    assert {step.name.partition("/")[0] for step in shared} == {FABRIC}
    texts = demo.texts(plan)
    assert not [name for name in texts if any(step.slug in name for step in shared)]


def test_a_rack_is_refused_without_them(demo: Planner) -> None:
    """That they are relied on is no word alone: a state breaks when nobody asks for proxy ARP."""
    target = demo.plan("r12").target
    silent = tuple(replace(subnet, ipv4=Coexistence.NONE) for subnet in target.subnets)
    assert check_shared(target) > 1
    with pytest.raises(NoSafePlanError, match="order"):
        build(replace(target, subnets=silent), **HEADER)


def test_who_is_left_in_a_subnet_is_left_by_every_rack() -> None:
    """One rack's moving host is not counted as staying because another rack sees it stay."""
    left = [Reason(text=name, source=targets.source()) for name in ("a", "b", "c")]
    one, two = (targets.target(targets.host(name, 1)) for name in ("h1", "h2"))
    one = replace(one, subnets=(replace(one.subnets[0], left=(left[0], left[2])),))
    two = replace(two, subnets=(replace(two.subnets[0], left=(left[1], left[2])),))
    (subnet,) = whole([one, two]).subnets
    assert subnet.left == (left[2],)
    assert subnet.staying == 1
    assert subnet.moving == ("h1", "h2")


def test_a_step_that_is_done_keeps_its_number_in_the_fabrics_plan() -> None:
    """And a rack's plan starts behind it, with the line that shows it."""
    rack = targets.target()
    seen = Source(device=rack.cores[0].name, file="core1/show_running-config.txt", line=7)
    done = {"core1-coexistence-vlan110": seen}
    all_of_it, rest = (
        build_fabric(whole([rack]), 1, **HEADER),
        build_fabric(whole([rack]), 1, **HEADER, done=done),
    )
    assert set(rest.steps) == {step for step in all_of_it.steps if step.slug not in done}
    own = build(rack, **HEADER, done=done)
    assert [(step.slug, where) for step, where in own.relies if where] == [*done.items()]
    assert [step.name for step in own.steps] == [step.name for step in build(rack, **HEADER).steps]
    assert len(own.order) == len(build(rack, **HEADER).order) - 1
    assert own.start != build(rack, **HEADER).start


def test_cores_come_before_gateways_and_in_their_order() -> None:
    """Whatever order the racks name them in."""
    rack = targets.target()
    turned = replace(rack, cores=rack.cores[::-1], announced=rack.announced[::-1])
    steps = list(fabric.steps(whole([turned, rack])))
    assert [step.device for step in steps if isinstance(step.action, CoreUnderlay)] == ["core1", "core2"]
    assert [step.phase for step in steps] == sorted(step.phase for step in steps)
    assert needed_by([rack]) == tuple(sorted((step.slug, (rack.rack,)) for step in steps))


@pytest.mark.parametrize("name", ["fabric", "campaign"])
def test_a_rack_of_the_name_of_a_shared_folder_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be written over the plan that all racks rely on."""
    racks: Callable[[Network], tuple[str, ...]] = lambda _: (name,)  # noqa: E731 - stands in for a property
    monkeypatch.setattr(Network, "racks", property(racks))
    shown = type_(
        "plan", "--rack", name, "--capture", str(DEMO), "--intent", str(INTENT), "--out", str(tmp_path)
    )
    assert shown.code == 4
    assert f"{name}: the plans of all racks share a folder of that name" in shown.stderr
    assert list(tmp_path.iterdir()) == []
