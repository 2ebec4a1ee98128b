"""Which host moves: one of which all is known that the undo needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from doctored import doctored, reasons_to_stay
from terminal import DEMO, INTENT, Shown, type_

INTERFACES = "web-03/cat_etc_network_interfaces.txt"
ADDRESSES = "web-03/ip_-j_-d_addr_show.json"
ROUTES = ("web-03/ip_-j_-6_route_show_table_all.json", "web-03/ip_-j_route_show_table_all.json")
UNITS = "web-03/systemctl_list-units_--type_service_--state_running_--no-legend_--plain.txt"
SOCKETS = "web-03/ss_-lntupH.txt"
LEAF = "leaf-r12b/show_running-config.txt"
PORT = "interface Ethernet1\n"
DEFAULT6 = (
    '{"dst":"default","gateway":"2001:db8:110::1","dev":"bond0","metric":1024,'
    '"flags":["onlink"],"pref":"medium"},'
)


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\u202egnp", "\ta"])
def test_a_port_whose_configuration_cannot_be_typed_keeps_its_host(tmp_path: Path, hidden: str) -> None:
    """Such a line has no undo; the reason names the port."""
    capture = doctored(tmp_path, (LEAF, PORT, f"{PORT}   description web-03 {hidden}\n"))
    (reason,) = reasons_to_stay(capture, tmp_path / "out", "web-03")
    assert reason.startswith("the configuration of leaf-r12b Ethernet1 holds what can't be typed")


def test_two_blanks_in_a_description_are_no_reason_to_stay(tmp_path: Path) -> None:
    """People align text with blanks; the undo gives them back."""
    capture = doctored(tmp_path, (LEAF, PORT, f"{PORT}   description web-03  rack 12   $(reboot)\n"))
    assert reasons_to_stay(capture, tmp_path / "out", "web-03") == []
    undo = next((tmp_path / "out/r12").rglob("*leaf-r12b-port-routed-web-03.undo.cfg")).read_text()
    assert "   description web-03  rack 12   $(reboot)\n" in undo


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"])
def test_what_ends_a_line_in_python_alone_is_a_blank(tmp_path: Path, end: str) -> None:
    """What a switch and ifupdown read as one line must not become two."""
    capture = doctored(
        tmp_path,
        (LEAF, PORT, f"{PORT}   description web-03 {end}   shutdown\n"),
        (INTERFACES, "auto lo\n", f"# note {end}auto evil\nauto lo\n"),
    )
    assert reasons_to_stay(capture, tmp_path / "out", "web-03") == []
    texts = {path: path.read_text() for path in (tmp_path / "out/r12").rglob("*") if path.is_file()}
    (undo,) = [t for p, t in texts.items() if p.name.endswith("leaf-r12b-port-routed-web-03.undo.cfg")]
    assert "   description web-03     shutdown\n" in undo
    written = [t for p, t in texts.items() if p.name == "interfaces" and "web-03" in p.parts]
    assert len(written) == 3
    assert all("# note  auto evil\n" in text for text in written)


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\u202egnp"])
def test_a_host_whose_files_hold_what_is_not_shown_stays(tmp_path: Path, hidden: str) -> None:
    """Nobody can review what isn't shown."""
    capture = doctored(tmp_path, (INTERFACES, "auto lo\n", f"# note {hidden}\nauto lo\n"))
    (reason,) = reasons_to_stay(capture, tmp_path / "out", "web-03")
    assert reason.startswith("`/etc/network/interfaces` line 6 holds characters that aren't shown")


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        (
            UNITS,
            "frr.service                      loaded active running FRRouting\n",
            "frr.service runs on it",
        ),
        (UNITS, "bird.service                     loaded active running BIRD\n", "bird.service runs on it"),
        (
            SOCKETS,
            'tcp   LISTEN 0      8            [::]:179       [::]:*    users:(("gobgpd",pid=9,fd=6))\n',
            "gobgpd listens on tcp/179",
        ),
        (
            SOCKETS,
            "tcp   LISTEN 0      8         127.0.0.1:179    0.0.0.0:*\n",
            "something listens on tcp/179",
        ),
    ],
)
def test_a_host_that_routes_already_stays(tmp_path: Path, file: str, line: str, said: str) -> None:
    """Another daemon's configuration, port and routes are not the plan's to take."""
    first = (DEMO / file).read_text().splitlines(keepends=True)[0]
    capture = doctored(tmp_path, (file, first, line + first))
    (reason,) = reasons_to_stay(capture, tmp_path / "out", "web-03")
    assert reason.startswith(said)


def test_a_family_without_a_default_route_keeps_the_host_and_not_the_rack(tmp_path: Path) -> None:
    """What can't be reached today can't be shown to stay reachable."""
    capture = doctored(tmp_path, *((file, DEFAULT6, "") for file in ROUTES))
    (reason,) = reasons_to_stay(capture, tmp_path / "out", "web-03")
    assert "no IPv6 default route" in reason


def test_a_second_address_of_one_subnet_moves_with_the_first(tmp_path: Path) -> None:
    """Both share the default route, which goes once."""
    first = '{"family":"inet","local":"10.1.10.13","prefixlen":24'
    text = f'{first.replace("10.13", "10.113")},"scope":"global","label":"bond0"}},{first}'
    capture = doctored(
        tmp_path,
        (ADDRESSES, first, text),
        (INTERFACES, "    gateway 10.1.10.1\n", "    gateway 10.1.10.1\n    address 10.1.10.113/24\n"),
    )
    assert reasons_to_stay(capture, tmp_path / "out", "web-03") == []
    plan = json.loads((tmp_path / "out/r12/plan.json").read_text())
    (moving,) = [host for host in plan["hosts"] if host["name"] == "web-03"]
    assert {"10.1.10.13/32", "10.1.10.113/32", "2001:db8:110::13/128"} == set(moving["addresses"])


def test_an_acl_on_the_gateway_keeps_the_host(tmp_path: Path) -> None:
    """A moved host would pass beside it; every ping check would be green all the same."""
    svi = "interface Vlan110\n"
    change = ("core1/show_running-config.txt", svi, f"{svi}   ip access-group WEB out\n")
    (reason,) = reasons_to_stay(doctored(tmp_path, change), tmp_path / "out", "web-03")
    assert reason.startswith("vlan110 is filtered by ACL WEB (out) on core1 Vlan110")


def test_a_route_of_a_switch_to_the_address_keeps_the_host(tmp_path: Path) -> None:
    """It beats the subnet and the fabric's /32 alike, and nobody takes it back when the host moves."""
    svi = "interface Vlan110\n"
    change = ("core1/show_running-config.txt", svi, f"ip route 10.1.10.13/32 10.1.20.9\n!\n{svi}")
    (reason,) = reasons_to_stay(doctored(tmp_path, change), tmp_path / "out", "web-03")
    assert reason == "core1 has a route of its own to 10.1.10.13/32, which 10.1.10.13 is in"


def test_a_default_route_that_bgp_would_beat_keeps_the_host(tmp_path: Path) -> None:
    """With a worse metric than BGP's the host would change planes as soon as BGP is up."""
    worse = DEFAULT6.replace('"metric":1024', '"metric":4096')
    capture = doctored(tmp_path, *((file, DEFAULT6, worse) for file in ROUTES))
    reasons = reasons_to_stay(capture, tmp_path / "out", "web-03")
    assert "its default route has metric 4096; BGP's, 2048, would win too early" in reasons


def chosen(tmp_path: Path, *members: str) -> Path:
    """Write an intent that gives these hosts FRR."""
    path = tmp_path / "vlan2l3.toml"
    path.write_text(f'{INTENT.read_text()}\n[[daemon]]\nname = "frr"\nmembers = {list(members)}\n')
    return path


def plan(tmp_path: Path, intent: Path) -> Shown:
    """Plan rack r12 of the demo with another intent."""
    where = ("--capture", str(DEMO), "--intent", str(intent), "--out", str(tmp_path / "out"))
    return type_("plan", "--rack", "r12", *where)


def test_a_host_gets_the_daemon_people_chose_and_the_others_keep_theirs(tmp_path: Path) -> None:
    """Its files, what is installed, and what is looked at are FRR's."""
    shown = plan(tmp_path, chosen(tmp_path, "web-0[5]"))
    assert shown.code == 0, shown.stderr
    hosts = tmp_path / "out/r12/hosts"
    assert (hosts / "web-05/etc/frr/frr.conf").is_file()
    assert not (hosts / "web-05/etc/bird").exists()
    assert (hosts / "web-03/etc/bird/bird.conf").is_file()
    ready = next((tmp_path / "out/r12/steps").glob("*-web-05-ready.md")).read_text()
    assert "apt-get install -y frr nftables" in ready
    routed = next((tmp_path / "out/r12/steps").glob("*-web-05-routed.md")).read_text()
    assert "vtysh -c 'show bgp summary'" in routed
    assert "birdc" not in routed


def test_a_host_that_frr_cannot_follow_stays_and_says_what_it_has(tmp_path: Path) -> None:
    """db-02 has an address in a subnet that its default route doesn't use."""
    plan(tmp_path, chosen(tmp_path, "db-02"))
    stays = json.loads((tmp_path / "out/r12/plan.json").read_text())["stays"]
    (reasons,) = [stay["reasons"] for stay in stays if stay["name"] == "db-02"]
    assert any("and no default route there: between the end of a connected subnet" in why for why in reasons)


def test_a_daemon_for_nobody_is_refused(tmp_path: Path) -> None:
    """A name with a fault in it would give the host the other daemon."""
    shown = plan(tmp_path, chosen(tmp_path, "web-05", "wbe-*"))
    assert shown.code == 2
    assert "`daemon[2]` names wbe-*, which fits no host of the capture" in shown.stderr
