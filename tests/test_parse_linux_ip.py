"""Hold the readers of `ip -d addr show` to what a real kernel printed, and to damaged and hostile answers."""

from __future__ import annotations

import json
from ipaddress import ip_interface
from typing import Any

import pytest
from linux_answers import bare, host_text, of, read

from vlan2l3.parse.records import Bond, Port, PortAddress

JSON = "ip -j -d addr show"
TEXT = "ip -d address show"

DUMMY = {
    "ifname": "dummy0",
    "flags": ["UP", "LOWER_UP"],
    "link_type": "ether",
    "linkinfo": {"info_kind": "dummy"},
}


def head(number: int, name: str, rest: str = "mtu 1500 qdisc noqueue state UP") -> str:
    """Print the first two lines of an interface."""
    mac = f"    link/ether 02:00:00:00:00:{number:02x} brd ff:ff:ff:ff:ff:ff promiscuity 0"
    return f"{number}: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> {rest}\n{mac}\n"


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_every_interface_and_address_of_a_real_host_is_read(command: str) -> None:
    """The guard and the reader agree, and both forms give 22 interfaces."""
    rows = read(command, host_text(command))
    assert rows.unparsed == ()
    assert rows.expected == rows.parsed == len(of(rows, Port)) + len(of(rows, PortAddress))
    assert len(of(rows, Port)) == 22


def test_json_and_text_of_one_host_give_the_same_records() -> None:
    """Nothing depends on the form the answer came in."""
    assert sorted(bare(read(JSON, host_text(JSON)))) == sorted(bare(read(TEXT, host_text(TEXT))))


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_interfaces_are_sorted_by_what_they_are(command: str) -> None:
    """The kind comes from the driver, never from the name."""
    sorts = {port.name: port.sort for port in of(read(command, host_text(command)), Port)}
    assert {n: sorts[n] for n in ("lo", "bond0", "bond0.120", "br140", "dummy0", "tap0", "tun7", "vx1")} == {
        "lo": "loopback", "bond0": "bond", "bond0.120": "vlan", "br140": "bridge", "dummy0": "dummy",
        "tap0": "tap", "tun7": "tunnel", "vx1": "tunnel",
    }  # fmt: skip
    assert (sorts["mvt0"], sorts["mv0"], sorts["red"], sorts["ens1f0"]) == ("tap", "other", "other", "other")


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_vlan_interface_has_its_parent_and_its_tag(command: str) -> None:
    """A VLAN sub-interface names what is below it; nothing else does."""
    ports = {port.name: port for port in of(read(command, host_text(command)), Port)}
    assert (ports["bond0.120"].parent, ports["bond0.120"].vlan) == ("bond0", 120)
    assert [p.name for p in ports.values() if p.parent or p.vlan] == ["bond0.120"]
    assert ports["ens1f4"].description == "to the red side"
    assert (ports["tap0"].enabled, ports["tap0"].up, ports["mv0"].enabled) == (True, False, False)


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_burned_in_address_is_given_only_where_it_differs(command: str) -> None:
    """The second member of a bond wears the bond's address; its own one is kept."""
    ports = {port.name: port for port in of(read(command, host_text(command)), Port)}
    assert ports["ens1f0"].hardware is None
    assert ports["ens1f1"].mac == ports["bond0"].mac == ports["ens1f0"].mac
    assert ports["ens1f1"].hardware not in (None, ports["bond0"].mac)


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_bonds_are_read_with_members_active_member_and_partner(command: str) -> None:
    """LACP gives the partner's system id, active-backup gives the active member."""
    lacp, backup = of(read(command, host_text(command)), Bond)
    assert (lacp.name, lacp.mode, lacp.members, lacp.active) == (
        "bond0",
        "802.3ad",
        ("ens1f0", "ens1f1"),
        None,
    )
    assert lacp.partner is not None
    assert (backup.mode, backup.members, backup.active) == ("active-backup", ("ens1f2", "ens1f3"), "ens1f2")
    assert backup.partner is None


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_addresses_say_whether_they_are_secondary_leased_or_in_a_vrf(command: str) -> None:
    """A leased address is not permanent; one on a port of a VRF is in that VRF; a tunnel's stands alone."""
    found = {str(a.address): a for a in of(read(command, host_text(command)), PortAddress)}
    assert (found["10.1.20.11/24"].secondary, found["10.1.20.99/24"].secondary) == (False, True)
    assert (found["10.1.20.11/24"].permanent, found["10.9.9.9/24"].permanent) == (True, False)
    assert (found["192.0.2.2/30"].vrf, found["10.1.20.11/24"].vrf) == ("red", "default")
    assert found["172.30.0.1/32"].interface == "ipip1"


def test_lacp_partner_of_zeros_is_no_partner() -> None:
    """A bond that hears nobody has no partner, not a partner 00:00:00:00:00:00."""
    info = {
        "info_kind": "bond",
        "info_data": {"mode": "802.3ad", "ad_info": {"partner_mac": "00:00:00:00:00:00"}},
    }
    rows = read(JSON, json.dumps([{**DUMMY, "ifname": "bond0", "linkinfo": info}]))
    assert [bond.partner for bond in of(rows, Bond)] == [None]


HOSTILE = ["$(reboot)", "eth0;reboot", "../../etc", "", "eth0\nend", "`id`", "e" * 80]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_in_json_is_reported_with_its_addresses(name: str) -> None:
    """The interface and each of its addresses stand among the unparsed; the next interface is read."""
    address = {"family": "inet", "local": "10.0.0.1", "prefixlen": 24}
    rows = read(JSON, json.dumps([{**DUMMY, "ifname": name, "addr_info": [address]}, DUMMY]))
    assert [u.source.pointer for u in rows.unparsed] == ["0", "0/addr_info/0"]
    assert "is not an interface name" in rows.unparsed[0].reason
    assert (rows.expected, rows.parsed) == (3, 1)
    assert [p.name for p in of(rows, Port)] == ["dummy0"]


@pytest.mark.parametrize("name", ["$(reboot)", "eth0;reboot", "../../etc", "`id`"])
def test_hostile_name_in_text_is_reported_with_its_addresses(name: str) -> None:
    """The line of the interface and the line of its address are reported exactly."""
    text = (
        head(1, name)
        + "    inet 10.0.0.1/24 scope global\n"
        + head(2, "eth1")
        + "    inet 10.0.1.1/24 scope global eth1\n"
    )
    rows = read(TEXT, text)
    assert [u.source.line for u in rows.unparsed] == [1, 3]
    assert (rows.expected, rows.parsed) == (4, 2)
    assert [a.address for a in of(rows, PortAddress)] == [ip_interface("10.0.1.1/24")]


@pytest.mark.parametrize("command", [JSON, TEXT])
def test_bond_with_a_member_that_was_not_understood_is_refused(command: str) -> None:
    """A bond with a shortened list of members would look single-homed."""
    if command == JSON:
        bond = {
            **DUMMY,
            "ifname": "bond0",
            "linkinfo": {"info_kind": "bond", "info_data": {"mode": "802.3ad"}},
        }
        members: list[dict[str, Any]] = [{**DUMMY, "ifname": n, "master": "bond0"} for n in ("eth0", "eth;1")]
        text = json.dumps([*members, bond])
    else:
        rest = "mtu 1500 master bond0 state UP"
        text = (
            head(1, "eth0", rest)
            + head(2, "eth;1", rest)
            + head(3, "bond0")
            + "    bond mode 802.3ad miimon 100\n"
        )
    rows = read(command, text)
    assert of(rows, Bond) == []
    assert any(u.text == "bond0" and "member" in u.reason for u in rows.unparsed)
    assert [p.name for p in of(rows, Port)] == ["eth0", "bond0"]


def test_damaged_head_does_not_lend_its_addresses_to_the_interface_above() -> None:
    """An address behind a line that could be a head is refused, not given to the last good interface."""
    link = "    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff\n"
    text = head(1, "eth0") + "2: eth1: <BROADC\n" + link + "    inet 10.0.1.1/24 scope global eth1\n"
    rows = read(TEXT, text)
    assert of(rows, PortAddress) == []
    assert [u.source.line for u in rows.unparsed] == [3, 5]
    assert rows.expected > rows.parsed


def test_missing_head_is_noticed_by_the_second_link_address() -> None:
    """Two link addresses under one head mean that a head got lost between them."""
    text = head(1, "eth0") + head(2, "eth1").split("\n", 1)[1] + "    inet 10.0.1.1/24 scope global eth1\n"
    rows = read(TEXT, text)
    assert of(rows, PortAddress) == []
    assert [u.source.line for u in rows.unparsed] == [3, 4]


def test_unknown_kind_is_reported_and_never_called_hardware() -> None:
    """A driver nobody knows yet is not taken for a network card."""
    rows = read(TEXT, head(1, "new0") + "    quantumlink spin 1\n")
    assert [p.sort for p in of(rows, Port)] == ["other"]
    assert [u.source.line for u in rows.unparsed] == [3]


BROKEN = [
    "[",
    "{}",
    '"text"',
    "null",
    "[1, null, []]",
    "[" * 100_000,
    '[{"ifname": 1, "flags": []}]',
    "\x00",
    "[NaN]",
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_json_is_reported_and_never_raised(text: str) -> None:
    """Whatever comes instead of the list ends among the unparsed, and the guard is not met."""
    rows = read(JSON, text)
    assert rows.records == ()
    assert rows.unparsed
    assert rows.expected > rows.parsed == 0


def test_broken_json_points_at_the_line() -> None:
    """A cut-off answer names the line at which it breaks."""
    (unparsed,) = read(JSON, '[\n{"ifname": "eth0",\n').unparsed
    assert unparsed.source.line == 3


def test_bad_address_is_reported_and_its_neighbours_are_kept() -> None:
    """One bad address does not lose the interface or its other addresses."""
    good = {"family": "inet", "local": "10.0.0.1", "prefixlen": 24}
    bad = {"family": "inet", "local": "10.0.0.256", "prefixlen": 24}
    rows = read(JSON, json.dumps([{**DUMMY, "addr_info": [bad, good, {}]}]))
    assert [u.source.pointer for u in rows.unparsed] == ["0/addr_info/0"]
    assert (rows.expected, rows.parsed) == (3, 2)
    assert [str(a.address) for a in of(rows, PortAddress)] == ["10.0.0.1/24"]
