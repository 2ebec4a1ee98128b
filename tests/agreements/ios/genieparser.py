"""Compare what is read of IOS-XE with genieparser.

Comes in: nothing. Goes out: `GENIE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside, genie
from tests.agreements.ios.rows import (
    Ours,
    address,
    arp,
    bare_stp_ports,
    gateways,
    leases,
    macs,
    port,
    spanning_tree,
    spelled,
    switchports,
    trunked,
    vlans,
)
from vlan2l3.names import mac
from vlan2l3.parse.records import Capacity, SnoopedGroup


def _genie(folder: str, command: str, ours: Ours, theirs: Callable[[Any], Iterable[Row]]) -> Comparison:
    return beside(
        f"genieparser: {command} ({folder})", platform="ios", command=command,
        folder=f"genieparser/iosxe/{folder}/", expected=genie, ours=ours, theirs=theirs,
    )  # fmt: skip


def _genie_groups(answer: Any, *, ip: str = "virtual_ip_address") -> Iterator[Row]:
    for name, about in answer["interface"].items():
        for group, r in about["group"].items():
            for one in r["address_family"].values() if "address_family" in r else [r]:
                state, virtual = one["state"].split()[0].lower(), address(one.get("virtual_mac_address", ""))
                yield port(name), int(group), state, virtual, spelled([one.get(ip, "")])


def _genie_mst(answer: Any) -> Iterator[Row]:
    for number, r in answer["mstp"]["mst_instances"].items():
        bridge, root, name = r["bridge"], r["root"], f"MST{number}"
        yield (
            "instance", name, mac(bridge["address"]), bridge["priority"], mac(root["address"]),
            root["priority"], root["interface"], root["cost"],
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


GENIE = (
    _genie("ShowMacAddressTable", "show mac address-table", macs, lambda answer: (
        (int(vlan), mac(text), name)
        for vlan, r in answer["mac_table"]["vlans"].items() if vlan.isdigit()
        for text, entry in r["mac_addresses"].items()
        for name in entry["interfaces"]
    )),
    _genie("ShowSpanningTree", "show spanning-tree", spanning_tree, _genie_mst),
    _genie("ShowSpanningTreeMstDetail", "show spanning-tree mst", bare_stp_ports, _genie_mst_detail),
    _genie("ShowSpanningTreeDetail", "show spanning-tree", bare_stp_ports, _genie_detail),
    _genie("ShowIpArp", "show ip arp", arp, lambda answer: (
        (ip, mac(r["link_layer_address"]), name)
        for name, about in answer["interfaces"].items()
        for ip, r in about["ipv4"]["neighbors"].items()
    )),
    _genie("ShowVlan", "show vlan", vlans, lambda answer: (
        (int(vlan), r["name"], r["state"] == "active" and not r["shutdown"], tuple(r.get("interfaces", ())))
        for vlan, r in answer["vlans"].items() if "name" in r
    )),
    _genie("ShowInterfacesTrunk", "show interfaces trunk", switchports, lambda answer: (
        trunked(name, int(r["native_vlan"]), r["vlans_allowed_on_trunk"])
        for name, r in answer["interface"].items() if r["status"] == "trunking"
    )),
    _genie("ShowInterfacesSwitchport", "show interfaces switchport", switchports, lambda answer: (
        trunked(name, int(r["encapsulation"]["native_vlan"]), r["trunk_vlans"])
        for name, r in answer.items() if name.startswith("Port")
    )),
    _genie("ShowVrrpAll", "show vrrp", gateways, _genie_groups),
    _genie("ShowVrrpBrief", "show vrrp brief", gateways, lambda answer: (
        _genie_groups(answer, ip="group_addr")
    )),
    _genie("ShowIpDhcpSnoopingBinding", "show ip dhcp snooping binding", leases, lambda answer: (
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
