"""Write a check as a command to type and the answer to expect.

Comes in: a check of the plan, and the switches it may be about. Goes out: (command, expected) in the words of
the device it is typed on: of a switch from its platform's `checks.toml`, of a host from here.
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_network

import msgspec

from vlan2l3.design.target import Target
from vlan2l3.names import DeviceName
from vlan2l3.plan.actions import (
    BigPacket,
    BondMembers,
    BondWhole,
    Check,
    GatewayAnswers,
    HostDefault,
    HostSessions,
    Identity,
    LinkLocal,
    LoopbackUp,
    NoArpEntry,
    PairHealthy,
    PeerSees,
    PortState,
    ProxyArp,
    Reaches,
    RouteBy,
    RouteReached,
    RoutingReady,
    Seen,
    Sessions,
    SourceOf,
    StillDirect,
)
from vlan2l3.platforms import Daemon, daemon, templates_folder
from vlan2l3.quote import shell
from vlan2l3.render.switch import platform_of
from vlan2l3.render.templating import fill


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold the command and the expected answer of a check on a switch, as templates of text."""

    command: str
    expected: str


@cache
def forms(platform: str) -> dict[str, Form]:
    """Read how a platform's switches are asked: the check's name, `PortState`, and its form."""
    path = templates_folder() / platform / "checks.toml"
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, Form])


def _daemon(name: DeviceName, target: Target) -> Daemon:
    """Find the routing daemon that a moving host is given."""
    return daemon(next(host.daemon for host in target.hosts if host.name == name))


def written(check: Check, target: Target) -> tuple[str, str, str]:  # noqa: C901, PLR0911, PLR0912 - one arm a check
    """Give where to type what, and the expected answer as Markdown.

    Every name in it has passed the strict grammar of `names` at the border, so none of them can be markup.
    """
    on = check.device
    match check:
        case (
            PortState()
            | PairHealthy()
            | RoutingReady()
            | Sessions()
            | RouteBy()
            | ProxyArp()
            | LoopbackUp()
            | LinkLocal()
            | NoArpEntry()
        ):
            form = forms(platform_of(on, target))[type(check).__name__]
            return on, fill(form.command, check=check), fill(form.expected, check=check)
        case Identity():
            pairs = ", ".join(f"{interface} {mac}" for interface, mac in check.macs)
            cards = "; ".join(f"ethtool -P {shell(interface)}" for interface, _ in check.macs)
            return on, f"uname -n; {cards}", f"{on}; {pairs} (`apply.sh` refuses otherwise)"
        case BondMembers():
            slaves = f"grep -A1 '^Slave Interface' /proc/net/bonding/{shell(check.bond)}"
            return on, slaves, f"`MII Status: up` for exactly {', '.join(check.members)}"
        case HostSessions():
            own = _daemon(on, target)
            return on, own.sessions, fill(own.established, check=check)
        case HostDefault():
            shown = f"ip -{check.version} route show default"
            proto = _daemon(on, target).protocol
            return on, shown, f"`proto {proto}`, next hops over exactly {', '.join(check.interfaces)}"
        case BondWhole():
            shown = "grep -E 'Slave Interface|MII Status|Aggregator ID' /proc/net/bonding/" + shell(
                check.bond
            )
            aggregator = ", with the same `Aggregator ID`" if check.lacp else ""
            return on, shown, f"{' and '.join(check.members)} `up`{aggregator}"
        case StillDirect(witness=witness, other=other):
            asked = (
                f"ip neigh flush to {other.address}; ping -c 2 {other.address}; ip neigh show {other.address}"
            )
            free = "; an address nobody has stays `FAILED`"
            return witness.host, asked, f"`lladdr {other.mac}`, {other.host}'s own{free}"
        case GatewayAnswers():
            macs = " or ".join(f"`{mac}`" for mac in check.macs)
            return (
                on,
                f"arping -c 3 -I {shell(check.interface)} {check.address}",
                f"an answer from {macs} too",
            )
        case PeerSees():
            asked = (
                f"ip neigh flush to {check.address}; ping -c 3 {check.address}; ip neigh show {check.address}"
            )
            return on, asked, f"3 received, `lladdr` one of {', '.join(check.macs)}"
        case Reaches():
            return ", ".join(check.places), f"ping -c 3 {check.address}", "3 received, from each of them"
        case SourceOf():
            first = ip_network(check.prefix)[1]
            return on, f"ip route get {first}", f"`src {check.source}`"
        case BigPacket():
            size = check.mtu - 28
            return on, f"ping -M do -s {size} -c 3 {check.target}", "3 received"
        case RouteReached():
            return on, f"ping -c 3 {check.address}", "3 received"
        case Seen():
            return on, check.command, check.text
