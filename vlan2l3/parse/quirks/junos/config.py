"""Read the configuration of Junos.

Comes in: the text, as `set` lines or with braces. Goes out: the file whole, and what bears on layer 2 and
its gateways: bridged ports, LAGs, addresses, shared gateways, filters, relays, VRFs. A statement that bears
on it and is not understood is reported, and so is a group whose content would have to be inherited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vlan2l3.parse import config
from vlan2l3.parse.quirks.junos import config_layer3, config_vlans, port
from vlan2l3.parse.quirks.junos.config_ports import Ports, ports
from vlan2l3.parse.quirks.junos.rows import NO_TABLE
from vlan2l3.parse.quirks.junos.statements import Statement, statements
from vlan2l3.parse.quirks.junos.told import MstiVlans, VrfMember
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Acl, Facts, FileText, Record

Maker = Callable[[Raw, tuple[Statement, ...], list[Unparsed]], Iterator[Record]]

_BEARING = frozenset({
    "interfaces", "vlans", "bridge-domains", "routing-instances", "forwarding-options", "switch-options",
    "ethernet-switching-options",
    "protocols", "firewall", "multi-chassis",
})  # fmt: skip
_FAMILIES = {"inet": "ipv4", "inet6": "ipv6"}


def configuration(raw: Raw) -> Rows:
    """Read a configuration; rows are its statements that bear on what is read here, and the file."""
    found, lost = statements(raw)
    records: list[Record] = [FileText(source=raw.at(1), path=config.PATH, text=raw.text)]
    makers: tuple[Maker, ...] = (
        _hostname, _port_records, config_vlans.records, config_layer3.addresses, config_layer3.relays,
        _routing_instances, _mst, _filters, _groups,
    )  # fmt: skip
    for make in makers:
        records += make(raw, found, lost)
    expected = 1 + sum(1 for statement in found if statement.words[0] in _BEARING)
    return Rows(
        records=tuple(records),
        unparsed=tuple(lost),
        expected=max(expected, len(lost)),
        parsed=max(expected, len(lost)) - len(lost),
    )


def _hostname(raw: Raw, found: tuple[Statement, ...], _lost: list[Unparsed]) -> Iterator[Record]:
    for statement in found:
        name = statement.below("system", "host-name")
        if name:
            yield Facts(source=raw.at(statement.line), hostname=name[0])


def _port_records(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    known: Ports = ports(found)
    yield from known.records(raw, lost)


def _routing_instances(raw: Raw, found: tuple[Statement, ...], _lost: list[Unparsed]) -> Iterator[Record]:
    bridging = {
        statement.words[1]
        for statement in found
        if (kind := statement.below("routing-instances", "*", "instance-type")) and kind[0] in NO_TABLE
    }
    for statement in found:
        member = statement.below("routing-instances", "*", "interface")
        if member and statement.words[1] not in bridging:
            yield VrfMember(
                source=raw.at(statement.line), interface=port.interface(member[0]), vrf=statement.words[1]
            )


def _mst(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    """Read which VLANs an instance of MSTP has."""
    for statement in found:
        told = statement.below("protocols", "mstp", "msti", "*", "vlan")
        if not told:
            continue
        try:
            vlans = config_vlans.ids(told[0], config_vlans.named(found))
        except ValueError as error:
            lost.append(raw.unparsed(" ".join(statement.words), str(error), line=statement.line))
        else:
            yield MstiVlans(source=raw.at(statement.line), instance=statement.words[3], vlans=vlans)


def _filters(raw: Raw, found: tuple[Statement, ...], _lost: list[Unparsed]) -> Iterator[Record]:
    """Read the filters: an entry is what follows the filter's name, in the order of the text."""
    entries: dict[tuple[str, str], list[str]] = {}
    lines: dict[tuple[str, str], int] = {}
    for statement in found:
        rest = statement.below("firewall", "family", "*", "filter", "*")
        key = (_FAMILIES.get(statement.words[2], "mac"), statement.words[4]) if rest is not None else None
        if rest is None:
            rest = statement.below("firewall", "filter", "*")
            key = ("ipv4", statement.words[2]) if rest is not None else None
        if key and rest is not None:
            lines.setdefault(key, statement.line)
            entries.setdefault(key, []).append(" ".join(rest))
    for (family, name), told in entries.items():
        source = raw.at(lines[family, name])
        yield Acl(source=source, name=name, family=family, entries=tuple(entry for entry in told if entry))


def _groups(raw: Raw, found: tuple[Statement, ...], lost: list[Unparsed]) -> Iterator[Record]:
    """Report a group that holds more than is read here: without inheritance its content is missing."""
    bearing = {s.words[1] for s in found if (rest := s.below("groups", "*")) and rest[0] in _BEARING}
    for statement in found:
        words = statement.words
        if words[0] != "groups" and "apply-groups" in words[:-1] and words[-1] in bearing:
            reason = f"group {words[-1]} is not inherited: ask for `| display inheritance`"
            lost.append(raw.unparsed(" ".join(words), reason, line=statement.line))
    yield from ()
