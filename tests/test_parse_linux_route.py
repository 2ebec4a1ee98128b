"""Hold the readers of routes and neighbours to a real kernel's answers, and to lines nobody printed."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linux_answers import bare, host_text, insert, of, read

from vlan2l3 import platforms
from vlan2l3.parse.raw import Rows
from vlan2l3.parse.records import Neighbor, Route

ROUTES = "ip -j route show table all"
ROUTES_TEXT = "ip route show table all"
NEIGHBORS = "ip -j neigh show"
NEIGHBORS_TEXT = "ip neigh show"


def routes(rows: Rows) -> list[tuple[str, str, list[str], int]]:
    """Give the routes in short: table, prefix, next hops, metric."""
    found = [r for r in rows.records if isinstance(r, Route)]
    return sorted((r.vrf, str(r.prefix), [f"{a or ''}%{d or ''}" for a, d in r.via], r.metric) for r in found)


def test_json_and_text_of_one_host_give_the_same_routes() -> None:
    """Nothing depends on the form; the guard agrees in both."""
    as_json, as_text = (read(c, host_text(c)) for c in (ROUTES, ROUTES_TEXT))
    assert routes(as_json) == routes(as_text)
    assert as_json.unparsed == as_text.unparsed == ()
    assert (as_json.expected, as_text.expected) == (as_json.parsed, as_text.parsed)
    assert len(routes(as_json)) == 20


def test_default_routes_have_the_family_they_are_of() -> None:
    """An IPv4 default through IPv6 next hops stays one of IPv4; a VRF's is not the host's."""
    found = [r for r in routes(read(ROUTES_TEXT, host_text(ROUTES_TEXT))) if r[1].endswith("/0")]
    assert found == [
        ("default", "0.0.0.0/0", ["%dummy0"], 9000),
        ("default", "0.0.0.0/0", ["fe80::1%bond1", "fe80::2%bond0.120"], 32),
        ("default", "::/0", ["2001:db8:120::1%bond0.120"], 1024),
        ("table:100", "0.0.0.0/0", ["192.0.2.1%ens1f4"], 0),
    ]


def test_route_keeps_protocol_and_source_address() -> None:
    """The address a route makes the host speak from is kept."""
    rows = read(ROUTES_TEXT, "default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.57 metric 100 \n")
    (route,) = rows.records
    assert isinstance(route, Route)
    assert (route.protocol, route.source_address, route.metric) == ("dhcp", ip_address("10.0.0.57"), 100)


@pytest.mark.parametrize(
    "line",
    [
        "local 10.0.0.1 dev lo table local",
        "broadcast 10.0.0.255 dev eth0",
        "blackhole 10.9.0.0/16",
        "ff00::/8 dev eth0 metric 256",
        "unreachable default dev lo table unspec metric 4294967295 error -101",
        "throw 30.142.64.0/26  table red",
    ],
)
def test_route_that_leads_nowhere_is_left_out_and_counted(line: str) -> None:
    """Only unicast routes become records; the others are understood, not lost."""
    rows = read(ROUTES_TEXT, line + "\n")
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 1, 1)


@pytest.mark.parametrize(("command", "expected"), [(ROUTES, None), ("ip -j -6 route show table all", "::/0")])
def test_default_route_of_no_known_family_is_refused(command: str, expected: str | None) -> None:
    """Without gateway, source, scope or preference the family is not guessed; `-6` tells it."""
    rows = read(command, json.dumps([{"dst": "default", "dev": "tun0", "metric": 5}]))
    assert [r[1] for r in routes(rows)] == ([expected] if expected else [])
    assert len(rows.unparsed) == (0 if expected else 1)


@pytest.mark.parametrize(
    "row",
    [
        {"dst": "10.0.0.1/24"},
        {"dst": "10.0.0.0/24", "dev": "eth0;id"},
        {"dst": "10.0.0.0/24", "gateway": "x"},
        {"dst": 5},
        {"dst": "10.0.0.0/24", "type": "teleport"},
        {"dst": "default", "from": "10.0.0.0/8", "gateway": "10.0.0.1"},
        [],
        "x",
        None,
    ],
)
def test_bad_route_in_json_is_reported_and_the_next_is_kept(row: Any) -> None:
    """A route of some packets only, a hostile name, a broken address: each is one unparsed row."""
    rows = read(ROUTES, json.dumps([row, {"dst": "10.1.0.0/16", "gateway": "10.0.0.1", "dev": "eth0"}]))
    assert [u.source.pointer for u in rows.unparsed] == ["0"]
    assert (rows.expected, rows.parsed) == (2, 1)
    assert routes(rows) == [("default", "10.1.0.0/16", ["10.0.0.1%eth0"], 0)]


def test_next_hop_behind_a_damaged_route_is_not_given_to_the_one_above() -> None:
    """The hops of a route that was not understood are refused with it."""
    hops = [f"\tnexthop via 10.0.0.{n} dev eth{n} weight 1" for n in (1, 2, 3)]
    lines = ["default proto bgp metric 20 ", *hops[:2], "10.9.0.0/16 pro#to bgp", hops[2]]
    rows = read(ROUTES_TEXT, "\n".join(lines) + "\n")
    assert [u.source.line for u in rows.unparsed] == [4, 5]
    assert routes(rows) == [("default", "0.0.0.0/0", ["10.0.0.1%eth1", "10.0.0.2%eth2"], 20)]


def test_json_and_text_of_one_host_give_the_same_neighbours() -> None:
    """Somebody who did not answer has no address, in both forms."""
    for command in (NEIGHBORS, NEIGHBORS_TEXT):
        rows = read(command, host_text(command))
        assert (rows.unparsed, rows.expected, rows.parsed) == ((), 3, 3)
        assert [(str(n.address), n.mac, n.state) for n in of(rows, Neighbor)] == [
            ("10.1.20.77", "02:00:00:00:00:77", "PERMANENT"),
            ("10.1.20.200", None, "FAILED"),
            ("2001:db8:120::44", None, "FAILED"),
        ]


@pytest.mark.parametrize(
    ("line", "mac"),
    [
        ("10.0.0.9 dev eth0 lladdr 02:00:00:00:00:09 FAILED", None),
        ("10.0.0.9 dev eth0  INCOMPLETE", None),
        ("10.0.0.9 dev gre0 lladdr 192.0.2.1 PERMANENT", None),
        ("10.0.0.9 dev lo lladdr 00:00:00:00:00:00 NOARP", None),
        ("fe80::1 dev eth0 lladdr 02:00:00:00:00:09 router STALE", "02:00:00:00:00:09"),
        ("10.0.0.9 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT proto zebra ", "02:00:00:00:00:09"),
    ],
)
def test_neighbour_has_an_address_only_when_it_answered(line: str, mac: str | None) -> None:
    """A failed entry keeps a stale address in some kernels; zeros and tunnel ends are no stations."""
    (neighbor,) = read(NEIGHBORS_TEXT, line + "\n").records
    assert isinstance(neighbor, Neighbor)
    assert neighbor.mac == mac


def test_multicast_neighbour_is_left_out_and_counted() -> None:
    """An entry for a group is nobody's address."""
    rows = read(NEIGHBORS_TEXT, "ff02::16 dev br0 lladdr 33:33:00:00:00:16 NOARP\n")
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 1, 1)


GARBAGE = st.characters(exclude_characters="\n\r", exclude_categories=("Cs",))


@settings(max_examples=150, deadline=None)
@given(words=st.text(GARBAGE, max_size=30), at=st.integers(0, 60))
@pytest.mark.parametrize("command", [ROUTES_TEXT, NEIGHBORS_TEXT])
def test_garbled_line_is_reported_alone_and_costs_no_row(command: str, words: str, at: int) -> None:
    """Wherever a line of garbage stands, it is the only thing lost."""
    clean = read(command, host_text(command))
    text, number = insert(host_text(command), f"#{words}", at)
    rows = read(command, text)
    assert [u.source.line for u in rows.unparsed] == [number]
    assert bare(rows) == bare(clean)
    assert (rows.expected, rows.parsed) == (clean.expected + 1, clean.parsed)


KEYS = (
    "dst dev gateway via nexthops lladdr state type ifname flags mac vlans addr_info lldp interface name"
    " linkinfo info_kind info_data master"
)
JSON_COMMANDS = [c.command for c in platforms.load("linux").commands if c.format == "json"]
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["eth0", "10.0.0.1", "bond", "", "$(id)"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4)
    ),
)


@settings(max_examples=100, deadline=None)
@given(data=VALUES)
@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_no_json_raises_or_goes_unnoticed(command: str, data: Any) -> None:
    """Any JSON in place of an answer is read, left out or reported."""
    rows = read(command, json.dumps(data))
    assert rows.parsed + len(rows.unparsed) >= rows.expected
    assert rows.unparsed or rows.expected == rows.parsed
