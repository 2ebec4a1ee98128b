"""Tell whether a packet arrives, by walking the facts of a state hop by hop.

Comes in: the facts of a state, who sends, and the address of a host that moves. Goes out: `Delivered` by a
plane, `Looped`, or `Dropped` where and why. It knows what a step boundary can look like in these plans and
nothing more: no congestion, no timers. What a router does: its own port with the /32, a route of its
configuration, the /32 by a neighbour, its subnet, the default; the longest match first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from vlan2l3.design.target import HostTarget, KeptAddress, LegTarget, PeerTarget, SubnetTarget, Target
from vlan2l3.names import DeviceName, SegmentName
from vlan2l3.plan.bridged import Around, Frames, around
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Believes,
    Carrier,
    Enslaved,
    Fabric,
    Facts,
    Gateway,
    OnDummy,
    OnLink,
    PeerRoute,
    Pinned,
    Plane,
    Redirects,
    Resolved,
    Speaks,
    StaticDefault,
    Strict,
)
from vlan2l3.plan.outcomes import Delivered, Dropped, Looped, Outcome, worst

IPV4 = 4


class Viewpoint(StrEnum):
    """Say who sends: the three see different faults."""

    NEIGHBOR = "an unmoved machine of the same subnet"
    MOVED = "a moved machine"
    OUTSIDE = "a machine outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Say where a packet is sent from or goes to: behind which switch, seen by whom."""

    view: Viewpoint
    switch: DeviceName

    def __str__(self) -> str:
        return f"{self.view} behind {self.switch}"


@dataclass(frozen=True)
class Walker:
    """Walk packets to and from the hosts of a target."""

    target: Target

    def places(self, kept: KeptAddress) -> tuple[Place, ...]:
        """List every place that differs for an address: each switch its traffic can begin or end behind."""
        near = (Place(view=Viewpoint.NEIGHBOR, switch=s) for s in self.subnets[kept.segment].entries)
        moved = (Place(view=Viewpoint.MOVED, switch=leaf.name) for leaf in self.target.leafs)
        outside = (Place(view=Viewpoint.OUTSIDE, switch=gateway) for gateway in self.gateways(kept.segment))
        return (*near, *moved, *outside)

    def deliver(self, state: Facts, place: Place, host: HostTarget, kept: KeptAddress) -> Outcome:
        """Follow a packet from a place to one of a host's addresses."""
        if place.view is Viewpoint.NEIGHBOR:
            return self._from_neighbor(state, place.switch, host, kept)
        return _Route(self, state, host, kept).at(place.switch)

    def reply(self, state: Facts, place: Place, host: HostTarget, kept: KeptAddress) -> Outcome:
        """Follow a packet from a host's address back to a place."""
        if place.view is Viewpoint.NEIGHBOR and _on_link(state, host, kept):
            return self._sent(state, host, kept, (place.switch,))
        version = kept.address.version
        static = [
            other
            for other in host.addresses
            if other.default
            and other.address.version == version
            and StaticDefault(host=host.name, version=version, interface=other.interface) in state
        ]
        if static:
            return worst([self._by_static(state, host, other) for other in static])
        return self._by_fabric(state, host, kept, place)

    # --- senders ------------------------------------------------------------------------------------

    def _from_neighbor(
        self, state: Facts, switch: DeviceName, host: HostTarget, kept: KeptAddress
    ) -> Outcome:
        """Follow a neighbour's packet: by a route it was given, by its ARP table, or by whoever answers."""
        if kept.address.version != IPV4 and self._peers_have_routes(state, host, kept):
            return self._by_gateway(state, switch, host, kept, heeds=False)  # its script turns that off
        beliefs = {
            believed
            for believed in Believes
            if Resolved(segment=kept.segment, prefix=kept.host_prefix, believes=believed) in state
        }
        outcomes = []
        if Believes.OWN in beliefs or (not beliefs and _on_link(state, host, kept)):
            outcomes.append(self._by_mac(state, switch, host, kept))
        if Believes.GATEWAY in beliefs or not outcomes or (not beliefs and self._answered(state, kept)):
            outcomes.append(self._answering(state, switch, host, kept))
        return worst(outcomes)

    def _by_mac(self, state: Facts, switch: DeviceName, host: HostTarget, kept: KeptAddress) -> Outcome:
        if not _on_link(state, host, kept):
            why = f"neighbours still send {kept.host_prefix} to the host's own MAC"
            return Dropped(f"segment {kept.segment}", why)
        lost = self.frames(state, kept.segment).to_host(switch, host, kept)
        return lost or Delivered(Plane.VLAN)

    def _answering(self, state: Facts, switch: DeviceName, host: HostTarget, kept: KeptAddress) -> Outcome:
        """Send to the gateway, as long as somebody will answer for the address once entries age out."""
        silent = [
            gateway
            for gateway in self.gateways(kept.segment)
            if Answers(switch=gateway, segment=kept.segment) not in state
        ]
        if kept.address.version == IPV4 and silent and not _on_link(state, host, kept):
            aged = f"so nobody answers for {kept.host_prefix} once ARP entries age out"
            return Dropped(", ".join(silent), f"no proxy ARP in {kept.segment}, {aged}")
        return self._by_gateway(state, switch, host, kept)

    def _answered(self, state: Facts, kept: KeptAddress) -> bool:
        """Tell whether a gateway answers ARP for the address: it does for what it would route elsewhere."""
        return any(
            Answers(switch=gateway, segment=kept.segment) in state for gateway in self.gateways(kept.segment)
        )

    def _by_gateway(
        self, state: Facts, switch: DeviceName, host: HostTarget, kept: KeptAddress, *, heeds: bool = True
    ) -> Outcome:
        """Cross the segment to each gateway there is and follow what it does; which one answers is open.

        `heeds` says whether the sender believes redirects.
        """
        reached = self.frames(state, kept.segment).reached(switch)
        live = [g for g in self.gateways(kept.segment) if Gateway(switch=g, segment=kept.segment) in state]
        arrived = [gateway for gateway in live if gateway in reached]
        if not arrived:
            return Dropped(switch, f"no gateway of {kept.segment} is reached from it")
        routes = _Route(self, state, host, kept, near=True, heeds=heeds)
        return worst([routes.at(gateway) for gateway in arrived])

    # --- replies ------------------------------------------------------------------------------------

    def _by_static(self, state: Facts, host: HostTarget, kept: KeptAddress) -> Outcome:
        live = tuple(
            g for g in self.gateways(kept.segment) if Gateway(switch=g, segment=kept.segment) in state
        )
        return self._sent(state, host, kept, live)

    def _sent(
        self, state: Facts, host: HostTarget, kept: KeptAddress, ends: tuple[DeviceName, ...]
    ) -> Outcome:
        """Send a frame from the host; where several switches will do, one that is reached is enough."""
        outcomes = [self.frames(state, kept.segment).from_host(host, kept, end) for end in ends]
        if not outcomes:
            return Dropped(f"segment {kept.segment}", "it has no gateway any more")
        lost = [outcome for outcome in outcomes if outcome is not None]
        return Delivered(Plane.VLAN) if len(lost) < len(outcomes) else lost[0]

    def _by_fabric(self, state: Facts, host: HostTarget, kept: KeptAddress, place: Place) -> Outcome:
        """Leave by a leaf that gives a default, which needs a core; from there to the place."""
        leafs = [leg.leaf for leg in host.legs if self.gives_default(state, host, leg)]
        if not leafs:
            return Dropped(host.name, "no default route: the static one is gone and no leaf gives one")
        if place.view is not Viewpoint.NEIGHBOR:
            return Delivered(Plane.FABRIC)
        ways = [core for leaf in leafs for core in self.up(state, leaf, kept.segment)]
        return worst([self._to_member(state, core, kept, place) for core in ways])

    def _to_member(self, state: Facts, core: DeviceName, kept: KeptAddress, place: Place) -> Outcome:
        """Enter the segment at a core that has its address there."""
        if Gateway(switch=core, segment=kept.segment) not in state:
            return Dropped(core, f"it has no address in {kept.segment}, and the subnet is not routed to it")
        if place.switch not in self.frames(state, kept.segment).reached(core):
            return Dropped(core, f"no trunk carries {kept.segment} from it to {place.switch}")
        return Delivered(Plane.FABRIC)

    # --- what routers and links do ------------------------------------------------------------------

    def gives_default(self, state: Facts, host: HostTarget, leg: LegTarget) -> bool:
        """Tell whether the host has the fabric's default by a link."""
        taken = any(
            Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix) in state
            for kept in host.addresses
        )
        return taken and self.session(state, host, leg) and bool(self.cores(state, leg.leaf))

    def announcing(self, state: Facts, host: HostTarget, kept: KeptAddress) -> list[LegTarget]:
        """List the links over which a leaf has the host's /32."""
        if OnDummy(host=host.name, prefix=kept.host_prefix) not in state:
            return []
        return [
            leg
            for leg in host.legs
            if self.session(state, host, leg)
            and Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix) in state
        ]

    def session(self, state: Facts, host: HostTarget, leg: LegTarget) -> bool:
        """Tell whether BGP can run on a link; what arrives on a member of a bond belongs to the bond."""
        return (
            Carrier(switch=leg.leaf, port=leg.port) in state
            and Speaks(host=host.name, interface=leg.interface) in state
            and Enslaved(host=host.name, interface=leg.interface) not in state
        )

    def cores(self, state: Facts, leaf: DeviceName) -> list[DeviceName]:
        """List the cores a leaf routes to."""
        return [core for core in self.adjacent.get(leaf, ()) if Fabric(leaf=leaf, core=core) in state]

    def up(self, state: Facts, leaf: DeviceName, segment: SegmentName) -> list[DeviceName]:
        """List the cores a leaf sends a subnet's packets to: those that announce it, else all by default."""
        cores = self.cores(state, leaf)
        return [c for c in cores if Gateway(switch=c, segment=segment) in state] or cores

    def frames(self, state: Facts, name: SegmentName) -> Frames:
        """Give the frames of a segment in a state."""
        return Frames(state, self.subnets[name], self._around[name])

    def _peers_have_routes(self, state: Facts, host: HostTarget, kept: KeptAddress) -> bool:
        prefix = kept.host_prefix
        return all(PeerRoute(host=p.host, prefix=prefix) in state for p in self.peers(host, kept))

    def peers(self, host: HostTarget, kept: KeptAddress) -> list[PeerTarget]:
        """List the machines in an address's segment that know it by a route of their own, the host aside."""
        return [peer for peer in self._learning.get(kept.segment, ()) if peer.host != host.name]

    def gateways(self, segment: SegmentName) -> tuple[DeviceName, ...]:
        """List the switches with an address in a segment today."""
        return tuple(dict.fromkeys(switch for switch, _ in self.subnets[segment].gateways))

    @cached_property
    def subnets(self) -> dict[SegmentName, SubnetTarget]:
        """Give the subnets by their segments."""
        return {subnet.segment: subnet for subnet in self.target.subnets}

    @cached_property
    def _around(self) -> dict[SegmentName, Around]:
        return {subnet.segment: around(subnet) for subnet in self.target.subnets}

    @cached_property
    def _learning(self) -> dict[SegmentName, list[PeerTarget]]:
        found: dict[SegmentName, list[PeerTarget]] = {}
        for peer in self.target.peers:
            found.setdefault(peer.segment, []).append(peer)
        return found

    @cached_property
    def adjacent(self) -> dict[DeviceName, tuple[DeviceName, ...]]:
        """Give, for each router, those it has a cable of the fabric to."""
        found: dict[DeviceName, dict[DeviceName, None]] = {}
        for link in self.target.links:
            found.setdefault(link.leaf, {})[link.core] = None
            found.setdefault(link.core, {})[link.leaf] = None
        return {name: tuple(others) for name, others in found.items()}


@dataclass(frozen=True, slots=True)
class _Route:
    """Follow one packet from router to router.

    `near` says that the sender is in the address's segment, `heeds` that it believes redirects.
    """

    walker: Walker
    state: Facts
    host: HostTarget
    kept: KeptAddress
    near: bool = False
    heeds: bool = False

    def at(self, router: DeviceName, path: tuple[DeviceName, ...] = ()) -> Outcome:
        """Do what a router does with the packet."""
        if router in path:
            return Looped((*path[path.index(router) :], router))
        path = (*path, router)
        announced = self.walker.announcing(self.state, self.host, self.kept)
        own = [leg for leg in announced if leg.leaf == router]
        if own:
            return worst([self._taken(leg) for leg in own])
        prefix = self.kept.host_prefix
        around = self.walker.adjacent.get(router, ())
        pinned = [to for to in around if Pinned(switch=router, prefix=prefix, toward=to) in self.state]
        told = pinned or self._told(router, {leg.leaf for leg in announced})
        if told:
            return worst([self.at(to, path) for to in told])
        if Gateway(switch=router, segment=self.kept.segment) in self.state:
            return self._resolved(router)
        up = self.walker.up(self.state, router, self.kept.segment)
        if up:
            return worst([self.at(core, path) for core in up])
        return Dropped(router, f"it has no route to {self.kept.address.ip}")

    def _told(self, router: DeviceName, leafs: set[DeviceName]) -> list[DeviceName]:
        """List the neighbours a router has the /32 from: leafs tell cores, and cores tell other leafs."""
        cores = self.walker.cores(self.state, router)
        if cores:
            return [c for c in cores if any(c in self.walker.cores(self.state, leaf) for leaf in leafs)]
        return sorted(leaf for leaf in leafs if router in self.walker.cores(self.state, leaf))

    def _resolved(self, gateway: DeviceName) -> Outcome:
        """Ask for the address in the segment, and send the frame."""
        lost = self.walker.frames(self.state, self.kept.segment).to_host(gateway, self.host, self.kept)
        if lost is not None:
            return lost
        if self._strict and not self.near and not self._static():
            return Dropped(self.host.name, f"rp_filter is on, and its way back is not {self.kept.interface}")
        told = Redirects(switch=gateway, segment=self.kept.segment) in self.state
        return Delivered(Plane.VLAN, redirected=gateway if told and self.near and self.heeds else "")

    def _taken(self, leg: LegTarget) -> Outcome:
        """Arrive on a link of the host, which may drop what it would answer by another."""
        if self._strict and (self._static() or _on_link(self.state, self.host, self.kept)):
            return Dropped(self.host.name, f"rp_filter is on, and its way back is not {leg.interface}")
        return Delivered(Plane.FABRIC)

    @property
    def _strict(self) -> bool:
        """Tell whether the host looks at the way back; there is no such setting for IPv6."""
        return self.kept.address.version == IPV4 and Strict(host=self.host.name) in self.state

    def _static(self) -> bool:
        version = self.kept.address.version
        return any(
            StaticDefault(host=self.host.name, version=version, interface=kept.interface) in self.state
            for kept in self.host.addresses
            if kept.default and kept.address.version == version
        )


def _on_link(state: Facts, host: HostTarget, kept: KeptAddress) -> bool:
    return OnLink(host=host.name, interface=kept.interface, address=kept.text) in state
