"""Check that the generated captures are coherent, from the raw files alone."""

from __future__ import annotations

import filecmp
import hashlib
import ipaddress
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from raw_capture import PAIRS, RawCapture, colons

from vlan2l3.capture.redact import redact

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "fixtures" / "demo"
PARTNER = re.compile(r"(?i)(?:partner mac address|details partner.*\n.*\n.*address): (\S+)")
VIRTUAL_MAC = "00:1c:73:00:00:99"
FIREWALL_MAC = "00:09:0f:09:03:02"
SILENT_MAC = "08:00:11:2a:7c:05"
SIZES = {
    "demo": (),
    "two-racks": ("--racks", "2", "--hosts", "4"),
    "mixed": ("--racks", "3", "--hosts", "30", "--seed", "7"),
}


def generate(out: Path, *arguments: str) -> None:
    """Run the generator as a person would, with a hash seed of its own."""
    command = [sys.executable, "-m", "fixtures.generate", "--out", str(out), *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "random"}, check=True)


@pytest.fixture(scope="module", params=list(SIZES))
def capture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RawCapture:
    """Give the demo as it is committed, and freshly generated networks of other sizes."""
    if request.param == "demo":
        return RawCapture(DEMO)
    out = tmp_path_factory.mktemp(request.param)
    generate(out, *SIZES[request.param])
    return RawCapture(out)


@pytest.fixture(scope="module")
def demo() -> RawCapture:
    """Give the demo as it is committed."""
    return RawCapture(DEMO)


def _same(left: Path, right: Path) -> bool:
    return left.is_file() and right.is_file() and filecmp.cmp(left, right, shallow=False)


def differences(left: Path, right: Path) -> list[str]:
    """List the files two folders do not share byte for byte."""
    names = {p.relative_to(d) for d in (left, right) for p in d.rglob("*") if p.is_file()}
    return sorted(str(n) for n in names if not _same(left / n, right / n))


def test_generating_again_gives_the_committed_demo_byte_for_byte(tmp_path: Path) -> None:
    """The demo on disk is what the description says, on every run."""
    generate(tmp_path / "demo")
    assert differences(tmp_path / "demo", DEMO) == []


def test_seed_decides_the_mix_and_nothing_else_does(tmp_path: Path) -> None:
    """The same seed gives the same network, another seed another one."""
    for name, seed in (("one", "1"), ("again", "1"), ("two", "2")):
        generate(tmp_path / name, "--racks", "2", "--hosts", "20", "--seed", seed)
    assert differences(tmp_path / "one", tmp_path / "again") == []
    assert differences(tmp_path / "one", tmp_path / "two") != []


def test_generator_never_writes_another_network_over_the_demo() -> None:
    """A size without a folder is an error of usage."""
    command = [sys.executable, "-m", "fixtures.generate", "--racks", "2"]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 2
    assert (DEMO / "leaf-r13a").is_dir()


def test_manifest_accounts_for_every_file(capture: RawCapture) -> None:
    """Every answer's hash is right, and no file lies in a device's folder without an entry."""
    listed = set()
    for device in capture.manifest["devices"]:
        for row in device["commands"]:
            assert (row["status"] == "data") == bool(row["file"]), row
            if row["file"]:
                path = capture.folder / device["name"] / row["file"]
                listed.add(path)
                assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    assert listed == {p for p in capture.folder.glob("*/*") if p.is_file()}


def test_no_secret_is_left_to_redact(capture: RawCapture) -> None:
    """The stored answers are those a real capture would hold after redaction."""
    for path in sorted(capture.folder.glob("*/*")):
        text = path.read_text()
        assert redact(text) == (text, 0), path


def test_every_cable_is_seen_from_both_ends(capture: RawCapture) -> None:
    """Whoever hears a neighbour by LLDP is heard by it."""
    assert len(capture.links) > 20
    assert {(far, there, device, port) for device, port, far, there in capture.links} == capture.links


def lldp_port_ids(capture: RawCapture, leaf: str) -> dict[tuple[str, str], str]:
    """Map (host, NIC) to the MAC address a leaf got as its port id."""
    if capture.is_nxos(leaf):
        table = capture.json(leaf, "show lldp neighbors detail | json native")["TABLE_nbor_detail"]
        rows = [r for r in table["ROW_nbor_detail"] if r["port_type"] == "Mac Address"]
        return {(r["sys_name"].partition(".")[0], r["port_desc"]): colons(r["port_id"]) for r in rows}
    found = {}
    for seen in capture.json(leaf, "show lldp neighbors detail | json")["lldpNeighbors"].values():
        for info in seen["lldpNeighborInfo"]:
            port = info["neighborInterfaceInfo"]
            if port["interfaceIdType"] == "macAddress":
                name = info["systemName"].partition(".")[0]
                found[name, port["interfaceDescription"]] = colons(port["interfaceId"])
    return found


def test_hosts_announce_each_nic_with_its_burned_in_address(capture: RawCapture) -> None:
    """The NIC's own address is sent even where a bond has given it another."""
    heard = {key: mac for leaf in capture.leafs for key, mac in lldp_port_ids(capture, leaf).items()}
    nics = {(device, port) for device, port, _, _ in capture.links if device in capture.hosts}
    assert set(heard) == nics
    for host in capture.hosts:
        for row in capture.json(host, "ip -j -d addr show"):
            if (host, row["ifname"]) in nics:
                assert heard[host, row["ifname"]] == row.get("permaddr", row["address"])


def test_host_addresses_are_learned_where_lldp_sees_the_host(capture: RawCapture) -> None:
    """A bonded host is learned on its port-channel on both leafs, any other on one leaf."""
    for host in capture.hosts:
        ports = {(far, there) for device, _, far, there in capture.links if device == host}
        lacp = "802.3ad" in capture.bond(host)
        pair = {name for leaf, _ in ports for name in (leaf, leaf[:-1] + PAIRS[leaf[-1]])}
        for mac in capture.own_macs(host) | capture.guest_macs(host):
            direct = set()
            for leaf in pair:
                lags = capture.lag_of(leaf)
                places = {port for _, m, port in capture.mac_rows(leaf) if m == mac}
                local = {lags.get(port, port) for name, port in ports if name == leaf}
                assert places, (host, leaf)
                assert places <= (local if lacp else local | {capture.peer_link(leaf)}), (host, leaf)
                direct |= {leaf} if places <= local else set()
            assert len(direct) == (2 if lacp else 1), host


def test_bond_partner_is_the_leaf_pair(capture: RawCapture) -> None:
    """The kernel, `ip -d` and the leaf pair name one LACP system."""
    bonded = [h for h in capture.hosts if "802.3ad" in capture.bond(h)]
    assert bonded
    for host in bonded:
        leafs = {far for device, _, far, _ in capture.links if device == host}
        systems = {capture.pair_system(leaf) for leaf in leafs}
        said = set(
            re.findall(
                r"(?i)(?:partner mac address|details partner.*\n.*\n.*address): (\S+)", capture.bond(host)
            )
        )
        bond = next(r for r in capture.json(host, "ip -j -d addr show") if r["ifname"] == "bond0")
        assert len(leafs) == 2
        assert said == systems == {bond["linkinfo"]["info_data"]["ad_info"]["partner_mac"]}


def known_macs(capture: RawCapture) -> set[str]:
    """Give every address that a readable device accounts for."""
    found = {VIRTUAL_MAC}
    for host in capture.hosts:
        found |= capture.own_macs(host) | capture.guest_macs(host)
    for core in ("core1", "core2"):
        found.add(capture.json(core, "show version | json")["systemMacAddress"])
    return found


def test_every_address_the_cores_resolved_belongs_to_somebody(capture: RawCapture) -> None:
    """ARP and ND tables hold hosts, guests, the other core, the firewall and one controller."""
    known = known_macs(capture) | {FIREWALL_MAC}
    if "web-04" in capture.hosts:
        rows = capture.json("web-04", "ip -j -d addr show")
        first = next(r for r in rows if r["ifname"] == "ens1f0")["address"]
        known.add(colons(f"{int(first.replace(':', ''), 16) + 2:012x}"))
    for core in ("core1", "core2"):
        for command, key in (
            ("show arp vrf all", "ipV4Neighbors"),
            ("show ipv6 neighbors vrf all", "ipV6Neighbors"),
        ):
            for vrf, table in capture.json(core, f"{command} | json")["vrfs"].items():
                assert table["totalEntries"] == len(table[key])
                assert vrf == "MGMT" or {colons(r["hwAddress"]) for r in table[key]} <= known, (core, vrf)


def test_cores_point_an_address_at_the_port_that_learned_it(capture: RawCapture) -> None:
    """The port in an ARP row is the one in the MAC table, for each VLAN."""
    for core in ("core1", "core2"):
        places = {(vlan, mac): port for vlan, mac, port in capture.mac_rows(core)}
        for vrf in ("default", "CUST"):
            for row in (
                capture.json(core, "show arp vrf all | json")["vrfs"].get(vrf, {}).get("ipV4Neighbors", [])
            ):
                svi, port = row["interface"].split(", ")
                assert places[int(svi.removeprefix("Vlan")), colons(row["hwAddress"])] == port, row


def test_hosts_and_cores_resolve_an_address_alike(capture: RawCapture) -> None:
    """A neighbour in a host's table has the address the cores have for it; gateways have the virtual one."""
    for host in capture.hosts:
        rows = capture.json(host, "ip -j neigh show")
        assert any(r.get("lladdr") == VIRTUAL_MAC for r in rows), host
        for row in (r for r in rows if r["state"] != ["FAILED"] and r["lladdr"] != VIRTUAL_MAC):
            assert capture.bindings[row["dst"]] == row["lladdr"], (host, row)


def blocked_uplinks(capture: RawCapture, leaf: str) -> set[tuple[str, str]]:
    """Give (VLAN, port) of each port a leaf discards on, from the text of spanning tree."""
    if capture.is_nxos(leaf):
        text = capture.text(leaf, "show spanning-tree detail")
        return {
            (v.lstrip("0"), p) for p, v in re.findall(r"\(([^,)]+)[^)]*\) of VLAN(\d+) is alternate", text)
        }
    found, vlan = set(), ""
    for line in capture.text(leaf, "show spanning-tree").splitlines():
        vlan = line[2:] if line.startswith("VL") else vlan
        if " alternate  discarding " in line:
            found.add((vlan, line.split()[0].replace("Po", "Port-Channel")))
    return found


def test_each_leaf_discards_on_its_uplink_to_the_second_core_and_nowhere_else(capture: RawCapture) -> None:
    """Spanning tree and cabling tell the same story for every VLAN of the uplinks."""
    for leaf in capture.leafs:
        command = "show spanning-tree detail" if capture.is_nxos(leaf) else "show spanning-tree"
        own = re.findall(
            r"Bridge ID.*\n +Address +(\S+)|Bridge Identifier.* (\S+)", capture.text(leaf, command)
        )
        assert {colons(first or second) for first, second in own} == {capture.pair_system(leaf)}
        lags = capture.lag_of(leaf)
        to_core2 = {lags[p] for d, p, far, _ in capture.links if d == leaf and far == "core2" and p in lags}
        blocked = blocked_uplinks(capture, leaf)
        assert {port for _, port in blocked} == to_core2
        if not capture.is_nxos(leaf):
            said = capture.json(leaf, "show spanning-tree blockedports | json")["spanningTreeInstances"]
            pairs = {(v[2:], p) for v, i in said.items() for p in i["spanningTreeBlockedPorts"]}
            assert pairs == blocked


def test_first_core_is_the_root_and_second_is_next(capture: RawCapture) -> None:
    """Every VLAN of core1 is its own root, with a better priority than core2 has."""
    roots = capture.text("core1", "show spanning-tree")
    instances = re.findall(r"^VL\d+$", roots, re.MULTILINE)
    assert instances
    assert len(instances) == roots.count("This bridge is the root")
    second = capture.text("core2", "show spanning-tree")
    assert "This bridge is the root" not in second
    best = {int(p) for p in re.findall(r"Bridge ID +Priority +(\d+)", roots)}
    assert best == {int(p) for p in re.findall(r"Root ID +Priority +(\d+)", second)}


def configured(text: str) -> dict[str, list[str]]:
    """Split a running configuration into interface blocks."""
    blocks = re.split(r"(?m)^(?=interface )", text)
    parts = [b.split("\n!")[0].splitlines() for b in blocks if b.startswith("interface ")]
    return {p[0].removeprefix("interface "): [line.strip() for line in p[1:]] for p in parts}


def expand(text: str) -> set[int]:
    """Read `1-5,7`."""
    parts = [p.partition("-") for p in text.split(",")]
    return {v for low, _, high in parts for v in range(int(low), int(high or low) + 1)}


def test_configuration_agrees_with_the_vlan_table(capture: RawCapture) -> None:
    """Each VLAN lists exactly the ports that are up and whose configuration carries it."""
    for switch in capture.names("eos"):
        blocks = configured(capture.text(switch, "show running-config"))
        state = capture.json(switch, "show interfaces | json")["interfaces"]
        vlans = capture.json(switch, "show vlan | json")["vlans"]
        expected: dict[str, set[str]] = {number: set() for number, v in vlans.items() if not v["dynamic"]}
        for name, lines in blocks.items():
            if (
                name not in state
                or state[name]["forwardingModel"] != "bridged"
                or state[name]["lineProtocolStatus"] != "up"
            ):
                continue
            words = {
                line.rsplit(" ", 1)[0]: line.rsplit(" ", 1)[1]
                for line in lines
                if line.startswith("switchport")
            }
            if "switchport mode" in words:
                carried = expand(words.get("switchport trunk allowed vlan", "1-4094"))
            else:
                carried = {int(words.get("switchport access vlan", "1"))}
            for number in carried & {int(n) for n in expected}:
                expected[str(number)].add(name)
        for vlan, ports in expected.items():
            listed = {p for p in vlans[vlan]["interfaces"] if p != "Cpu" and not p.startswith("Peer")}
            assert listed == ports, (switch, vlan)


def static_addresses(capture: RawCapture, host: str) -> set[str]:
    """Give every address the host's own files set up."""
    device = next(d for d in capture.manifest["devices"] if d["name"] == host)
    files = [
        c["command"] for c in device["commands"] if c["command"].startswith("cat /etc/network/interfaces")
    ]
    return {a for f in files for a in re.findall(r"(?m)^ +address (\S+)$", capture.text(host, f))}


def running_addresses(capture: RawCapture, host: str) -> set[str]:
    """Give every address the host has, leases apart."""
    rows = capture.json(host, "ip -j -d addr show")
    found = [a for r in rows for a in r["addr_info"] if a["scope"] == "global" and not a.get("dynamic")]
    return {f"{a['local']}/{a['prefixlen']}" for a in found}


def test_files_of_a_host_set_up_what_runs(capture: RawCapture) -> None:
    """Every configured address runs; what runs beyond that is a cluster's doing."""
    extra = {}
    for host in capture.hosts:
        assert static_addresses(capture, host) <= running_addresses(capture, host), host
        if beyond := running_addresses(capture, host) - static_addresses(capture, host):
            extra[host] = beyond
    clusters = {"lb-01": {"10.1.10.30/24"}, "pcs-01": {"10.1.20.40/24"}, "gnt-01": {"10.1.40.10/24"}}
    assert extra == (clusters if "lb-01" in capture.hosts else {})


def test_cluster_nodes_joined_the_groups_their_files_name(demo: RawCapture) -> None:
    """The kernel writes the group with its octets reversed, on the interface the address is on."""
    for host in ("pcs-01", "pcs-02"):
        group = re.findall(r"mcastaddr: (\S+)", demo.text(host, "cat /etc/corosync/corosync.conf"))[0]
        word = ipaddress.IPv4Address(group).packed[::-1].hex().upper()
        assert ipaddress.IPv4Address(group) in ipaddress.IPv4Network("239.192.0.0/16")
        assert word in demo.text(host, "cat /proc/net/igmp").partition("bond0")[2]
    for host in ("lb-01", "lb-02"):
        assert "120000E0" in demo.text(host, "cat /proc/net/igmp")


def test_only_the_firewall_and_the_silent_machine_are_strangers(demo: RawCapture) -> None:
    """Nothing else in the demo is learned on an access port without belonging to somebody."""
    known = known_macs(demo)
    strangers = {mac for leaf in demo.leafs for _, mac, _ in demo.mac_rows(leaf)} - known
    controllers = {m for m in strangers if m.startswith("3c:ec:ef") and m.endswith("42")}
    assert len(controllers) == 1
    assert strangers - controllers == {FIREWALL_MAC, SILENT_MAC}


def test_waiver_of_the_demo_names_the_silent_machine(demo: RawCapture) -> None:
    """The waived address is learned where the waiver says, and nobody resolved it or heard it by LLDP."""
    intent = tomllib.loads((DEMO / "vlan2l3.toml").read_text())
    leaf, port, mac = intent["waiver"][0]["subject"].split()
    assert (110, mac, port) in demo.mac_rows(leaf)
    assert mac not in demo.bindings.values()
    assert not [link for link in demo.links if link[:2] == (leaf, port)]
