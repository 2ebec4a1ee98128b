"""Talk to the person: everything that is not the artefact goes to stderr."""

from __future__ import annotations

import sys

from vlan2l3.quote import printable_line


def say(text: str) -> None:
    """Print lines to stderr, without what a device could make a terminal do."""
    shown = "\n".join(printable_line(line) for line in text.split("\n"))
    print(shown, file=sys.stderr)  # noqa: T201 - the one place that talks
