"""Turn a host's steps of a plan into a job for the guest.

Comes in: the `Plan` and the `Network`. Goes out: a `Job`. What a script does is left to the plan's own files;
a switch's step becomes its Linux counterpart. Nothing of `plan.check` is used: the rehearsal is there to
contradict it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_interface
from itertools import count, islice

from vlan2l3 import platforms
from vlan2l3.design import ifupdown
from vlan2l3.design.target import HostTarget, KeptAddress, LegTarget
from vlan2l3.errors import UsageError
from vlan2l3.names import DeviceName
from vlan2l3.network.model import Network
from vlan2l3.plan.actions import HostStage, PortDown, PortRouted
from vlan2l3.plan.model import Plan, Step
from vlan2l3.rehearse import changes
from vlan2l3.rehearse import job as jobs

# Documentation prefixes (RFC 5737, RFC 3849) stand for the world outside.
MOVED_IPV6 = ip_interface("2001:db8:feee::10/128")
OUTSIDE = (ip_interface("198.51.100.10/24"), ip_interface("2001:db8:feed::10/64"))
IPV6 = 6
LARGE = 65536  # addresses looked at from the start of a subnet: a /64 need not be walked from its end
SETTING = re.compile(r"net\.ipv4\.conf\.([A-Za-z0-9_/-]+)\.(?:rp_filter|arp_ignore|accept_redirects)")
STAGES_THAT_SETTLE = ("cut", "routed")

Actions = tuple[changes.Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """Write the job that rehearses one host."""

    plan: Plan
    network: Network
    host: HostTarget

    def job(self) -> jobs.Job:
        """Give the job."""
        target = self.plan.target
        core = target.cores[0]
        return jobs.Job(
            host=self._machine(),
            segments=tuple(self._segment(vlan) for vlan in self._vlans()),
            leafs=tuple(
                jobs.Router(name=leaf.name, asn=leaf.asn, loopbacks=(leaf.ipv4, leaf.ipv6))
                for leaf in target.leafs
            ),
            gateway=jobs.Router(name=core.name, asn=core.asn, loopbacks=(core.ipv4, core.ipv6)),
            viewpoints=(*self._neighbors(), self._moved(), self._outside()),
            start=(*self._settings(), *self._proxies(), *self._routes()),
            steps=tuple(job_step for step in self.plan.steps if (job_step := self._step(step))),
        )

    def _machine(self) -> jobs.Host:
        host = self.host
        options = dict(_bond_options(host))
        return jobs.Host(
            name=host.name,
            bond=jobs.Bond(
                name=host.bond,
                mode="802.3ad" if host.bond_mode == "802.3ad" else "active-backup",
                miimon_ms=int(options.get("bond-miimon", "100")),
                xmit_hash=options.get("bond-xmit-hash-policy", "layer2"),
                lacp_rate="fast" if options.get("bond-lacp-rate") in ("fast", "1") else "slow",
            ),
            legs=tuple(
                jobs.Leg(interface=leg.interface, mac=leg.mac or "", leaf=leg.leaf, port=leg.port)
                for leg in sorted(host.legs, key=lambda leg: leg.interface)
            ),
            interfaces=tuple(
                jobs.HostInterface(
                    name=name,
                    vlan=own[0].vlan,
                    tagged=name != host.bond,
                    addresses=tuple(str(kept.address) for kept in own),
                )
                for name in sorted({kept.interface for kept in host.addresses})
                if (own := [kept for kept in host.addresses if kept.interface == name])
            ),
            defaults=tuple(
                jobs.StaticDefault(via=str(kept.gateway), interface=kept.interface)
                for kept in host.addresses
                if kept.default
            ),
            interfaces_file=host.interfaces_file.text,
        )

    def _vlans(self) -> list[int]:
        return sorted({kept.vlan for kept in self.host.addresses})

    def _kept(self, vlan: int) -> list[KeptAddress]:
        return [kept for kept in self.host.addresses if kept.vlan == vlan]

    def _segment(self, vlan: int) -> jobs.Segment:
        kept = self._kept(vlan)
        macs = {k.gateway_mac for k in kept}
        if len(macs) != 1:
            raise UsageError(f"VLAN {vlan} has gateways with several MAC addresses; the guest builds one")
        return jobs.Segment(
            vlan=vlan,
            gateways=tuple(f"{k.gateway}/{k.address.network.prefixlen}" for k in kept),
            mac=str(macs.pop()),
        )

    def _neighbors(self) -> list[jobs.Viewpoint]:
        """Put one machine that stays in each VLAN, with addresses that one really has there if any does."""
        return [
            jobs.Viewpoint(
                name=f"neighbour-{vlan}",
                kind="unmoved",
                vlan=vlan,
                addresses=tuple(str(self._neighbor(kept)) for kept in self._kept(vlan)),
                gateways=tuple(str(kept.gateway) for kept in self._kept(vlan)),
            )
            for vlan in self._vlans()
        ]

    def _neighbor(self, kept: KeptAddress) -> IPv4Interface | IPv6Interface:
        moving = {host.name for host in self.plan.target.hosts}
        present = [
            address.address
            for machine in self.network.hosts
            if machine.name not in moving
            for address in machine.addresses
            if address.segment == kept.segment and address.address.version == kept.address.version
        ]
        return (
            present[0] if present else ip_interface(f"{self._free(kept, 1)}/{kept.address.network.prefixlen}")
        )

    def _moved(self) -> jobs.Viewpoint:
        """Put a machine that moved before: IPv4 in the same subnet, IPv6 in one of its own.

        In one IPv6 subnet the host itself would need a route to it, which P2 gives for the plan's hosts only.
        """
        kept = self.host.addresses[0]
        addresses = [f"{self._free(kept, 2)}/{kept.address.max_prefixlen}"]
        if any(other.address.version == IPV6 for other in self.host.addresses):
            addresses.append(str(MOVED_IPV6))
        return jobs.Viewpoint(
            name="moved", kind="moved", leaf=self.host.legs[-1].leaf, addresses=tuple(addresses)
        )

    def _free(self, kept: KeptAddress, nth: int) -> IPv4Address | IPv6Address:
        """Give the nth address from the end of a subnet that no table of the capture holds."""
        taken = {address for station in self.network.stations for address in station.addresses}
        network = kept.address.network
        last = int(network.network_address) + min(network.num_addresses, LARGE) - 2
        make = type(network.network_address)
        free = (ip for number in count(last, -1) if (ip := make(number)) not in taken)
        return next(islice(free, nth - 1, None))

    def _outside(self) -> jobs.Viewpoint:
        versions = {kept.address.version for kept in self.host.addresses}
        own = [interface for interface in OUTSIDE if interface.version in versions]
        return jobs.Viewpoint(
            name="outside",
            kind="outside",
            addresses=tuple(str(interface) for interface in own),
            gateways=tuple(str(interface.network.network_address + 1) for interface in own),
        )

    def _settings(self) -> list[changes.Action]:
        """Start from the kernel settings the host was captured with, where they decide what it accepts."""
        machine = self.network.host(self.host.name)
        own = {"all", self.host.bond, *(kept.interface for kept in self.host.addresses)}
        words = [
            f"{setting.key}={setting.value}"
            for setting in (machine.sysctls if machine else ())
            if (found := SETTING.fullmatch(setting.key)) and found[1].replace("/", ".") in own
        ]
        return [changes.Script(line=f"sysctl -q -w {' '.join(words)}")] if words else []

    def _proxies(self) -> list[changes.Action]:
        return [changes.ProxyArp(vlan=vlan, on=True) for vlan in self._vlans()]

    def _routes(self) -> list[changes.Action]:
        """Give the neighbours the routes that P2 gave every unmoved machine that speaks IPv6."""
        return [
            changes.NeighbourRoute(
                viewpoint=f"neighbour-{kept.vlan}", prefix=kept.host_prefix, via=str(kept.gateway), on=True
            )
            for kept in self.host.addresses
            if kept.address.version == IPV6
        ]

    def _step(self, step: Step) -> jobs.Step | None:
        found = self._actions(step)
        if found is None:
            return None
        actions, undo, waits = found
        stage = step.action.stage if isinstance(step.action, HostStage) else ""
        return jobs.Step(
            id=f"{step.number:03d}",
            title=step.title,
            where=step.device,
            actions=actions,
            undo=undo,
            waits=waits,
            settle_seconds=3.0 if stage in STAGES_THAT_SETTLE else 2.0,
            expected_lost=step.outage.packets,
            expected_lost_ipv6=step.outage.packets,
        )

    def _actions(self, step: Step) -> tuple[Actions, Actions, tuple[changes.Wait, ...]] | None:
        """Give what a step does, its undo, and what to wait for; nothing for other hosts' steps."""
        prefixes = tuple(sorted({kept.host_prefix for kept in self.host.addresses}))
        match step.action:
            case PortDown(host=name, leg=leg) if name == self.host.name:
                down, up = _port(leg)
                return (down,), (up, changes.LacpSettled()), ()
            case PortRouted(host=host, leg=leg) if host.name == self.host.name:
                routed = changes.PortRouted(
                    leaf=leg.leaf,
                    port=leg.port,
                    host_asn=host.asn,
                    prefixes=prefixes,
                    covering=tuple(prefix for prefix, _ in host.covering),
                )
                back = changes.PortBridged(leaf=leg.leaf, port=leg.port)
                return (routed,), (back,), self._both(leg) if leg == host.legs[-1] else ()
            case HostStage(host=host, stage=stage) if host.name == self.host.name:
                return self._stage(stage), (_script("undo.sh", host.name, stage),), ()
            case _:
                return None

    def _stage(self, stage: str) -> Actions:
        """Do a stage, wait for what its checks ask for, and confirm it, as the plan's step says."""
        name = self.host.name
        if stage == "ready":
            return (_script("apply.sh", name, stage),)
        waits = self._announced() if stage == "dual" else ()
        return (_script("apply.sh", name, stage), *waits, _script("apply.sh", name, f"confirm {stage}"))

    def _both(self, leg: LegTarget) -> tuple[changes.Wait, ...]:
        versions = sorted({kept.address.version for kept in self.host.addresses if kept.default})
        hops = len(self.host.legs)
        own = platforms.daemon(self.host.daemon)
        defaults = (
            changes.HostDefault(protocol=own.protocol, family=6 if v == IPV6 else 4, next_hops=hops)
            for v in versions
        )
        return (changes.BgpEstablished(leaf=leg.leaf, port=leg.port), *defaults)

    def _announced(self) -> tuple[changes.Wait, ...]:
        leg = self.host.legs[0]
        prefixes = (changes.PrefixAtGateway(prefix=kept.host_prefix) for kept in self.host.addresses)
        return (changes.BgpEstablished(leaf=leg.leaf, port=leg.port), *prefixes)


def produce(plan: Plan, network: Network, name: str) -> jobs.Job:
    """Write the job that rehearses one host of a plan.

    Raises:
        UsageError: when the plan doesn't move that host.
    """
    host = next((host for host in plan.target.hosts if host.name == name), None)
    if host is None:
        moved = ", ".join(f"`{host.name}`" for host in plan.target.hosts)
        why = [r.text for stay in plan.target.stays if stay.name == name for r in stay.reasons]
        reason = f" it stays: {why[0]}" if why else ""
        raise UsageError(f"the plan doesn't move host {name!r};{reason}", hint=f"it moves {moved}")
    return Producer(plan=plan, network=network, host=host).job()


def _bond_options(host: HostTarget) -> list[tuple[str, str]]:
    return [
        (words[0], words[1])
        for stanza in ifupdown.stanzas(host.interfaces_file.text)
        if host.bond in stanza.interfaces
        for _, words in stanza.options
        if len(words) > 1 and words[0].startswith("bond-")
    ]


def _port(leg: LegTarget) -> tuple[changes.PortDown, changes.PortUp]:
    return changes.PortDown(leaf=leg.leaf, port=leg.port), changes.PortUp(leaf=leg.leaf, port=leg.port)


def _script(program: str, name: DeviceName, stage: str) -> changes.Script:
    return changes.Script(line=f"sh /plan/hosts/{name}/{program} {stage}")
