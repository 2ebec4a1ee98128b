"""Follow a host's interface down through VLAN tags, bridges and bonds to the wires.

Comes in: the interfaces of one host. Goes out: the physical interfaces below one, and the tag its frames
carry there. A frame with two tags has no place in a VLAN, and gives nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse.records import Bond, Port

_UPLINKS = frozenset({"physical", "bond", "vlan", "lag"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Hold the interfaces of one host by name, and the members of each bond and bridge."""

    ports: dict[InterfaceName, Port]
    members: dict[InterfaceName, frozenset[InterfaceName]] = field(default_factory=dict)

    @classmethod
    def of(cls, ports: dict[InterfaceName, Port], bonds: tuple[Bond, ...]) -> Stack:
        """Join what members say of their master with what bonds say of their members."""
        members: dict[InterfaceName, set[InterfaceName]] = defaultdict(set)
        for port in ports.values():
            if port.master is not None:
                members[port.master].add(port.name)
        for bond in bonds:
            members[bond.name].update(bond.members)
        return cls(ports=ports, members={name: frozenset(found) for name, found in members.items()})

    def wires(self, name: InterfaceName) -> dict[InterfaceName, VlanId | None]:
        """Give the physical interfaces below one, each with the tag, `None` for untagged frames."""
        return dict(self._below(name, None, frozenset()))

    def _below(
        self, name: InterfaceName, tag: VlanId | None, above: frozenset[InterfaceName]
    ) -> Iterator[tuple[InterfaceName, VlanId | None]]:
        port = self.ports.get(name)
        if port is None or name in above:
            return
        if port.sort == "physical":
            yield name, tag
            return
        if port.parent is not None:
            if port.vlan is None or tag is None:
                yield from self._below(port.parent, port.vlan or tag, above | {name})
            return
        for member in sorted(self.members.get(name, ())):
            below = self.ports.get(member)
            if below is not None and below.sort in _UPLINKS:
                yield from self._below(member, tag, above | {name})
