"""Write all files of a rack's plan.

Comes in: a `Plan`, and its findings as Markdown. Goes out: path below the plan's folder -> text, sorted.
"""

from __future__ import annotations

from vlan2l3 import __version__, platforms
from vlan2l3.analyze.findings import Certainty, Severity
from vlan2l3.plan.actions import LearnRoutes
from vlan2l3.plan.build import pilot
from vlan2l3.plan.model import Phase, Plan, Step
from vlan2l3.plan.outages import flows
from vlan2l3.render import host, steps
from vlan2l3.render.document import document, encode
from vlan2l3.render.steps import Place
from vlan2l3.render.templating import render


def files(plan: Plan, *, findings: str, coverage: str, place: Place) -> dict[str, str]:
    """Give every file of the plan; `place` names a source as `file:line`, the others are Markdown."""
    texts = {
        "plan.md": _overview(plan, place),
        "plan.json": encode(document(plan, place)),
        "evidence.md": render(
            "plan/evidence.md.j2", target=plan.target, findings=findings, coverage=coverage, place=place
        ),
        **steps.files(plan, place),
    }
    for moving in plan.target.hosts:
        texts |= {f"hosts/{moving.name}/{path}": text for path, text in host.files(moving).items()}
    for step in plan.steps:
        if isinstance(step.action, LearnRoutes):
            own = host.peer_files(step.action.peers, plan.target.rack)
            texts |= {f"hosts/{step.device}/{path}": text for path, text in own.items()}
    return dict(sorted(texts.items()))


def _overview(plan: Plan, place: Place) -> str:
    routers = (*plan.target.leafs, *plan.target.cores)
    writing = {r.platform: own for r in routers if (own := platforms.writing(r.platform))}
    return render(
        "plan/plan.md.j2",
        plan=plan,
        target=plan.target,
        version=__version__,
        pilot=pilot(plan.target).name,
        flows=list(flows(plan.target)),
        place=place,
        ranges=_ranges(plan),
        minutes=_minutes(plan),
        routes=sum(len(host.addresses) for host in plan.target.hosts),
        unresolved=_unresolved(plan),
        stubborn=[router.name for router in routers if not writing[router.platform].reverts],
        unproven=sorted({p for p, own in writing.items() if own.evidence != "run"}),
        phases=[(phase, [step for step in plan.steps if step.phase is phase]) for phase in Phase],
    )


def _minutes(plan: Plan) -> int:
    """Give the longest sum of time boxes one host's move has."""
    return max(sum(step.minutes for step in _moves(plan, host.name)) for host in plan.target.hosts)


def _moves(plan: Plan, name: str) -> list[Step]:
    """List the steps that move a host, in their order."""
    moving = [step for step in plan.steps if step.phase in (Phase.P4, Phase.P5)]
    return [step for step in moving if step.device == name or step.slug.endswith(_tails(name))]


def _ranges(plan: Plan) -> dict[str, str]:
    """Give, for each host, the first and last number of the steps that move it."""
    own = {host.name: _moves(plan, host.name) for host in plan.target.hosts}
    return {name: f"{steps[0].number:03d} to {steps[-1].number:03d}" for name, steps in own.items()}


def _tails(name: str) -> tuple[str, ...]:
    return (f"-port-down-{name}", f"-port-routed-{name}")


def _unresolved(plan: Plan) -> list[str]:
    """List the findings that somebody still has to decide or do something about."""
    lines = []
    for finding in plan.target.findings:
        if finding.severity is Severity.GUARD or finding.by_plan or finding.waived:
            continue
        what = f"{finding.title}, {finding.subject} ({finding.rule})"
        if finding.certainty is Certainty.SUSPECTED:
            lines.append(f"confirm or deny: {what}")
        elif finding.severity is Severity.BLOCKER:
            lines.append(f"its owner knows that it keeps its VLAN: {what}")
        elif finding.severity is Severity.DEGRADED:
            lines.append(f"its owner knows what a failure will be like: {what}")
        else:
            lines.append(f"its owner knows that it stays until it is changed: {what}")
    return lines
