"""Compare with what ntc-templates expects of the same samples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside, ntc
from vlan2l3.parse.quirks.aoscx.ports import expanded
from vlan2l3.parse.records import (
    Facts,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Vlan,
)

_NTC = "ntc-templates/aruba_aoscx/"


def _mac(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        yield (record.mac, record.vlan, record.interface)


def _macs(rows: Any) -> Iterator[Row]:
    for row in rows:
        yield (row["mac_address"], int(row["vlan_id"]), row["port"])


def _arp(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        port = record.port or record.interface
        yield (str(record.address), record.mac, record.interface, port, record.state, record.vrf)


def _arps(rows: Any) -> Iterator[Row]:
    for row in rows:
        ports = row["port_id"], row["physical_port"]
        yield (row["ip_address"], row["mac_address"], *ports, row["state"], row["vrf"])


def _vlan(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, record.name, record.ports)


def _vlans(rows: Any) -> Iterator[Row]:
    for row in rows:
        ports = tuple(port for text in row["interfaces"] if text for port in expanded(text))
        yield (int(row["vlan_id"]), row["vlan_name"], ports)


def _system(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        told = {"hostname": record.hostname, "product": record.model, "serial": record.serial}
        yield from ((name, value) for name, value in told.items() if value)


def _systems(rows: Any) -> Iterator[Row]:
    for row in rows:
        yield from ((name, row[name]) for name in ("hostname", "product", "serial") if row[name])


def _lldp(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        named = record.chassis, record.system, record.system_description
        yield (record.interface, *named, record.port, record.port_description)


def _lldps(rows: Any) -> Iterator[Row]:
    for row in rows:
        named = row["chassis_id"], row["neighbor_name"], row["neighbor_description"]
        yield (
            row["local_interface"],
            *named,
            row["neighbor_port_id"],
            row["neighbor_interface"],
        )


def _interface(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        up = "up" if record.up else "down"
        yield ("port", record.name, up, record.mac, record.mtu, record.description)
    elif isinstance(record, PortAddress):
        yield ("address", record.interface, str(record.address), record.secondary)
    elif isinstance(record, LagMember):
        yield ("member", record.lag, record.interface)


def _interfaces(rows: Any) -> Iterator[Row]:
    for row in rows:
        name = row["interface"]
        mtu = int(row["mtu"]) if row["mtu"] else None
        yield ("port", name, row["link_status"], row["mac_address"] or None, mtu, row["interface_desc"])
        if row["ip_address"]:
            yield ("address", name, row["ip_address"], False)
        for address in row["secondary_ip_address"]:
            yield ("address", name, address, True)
        for text in row["aggregated_interfaces"]:
            yield from (("member", name, port) for port in re.split(r"\s+", text.strip()) if port)


COMPARISONS: tuple[Comparison, ...] = tuple(
    beside(
        f"ntc-templates: {command}",
        platform="aoscx",
        command=command,
        folder=_NTC,
        expected=ntc,
        ours=ours,
        theirs=theirs,
    )
    for command, ours, theirs in (
        ("show mac-address-table", _mac, _macs),
        ("show arp all-vrfs", _arp, _arps),
        ("show vlan", _vlan, _vlans),
        ("show system", _system, _systems),
        ("show lldp neighbor-info detail", _lldp, _lldps),
        ("show interface", _interface, _interfaces),
    )
)
