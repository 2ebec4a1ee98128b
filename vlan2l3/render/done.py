"""Find the steps on switches that a capture shows as done: every line they would type stands there already.

Comes in: a plan, and the network of the capture. Goes out: the names of steps, each with the line that shows
it. Only what stands in a configuration counts; that something is absent never makes a step done, and a line
that takes one of the step's back, or adds to what only the step writes, keeps the step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vlan2l3.design.sections import line_of
from vlan2l3.network.model import Network
from vlan2l3.parse.config import Block, blocks
from vlan2l3.parse.records import Source
from vlan2l3.plan.actions import Coexist, CoreLinks, CoreUnderlay, Underlay
from vlan2l3.plan.model import Plan
from vlan2l3.render import switch

ON_SWITCHES = CoreUnderlay | CoreLinks | Underlay | Coexist
Path = tuple[str, ...]  # a line below the headings it stands under
_SUBJECT = re.compile(
    r"neighbor interface \S+|neighbor \S+|(?:ip|ipv6) prefix-list \S+|route-map \S+"
)  # several lines of a section say something about one of these


def done(plan: Plan, network: Network) -> dict[str, Source]:
    """Give the slugs of the steps that are done."""
    found = {}
    for step in plan.order:
        device = network.switch(step.device)
        if not isinstance(step.action, ON_SWITCHES) or device is None or device.config is None:
            continue
        there = _paths(device.config.text)
        wanted = tuple(_paths(switch.commands(step, plan.target)))
        if wanted and all(path in there for path in wanted) and not _contradicted(wanted, there):
            found[step.slug] = line_of(device.config, there[wanted[-1]])
    return found


def _contradicted(wanted: Iterable[Path], there: Iterable[Path]) -> bool:
    """Tell whether a line shuts a section of the step, takes a line back, or adds to a list of the step."""
    own = set(wanted)
    against = {(*path[:-1], _taken_back(path[-1])) for path in own}
    against |= {(*path[:-1], "shutdown") for path in own if len(path) > 1}
    subjects = {key for path in own for key in _subjects(path)}
    return any(
        path in against or (path not in own and not subjects.isdisjoint(_subjects(path))) for path in there
    )


def _taken_back(line: str) -> str:
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def _subjects(path: Path) -> Iterator[Path]:
    """Give what a line and the headings above it are about, where more than one line may say so."""
    for depth, line in enumerate(path):
        subject = _SUBJECT.match(line.removeprefix("no "))
        if subject:
            yield (*path[:depth], subject[0])


def _paths(text: str) -> dict[Path, int]:
    """Give each line of a configuration with its number from 1; what stands in a banner is no line of it."""
    return dict(_below((), blocks(text)))


def _below(above: Path, lines: Iterable[Block]) -> Iterator[tuple[Path, int]]:
    for line in lines:
        path = (*above, line.text)
        yield path, line.line
        yield from _below(path, line.children)
