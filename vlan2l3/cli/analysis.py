"""Print findings, and explain the rules behind them.

Comes in: a capture, the intent where there is one, and what to show. Goes out: findings on stdout.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from vlan2l3.analyze import report
from vlan2l3.analyze.analysis import Analysis
from vlan2l3.analyze.catalogue import load_catalogue
from vlan2l3.analyze.findings import Certainty, Finding, Severity
from vlan2l3.analyze.unseen import BlindSpot
from vlan2l3.cli.stages import Survey, survey
from vlan2l3.cli.tables import table
from vlan2l3.design import intent as intents
from vlan2l3.errors import Problem, UsageError, VerificationError

FORMATS = ("table", "json", "markdown", "sarif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Say what to show; `fail_on` is a severity, or empty. No severities and no rules mean all of them."""

    rack: str | None = None
    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    format_: str = "table"
    fail_on: str = ""


def analyze(capture: Path | None, intent_file: Path | None, request: Request) -> None:
    """Find what is bound to layer 2 and print it.

    Raises:
        VerificationError: after everything was printed, when a finding is as severe as `fail_on`.
    """
    if request.format_ not in FORMATS:
        raise UsageError(f"unknown format {request.format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    for severity in (*request.severities, *filter(None, (request.fail_on,))):
        if severity not in tuple(Severity):
            raise UsageError(f"unknown severity {severity!r}", hint=f"one of: {', '.join(Severity)}")
    for name in request.rules:
        _known(name)
    people = intents.load_people(intent_file) if intent_file else None
    print_findings(survey(capture), people=people, request=request)


def print_findings(
    surveyed: Survey, *, people: intents.People | None = None, request: Request | None = None
) -> None:
    """Print the findings of a survey, all of them or those asked for."""
    request = request or Request()
    if request.rack is not None and request.rack not in surveyed.network.racks:
        known = ", ".join(f"`{name}`" for name in surveyed.network.racks)
        raise UsageError(f"there is no rack {request.rack!r}", hint=f"racks of this capture: {known}")
    whole = surveyed.analysis(people)
    shown = tuple(f for f in whole.findings if _wanted(f, request))
    gaps = tuple(spot for spot in whole.blind_spots if _concerns(spot, request))
    _print(replace(whole, findings=shown, blind_spots=gaps), request.format_)
    _fail(shown, request.fail_on)


def explain(name: str | None) -> None:
    """Print one entry of the catalogue, or the list of all."""
    catalogue = load_catalogue()
    if name is None:
        typer.echo(table(report.RULES_HEADER, report.rule_rows(catalogue)), nl=False)
        return
    _known(name)
    for rule in catalogue.rules:
        if rule.id == name:
            typer.echo(report.explained(rule, catalogue), nl=False)


def _print(analysis: Analysis, format_: str) -> None:
    if format_ == "json":
        typer.echo(report.as_json(analysis).decode(), nl=False)
    elif format_ == "sarif":
        typer.echo(report.as_sarif(analysis, load_catalogue()).decode(), nl=False)
    elif format_ == "markdown":
        typer.echo(report.as_page(analysis), nl=False)
    else:
        typer.echo(table(report.TABLE_HEADER, report.as_table_rows(analysis.findings)), nl=False)
        typer.echo(report.as_details(analysis.findings), nl=False)
        typer.echo(report.as_gaps(analysis.blind_spots), nl=False)
        for ended in analysis.ended:
            typer.echo(f"waiver counts no more: {ended}")


def _wanted(finding: Finding, request: Request) -> bool:
    return (
        (request.rack is None or finding.concerns(request.rack))
        and (not request.severities or finding.severity in request.severities)
        and (not request.rules or finding.rule in request.rules)
    )


def _concerns(spot: BlindSpot, request: Request) -> bool:
    """Tell whether a rule that was asked for would have looked there."""
    asked = {
        rule.id
        for rule in load_catalogue().rules
        if (not request.severities or rule.severity in request.severities)
        and (not request.rules or rule.id in request.rules)
    }
    return not asked.isdisjoint(spot.rules)


def _known(name: str) -> None:
    """Refuse a rule the catalogue has not.

    Raises:
        UsageError: with the rules that are spelt nearly alike.
    """
    names = [rule.id for rule in load_catalogue().rules]
    if name not in names:
        near = ", ".join(f"`{n}`" for n in difflib.get_close_matches(name, names, n=3, cutoff=0.5))
        hint = f"did you mean {near}?" if near else "`vlan2l3 explain` lists all rules"
        raise UsageError(f"there is no rule {name!r}", hint=hint)


def _fail(findings: tuple[Finding, ...], fail_on: str) -> None:
    """Fail for findings that are as severe and that nobody waived; a suspicion is none."""
    if not fail_on:
        return
    order = list(Severity)
    limit = order.index(Severity(fail_on))
    found = [
        finding
        for finding in findings
        if order.index(finding.severity) <= limit
        and finding.certainty is Certainty.DECISIVE
        and not finding.waived
    ]
    if found:
        problems = (Problem(what=f"{f.severity} {f.rule}: {f.subject}") for f in found)
        raise VerificationError(
            f"{len(found)} finding(s) are `{fail_on}` or worse",
            *problems,
            hint="change what they name, or waive them in `vlan2l3.toml` with a reason and a day",
        )
