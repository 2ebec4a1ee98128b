"""Tell a small network record by record, and build it."""

from __future__ import annotations

import random
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
from itertools import count

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, InterfaceName, Mac, VlanId
from vlan2l3.network.build import build
from vlan2l3.network.coverage import Coverage, Gap, GapKind
from vlan2l3.network.model import Network
from vlan2l3.parse.reading import Answer, Reading, Unparsed
from vlan2l3.parse.records import (
    Bond,
    BridgeEntry,
    Facts,
    FileText,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Route,
    Source,
    StpInstance,
    StpPort,
    Switchport,
    Vlan,
    Vni,
)


def mac(number: int) -> Mac:
    """Give an ordinary card's address."""
    return Mac(f"3c:ec:ef:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}")


class Story:
    """Collect records; every one gets a line of its own."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.devices: dict[str, DeviceEntry] = {}
        self.answers: list[Answer] = []
        self.unparsed: list[Unparsed] = []
        self._lines = count(1)

    def at(self, device: str, file: str = "told.txt") -> Source:
        """Point at the next line."""
        return Source(device=DeviceName(device), file=f"{device}/{file}", line=next(self._lines))

    def device(self, name: str, *, platform: str = "toy", rack: str = "", note: str = "") -> None:
        """Put a device into the inventory."""
        self.devices[name] = DeviceEntry(name=name, platform=platform, rack=rack, note=note)

    def switch(
        self, name: str, *vlans: int, rack: str = "", system: Mac | None = None, platform: str = "toy"
    ) -> None:
        """Add a switch with its VLANs."""
        self.device(name, rack=rack, platform=platform)
        macs = (system,) if system else ()
        self.records.append(Facts(source=self.at(name), hostname=name, macs=macs))
        for vlan in vlans:
            self.records.append(Vlan(source=self.at(name), vlan=VlanId(vlan), name=f"v{vlan}"))

    def port(self, device: str, name: str, *, sort: str = "physical", **fields: object) -> None:
        """Add an interface."""
        port = Port(source=self.at(device), name=InterfaceName(name), sort=sort, up=True)
        self.records.append(replace(port, **fields))

    def access(self, device: str, name: str, vlan: int, *, sort: str = "physical") -> None:
        """Add an access port."""
        self.port(device, name, sort=sort)
        self.records.append(
            Switchport(
                source=self.at(device), interface=InterfaceName(name), mode="access", untagged=VlanId(vlan)
            )
        )

    def trunk(
        self, device: str, name: str, *tagged: int, native: int | None = None, sort: str = "physical"
    ) -> None:
        """Add a trunk port."""
        self.port(device, name, sort=sort)
        self.records.append(
            Switchport(
                source=self.at(device),
                interface=InterfaceName(name),
                mode="trunk",
                untagged=VlanId(native) if native else None,
                tagged=frozenset(VlanId(v) for v in tagged),
            )
        )

    def lag(self, device: str, name: str, *members: str, mlag: str = "", partner: Mac | None = None) -> None:
        """Bundle physical ports; the LAG's own VLANs come from `access` or `trunk`."""
        for member in members:
            self.port(device, member)
            self.records.append(
                LagMember(
                    source=self.at(device),
                    lag=InterfaceName(name),
                    interface=InterfaceName(member),
                    active=True,
                    lacp=True,
                    partner=partner,
                )
            )
        if mlag:
            self.records.append(
                MlagPort(
                    source=self.at(device), number=mlag, interface=InterfaceName(name), state="active-full"
                )
            )

    def hears(self, device: str, port: str, system: str, far: str, **fields: str) -> None:
        """Let one end of a cable hear the other."""
        known = {"chassis": f"chassis of {system}", **fields}
        self.records.append(
            LldpNeighbor(
                source=self.at(device), interface=InterfaceName(port), system=system, port=far, **known
            )
        )

    def cable(self, a: str, port_a: str, b: str, port_b: str) -> None:
        """Let both ends of a cable hear each other."""
        self.hears(a, port_a, b, port_b)
        self.hears(b, port_b, a, port_a)

    def pair(self, a: str, b: str, peer_link: str = "Port-Channel100", system: Mac | None = None) -> None:
        """Make two switches MLAG peers whose peer link is a trunk of one cable."""
        for here, there in ((a, b), (b, a)):
            self.lag(here, peer_link, "Ethernet53")
            self.records.append(
                MlagDomain(
                    source=self.at(here),
                    domain="pair",
                    active=True,
                    role="",
                    peer_link=InterfaceName(peer_link),
                    system=system,
                )
            )
            self.hears(here, "Ethernet53", there, "Ethernet53")

    def learns(self, device: str, port: str, vlan: int, address: Mac) -> None:
        """Put an address into a MAC table."""
        self.records.append(
            MacEntry(source=self.at(device), vlan=VlanId(vlan), mac=address, interface=InterfaceName(port))
        )

    def arp(self, device: str, interface: str, address: str, owner: Mac | None) -> None:
        """Put an entry into an ARP table."""
        self.records.append(
            Neighbor(
                source=self.at(device),
                address=ip_address(address),
                mac=owner,
                interface=InterfaceName(interface),
            )
        )

    def svi(self, device: str, vlan: int, address: str, owner: Mac | None = None) -> None:
        """Give a switch an address in a VLAN."""
        self.port(device, f"Vlan{vlan}", sort="svi", vlan=VlanId(vlan), mac=owner)
        self.address(device, f"Vlan{vlan}", address)

    def gateway(self, device: str, vlan: int, address: str, owner: Mac, protocol: str = "varp") -> None:
        """Give a switch a shared gateway address."""
        self.records.append(
            Gateway(
                source=self.at(device),
                interface=InterfaceName(f"Vlan{vlan}"),
                protocol=protocol,
                addresses=(ip_address(address),),
                mac=owner,
            )
        )

    def address(self, device: str, interface: str, address: str) -> None:
        """Give an interface an address."""
        self.records.append(
            PortAddress(
                source=self.at(device), interface=InterfaceName(interface), address=ip_interface(address)
            )
        )

    def stp(self, device: str, vlan: int, root: Mac, bridge: Mac) -> None:
        """Say which root a switch sees in a VLAN."""
        self.records.append(
            StpInstance(
                source=self.at(device),
                instance=f"VL{vlan}",
                vlans=frozenset({VlanId(vlan)}),
                root=root,
                root_priority=4096,
                bridge=bridge,
                bridge_priority=32768,
            )
        )

    def blocks(self, device: str, port: str, vlan: int) -> None:
        """Let spanning tree discard on a port."""
        self.records.append(
            StpPort(
                source=self.at(device),
                instance=f"VL{vlan}",
                interface=InterfaceName(port),
                role="alternate",
                state="discarding",
            )
        )

    def vni(self, device: str, vlan: int, vni: int) -> None:
        """Stretch a VLAN by VXLAN."""
        self.records.append(Vni(source=self.at(device), vlan=VlanId(vlan), vni=vni))

    def host(self, name: str, *, rack: str = "", hostname: str = "") -> None:
        """Add a host."""
        self.device(name, platform="linux", rack=rack)
        self.records.append(Facts(source=self.at(name), hostname=hostname or name))

    def bonded(self, name: str, first: Mac, mode: str = "802.3ad", partner: Mac | None = None) -> None:
        """Give a host two cards under `bond0`, which uses the first one's address."""
        second = Mac(f"{first[:-2]}{int(first[-2:], 16) + 1:02x}")
        bond = InterfaceName("bond0")
        self.port(name, "ens1f0", mac=first, master=bond)
        self.port(name, "ens1f1", mac=first, hardware=second, master=bond)
        self.port(name, "bond0", sort="bond", mac=first)
        self.records.append(
            Bond(
                source=self.at(name),
                name=bond,
                mode=mode,
                members=(InterfaceName("ens1f0"), InterfaceName("ens1f1")),
                active=InterfaceName("ens1f0") if mode == "active-backup" else None,
                partner=partner,
            )
        )

    def sees_host(self, switch: str, port: str, host: str, nic: str, card: Mac) -> None:
        """Let a switch hear lldpd, which sends the card's address as port id and its name as description."""
        self.hears(switch, port, host, card, port_description=nic, chassis=card)

    def default_route(self, host: str, gateway: str, interface: str) -> None:
        """Give a host a default route."""
        whole = "0.0.0.0/0" if "." in gateway else "::/0"
        self.records.append(
            Route(
                source=self.at(host),
                prefix=ip_network(whole),
                via=((ip_address(gateway), InterfaceName(interface)),),
            )
        )

    def file(self, host: str, path: str, text: str) -> None:
        """Keep a file of a host."""
        self.records.append(FileText(source=self.at(host), path=path, text=text))

    def bridges(self, host: str, bridge: str, port: str, guest: Mac) -> None:
        """Put a guest into a host's bridge table."""
        self.records.append(
            BridgeEntry(
                source=self.at(host),
                bridge=InterfaceName(bridge),
                port=InterfaceName(port),
                mac=guest,
                permanent=False,
            )
        )

    def answer(self, device: str, command: str, status: str = "data", **fields: int | str) -> None:
        """Account for a command."""
        self.answers.append(
            Answer(device=DeviceName(device), command=command, file="", status=status, **fields)
        )

    def build(self, shuffle: random.Random | None = None) -> tuple[Network, Coverage]:
        """Build the network, the records in any order."""
        records = list(self.records)
        if shuffle is not None:
            shuffle.shuffle(records)
        reading = Reading(records=tuple(records), unparsed=tuple(self.unparsed), answers=tuple(self.answers))
        return build(reading, name="story", digest="0", devices=tuple(self.devices.values()))

    def network(self) -> Network:
        """Build the network only."""
        return self.build()[0]

    def gaps(self, kind: GapKind) -> tuple[Gap, ...]:
        """Build, and give the gaps of one kind."""
        return tuple(gap for gap in self.build()[1].gaps if gap.kind is kind)


def nodes(network: Network) -> dict[str, set[tuple[str, int]]]:
    """Give the nodes of every segment by its name."""
    return {segment.name: set(segment.nodes) for segment in network.segments}


def bonded_rack() -> Story:
    """Tell of one rack: an MLAG pair under two cores, and web-01 bonded to both leafs in VLAN 110."""
    story = Story()
    for core in ("core1", "core2"):
        story.switch(core, 110, system=mac(0xC00 + int(core[-1])))
    for letter, leaf in (("a", "leaf-a"), ("b", "leaf-b")):
        story.switch(leaf, 110, 120, rack="r1", system=mac(0xA00 + ord(letter)))
        for number, core in ((1, "core1"), (2, "core2")):
            story.trunk(leaf, f"Ethernet5{number - 1}", 110)
            story.trunk(core, f"Ethernet{ord(letter)}", 110)
            story.cable(leaf, f"Ethernet5{number - 1}", core, f"Ethernet{ord(letter)}")
        story.lag(leaf, "Port-Channel11", "Ethernet1", mlag="11", partner=mac(0x100))
        story.access(leaf, "Port-Channel11", 110, sort="lag")
        story.learns(leaf, "Port-Channel11", 110, mac(0x100))
        story.trunk(leaf, "Port-Channel100", 110, 120, sort="lag")
    # A second rack makes the switches above cores.
    story.switch("leaf-z", 110, rack="r2")
    story.access("leaf-z", "Ethernet1", 110)
    for number, core in ((1, "core1"), (2, "core2")):
        story.trunk("leaf-z", f"Ethernet5{number - 1}", 110)
        story.trunk(core, "Ethernet9", 110)
        story.cable("leaf-z", f"Ethernet5{number - 1}", core, "Ethernet9")
    story.host("solo")
    story.port("solo", "eth0", mac=mac(0x900))
    story.address("solo", "eth0", "10.1.10.90/24")
    story.sees_host("leaf-z", "Ethernet1", "solo", "eth0", mac(0x900))
    story.learns("leaf-z", "Ethernet1", 110, mac(0x900))
    story.pair("leaf-a", "leaf-b", system=mac(0x555))
    story.host("web-01")
    story.bonded("web-01", mac(0x100), partner=mac(0x555))
    story.address("web-01", "bond0", "10.1.10.11/24")
    story.sees_host("leaf-a", "Ethernet1", "web-01", "ens1f0", mac(0x100))
    story.sees_host("leaf-b", "Ethernet1", "web-01", "ens1f1", mac(0x101))
    return story
