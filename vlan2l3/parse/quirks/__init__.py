"""Read what tables as data cannot express, one module or folder a platform.

Comes in: the name of a platform. Goes out: its `Quirks`. A platform whose tables are all data in `parsers/`
has none. Nothing else in `parse` knows a platform by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Record
from vlan2l3.parse.row import Quirk

Reader = Callable[[Raw], Rows]
Finish = Callable[[tuple[Record, ...]], tuple[Record | Unparsed, ...]]
Decoded = Callable[[Any], Any]


def _as_it_is(data: Any) -> Any:
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """Hold what a platform's module offers under the names that its index uses.

    Attributes:
        readers: `READERS`, for whole answers.
        rows: `ROWS`, for one row of a table.
        finish: `finish`, which joins the records of one device; what cannot be joined comes back as
            `Unparsed`.
        decoded: `decoded`, which brings decoded JSON into the shape that the tables' paths lead through; the
            keys down to a row stay what they are.
    """

    readers: Mapping[str, Reader] = field(default_factory=dict)
    rows: Mapping[str, Quirk] = field(default_factory=dict)
    finish: Finish = tuple
    decoded: Decoded = _as_it_is


@cache
def of(platform: str) -> Quirks:
    """Give the quirks of a platform; none where it has no module."""
    name = f"{__name__}.{platform}"
    if not platform.isidentifier() or find_spec(name) is None:
        return Quirks()
    module = import_module(name)
    return Quirks(
        readers=getattr(module, "READERS", {}),
        rows=getattr(module, "ROWS", {}),
        finish=getattr(module, "finish", tuple),
        decoded=getattr(module, "decoded", _as_it_is),
    )
