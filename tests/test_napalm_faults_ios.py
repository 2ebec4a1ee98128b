"""Show what NAPALM's ios driver leaves out, and that no record inherits it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from napalm import get_network_driver

from vlan2l3 import platforms
from vlan2l3.names import DeviceName, mac
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import ios
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import Neighbor

HEAD = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface"
GLOBAL = f"{HEAD}\nInternet  10.0.0.9                3   5254.0012.0a0b  ARPA   Vlan10"
CUSTOMER = f"""{HEAD}
Internet  10.9.10.50             12   5254.0012.0b0b  ARPA   Vlan910
Internet  10.9.10.51              0   Incomplete      ARPA
"""
VRFS = """\
  Name                             Default RD            Protocols   Interfaces
  CUST                             65000:1               ipv4        Vl910
                                                                     Vl911
  MGMT                             <not set>             ipv4,ipv6   Gi0/0
"""


@dataclass
class Switch:
    """Answer as a switch with one host in the global table and another in the VRF CUST."""

    asked: list[str] = field(default_factory=list)

    def send_command(self, command: str) -> str:
        """Answer one command as it is sent over SSH."""
        self.asked.append(command)
        return CUSTOMER if " vrf CUST" in command else GLOBAL


def test_napalm_gives_the_global_table_only() -> None:
    """The getter asks once, without a VRF, and never learns that there are others."""
    driver = get_network_driver("ios")("192.0.2.1", "user", "word")
    driver.device = Switch()
    assert [row["ip"] for row in driver.get_arp_table()] == ["10.0.0.9"]
    assert driver.device.asked == ["show arp | exclude Incomplete"]


def test_every_vrf_is_asked_by_its_name() -> None:
    """The names come from `show vrf`; a line that goes on below a name is none."""
    spec = platforms.load("ios").spec("show ip arp vrf CUST")
    assert spec is not None
    assert spec.each == "show vrf"
    found = (re.search(spec.items, line) for line in VRFS.splitlines())
    assert [match[1] for match in found if match] == ["CUST", "MGMT"]


def test_records_of_a_vrf_carry_it() -> None:
    """The answer does not name the VRF; the command that was sent does."""
    switch = Switch()
    found = tuple(
        record
        for command in ("show ip arp", "show ip arp vrf CUST")
        for record in engine.read_answer(
            Raw(
                device=DeviceName("device"),
                platform="ios",
                command=command,
                file="answer.txt",
                text=switch.send_command(command),
            )
        ).records
        if isinstance(record, Neighbor)
    )
    assert {(record.address, record.vrf, record.state) for record in ios.finish(found)} == {
        (ip_address("10.0.0.9"), "default", ""),
        (ip_address("10.9.10.50"), "CUST", ""),
        (ip_address("10.9.10.51"), "CUST", "incomplete"),
    }


def test_vrf_table_of_a_real_switch_is_what_napalm_reads_with_the_vrf_added(real_outputs: Path) -> None:
    """The one getter that takes a VRF gives the same rows, and forgets whose they are."""
    folder = real_outputs / "napalm/ios/get_arp_table_with_vrf/normal"
    command = "show arp vrf TEST | exclude Incomplete"
    raw = Raw(
        device=DeviceName("device"),
        platform="ios",
        command=command,
        file="answer.txt",
        text=(folder / "show_arp_vrf_TEST___exclude_Incomplete.txt").read_text(),
    )
    found = [record for record in engine.read_answer(raw).records if isinstance(record, Neighbor)]
    expected = json.loads((folder / "expected_result.json").read_text())
    assert {(str(r.address), r.mac, r.interface) for r in found} == {
        (row["ip"], mac(row["mac"]), row["interface"]) for row in expected
    }
    assert {record.vrf for record in found} == {"TEST"}
