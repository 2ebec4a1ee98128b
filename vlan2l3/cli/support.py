"""Say what can be read of each platform, and in which form.

Comes in: the folders of `parsers/`. Goes out: a table of topics and platforms, as text, JSON or Markdown. A
shape known from documentation only is said to be so: no real output of it was ever read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec
import typer

from vlan2l3 import platforms
from vlan2l3.cli.tables import table
from vlan2l3.errors import UsageError
from vlan2l3.platforms import CommandSpec, Platform, Topic
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
    """

    platform: str
    title: str
    live: tuple[str, ...]
    topics: dict[Topic, Form]
    documented: tuple[str, ...]


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
        text = f"{table(header, rows)}\n{LEGEND}\n"
    typer.echo(text, nl=False)


def as_markdown() -> str:
    """Write the table as a page of the documentation."""
    header, *rows = _rows()
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    lines.insert(1, "|---" * len(header) + "|")
    guessed = [f"- {s.title}: {', '.join(map(cell, s.documented))}" for s in supported() if s.documented]
    ways = [f"- {s.title} (`{s.platform}`): {', '.join(s.live) or 'from files only'}" for s in supported()]
    return "\n".join([
        "# What is read of which platform",
        "",
        "`vlan2l3 platforms` prints this page; a test keeps it true.",
        "",
        *lines,
        "",
        f"{LEGEND}.",
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
