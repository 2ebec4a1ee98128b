"""Write the files of a host: as they will lie on it, and the two scripts that put them there and back.

Comes in: a `HostTarget` or a `PeerTarget`. Goes out: file names below `hosts/<host>/`, and texts.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from pathlib import Path

from vlan2l3 import platforms
from vlan2l3.design import ifupdown
from vlan2l3.design.target import BGP_METRIC, HostTarget, LegTarget, PeerTarget
from vlan2l3.names import RackName
from vlan2l3.render.switch import COMMIT_TIMER
from vlan2l3.render.templating import render

REVERT_AFTER = 2 * COMMIT_TIMER  # the switch reverts first, so that the host finds its old port again
LEARNED = (
    212  # the routing protocol number of routes to moved addresses: nobody else's, so they can be flushed
)

FALLBACK_METRIC = 254 << 24  # zebra takes the first byte of a kernel route's metric for its distance


def files(host: HostTarget) -> dict[str, str]:
    """Give a moving host's files."""
    first, *rest = host.legs
    others, every = ("the other is", "both") if len(rest) == 1 else ("the others are", "all")
    own = sorted({kept.host_prefix for kept in host.addresses})
    sources = (host.interfaces_file, *host.more_interfaces)
    daemon = platforms.daemon(host.daemon)
    words: dict[str, object] = {
        "host": host,
        "daemon": daemon,
        "folder": str(Path(daemon.config).parent),
        "session": "uplink1" if host.daemon == "bird" else first.interface,
        "first": first,
        "rest": rest,
        "own4": [p for p in own if ":" not in p],
        "own6": [p for p in own if ":" in p],
        "interfaces": _interfaces(host),
        "interfaces_files": [file.path for file in sources],
        "learned_protocol": LEARNED,
        "revert_after": REVERT_AFTER,
        "commit_timer": COMMIT_TIMER,
        "fallback_metric": FALLBACK_METRIC,
    }
    name = Path(daemon.config).name
    return {
        "apply.sh": render("linux/apply.sh.j2", **words),
        "undo.sh": render("linux/undo.sh.j2", **words),
        "announce.py": (platforms.templates_folder().parent / "files" / "announce.py").read_text(
            encoding="utf-8"
        ),
        f"stage/{name}": _speaker(host, words, (first,), f"one uplink, while {others} in the VLAN"),
        daemon.config.removeprefix("/"): _speaker(host, words, host.legs, f"{every} uplinks"),
        **{
            path.removeprefix("/"): render(f"linux/{host.daemon}/{Path(path).name}.j2", **words)
            for path in daemon.also
        },
        "etc/sysctl.d/90-vlan2l3.conf": render("linux/sysctl.conf.j2", **words),
        "etc/vlan2l3/fabric.nft": render("linux/fabric.nft.j2", **words),
        f"etc/systemd/system/{daemon.unit}.service.d/vlan2l3.conf": render(
            "linux/daemon.service.conf.j2", **words
        ),
        **{f"stage/leg-out{f.path}": ifupdown.without_member(f.text, first.interface) for f in sources},
        **{f"stage/cut{path}": text for path, text in _routed(host, words, (first,)).items()},
        **{path.removeprefix("/"): text for path, text in _routed(host, words, host.legs).items()},
    }


def _interfaces(host: HostTarget) -> list[str]:
    """List every interface that carries the host's packets at some time of its move."""
    names = [host.bond, *(leg.interface for leg in host.legs), *(kept.interface for kept in host.addresses)]
    return sorted(dict.fromkeys(names))


def _routed(host: HostTarget, words: dict[str, object], legs: tuple[LegTarget, ...]) -> dict[str, str]:
    """Give the ifupdown files of a host that is routed over these links."""
    main, more = host.interfaces_file, host.more_interfaces
    texts = [file.text for file in (main, *more)]
    bound = ifupdown.bound_interfaces(texts, {host.bond})
    carried = ifupdown.carried(texts, bound)
    stanzas = render("linux/stanzas.j2", carried=carried, legs=legs, **words).splitlines()
    return {
        main.path: ifupdown.routed(main.text, bound, stanzas),
        **{file.path: ifupdown.routed(file.text, bound, ()) for file in more},
    }


def peer_files(peers: tuple[PeerTarget, ...], rack: RackName) -> dict[str, str]:
    """Give an unmoved host's file that routes moved IPv6 addresses through its gateways, one file a rack."""
    return {
        routes_path(rack).removeprefix("/"): render(
            "linux/learn_routes.j2", peers=peers, learned_protocol=LEARNED
        )
    }


def routes_path(rack: RackName) -> str:
    """Name the file of the routes; ifup runs names of letters, digits, `_` and `-` only."""
    return f"/etc/network/if-up.d/vlan2l3-routes-{re.sub('[^A-Za-z0-9_-]', '-', rack)}"


def _speaker(host: HostTarget, words: dict[str, object], legs: tuple[LegTarget, ...], purpose: str) -> str:
    source = {version: _source(host, version) for version in (4, 6)}
    covering = {v: [(p, ip) for p, ip in host.covering if ip.version == v] for v in (4, 6)}
    return render(
        f"linux/{host.daemon}/{Path(platforms.daemon(host.daemon).config).name}.j2",
        legs=legs,
        purpose=purpose,
        metric=BGP_METRIC,
        router_id=source[4] or IPv4Address(host.asn),  # a host of IPv6 alone has another number of its own
        source4=source[4],
        source6=source[6],
        covering4=covering[4],
        covering6=covering[6],
        accepted4=["0.0.0.0/0", *(prefix for prefix, _ in covering[4])],
        accepted6=["::/0", *(prefix for prefix, _ in covering[6])],
        **words,
    )


def _source(host: HostTarget, version: int) -> str:
    """Choose the address the host speaks from: the one its default route uses today."""
    own = [kept for kept in host.addresses if kept.address.version == version]
    chosen = next((kept for kept in own if kept.default), own[0] if own else None)
    return str(chosen.address.ip) if chosen else ""
