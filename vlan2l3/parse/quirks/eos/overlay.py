"""Read what EOS says of VXLAN segments, and how full its tables are.

Comes in: rows and whole answers. Goes out: VNIs and capacities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vlan2l3 import names
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.interfaces import vni_number
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Capacity, Record, Vni
from vlan2l3.parse.row import Row

_VNIS = blocks.Form(
    above=r"VNI to (?:dynamic )?VLAN Mapping for (?P<name>\S+)",
    opens=r"(?P<vni>\d+(?:\.\d+\.\d+)?) +(?P<vlan>\d+)\*? +(?:(?P<vrf>\S+) +)?(?P<source>\w+)"
    r"(?: +(?P<interface>[A-Z]\S*\d) +(?P<tag>\d+|untagged))?",
    noise=(
        r"VNI +VLAN +Source +Interface +802\.1Q Tag",
        r"VNI +VLAN +VRF +Source",
        r"[A-Z]\S*\d +(?:\d+|untagged)",  # a further port of the VNI above
        r"Note: \* indicates a Dynamic VLAN",
    ),
)
_COUNTS = blocks.Form(
    opens=r"Mac Entries for Vlan (?P<vlan>\d+):",
    tells={"used": r"(?:Dynamic|Unicast Static) +Address Count *: *(?P<v>\d+)"},
    noise=(r"(?:Multicast Static +Address Count|Total Mac Addresses) *: *\d+",),
)
_TABLES = {
    ("MAC", ""): "mac",
    ("Host", "V4Hosts"): "host-ipv4",
    ("Host", "V6Hosts"): "host-ipv6",
    ("LPM", "V4Routes"): "lpm-ipv4",
    ("LPM", "V6Routes"): "lpm-ipv6",
    ("ECMP", ""): "ecmp-groups",
}


def vni_text(raw: Raw) -> Rows:
    """Read the text of `show vxlan vni`; 4.27 shows a VRF's VNI in a table of its own."""
    return blocks.read(raw, _VNIS, _vni)


def _vni(block: blocks.Block) -> Iterator[Record]:
    vlan = names.vlan_id(block.head["vlan"])
    yield Vni(source=block.raw.at(block.line), vlan=vlan, vni=vni_number(block.head["vni"]))


def capacity(row: Row) -> Iterator[Record]:
    """Read one line of `show hardware capacity`; a feature's line counts a part of its table."""
    table, feature, chip = row.text("table"), row.text("feature"), row.text("chip")
    own = " ".join(part for part in (table, feature, chip) if part)
    yield Capacity(
        source=row.source,
        table=_TABLES.get((table, feature), own),
        used=int(row.must("used")),
        limit=int(row.must("maxLimit")),
    )


def mac_count(row: Row) -> Iterator[Record]:
    """Read `show mac address-table count`: what all VLANs hold together."""
    counts = row.must("vlanCounts").values()
    used = sum(int(said["dynamic"]) + int(said["unicast"]) for said in counts)
    yield Capacity(source=row.source, table="mac", used=used)


def mac_count_text(raw: Raw) -> Rows:
    """Read the text of `show mac address-table count`, a block a VLAN."""
    used: list[int] = []

    def counted(block: blocks.Block) -> Iterator[Record]:
        used.extend(int(said["v"]) for _, said in block.all("used"))
        return iter(())

    rows = blocks.read(raw, _COUNTS, counted)
    total = Capacity(source=raw.at(1), table="mac", used=sum(used))
    return replace(rows, records=(total,) if used else ())
