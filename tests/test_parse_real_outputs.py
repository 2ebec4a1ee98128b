"""Hold the switch parsers against outputs of real devices; each line that is not understood is named here."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from vlan2l3 import platforms
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.quirks import eos, nxos
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    Record,
    Switchport,
    Vlan,
    Vni,
)

EOS_HOSTS = ("exit01", "exit02", "leaf01", "leaf02", "leaf03", "leaf04", "spine01", "spine02")
MIXED = {"leaf5-eos": "eos", "leaf6-eos": "eos", "spine1-nxos": "nxos", "spine2-nxos": "nxos"}
NO_VXLAN = "show interfaces Vxlan $"  # asked by the collector of a switch that has none

TRIMMED = "the sample was cut by whoever published it: the device counts more rows"
SAMPLES: tuple[tuple[str, str, str, dict[int, str]], ...] = (
    # platform, command, path below real-outputs, line -> why it is not understood
    ("nxos", "show mac address-table", "genieparser/nxos/ShowMacAddressTable", {}),
    ("nxos", "show vlan", "genieparser/nxos/ShowVlan", {}),
    ("nxos", "show vpc", "genieparser/nxos/ShowVpc", {}),
    ("nxos", "show port-channel summary", "genieparser/nxos/ShowPortChannelSummary", {}),
    ("nxos", "show spanning-tree detail", "genieparser/nxos/ShowSpanningTreeDetail", {}),
    ("nxos", "show interface switchport", "genieparser/nxos/ShowInterfaceSwitchport", {}),
    ("nxos", "show hsrp all", "genieparser/nxos/ShowHsrpAll", {}),
    ("nxos", "show ip arp detail vrf all", "genieparser/nxos/ShowIpArpDetailVrfAll", {}),
    ("nxos", "show mac address-table", "ntc-templates/cisco_nxos/show_mac_address-table", {}),
    ("nxos", "show vlan", "ntc-templates/cisco_nxos/show_vlan", {}),
    (
        "nxos",
        "show vpc",
        "ntc-templates/cisco_nxos/show_vpc",
        {25: "a second peer-link, which no domain has"},
    ),
    ("nxos", "show interface switchport", "ntc-templates/cisco_nxos/show_interface_switchport", {}),
    ("nxos", "show lldp neighbors detail", "ntc-templates/cisco_nxos/show_lldp_neighbors_detail", {}),
    ("nxos", "show hsrp all", "ntc-templates/cisco_nxos/show_hsrp_all", {}),
    (
        "nxos",
        "show ip arp detail vrf all",
        "ntc-templates/cisco_nxos/show_ip_arp_detail_vrf_all",
        {9: TRIMMED},
    ),
    ("nxos", "show ip arp", "ntc-templates/cisco_nxos/show_ip_arp", {}),
    ("nxos", "show mac address-table", "arc-switch/cisco_nxos/show-mac-address-table.txt", {}),
    (
        "nxos",
        "show lldp neighbors detail",
        "arc-switch/cisco_nxos/show-lldp-neighbor-detail.txt",
        {873: "the same again as JSON follows in the file"},
    ),
    ("nxos", "show ip arp", "arc-switch/cisco_nxos/show-ip-arp.txt", {22: TRIMMED}),
    ("nxos", "show running-config", "arc-switch/cisco_nxos/show-run-interface.txt", {}),
    ("nxos", "show mac address-table", "napalm/nxos_ssh/get_mac_address_table", {}),
    ("nxos", "show vlan brief", "napalm/nxos/get_vlans", {}),
    ("nxos", "show vlan brief", "napalm/nxos_ssh/get_vlans", {}),
    ("nxos", "show interface", "napalm/nxos/get_interfaces", {}),
    ("nxos", "show ip arp", "napalm/nxos/get_arp_table", {}),
    ("nxos", "show lldp neighbors detail", "napalm/nxos_ssh/get_lldp_neighbors_detail/normal", {}),
)


def read(platform: str, command: str, path: Path) -> Rows:
    """Read one file as the answer to a command."""
    raw = Raw(
        device=DeviceName("device"), platform=platform, command=command, file=path.name, text=path.read_text()
    )
    return engine.read_answer(raw)


def answers(folder: Path, platform: str) -> list[tuple[str, Rows]]:
    """Read every answer of one device of a SuzieQ gather that a parser knows."""
    meta = json.loads((folder / "_meta.json").read_text())
    return [
        (command["cmd"], read(platform, command["cmd"], folder / command["file"]))
        for command in meta["commands"]
        if command["status"] in (0, 200)
        and (folder / command["file"]).is_file()
        and platforms.load(platform).spec(command["cmd"])
    ]


def joined(folder: Path, platform: str) -> tuple[Record, ...]:
    """Read one device and join its answers."""
    records = tuple(record for _, rows in answers(folder, platform) for record in rows.records)
    return (eos if platform == "eos" else nxos).finish(records)


def expected(real_outputs: Path, table: str) -> list[dict[str, Any]]:
    """Give the rows that SuzieQ makes of the same files."""
    path = real_outputs / "suzieq/expected/eos-samples" / f"{table}.yml"
    rows: list[dict[str, Any]] = json.loads(yaml.safe_load(path.read_text())["tests"][0]["output"])
    return rows


def test_every_answer_of_every_switch_is_read_whole(real_outputs: Path) -> None:
    """Twelve real switches: nothing expected is missing, nothing is left over."""
    networks = real_outputs / "suzieq/networks"
    devices = [("eos", host, "eos") for host in EOS_HOSTS]
    devices += [("mixed", host, platform) for host, platform in MIXED.items()]
    count: Counter[str] = Counter()
    for network, host, platform in devices:
        for command, rows in answers(networks / network / host, platform):
            if platforms.plain(command) == NO_VXLAN and not rows.records:
                continue
            where = f"{network}/{host}: {command}"
            assert not rows.unparsed, where
            assert rows.expected == rows.parsed, where
            count.update(record.kind for record in rows.records)
    for kind in (
        "port",
        "vlan",
        "mac",
        "neighbor",
        "lldp",
        "mlag",
        "mlag-port",
        "switchport",
        "address",
        "vni",
    ):
        assert count[kind] > 0, kind


@pytest.mark.parametrize(("platform", "command", "path", "named"), SAMPLES, ids=[f"{s[2]}" for s in SAMPLES])
def test_every_line_of_a_published_sample_is_understood_or_named(
    real_outputs: Path, platform: str, command: str, path: str, named: dict[int, str]
) -> None:
    """What is not understood is exactly what this file says, and why."""
    root = real_outputs / path
    found = [root] if root.is_file() else sorted(
        file
        for file in root.rglob("*")
        if file.is_file() and file.suffix in (".txt", ".raw", ".json") and "expected" not in file.name
    )  # fmt: skip
    assert found
    for file in found:
        rows = read(platform, command, file)
        assert {u.source.line for u in rows.unparsed} == set(named), file.name
        assert rows.parsed > 0


def test_sample_of_another_platform_is_refused_line_by_line(real_outputs: Path) -> None:
    """An EOS table filed under NX-OS gives no member at all, and says so."""
    folder = real_outputs / "ntc-templates/cisco_nxos/show_port-channel_summary"
    rows = read("nxos", "show port-channel summary", folder / "cisco_nxos_show_port-channel_summary.raw")
    assert (rows.records, rows.parsed) == ((), 0)
    assert len(rows.unparsed) == rows.expected > 5


def test_macs_are_those_that_suzieq_finds(real_outputs: Path) -> None:
    """The same VLAN, MAC and port on every EOS switch, and no other."""
    networks = real_outputs / "suzieq/networks/eos"
    theirs = {
        (row["hostname"], row["vlan"], row["macaddr"], row["oif"])
        for row in expected(real_outputs, "mac")
        if row["hostname"] in EOS_HOSTS and not row["remoteVtepIp"]
    }
    ours = {
        (host, record.vlan, record.mac, record.interface)
        for host in EOS_HOSTS
        for record in joined(networks / host, "eos")
        if isinstance(record, MacEntry) and not record.interface.startswith("Vxlan")
    }
    assert ours
    assert ours == theirs


def test_arp_is_what_suzieq_finds(real_outputs: Path) -> None:
    """The same address and MAC on every EOS switch."""
    networks = real_outputs / "suzieq/networks/eos"
    theirs = {
        (row["hostname"], row["ipAddress"], row["macaddr"])
        for row in expected(real_outputs, "arpnd")
        if row["hostname"] in EOS_HOSTS
    }
    ours = {
        (host, str(record.address), record.mac)
        for host in EOS_HOSTS
        for record in joined(networks / host, "eos")
        if isinstance(record, Neighbor)
    }
    assert ours
    assert ours == theirs


def test_lldp_is_what_suzieq_finds(real_outputs: Path) -> None:
    """The same neighbour on the same port."""
    networks = real_outputs / "suzieq/networks/eos"
    theirs = {
        (row["hostname"], row["ifname"], row["peerHostname"])
        for row in expected(real_outputs, "lldp")
        if row["hostname"] in EOS_HOSTS
    }
    ours = {
        (host, record.interface, record.system)
        for host in EOS_HOSTS
        for record in joined(networks / host, "eos")
        if isinstance(record, LldpNeighbor)
    }
    assert ours
    assert ours == theirs


def test_vlans_are_those_that_suzieq_finds(real_outputs: Path) -> None:
    """The same VLANs, and those that a switch made for itself are marked."""
    networks = real_outputs / "suzieq/networks/eos"
    theirs = {
        (row["hostname"], row["vlan"])
        for row in expected(real_outputs, "vlan")
        if row["hostname"] in EOS_HOSTS
    }
    records = [
        (host, record)
        for host in EOS_HOSTS
        for record in joined(networks / host, "eos")
        if isinstance(record, Vlan)
    ]
    assert {(host, record.vlan) for host, record in records} == theirs
    assert {record.vlan for _, record in records if record.dynamic} >= {1006}


def test_mlag_domains_are_those_that_suzieq_finds(real_outputs: Path) -> None:
    """Four leafs in two domains; a switch without MLAG has none."""
    networks = real_outputs / "suzieq/networks/eos"
    theirs = {
        (row["hostname"], row["systemId"], row["peerAddress"], row["role"], row["peerLink"])
        for row in expected(real_outputs, "mlag")
        if row["hostname"] in EOS_HOSTS
    }
    ours = {
        (host, record.system, str(record.peer_address), record.role, record.peer_link)
        for host in EOS_HOSTS
        for record in joined(networks / host, "eos")
        if isinstance(record, MlagDomain)
    }
    assert len(ours) == 4
    assert ours == theirs


def test_a_real_leaf_is_joined_without_doubles(real_outputs: Path) -> None:
    """Leaf01 of the EOS network: trunk group, MLAG ports, VNIs and one record a fact."""
    records = joined(real_outputs / "suzieq/networks/eos/leaf01", "eos")
    ports = {r.interface: r for r in records if isinstance(r, Switchport)}
    assert 4094 in ports["Port-Channel1"].tagged
    assert (ports["Port-Channel3"].untagged, ports["Port-Channel4"].untagged) == (10, 30)
    assert [(r.number, r.state) for r in records if isinstance(r, MlagPort)] == [
        ("4", "active-full"),
        ("3", "active-full"),
    ]
    assert sorted((r.vlan, r.vni) for r in records if isinstance(r, Vni)) == [(10, 10), (30, 30), (1006, 999)]
    keys = Counter((r.kind, getattr(r, "interface", getattr(r, "name", "")), getattr(r, "address", ""))
                   for r in records if r.kind in ("port", "address"))  # fmt: skip
    assert set(keys.values()) == {1}


def test_learned_macs_of_a_real_nexus_are_learned(real_outputs: Path) -> None:
    """NX-OS 10.3: dynamic rows are learned, none of them static."""
    path = real_outputs / "arc-switch/cisco_nxos/show-mac-address-table.txt"
    rows = read("nxos", "show mac address-table", path)
    written = Counter(
        line.split()[3]
        for line in path.read_text().splitlines()
        if len(line.split()) > 6 and line.split()[3] in ("dynamic", "static")
    )
    origins = Counter(r.origin for r in rows.records if isinstance(r, MacEntry))
    assert written["dynamic"] > 50
    assert origins["learned"] + origins["peer"] == written["dynamic"]
