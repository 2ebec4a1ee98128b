"""Index a network once by what it is asked for again and again.

Comes in: a `Network`. Goes out: parts of it, in its order. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vlan2l3.names import DeviceName

if TYPE_CHECKING:
    from vlan2l3.network.model import Host, Network, Segment, Station, Svi, Switch


class Indexes:
    """Find things by their names, and what is in a segment by the segment's."""

    def __init__(self, network: Network) -> None:
        self.switches: dict[str, Switch] = {switch.name: switch for switch in reversed(network.switches)}
        self.hosts: dict[str, Host] = {host.name: host for host in reversed(network.hosts)}
        self.segments: dict[str, Segment] = {segment.name: segment for segment in reversed(network.segments)}
        self._stations: dict[str, list[Station]] = {}
        for station in network.stations:
            self._stations.setdefault(station.segment, []).append(station)
        self._hosts_in: dict[str, list[Host]] = {}
        for host in network.hosts:
            for segment in dict.fromkeys(a.segment for a in host.addresses if a.segment):
                self._hosts_in.setdefault(segment, []).append(host)
        self._svis: dict[str, list[tuple[DeviceName, Svi]]] = {}
        homes = {node: segment.name for segment in network.segments for node in segment.nodes}
        for switch in network.switches:
            for svi in switch.svis:
                home = homes.get((switch.name, svi.vlan))
                if home is not None and (svi.addresses or svi.gateways):
                    self._svis.setdefault(home, []).append((switch.name, svi))

    def stations_in(self, segment: str) -> Sequence[Station]:
        """List the stations of a segment."""
        return self._stations.get(segment, ())

    def hosts_in(self, segment: str) -> Sequence[Host]:
        """List the hosts that have an address in a segment."""
        return self._hosts_in.get(segment, ())

    def svis_in(self, segment: str) -> Sequence[tuple[DeviceName, Svi]]:
        """List the SVIs with addresses in a segment, each with its switch."""
        return self._svis.get(segment, ())
