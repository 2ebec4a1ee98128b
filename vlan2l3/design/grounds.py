"""Say on what a decision rests: each conclusion with the line of the capture it was drawn from.

Comes in: what `design.hosts`, `design.subnets` and `design.fabric` decided for, and the Network they decided
by. Goes out: `Reason`s to keep beside the decision. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from vlan2l3 import platforms
from vlan2l3.analyze.findings import Certainty, Finding, Severity
from vlan2l3.design.daemons import Given
from vlan2l3.design.sections import heading, line_of
from vlan2l3.design.target import Reason
from vlan2l3.names import DeviceName
from vlan2l3.network.model import (
    Host,
    HostAddress,
    HostBond,
    Leg,
    Network,
    PortRef,
    Segment,
    Station,
    Svi,
    Switch,
)
from vlan2l3.network.placement import configured
from vlan2l3.parse.records import FileText, Source


def of_leg(host: Host, leg: Leg, network: Network) -> tuple[Reason, ...]:
    """Say how a link is known, what its port carries, and where the lines stand that the undo types."""
    proofs = ", ".join(leg.proof)
    found = [
        Reason(text=f"{leg.interface} of {host.name} ends on {leg.port} (by {proofs})", source=leg.source)
    ]
    switch = network.switch(leg.port.device)
    logical = switch.port(leg.logical.port) if switch else None
    if logical is not None:
        carried = [f"VLAN {logical.untagged} untagged"] if logical.untagged is not None else []
        carried += [f"VLAN {vlan} tagged" for vlan in sorted(logical.tagged)]
        text = f"{leg.logical} carries {', '.join(carried) or 'no VLAN'}"
        found.append(Reason(text=text, source=logical.source))
    for ref in dict.fromkeys((leg.port, leg.logical)):
        text = f"what is configured on {ref} is what its undo types back"
        if ref != leg.port:
            text = f"{leg.port.port} is a member of {ref.port}, whose lines the undo finds untouched"
        found.append(Reason(text=text, source=heading(network, ref)))
    return tuple(found)


def of_address(
    host: Host, address: HostAddress, gateway: tuple[object, object, Source], vlan: int
) -> tuple[Reason, ...]:
    """Say where an address is, why it is the host's own, and which gateway it uses."""
    ip, mac, source = gateway
    found = [
        Reason(
            text=f"{host.name} has {address.address} on {address.interface}, in {address.segment}:"
            f" its leafs give these frames VLAN {vlan}",
            source=address.source,
        )
    ]
    named = configured(host.files).get(address.address.ip)
    if named is not None:
        text = f"{address.address.ip} is in its own configuration: no lease, and no address that fails over"
        found.append(Reason(text=text, source=line_of(*named)))
    version = address.address.version
    routes = [
        route
        for route in host.routes
        if route.prefix.prefixlen == 0
        and route.prefix.version == version
        and (address.gateway, address.interface) in route.via
    ]
    if address.gateway is not None and routes:
        best = min(routes, key=lambda route: (route.vrf != "default", route.metric, route.source))
        text = f"its IPv{version} default route leads to {address.gateway} on {address.interface}"
        found.append(Reason(text=text, source=best.source))
    found.append(Reason(text=f"the gateway {ip} is known by {mac}", source=source))
    return tuple(found)


def of_host(host: Host, bond: HostBond, given: Given, findings: tuple[Finding, ...]) -> tuple[Reason, ...]:
    """Say why a host can move: its bond, its distribution, and what was found about it and keeps it not."""
    text = f"{bond.name} is its only bond and runs {bond.mode} over {' and '.join(bond.members)}"
    found = [Reason(text=text, source=bond.source)]
    release = host.file("/etc/os-release")
    if release is not None:
        title = platforms.daemon(given.name).title
        if given.told:
            found.append(Reason(text=f"`vlan2l3.toml` gives it {title}", told=given.told))
        text = f"its distribution ships {title} {given.version}, for which the configuration is written"
        found.append(Reason(text=text, source=line_of(release, _version_line(release))))
    for finding in findings:
        if host.name in finding.hosts:
            own = (e for e in finding.strongest if e.source.device == host.name)
            best = next(own, finding.strongest[0])
            text = f"{finding.title}: {_harmless(finding)}"
            found.append(Reason(text=text, source=best.place, rule=finding.rule))
    return tuple(found)


def of_finding(finding: Finding) -> tuple[Reason, ...]:
    """Give every line that proves a finding, what proves most in front."""
    return tuple(
        Reason(
            text=f"{finding.title}, {finding.subject}: {finding.certainty} ({proof.weight} evidence)",
            source=proof.place,
            rule=finding.rule,
        )
        for proof in finding.strongest
    )


def _version_line(release: FileText) -> int:
    lines = release.text.splitlines()
    return next((n for n, line in enumerate(lines, start=1) if line.startswith("VERSION_ID=")), 1)


def _harmless(finding: Finding) -> str:
    """Say why a finding about a host that moves does not keep it."""
    if finding.waived:
        return f"waived: {finding.waived}"
    if finding.severity is Severity.GUARD:
        return "looks bound to layer 2 and is not"
    if finding.by_plan:
        return "the cutover itself mends it"
    if finding.certainty is Certainty.SUSPECTED:
        return "only suspected, and a suspicion decides nothing alone"
    return f"goes on working: {finding.outage}"


def of_gateways(segment: Segment, svis: Sequence[tuple[DeviceName, Svi]]) -> tuple[Reason, ...]:
    """Say which switches route a segment, and by which shared addresses its machines know them."""
    found = []
    for switch, svi in svis:
        own = ", ".join(map(str, svi.addresses)) or "no address of its own"
        filters = ", ".join(f"ACL {name} ({direction})" for direction, name in svi.acls) or "no filter"
        text = f"{switch} routes {segment.name} on {svi.name} ({own}), in VRF {svi.vrf}, with {filters}"
        found.append(Reason(text=text, source=svi.source))
    found += [
        Reason(
            text=f"{switch} has the gateway address {gateway.address.ip} ({gateway.protocol})"
            f" of {segment.name} at {gateway.mac or 'an unknown MAC address'}",
            source=gateway.source,
        )
        for switch, gateway in segment.gateways
    ]
    return tuple(dict.fromkeys(found))


def of_staying(segment: Segment, stations: list[Station]) -> tuple[Reason, ...]:
    """Say who is left in a segment, each where it was seen."""
    return tuple(
        Reason(
            text=f"{station.owner or 'nobody known'} ({station.kind}, {station.mac}) is left"
            f" in {segment.name}",
            source=station.sources[0] if station.sources else None,
        )
        for station in stations
    )


def of_cable(
    leaf: Switch, mine: PortRef, core: Switch, theirs: PortRef, source: Source
) -> tuple[Reason, ...]:
    """Say why the fabric can start on a cable: what is at its ends, and that both carry nothing."""
    found = [Reason(text=f"{mine} is cabled to {theirs}, as both ends say", source=source)]
    for switch, ref in ((leaf, mine), (core, theirs)):
        port = switch.port(ref.port)
        if port is not None:
            text = f"{ref} is routed, up and without an address: it carries nothing today"
            found.append(Reason(text=text, source=port.source))
    return tuple(found)


def of_router(switch: Switch) -> tuple[Reason, ...]:
    """Say that a switch is free for BGP, and which of its subnets the fabric has to know."""
    found = []
    if switch.config is not None:
        text = f"nothing in the configuration of {switch.name} collides with the fabric's"
        found.append(Reason(text=text, source=switch.config.source))
    found += [
        Reason(
            text=f"{switch.name} has {', '.join(map(str, svi.addresses))} on {svi.name}", source=svi.source
        )
        for svi in switch.svis
        if svi.vrf == "default" and svi.addresses
    ]
    return tuple(found)
