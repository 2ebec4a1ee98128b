"""Compare what is read of Linux hosts with SuzieQ, and with jc's answers for the same texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_interface
from typing import Any

from tests.agreements import Comparison, Pair, Row
from tests.agreements.suzieq import compare
from tests.conftest import REAL_OUTPUTS
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import Neighbor, Port, PortAddress, Record, Socket, Unit

_UNITS = "systemctl list-units --type=service --state=running --no-legend --plain"
_TYPES = {"physical": "ethernet", "loopback": "loopback", "bond": "bond", "vlan": "vlan", "bridge": "bridge"}


def _address(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress) and not record.address.ip.is_loopback:
        yield record.interface, str(record.address), record.vrf


def _their_address(row: dict[str, Any]) -> Iterator[Row]:
    for text in (*row["ipAddressList"], *row["ip6AddressList"]):
        if not ip_interface(text).ip.is_loopback:
            yield row["ifname"], str(ip_interface(text)), row["vrf"]


def _neighbor(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor) and record.mac:
        yield str(record.address), record.mac, record.interface


def _their_neighbor(row: dict[str, Any]) -> Iterator[Row]:
    yield row["ipAddress"], row["macaddr"], row["oif"]


def _port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        kind = "bond_slave" if record.hardware or record.master else _TYPES[record.sort]
        states = tuple("up" if state else "down" for state in (record.up, record.enabled))
        yield record.name, kind, record.mtu, record.master or "", *states


def _their_port(row: dict[str, Any]) -> Iterator[Row]:
    yield row["ifname"], row["type"], row["mtu"], row["master"], row["state"], row["adminState"]


def _suzieq(name: str, table: str, network: str, ours: Any, theirs: Any) -> Comparison:
    return compare(
        f"SuzieQ {network}: {name}",
        platform="linux",
        network=network,
        namespace="dual-bgp" if network.startswith("cumulus") else network,
        samples=f"{network.partition('_')[0]}-samples",
        command=table,
        ours=ours,
        theirs=theirs,
    )


def _jc(name: str, *, command: str, stem: str, ours: Any, theirs: Any) -> Comparison:
    """Compare one text of jc's with the answer beside it."""

    def pairs() -> Iterator[Pair]:
        file = REAL_OUTPUTS / "linux/jc" / stem
        text = file.with_suffix(".out").read_text()
        raw = Raw(device=DeviceName("device"), platform="linux", command=command, file=stem, text=text)
        yield Pair(
            sample=stem,
            ours=frozenset(row for record in engine.read_answer(raw).records for row in ours(record)),
            theirs=frozenset(theirs(json.loads(file.with_suffix(".json").read_text()))),
        )

    return Comparison(name=name, pairs=pairs)


def _socket(record: Record) -> Iterator[Row]:
    if isinstance(record, Socket):
        yield record.protocol, record.port


def _their_sockets(answer: list[dict[str, Any]]) -> Iterator[Row]:
    yield from ((row["netid"], row["local_port_num"]) for row in answer)


def _unit(record: Record) -> Iterator[Row]:
    if isinstance(record, Unit):
        yield record.name, record.active


def _their_units(answer: list[dict[str, Any]]) -> Iterator[Row]:
    yield from ((row["unit"], row["active"] == "active") for row in answer)


COMPARISONS = (
    _suzieq("address", "address show --format=json --namespace=eos", "eos", _address, _their_address),
    _suzieq("address", "address show --format=json --namespace=junos", "junos", _address, _their_address),
    _suzieq(
        "address",
        'address show --address="" --namespace=dual-bgp --format=json',
        "cumulus_dual-bgp",
        _address,
        _their_address,
    ),
    _suzieq("arpnd", "arpnd show --format=json --namespace=eos", "eos", _neighbor, _their_neighbor),
    _suzieq("arpnd", "arpnd show --format=json --namespace=junos", "junos", _neighbor, _their_neighbor),
    _suzieq("interface", "interface show --format=json --namespace=eos", "eos", _port, _their_port),
    _suzieq(
        "interface", "interface show --type=all  --format=json --namespace=junos", "junos", _port, _their_port
    ),
    _jc(
        "jc: ss",
        command="ss -lntupH",
        stem="ubuntu-18.04/ss-sudo-tulpen",
        ours=_socket,
        theirs=_their_sockets,
    ),
    _jc("jc: systemctl", command=_UNITS, stem="ubuntu-18.04/systemctl", ours=_unit, theirs=_their_units),
    _jc(
        "jc: systemctl, CentOS", command=_UNITS, stem="centos-7.7/systemctl", ours=_unit, theirs=_their_units
    ),
)
