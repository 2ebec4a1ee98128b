"""Print findings.

Comes in: a capture, a rack, a format. Goes out: findings on stdout.
"""

from __future__ import annotations

from pathlib import Path

import typer

from vlan2l3.analyze import report
from vlan2l3.cli.stages import Survey, survey
from vlan2l3.cli.tables import table
from vlan2l3.errors import UsageError

FORMATS = ("table", "json", "markdown")


def analyze(capture: Path | None, rack: str | None, format_: str) -> None:
    """Find what is bound to layer 2 and print it."""
    if format_ not in FORMATS:
        raise UsageError(f"unknown format {format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    print_findings(survey(capture), rack=rack, format_=format_)


def print_findings(surveyed: Survey, *, rack: str | None, format_: str) -> None:
    """Print the findings of a rack, or all."""
    if rack is not None and rack not in surveyed.network.racks:
        known = ", ".join(f"`{name}`" for name in surveyed.network.racks)
        raise UsageError(f"there is no rack {rack!r}", hint=f"racks of this capture: {known}")
    findings = tuple(f for f in surveyed.findings() if rack is None or rack in f.racks)
    if format_ == "json":
        typer.echo(report.as_json(findings).decode(), nl=False)
    elif format_ == "markdown":
        typer.echo(report.as_markdown(findings), nl=False)
    else:
        typer.echo(table(report.TABLE_HEADER, report.as_table_rows(findings)), nl=False)
        typer.echo(report.as_details(findings), nl=False)
