"""Read the access lists of NX-OS: their entries, and the interfaces they filter.

Comes in: the text of `show access-lists` and `show access-lists summary`. Goes out: records; an entry is kept
as it is printed, without the count of its hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.parse import convert, shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Acl, AclBinding, Record
from vlan2l3.parse.shape import Block, Shape

_FAMILIES = {"ip": "ipv4", "ipv4": "ipv4", "ipv6": "ipv6", "mac": "mac"}
_HITS = re.compile(r"\s*\[match=\d+\]\s*$")
_LISTS = Shape(
    opens=r"(?P<family>IP|IPv6|MAC) access list (?P<name>\S+)\s*",
    rules=(r"\s+(?P<entry>\d+ (?:permit|deny|remark)\b.*)",),
)
_SUMMARY = Shape(
    opens=r"(?P<family>IPV4|IPV6|MAC) ACL (?P<name>\S+)\s*",
    rules=(r"\s+(?P<bound>\S+ - (?:ingress|egress) \(.*\))\s*",),
)


def lists(raw: Raw) -> Rows:
    """Read every list; rows are lists."""
    return shape.read(raw, _LISTS, _list)


def _list(raw: Raw, block: Block) -> Iterator[Record]:
    yield Acl(
        source=raw.at(block.line),
        name=block.last("name"),
        family=_FAMILIES[block.last("family").lower()],
        entries=tuple(_HITS.sub("", entry) for entry in block.all("entry")),
    )


def summary(raw: Raw) -> Rows:
    """Read where each list is configured; the same interfaces stand again below `Active on`."""
    return shape.read(raw, _SUMMARY, _bindings)


def _bindings(raw: Raw, block: Block) -> Iterator[Record]:
    for bound in dict.fromkeys(block.all("bound")):
        interface, _, rest = bound.partition(" - ")
        yield AclBinding(
            source=raw.at(block.line),
            interface=convert.interface(raw.platform, interface),
            acl=block.last("name"),
            direction="in" if rest.startswith("ingress") else "out",
        )
