"""Run the leafs and the gateway as FRR routers: their configuration, its changes, and what they see.

Comes in: routers of the job. Goes out: running zebra, bfdd and bgpd for each namespace. The syntax is FRR
8.4; leafs pass on the default they learnt instead of making one up, so a cut-off leaf attracts nothing.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from vlan2l3.rehearse.guest.shell import CommandFailed, run

DAEMONS = "/usr/lib/frr"

# `no zebra nexthop kernel enable`: FRR 8.4 loses a member of a kernel nexthop group on the second link flap.
ZEBRA = "frr defaults datacenter\nno zebra nexthop kernel enable\n"

HEAD = """frr defaults datacenter
ip prefix-list DEFAULT seq 5 permit 0.0.0.0/0
ipv6 prefix-list DEFAULT6 seq 5 permit ::/0
route-map ANY permit 10
route-map TO-FABRIC deny 5
 match ip address prefix-list WITHHELD
route-map TO-FABRIC deny 6
 match ipv6 address prefix-list WITHHELD
route-map TO-FABRIC permit 10
router bgp {asn}
 bgp router-id {router_id}
 bgp bestpath as-path multipath-relax
 neighbor FABRIC peer-group
 neighbor FABRIC remote-as external
 neighbor FABRIC timers connect 1
 neighbor FABRIC capability extended-nexthop
{fabric}"""

LEAF_HOSTS = """ neighbor HOST peer-group
 neighbor HOST capability extended-nexthop
 neighbor HOST timers connect 1
"""

LEAF_FAMILY = """  neighbor HOST activate
  neighbor HOST prefix-list {out} out
  neighbor HOST maximum-prefix 64
"""

FAMILY = """ address-family {family} unicast
{networks}  neighbor FABRIC activate
  neighbor FABRIC route-map ANY in
  neighbor FABRIC route-map TO-FABRIC out
{more} exit-address-family
"""


def start(
    namespace: str, router: dict[str, Any], *, fabric: list[str], networks: list[str], core: bool
) -> None:
    """Start zebra and bgpd in a namespace; `core` gives the fabric its default, otherwise hosts may peer."""
    folder = Path("/run/frr") / namespace
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder.parent, folder):
        shutil.chown(place, "frr", "frr")
    Path(f"/run/{namespace}-zebra.conf").write_text(ZEBRA)
    Path(f"/run/{namespace}-bgpd.conf").write_text(_bgp(router, fabric=fabric, networks=networks, core=core))
    Path(f"/run/{namespace}-bfdd.conf").write_text("")
    for daemon in ("zebra", "bfdd", "bgpd"):
        run(
            *("ip", "netns", "exec", namespace, f"{DAEMONS}/{daemon}", "-d", "-N", namespace),
            *("-f", f"/run/{namespace}-{daemon}.conf", "--vty_port", "0"),
        )


def _bgp(router: dict[str, Any], *, fabric: list[str], networks: list[str], core: bool) -> str:
    router_id = next(a for a in router["loopbacks"] if ":" not in a)
    text = HEAD.format(
        asn=router["asn"],
        router_id=router_id,
        fabric="".join(f" neighbor {link} interface peer-group FABRIC\n" for link in fabric),
    )
    if not core:
        text += LEAF_HOSTS
    for family, colon in (("ipv4", False), ("ipv6", True)):
        own = [n for n in networks if (":" in n) is colon]
        out = "DEFAULT6" if colon else "DEFAULT"
        more = "  neighbor FABRIC default-originate\n" if core else LEAF_FAMILY.format(out=out)
        text += FAMILY.format(family=family, networks="".join(f"  network {n}\n" for n in own), more=more)
    return text


def listen_for_host(namespace: str, asn: int, port: str, neighbour: dict[str, Any]) -> None:
    """Add the neighbour of a `port-routed` action, importing exactly its prefixes."""
    prefixes: list[str] = neighbour["prefixes"]
    lines = [
        "configure terminal",
        f"interface {port}",
        "ipv6 nd ra-interval 1",
        "no ipv6 nd suppress-ra",
        "exit",
    ]
    for word, colon in (("ip", False), ("ipv6", True)):
        own = [p for p in prefixes if (":" in p) is colon]
        lines += [f"{word} prefix-list {port} seq {5 + n} permit {p}" for n, p in enumerate(own)]
        lines.append(f"{word} prefix-list {port} seq 1000 deny any")
        given = ["::/0" if colon else "0.0.0.0/0", *(p for p in neighbour["covering"] if (":" in p) is colon)]
        lines += [f"{word} prefix-list {port}-out seq {5 + n} permit {p}" for n, p in enumerate(given)]
    lines += [
        f"router bgp {asn}",
        f"neighbor {port} interface remote-as {neighbour['host_asn']}",
        f"neighbor {port} peer-group HOST",
        *([f"neighbor {port} bfd"] if neighbour["bfd"] else []),
    ]
    for family in ("ipv4", "ipv6"):
        lines += [
            f"address-family {family} unicast",
            f"neighbor {port} prefix-list {port} in",
            f"neighbor {port} prefix-list {port}-out out",
            "exit-address-family",
        ]
    _tell(namespace, lines)


def forget_host(namespace: str, asn: int, port: str) -> None:
    """Remove what `listen_for_host` added."""
    _tell(
        namespace,
        [
            *("configure terminal", f"router bgp {asn}", f"no neighbor {port}", "exit"),
            *(f"no {word} prefix-list {port}{end}" for word in ("ip", "ipv6") for end in ("", "-out")),
            *(f"interface {port}", "no ipv6 nd ra-interval", "ipv6 nd suppress-ra", "exit"),
        ],
    )


def withhold(namespace: str, prefixes: list[str], *, on: bool) -> None:
    """Stop announcing prefixes to the fabric while routing them, or announce them again."""
    lines = ["configure terminal"]
    for number, prefix in enumerate(prefixes):
        word = "ipv6" if ":" in prefix else "ip"
        lines.append(f"{'' if on else 'no '}{word} prefix-list WITHHELD seq {number + 1} permit {prefix}")
    _tell(
        namespace, [*lines, "end", "clear bgp ipv4 unicast * soft out", "clear bgp ipv6 unicast * soft out"]
    )


def established(namespace: str, port: str) -> bool:
    """Tell whether the session on a port is up."""
    text = run("vtysh", "-N", namespace, "-c", f"show bgp neighbors {port} json")
    try:
        found = json.loads(text[text.index("{") :])
    except ValueError:
        return False
    return bool(found.get(port, {}).get("bgpState") == "Established")


def version() -> str:
    """Give the version bgpd says it has."""
    return run(f"{DAEMONS}/bgpd", "--version").splitlines()[0]


def _tell(namespace: str, lines: list[str]) -> None:
    commands = [word for line in lines for word in ("-c", line)]
    said = run("vtysh", "-N", namespace, *commands)
    refused = [line for line in said.splitlines() if line.startswith("%") and "vtysh.conf" not in line]
    if (
        refused
    ):  # vtysh ends with 0 after an unknown command; that it has no configuration of its own is right
        raise CommandFailed(f"FRR in {namespace} refused: {' '.join(refused)}")
