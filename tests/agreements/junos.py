"""Compare what is read of Junos with what SuzieQ, NAPALM and ntc-templates read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tests.agreements import Row, beside, json_beside, ntc
from tests.agreements.junos_networks import NETWORKS
from vlan2l3 import names
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.told import ByVlanName
from vlan2l3.parse.records import (
    Facts,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Switchport,
    Vlan,
)

# --- NAPALM -----------------------------------------------------------------------------------------


def _their_macs(rows: Any) -> Iterator[Row]:
    for row in rows:
        if row["mac"]:
            yield row["vlan"], names.mac(row["mac"]), port.bridged(row["interface"]), row["static"]


def _mac_static(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        yield record.vlan, record.mac, record.interface, record.origin == "static"


def _their_vlans(vlans: Any) -> Iterator[Row]:
    for number, about in vlans.items():
        yield int(number), about["name"], frozenset(port.bridged(text) for text in about["interfaces"])


def _vlan_name(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield record.vlan, record.name, frozenset(record.ports)


def _neighbor_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield record.interface, record.mac, str(record.address)


def _their_neighbors(rows: Any) -> Iterator[Row]:
    for row in rows:
        mac = row["mac"]
        known = names.mac(mac) if mac and mac.lower() != "none" else None
        yield row["interface"], known, str(ip_address(row["ip"]))


def _lldp_brief(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.system, record.port


def _their_lldp(neighbors: Any) -> Iterator[Row]:
    for interface, rows in neighbors.items():
        for row in rows:
            yield interface.partition(".")[0], row["hostname"], row["port"]


def _lldp_detail(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield (
            record.interface,
            record.chassis,
            record.system,
            record.port,
            record.port_description,
            record.system_description,
        )


def _their_lldp_detail(neighbors: Any) -> Iterator[Row]:
    for interface, rows in neighbors.items():
        for row in rows:
            yield (
                interface.partition(".")[0],
                row["remote_chassis_id"].lower(),
                row["remote_system_name"],
                row["remote_port"],
                row["remote_port_description"],
                row["remote_system_description"],
            )


def _port_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port) and record.parent is None and "." not in record.name:
        yield record.name, record.enabled, record.up, record.mac, record.mtu, record.description


def _their_ports(ports: Any) -> Iterator[Row]:
    for name, about in ports.items():
        if "." not in name:
            mac = about["mac_address"]
            yield (
                name,
                about["is_enabled"],
                about["is_up"],
                names.mac(mac) if mac not in ("None", "Unspecified", "") else None,
                about["mtu"] or None,
                about["description"],
            )


def _address_of(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address)


def _their_addresses(ports: Any) -> Iterator[Row]:
    for name, families in ports.items():
        for family in families.values():
            for address, about in family.items():
                yield name, f"{ip_address(address)}/{about['prefix_length']}"


# --- ntc-templates ----------------------------------------------------------------------------------


def _mac_named(record: Record) -> Iterator[Row]:
    if isinstance(record, ByVlanName):
        given = dict(record.given)
        yield given["mac"], given["interface"]


def _switchport(record: Record) -> Iterator[Row]:
    if isinstance(record, Switchport):
        yield record.interface, record.tagged | ({record.untagged} if record.untagged else set())


def _their_switchports(rows: Any) -> Iterator[Row]:
    for row in rows:
        if row["vlan_id"]:
            yield port.bridged(row["interface"]), frozenset(int(vlan) for vlan in row["vlan_id"])


def _member(record: Record) -> Iterator[Row]:
    if isinstance(record, LagMember):
        yield record.lag, record.interface, record.active


def _their_members(rows: Any) -> Iterator[Row]:
    for row in rows:
        for member, state in zip(row["member_interface"], row["mux_state"], strict=True):
            yield row["bundle_name"], member, state == "Collecting distributing"


def _chassis(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield record.serial, record.model or "Virtual Chassis"


def _version(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield from (
            (name, value) for name in ("hostname", "model", "version") if (value := getattr(record, name))
        )


def _their_version(rows: Any) -> Iterator[Row]:
    for row in rows:
        told = {"hostname": row["hostname"], "model": row["model"], "version": row["junos_version"]}
        yield from ((name, value) for name, value in told.items() if value)


def _shown(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield record.name, record.description, record.mtu, record.up


def _their_shown(rows: Any) -> Iterator[Row]:
    for row in rows:
        mtu = int(row["mtu"]) if row["mtu"].isdigit() else None
        yield row["interface"], row["description"], mtu, row["link_status"] == "Up"


_answer = json_beside("expected_result.json")


def _detailed(path: Path) -> Any:
    """Read what is expected of the detailed answers; the brief ones beside them only name the ports."""
    return _answer(path) if path.name.startswith("get-lldp-interface") else None


_napalm = partial(beside, platform="junos", expected=_answer)
_ntc = partial(beside, platform="junos", folder="ntc-templates/juniper_junos", expected=ntc)

COMPARISONS = (
    *NETWORKS,
    _napalm(
        "napalm: MAC table",
        command="show ethernet-switching table detail",
        folder="napalm/junos/get_mac_address_table",
        ours=_mac_static,
        theirs=_their_macs,
    ),
    _napalm(
        "napalm: MAC table of MX",
        command="show bridge mac-table",
        folder="napalm/junos/get_mac_address_table",
        ours=_mac_static,
        theirs=_their_macs,
    ),
    _napalm(
        "napalm: VLANs",
        command="show vlans detail",
        folder="napalm/junos/get_vlans",
        ours=_vlan_name,
        theirs=_their_vlans,
    ),
    _napalm(
        "napalm: bridge domains",
        command="show bridge domain detail",
        folder="napalm/junos/get_vlans",
        ours=_vlan_name,
        theirs=_their_vlans,
    ),
    _napalm(
        "napalm: ARP",
        command="show arp no-resolve",
        folder="napalm/junos/get_arp_table",
        ours=_neighbor_of,
        theirs=_their_neighbors,
    ),
    _napalm(
        "napalm: ND",
        command="show ipv6 neighbors",
        folder="napalm/junos/get_ipv6_neighbors_table",
        ours=_neighbor_of,
        theirs=_their_neighbors,
    ),
    _napalm(
        "napalm: LLDP",
        command="show lldp neighbors detail",
        folder="napalm/junos/get_lldp_neighbors/",
        ours=_lldp_brief,
        theirs=_their_lldp,
    ),
    beside(
        "napalm: LLDP in detail",
        platform="junos",
        command="get-lldp-interface-neighbors",
        folder="napalm/junos/get_lldp_neighbors_detail",
        expected=_detailed,
        ours=_lldp_detail,
        theirs=_their_lldp_detail,
    ),
    _napalm(
        "napalm: interfaces",
        command="show interfaces",
        folder="napalm/junos/get_interfaces/",
        ours=_port_of,
        theirs=_their_ports,
    ),
    _napalm(
        "napalm: addresses",
        command="show interfaces",
        folder="napalm/junos/get_interfaces_ip",
        ours=_address_of,
        theirs=_their_addresses,
    ),
    _ntc(
        "ntc-templates: MAC table",
        command="show ethernet-switching table detail",
        ours=_mac_named,
        theirs=lambda rows: [(row["mac_address"], port.bridged(row["logical_interface"])) for row in rows],
    ),
    _ntc(
        "ntc-templates: VLANs",
        command="show vlans detail",
        ours=_vlan_name,
        theirs=lambda rows: [
            (int(row["tag"]), row["vlan_name"], frozenset(port.bridged(text) for text in row["interfaces"]))
            for row in rows
        ],
    ),
    _ntc(
        "ntc-templates: switching interfaces",
        command="show ethernet-switching interfaces",
        ours=_switchport,
        theirs=_their_switchports,
    ),
    _ntc(
        "ntc-templates: ARP",
        command="show arp no-resolve",
        ours=_neighbor_of,
        theirs=lambda rows: [(row["interface"], row["mac_address"], row["ip_address"]) for row in rows],
    ),
    _ntc(
        "ntc-templates: LLDP",
        command="show lldp neighbors",
        ours=_lldp_brief,
        theirs=lambda rows: [
            (row["local_interface"], row["neighbor_name"], row["neighbor_interface"]) for row in rows
        ],
    ),
    _ntc("ntc-templates: LACP", command="show lacp interfaces", ours=_member, theirs=_their_members),
    _ntc(
        "ntc-templates: chassis",
        command="show chassis hardware",
        ours=_chassis,
        theirs=lambda rows: [(row["chassis_serial_number"], row["chassis_description"]) for row in rows],
    ),
    _ntc("ntc-templates: version", command="show version", ours=_version, theirs=_their_version),
    _ntc("ntc-templates: interfaces", command="show interfaces", ours=_shown, theirs=_their_shown),
)
