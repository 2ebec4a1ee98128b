"""Join a switch's answers where one says what another leaves open.

Comes in: the records of one device. Goes out: the same facts, each once: the VRF of an address, the VLANs of
an MST instance and whether a LAG member is active stand in different answers. Nothing is joined across
devices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from vlan2l3 import names
from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse import config, convert
from vlan2l3.parse.records import (
    FileText,
    Gateway,
    LagMember,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    StpInstance,
    StpPort,
    Switchport,
    Vni,
)

_INSTANCE = re.compile(r"MST0*(\d+)")


def switch(records: tuple[Record, ...], platform: str, *, vrf_rule: str, tag_rule: str) -> tuple[Record, ...]:
    """Join the records of one switch; the rules find a VRF and a tag in the lines of an interface."""
    text = next((r for r in records if isinstance(r, FileText) and r.path == config.PATH), None)
    file = text.source.file if text else ""
    blocks = config.blocks(text.text) if text else ()
    records = _tags(records, _stated(blocks, platform, tag_rule))
    records = told_twice(records, file, vrfs=_stated(blocks, platform, vrf_rule))
    return _with_mapping(records, blocks) if text else records


def told_twice(
    records: tuple[Record, ...], file: str, *, vrfs: Mapping[InterfaceName, str]
) -> tuple[Record, ...]:
    """Keep once what the configuration in `file` and the other answers both say of one switch."""
    steps: tuple[Callable[[tuple[Record, ...]], tuple[Record, ...]], ...] = (
        lambda rows: _addresses(rows, file, vrfs),
        lambda rows: _lag_members(rows, file),
        _gateways,
        lambda rows: _once(rows, file),
        _first,
    )
    for step in steps:
        records = step(records)
    return records


def _stated(blocks: tuple[config.Block, ...], platform: str, rule: str) -> Mapping[InterfaceName, str]:
    """Find what a line of each interface states: interface -> the first group of the rule."""
    found: dict[InterfaceName, str] = {}
    for block in blocks:
        if not block.text.startswith("interface "):
            continue
        for child in block.children:
            match = re.fullmatch(rule, child.text)
            if match:
                with suppress(ValueError):  # no name of an interface; reading the configuration reports it
                    found[convert.interface(platform, block.text.removeprefix("interface "))] = match[1]
    return found


def _addresses(
    records: tuple[Record, ...], file: str, vrfs: Mapping[InterfaceName, str]
) -> tuple[Record, ...]:
    """Keep each address once, the configuration's record first: it knows the VRF; so with neighbours."""
    addresses = [r for r in records if isinstance(r, PortAddress)]
    configured = {(r.interface, r.address) for r in addresses if r.source.file == file}
    kept: list[Record] = []
    for record in records:
        if isinstance(record, PortAddress) and record.source.file != file:
            if (record.interface, record.address) in configured:
                continue
            kept.append(replace(record, vrf=vrfs.get(record.interface, record.vrf)))
        elif isinstance(record, Neighbor) and record.vrf == "default":
            kept.append(replace(record, vrf=vrfs.get(record.interface, record.vrf)))
        else:
            kept.append(record)
    return tuple(kept)


def _tags(records: tuple[Record, ...], tags: Mapping[InterfaceName, str]) -> tuple[Record, ...]:
    """Give a sub-interface its tag, which need not be the number in its name."""
    known: dict[InterfaceName, VlanId] = {}
    for name, tag in tags.items():
        with suppress(ValueError):  # no VLAN id; reading the configuration reports it
            known[name] = names.vlan_id(tag)
    return tuple(
        replace(record, vlan=known[record.name])
        if isinstance(record, Port) and record.sort == "vlan" and record.name in known
        else record
        for record in records
    )


def _lag_members(records: tuple[Record, ...], file: str) -> tuple[Record, ...]:
    """Take the mode from the configuration, and whether it works from what the switch shows."""
    live = {r.interface: r for r in records if isinstance(r, LagMember) and r.source.file != file}
    configured = {r.interface: r for r in records if isinstance(r, LagMember) and r.source.file == file}
    up = {(r.name, r.master) for r in records if isinstance(r, Port) and r.up}
    partners = {r.interface: r.partner for r in records if isinstance(r, LagMember) and r.partner}
    kept: list[Record] = []
    for record in records:
        if not isinstance(record, LagMember):
            kept.append(record)
        elif record is live.get(record.interface):
            mode = configured.get(record.interface)
            lacp = record.lacp or bool(mode and mode.lacp)
            kept.append(replace(record, lacp=lacp, partner=partners.get(record.interface)))
        elif record.source.file == file and record.interface not in live:
            kept.append(replace(record, active=(record.interface, record.lag) in up))
    return tuple(kept)


def _gateways(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Make one record of what several answers say about one shared gateway."""
    whole: dict[tuple[InterfaceName, str, int | None], Gateway] = {}
    for record in records:
        if isinstance(record, Gateway):
            key = (record.interface, record.protocol, record.group)
            known = whole.get(key, record)
            addresses = {*known.addresses, *record.addresses}
            whole[key] = replace(
                known,
                addresses=tuple(sorted(addresses, key=lambda address: (address.version, int(address)))),
                mac=known.mac or record.mac,
                state=known.state or record.state,
            )
    kept: list[Record] = []
    for record in records:
        if not isinstance(record, Gateway):
            kept.append(record)
            continue
        merged = whole.pop((record.interface, record.protocol, record.group), None)
        kept += [merged] if merged else []
    return tuple(kept)


def _first(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Keep the first record of a port or a VNI that two commands show."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Record] = []
    for record in records:
        key: tuple[object, ...] = ()
        if isinstance(record, Port):
            key = (record.kind, record.name)
        elif isinstance(record, Vni):
            key = (record.kind, record.vlan, record.vni)
        if not key or key not in seen:
            kept.append(record)
        seen.add(key)
    return tuple(kept)


def _once(records: tuple[Record, ...], file: str) -> tuple[Record, ...]:
    """Keep what a switch shows of a port before what its configuration says, and the full row of two."""
    shown = {_key(r) for r in records if r.source.file != file and not _is_partial(r)}
    return tuple(
        record
        for record in records
        if not (record.source.file == file or _is_partial(record)) or _key(record) not in shown
    )


def _key(record: Record) -> tuple[str, ...]:
    if isinstance(record, Switchport):
        return (record.kind, record.interface)
    if isinstance(record, MlagPort):
        return (record.kind, record.number, record.interface)
    if isinstance(record, StpPort):
        return (record.kind, record.instance, record.interface)
    return (record.kind, str(id(record)))


def _is_partial(record: Record) -> bool:
    return isinstance(record, StpPort) and not record.role


def _with_mapping(records: tuple[Record, ...], blocks: tuple[config.Block, ...]) -> tuple[Record, ...]:
    """Map VLANs to MST instances; a mapping with a number that is none leaves all of them unknown."""
    try:
        return _mst(records, blocks)
    except ValueError:
        return records


def _mst(records: tuple[Record, ...], blocks: tuple[config.Block, ...]) -> tuple[Record, ...]:
    """Give each MST instance its VLANs: those mapped to it, and instance 0 all that no other has."""
    mapped: dict[int, frozenset[VlanId]] = {}
    unprotected: frozenset[VlanId] = frozenset()
    for block in blocks:
        off = re.fullmatch(r"no spanning-tree vlan(?:-id)? (.+)", block.text)
        if off:
            unprotected |= names.vlan_ranges(off[1])
        if block.text != "spanning-tree mst configuration":
            continue
        for child in block.children:
            match = re.fullmatch(r"instance (\d+) vlans? (.+)", child.text)
            if match:
                number = int(match[1])
                mapped[number] = mapped.get(number, frozenset()) | names.vlan_ranges(match[2])
    others = frozenset(vlan for number, vlans in mapped.items() if number for vlan in vlans)
    mapped[0] = names.vlan_ranges("all") - others
    return tuple(_with_vlans(record, mapped, unprotected) for record in records)


def _with_vlans(
    record: Record, mapped: Mapping[int, frozenset[VlanId]], unprotected: frozenset[VlanId]
) -> Record:
    if not isinstance(record, StpInstance) or record.vlans:
        return record
    match = _INSTANCE.fullmatch(record.instance)
    if not match:
        return record
    return replace(record, vlans=mapped.get(int(match[1]), frozenset()) - unprotected)
