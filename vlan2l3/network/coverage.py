"""Say what is known of the network and what is not: the ledger that keeps a rack from being planned blindly.

Comes in: nothing. Goes out: the types that `network.topics` and `network.gaps` fill. Unknown is not absent;
absent is not safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vlan2l3.names import DeviceName, RackName
from vlan2l3.parse.reading import Answer, Unparsed
from vlan2l3.parse.records import Source
from vlan2l3.platforms import Topic


class TopicState(StrEnum):
    """Say what became of one topic of one device."""

    COMPLETE = "complete"  # whatever was asked answered, and every line was understood
    PARTIAL = "partial"  # there is data, and lines or answers of it are missing
    ABSENT = "absent"  # the device says that it has no such feature
    REFUSED = "refused"  # the device doesn't know the command, or doesn't allow it
    FAILED = "failed"  # timed out, cut off, empty, not readable
    NOT_ASKED = "not-asked"
    NO_PARSER = "no-parser"  # nothing here can read this platform


class GapKind(StrEnum):
    """Say in which way the network is not known."""

    DEVICE_UNREAD = "device-unread"
    COMMAND_MISSING = "command-missing"
    LINES_UNPARSED = "lines-unparsed"
    HOST_UNREAD = "host-unread"
    UNKNOWN_HOST = "unknown-host"
    UNKNOWN_NEIGHBOR = "unknown-neighbor"
    UNKNOWN_MAC = "unknown-mac"
    MAC_WITHOUT_PORT = "mac-without-port"
    ARP_WITHOUT_MAC = "arp-without-mac"
    ARP_UNANSWERED = "arp-unanswered"
    SILENT_PORT = "silent-port"
    PORT_WITHOUT_NEIGHBOR = "port-without-neighbor"
    ROOT_OUTSIDE = "root-outside"
    VLAN_ONE_SIDED = "vlan-one-sided"
    STRETCHED = "stretched"
    CONTRADICTION = "contradiction"

    @property
    def meaning(self) -> str:
        """Say what all gaps of the kind have in common."""
        return _MEANINGS[self]


_MEANINGS = {
    GapKind.DEVICE_UNREAD: "devices of the inventory from which nothing was read",
    GapKind.COMMAND_MISSING: "commands without an answer",
    GapKind.LINES_UNPARSED: "answers that were not understood in full",
    GapKind.HOST_UNREAD: "hosts of the inventory that a switch sees and nobody logged in to",
    GapKind.UNKNOWN_HOST: "hosts that a switch sees, in no inventory, never logged in to",
    GapKind.UNKNOWN_NEIGHBOR: "other LLDP or CDP neighbours that are in no inventory",
    GapKind.UNKNOWN_MAC: "MAC addresses on a port that belong to nobody known",
    GapKind.MAC_WITHOUT_PORT: "MAC addresses without a port: on links to other switches only",
    GapKind.ARP_WITHOUT_MAC: "ARP and ND entries whose MAC address is in no MAC table",
    GapKind.ARP_UNANSWERED: "IP addresses that somebody asks for and nobody answers",
    GapKind.SILENT_PORT: "ports up without a known neighbour: nothing was heard or learned on them",
    GapKind.PORT_WITHOUT_NEIGHBOR: "ports up without a known neighbour: routed, or unknown machines only",
    GapKind.ROOT_OUTSIDE: "spanning-tree roots outside the capture",
    GapKind.VLAN_ONE_SIDED: "VLANs on one end of a trunk only",
    GapKind.STRETCHED: "segments that leave the captured network by VXLAN",
    GapKind.CONTRADICTION: "facts that two sources tell differently",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Record one thing that is not known.

    Attributes:
        subject: stable text that a waiver in `vlan2l3.toml` names, `leaf-r12a Ethernet11 02:00:…`.
        devices: those it was noticed on.
        racks: racks whose plan depends on it; empty means every rack.
        blind: it keeps a rack it touches from being planned until it is waived.
        what: what is not known, and how that was noticed.
        about: the command it is about, where it is about one.
        reason: what gaps of one cause share; empty where the kind says it all.
        hint: how to close it.
    """

    kind: GapKind
    subject: str
    devices: tuple[DeviceName, ...] = ()
    racks: tuple[RackName, ...]
    blind: bool
    what: str
    about: str = ""
    reason: str = ""
    hint: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAccount:
    """Account for one topic of one device.

    Attributes:
        essential: a plan rests on one of its commands.
        lost: lines and rows that were not understood in the answers that tell of it.
        commands: those that answered, failed, or should have been asked.
        note: why it is not complete, in the device's words where it said so.
    """

    topic: Topic
    state: TopicState
    essential: bool = False
    lost: int = 0
    commands: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAccount:
    """Account for one device: every topic its platform can be asked about, each once.

    Without a known platform these are all topics there are.
    """

    name: DeviceName
    platform: str
    rack: str
    note: str
    topics: tuple[TopicAccount, ...]
    unknown_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Account for the capture: every device's topics, every answer, every line not understood, every gap."""

    answers: tuple[Answer, ...]
    unparsed: tuple[Unparsed, ...]
    gaps: tuple[Gap, ...] = field(default=())
    devices: tuple[DeviceAccount, ...] = field(default=())

    def blind_spots(self, rack: str) -> tuple[Gap, ...]:
        """List the gaps that keep a rack from being planned."""
        return tuple(g for g in self.gaps if g.blind and (not g.racks or rack in g.racks))
