"""Compare what is read with what other projects read of the same outputs, field by field.

Comes in: the samples of `tests.real`, and the answers their publishers expect. Goes out: for each comparison
the rows both have, and the rows only one of them has. One module a platform names its `COMPARISONS`.

A row that only one side has is explained in `tests/data/agreement/<platform>.toml`; an unexplained one fails.
`python -m tests.agreements` prints the agreement as a table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from tests import real
from vlan2l3.parse.records import Record

REASONS = Path(__file__).parent.parent / "data" / "agreement"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Hold what both sides make of one sample."""

    sample: str
    ours: frozenset[Row]
    theirs: frozenset[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Name a comparison, `ntc-templates: show vlan`, and give its pairs when asked."""

    name: str
    pairs: Callable[[], Iterable[Pair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Explain rows that only one side has.

    Attributes:
        comparison: its name.
        only: `ours` or `theirs`.
        row: a regular expression found in the row as Python prints it.
        sample: a regular expression found in the sample's name; empty for all of them.
    """

    comparison: str
    only: str
    row: str
    why: str
    sample: str = ""

    def covers(self, comparison: str, only: str, sample: str, row: Row) -> bool:
        """Tell whether it explains a row."""
        return (
            (self.comparison, self.only) == (comparison, only)
            and re.search(self.sample, sample) is not None
            and re.search(self.row, repr(row)) is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Say how far one comparison agrees, in rows."""

    comparison: str
    samples: int
    both: int
    explained: int
    unexplained: tuple[str, ...]


def comparisons(platform: str) -> tuple[Comparison, ...]:
    """Give the comparisons of a platform."""
    name = f"{__name__}.{platform}"
    found: tuple[Comparison, ...] = import_module(name).COMPARISONS if find_spec(name) else ()
    return found


def disagreements(platform: str) -> tuple[Disagreement, ...]:
    """Read the explained disagreements of a platform."""
    path = REASONS / f"{platform}.toml"
    items = tomllib.loads(path.read_text())["disagreements"] if path.is_file() else ()
    return tuple(Disagreement(**item) for item in items)


def agree(comparison: Comparison, known: tuple[Disagreement, ...]) -> tuple[Agreement, set[Disagreement]]:
    """Compare; also give the explanations that were needed."""
    samples = both = explained = 0
    unexplained: list[str] = []
    used: set[Disagreement] = set()
    for pair in comparison.pairs():
        samples += 1
        both += len(pair.ours & pair.theirs)
        for only, rows in (("ours", pair.ours - pair.theirs), ("theirs", pair.theirs - pair.ours)):
            for row in sorted(rows, key=repr):
                why = [d for d in known if d.covers(comparison.name, only, pair.sample, row)]
                used.update(why[:1])
                explained += bool(why)
                if not why:
                    unexplained.append(f"{pair.sample}: only {only}: {row!r}")
    return (
        Agreement(
            comparison=comparison.name,
            samples=samples,
            both=both,
            explained=explained,
            unexplained=tuple(unexplained),
        ),
        used,
    )


def beside(
    name: str,
    *,
    platform: str,
    command: str,
    folder: str,
    expected: Callable[[Path], Any],
    ours: Callable[[Record], Iterable[Row]],
    theirs: Callable[[Any], Iterable[Row]],
) -> Comparison:
    """Compare each sample of a command below a folder with the expected answer that lies beside it.

    `expected` finds and reads it for a sample's path, and gives `None` where there is none. `ours` gives the
    rows of one record (none for a record of another kind), `theirs` the rows of the whole expected answer.
    """

    def pairs() -> Iterator[Pair]:
        spec = real.platforms.load(platform).spec(command)
        for sample in real.samples():
            fits = sample.platform == platform and sample.name.startswith(folder)
            if not fits or real.platforms.load(platform).spec(sample.command) is not spec:
                continue
            answer = expected(sample.path)
            if answer is None:
                continue
            yield Pair(
                sample=sample.name,
                ours=frozenset(row for record in sample.read().records for row in ours(record)),
                theirs=frozenset(theirs(answer)),
            )

    return Comparison(name=name, pairs=pairs)


def ntc(path: Path) -> list[dict[str, Any]] | None:
    """Read the rows that ntc-templates expects of a sample."""
    file = path.with_suffix(".yml")
    rows: list[dict[str, Any]] | None = (
        yaml.safe_load(file.read_text())["parsed_sample"] if file.is_file() else None
    )
    return rows


def json_beside(*names: str) -> Callable[[Path], Any]:
    """Read `expected_result.json` (NAPALM) or another JSON file in the sample's folder."""

    def read(path: Path) -> Any:
        found = next((path.parent / name for name in names if (path.parent / name).is_file()), None)
        return real.json.loads(found.read_text()) if found else None

    return read


def genie(path: Path) -> Any:
    """Read the answer that genieparser expects of a sample `…_output.txt`."""
    file = path.with_name(path.name.replace("_output.txt", "_expected.json"))
    return real.json.loads(file.read_text()) if file.is_file() and file != path else None
