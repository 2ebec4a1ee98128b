"""Say what a host tells, one frozen record a fact, in no vendor's words.

Comes in: nothing. Goes out: record kinds; `vlan2l3.parse.records` gathers them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vlan2l3.names import Address, InterfaceName, Mac
from vlan2l3.parse.records.device import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond(Record):
    """Give one bond of a host; `partner` is the LACP system id of the switch or MLAG pair."""

    kind: ClassVar[str] = "bond"
    name: InterfaceName
    mode: str  # 802.3ad | active-backup | …
    members: tuple[InterfaceName, ...]
    active: InterfaceName | None = None
    partner: Mac | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEntry(Record):
    """Give one station in the table of a host's bridge; `permanent` ones are the host's own addresses."""

    kind: ClassVar[str] = "bridge-entry"
    bridge: InterfaceName
    port: InterfaceName
    mac: Mac
    permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket(Record):
    """Give one listening socket; `process` is empty when the reader had no right to see it."""

    kind: ClassVar[str] = "socket"
    protocol: str  # tcp | udp | raw
    address: str  # as printed: `*`, `0.0.0.0%eth0`, `[::]`
    port: int
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedGroup(Record):
    """Give one multicast group a host joined on an interface."""

    kind: ClassVar[str] = "joined-group"
    interface: InterfaceName
    group: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """Give one systemd unit and its state."""

    kind: ClassVar[str] = "unit"
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Record):
    """Give one installed package, whose version decides which configuration is right."""

    kind: ClassVar[str] = "package"
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sysctl(Record):
    """Give one kernel setting."""

    kind: ClassVar[str] = "sysctl"
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText(Record):
    """Keep a configuration file whole (redacted), for the matchers and for the diff in the plan."""

    kind: ClassVar[str] = "file"
    path: str
    text: str
