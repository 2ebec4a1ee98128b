"""Write each step of a plan: its page, and what is typed for it.

Comes in: a `Plan`, and how to name a source as `file:line`. Goes out: path below the plan's folder -> text.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3 import platforms
from vlan2l3.design.target import HostTarget
from vlan2l3.parse.records import Source
from vlan2l3.plan.actions import HostStage, LearnRoutes, People
from vlan2l3.plan.model import Plan, Role, Step
from vlan2l3.quote import block, markdown, shell
from vlan2l3.render import host, switch
from vlan2l3.render.checks import written
from vlan2l3.render.templating import render

Place = Callable[[Source], str]
SWITCHES = {Role.LEAF: "leafs", Role.GATEWAY: "gateways"}  # the folder of what is typed on them


def files(plan: Plan, place: Place) -> dict[str, str]:
    """Give the page of every step, and the files of what is typed on switches."""
    texts = {}
    for step in plan.steps:
        texts[f"steps/{step.name}.md"] = _page(step, plan, place)
        if step.role in SWITCHES:
            do, undo = commands(step, plan)
            path = f"{SWITCHES[step.role]}/{step.device}/{step.phase}-{step.name}"
            texts[f"{path}.cfg"] = do
            texts[f"{path}.undo.cfg"] = undo
    return texts


def commands(step: Step, plan: Plan) -> tuple[str, str]:
    """Give what is typed for a step and for its undo, without the session around a switch's lines."""
    match step.action:
        case People():
            return "", ""
        case HostStage(host=moving, stage=stage):
            return _host_commands(moving, stage)
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


def typed(step: Step, plan: Plan) -> tuple[str, str]:
    """Give what is typed for a step and for its undo, on a switch in a session that takes itself back.

    Of a step that racks share the session is in the fabric's plan alone.
    """
    do, undo = commands(step, plan)
    if step.role in SWITCHES and step.number:
        do = switch.session(step, plan.target, do)
        undo = switch.session(step, plan.target, undo, suffix="-undo")
    return do, undo


def _host_commands(moving: HostTarget, stage: str) -> tuple[str, str]:
    name = moving.name
    if stage == "ready":
        # Masked, so that the package's default configuration doesn't start on a host that isn't ready.
        own = platforms.daemon(moving.daemon)
        install = f"systemctl mask {own.unit}\napt-get install -y {own.package} nftables\n"
        install += f"systemctl unmask {own.unit}\n"
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


def _page(step: Step, plan: Plan, place: Place) -> str:
    do, undo = typed(step, plan)
    language = "" if step.role in SWITCHES else "sh"
    return render(
        "plan/step.md.j2",
        step=step,
        places=list(dict.fromkeys(place(source) for source in step.sources)),
        boxes=_boxes(step.action) if isinstance(step.action, People) else "",
        commands=block(do, language),
        undo=block(undo, language) if undo else "",
        before=[written(check, plan.target) for check in step.before],
        after=[written(check, plan.target) for check in step.after],
    )


def _boxes(action: People) -> str:
    """Give what people do as boxes to tick, and a text to follow as it stands."""
    boxes = "\n".join(f"- [ ] {markdown(line)}" for line in action.lines)
    return f"{boxes}\n\n{block(action.text, 'text')}" if action.text else boxes
