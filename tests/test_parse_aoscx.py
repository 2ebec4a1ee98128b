"""Join what several answers of one AOS-CX switch say."""

from __future__ import annotations

from ipaddress import ip_address

from tests.conftest import ROOT
from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine, quirks
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import Gateway, LagMember, MlagDomain, MlagPort, Record, StpInstance, StpPort

SAMPLES = ROOT / "fixtures" / "samples" / "aoscx"
ANSWERS = {
    "show running-config": "show_running-config/agg.txt",
    "show lacp interfaces": "show_lacp_interfaces/plain.txt",
    "show interface": "show_interface/plain.txt",
    "show spanning-tree": "show_spanning-tree/mstp.txt",
    "show spanning-tree mst": "show_spanning-tree_mst/plain.txt",
    "show vsx status": "show_vsx_status/plain.txt",
}


def _joined(*commands: str) -> tuple[Record, ...]:
    records: list[Record] = []
    for command in commands or ANSWERS:
        name = ANSWERS[command]
        text = (SAMPLES / name).read_text()
        raw = Raw(device=DeviceName("agg-x1"), platform="aoscx", command=command, file=name, text=text)
        records += engine.read_answer(raw).records
    return quirks.of("aoscx").finish(tuple(records))


def test_instance_that_two_commands_show_stands_once() -> None:
    """The one that names its VLANs and its cost is kept, with its own ports."""
    joined = _joined()
    instances = [(r.instance, r.root_cost) for r in joined if isinstance(r, StpInstance)]
    ports = [(r.instance, r.interface) for r in joined if isinstance(r, StpPort)]
    assert instances == [("MST0", 40000), ("MST1", 0)]
    assert len(ports) == len(set(ports))


def test_vlans_of_an_instance_come_from_the_configuration() -> None:
    """`show spanning-tree` alone does not say which VLANs MST0 carries."""
    (instance,) = (
        r for r in _joined("show running-config", "show spanning-tree") if isinstance(r, StpInstance)
    )
    assert instance.vlans == vlan_ranges("1-109,111-119,122-4094")


def test_member_works_as_lacp_shows_whichever_answer_comes_first() -> None:
    """`show interface` names the members of a LAG and says nothing of LACP."""
    for order in (("show lacp interfaces", "show interface"), ("show interface", "show lacp interfaces")):
        members = [r for r in _joined(*order) if isinstance(r, LagMember)]
        assert len(members) == len({r.interface for r in members})
        assert {r.interface for r in members if r.active} == {"1/1/10", "1/1/55"}


def test_live_domain_replaces_the_configured_one() -> None:
    """What is configured says nothing of what works."""
    joined = _joined()
    (domain,) = (r for r in joined if isinstance(r, MlagDomain))
    assert (domain.active, domain.peer_link) == (True, "lag256")
    assert {r.number for r in joined if isinstance(r, MlagPort)} == {"1", "2"}


def test_shared_gateway_has_the_addresses_of_both_families() -> None:
    """Two commands tell of it, and two families of addresses."""
    (gateway,) = (r for r in _joined() if isinstance(r, Gateway) and r.interface == "vlan110")
    assert gateway.addresses == (ip_address("10.20.110.1"), ip_address("2001:db8:110::1"))
