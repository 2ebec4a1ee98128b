"""Write a check as a command to type and the answer to expect.

Comes in: a check of the plan. Goes out: (command, expected) in the words of the device it is typed on.
"""

from __future__ import annotations

from ipaddress import ip_network

from vlan2l3.plan.actions import (
    BigPacket,
    BondMembers,
    BondWhole,
    Check,
    GatewayAnswers,
    HostDefault,
    HostSessions,
    Identity,
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
from vlan2l3.quote import shell


def written(check: Check) -> tuple[str, str, str]:  # noqa: C901, PLR0911, PLR0912 - one arm a check
    """Give where to type what, and the expected answer as Markdown.

    Every name in it has passed the strict grammar of `names` at the border, so none of them can be markup.
    The forms for switches are those of EOS, the only platform with templates.
    """
    on = check.device
    match check:
        case PortState():
            state = "connected" if check.up else "disabled"
            return on, f"show interfaces {check.port} status", f"status `{state}`"
        case PairHealthy():
            return on, "show mlag", "state `Active`, peer `Connected`"
        case RoutingReady():
            model = "`Operating routing protocol model: multi-agent`; changing it takes a reload"
            return on, "show ip route summary", model
        case Sessions():
            established = f"`Estab` for the neighbours on {', '.join(check.ports)}"
            return on, "show bgp ipv4 unicast summary", established
        case RouteBy():
            family = "ipv6" if ":" in check.prefix else "ip"
            return on, f"show {family} route {check.prefix}", f"`B E` over exactly {', '.join(check.ports)}"
        case ProxyArp():
            return on, f"show ip interface {check.svi}", "`Proxy-ARP is enabled`"
        case Identity():
            pairs = ", ".join(f"{interface} {mac}" for interface, mac in check.macs)
            cards = "; ".join(f"ethtool -P {shell(interface)}" for interface, _ in check.macs)
            return on, f"uname -n; {cards}", f"{on}; {pairs} (`apply.sh` refuses otherwise)"
        case BondMembers():
            slaves = f"grep -A1 '^Slave Interface' /proc/net/bonding/{shell(check.bond)}"
            return on, slaves, f"`MII Status: up` for exactly {', '.join(check.members)}"
        case HostSessions():
            names = ", ".join(f"`uplink{n}_1`" for n in range(1, len(check.interfaces) + 1))
            return on, "birdc show protocols", f"{names} `Established` ({', '.join(check.interfaces)})"
        case HostDefault():
            shown = f"ip -{check.version} route show default"
            return on, shown, f"`proto bird`, next hops over exactly {', '.join(check.interfaces)}"
        case LoopbackUp():
            return on, "show ip interface brief", f"`Loopback100` with {check.address}, `up`"
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
        case NoArpEntry():
            shown, clear = ("ipv6 neighbors", "ipv6 neighbors") if ":" in check.address else ("arp", "arp")
            alone = f"no entry; else clear this one alone (`clear {clear} {check.address}`) and ping again"
            return on, f"show {shown} {check.address}", alone
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
