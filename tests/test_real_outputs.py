"""Read every real output of a known command to its last line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import agreements, real
from vlan2l3 import platforms


@pytest.mark.parametrize("platform", platforms.names())
def test_every_line_of_every_sample_is_accounted_for(real_outputs: Path, platform: str) -> None:
    """A line is read, a heading, or reported; a reported one has a reason, and no reason is out of date."""
    known = real.reasons(platform)
    found = [sample for sample in real.samples() if sample.platform == platform]
    documented = all(spec.documented for spec in platforms.load(platform).commands)
    assert found or documented, f"no real output of {platform} below {real_outputs}"
    accounts = [real.account(sample, known) for sample in found]
    lost = [f"{a.sample.name}: {text}" for a in accounts for text in a.unaccounted]
    assert not lost, f"{len(lost)} lines are unaccounted for\n" + "\n".join(lost[:50])
    assert not [(a.sample.name, a.stale) for a in accounts if a.stale]
    assert not [reason.file for reason in known if not any(map(reason.covers, found))]
    assert sum(a.records for a in accounts) > 0 or documented


@pytest.mark.parametrize("platform", platforms.names())
def test_other_readers_of_the_same_outputs_agree(real_outputs: Path, platform: str) -> None:
    """Field by field; a disagreement is explained in a data file, and no explanation is out of date."""
    assert real_outputs
    known = agreements.disagreements(platform)
    used: set[agreements.Disagreement] = set()
    for comparison in agreements.comparisons(platform):
        found, needed = agreements.agree(comparison, known)
        used |= needed
        assert found.samples > 0, comparison.name
        assert found.both > 0, comparison.name
        lost = "\n".join(found.unexplained[:40])
        assert not found.unexplained, f"{comparison.name}: {len(found.unexplained)} rows\n{lost}"
    assert not set(known) - used
