"""Write all files of a plan.

Comes in: a `Plan`, and its findings as Markdown. Goes out: path below the plan's folder -> text, sorted.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3 import __version__
from vlan2l3.analyze.findings import Certainty, Severity
from vlan2l3.parse.records import Source
from vlan2l3.plan.actions import HostStage, LearnRoutes, People
from vlan2l3.plan.build import pilot
from vlan2l3.plan.model import Phase, Plan, Role, Step
from vlan2l3.plan.outages import flows
from vlan2l3.quote import block, markdown, shell
from vlan2l3.render import host, switch
from vlan2l3.render.checks import written
from vlan2l3.render.document import document, encode
from vlan2l3.render.templating import render

Place = Callable[[Source], str]


def files(plan: Plan, *, findings: str, coverage: str, place: Place) -> dict[str, str]:
    """Give every file of the plan; `place` names a source as `file:line`, the others are Markdown."""
    commands = {step.number: _commands(step, plan) for step in plan.steps}
    texts = {
        "plan.md": _overview(plan, place),
        "plan.json": encode(document(plan, commands, place)),
        "evidence.md": render(
            "plan/evidence.md.j2", target=plan.target, findings=findings, coverage=coverage, place=place
        ),
    }
    for step in plan.steps:
        texts[f"steps/{step.name}.md"] = _step(step, plan, place)
        if step.role in (Role.LEAF, Role.GATEWAY):
            folder = f"{'leafs' if step.role is Role.LEAF else 'gateways'}/{step.device}"
            texts[f"{folder}/{step.phase}-{step.name}.cfg"] = commands[step.number][0]
            texts[f"{folder}/{step.phase}-{step.name}.undo.cfg"] = commands[step.number][1]
    for moving in plan.target.hosts:
        texts |= {f"hosts/{moving.name}/{path}": text for path, text in host.files(moving).items()}
    for step in plan.steps:
        if isinstance(step.action, LearnRoutes):
            own = host.peer_files(step.action.peers, plan.target.rack)
            texts |= {f"hosts/{step.device}/{path}": text for path, text in own.items()}
    return dict(sorted(texts.items()))


def _commands(step: Step, plan: Plan) -> tuple[str, str]:
    """Give what is typed for a step and for its undo, without the session around a switch's lines."""
    match step.action:
        case People():
            return "", ""
        case HostStage(host=moving, stage=stage):
            return _host_commands(moving.name, stage)
        case LearnRoutes(host=name, peers=peers):
            script = host.routes_path(plan.target.rack)
            run = "".join(f"IFACE={shell(peer.interface)} ADDRFAM=inet6 {script}\n" for peer in peers)
            do = f"{_copy(name)}install -m 0755 ~/vlan2l3{script} {script}\n{run}"
            forget = "".join(
                f"ip -6 route delete {p} via {peer.gateway} dev {shell(peer.interface)}\n"
                for peer in peers
                for p in peer.prefixes
            )
            return f"{do}ip -6 route show proto {host.LEARNED}\n", f"rm -f {script}\n{forget}"
        case _:
            return switch.commands(step, plan.target), switch.undo(step, plan.target)


def _host_commands(name: str, stage: str) -> tuple[str, str]:
    if stage == "ready":
        # Masked, so that the package's default configuration doesn't start on a host that isn't ready.
        install = "systemctl mask bird\napt-get install -y bird2\nsystemctl unmask bird\n"
        do = f"{_copy(name)}{install}sh ~/vlan2l3/apply.sh ready\n"
    else:
        do = f"# on {name}, as root:\nsh ~/vlan2l3/apply.sh {stage}\n"
        do += f"# when the checks below are green, keep it:\nsh ~/vlan2l3/apply.sh confirm {stage}\n"
    return do, f"# on {name}, as root:\nsh ~/vlan2l3/undo.sh {stage}\n"


def _copy(name: str) -> str:
    """Give the lines that bring a host's files to it."""
    return (
        f"# in the plan's folder:\nssh root@{name} mkdir -p vlan2l3\n"
        f"scp -pr hosts/{name}/. root@{name}:vlan2l3/\n# on {name}, as root:\n"
    )


def typed(step: Step, plan: Plan) -> tuple[str, str]:
    """Give what is typed for a step and for its undo, on a switch in a session that takes itself back."""
    do, undo = _commands(step, plan)
    if step.role in (Role.LEAF, Role.GATEWAY):
        do = switch.session(step, plan.target, do)
        undo = switch.session(step, plan.target, undo, suffix="-undo")
    return do, undo


def _step(step: Step, plan: Plan, place: Place) -> str:
    do, undo = typed(step, plan)
    language = "" if step.role in (Role.LEAF, Role.GATEWAY) else "sh"
    return render(
        "plan/step.md.j2",
        step=step,
        places=list(dict.fromkeys(place(source) for source in step.sources)),
        boxes=_boxes(step.action) if isinstance(step.action, People) else "",
        commands=block(do, language),
        undo=block(undo, language) if undo else "",
        before=[written(check) for check in step.before],
        after=[written(check) for check in step.after],
    )


def _boxes(action: People) -> str:
    """Give what people do as boxes to tick, and a text to follow as it stands."""
    boxes = "\n".join(f"- [ ] {markdown(line)}" for line in action.lines)
    return f"{boxes}\n\n{block(action.text, 'text')}" if action.text else boxes


def _overview(plan: Plan, place: Place) -> str:
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
