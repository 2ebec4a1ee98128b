"""Name every change a step may hold and every condition it may wait for.

Comes in: what the plan's producer fills in. Goes out: records that are written with their name in `kind`,
such as `port-down`. A change on the host is the plan's own script; a switch's own text can't run in Linux, so
each of its changes is a record here, and the guest does the Linux counterpart.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Plain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record of the job; a field it doesn't know is an error."""


class Kind(Plain, frozen=True, kw_only=True, tag_field="kind", tag=_kebab):
    """A record that says in `kind` which one it is: `PortDown` is written as `port-down`."""


class Script(Kind, frozen=True, kw_only=True):
    """Run a shell command line on the host; the plan's folder lies at /plan."""

    line: str


class PortDown(Kind, frozen=True, kw_only=True):
    """Shut a leaf's port: the host sees its carrier drop."""

    leaf: str
    port: str


class PortUp(Kind, frozen=True, kw_only=True):
    """Open a leaf's port again, in whichever plane it is."""

    leaf: str
    port: str


class PortRouted(Kind, frozen=True, kw_only=True):
    """Take a leaf's port out of the VLANs, open it, and listen for BGP with an exact import list.

    The host gets the default routes, and the prefixes of `covering` beside them.
    """

    leaf: str
    port: str
    host_asn: int
    prefixes: tuple[str, ...]
    covering: tuple[str, ...] = ()
    bfd: bool = False


class PortBridged(Kind, frozen=True, kw_only=True):
    """Undo `PortRouted`: back into the VLANs and the port-channel, and shut, as it was before."""

    leaf: str
    port: str


class ProxyArp(Kind, frozen=True, kw_only=True):
    """Let the gateway answer ARP in a VLAN for what it routes elsewhere."""

    vlan: int
    on: bool


class ProxyNd(Kind, frozen=True, kw_only=True):
    """Let the gateway answer neighbour solicitations in a VLAN for one IPv6 address."""

    vlan: int
    address: str
    on: bool


class NeighbourRoute(Kind, frozen=True, kw_only=True):
    """Give an unmoved machine a route to one moved address by the gateway."""

    viewpoint: str
    prefix: str
    via: str
    on: bool


class PrefixesWithheld(Kind, frozen=True, kw_only=True):
    """Let a leaf keep its routes to a host's prefixes, and tell the fabric nothing of them.

    What comes before a host's BGP is stopped: the fabric turns away from the leaf while it still delivers.
    """

    leaf: str
    prefixes: tuple[str, ...]
    on: bool


Change = (
    Script
    | PortDown
    | PortUp
    | PortRouted
    | PortBridged
    | ProxyArp
    | ProxyNd
    | NeighbourRoute
    | PrefixesWithheld
)


class LacpSettled(Kind, frozen=True, kw_only=True):
    """Wait until every member with carrier collects and distributes, at both ends."""

    timeout_seconds: float = 30.0


class BgpEstablished(Kind, frozen=True, kw_only=True):
    """Wait until a leaf's session on a host port is established."""

    leaf: str
    port: str
    timeout_seconds: float = 30.0


class PrefixAtGateway(Kind, frozen=True, kw_only=True):
    """Wait until the gateway router's kernel has this prefix by BGP, or no longer has it."""

    prefix: str
    present: bool = True
    timeout_seconds: float = 30.0


class HostDefault(Kind, frozen=True, kw_only=True):
    """Wait until the host's kernel has its daemon's default route with this many next hops."""

    protocol: Literal["bird", "bgp"]
    family: Literal[4, 6]
    next_hops: int
    timeout_seconds: float = 30.0


Wait = LacpSettled | BgpEstablished | PrefixAtGateway | HostDefault
Action = Change | Wait  # a wait may stand between two changes
