"""Name the connected components of the layer-2 graph and say what each holds.

Comes in: the graph, switches and hosts. Goes out: `Segment`s, each (switch, VLAN) node in exactly one, and
doubts about their spanning-tree roots. A root that no captured switch owns stays open.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from vlan2l3.names import DeviceName, Mac, Network, RackName, SegmentName, VlanId
from vlan2l3.network.coverage import GapKind
from vlan2l3.network.doubts import Doubt
from vlan2l3.network.fabric import Fabric, port_key
from vlan2l3.network.graph import Node
from vlan2l3.network.index import Index
from vlan2l3.network.model import GatewayAddress, Host, PortRef, Segment, SwitchRole
from vlan2l3.parse.records import Source, StpInstance, Vni

Membership = dict[Node, SegmentName]


def name_segments(graph: nx.Graph[Node], fabric: Fabric) -> Membership:
    """Name every component after its smallest VLAN id, and after its racks where that id is in several.

    Where racks do not tell two of them apart, all segments of that id are named after their first switch.
    """
    components = sorted(sorted(component) for component in nx.connected_components(graph))
    holding: Counter[VlanId] = Counter()
    for nodes in components:
        holding.update({vlan for _, vlan in nodes})
    smallest = [min(vlan for _, vlan in nodes) for nodes in components]
    by_rack = [
        f"vlan{vlan}@{'+'.join(_racks(nodes, fabric) or (_first(nodes, vlan),))}"
        for nodes, vlan in zip(components, smallest, strict=True)
    ]
    uses = Counter(by_rack)
    unclear = {vlan for vlan, name in zip(smallest, by_rack, strict=True) if uses[name] > 1}
    membership: Membership = {}
    for nodes, vlan, name in zip(components, smallest, by_rack, strict=True):
        if holding[vlan] == 1:
            text = f"vlan{vlan}"
        else:
            text = f"vlan{vlan}@{_first(nodes, vlan)}" if vlan in unclear else name
        membership |= dict.fromkeys(nodes, SegmentName(text))
    return membership


def _racks(nodes: Iterable[Node], fabric: Fabric) -> tuple[RackName, ...]:
    switches = [fabric.switches[device] for device in {device for device, _ in nodes}]
    return tuple(sorted({s.rack for s in switches if s.rack and s.role is SwitchRole.LEAF}))


def _first(nodes: Iterable[Node], vlan: VlanId) -> DeviceName:
    return min(device for device, other in nodes if other == vlan)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReader:
    """Hold what is needed to describe segments."""

    membership: Membership
    fabric: Fabric
    index: Index
    hosts: tuple[Host, ...]

    def read(self) -> tuple[tuple[Segment, ...], list[Doubt]]:
        """Describe every segment, sorted by its smallest id and its name."""
        nodes: dict[SegmentName, list[Node]] = defaultdict(list)
        for node, name in self.membership.items():
            nodes[name].append(node)
        prefixes, gateways = self._prefixes(), self._gateways()
        blocked, roots, vnis = self._blocked(), self._roots(), self._vnis()
        bridges = self._bridges()
        segments, doubts = [], []
        for name, found in nodes.items():
            racks = _racks(found, self.fabric)
            macs = sorted(roots.get(name, {}))
            root_mac = macs[0] if len(macs) == 1 else None
            root = min(bridges.get(root_mac, ()), default=None) if root_mac else None
            segment = Segment(
                name=name,
                vlans=tuple(sorted({vlan for _, vlan in found})),
                title=self._title(found),
                nodes=tuple(sorted(found)),
                prefixes=tuple(sorted(prefixes[name], key=_prefix_key)),
                gateways=tuple(sorted(gateways[name], key=_gateway_key)),
                racks=racks,
                root=root,
                root_mac=root_mac,
                stretched=name in vnis,
                blocked=tuple(sorted(blocked[name], key=port_key)),
            )
            segments.append(segment)
            doubts += _root_doubts(segment, roots.get(name, {}), found)
            doubts += _stretched(segment, vnis.get(name, ()))
        return tuple(sorted(segments, key=lambda s: (s.vlans, s.name))), doubts

    def _title(self, nodes: Iterable[Node]) -> str:
        """Take the VLAN name most switches use; a name made of the id says nothing."""
        wanted = set(nodes)
        names = Counter(
            text
            for switch in self.fabric.switches.values()
            for vlan, text in switch.vlans
            if (switch.name, vlan) in wanted and text and text.lower() not in (f"vlan{vlan:04}", "default")
        )
        return min(names, key=lambda text: (-names[text], text), default="")

    def _prefixes(self) -> dict[SegmentName, set[Network]]:
        found: dict[SegmentName, set[Network]] = defaultdict(set)
        for switch in self.fabric.switches.values():
            for svi in switch.svis:
                name = self.membership.get((switch.name, svi.vlan))
                if name is not None:
                    found[name] |= {a.network for a in (*svi.addresses, *(g.address for g in svi.gateways))}
        for host in self.hosts:
            for address in host.addresses:
                if address.segment is not None:
                    found[address.segment].add(address.address.network)
        return defaultdict(set, {name: _subnets(prefixes) for name, prefixes in found.items()})

    def _gateways(self) -> dict[SegmentName, list[tuple[DeviceName, GatewayAddress]]]:
        found: dict[SegmentName, list[tuple[DeviceName, GatewayAddress]]] = defaultdict(list)
        for switch in self.fabric.switches.values():
            for svi in switch.svis:
                name = self.membership.get((switch.name, svi.vlan))
                if name is not None:
                    found[name] += [(switch.name, gateway) for gateway in svi.gateways]
        return found

    def _blocked(self) -> dict[SegmentName, set[PortRef]]:
        found: dict[SegmentName, set[PortRef]] = defaultdict(set)
        for ref, port in self.fabric.ports.items():
            for vlan in port.blocked:
                name = self.membership.get((ref.device, vlan))
                if name is not None:
                    found[name].add(ref)
        return found

    def _roots(self) -> dict[SegmentName, dict[Mac, list[Source]]]:
        found: dict[SegmentName, dict[Mac, list[Source]]] = defaultdict(lambda: defaultdict(list))
        for device in self.fabric.switches:
            for instance in self.index.of(device, StpInstance):
                names = {self.membership.get((device, vlan)) for vlan in instance.vlans} - {None}
                for name in names:
                    if name is not None:
                        found[name][instance.root].append(instance.source)
        return found

    def _bridges(self) -> dict[Mac, set[DeviceName]]:
        """Give the switches by bridge address; an MLAG pair shares one."""
        found: dict[Mac, set[DeviceName]] = defaultdict(set)
        for switch in self.fabric.switches.values():
            for mac in switch.macs:
                found[mac].add(switch.name)
        return found

    def _vnis(self) -> dict[SegmentName, list[Source]]:
        found: dict[SegmentName, list[Source]] = defaultdict(list)
        for device in self.fabric.switches:
            for record in self.index.of(device, Vni):
                name = self.membership.get((device, record.vlan))
                if name is not None:
                    found[name].append(record.source)
        return found


def _subnets(prefixes: set[Network]) -> set[Network]:
    """Drop single addresses and link-local prefixes: neither is a subnet of the segment."""
    return {p for p in prefixes if p.num_addresses > 1 and not p.is_link_local}


def _prefix_key(prefix: Network) -> tuple[int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen


def _gateway_key(gateway: tuple[DeviceName, GatewayAddress]) -> tuple[int, int, str, str]:
    device, address = gateway
    return address.address.version, int(address.address.ip), device, address.protocol


def _root_doubts(segment: Segment, roots: dict[Mac, list[Source]], nodes: list[Node]) -> list[Doubt]:
    switches = tuple(sorted({device for device, _ in nodes}))
    sources = tuple(min(roots[mac]) for mac in sorted(roots))
    if len(roots) > 1:
        return [
            Doubt(
                subject=f"root {segment.name}",
                what=f"the switches of {segment.name} name different spanning-tree roots:"
                f" {', '.join(sorted(roots))}",
                hint="look for a link that filters BPDUs, or that carries the VLAN and is not captured",
                devices=switches,
                segments=(segment.name,),
                sources=sources,
            )
        ]
    if segment.root_mac is None or segment.root is not None:
        return []
    return [
        Doubt(
            kind=GapKind.ROOT_OUTSIDE,
            subject=segment.name,
            what=f"the spanning-tree root of {segment.name} is {segment.root_mac}, which no captured"
            " switch owns",
            hint="capture the switch that is the root, or the one that leads to it",
            devices=switches,
            segments=(segment.name,),
            sources=sources,
        )
    ]


def _stretched(segment: Segment, sources: Iterable[Source]) -> list[Doubt]:
    if not segment.stretched:
        return []
    return [
        Doubt(
            kind=GapKind.STRETCHED,
            subject=segment.name,
            what=f"{segment.name} is stretched by VXLAN and may have members beyond the captured switches",
            hint="capture every switch that has the VNI, or leave the segment as it is",
            devices=tuple(sorted({device for device, _ in segment.nodes})),
            segments=(segment.name,),
            sources=(min(sources),),
        )
    ]
