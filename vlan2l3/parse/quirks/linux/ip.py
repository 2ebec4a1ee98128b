"""Read `ip -d addr show`, as JSON and as text.

Comes in: the answer of a host. Goes out: a `Port` for each interface, a `PortAddress` for each address, and a
`Bond` for each bond, whose members are the interfaces that name it as master.
Left out on purpose: lifetimes, counters, alternative names, queue lengths and the other tuning `-d` prints.
The guard counts interfaces and addresses. An address is never given to an interface it may not belong to:
after a line that could be the damaged head of an interface, addresses are refused until the next head.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from vlan2l3.parse.quirks.linux import interface
from vlan2l3.parse.quirks.linux.interface import Link
from vlan2l3.parse.quirks.linux.rows import Ledger, excerpt, json_list, lines, number, options
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import PortAddress, Record, Source

_HEAD = re.compile(r"[0-9]+: (?P<name>[^@\s]+?)(?:@(?P<lower>\S+))?: <(?P<flags>[A-Z0-9_,-]*)>(?P<rest>.*)")
_LINK = re.compile(r"link/(?P<type>\S+)(?: (?P<address>[0-9a-fA-F:.]+))?(?P<rest>.*)")
_PERMANENT = re.compile(r"\b(?:perm_hwaddr|permaddr) ([0-9a-f:]+)")
_GUARD = re.compile(r"^(?:[0-9]+: |\s+inet6? )", re.MULTILINE)
_HEAD_KEYS = frozenset({
    "mtu", "qdisc", "master", "state", "mode", "group", "qlen", "metric", "vrf", "protodown",
    "protodown_reason", "event",
})  # fmt: skip
_INET_KEYS = frozenset({"peer", "brd", "any", "scope", "metric", "proto", "flags"})
_INET_FLAGS = frozenset({
    "secondary", "temporary", "tentative", "deprecated", "dynamic", "dadfailed", "optimistic",
    "noprefixroute", "nodad", "mngtmpaddr", "home", "autojoin", "stable-privacy",
})  # fmt: skip
_KINDS = frozenset({
    "bond", "bridge", "vlan", "vxlan", "veth", "dummy", "tun", "macvlan", "macvtap", "ipvlan", "ipvtap",
    "vrf", "vti", "vti6", "gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan", "ipip", "sit",
    "ip6tnl", "geneve", "ifb", "team", "wireguard", "xfrm", "hsr", "nlmon", "can", "vcan", "macsec",
    "ipoib", "netdevsim", "bareudp", "batadv", "lowpan", "rmnet", "amt", "gtp", "dsa", "nb",
    "virt_wifi", "vxcan", "wwan",
})  # fmt: skip
_NOISE = frozenset({"valid_lft", "altname", "RX:", "TX:", "vf", "prog/xdp", "ad_partner_oper_port_state"})
_FACTS = {
    "vlan": {"id": re.compile(r"\bid (\S+)")},
    "tun": {"type": re.compile(r"\btype (\S+)")},
    "bond": {
        "mode": re.compile(r"\bmode (\S+)"),
        "active_slave": re.compile(r"\bactive_slave (\S+)"),
        "partner_mac": re.compile(r"\bad_partner_mac (\S+)"),
        "aggregator": re.compile(r"\bad_aggregator (\S+)"),
    },
    "bridge": {"vlan_filtering": re.compile(r"\bvlan_filtering (\S+)")},
    "vxlan": {
        "id": re.compile(r"\bid (\S+)"),
        "local": re.compile(r"\blocal (\S+)"),
        "external": re.compile(r"\b(external)\b"),
    },
    "vrf": {"table": re.compile(r"\btable (\S+)")},
}
_SLAVE_FACTS = {
    "state": re.compile(r"\bstate (\S+)"),
    "mii_status": re.compile(r"\bmii_status (\S+)"),
    "ad_aggregator_id": re.compile(r"\bad_aggregator_id (\S+)"),
}
_WANTED = tuple(dict.fromkeys(key for facts in _FACTS.values() for key in facts))
_CLAIM = re.compile(r"^\S.*\bmaster (\S+)", re.MULTILINE)


class _Info(msgspec.Struct):
    info_kind: str = ""
    info_data: dict[str, object] = {}
    info_slave_kind: str = ""
    info_slave_data: dict[str, object] = {}


class _Address(msgspec.Struct):
    family: str
    local: str
    prefixlen: int
    address: str = ""
    secondary: bool = False
    dynamic: bool = False


class _Interface(msgspec.Struct):
    ifname: str
    flags: list[str]
    mtu: int | None = None
    operstate: str = ""
    link_type: str = ""
    address: str = ""
    permaddr: str = ""
    master: str = ""
    link: str | None = None
    ifalias: str = ""
    linkinfo: _Info = msgspec.field(default_factory=_Info)


Also = Callable[[Link], Iterable[Record]]
"""Make further records of an interface that was understood."""


def nothing_more(_: Link) -> tuple[Record, ...]:
    """Add nothing: a host's interfaces are described by `Port` and `Bond`."""
    return ()


def read_addresses_json(raw: Raw, *, also: Also = nothing_more) -> Rows:
    """Read `ip -j -d addr show`."""
    ledger = Ledger(raw=raw)
    items = json_list(ledger)
    links: list[Link] = []
    claims: Counter[str] = Counter()
    expected = 0 if items else len(ledger.unparsed)
    for pointer, item in items:
        addresses = _addresses(item)
        expected += 1 + len(addresses)
        claims[str(item.get("master")) if isinstance(item, dict) else ""] += 1
        try:
            link = _link_of(msgspec.convert(item, _Interface), raw.at(pointer=pointer))
            ledger.accept([interface.port(link), *also(link)])
        except ValueError as error:
            ledger.refuse(excerpt(item), str(error), pointer=pointer)
            for place, address in addresses:
                ledger.refuse(excerpt(address), "its interface was not understood", pointer=pointer + place)
            continue
        links.append(link)
        for place, address in addresses:
            _book_json_address(ledger, link, address, pointer + place)
    interface.book_bonds(ledger, links, claims)
    return ledger.close(expected)


def _addresses(item: object) -> list[tuple[str, object]]:
    """List the addresses of an interface with the rest of their pointers."""
    found = item.get("addr_info", []) if isinstance(item, dict) else []
    listed = found if isinstance(found, list) else [found]
    return [(f"/addr_info/{index}", each) for index, each in enumerate(listed) if each != {}]


def _book_json_address(ledger: Ledger, link: Link, item: object, pointer: str) -> None:
    try:
        row = msgspec.convert(item, _Address)
        named = (("secondary", row.secondary), ("dynamic", row.dynamic))
        record = interface.address(
            link,
            row.local,
            str(row.prefixlen),
            peer=row.address,
            flags=frozenset(name for name, on in named if on),
            source=ledger.raw.at(pointer=pointer),
        )
    except ValueError as error:
        ledger.refuse(excerpt(item), str(error), pointer=pointer)
        return
    ledger.accept([record])


def _link_of(row: _Interface, source: Source) -> Link:
    data = dict(row.linkinfo.info_data)
    lacp = data.get("ad_info")
    if isinstance(lacp, dict):
        data |= lacp
    slave = row.linkinfo.info_slave_data
    burned_in = row.linkinfo.info_slave_data.get("perm_hwaddr") or row.permaddr
    return Link(
        name=row.ifname,
        flags=frozenset(row.flags),
        mtu=row.mtu,
        state=row.operstate,
        type=row.link_type,
        address=row.address,
        master=row.master,
        lower=row.link or "",
        alias=row.ifalias,
        kind=row.linkinfo.info_kind,
        slave_kind=row.linkinfo.info_slave_kind,
        detail=(
            *((key, str(data[key])) for key in _WANTED if key in data),
            *((f"slave_{key}", str(slave[key])) for key in _SLAVE_FACTS if key in slave),
        ),
        burned_in=str(burned_in),
        source=source,
    )


def read_addresses_text(raw: Raw, *, also: Also = nothing_more) -> Rows:
    """Read `ip -d address show`."""
    ledger = Ledger(raw=raw)
    links: list[Link] = []
    for block in _blocks(ledger):
        link = _read_block(ledger, block, also)
        links += [link] if link else []
    interface.book_bonds(ledger, links, Counter(_CLAIM.findall(raw.text)))
    return ledger.close(len(_GUARD.findall(raw.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    at: int
    head: re.Match[str]
    body: list[tuple[int, str]] = field(default_factory=list)


def _blocks(ledger: Ledger) -> list[_Block]:
    """Split the text at the heads; what belongs to no head for certain is refused here."""
    blocks: list[_Block] = []
    open_ = False
    for at, line in lines(ledger.raw.text):
        word = line.split()[0]
        if head := _HEAD.fullmatch(line):
            blocks.append(_Block(at=at, head=head))
            open_ = True
        elif not line[0].isspace() and word not in _NOISE:  # could be a damaged head
            ledger.refuse(line, "not a line of `ip -d address show`", line=at)
            open_ = False
        elif open_ and word.startswith("link/") and _has_link(blocks[-1]):
            ledger.refuse(line, "a second link address: the head of an interface is missing", line=at)
            open_ = False
        elif open_:
            blocks[-1].body.append((at, line))
        elif word in ("inet", "inet6"):
            ledger.refuse(line, "it is not known which interface this belongs to", line=at)
    return blocks


def _has_link(block: _Block) -> bool:
    return any(line.split()[0].startswith("link/") for _, line in block.body)


def _read_block(ledger: Ledger, block: _Block, also: Also) -> Link | None:
    """Read one interface with its addresses; give it back unless it was refused."""
    link = _head_link(ledger, block.at, block.head)
    for at, line in block.body:
        link = _with_detail(ledger, link, at, line) if link else None
    try:
        ledger.accept([interface.port(link), *also(link)] if link else [], rows=1 if link else 0)
    except ValueError as error:
        ledger.refuse(block.head.string, str(error), line=block.at)
        link = None
    for at, line in block.body:
        words = line.split()
        if words[0] not in ("inet", "inet6"):
            continue
        if link is None:
            ledger.refuse(line, "its interface was not understood", line=at)
            continue
        try:
            ledger.accept([_text_address(ledger, link, words, at)])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return link


def _head_link(ledger: Ledger, at: int, head: re.Match[str]) -> Link | None:
    try:
        found = options(head["rest"].split(), valued=_HEAD_KEYS, flags=())
        mtu = number(found["mtu"]) if "mtu" in found else None
    except ValueError as error:
        ledger.refuse(head.string, str(error), line=at)
        return None
    return Link(
        name=head["name"],
        flags=frozenset(head["flags"].split(",")),
        mtu=mtu,
        state=found.get("state", ""),
        type="",
        address="",
        master=found.get("master", ""),
        lower=head["lower"] or "",
        source=ledger.raw.at(at),
    )


def _with_detail(ledger: Ledger, link: Link, at: int, line: str) -> Link:
    text = line.strip()
    word = text.split()[0]
    if match := _LINK.fullmatch(text):
        burned_in = _PERMANENT.search(match["rest"])
        return replace(
            link,
            type=match["type"],
            address=match["address"] or "",
            burned_in=burned_in[1] if burned_in else link.burned_in,
        )
    if word in _KINDS:
        facts = ((key, pattern.search(text)) for key, pattern in _FACTS.get(word, {}).items())
        own = tuple((key, found[1]) for key, found in facts if found)
        return replace(link, kind=word, detail=(*link.detail, *own))
    if word.endswith("_slave"):
        burned_in = _PERMANENT.search(text)
        told = ((key, pattern.search(text)) for key, pattern in _SLAVE_FACTS.items())
        return replace(
            link,
            slave_kind=word.removesuffix("_slave"),
            detail=(*link.detail, *((f"slave_{key}", found[1]) for key, found in told if found)),
            burned_in=burned_in[1] if burned_in else link.burned_in,
        )
    if word == "alias":
        return replace(link, alias=text.removeprefix("alias").strip())
    if word in ("inet", "inet6", *_NOISE) or text.replace(" ", "").isdigit():
        return link
    ledger.refuse(line, "not a line of `ip -d address show`", line=at)
    return replace(link, kind=link.kind or "unknown")  # it could have named the kind: then it is no hardware


def _text_address(ledger: Ledger, link: Link, words: Sequence[str], at: int) -> PortAddress:
    local, _, length = "".join(words[1:2]).partition("/")
    rest = _without_label(words[2:]) if words[0] == "inet" else words[2:]
    found = options(rest, valued=_INET_KEYS, flags=_INET_FLAGS)
    peer, _, peer_length = found.get("peer", "").partition("/")
    return interface.address(
        link, local, length or peer_length, peer=peer, flags=frozenset(found), source=ledger.raw.at(at)
    )


def _without_label(words: Sequence[str]) -> Sequence[str]:
    """Drop the name an IPv4 address goes by, which stands last and behind no key."""
    behind_key = words[-2:-1] and words[-2] in _INET_KEYS
    return words if not words or behind_key or words[-1] in _INET_FLAGS else words[:-1]
