"""Say a second time what is broken in a state of a rack, from the devices' side.

Comes in: a target, and the facts of a state as plain tuples. Goes out: words for what no packet may meet. It
shares no code with the planner and says the network's rules in other words, so that a fault in the checker
can't hide itself. What the kernel or a switch does follows the facts that the planner's own rules name; that
both read them alike is all this can show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from functools import cache, cached_property
from itertools import combinations

from vlan2l3.design.target import HostTarget, KeptAddress, SubnetTarget, Target
from vlan2l3.plan.facts import Change, Fact, Insert

Plain = frozenset[tuple[object, ...]]


def plain(facts: Iterable[Fact]) -> Plain:
    """Give facts as plain tuples."""
    return frozenset(map(_row, facts))


@cache
def _row(fact: Fact) -> tuple[object, ...]:
    return (type(fact).__name__, *astuple(fact))


def changed(state: Plain, changes: Iterable[Change]) -> Plain | None:
    """Apply changes; `None` when one of them doesn't fit."""
    facts = set(state)
    for change in changes:
        (row,) = plain([change.fact])
        if (row in facts) is isinstance(change, Insert):
            return None
        facts ^= {row}
    return frozenset(facts)


def in_flight(state: Plain, waves: Iterable[tuple[Change, ...]]) -> Iterator[Plain | None]:
    """Give the states in which only some of the changes of a wave have happened."""
    now: Plain | None = state
    for wave in waves:
        for size in range(1, len(wave) + 1):
            for some in combinations(wave, size):
                yield None if now is None else changed(now, some)
        now = None if now is None else changed(now, wave)


class World:
    """Hold the devices of one state."""

    def __init__(self, target: Target, state: Plain) -> None:
        self.target, self.state = target, state
        self._sorts: dict[object, list[tuple[object, ...]]] = {}
        for row in state:
            self._sorts.setdefault(row[0], []).append(row)

    def all(self, sort: str) -> list[tuple[object, ...]]:
        """List the facts of one sort."""
        return self._sorts.get(sort, [])

    def broken(self) -> list[str]:
        """List what is broken; empty when every packet arrives and every device is what the state says."""
        found = [said for host in self.target.hosts for said in self._of_host(host)]
        halfway = [h.name for h in self.target.hosts if not self._whole(h)]
        if len(halfway) > 1:
            found.append(f"{', '.join(halfway)} have less than all their links")
        bridged = {row[1:3] for row in self.all("Bridged")}
        routed = {row[1:3] for row in self.all("Accepts")}
        return found + [f"{port} is bridged and routed" for port in sorted(map(str, bridged & routed))]

    def _of_host(self, host: HostTarget) -> Iterator[str]:
        own = (*self.all("OnLink"), *self.all("StaticDefault"))
        gone = [row for row in own if row[1] == host.name and self._is_gone(row)]
        yield from (f"the kernel has deleted {row}" for row in gone)
        for kept in host.addresses:
            subnet = self._subnet(kept)
            for switch in subnet.entries:
                if not self.near(switch, host, kept):
                    yield f"a neighbour behind {switch} can't reach {kept.host_prefix}"
                if not self.back(host, kept, near=switch):
                    yield f"{kept.host_prefix} can't reach a neighbour behind {switch}"
            routers = [leaf.name for leaf in self.target.leafs if self.uplinks(leaf.name)]
            for switch in [*routers, *{name for name, _ in subnet.gateways}]:
                if not self.routed(switch, host, kept):
                    yield f"what {switch} routes to {kept.host_prefix} is lost"
            if not self.back(host, kept, near=None):
                yield f"{kept.host_prefix} can't reach anything outside"

    # --- the host -----------------------------------------------------------------------------------

    def has(self, *row: object) -> bool:
        """Look a fact up."""
        return row in self.state

    def _is_gone(self, row: tuple[object, ...]) -> bool:
        """The kernel deletes secondaries with their primary, and routes with the last address."""
        if row[0] == "OnLink":
            primaries = {r[4] for r in self.all("Follows") if r[1:4] == row[1:4]}
            return any(not self.has("OnLink", row[1], row[2], primary) for primary in primaries)
        if row[0] == "StaticDefault":
            left = [r for r in self.all("OnLink") if (r[1], r[2]) == (row[1], row[3])]
            return not any((":" in str(r[3])) == (row[2] == 6) for r in left)
        return False

    def _whole(self, host: HostTarget) -> bool:
        """All links are up, and all are members of the bond or all speak BGP."""
        up = all(self.has("Carrier", leg.leaf, leg.port) for leg in host.legs)
        counts = [
            sum(self.has(kind, host.name, leg.interface) for leg in host.legs)
            for kind in ("Enslaved", "Speaks")
        ]
        return up and max(counts) == len(host.legs)

    def on_link(self, host: HostTarget, kept: KeptAddress) -> bool:
        """The address is on the interface in the VLAN."""
        return self.has("OnLink", host.name, kept.interface, kept.text)

    def bond(self, host: HostTarget, vlan: int) -> set[str]:
        """Give the leafs on which the bond works in a VLAN; none when both ends disagree on a link."""
        up = [leg for leg in host.legs if self.has("Carrier", leg.leaf, leg.port)]
        members = {leg.interface for leg in up if self.has("Enslaved", host.name, leg.interface)}
        ports = {leg.interface for leg in up if self.has("Bridged", leg.leaf, leg.port, vlan)}
        return {leg.leaf for leg in up if leg.interface in members} if members == ports else set()

    def sessions(self, host: HostTarget) -> dict[str, set[str]]:
        """Give the leafs the host has a BGP session with, and what each takes from it."""
        taken: dict[str, set[str]] = {}
        for leg in host.legs:
            allowed = {str(r[3]) for r in self.all("Accepts") if r[1:3] == (leg.leaf, leg.port)}
            free = not self.has("Enslaved", host.name, leg.interface)
            speaks = self.has("Speaks", host.name, leg.interface)
            if allowed and free and speaks and self.has("Carrier", leg.leaf, leg.port):
                dummy = {str(r[2]) for r in self.all("OnDummy") if r[1] == host.name}
                taken.setdefault(leg.leaf, set()).update(allowed & dummy)
        return taken

    def statics(self, host: HostTarget, version: int) -> list[KeptAddress]:
        """Give the addresses whose interface the static default of a family leads through."""
        out = {r[3] for r in self.all("StaticDefault") if r[1:3] == (host.name, version)}
        return [
            k for k in host.addresses if k.default and k.address.version == version and k.interface in out
        ]

    def drops(self, host: HostTarget, kept: KeptAddress, *, fabric: bool, near: bool) -> bool:
        """With rp_filter on, what comes in has to come where the answer would leave."""
        if kept.address.version == 6 or not self.has("Strict", host.name):
            return False
        by_vlan = bool(self.statics(host, 4))
        if fabric:
            return by_vlan or self.on_link(host, kept)
        return not near and not by_vlan

    # --- the segment --------------------------------------------------------------------------------

    def _subnet(self, kept: KeptAddress) -> SubnetTarget:
        return next(s for s in self.target.subnets if s.segment == kept.segment)

    @cached_property
    def _trunks(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self.all("Trunked"):
            found.setdefault(str(row[3]), []).append((str(row[1]), str(row[2])))
        return found

    def spread(self, segment: str, start: str, *, cut: frozenset[str] = frozenset()) -> set[str]:
        """Flood from a switch; the trunk between the two switches of `cut` is left out."""
        seen, todo = {start}, [start]
        while todo:
            at = todo.pop()
            for pair in self._trunks.get(segment, []):
                if at in pair and not (cut and set(pair) == cut):
                    far = pair[1] if pair[0] == at else pair[0]
                    todo += [far] if far not in seen else []
                    seen.add(far)
        return seen

    def frame(self, start: str, host: HostTarget, kept: KeptAddress) -> bool:
        """A frame from a switch arrives at the host's address in the VLAN, whichever uplink a hash takes."""
        ends = self.bond(host, kept.vlan)
        if not ends or not self.on_link(host, kept):
            return False
        pair = frozenset(str(leg.leaf) for leg in host.legs)
        trunks = self._subnet(kept).trunks
        if not any(set(trunk) == pair for trunk in trunks):  # no MLAG: it goes where the address was learned
            return bool(self.spread(kept.segment, start) & ends)
        entered = {start} if start in pair else self.spread(kept.segment, start, cut=pair) & pair
        entered = entered or self.spread(kept.segment, start) & pair
        linked = tuple(sorted(pair)) in self._trunks.get(kept.segment, [])
        return bool(entered) and all(leaf in ends or linked for leaf in entered)

    def gateways(self, segment: str) -> list[str]:
        """List the switches with an address in the segment."""
        return [str(row[1]) for row in self.all("Gateway") if row[2] == segment]

    # --- routers ------------------------------------------------------------------------------------

    def uplinks(self, leaf: str) -> set[str]:
        """Give the cores a leaf routes to."""
        return {str(row[2]) for row in self.all("Fabric") if row[1] == leaf}

    def routed(
        self, router: str, host: HostTarget, kept: KeptAddress, *, near: bool = False, told: bool = True
    ) -> bool:
        """What reaches a router for the address arrives; leafs tell cores of a /32, and cores tell leafs.

        `near` says that the sender is a neighbour in the segment, `told` that it believes a redirect.
        """
        knowing = {leaf for leaf, taken in self.sessions(host).items() if kept.host_prefix in taken}
        if router in knowing:
            return not self.drops(host, kept, fabric=True, near=near)
        cores = {core for leaf in knowing for core in self.uplinks(leaf)}
        if self.uplinks(router) & cores:  # a leaf that a core told
            return not self.drops(host, kept, fabric=True, near=near)
        if router in cores:
            return not self.drops(host, kept, fabric=True, near=near)
        if router in self.gateways(kept.segment):
            redirected = near and told and self.has("Redirects", router, kept.segment)
            in_vlan = self.frame(router, host, kept)
            return in_vlan and not redirected and not self.drops(host, kept, fabric=False, near=near)
        up = self.uplinks(router)
        better = up & set(self.gateways(kept.segment))
        return bool(up) and all(self.routed(core, host, kept) for core in better or up)

    def via_gateway(self, switch: str, host: HostTarget, kept: KeptAddress, *, told: bool) -> bool:
        """A neighbour sends to its gateway; any that has its frames may be the one."""
        near = self.spread(kept.segment, switch) & set(self.gateways(kept.segment))
        return bool(near) and all(self.routed(g, host, kept, near=True, told=told) for g in near)

    # --- the three viewpoints -----------------------------------------------------------------------

    def near(self, switch: str, host: HostTarget, kept: KeptAddress) -> bool:
        """A neighbour sends to the MAC address it believes in, or by a route of its own."""
        if kept.address.version == 6:
            peers = [p.host for p in self.target.peers if p.segment == kept.segment and p.host != host.name]
            routes = [self.has("PeerRoute", peer, kept.host_prefix) for peer in peers]
            by_route = all(routes) or self.frame(switch, host, kept)
            return by_route and (not any(routes) or self.via_gateway(switch, host, kept, told=False))
        beliefs = {r[3] for r in self.all("Resolved") if r[1:3] == (kept.segment, kept.host_prefix)}
        switches = dict.fromkeys(name for name, _ in self._subnet(kept).gateways)
        answering = [self.has("Answers", name, kept.segment) for name in switches]
        if not beliefs:
            beliefs = {"own"} if self.on_link(host, kept) else {"gateway"}
            beliefs |= {"gateway"} if any(answering) else set()
        if "own" in beliefs and not self.frame(switch, host, kept):
            return False
        if "gateway" in beliefs:  # entries age: somebody has to answer the next time
            answered = all(answering) or self.on_link(host, kept)
            return answered and self.via_gateway(switch, host, kept, told=True)
        return True

    def back(self, host: HostTarget, kept: KeptAddress, *, near: str | None) -> bool:
        """The host answers: on the link while the address is there, else by its default."""
        if near is not None and self.on_link(host, kept):
            ends = self.bond(host, kept.vlan)
            return bool(ends) and all(near in self.spread(kept.segment, leaf) for leaf in ends)
        statics = self.statics(host, kept.address.version)
        if statics:
            return all(self._by_static(host, way) for way in statics)
        leafs = [leaf for leaf in self.sessions(host) if self.uplinks(leaf)]
        if near is None or not leafs:
            return bool(leafs)
        owners = set(self.gateways(kept.segment))
        cores = {core for leaf in leafs for core in self.uplinks(leaf) & owners or self.uplinks(leaf)}
        return all(core in owners and near in self.spread(kept.segment, core) for core in cores)

    def _by_static(self, host: HostTarget, way: KeptAddress) -> bool:
        ends = self.bond(host, way.vlan)
        gateways = self.gateways(way.segment)
        return any(
            ends and all(gateway in self.spread(way.segment, leaf) for leaf in ends) for gateway in gateways
        )
