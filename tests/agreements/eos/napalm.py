"""Compare single JSON answers of EOS with what NAPALM makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from tests.agreements import Comparison, Row, beside, json_beside
from tests.agreements.eos.shared import lldp_of, mac_of, neighbor_of, ports
from vlan2l3 import names
from vlan2l3.parse.records import Facts, Port, PortAddress, Record, Vlan

_NAPALM = "napalm/eos"


def _napalm(
    command: str,
    getter: str,
    ours: Callable[[Record], Iterable[Row]],
    theirs: Callable[[Any], Iterable[Row]],
) -> Comparison:
    return beside(
        f"napalm: {getter}, {command}",
        platform="eos",
        command=command,
        folder=f"{_NAPALM}/{getter}/",
        expected=json_beside("expected_result.json"),
        ours=ours,
        theirs=theirs,
    )


def _napalm_arp(answer: Any) -> Iterator[Row]:
    for said in answer:
        yield (said["ip"], names.mac(said["mac"]), said["interface"].partition(",")[0])


def _napalm_mac(answer: Any) -> Iterator[Row]:
    for said in answer:
        kind = "static" if said["static"] else "dynamic"
        yield (said["vlan"], names.mac(said["mac"]), said["interface"], kind)


def _napalm_vlans(answer: Any) -> Iterator[Row]:
    for vlan, said in answer.items():
        yield (int(vlan), ports(said["interfaces"]), said["name"])


def _listed_vlan_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, tuple(sorted(record.ports)), record.name)


def _napalm_ports(answer: Any) -> Iterator[Row]:
    for port, said in answer.items():
        mac = names.mac(said["mac_address"]) if said["mac_address"] else None
        yield (port, said["is_up"], said["is_enabled"], said["mtu"], mac, said["description"])


def _full_port_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield (record.name, record.up, record.enabled, record.mtu, record.mac, record.description)


def _napalm_lldp(answer: Any) -> Iterator[Row]:
    for port, neighbors in answer.items():
        for said in neighbors:
            system, about = said["remote_system_name"], said["remote_port_description"]
            yield (port, system, said["remote_port"], about)


def _napalm_brief_lldp(answer: Any) -> Iterator[Row]:
    for port, neighbors in answer.items():
        for said in neighbors:
            yield (port, said["hostname"], said["port"], "")


def _addresses(family: str, answer: Any) -> Iterator[Row]:
    for port, said in answer.items():
        for address, about in said.get(family, {}).items():
            if not address.startswith("fe80:"):
                yield (port, f"{address}/{about['prefix_length']}")


def _bare_address_of(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield (record.interface, str(record.address))


def _napalm_facts(answer: Any) -> Iterator[Row]:
    yield (answer["model"], answer["serial_number"])


def _model_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield (record.model, record.serial)


COMPARISONS = (
    _napalm("show arp vrf all", "get_arp_table", neighbor_of, _napalm_arp),
    _napalm("show mac address-table", "get_mac_address_table", mac_of, _napalm_mac),
    _napalm("show vlan", "get_vlans", _listed_vlan_of, _napalm_vlans),
    _napalm("show interfaces", "get_interfaces", _full_port_of, _napalm_ports),
    _napalm("show lldp neighbors detail", "get_lldp_neighbors_detail", lldp_of, _napalm_lldp),
    _napalm("show lldp neighbors", "get_lldp_neighbors", lldp_of, _napalm_brief_lldp),
    _napalm("show ip interface", "get_interfaces_ip", _bare_address_of, partial(_addresses, "ipv4")),
    _napalm("show ipv6 interface", "get_interfaces_ip", _bare_address_of, partial(_addresses, "ipv6")),
    _napalm("show version", "get_facts", _model_of, _napalm_facts),
)
