"""Say what can be true of the network while it changes: keyed facts, and changes to them.

Comes in: nothing. Goes out: facts, `Insert`, `Remove`, and the `State` they act on. A state has no order;
order belongs to the plan alone. `apply` is all or nothing, and `undo(do(state)) == state` by equality.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from vlan2l3.names import DeviceName, InterfaceName, SegmentName, VlanId

IN_FLIGHT = 6  # changes at most, so 64 states


class Believes(StrEnum):
    """Say where unmoved machines of a segment send frames for an address."""

    OWN = "own"  # to the host's own MAC address
    GATEWAY = "gateway"  # to the gateway's


class Plane(StrEnum):
    """Name the two ways a packet can take to or from a host."""

    VLAN = "vlan"
    FABRIC = "fabric"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Carrier:
    """The port is not shut down."""

    switch: DeviceName
    port: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bridged:
    """The port belongs to the VLAN side of its leaf and carries this VLAN."""

    switch: DeviceName
    port: InterfaceName
    vlan: VlanId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Trunked:
    """Frames of the segment cross between two switches, `one` sorting first; a blocked link carries none."""

    one: DeviceName
    other: DeviceName
    segment: SegmentName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Accepts:
    """The port is routed, speaks BGP, and its import filter accepts this prefix."""

    switch: DeviceName
    port: InterfaceName
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Enslaved:
    """The interface is a member of the host's bond."""

    host: DeviceName
    interface: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Speaks:
    """The host speaks BGP on the interface and announces what is on its dummy."""

    host: DeviceName
    interface: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OnLink:
    """The address, with its prefix, is on an interface in the VLAN."""

    host: DeviceName
    interface: InterfaceName
    address: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Follows:
    """The address goes when `primary` is deleted from the interface: the kernel promotes no secondaries."""

    host: DeviceName
    interface: InterfaceName
    address: str
    primary: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Strict:
    """The host drops what arrives where its way back does not lead; modes 1 and 2 do alike on a link of ours.

    Measured on a link without an IPv4 address: mode 2, documented as loose, lost every packet.
    """

    host: DeviceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OnDummy:
    """The address is on the dummy, as a /32 or /128."""

    host: DeviceName
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StaticDefault:
    """The host's default route of this family is the static one through the VLAN."""

    host: DeviceName
    version: int
    interface: InterfaceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gateway:
    """The switch has its address in the segment, and routes from and to it."""

    switch: DeviceName
    segment: SegmentName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Answers:
    """The gateway answers ARP in the segment for what it routes elsewhere."""

    switch: DeviceName
    segment: SegmentName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Redirects:
    """The switch tells a sender in the segment when it sends its packet back into the segment.

    Who believes it does so for minutes: a route cached that way outlives the move it contradicts.
    """

    switch: DeviceName
    segment: SegmentName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pinned:
    """A route of the switch's own configuration sends the prefix to its neighbour."""

    switch: DeviceName
    prefix: str
    toward: DeviceName


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PeerRoute:
    """The unmoved host sends packets for the prefix to the gateway by a route of its own."""

    host: DeviceName
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Resolved:
    """Unmoved machines of the segment hold this belief about the address in their ARP or ND tables."""

    segment: SegmentName
    prefix: str
    believes: Believes


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fabric:
    """The leaf and the core route to each other, in both families."""

    leaf: DeviceName
    core: DeviceName


Fact = (
    Carrier
    | Bridged
    | Trunked
    | Accepts
    | Enslaved
    | Speaks
    | OnLink
    | Follows
    | Strict
    | OnDummy
    | StaticDefault
    | Gateway
    | Answers
    | Redirects
    | Pinned
    | PeerRoute
    | Resolved
    | Fabric
)

Facts = Container[Fact]
"""What is asked of a state wherever one fact after the other will do."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Make a fact true."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Remove:
    """Make a fact false."""

    fact: Fact


Change = Insert | Remove


class ChangeError(Exception):
    """Report a change that does not fit the state: inserting what is there, removing what is not."""

    def __init__(self, change: Change) -> None:
        verb = "already" if isinstance(change, Insert) else "not"
        super().__init__(f"{change.fact} is {verb} in the state")
        self.change = change


def invert(change: Change) -> Change:
    """Give the change that takes this one back."""
    return Remove(change.fact) if isinstance(change, Insert) else Insert(change.fact)


@dataclass(frozen=True, slots=True)
class State:
    """Hold the facts that are true at one moment."""

    facts: frozenset[Fact] = field(default_factory=frozenset)

    def apply(self, changes: Iterable[Change]) -> State:
        """Give the state after the changes.

        Raises:
            ChangeError: when one of them doesn't fit; this state is a value and stays what it was.
        """
        facts = set(self.facts)
        for change in changes:
            present = change.fact in facts
            if present is isinstance(change, Insert):
                raise ChangeError(change)
            if present:
                facts.remove(change.fact)
            else:
                facts.add(change.fact)
        return State(frozenset(facts))

    def __contains__(self, fact: object) -> bool:
        return fact in self.facts


def subsets(wave: Sequence[Change]) -> Iterator[frozenset[Change]]:
    """Give every subset of changes in flight but the empty one, the smallest first."""
    if len(wave) > IN_FLIGHT:
        raise ValueError(f"{len(wave)} changes in flight at once; split the step")
    if len({change.fact for change in wave}) < len(wave):
        raise ValueError("one fact changes twice in flight; split the step")
    for size in range(1, len(wave) + 1):
        yield from map(frozenset, combinations(wave, size))
