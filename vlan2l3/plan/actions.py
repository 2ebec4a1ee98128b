"""Say what a step does and what must be seen, in no vendor's syntax.

Comes in: nothing. Goes out: the actions and checks that `plan` chooses and `render` writes for each platform.
Everything a template needs is in them: a template computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vlan2l3.design.target import FabricLink, HostTarget, LegTarget, PeerTarget, Router, Witness
from vlan2l3.names import DeviceName, InterfaceName, Mac, SegmentName, VlanId

# --- actions on switches ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreUnderlay:
    """Give a core its loopback, and BGP that speaks to nobody yet; `announce` lists its gateways' subnets."""

    template: ClassVar[str] = "core"
    router: Router
    announce: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreLinks:
    """Give a core BGP sessions over its idle routed links to one rack."""

    template: ClassVar[str] = "links"
    router: Router
    links: tuple[FabricLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Underlay:
    """Give a leaf its loopback, which is all it announces, and BGP sessions over its idle routed links."""

    template: ClassVar[str] = "underlay"
    router: Router
    links: tuple[FabricLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coexist:
    """Make a gateway answer ARP for moved hosts in one subnet, and send no redirects."""

    template: ClassVar[str] = "coexist"
    segment: SegmentName
    svi: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True)
class PortDown:
    """Shut a leaf port: the host sees carrier go, which takes the link out of the bond without a loss."""

    template: ClassVar[str] = "port_down"
    host: DeviceName
    leg: LegTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRouted:
    """Make a shut leaf port routed, with a BGP session that accepts exactly the host's addresses; open it."""

    template: ClassVar[str] = "port_routed"
    host: HostTarget
    leg: LegTarget
    router: Router
    vlans: tuple[VlanId, ...]

    @property
    def first_here(self) -> bool:
        """Tell whether none of the host's links to this leaf was routed before.

        Only then does its undo take the host's BGP group and filters away: an earlier link still uses them.
        """
        before = self.host.legs[: self.host.legs.index(self.leg)]
        return all(leg.leaf != self.leg.leaf for leg in before)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLag:
    """Delete the port-channels that lost their last member."""

    template: ClassVar[str] = "remove_lag"
    lags: tuple[tuple[InterfaceName, tuple[str, ...]], ...]  # name, its configuration lines as captured


# --- actions on hosts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStage:
    """Run one stage of a host's `apply.sh`."""

    template: ClassVar[str] = "host_stage"
    host: HostTarget
    stage: str  # ready | leg-out | dual | cut | routed


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRoutes:
    """Give an unmoved host routes to the moved IPv6 addresses of its subnets; `peers` are its interfaces."""

    template: ClassVar[str] = "learn_routes"
    host: DeviceName
    peers: tuple[PeerTarget, ...]


# --- actions of people --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Ask people for something no command does: lines to tick off, and a text to follow."""

    template: ClassVar[str] = "people"
    lines: tuple[str, ...]
    text: str = ""


Action = (
    CoreUnderlay
    | CoreLinks
    | Underlay
    | Coexist
    | PortDown
    | PortRouted
    | RemoveLag
    | HostStage
    | LearnRoutes
    | People
)

# --- checks -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PortState:
    """Expect a switch port up or down."""

    device: DeviceName
    port: InterfaceName
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairHealthy:
    """Expect a leaf's MLAG active and its peer connected."""

    device: DeviceName


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingReady:
    """Expect a switch to run what BGP unnumbered needs, where its platform has a choice."""

    device: DeviceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Expect BGP sessions established on exactly these ports of a switch."""

    device: DeviceName
    ports: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteBy:
    """Expect a switch to reach a prefix by BGP over exactly these ports."""

    device: DeviceName
    prefix: str
    ports: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyArp:
    """Expect proxy ARP on and redirects off on an SVI."""

    device: DeviceName
    svi: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Expect the host to be the one planned for: its name, and the addresses of its links."""

    device: DeviceName
    macs: tuple[tuple[InterfaceName, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BondMembers:
    """Expect exactly these members to be up in a bond."""

    device: DeviceName
    bond: InterfaceName
    members: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSessions:
    """Expect the host's BGP sessions established on exactly these interfaces."""

    device: DeviceName
    interfaces: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDefault:
    """Expect the host's default route of a family over exactly these interfaces."""

    device: DeviceName
    version: int
    interfaces: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackUp:
    """Expect a switch's new loopback address to be there."""

    device: DeviceName
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLocal:
    """Expect ports of a switch to be up with a link-local address: BGP unnumbered speaks from it."""

    device: DeviceName
    ports: tuple[InterfaceName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BondWhole:
    """Expect both members of a bond to be up, and in one aggregator where the bond speaks LACP."""

    device: DeviceName
    bond: InterfaceName
    members: tuple[InterfaceName, ...]
    lacp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StillDirect:
    """Expect an unmoved machine to reach another at its own MAC, and nobody to answer for a free address."""

    device: DeviceName
    witness: Witness
    other: Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAnswers:
    """Expect the gateway to answer ARP for an address on the fabric, while the host still does too."""

    device: DeviceName
    interface: InterfaceName
    address: str
    macs: tuple[Mac, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSees:
    """Expect an unmoved machine to learn anew that a moved address is behind the gateway, and to reach it."""

    device: DeviceName
    address: str
    macs: tuple[Mac, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoArpEntry:
    """Expect a gateway to hold no ARP or ND entry for a moved address: it is a route now."""

    device: DeviceName
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaches:
    """Expect a host's address to answer from these places, and to answer them."""

    device: DeviceName
    address: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOf:
    """Expect the host to reach a subnet from the address it has there today."""

    device: DeviceName
    prefix: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BigPacket:
    """Expect a packet of the host's MTU to cross the fabric whole."""

    device: DeviceName
    target: str
    mtu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteReached:
    """Expect an address to answer a host that learned a route to it."""

    device: DeviceName
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Expect of a command's output what only a person can judge."""

    device: DeviceName
    command: str
    text: str


Check = (
    PortState
    | PairHealthy
    | RoutingReady
    | Sessions
    | RouteBy
    | ProxyArp
    | Identity
    | BondMembers
    | HostSessions
    | HostDefault
    | LoopbackUp
    | LinkLocal
    | BondWhole
    | StillDirect
    | GatewayAnswers
    | PeerSees
    | NoArpEntry
    | Reaches
    | SourceOf
    | BigPacket
    | RouteReached
    | Seen
)
