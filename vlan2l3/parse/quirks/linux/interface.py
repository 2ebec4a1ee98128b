"""Say what a Linux interface is, however `ip` printed it.

Comes in: a `Link`, the facts of one interface as JSON or text gave them, still as text. Goes out: `Port`,
`Bond` and `PortAddress` records. It reads no file and knows no output format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface

from vlan2l3.names import InterfaceName, Mac, interface_name, natural_key, vlan_id
from vlan2l3.parse.quirks.linux.rows import Ledger, number, station
from vlan2l3.parse.records import Bond, Port, PortAddress, Source

BOND_MODES = frozenset(
    {"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}
)
_SORTS = {"bond": "bond", "bridge": "bridge", "vlan": "vlan", "dummy": "dummy", "macvtap": "tap"}
_TUNNELS = frozenset({
    "vxlan", "geneve", "gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan", "ipip", "sit",
    "ip6tnl", "vti", "vti6", "xfrm", "wireguard", "tun",
})  # fmt: skip
_LAYER3_TYPES = frozenset({"none", "ipip", "tunnel6", "gre", "gre6", "sit", "ppp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Hold what `ip` says of one interface.

    Attributes:
        lower: the interface below, as printed behind `@` or under `link`.
        kind: the driver family (`bond`, `vlan`, `tun`); empty for hardware and for the loopback.
        slave_kind: the family of its master.
        detail: the family's own facts (`id`, `type`, `mode`, `partner_mac`), and with `slave_` before them
            what it is to its master (`slave_state`, `slave_mii_status`).
        burned_in: the addresses under `perm_hwaddr` or `permaddr`.
    """

    name: str
    flags: frozenset[str]
    mtu: int | None
    state: str
    type: str
    address: str
    master: str = ""
    lower: str = ""
    alias: str = ""
    kind: str = ""
    slave_kind: str = ""
    detail: tuple[tuple[str, str], ...] = ()
    burned_in: str = ""
    source: Source

    def fact(self, key: str) -> str:
        """Give one of the family's own facts, or nothing."""
        return dict(self.detail).get(key, "")


def port(link: Link) -> Port:
    """Describe the interface.

    Raises:
        ValueError: when a name, an address or a VLAN id is none.
    """
    address = station(link.address) if link.address and link.type == "ether" else None
    hardware = station(link.burned_in) if link.burned_in and link.type == "ether" else None
    tagged = link.kind == "vlan"
    return Port(
        name=interface_name(link.name),
        sort=_sort(link),
        enabled="UP" in link.flags,
        up=_up(link),
        mac=address,
        hardware=None if hardware == address else hardware,
        mtu=link.mtu,
        description=link.alias,
        master=interface_name(link.master) if link.master else None,
        parent=interface_name(link.lower) if tagged and link.lower else None,
        vlan=vlan_id(number(link.fact("id"))) if tagged else None,
        source=link.source,
    )


def bond(link: Link, members: Sequence[InterfaceName]) -> Bond | None:
    """Describe the bond that an interface is, or give nothing where it is none.

    Raises:
        ValueError: for a mode the kernel does not have.
    """
    if link.kind != "bond":
        return None
    mode = link.fact("mode")
    if mode not in BOND_MODES:
        raise ValueError(f"{mode!r} is not a mode of a bond")
    active = link.fact("active_slave")
    return Bond(
        name=interface_name(link.name),
        mode=mode,
        members=tuple(sorted(set(members), key=natural_key)),
        active=interface_name(active) if active else None,
        partner=_partner(link.fact("partner_mac")),
        source=link.source,
    )


def book_bonds(ledger: Ledger, links: Sequence[Link], claims: Counter[str]) -> None:
    """Add the bonds among the interfaces, with whatever names them as master.

    `claims` counts the interfaces of the raw answer that name each master: where one of them was not
    understood, the bond is refused too, because a shortened list of members would be a lie.
    """
    for link in links:
        members = [InterfaceName(each.name) for each in links if each.master == link.name]
        reason = "a member of this bond was not understood"
        try:
            found = bond(link, members)
        except ValueError as error:
            found, reason = None, str(error)
        if found and len(members) == claims[link.name]:
            ledger.accept([found], rows=0)
        elif link.kind == "bond":
            ledger.refuse(link.name, reason, line=link.source.line, pointer=link.source.pointer)


def address(
    link: Link, local: str, length: str, *, peer: str, flags: frozenset[str], source: Source
) -> PortAddress:
    """Describe one address of an interface.

    On a point-to-point link `length` is the peer's, so the local address stands alone (/32 or /128).

    Raises:
        ValueError: when the interface's name or the address is none.
    """
    if peer and peer != local:
        length = str(ip_address(local).max_prefixlen)
    return PortAddress(
        interface=interface_name(link.name),
        address=ip_interface(f"{local}/{number(length)}"),
        vrf=interface_name(link.master) if link.slave_kind == "vrf" else "default",
        secondary="secondary" in flags,
        permanent="dynamic" not in flags,
        source=source,
    )


def _sort(link: Link) -> str:
    if "LOOPBACK" in link.flags:
        return "loopback"
    if link.kind == "tun" and link.fact("type") == "tap":
        return "tap"
    if link.kind in _SORTS:
        return _SORTS[link.kind]
    if link.kind in _TUNNELS or (not link.kind and link.type in _LAYER3_TYPES):
        return "tunnel"
    return "physical" if not link.kind and link.type == "ether" else "other"


def _up(link: Link) -> bool:
    if "NO-CARRIER" in link.flags or link.state in {"DOWN", "LOWERLAYERDOWN", "NOTPRESENT", "DORMANT"}:
        return False
    return {"UP", "LOWER_UP"} <= link.flags


def _partner(text: str) -> Mac | None:
    return station(text) if text else None
