"""Describe a played device, and keep what it was told.

Comes in: answers and faults. Goes out: the record that the servers act on and the tests look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UNKNOWN = {
    "eos": "% Invalid input",
    "nxos": "% Invalid command at '^' marker.",
    "ios": "% Invalid input detected at '^' marker.",
    "junos": "unknown command.",
    "os10": "% Error: Illegal parameter.",
    "aoscx": "Invalid input: ",
}
SETTINGS = {
    "terminal width 511": "Width set to 511 columns.\n",
    "terminal length 0": "Pagination disabled.\n",
    "set cli screen-width 511": "Screen width set to 511\n",
    "set cli screen-length 0": "Screen length set to 0\n",
    "set cli complete-on-space off": "Disabling complete-on-space\n",
    "no page": "",
}
"""What EOS and Junos answer to the settings of a session; the others answer nothing."""
PROMPTS = {"junos": "{user}@{name}> ", "default": "{name}#"}


class Fault(StrEnum):
    """Say what goes wrong with one answer."""

    HANG = "hang"  # half of it, then nothing
    RESET = "reset"  # half of it, then the connection is gone
    HALF = "half"  # half of it, then a prompt as if it were whole
    PAGER = "pager"  # a page of it, then --More--, whatever was said about paging
    SLOW = "slow"  # nothing for a long time


@dataclass(kw_only=True)
class Device:
    """Hold one device; the lists at the end fill while it is asked."""

    name: str
    platform: str
    answers: Mapping[str, str] = field(default_factory=dict)
    user: str = "reader"
    password: str = "s3cret-of-the-test"
    banner: str = ""
    latency: float = 0.0
    faults: Mapping[str, Fault] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)  # user, method
    refused: list[str] = field(default_factory=list)
    sessions: int = 0
    port: int = 0

    @property
    def prompt(self) -> str:
        """Give what it prints when it waits."""
        return PROMPTS.get(self.platform, PROMPTS["default"]).format(user=self.user, name=self.name)

    def answer(self, line: str) -> str:
        """Give the output of a command, or how the platform refuses it."""
        if line in self.answers:
            return self.answers[line]
        if line in SETTINGS:
            return SETTINGS[line] if self.platform in ("eos", "junos") else ""
        return f"{UNKNOWN.get(self.platform, 'bash: ' + line.split(maxsplit=1)[0] + ': command not found')}\n"
