"""Find what matchers describe on hosts: files, units, processes, sockets, groups, settings, packages.

Comes in: a matcher and a `Lookup`. Goes out: sightings, each on the host it was seen on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from vlan2l3.analyze.catalogue.matchers import (
    HostEtherType,
    HostFile,
    HostGroup,
    HostPackage,
    HostProcess,
    HostSocket,
    HostSysctl,
    HostUnit,
)
from vlan2l3.analyze.comments import without_comments
from vlan2l3.analyze.installed import numbers
from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.matching.groups import is_wanted, shared
from vlan2l3.analyze.sighting import Sighting, line_number, on_host, on_line
from vlan2l3.names import InterfaceName
from vlan2l3.network.model import Host
from vlan2l3.parse.records import Socket

PROCESSES = "ps*"  # the names of processes, whatever options the command was kept with
_PACKET_SOCKETS = ("/proc/net/packet", 3)  # the column of the EtherType, counted from 0
_HANDLERS = ("/proc/net/ptype", 0)


def file(matcher: HostFile, lookup: Lookup) -> Iterator[Sighting]:
    """Find the lines of captured files that the pattern matches, or the files in which none does."""
    pattern = re.compile(matcher.pattern)
    for host, text in lookup.files(matcher.paths):
        if matcher.absent:
            if text.text.strip() and not pattern.search(without_comments(text.path, text.text)):
                yield on_line(host, text, 1)
        elif pattern.search(text.text):  # most files hold nothing: look before the comments are taken out
            clean = without_comments(text.path, text.text)
            named = _groups_named(matcher, lookup, host, clean)
            facts = frozenset(("groups", group) for _, group in named)
            for found in pattern.finditer(clean):
                seen = on_line(host, text, line_number(clean, found), facts)
                yield replace(seen, labels=_labels([*found.groupdict().items(), *named], host))


def unit(matcher: HostUnit, lookup: Lookup) -> Iterator[Sighting]:
    """Find active units by name."""
    for host, active in lookup.units(matcher.pattern):
        yield on_host(host, active.source)


def process(matcher: HostProcess, lookup: Lookup) -> Iterator[Sighting]:
    """Find running processes by name."""
    for host, text in lookup.files((PROCESSES,)):
        for number, line in enumerate(text.text.splitlines(), start=1):
            if re.match(matcher.pattern, line.strip()):
                yield on_line(host, text, number)


def socket(matcher: HostSocket, lookup: Lookup) -> Iterator[Sighting]:
    """Find listening sockets by protocol, port and process."""
    for port in matcher.ports:
        for host, listening in lookup.sockets(matcher.protocol, port):
            if (not listening.process or re.search(matcher.process, listening.process)) and not (
                matcher.on_uplink and _bound_elsewhere(host, listening)
            ):
                yield on_host(host, listening.source)


def group(matcher: HostGroup, lookup: Lookup) -> Iterator[Sighting]:
    """Find hosts that joined one of the groups on an interface that reaches a segment."""
    for joined_group, members in lookup.joined.items():
        if is_wanted(joined_group, matcher.groups, matcher.but):
            for host, joined in members:
                segments = lookup.below(host, joined.interface)
                if segments:
                    yield Sighting(
                        anchor=host.name,
                        host=host.name,
                        segments=segments,
                        labels=shared(matcher.together, joined_group, segments),
                        facts=frozenset({("groups", str(joined_group))}),
                        source=joined.source,
                    )


def sysctl(matcher: HostSysctl, lookup: Lookup) -> Iterator[Sighting]:
    """Find kernel settings by key and value."""
    for key, places in lookup.settings.items():
        if fnmatchcase(key, matcher.key):
            for host, setting in places:
                if re.search(matcher.pattern, setting.value):
                    yield on_host(host, setting.source)


def package(matcher: HostPackage, lookup: Lookup) -> Iterator[Sighting]:
    """Find packages older than a version, Debian's epoch left aside."""
    for host in lookup.network.hosts:
        for installed in host.packages:
            if installed.name == matcher.package and numbers(installed.version) < numbers(matcher.below):
                yield on_host(host, installed.source)


def ethertype(matcher: HostEtherType, lookup: Lookup) -> Iterator[Sighting]:
    """Find packet sockets and kernel handlers of an EtherType."""
    wanted = {ethertype.removeprefix("0x") for ethertype in matcher.ethertypes}
    for path, column in (_PACKET_SOCKETS, _HANDLERS):
        for host, text in lookup.files((path,)):
            for number, line in enumerate(text.text.splitlines(), start=1):
                words = line.split()
                if len(words) > column and words[column].lower() in wanted:
                    facts = frozenset({("ethertypes", f"0x{words[column].lower()}")})
                    yield on_line(host, text, number, facts)


def _groups_named(matcher: HostFile, lookup: Lookup, host: Host, text: str) -> list[tuple[str, str]]:
    """List the groups the host is in and the file names, where that says whether the file is in use."""
    groups = [str(group) for group in lookup.groups_of(host.name)] if matcher.joined else []
    return [("group", g) for g in groups if re.search(rf"(?<![\d.]){re.escape(g)}(?![\d.])", text)]


def _labels(values: Iterable[tuple[str, str | None]], host: Host) -> frozenset[str]:
    places = [f" {segment}" for segment in segments_of(host)] or [""]
    return frozenset(f"{name} {value}{place}" for name, value in values if value for place in places)


def _bound_elsewhere(host: Host, listening: Socket) -> bool:
    """Tell whether a socket is bound, by interface or by address, to something that reaches no segment."""
    address, _, interface = listening.address.strip("[]").partition("%")
    if interface:
        return not any(a.interface == InterfaceName(interface) and a.segment for a in host.addresses)
    if address in ("*", "", "0.0.0.0", "::"):  # noqa: S104 -- compared, not bound to
        return not segments_of(host)
    return not any(str(a.address.ip) == address and a.segment for a in host.addresses)
