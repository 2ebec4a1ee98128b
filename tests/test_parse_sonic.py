"""Join what several answers of one SONiC switch say."""

from __future__ import annotations

from ipaddress import ip_address

from tests.conftest import ROOT
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine, quirks
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import (
    DhcpRelay,
    Gateway,
    LagMember,
    MlagDomain,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Switchport,
)

SAMPLES = ROOT / "fixtures" / "samples" / "sonic"
ANSWERS = {
    "show interfaces status": "show_interfaces_status/plain.txt",
    "show vlan brief": "show_vlan_brief/plain.txt",
    "show ip interfaces": "show_ip_interfaces/plain.txt",
    "show interfaces portchannel": "show_interfaces_portchannel/plain.txt",
    "show arp": "show_arp/plain.txt",
    "mclagdctl dump state": "mclagdctl_dump_state/plain.txt",
    "show static-anycast-gateway": "show_static-anycast-gateway/plain.txt",
    "show runningconfiguration all": "show_runningconfiguration_all/leaf.json",
}


def _joined() -> tuple[Record, ...]:
    records: list[Record] = []
    for command, name in ANSWERS.items():
        text = (SAMPLES / name).read_text()
        raw = Raw(device=DeviceName("leaf-s1"), platform="sonic", command=command, file=name, text=text)
        records += engine.read_answer(raw).records
    return quirks.of("sonic").finish(tuple(records))


def test_each_fact_stands_once() -> None:
    """Four commands tell of ports, addresses and members of VLANs."""
    joined = _joined()
    ports = [r.name for r in joined if isinstance(r, Port)]
    addresses = [(r.interface, r.address) for r in joined if isinstance(r, PortAddress)]
    switchports = [r.interface for r in joined if isinstance(r, Switchport)]
    assert len(ports) == len(set(ports))
    assert len(addresses) == len(set(addresses))
    assert len(switchports) == len(set(switchports))


def test_port_is_completed_from_the_configuration() -> None:
    """The state comes from one command, the description from CONFIG_DB."""
    (port,) = (r for r in _joined() if isinstance(r, Port) and r.name == "Ethernet0")
    assert (port.up, port.description) == (True, "srv-a1 | rack 3")


def test_neighbor_is_in_the_vrf_of_its_interface() -> None:
    """`show arp` names no VRF."""
    vrfs = {str(r.address): r.vrf for r in _joined() if isinstance(r, Neighbor)}
    assert vrfs["10.20.110.20"] == "Vrf-blue"
    assert vrfs["10.99.0.1"] == "default"


def test_live_domain_replaces_the_configured_one() -> None:
    """What is configured says nothing of what works."""
    (domain,) = (r for r in _joined() if isinstance(r, MlagDomain))
    assert (domain.active, domain.role) == (True, "active")


def test_gateway_and_relay_are_gathered() -> None:
    """Addresses and the shared MAC stand in different answers, as do the servers of both families."""
    joined = _joined()
    gateway = next(r for r in joined if isinstance(r, Gateway) and r.interface == "Vlan110")
    relay = next(r for r in joined if isinstance(r, DhcpRelay))
    assert gateway.mac == "02:00:5e:00:aa:aa"
    assert len(gateway.addresses) == 3
    assert ip_address("2001:db8:53::1") in relay.servers
    assert ip_address("192.0.2.53") in relay.servers


def test_lag_member_works_as_the_switch_shows() -> None:
    """The configuration alone does not say whether a member is active."""
    active = {r.interface: r.active for r in _joined() if isinstance(r, LagMember)}
    assert active["Ethernet8"]
