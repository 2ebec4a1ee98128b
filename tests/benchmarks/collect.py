"""Time collecting."""

from __future__ import annotations


def main() -> None:
    """Print the table."""
