"""Say what is known of the network and what is not: the ledger that keeps a rack from being planned blindly.

Comes in: nothing. Goes out: the types that `network.gaps` fills. Unknown is not absent; absent is not safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vlan2l3.names import RackName
from vlan2l3.parse.reading import Answer, Unparsed
from vlan2l3.parse.records import Source


class GapKind(StrEnum):
    """Say in which way the network is not known; each is a reason not to plan over it."""

    DEVICE_UNREAD = "device-unread"  # in the inventory or on the wire, nothing read from it
    COMMAND_MISSING = "command-missing"  # an essential command has no data
    LINES_UNPARSED = "lines-unparsed"  # an answer was not understood in full
    UNKNOWN_MAC = "unknown-mac"  # learned on an access port, belongs to nobody known
    SILENT_PORT = "silent-port"  # up, and neither a neighbour nor a known MAC on it
    ROOT_OUTSIDE = "root-outside"  # the spanning-tree root was not captured
    CONTRADICTION = "contradiction"  # two sources say different things
    STRETCHED = "stretched"  # a segment leaves the captured network


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Record one thing that is not known.

    Attributes:
        subject: stable text that a waiver in `vlan2l3.toml` names, `leaf-r12a Ethernet11 02:00:…`.
        racks: racks whose plan depends on it; empty means every rack.
        blind: it keeps a rack it touches from being planned until it is waived.
        what: what is not known, and how that was noticed.
        hint: how to close it.
    """

    kind: GapKind
    subject: str
    racks: tuple[RackName, ...]
    blind: bool
    what: str
    hint: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Account for the capture: every command's outcome, every line not understood, every gap."""

    answers: tuple[Answer, ...]
    unparsed: tuple[Unparsed, ...]
    gaps: tuple[Gap, ...] = field(default=())

    def blind_spots(self, rack: str) -> tuple[Gap, ...]:
        """List the gaps that keep a rack from being planned."""
        return tuple(g for g in self.gaps if g.blind and (not g.racks or rack in g.racks))
