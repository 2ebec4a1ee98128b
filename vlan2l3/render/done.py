"""Find the steps on switches that a capture shows as done: every line they would type stands there already.

Comes in: a plan, and the network of the capture. Goes out: the names of steps, each with the line that shows
it. Only what stands in a configuration counts; that something is absent never makes a step done.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3.design.sections import line_of
from vlan2l3.network.model import Network
from vlan2l3.parse.records import Source
from vlan2l3.plan.actions import Coexist, Underlay
from vlan2l3.plan.model import Plan
from vlan2l3.render import switch


def done(plan: Plan, network: Network) -> dict[str, Source]:
    """Give the slugs of the steps that are done."""
    found = {}
    for step in plan.steps:
        device = network.switch(step.device)
        if not isinstance(step.action, Coexist | Underlay) or device is None or device.config is None:
            continue
        there = dict(_paths(device.config.text))
        wanted = [path for path, _ in _paths(switch.commands(step, plan.target))]
        if wanted and all(path in there for path in wanted):
            found[step.slug] = line_of(device.config, there[wanted[-1]])
    return found


def _paths(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Give each line of a configuration below the headings it stands under, and its number from 1."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.strip()
        if not words or words.startswith("!"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        while above and above[-1][0] >= indent:
            above.pop()
        yield (*(heading for _, heading in above), words), number
        above.append((indent, words))
