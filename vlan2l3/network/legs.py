"""Find the switch port at the end of every host link, from whatever proves it.

Comes in: the records of hosts and switches. Goes out: `Leg`s by host, and doubts where proofs disagree.
LLDP at either end names port and interface; an address learned on a port, or the LACP partner there, names
the port and leaves the interface open unless only one remains.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.names import DeviceName, InterfaceName, Mac, natural_key
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.identity import NO_MAC, Identities
from vlan2l3.network.index import Index
from vlan2l3.network.model import Leg, PortMode, PortRef
from vlan2l3.parse.records import Bond, LagMember, LldpNeighbor, MacEntry, Port, Source

PROOFS = ("lldp", "lacp", "mac")  # the strongest first
Ends = tuple[tuple[Leg, frozenset[InterfaceName]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Say that a host is on a physical port; `nics` are the interfaces it could be, empty for "any"."""

    host: DeviceName
    port: PortRef
    nics: frozenset[InterfaceName]
    proof: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLinks:
    """Hold the legs found, each with the interfaces it could end on."""

    legs: dict[DeviceName, Ends]
    doubts: tuple[Doubt, ...]

    def of(self, host: DeviceName) -> tuple[Leg, ...]:
        """Give a host's legs, sorted by port."""
        return tuple(leg for leg, _ in self.legs.get(host, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReader:
    """Hold what is needed to follow a host's links."""

    fabric: Fabric
    index: Index
    identities: Identities
    access: frozenset[PortRef]

    def read(self) -> HostLinks:
        """Collect every claim, then join those about one port."""
        claims: dict[tuple[DeviceName, PortRef], list[Claim]] = defaultdict(list)
        heard = list(self._heard_by_switches())
        told: dict[PortRef, set[DeviceName | None]] = defaultdict(set)
        for port, host, _ in heard:
            told[self.fabric.logical(port)].add(host)
        for _, _, claim in heard:
            if claim is not None:
                claims[claim.host, claim.port].append(claim)
        for claim in (*self._heard_by_hosts(), *self._lacp(), *self._learned(told)):
            claims[claim.host, claim.port].append(claim)
        drafts: dict[DeviceName, list[tuple[PortRef, list[Claim]]]] = defaultdict(list)
        for host, port in sorted(claims, key=lambda key: (key[0], port_key(key[1]))):
            drafts[host].append((port, claims[host, port]))
        legs, doubts = {}, []
        for host, found in drafts.items():
            joined, open_questions = self._join(host, found)
            legs[host] = joined
            doubts += open_questions
        return HostLinks(legs=legs, doubts=(*doubts, *_crowded(claims)))

    def _heard_by_switches(self) -> Iterator[tuple[PortRef, DeviceName | None, Claim | None]]:
        for device in self.fabric.switches:
            for neighbor in self.index.of(device, LldpNeighbor):
                port = PortRef(device=device, port=neighbor.interface)
                host = self.identities.device(neighbor)
                claim = None
                if host in self.identities.hosts and host is not None and port in self.fabric.ports:
                    nic = self.identities.nic(host, neighbor.port, neighbor.port_description)
                    claim = Claim(
                        host=host,
                        port=port,
                        nics=frozenset({nic} if nic else ()),
                        proof="lldp",
                        source=neighbor.source,
                    )
                yield port, host, claim

    def _heard_by_hosts(self) -> Iterator[Claim]:
        for host in sorted(self.identities.hosts):
            for neighbor in self.index.of(host, LldpNeighbor):
                device = self.identities.device(neighbor)
                if device not in self.fabric.switches or device is None:
                    continue
                port = self.identities.switch_port(device, neighbor.port, neighbor.port_description)
                if port is not None:
                    nics = frozenset({neighbor.interface})
                    yield Claim(host=host, port=port, nics=nics, proof="lldp", source=neighbor.source)

    def _lacp(self) -> Iterator[Claim]:
        """Find hosts by the LACP system id their bond sends, which is the bond's address."""
        for device in self.fabric.switches:
            for member in self.index.of(device, LagMember):
                port = PortRef(device=device, port=member.interface)
                for host in self._host_of(member.partner) if port in self.fabric.ports else ():
                    nics = self._behind(host, member.partner)
                    yield Claim(host=host, port=port, nics=nics, proof="lacp", source=member.source)

    def _learned(self, told: dict[PortRef, set[DeviceName | None]]) -> Iterator[Claim]:
        """Find hosts by addresses learned on access-side ports, except where LLDP shows somebody else."""
        for device in self.fabric.switches:
            for entry in self.index.of(device, MacEntry):
                port = PortRef(device=device, port=entry.interface)
                if entry.origin == "self" or port not in self.access:
                    continue
                for host in self._host_of(entry.mac):
                    if told.get(port, {host}) != {host}:
                        continue
                    nics = self._behind(host, entry.mac)
                    for member in self.fabric.physical(port):
                        yield Claim(host=host, port=member, nics=nics, proof="mac", source=entry.source)

    def _host_of(self, address: Mac | None) -> frozenset[DeviceName]:
        found = self.identities.owner(address) if address and address != NO_MAC else frozenset()
        return found & self.identities.hosts

    def _behind(self, host: DeviceName, address: Mac | None) -> frozenset[InterfaceName]:
        """Give the physical interfaces that send with an address."""
        return frozenset(
            port.name
            for port in self.identities.nics.get(host, ())
            if port.sort == "physical" and address in (port.mac, port.hardware)
        )

    def _join(self, host: DeviceName, found: list[tuple[PortRef, list[Claim]]]) -> tuple[Ends, list[Doubt]]:
        nics = {p.name: p for p in self.identities.nics.get(host, ()) if p.sort == "physical"}
        candidates, doubts = self._candidates(host, found)
        heard = {port for port, claims in found if any(c.proof == "lldp" and c.nics for c in claims)}
        settled = _settle({port: candidates[port] for port in heard}, {})
        settled = _settle({port: candidates[port] for port, _ in found if port not in heard}, settled)
        taken = frozenset(settled.values())
        partners = {nic: b.partner for b in self.index.of(host, Bond) for nic in b.members if b.partner}
        joined = []
        for port, claims in found:
            nic = settled.get(port)
            proofs = {claim.proof for claim in claims}
            if proofs == {"mac"} and nic is None and (candidates[port] or frozenset(nics)) <= taken:
                continue  # every interface is proven to be elsewhere: an old row, or somebody's bridge
            if nic in partners and partners[nic] in lacp_systems(self.fabric, port):
                proofs.add("lacp")
            ranked = sorted(claims, key=lambda claim: (PROOFS.index(claim.proof), claim.source))
            leg = Leg(
                interface=nic,
                mac=_own_mac(nics[nic]) if nic in nics else None,
                port=port,
                logical=self.fabric.logical(port),
                proof=tuple(sorted(proofs)),
                source=ranked[0].source,
            )
            joined.append((leg, frozenset({nic}) if nic else candidates[port]))
        return tuple(joined), doubts

    def _candidates(
        self, host: DeviceName, found: list[tuple[PortRef, list[Claim]]]
    ) -> tuple[dict[PortRef, frozenset[InterfaceName]], list[Doubt]]:
        """Give the interfaces each port could end on.

        Every claim must allow them; of a standby bond nobody heard by LLDP it is the active one, which alone
        sends.
        """
        active = {bond.active for bond in self.index.of(host, Bond) if bond.mode == "active-backup"}
        candidates: dict[PortRef, frozenset[InterfaceName]] = {}
        doubts = []
        for port, claims in found:
            known = [claim.nics for claim in claims if claim.nics]
            shared = frozenset.intersection(*known) if known else frozenset()
            if known and not shared:
                doubts.append(_disagreement(host, port, claims))
            candidates[port] = shared & active or shared if len(shared) > 1 else shared
        return candidates, doubts


def access_side(fabric: Fabric, facing: frozenset[PortRef]) -> frozenset[PortRef]:
    """List the logical ports on which machines hang, not switches; a port of unknown mode counts."""
    return frozenset(
        ref
        for ref, port in fabric.ports.items()
        if port.mode in (PortMode.ACCESS, PortMode.TRUNK, PortMode.UNKNOWN)
        and not port.peer_link
        and ref not in facing
    )


def lacp_systems(fabric: Fabric, port: PortRef) -> frozenset[Mac]:
    """Give the LACP system ids a host may see on a port: the pair's on an MLAG LAG, else the switch's."""
    switch = fabric.switches[port.device]
    logical = fabric.ports.get(fabric.logical(port))
    if switch.mlag is not None and logical is not None and logical.mlag is not None:
        return frozenset({switch.mlag.system} if switch.mlag.system else ())
    return switch.macs


def _own_mac(port: Port) -> Mac | None:
    """Give the burned-in address, which is what the interface falls back to outside its bond."""
    return port.hardware or port.mac


def _settle(
    candidates: dict[PortRef, frozenset[InterfaceName]], settled: dict[PortRef, InterfaceName]
) -> dict[PortRef, InterfaceName]:
    """Give each port its interface where only one is left once the certain ones are taken."""
    settled = dict(settled)
    while True:
        taken = set(settled.values())
        left = {port: nics - taken for port, nics in candidates.items() if port not in settled}
        sure = {port: next(iter(nics)) for port, nics in left.items() if len(nics) == 1}
        # Two ports left for one interface: neither is sure.
        uses = Counter(sure.values())
        unique = {port: nic for port, nic in sure.items() if uses[nic] == 1}
        if not unique:
            return settled
        settled |= unique


def _disagreement(host: DeviceName, port: PortRef, claims: list[Claim]) -> Doubt:
    said = sorted({f"{', '.join(sorted(c.nics, key=natural_key))} by {c.proof}" for c in claims if c.nics})
    return Doubt(
        subject=f"leg {host} {port}",
        what=f"{port} leads to different interfaces of {host}: {'; '.join(said)}",
        hint="look at the cable, then take LLDP of both ends again",
        devices=(host, port.device),
        sources=tuple(sorted({claim.source for claim in claims})),
    )


def _crowded(claims: dict[tuple[DeviceName, PortRef], list[Claim]]) -> Iterable[Doubt]:
    """Name ports that prove to lead to two hosts, and interfaces that prove to lead to two ports."""
    on_port: dict[PortRef, set[DeviceName]] = defaultdict(set)
    on_nic: dict[tuple[DeviceName, InterfaceName], set[PortRef]] = defaultdict(set)
    sources: dict[object, set[Source]] = defaultdict(set)
    for (host, port), found in claims.items():
        on_port[port].add(host)
        sources[port] |= {claim.source for claim in found}
        for claim in found:
            if claim.proof == "lldp" and len(claim.nics) == 1:
                nic = next(iter(claim.nics))
                on_nic[host, nic].add(port)
                sources[host, nic].add(claim.source)
    for port in sorted((p for p, hosts in on_port.items() if len(hosts) > 1), key=port_key):
        hosts = sorted(on_port[port])
        yield Doubt(
            subject=f"leg {port}",
            what=f"{port} leads to {' and to '.join(hosts)}",
            hint="look for a switch between them that nobody captured",
            devices=(port.device, *hosts),
            sources=tuple(sorted(sources[port])),
        )
    for host, nic in sorted(key for key, ports in on_nic.items() if len(ports) > 1):
        ports = sorted(on_nic[host, nic], key=port_key)
        yield Doubt(
            subject=f"leg {host} {nic}",
            what=f"LLDP has {nic} of {host} on {' and on '.join(map(str, ports))}",
            hint="look at the cable, then take LLDP of both ends again",
            devices=(host, *(port.device for port in ports)),
            sources=tuple(sorted(sources[host, nic])),
        )
