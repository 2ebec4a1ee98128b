"""Strategies of subnets: people's word, else what was found; keep-ip is never forced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from terminal import DEMO, INTENT, ROOT, Shown, type_

from vlan2l3.design.intent import load
from vlan2l3.errors import UsageError


def told(tmp_path: Path, *rows: tuple[str, str]) -> Path:
    """Write the demo's intent with strategies for prefixes."""
    path = tmp_path / "vlan2l3.toml"
    tables = [
        f'[[subnet]]\nprefix = "{prefix}"\nstrategy = "{strategy}"\nreason = "agreed with its owner"\n'
        for prefix, strategy in rows
    ]
    path.write_text(INTENT.read_text() + "\n" + "\n".join(tables))
    return path


def planned(tmp_path: Path, *rows: tuple[str, str]) -> tuple[Shown, dict[str, Any]]:
    """Plan rack r12 with strategies; without a plan the data is empty."""
    places = ("--capture", str(DEMO), "--intent", str(told(tmp_path, *rows)), "--out", str(tmp_path / "p"))
    shown = type_("plan", "--rack", "r12", *places)
    data = tmp_path / "p" / "r12" / "plan.json"
    return shown, json.loads(data.read_text()) if data.is_file() else {}


@pytest.mark.parametrize("strategy", ["island", "renumber", "redeploy"])
def test_the_hosts_of_a_subnet_stay_when_people_choose_another_way(tmp_path: Path, strategy: str) -> None:
    """With people's reason; what they have to do then is a step, but for an island."""
    shown, plan = planned(tmp_path, ("10.1.20.0/24", strategy))
    assert shown.code == 0, shown.stderr
    assert {host["name"] for host in plan["hosts"]} == {"web-03", "web-05"}
    stays = {stay["name"]: stay["reasons"] for stay in plan["stays"]}
    assert any(
        f"chooses {strategy} for vlan120: agreed with its owner" in reason for reason in stays["db-02"]
    )
    page = (tmp_path / "p/r12/plan.md").read_text()
    assert f"| {strategy}: agreed with its owner |" in page
    own = [step for step in plan["steps"] if step["name"].endswith(f"-{strategy}-vlan120")]
    assert len(own) == (strategy != "island")
    if own:
        (text,) = (tmp_path / "p/r12/steps").glob(f"*-{strategy}-vlan120.md")
        assert "10.1.20.0/24, 2001:db8:120::/64: db-02, db-03, pcs-01 of this rack" in text.read_text()


def test_what_was_found_in_a_subnet_decides_where_nobody_said_anything() -> None:
    """Bridged guests are set up anew; a subnet that hosts leave keeps its addresses."""
    page = (ROOT / "plans/r12/plan.md").read_text()
    assert "| redeploy: virtual machines are bridged into it: set them up anew, routed |" in page
    assert "| keep-ip: 2 dual-homed Linux host\\(s\\) keep their address; 11 machine\\(s\\) stay |" in page
    assert "| island: nothing in this rack can leave it |" in page


def test_keep_ip_is_refused_where_no_host_can(tmp_path: Path) -> None:
    """Exit 4 and every reason; people's word proves nothing."""
    shown, plan = planned(tmp_path, ("10.1.40.0/24", "keep-ip"))
    assert (shown.code, plan) == (4, {})
    said = "gnt-01: `subnet[1]` wants keep-ip for vlan140: Virtual machines bridged into the VLAN"
    assert said in shown.stderr


def test_keep_ip_where_hosts_can_changes_nothing_but_the_digest(tmp_path: Path) -> None:
    """It is what the rule says too."""
    shown, plan = planned(tmp_path, ("10.1.20.0/24", "keep-ip"))
    assert shown.code == 0
    committed = json.loads((ROOT / "plans/r12/plan.json").read_text())
    assert [host["name"] for host in plan["hosts"]] == [host["name"] for host in committed["hosts"]]
    assert [step["commands"] for step in plan["steps"]] == [step["commands"] for step in committed["steps"]]


def test_a_prefix_that_is_not_there_is_named_with_those_near_it(tmp_path: Path) -> None:
    """A slip of the finger would else keep nobody."""
    shown, _ = planned(tmp_path, ("10.1.21.0/24", "island"), ("172.30.0.0/24", "island"))
    assert shown.code == 2
    assert "`subnet[1]` chooses for 10.1.21.0/24, which no segment of the capture has" in shown.stderr
    assert "near it: 10.1.20.0/24" in shown.stderr
    assert "`subnet[2]` chooses for 172.30.0.0/24" in shown.stderr


def test_faults_of_the_tables_are_listed_at_once(tmp_path: Path) -> None:
    """No prefix, one prefix twice."""
    rows = (("10.1.20.0/24", "island"), ("10.1.20.1/24", "island"), ("10.1.20.0/24", "renumber"))
    with pytest.raises(UsageError) as caught:
        load(told(tmp_path, *rows))
    said = str(caught.value)
    assert "`subnet[2].prefix`: 10.1.20.1/24 has host bits set" in said
    assert "`subnet[3]` and `subnet[1]` both choose for 10.1.20.0/24" in said
