"""Join what several answers of one AOS-CX switch say.

Comes in: the records of one device. Goes out: the same facts, each once: a spanning-tree instance and its
VLANs, a LAG's members and whether they work, and VSX as configured and as shown stand in different answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vlan2l3 import names
from vlan2l3.names import VlanId
from vlan2l3.parse import config, join
from vlan2l3.parse.quirks.aoscx.config import MAPPED, TAG, VRF
from vlan2l3.parse.records import FileText, LagMember, MlagDomain, Port, Record, StpInstance, StpPort


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say; a domain that is shown replaces the configured one."""
    kept = join.switch(_members(_trees(records)), "aoscx", vrf_rule=VRF, tag_rule=TAG)
    shown = any(isinstance(r, MlagDomain) and r.role for r in kept)
    return tuple(r for r in kept if not (shown and isinstance(r, MlagDomain) and not r.role))


def _trees(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Keep the instance that names its VLANs before one that does not, and map those that nobody names."""
    instances = [r for r in records if isinstance(r, StpInstance)]
    full = {r.instance for r in instances if r.vlans}
    doubled = {(r.instance, r.source.file) for r in instances if not r.vlans and r.instance in full}
    try:
        mapped = _vlans(records)
    except ValueError:
        mapped = {}
    kept: list[Record] = []
    for record in records:
        if isinstance(record, StpInstance | StpPort) and (record.instance, record.source.file) in doubled:
            continue
        if isinstance(record, StpInstance) and not record.vlans:
            kept.append(replace(record, vlans=mapped.get(record.instance, frozenset())))
        else:
            kept.append(record)
    return tuple(kept)


def _vlans(records: tuple[Record, ...]) -> Mapping[str, frozenset[VlanId]]:
    """Find the VLANs of each MST instance in the configuration; MST0 has all that no other has.

    A mapping with a number that is none leaves all of them unknown; reading the configuration reports it.
    """
    text = next((r.text for r in records if isinstance(r, FileText) and r.path == config.PATH), None)
    if text is None:
        return {}
    mapped: dict[str, frozenset[VlanId]] = {}
    for block in config.blocks(text):
        match = MAPPED.fullmatch(block.text)
        if match:
            key = f"MST{match[1]}"
            mapped[key] = mapped.get(key, frozenset()) | names.vlan_ranges(match[2])
    others = frozenset(vlan for vlans in mapped.values() for vlan in vlans)
    return {**mapped, "MST0": names.vlan_ranges("all") - others}


def _members(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Keep one shown record a member: LACP's own, else that of a static LAG, which works while it is up."""
    file = next((r.source.file for r in records if isinstance(r, FileText) and r.path == config.PATH), "")
    up = {r.name for r in records if isinstance(r, Port) and r.up}
    best: dict[str, LagMember] = {}
    for record in records:
        if isinstance(record, LagMember) and record.source.file != file:
            known = best.get(record.interface)
            if known is None or (record.active, record.partner is not None) > (
                known.active,
                known.partner is not None,
            ):
                best[record.interface] = record
    kept: list[Record] = []
    for record in records:
        if not isinstance(record, LagMember) or record.source.file == file:
            kept.append(record)
        elif record is best[record.interface]:
            works = record.active or (not record.lacp and record.interface in up)
            kept.append(replace(record, active=works))
    return tuple(kept)
