"""Compare what is read of NX-OS with what ntc-templates read, field by field."""

from __future__ import annotations

from ipaddress import ip_interface
from typing import Any

from tests.agreements import Comparison, beside, ntc
from tests.agreements.nxos import shared as our
from tests.agreements.nxos.shared import Rows
from vlan2l3 import names

NTC = "ntc-templates/cisco_nxos"


def _ntc_interface(rows: Any) -> Rows:
    for row in rows:
        name = our.port(row["interface"])
        mtu = int(row["mtu"].split()[0]) if row["mtu"] else None
        mac = our.mac(row["mac_address"])
        up = row["link_status"].startswith(("up", "trunking"))
        yield ("port", name, up, mac, mtu, row["description"])
        if row["ip_address"]:
            yield ("address", name, f"{row['ip_address']}/{row['prefix_length']}")


def _ntc_vlan(rows: Any) -> Rows:
    for row in rows:
        ports = sorted(our.port(text) for text in row["interfaces"])
        yield (int(row["vlan_id"]), row["vlan_name"], row["status"] == "active", *ports)


def _ntc_switchport(rows: Any) -> Rows:
    for row in rows:
        allowed = names.vlan_ranges(row["trunking_vlans"])
        native = int(row["native_vlan"] or 0)
        if "access" in row["mode"]:
            yield (our.port(row["interface"]), "access", int(row["access_vlan"]), frozenset())
        elif "trunk" in row["mode"]:
            untagged = native if native in allowed else None
            yield (our.port(row["interface"]), "trunk", untagged, allowed - {native})


def _ntc_station(rows: Any) -> Rows:
    for row in rows:
        ports = row["ports"]
        for port in [ports] if ports.startswith("vPC") else ports.split():
            if row["vlan_id"].isdigit():
                yield (int(row["vlan_id"]), our.mac(row["mac_address"]), our.port(port))


def _ntc_arp(rows: Any) -> Rows:
    for row in rows:
        if row["interface"] != "-":
            yield (row["ip_address"], our.mac(row["mac_address"]), our.port(row["interface"]))


def _ntc_arp_vrf(rows: Any) -> Rows:
    for row in rows:
        routed, behind = our.port(row["interface"]), row["physical_interface"]
        port = our.port(behind) if behind not in ("", "-") else None
        hidden = None if port == routed else port
        yield (row["ip_address"], our.mac(row["mac_address"]), routed, hidden, row["vrf"] or "default")


def _ntc_lldp(rows: Any) -> Rows:
    for row in rows:
        told = [row[key] for key in ("chassis_id", "neighbor_name", "neighbor_interface")]
        yield (
            our.port(row["local_interface"]),
            *("" if text in ("null", "not advertised") else text for text in told),
        )


def _ntc_cdp(rows: Any) -> Rows:
    for row in rows:
        yield (our.port(row["local_interface"]), row["chassis_id"], row["neighbor_interface"])


def _ntc_hsrp(rows: Any) -> Rows:
    for row in rows:
        found = {row["primary_ipv4_address"], *_list(row["secondary_ipv4_address"])} - {""}
        addresses = sorted(found, key=lambda text: int(ip_interface(text)))
        state = row["hsrp_router_state"].partition("(")[0].lower()
        mac = our.mac(row["virtual_mac_address"])
        yield (our.port(row["interface"]), int(row["group_number"]), state, mac, *addresses)


def _ntc_address(rows: Any) -> Rows:
    for row in rows:
        name, vrf = our.port(row["interface"]), row.get("vrf") or row.get("vrf_name")
        first = row.get("ip_address") or row.get("primary_ip_address")
        subnet = row.get("subnet") or row.get("primary_ip_subnet")
        pairs = zip(row["secondary_ip_address"], row["secondary_ip_subnet"], strict=True)
        for text, net, secondary in ((first, subnet, False), *((a, n, True) for a, n in pairs)):
            if text:
                yield ("address", name, f"{text}/{net.partition('/')[2]}", vrf, secondary)
        if row["acl_out"]:
            yield ("acl", name, row["acl_out"], "out")


def _ntc_entries(rows: Any) -> Rows:
    for row in rows:
        if row["sn"]:
            yield (row["name"], row["sn"], row["action"] or "remark")


def _ntc_vni(rows: Any) -> Rows:
    for row in rows:
        if row["type"] == "L2":
            yield (int(row["bd_vrf"]), int(row["vni"]))


def _ntc_root(rows: Any) -> Rows:
    for row in rows:
        told = row["root_port"]
        port = None if told == "This bridge is root" else our.port(told)
        yield (row["vlan_id"], our.mac(row["root_id"]), int(row["priority"]), int(row["root_cost"]), port)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _ntc(command: str, folder: str, ours: Any, theirs: Any) -> Comparison:
    return beside(
        f"ntc-templates: {command}",
        platform="nxos",
        command=command,
        folder=f"{NTC}/{folder}/",
        expected=ntc,
        ours=ours,
        theirs=theirs,
    )


COMPARISONS: tuple[Comparison, ...] = (
    _ntc(
        "show version",
        "show_version",
        our.version,
        lambda rows: ((r["hostname"], r["os"], r["serial"]) for r in rows),
    ),
    _ntc("show interface", "show_interface", our.interface, _ntc_interface),
    _ntc("show vlan brief", "show_vlan", our.vlan, _ntc_vlan),
    _ntc("show interface switchport", "show_interface_switchport", our.switchport, _ntc_switchport),
    _ntc("show mac address-table", "show_mac_address-table", our.station, _ntc_station),
    _ntc("show ip arp", "show_ip_arp", our.arp, _ntc_arp),
    _ntc("show ip arp detail vrf all", "show_ip_arp_detail_vrf_all", our.arp_vrf, _ntc_arp_vrf),
    _ntc("show lldp neighbors detail", "show_lldp_neighbors_detail", our.near, _ntc_lldp),
    _ntc("show cdp neighbors detail", "show_cdp_neighbors_detail", our.cdp, _ntc_cdp),
    _ntc("show hsrp all", "show_hsrp_all", our.hsrp, _ntc_hsrp),
    _ntc("show ip interface vrf all", "show_ip_interface_vrf_all", our.address, _ntc_address),
    _ntc("show ip interface", "show_ip_interface", our.address, _ntc_address),
    _ntc("show access-lists", "show_access-lists", our.entries, _ntc_entries),
    _ntc("show nve vni", "show_nve_vni", our.vni, _ntc_vni),
    _ntc("show nve peers", "show_nve_peers", our.peer, lambda rows: ((r["peer"],) for r in rows)),
    _ntc(
        "show ip dhcp relay address",
        "show_ip_dhcp_relay_address",
        our.relay,
        lambda rows: ((our.port(r["interface"]), r["relay_address"]) for r in rows),
    ),
    _ntc("show spanning-tree root", "show_spanning-tree_root", our.root, _ntc_root),
)
