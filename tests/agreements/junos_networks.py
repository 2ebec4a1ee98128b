"""Compare what is read of whole Junos networks with what SuzieQ reads of them.

Comes in: the answers of every device of a network, joined. Goes out: `NETWORKS`, comparisons of a platform.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from tests import real
from tests.agreements import Comparison, Pair, Row
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.quirks.junos import finish
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    Facts,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Vlan,
    Vni,
)


@cache
def _device(network: str, host: str) -> tuple[Record, ...]:
    """Read every answer of one device and join them."""
    folder = f"suzieq/networks/{network}/{host}/"
    records = [
        record
        for sample in real.samples()
        if sample.name.startswith(folder)
        for record in engine.read_answer(
            Raw(
                device=DeviceName(host),
                platform="junos",
                command=sample.command,
                file=sample.name,
                text=sample.text,
            )
        ).records
    ]
    return tuple(record for record in finish(tuple(records)) if not isinstance(record, Unparsed))


def _suzieq(
    network: str, table: str, ours: Callable[[Record], Iterable[Row]], theirs: Callable[[Any], Iterable[Row]]
) -> Comparison:
    def pairs() -> Iterator[Pair]:
        file = real.REAL_OUTPUTS / f"suzieq/expected/{network}-samples/{table}.yml"
        rows = json.loads(yaml.safe_load(file.read_text())["tests"][0]["output"])
        for host in sorted({sample.name.split("/")[3] for sample in _samples(network)}):
            of_host = [row for row in rows if row["hostname"] == host]
            yield Pair(
                sample=f"{network}/{host}",
                ours=frozenset(row for record in _device(network, host) for row in ours(record)),
                theirs=frozenset(found for row in of_host for found in theirs(row)),
            )

    return Comparison(name=f"suzieq: {network} {table}", pairs=pairs)


def _samples(network: str) -> Iterator[real.Sample]:
    for sample in real.samples():
        if sample.platform == "junos" and sample.name.startswith(f"suzieq/networks/{network}/"):
            yield sample


def _vlan(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield record.vlan, record.active, frozenset(record.ports)


def _their_vlan(row: Any) -> Iterator[Row]:
    yield row["vlan"], row["state"] == "active", frozenset(row["interfaces"])


def _mac(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        yield record.vlan, record.mac, record.interface


def _neighbor(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield str(record.address), record.mac, record.interface


def _lldp(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.system, record.port_description, record.system_description


def _port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield record.name, record.enabled, record.up, record.mtu, record.vlan, record.master


def _their_port(row: Any) -> Iterator[Row]:
    if row["type"] != "vrf":
        yield (
            row["ifname"],
            row["adminState"] == "up",
            row["state"] == "up",
            None if row["mtu"] == _UNLIMITED else row["mtu"],
            row["vlan"] or None,
            row["master"] if row["type"] == "bond_slave" else None,
        )


_UNLIMITED = 65536


def _address(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address), record.vrf


def _their_address(row: Any) -> Iterator[Row]:
    for text in (*row["ipAddressList"], *row["ip6AddressList"]):
        yield row["ifname"], text, row["vrf"]


def _facts(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts) and record.version:
        yield record.hostname, record.model, record.version, record.serial


def _vni(record: Record) -> Iterator[Row]:
    if isinstance(record, Vni):
        yield record.vlan, record.vni


NETWORKS = (
    _suzieq("junos", "vlan", _vlan, _their_vlan),
    _suzieq("junos", "mac", _mac, lambda row: [(row["vlan"], row["macaddr"], row["oif"])]),
    _suzieq("junos", "arpnd", _neighbor, lambda row: [(row["ipAddress"], row["macaddr"], row["oif"])]),
    _suzieq(
        "junos",
        "lldp",
        _lldp,
        lambda row: [(row["ifname"], row["peerHostname"], row["peerIfname"], row["description"])],
    ),
    _suzieq("junos", "interface", _port, _their_port),
    _suzieq("junos", "address", _address, _their_address),
    _suzieq(
        "junos",
        "device",
        _facts,
        lambda row: [(row["hostname"], row["model"], row["version"], row["serialNumber"])],
    ),
    _suzieq("junos", "evpnVni", _vni, lambda row: [(row["vlan"], row["vni"])]),
    _suzieq("vmx", "address", _address, _their_address),
    _suzieq("vmx", "arpnd", _neighbor, lambda row: [(row["ipAddress"], row["macaddr"], row["oif"])]),
    _suzieq("vmx", "interfaces", _port, _their_port),
)
