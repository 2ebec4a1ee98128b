"""Walk decoded JSON along the paths of `platforms.Table`.

Comes in: a decoded answer and a path. Goes out: rows, each with the keys that lead to it. A key that is
missing means no rows, unless the path says that it must be there; nothing here knows a vendor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Hold one row: the value, the keys down to it, and the keys that the path gave a name."""

    value: Any
    pointer: tuple[str, ...] = ()
    bound: Mapping[str, str] = field(default_factory=dict)


def rows(data: Any, path: str) -> Iterator[Found]:
    """Yield every row that a path leads to; the empty path leads to the whole answer.

    Raises:
        KeyError: when a key marked `!` is missing, or when a value on the way is not of the expected shape.
    """
    found = [Found(value=data)]
    for step in path.split(".") if path else ():
        found = [after for before in found for after in _step(before, step)]
    yield from found


def get(data: Any, path: str) -> Any:
    """Return the value at a path inside one row, or `MISSING`."""
    value = data
    for keys in _steps(path):
        if not isinstance(value, dict):
            return MISSING
        for key in keys:
            if key in value:
                value = value[key]
                break
        else:
            return MISSING
    return value


@cache
def _steps(path: str) -> tuple[tuple[str, ...], ...]:
    """Split a path once: a table of 100,000 rows walks the same few."""
    return tuple(tuple(step.split("|")) for step in path.split(".")) if path not in ("", ".") else ()


def _step(row: Found, step: str) -> Iterator[Found]:
    key, brackets, bound = step.partition("[")
    if key.startswith("{"):
        for found in _every_key(row, key.strip("{}")):
            yield from _items(found) if brackets else (found,)
        return
    if key:
        taken = _key(row, key)
        if taken is None:
            return
        row = taken
    if brackets:
        yield from (_binding(item, bound.rstrip("]")) for item in _items(row))
    else:
        yield row


def _binding(row: Found, told: str) -> Found:
    name, _, key = told.partition("=")
    if not isinstance(row.value, Mapping) or key not in row.value:
        return row
    return replace(row, bound={**row.bound, name: row.value[key]})


def _key(row: Found, key: str) -> Found | None:
    names = key.removesuffix("!").split("|")
    if row.value in ("", None):
        return None
    if not isinstance(row.value, Mapping):
        raise KeyError(f"{'/'.join(row.pointer) or 'the answer'} holds no keys, {names[0]} was expected")
    for name in names:
        if name in row.value:
            return Found(value=row.value[name], pointer=(*row.pointer, name), bound=row.bound)
    if key.endswith("!"):
        raise KeyError(f"{'/'.join((*row.pointer, names[0]))} is missing")
    return None


def _every_key(row: Found, name: str) -> Iterator[Found]:
    if row.value in ("", None):
        return
    if not isinstance(row.value, Mapping):
        raise KeyError(f"{'/'.join(row.pointer) or 'the answer'} holds no keys")
    for key, value in row.value.items():
        yield Found(value=value, pointer=(*row.pointer, key), bound={**row.bound, name: key})


def _items(row: Found) -> Iterator[Found]:
    if row.value in ("", None):
        return
    if not isinstance(row.value, list):
        yield row
        return
    for index, value in enumerate(row.value):
        yield Found(value=value, pointer=(*row.pointer, str(index)), bound=row.bound)
