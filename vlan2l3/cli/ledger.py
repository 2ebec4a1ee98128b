"""Draw the coverage ledger for a terminal: device by topic, then what is not known, grouped.

Comes in: a `Coverage` and its hash. Goes out: text that fits the terminal, without anything a device could
make it do. What is worst comes last, where the eye is.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from vlan2l3.cli.tables import width
from vlan2l3.network.coverage import Coverage, DeviceAccount, Gap, GapKind, TopicAccount, TopicState
from vlan2l3.parse.engine import UNREAD
from vlan2l3.parse.reading import Unparsed
from vlan2l3.platforms import Topic
from vlan2l3.quote import printable

SHOWN = 3  # of each group; `--format json` has them all

_HEADS = {
    Topic.FACTS: "fact",
    Topic.PORTS: "port",
    Topic.ADDRESSES: "addr",
    Topic.VLANS: "vlan",
    Topic.SWITCHPORTS: "mode",
    Topic.GATEWAYS: "gw",
    Topic.DHCP_RELAY: "rely",
    Topic.DHCP_SNOOPING: "snop",
    Topic.ACLS: "acl",
    Topic.OVERLAY: "vxl",
    Topic.CAPACITY: "cap",
    Topic.CONFIG: "conf",
    Topic.ROUTES: "rout",
    Topic.BRIDGES: "brdg",
    Topic.SOCKETS: "sock",
    Topic.UNITS: "unit",
    Topic.PACKAGES: "pkg",
    Topic.SYSCTLS: "sysc",
    Topic.WORKLOADS: "work",
}
"""Short heads; every other topic is short enough by itself."""

_CELLS = {
    TopicState.COMPLETE: "ok",
    TopicState.PARTIAL: "part",
    TopicState.ABSENT: "-",
    TopicState.REFUSED: "refu",
    TopicState.FAILED: "FAIL",
    TopicState.NOT_ASKED: ".",
    TopicState.NO_PARSER: "?",
}
_LEGEND = (
    "ok complete · - the device has no such feature · N lines not understood · part an answer is missing"
    " beside others · refu refused by the device · FAIL failed · . not asked · ? no parser for the platform"
)


def drawn(coverage: Coverage, fingerprint: str) -> str:
    """Draw the whole ledger."""
    parts = [
        *_matrices(coverage.devices),
        _wrapped(_LEGEND, ""),
        *_short(coverage.devices),
        *_beside(coverage),
        *_groups(coverage),
    ]
    blind = sum(gap.blind for gap in coverage.gaps)
    rows = sum(answer.parsed for answer in coverage.answers)
    read = f"{len(coverage.devices)} devices, {rows} rows read, {len(coverage.unparsed)} lines not understood"
    total = _wrapped(f"{read}, {blind} blind spot(s)", "")
    return "\n".join([*parts, total, f"ledger {fingerprint}"]) + "\n"


def groups(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """Group gaps by kind, weight and cause: what one action may close is one group."""
    found: dict[tuple[GapKind, bool, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        found[gap.kind, gap.blind, gap.reason].append(gap)
    order = {kind: -place for place, kind in enumerate(GapKind)}
    return [found[key] for key in sorted(found, key=lambda k: (k[1], order[k[0]], len(found[k]), k[2]))]


def several(items: Sequence[object]) -> str:
    """Name the first few of many."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return printable(", ".join(map(str, items[:SHOWN]))) + more


def _matrices(devices: Sequence[DeviceAccount]) -> Iterator[str]:
    """Draw a matrix a platform, in as many blocks of columns as the terminal needs."""
    by_platform: dict[str, list[DeviceAccount]] = defaultdict(list)
    for device in devices:
        by_platform[device.platform].append(device)
    for platform, found in sorted(by_platform.items(), key=lambda item: (item[0] == "", item[0])):
        if platform:
            yield from _matrix(platform, found)
        else:
            yield _unreadable(found)


def _matrix(platform: str, devices: Sequence[DeviceAccount]) -> Iterator[str]:
    rows = [{row.topic: _cell(row) for row in device.topics} for device in devices]
    names = [device.name for device in devices]
    side = max(map(len, (platform, *names)))
    topics = [topic for topic in Topic if any(topic in row for row in rows)]
    widths = {t: max(len(_head(t)), *(len(row.get(t, "")) for row in rows)) for t in topics}
    for block in _blocks(topics, widths, width() - side):
        lines = [[platform, *map(_head, block)]]
        lines += [[name, *(row.get(t, "") for t in block)] for name, row in zip(names, rows, strict=True)]
        sizes = [side, *(widths[t] for t in block)]
        yield (
            "\n".join(
                " ".join(cell.ljust(size) for cell, size in zip(line, sizes, strict=True)).rstrip()
                for line in lines
            )
            + "\n"
        )


def _blocks(topics: Sequence[Topic], widths: dict[Topic, int], room: int) -> Iterator[list[Topic]]:
    block: list[Topic] = []
    for topic in topics:
        if block and sum(widths[t] + 1 for t in (*block, topic)) > room:
            yield block
            block = []
        block.append(topic)
    if block or not topics:
        yield block


def _head(topic: Topic) -> str:
    return _HEADS.get(topic, topic.value)


def _short(devices: Sequence[DeviceAccount]) -> Iterator[str]:
    """Explain the heads in use that are not the beginning of a topic's name."""
    used = {row.topic for device in devices if device.platform for row in device.topics}
    said = [f"{_head(topic)} {topic}" for topic in Topic if topic in used and _head(topic) not in topic]
    if said:
        yield _wrapped(" · ".join(said), "")


def _cell(row: TopicAccount) -> str:
    if row.state is TopicState.PARTIAL and row.lost:
        return str(row.lost)
    return _CELLS[row.state]


def _unreadable(devices: Sequence[DeviceAccount]) -> str:
    side = max(len(device.name) for device in devices)
    return "".join(
        f"{d.name.ljust(side)} ? no parser: {printable(d.note or 'no platform')}\n" for d in devices
    )


def _beside(coverage: Coverage) -> Iterator[str]:
    """Count answers no parser knows and files no command explains, those of most devices first."""
    known = {device.name for device in coverage.devices if device.platform}
    unread = Counter(a.command for a in coverage.answers if a.status == UNREAD and a.device in known)
    files = Counter(file for device in coverage.devices for file in device.unknown_files)
    for what, found in (("command(s) no parser knows", unread), ("file(s) no command explains", files)):
        if found:
            ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
            names = [f"`{name}` on {count}" for name, count in ordered]
            yield _wrapped(f"{len(found)} {what}: {several(names)}", "")


def _groups(coverage: Coverage) -> Iterator[str]:
    """Name each group of gaps with its first examples; what to do stands below those that block a plan."""
    lines: dict[tuple[str, str], list[Unparsed]] = defaultdict(list)
    for line in coverage.unparsed:
        lines[line.source.device, line.command].append(line)
    for found in groups(coverage.gaps):
        first = found[0]
        weight = "blind" if first.blind else "noted"
        yield _wrapped(f"{weight} {first.kind} ({len(found)}): {first.reason or first.kind.meaning}", "")
        yield from _by_command(found, lines) if first.about else _examples(found)
        if first.blind:
            yield _wrapped(f"-> {first.hint}", "  ")


def _examples(found: Sequence[Gap]) -> Iterator[str]:
    for gap in found[:SHOWN]:
        named = "" if gap.what.startswith(gap.subject) else f"{gap.subject}: "
        yield _wrapped(f"{named}{gap.what}", "  ")
    if len(found) > SHOWN:
        yield f"  and {len(found) - SHOWN} more: `vlan2l3 coverage --format json`"


def _by_command(found: Sequence[Gap], lines: Mapping[tuple[str, str], Sequence[Unparsed]]) -> Iterator[str]:
    """Name the devices a command at a time, with the first lines that were not understood."""
    commands: dict[str, list[str]] = defaultdict(list)
    for gap in found:
        commands[gap.about] += gap.devices
    for command, devices in commands.items():
        yield _wrapped(f"`{command}`: {several(devices)}", "  ")
        lost = (line for device in devices for line in lines.get((device, command), ()))
        for line in islice(lost, SHOWN):
            place = f"{line.source.file}:{line.source.line or line.source.pointer}"
            yield _wrapped(f"{place}: {line.text.strip()}", "    ")


def _wrapped(text: str, indent: str) -> str:
    """Fold a line to the terminal; names are not cut at their dashes."""
    return "\n".join(
        textwrap.wrap(
            printable(text),
            width(),
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_on_hyphens=False,
        )
    )
