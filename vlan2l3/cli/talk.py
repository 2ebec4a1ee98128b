"""Talk to the person: everything that is not the artefact goes to stderr."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print a line to stderr."""
    print(text, file=sys.stderr)  # noqa: T201 - the one place that talks
