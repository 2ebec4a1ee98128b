"""Know whose a virtual MAC, a multicast group or an EtherType is.

Comes in: the `registry` tables of the catalogue's files. Goes out: names for the texts of findings, and what
is wrong with the tables. It decides nothing: rules have patterns and weights of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network

import msgspec

_ETHERTYPE = re.compile(r"0x[0-9a-f]{4}")
KINDS = ("macs", "groups", "ethertypes")  # the placeholders it has names for


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Be the base of every entry: a name, and where it was read.

    Attributes:
        from_memory: no source confirms it, and the text says so.
    """

    name: str
    cites: tuple[str, ...]
    from_memory: bool = False

    @property
    def words(self) -> str:
        """Give the name as a text has it."""
        return f"{self.name}, unconfirmed" if self.from_memory else self.name


class KnownMac(Known, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the MAC addresses that a pattern fits in whole.

    Attributes:
        shared: ordinary cards have such addresses as well, so that the MAC alone proves nobody's.
    """

    mac: str
    shared: bool = False

    @property
    def words(self) -> str:
        """Give the name as a text has it."""
        return f"perhaps {super().words}" if self.shared else super().words


class KnownGroup(Known, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name a multicast group, or all of a prefix."""

    group: str


class KnownEtherType(Known, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name an EtherType of the form `0x88a2`.

    Attributes:
        at_port: its frames end at the port they come in on, so that no segment carries them.
    """

    ethertype: str
    at_port: bool = False


class Registry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what is known of addresses and protocols; of MACs and groups the first that fits counts."""

    macs: tuple[KnownMac, ...] = ()
    groups: tuple[KnownGroup, ...] = ()
    ethertypes: tuple[KnownEtherType, ...] = ()

    def mac(self, address: str) -> KnownMac | None:
        """Find what a MAC address is."""
        return next((known for known in self.macs if re.fullmatch(known.mac, address)), None)

    def group(self, address: str) -> KnownGroup | None:
        """Find what a multicast group is; text that is no address is none."""
        try:
            wanted = ip_address(address)
        except ValueError:
            return None
        return next((known for known in self.groups if wanted in ip_network(known.group)), None)

    def ethertype(self, number: str) -> KnownEtherType | None:
        """Find what an EtherType is."""
        return next((known for known in self.ethertypes if known.ethertype == number), None)

    def known_as(self, placeholder: str, value: str) -> str:
        """Name a value of one of the placeholders of `KINDS`; nothing where it has no name."""
        finders: tuple[Callable[[str], Known | None], ...] = (self.mac, self.group, self.ethertype)
        found = finders[KINDS.index(placeholder)](value)
        return found.words if found else ""


def merged(registries: Iterable[Registry]) -> Registry:
    """Put the tables of several files into one."""
    parts = tuple(registries)
    return Registry(
        macs=tuple(known for part in parts for known in part.macs),
        groups=tuple(known for part in parts for known in part.groups),
        ethertypes=tuple(known for part in parts for known in part.ethertypes),
    )


def flaws(registry: Registry, sources: Mapping[str, str]) -> Iterator[str]:
    """Walk what is wrong with the tables."""
    for mac in registry.macs:
        yield from _mac_flaws(mac)
    yield from group_flaws(known.group for known in registry.groups)
    yield from ethertype_flaws(known.ethertype for known in registry.ethertypes)
    keys = [known.ethertype for known in registry.ethertypes]
    keys += [known.mac for known in registry.macs] + [known.group for known in registry.groups]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"`{key}` is there twice"
    for known in (*registry.macs, *registry.groups, *registry.ethertypes):
        if not known.cites:
            yield f"`{known.name}` has no sources"
        for cite in known.cites:
            if cite not in sources:
                yield f"`{known.name}` cites `{cite}`, which is no source"


def _mac_flaws(known: KnownMac) -> Iterator[str]:
    try:
        re.compile(known.mac)
    except re.error as error:
        yield f"`{known.mac}` is no regular expression: {error}"


def group_flaws(groups: Iterable[str]) -> Iterator[str]:
    """Walk the texts that are no multicast group and no prefix of such."""
    for group in groups:
        try:
            wrong = not ip_network(group).is_multicast
        except ValueError as error:
            yield f"`{group}` is no multicast group: {error}"
        else:
            if wrong:
                yield f"`{group}` is no multicast group"


def ethertype_flaws(ethertypes: Iterable[str]) -> Iterator[str]:
    """Walk the texts that are no EtherType."""
    for ethertype in ethertypes:
        if not _ETHERTYPE.fullmatch(ethertype):
            yield f"`{ethertype}` is no EtherType of the form 0x88a2"
