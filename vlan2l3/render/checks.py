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
    RouteReached,
    RoutingReady,
    Seen,
    Sessions,
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
            return on, "uname -n; ethtool -P for each card", f"{on}; {pairs} (`apply.sh` refuses otherwise)"
        case BondMembers():
            slaves = f"grep -A1 '^Slave Interface' /proc/net/bonding/{shell(check.bond)}"
            return on, slaves, f"`MII Status: up` for exactly {', '.join(check.members)}"
        case HostSessions():
            return on, "birdc show protocols", f"`Established` over exactly {', '.join(check.interfaces)}"
        case HostDefault():
            shown = f"ip -{check.version} route show default"
            return on, shown, f"`proto bird`, next hops over exactly {', '.join(check.interfaces)}"
        case PeerSees():
            where = f"a machine that stays in {check.kept.segment}"
            gateway = f"`lladdr {check.kept.gateway_mac}`, the gateway's"
            return where, f"ip neigh show {check.kept.address.ip}", gateway
        case Reaches():
            where = "a neighbour that stays, a moved host, outside"
            return where, f"ping -c 3 {check.address}", "3 received"
        case RouteReached():
            return on, f"ping -c 3 {check.address}", "3 received"
        case Seen():
            return on, "ss -lntup", check.text
