"""Choose the routing daemon of a host, and say why it can't have it.

Comes in: a `Host` and what people said. Goes out: what it is `Given`, and the reasons against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from vlan2l3 import platforms
from vlan2l3.design.intent import Intent
from vlan2l3.design.target import Reason
from vlan2l3.network.model import Host, HostAddress

USUAL = "bird"
NEEDED = (("tcp", 179),)  # BGP
_ROUTING = re.compile(
    r"(bird|bird6|frr|quagga|zebra|bgpd|ospfd|ospf6d|ripd|ripngd|isisd|babeld|openbgpd|gobgpd)\.service"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Name a host's daemon; `version` is empty where nobody knows what its distribution ships of it."""

    name: str
    version: str
    told: str = ""


def given(host: Host, intent: Intent) -> Given:
    """Choose the daemon people named for the host, else the usual one."""
    name, told = USUAL, ""
    for number, choice in enumerate(intent.daemon, start=1):
        if any(fnmatchcase(host.name, pattern) for pattern in choice.members):
            name, told = choice.name, f"daemon[{number}]"
            break
    release = host.file("/etc/os-release")
    words = dict(re.findall(r'(?m)^(ID|VERSION_ID)="?([^"\n]*)"?$', release.text)) if release else {}
    distribution = f"{words.get('ID', '')} {words.get('VERSION_ID', '')}"
    return Given(name=name, version=platforms.daemon(name).ships.get(distribution, ""), told=told)


def routes(addresses: Sequence[HostAddress], chosen: Given) -> list[Reason]:
    """List the addresses in subnets without a default route, where the daemon can't have them."""
    own = platforms.daemon(chosen.name)
    default = {address.address.network for address in addresses if address.gateway}
    return [
        Reason(
            text=f"it has {address.address} and no default route there: {own.covering}",
            source=address.source,
            told=chosen.told,
        )
        for address in addresses
        if own.covering and address.address.network not in default
    ]


def reasons(host: Host, chosen: Given) -> list[Reason]:
    """List what keeps the host from it: an unknown version, and what routes on the host already."""
    own = platforms.daemon(chosen.name)
    found = []
    if not chosen.version:
        known = ", ".join(name.title() for name in sorted(own.ships))
        text = f"its distribution isn't one whose {own.title} version is known here ({known})"
        found.append(Reason(text=text, source=host.source))
    found += [
        Reason(
            text=f"{unit.name} runs on it already, and the plan's {own.title} would take its place",
            source=unit.source,
        )
        for unit in host.units
        if unit.active and _ROUTING.fullmatch(unit.name)
    ]
    found += [
        Reason(
            text=f"{socket.process or 'something'} listens on {socket.protocol}/{socket.port} already, which"
            f" {own.title} needs",
            source=socket.source,
        )
        for socket in host.sockets
        if (socket.protocol, socket.port) in NEEDED
    ]
    return list({reason.text: reason for reason in found}.values())
