"""Declare the commands; each wires stages and prints.

Comes in: arguments. Goes out: the artefact on stdout, everything else on stderr.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vlan2l3 import __version__
from vlan2l3.errors import UsageError

app = typer.Typer(
    name="vlan2l3",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could print a secret
    rich_markup_mode=None,
    help="Plan the way from VLANs, spanning tree and MLAG to a pure layer-3 fabric, rack by rack.",
)

CaptureOption = Annotated[
    Path | None, typer.Option("--capture", help="capture folder; default: the only one")
]
IntentOption = Annotated[Path, typer.Option("--intent", help="the file with your decisions")]
OutOption = Annotated[Path, typer.Option("--out", help="folder the plans are written below")]
AllOption = Annotated[bool, typer.Option("--all", help="every rack of the capture")]
CheckOption = Annotated[bool, typer.Option("--check", help="only tell whether the plan on disk is true")]
StepOption = Annotated[
    str | None,
    typer.Option("--explain", metavar="STEP", help="print why a step is there; its number or name"),
]
RackOption = Annotated[str | None, typer.Option("--rack", help="rack to plan")]


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback form
    if wanted:
        typer.echo(f"vlan2l3 {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """Read a network, find what is bound to layer 2, write a reviewable plan. Never changes a device."""


@app.command()
def init() -> None:
    """Write `vlan2l3.toml` and an inventory to fill in; what is there stays."""
    from vlan2l3.cli import beginning

    beginning.begin(Path())


@app.command()
def discover(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="import a folder of command outputs, a capture, a SuzieQ gather"),
    ] = None,
    name: Annotated[str, typer.Option(help="name of the capture, `captures/NAME`")] = "network",
    limit: Annotated[str, typer.Option(help="only these names, groups or racks; `*` and commas")] = "",
    intent: IntentOption = Path("vlan2l3.toml"),
    executor: Annotated[str, typer.Option(help="`dask://HOST:PORT`: collect on a cluster")] = "",
) -> None:
    """Collect from the devices of the inventory, read-only, or import a folder; then account for it."""
    from vlan2l3.cli import discovery

    if source is not None:
        if limit or executor:
            raise UsageError("`--limit` and `--executor` are for live devices, not for `--from`")
        discovery.discover(source, name)
        return
    from vlan2l3.cli import live

    folder = discovery.place(name)
    live.gather(live.Request(intent=intent, name=name, limit=limit, executor=executor), folder)
    discovery.account(folder)


@app.command()
def coverage(
    capture: CaptureOption = None,
    format_: Annotated[str, typer.Option("--format", help="table or json")] = "table",
) -> None:
    """Show what was read, what was not, and what was not understood."""
    from vlan2l3.cli import discovery

    discovery.coverage(capture, format_)


@app.command()
def analyze(
    capture: CaptureOption = None,
    rack: Annotated[str | None, typer.Option("--rack", help="only what touches this rack")] = None,
    severity: Annotated[
        list[str] | None, typer.Option("--severity", help="only this; may be given again")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="only this; may be given again")] = None,
    format_: Annotated[str, typer.Option("--format", help="table, json, markdown or sarif")] = "table",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="exit 5 for findings of this severity or worse")
    ] = "",
    intent: Annotated[
        Path | None, typer.Option("--intent", help="owners and waivers; default: vlan2l3.toml if there")
    ] = None,
) -> None:
    """Find what is bound to layer 2, with the evidence and the remedy."""
    from vlan2l3.cli import analysis
    from vlan2l3.design.intent import FILE

    decided = intent or (Path(FILE) if Path(FILE).exists() else None)
    request = analysis.Request(
        rack=rack, severities=tuple(severity or ()), rules=tuple(rule or ()), format_=format_, fail_on=fail_on
    )
    analysis.analyze(capture, decided, request)


@app.command()
def explain(
    rule: Annotated[str | None, typer.Argument(help="id of a rule; none lists all")] = None,
) -> None:
    """Print what a rule looks for, what to do about it, and where its facts were read."""
    from vlan2l3.cli import analysis

    analysis.explain(rule)


@app.command()
def plan(
    rack: RackOption = None,
    every: AllOption = False,
    check: CheckOption = False,
    explain: StepOption = None,
    capture: CaptureOption = None,
    intent: IntentOption = Path("vlan2l3.toml"),
    out: OutOption = Path("plans"),
) -> None:
    """Write the plan of a rack, tell whether the one on disk is still true, or explain one of its steps."""
    from vlan2l3.cli import planning

    planning.plan(
        planning.Request(
            rack=rack, every=every, check=check, explain=explain, capture=capture, intent=intent, out=out
        )
    )


@app.command()
def rehearse(
    rack: Annotated[str, typer.Option("--rack", help="rack of the plan")],
    host: Annotated[str, typer.Option("--host", help="host whose steps are executed")],
    capture: CaptureOption = None,
    intent: IntentOption = Path("vlan2l3.toml"),
    out: OutOption = Path("plans"),
) -> None:
    """Execute one host's steps in an emulated network with real BIRD and FRR, and count lost packets."""
    from vlan2l3.cli import rehearsal

    rehearsal.rehearse(rack, host, capture, intent, out)


@app.command()
def platforms(
    format_: Annotated[str, typer.Option("--format", help="table, json or markdown")] = "table",
) -> None:
    """Show what can be read of each platform, and for which configurations are written."""
    from vlan2l3.cli import support

    support.show(format_)


@app.command()
def schema(
    of: Annotated[str, typer.Argument(help="plan, campaign, coverage or analysis")] = "plan",
) -> None:
    """Print the JSON Schema of `plan.json`, `campaign.json`, or of what `coverage` and `analyze` print."""
    from vlan2l3.analyze import report
    from vlan2l3.render import campaign, document
    from vlan2l3.render import coverage as ledger

    schemas = {
        "plan": document.schema,
        "campaign": campaign.schema,
        "coverage": ledger.schema,
        "analysis": report.schema,
    }
    if of not in schemas:
        raise UsageError(f"there is no schema of {of!r}", hint=f"one of: {', '.join(schemas)}")
    typer.echo(schemas[of](), nl=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="folder to write into")] = Path("vlan2l3-demo"),
) -> None:
    """Run discover, coverage, analyze and plan on the network that comes with the tool."""
    from vlan2l3.cli import demonstration

    demonstration.demo(out)
