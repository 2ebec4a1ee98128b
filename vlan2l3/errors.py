"""Name what can go wrong, and the exit code each failure ends with.

Comes in: facts about a failure. Goes out: one exception type for each exit code.
Nothing here prints; the command line does.

    Vlan2l3Error
    ├── UsageError          2  a bad argument, intent file or input folder
    ├── DiscoveryError      3  the capture is incomplete
    ├── NoSafePlanError     4  the rack can't be planned safely, with the reasons
    └── VerificationError   5  a plan is stale, or a rehearsal lost more than it may
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Tell the shell how a command ended; the numbers are a contract."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INCOMPLETE = 3
    NO_SAFE_PLAN = 4
    FAILED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Describe one thing that is wrong: what, where, and what to do about it.

    `what` starts in lower case and has no final full stop; `where` is a file, `file:line` or a device.
    """

    what: str
    where: str = ""
    hint: str = ""


class Vlan2l3Error(Exception):
    """Carry a headline and every problem a stage found, not only the first."""

    exit_code = ExitCode.BUG

    def __init__(self, headline: str, *problems: Problem, hint: str = "") -> None:
        super().__init__(headline)
        self.headline = headline
        self.problems = problems
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.headline]
        for problem in self.problems:
            where = f"{problem.where}: " if problem.where else ""
            lines.append(f"  - {where}{problem.what}")
            if problem.hint:
                lines.append(f"    hint: {problem.hint}")
        return "\n".join(lines)


class UsageError(Vlan2l3Error):
    """Report a bad argument, intent file or input folder."""

    exit_code = ExitCode.USAGE


class DiscoveryError(Vlan2l3Error):
    """Report a capture that misses what was asked for."""

    exit_code = ExitCode.INCOMPLETE


class NoSafePlanError(Vlan2l3Error):
    """Report why no safe plan exists for a rack."""

    exit_code = ExitCode.NO_SAFE_PLAN


class VerificationError(Vlan2l3Error):
    """Report a plan that is no longer true, or a rehearsal over its limit."""

    exit_code = ExitCode.FAILED
