"""Compare single texts of EOS with what ntc-templates makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside
from tests.agreements import ntc as rows_beside
from tests.agreements.eos.shared import address_of, lldp_of, port, ports
from vlan2l3 import names
from vlan2l3.parse.records import (
    Acl,
    DhcpRelay,
    Facts,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Vlan,
)

_NTC = "ntc-templates/arista_eos"


def _ntc(
    command: str,
    ours: Callable[[Record], Iterable[Row]],
    theirs: Callable[[dict[str, Any]], Iterable[Row]],
) -> Comparison:
    return beside(
        f"ntc-templates: {command}",
        platform="eos",
        command=command,
        folder=f"{_NTC}/{command.replace(' ', '_')}/",
        expected=rows_beside,
        ours=ours,
        theirs=lambda answer: (row for said in answer for row in theirs(said)),
    )


def _ntc_version(said: dict[str, Any]) -> Iterator[Row]:
    yield (said["model"], said["image"], said["serial_number"], (names.mac(said["sys_mac"]),))


def _version_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield (record.model, record.version, record.serial, record.macs)


def _ntc_vlan(said: dict[str, Any]) -> Iterator[Row]:
    carried = ports(said["interfaces"])
    yield (int(said["vlan_id"]), said["status"] == "active", carried, said["vlan_name"])


def _named_vlan_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, record.active, tuple(sorted(record.ports)), record.name)


def _ntc_mac(said: dict[str, Any]) -> Iterator[Row]:
    moves = int(said["moves"] or 0)
    mac = said["mac_address"].replace(".", "")
    for behind in said["destination_port"]:
        yield (int(said["vlan_id"]), mac, port(behind), said["type"], moves)


def _text_mac_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        kind = "STATIC" if record.origin == "static" else "DYNAMIC"
        yield (record.vlan, record.mac.replace(":", ""), record.interface, kind, record.moves)


def _ntc_arp(said: dict[str, Any]) -> Iterator[Row]:
    routed, _, last = said["interface"].partition(", ")
    behind = None if last in ("", "not learned") else last
    yield (said["ip_address"], names.mac(said["mac_address"]), routed, behind, said["vrf"] or "default")


def _full_neighbor_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface, record.port, record.vrf)


def _ntc_lldp(said: dict[str, Any]) -> Iterator[Row]:
    remote, about = said["neighbor_interface"], said["neighbor_description"]
    yield (said["local_interface"], said["neighbor_name"], said["chassis_id"], remote, about)


def _full_lldp_of(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield (record.interface, record.system, record.chassis, record.port, record.system_description)


def _ntc_mlag(said: dict[str, Any]) -> Iterator[Row]:
    yield (said["domain"], said["peer_addr"], said["peer_link"], said["state"] == "Active")


def _text_mlag_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MlagDomain):
        yield (record.domain, str(record.peer_address), record.peer_link, record.active)


def _ntc_lag(said: dict[str, Any]) -> Iterator[Row]:
    states = zip(said["member_interface"], said["member_interface_status"], strict=True)
    for member, state in states:
        lacp = said["bundle_protocol"] == "LACP"
        yield (port(said["bundle_name"]), port(member), "P" in state, lacp)


def _lag_of(record: Record) -> Iterator[Row]:
    if isinstance(record, LagMember):
        yield (record.lag, record.interface, record.active, record.lacp)


def _ntc_interface(said: dict[str, Any]) -> Iterator[Row]:
    hardware = said["mac_address"]
    mac = names.mac(hardware) if hardware not in ("", "0000.0000.0000") else None
    up, mtu = said["protocol_status"].startswith("up"), int(said["mtu"]) if said["mtu"] else None
    yield ("port", said["interface"], mac, mtu, said["description"], up)
    if said["ip_address"]:
        yield ("address", said["interface"], said["ip_address"])


def _interface_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield ("port", record.name, record.mac, record.mtu, record.description, bool(record.up))
    if isinstance(record, PortAddress) and record.address.version == 4:
        yield ("address", record.interface, str(record.address))


def _ntc_brief(said: dict[str, Any]) -> Iterator[Row]:
    if "/" in said["ip_address"]:
        yield (said["interface"], said["ip_address"], "default")


def _ntc_described(said: dict[str, Any]) -> Iterator[Row]:
    yield (port(said["port"]), said["protocol"] == "up", said["status"] != "admin down", said["description"])


def _described_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield (record.name, record.up, record.enabled, record.description)


def _ntc_status(said: dict[str, Any]) -> Iterator[Row]:
    vlan = said["vlan_id"]
    master = port(vlan.removeprefix("in ")) if "Po" in vlan else None
    status = said["status"]
    yield (port(said["port"]), status == "connected", status != "disabled", said["name"], master)


def _status_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield (record.name, record.up, record.enabled, record.description, record.master)


def _ntc_brief_lldp(said: dict[str, Any]) -> Iterator[Row]:
    yield (port(said["local_interface"]), said["neighbor_name"], said["neighbor_interface"], "")


def _ntc_acl(said: dict[str, Any]) -> Iterator[Row]:
    words = ("sn", "action", "protocol", "source", "port_modifier", "port_range", "destination", "modifier")
    yield (said["name"], " ".join(said[word] for word in words if said[word]))


def _acl_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Acl):
        for entry in record.entries:
            yield (record.name, entry)


def _ntc_helper(said: dict[str, Any]) -> Iterator[Row]:
    for server in said["ip_helper"]:
        yield (said["interface"], server)


def _helper_of(record: Record) -> Iterator[Row]:
    if isinstance(record, DhcpRelay):
        for server in record.servers:
            yield (record.interface, str(server))


COMPARISONS = (
    _ntc("show version", _version_of, _ntc_version),
    _ntc("show vlan", _named_vlan_of, _ntc_vlan),
    _ntc("show mac address-table", _text_mac_of, _ntc_mac),
    _ntc("show ip arp", _full_neighbor_of, _ntc_arp),
    _ntc("show lldp neighbors detail", _full_lldp_of, _ntc_lldp),
    _ntc("show lldp neighbors", lldp_of, _ntc_brief_lldp),
    _ntc("show mlag", _text_mlag_of, _ntc_mlag),
    _ntc("show port-channel summary", _lag_of, _ntc_lag),
    _ntc("show interfaces", _interface_of, _ntc_interface),
    _ntc("show interfaces description", _described_of, _ntc_described),
    _ntc("show interfaces status", _status_of, _ntc_status),
    _ntc("show ip interface brief", address_of, _ntc_brief),
    _ntc("show ip access-lists", _acl_of, _ntc_acl),
    _ntc("show ip helper-address", _helper_of, _ntc_helper),
)
