"""Execute the move of one LACP host in a guest with real BIRD and FRR, and count what is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from rehearsals import conclusive

from vlan2l3.rehearse import launch
from vlan2l3.rehearse.changes import Script
from vlan2l3.rehearse.job import Job, Result, decode_job
from vlan2l3.rehearse.report import Verdict, judge, report_lines

DATA = Path(__file__).parent / "data" / "rehearsal-web-03"
ANNOUNCE = Path(launch.__file__).parents[1] / "render" / "files" / "announce.py"

pytestmark = pytest.mark.uml


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the host's files as a plan would ship them, with the program that announces."""
    missing = launch.missing_programs()
    assert not missing, missing  # a rehearsal that can't run proves nothing, so it must not pass
    folder = tmp_path_factory.mktemp("plan")
    shutil.copytree(DATA / "plan", folder, dirs_exist_ok=True)
    shutil.copy(ANNOUNCE, folder / "hosts" / "web-03")
    return folder


@pytest.fixture(scope="module")
def job() -> Job:
    """Give web-03's move, carrier first."""
    return decode_job((DATA / "job.json").read_bytes())


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the rehearsals of this module a place for temporary files of their own."""
    folder = tmp_path_factory.mktemp("workplace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(scope="module")
def moved(job: Job, plan: Path, workplace: Path) -> Result:
    """Give the result of the whole move, measured once."""
    assert workplace.is_dir()
    return conclusive(job, plan)[0]


def test_lossless_order_loses_no_packet_at_any_step(job: Job, moved: Result) -> None:
    """Carrier first, then the /32, the default, the announcement: nothing is lost in either family."""
    report = judge(job, moved)
    assert report.verdict is Verdict.PASSED, "\n".join(report_lines(report))
    assert [step.id for step in report.steps] == ["baseline", *(step.id for step in job.steps)]


def test_every_step_was_probed_from_every_viewpoint_both_ways(job: Job, moved: Result) -> None:
    """A zero counts only where probes were sent."""
    seen = {(row.step, row.viewpoint, row.direction, ":" in row.address) for row in moved.losses if row.sent}
    expected = {
        (step, viewpoint.name, direction, ipv6)
        for step in ("baseline", *(step.id for step in job.steps))
        for viewpoint in job.viewpoints
        for direction in ("to-host", "from-host")
        for ipv6 in (False, True)
    }
    assert seen == expected
    assert sum(row.sent for row in moved.losses) > 30_000


def test_stand_ins_are_listed_with_what_they_did(moved: Result) -> None:
    """A reader can tell what was real: BIRD and FRR are, systemd isn't."""
    assert set(moved.shims) == {"nft", "systemctl", "systemd-run"}
    assert "systemctl start bird" in moved.shim_calls
    assert "systemctl stop vlan2l3-050.timer: timer stopped" in moved.shim_calls
    assert moved.versions["bird"].startswith("BIRD version")


def test_nothing_is_left_on_the_machine(moved: Result, workplace: Path) -> None:
    """The guest's folder and its processes are gone, and its own files never reached the machine."""
    assert moved.host == "web-03"
    assert list(workplace.iterdir()) == []
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [command for command in commands if str(workplace).encode() in command]
    assert not Path("/etc/sysctl.d/90-l3host.conf").exists()


def test_move_without_proxy_and_announcement_fails(job: Job, plan: Path) -> None:
    """The unmoved neighbour loses the host for good, and the counter and the verdict say so."""
    steps = tuple(step for step in job.steps if step.id not in {"060", "070", "085"} and step.id <= "090")
    unmoved = tuple(viewpoint for viewpoint in job.viewpoints if viewpoint.kind != "moved")
    bare = msgspec.structs.replace(job, start=(), steps=steps, viewpoints=unmoved)
    _, report = conclusive(bare, plan)
    assert report.verdict is Verdict.FAILED, "\n".join(report_lines(report))
    lost = {step.id: step for step in report.steps}
    assert lost["080"].lost_ipv4 == 0  # the old leg still stands
    assert lost["090"].lost_ipv4 > 200
    assert lost["090"].lost_ipv6 > 200
    assert lost["090"].worst.startswith("unmoved")


def test_turning_back_before_the_cut_loses_nothing_but_at_the_rejoin(job: Job, plan: Path) -> None:
    """The fabric turns away from the leaf first, then BIRD stops, then the leg joins its bond again."""
    steps = tuple(step for step in job.steps if step.id <= "040")
    back = msgspec.structs.replace(job, steps=steps, turn_back_after="040")
    result, report = conclusive(back, plan)
    lines = "\n".join(report_lines(report))
    assert [(run.id, run.undo) for run in result.runs if run.undo] == [
        (identifier, True) for identifier in ("040", "030", "020", "010")
    ], lines
    # What joining an LACP bond costs is a race of two state machines: measured, and not promised here.
    lost = {
        step.id: step.lost_ipv4 + step.lost_ipv6 for step in report.steps if step.undo and step.id != "010"
    }
    assert lost == {"040": 0, "030": 0, "020": 0}, lines


def test_tagged_active_backup_host_is_built_and_a_failing_script_stops_it(job: Job, plan: Path) -> None:
    """VLAN interfaces on a bond without LACP are probed too, and nothing runs behind a step that failed."""
    host = msgspec.structs.replace(
        job.host,
        bond=msgspec.structs.replace(job.host.bond, mode="active-backup"),
        interfaces=(msgspec.structs.replace(job.host.interfaces[0], name="bond0.110", tagged=True),),
        defaults=tuple(msgspec.structs.replace(d, interface="bond0.110") for d in job.host.defaults),
    )
    first, second, third, *_ = job.steps
    wrong = msgspec.structs.replace(second, actions=(Script(line="sh /plan/hosts/web-03/apply.sh 999"),))
    broken = msgspec.structs.replace(job, host=host, steps=(first, wrong, third))
    _, report = conclusive(broken, plan)
    lines = "\n".join(report_lines(report))
    assert report.verdict is Verdict.FAILED, lines
    assert report.steps[0].sent > 1000
    assert sum(step.lost_ipv4 for step in report.steps) == 0, lines
    assert "apply.sh: no step 999 on this host" in report.reasons[0]
    assert report.reasons[-1] == "never reached: 030"
