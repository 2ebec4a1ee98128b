"""Read which VLANs the ports of an IOS switch carry.

Comes in: the text of `show interfaces switchport` and `show interfaces trunk`. Goes out: `Switchport`
records. A port that would negotiate its mode and is down, and a member of a LAG, say nothing for certain and
give none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3 import names
from vlan2l3.names import VlanId
from vlan2l3.parse import convert, text
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Record, Switchport

_VLANS = r"[\d,\- ]+|ALL|NONE|all|none"
_SWITCHPORT = Shape(
    opens=r"Name: *(?P<name>\S.*)",
    wrapped=r" {3,}(?:[\d,-]+|\(Po\d+\)) *$",
    rules=(
        r"Switchport: (?P<switchport>\S+)",
        r"Administrative Mode: (?P<admin>.+)",
        r"Operational Mode: (?P<mode>.+)",
        r"Access Mode VLAN: (?P<access>.+)",
        r"Trunking Native Mode VLAN: (?P<native>.+)",
        r"Operational Native VLAN tagging: (?P<tagging>.+)",
        r"Voice VLAN: (?P<voice>.+)",
        rf"Trunking VLANs Enabled: +(?P<allowed>{_VLANS})",
    ),
)
_MEMBER = re.compile(r"member of bundle|suspended member|trnk-bndl")


def switchports(raw: Raw) -> Rows:
    """Read `show interfaces switchport`."""
    return shape.read(raw, _SWITCHPORT, _switchport)


def _switchport(raw: Raw, block: Block) -> Iterator[Record]:
    mode, admin = block.last("mode"), block.last("admin")
    if block.last("switchport") == "Disabled" or _MEMBER.search(mode):
        return
    mode = admin if not mode or mode.startswith("down") else mode
    if mode.startswith("dynamic"):
        return
    name = convert.interface(raw.platform, block.last("name"))
    if mode == "static access":
        access, voice = _vlan(block.last("access")), _vlan(block.last("voice"))
        yield Switchport(
            source=raw.at(block.line),
            interface=name,
            mode="access",
            untagged=access,
            tagged=frozenset({voice} - {access, None}) if voice else frozenset(),
        )
    elif mode == "trunk":
        native = _vlan(block.last("native"))
        allowed = names.vlan_ranges(block.must("allowed").replace(" ", ""))
        untagged = None if block.last("tagging") == "enabled" else native
        yield Switchport(
            source=raw.at(block.line),
            interface=name,
            mode="trunk",
            untagged=untagged if untagged in allowed else None,
            tagged=frozenset(allowed - {untagged}),
        )
    else:
        raise ValueError(f"the mode {mode!r} is not known")


def _vlan(said: str) -> VlanId | None:
    """Read `10 (data)`; `none`, `unassigned`, `dot1p` and `0 (Inactive)` name no VLAN."""
    number = said.partition(" ")[0]
    return names.vlan_id(number) if number.isdigit() and number != "0" else None


_HEADS = {
    "first": re.compile(r"Port +Mode +Encapsulation +Status +Native vlan *"),
    "allowed": re.compile(r"Port +Vlans allowed on trunk *"),
    "active": re.compile(r"Port +Vlans allowed and active in management domain *"),
    "forwarding": re.compile(r"Port +Vlans in spanning tree forwarding state and not pruned *"),
}
_FIRST = re.compile(r"(?P<name>[A-Z]\S*) +\S+ +\S+ +(?P<status>[a-z-]+) +(?P<native>\d+)(?: \(.*\))? *")
_LIST = re.compile(rf"(?P<name>[A-Z]\S*) +(?P<vlans>{_VLANS}) *")


def trunks(raw: Raw) -> Rows:
    """Read `show interfaces trunk`: one table has the native VLAN, the next the allowed ones."""
    tables = _tables(raw)
    lists = (_LIST.fullmatch(line.text) for line in tables["allowed"])
    allowed: dict[str, set[str]] = {}
    for hit in filter(None, lists):
        allowed.setdefault(hit["name"], set()).add(hit["vlans"])
    records: list[Record] = []
    unparsed = [
        raw.unparsed(line.text, "no table of this command has such a line", line=line.number)
        for name, lines in tables.items()
        for line in lines
        if not (name and (_FIRST if name == "first" else _LIST).fullmatch(line.text))
    ]
    rows = [(line, found) for line in tables["first"] if (found := _FIRST.fullmatch(line.text))]
    expected = len(rows) + len(unparsed)
    for line, found in rows:
        if found["status"] != "trunking":
            continue
        try:
            records.append(_trunk(raw, line.number, found, allowed[found["name"]]))
        except (KeyError, ValueError) as error:
            why = str(error) if isinstance(error, ValueError) else "the VLANs it allows are missing"
            unparsed.append(raw.unparsed(line.text, why, line=line.number))
    return Rows(
        records=tuple(records),
        unparsed=tuple(sorted(unparsed, key=lambda lost: lost.source.line)),
        expected=expected,
        parsed=expected - len(unparsed),
    )


def _tables(raw: Raw) -> dict[str, list[text.Line]]:
    """Sort the lines by the table they stand in; those above every table stand in `""`."""
    found: dict[str, list[text.Line]] = {"": [], **{name: [] for name in _HEADS}}
    table, is_heading = "", shape.headings(raw)
    for line in text.lines(raw.text, r" {3,}(?:[\d,-]+|\(Po\d+\)) *$"):
        head = next((name for name, rule in _HEADS.items() if rule.fullmatch(line.text)), None)
        if head:
            table = head
        elif not is_heading(line.text):
            found[table].append(line)
    return found


def _trunk(raw: Raw, line: int, found: re.Match[str], lists: set[str]) -> Switchport:
    """Make the record of a trunk; two lists are two tables, of which the second lost its heading."""
    if len(lists) > 1:
        raise ValueError("the VLANs it allows are given twice")
    listed = next(iter(lists))
    vlans, untagged = names.vlan_ranges(listed.replace(" ", "")), names.vlan_id(found["native"])
    return Switchport(
        source=raw.at(line),
        interface=convert.interface(raw.platform, found["name"]),
        mode="trunk",
        untagged=untagged if untagged in vlans else None,
        tagged=frozenset(vlans - {untagged}),
    )
