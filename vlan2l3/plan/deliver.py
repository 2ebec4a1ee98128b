"""Tell whether a packet arrives, by walking the facts of a state.

Comes in: a `State` and the hosts whose addresses move. Goes out: `Delivered` by a plane, or `Dropped` where
and why. It knows what a step boundary can look like in these plans and nothing more: no congestion, no
timers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vlan2l3.design.target import HostTarget, KeptAddress, LegTarget, PeerTarget, Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Believes,
    Bridged,
    Carrier,
    Enslaved,
    Fabric,
    Fact,
    OnDummy,
    OnLink,
    PeerRoute,
    Plane,
    Resolved,
    Speaks,
    State,
    StaticDefault,
)

IPV4 = 4


class Viewpoint(StrEnum):
    """Say who sends: the three see different faults."""

    NEIGHBOR = "an unmoved machine of the same subnet"
    MOVED = "a moved machine"
    OUTSIDE = "a machine outside"


@dataclass(frozen=True, slots=True)
class Delivered:
    """Say by which plane the packet arrived."""

    plane: Plane


@dataclass(frozen=True, slots=True)
class Dropped:
    """Say where the packet is lost and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Walker:
    """Walk packets to and from the hosts of a target."""

    target: Target

    def deliver(
        self, state: State, sender: Viewpoint, host: HostTarget, kept: KeptAddress
    ) -> Delivered | Dropped:
        """Follow a packet from a viewpoint to one of a host's addresses."""
        if sender is Viewpoint.NEIGHBOR:
            return self._from_neighbor(state, host, kept)
        return self._routed(state, host, kept)

    def reply(
        self, state: State, receiver: Viewpoint, host: HostTarget, kept: KeptAddress
    ) -> Delivered | Dropped:
        """Follow a packet from a host's address back to a viewpoint."""
        on_link = OnLink(host=host.name, interface=kept.interface, address=str(kept.address)) in state
        if receiver is Viewpoint.NEIGHBOR and on_link:
            return self._vlan_leg(state, host, kept)
        version = kept.address.version
        static = [
            other
            for other in host.addresses
            if other.default
            and other.address.version == version
            and StaticDefault(host=host.name, version=version, interface=other.interface) in state
        ]
        if static:
            return self._vlan_leg(state, host, static[0])
        return self._fabric_leg(state, host)

    def asked(self, host: HostTarget) -> frozenset[Fact]:
        """List every fact that the answers about a host can depend on; no other fact changes them."""
        facts: set[Fact] = {
            Fabric(leaf=link.leaf, core=link.core)
            for link in self.target.links
            if link.leaf in {leg.leaf for leg in host.legs}
        }
        for leg in host.legs:
            facts.add(Carrier(switch=leg.leaf, port=leg.port))
            facts.add(Enslaved(host=host.name, interface=leg.interface))
            facts.add(Speaks(host=host.name, interface=leg.interface))
            for kept in host.addresses:
                facts.add(Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan))
                facts.add(Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix))
        for kept in host.addresses:
            prefix, version = kept.host_prefix, kept.address.version
            facts.add(OnLink(host=host.name, interface=kept.interface, address=str(kept.address)))
            facts.add(OnDummy(host=host.name, prefix=prefix))
            facts.add(StaticDefault(host=host.name, version=version, interface=kept.interface))
            facts |= {Resolved(segment=kept.segment, prefix=prefix, believes=b) for b in Believes}
            facts |= {Answers(switch=gateway, segment=kept.segment) for gateway in self._gateways(kept)}
            facts |= {PeerRoute(host=peer.host, prefix=prefix) for peer in self._peers(host, kept)}
        return frozenset(facts)

    def _from_neighbor(self, state: State, host: HostTarget, kept: KeptAddress) -> Delivered | Dropped:
        """Follow a neighbour's packet, sent by its ARP table or by a host route it was given."""
        prefix = kept.host_prefix
        on_link = OnLink(host=host.name, interface=kept.interface, address=str(kept.address)) in state
        if kept.address.version != IPV4 and self._peers_have_routes(state, host, kept):
            return self._routed(state, host, kept)
        if Resolved(segment=kept.segment, prefix=prefix, believes=Believes.OWN) in state:
            if on_link:
                return self._vlan_leg(state, host, kept)
            return Dropped(f"segment {kept.segment}", f"neighbours still send {prefix} to the host's own MAC")
        silent = [g for g in self._gateways(kept) if Answers(switch=g, segment=kept.segment) not in state]
        if kept.address.version == IPV4 and silent and not on_link:
            why = f"no proxy ARP in {kept.segment}, so nobody answers for {prefix} once ARP entries age out"
            return Dropped(", ".join(silent), why)
        return self._routed(state, host, kept)

    def _peers_have_routes(self, state: State, host: HostTarget, kept: KeptAddress) -> bool:
        prefix = kept.host_prefix
        return all(PeerRoute(host=p.host, prefix=prefix) in state for p in self._peers(host, kept))

    def _peers(self, host: HostTarget, kept: KeptAddress) -> list[PeerTarget]:
        return [p for p in self.target.peers if p.segment == kept.segment and p.host != host.name]

    def _routed(self, state: State, host: HostTarget, kept: KeptAddress) -> Delivered | Dropped:
        """The gateway holds the subnet, and a /32 where a leaf announced one; the longer match wins."""
        announcing = self._announcing(state, host, kept)
        cores = {core for leaf in announcing for core in self._cores(state, leaf)}
        gateways = self._gateways(kept)
        if announcing and not cores:
            return Dropped(", ".join(announcing), "the leaf has the host's route and no way to a core")
        lacking = sorted(set(gateways) - cores)
        if not cores or lacking:
            # A gateway without the /32 resolves the host in the VLAN, as it does today.
            return self._vlan_delivery(state, host, kept)
        return Delivered(Plane.FABRIC)

    def _vlan_delivery(self, state: State, host: HostTarget, kept: KeptAddress) -> Delivered | Dropped:
        if OnLink(host=host.name, interface=kept.interface, address=str(kept.address)) not in state:
            return Dropped(
                f"segment {kept.segment}",
                f"{kept.address.ip} is on no interface in the VLAN and no leaf has it",
            )
        return self._vlan_leg(state, host, kept)

    def _vlan_leg(self, state: State, host: HostTarget, kept: KeptAddress) -> Delivered | Dropped:
        """Cross the bond; each of its ends may choose any link that is up, so both have to agree on all."""
        whole = []
        for leg in host.legs:
            if Carrier(switch=leg.leaf, port=leg.port) not in state:
                continue
            bridged = Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan) in state
            bonded = Enslaved(host=host.name, interface=leg.interface) in state
            if bonded and not bridged:
                why = f"it isn't in VLAN {kept.vlan}, and {leg.interface} is still a member of {host.bond}"
                return Dropped(f"{leg.leaf} {leg.port}", why)
            if bridged and not bonded:
                why = f"it is up in VLAN {kept.vlan}, and {leg.interface} is no member of {host.bond}"
                return Dropped(f"{leg.leaf} {leg.port}", why)
            whole += [leg] if bridged else []
        if whole:
            return Delivered(Plane.VLAN)
        return Dropped(host.name, f"no link of {host.bond} is left in VLAN {kept.vlan}")

    def _fabric_leg(self, state: State, host: HostTarget) -> Delivered | Dropped:
        for leg in host.legs:
            gives_default = any(
                Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix) in state
                for kept in host.addresses
            )
            if gives_default and self._session(state, host, leg) and self._cores(state, leg.leaf):
                return Delivered(Plane.FABRIC)
        return Dropped(host.name, "no default route: the static one is gone and no leaf gives one")

    def _announcing(self, state: State, host: HostTarget, kept: KeptAddress) -> list[DeviceName]:
        if OnDummy(host=host.name, prefix=kept.host_prefix) not in state:
            return []
        return [
            leg.leaf
            for leg in host.legs
            if self._session(state, host, leg)
            and Accepts(switch=leg.leaf, port=leg.port, prefix=kept.host_prefix) in state
        ]

    def _session(self, state: State, host: HostTarget, leg: LegTarget) -> bool:
        """Tell whether BGP can run on a link; what arrives on a member of a bond belongs to the bond."""
        return (
            Carrier(switch=leg.leaf, port=leg.port) in state
            and Speaks(host=host.name, interface=leg.interface) in state
            and Enslaved(host=host.name, interface=leg.interface) not in state
        )

    def _cores(self, state: State, leaf: DeviceName) -> list[DeviceName]:
        return [
            link.core
            for link in self.target.links
            if link.leaf == leaf and Fabric(leaf=leaf, core=link.core) in state
        ]

    def _gateways(self, kept: KeptAddress) -> list[DeviceName]:
        subnet = next(s for s in self.target.subnets if s.segment == kept.segment)
        return [switch for switch, _ in subnet.gateways]
