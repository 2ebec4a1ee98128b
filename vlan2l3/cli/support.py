"""Say what can be read of each platform, and in which form, and for which configurations are written.

Comes in: the folders of `parsers/` and of the templates. Goes out: tables, as text, JSON or Markdown. What is
known from documentation only is said to be so: no real output of it was ever read here, no switch ran it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec
import typer

from vlan2l3 import platforms
from vlan2l3.cli.tables import table
from vlan2l3.errors import UsageError
from vlan2l3.platforms import CommandSpec, Daemon, Platform, Topic, Writing
from vlan2l3.quote import cell

FORMATS = ("table", "json", "markdown")
LEGEND = (
    "json, text, both: read in this form, shapes seen in real outputs · docs: its shape is known from"
    " documentation only · -: not read"
)


class Form(StrEnum):
    """Say how a topic of a platform is read."""

    JSON = "json"
    TEXT = "text"
    BOTH = "both"
    DOCUMENTATION = "docs"
    NOTHING = "-"


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """Give one platform.

    Attributes:
        live: the ways to collect from it; none means from files only.
        documented: commands of which no real output was ever read here.
        writes: what is written for it; nothing where no configuration is.
        daemons: the routing daemons its machines can be given, where they are hosts.
    """

    platform: str
    title: str
    live: tuple[str, ...]
    topics: dict[Topic, Form]
    documented: tuple[str, ...]
    writes: Writing | None
    daemons: dict[str, Daemon]


def supported() -> tuple[Support, ...]:
    """Describe every platform there is a folder for; every topic is named for each."""
    return tuple(_support(platforms.load(name)) for name in platforms.names())


def show(format_: str) -> None:
    """Print what can be read."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    if format_ == "json":
        text = msgspec.json.format(msgspec.json.encode(supported()), indent=2).decode() + "\n"
    elif format_ == "markdown":
        text = as_markdown()
    else:
        header, *rows = _rows()
        heads, *written = _written()
        text = f"{table(header, rows)}\n{LEGEND}\n\n{table(heads, written)}\n"
    typer.echo(text, nl=False)


def as_markdown() -> str:
    """Write the table as a page of the documentation."""
    lines = _markdown(list(_rows()))
    guessed = [f"- {s.title}: {', '.join(map(cell, s.documented))}" for s in supported() if s.documented]
    ways = [f"- {s.title} (`{s.platform}`): {', '.join(s.live) or 'from files only'}" for s in supported()]
    return "\n".join([
        "# What is read of which platform, and written for which",
        "",
        "`vlan2l3 platforms` prints this page; a test keeps it true.",
        "",
        *lines,
        "",
        f"{LEGEND}.",
        "",
        "## What is written",
        "",
        *_markdown(list(_written())),
        "",
        "A switch below the least version, or in another part, is refused with the reason. `documentation`:",
        "the lines were never typed on one here. Where nothing takes itself back, the undo is typed by hand.",
        "",
        *_sources(),
        "",
        "## How they are reached",
        "",
        *ways,
        "",
        "## Commands known from documentation only",
        "",
        *(guessed or ["None."]),
        "",
    ])  # fmt: skip


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]


def _written() -> Iterator[tuple[str, ...]]:
    yield ("written for", "as", "least version", "takes itself back", "known from")
    for support in supported():
        own = support.writes
        if own is not None:
            back = "yes" if own.reverts else "no"
            for daemon in support.daemons.values():
                name = f"{support.platform}, {daemon.title}"
                yield (name, ", ".join(own.roles), daemon.least, back, daemon.evidence)
            if support.daemons:
                continue
            yield (support.platform, ", ".join(own.roles), own.least or "not known", back, own.evidence)


def _sources() -> Iterator[str]:
    for support in supported():
        if support.writes is not None:
            yield f"- {support.title}: {'; '.join(support.writes.sources)}"
            if support.writes.least:
                yield f"  - {support.writes.least}: {support.writes.why_least}"
            for role, why in sorted(support.writes.without.items()):
                yield f"  - not as {role}: {why}"
        for daemon in support.daemons.values():
            yield f"- {daemon.title} on hosts: {'; '.join(daemon.sources)}"
            yield f"  - {daemon.least}: {daemon.why_least}"
            ships = (f"{daemon.ships[name]} on {name}" for name in sorted(daemon.ships))
            yield f"  - shipped: {', '.join(ships)}"
            if daemon.covering:
                yield f"  - not for an address in a subnet without a default route: {daemon.covering}"


def _rows() -> Iterator[tuple[str, ...]]:
    found = supported()
    yield ("topic", *(support.platform for support in found))
    for topic in Topic:
        yield (topic.value, *(support.topics[topic].value for support in found))


def _support(platform: Platform) -> Support:
    return Support(
        platform=platform.name,
        title=platform.title,
        live=platform.collect.transports if platform.collect else (),
        topics={topic: _form(platform, topic) for topic in Topic},
        documented=tuple(spec.command for spec in platform.commands if spec.documented),
        writes=(own := platforms.writing(platform.name)),
        daemons={n: platforms.daemon(n) for n in platforms.daemons()} if own and "host" in own.roles else {},
    )


def _form(platform: Platform, topic: Topic) -> Form:
    telling = [spec for spec in platform.commands if topic in spec.topics]
    forms = {form for spec in telling if not spec.documented for form in _forms(spec)}
    if len(forms) > 1:
        return Form.BOTH
    if forms:
        return forms.pop()
    return Form.DOCUMENTATION if any(spec.documented for spec in telling) else Form.NOTHING


def _forms(spec: CommandSpec) -> Iterator[Form]:
    """Give the forms in which an answer is understood."""
    shapes = {Form.TEXT if table.is_text else Form.JSON for table in spec.tables}
    if spec.reader:
        shapes.add(Form.JSON if spec.format == "json" else Form.TEXT)
    if spec.text_reader:
        shapes.add(Form.TEXT)
    yield from sorted(shapes)
