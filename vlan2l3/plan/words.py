"""Say a fact of the model in the words of a network engineer.

Comes in: a fact. Goes out: how it is said when it becomes true, and when it ends. Whoever adds a fact adds
its words here; nothing else words one.
"""

from __future__ import annotations

from typing import assert_never

from vlan2l3.plan.facts import (
    Accepts,
    Answers,
    Believes,
    Bridged,
    Carrier,
    Change,
    Enslaved,
    Fabric,
    Fact,
    Follows,
    Gateway,
    Insert,
    OnDummy,
    OnLink,
    PeerRoute,
    Pinned,
    Redirects,
    Resolved,
    Speaks,
    StaticDefault,
    Strict,
    Trunked,
)


def change(made: Change) -> str:
    """Say what a change makes true, or ends."""
    begins, ends = fact(made.fact)
    return begins if isinstance(made, Insert) else ends


def fact(of: Fact) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - one arm a fact
    """Give the words for a fact that becomes true, and for one that ends."""
    match of:
        case Carrier():
            return f"{of.switch} {of.port} is open", f"{of.switch} {of.port} is shut"
        case Bridged():
            port = f"{of.switch} {of.port}"
            return f"{port} carries VLAN {of.vlan}", f"{port} no longer carries VLAN {of.vlan}"
        case Accepts():
            port = f"{of.switch} {of.port}"
            return (
                f"{port} is routed and its BGP session accepts {of.prefix}",
                f"{port} no longer accepts {of.prefix} by BGP",
            )
        case Enslaved():
            return (
                f"{of.interface} of {of.host} is a member of its bond",
                f"{of.interface} of {of.host} is out of its bond",
            )
        case Speaks():
            return (
                f"{of.host} speaks BGP on {of.interface} and announces what is on its dummy",
                f"{of.host} no longer speaks BGP on {of.interface}",
            )
        case OnLink():
            return (
                f"{of.host} has {of.address} on {of.interface}, in the VLAN",
                f"{of.host} no longer has {of.address} on {of.interface}, in the VLAN",
            )
        case OnDummy():
            return (
                f"{of.host} has {of.prefix} on its dummy",
                f"{of.host} no longer has {of.prefix} on its dummy",
            )
        case StaticDefault():
            route = f"IPv{of.version} default route through {of.interface}"
            return f"{of.host} has its static {route}", f"{of.host} no longer has its static {route}"
        case Answers():
            return (
                f"{of.switch} answers ARP in {of.segment} for what it routes elsewhere",
                f"{of.switch} answers ARP in {of.segment} for itself alone",
            )
        case PeerRoute():
            return (
                f"{of.host} has a route of its own to {of.prefix}, through the gateway",
                f"{of.host} no longer has a route of its own to {of.prefix}",
            )
        case Resolved():
            whose = "the gateway" if of.believes is Believes.GATEWAY else "the host itself"
            belief = f"unmoved machines of {of.segment}"
            return (
                f"{belief} send frames for {of.prefix} to the MAC address of {whose}",
                f"{belief} no longer send frames for {of.prefix} to the MAC address of {whose}",
            )
        case Fabric():
            return (
                f"{of.leaf} and {of.core} route to each other",
                f"{of.leaf} and {of.core} no longer route to each other",
            )
        case Trunked():
            way = f"frames of {of.segment}"
            return (
                f"{way} cross between {of.one} and {of.other}",
                f"{way} no longer cross between {of.one} and {of.other}",
            )
        case Follows():
            where = f"{of.address} on {of.interface} of {of.host}"
            return f"{where} goes when {of.primary} is deleted", f"{where} stays when {of.primary} is deleted"
        case Strict():
            return (
                f"{of.host} drops what arrives where its way back doesn't lead",
                f"{of.host} takes what arrives on any of its links",
            )
        case Gateway():
            return (
                f"{of.switch} routes from and to {of.segment}",
                f"{of.switch} no longer routes {of.segment}",
            )
        case Redirects():
            return (
                f"{of.switch} sends redirects in {of.segment}",
                f"{of.switch} sends no redirects in {of.segment}",
            )
        case Pinned():
            route = f"a route of its own to {of.prefix}, by {of.toward}"
            return f"{of.switch} has {route}", f"{of.switch} no longer has {route}"
        case _:
            assert_never(of)
