"""Find records by device and kind, in one order whatever order they came in.

Comes in: the records of a `Reading`. Goes out: tuples of one kind of one device. It never drops a record,
except the second of two equal ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar, cast

from vlan2l3.names import DeviceName
from vlan2l3.parse.records import Record

R = TypeVar("R", bound=Record)
_Key = tuple[str, int, str]


class Index:
    """Hold records grouped by device and kind, each group sorted by where it was read."""

    def __init__(self, records: Iterable[Record]) -> None:
        groups: dict[tuple[DeviceName, type[Record]], list[Record]] = defaultdict(list)
        for record in records:
            groups[record.source.device, type(record)].append(record)
        self._groups = {key: tuple(_ordered(group)) for key, group in groups.items()}
        self.devices = frozenset(device for device, _ in self._groups)

    def of(self, device: DeviceName, kind: type[R]) -> tuple[R, ...]:
        """Give a device's records of one kind; empty says nothing about why."""
        return cast("tuple[R, ...]", self._groups.get((device, kind), ()))


def _ordered(group: list[Record]) -> list[Record]:
    by_place = sorted(group, key=_place)
    places = [_place(record) for record in by_place]
    if all(a != b for a, b in pairwise(places)):
        return by_place
    by_text = sorted(set(group), key=lambda record: (_place(record), _text(record)))
    return list(by_text)


def _place(record: Record) -> _Key:
    return record.source.file, record.source.line, record.source.pointer


def _text(record: Record) -> str:
    """Write a record out the same way in every run; a set's own order is not."""
    values = (getattr(record, name) for name in record.__slots__ if name != "source")
    return "|".join(repr(sorted(v)) if isinstance(v, frozenset) else repr(v) for v in values)
