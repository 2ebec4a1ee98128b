"""Read access lists as IOS shows them, and as its configuration writes them.

Comes in: the text of `show access-lists` and the like, or blocks of a running configuration. Goes out: `Acl`
records without hit counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.parse.config import Block as ConfigBlock
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Acl, Record

_FAMILIES = {"IP": "ipv4", "IPv6": "ipv6", "MAC": "mac", "ip": "ipv4", "ipv6": "ipv6", "mac": "mac"}
_HITS = re.compile(r" *\((?:\d+ (?:estimate )?match(?:es)?|hitcnt=\d+)[^)]*\)(?: check=\d+)?")
_MAC_NUMBERS = re.compile(r"7\d\d|11\d\d")
_ACTION = r"(?:permit|deny|remark|evaluate|dynamic|reflect|default)\b"
_ACL = Shape(
    opens=r"(?:[A-Z][A-Za-z-]+ )?(?P<family>IP|IPv6|MAC) access list (?P<name>\S+).*",
    rules=(rf"\s*(?P<entry>(?:\d+ +)?(?:sequence \d+ )?{_ACTION}.*)",),
)


def access_lists(raw: Raw) -> Rows:
    """Read `show access-lists`."""
    return shape.read(raw, _ACL, _acl)


def _acl(raw: Raw, block: Block) -> Iterator[Record]:
    yield Acl(
        source=raw.at(block.line),
        name=block.last("name"),
        family=_FAMILIES[block.last("family")],
        entries=tuple(_HITS.sub("", entry) for entry in block.all("entry")),
    )


def configured(raw: Raw, blocks: tuple[ConfigBlock, ...]) -> Iterator[Record]:
    """Read the access lists of a configuration; a numbered one has its entries on lines of their own."""
    numbered: dict[str, list[ConfigBlock]] = {}
    for block in blocks:
        named = re.fullmatch(
            r"(ip|ipv6|mac) access-list (?:(?:standard|extended|role-based) )?(\S+)", block.text
        )
        line = re.match(rf"access-list (\d+) (?={_ACTION})", block.text)
        if named:
            yield Acl(
                source=raw.at(block.line),
                name=named[2],
                family=_FAMILIES[named[1]],
                entries=tuple(child.text for child in block.children),
            )
        elif line:
            numbered.setdefault(line[1], []).append(block)
    for number, lines in numbered.items():
        yield Acl(
            source=raw.at(lines[0].line),
            name=number,
            family="mac" if _MAC_NUMBERS.fullmatch(number) else "ipv4",
            entries=tuple(block.text.removeprefix(f"access-list {number} ") for block in lines),
        )
