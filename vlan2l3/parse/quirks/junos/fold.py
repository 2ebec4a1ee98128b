"""Bring the JSON of Junos into the shape that XML and everybody else's JSON has.

Comes in: decoded JSON, in which every leaf is `[{"data": "x"}]`, sometimes with `attributes`. Goes out: the
same tree with `"x"` in its place. The keys and indices down to a row of several leaves stay what they were,
so that a row can still be found in the file.
"""

from __future__ import annotations

from typing import Any

_LEAF = frozenset({"data", "attributes"})


def folded(data: Any) -> Any:
    """Fold every leaf; a list of one leaf becomes the leaf."""
    if isinstance(data, dict):
        return data["data"] if _is_leaf(data) else {key: folded(value) for key, value in data.items()}
    if isinstance(data, list):
        if len(data) == 1 and _is_leaf(data[0]):
            return data[0]["data"]
        return [folded(item) for item in data]
    return data


def _is_leaf(data: Any) -> bool:
    return isinstance(data, dict) and "data" in data and set(data) <= _LEAF
