"""Decide for one host whether it can move, and say why not.

Comes in: the Network, the Findings and the Intent. Goes out: a `HostTarget` or a `Stay` with every reason.
A host moves only when everything needed is known; what is merely likely keeps it where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vlan2l3 import platforms
from vlan2l3.analyze.findings import Finding, Severity
from vlan2l3.design import daemons, files, grounds, strategies
from vlan2l3.design.fabric import host_asn
from vlan2l3.design.intent import Intent
from vlan2l3.design.sections import section
from vlan2l3.design.target import BGP_METRIC, HostTarget, KeptAddress, LegTarget, Reason, Stay, Strategy
from vlan2l3.names import Address, DeviceName, Mac, RackName
from vlan2l3.network.model import (
    Host,
    HostAddress,
    HostBond,
    Leg,
    Network,
    Segment,
    SwitchRole,
)
from vlan2l3.parse.records import Source
from vlan2l3.quote import config_line

BOND_MODES = ("802.3ad", "active-backup")
DUAL_HOMED = 2
MOVES = (
    "nothing keeps it: somebody can log in to it, its links end on two leafs and are one bond, all its"
    " addresses are its own and their gateways known, its files can be rewritten, and no finding about it"
    " decides"
)
_LINUX_INTERFACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostJudge:
    """Hold what every host of a rack is judged by."""

    network: Network
    findings: tuple[Finding, ...]
    intent: Intent
    rack: RackName

    def judge(self, host: Host) -> HostTarget | Stay:
        """Decide for one host."""
        given = daemons.given(host, self.intent)
        reasons = [*self._told(host), *self._bound(host), *_shape(host, self.network)]
        if host.readable:
            reasons += daemons.reasons(host, given)
        if host.readable and not host.single_homed:
            reasons += [*_addressing(host, self.network), *daemons.routes(_production(host), given)]
        bond = host.bonds[0] if len(host.bonds) == 1 else None
        file = host.file(files.MAIN)
        if reasons or bond is None or file is None:
            return Stay(
                name=host.name,
                rack=host.rack,
                segments=tuple(sorted({a.segment for a in host.addresses if a.segment})),
                reasons=tuple(reasons),
            )
        legs, order = _legs(host, bond, self.network)
        asn = host_asn(self.network, self.intent, self.rack, host.legs[0].port)
        bond_port = next(i for i in host.interfaces if i.name == bond.name)
        return HostTarget(
            name=host.name,
            rack=self.rack,
            asn=asn,
            bond=bond.name,
            bond_mac=bond_port.mac,
            bond_mode=bond.mode,
            mtu=bond_port.mtu,
            legs=legs,
            addresses=tuple(k for a in _production(host) if (k := _kept(host, a, self.network))),
            daemon=given.name,
            version=given.version,
            interfaces_file=file,
            more_interfaces=files.included(host),
            services=_services(host),
            findings=tuple(f for f in self.findings if host.name in f.hosts and not f.by_plan),
            grounds=(
                *grounds.of_host(host, bond, given, self.findings),
                Reason(text=f"it gets AS {asn}: this, and its rack and leaf port", told="asn.hosts"),
            ),
            why=MOVES,
            order=order,
        )

    def _told(self, host: Host) -> list[Reason]:
        """List what people said of it, and of the segments that it has addresses in."""
        found = [
            Reason(text=f"`vlan2l3.toml` keeps it: {choice.reason}", told=f"host[{number}]")
            for number, choice in enumerate(self.intent.host, start=1)
            if choice.name == host.name
        ]
        for name in sorted({address.segment for address in host.addresses if address.segment}):
            segment = self.network.segment(name)
            choice = strategies.told(segment, self.intent) if segment else None
            if choice is not None and choice.strategy is not Strategy.KEEP_IP:
                text = f"`vlan2l3.toml` chooses {choice.strategy} for {name}: {choice.why}"
                found.append(Reason(text=text, told=choice.told))
        return found

    def _bound(self, host: Host) -> list[Reason]:
        """List the findings that keep it; a suspicion is shown in the plan and never decides alone."""
        kept = []
        mine = {address.segment for address in host.addresses}
        for finding in self.findings:
            lost = mine.intersection(finding.segments) if finding.wrong_answer else set()
            if not finding.decides or not (lost or host.name in finding.hosts):
                continue
            if lost:
                wrong = ", ".join(finding.segments)
                text = f"{finding.title}: layer 3 to the host is the wrong answer for {wrong}"
            elif finding.severity is Severity.BLOCKER:
                text = f"{finding.title}: can't work without a shared VLAN"
            elif finding.severity is Severity.RECONFIGURE:
                text = f"{finding.title}: change it in the old VLAN first, then plan again"
            else:
                continue
            own = (e for e in finding.strongest if e.source.device == host.name)
            best = next(own, finding.strongest[0])
            kept.append(Reason(text=text, rule=finding.rule, source=best.place))
        return kept


def _shape(host: Host, network: Network) -> list[Reason]:
    """List what is wrong with its links, its bond and its files."""
    if not host.readable:
        return [Reason(text="nobody can log in to it, so nothing can be changed on it", source=host.source)]
    reasons = []
    leafs = {leg.port.device for leg in host.legs}
    if len(leafs) < DUAL_HOMED:
        only = ", ".join(sorted(leafs)) or "unknown"
        text = f"single-homed: its only leaf is {only}; a move would interrupt it"
        reasons.append(Reason(text=text, source=host.legs[0].source if host.legs else host.source))
    elif len(leafs) != DUAL_HOMED or any(leg.interface is None for leg in host.legs):
        text = f"{len(host.legs)} links to {len(leafs)} leafs: planned are links to two leafs, each known at"
        text += " both ends"
        reasons.append(Reason(text=text, source=host.legs[0].source))
    elif any(s is None or s.role is not SwitchRole.LEAF for s in map(network.switch, leafs)):
        reasons.append(Reason(text="one of its links doesn't end on a captured leaf", source=host.source))
    reasons += [
        Reason(
            text=f"the configuration of {leg.port} wasn't captured, so no undo can be written",
            source=leg.source,
        )
        for leg in host.legs
        if section(network, leg.port) is None or section(network, leg.logical) is None
    ]
    reasons += _untypable(host, network)
    reasons += _unnamable(host, network, leafs)
    if not host.single_homed:
        reasons += _bonding(host)
    return reasons + files.reasons(host)


def _unnamable(host: Host, network: Network, leafs: Iterable[DeviceName]) -> list[Reason]:
    """List the leafs on which the names made of the host's would be too long."""
    found = []
    for leaf in sorted(leafs):
        switch = network.switch(leaf)
        writing = platforms.writing(switch.platform) if switch else None
        if writing is not None and len(host.name) > writing.longest_host:
            text = f"its name has {len(host.name)} characters; lists on {leaf} are named after it, and"
            text += f" {writing.longest_host} fit"
            found.append(Reason(text=text, source=host.source))
    return found


def _untypable(host: Host, network: Network) -> list[Reason]:
    """List ports whose configuration no undo could type back, and names no kernel gives an interface."""
    reasons = []
    for ref, source in dict.fromkeys(
        (ref, leg.source) for leg in host.legs for ref in (leg.port, leg.logical)
    ):
        for line in section(network, ref) or ():
            try:
                config_line(line)
            except ValueError:
                text = f"the configuration of {ref} holds what can't be typed, so no undo can be written"
                reasons.append(Reason(text=text, source=source))
    names = {address.interface for address in host.addresses} | {bond.name for bond in host.bonds}
    names |= {leg.interface for leg in host.legs if leg.interface}
    reasons += [
        Reason(text=f"`{name}` isn't a name that Linux gives an interface", source=host.source)
        for name in sorted(names)
        if not _LINUX_INTERFACE.fullmatch(name)
    ]
    return list(dict.fromkeys(reasons))


def _bonding(host: Host) -> list[Reason]:
    if len(host.bonds) != 1:
        return [Reason(text=f"{len(host.bonds)} bonds where exactly one is planned for", source=host.source)]
    bond = host.bonds[0]
    reasons = []
    if bond.mode not in BOND_MODES:
        text = f"{bond.name} runs {bond.mode}; planned for are {' and '.join(BOND_MODES)}"
        reasons.append(Reason(text=text, source=bond.source))
    if {leg.interface for leg in host.legs} != set(bond.members):
        text = f"the members of {bond.name} ({', '.join(bond.members)}) aren't the links found on the leafs"
        reasons.append(Reason(text=text, source=bond.source))
    return reasons


def _addressing(host: Host, network: Network) -> list[Reason]:
    """List addresses that can't become a /32 without a guess."""
    reasons = []
    bonds = {bond.name for bond in host.bonds}
    for address in _production(host):
        text = ""
        interface = next(i for i in host.interfaces if i.name == address.interface)
        if not ({interface.name, interface.parent} & bonds):
            text = f"{address.address} is on {address.interface}, which isn't the bond"
        elif address.segment is None:
            text = f"{address.address} on {address.interface}: the leafs carry no such VLAN on its ports"
        elif not address.static:
            text = f"{address.address} isn't in its own configuration: a lease, or an address that fails over"
        elif _kept(host, address, network) is None:
            text = f"{address.address}: no gateway of {address.segment} whose MAC address is known"
        if text:
            reasons.append(Reason(text=text, source=address.source))
    if not _production(host):
        reasons.append(Reason(text="it has no address in any VLAN", source=host.source))
    reasons += [
        Reason(
            text=f"its default route has metric {route.metric}; BGP's, {BGP_METRIC}, would win too early",
            source=route.source,
        )
        for route in host.routes
        if route.prefix.prefixlen == 0 and route.vrf == "default" and route.metric >= BGP_METRIC
    ]
    if not any(address.gateway for address in _production(host)):
        reasons.append(Reason(text="it has no default route", source=host.source))
    else:
        reasons += _defaults(host)
    return reasons


def _defaults(host: Host) -> list[Reason]:
    """List the families in which what the default route is today can't be told, or not be put back."""
    reasons = []
    for version in sorted({address.address.version for address in _production(host)}):
        own = [address for address in _production(host) if address.address.version == version]
        ways = sorted({(str(a.interface), str(a.gateway)) for a in own if a.gateway})
        if not ways:
            text = (
                f"it has IPv{version} addresses and no IPv{version} default route: some can't reach it today"
            )
            reasons.append(Reason(text=text, source=own[0].source))
        elif len(ways) > 1:
            said = " and ".join(f"{gateway} on {interface}" for interface, gateway in ways)
            text = f"it has IPv{version} default routes through {said}: an undo puts back only one"
            reasons.append(Reason(text=text, source=own[0].source))
    return reasons


def _production(host: Host) -> list[HostAddress]:
    """List the addresses that are not link-local and not on the loopback."""
    quiet = {i.name for i in host.interfaces if i.sort in ("loopback", "dummy")}
    return [
        a
        for a in host.addresses
        if a.interface not in quiet and not (a.address.is_link_local or a.address.is_loopback)
    ]


def _kept(host: Host, address: HostAddress, network: Network) -> KeptAddress | None:
    segment = network.segment(address.segment or "")
    gateway = gateway_of(host, address, segment)
    if segment is None or gateway is None:
        return None
    leafs = {leg.port.device for leg in host.legs}
    vlans = {vlan for device, vlan in segment.nodes if device in leafs}
    if len(vlans) != 1:
        return None
    ip, mac, _ = gateway
    vlan = vlans.pop()
    return KeptAddress(
        address=address.address,
        interface=address.interface,
        segment=segment.name,
        vlan=vlan,
        gateway=ip,
        gateway_mac=mac,
        default=address.gateway is not None,
        source=address.source,
        grounds=grounds.of_address(host, address, gateway, vlan),
    )


def gateway_of(
    host: Host, address: HostAddress, segment: Segment | None
) -> tuple[Address, Mac, Source] | None:
    """Find the gateway an address uses, the MAC its neighbours know that gateway by, and who says so.

    The host's own ARP table comes first, since it is what an unmoved neighbour believes too; where it has no
    entry (a VLAN without a default route), the virtual address of the segment's gateways decides.
    """
    if segment is None:
        return None
    version = address.address.version
    virtual = [g for _, g in segment.gateways if g.protocol != "svi" and g.address.version == version]
    plain = [g for _, g in segment.gateways if g.protocol == "svi" and g.address.version == version]
    wanted = address.gateway
    for neighbor in host.neighbors:
        if wanted is not None and neighbor.address == wanted and neighbor.mac:
            return wanted, neighbor.mac, neighbor.source
    for gateway in virtual or (plain if len(plain) == 1 else []):
        if gateway.mac and wanted in (None, gateway.address.ip):
            return gateway.address.ip, gateway.mac, gateway.source
    return None


def _legs(host: Host, bond: HostBond, network: Network) -> tuple[tuple[LegTarget, ...], str]:
    """Put the leg first that carries nothing, else the one to the leaf named last; and say why."""
    ordered = sorted(host.legs, key=lambda leg: leg.port.device, reverse=True)
    count = "both" if len(ordered) == DUAL_HOMED else f"all {len(ordered)}"
    why = f"{count} links of {bond.name} carry traffic, so the one to the leaf named last goes first"
    if bond.mode != "802.3ad":
        ordered.sort(key=lambda leg: leg.interface == bond.active)
        why = f"{bond.name} sends on {bond.active or 'an unknown link'} alone, so the other link goes first"
    return tuple(_leg(host, leg, network) for leg in ordered), why


def _leg(host: Host, leg: Leg, network: Network) -> LegTarget:
    assert leg.interface is not None  # noqa: S101 - `_shape` refused the host otherwise
    lag = leg.logical.port if leg.logical != leg.port else None
    return LegTarget(
        interface=leg.interface,
        mac=leg.mac,
        leaf=leg.port.device,
        port=leg.port.port,
        lag=lag,
        port_config=section(network, leg.port) or (),
        lag_config=(section(network, leg.logical) or ()) if lag else (),
        sources=(leg.source,),
        grounds=grounds.of_leg(host, leg, network),
    )


def _services(host: Host) -> tuple[str, ...]:
    """Name what listens for others; the login daemon is on every host and says nothing."""
    ports: dict[str, set[str]] = {}
    for socket in host.sockets:
        local = socket.address.startswith(("127.", "[::1]", "::1"))
        if socket.process and socket.process != "sshd" and not local:
            ports.setdefault(socket.process, set()).add(f"{socket.protocol}/{socket.port}")
    return tuple(f"{name} {' '.join(sorted(ports[name]))}" for name in sorted(ports))
