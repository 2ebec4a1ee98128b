"""Compare whole NX-OS switches, after their answers are joined, with what SuzieQ makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from tests import real
from tests.agreements import Comparison, Pair
from tests.agreements.nxos.shared import Rows
from tests.conftest import REAL_OUTPUTS
from vlan2l3.parse.quirks import nxos
from vlan2l3.parse.records import Neighbor, PortAddress, Record

_NETWORK = "suzieq/networks/mixed/"


def _suzieq(table: str, ours: Callable[[Record], Rows], theirs: Callable[[Any], Rows]) -> Comparison:
    def pairs() -> Iterator[Pair]:
        path = REAL_OUTPUTS / "suzieq/expected/mixed-samples" / f"{table}.yml"
        rows = json.loads(yaml.safe_load(path.read_text())["tests"][0]["output"])
        answers: dict[str, list[Record]] = {}
        for sample in real.samples():
            if sample.platform == "nxos" and sample.name.startswith(_NETWORK):
                answers.setdefault(sample.path.parent.name, []).extend(sample.read().records)
        for host, records in sorted(answers.items()):
            yield Pair(
                sample=f"{_NETWORK}{host}",
                ours=frozenset(row for record in nxos.finish(tuple(records)) for row in ours(record)),
                theirs=frozenset(row for said in rows if said["hostname"] == host for row in theirs(said)),
            )

    return Comparison(name=f"suzieq: {table}", pairs=pairs)


def _address(record: Record) -> Rows:
    if isinstance(record, PortAddress):
        yield (record.interface, str(record.address), record.vrf)


def _address_said(said: Any) -> Rows:
    for address in (*said["ipAddressList"], *said["ip6AddressList"]):
        yield (said["ifname"], address, said["vrf"])


def _neighbor(record: Record) -> Rows:
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface)


def _neighbor_said(said: Any) -> Rows:
    yield (said["ipAddress"], said["macaddr"], said["oif"])


COMPARISONS: tuple[Comparison, ...] = (
    _suzieq("address", _address, _address_said),
    _suzieq("arpnd", _neighbor, _neighbor_said),
)
