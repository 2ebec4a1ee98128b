"""Print comparison x samples x rows of both x explained x unexplained."""

from __future__ import annotations

import sys

from tests import agreements
from vlan2l3 import platforms


def main() -> None:
    """Print the table; with names of platforms, their unexplained rows before it."""
    print(f"{'platform':9} {'comparison':46} samples   both explained unexplained")  # noqa: T201
    for platform in platforms.names():
        known = agreements.disagreements(platform)
        for comparison in agreements.comparisons(platform):
            found, _ = agreements.agree(comparison, known)
            if platform in sys.argv[1:]:
                print(*found.unexplained, sep="\n")  # noqa: T201
            print(  # noqa: T201
                f"{platform:9} {found.comparison:46} {found.samples:7} {found.both:6}"
                f" {found.explained:9} {len(found.unexplained):11}"
            )


if __name__ == "__main__":
    main()
