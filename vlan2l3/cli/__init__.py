"""The command line: wires the stages, prints, and ends with the right exit code.

Comes in: arguments. Goes out: the artefact on stdout, the talk on stderr. Nothing is computed here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from vlan2l3.cli.talk import say
from vlan2l3.errors import ExitCode, Vlan2l3Error

INTERRUPTED = 130  # what a shell shows for Ctrl-C, and what typer exits with


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    from vlan2l3.cli.app import app  # noqa: PLC0415 - typer costs a tenth of a second that `import vlan2l3.cli` need not

    try:
        app(args=list(arguments) if arguments is not None else None)
    except Vlan2l3Error as error:
        print_error(error)
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            say("interrupted; nothing half-written was left")
        raise


def print_error(error: Vlan2l3Error) -> None:
    """Print what, where, and a hint, to stderr."""
    say(f"error: {error}")
    if error.hint:
        say(f"\nhint: {error.hint}")


__all__ = ["ExitCode", "main"]
