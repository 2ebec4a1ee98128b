"""Read a capture folder with nothing but `json` and regular expressions, without the tool's parsers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PAIRS = {"a": "b", "b": "a"}


def colons(mac: str) -> str:
    """Write any form of a MAC address with colons."""
    digits = re.sub("[^0-9a-f]", "", mac.lower())
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def long_name(port: str) -> str:
    """Write `Eth1/1` and `Po3` in full, as the rest of NX-OS does."""
    return re.sub(r"^Po(?=\d)", "port-channel", re.sub(r"^Eth(?=\d)", "Ethernet", port))


@dataclass(frozen=True)
class RawCapture:
    """Look into one capture folder."""

    folder: Path

    @cached_property
    def manifest(self) -> Json:
        """Read the manifest as plain JSON."""
        found: Json = json.loads((self.folder / "capture.json").read_text())
        return found

    def names(self, platform: str) -> list[str]:
        """List the devices of a platform."""
        return [d["name"] for d in self.manifest["devices"] if d["platform"] == platform]

    @cached_property
    def leafs(self) -> list[str]:
        """List the leafs."""
        return [d["name"] for d in self.manifest["devices"] if d["rack"]]

    @cached_property
    def hosts(self) -> list[str]:
        """List the hosts."""
        return self.names("linux")

    def is_nxos(self, device: str) -> bool:
        """Tell whether a device runs NX-OS."""
        return device in self.names("nxos")

    def text(self, device: str, command: str) -> str:
        """Read an answer by the command that gave it."""
        entry = next(d for d in self.manifest["devices"] if d["name"] == device)
        row = next(c for c in entry["commands"] if c["command"] == command)
        return (self.folder / device / str(row["file"])).read_text()

    def json(self, device: str, command: str) -> Any:
        """Read an answer in JSON."""
        return json.loads(self.text(device, command))

    def has(self, device: str, command: str) -> bool:
        """Tell whether a command gave data."""
        entry = next(d for d in self.manifest["devices"] if d["name"] == device)
        return any(c["command"] == command and c["status"] == "data" for c in entry["commands"])

    def mac_rows(self, leaf: str) -> set[tuple[int, str, str]]:
        """Give the dynamic rows of a MAC table as (VLAN, address, port)."""
        if self.is_nxos(leaf):
            table = self.json(leaf, "show mac address-table | json native")["TABLE_mac_address"][
                "ROW_mac_address"
            ]
            rows = [r for r in table if r["disp_type"] == "dynamic"]
            return {(int(r["disp_vlan"]), colons(r["disp_mac_addr"]), r["disp_port"]) for r in rows}
        entries = self.json(leaf, "show mac address-table | json")["unicastTable"]["tableEntries"]
        return {
            (e["vlanId"], e["macAddress"], e["interface"]) for e in entries if e["entryType"] == "dynamic"
        }

    def lag_of(self, leaf: str) -> dict[str, str]:
        """Map each member port to its port-channel."""
        if self.is_nxos(leaf):
            rows = self.json(leaf, "show interface | json native")["TABLE_interface"]["ROW_interface"]
            return {r["interface"]: r["eth_bundle"] for r in rows if "eth_bundle" in r}
        rows = self.json(leaf, "show interfaces | json")["interfaces"]
        said = {n: i["interfaceMembership"] for n, i in rows.items() if "interfaceMembership" in i}
        return {name: text.removeprefix("Member of ") for name, text in said.items()}

    def peer_link(self, leaf: str) -> str:
        """Name the interface to the other leaf of the pair."""
        if self.is_nxos(leaf):
            table = self.json(leaf, "show vpc | json native")["TABLE_peerlink"]["ROW_peerlink"]
            return long_name(table[0]["peerlink-ifindex"])
        return str(self.json(leaf, "show mlag detail | json")["peerLink"])

    def pair_system(self, leaf: str) -> str:
        """Give the system address a leaf pair shows to LACP."""
        if self.is_nxos(leaf):
            domain = int(self.json(leaf, "show vpc | json native")["vpc-domain-id"])
            return f"00:23:04:ee:be:{domain:02x}"
        return str(self.json(leaf, "show mlag detail | json")["systemId"])

    @cached_property
    def links(self) -> set[tuple[str, str, str, str]]:
        """Give every LLDP neighbour seen by anybody, as (device, port, far device, far port)."""
        found: set[tuple[str, str, str, str]] = set()
        for device in self.names("eos"):
            table = self.json(device, "show lldp neighbors detail | json")["lldpNeighbors"]
            for port, seen in table.items():
                for info in seen["lldpNeighborInfo"]:
                    there = info["neighborInterfaceInfo"]
                    named = there["interfaceIdType"] == "interfaceName"
                    far = there["interfaceId"].strip('"') if named else there["interfaceDescription"]
                    found.add((device, port, info["systemName"].partition(".")[0], far))
        for device in self.names("nxos"):
            table = self.json(device, "show lldp neighbors detail | json native")["TABLE_nbor_detail"]
            for row in table["ROW_nbor_detail"]:
                far = row["port_id"] if row["port_type"] == "Interface Name" else row["port_desc"]
                found.add((device, long_name(row["l_port_id"]), row["sys_name"].partition(".")[0], far))
        for device in self.hosts:
            for row in self.json(device, "lldpctl -f json0")["lldp"][0]["interface"]:
                chassis, port = row["chassis"][0], row["port"][0]
                name = chassis["name"][0]["value"].partition(".")[0]
                found.add((device, row["name"], name, port["id"][0]["value"]))
        return found

    def own_macs(self, host: str) -> set[str]:
        """Give the addresses a host sends with: those of the links that hold an address."""
        rows = self.json(host, "ip -j -d addr show")
        return {r["address"] for r in rows if any(a.get("scope") == "global" for a in r["addr_info"])}

    def guest_macs(self, host: str) -> set[str]:
        """Give the addresses behind a host's taps."""
        rows = self.json(host, "bridge -j fdb show")
        return {r["mac"] for r in rows if r["ifname"].startswith("tap") and r["state"] == ""}

    def bond(self, host: str) -> str:
        """Read the file the kernel writes about `bond0`; empty without a bond."""
        command = "cat /proc/net/bonding/bond0"
        return self.text(host, command) if self.has(host, command) else ""

    @cached_property
    def bindings(self) -> dict[str, str]:
        """Map every address in core1's default-VRF ARP and ND tables to its MAC address."""
        arp = self.json("core1", "show arp vrf all | json")["vrfs"]["default"]["ipV4Neighbors"]
        nd = self.json("core1", "show ipv6 neighbors vrf all | json")["vrfs"]["default"]["ipV6Neighbors"]
        return {r["address"]: colons(r["hwAddress"]) for r in (*arp, *nd)}
