"""Compare with what NAPALM's community driver for OS10 expects of its own samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.agreements import Comparison, Row, beside, json_beside
from vlan2l3.parse.records import Facts, LldpNeighbor, MacEntry, Record

_NAPALM = "napalm-community/dellos10/"


def _mac(record: Record) -> Iterator[Row]:
    if isinstance(record, MacEntry):
        yield (record.vlan, record.mac, record.interface, record.origin == "static")


def _macs(answer: Any) -> Iterator[Row]:
    for row in answer:
        yield (row["vlan"], row["mac"], row["interface"], row["static"])


def _lldp(record: Record) -> Iterator[Row]:
    if isinstance(record, LldpNeighbor):
        described = record.port_description, record.system_description
        yield (record.interface, record.system, *described)


def _neighbors(answer: Any) -> Iterator[Row]:
    for interface, found in answer.items():
        for row in found:
            described = row["remote_port_description"], row["remote_system_description"]
            yield (interface, row["remote_system_name"], *described)


def _version(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield (record.hostname, record.model, record.version)


def _facts(answer: Any) -> Iterator[Row]:
    yield (answer["hostname"], answer["model"], answer["os_version"])


def _serial(record: Record) -> Iterator[Row]:
    if isinstance(record, Facts):
        yield (record.serial,)


COMPARISONS: tuple[Comparison, ...] = (
    beside(
        "napalm-dellos10: show mac address-table",
        platform="os10",
        command="show mac address-table",
        folder=f"{_NAPALM}get_mac_address_table",
        expected=json_beside("expected_result.json"),
        ours=_mac,
        theirs=_macs,
    ),
    beside(
        "napalm-dellos10: show lldp neighbors",
        platform="os10",
        command="show lldp neighbors",
        folder=f"{_NAPALM}get_lldp_neighbors_detail",
        expected=json_beside("expected_result.json"),
        ours=_lldp,
        theirs=_neighbors,
    ),
    beside(
        "napalm-dellos10: show version",
        platform="os10",
        command="show version",
        folder=f"{_NAPALM}get_facts",
        expected=json_beside("expected_result.json"),
        ours=_version,
        theirs=_facts,
    ),
    beside(
        "napalm-dellos10: show inventory",
        platform="os10",
        command="show inventory",
        folder=f"{_NAPALM}get_facts",
        expected=json_beside("expected_result.json"),
        ours=_serial,
        theirs=lambda answer: [(answer["serial_number"],)],
    ),
)
