"""Say what one answer of Junos tells and another has to complete.

Comes in: nothing. Goes out: records that only `finish` of this package reads: it joins them with the others
of the device, or reports them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from vlan2l3.names import Address, InterfaceName, Mac, VlanId
from vlan2l3.parse.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ByVlanName(Record):
    """Hold a record that lacks its VLAN id: the answer names the VLAN, another one gives its id.

    Attributes:
        command: the answer it came with, for the report.
        record: the kind of record, a key of `records.KINDS`.
        given: its other fields.
    """

    kind: ClassVar[str] = "by-vlan-name"
    command: str
    vlan_name: str
    record: str
    given: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VrfMember(Record):
    """Say that an interface belongs to a routing instance with a table of its own."""

    kind: ClassVar[str] = "vrf-member"
    interface: InterfaceName
    vrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MstiVlans(Record):
    """Give the VLANs that the configuration maps to an instance of MSTP."""

    kind: ClassVar[str] = "msti-vlans"
    instance: str
    vlans: frozenset[VlanId]


@dataclass(frozen=True, slots=True, kw_only=True)
class McAe(Record):
    """Give what a switch shows of one LAG that it shares with its MC-LAG peer.

    Attributes:
        peer_link: the port of the inter-chassis link that backs it, if shown.
    """

    kind: ClassVar[str] = "mc-ae"
    command: str
    interface: InterfaceName
    state: str
    role: str
    peer: Address | None = None
    peer_link: InterfaceName | None = None
    peer_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgedUnit(Record):
    """Say how frames leave a bridged unit: with which tag, or as a trunk with those of all its VLANs."""

    kind: ClassVar[str] = "bridged-unit"
    command: str
    unit: InterfaceName
    tag: VlanId | None
    trunk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VlanMember(Record):
    """Say that a unit is a member of a VLAN, where the answer does not say with or without a tag."""

    kind: ClassVar[str] = "vlan-member"
    unit: InterfaceName
    vlan: VlanId


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerLink(Record):
    """Give the inter-chassis link to an MC-LAG peer, as it is configured."""

    kind: ClassVar[str] = "peer-link"
    peer: Address
    interface: InterfaceName
    domain: str
    system: Mac | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Iccp(Record):
    """Say whether the control connection to an MC-LAG peer stands, and which groups it serves."""

    kind: ClassVar[str] = "iccp"
    peer: Address
    up: bool
    groups: tuple[str, ...] = ()
