"""Join what the commands of one NX-OS switch say, as the samples of one vPC pair tell it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from itertools import permutations
from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import ROOT
from vlan2l3 import platforms
from vlan2l3.names import DeviceName, vlan_ranges
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import nxos
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    AclBinding,
    DhcpRelay,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
)

R = TypeVar("R")
SAMPLES = ROOT / "fixtures/samples/nxos"
PROMPT = re.compile(r"^\S+# (?P<typed>show .*?) *$", re.MULTILINE)
TYPED = {  # what people type, and what it stands for
    "show cdp nei det": "show cdp neighbors detail",
    "show lldp nei det": "show lldp neighbors detail",
    "show interface": "show interface",
    "show run int": "show running-config",
}

pytestmark = pytest.mark.checkout


def read(command: str, text: str) -> Rows:
    """Read one answer of the switch."""
    file = f"device/{platforms.slug(command)}"
    return engine.read_answer(
        Raw(device=DeviceName("device"), platform="nxos", command=command, file=file, text=text)
    )


def sample(command: str, name: str) -> tuple[Record, ...]:
    """Read one sample as the switch's answer."""
    return read(command, (SAMPLES / platforms.slug(command) / name).read_text()).records


def joined(*answers: tuple[str, str]) -> tuple[Record, ...]:
    """Join some answers, given as command and name of the sample."""
    return nxos.finish(tuple(record for answer in answers for record in sample(*answer)))


def of(records: tuple[Record, ...], kind: type[R]) -> list[R]:
    """Give the records of one kind."""
    return [record for record in records if isinstance(record, kind)]


VPC = (("show vpc", "text.txt"), ("show vpc role", "text.txt"), ("show vpc peer-keepalive", "text.txt"))


@pytest.mark.parametrize("answers", tuple(permutations(VPC)))
def test_three_commands_make_one_domain_in_any_order(answers: tuple[tuple[str, str], ...]) -> None:
    """Domain and peer-link, the addresses of the pair, the way to the peer: each from another command."""
    (domain,) = of(joined(*answers), MlagDomain)
    assert (domain.domain, domain.active, domain.role, domain.peer_link) == (
        "21",
        True,
        "primary",
        "port-channel1",
    )
    assert (domain.system, domain.peer) == ("00:23:04:ee:be:15", "00:de:fb:21:2b:08")
    assert domain.peer_address == ip_address("192.0.2.22")


@pytest.mark.parametrize("form", ["native.json", "plain-of-one-row.json", "text.txt"])
def test_every_form_of_show_vpc_takes_the_rest_in(form: str) -> None:
    """A pair can be captured in one form on one switch and in another on the next."""
    (domain,) = of(joined(("show vpc role", "native.json"), ("show vpc", form)), MlagDomain)
    assert (domain.domain, domain.peer_link, domain.peer) == ("21", "port-channel1", "00:de:fb:21:1b:08")


def test_member_knows_its_partner_and_works_as_its_channel_says() -> None:
    """`show lacp neighbor` has the partner, `show port-channel summary` who takes part."""
    records = joined(("show lacp neighbor", "text.txt"), ("show port-channel summary", "text.txt"))
    members = {member.interface: member for member in of(records, LagMember)}
    assert (members["Ethernet1/1"].active, members["Ethernet1/1"].partner) == (True, "52:54:00:21:00:11")
    assert (members["Ethernet1/2"].active, members["Ethernet1/2"].partner) == (False, "00:de:fb:12:00:55")
    assert (members["Ethernet1/53"].active, members["Ethernet1/53"].partner) == (True, None)


def test_addresses_learned_over_the_peer_link_are_on_the_peer_link() -> None:
    """The table calls it `vPC Peer-Link`, every other answer by its name."""
    table = ("show mac address-table", "text-with-every-flag.txt")
    over = [e for e in of(joined(table, ("show vpc", "text.txt")), MacEntry) if e.origin == "peer"]
    assert [(e.mac, e.interface) for e in over] == [("52:54:00:21:00:12", "port-channel1")]
    alone = [e.interface for e in of(joined(table), MacEntry) if e.origin == "peer"]
    assert alone == ["vPC Peer-Link"]


@pytest.mark.parametrize("way", [1, -1])
def test_the_command_that_knows_vrfs_gives_the_vrf(way: int) -> None:
    """`show interface` shows the address of a customer's VRF as any other."""
    answers = [("show interface", "native.json"), ("show ip interface vrf all", "native.json")]
    found = of(joined(*answers[::way]), PortAddress)
    assert [(a.vrf, a.secondary) for a in found if str(a.address) == "10.2.10.2/24"] == [("CUST", False)]


def test_configuration_and_live_tables_give_each_fact_once() -> None:
    """One relay with all servers, one binding a filter, one vPC with its state."""
    records = joined(
        ("show running-config", "vpc-leaf.txt"),
        ("show ip dhcp relay address", "native.json"),
        ("show access-lists summary", "text.txt"),
        ("show ip interface vrf all", "text.txt"),
        ("show vpc", "text.txt"),
    )
    relays = [(r.interface, [str(s) for s in r.servers]) for r in of(records, DhcpRelay)]
    assert relays == [("Vlan210", ["10.20.0.5", "10.20.0.6"])]
    bindings = sorted((b.interface, b.acl, b.direction) for b in of(records, AclBinding))
    assert bindings == [
        ("Ethernet101/1/1", "NO-LACP", "in"),
        ("Vlan210", "WEB-IN", "in"),
        ("Vlan220", "WEB-IN", "out"),
    ]
    assert [(p.number, p.state) for p in of(records, MlagPort)] == [("11", "up"), ("12", "down")]


@pytest.mark.parametrize("way", [1, -1])
def test_root_alone_never_beats_the_whole_instance(way: int) -> None:
    """`show spanning-tree root` does not know the switch's own bridge where that is not the root."""
    answers = [("show spanning-tree root", "text.txt"), ("show spanning-tree detail", "rapid-pvst.txt")]
    found = of(joined(*answers[::way]), StpInstance)
    assert {i.instance: i.bridge for i in found} == {
        "VLAN0210": "00:23:04:ee:be:15",
        "VLAN0220": "00:23:04:ee:be:15",
    }


def test_instance_takes_its_vlans_from_the_command_that_maps_them() -> None:
    """The detailed form has no VLANs for an MST instance; `mst detail` has them, under another name."""
    records = joined(
        ("show spanning-tree detail", "mst-cut-at-80.txt"), ("show spanning-tree detail", "mst-detail.txt")
    )
    vlans = {i.instance: i.vlans for i in of(records, StpInstance)}
    assert vlans == {"MST0000": vlan_ranges("1-199,231-4094"), "MST0001": vlan_ranges("200-210,220-230")}
    ports = [(p.instance, p.interface) for p in of(records, StpPort)]
    assert len(ports) == len(set(ports)) == 3


def test_neighbour_that_lldp_names_is_not_heard_twice() -> None:
    """CDP adds those that LLDP does not hear."""
    near = of(
        joined(("show lldp neighbors detail", "text.txt"), ("show cdp neighbors detail", "text.txt")),
        LldpNeighbor,
    )
    assert [(n.protocol, n.interface) for n in near] == [
        ("lldp", "Ethernet1/53"),
        ("lldp", "Ethernet1/1"),
        ("cdp", "Ethernet1/55"),
        ("cdp", "Ethernet101/1/1"),
    ]
    again = LldpNeighbor(source=near[0].source, interface=near[0].interface, chassis="core1", system="CORE1",
                         port="Ethernet49/1", protocol="cdp")  # fmt: skip
    assert nxos.finish((*near, again)) == tuple(near)


def test_terminal_transcripts_are_read_command_by_command(real_outputs: Path) -> None:
    """Two real switches, typed and pasted: every line of every known command is understood."""
    count = 0
    for file in sorted((real_outputs / "n2g/SAMPLE_CDP_LLDP_2/cisco_nxos").glob("*.txt")):
        text = file.read_text()
        prompts = list(PROMPT.finditer(text))
        ends = [*(p.start() for p in prompts[1:]), len(text)]
        for prompt, end in zip(prompts, ends, strict=True):
            command = TYPED.get(prompt["typed"])
            if command:
                rows = read(command, text[prompt.end() : end])
                assert (rows.unparsed, rows.expected) == ((), rows.parsed), f"{file.name}: {command}"
                count += len(rows.records)
    assert count > 20
