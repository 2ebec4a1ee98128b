"""Compare whole EOS switches, after their answers are joined, with what SuzieQ makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

from tests import real
from tests.agreements import Comparison, Pair, Row
from tests.agreements.eos.shared import address_of, lldp_of, mac_of, neighbor_of, ports
from tests.conftest import REAL_OUTPUTS
from vlan2l3.parse.quirks import eos
from vlan2l3.parse.records import Facts, MlagDomain, Port, Record, Vlan, Vni

_SUZIEQ = "suzieq/networks/eos/"


def _suzieq(
    table: str,
    ours: Callable[[Record], Iterable[Row]],
    theirs: Callable[[dict[str, Any]], Iterable[Row]],
) -> Comparison:
    def pairs() -> Iterator[Pair]:
        path = REAL_OUTPUTS / "suzieq/expected/eos-samples" / f"{table}.yml"
        rows = json.loads(yaml.safe_load(path.read_text())["tests"][0]["output"])
        answers: dict[str, list[Record]] = {}
        for sample in real.samples():
            if sample.platform == "eos" and sample.name.startswith(_SUZIEQ):
                answers.setdefault(sample.path.parent.name, []).extend(sample.read().records)
        for host, records in sorted(answers.items()):
            yield Pair(
                sample=f"{_SUZIEQ}{host}",
                ours=frozenset(row for record in eos.finish(tuple(records)) for row in ours(record)),
                theirs=frozenset(row for said in rows if said["hostname"] == host for row in theirs(said)),
            )

    return Comparison(name=f"suzieq: {table}", pairs=pairs)


def _mac_said(said: dict[str, Any]) -> Iterator[Row]:
    kind = "static" if said["flags"] == "static" else "dynamic"
    yield (said["vlan"], said["macaddr"], said["oif"], kind)


def _mlag_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MlagDomain):
        address = str(record.peer_address)
        yield (record.system, record.active, record.role, record.peer_link, address)


def _vlan_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, record.active, tuple(sorted(record.ports)))


def _address_said(said: dict[str, Any]) -> Iterator[Row]:
    for address in (*said["ipAddressList"], *said["ip6AddressList"]):
        if address != "0.0.0.0/0":
            yield (said["ifname"], address, said["vrf"])


def _port_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        master = record.master or ""
        yield (record.name, record.up, record.enabled, record.mtu, master)


def _port_said(said: dict[str, Any]) -> Iterator[Row]:
    if said["type"] != "vrf":
        master = said["master"] if said["master"].startswith("Port-Channel") else ""
        up, enabled = said["state"] == "up", said["adminState"] == "up"
        yield (said["ifname"], up, enabled, said["mtu"] or None, master)


def _facts_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts) and record.model:
        yield (record.model, record.version, record.serial)


def _vni_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vni):
        yield (record.vlan, record.vni)


COMPARISONS = (
    _suzieq("mac", mac_of, _mac_said),
    _suzieq("arpnd", neighbor_of, lambda s: [(s["ipAddress"], s["macaddr"], s["oif"])]),
    _suzieq("lldp", lldp_of, lambda s: [(s["ifname"], s["peerHostname"], s["peerIfname"], s["description"])]),
    _suzieq(
        "mlag",
        _mlag_of,
        lambda s: [(s["systemId"], s["state"] == "active", s["role"], s["peerLink"], s["peerAddress"])],
    ),
    _suzieq("vlan", _vlan_of, lambda s: [(s["vlan"], s["state"] == "active", ports(s["interfaces"]))]),
    _suzieq("address", address_of, _address_said),
    _suzieq("interface", _port_of, _port_said),
    _suzieq("device", _facts_of, lambda s: [(s["model"], s["version"], s["serialNumber"])]),
    _suzieq("evpnVni", _vni_of, lambda s: [(s["vlan"], s["vni"])]),
)
