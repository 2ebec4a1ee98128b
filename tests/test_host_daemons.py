"""A host's emitted files, run by the daemons of each release against real FRR leafs: one form for all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import targets
from daemons import (
    BIRDS,
    FOREIGN,
    FRRS,
    OUTSIDE4,
    OUTSIDE6,
    Machine,
    Release,
    cable,
    core_config,
    hops,
    leaf_config,
    machines,
    pinging,
    routes,
    start_daemons,
    start_router,
    tell,
    until,
)
from terminal import ROOT

from vlan2l3 import platforms
from vlan2l3.design.target import HostTarget
from vlan2l3.render import host as rendered

pytestmark = pytest.mark.releases
PAIRS = [
    *((bird, FRRS[0]) for bird in BIRDS),
    (BIRDS[0], FRRS[1]),
    *((FRRS[0], frr) for frr in FRRS),
    (FRRS[1], FRRS[0]),
]
LEAFS = {"leaf-a": 4200000011, "leaf-b": 4200000012}
LEGS = {"leaf-a": "ens1f0", "leaf-b": "ens1f1"}
OWN4, OWN6 = "10.1.10.13/32", "2001:db8:110::13/128"
IP4, IP6 = OWN4.partition("/")[0], OWN6.partition("/")[0]


@pytest.mark.parametrize("bird", BIRDS, ids=lambda release: release.name)
def test_every_configuration_is_accepted_by_every_release(bird: Release) -> None:
    """Of the demo's hosts, of both stages; a wrong word is refused."""
    files = sorted((ROOT / "plans").rglob("bird.conf"))
    assert len(files) > 20
    check = (*bird.program("/usr/sbin/bird"), "-p", "-c")
    for path in files:
        done = subprocess.run([*check, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{path}: {done.stderr}"


@pytest.mark.parametrize("frr", FRRS, ids=lambda release: release.name)
def test_every_frr_configuration_is_accepted_by_every_release(frr: Release, tmp_path: Path) -> None:
    """Of hosts of both distributions, of both stages and with one family or two; a wrong word is refused."""
    check = (*frr.program("/usr/bin/vtysh"), "-C", "-f")
    for number, moving in enumerate(
        targets.host(daemon="frr", distribution=name, addresses=addresses)
        for name in ("debian 12", "debian 13")
        for addresses in ((), (targets.kept("10.1.10.13/24"),), (targets.kept("2001:db8:110::13/64"),))
    ):
        for name, text in rendered.files(moving).items():
            if not name.endswith("frr.conf"):
                continue
            path = tmp_path / f"{number}-{name.replace('/', '-')}"
            path.write_text(text)
            done = subprocess.run([*check, str(path)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{path}: {done.stdout}{done.stderr}"
    path.write_text(text.replace("multipath-relax", "multipath-whatever"))
    assert subprocess.run([*check, str(path)], capture_output=True, check=False).returncode != 0


@dataclass(kw_only=True)
class Rack:
    """Hold a host with its two leafs and the outside, and which release each runs."""

    host: Machine
    core: Machine
    leafs: dict[str, Machine]
    own: Release
    frr: Release
    moving: HostTarget

    def speak(self) -> None:
        """Start the host's daemon on its emitted file."""
        if self.moving.daemon == "bird":
            self.host.start(*self.own.program("/usr/sbin/bird"), "-f", "-c", "/run/bird.conf")
        else:
            start_daemons(self.host, self.own)
            self.host.run(*self.own.program("/usr/bin/vtysh"), "-f", "/run/frr.conf")

    @property
    def protocol(self) -> str:
        """Give what the kernel calls the daemon's routes."""
        return platforms.daemon(self.moving.daemon).protocol

    def whole(self) -> bool:
        """Tell whether both families leave by both links, and come back by both leafs."""
        back = hops(self.core, 4, OWN4), hops(self.core, 6, OWN6)
        away = hops(self.host, 4), hops(self.host, 6)
        return away == (set(LEGS.values()),) * 2 and back == ({"down0", "down1"},) * 2

    def kernel(self) -> list[tuple[dict[str, str], list[str]]]:
        """Give the host's default route of each family, but for the numbers zebra gives next hops."""
        found = [route for family in (4, 6) for route in routes(self.host, family)]
        ways = [sorted(map(str, route.pop("nexthops", ()))) for route in found]
        return [({k: v for k, v in r.items() if k != "nhid"}, w) for r, w in zip(found, ways, strict=True)]

    def sessions(self) -> list[int]:
        """Count, for each leaf, how often a session with the host came up."""
        said = (tell(leaf, self.frr, "show bgp neighbors swp1 json") for leaf in self.leafs.values())
        return [json.loads(text)["swp1"]["connectionsEstablished"] for text in said]


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0].name} host, {pair[1].name} leafs")
def rack(request: pytest.FixtureRequest) -> Iterator[Rack]:
    """Boot the rack from the emitted files alone."""
    own, frr = request.param
    daemon = "bird" if own in BIRDS else "frr"
    release = "debian 13" if own.codename else "debian 12"
    moving = targets.host(daemon=daemon, distribution=release)
    texts = rendered.files(moving)
    with machines("host", "core", *LEAFS) as (host, core, *leafs):
        named = dict(zip(LEAFS, leafs, strict=True))
        for index, (name, leaf) in enumerate(named.items()):
            cable(host, LEGS[name], leaf, "swp1")
            cable(core, f"down{index}", leaf, "up")
        for address in (f"{OUTSIDE4}/32", f"{OUTSIDE6}/128"):
            core.run("ip", "address", "add", address, "dev", "lo")
        host.run("ip", "link", "add", "dev", "dummy0", "type", "ifb")
        host.run("ip", "link", "set", "dev", "dummy0", "up")
        for prefix in (OWN4, OWN6):
            host.run("ip", "address", "add", prefix, "dev", "dummy0")
        inside = Path(f"/proc/{host.process.pid}/root/run")
        inside.joinpath(f"{daemon}.conf").write_text(texts[f"etc/{daemon}/{daemon}.conf"])
        inside.joinpath("sysctl.conf").write_text(texts["etc/sysctl.d/90-vlan2l3.conf"])
        inside.joinpath("fabric.nft").write_text(texts["etc/vlan2l3/fabric.nft"])
        host.run("sysctl", "-q", "-e", "-p", "/run/sysctl.conf")  # -e: there is no bond here
        host.run("nft", "-f", "/run/fabric.nft")
        for name, leaf in named.items():
            start_router(leaf, frr, leaf_config(LEAFS[name], moving.asn, (OWN4, OWN6)))
        start_router(core, frr, core_config(4200009001))
        made = Rack(host=host, core=core, leafs=named, own=own, frr=frr, moving=moving)
        made.speak()
        until(made.whole, "two next hops of both families")
        yield made


def test_the_host_leaves_by_both_links_from_its_own_address(rack: Rack) -> None:
    """ECMP of both families, and the preferred source of the dummy."""
    for family, source in ((4, IP4), (6, IP6)):
        (route,) = [r for r in routes(rack.host, family) if r.get("protocol") == rack.protocol]
        assert route["prefsrc"] == source
        assert route["metric"] == (2048 if rack.protocol == "bird" else 20)
        assert {way["dev"] for way in route["nexthops"]} == set(LEGS.values())
    ways = [way for route in routes(rack.host, 4) for way in route["nexthops"]]
    # Before 9.0 zebra writes an IPv6 next hop as this address, with an ARP entry of its own.
    through = {way["via"]["family"] if "via" in way else way["gateway"] for way in ways}
    assert through == ({"169.254.0.1"} if rack.own is FRRS[0] else {"inet6"})


def test_the_leaf_has_exactly_the_planned_prefixes(rack: Rack) -> None:
    """And the host none but the defaults, whatever the leaf offers."""
    for leaf in rack.leafs.values():
        for family, own in (("ipv4", OWN4), ("ipv6", OWN6)):
            said = tell(leaf, rack.frr, f"show bgp {family} unicast neighbors swp1 routes json")
            assert set(re.findall(r'"([0-9a-f:.]+/\d+)":\s*\[', said)) == {own}
        offered = tell(leaf, rack.frr, "show bgp ipv4 unicast neighbors swp1 advertised-routes json")
        assert FOREIGN in offered
    assert routes(rack.host, 4, FOREIGN) == []


def test_packets_go_both_ways(rack: Rack) -> None:
    """From the host to outside, and from there to the host's addresses."""
    for here, there in ((IP4, OUTSIDE4), (IP6, OUTSIDE6)):
        rack.host.run("ping", "-q", "-c", "3", "-i", "0.05", "-W", "1", "-I", here, there)
        rack.core.run("ping", "-q", "-c", "3", "-i", "0.05", "-W", "1", "-I", there, here)


DIAL = "import socket, sys; socket.create_connection((sys.argv[1], 179), 2)"


def test_only_the_leafs_may_speak_bgp_to_it(rack: Rack) -> None:
    """From outside nobody reaches the port, which would be open without the filter; a ping still does."""
    done = subprocess.run(
        rack.core.inside(sys.executable, "-c", DIAL, IP6), capture_output=True, text=True, check=False
    )
    assert "TimeoutError" in done.stderr
    rack.host.run("nft", "delete", "table", "inet", "vlan2l3")
    try:
        rack.core.run(sys.executable, "-c", DIAL, IP6)
    finally:
        rack.host.run("nft", "-f", "/run/fabric.nft")
    rack.host.run("nft", "-f", "/run/fabric.nft")  # twice is once
    assert rack.host.run("nft", "list", "table", "inet", "vlan2l3").count("chain input") == 1
    assert rack.whole()


def test_an_address_left_on_a_link_is_not_spoken_from(rack: Rack) -> None:
    """While both worlds coexist the old interface keeps one: sessions and the source stay."""
    rack.host.run("ip", "address", "add", "10.99.99.99/24", "dev", LEGS["leaf-a"])
    try:
        (way,) = routes_to(rack.host, OUTSIDE4)
        assert way["prefsrc"] == IP4
        assert rack.whole()
    finally:
        rack.host.run("ip", "address", "delete", "10.99.99.99/24", "dev", LEGS["leaf-a"])


def routes_to(machine: Machine, target: str) -> list[dict[str, str]]:
    """Ask the kernel how it would send a packet."""
    found = json.loads(machine.run("ip", "-j", "route", "get", target))
    assert isinstance(found, list)
    return found


def test_a_leaf_that_drains_loses_nothing(rack: Rack) -> None:
    """It announces graceful shutdown; the host turns to the other one while both still carry packets."""
    name, leaf = next(iter(rack.leafs.items()))
    asn = LEAFS[name]
    other = {LEGS[n] for n in LEAFS if n != name}
    with pinging(rack.host, OUTSIDE4, IP4) as lost4, pinging(rack.host, OUTSIDE6, IP6) as lost6:
        tell(leaf, rack.frr, "configure terminal", f"router bgp {asn}", "bgp graceful-shutdown")
        until(lambda: hops(rack.host, 4) == other and hops(rack.host, 6) == other, "the other leaf alone")
        tell(leaf, rack.frr, "configure terminal", f"router bgp {asn}", "no bgp graceful-shutdown")
        until(rack.whole, "both leafs again")
    assert (lost4(), lost6()) == (0, 0)


def test_a_link_that_goes_down_costs_less_than_a_second(rack: Rack) -> None:
    """Carrier is acted on at once, and the link comes back by itself."""
    name, leaf = next(iter(rack.leafs.items()))
    other = {LEGS[n] for n in LEAFS if n != name}
    with pinging(rack.host, OUTSIDE4, IP4) as lost4, pinging(rack.host, OUTSIDE6, IP6) as lost6:
        leaf.run("ip", "link", "set", "dev", "swp1", "down")
        until(lambda: hops(rack.host, 4) == other and hops(rack.host, 6) == other, "the other leaf alone")
    assert max(lost4(), lost6()) < 100
    leaf.run("ip", "link", "set", "dev", "swp1", "up")
    until(rack.whole, "both leafs again")


SILENT = """
table inet silent {
  chain in { type filter hook input priority 0; iifname "swp1" drop; }
  chain out { type filter hook output priority 0; oifname "swp1" drop; }
  chain through { type filter hook forward priority 0; iifname "swp1" drop; oifname "swp1" drop; }
}
"""


def test_a_link_that_dies_in_silence_is_left_by_the_hold_time(rack: Rack) -> None:
    """Carrier stays and nothing comes through: nine seconds, and not the two minutes of graceful restart."""
    name, leaf = next(iter(rack.leafs.items()))
    other = {LEGS[n] for n in LEAFS if n != name}
    Path(f"/proc/{leaf.process.pid}/root/run/silent.nft").write_text(SILENT)
    with pinging(rack.host, OUTSIDE4, IP4) as lost4, pinging(rack.host, OUTSIDE6, IP6) as lost6:
        leaf.run("nft", "-f", "/run/silent.nft")
        until(lambda: hops(rack.host, 4) == other and hops(rack.host, 6) == other, "the other leaf alone")
    assert max(lost4(), lost6()) < 1200
    leaf.run("nft", "delete", "table", "inet", "silent")
    until(rack.whole, "both leafs again")


@pytest.mark.parametrize("seconds", [0.0, 1.2, 4.0])
def test_a_daemon_that_was_killed_comes_back_to_the_same_state(rack: Rack, seconds: float) -> None:
    """The files say all there is, however long it was gone: the kernel has the same routes again."""
    until(rack.whole, "both leafs")
    before, sessions = rack.kernel(), rack.sessions()
    for process in (process for process in rack.host.started if process.poll() is None):
        process.kill()
        process.wait()
    time.sleep(seconds)
    rack.speak()
    # A killed daemon leaves its routes behind, so that they are there is no sign of a new session yet.
    until(lambda: all(new > old for new, old in zip(rack.sessions(), sessions, strict=True)), "new sessions")
    until(lambda: rack.whole() and rack.kernel() == before, "the same routes")
