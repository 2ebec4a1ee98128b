"""Hold multicast groups against a matcher's.

Comes in: a group and what a matcher wants. Goes out: yes or no, and labels of those who share it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from vlan2l3.names import Address, SegmentName


def is_wanted(group: Address, wanted: tuple[str, ...], but: tuple[str, ...]) -> bool:
    """Tell whether a group is one of those wanted and none of those taken out."""
    return _is_in(group, wanted) and not _is_in(group, but)


def shared(together: str, group: Address, segments: Iterable[SegmentName]) -> frozenset[str]:
    """Give the labels that make one workload of a group's members, or of a segment's."""
    name = f"group {group} " if together == "group" else "segment "
    return frozenset(f"{name}{segment}" for segment in segments) if together != "no" else frozenset()


def _is_in(group: Address, prefixes: tuple[str, ...]) -> bool:
    return any(group in net for net in _networks(prefixes))


@cache
def _networks(prefixes: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(prefix) for prefix in prefixes)
