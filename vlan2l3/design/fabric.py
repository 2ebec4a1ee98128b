"""Number the routers of the coming fabric and find the cables it starts on.

Comes in: the Network and the Intent. Goes out: `Router`s and `FabricLink`s. A cable is used only when both of
its ends are routed ports that carry nothing today; none is ever assumed.
"""

from __future__ import annotations

import re

from vlan2l3 import platforms
from vlan2l3.design import grounds
from vlan2l3.design.intent import Intent
from vlan2l3.design.target import FabricLink, Reason, Router
from vlan2l3.errors import NoSafePlanError, Problem, UsageError
from vlan2l3.names import DeviceName, RackName
from vlan2l3.network.model import Link, Network, PortMode, PortRef, Switch, SwitchRole

# A rack's hosts are numbered in a block of this size, by the leaf port of their first leg: adding a host
# never renumbers another, which an index into a sorted list would.
RACK_BLOCK = 1000


class Numbering:
    """Number every leaf and core, in the order of their names.

    Raises:
        UsageError: when a loopback prefix has too few addresses.
    """

    def __init__(self, network: Network, intent: Intent) -> None:
        self._loopbacks = intent.loopback_prefixes
        self._first = {SwitchRole.LEAF: intent.asn.leafs, SwitchRole.CORE: intent.asn.cores}
        ordered = sorted(network.switches, key=lambda switch: switch.name)
        ipv4, _ = self._loopbacks
        if len(ordered) > ipv4.num_addresses - 2:
            raise UsageError(f"`loopbacks.ipv4` {ipv4} is too small for {len(ordered)} switches")
        counts = dict.fromkeys(self._first, 0)
        self._places: dict[DeviceName, tuple[int, int]] = {}
        for index, switch in enumerate(ordered, start=1):
            counts[switch.role] += 1
            self._places[switch.name] = index, counts[switch.role]

    def router(self, switch: Switch) -> Router:
        """Give a switch its numbers."""
        index, place = self._places[switch.name]
        ipv4, ipv6 = (str(prefix[index]) for prefix in self._loopbacks)
        asn = self._first[switch.role] + place
        return Router(
            name=switch.name,
            platform=switch.platform,
            asn=asn,
            ipv4=ipv4,
            ipv6=ipv6,
            config=_top(switch),
            grounds=(
                *grounds.of_router(switch),
                Reason(
                    text=f"{switch.name} gets AS {asn}, counted from here in the order of the {switch.role}s'"
                    " names",
                    told=f"asn.{switch.role}s",
                ),
                Reason(text=f"{switch.name} gets the loopback {ipv4}", told="loopbacks.ipv4"),
                Reason(text=f"{switch.name} gets the loopback {ipv6}", told="loopbacks.ipv6"),
            ),
        )


def _top(switch: Switch) -> frozenset[str]:
    text = switch.config.text if switch.config else ""
    return frozenset(line.strip() for line in text.splitlines() if line[:1].strip())


def host_asn(network: Network, intent: Intent, rack: RackName, port: PortRef) -> int:
    """Number a host by its rack and the number of the leaf port of its first leg."""
    digits = re.sub(r"[^0-9]", "", rack)
    unique = len({re.sub(r"[^0-9]", "", other) for other in network.racks}) == len(network.racks)
    ordinal = int(digits) if digits and unique else network.racks.index(rack) + 1
    slot = int((re.findall(r"[0-9]+", port.port) or ["0"])[-1])
    return intent.asn.hosts + ordinal * RACK_BLOCK + slot


def fabric_links(network: Network, leafs: tuple[Switch, ...]) -> tuple[FabricLink, ...]:
    """List the idle routed cables between these leafs and the cores.

    Raises:
        NoSafePlanError: naming each leaf that has none.
    """
    idle: list[FabricLink] = []
    problems = []
    for leaf in leafs:
        links = [found for link in network.links if (found := _fabric_link(network, leaf, link))]
        idle += links
        if not links:
            problems.append(
                Problem(
                    what="no cable to a core is routed, up and without addresses at both ends, so the fabric"
                    " has nothing to start on",
                    where=leaf.name,
                    hint="cable a leaf port to a core port, set `no switchport` on both, and discover again",
                )
            )
    if problems:
        raise NoSafePlanError("the underlay has no links to start on", *problems)
    return tuple(sorted(idle, key=lambda link: (link.leaf, link.core, link.leaf_port)))


def _fabric_link(network: Network, leaf: Switch, link: Link) -> FabricLink | None:
    if leaf.name not in (link.a.device, link.b.device) or not link.confirmed:
        return None
    mine, theirs = (link.a, link.b) if link.a.device == leaf.name else (link.b, link.a)
    core = network.switch(theirs.device)
    if core is None or core.role is not SwitchRole.CORE or not (_idle(leaf, mine) and _idle(core, theirs)):
        return None
    return FabricLink(
        leaf=leaf.name,
        leaf_port=mine.port,
        core=core.name,
        core_port=theirs.port,
        source=link.source,
        grounds=grounds.of_cable(leaf, mine, core, theirs, link.source),
    )


def _idle(switch: Switch, ref: PortRef) -> bool:
    port = switch.port(ref.port)
    return port is not None and port.mode is PortMode.ROUTED and bool(port.up) and not port.addresses


def unsupported(switches: tuple[Switch, ...]) -> list[Problem]:
    """List the switches no configuration can be written for, by their platform, part or version."""
    return [problem for switch in switches if (problem := _unwritten(switch))]


def _roles(platform: str) -> tuple[str, ...]:
    writing = platforms.writing(platform)
    return writing.roles if writing else ()


def _unwritten(switch: Switch) -> Problem | None:
    writing = platforms.writing(switch.platform)
    if writing is None:
        able = [name for name in platforms.written() if switch.role in _roles(name)]
        return Problem(
            what=f"no configuration templates for platform `{switch.platform or 'unknown'}`",
            where=switch.name,
            hint=f"there are templates for: {', '.join(able)}",
        )
    if switch.role not in writing.roles:
        why = writing.without.get(switch.role, "there are no templates for it")
        return Problem(what=f"`{switch.platform}` can't be a {switch.role} yet: {why}", where=switch.name)
    own = platforms.release(switch.version)
    if writing.least and own < platforms.release(writing.least):
        running = f"runs {switch.version}" if own else "runs a version that the capture doesn't tell"
        return Problem(
            what=f"it {running}: {writing.why_least}",
            where=switch.name,
            hint=f"the least version that can is {writing.least}",
        )
    return None


def conflicts(switch: Switch, router: Router) -> list[Problem]:
    """List what a switch already has that the fabric's configuration would collide with.

    A BGP instance with the planned number is the one another rack's plan made; any other is somebody else's.
    """
    if switch.config is None:
        return [Problem(what="its configuration wasn't captured", where=switch.name)]
    text = switch.config.text
    found = [
        f"it already runs BGP as AS {number}; the plan would give it {router.asn}"
        for number in re.findall(r"(?m)^router bgp (\S+)", text)
        if number != str(router.asn)
    ]
    if re.search(r"(?mi)^interface loopback100$", text) and router.ipv4 not in text:
        found.append("it already has an interface Loopback100, with another address")
    if re.search(r"(?m)^ip route 0\.0\.0\.0/0 ", text) and switch.role is SwitchRole.LEAF:
        found.append("it has a static default route, which would beat the fabric's for every moved host")
    return [Problem(what=what, where=f"{switch.name}: {switch.config.source.file}") for what in found]


def overlapping(network: Network, intent: Intent) -> list[Problem]:
    """List the prefixes of the network that the loopback prefixes overlap."""
    ours = intent.loopback_prefixes
    taken = {prefix for segment in network.segments for prefix in segment.prefixes}
    return [
        Problem(what=f"`loopbacks.ipv{prefix.version}` {prefix} overlaps {other}, which is in use")
        for prefix in ours
        for other in sorted(taken, key=str)
        if prefix.version == other.version and prefix.overlaps(other)
    ]
