"""Read what EOS says of shared gateways and of DHCP relays, in JSON and in text.

Comes in: rows and whole answers. Goes out: gateways and relays. Where a relay's server is given by its name,
there is no address to record, and the line is reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3.names import Address, Mac
from vlan2l3.parse import config, tables
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.quirks.eos.interfaces import given
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import DhcpRelay, Gateway, Record
from vlan2l3.parse.row import Row

_ADDRESS = r"(?:\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:.]+)"
_VIRTUAL = blocks.Form(
    above=r"IP(?:v6)? virtual router is configured with MAC address: (?P<mac>[0-9a-fA-F.:]{14,17})",
    opens=rf"(?P<interface>[A-Z]\S+) +(?:(?P<own>{_ADDRESS}/\d+) +(?P<old>{_ADDRESS}) +(?:up|down|\w+) +\w+"
    rf"|(?P<vrf>\S+) +(?P<v>{_ADDRESS}(?:/\d+)?) +(?P<protocol>[A-Z]+) +(?P<state>\w+))",
    noise=(
        r"IP(?:v6)? virtual router address subnet routes (?:not )?enabled",
        r"IP router is (?:not )?configured with Mlag peer MAC address.*",
        r"IP(?:v6)? virtual router is not configured with.*",
        r"MAC address advertisement interval: \d+ seconds",
        r"Protocol: U - Up, D - Down, T - Testing, UN - Unknown",
        r"NP - Not Present, LLD - Lower Layer Down",
        r"Interface +Vrf +Virtual IP Address +Protocol +State",
        r"Interface +IP Address +Virtual IP Address +Status +Protocol",
        r"No interface with virtual IP address",
    ),
)
_VRRP = blocks.Form(
    opens=r"(?P<interface>[A-Z]\S+) - Group (?P<group>\d+)(?: .*)?",
    tells={
        "state": r"State is (?P<v>\w+)",
        "address": rf"Virtual (?:IPv?4? |IPv6 |IP )?address(?: is|:) (?P<v>{_ADDRESS})",
        "more": rf"Secondary (?:Virtual )?IP address(?:\(es\))?(?: is|:| :) (?P<v>{_ADDRESS})",
        "mac": r"Virtual MAC [Aa]ddress is (?P<v>[0-9a-fA-F.:]{14,17})",
    },
    noise=(
        r"(?:VRF|Vrf) is .*",
        r"VRRP (?:Version|Advertisement interval).*",
        r"(?:Mac Address|Master) Advertisement interval is .*",
        r"Preemption (?:is|delay|reload delay).*",
        r"Priority is .*",
        r"Authentication .*",
        r"Master (?:Router is|Down interval is) .*",
        r"Skew time is .*",
        r"Description.*",
        r"(?:Tracked|BFD|Session|Peer).*",
    ),
)
_RELAY = blocks.Form(
    opens=r"Interface: (?P<interface>\S+)",
    tells={"server": rf"(?:DHCP(?:v6)? servers: +)?(?P<v>{_ADDRESS})"},
    noise=(
        r"DHCP(?:v6)? (?:Smart )?Relay (?:is|Option|Link-layer|Remote ID|Information).*",
        r"DHCP(?:v6)? (?:all subnet relaying|Relay using relay source) .*",
        r"DHCP(?:v6)? clients are .*",
    ),
)


def _sorted(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple(sorted(set(addresses), key=lambda address: (address.version, int(address))))


def virtual_routers(raw: Raw) -> Rows:
    """Read `show ip virtual-router`, which gives the shared MAC once for all SVIs."""
    answer = json.loads(raw.text)
    if "virtualRouters" not in answer:
        raise KeyError("the answer has changed its shape, virtualRouters was expected")
    mac = given(str(answer.get("virtualMac", "")))
    items = answer["virtualRouters"]
    records: list[Record] = []
    unparsed: list[Unparsed] = []
    for index, item in enumerate(items):
        pointer = f"virtualRouters/{index}"
        row = Row(raw=raw, source=raw.at(pointer=pointer), data=item, bound={})
        try:
            records.append(_virtual_router(row, mac))
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(str(item)[:200], tables.reason(error), pointer=pointer))
    return Rows(records=tuple(records), unparsed=tuple(unparsed), expected=len(items), parsed=len(records))


def _virtual_router(row: Row, mac: Mac | None) -> Gateway:
    found = (_address(each["ip"] if isinstance(each, dict) else each) for each in row.must("virtualIps"))
    return Gateway(
        source=row.source,
        interface=row.name(row.must("interface")),
        protocol="varp",
        addresses=_sorted(found),
        mac=mac,
    )


def _address(text: Any) -> Address:
    return ip_interface(str(text)).ip


def virtual_router_text(raw: Raw) -> Rows:
    """Read the text of `show ip virtual-router`, in the columns of 4.1x or of later versions."""
    return blocks.read(raw, _VIRTUAL, _virtual)


def _virtual(block: blocks.Block) -> Iterator[Record]:
    yield Gateway(
        source=block.raw.at(block.line),
        interface=block.row({}).name(block.head["interface"]),
        protocol="varp",
        addresses=(_address(block.head.get("old") or block.head["v"]),),
        mac=given(block.head.get("mac", "")),
    )


def vrrp(row: Row) -> Iterator[Record]:
    """Read one group of `show vrrp`."""
    more = row.get("virtualIpSecondary", [])
    yield replace(
        config.vrrp(
            row.source,
            row.name(str(row.must("interface"))),
            int(row.must("groupId")),
            [str(row.must("virtualIp|virtualIpv6|virtualIp6")), *map(str, more)],
        ),
        state=row.text("state").lower(),
    )


def vrrp_text(raw: Raw) -> Rows:
    """Read the text of `show vrrp`."""
    return blocks.read(raw, _VRRP, _group)


def _group(block: blocks.Block) -> Iterator[Record]:
    addresses = [said["v"] for name in ("address", "more") for _, said in block.all(name)]
    if not addresses:
        raise ValueError("the group's virtual address is missing")
    source, name = block.raw.at(block.line), block.row({}).name(block.head["interface"])
    gateway = config.vrrp(source, name, int(block.head["group"]), addresses)
    state = block.first("state").lower()
    yield replace(gateway, mac=given(block.first("mac")) or gateway.mac, state=state)


def relay_text(raw: Raw) -> Rows:
    """Read the text of `show ip helper-address` or `show ip dhcp relay`."""
    return blocks.read(raw, _RELAY, _relay)


def _relay(block: blocks.Block) -> Iterator[Record]:
    servers = tuple(ip_address(said["v"]) for _, said in block.all("server"))
    name = block.row({}).name(block.head["interface"])
    if servers:
        yield DhcpRelay(source=block.raw.at(block.line), interface=name, servers=servers)
