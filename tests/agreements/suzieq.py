"""Give the rows that SuzieQ makes of a gathered network, and what is read of the same devices.

Comes in: a network, one of SuzieQ's commands, and the columns to compare. Goes out: a comparison with a pair
for each device of one platform.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from tests import real
from tests.agreements import Comparison, Pair, Row
from tests.conftest import REAL_OUTPUTS
from vlan2l3.parse import quirks
from vlan2l3.parse.records import Record

Ours = Callable[[Record], Iterable[Row]]
Theirs = Callable[[dict[str, Any]], Iterable[Row]]


def compare(
    name: str,
    *,
    platform: str,
    network: str,
    namespace: str,
    samples: str,
    command: str,
    ours: Ours,
    theirs: Theirs,
) -> Comparison:
    """Compare the joined records of each device with the rows of one SuzieQ command.

    `network` is the folder of the gather, `namespace` what SuzieQ calls it, `samples` the folder of its
    expected answers, `command` the command there, of which the table is the first word.
    """

    def pairs() -> Iterator[Pair]:
        rows: dict[str, set[Row]] = defaultdict(set)
        for row in _expected(samples, command):
            if row["namespace"] == namespace:
                rows[row["hostname"]].update(theirs(row))
        for host, records in _devices(platform, network).items():
            if host in rows:
                yield Pair(
                    sample=f"{network}/{host}",
                    ours=frozenset(row for record in records for row in ours(record)),
                    theirs=frozenset(rows[host]),
                )

    return Comparison(name=name, pairs=pairs)


@cache
def _expected(samples: str, command: str) -> list[dict[str, Any]]:
    table = command.partition(" ")[0]
    path = REAL_OUTPUTS / "suzieq/expected" / samples / f"{table}.yml"
    tests = yaml.safe_load(path.read_text())["tests"]
    rows: list[dict[str, Any]] = json.loads(next(t for t in tests if t["command"] == command)["output"])
    return rows


@cache
def _devices(platform: str, network: str) -> dict[str, tuple[Record, ...]]:
    """Read every device of a platform in a network, and join its answers."""
    folder = f"suzieq/networks/{network}/"
    found: dict[str, list[Record]] = defaultdict(list)
    for sample in real.samples():
        if sample.platform == platform and sample.name.startswith(folder):
            found[sample.name.removeprefix(folder).partition("/")[0]] += sample.read().records
    return {host: quirks.of(platform).finish(tuple(records)) for host, records in found.items()}
