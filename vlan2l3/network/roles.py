"""Tell leafs from cores, and name the rack each leaf stands in.

Comes in: switches, links, host legs, and the racks of the inventory. Goes out: the switches with role and
rack. A core never gets a derived rack; what it lacks concerns every rack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from vlan2l3.capture.manifest import DeviceEntry
from vlan2l3.names import DeviceName, RackName, rack_name
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.legs import HostLinks
from vlan2l3.network.model import Link, Switch, SwitchRole

_DISTINCT = 2  # a switch below which at least so many racks or pairs hang is a core


def with_roles(
    fabric: Fabric, links: Iterable[Link], host_links: HostLinks, entries: Iterable[DeviceEntry]
) -> Fabric:
    """Give every switch its role and rack."""
    told = {DeviceName(entry.name): rack_name(entry.rack) for entry in entries if entry.rack}
    hosting = {leg.port.device for legs in host_links.legs.values() for leg, _ in legs}
    groups = {name: _group(switch, told) for name, switch in fabric.switches.items()}
    with_hosts = {groups[name] for name in hosting} or set(groups.values())
    # A lone switch counts as a place only if hosts hang on it: two cores above a leaf are not two racks.
    counting = with_hosts | {group for name, group in groups.items() if name in told or len(group) > 1}
    below: dict[DeviceName, set[tuple[str, ...]]] = defaultdict(set)
    for link in links:
        for here, there in ((link.a.device, link.b.device), (link.b.device, link.a.device)):
            if groups[there] != groups[here] and groups[there] in counting:
                below[here].add(groups[there])
    needed = min(_DISTINCT, len(with_hosts))  # in a network of one rack, what it hangs on is a core
    finished = []
    for name, switch in fabric.switches.items():
        reached = below[name]
        core = name not in hosting and len(reached) >= needed and not reached.isdisjoint(with_hosts)
        role = SwitchRole.CORE if core else SwitchRole.LEAF
        rack = told.get(name) or (None if core else _derived(switch))
        finished.append(replace(switch, role=role, rack=rack))
    return Fabric.of(finished)


def _group(switch: Switch, told: dict[DeviceName, RackName]) -> tuple[str, ...]:
    """Name the place a switch shares with others: the inventory's rack, the MLAG pair, or itself alone."""
    if switch.name in told:
        return (told[switch.name],)
    return _pair(switch)


def _pair(switch: Switch) -> tuple[str, ...]:
    peer = switch.mlag.peer if switch.mlag else None
    return tuple(sorted({switch.name, peer} if peer else {switch.name}))


def _derived(switch: Switch) -> RackName:
    """Name a rack after its leafs, or after the first where both names are too long for one."""
    pair = _pair(switch)
    try:
        return rack_name("+".join(pair))
    except ValueError:
        return rack_name(pair[0])
