"""Write the plan of what racks share, which is executed before the first of them.

Comes in: a `Shared`. Goes out: path below the plan's folder -> text, sorted.
"""

from __future__ import annotations

from vlan2l3 import __version__
from vlan2l3.names import natural_key
from vlan2l3.plan.model import Phase, Shared
from vlan2l3.render import steps
from vlan2l3.render.document import document, encode
from vlan2l3.render.steps import Place
from vlan2l3.render.templating import render

FINDINGS = "They are in the racks' plans: each names those about its own hosts and subnets."


def files(shared: Shared, *, coverage: str, place: Place) -> dict[str, str]:
    """Give every file of the plan; `place` names a source as `file:line`."""
    plan = shared.plan
    overview = render(
        "plan/fabric.md.j2",
        plan=plan,
        target=plan.target,
        shared=shared,
        needed=dict(shared.needed_by),
        version=__version__,
        place=place,
        phases=[(phase, own) for phase in Phase if (own := [s for s in plan.steps if s.phase is phase])],
    )
    evidence = render(
        "plan/evidence.md.j2", target=plan.target, findings=FINDINGS, coverage=coverage, place=place
    )
    texts = {
        "plan.md": overview,
        "plan.json": encode(document(plan, place)),
        "evidence.md": evidence,
        **steps.files(plan, place),
    }
    return dict(sorted(texts.items()))


def summary(shared: Shared) -> str:
    """Say in one line what is shared, and by whom."""
    racks = ", ".join(sorted({rack for _, own in shared.needed_by for rack in own}, key=natural_key))
    done = f", {len(shared.plan.done)} done already" if shared.plan.done else ""
    return f"fabric: {len(shared.plan.steps)} steps{done}, for {racks}; {shared.plan.states} states checked"
