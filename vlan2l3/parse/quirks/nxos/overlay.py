"""Read which VLANs the VXLAN overlay of NX-OS stretches.

Comes in: rows of `show nve vni`, of JSON or text. Goes out: records. A VNI of a
VRF (`L3 [CUST]`), and one no VLAN is mapped to (`L2 [UC]`), stretch no VLAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3 import names
from vlan2l3.parse.records import Record, Vni
from vlan2l3.parse.row import Row

_KIND = re.compile(r"(?P<layer>L2|L3) \[(?P<what>[^]]+)\]")


def vni(row: Row) -> Iterator[Record]:
    """Read one VNI of either form."""
    kind = _KIND.fullmatch(row.text("type"))
    if not kind:
        raise ValueError(f"{row.text('type')!r} is not a type of VNI that is known")
    if kind["layer"] == "L2" and kind["what"].isdigit():
        yield Vni(source=row.source, vlan=names.vlan_id(kind["what"]), vni=int(row.must("vni")))
