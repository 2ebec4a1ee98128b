"""Read the MLAG state of a Cumulus switch, which its daemon is called `clagd` for.

Comes in: `clagctl -j` (the same as `net show clag json`), the text of `clagctl`, and `nv show mlag -o json`.
Goes out: the `MlagDomain`, and a `MlagPort` for each bond with an MLAG id. The VXLAN interfaces that stand
beside the bonds with the id 0 are none.
A domain has no name of its own: the system's address, which both switches send by LACP, tells one from
another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3.names import Address, interface_name, mac
from vlan2l3.parse.quirks.linux.rows import Ledger, lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import MlagDomain, MlagPort, Record
from vlan2l3.parse.row import Row

_NONE = frozenset({"", "-", "n/a", "none", "null"})
_YES = frozenset({"true", "yes", "on", "1"})
_ALIVE = re.compile(r"The peer is (?P<not>not )?alive")
_ROLE = re.compile(
    r"\s*(?P<whose>Our|Peer) Priority, ID, and Role: (?P<priority>\d+) (?P<id>[0-9a-fA-F:]+) (?P<role>\S+)"
)
_PEER = re.compile(
    r"\s*Peer Interface and IP: (?P<link>\S+)(?: (?P<ip>[0-9a-fA-F.:]+|linklocal))?(?: \(linklocal\))?"
)
_SYSTEM = re.compile(r"\s*System MAC: (?P<mac>[0-9a-fA-F:]+)")
_HEADS = re.compile(
    r"CLAG Interfaces|Our Interface\s+Peer Interface\s+CLAG Id\s.*|[- ]+"
    r"|\s*(?:Backup IP|VxLAN Anycast IP|VxLan Anycast IP):.*"
)
_BOND = re.compile(r"\s*(?P<name>\S+)\s{2,}(?P<peer>\S+)\s{2,}(?P<id>\d+|-)\s{2,}(?P<rest>\S.*)")
_WRAPPED = re.compile(r"\s{40,}\S.*")  # the further lines of a long conflict


def domain(row: Row) -> Iterator[Record]:
    """Read `status`; without a peer link the daemon is not set up, and there is no domain."""
    if str(row.get("peerIf") or "").lower() in _NONE:
        return
    yield MlagDomain(
        domain=mac(str(row.must("sysMac"))),
        active=bool(row.must("peerAlive")),
        role=str(row.must("ourRole")),
        peer_link=row.name(str(row.must("peerIf"))),
        peer_address=_address(row.get("peerIp")),
        system=mac(str(row.must("sysMac"))),
        peer=mac(str(row.get("peerId"))) if _said(row.get("peerId")) else None,
        source=row.source,
    )


def bond(row: Row) -> Iterator[Record]:
    """Read one interface of `clagIntfs`."""
    number = int(row.must("clagId"))
    if number:
        name = row.name(row.bound["name"])
        yield MlagPort(number=str(number), interface=name, state=row.text("status"), source=row.source)


def nvue(row: Row) -> Iterator[Record]:
    """Read `nv show mlag -o json`; where MLAG is off there is no peer's interface."""
    if not _said(row.get("peer-interface")):
        return
    system = mac(str(row.must("mac-address")))
    yield MlagDomain(
        domain=system,
        active=str(row.must("peer-alive")).lower() in _YES,
        role=str(row.must("local-role")),
        peer_link=row.name(str(row.must("peer-interface"))),
        peer_address=_address(row.get("peer-ip")),
        system=system,
        peer=mac(str(row.get("peer-id"))) if _said(row.get("peer-id")) else None,
        source=row.source,
    )


def read_text(raw: Raw) -> Rows:
    """Read what `clagctl` and `net show clag` print without an option."""
    ledger = Ledger(raw=raw)
    found: dict[str, str] = {}
    bonds = 0
    for at, line in lines(raw.text):
        if match := _ALIVE.fullmatch(line.strip()):
            found["alive"] = "no" if match["not"] else "yes"
            found["line"] = str(at)
        elif match := _ROLE.fullmatch(line):
            found |= {f"{match['whose']} id": match["id"], f"{match['whose']} role": match["role"]}
        elif match := _PEER.fullmatch(line):
            found |= {"link": match["link"], "ip": match["ip"] or ""}
        elif match := _SYSTEM.fullmatch(line):
            found["system"] = match["mac"]
        elif match := _BOND.fullmatch(line):
            bonds += 1
            ledger.accept(_bond(raw, at, match))
        elif not (_HEADS.fullmatch(line) or (bonds and _WRAPPED.fullmatch(line))):
            ledger.refuse(line, "not a line of `clagctl`", line=at)
    strays = len(ledger.unparsed)
    try:
        ledger.accept([_domain(raw, found)])
    except (KeyError, ValueError) as error:
        ledger.refuse(raw.text.split("\n")[0], f"{error} is missing or wrong", line=1)
    return ledger.close(1 + bonds + strays)


def _bond(raw: Raw, at: int, match: re.Match[str]) -> list[Record]:
    if match["id"] in ("-", "0"):
        return []
    single = match["peer"] == "-"
    name = interface_name(match["name"])
    return [
        MlagPort(number=match["id"], interface=name, state="single" if single else "dual", source=raw.at(at))
    ]


def _domain(raw: Raw, found: dict[str, str]) -> MlagDomain:
    system = mac(found["system"])
    return MlagDomain(
        domain=system,
        active=found["alive"] == "yes",
        role=found["Our role"],
        peer_link=interface_name(found["link"]),
        peer_address=_address(found["ip"]),
        system=system,
        peer=mac(found["Peer id"]) if "Peer id" in found else None,
        source=raw.at(int(found["line"])),
    )


def _said(value: object) -> bool:
    return value is not None and str(value).strip().lower() not in _NONE


def _address(value: object) -> Address | None:
    """Read the peer's address; `linklocal` is a setting and names none."""
    return ip_address(str(value).strip()) if _said(value) and value != "linklocal" else None
