"""Compare what is read of NX-OS with what the two drivers of NAPALM give, where those are right."""

from __future__ import annotations

from typing import Any

from tests.agreements import Comparison, beside, json_beside
from tests.agreements.nxos import shared as our
from tests.agreements.nxos.shared import Rows


def _napalm_facts(answer: Any) -> Rows:
    yield (answer["os_version"].partition(" ")[0], answer["serial_number"])


def _napalm_state(answer: Any) -> Rows:
    for name, row in answer.items():
        mac, mtu = our.mac(row["mac_address"]), row["mtu"] or None
        yield (our.port(name), row["is_enabled"], row["is_up"], mac, mtu, row["description"])


def _napalm_vlan(answer: Any) -> Rows:
    for number, row in answer.items():
        yield (int(number), row["name"], *sorted(our.port(text) for text in row["interfaces"] if text))


def _napalm_station(answer: Any) -> Rows:
    for row in answer:
        if row["vlan"]:
            yield (row["vlan"], our.mac(row["mac"]), row["interface"] and our.port(row["interface"]))


def _napalm_arp(answer: Any) -> Rows:
    for row in answer:
        yield (row["ip"], our.mac(row["mac"]), our.port(row["interface"]))


def _napalm_lldp(answer: Any) -> Rows:
    for name, rows in answer.items():
        for row in rows:
            yield (our.port(name), row["remote_chassis_id"], row["remote_system_name"], row["remote_port"])


def _napalm(getter: str, command: str, ours: Any, theirs: Any, driver: str) -> Comparison:
    return beside(
        f"{driver}: {getter}",
        platform="nxos",
        command=command,
        folder=f"napalm/{driver}/{getter}/",
        expected=json_beside("expected_result.json"),
        ours=ours,
        theirs=theirs,
    )


COMPARISONS: tuple[Comparison, ...] = (
    *(
        comparison
        for driver in ("nxos", "nxos_ssh")
        for comparison in (
            _napalm("get_facts", "show version", our.facts, _napalm_facts, driver),
            _napalm("get_interfaces", "show interface", our.state, _napalm_state, driver),
            _napalm("get_vlans", "show vlan brief", our.vlan_ports, _napalm_vlan, driver),
            _napalm("get_arp_table", "show ip arp", our.arp, _napalm_arp, driver),
            _napalm(
                "get_lldp_neighbors_detail", "show lldp neighbors detail", our.near, _napalm_lldp, driver
            ),
        )
    ),
    _napalm("get_mac_address_table", "show mac address-table", our.station, _napalm_station, "nxos_ssh"),
)
