"""Find machines by what their ports are called: descriptions, and the names LLDP gives.

Comes in: a `Lookup` and a pattern. Goes out: stations of machines nobody read. A name is a hint and no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.network.model import PortRef, Station, Switch, SwitchPort


def on_ports_named(lookup: Lookup, pattern: re.Pattern[str]) -> Iterator[Station]:
    """Walk the stations on ports whose words fit; a host that was read tells its own name."""
    seen = set()
    for switch in lookup.network.switches:
        for port in switch.ports:
            ref = PortRef(device=switch.name, port=port.name)
            if ref not in lookup.at_ports or not any(pattern.search(text) for text in _words(switch, port)):
                continue
            for station in lookup.at_ports[ref]:
                key = (station.segment, station.mac)
                if key not in seen and not lookup.was_read(station.owner):
                    seen.add(key)
                    yield station


def _words(switch: Switch, port: SwitchPort) -> Iterator[str]:
    """Walk a port's own words and, of a LAG, those of its members."""
    for own in (port, *(member for name in port.members if (member := switch.port(name)))):
        yield own.description
        yield from (system for system, _ in own.neighbors)
