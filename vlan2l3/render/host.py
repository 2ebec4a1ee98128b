"""Write the files of a host: as they will lie on it, and the two scripts that put them there and back.

Comes in: a `HostTarget` or a `PeerTarget`. Goes out: file names below `hosts/<host>/`, and texts.
"""

from __future__ import annotations

from vlan2l3.design import ifupdown
from vlan2l3.design.target import HostTarget, LegTarget, PeerTarget
from vlan2l3.platforms import templates_folder
from vlan2l3.render.switch import COMMIT_TIMER
from vlan2l3.render.templates import render

METRIC = 2048  # of the BGP defaults: worse than the static ones of today, 0 (IPv4) and 1024 (IPv6)
REVERT_AFTER = 2 * COMMIT_TIMER  # the switch reverts first, so that the host finds its old port again


def files(host: HostTarget, learned: tuple[PeerTarget, ...]) -> dict[str, str]:
    """Give a moving host's files; `learned` are the routes it was given while it was unmoved."""
    first, second = host.legs
    own = sorted({kept.host_prefix for kept in host.addresses})
    words: dict[str, object] = {
        "host": host,
        "first": first,
        "second": second,
        "own4": [p for p in own if ":" not in p],
        "own6": [p for p in own if ":" in p],
        "learned": learned,
        "revert_after": REVERT_AFTER,
        "commit_timer": COMMIT_TIMER,
    }
    main = host.interfaces_file
    texts = [main.text, *(file.text for file in host.more_interfaces)]
    bound = ifupdown.bound_interfaces(texts, {host.bond})
    stanzas = render("linux/stanzas.j2", carried=ifupdown.carried(texts, bound), **words)
    included = {
        file.path.removeprefix("/"): ifupdown.routed(file.text, bound, ()) for file in host.more_interfaces
    }
    return {
        "apply.sh": render("linux/apply.sh.j2", **words),
        "undo.sh": render("linux/undo.sh.j2", **words),
        "announce.py": (templates_folder().parent / "files" / "announce.py").read_text(encoding="utf-8"),
        "stage/bird.conf": _bird(host, words, (first,), "one uplink, while the other is in the VLAN"),
        "etc/bird/bird.conf": _bird(host, words, host.legs, "both uplinks"),
        "etc/sysctl.d/90-vlan2l3.conf": render("linux/sysctl.conf.j2", **words),
        "etc/network/interfaces": ifupdown.routed(main.text, bound, stanzas.splitlines()),
        **included,
    }


def peer_files(peer: PeerTarget) -> dict[str, str]:
    """Give an unmoved host's file that routes moved IPv6 addresses through its gateway."""
    return {"etc/network/if-up.d/vlan2l3-routes": render("linux/learn_routes.j2", peer=peer)}


def _bird(host: HostTarget, words: dict[str, object], legs: tuple[LegTarget, ...], purpose: str) -> str:
    source = {version: _source(host, version) for version in (4, 6)}
    return render(
        "linux/bird.conf.j2",
        legs=legs,
        purpose=purpose,
        metric=METRIC,
        router_id=source[4],
        source4=source[4],
        source6=source[6],
        **words,
    )


def _source(host: HostTarget, version: int) -> str:
    """Choose the address the host speaks from: the one its default route uses today."""
    own = [kept for kept in host.addresses if kept.address.version == version]
    chosen = next((kept for kept in own if kept.default), own[0] if own else None)
    return str(chosen.address.ip) if chosen else ""
