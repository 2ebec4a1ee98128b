"""Read what NX-OS bundles: port-channels, their LACP partners, and the vPC domain of a pair.

Comes in: rows of JSON in either form, and text. Goes out: records. `show vpc` names the domain and the
peer-link, `show vpc role` the addresses of the pair, `show vpc peer-keepalive` where the peer is reached;
what the last two give is joined to the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import Mac
from vlan2l3.parse import shape
from vlan2l3.parse.quirks.nxos.ports import mac_of, several
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, LagMember, MlagDomain, MlagPort, Record
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_NO_DOMAIN = ("", "not configured", "<not configured>")
_PORT_STATES = {"1": "up", "0": "down", "enabled": "up", "disabled": "down"}
_ROLE = Shape(
    opens=r"vPC role +: (?P<role>\S.*?)\s*",
    rules=(
        r"vPC system-mac +: *(?P<system>[0-9a-f:.]+)\s*",
        r"vPC local system-mac +: *(?P<local>[0-9a-f:.]+)\s*",
        r"vPC peer system-mac +: *(?P<peer>[0-9a-f:.]+)\s*",
    ),
)
_KEEPALIVE = Shape(
    opens=r"vPC keep-alive status +: (?P<status>\S.*?)\s*",
    rules=(r"--Destination +: (?P<destination>\S+)\s*",),
)
_PARTNERS = Shape(
    opens=(
        r"(?P<port>[A-Za-z][\w/.-]*\d) +\d+, ?(?P<system>[0-9a-f]{1,2}(?:-[0-9a-f]{1,2}){5})\s*"
        r"(?P<number>0x[0-9a-f]+) +(?P<age>\d+) +(?P<flags>[SFAP]+)\s*"
    ),
    rules=(r"\s+\d+ +0x[0-9a-f]+ +0x(?P<state>[0-9a-f]+)\s*",),
    carried=(r"(?P<lag>[A-Za-z-]+\d+) neighbors\s*",),
)
_IN_USE = 0x30  # collecting and distributing, IEEE 802.1AX, 6.4.2.3


def vpc(row: Row) -> Iterator[Record]:
    """Read the domain of `show vpc`; a peer-link that does not exist is no domain that works."""
    links = several(row.get("TABLE_peerlink.ROW_peerlink", ()))
    port = str(links[0].get("peerlink-ifindex", "")) if links else ""
    domain = row.text("vpc-domain-id")
    if domain.lower() in _NO_DOMAIN:
        return
    if not port:
        raise ValueError("the vPC domain has no peer-link")
    yield _domain(row, domain, row.text("vpc-peer-status"), row.text("vpc-role"), port)


def vpc_text(row: Row) -> Iterator[Record]:
    """Read the domain of the text form, whose peer-link stands in a table below it."""
    yield _domain(row, row.text("domain"), row.text("peer"), row.text("role"), row.text("peer_link"))


def _domain(row: Row, domain: str, peer: str, role: str, port: str) -> MlagDomain:
    return MlagDomain(
        source=row.source,
        domain=domain,
        active=peer in ("peer-ok", "peer adjacency formed ok"),
        role=role.partition(",")[0],
        peer_link=row.name(port),
    )


def vpc_port(row: Row) -> Iterator[Record]:
    """Read one vPC: JSON says 1 and 0, or `enabled` and `disabled`, where the text says `up` and `down`."""
    state = row.text("vpc-port-state").rstrip("*")
    yield MlagPort(
        source=row.source,
        number=row.text("vpc-id"),
        interface=row.name(str(row.must("vpc-ifindex"))),
        state=_PORT_STATES.get(state, state),
    )


def vpc_role(row: Row) -> Iterator[Record]:
    """Read the addresses of a pair, of JSON."""
    yield from _pair(
        row,
        row.text("vpc-current-role"),
        mac_of(row, "vpc-system-mac"),
        mac_of(row, "vpc-local-system-mac"),
        mac_of(row, "vpc-peer-system-mac"),
    )


def vpc_role_text(raw: Raw) -> Rows:
    """Read the text of `show vpc role`."""
    return shape.read(raw, _ROLE, _role_block)


def _role_block(raw: Raw, block: Block) -> Iterator[Record]:
    told = {name: block.last(name) for name in block.values}
    row = Row(raw=raw, source=raw.at(block.line), data=told, bound={})
    yield from _pair(row, told["role"], mac_of(row, "system"), mac_of(row, "local"), mac_of(row, "peer"))


def _pair(row: Row, role: str, system: Mac | None, local: Mac | None, peer: Mac | None) -> Iterator[Record]:
    """Give the switch's own address, and the part of its domain that only this answer knows."""
    if local:
        yield Facts(source=row.source, macs=(local,))
    if system or peer:
        yield MlagDomain(
            source=row.source, domain="", active=False, role=role.partition(",")[0], system=system, peer=peer
        )


def keepalive(row: Row) -> Iterator[Record]:
    """Read where the peer is reached, of JSON; some versions give the destination twice, in a list."""
    told = row.get("vpc-keepalive-dest", "")
    destination = str(told[0] if isinstance(told, list) and told else told or "")
    if destination and destination != "N/A":
        yield _reached(row, destination)


def keepalive_text(raw: Raw) -> Rows:
    """Read the text of `show vpc peer-keepalive`."""
    return shape.read(raw, _KEEPALIVE, _keepalive_block)


def _keepalive_block(raw: Raw, block: Block) -> Iterator[Record]:
    if block.last("destination") not in ("", "N/A"):
        row = Row(raw=raw, source=raw.at(block.line), data={}, bound={})
        yield _reached(row, block.last("destination"))


def _reached(row: Row, destination: str) -> MlagDomain:
    return MlagDomain(
        source=row.source, domain="", active=False, role="", peer_address=ip_address(destination)
    )


def channel(row: Row) -> Iterator[Record]:
    """Read one port-channel of JSON; a channel without members has no member table."""
    yield from _members(
        row,
        row.text("port-channel"),
        row.text("prtcl|protocol"),
        (
            (str(member["port"]), str(member["port-status"]))
            for member in several(row.get("TABLE_member.ROW_member", ()))
        ),
    )


def channel_line(row: Row) -> Iterator[Record]:
    """Read one port-channel of the text form: `Po2(SU)  Eth  LACP  Eth1/3(P)  Eth1/5(H)`."""
    pairs = re.findall(r"(\S+?)\(([A-Za-z]+)\)", row.text("members"))
    if row.text("members") not in ("", "--") and not pairs:
        raise ValueError("the member ports are not understood")
    yield from _members(row, row.text("channel"), row.text("protocol"), pairs)


def _members(row: Row, lag: str, protocol: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Record]:
    for port, status in pairs:
        yield LagMember(
            source=row.source,
            lag=row.name(lag),
            interface=row.name(port),
            active=status == "P",
            lacp=protocol.upper() == "LACP",
        )


def lacp_neighbors(raw: Raw) -> Rows:
    """Read the text of `show lacp neighbor`: the partner of each member, `32768,0-1c-73-0-0-99`.

    A long address leaves no blank before the port's number.
    """
    return shape.read(raw, _PARTNERS, _partner)


def _partner(raw: Raw, block: Block) -> Iterator[Record]:
    row = Row(raw=raw, source=raw.at(block.line), data={}, bound={})
    partner = names.mac(":".join(part.zfill(2) for part in block.last("system").split("-")))
    yield LagMember(
        source=row.source,
        lag=row.name(block.must("lag")),
        interface=row.name(block.last("port")),
        active=int(block.last("state") or "0", 16) & _IN_USE == _IN_USE,
        lacp=True,
        partner=partner if partner != "00:00:00:00:00:00" else None,
    )
