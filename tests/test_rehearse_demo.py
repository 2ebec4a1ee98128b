"""Rehearse a host of the demo network from the committed plan, and refuse what can't be rehearsed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec
import pytest
from rehearsals import ATTEMPTS, conclusive
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.cli.stages import planner, survey
from vlan2l3.rehearse.produce import produce
from vlan2l3.rehearse.report import Verdict, report_lines

PLANS = ROOT / "plans"


def rehearse(host: str, out: Path) -> tuple[str, ...]:
    """Give the arguments that rehearse a host of rack r12."""
    where = ("--capture", str(DEMO), "--intent", str(INTENT), "--out", str(out))
    return ("rehearse", "--rack", "r12", "--host", host, *where)


@pytest.mark.uml
def test_a_dual_homed_host_loses_no_packet_in_any_step_of_its_own_plan() -> None:
    """web-03, with a real bond, BIRD and FRR: nothing lost in either family, from three viewpoints."""
    for _ in range(ATTEMPTS):
        shown = type_(*rehearse("web-03", PLANS))
        if not shown.stdout.startswith("web-03: inconclusive"):  # a busy machine could not tell
            break
    assert shown.code == 0, shown.stdout + shown.stderr
    assert shown.stdout.startswith("web-03: passed")
    steps = re.findall(r"(?m)^(baseline|\d{3}) +(\d+) +(\d+) +(\d+) ", shown.stdout)
    assert len(steps) == 10
    assert all(int(sent) > 100 for _, sent, _, _ in steps)
    assert {(lost4, lost6) for _, _, lost4, lost6 in steps} == {("0", "0")}


@pytest.mark.uml
def test_a_host_with_frr_moves_without_loss_and_back_again(tmp_path: Path) -> None:
    """web-01, of both families: the default goes to zebra and back, an undo shuts a session, bgpd stays."""
    intent = tmp_path / "vlan2l3.toml"
    intent.write_text(INTENT.read_text().replace('members = ["web-08"]', 'members = ["web-01"]'))
    where = ("--capture", str(DEMO), "--intent", str(intent), "--out", str(tmp_path))
    assert type_("plan", "--rack", "r11", *where).code == 0
    surveyed = survey(DEMO)
    plan = planner(surveyed, intent).plan("r11")
    assert [host.daemon for host in plan.target.hosts if host.name == "web-01"] == ["frr"]
    job = produce(plan, surveyed.network, "web-01")
    last = job.steps[-1].id
    result, report = conclusive(msgspec.structs.replace(job, turn_back_after=last), tmp_path / "r11")
    lines = "\n".join(report_lines(report))
    # What undoing a routed port and BGP itself costs is measured, and not promised here.
    assert report.verdict is not Verdict.INCONCLUSIVE, lines
    assert {run.outcome for run in result.runs} == {"done"}, lines
    assert [run.id for run in result.runs if run.undo] == [step.id for step in reversed(job.steps)], lines
    assert {step.lost_ipv4 + step.lost_ipv6 for step in report.steps if not step.undo} == {0}, lines
    back = {step.id: step.lost_ipv4 + step.lost_ipv6 for step in report.steps if step.undo}
    stages = {step.id: step.title for step in job.steps}
    quiet = [key for key, title in stages.items() if "dissolve" in title or "use the fabric" in title]
    assert [back[key] for key in quiet] == [0, 0], lines


def test_a_plan_that_was_edited_is_not_rehearsed(tmp_path: Path) -> None:
    """Rehearsing other files than those reviewed would prove nothing."""
    shutil.copytree(PLANS / "r12", tmp_path / "r12")
    script = tmp_path / "r12/hosts/web-03/apply.sh"
    script.write_text(script.read_text().replace("nomaster", "down"))
    shown = type_(*rehearse("web-03", tmp_path))
    assert shown.code == 5
    assert "apply.sh` was edited by hand" in shown.stderr


def test_a_host_that_stays_is_refused_with_its_reason() -> None:
    """The reason it stays is the reason there is nothing to rehearse."""
    shown = type_(*rehearse("web-04", PLANS))
    assert shown.code == 2
    assert "it stays: Management controller on the host's own port" in shown.stderr
