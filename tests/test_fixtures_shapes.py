"""Hold the shapes of the generated answers against outputs of real devices."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parent.parent / "fixtures" / "demo"
EOS = "suzieq/networks/eos/leaf01"
NXOS = "suzieq/networks/mixed/spine1-nxos"
LINUX = "linux/selfmade_netns"
Pick = Callable[[Any], list[dict[str, Any]]]


def rows_of(*path: str) -> Pick:
    """Walk to the rows: a name, `*` for every value of a mapping or item of a list."""

    def pick(value: Any) -> list[Any]:
        found = [value]
        for step in path:
            if step == "*":
                found = [item for v in found for item in (v.values() if isinstance(v, dict) else v)]
            else:
                found = [v[step] for v in found if step in v]
        return found

    return pick


def keys(rows: list[dict[str, Any]]) -> set[str]:
    """Give every key any row has."""
    return {key for row in rows for key in row}


EQUAL = {
    "vlan": ("show_vlan_json.json", "show_vlan_brief.json", rows_of()),
    "vlan row": ("show_vlan_json.json", "show_vlan_brief.json", rows_of("vlans", "*")),
    "vlan port": ("show_vlan_json.json", "show_vlan_brief.json", rows_of("vlans", "*", "interfaces", "*")),
    "mac": ("show_mac_address-table_json.json", "show_mac-address-table_unicast.json", rows_of()),
    "mac row": (
        "show_mac_address-table_json.json",
        "show_mac-address-table_unicast.json",
        rows_of("unicastTable", "tableEntries", "*"),
    ),
    "arp vrf": ("show_arp_vrf_all_json.json", "show_arp_vrf_all.json", rows_of("vrfs", "*")),
    "arp row": (
        "show_arp_vrf_all_json.json",
        "show_arp_vrf_all.json",
        rows_of("vrfs", "*", "ipV4Neighbors", "*"),
    ),
    "mlag": ("show_mlag_detail_json.json", "show_mlag_detail.json", rows_of()),
    "mlag detail": ("show_mlag_detail_json.json", "show_mlag_detail.json", rows_of("detail")),
    "mlag ports": ("show_mlag_detail_json.json", "show_mlag_detail.json", rows_of("mlagPorts")),
    "mlag port": ("show_mlag_interfaces_json.json", "show_mlag_interfaces.json", rows_of("interfaces", "*")),
    "port": ("show_interfaces_json.json", "show_interfaces.json", rows_of("interfaces", "Ethernet1")),
    "port-channel": (
        "show_interfaces_json.json",
        "show_interfaces.json",
        rows_of("interfaces", "Port-Channel1"),
    ),
    "svi": ("show_interfaces_json.json", "show_interfaces.json", rows_of("interfaces", "Vlan4094")),
    "counters": (
        "show_interfaces_json.json",
        "show_interfaces.json",
        rows_of("interfaces", "Ethernet1", "interfaceCounters"),
    ),
}
OPTIONAL = {
    "interfaceMembership",
    "burnedInAddress",
    "age",
}  # depends on the port, or absent for a static entry


@pytest.mark.parametrize("case", EQUAL)
def test_eos_rows_have_the_keys_of_a_real_switch(case: str, real_outputs: Path) -> None:
    """Nothing is missing from a row, and nothing was invented."""
    ours, theirs, pick = EQUAL[case]
    made = keys(pick(json.loads((DEMO / "leaf-r12a" / ours).read_text())))
    real = keys(pick(json.loads((real_outputs / EOS / theirs).read_text())))
    assert made - OPTIONAL == real - OPTIONAL
    assert made


def test_eos_lldp_rows_have_at_least_the_keys_of_a_real_switch(real_outputs: Path) -> None:
    """Newer releases add the description and a second spelling of the port."""
    pick = rows_of("lldpNeighbors", "*", "lldpNeighborInfo", "*")
    made = pick(json.loads((DEMO / "leaf-r12a" / "show_lldp_neighbors_detail_json.json").read_text()))
    real = pick(json.loads((real_outputs / EOS / "show_lldp_neighbors_detail.json").read_text()))
    assert keys(made) - keys(real) == {"systemDescription"}
    assert keys(real) <= keys(made)
    inner = rows_of("*", "neighborInterfaceInfo")
    added = {"interfaceDescription", "interfaceId_v2"}
    assert keys(inner(made)) - keys(inner(real)) <= added
    assert keys(inner(real)) - keys(inner(made)) <= {"portVlanId"}


def test_eos_values_are_written_as_a_real_switch_writes_them(real_outputs: Path) -> None:
    """Composite interface names, dotted addresses, quoted port ids and dynamic VLANs occur in both."""
    arp = ("show_arp_vrf_all_json.json", "show_arp_vrf_all.json", "core1")
    vlan = ("show_vlan_json.json", "show_vlan_brief.json", "leaf-r12a")
    patterns = {
        r'"interface": "Vlan\d+, Port-Channel\d+"': arp,
        r'"hwAddress": "[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}"': arp,
        r'"interfaceId": "\\"Ethernet\d+\\""': (
            "show_lldp_neighbors_detail_json.json",
            "show_lldp_neighbors_detail.json",
            "leaf-r12a",
        ),
        r'"dynamic": true': vlan,
        r'"Cpu": \{': vlan,
        r'"PeerEthernet\d+": \{': ("show_interfaces_json.json", "show_interfaces.json", "leaf-r12a"),
    }
    for pattern, (ours, theirs, device) in patterns.items():
        assert re.search(pattern, (DEMO / device / ours).read_text()), pattern
        assert re.search(pattern, (real_outputs / EOS / theirs).read_text()), pattern


NATIVE = {
    "show_vlan_brief": rows_of("TABLE_vlanbriefxbrief", "ROW_vlanbriefxbrief", "*"),
    "show_mac_address-table": rows_of("TABLE_mac_address", "ROW_mac_address", "*"),
    "show_ip_arp_detail_vrf_all": rows_of("TABLE_vrf", "ROW_vrf", "*", "TABLE_adj", "ROW_adj", "*"),
    "show_ipv6_neighbor_detail": rows_of(),
    "show_version": rows_of(),
}


@pytest.mark.parametrize("command", NATIVE)
def test_nxos_rows_have_the_keys_of_a_real_switch(command: str, real_outputs: Path) -> None:
    """Tables are lists, and rows have the keys of release 9.3 `json native`."""
    pick = NATIVE[command]
    ours = next((DEMO / "leaf-r13a").glob(f"{command}*_json_native.json"))
    made = keys(pick(json.loads(ours.read_text())))
    real = keys(pick(json.loads((real_outputs / NXOS / f"{command}_json_native.json").read_text())))
    assert made == real
    assert made


def test_nxos_interface_rows_use_only_keys_of_real_switches(real_outputs: Path) -> None:
    """The plain and the native form share their keys; membership and description come on top."""
    files = sorted((real_outputs / "napalm/nxos").glob("get_*/*/show_interface.json"))
    real: set[str] = set()
    for path in files:
        table = json.loads(path.read_text())["TABLE_interface"]["ROW_interface"]
        real |= keys(table if isinstance(table, list) else [table])
    made = json.loads((DEMO / "leaf-r13a" / "show_interface_json_native.json").read_text())
    beyond = {"eth_bundle", "eth_members", "state_rsn_desc", "desc"}
    assert files
    assert keys(made["TABLE_interface"]["ROW_interface"]) - real <= beyond


def test_nxos_switchport_lines_are_those_of_a_real_switch(real_outputs: Path) -> None:
    """Every label of the text occurs in a real one, in the same order."""
    folder = real_outputs / "ntc-templates/cisco_nxos/show_interface_switchport"
    real = (folder / "cisco_nxos_show_interface_switchport.raw").read_text()
    made = (DEMO / "leaf-r13a" / "show_interface_switchport.txt").read_text()

    def labels(text: str) -> list[str]:
        first = text.split("Name: ")[1]
        return [line.partition(":")[0] for line in first.splitlines()[1:] if line.strip()]

    assert labels(made) == labels(real)


@pytest.mark.parametrize(
    ("command", "ours", "theirs"),
    [
        ("links", "ip_-j_-d_addr_show.json", "ip_-j_-d_addr.json"),
        ("neighbours", "ip_-j_neigh_show.json", "ip_-j_neigh.json"),
        ("routes", "ip_-j_route_show_table_all.json", "ip_-j_route_show_table_all.json"),
        ("bridge", "bridge_-j_fdb_show.json", "bridge_-j_fdb_show.json"),
    ],
    ids=["links", "neighbours", "routes", "bridge"],
)
def test_linux_rows_have_the_keys_of_a_real_host(
    command: str, ours: str, theirs: str, real_outputs: Path
) -> None:
    """What a namespace cannot show (a PCI device, a lease, a VLAN's parent) comes on top."""
    beyond = {"links": {"permaddr", "parentbus", "parentdev", "altnames", "link"}}.get(command, set())
    inside = {"broadcast", "dynamic"}
    real = [
        row
        for path in sorted((real_outputs / LINUX).glob(f"*/{theirs}"))
        for row in json.loads(path.read_text())
    ]
    made = [row for path in sorted(DEMO.glob(f"*/{ours}")) for row in json.loads(path.read_text())]
    assert real
    assert made
    assert keys(made) - keys(real) <= beyond
    if command == "links":
        address = rows_of("*", "addr_info", "*")
        assert keys(address(made)) - keys(address(real)) <= inside
        assert keys(address(real)) <= keys(address(made))


def test_kernel_group_list_is_laid_out_as_the_kernel_does(real_outputs: Path) -> None:
    """The columns of `/proc/net/igmp` match character for character, numbers apart."""
    real = (real_outputs / LINUX / "h1" / "proc_net_igmp.txt").read_text()
    made = (DEMO / "lb-01" / "cat_proc_net_igmp.txt").read_text()

    def layout(text: str) -> set[str]:
        return {
            re.sub(r"^\d+\t\S+ *", "N\tDEV", line)
            for line in text.splitlines()
            if "V3" in line or "E0" in line
        }

    assert {re.sub(r": +\d+", ":", line) for line in layout(made)} == {
        re.sub(r": +\d+", ":", line) for line in layout(real)
    }


def test_no_answer_is_a_copy_of_a_real_one(real_outputs: Path) -> None:
    """The demo is written by us; only answers that are empty, a few dozen bytes, may come out the same."""
    real = {path.read_bytes() for path in real_outputs.rglob("*") if path.is_file()}
    made = [path for path in DEMO.rglob("*") if path.is_file() and path.stat().st_size > 64]
    assert len(made) > 100
    assert [str(path.relative_to(DEMO)) for path in made if path.read_bytes() in real] == []
