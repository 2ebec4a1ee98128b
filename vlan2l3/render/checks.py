"""Write a check as a command to type and the answer to expect.

Comes in: a check of the plan. Goes out: (command, expected) in the words of the device it is typed on.
"""

from __future__ import annotations

from vlan2l3.plan.actions import (
    BondMembers,
    Check,
    HostDefault,
    HostSessions,
    Identity,
    PairHealthy,
    PeerSees,
    PortState,
    ProxyArp,
    Reaches,
    RouteBy,
    RoutingReady,
    Seen,
    Sessions,
)
from vlan2l3.render.quote import shell


def written(check: Check) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - one arm a check
    """Give the command and the expected answer.

    The forms for switches are those of EOS, the only platform with templates.
    """
    match check:
        case PortState():
            state = "connected" if check.up else "disabled"
            return f"show interfaces {check.port} status", f"status `{state}`"
        case PairHealthy():
            return "show mlag", "state `Active`, peer `Connected`"
        case RoutingReady():
            return (
                "show ip route summary",
                "`Operating routing protocol model: multi-agent`; changing it takes a reload",
            )
        case Sessions():
            ports = ", ".join(check.ports)
            return "show bgp ipv4 unicast summary", f"`Estab` for exactly the neighbours on {ports}"
        case RouteBy():
            family = "ipv6" if ":" in check.prefix else "ip"
            return f"show {family} route {check.prefix}", f"`B E` over exactly {', '.join(check.ports)}"
        case ProxyArp():
            return (
                f"show ip interface {check.svi}",
                "`Proxy-ARP is enabled`, `Directed broadcast is disabled`",
            )
        case Identity():
            pairs = ", ".join(f"{interface} {mac}" for interface, mac in check.macs)
            return "apply.sh checks it by itself", f"name {check.device}, cards {pairs}"
        case BondMembers():
            slaves = f"grep -A1 '^Slave Interface' /proc/net/bonding/{shell(check.bond)}"
            return slaves, f"`MII Status: up` for exactly {', '.join(check.members)}"
        case HostSessions():
            return "birdc show protocols", f"`Established` over exactly {', '.join(check.interfaces)}"
        case HostDefault():
            shown = f"ip -{check.version} route show default"
            return shown, f"`proto bird`, next hops over exactly {', '.join(check.interfaces)}"
        case PeerSees():
            ip = check.kept.address.ip
            return (
                f"on an unmoved neighbour: ip neigh show {ip}",
                f"`lladdr {check.kept.gateway_mac}`, the gateway's",
            )
        case Reaches():
            return (
                f"ping -c 3 {check.address}",
                "3 received: from a neighbour that stays, a moved host, outside",
            )
        case Seen():
            return "look", check.text
