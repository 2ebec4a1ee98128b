"""Count which addresses hang on which access-side port.

Comes in: the MAC tables of all switches. Goes out: addresses by logical port. A switch's own rows are left
out.
"""

from __future__ import annotations

from collections import defaultdict

from vlan2l3.names import Mac
from vlan2l3.network.fabric import Fabric
from vlan2l3.network.index import Index
from vlan2l3.network.model import PortRef
from vlan2l3.parse.records import MacEntry


def learned_on(fabric: Fabric, index: Index, access: frozenset[PortRef]) -> dict[PortRef, set[Mac]]:
    """Give the addresses of each access-side port, in any VLAN."""
    found: dict[PortRef, set[Mac]] = defaultdict(set)
    for device in fabric.switches:
        for entry in index.of(device, MacEntry):
            port = PortRef(device=device, port=entry.interface)
            if entry.origin != "self" and port in access:
                found[port].add(entry.mac)
    return found
