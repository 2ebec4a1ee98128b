"""Order the move of one host: eight steps, one link after the other.

Comes in: a `HostTarget`. Goes out: steps. The order is the one measured lossless: the switch port goes down
before the bond loses the member; the /32 is in the fabric before the default changes; the default changes
before the neighbours are told; they are told before the address leaves the VLAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vlan2l3.design.target import HostTarget, KeptAddress, LegTarget, Router, SubnetTarget, Target
from vlan2l3.names import DeviceName, InterfaceName
from vlan2l3.plan.actions import (
    BigPacket,
    BondMembers,
    BondWhole,
    Check,
    GatewayAnswers,
    HostDefault,
    HostSessions,
    HostStage,
    Identity,
    NoArpEntry,
    PairHealthy,
    PeerSees,
    PortDown,
    PortRouted,
    PortState,
    Reaches,
    RouteBy,
    Sessions,
    SourceOf,
)
from vlan2l3.plan.facts import (
    IN_FLIGHT,
    Accepts,
    Believes,
    Bridged,
    Carrier,
    Change,
    Enslaved,
    Insert,
    OnDummy,
    OnLink,
    Remove,
    Resolved,
    Speaks,
    StaticDefault,
)
from vlan2l3.plan.model import Outage, Phase, Role, Step

NOTHING_LOST = Outage(packets=0, known_by="modelled", note="both planes carry the address while one changes")
LINK_TAKEN = Outage(
    packets=0,
    known_by="modelled",
    note="0 measured with Linux at both ends; a vendor's MLAG may take 0.3 s for the flows of this link",
)
IPV4 = 4
PAIR = 2


def waves(changes: Sequence[Change]) -> tuple[tuple[Change, ...], ...]:
    """Split changes into groups small enough to check in all their subsets."""
    return tuple(tuple(changes[i : i + IN_FLIGHT]) for i in range(0, len(changes), IN_FLIGHT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutover:
    """Write the steps that move one host."""

    host: HostTarget
    target: Target
    phase: Phase

    def steps(self) -> Iterable[Step]:
        """Give the steps in order, eight for two links; their numbers are set by `plan.build`."""
        first, *rest = self.host.legs
        yield self._port_down(first, others=rest)
        yield self._leg_out(first, rest)
        yield self._port_routed(first)
        yield self._dual(first, rest)
        yield self._cut(first, rest)
        for leg in rest:
            yield self._port_down(leg, others=[first])
        yield self._routed(first, rest)
        for leg in rest:
            yield self._port_routed(leg)

    def _slug(self, leg: LegTarget, what: str) -> str:
        """Name a step of a leaf by the leaf, and by the link where the leaf has two of them."""
        alone = sum(other.leaf == leg.leaf for other in self.host.legs) == 1
        return f"{leg.leaf}{'' if alone else f'-{leg.interface}'}-{what}-{self.host.name}"

    def _port_down(self, leg: LegTarget, *, others: Sequence[LegTarget]) -> Step:
        host = self.host
        is_first = leg == host.legs[0]
        names = tuple(other.interface for other in others)
        after: tuple[Check, ...] = (PortState(device=leg.leaf, port=leg.port, up=False),)
        if is_first:
            after += (self._left(others),)
        else:
            after += (HostSessions(device=host.name, interfaces=names), *self._reached())
        which = "last" if len(host.legs) == PAIR else "next"
        why = (
            "carrier goes first, so that LACP takes the link out of the bond before anything else changes"
            if is_first
            else f"{host.name} no longer uses the VLAN; its {which} bridged link can go"
        )
        return Step(
            number=0,
            phase=self.phase,
            role=Role.LEAF,
            device=leg.leaf,
            slug=self._slug(leg, "port-down"),
            title=f"shut {leg.port}, the link to {host.name} {leg.interface}",
            why=why,
            action=PortDown(host=host.name, leg=leg),
            waves=((Remove(Carrier(switch=leg.leaf, port=leg.port)),),),
            sources=leg.sources,
            before=(
                PairHealthy(device=leg.leaf),
                *(PortState(device=other.leaf, port=other.port, up=True) for other in others),
                *(self._whole() if is_first else ()),
            ),
            after=after,
            outage=LINK_TAKEN if is_first else NOTHING_LOST,
        )

    def _leg_out(self, leg: LegTarget, rest: Sequence[LegTarget]) -> Step:
        host = self.host
        return self._on_host(
            stage="leg-out",
            title=f"take {leg.interface} out of {host.bond}",
            why=f"{leg.leaf} {leg.port} can't be routed while the host has the link in its bond",
            waves=((Remove(Enslaved(host=host.name, interface=leg.interface)),),),
            before=(self._left(rest),),
            after=(self._left(rest), *self._reached()),
        )

    def _port_routed(self, leg: LegTarget) -> Step:
        host = self.host
        vlans = tuple(sorted({kept.vlan for kept in host.addresses}))
        accepts = [
            Insert(Accepts(switch=leg.leaf, port=leg.port, prefix=p))
            for p in sorted({k.host_prefix for k in host.addresses})
        ]
        accepted = ", ".join(kept.host_prefix for kept in host.addresses)
        done = host.legs[: host.legs.index(leg) + 1]
        after: tuple[Check, ...] = (
            PortState(device=leg.leaf, port=leg.port, up=True),
            PairHealthy(device=leg.leaf),
        )
        if len(done) > 1:
            links = tuple(x.interface for x in done)
            after += (
                Sessions(device=leg.leaf, ports=(leg.port,)),
                HostSessions(device=host.name, interfaces=links),
            )
            after += tuple(
                HostDefault(device=host.name, version=v, interfaces=links) for v in self._versions()
            )
            after += tuple(
                RouteBy(
                    device=leaf, prefix=k.host_prefix, ports=tuple(x.port for x in done if x.leaf == leaf)
                )
                for leaf in dict.fromkeys(x.leaf for x in done)
                for k in host.addresses
            )
            after += tuple(
                RouteBy(
                    device=core,
                    prefix=k.host_prefix,
                    ports=self._core_ports(core, *(x.leaf for x in done)),
                )
                for core in self._cores()
                for k in host.addresses
            )
            after += self._big()
            after += self._reached()
        return Step(
            number=0,
            phase=self.phase,
            role=Role.LEAF,
            device=leg.leaf,
            slug=self._slug(leg, "port-routed"),
            title=f"make {leg.port} a routed port with BGP to {host.name}",
            why=f"it accepts exactly {accepted} and gives only a default",
            action=PortRouted(host=host, leg=leg, router=self._router(leg.leaf), vlans=vlans),
            waves=(
                *waves([Remove(Bridged(switch=leg.leaf, port=leg.port, vlan=vlan)) for vlan in vlans]),
                *waves(accepts),
                (Insert(Carrier(switch=leg.leaf, port=leg.port)),),
            ),
            sources=leg.sources,
            before=(PortState(device=leg.leaf, port=leg.port, up=False),),
            after=after,
            outage=NOTHING_LOST,
        )

    def _dual(self, leg: LegTarget, rest: Sequence[LegTarget]) -> Step:
        host = self.host
        prefixes = sorted({kept.host_prefix for kept in host.addresses})
        core_ports = {link.core for link in self.target.links if link.leaf == leg.leaf}
        after: list[Check] = [
            HostSessions(device=host.name, interfaces=(leg.interface,)),
            Sessions(device=leg.leaf, ports=(leg.port,)),
            *(RouteBy(device=leg.leaf, prefix=prefix, ports=(leg.port,)) for prefix in prefixes),
            *(
                RouteBy(device=core, prefix=prefix, ports=self._core_ports(core, leg.leaf))
                for core in sorted(core_ports)
                for prefix in prefixes
            ),
            self._left(rest),
            *self._answered(),
            *self._reached(),
        ]
        return self._on_host(
            stage="dual",
            title=f"put its addresses on dummy0 and announce them over {leg.interface}",
            why="the /32 is the longer match: machines elsewhere take the fabric, neighbours the VLAN",
            waves=(
                *waves([Insert(OnDummy(host=host.name, prefix=prefix)) for prefix in prefixes]),
                (Insert(Speaks(host=host.name, interface=leg.interface)),),
            ),
            before=(PortState(device=leg.leaf, port=leg.port, up=True),),
            after=tuple(after),
        )

    def _cut(self, leg: LegTarget, rest: Sequence[LegTarget]) -> Step:
        host = self.host
        told = [kept for kept in host.addresses if kept.address.version == IPV4]
        # Two addresses of one interface share its default route.
        routes = dict.fromkeys((k.address.version, k.interface) for k in host.addresses if k.default)
        defaults = [
            Remove(StaticDefault(host=host.name, version=version, interface=interface))
            for version, interface in routes
        ]
        after: tuple[Check, ...] = tuple(
            HostDefault(device=host.name, version=version, interfaces=(leg.interface,))
            for version in self._versions()
        )
        after += self._learned()
        after += tuple(
            SourceOf(device=host.name, prefix=prefix, source=str(ip)) for prefix, ip in host.covering
        )
        return self._on_host(
            stage="cut",
            title="use the fabric's default, tell the neighbours, drop the addresses from the VLAN",
            why="from here on the host is a router; neighbours reach it through the gateway",
            waves=(
                *waves(defaults),
                *((Remove(_belief(k, Believes.OWN)), Insert(_belief(k, Believes.GATEWAY))) for k in told),
                *waves(
                    [
                        Remove(OnLink(host=host.name, interface=k.interface, address=k.text))
                        for k in host.addresses
                    ]
                ),
            ),
            before=(
                HostSessions(device=host.name, interfaces=(leg.interface,)),
                self._left(rest),
            ),
            after=(*after, *self._reached()),
            minutes=10,
        )

    def _left(self, rest: Sequence[LegTarget]) -> Check:
        members = tuple(leg.interface for leg in rest)
        return BondMembers(device=self.host.name, bond=self.host.bond, members=members)

    def _routed(self, first: LegTarget, rest: Sequence[LegTarget]) -> Step:
        host = self.host
        both = "both" if len(rest) == 1 else f"all {len(host.legs)}"
        free = "; ".join(f"{leg.interface} is free: {leg.leaf} {leg.port} is down" for leg in rest)
        return self._on_host(
            stage="routed",
            title=f"dissolve {host.bond}, speak BGP on {both} links, write the files that survive a reboot",
            why=free,
            waves=(
                *waves([Remove(Enslaved(host=host.name, interface=leg.interface)) for leg in rest]),
                *waves([Insert(Speaks(host=host.name, interface=leg.interface)) for leg in rest]),
            ),
            before=(HostSessions(device=host.name, interfaces=(first.interface,)),),
            after=(HostSessions(device=host.name, interfaces=(first.interface,)), *self._reached()),
        )

    def _on_host(
        self,
        *,
        stage: str,
        title: str,
        why: str,
        waves: tuple[tuple[Change, ...], ...],
        before: tuple[Check, ...],
        after: tuple[Check, ...],
        minutes: int = 5,
    ) -> Step:
        host = self.host
        return Step(
            number=0,
            phase=self.phase,
            role=Role.HOST,
            device=host.name,
            slug=f"{host.name}-{stage}",
            title=title,
            why=why,
            action=HostStage(host=host, stage=stage),
            waves=waves,
            sources=tuple(dict.fromkeys(kept.source for kept in host.addresses)),
            before=(identity(host), *before),
            after=after,
            minutes=minutes,
            outage=NOTHING_LOST,
        )

    def _router(self, leaf: DeviceName) -> Router:
        return next(router for router in self.target.leafs if router.name == leaf)

    def _cores(self) -> list[DeviceName]:
        leafs = {leg.leaf for leg in self.host.legs}
        return sorted({link.core for link in self.target.links if link.leaf in leafs})

    def _core_ports(self, core: DeviceName, *leafs: DeviceName) -> tuple[InterfaceName, ...]:
        return tuple(link.core_port for link in self.target.links if link.core == core and link.leaf in leafs)

    def _subnet(self, kept: KeptAddress) -> SubnetTarget:
        return next(subnet for subnet in self.target.subnets if subnet.segment == kept.segment)

    def _whole(self) -> tuple[Check, ...]:
        host = self.host
        members = tuple(sorted(leg.interface for leg in host.legs))
        lacp = host.bond_mode == "802.3ad"
        return (BondWhole(device=host.name, bond=host.bond, members=members, lacp=lacp),)

    def _answered(self) -> tuple[Check, ...]:
        """Ask, while it costs nothing, whether the gateway answers for the address on the fabric."""
        return tuple(
            GatewayAnswers(
                device=witness.host,
                interface=witness.interface,
                address=str(kept.address.ip),
                macs=self._subnet(kept).gateway_macs,
            )
            for kept in self.host.addresses
            if kept.address.version == IPV4
            for witness in self._subnet(kept).witnesses[:1]
        )

    def _learned(self) -> tuple[Check, ...]:
        """Ask a neighbour to learn anew, since it believes the announcement even if no gateway answers."""
        found: list[Check] = []
        for kept in self.host.addresses:
            address = str(kept.address.ip)
            subnet = self._subnet(kept)
            if kept.address.version == IPV4:
                found += [
                    PeerSees(device=witness.host, address=address, macs=subnet.gateway_macs)
                    for witness in subnet.witnesses[:1]
                ]
            found += [NoArpEntry(device=switch, address=address) for switch, _ in subnet.gateways]
        return tuple(found)

    def _big(self) -> tuple[Check, ...]:
        if self.host.mtu is None:
            return ()
        core = self.target.cores[0]
        return (BigPacket(device=self.host.name, target=core.ipv4, mtu=self.host.mtu),)

    def _versions(self) -> tuple[int, ...]:
        return tuple(sorted({kept.address.version for kept in self.host.addresses if kept.default}))

    def _reached(self) -> tuple[Check, ...]:
        """Ask for the addresses from neighbours that stay, a host that moved before, and outside."""
        found = []
        for kept in self.host.addresses:
            subnet = self._subnet(kept)
            near = [w.host for w in subnet.witnesses] if kept.address.version == IPV4 else []
            near += [
                peer.host
                for peer in self.target.peers
                if kept.address.version != IPV4
                and peer.segment == kept.segment
                and peer.host not in (self.host.name, *subnet.moving)
            ]
            places = (*near[:2], "a host that moved before", "a machine outside")
            found.append(Reaches(device=self.host.name, address=str(kept.address.ip), places=places))
        return tuple(found)


def identity(host: HostTarget) -> Identity:
    """Give the check that the machine is the one planned for."""
    macs = tuple((leg.interface, leg.mac or "") for leg in host.legs)
    return Identity(device=host.name, macs=tuple(sorted(macs)))


def _belief(kept: KeptAddress, believes: Believes) -> Resolved:
    return Resolved(segment=kept.segment, prefix=kept.host_prefix, believes=believes)
