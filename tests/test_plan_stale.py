"""`plan --check` against a newer capture: what changed, in words, and which steps that ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from doctored import doctored
from terminal import DEMO, INTENT, ROOT, Shown, type_

from vlan2l3.errors import Problem
from vlan2l3.render.freshness import differences, refused
from vlan2l3.render.write import read

MACS = "leaf-r12a/show_mac_address-table_json.json"
CONFIG = "leaf-r12b/show_running-config.txt"


def checked(tmp_path: Path, *changes: tuple[str, str, str]) -> Shown:
    """Check the committed plan of r12 against the demo's capture with other answers."""
    capture = doctored(tmp_path, *changes)
    shutil.copytree(ROOT / "plans" / "r12", tmp_path / "plans" / "r12")
    places = ("--capture", str(capture), "--intent", str(INTENT), "--out", str(tmp_path / "plans"))
    return type_("plan", "--rack", "r12", "--check", *places)


def test_a_new_mac_ends_the_steps_of_its_segment(tmp_path: Path) -> None:
    """Nobody knows whose it is, so no plan would be written now: exit 5, the reason and the steps."""
    text = (DEMO / MACS).read_text()
    start = text.index("{", text.index('"unicastTable"') + 20)
    first = text[start : text.index("}", start) + 1]
    row = {**json.loads(first), "macAddress": "02:aa:bb:cc:dd:01", "interface": "Ethernet12", "vlanId": 110}
    shown = checked(tmp_path, (MACS, first, f"{json.dumps(row)},{first}"))
    assert shown.code == 5
    assert "the plan on disk is no longer true" in shown.stderr
    (line,) = [line for line in shown.stderr.splitlines() if "02:aa:bb:cc:dd:01" in line]
    assert "is learned on leaf-r12a Ethernet12 in vlan110 and belongs to nobody known" in line
    ended = line.partition("invalidates ")[2]
    assert ended == (
        "`fabric/core1-coexistence-vlan110`, `fabric/core2-coexistence-vlan110`, `160-web-05-cut`,"
        " `250-web-03-cut`"
    )


def test_a_port_that_was_configured_anew_ends_the_step_that_types_it_back(tmp_path: Path) -> None:
    """The step's name stays, its undo would be another one, and the line is shown."""
    heading = "interface Ethernet1\n   description web-03 ens1f1\n"
    shown = checked(tmp_path, (CONFIG, heading, f"{heading}   speed forced 25gfull\n"))
    assert shown.code == 5
    said = "step `230-leaf-r12b-port-routed-web-03` is invalid: `undo` said `mtu 9214`, and would say"
    assert f"{said} `speed forced 25gfull`" in shown.stderr


def test_a_host_with_another_address_is_named_with_the_steps_of_its_move() -> None:
    """Once for the host, and each step with the first thing that is another one."""
    old = read(ROOT / "plans" / "r12")
    new = {name: text.replace("10.1.20.13/32", "10.1.20.77/32") for name, text in old.items()}
    said = differences(old, new)
    (line,) = [line for line in said if "got the address" in line]
    assert line.startswith("host `db-03` got the address 10.1.20.77/32; invalidates `")
    assert "-db-03`" in line
    assert any("-db-03-dual` is invalid: after it, `" in line for line in said)


def test_a_check_that_would_show_something_else_is_named() -> None:
    """What comes back from a device is part of a step."""
    old = read(ROOT / "plans" / "r12")
    plan = json.loads(old["plan.json"])
    plan["steps"][-1]["after"][0]["expected"] = "nothing of the sort"
    (line,) = differences(old, {**old, "plan.json": json.dumps(plan)})
    assert line.endswith("has to show nothing of the sort")


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (
            "leaf-r12b Ethernet1 is gone",
            ["210-leaf-r12b-port-down-web-03", "230-leaf-r12b-port-routed-web-03"],
        ),  # the steps that touch the port
        (
            "the gateway of vlan130 moved",
            ["fabric/core1-coexistence-vlan130", "fabric/core2-coexistence-vlan130", "330-db-02-cut"],
        ),  # those that touch the segment
        (
            "core2 was not read",
            [
                "fabric/core2-underlay",
                "fabric/core2-coexistence-vlan110",
                "fabric/core2-coexistence-vlan120",
                "fabric/core2-coexistence-vlan130",
                "030-core2-links",
            ],
        ),  # those on the device
    ],
)
def test_a_reason_ends_the_steps_it_is_about(said: str, steps: list[str]) -> None:
    """The narrowest thing that it names decides."""
    line = refused(read(ROOT / "plans" / "r12"), Problem(what=said))
    assert [name.strip("`") for name in line.partition("invalidates ")[2].split(", ")] == steps


def test_a_reason_that_names_nothing_of_the_plan_ends_all_of_it() -> None:
    """What can't be told apart is not taken for harmless."""
    plan = read(ROOT / "plans" / "r12")
    line = refused(plan, Problem(what="two hosts would get one AS number"))
    assert line.startswith("two hosts would get one AS number; invalidates `020-core1-links`, ")
    people = sum(step["role"] == "people" for step in json.loads(plan["plan.json"])["steps"])
    assert line.endswith(f" and {len(json.loads(plan['plan.json'])['steps']) - people - 5} more")
    assert refused({}, Problem(what="no plan", where="r12")) == "r12: no plan"
