"""Compare what is read of Cumulus Linux with SuzieQ and NAPALM.

SuzieQ publishes expected rows for one of the gathered networks, and only of addresses and of one switch's
neighbours; the rows of its other tables belong to captures that are not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_interface
from typing import Any

from tests.agreements import Row, beside, json_beside
from tests.agreements.suzieq import compare
from vlan2l3.parse.records import LldpNeighbor, Port, PortAddress, Record

NAPALM = "napalm-community/cumulus/"
NCLU = "net show interface all json"
_FIRST = json_beside("expected_result.json")


def _address(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address), record.vrf


def _their_address(row: dict[str, Any]) -> Iterator[Row]:
    for text in (*row["ipAddressList"], *row["ip6AddressList"]):
        yield row["ifname"], str(ip_interface(text)), row["vrf"]


def _neighbor(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor) and record.system == "spine01":
        yield record.interface, record.system, record.port, record.system_description


def _their_neighbor(row: dict[str, Any]) -> Iterator[Row]:
    yield row["ifname"], row["peerHostname"], row["peerIfname"], row["description"]


def _nclu_port(record: Record) -> Iterator[Row]:
    if isinstance(record, Port):
        yield record.name, record.enabled, record.up, record.mac, record.description


def _their_port(answer: dict[str, Any]) -> Iterator[Row]:
    for name, port in answer.items():
        mac = port["mac_address"] if port["mac_address"] != "00:00:00:00:00:00" else None
        yield name, port["is_enabled"], port["is_up"], mac, port["description"]


def _nclu_address(record: Record) -> Iterator[Row]:
    if isinstance(record, PortAddress):
        yield record.interface, str(record.address)


def _their_nclu_address(answer: dict[str, Any]) -> Iterator[Row]:
    for name, families in answer.items():
        for addresses in families.values():
            yield from ((name, f"{ip}/{said['prefix_length']}") for ip, said in addresses.items())


def _nclu_neighbor(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        yield record.interface, record.system, record.port


def _their_nclu_neighbor(answer: dict[str, Any]) -> Iterator[Row]:
    for name, heard in answer.items():
        yield from ((name, one["hostname"], one["port"]) for one in heard)


COMPARISONS = (
    compare(
        "SuzieQ: address show",
        platform="cumulus",
        network="cumulus_dual-bgp",
        namespace="dual-bgp",
        samples="cumulus-samples",
        command='address show --address="" --namespace=dual-bgp --format=json',
        ours=_address,
        theirs=_their_address,
    ),
    compare(
        "SuzieQ: lldp show",
        platform="cumulus",
        network="cumulus_dual-bgp",
        namespace="dual-bgp",
        samples="cumulus-samples",
        command="lldp show --peerHostname=spine01 --namespace=dual-bgp --format=json",
        ours=_neighbor,
        theirs=_their_neighbor,
    ),
    beside(
        "NAPALM: get_interfaces",
        platform="cumulus",
        command=NCLU,
        folder=f"{NAPALM}get_interfaces/",
        expected=_FIRST,
        ours=_nclu_port,
        theirs=_their_port,
    ),
    beside(
        "NAPALM: get_interfaces_ip",
        platform="cumulus",
        command=NCLU,
        folder=f"{NAPALM}get_interfaces_ip/",
        expected=_FIRST,
        ours=_nclu_address,
        theirs=_their_nclu_address,
    ),
    beside(
        "NAPALM: get_lldp_neighbors",
        platform="cumulus",
        command=NCLU,
        folder=f"{NAPALM}get_lldp_neighbors/",
        expected=_FIRST,
        ours=_nclu_neighbor,
        theirs=_their_nclu_neighbor,
    ),
)
