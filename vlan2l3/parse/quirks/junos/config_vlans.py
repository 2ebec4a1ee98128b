"""Read the VLANs and bridge domains of a Junos configuration.

Comes in: its statements. Goes out: VNIs, and the routed interface of each VLAN; and for the reading of ports
the ids that a name stands for. The VLANs themselves are what `show vlans` shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vlan2l3 import names
from vlan2l3.names import VlanId
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.statements import Statement, Words
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Port, Record, Vni

_PLACES: tuple[Words, ...] = (
    ("vlans",),
    ("bridge-domains",),
    ("routing-instances", "*", "vlans"),
    ("routing-instances", "*", "bridge-domains"),
)
_SVIS = ("l3-interface", "routing-interface")
_IDS = ("vlan-id", "vlan-id-list")
# What makes a VLAN more than frames of one id on its ports.
_STRANGE = {
    "vlan-range", "vlan-tags", "isolated-vlan", "isolation-vlan-id", "community-vlans", "private-vlan",
    "primary-vlan", "no-local-switching", "dot1q-tunneling", "pvlan-trunk",
}  # fmt: skip


def told(found: tuple[Statement, ...]) -> Iterator[tuple[Statement, str, Words]]:
    """Give each statement inside a VLAN or bridge domain, the VLAN's name, and the words below it."""
    for statement in found:
        for place in _PLACES:
            rest = statement.below(*place, "*")
            if rest:
                yield statement, statement.words[len(place)], rest


def named(found: tuple[Statement, ...]) -> Mapping[str, frozenset[VlanId]]:
    """Give the ids of each VLAN; what is no id is left to whoever needs it."""
    ids: dict[str, frozenset[VlanId]] = {}
    for _, name, rest in told(found):
        if rest[0] in _IDS and len(rest) > 1 and rest[1][:1].isdigit():
            try:
                ids[name] = ids.get(name, frozenset()) | names.vlan_ranges(rest[1])
            except ValueError:
                continue
    return ids


def ids(text: str, known: Mapping[str, frozenset[VlanId]]) -> frozenset[VlanId]:
    """Read what a port is a member of: an id, a range, `all`, or a VLAN's name.

    Raises:
        ValueError: when no VLAN of the configuration has the name.
    """
    if text == "all" or text.replace("-", "").isdigit():
        return names.vlan_ranges(text)
    if text not in known:
        raise ValueError(f"the id of VLAN {text!r} is not configured")
    return known[text]


def records(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    """Make the VNIs, and the routed interfaces of VLANs."""
    known = named(found)
    for statement, name, rest in told(found):
        vlans = known.get(name, frozenset())
        is_svi, is_vni = rest[0] in _SVIS, rest[:2] == ("vxlan", "vni")
        filtered = rest[0] == "forwarding-options" and "filter" in rest
        if filtered or rest[0] in _STRANGE or rest[:2] in (("vlan-id", "none"), ("vlan-id", "all")):
            reason = "not understood of a VLAN"
            lost.append(raw.unparsed(" ".join(statement.words), reason, line=statement.line))
        if not (is_svi or is_vni):
            continue
        if len(vlans) != 1:
            reason = f"VLAN {name} has {len(vlans)} ids"
            lost.append(raw.unparsed(" ".join(statement.words), reason, line=statement.line))
            continue
        source, vlan = raw.at(statement.line), next(iter(vlans))
        try:
            if is_svi:
                yield Port(source=source, name=port.interface(rest[1]), sort="svi", vlan=vlan)
            else:
                yield Vni(source=source, vlan=vlan, vni=int(rest[2]))
        except (ValueError, IndexError) as error:
            lost.append(raw.unparsed(" ".join(statement.words), str(error), line=statement.line))
