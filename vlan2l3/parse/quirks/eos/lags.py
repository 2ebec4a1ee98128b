"""Read what EOS says of port-channels, LACP and MLAG, in JSON and in text.

Comes in: rows and whole answers. Goes out: LAG members, MLAG domains and MLAG ports. The MLAG peer's ports
(`PeerEthernet6`) are counted as rows and left to the peer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.interfaces import given
from vlan2l3.parse.quirks.eos.switchports import PEER
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import LagMember, MlagDomain, Record
from vlan2l3.parse.row import Row

_PORT = r"(?:Peer)?Ethernet[\d/]+"
_LACP = blocks.Form(
    above=r"Port Channel (?P<lag>Port-Channel\d+)\*?:",
    opens=r"(?P<name>P?E[a-z]*[\d/]+) +(?P<status>\w+(?: \w+)*) *\|(?: *(?P<select>\w+) *\|)? +"
    r"(?P<partner>[0-9A-Fa-f]{4},[0-9A-Fa-f-]{17}) .*",
    noise=(
        r"State: A = Active, P = Passive; S=ShortTimeout, L=LongTimeout;",
        r"G = Aggregable, I = Individual; s\+=InSync, s-=OutOfSync;",
        r"[CD] = (?:Collecting|Distributing)\b.*",
        r"d = default neighbor state",
        r"\|(?: +\|)? +(?:Partner|Actor)(?: +(?:Collector|Actor))?",
        r"Port +Status +\|.*",
        r"\| +Churn +MaxDelay",
        r"-[-|]+(?: [-|]+)*",
        r"P?E[a-z]*[\d/]+ +\w+(?: \w+)* *\|(?: *\w+ *\|)? +(?:\w+Churn|[A-Za-z+-]+ +0x[0-9a-f]{4}) .*",
        r"\* - Only local interfaces for MLAGs are displayed\. Connect to the peer to",
        r"see the state for peer interfaces\.",
    ),
)
_CHANNELS = blocks.Form(
    opens=r"Port Channel (?P<lag>Port-Channel\d+)(?: \(.*\))?:",
    tells={
        "active_list": rf"Active Ports: +(?P<v>{_PORT}(?: +{_PORT})*)",
        "active": rf"(?P<v>{_PORT}) +\S+(?: \S+)? +(?P<protocol>LACP|Static|None) +\w+(?: +\d+.*)?",
        "inactive": rf"(?P<v>{_PORT}) +\S+(?: \S+)? {{2,}}[a-zA-Z].*",
    },
    noise=(
        r"Minimum (?:links|speed): .*",
        r"Current weight/Max weight: .*",
        r"Active Ports:",
        r"No Active Ports",
        r"Configured, but inactive ports:",
        r"Port +Time [Bb]ecame (?:[Aa]ctive +Protocol +Mode.*|[Ii]nactive +Reason)",
    ),
)
_MLAG = blocks.Form(
    opens=r"MLAG Configuration:",
    tells={
        "domainId": r"domain-id *:(?P<v>.*)",
        "peerAddress": r"peer-address *:(?P<v>.*)",
        "peerLink": r"peer-link *:(?P<v>.*)",
        "state": r"state *:(?P<v>.*)",
        "negStatus": r"negotiation status *:(?P<v>.*)",
        "systemId": r"system-id *:(?P<v>.*)",
        "mlagState": r"State *:(?P<v>.*)",
        "peerMacAddress": r"Peer MAC address *:(?P<v>.*)",
    },
    noise=(
        r"MLAG (?:Status|Ports|Detailed Status|Interface.*):",
        r"(?:local-interface|hb-peer-address|hb-peer-vrf|peer-config|peer-link status|local-int status) *:.*",
        r"dual-primary (?:detection|interface errdisabled|action|detection delay|.* delay) *:.*",
        r"(?:Disabled|Configured|Inactive|Active-partial|Active-full) *: +\d+",
        r"(?:Peer State|State changes|Last state change time|Hardware ready|Peer MAC routing supported) *:.*",
        r"(?:Failover|Failover Cause\(s\)|Last failover change time|Secondary from failover) *:.*",
        r"(?:Failover initiated|Primary priority|Peer primary priority|Dual-primary .*) *:.*",
        r"(?:(?:Non-MLAG )?[Rr]eload delay|(?:Peer )?[Pp]orts errdisabled|Lacp standby) *:.*",
        r"(?:(?:Configured|Effective) heartbeat interval|(?:Last )?[Hh]eartbeat timeout) *:.*",
        r"(?:Heartbeat timeouts since reboot|UDP heartbeat alive|Heartbeats sent/received) *:.*",
        r"(?:Peer monotonic clock offset|Agent should be running|P2p mount state changes) *:.*",
        r"(?:Fast MAC redirection enabled|Interface activation interlock|.* recovery delay) *:.*",
    ),
)


def lag_member(row: Row) -> Iterator[Record]:
    """Read one port of `show lacp neighbor` or `show port-channel`; the MLAG peer's ports are left to it."""
    bundled = row.text("actorPortStatus")
    active = bundled == "bundled" if bundled else row.source.pointer.split("/")[-2] == "activePorts"
    yield from _member(
        row,
        row.bound["name"],
        active=active,
        lacp=bool(bundled) or row.text("protocol") == "lacp",
        partner=row.text("partnerSystemId"),
    )


def summary_channel(row: Row) -> Iterator[Record]:
    """Read one port-channel of `show port-channel summary`."""
    lacp = row.text("protocol") == "lacp"
    for port, said in row.must("ports").items():
        if "lagMember" not in said:
            raise KeyError(f"lagMember of {port} is missing")
        active = said["lagMember"] is True and said.get("linkDown") is not True
        yield from _member(row, port, active=active, lacp=lacp)


def summary_line(row: Row) -> Iterator[Record]:
    """Read one port-channel of the summary's text: `Po2(U)  LACP(a)  Et1(PG+) Et2(D)`."""
    lag = re.fullmatch(r"(\S+?)\([A-Za-z]+\)", row.text("lag"))
    pairs = re.findall(r"(\S+?)\(([^)]*)\)", row.text("members"))
    if not lag or len(pairs) != len(row.text("members").split()):
        raise ValueError("the member ports are not understood")
    lacp = row.text("protocol").upper().startswith("LACP")
    for port, flags in pairs:
        here = Row(raw=row.raw, source=row.source, data={}, bound={"lag": lag[1]})
        yield from _member(here, port, active="P" in flags, lacp=lacp)


def _member(row: Row, port: str, *, active: bool, lacp: bool, partner: str = "") -> Iterator[Record]:
    name = row.name(port)
    if name.startswith(PEER):
        return
    system = given(partner.rpartition(",")[2])
    lag = row.name(row.bound["lag"])
    yield LagMember(
        source=row.source,
        lag=lag,
        interface=name,
        active=active,
        lacp=lacp or bool(system),
        partner=system,
    )


def lacp_text(raw: Raw) -> Rows:
    """Read the text of `show lacp neighbor`, `show lacp peer detailed` and the like."""
    return blocks.read(raw, _LACP, _lacp_block)


def _lacp_block(block: blocks.Block) -> Iterator[Record]:
    bundled = block.head["status"].lower() == "bundled"
    row = block.row(block.head)
    yield from _member(row, block.head["name"], active=bundled, lacp=True, partner=block.head["partner"])


def channel_text(raw: Raw) -> Rows:
    """Read the text of `show port-channel`, detailed or not."""
    return blocks.read(raw, _CHANNELS, _channel_block)


def _channel_block(block: blocks.Block) -> Iterator[Record]:
    lacp = any("LACP" in said.values() for _, said in block.all("active"))
    for rule in ("active_list", "active", "inactive"):
        for number, said in block.all(rule):
            row = Row(raw=block.raw, source=block.raw.at(number), data={}, bound=block.head)
            for port in said["v"].split():
                yield from _member(row, port, active=rule != "inactive", lacp=lacp)


def mlag(row: Row) -> Iterator[Record]:
    """Read `show mlag detail`; a switch without MLAG answers `state: disabled` and says nothing else."""
    if row.must("state") == "disabled":
        return
    address = row.text("peerAddress")
    yield MlagDomain(
        source=row.source,
        domain=row.must("domainId"),
        active=row.text("state") == "active" and row.text("negStatus") == "connected",
        role=row.text("detail.mlagState"),
        peer_link=row.name(row.must("peerLink")),
        peer_address=ip_address(address) if address else None,
        system=given(row.text("systemId")),
        peer=given(row.text("detail.peerMacAddress")),
    )


def mlag_text(raw: Raw) -> Rows:
    """Read the text of `show mlag` or `show mlag detail`."""
    return blocks.read(raw, _MLAG, _mlag_block)


def _mlag_block(block: blocks.Block) -> Iterator[Record]:
    said: dict[str, Any] = {name: block.first(name) for name in ("domainId", "peerLink", "systemId")}
    said |= {name: block.first(name).lower() for name in ("state", "negStatus")}
    said["peerAddress"] = block.first("peerAddress")
    said["detail"] = {name: block.first(name) for name in ("mlagState", "peerMacAddress")}
    if said["state"] not in ("active", "inactive", "disabled"):
        raise ValueError(f"{said['state']!r} is no known state of MLAG")
    yield from mlag(block.row(said))
