"""Prove the live rig's guest: real bridges, bonds, spanning tree and LLDP answer over real SSH."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live.guest import HOSTS, MACHINES, OPERATOR, SWITCHES, Guest
from tests.live.journal import Journal

VLAN, LLDP, BOND = "bridge -j vlan show", "lldpctl -f json0", "cat /proc/net/bonding/bond0"
LINKS, FDB, NEIGHBOURS = "ip -j -d link show", "bridge -j fdb show", "ip -j neigh show"


@pytest.mark.uml
def test_real_machines_answer_over_ssh(tmp_path: Path) -> None:
    """Both ends of each cable tell the same, and what is left in the working folder comes out."""
    journal = Journal()
    guest = Guest(tmp_path, journal=journal)
    asked = [(s, c) for s in SWITCHES for c in (VLAN, LLDP, LINKS, FDB)]
    asked += [(h, c) for h in HOSTS for c in (LLDP, BOND, NEIGHBOURS)]
    logins = [[*guest.login(machine), command] for machine, command in asked]
    answers = guest.run(
        *logins,
        [*guest.login("sw1", user=OPERATOR), f"PATH=$PATH:/usr/sbin {LLDP}"],
        ["sh", "-c", "mkdir captures && echo kept > captures/file"],
    )
    assert [(a.status, a.complaints) for a in answers] == [(0, "")] * len(answers)
    said = {question: answer.output for question, answer in zip(asked, answers, strict=False)}

    for switch in SWITCHES:
        vlans = {port["ifname"]: port["vlans"] for port in json.loads(said[switch, VLAN])}
        assert vlans["host1"] == [{"vlan": 10, "flags": ["PVID", "Egress Untagged"]}, {"vlan": 20}]
        assert {vlan["vlan"] for vlan in vlans["peerlink"]} == {1, 10, 20}
        assert lldp(said[switch, LLDP]) == {
            "swp1": "h1",
            "swp2": "h2",
            **dict.fromkeys(("swp3", "swp49", "swp50"), next(s for s in SWITCHES if s != switch)),
        }
        learned = {entry["mac"] for entry in json.loads(said[switch, FDB]) if entry.get("vlan") == 10}
        assert learned & {f"02:00:00:00:1{n}:0{leg}" for n in (1, 2) for leg in (1, 2)}
    states = [
        link["linkinfo"]["info_slave_data"]["state"]
        for switch in SWITCHES
        for link in json.loads(said[switch, LINKS])
        if link.get("master") == "bridge"
    ]
    assert sorted(states) == ["blocking", *["forwarding"] * 7]

    for number, host in enumerate(HOSTS, start=1):
        assert lldp(said[host, LLDP]) == {"eth1": "sw1", "eth2": "sw2"}
        assert said[host, BOND].count("MII Status: up") == 3
        assert said[host, BOND].count(f"system mac address: 44:38:39:ff:00:0{number}") == 2
        assert any("lladdr" in entry for entry in json.loads(said[host, NEIGHBOURS]))

    assert lldp(answers[-2].output) == lldp(said["sw1", LLDP])
    assert (guest.work / "captures" / "file").read_text() == "kept\n"
    assert {line.device for line in journal.lines()} == set(MACHINES)
    assert [line.text for line in journal.beyond({c for _, c in asked})] == [f"PATH=$PATH:/usr/sbin {LLDP}"]


def lldp(text: str) -> dict[str, str]:
    """Give the neighbour of each port."""
    ports = [port for told in json.loads(text)["lldp"] for port in told["interface"]]
    return {port["name"]: port["chassis"][0]["name"][0]["value"] for port in ports}
