"""Read the VLANs, the bridged ports and the MAC tables of Junos.

Comes in: rows of `show vlans`, `show bridge domain`, `show ethernet-switching table` and `show bridge
mac-table`, in the words of ELS (`l2ng-…`), of MX (`l2rtb-…`) and of switches before ELS. Goes out: records;
a row that names its VLAN and does not give the id waits for the VLAN table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from vlan2l3 import names
from vlan2l3.names import InterfaceName, VlanId
from vlan2l3.parse import paths
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.fold import folded
from vlan2l3.parse.quirks.junos.told import ByVlanName, VlanMember
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import MacEntry, OverlayPeer, Port, Record, Source, Switchport, Vlan, Vni
from vlan2l3.parse.row import Row

# Flags of a MAC row as letters, and as words in the detailed form.
_FLAGS = re.compile(r"(?:SE|NM|[SDLPCROBK]|,)+")
_STATIC = frozenset({"S", "P", "static", "persistent_static"})
_TYPES = {"learn": "learned", "static": "static", "persistent": "static", "secure": "static"}
_NOBODY = frozenset({"", "None", "none"})
_UNTAGGED = frozenset({"none", "na", "n/a", ""})
_ROUTED = frozenset({"Router", "router"})


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN or bridge domain of any form; one without an id bridges frames without a tag only."""
    number = row.text("l2ng-l2rtb-vlan-tag|l2rtb-bridge-vlan|vlan-tag")
    if number.lower() in _UNTAGGED:
        raise ValueError("the VLAN has no id")
    tag = names.vlan_id(number)
    state = row.text("l2ng-l2rtb-instance-state|l2rtb-instance-state|vlan-status").lower()
    yield Vlan(
        source=row.source,
        vlan=tag,
        name=row.text("l2ng-l2rtb-vlan-name|l2rtb-bridging-domain|vlan-name"),
        active=state in ("active", "enabled", ""),
        dynamic=row.text("l2ng-l2rtb-origin|vlan-owner").lower() == "dynamic",
        ports=_sorted(port.bridged(text) for text in _members(row.data)),
    )
    for text in _members(row.data):
        yield VlanMember(source=row.source, unit=port.interface(text), vlan=tag)
    svi = row.text("l2ng-l2rtb-vlan-l3-interface|l2rtb-bridge-routing-interface|vlan-l3-interface")
    if svi and svi.lower() not in _UNTAGGED:
        name = port.interface(svi.partition(" ")[0])
        yield Port(source=row.source, name=name, sort="svi", vlan=tag)


def _sorted(found: Iterator[InterfaceName]) -> tuple[InterfaceName, ...]:
    return tuple(sorted(set(found), key=names.natural_key))


def _members(data: Mapping[str, Any]) -> Iterator[str]:
    """Give the names of a VLAN's units as they are written."""
    for member in _member_rows(data):
        text = member.get("l2ng-l2rtb-vlan-member-interface", member.get("vlan-member-interface", ""))
        if isinstance(text, str) and text not in _NOBODY:
            yield text
    for text in port.listed(data.get("l2rtb-interface-name")):
        if isinstance(text, str) and text not in _NOBODY:
            yield text


def _member_rows(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    inside = port.first(port.first(data.get("vlan-detail")).get("vlan-member-list"))
    for member in (*port.listed(data.get("l2ng-l2rtb-vlan-member")), *port.listed(inside.get("vlan-member"))):
        if isinstance(member, Mapping):
            yield member


# --- what a port carries, which each VLAN says of its members ---------------------------------------


@dataclass(slots=True)
class Carried:
    """Gather what all VLANs say of one port."""

    source: Source
    mode: str
    untagged: set[VlanId] = field(default_factory=set)
    tagged: set[VlanId] = field(default_factory=set)


def vlan_ports(raw: Raw) -> Rows:
    """Read what each port carries out of the members of all VLANs; without a mode a port is not told."""
    found: dict[InterfaceName, Carried] = {}
    roots = "l2ng-l2ald-vlan-instance-information|vlan-information[].l2ng-l2ald-vlan-instance-group|vlan[]"
    for row in paths.rows(folded(json.loads(raw.text)), roots):
        number = str(paths.get(row.value, "l2ng-l2rtb-vlan-tag|vlan-tag"))
        for member in _member_rows(row.value) if number.isdigit() and int(number) else ():
            _take(found, member, names.vlan_id(number), raw.at(pointer="/".join(row.pointer)))
    return switchports(raw, found)


def switchports(raw: Raw, found: Mapping[InterfaceName, Carried]) -> Rows:
    """Make the ports of what was gathered; one with several VLANs without a tag is reported."""
    several = {name: carried for name, carried in found.items() if len(carried.untagged) > 1}
    return Rows(
        records=tuple(_switchport(name, carried) for name, carried in found.items() if name not in several),
        unparsed=tuple(
            Unparsed(
                source=carried.source,
                command=raw.command,
                text=name,
                reason=f"{len(carried.untagged)} VLANs without a tag",
            )
            for name, carried in several.items()
        ),
        expected=len(several),
    )


def _take(
    found: dict[InterfaceName, Carried], member: Mapping[str, Any], vlan: VlanId, source: Source
) -> None:
    text = str(member.get("l2ng-l2rtb-vlan-member-interface", member.get("vlan-member-interface", "")))
    tagness = str(member.get("l2ng-l2rtb-vlan-member-tagness", member.get("vlan-member-tagness", "")))
    mode = member.get("l2ng-l2rtb-vlan-member-interface-mode", member.get("vlan-member-port-mode", ""))
    if text in _NOBODY or mode not in ("access", "trunk") or tagness not in ("tagged", "untagged"):
        return
    name = port.bridged(text)
    if port.sort_of(name) not in ("physical", "lag"):
        return  # the far end of a tunnel
    carried = found.setdefault(name, Carried(source=source, mode=str(mode)))
    (carried.tagged if tagness == "tagged" else carried.untagged).add(vlan)


def _switchport(name: InterfaceName, carried: Carried) -> Switchport:
    return Switchport(
        source=carried.source,
        interface=name,
        mode="trunk" if carried.tagged else carried.mode,  # an access port with a voice VLAN carries a tag
        untagged=next(iter(carried.untagged), None),
        tagged=frozenset(carried.tagged),
    )


# --- MAC tables -------------------------------------------------------------------------------------


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of JSON or XML; rows that only hold other rows, and floods, hold no address."""
    if row.get("l2ng-mac-entry") is not None or row.get("l2-mac-entry") is not None:
        return
    address = row.text("l2ng-l2-mac-address|l2-mac-address|mac-address")
    if address == "*":
        return
    number = row.text("l2ng-l2-vlan-id|l2-bridge-vlan|mac-vlan-tag") or str(row.bound.get("vlan", ""))
    name = row.text("l2ng-l2-mac-vlan-name|l2-mac-bridging-domain|mac-vlan")
    units = row.get("l2ng-l2-mac-logical-interface|l2-mac-logical-interface|mac-interface")
    if units is None:
        units = port.first(row.get("mac-interfaces-list")).get("mac-interfaces")
    for unit in port.listed(units):
        yield _entry(row, str(unit), address=address, number=number, name=name)


def mac_line(row: Row) -> Iterator[Record]:
    """Read one MAC row of the text form, which names the VLAN."""
    if row.text("mac") == "*":
        return
    yield _entry(row, row.text("interface|unit"), address=row.text("mac"), number="", name=row.text("vlan"))


def _entry(row: Row, unit: str, *, address: str, number: str, name: str) -> Record:
    own = unit in _ROUTED
    given = {
        "mac": names.mac(address),
        "interface": port.interface("Router") if own else port.bridged(unit),
        "origin": "self" if own else _origin(row),
    }
    if number:
        return MacEntry(source=row.source, vlan=names.vlan_id(number), **given)  # type: ignore[arg-type]
    if not name:
        raise ValueError("the row says of no VLAN")
    return ByVlanName(
        source=row.source,
        command=row.raw.command,
        vlan_name=name,
        record="mac",
        given=tuple(given.items()),
    )


def _origin(row: Row) -> str:
    words = row.text("l2ng-l2-mac-entry-flags|l2-mac-entry-flags")
    if words:
        return "static" if _STATIC & set(words.lower().split(",")) else "learned"
    kind = row.text("mac-type|type").lower()
    if kind:
        return _TYPES[kind]
    letters = row.text("l2ng-l2-mac-flags|l2-mac-flags|flags")
    if not _FLAGS.fullmatch(letters):
        raise ValueError(f"the flags {letters!r} are not known")
    static = _STATIC & set(letters.replace("SE", "").replace("NM", ""))
    return "static" if static else "learned"


# --- overlay ----------------------------------------------------------------------------------------


def evpn_domain(row: Row) -> Iterator[Record]:
    """Read one bridge domain of `show evpn instance extensive`; MPLS and a VLAN-less one have no VNI here."""
    number, vni = row.text("vlan-id"), row.text("domain-id")
    if number.isdigit() and vni.isdigit() and int(vni):
        yield Vni(source=row.source, vlan=names.vlan_id(number), vni=int(vni))


def remote_vtep(row: Row) -> Iterator[Record]:
    """Read one remote tunnel end point."""
    yield OverlayPeer(source=row.source, address=ip_address(row.text("remote-vtep-address")))
