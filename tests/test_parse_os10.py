"""Join what several answers of one OS10 switch say, and expand its lists of ports."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine, quirks
from vlan2l3.parse.quirks.os10.ports import expanded
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import Gateway, LagMember, MlagDomain, MlagPort, Neighbor, Record

SAMPLES = ROOT / "fixtures" / "samples" / "os10"
ANSWERS = {
    "show running-configuration": "show_running-configuration/leaf.txt",
    "show vlt 7": "show_vlt/up.txt",
    "show vlt 7 vlt-port-detail": "show_vlt_vlt-port-detail/plain.txt",
    "show port-channel summary": "show_port-channel_summary/plain.txt",
    "show vrrp brief": "show_vrrp_brief/plain.txt",
    "show ip arp vrf blue": "show_ip_arp_vrf/plain.txt",
}


def _joined() -> tuple[Record, ...]:
    records: list[Record] = []
    for command, name in ANSWERS.items():
        text = (SAMPLES / name).read_text()
        raw = Raw(device=DeviceName("leaf-d1"), platform="os10", command=command, file=name, text=text)
        records += engine.read_answer(raw).records
    return quirks.of("os10").finish(tuple(records))


def test_live_domain_replaces_the_configured_one() -> None:
    """What is configured says nothing of what works."""
    (domain,) = (r for r in _joined() if isinstance(r, MlagDomain))
    assert (domain.active, domain.role, domain.peer) == (True, "primary", "02:00:5e:31:00:01")


def test_neighbor_is_in_the_vrf_of_its_interface() -> None:
    """`show ip arp vrf` does not repeat the VRF in its rows."""
    assert {r.vrf for r in _joined() if isinstance(r, Neighbor)} == {"blue"}


def test_state_of_a_gateway_is_joined_to_its_configuration() -> None:
    """One record a group."""
    found = [r for r in _joined() if isinstance(r, Gateway) and r.group == 110]
    assert [(g.state, len(g.addresses)) for g in found] == [("master", 2)]


def test_members_are_active_as_the_switch_shows() -> None:
    """The mode is in the configuration too, the state is not."""
    active = {r.interface: r.active for r in _joined() if isinstance(r, LagMember)}
    assert active["ethernet1/1/2:1"]
    assert not active["ethernet1/1/2:3"]


def test_configured_vlt_port_stays_where_none_is_shown() -> None:
    """Port-channel 10 is in the configuration only."""
    assert {r.number for r in _joined() if isinstance(r, MlagPort)} == {"3", "10", "53"}


@pytest.mark.parametrize("text", ["1/1/1", "Eth1/1/1-1/2/4", "Eth1/1/1:2-1/1/3:1", "Eth1/1/1-", "Eth"])
def test_list_that_is_no_list_of_ports_is_refused(text: str) -> None:
    """A port more or less would be a port in the wrong VLAN."""
    with pytest.raises(ValueError, match="port"):
        list(expanded(text))


def test_odd_lines_of_a_configuration_are_no_exception() -> None:
    """The name of an interface and a VLAN of an instance are what a stranger wrote."""
    text = (
        "interface ;reboot\n ip vrf forwarding blue\nspanning-tree mst configuration\n instance 1 vlan 5000\n"
    )
    raw = Raw(
        device=DeviceName("leaf-d1"),
        platform="os10",
        command="show running-configuration",
        file="config",
        text=text,
    )
    read = engine.read_answer(raw)
    assert quirks.of("os10").finish(read.records) == read.records
