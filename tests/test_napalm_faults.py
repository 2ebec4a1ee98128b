"""Show what NAPALM's getters lose or turn round, and that no such fault reaches a record.

The drivers are NAPALM's own; only the device behind them is played, with answers in the true shape. Where a
fault is mended one day, its test fails here and the reason to read the answer ourselves is gone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from napalm.eos import EOSDriver
from napalm.nxos import NXOSDriver

from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import MacEntry, Neighbor, Vlan

# `show mac address-table | json native` of 9.3(4): there is `disp_type`, and no `disp_is_static`.
MACS = {
    "TABLE_mac_address": {
        "ROW_mac_address": [
            {
                "disp_mac_addr": mac,
                "disp_type": kind,
                "disp_vlan": vlan,
                "disp_age": "0",
                "disp_is_secure": "F",
                "disp_is_ntfy": "F",
                "disp_port": port,
            }
            for mac, kind, vlan, port in (
                ("5254.0021.0011", "dynamic", "210", "port-channel11"),
                ("5254.0021.0012", "dynamic", "210", "Ethernet1/5"),
                ("5254.0021.0013", "static", "210", "Ethernet1/6"),
                ("00de.fb21.1b08", "static", "210", "sup-eth1(R)"),
            )
        ]
    }
}
NEIGHBOR = {"time-stamp": "00:01:07", "phy-intf": "port-channel11", "flags": ""}
ARP = {
    "TABLE_vrf": {
        "ROW_vrf": [
            {
                "vrf-name-out": vrf,
                "cnt-total": 1,
                "TABLE_adj": {"ROW_adj": [{**NEIGHBOR, "ip-addr-out": ip, "mac": mac, "intf-out": svi}]},
            }
            for vrf, ip, mac, svi in (
                ("default", "10.2.20.11", "5254.0021.0021", "Vlan220"),
                ("CUST", "10.2.10.11", "5254.0021.0011", "Vlan210"),
            )
        ]
    }
}
VLANS = {
    "vlans": {
        "210": {"name": "web", "status": "active", "dynamic": False, "interfaces": {"Ethernet1": {}}},
        "1006": {"name": "VLAN1006", "status": "active", "dynamic": True, "interfaces": {"Cpu": {}}},
    }
}


class Played:
    """Play a device: each command has its answer."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def show(self, command: str, **_: Any) -> Any:
        """Answer as the NX-API client does."""
        return self.answers[command]

    def run_commands(self, commands: list[str], **_: Any) -> Any:
        """Answer as the eAPI client does."""
        return [self.answers[command] for command in commands]


def nxos(command: str, answer: Any) -> NXOSDriver:
    """Give NAPALM's driver of NX-OS with a device behind it that answers one command."""
    driver = NXOSDriver("device", "user", "")
    driver.device = Played({command: answer})
    return driver


def eos(command: str, answer: Any) -> EOSDriver:
    """Give NAPALM's driver of EOS with a device behind it that answers one command."""
    driver = EOSDriver("device", "user", "")
    driver.device = Played({command: answer})
    return driver


def read(platform: str, command: str, answer: Any) -> Rows:
    """Read the same answer ourselves."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return engine.read_answer(
        Raw(device=DeviceName("device"), platform=platform, command=command, file="f", text=text)
    )


def origins(rows: Rows) -> dict[str, str]:
    """Give how each MAC address came into the table."""
    return {entry.mac: entry.origin for entry in rows.records if isinstance(entry, MacEntry)}


def test_napalm_takes_every_mac_of_nxos_for_static_and_we_do_not() -> None:
    """A planner that leaves static addresses out would drop every host."""
    theirs = nxos("show mac address-table", MACS).get_mac_address_table()
    assert [row["static"] for row in theirs] == [True] * 4
    assert origins(read("nxos", "show mac address-table", MACS)) == {
        "52:54:00:21:00:11": "learned",
        "52:54:00:21:00:12": "learned",
        "52:54:00:21:00:13": "static",
        "00:de:fb:21:1b:08": "self",
    }


def test_napalm_reads_the_arp_table_of_the_first_vrf_and_we_read_all() -> None:
    """What stands in another VRF would count as silent."""
    driver = nxos("show ip arp", ARP)
    assert [row["ip"] for row in driver.get_arp_table()] == ["10.2.20.11"]
    with pytest.raises(NotImplementedError):
        driver.get_arp_table(vrf="CUST")
    ours = read("nxos", "show ip arp detail vrf all", ARP).records
    assert [(str(n.address), n.vrf) for n in ours if isinstance(n, Neighbor)] == [
        ("10.2.20.11", "default"),
        ("10.2.10.11", "CUST"),
    ]


def test_napalm_drops_that_a_vlan_of_eos_is_dynamic_and_we_keep_it() -> None:
    """A VLAN that the switch made for itself must not be migrated."""
    theirs = eos("show vlan", VLANS).get_vlans()
    assert set(theirs["1006"]) == set(theirs["210"]) == {"name", "interfaces"}
    ours = [vlan for vlan in read("eos", "show vlan", VLANS).records if isinstance(vlan, Vlan)]
    assert {vlan.vlan: vlan.dynamic for vlan in ours} == {210: False, 1006: True}


def test_learned_addresses_of_real_tables_stay_learned(real_outputs: Path) -> None:
    """Every real table without `disp_is_static`: NAPALM calls each row static, we those that are."""
    tried = 0
    for file in sorted(real_outputs.rglob("*mac_address-table*json*")):
        if '"disp_type"' not in file.read_text() or '"disp_is_static"' in file.read_text():
            continue
        answer = json.loads(file.read_text())
        theirs = nxos("show mac address-table", answer).get_mac_address_table()
        assert all(row["static"] for row in theirs)
        said = answer["TABLE_mac_address"]["ROW_mac_address"]
        dynamic = sum("dynamic" in row["disp_type"] for row in said)
        ours = origins(read("nxos", "show mac address-table", answer)).values()
        assert sum(origin in ("learned", "peer") for origin in ours) == dynamic
        tried += 1
    assert tried


def test_real_eos_switches_have_vlans_of_their_own(real_outputs: Path) -> None:
    """Some real VLANs are dynamic, and NAPALM's answer has nothing that says so."""
    found = 0
    for file in sorted(real_outputs.glob("suzieq/networks/eos/*/show_vlan_brief.json")):
        answer = json.loads(file.read_text())
        theirs = eos("show vlan", answer).get_vlans()
        ours = [r for r in read("eos", "show vlan", answer).records if isinstance(r, Vlan) and r.dynamic]
        assert {str(vlan.vlan) for vlan in ours} <= set(theirs)
        found += len(ours)
    assert found
