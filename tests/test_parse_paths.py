"""Hold the JSON paths of `parsers/*/index.toml` against the shapes that devices send."""

from __future__ import annotations

from typing import Any

import pytest

from vlan2l3.parse import paths


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ({"TABLE": {"ROW": [{"a": 1}, {"a": 2}]}}, 2),
        ({"TABLE": {"ROW": {"a": 1}}}, 1),
        ({"TABLE": [{"ROW": {"a": 1}}, {"ROW": [{"a": 2}, {"a": 3}]}]}, 3),
        ({"TABLE": ""}, 0),
        ({"TABLE": {"ROW": ""}}, 0),
        ({}, 0),
    ],
)
def test_every_shape_of_a_cisco_table_gives_its_rows(answer: dict[str, Any], count: int) -> None:
    """A list, a single dict, an empty string and a missing key are the same table with other sizes."""
    assert len(list(paths.rows(answer, "TABLE[].ROW[]"))) == count


def test_row_carries_its_pointer_and_its_bound_keys() -> None:
    """A key with a dot or a slash in it is a key like any other."""
    answer = {"vrfs": {"a.b": {"rows": [{"x": 1}, {"x": 2}]}}}
    last = list(paths.rows(answer, "vrfs.{vrf}.rows[]"))[-1]
    assert last.value == {"x": 2}
    assert last.pointer == ("vrfs", "a.b", "rows", "1")
    assert last.bound == {"vrf": "a.b"}


def test_missing_key_that_must_be_there_is_refused() -> None:
    """An answer that changed its shape is not an answer without rows."""
    with pytest.raises(KeyError, match="vlans is missing"):
        list(paths.rows({"vlanTable": {}}, "vlans!.{vlan}"))


def test_scalar_where_keys_are_expected_is_refused() -> None:
    """A number in the place of a table is not an empty table."""
    with pytest.raises(KeyError, match="holds no keys"):
        list(paths.rows({"vlans": 7}, "vlans.{vlan}"))


def test_first_of_two_spellings_is_taken() -> None:
    """`a|b` follows a key that a version renamed."""
    assert [row.value for row in paths.rows({"new": [1]}, "old|new[]")] == [1]
    assert paths.get({"new": {"x": 3}}, "old|new.x") == 3


def test_missing_value_inside_a_row_is_told_from_none() -> None:
    """`None` is something that the device said."""
    assert paths.get({"a": None}, "a") is None
    assert paths.get({"a": None}, "a.b") is paths.MISSING
    assert paths.get("whole", ".") == "whole"


def test_item_gives_what_it_has_under_a_key_to_the_rows_inside() -> None:
    """A table whose rows lie in groups, where the group says what is common to them."""
    answer = {"groups": [{"vlan": "7", "rows": [{"x": 1}]}, {"rows": [{"x": 2}]}]}
    found = list(paths.rows(answer, "groups[tag=vlan].rows[]"))
    assert [(row.value["x"], dict(row.bound)) for row in found] == [(1, {"tag": "7"}), (2, {})]
    assert found[0].pointer == ("groups", "0", "rows", "0")
