"""Judge rehearsals whose results are written by hand."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from vlan2l3.errors import UsageError
from vlan2l3.rehearse import launch
from vlan2l3.rehearse.guest.tally import tally
from vlan2l3.rehearse.job import FlowLoss, Job, Result, StepRun, decode_job, encode_job
from vlan2l3.rehearse.report import Verdict, judge, report_lines

DATA = Path(__file__).parent / "data" / "rehearsal-web-03"


def job_of(*identifiers: str, turn_back_after: str = "") -> Job:
    """Give web-03's job with these steps only."""
    job = decode_job((DATA / "job.json").read_bytes())
    steps = tuple(step for step in job.steps if step.id in identifiers)
    assert len(steps) == len(identifiers)
    return msgspec.structs.replace(job, steps=steps, turn_back_after=turn_back_after)


def flow(
    step: str, *, lost: int = 0, sent: int = 100, address: str = "10.1.10.33", undo: bool = False
) -> FlowLoss:
    """Give one row of losses."""
    return FlowLoss(
        step=step,
        undo=undo,
        viewpoint="unmoved",
        direction="to-host",
        address=address,
        source_port=40000,
        sent=sent,
        lost=lost,
        longest_gap_ms=lost * 10,
        slowest_reply_ms=3,
    )


def run_of(step: str, *, outcome: str = "done", undo: bool = False) -> StepRun:
    """Give one executed step."""
    return StepRun(
        id=step, title="a title", undo=undo, seconds=1.0, waited_seconds=0.0, outcome=outcome, output=""
    )


def result_of(runs: list[StepRun], losses: list[FlowLoss], *, late_ticks: int = 0, error: str = "") -> Result:
    """Give a result with these rows."""
    return Result(
        host="web-03",
        versions={"bird": "BIRD version 2.0.12"},
        shims=("systemctl",),
        shim_calls=("systemctl start bird",),
        runs=tuple(runs),
        losses=tuple(losses),
        ticks=1000,
        late_ticks=late_ticks,
        error=error,
    )


def test_no_loss_passes() -> None:
    """All steps done, all probes answered."""
    report = judge(job_of("010"), result_of([run_of("010")], [flow("baseline"), flow("010")]))
    assert report.verdict is Verdict.PASSED
    assert report.reasons == ()


def test_one_lost_packet_over_the_expectation_fails_and_is_named() -> None:
    """Zero means zero."""
    report = judge(job_of("010"), result_of([run_of("010")], [flow("baseline"), flow("010", lost=1)]))
    assert report.verdict is Verdict.FAILED
    assert report.reasons == ("step 010 lost 1 IPv4 and 0 IPv6 probes, allowed are 0/0",)
    assert report.steps[1].worst == "unmoved to-host IPv4"


def test_loss_within_the_expectation_passes() -> None:
    """A plan that announced an outage is held to it."""
    job = job_of("010")
    job = msgspec.structs.replace(job, steps=(msgspec.structs.replace(job.steps[0], expected_lost=5),))
    losses = [flow("baseline"), flow("010", lost=5)]
    assert judge(job, result_of([run_of("010")], losses)).verdict is Verdict.PASSED
    losses = [flow("baseline"), flow("010", lost=6)]
    assert judge(job, result_of([run_of("010")], losses)).verdict is Verdict.FAILED


def test_unjudged_ipv6_loss_is_shown_and_does_not_fail() -> None:
    """A plan without an answer for IPv6 says so, and the reader sees what it costs."""
    job = job_of("010")
    job = msgspec.structs.replace(
        job, steps=(msgspec.structs.replace(job.steps[0], expected_lost_ipv6=None),)
    )
    losses = [flow("baseline"), flow("010", lost=40, address="2001:db8:110::33")]
    report = judge(job, result_of([run_of("010")], losses))
    assert report.verdict is Verdict.PASSED
    assert report.steps[1].lost_ipv6 == 40
    assert any("0/any" in line and "40" in line for line in report_lines(report))


def test_loss_before_the_first_step_is_inconclusive() -> None:
    """A network that loses packets by itself can't show that a step loses none."""
    report = judge(job_of("010"), result_of([run_of("010")], [flow("baseline", lost=1), flow("010")]))
    assert report.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("losses", "late_ticks", "error", "reason"),
    [
        ([], 0, "", "no probe was sent before the first step"),
        ([flow("baseline")], 0, "", "no probe was sent during step 010"),
        ([flow("baseline"), flow("010")], 400, "", "the guest was too busy"),
        ([flow("baseline"), flow("010")], 0, "OSError: no space", "the guest failed: OSError: no space"),
    ],
)
def test_measurement_that_can_not_be_trusted_is_never_passed(
    losses: list[FlowLoss], late_ticks: int, error: str, reason: str
) -> None:
    """Silence isn't a zero."""
    result = result_of([run_of("010")], losses, late_ticks=late_ticks, error=error)
    report = judge(job_of("010"), result)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.reasons[0].startswith(reason)


def test_step_that_failed_and_steps_behind_it_are_named() -> None:
    """The rehearsal stops where a person would."""
    runs = [run_of("010", outcome="exit 1: no such device")]
    report = judge(job_of("010", "020"), result_of(runs, [flow("baseline"), flow("010")]))
    assert report.verdict is Verdict.FAILED
    assert report.reasons == ("step 010 wasn't executed: exit 1: no such device", "never reached: 020")


def test_undo_is_held_to_its_own_expectation() -> None:
    """A leg that joins its LACP bond again may cost a moment that leaving it doesn't."""
    job = job_of("010", turn_back_after="010")
    job = msgspec.structs.replace(job, steps=(msgspec.structs.replace(job.steps[0], expected_lost_undo=30),))
    runs = [run_of("010"), run_of("010", undo=True)]
    losses = [flow("baseline"), flow("010"), flow("010", undo=True, lost=30)]
    assert judge(job, result_of(runs, losses)).verdict is Verdict.PASSED
    losses = [flow("baseline"), flow("010"), flow("010", undo=True, lost=31)]
    assert judge(job, result_of(runs, losses)).reasons == (
        "undo of step 010 lost 31 IPv4 and 0 IPv6 probes, allowed are 30/30",
    )


def test_dead_man_timer_that_fired_fails() -> None:
    """A timer that ran undid what the plan meant to keep."""
    result = result_of([run_of("010")], [flow("baseline"), flow("010")])
    fired = msgspec.structs.replace(result, shim_calls=("timer vlan2l3-050 fired: sh",))
    assert judge(job_of("010"), fired).verdict is Verdict.FAILED


def test_turning_back_needs_every_undo() -> None:
    """Undone in reverse order to the start is a pass; stopping on the way isn't."""
    job = job_of("010", "020", "030", turn_back_after="020")
    forward = [run_of("010"), run_of("020")]
    losses = [flow("baseline"), *(flow(s, undo=u) for s in ("010", "020") for u in (False, True))]
    back = [run_of("020", undo=True), run_of("010", undo=True)]
    assert judge(job, result_of([*forward, *back], losses)).verdict is Verdict.PASSED
    short = judge(job, result_of([*forward, *back[:1]], losses))
    assert short.verdict is Verdict.FAILED
    assert short.reasons == ("never reached: 030",)


def test_lines_show_verdict_table_versions_and_stand_ins() -> None:
    """One screen tells what was measured and what was not real."""
    lines = report_lines(judge(job_of("010"), result_of([run_of("010")], [flow("baseline"), flow("010")])))
    assert lines[0] == "web-03: passed"
    assert lines[2].split() == [
        "step",
        "sent",
        "lost",
        "v4",
        "lost",
        "v6",
        "allowed",
        "gap",
        "ms",
        "slowest",
        "ms",
        "what",
    ]
    assert lines[4].split()[:6] == ["010", "100", "0", "0", "0/0", "0"]
    assert "measured with BIRD version 2.0.12" in lines
    assert lines[-2:] == (
        "stand-ins in the guest, where no systemd runs: systemctl",
        "  systemctl start bird",
    )


def test_lost_probe_belongs_to_the_step_it_was_sent_in() -> None:
    """A gap that spans two steps is counted in both, each probe once."""
    sent = list(range(0, 100, 10))
    answered = [1, 11, 21, -1, -1, -1, 61, 71, 81, 99]
    marks = [
        {"at": at, "step": step, "undo": False} for at, step in ((10, "baseline"), (25, "010"), (45, "020"))
    ]
    marks.append({"at": 90, "step": "", "undo": False})
    rows = tally([{"viewpoint": "unmoved", "sent": sent, "answered": answered}], marks)
    assert [(row["step"], row["sent"], row["lost"], row["longest_gap_ms"]) for row in rows] == [
        ("baseline", 2, 0, 0),
        ("010", 2, 2, 30),
        ("020", 4, 1, 10),
    ]
    assert rows[2]["slowest_reply_ms"] == 1


def test_job_survives_writing_and_reading() -> None:
    """Plain data in, the same data out."""
    job = decode_job((DATA / "job.json").read_bytes())
    assert decode_job(encode_job(job)) == job


def test_unknown_field_in_a_job_is_an_error() -> None:
    """A misspelt action isn't an action left out."""
    text = (DATA / "job.json").read_text().replace('"host_asn"', '"host_as"', 1)
    with pytest.raises(msgspec.ValidationError, match="host_as"):
        decode_job(text.encode())


def test_contradictions_in_a_job_are_all_named() -> None:
    """A job with several mistakes is refused once, with all of them."""
    job = job_of("010", "030")
    leg = msgspec.structs.replace(job.host.legs[1], port="Ethernet99", interface="an-interface-too-long")
    host = msgspec.structs.replace(job.host, legs=(job.host.legs[0], leg))
    with pytest.raises(UsageError) as caught:
        encode_job(msgspec.structs.replace(job, host=host, turn_back_after="999"))
    text = str(caught.value)
    assert "`an-interface-too-long` can't be an interface's name" in text
    assert "no leg ends at leaf-r12b Ethernet11" in text
    assert "999: no step has the id to turn back after" in text


def test_missing_program_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A machine without the guest's kernel gets an error and a hint, and no result."""
    monkeypatch.setattr(launch, "SEARCH_PATH", str(tmp_path))
    with pytest.raises(UsageError) as caught:
        launch.rehearse(job_of("010"), plan=tmp_path)
    assert "`linux.uml` isn't installed" in str(caught.value)
    assert "`bgpd` isn't installed" in str(caught.value)
    assert caught.value.hint.startswith("apt-get install -y --no-install-recommends bird2 frr")
