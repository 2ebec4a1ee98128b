"""Look up switches and ports by name while the network is joined.

Comes in: the switches. Goes out: answers to "which port", "which LAG". It holds no fact of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vlan2l3.names import DeviceName, natural_key
from vlan2l3.network.model import PortRef, Switch, SwitchPort


@dataclass(frozen=True, slots=True, kw_only=True)
class Fabric:
    """Hold the switches by name and every port by reference."""

    switches: dict[DeviceName, Switch]
    ports: dict[PortRef, SwitchPort]

    @classmethod
    def of(cls, switches: Iterable[Switch]) -> Fabric:
        """Index the switches."""
        by_name = {switch.name: switch for switch in sorted(switches, key=lambda s: s.name)}
        return cls(
            switches=by_name,
            ports={PortRef(device=s.name, port=p.name): p for s in by_name.values() for p in s.ports},
        )

    def logical(self, ref: PortRef) -> PortRef:
        """Give the LAG a port belongs to, or the port itself."""
        port = self.ports.get(ref)
        return PortRef(device=ref.device, port=port.lag) if port and port.lag else ref

    def physical(self, ref: PortRef) -> tuple[PortRef, ...]:
        """Give the members of a LAG, or the port itself."""
        port = self.ports.get(ref)
        if port is None or not port.members:
            return (ref,)
        return tuple(PortRef(device=ref.device, port=name) for name in port.members)


def port_key(ref: PortRef) -> tuple[str, tuple[tuple[int, int | str], ...]]:
    """Sort ports by device, and `Ethernet2` before `Ethernet10`."""
    return ref.device, natural_key(ref.port)
