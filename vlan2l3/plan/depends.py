"""Say what the ways of an address depend on: which facts, and what of the target.

Comes in: a `Walker`, a host, one of its addresses. Goes out: facts, and a shape. Whatever `plan.deliver`
looks at has to be named here; a test holds the two together by judging everything anew in every state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vlan2l3.design.target import HostTarget, KeptAddress
from vlan2l3.names import SegmentName
from vlan2l3.plan.deliver import Walker
from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Believes,
    Bridged,
    Carrier,
    Enslaved,
    Fabric,
    Fact,
    Gateway,
    OnDummy,
    OnLink,
    PeerRoute,
    Pinned,
    Redirects,
    Resolved,
    Speaks,
    StaticDefault,
    Strict,
    Trunked,
)


@dataclass(frozen=True, slots=True)
class Depends:
    """List what packets to and from addresses of one target depend on."""

    walker: Walker

    def asked(self, host: HostTarget, kept: KeptAddress) -> tuple[Fact, ...]:
        """List every fact that the ways of an address can depend on; no other fact changes them.

        Its place says what a fact is to the address: addresses of one `shape` have the same there.
        """
        facts: list[Fact] = [Strict(host=host.name)]
        facts += [Fabric(leaf=link.leaf, core=link.core) for link in self.walker.target.links]
        routes = [o for o in host.addresses if o.default and o.address.version == kept.address.version]
        for leg in host.legs:
            facts.append(Carrier(switch=leg.leaf, port=leg.port))
            facts.append(Enslaved(host=host.name, interface=leg.interface))
            facts.append(Speaks(host=host.name, interface=leg.interface))
            facts += [Bridged(switch=leg.leaf, port=leg.port, vlan=o.vlan) for o in (kept, *routes)]
            facts += [
                Accepts(switch=leg.leaf, port=leg.port, prefix=o.host_prefix) for o in (kept, *host.addresses)
            ]
        for other in routes:
            version = other.address.version
            facts.append(StaticDefault(host=host.name, version=version, interface=other.interface))
            facts += self._of_segment(other.segment)
        facts += self._of_segment(kept.segment)
        facts += self._of_address(host, kept)
        return tuple(dict.fromkeys(facts))

    def _of_address(self, host: HostTarget, kept: KeptAddress) -> Iterator[Fact]:
        prefix = kept.host_prefix
        yield OnLink(host=host.name, interface=kept.interface, address=kept.text)
        yield OnDummy(host=host.name, prefix=prefix)
        yield from (Resolved(segment=kept.segment, prefix=prefix, believes=b) for b in Believes)
        yield from (PeerRoute(host=peer.host, prefix=prefix) for peer in self.walker.peers(host, kept))
        for one, others in self.walker.adjacent.items():
            yield from (Pinned(switch=one, prefix=prefix, toward=other) for other in others)

    def _of_segment(self, segment: SegmentName) -> Iterator[Fact]:
        yield from (Trunked(one=a, other=b, segment=segment) for a, b in self.walker.subnets[segment].trunks)
        for switch in self.walker.gateways(segment):
            yield Gateway(switch=switch, segment=segment)
            yield Answers(switch=switch, segment=segment)
            yield Redirects(switch=switch, segment=segment)

    def shape(self, host: HostTarget, kept: KeptAddress) -> object:
        """Give all that the ways of an address depend on beside facts.

        Names are numbered in the order they appear, so that two racks can have one shape.
        """
        numbers: dict[str, int] = {}

        def number(name: str) -> int:
            return numbers.setdefault(name, len(numbers))

        routes = [o for o in host.addresses if o.default and o.address.version == kept.address.version]
        subnets = [self.walker.subnets[name] for name in dict.fromkeys(o.segment for o in (kept, *routes))]
        return (
            tuple((number(link.leaf), number(link.core)) for link in self.walker.target.links),
            tuple(number(leaf.name) for leaf in self.walker.target.leafs),
            tuple(number(leg.leaf) for leg in host.legs),
            tuple(
                (
                    tuple(number(switch) for switch, _ in subnet.gateways),
                    tuple((number(one), number(other)) for one, other in subnet.trunks),
                    tuple(number(switch) for switch in subnet.entries),
                )
                for subnet in subnets
            ),
            host.addresses.index(kept),
            len(host.addresses),
            tuple(
                (o.address.version, number(o.segment), o == kept, o.interface == kept.interface)
                for o in (kept, *routes)
            ),
            len({o.interface for o in routes}),
            len(self.walker.peers(host, kept)),
        )
