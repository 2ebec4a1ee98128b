"""Type a command as a user would, and keep what the terminal showed."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from vlan2l3.cli import main

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "fixtures" / "demo"
INTENT = DEMO / "vlan2l3.toml"


@dataclass(frozen=True)
class Shown:
    """Hold what a command printed and how it ended."""

    code: int
    stdout: str
    stderr: str

    def transcript(self, line: str) -> str:
        """Write it as a session to read."""
        return f"$ vlan2l3 {line}\n--- stdout\n{self.stdout}--- stderr\n{self.stderr}--- exit {self.code}\n"


def type_(*arguments: str) -> Shown:
    """Run `vlan2l3` with these arguments in this process, from the current folder."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        else:
            code = 0
    return Shown(code, out.getvalue(), err.getvalue())
