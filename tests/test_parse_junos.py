"""Hold what is joined of several answers of one Junos switch, and NETCONF's XML, against small cases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest

from vlan2l3 import platforms
from vlan2l3.capture import store
from vlan2l3.capture.judge import judge
from vlan2l3.capture.manifest import Status
from vlan2l3.names import DeviceName, InterfaceName, VlanId, vlan_ranges, vlan_text
from vlan2l3.network.build import build
from vlan2l3.parse import engine, xmltree
from vlan2l3.parse.quirks.junos import decoded, finish
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    Gateway,
    LagMember,
    Lease,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    StpInstance,
    Switchport,
)

VLAN_TABLE = (
    "Routing instance        VLAN name             Tag          Interfaces\n"
    "default-switch          users                 110\n"
    "                                                           xe-0/0/2.0*\n"
    "                                                           ae1.0*\n"
    "default-switch          voice                 120\n"
    "                                                           ae1.0*\n"
)


def read(command: str, text: str) -> tuple[Record, ...]:
    """Read one answer; everything in it is understood."""
    raw = Raw(device=DeviceName("sw"), platform="junos", command=command, file=f"sw/{command}", text=text)
    rows = engine.read_answer(raw)
    assert not rows.unparsed
    return rows.records


def joined(*answers: tuple[str, str]) -> tuple[Record | Unparsed, ...]:
    """Read several answers of one switch and join them."""
    return finish(tuple(record for command, text in answers for record in read(command, text)))


def unit(name: str, family: str, **more: object) -> dict[str, object]:
    """Write one unit of `show interfaces`, in the shape without `data`."""
    return {"name": name, "address-family": [{"address-family-name": family, **more}]}


def interfaces(*ports: dict[str, object]) -> tuple[str, str]:
    """Write an answer to `show interfaces`."""
    up = [{"admin-status": "up", "oper-status": "up", **port} for port in ports]
    return "show interfaces", json.dumps({"interface-information": [{"physical-interface": up}]})


def of(records: Iterable[Record | Unparsed], *kinds: type[Record]) -> list[Record]:
    """Give the records of some kinds."""
    return [record for record in records if isinstance(record, kinds)]


def lost(records: Iterable[Record | Unparsed]) -> list[tuple[str, str]]:
    """Give what was reported."""
    return [(record.text, record.reason) for record in records if isinstance(record, Unparsed)]


# --- joins ------------------------------------------------------------------------------------------


def test_name_of_a_vlan_becomes_its_id() -> None:
    """The plain MAC table and the snooped bindings name VLANs; the VLAN table has the ids."""
    table = "    users               02:00:00:00:01:01   D             -   xe-0/0/2.0\n"
    binding = "10.110.0.11 02:00:00:00:01:01 voice 86234 BOUND ae1.0\n"
    found = joined(
        ("show ethernet-switching table", table),
        ("show vlans", VLAN_TABLE),
        ("show dhcp-security binding", binding),
    )
    (mac,) = of(found, MacEntry)
    (lease,) = of(found, Lease)
    assert isinstance(mac, MacEntry)
    assert isinstance(lease, Lease)
    assert (mac.vlan, mac.interface, mac.source.line) == (110, "xe-0/0/2", 1)
    assert (lease.vlan, lease.interface) == (120, "ae1")
    assert not lost(found)


def test_name_of_no_vlan_is_reported(tmp_path: Path) -> None:
    """An address in a VLAN whose id nobody gives is no address in some VLAN."""
    answers = (
        store.RawAnswer(command="show vlans", text=VLAN_TABLE),
        store.RawAnswer(
            command="show ethernet-switching table",
            text="    guests              02:00:00:00:01:01   D             -   xe-0/0/2.0\n",
        ),
    )
    device = store.RawDevice(name="sw", platform="junos", answers=answers)
    made = store.write(tmp_path / "capture", name="t", taken="", source="live", devices=[device])
    reading = engine.read_capture(made)
    assert not of(reading.records, MacEntry)
    assert [(u.text, u.reason, u.command) for u in reading.unparsed] == [
        ("mac in guests", "no VLANs of the switch are named 'guests'", "show ethernet-switching table")
    ]


def test_units_without_a_whole_answer_become_ports() -> None:
    """Tags stand in `show interfaces`, VLANs in the VLAN table; a tag that is another VLAN's is reported."""
    domains = {
        "l2ald-bridge-instance-information": [
            {
                "l2ald-bridge-instance-group": [
                    {"l2rtb-bridging-domain": "a", "l2rtb-bridge-vlan": "110", "l2rtb-interface-name": ["ae0.110", "ge-0/0/9.0", "ge-0/0/8.0"]},  # noqa: E501
                    {"l2rtb-bridging-domain": "b", "l2rtb-bridge-vlan": "120", "l2rtb-interface-name": ["ae0.120", "ge-0/0/8.0", "ge-0/0/7.99"]},  # noqa: E501
                ]
            }
        ]
    }  # fmt: skip
    trunk = {"address-family-flags": [{"ifff-port-mode-trunk": ""}]}
    found = joined(
        ("show bridge domain detail", json.dumps(domains)),
        interfaces(
            {"name": "ae0", "logical-interface": [
                {**unit("ae0.110", "bridge"), "link-address": "[ 0x8100.110 ]"},
                {**unit("ae0.120", "bridge"), "link-address": "[ 0x8100.120 ]"},
            ]},
            {"name": "ge-0/0/9", "logical-interface": [unit("ge-0/0/9.0", "bridge")]},
            {"name": "ge-0/0/8", "logical-interface": [unit("ge-0/0/8.0", "bridge", **trunk)]},
            {"name": "ge-0/0/7", "logical-interface": [
                {**unit("ge-0/0/7.99", "bridge"), "link-address": "[ 0x8100.99 ]"}
            ]},
        ),
    )  # fmt: skip
    ports = {r.interface: r for r in found if isinstance(r, Switchport)}
    assert {name: (p.mode, p.untagged, vlan_text(p.tagged)) for name, p in ports.items()} == {
        "ae0": ("trunk", None, "110,120"),
        "ge-0/0/9": ("access", 110, "none"),
        "ge-0/0/8": ("trunk", None, "110,120"),
    }
    assert lost(found) == [("ge-0/0/7", "ge-0/0/7.99 has tag 99 for VLAN 120")]


def test_routed_unit_has_the_vlan_that_names_it() -> None:
    """The number of a unit is no VLAN id; the VLAN's name stands with the unit, or the unit with the VLAN."""
    irb = {**unit("irb.7", "inet"), "irb-domain": [{"irb-bridge": "voice+120"}]}
    alone = {**unit("irb.999", "inet"), "irb-domain": [{"irb-bridge": "None"}]}
    found = joined(("show vlans", VLAN_TABLE), interfaces({"name": "irb", "logical-interface": [irb, alone]}))
    assert {r.name: r.vlan for r in found if isinstance(r, Port) and r.sort == "svi"} == {
        "irb.7": 120,
        "irb.999": None,
    }


def test_vrf_and_state_come_to_addresses_and_shared_gateways() -> None:
    """The configuration knows the VRF, `show vrrp` the state; both families of a group keep their MAC."""
    config = (
        "set interfaces irb unit 110 family inet address 10.110.0.2/16 vrrp-group 10"
        " virtual-address 10.110.0.1\n"
        "set interfaces irb unit 110 family inet6 address 2001:db8::2/64 vrrp-inet6-group 10"
        " virtual-inet6-address 2001:db8::1\n"
        "set routing-instances blue instance-type vrf\n"
        "set routing-instances blue interface irb.110\n"
    )
    vrrp = (
        "Physical interface: irb, Unit: 110, Address: 10.110.0.2/16\n"
        "  Interface state: up, Group: 10, State: master, VRRP Mode: Active\n"
        "  Preempt: yes, Accept-data mode: yes, VIP count: 1, VIP: 10.110.0.1\n"
        "  Virtual Mac: 00:00:5e:00:01:0a\n"
    )
    arp = "02:00:00:00:01:01 10.110.0.11 irb.110 [xe-0/0/2.0] none\n"
    found = joined(
        ("show configuration | display set", config), ("show vrrp detail", vrrp), ("show arp no-resolve", arp)
    )
    assert {(r.address, r.vrf) for r in found if isinstance(r, PortAddress)} == {
        (ip_interface("10.110.0.2/16"), "blue"),
        (ip_interface("2001:db8::2/64"), "blue"),
    }
    assert [r.vrf for r in found if isinstance(r, Neighbor)] == ["blue"]
    assert {(r.addresses, r.mac, r.state) for r in found if isinstance(r, Gateway)} == {
        ((ip_address("10.110.0.1"),), "00:00:5e:00:01:0a", "master"),
        ((ip_address("2001:db8::1"),), "00:00:5e:00:02:0a", ""),
    }


def test_lacp_counts_more_than_the_carrier() -> None:
    """A member whose link is up and whose LACP does not distribute carries nothing."""
    member = {"name": "et-0/0/1", "lacp-mux-state": "Attached"}
    lacp = {"lag-lacp-header": [{"aggregate-name": "ae1"}], "lag-lacp-protocol": [member]}
    bundled = unit("et-0/0/1.0", "aenet", **{"ae-bundle-name": "ae1.0"})
    alone = unit("et-0/0/2.0", "aenet", **{"ae-bundle-name": "ae2.0"})
    answer = {"lacp-interface-information-list": [{"lacp-interface-information": [lacp]}]}
    found = joined(
        ("show lacp interfaces", json.dumps(answer)),
        interfaces(
            {"name": "et-0/0/1", "logical-interface": [bundled]},
            {"name": "et-0/0/2", "logical-interface": [alone]},
        ),
    )
    assert {(r.lag, r.interface, r.active, r.lacp) for r in found if isinstance(r, LagMember)} == {
        ("ae1", "et-0/0/1", False, True),
        ("ae2", "et-0/0/2", True, False),
    }


@pytest.mark.parametrize(("connection", "active"), [("Established", True), ("Not established", False)])
def test_shared_lag_needs_its_number(connection: str, active: bool) -> None:  # noqa: FBT001  a case
    """The state is shown, the number that both switches share is configured; a LAG without it is reported."""
    shown = (
        " Member Link                  : ae1\n"
        " Local Status                 : active\n"
        " Local State                  : up\n"
        "     Peer Ip/MCP/State        : 192.0.2.101 ae0.0 up\n"
        " Member Link                  : ae2\n"
        " Local Status                 : active\n"
        " Local State                  : up\n"
    )
    iccp = (
        "Redundancy Group Information for peer 192.0.2.101\n"
        f"  TCP Connection       : {connection}\n"
        "  Redundancy Group ID          Status\n"
        "    3                           Up\n"
    )
    config = (
        "set interfaces ae1 aggregated-ether-options lacp system-id 02:00:5e:aa:00:01\n"
        "set interfaces ae1 aggregated-ether-options mc-ae mc-ae-id 7\n"
        "set interfaces ae1 aggregated-ether-options mc-ae redundancy-group 3\n"
        "set multi-chassis multi-chassis-protection 192.0.2.101 interface ae0\n"
    )
    found = joined(
        ("show configuration | display set", config), ("show interfaces mc-ae", shown), ("show iccp", iccp)
    )
    assert [(r.number, r.interface, r.state) for r in found if isinstance(r, MlagPort)] == [
        ("7", "ae1", "up")
    ]
    assert [
        (r.domain, r.active, r.peer_link, r.peer_address, r.system)
        for r in found
        if isinstance(r, MlagDomain)
    ] == [("3", active, "ae0", ip_address("192.0.2.101"), "02:00:5e:aa:00:01")]
    assert [text for text, _ in lost(found)] == ["ae2"]


def test_instances_of_mstp_share_all_vlans() -> None:
    """Those mapped to an instance are its own, the common one has the rest; without a map none is known."""
    bridge = (
        "STP bridge parameters\nEnabled protocol : MSTP\nSTP bridge parameters for CIST\n"
        "  Root ID : 8192.02:00:5e:00:00:09\n    Bridge ID : 24576.02:00:5e:00:00:02\n"
        "STP bridge parameters for MSTI 1\n  MSTI regional root : 8193.02:00:5e:00:00:0b\n"
        "    Bridge ID : 24577.02:00:5e:00:00:02\n"
    )
    config = "set protocols mstp msti 1 vlan 110\nset protocols mstp msti 1 vlan 200-299\n"
    mapped = joined(("show spanning-tree bridge", bridge), ("show configuration | display set", config))
    assert {r.instance: vlan_text(r.vlans) for r in mapped if isinstance(r, StpInstance)} == {
        "MST0": "1-109,111-199,300-4094",
        "MST1": "110,200-299",
    }
    alone = joined(("show spanning-tree bridge", bridge))
    assert [r.vlans for r in alone if isinstance(r, StpInstance)] == [frozenset(), frozenset()]


def test_rstp_beside_vstp_has_the_other_vlans() -> None:
    """VLANs of more than the limit of VSTP run in the one instance of RSTP."""
    one = {"root": "02:00:5e:00:00:09", "bridge": "02:00:5e:00:00:02"}
    source = read("show vlans", VLAN_TABLE)[0].source
    instances = [
        StpInstance(source=source, instance=name, vlans=vlans, root_priority=0, bridge_priority=0, **one)  # type: ignore[arg-type]
        for name, vlans in (("MST0", vlan_ranges("all")), ("VLAN110", frozenset({VlanId(110)})))
    ]
    found = finish(tuple(instances))
    assert [vlan_text(r.vlans) for r in found if isinstance(r, StpInstance)] == ["1-109,111-4094", "110"]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (
            "show spanning-tree bridge",
            (
                "STP bridge parameters for VLAN 110\n  Root ID : 1.02:00:5e:00:00:09\n"
                "STP bridge parameters for a ring\n  Root ID : 2.02:00:5e:00:00:0a\n"
                "    Bridge ID : 3.02:00:5e:00:00:02\n"
            ),
        ),
        (
            "show spanning-tree interface",
            (
                "Spanning tree interface parameters for VLAN 110\n"
                "Spanning tree interface parameters for a ring\n"
                "ae1  128:3  128:3  4096.02005e000001  1000  FWD  ROOT\n"
            ),
        ),
        (
            "show lacp interfaces",
            (
                "Aggregated interface: ae1\nAggregated interface: the second\n"
                "      et-0/0/1   Current   Fast periodic Collecting distributing\n"
            ),
        ),
        (
            "show vrrp detail",
            (
                "Physical interface: irb, Unit: 110\nPhysical interface: irb, unit 120\n"
                "  Interface state: up, Group: 10, State: master, VRRP Mode: Active\n"
            ),
        ),
        (
            "show igmp snooping membership",
            "Vlan: users\nVlan: a b\nInterface: ae1.0, Groups: 1\n    Group: 239.1.1.1\n",
        ),
        (
            "show ethernet-switching interfaces",
            (
                "ge-0/0/1.0   up   default             untagged unblocked\n"
                "                  users        110    tagged   unblocked\n"
            ),
        ),
        ("show vlans detail", "VLAN Name: users\nVLAN Name: a b\nTag: 110\n    ae1.0*,tagged,trunk\n"),
        (
            "show interfaces",
            (
                "Physical interface: ge-0/0/1 is up\n  Description: x\n"
                "  Logical interface ge-0/0/1.0 (Index 1) (SNMP ifIndex 2)\n"
            ),
        ),
    ],
)
def test_lines_below_a_lost_title_belong_to_nobody(command: str, text: str) -> None:
    """What follows a title that is not understood is reported with it, and is not the row's above."""
    raw = Raw(device=DeviceName("sw"), platform="junos", command=command, file="f", text=text)
    rows = engine.read_answer(raw)
    assert not [r for r in rows.records if not isinstance(r, Port) or r.description]
    assert rows.unparsed


# --- shapes -----------------------------------------------------------------------------------------


def test_leaf_is_folded_wherever_it_stands() -> None:
    """With attributes, as one of several, with an empty value; a container keeps its list."""
    written = {
        "a": [{"data": "x", "attributes": {"junos:format": "y"}}],
        "b": [{"data": "1"}, {"data": "2"}],
        "c": [{"d": [{"data": [None]}]}],
        "e": [{}],
    }
    assert decoded(written) == {"a": "x", "b": ["1", "2"], "c": [{"d": [None]}], "e": [{}]}


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><vlan-information><vlan>&a;</vlan></vlan-information>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><vlan-information/>',
        "<vlan-information><vlan>",
        "<vlan-information>&undefined;</vlan-information>",
    ],
)
def test_xml_that_declares_or_breaks_is_refused(text: str) -> None:
    """No entity is ever expanded, and a broken text is one report."""
    with pytest.raises(ValueError, match="XML"):
        xmltree.decoded(text)
    raw = Raw(device=DeviceName("sw"), platform="junos", command="show vlans", file="f", text=text)
    rows = engine.read_answer(raw)
    assert not rows.records
    assert len(rows.unparsed) == 1


def test_xml_row_points_at_its_line() -> None:
    """Through the envelope, blank lines above it, and a list of rows."""
    text = "\n\n<rpc-reply>\n<a>\n<b>1</b>\n<b>\n2</b>\n</a>\n</rpc-reply>"
    tree, lines = xmltree.decoded(text)
    assert tree == {"a": {"b": ["1", "2"]}}
    assert (lines["a"], lines["a/b/0"], lines["a/b/1"]) == (4, 5, 6)


# --- a network --------------------------------------------------------------------------------------


def test_neighbour_that_names_its_port_by_index_is_linked(tmp_path: Path) -> None:
    """The default of Junos: the port id is the SNMP index, and the description is whatever somebody wrote."""

    def device(name: str, index: str, far: str, far_index: str) -> store.RawDevice:
        about = {
            "lldp-local-port-id": "ge-0/0/1",
            "lldp-remote-chassis-id": "02:00:5e:00:00:77",
            "lldp-remote-port-id": far_index,
            "lldp-remote-port-description": "to the other one",
            "lldp-remote-system-name": far,
        }
        lldp = {"lldp-neighbors-information": [{"lldp-neighbor-information": [about]}]}
        command, ports = interfaces(
            {
                "name": "ge-0/0/1",
                "snmp-index": index,
                "logical-interface": [
                    unit("ge-0/0/1.0", "inet", **{"interface-address": [{"ifa-local": "192.0.2.1"}]})
                ],
            }
        )
        return store.RawDevice(
            name=name,
            platform="junos",
            answers=(
                store.RawAnswer(command=command, text=ports),
                store.RawAnswer(command="show lldp neighbors", text=json.dumps(lldp)),
            ),
        )

    devices = [device("one", "526", "two", "531"), device("two", "531", "one", "526")]
    made = store.write(tmp_path / "capture", name="t", taken="", source="live", devices=devices)
    network, _ = build(engine.read_capture(made), name="t", digest=made.digest, devices=made.manifest.devices)
    assert [(str(link.a), str(link.b), link.confirmed) for link in network.links] == [
        ("one ge-0/0/1", "two ge-0/0/1", True)
    ]
    port = network.switches[0].port(InterfaceName("ge-0/0/1"))
    assert port is not None
    assert [str(address) for address in port.addresses] == ["192.0.2.1/32"]


def test_answer_with_a_comma_too_many_is_absent() -> None:
    """What 18.1 writes for "nothing" is no JSON; it is an answer and no failure."""
    text = '{\n  "evpn-instance-information" : [\n  {\n    "attributes" : {"x" : "y"}, \n  }\n  ]\n}\n'
    judged = judge(platforms.load("junos"), "show evpn instance extensive", text, is_json=True)
    assert judged.status is Status.ABSENT
