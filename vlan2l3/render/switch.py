"""Write the commands of a switch's step, and those that take it back, in its platform's syntax.

Comes in: a step. Goes out: configuration lines, and the session that applies them with a timer.
"""

from __future__ import annotations

from vlan2l3.design.target import FabricLink, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.actions import CoreLinks, CoreUnderlay, Underlay
from vlan2l3.plan.model import Step
from vlan2l3.quote import config_line
from vlan2l3.render.templating import render

COMMIT_TIMER = 300  # seconds until an EOS session that nobody confirms takes itself back


def commands(step: Step, target: Target) -> str:
    """Give the step's configuration lines."""
    return _lines(step, target, "")


def undo(step: Step, target: Target) -> str:
    """Give the lines that take the step back."""
    return _lines(step, target, ".undo")


def session(step: Step, target: Target, lines: str, *, suffix: str = "") -> str:
    """Wrap lines into a configuration session that reverts unless it is confirmed in time."""
    name = f"v2l3-{target.rack}-{step.number:03d}{suffix}"
    return render(
        f"{platform_of(step.device, target)}/session.j2", name=name, lines=lines, timer=_clock(COMMIT_TIMER)
    )


def platform_of(name: DeviceName, target: Target) -> str:
    """Find the platform of one of the target's switches."""
    return next(router.platform for router in (*target.leafs, *target.cores) if router.name == name)


def _lines(step: Step, target: Target, suffix: str) -> str:
    template = f"{platform_of(step.device, target)}/{step.action.template}{suffix}.j2"
    text = render(template, action=step.action, **_context(step, target))
    return "".join(f"{config_line(line)}\n" for line in text.rstrip("\n").split("\n"))


def _context(step: Step, target: Target) -> dict[str, object]:
    """Give the words that the fabric's templates need about loopbacks and the two ends of a link."""
    action = step.action
    if not isinstance(action, CoreUnderlay | CoreLinks | Underlay):
        return {}
    core = not isinstance(action, Underlay)
    numbers = {router.name: router.asn for router in (*target.leafs, *target.cores)}

    def port(link: FabricLink) -> str:
        return link.core_port if core else link.leaf_port

    def asn(link: FabricLink) -> int:
        return numbers[link.leaf if core else link.core]

    return {"port": port, "asn": asn, "loopbacks": target.loopbacks}


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
