"""Read what the kernel tells under `/proc/net`: bonds and multicast groups.

Comes in: `cat /proc/net/bonding/BOND`, `/proc/net/igmp`, `/proc/net/igmp6`. Goes out: one `Bond`, and a
`JoinedGroup` for each group, also on the loopback.
Left out on purpose, and counted as understood: the timers, counters and LACP details of a bond; the head line
of the IGMP table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from vlan2l3.names import InterfaceName, interface_name, natural_key
from vlan2l3.parse.quirks.linux.rows import Ledger, count_lines, lines, number, read_lines, station
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Bond, JoinedGroup, Record, Source

_MODES = {
    "load balancing (round-robin)": "balance-rr",
    "fault-tolerance (active-backup)": "active-backup",
    "load balancing (xor)": "balance-xor",
    "fault-tolerance (broadcast)": "broadcast",
    "IEEE 802.3ad Dynamic link aggregation": "802.3ad",
    "transmit load balancing": "balance-tlb",
    "adaptive load balancing": "balance-alb",
}
_FAIL_OVER = re.compile(r" \(fail_over_mac \w+\)$")
_FIELD = re.compile(r"\s*(?P<key>[A-Za-z0-9][^:]*):\s*(?P<value>.*)")
_IGMP_DEVICE = re.compile(r"[0-9]+\s+(?P<name>\S+)\s*:\s+(?P<count>[0-9]+)\s+V[1-3]\s*")
_IGMP_GROUP = re.compile(r"\s+(?P<group>[0-9A-F]{8})\s+[0-9]+\s+[01]:[0-9A-F]{8}\s+[0-9]+\s*")
_IGMP6 = re.compile(r"[0-9]+\s+(?P<name>\S+)\s+(?P<group>[0-9a-f]{32})\s+[0-9]+\s+[0-9A-F]{8}\s+[0-9]+\s*")
_ALL_HOSTS_BIG_ENDIAN = "E0000001"
_ALL_HOSTS_LITTLE_ENDIAN = "010000E0"


def read_bond(raw: Raw) -> Rows:
    """Read `/proc/net/bonding/BOND`, named in the command only; its place is the line of its mode."""
    ledger = Ledger(raw=raw)
    found: dict[str, str] = {}
    mode = 1
    members: list[InterfaceName] = []
    for at, line in lines(raw.text):
        match = _FIELD.fullmatch(line)
        if not match:
            if line.strip() != "802.3ad info":
                ledger.refuse(line, "not a line of a bond's state", line=at)
            continue
        if match["key"] != "Slave Interface":
            mode = at if match["key"] == "Bonding Mode" and match["key"] not in found else mode
            found.setdefault(match["key"], match["value"].strip())
            continue
        try:
            members.append(interface_name(match["value"].strip()))
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    expected = 1 + len(re.findall(r"^\s*Slave Interface\b", raw.text, re.MULTILINE))
    try:
        ledger.accept([_bond(raw, found, members, expected - 1, line=mode)], rows=expected)
    except ValueError as error:
        ledger.refuse(raw.command, str(error), line=1)
    return ledger.close(expected)


def _bond(
    raw: Raw, found: dict[str, str], members: list[InterfaceName], announced: int, *, line: int
) -> Bond:
    if len(members) != announced:
        raise ValueError("a member of this bond was not understood")
    mode = _FAIL_OVER.sub("", found.get("Bonding Mode", ""))
    if mode not in _MODES:
        raise ValueError(f"{mode!r} is not a mode of a bond")
    active = found.get("Currently Active Slave", "None")
    partner = found.get("Partner Mac Address", "")
    return Bond(
        name=interface_name(raw.command.split()[-1].rpartition("/")[2]),
        mode=_MODES[mode],
        members=tuple(sorted(set(members), key=natural_key)),
        active=None if active == "None" else interface_name(active),
        partner=station(partner) if partner else None,
        source=raw.at(line),
    )


@dataclass(slots=True, kw_only=True)
class _Device:
    name: InterfaceName
    missing: int


def read_igmp(raw: Raw) -> Rows:
    """Read `/proc/net/igmp`: a line for each device, and a line for each of its groups below it.

    The kernel prints the groups in the host's byte order; 224.0.0.1, which every host joins, tells which it
    is. Behind a line that was not understood, groups are given to the last device only while its count says
    that it has more.
    """
    ledger = Ledger(raw=raw)
    order = _byte_order(raw.text)
    device: _Device | None = None
    doubtful = True
    for at, line in lines(raw.text):
        try:
            if line.startswith("Idx"):
                ledger.accept(())
            elif match := _IGMP_DEVICE.fullmatch(line):
                device = None
                device = _Device(name=interface_name(match["name"]), missing=number(match["count"]))
                ledger.accept(())
                doubtful = False
            else:
                ledger.accept([_joined(device, line, order, raw.at(at), doubtful=doubtful)])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
            doubtful = doubtful or not line[0].isspace()
    return ledger.close(count_lines(raw.text))


def _joined(device: _Device | None, line: str, order: str, source: Source, *, doubtful: bool) -> JoinedGroup:
    """Read a group of a device and take it off the device's count, or raise `ValueError`."""
    if device is None or (doubtful and device.missing < 1):
        raise ValueError("it is not clear which interface this belongs to")
    found = JoinedGroup(interface=device.name, group=_group(line, order), source=source)
    device.missing -= 1
    return found


def _byte_order(text: str) -> str:
    words = set(text.split())
    big = _ALL_HOSTS_BIG_ENDIAN in words and _ALL_HOSTS_LITTLE_ENDIAN not in words
    return "big" if big else "little"


def _group(line: str, order: str) -> IPv4Address:
    match = _IGMP_GROUP.fullmatch(line)
    if not match:
        raise ValueError("not a multicast group")
    octets = bytes.fromhex(match["group"])
    group = IPv4Address(octets if order == "big" else octets[::-1])
    if not group.is_multicast:
        raise ValueError(f"{group} is not a multicast group")
    return group


def read_igmp6(raw: Raw) -> Rows:
    """Read `/proc/net/igmp6`, which has one line a group, in the order of the network."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        match = _IGMP6.fullmatch(line)
        if not match:
            raise ValueError("not a multicast group of an interface")
        group = IPv6Address(bytes.fromhex(match["group"]))
        if not group.is_multicast:
            raise ValueError(f"{group} is not a multicast group")
        return (JoinedGroup(interface=interface_name(match["name"]), group=group, source=source),)

    return read_lines(raw, row)
