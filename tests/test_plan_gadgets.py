"""The named traps: each is caught, the state before it is fine, and the docs are written from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orders
import pytest
from gadgets import GADGETS, Gadget, as_page

from vlan2l3.plan.judge import Judge

OURS = ("vlan2l3's, steps", "vlan2l3's, changes")
PAGE = Path(__file__).parents[1] / "docs" / "orders.md"


@pytest.mark.parametrize("gadget", GADGETS, ids=lambda gadget: gadget.title)
def test_the_trap_is_caught_and_nothing_before_it(gadget: Gadget) -> None:
    """The change breaks what held, and the witness tells an engineer what happens."""
    judge = Judge(gadget.target)
    assert [violation.witness for violation in judge.violations(gadget.before())] == []
    witnesses = [violation.witness for violation in judge.violations(gadget.after())]
    assert any(gadget.says in witness for witness in witnesses), witnesses


def test_the_orders_are_counted_again() -> None:
    """The table is of what the checker says today, and the plan's own order breaks nothing on any rack."""
    kept = orders.kept()
    assert len(kept) == orders.RACKS
    assert [orders.count(number) for number in range(2)] == kept[:2]
    assert all(count.broken == 0 for row in kept for name, count in row.items() if name.startswith(OURS))


def test_the_page_says_what_the_checker_says(golden: Callable[[str, Path], None]) -> None:
    """The docs are written from the tests."""
    golden(as_page(), PAGE)
