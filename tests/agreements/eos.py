"""Compare what is read of Arista EOS with SuzieQ, ntc-templates and NAPALM."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

from tests import real
from tests.agreements import Comparison, Pair, Row, beside, json_beside, ntc
from tests.conftest import REAL_OUTPUTS
from vlan2l3 import names
from vlan2l3.parse import convert
from vlan2l3.parse.quirks import eos
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
    Vni,
)

_NTC = "ntc-templates/arista_eos"
_NAPALM = "napalm/eos"
_SUZIEQ = "suzieq/networks/eos/"


def _port(text: str) -> str:
    return convert.interface("eos", text)


def _ports(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the ports of a VLAN without the processor and the MLAG peer's ports, which are no ports of it."""
    found = (_port(text) for text in texts)
    return tuple(sorted(p for p in found if p not in ("Cpu", "Router") and not p.startswith("Peer")))


# --- SuzieQ: whole switches, after their answers are joined -----------------------------------------------


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


def _mac_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        kind = "static" if record.origin in ("static", "self") else "dynamic"
        yield (record.vlan, record.mac, record.interface, kind)


def _mac_said(said: dict[str, Any]) -> Iterator[Row]:
    kind = "static" if said["flags"] == "static" else "dynamic"
    yield (said["vlan"], said["macaddr"], said["oif"], kind)


def _neighbor_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface)


def _lldp_of(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield (record.interface, record.system, record.port, record.port_description)


def _mlag_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MlagDomain):
        address = str(record.peer_address)
        yield (record.system, record.active, record.role, record.peer_link, address)


def _vlan_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, record.active, tuple(sorted(record.ports)))


def _address_of(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield (record.interface, str(record.address), record.vrf)


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


# --- ntc-templates: single texts --------------------------------------------------------------------------


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
        expected=ntc,
        ours=ours,
        theirs=lambda answer: (row for said in answer for row in theirs(said)),
    )


def _ntc_version(said: dict[str, Any]) -> Iterator[Row]:
    yield (said["model"], said["image"], said["serial_number"], (names.mac(said["sys_mac"]),))


def _version_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield (record.model, record.version, record.serial, record.macs)


def _ntc_vlan(said: dict[str, Any]) -> Iterator[Row]:
    ports = _ports(said["interfaces"])
    yield (int(said["vlan_id"]), said["status"] == "active", ports, said["vlan_name"])


def _named_vlan_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Vlan):
        yield (record.vlan, record.active, tuple(sorted(record.ports)), record.name)


def _ntc_mac(said: dict[str, Any]) -> Iterator[Row]:
    moves = int(said["moves"] or 0)
    for port in said["destination_port"]:
        yield (int(said["vlan_id"]), said["mac_address"].replace(".", ""), _port(port), said["type"], moves)


def _text_mac_of(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        kind = "STATIC" if record.origin == "static" else "DYNAMIC"
        yield (record.vlan, record.mac.replace(":", ""), record.interface, kind, record.moves)


def _ntc_arp(said: dict[str, Any]) -> Iterator[Row]:
    routed, _, port = said["interface"].partition(", ")
    behind = None if port in ("", "not learned") else port
    yield (said["ip_address"], names.mac(said["mac_address"]), routed, behind, said["vrf"] or "default")


def _full_neighbor_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface, record.port, record.vrf)


def _ntc_lldp(said: dict[str, Any]) -> Iterator[Row]:
    port, about = said["neighbor_interface"], said["neighbor_description"]
    yield (said["local_interface"], said["neighbor_name"], said["chassis_id"], port, about)


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
    for port, state in states:
        lacp = said["bundle_protocol"] == "LACP"
        yield (_port(said["bundle_name"]), _port(port), "P" in state, lacp)


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
    yield (_port(said["port"]), said["protocol"] == "up", said["status"] != "admin down", said["description"])


def _described_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield (record.name, record.up, record.enabled, record.description)


def _ntc_status(said: dict[str, Any]) -> Iterator[Row]:
    vlan = said["vlan_id"]
    master = _port(vlan.removeprefix("in ")) if "Po" in vlan else None
    status = said["status"]
    yield (_port(said["port"]), status == "connected", status != "disabled", said["name"], master)


def _status_of(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield (record.name, record.up, record.enabled, record.description, record.master)


def _ntc_brief_lldp(said: dict[str, Any]) -> Iterator[Row]:
    yield (_port(said["local_interface"]), said["neighbor_name"], said["neighbor_interface"], "")


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


# --- NAPALM: single JSON answers --------------------------------------------------------------------------


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
        yield (int(vlan), _ports(said["interfaces"]), said["name"])


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


def _napalm_addresses(answer: Any, family: str) -> Iterator[Row]:
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
    _suzieq("mac", _mac_of, _mac_said),
    _suzieq("arpnd", _neighbor_of, lambda s: [(s["ipAddress"], s["macaddr"], s["oif"])]),
    _suzieq("lldp", _lldp_of, lambda s: [(s["ifname"], s["peerHostname"], s["peerIfname"], s["description"])]),
    _suzieq("mlag", _mlag_of, lambda s: [
        (s["systemId"], s["state"] == "active", s["role"], s["peerLink"], s["peerAddress"])
    ]),
    _suzieq("vlan", _vlan_of, lambda s: [(s["vlan"], s["state"] == "active", _ports(s["interfaces"]))]),
    _suzieq("address", _address_of, _address_said),
    _suzieq("interface", _port_of, _port_said),
    _suzieq("device", _facts_of, lambda s: [(s["model"], s["version"], s["serialNumber"])]),
    _suzieq("evpnVni", _vni_of, lambda s: [(s["vlan"], s["vni"])]),
    _ntc("show version", _version_of, _ntc_version),
    _ntc("show vlan", _named_vlan_of, _ntc_vlan),
    _ntc("show mac address-table", _text_mac_of, _ntc_mac),
    _ntc("show ip arp", _full_neighbor_of, _ntc_arp),
    _ntc("show lldp neighbors detail", _full_lldp_of, _ntc_lldp),
    _ntc("show lldp neighbors", _lldp_of, _ntc_brief_lldp),
    _ntc("show mlag", _text_mlag_of, _ntc_mlag),
    _ntc("show port-channel summary", _lag_of, _ntc_lag),
    _ntc("show interfaces", _interface_of, _ntc_interface),
    _ntc("show interfaces description", _described_of, _ntc_described),
    _ntc("show interfaces status", _status_of, _ntc_status),
    _ntc("show ip interface brief", _address_of, _ntc_brief),
    _ntc("show ip access-lists", _acl_of, _ntc_acl),
    _ntc("show ip helper-address", _helper_of, _ntc_helper),
    _napalm("show arp vrf all", "get_arp_table", _neighbor_of, _napalm_arp),
    _napalm("show mac address-table", "get_mac_address_table", _mac_of, _napalm_mac),
    _napalm("show vlan", "get_vlans", _listed_vlan_of, _napalm_vlans),
    _napalm("show interfaces", "get_interfaces", _full_port_of, _napalm_ports),
    _napalm("show lldp neighbors detail", "get_lldp_neighbors_detail", _lldp_of, _napalm_lldp),
    _napalm("show lldp neighbors", "get_lldp_neighbors", _lldp_of, _napalm_brief_lldp),
    _napalm("show ip interface", "get_interfaces_ip", _bare_address_of, lambda a: _napalm_addresses(a, "ipv4")),
    _napalm("show ipv6 interface", "get_interfaces_ip", _bare_address_of, lambda a: _napalm_addresses(a, "ipv6")),
    _napalm("show version", "get_facts", _model_of, _napalm_facts),
)  # fmt: skip
