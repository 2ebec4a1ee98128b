"""Give the rows of our records that several comparisons of EOS use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.agreements import Row
from vlan2l3.parse import convert
from vlan2l3.parse.records import LldpNeighbor, MacEntry, Neighbor, PortAddress, Record


def port(text: str) -> str:
    """Give an interface its canonical name."""
    return convert.interface("eos", text)


def ports(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the ports of a VLAN without the processor and the MLAG peer's ports, which are no ports of it."""
    found = (port(text) for text in texts)
    return tuple(sorted(p for p in found if p not in ("Cpu", "Router") and not p.startswith("Peer")))


def mac_of(record: Record) -> Iterator[Row]:
    """Give the VLAN, address, port and sort of a MAC entry."""
    if isinstance(record, MacEntry):
        kind = "static" if record.origin in ("static", "self") else "dynamic"
        yield (record.vlan, record.mac, record.interface, kind)


def neighbor_of(record: Record) -> Iterator[Row]:
    """Give the addresses and the interface of an ARP or ND entry."""
    if isinstance(record, Neighbor):
        yield (str(record.address), record.mac, record.interface)


def lldp_of(record: Record) -> Iterator[Row]:
    """Give the ports and the name of an LLDP neighbour."""
    if isinstance(record, LldpNeighbor):
        yield (record.interface, record.system, record.port, record.port_description)


def address_of(record: Record) -> Iterator[Row]:
    """Give the interface, the address and the VRF."""
    if isinstance(record, PortAddress):
        yield (record.interface, str(record.address), record.vrf)
