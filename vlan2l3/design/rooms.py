"""Tell how much room the cores have for host routes: every moved address is a route in each of them.

Comes in: the Network and the cores of the racks' targets. Goes out: `Room`s, of the tables whose limit a
core told. What it didn't tell is no room and no refusal: the plans ask people to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.derived.capacity import ROUTES, tables_of
from vlan2l3.design.target import Target
from vlan2l3.names import DeviceName
from vlan2l3.network.model import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Say how many routes of a family a switch holds, and how many it can."""

    switch: DeviceName
    version: int
    used: int
    limit: int


def rooms_of(network: Network, targets: Iterable[Target]) -> Iterator[Room]:
    """List the known tables of routes of every core."""
    cores = {core.name for target in targets for core in target.cores}
    families = {table: version for version, table in ROUTES.items()}
    for table in tables_of(switch for switch in network.switches if switch.name in cores):
        if table.name in families and table.limit:
            yield Room(
                switch=table.switch.name,
                version=families[table.name],
                used=table.used or 0,
                limit=table.limit,
            )
