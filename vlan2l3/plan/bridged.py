"""Tell whether a frame crosses a segment, by the facts of a state.

Comes in: the facts of a state, what a host or a switch sends, and where it is to arrive. Goes out: nothing
where it arrives, else a `Dropped`. Which link of a bond or of an MLAG a frame takes is a hash that nobody
chooses, so each way it may take has to lead there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vlan2l3.design.target import HostTarget, KeptAddress, LegTarget, SubnetTarget
from vlan2l3.names import DeviceName
from vlan2l3.plan.facts import Bridged, Carrier, Enslaved, Facts, OnLink, Trunked
from vlan2l3.plan.outcomes import Dropped

Around = Mapping[DeviceName, Sequence[tuple[DeviceName, Trunked]]]
"""The trunks of each switch in a segment, each with its far end."""


def around(subnet: SubnetTarget) -> Around:
    """Look up the trunks of a segment by both their ends."""
    found: dict[DeviceName, list[tuple[DeviceName, Trunked]]] = {}
    for one, other in subnet.trunks:
        trunk = Trunked(one=one, other=other, segment=subnet.segment)
        found.setdefault(one, []).append((other, trunk))
        found.setdefault(other, []).append((one, trunk))
    return found


@dataclass(frozen=True, slots=True)
class Frames:
    """Walk frames of one segment in one state."""

    state: Facts
    subnet: SubnetTarget
    around: Around

    def to_host(self, start: DeviceName, host: HostTarget, kept: KeptAddress) -> Dropped | None:
        """Send from a switch to the host's address; the host has to have it on the link."""
        if OnLink(host=host.name, interface=kept.interface, address=kept.text) not in self.state:
            return Dropped(
                f"segment {kept.segment}",
                f"{kept.address.ip} is on no interface in the VLAN and no leaf has it",
            )
        links = self.links(host, kept)
        if isinstance(links, Dropped):
            return links
        ends = {leg.leaf for leg in links}
        return self._cross(start, ends, {leg.leaf for leg in host.legs})

    def from_host(self, host: HostTarget, kept: KeptAddress, end: DeviceName) -> Dropped | None:
        """Send from the host's interface in the segment to a switch."""
        links = self.links(host, kept)
        if isinstance(links, Dropped):
            return links
        for leg in links:
            if end not in self.reached(leg.leaf):
                return Dropped(leg.leaf, f"no trunk carries {kept.segment} from it to {end}")
        return None

    def links(self, host: HostTarget, kept: KeptAddress) -> tuple[LegTarget, ...] | Dropped:
        """Give the links on which the host is in the VLAN; both ends have to agree on each that is up."""
        whole = []
        for leg in host.legs:
            if Carrier(switch=leg.leaf, port=leg.port) not in self.state:
                continue
            bridged = Bridged(switch=leg.leaf, port=leg.port, vlan=kept.vlan) in self.state
            bonded = Enslaved(host=host.name, interface=leg.interface) in self.state
            if bonded and not bridged:
                why = f"it isn't in VLAN {kept.vlan}, and {leg.interface} is still a member of {host.bond}"
                return Dropped(f"{leg.leaf} {leg.port}", why)
            if bridged and not bonded:
                why = f"it is up in VLAN {kept.vlan}, and {leg.interface} is no member of {host.bond}"
                return Dropped(f"{leg.leaf} {leg.port}", why)
            whole += [leg] if bridged else []
        if whole:
            return tuple(whole)
        return Dropped(host.name, f"no link of {host.bond} is left in VLAN {kept.vlan}")

    def reached(self, start: DeviceName, without: frozenset[DeviceName] = frozenset()) -> set[DeviceName]:
        """List the switches that frames from one reach; a trunk between two of `without` carries nothing."""
        found, new = {start}, [start]
        while new:
            at = new.pop()
            for far, trunk in self.around.get(at, ()):
                if far not in found and not (far in without and at in without) and trunk in self.state:
                    found.add(far)
                    new.append(far)
        return found

    def _cross(self, start: DeviceName, ends: set[DeviceName], pair: set[DeviceName]) -> Dropped | None:
        """Reach the host's leafs; at one where it has no link left, the peer link has to take the frame on.

        Frames from outside reach either leaf of an MLAG pair, because the two have their uplinks in common;
        for the same reason none goes from one leaf to the other by way of a core.
        """
        paired = any(set(trunk) <= pair for trunk in self.subnet.trunks)
        outside = self.reached(start, without=frozenset(pair)) if start not in pair else {start}
        arrived = (outside & pair if paired else set()) or self.reached(start) & (pair if paired else ends)
        if not arrived:
            why = f"no trunk carries {self.subnet.segment} from it to {' or '.join(sorted(ends))}"
            return Dropped(start, why)
        for leaf in sorted(arrived - ends):
            if not any(self._joined(leaf, end) for end in ends):
                alone = ", ".join(sorted(ends))
                why = f"the host hangs on {alone} alone, and no peer link carries {self.subnet.segment} there"
                return Dropped(leaf, why)
        return None

    def _joined(self, one: DeviceName, other: DeviceName) -> bool:
        return Trunked(one=min(one, other), other=max(one, other), segment=self.subnet.segment) in self.state
