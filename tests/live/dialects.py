"""Know how each platform's command line looks: its prompt, its pager, how it refuses.

Comes in: nothing. Goes out: `DIALECTS`. Where a text was seen, and on what, stands beside it; the rest is as
the vendors' manuals show it. It holds no command's answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Describe a line that changes the terminal: the first group of `line` is the new `width` or `length`."""

    line: str
    sets: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Describe one platform's command line.

    Attributes:
        prompt: with `{host}` and `{user}`.
        above: what stands in a line of its own over each prompt.
        alarm: what comes right before the prompt after a refused line.
        more: what the pager shows.
        unknown: the answer to a line it doesn't know; `{caret}` points at the first strange word, `{word}`.
        unknown_first: the same where already the first word is strange.
        denied: the answer to a line that the user may not run.
        unpaged: the modifier that turns the pager off for one line.
        executes: whether a command may come in a channel of its own.
        elevate: what may stand before a command, which is answered, and goes wrong, as it does without.
    """

    prompt: str
    more: str
    unknown: str
    denied: str
    setup: tuple[Setup, ...] = ()
    above: str = ""
    alarm: str = ""
    unknown_first: str = ""
    unpaged: str = ""
    executes: bool = False
    elevate: str = ""

    def terminal(self, line: str) -> tuple[Setup, int] | None:
        """Find what a line changes of the terminal."""
        for setup in self.setup:
            found = re.fullmatch(setup.line, line)
            if found:
                return setup, int(found[1]) if found.groups() else 0
        return None

    def refusal(self, prompt: str, line: str, stranger: int) -> str:
        """Give the answer to a line it doesn't know; `stranger` is the index of the first strange word."""
        spans = [match.span() for match in re.finditer(r"\S+", line)]
        start, end = spans[stranger]
        text = self.unknown if stranger or not self.unknown_first else self.unknown_first
        caret = " " * (len(prompt) + start) + "^"
        return text.format(caret=caret, word=line[start:end], first=line.split(maxsplit=1)[0])


CISCO = (
    Setup(line=r"terminal length (\d+)", sets="length"),
    Setup(line=r"terminal width (\d+)", sets="width"),
)

DIALECTS = {
    "arista_eos": Dialect(
        prompt="{host}#",
        more=" --More-- ",
        unknown="% Invalid input\n",
        denied="% Authorization denied for command '{line}'\n",  # seen in netmiko issue 3054
        setup=(
            Setup(line=r"terminal length (\d+)", sets="length", reply="Pagination disabled.\n"),
            Setup(line=r"terminal width (\d+)", sets="width", reply="Width set to {} columns.\n"),
        ),
        unpaged="| no-more",
        executes=True,
    ),
    "cisco_ios": Dialect(
        prompt="{host}#",
        more=" --More-- ",
        unknown="{caret}\n% Invalid input detected at '^' marker.\n\n",  # seen in napalm's IOS mocks
        denied="Command authorization failed.\n\n",
        setup=CISCO,
        executes=True,
    ),
    "cisco_nxos": Dialect(
        prompt="{host}# ",
        more="--More--",
        unknown="{caret}\n% Invalid command at '^' marker.\n",  # seen in napalm's nxos_ssh mocks
        denied="% Permission denied for the role\n",  # seen in netdisco issue 1221, for `terminal length 0`
        setup=CISCO,
        unpaged="| no-more",
        executes=True,
    ),
    "juniper_junos": Dialect(
        prompt="{user}@{host}> ",
        more="---(more)---",
        unknown="{caret}\nsyntax error, expecting <command>.\n",  # seen in netmiko issue 3376
        unknown_first="{caret}\nunknown command.\n",
        denied="{caret}\nunknown command.\n",  # a class that may not run a command doesn't see it either
        setup=(
            Setup(line=r"set cli screen-length (\d+)", sets="length", reply="Screen length set to {}\n"),
            Setup(line=r"set cli screen-width (\d+)", sets="width", reply="Screen width set to {}\n"),
            Setup(line=r"set cli complete-on-space off", reply="Disabling complete-on-space\n"),
        ),
        above="{master:0}",  # an EX or QFX says so even where it is alone: ntc-templates' `show version`
        unpaged="| no-more",
        executes=True,
    ),
    "dell_os10": Dialect(
        prompt="{host}# ",
        more="--More--",
        unknown="% Error: Unrecognized command.\n",  # seen in dellemc.os10 issue 40, the bell behind it too
        denied="% Error: Permission denied.\n",
        alarm="\a",
        setup=CISCO,
        unpaged="| no-more",
    ),
    "aruba_aoscx": Dialect(
        prompt="{host}# ",
        more="-- MORE --, next page: Space, next line: Enter, quit: q",
        unknown="Invalid input: {word}\n",  # seen in netmiko issue 2738
        denied="Cannot execute command. Command not allowed.\n",  # OpenSwitch, its ancestor, says so too
        setup=(Setup(line=r"no page", sets="length"),),
    ),
    "linux": Dialect(
        prompt="{user}@{host}:~$ ",
        more="--More--",
        unknown="bash: line 1: {first}: command not found\n",
        denied="bash: line 1: {first}: Permission denied\n",
        executes=True,
        elevate="sudo -n ",
    ),
}
