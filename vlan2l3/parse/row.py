"""Make records of one row, by a table's fields or by a function of a quirk module.

Comes in: one row of JSON, or one match of a template, with the place it came from. Goes out: records.
A row that does not fit raises; the caller turns that into an `Unparsed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert, paths
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import KINDS, Record, Source
from vlan2l3.platforms import Table

Quirk = Callable[["Row"], Iterable[Record]]


class Row(NamedTuple):
    """Hold one row; `bound` are the keys that the path to it gave a name."""

    raw: Raw
    source: Source
    data: Any
    bound: Mapping[str, str]

    def get(self, path: str, default: Any = None) -> Any:
        """Return what lies at a path of the row, or the default."""
        data = self.data
        if type(data) is dict and path in data:  # the usual case, in tables of 100,000 rows
            return data[path]
        value = paths.get(data, path)
        return default if value is paths.MISSING else value

    def text(self, path: str) -> str:
        """Return the text at a path, stripped; empty when there is none."""
        return str(self.get(path, "")).strip()

    def name(self, text: str) -> InterfaceName:
        """Give an interface its canonical name."""
        return convert.interface(self.raw.platform, text)

    def must(self, path: str) -> Any:
        """Return what lies at a path.

        Raises:
            KeyError: when there is nothing.
        """
        value = self.get(path, paths.MISSING)
        if value is paths.MISSING:
            raise KeyError(f"{path} is missing")
        return value


def records(table: Table, row: Row, quirks: Mapping[str, Quirk]) -> tuple[Record, ...]:
    """Make the records of one row.

    Raises:
        KeyError: when a field is missing.
        ValueError: when a value does not have the type of its field.
    """
    if table.quirk:
        return tuple(quirks[table.quirk](row))
    kind = KINDS[table.record]
    hints = convert.hints(kind)
    wanted = table.fields or {name: f"{name}?" for name in hints}
    given: dict[str, Any] = {}
    for name, path in wanted.items():
        value = _value(row, path)
        if value is not paths.MISSING:
            value = _translated(table.values.get(name, {}), value)
            given[name] = convert.value(row.raw.platform, hints[name], value)
    try:
        return (kind(source=row.source, **given),)
    except TypeError as error:
        raise KeyError(str(error)) from error


def _value(row: Row, path: str) -> Any:
    if path.startswith("="):
        return path[1:]
    if path.startswith("{"):
        return row.bound[path.strip("{}")]
    found = row.get(path.removesuffix("?"), paths.MISSING)
    if found is paths.MISSING and not path.endswith("?"):
        raise KeyError(f"{path} is missing")
    return found


def _translated(values: Mapping[str, str], value: Any) -> Any:
    said = str(value).strip().lower()
    return values.get(said, values.get("*", value))
