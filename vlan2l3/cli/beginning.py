"""Write the files a person fills in first.

Comes in: the folder the person stands in. Goes out: `vlan2l3.toml` and an inventory. A file that is there
stays as it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from vlan2l3.cli.talk import say
from vlan2l3.errors import Problem, UsageError

_START = Path(__file__).parent / "start"


def begin(folder: Path) -> None:
    """Write every file that is not there yet.

    Raises:
        UsageError: when all of them are there, or the folder can't be written to.
    """
    names = sorted(file.relative_to(_START) for file in _START.rglob("*") if file.is_file())
    missing = [name for name in names if not (folder / name).exists()]
    if not missing:
        raise UsageError("everything is there already: nothing was written")
    try:
        for name in missing:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_START / name, folder / name)
            typer.echo(str(name))
    except OSError as error:
        problem = Problem(what=error.strerror or type(error).__name__, where=str(error.filename))
        raise UsageError("the first files can't be written", problem) from None
    say("fill them in, then `vlan2l3 discover`")
