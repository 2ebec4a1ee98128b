"""Say what one matcher saw, before any verdict.

Comes in: nothing. Goes out: the record that `matchers` and `derived` produce and `engine` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.analyze.kubectl import Cluster
from vlan2l3.names import DeviceName, RackName, SegmentName
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Give one place where something was seen, and whom it speaks of.

    Attributes:
        anchor: the host's name, or what stands for it when nobody knows the host: a MAC, a segment; empty
            when only a label ties it to a workload.
        host: the host, where one is known.
        labels: sightings that share a label belong to one workload, whatever their anchors.
        facts: (placeholder, value) pairs for the catalogue's texts.
        line: the line in the source; 0 when the source's own record says it.
        text: the words there; empty when they are to be read from the capture.
    """

    anchor: str
    host: DeviceName | None = None
    segments: frozenset[SegmentName] = frozenset()
    racks: frozenset[RackName] = frozenset()
    labels: frozenset[str] = frozenset()
    facts: frozenset[tuple[str, str]] = frozenset()
    source: Source
    line: int = 0
    text: str = ""


def file_line(file: FileText, line: int) -> tuple[int, str]:
    """Give a line of a captured file as (line in the answer, words).

    A file inside a JSON answer has no line of its own there: 0 is given, and the capture tells.
    """
    words = file.text.splitlines()[line - 1].strip() if file.text else ""
    return (0 if file.source.pointer else max(file.source.line, 1) + line - 1), words


def on_host(host: Host, source: Source) -> Sighting:
    """Say that a record of a host was seen."""
    return Sighting(anchor=host.name, host=host.name, source=source)


def on_line(
    host: Host,
    file: FileText,
    line: int,
    facts: frozenset[tuple[str, str]] = frozenset(),
    segments: frozenset[SegmentName] = frozenset(),
) -> Sighting:
    """Say that a line of a host's file was seen."""
    number, words = file_line(file, line)
    return Sighting(
        anchor=host.name,
        host=host.name,
        segments=segments,
        facts=facts,
        source=file.source,
        line=number,
        text=words,
    )


def on_nodes(
    cluster: Cluster, file: FileText, line: int, facts: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[Sighting]:
    """Say that a line of `kubectl`'s answer was seen, which speaks of the nodes and not of who asked."""
    number, words = file_line(file, line)
    for name in cluster.subjects:
        yield Sighting(
            anchor=name,
            host=name,
            labels=cluster.labels,
            facts=facts,
            source=file.source,
            line=number,
            text=words,
        )


def line_number(text: str, found: re.Match[str]) -> int:
    """Number the line of a match's first visible character; a pattern may start with blanks."""
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    return text.count("\n", 0, start) + 1
