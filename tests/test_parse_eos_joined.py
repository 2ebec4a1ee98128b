"""Hold what several answers of one EOS switch say together; the samples show what each says alone."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import ROOT
from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import eos
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import (
    AclBinding,
    LldpNeighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    StpPort,
    Switchport,
)

R = TypeVar("R", bound=Record)
SAMPLES = ROOT / "fixtures" / "samples" / "eos"

pytestmark = pytest.mark.checkout


def joined(*answers: tuple[str, str | Path]) -> tuple[Record, ...]:
    """Read answers, given as text or as a sample's path, and join them."""
    found: list[Record] = []
    for command, given in answers:
        text = (SAMPLES / given).read_text() if isinstance(given, Path) else given
        raw = Raw(
            device=DeviceName("sw"), platform="eos", command=command, file=f"sw/{command}/{given}", text=text
        )
        found += engine.read_answer(raw).records
    return eos.finish(tuple(found))


def of(records: tuple[Record, ...], kind: type[R]) -> list[R]:
    """Give the records of one kind."""
    return [record for record in records if isinstance(record, kind)]


SHOWN = """Name: Et1
Switchport: Enabled
Administrative Mode: static access
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 1 (default)
Trunking VLANs Enabled: ALL

Name: Et5
Switchport: Enabled
Administrative Mode: static access
Access Mode VLAN: 30 (VLAN0030)
Trunking Native Mode VLAN: 1 (default)
Trunking VLANs Enabled: ALL

Name: Po10
Switchport: Enabled
Administrative Mode: trunk
Access Mode VLAN: 1 (default)
Trunking Native Mode VLAN: 1 (default)
Trunking VLANs Enabled: ALL
"""
CONFIG = """vlan 4094
   trunk group peers
interface Port-Channel10
   switchport mode trunk
interface Ethernet1
   channel-group 10 mode active
"""
CONFIGURED, SWITCHPORT = ("show running-config", CONFIG), ("show interfaces switchport", SHOWN)


@pytest.mark.parametrize("answers", [(CONFIGURED, SWITCHPORT), (SWITCHPORT, CONFIGURED)])
def test_trunk_group_of_the_configuration_stands_before_what_is_shown(
    answers: tuple[tuple[str, str], ...],
) -> None:
    """`ALL` is shown on every trunk, also on one that doesn't carry the group's VLAN."""
    ports = {port.interface: port for port in of(joined(*answers), Switchport)}
    assert ports["Port-Channel10"].tagged == vlan_ranges("2-4093")
    assert ports["Ethernet5"].untagged == 30
    assert "Ethernet1" not in ports


def test_member_of_a_lag_bridges_nothing_by_itself() -> None:
    """Without the configuration, the LACP table says who is a member."""
    lacp = ("show lacp neighbor", Path("show_lacp_neighbor/text.txt"))
    ports = {port.interface for port in of(joined(lacp, SWITCHPORT), Switchport)}
    assert ports == {"Ethernet5", "Port-Channel10"}


def test_trunk_that_two_commands_show_is_one() -> None:
    """`show interfaces trunk` adds the trunks that the other answer lacks."""
    trunks = ("show interfaces trunk", Path("show_interfaces_trunk/text.txt"))
    ports = [port.interface for port in of(joined(SWITCHPORT, trunks), Switchport)]
    assert sorted(ports) == ["Ethernet1", "Ethernet5", "Ethernet9", "Port-Channel10", "Port-Channel11"]


@pytest.mark.parametrize("is_brief_first", [True, False])
def test_port_is_filled_from_every_answer(*, is_brief_first: bool) -> None:
    """The fullest record is kept, whichever comes first, and its gaps are filled."""
    brief = ("show interfaces description", "Et9    up    up    to srv-9\nPo10   admin down   down   x\n")
    full = ("show interfaces", Path("show_interfaces/text-4.20.txt"))
    records = joined(*((brief, full) if is_brief_first else (full, brief)))
    ports = {port.name: port for port in of(records, Port)}
    assert len(ports) == len(of(records, Port))
    assert ports["Ethernet9"].description == "to srv-9"
    assert (ports["Port-Channel10"].mtu, ports["Port-Channel10"].description) == (9214, "x")


def test_brief_neighbor_gives_way_to_the_detailed_one() -> None:
    """It has no chassis; where it is the only one it is kept."""
    brief = ("show lldp neighbors", Path("show_lldp_neighbors/text-4.20.txt"))
    detail = ("show lldp neighbors detail", Path("show_lldp_neighbors_detail/text.txt"))
    found = {(n.interface, bool(n.chassis)) for n in of(joined(brief, detail), LldpNeighbor)}
    assert found == {("Ethernet1", True), ("Ethernet3/1", True), ("Management1", False)}


def test_address_keeps_the_vrf_that_one_answer_knows() -> None:
    """`show interfaces` has no VRF; `show ip interface vrf all` has."""
    shown = ("show interfaces", Path("show_interfaces/json.json"))
    by_vrf = ("show ip interface vrf all", Path("show_ip_interface_vrf_all/json.json"))
    found = [a for a in of(joined(shown, by_vrf), PortAddress) if a.interface == "Vlan20"]
    assert {str(a.address): a.vrf for a in found if a.address.version == 4} == {
        "10.20.0.2/24": "BLUE",
        "10.21.0.2/24": "BLUE",
    }
    assert len(found) == 3


def test_facts_that_two_answers_give_are_kept_once() -> None:
    """A far end, a binding and a port's part in a tree."""
    records = joined(
        ("show vxlan vtep", Path("show_vxlan_vtep/text-4.24.txt")),
        ("show interfaces", Path("show_interfaces/text-4.27.txt")),
        ("show ip access-lists", Path("show_ip_access-lists/json.json")),
        ("show ip access-lists summary", Path("show_ip_access-lists_summary/json.json")),
        ("show spanning-tree", Path("show_spanning-tree/json.json")),
        ("show spanning-tree topology status", Path("show_spanning-tree_topology_status_detail/json.json")),
    )
    assert sorted(str(peer.address) for peer in of(records, OverlayPeer)) == [
        "192.0.2.21",
        "192.0.2.22",
        "192.0.2.23",
    ]
    assert len([b for b in of(records, AclBinding) if b.interface == "Vlan20"]) == 1
    ports = [(p.instance, p.interface, p.role) for p in of(records, StpPort)]
    assert ports.count(("VL20", "Ethernet9", "designated")) == 1
    assert ("VL20", "Ethernet9", "") not in ports
    assert ("VL20", "Port-Channel10", "") in ports
