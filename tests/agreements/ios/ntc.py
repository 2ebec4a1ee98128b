"""Compare what is read of IOS with ntc-templates.

Comes in: nothing. Goes out: `NTC`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside, ntc
from tests.agreements.ios.rows import (
    Ours,
    acls,
    address,
    arp,
    brief_neighbours,
    facts,
    gateways,
    leases,
    macs,
    members,
    neighbours,
    port,
    ports,
    routed,
    spelled,
    stp_ports,
    switchports,
    trunked,
    vlans,
)
from vlan2l3.names import mac
from vlan2l3.parse.records import Facts, OverlayPeer

_ROLES = {"Desg": "designated", "Root": "root", "Altn": "alternate", "Back": "backup"}
_STATES = {"FWD": "forwarding", "BLK": "blocking"}


def _ntc_switchports(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        mode = row["admin_mode"] if row["mode"] in ("", "down") else row["mode"]
        if mode == "static access":
            voice = row["voice_vlan"].partition(" ")[0]
            access = int(row["access_vlan"])
            yield port(row["interface"]), "access", access, voice if voice.isdigit() else "none"
        elif mode == "trunk":
            yield trunked(port(row["interface"]), int(row["native_vlan"]), ",".join(row["trunking_vlans"]))


def _ntc_ports(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        up = row["protocol_status"].startswith("up")
        yield (
            port(row["interface"]),
            row["link_status"] != "administratively down",
            up if row["protocol_status"] else None,
            address(row["mac_address"]),
            address(row["bia"]) or address(row["mac_address"]),
            int(row["mtu"]) if row["mtu"] else None,
            row["description"].strip(),
        )


def _ntc_ip(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        name = port(row["interface"])
        for ip, length in zip(row["ip_address"], row["prefix_length"], strict=True):
            yield "address", name, f"{ip}/{length}", row["vrf"] or "default"
        yield from (("helper", name, server) for server in row["ip_helper"])
        for direction, said in (("in", row["inbound_acl"]), ("out", row["outgoing_acl"])):
            if said:
                yield "acl", name, said, direction


def _ntc_groups(
    rows: list[dict[str, Any]], *, ip: str, macs: tuple[str, ...] = (), more: str = ""
) -> Iterator[Row]:
    for row in rows:
        virtual = next((found for name in macs if (found := address(row[name]))), None)
        addresses = spelled([row[ip], *(row[more] if more else ())])
        yield port(row["interface"]), int(row["group"]), row["state"].lower(), virtual, addresses


def _ntc_members(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        lacp = row["bundle_protocol"] == "LACP"
        for name, status in zip(row["member_interface"], row["member_interface_status"], strict=True):
            yield port(row["bundle_name"]), port(name), status in ("P", "bndl"), lacp


def _ntc_neighbors(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        ip = row.get("ip_address") or row["address"]
        hardware = row.get("mac_address") or row.get("hardware_address") or ""
        yield ip.lower(), address(hardware), port(row["interface"])


def _ntc_facts(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        macs = frozenset(map(mac, row["mac_address"][:1]))
        yield row["hostname"], row["hardware"][0], row["version"], row["serial"][0], macs


def _ntc_stp(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        name = f"VLAN{int(row['vlan_id']):04}"
        role, state = _ROLES[row["role"]], _STATES[row["status"]]
        yield name, port(row["interface"]), role, state, int(row["cost"]), "Edge" in row["type"]


def _ntc_acl(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        if row["action"] in ("permit", "deny"):
            number = row.get("line_num") or row.get("sn") or row.get("sequence") or ""
            yield row.get("acl_name") or row["name"], number, row["action"]


def _ntc(name: str, ours: Ours, theirs: Callable[[Any], Iterable[Row]]) -> Comparison:
    place = f"ntc-templates/cisco_ios/{name.replace(' ', '_')}/"
    return beside(
        f"ntc-templates: {name}",
        platform="ios",
        command=name,
        folder=place,
        expected=ntc,
        ours=ours,
        theirs=theirs,
    )


NTC = (
    _ntc("show mac-address-table", macs, lambda rows: (
        (int(r["vlan_id"]), mac(r["destination_address"]), port(name))
        for r in rows for name in r["destination_port"] if r["vlan_id"].isdigit()
    )),
    _ntc("show vlan", vlans, lambda rows: (
        (int(r["vlan_id"]), r["vlan_name"], r["status"] == "active", tuple(map(port, r["interfaces"])))
        for r in rows
    )),
    _ntc("show interfaces switchport", switchports, _ntc_switchports),
    _ntc("show interfaces", ports, _ntc_ports),
    _ntc("show ip interface", routed, _ntc_ip),
    _ntc("show cdp neighbors detail", brief_neighbours, lambda rows: (
        (port(r["local_interface"]), r["neighbor_interface"], r["neighbor_name"]) for r in rows
    )),
    _ntc("show lldp neighbors detail", neighbours, lambda rows: (
        (port(r["local_interface"]), *(
            r[f] for f in ("chassis_id", "neighbor_port_id", "neighbor_interface", "neighbor_name")
        ))
        for r in rows
    )),
    _ntc("show lldp neighbors", brief_neighbours, lambda rows: (
        (port(r["local_interface"]), r["neighbor_interface"], r["neighbor_name"]) for r in rows
    )),
    _ntc("show standby", gateways, lambda rows: _ntc_groups(
        rows, ip="virtual_ip", macs=("active_virtual_mac", "local_virtual_mac"), more="secondary_ips"
    )),
    _ntc("show standby brief", gateways, lambda rows: _ntc_groups(rows, ip="virtual_ip_address")),
    _ntc("show vrrp all", gateways, lambda rows: _ntc_groups(
        rows, ip="virtual_ip_address", macs=("virtual_mac_address",)
    )),
    _ntc("show vrrp brief", gateways, lambda rows: _ntc_groups(rows, ip="virtual_ip_address")),
    _ntc("show version", facts, _ntc_facts),
    _ntc("show inventory", lambda r: [(r.model, r.serial)] if isinstance(r, Facts) else [], lambda rows: (
        (r["pid"], r["sn"]) for r in rows if r["name"].endswith("chassis")
    )),
    _ntc("show etherchannel summary", members, _ntc_members),
    _ntc("show ip arp", arp, _ntc_neighbors),
    _ntc("show arp", arp, _ntc_neighbors),
    _ntc("show ipv6 neighbors", arp, _ntc_neighbors),
    _ntc("show ip dhcp snooping binding", leases, lambda rows: (
        (mac(r["mac_address"]), r["ip_address"], int(r["vlan_id"]), port(r["interface"])) for r in rows
    )),
    _ntc("show nve peers", lambda r: [(str(r.address),)] if isinstance(r, OverlayPeer) else [], lambda rows: (
        (r["peer"],) for r in rows
    )),
    _ntc("show spanning-tree", stp_ports, _ntc_stp),
    _ntc("show access-list", acls, _ntc_acl),
    _ntc("show ip access-lists", acls, _ntc_acl),
    _ntc("show ipv6 access-lists", acls, _ntc_acl),
    _ntc("show running-config partition access-list", acls, _ntc_acl),
)  # fmt: skip
