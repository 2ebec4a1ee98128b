"""Read the configuration files of a Cumulus switch, and what identifies it.

Comes in: `/etc/network/interfaces`, and the same from `ifquery -a -o json`; `/etc/default/isc-dhcp-relay*`;
`os-release`, `lsb-release`, `hostnamectl` and `decode-syseeprom`. Goes out: the file itself, `Gateway`s of
VRR, `MlagPort`s, `DhcpRelay`s and `Facts`.
Left out on purpose: all other settings, for the kernel's answers say what is in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_interface
from itertools import pairwise

import msgspec

from vlan2l3.names import device_name, interface_name, mac
from vlan2l3.parse import config
from vlan2l3.parse.quirks.linux import host
from vlan2l3.parse.quirks.linux.rows import Ledger, excerpt, json_list, lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import DhcpRelay, Facts, FileText, Gateway, MlagPort, Record, Source

_SETTING = re.compile(r"\s*(?P<key>address-virtual|clag-id)\s+(?P<value>\S.*)")
_RELEASE = re.compile(r'(?:VERSION_ID|DISTRIB_RELEASE)="?(?P<version>[0-9][0-9.]*)"?')
_CPE = re.compile(r"\s*CPE OS Name: cpe:/o:cumulusnetworks:cumulus_linux:(?P<version>\S+)")
_SYSTEM = re.compile(r"\s*Operating System: Cumulus Linux (?P<version>[0-9]\S*)")
_TLV = re.compile(r"(?P<name>[A-Z][A-Za-z0-9 -]+?)\s+0x[0-9A-F]{2}\s+[0-9]+ (?P<value>.+)")
_RELAY = re.compile(
    r"""\s*(?P<key>SERVERS|INTF_CMD|INTERFACES|OPTIONS)=(?P<quote>["']?)(?P<value>[^"']*)(?P=quote)\s*"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """Hold one line of an interface's stanza."""

    interface: str
    key: str
    value: str
    source: Source


def read_interfaces(raw: Raw) -> Rows:
    """Keep `/etc/network/interfaces`, and read what no answer of the kernel says of an MLAG."""
    ledger = Ledger(raw=raw)
    path = raw.command.split()[-1]
    ledger.accept([FileText(path=path, text=raw.text, source=raw.at(1))])
    name, expected = "", 1
    for at, line in lines(raw.text):
        words = line.split()
        if words[0] in ("iface", "auto", "source", "allow-hotplug"):
            name = words[1] if words[0] == "iface" and len(words) > 1 else ""
        elif match := _SETTING.fullmatch(line):
            expected += 1
            setting = _Setting(interface=name, key=match["key"], value=match["value"], source=raw.at(at))
            try:
                ledger.accept(_configured(setting))
            except ValueError as error:
                ledger.refuse(line, str(error), line=at)
    return ledger.close(expected)


def read_configuration(raw: Raw) -> Rows:
    """Keep what `nv config show` and `net show configuration` print, as a switch's running configuration."""
    kept = FileText(path=config.PATH, text=raw.text, source=raw.at(1))
    return Rows(records=(kept,), expected=1, parsed=1)


class _Stanza(msgspec.Struct):
    name: str
    config: dict[str, str | list[str]] = {}


def read_ifquery(raw: Raw) -> Rows:
    """Read `ifquery -a -o json`: a setting that stands in several lines is a list."""
    ledger = Ledger(raw=raw)
    items = json_list(ledger)
    for pointer, item in items:
        try:
            stanza = msgspec.convert(item, _Stanza)
            ledger.accept(r for s in _settings(stanza, raw.at(pointer=pointer)) for r in _configured(s))
        except ValueError as error:
            ledger.refuse(excerpt(item), str(error), pointer=pointer)
    return ledger.close(len(items) + (not items and bool(ledger.unparsed)))


def _settings(stanza: _Stanza, source: Source) -> Iterator[_Setting]:
    for key, given in stanza.config.items():
        for value in given if isinstance(given, list) else [given]:
            if key in ("address-virtual", "clag-id"):
                yield _Setting(interface=stanza.name, key=key, value=value, source=source)


def _configured(setting: _Setting) -> Iterable[Record]:
    """Make the record of one setting.

    The address of the link layer stands first; newer versions may write `none` and choose one.
    """
    interface = interface_name(setting.interface)
    if setting.key == "clag-id":
        number = setting.value.strip()
        if not number.isdigit():
            raise ValueError(f"{number!r} is not an MLAG id")
        return (
            [MlagPort(number=number, interface=interface, state="", source=setting.source)]
            if int(number)
            else []
        )
    first, *rest = setting.value.split()
    addresses = tuple(ip_interface(text).ip for text in rest)
    if not addresses:
        return []
    virtual = None if first == "none" else mac(first)
    return [
        Gateway(
            interface=interface, protocol="anycast", addresses=addresses, mac=virtual, source=setting.source
        )
    ]


def read_relay(raw: Raw) -> Rows:
    """Read `/etc/default/isc-dhcp-relay*`; other files of that folder are kept as they are.

    `-i`, `-id` and (IPv6) `-l` name the interfaces that requests come in by, `-iu` those that lead to the
    servers. An IPv6 server stands behind `-u`, with the interface to it behind `%`.
    """
    ledger = Ledger(raw=raw)
    path = raw.command.split()[-1]
    ledger.accept([FileText(path=path, text=raw.text, source=raw.at(1))])
    if "isc-dhcp-relay" not in path:
        return ledger.close(1)
    said: dict[str, tuple[int, str]] = {}
    for at, line in lines(raw.text):
        if line.lstrip().startswith("#"):
            continue
        if match := _RELAY.fullmatch(line):
            said[match["key"]] = (at, match["value"])
        else:
            ledger.refuse(line, "not a setting of the DHCP relay", line=at)
    expected = 1 + len(said) + len(ledger.unparsed)
    ledger.accept((), rows=len(said) - bool(said))
    at, servers = said.get("SERVERS", (1, ""))
    try:
        ledger.accept(_relays(raw.at(at), servers, said), rows=bool(said))
    except ValueError as error:
        ledger.refuse(servers, str(error), line=at)
    return ledger.close(expected)


def _relays(source: Source, servers: str, said: dict[str, tuple[int, str]]) -> Iterator[Record]:
    addresses = tuple(ip_address(word.partition("%")[0]) for word in servers.split() if word != "-u")
    words = [word for key in ("INTF_CMD", "OPTIONS") for word in said.get(key, (0, ""))[1].split()]
    named = [name for option, name in pairwise(words) if option in ("-i", "-id", "-l")]
    named += said.get("INTERFACES", (0, ""))[1].split()
    for name in dict.fromkeys(word.partition("%")[0] for word in named) if addresses else ():
        yield DhcpRelay(interface=interface_name(name), servers=addresses, source=source)


def read_release(raw: Raw) -> Rows:
    """Read the version out of `os-release` or `lsb-release`."""
    found = ((at, _RELEASE.fullmatch(line.strip())) for at, line in lines(raw.text))
    records = [Facts(version=match["version"], source=raw.at(at)) for at, match in found if match]
    return Rows(records=tuple(records[:1]), expected=1, parsed=1) if records else _no_version(raw)


def read_hostnamectl(raw: Raw) -> Rows:
    """Read the name and the version out of `hostnamectl`."""
    named = host.read_hostnamectl(raw)
    found = [
        Facts(version=match["version"], source=raw.at(at))
        for at, line in lines(raw.text)
        if (match := _CPE.fullmatch(line) or _SYSTEM.fullmatch(line))
    ]
    return replace(named, records=(*named.records, *found[:1]))


def _no_version(raw: Raw) -> Rows:
    lost = raw.unparsed(raw.text[:200], "no line gives the version of Cumulus Linux", line=1)
    return Rows(records=(), unparsed=(lost,), expected=1)


def read_eeprom(raw: Raw) -> Rows:
    """Read the model, the serial number and the base address out of `decode-syseeprom`."""
    found = {
        m["name"]: m["value"].strip() for _, line in lines(raw.text) if (m := _TLV.fullmatch(line.strip()))
    }
    base = found.get("Base MAC Address", "")
    try:
        fact = Facts(
            model=found.get("Product Name", ""),
            serial=found.get("Serial Number", ""),
            macs=(mac(base),) if base else (),
            source=raw.at(1),
        )
    except ValueError as error:
        return Rows(records=(), unparsed=(raw.unparsed(base, str(error), line=1),), expected=1)
    if not found:
        return Rows(
            records=(), unparsed=(raw.unparsed(raw.text[:200], "no field of an EEPROM", line=1),), expected=1
        )
    return Rows(records=(fact,), expected=1, parsed=1)


def read_hostname(raw: Raw) -> Rows:
    """Read what `hostname` prints."""
    ledger = Ledger(raw=raw)
    written = list(lines(raw.text))
    for at, line in written:
        try:
            ledger.accept([Facts(hostname=device_name(line.strip()), source=raw.at(at))])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(len(written))
