"""Read the VXLAN overlay of NX-OS: which VLANs it stretches, and to whom.

Comes in: rows of `show nve vni` and `show nve peers` in JSON, and their text. Goes out: records. A VNI of a
VRF (`L3 [CUST]`), and one no VLAN is mapped to (`L2 [UC]`), stretch no VLAN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse import shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import OverlayPeer, Record, Vni
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_KIND = re.compile(r"(?P<layer>L2|L3) \[(?P<what>[^]]+)\]")
_PEERS = Shape(opens=r"\s*Peer-I[Pp]: (?P<peer>[0-9a-fA-F.:]+)\s*")


def vni(row: Row) -> Iterator[Record]:
    """Read one VNI of either form."""
    kind = _KIND.fullmatch(row.text("type"))
    if not kind:
        raise ValueError(f"{row.text('type')!r} is not a type of VNI that is known")
    if kind["layer"] == "L2" and kind["what"].isdigit():
        yield Vni(source=row.source, vlan=names.vlan_id(kind["what"]), vni=int(row.must("vni")))


def peer(row: Row) -> Iterator[Record]:
    """Read one far end of either form."""
    yield OverlayPeer(source=row.source, address=ip_address(str(row.must("peer-ip|peer-ipv6|peer"))))


def peers_detail(raw: Raw) -> Rows:
    """Read the text of `show nve peers detail`."""
    return shape.read(raw, _PEERS, _peer)


def _peer(raw: Raw, block: Block) -> Iterator[Record]:
    yield OverlayPeer(source=raw.at(block.line), address=ip_address(block.last("peer")))
