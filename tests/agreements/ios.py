"""Compare what is read of IOS with ntc-templates, NAPALM and genieparser, command by command.

Comes in: nothing. Goes out: `COMPARISONS`. Names of interfaces are made canonical on both sides, for other
projects keep them as they were printed; every other value is compared as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.agreements import Comparison, Row, beside, genie, json_beside, ntc
from vlan2l3.names import mac, vlan_ranges, vlan_text
from vlan2l3.parse import convert
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    Capacity,
    DhcpRelay,
    Facts,
    Gateway,
    LagMember,
    Lease,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    SnoopedGroup,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
)

Ours = Callable[[Record], Iterable[Row]]
_ROLES = {"Desg": "designated", "Root": "root", "Altn": "alternate", "Back": "backup"}
_STATES = {"FWD": "forwarding", "BLK": "blocking"}


def port(text: str) -> str:
    """Give an interface its canonical name; none for none."""
    return convert.interface("ios", text) if text else ""


def address(text: str) -> str | None:
    """Give a MAC in our form; nothing for what is none."""
    return mac(text) if text and text[0] in "0123456789abcdefABCDEF" and len(text) > 11 else None


def _mac(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        yield record.vlan, record.mac, record.interface


def _vlan(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield record.vlan, record.name, record.active, record.ports


def _switchport(record: Record) -> Iterator[Row]:
    if isinstance(record, Switchport):
        yield record.interface, record.mode, record.untagged, vlan_text(record.tagged)


def _trunked(name: str, native: int, allowed: str) -> Row:
    vlans = vlan_ranges(allowed.replace(" ", ""))
    return name, "trunk", native if native in vlans else None, vlan_text(vlans - {native})


def _ntc_switchports(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        mode = row["admin_mode"] if row["mode"] in ("", "down") else row["mode"]
        if mode == "static access":
            voice = row["voice_vlan"].partition(" ")[0]
            access = int(row["access_vlan"])
            yield port(row["interface"]), "access", access, voice if voice.isdigit() else "none"
        elif mode == "trunk":
            yield _trunked(port(row["interface"]), int(row["native_vlan"]), ",".join(row["trunking_vlans"]))


def _port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        burned = record.hardware or record.mac
        yield record.name, record.enabled, record.up, record.mac, burned, record.mtu, record.description


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


def _interface_address(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address)


def _ip(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield "address", record.interface, str(record.address), record.vrf
    elif isinstance(record, DhcpRelay):
        yield from (("helper", record.interface, str(server)) for server in record.servers)
    elif isinstance(record, AclBinding):
        yield "acl", record.interface, record.acl, record.direction


def _ntc_ip(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        name = port(row["interface"])
        for ip, length in zip(row["ip_address"], row["prefix_length"], strict=True):
            yield "address", name, f"{ip}/{length}", row["vrf"] or "default"
        yield from (("helper", name, server) for server in row["ip_helper"])
        for direction, said in (("in", row["inbound_acl"]), ("out", row["outgoing_acl"])):
            if said:
                yield "acl", name, said, direction


def _lldp(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.chassis, record.port, record.port_description, record.system


def _brief(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.port, record.system


def _gateway(record: Record) -> Iterator[Row]:
    if isinstance(record, Gateway):
        addresses = frozenset(map(str, record.addresses))
        yield record.interface, record.group, record.state, record.mac, addresses


def _spelled(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.lower() for text in texts if text and "unknown" not in text and "no " not in text)


def _ntc_groups(
    rows: list[dict[str, Any]], *, ip: str, macs: tuple[str, ...] = (), more: str = ""
) -> Iterator[Row]:
    for row in rows:
        virtual = next((found for name in macs if (found := address(row[name]))), None)
        addresses = _spelled([row[ip], *(row[more] if more else ())])
        yield port(row["interface"]), int(row["group"]), row["state"].lower(), virtual, addresses


def _member(record: Record) -> Iterator[Row]:
    if isinstance(record, LagMember):
        yield record.lag, record.interface, record.active, record.lacp


def _ntc_members(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        lacp = row["bundle_protocol"] == "LACP"
        for name, status in zip(row["member_interface"], row["member_interface_status"], strict=True):
            yield port(row["bundle_name"]), port(name), status in ("P", "bndl"), lacp


def _neighbor(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield str(record.address), record.mac, record.interface


def _ntc_neighbors(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        ip = row.get("ip_address") or row["address"]
        hardware = row.get("mac_address") or row.get("hardware_address") or ""
        yield ip.lower(), address(hardware), port(row["interface"])


def _lease(record: Record) -> Iterator[Row]:
    if isinstance(record, Lease):
        yield record.mac, str(record.address), record.vlan, record.interface


def _facts(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts) and record.version:
        yield record.hostname, record.model, record.version, record.serial, frozenset(record.macs[:1])


def _ntc_facts(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        macs = frozenset(map(mac, row["mac_address"][:1]))
        yield row["hostname"], row["hardware"][0], row["version"], row["serial"][0], macs


def _stp_port(record: Record) -> Iterator[Row]:
    if isinstance(record, StpPort):
        yield record.instance, record.interface, record.role, record.state, record.cost, record.edge


def _ntc_stp(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        name = f"VLAN{int(row['vlan_id']):04}"
        role, state = _ROLES[row["role"]], _STATES[row["status"]]
        yield name, port(row["interface"]), role, state, int(row["cost"]), "Edge" in row["type"]


def _acl(record: Record) -> Iterator[Row]:
    if isinstance(record, Acl):
        for entry in record.entries:
            words = entry.split()
            number = words.pop(0) if words[0].isdigit() else ""
            if words[0] in ("permit", "deny"):
                yield record.name, number or entry.partition(" sequence ")[2], words[0]


def _ntc_acl(rows: list[dict[str, Any]]) -> Iterator[Row]:
    for row in rows:
        if row["action"] in ("permit", "deny"):
            number = row.get("line_num") or row.get("sn") or row.get("sequence") or ""
            yield row.get("acl_name") or row["name"], number, row["action"]


def _ntc(name: str, ours: Ours, theirs: Callable[[Any], Iterable[Row]], folder: str = "") -> Comparison:
    place = f"ntc-templates/cisco_ios/{folder or name.replace(' ', '_')}/"
    return beside(
        f"ntc-templates: {name}", platform="ios", command=name, folder=place, expected=ntc, ours=ours, theirs=theirs
    )


NTC = (
    _ntc("show mac-address-table", _mac, lambda rows: (
        (int(r["vlan_id"]), mac(r["destination_address"]), port(name))
        for r in rows for name in r["destination_port"] if r["vlan_id"].isdigit()
    )),
    _ntc("show vlan", _vlan, lambda rows: (
        (int(r["vlan_id"]), r["vlan_name"], r["status"] == "active", tuple(map(port, r["interfaces"])))
        for r in rows
    )),
    _ntc("show interfaces switchport", _switchport, _ntc_switchports),
    _ntc("show interfaces", _port, _ntc_ports),
    _ntc("show ip interface", _ip, _ntc_ip),
    _ntc("show cdp neighbors detail", _brief, lambda rows: (
        (port(r["local_interface"]), r["neighbor_interface"], r["neighbor_name"]) for r in rows
    )),
    _ntc("show lldp neighbors detail", _lldp, lambda rows: (
        (port(r["local_interface"]), r["chassis_id"], r["neighbor_port_id"], r["neighbor_interface"], r["neighbor_name"])
        for r in rows
    )),
    _ntc("show lldp neighbors", _brief, lambda rows: (
        (port(r["local_interface"]), r["neighbor_interface"], r["neighbor_name"]) for r in rows
    )),
    _ntc("show standby", _gateway, lambda rows: _ntc_groups(
        rows, ip="virtual_ip", macs=("active_virtual_mac", "local_virtual_mac"), more="secondary_ips"
    )),
    _ntc("show standby brief", _gateway, lambda rows: _ntc_groups(rows, ip="virtual_ip_address")),
    _ntc("show vrrp all", _gateway, lambda rows: _ntc_groups(
        rows, ip="virtual_ip_address", macs=("virtual_mac_address",)
    )),
    _ntc("show vrrp brief", _gateway, lambda rows: _ntc_groups(rows, ip="virtual_ip_address")),
    _ntc("show version", _facts, _ntc_facts),
    _ntc("show inventory", lambda r: [(r.model, r.serial)] if isinstance(r, Facts) else [], lambda rows: (
        (r["pid"], r["sn"]) for r in rows if r["name"].endswith("chassis")
    )),
    _ntc("show etherchannel summary", _member, _ntc_members),
    _ntc("show ip arp", _neighbor, _ntc_neighbors),
    _ntc("show arp", _neighbor, _ntc_neighbors),
    _ntc("show ipv6 neighbors", _neighbor, _ntc_neighbors),
    _ntc("show ip dhcp snooping binding", _lease, lambda rows: (
        (mac(r["mac_address"]), r["ip_address"], int(r["vlan_id"]), port(r["interface"])) for r in rows
    )),
    _ntc("show nve peers", lambda r: [(str(r.address),)] if isinstance(r, OverlayPeer) else [], lambda rows: (
        (r["peer"],) for r in rows
    )),
    _ntc("show spanning-tree", _stp_port, _ntc_stp),
    _ntc("show access-list", _acl, _ntc_acl),
    _ntc("show ip access-lists", _acl, _ntc_acl),
    _ntc("show ipv6 access-lists", _acl, _ntc_acl),
    _ntc("show running-config partition access-list", _acl, _ntc_acl, "show_running-config_partition_access-list"),
)  # fmt: skip


def _napalm(
    name: str,
    command: str,
    ours: Ours,
    theirs: Callable[[Any], Iterable[Row]],
    expected: Callable[[Path], Any] = json_beside("expected_result.json"),
) -> Comparison:
    return beside(
        f"napalm: {name}", platform="ios", command=command, folder=f"napalm/ios/{name.split()[0]}/",
        expected=expected, ours=ours, theirs=theirs,
    )  # fmt: skip


def _napalm_port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield record.name, record.enabled, record.up, record.mac, record.mtu, record.description


def _napalm_ips(answer: dict[str, Any], family: str) -> Iterator[Row]:
    for name, families in answer.items():
        for ip, about in families.get(family, {}).items():
            yield port(name), f"{ip.lower()}/{about['prefix_length']}"


NAPALM = (
    _napalm("get_mac_address_table", "show mac address-table", _mac, lambda rows: (
        (r["vlan"], mac(r["mac"]), port(r["interface"])) for r in rows if r["vlan"]
    )),
    _napalm("get_arp_table", "show ip arp", _neighbor, lambda rows: (
        (r["ip"], mac(r["mac"]), port(r["interface"])) for r in rows
    )),
    _napalm("get_ipv6_neighbors_table", "show ipv6 neighbors", _neighbor, lambda rows: (
        (r["ip"].lower(), address(r["mac"]), port(r["interface"])) for r in rows
    )),
    _napalm("get_interfaces", "show interfaces", _napalm_port, lambda answer: (
        (port(name), r["is_enabled"], r["is_up"], address(r["mac_address"]), r["mtu"], r["description"].strip())
        for name, r in answer.items()
    )),
    _napalm("get_interfaces_ip ipv4", "show ip interface", _interface_address, lambda a: _napalm_ips(a, "ipv4")),
    _napalm("get_interfaces_ip ipv6", "show ipv6 interface", _interface_address, lambda a: _napalm_ips(a, "ipv6")),
    _napalm("get_lldp_neighbors_detail", "show lldp neighbors detail", _brief, lambda answer: (
        (port(name), r["remote_port"], r["remote_system_name"]) for name, rows in answer.items() for r in rows
    )),
    _napalm("get_lldp_neighbors", "show lldp neighbors", _brief, lambda answer: (
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


def _genie(folder: str, command: str, ours: Ours, theirs: Callable[[Any], Iterable[Row]]) -> Comparison:
    return beside(
        f"genieparser: {command} ({folder})", platform="ios", command=command, folder=f"genieparser/iosxe/{folder}/",
        expected=genie, ours=ours, theirs=theirs,
    )  # fmt: skip


def _genie_groups(answer: Any, *, ip: str = "virtual_ip_address", virtual: str = "virtual_mac_address") -> Iterator[Row]:
    for name, about in answer["interface"].items():
        for group, r in about["group"].items():
            groups = r["address_family"].values() if "address_family" in r else [r]
            for one in groups:
                virtual_mac = address(one.get(virtual, ""))
                yield port(name), int(group), one["state"].split()[0].lower(), virtual_mac, _spelled([one.get(ip, "")])


def _instance(record: Record) -> Iterator[Row]:
    if isinstance(record, StpInstance):
        yield (
            "instance", record.instance, record.bridge, record.bridge_priority, record.root, record.root_priority,
            record.root_port, record.root_cost,
        )  # fmt: skip
    elif isinstance(record, StpPort):
        yield "port", record.instance, record.interface, record.role, record.state, record.cost


def _genie_mst(answer: Any) -> Iterator[Row]:
    for number, r in answer["mstp"]["mst_instances"].items():
        bridge, root, name = r["bridge"], r["root"], f"MST{number}"
        yield (
            "instance", name, mac(bridge["address"]), bridge["priority"], mac(root["address"]), root["priority"],
            root["interface"], root["cost"],
        )  # fmt: skip
        for interface, p in r["interfaces"].items():
            yield "port", name, interface, p["role"], p["port_state"], p["cost"]


def _genie_mst_detail(answer: Any) -> Iterator[Row]:
    for number, r in answer["mst_instances"].items():
        for interface, p in r["interfaces"].items():
            role, state = p["status"].split()
            yield "port", f"MST{number}", interface, role, state, p["cost"]


def _genie_detail(answer: Any) -> Iterator[Row]:
    for number, r in answer["rapid_pvst"]["vlans"].items():
        for interface, p in r["interfaces"].items():
            role, state = p["status"].split()
            yield "port", f"VLAN{int(number):04}", interface, role, state, p["cost"]


def _ports_only(record: Record) -> Iterator[Row]:
    yield from _instance(record) if isinstance(record, StpPort) else ()


GENIE = (
    _genie("ShowMacAddressTable", "show mac address-table", _mac, lambda answer: (
        (int(vlan), mac(text), name)
        for vlan, r in answer["mac_table"]["vlans"].items() if vlan.isdigit()
        for text, entry in r["mac_addresses"].items()
        for name in entry["interfaces"]
    )),
    _genie("ShowSpanningTree", "show spanning-tree", _instance, _genie_mst),
    _genie("ShowSpanningTreeMstDetail", "show spanning-tree mst", _ports_only, _genie_mst_detail),
    _genie("ShowSpanningTreeDetail", "show spanning-tree", _ports_only, _genie_detail),
    _genie("ShowIpArp", "show ip arp", _neighbor, lambda answer: (
        (ip, mac(r["link_layer_address"]), name)
        for name, about in answer["interfaces"].items()
        for ip, r in about["ipv4"]["neighbors"].items()
    )),
    _genie("ShowVlan", "show vlan", _vlan, lambda answer: (
        (int(vlan), r["name"], r["state"] == "active" and not r["shutdown"], tuple(r.get("interfaces", ())))
        for vlan, r in answer["vlans"].items() if "name" in r
    )),
    _genie("ShowInterfacesTrunk", "show interfaces trunk", _switchport, lambda answer: (
        _trunked(name, int(r["native_vlan"]), r["vlans_allowed_on_trunk"])
        for name, r in answer["interface"].items() if r["status"] == "trunking"
    )),
    _genie("ShowInterfacesSwitchport", "show interfaces switchport", _switchport, lambda answer: (
        _trunked(name, int(r["encapsulation"]["native_vlan"]), r["trunk_vlans"])
        for name, r in answer.items() if name.startswith("Port")
    )),
    _genie("ShowVrrpAll", "show vrrp", _gateway, _genie_groups),
    _genie("ShowVrrpBrief", "show vrrp brief", _gateway, lambda answer: _genie_groups(answer, ip="group_addr")),
    _genie("ShowIpDhcpSnoopingBinding", "show ip dhcp snooping binding", _lease, lambda answer: (
        (mac(r["mac"]), r["ip"], int(vlan), name)
        for name, about in answer["interfaces"].items()
        for vlan, rows in about["vlan"].items() for r in rows
    )),
    _genie("ShowIpIgmpSnoopingGroups", "show ip igmp snooping groups", lambda r: (
        [(r.vlan, str(r.group), r.ports)] if isinstance(r, SnoopedGroup) else []
    ), lambda answer: (
        (int(r["vlan_id"]), group, (port(r["port"]),)) for group, r in answer["igmp_groups"].items()
    )),
    _genie("ShowMacAddressTableCount", "show mac address-table count", lambda r: (
        [(r.used, r.limit)] if isinstance(r, Capacity) else []
    ), lambda a: [(
        a["total_mac_address_in_use"], a["total_mac_address_in_use"] + a["total_mac_address_space"]
    )]),
)  # fmt: skip

COMPARISONS = (*NTC, *NAPALM, *GENIE)
