"""Compare what is read of IOS with NAPALM's getters.

Comes in: nothing. Goes out: `NAPALM`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside, json_beside
from tests.agreements.ios.rows import Ours, address, addresses, arp, brief_neighbours, macs, port
from vlan2l3.names import mac
from vlan2l3.parse.records import Facts, Port, Record, Vlan


def _napalm(
    name: str,
    command: str,
    ours: Ours,
    theirs: Callable[[Any], Iterable[Row]],
) -> Comparison:
    return beside(
        f"napalm: {name}", platform="ios", command=command, folder=f"napalm/ios/{name.split(maxsplit=1)[0]}/",
        expected=json_beside("expected_result.json"), ours=ours, theirs=theirs,
    )  # fmt: skip


def _napalm_port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield record.name, record.enabled, record.up, record.mac, record.mtu, record.description


def _napalm_ips(answer: dict[str, Any], family: str) -> Iterator[Row]:
    for name, families in answer.items():
        for ip, about in families.get(family, {}).items():
            yield port(name), f"{ip.lower()}/{about['prefix_length']}"


NAPALM = (
    _napalm("get_mac_address_table", "show mac address-table", macs, lambda rows: (
        (r["vlan"], mac(r["mac"]), port(r["interface"])) for r in rows if r["vlan"]
    )),
    _napalm("get_arp_table", "show ip arp", arp, lambda rows: (
        (r["ip"], mac(r["mac"]), port(r["interface"])) for r in rows
    )),
    _napalm("get_ipv6_neighbors_table", "show ipv6 neighbors", arp, lambda rows: (
        (r["ip"].lower(), address(r["mac"]), port(r["interface"])) for r in rows
    )),
    _napalm("get_interfaces", "show interfaces", _napalm_port, lambda answer: (
        (port(name), r["is_enabled"], r["is_up"], address(r["mac_address"]), r["mtu"], r["description"])
        for name, r in answer.items()
    )),
    _napalm("get_interfaces_ip ipv4", "show ip interface", addresses, lambda answer: (
        _napalm_ips(answer, "ipv4")
    )),
    _napalm("get_interfaces_ip ipv6", "show ipv6 interface", addresses, lambda answer: (
        _napalm_ips(answer, "ipv6")
    )),
    _napalm("get_lldp_neighbors_detail", "show lldp neighbors detail", brief_neighbours, lambda answer: (
        (port(name), r["remote_port"], r["remote_system_name"]) for name, rows in answer.items() for r in rows
    )),
    _napalm("get_lldp_neighbors", "show lldp neighbors", brief_neighbours, lambda answer: (
        (port(name), r["port"], r["hostname"]) for name, rows in answer.items() for r in rows
    )),
    _napalm("get_facts", "show version", lambda r: (
        [(r.hostname, r.model, r.serial)] if isinstance(r, Facts) else []
    ), lambda r: [(r["hostname"], r["model"], r["serial_number"])]),
    _napalm("get_vlans", "show vlan", lambda r: (
        [(r.vlan, r.name, frozenset(r.ports))] if isinstance(r, Vlan) else []
    ), lambda answer: (
        (int(vlan), r["name"], frozenset(map(port, r["interfaces"]))) for vlan, r in answer.items()
    )),
)  # fmt: skip
