"""Find a port's section in its switch's configuration.

Comes in: the Network and a port. Goes out: the lines of the section, or the line it starts on.
A section starts with `interface NAME` and holds every following indented line (EOS, NX-OS).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from vlan2l3.network.model import Network, PortRef
from vlan2l3.parse.records import FileText, Source


def section(network: Network, ref: PortRef) -> tuple[str, ...] | None:
    """Give the unindented lines of a port's section; `None` when there is none."""
    found = _found(network, ref)
    if found is None:
        return None
    _, lines, start = found
    body = []
    for line in lines[start + 1 :]:
        if not line.startswith(" "):
            break
        body.append(line.strip(" \r"))
    return tuple(body)


def heading(network: Network, ref: PortRef) -> Source | None:
    """Give the line a port's section starts on; `None` when there is no section."""
    found = _found(network, ref)
    if found is None:
        return None
    config, lines, start = found
    before = "".join(f"{line}\n" for line in lines[:start])
    return line_of(config, len(before.splitlines()) + 1)


def line_of(file: FileText, number: int) -> Source:
    """Point at a line of a captured file, counted from 1, wherever in its answer the file starts."""
    if file.source.pointer:  # a text inside a JSON answer: lines are counted inside it
        return replace(file.source, line=number)
    return replace(file.source, line=max(file.source.line, 1) + number - 1)


def _found(network: Network, ref: PortRef) -> tuple[FileText, list[str], int] | None:
    switch = network.switch(ref.device)
    if switch is None or switch.config is None:
        return None
    lines, titles = _titles(switch.config.text)
    start = titles.get(f"interface {ref.port}".lower())
    return None if start is None else (switch.config, lines, start)


@lru_cache(maxsize=16)
def _titles(text: str) -> tuple[list[str], dict[str, int]]:
    """Give the lines of a configuration, and the first of each heading; a rack asks for many of two leafs."""
    lines = text.split("\n")  # as the switch does: no other character ends a line
    titles: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.lstrip()[:9].lower() == "interface":
            titles.setdefault(line.strip().lower(), number)
    return lines, titles
