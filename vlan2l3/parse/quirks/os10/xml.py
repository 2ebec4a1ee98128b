"""Read the XML that OS10 prints behind `| display-xml`.

Comes in: one or several documents one after the other, as `show interface` prints one an interface, with the
prompt behind them. Goes out: records; a row is an element. A document with a type declaration is refused
before it is parsed: OS10 sends none, and entities are what makes XML from a stranger dangerous. Elements that
no reader asks for are left out; an answer in which a reader finds none of its rows is reported.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_interface
from xml.etree import ElementTree as ET

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import convert, tables
from vlan2l3.parse.quirks.os10.ports import sort_of
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import Facts, LldpNeighbor, MacEntry, Port, PortAddress, Record, Source, Switchport

_DOCUMENT = re.compile(r"<rpc-reply\b.*?</rpc-reply>", re.DOTALL)
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ORIGINS = {"dynamic": "learned", "static": "static"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Hold one row: an element, and the line its document starts in."""

    source: Source
    node: ET.Element

    def text(self, path: str) -> str:
        """Give the text at a path, stripped; empty where there is none."""
        return (self.node.findtext(path) or "").strip()

    def must(self, path: str) -> str:
        """Give the text at a path.

        Raises:
            KeyError: when there is none.
        """
        found = self.text(path)
        if not found:
            raise KeyError(f"{path} is missing")
        return found


Maker = Callable[[Element], Iterable[Record]]


def reader(path: str, make: Maker) -> Callable[[Raw], Rows]:
    """Make a reader of the elements at a path below each document."""

    def read(raw: Raw) -> Rows:
        documents = list(_documents(raw))
        found = [(source, node) for source, top in documents for node in top.iterfind(path)]
        if not found:
            raise ValueError(f"the answer holds no {path}")
        records: list[Record] = []
        unparsed: list[Unparsed] = []
        for source, node in found:
            try:
                records.extend(make(Element(source=source, node=node)))
            except tables.MISFITS as error:
                written = " ".join(ET.tostring(node, encoding="unicode").split())
                unparsed.append(raw.unparsed(written[:200], tables.reason(error), line=source.line))
        lost = len(unparsed)
        return Rows(
            records=tuple(records), unparsed=tuple(unparsed), expected=len(found), parsed=len(found) - lost
        )

    return read


def _documents(raw: Raw) -> Iterator[tuple[Source, ET.Element]]:
    if _DECLARATION.search(raw.text):
        raise ValueError("the XML declares a type or an entity, which OS10 never does")
    last = 0
    for match in _DOCUMENT.finditer(raw.text):
        last = match.end()
        line = raw.text.count("\n", 0, match.start()) + 1
        try:
            node = ET.fromstring(match[0])  # noqa: S314  without a declaration nothing can expand
        except ET.ParseError as error:
            raise ValueError(f"not XML: {error}") from error
        yield raw.at(line), node
    if "<" in raw.text[last:]:
        raise ValueError("the XML is cut off")


def version(row: Element) -> Iterator[Record]:
    """Read `show version`."""
    yield Facts(
        source=row.source,
        hostname=row.text("system-state/system-status/hostname"),
        model=row.text("system-sw-state/sw-version/sw-platform"),
        version=row.must("system-sw-state/sw-version/sw-version"),
    )


def node(row: Element) -> Iterator[Record]:
    """Read a switch of `show system` or `show inventory`; Dell's serial number is the service tag."""
    hardware = row.text("node-mac")
    yield Facts(
        source=row.source,
        model=row.must("mfg-info/product-name"),
        serial=row.text("mfg-info/service-tag"),
        macs=(names.mac(hardware),) if hardware else (),
    )


def port(row: Element) -> Iterator[Record]:
    """Read the state of one interface, and what it bridges and has as an address."""
    name = _name(row.must("name"))
    mtu, vlan = row.text("mtu"), re.fullmatch(r"vlan(\d+)", name)
    current, burned = _mac(row.text("current-phys-address")), _mac(row.text("phys-address"))
    mode = row.text("mode")
    yield Port(
        source=row.source,
        name=name,
        sort=sort_of(name),
        enabled=_is_up(row.text("admin-status")),
        up=_is_up(row.text("oper-status")),
        mac=current or burned,
        hardware=burned if current and burned != current else None,
        mtu=int(mtu) if mtu else None,
        description=row.text("description"),
        vlan=names.vlan_id(vlan[1]) if vlan else None,
        routed=True if vlan or mode == "MODE_L2DISABLED" else False if mode.startswith("MODE_L2") else None,
    )
    untagged = row.text("untagged-vlan")
    if mode == "MODE_L2" and untagged and row.node.find("tagged-vlan") is None:
        yield Switchport(
            source=row.source, interface=name, mode="access", untagged=names.vlan_id(_number(untagged))
        )
    yield from addresses(row)


def addresses(row: Element) -> Iterator[Record]:
    """Read the addresses of one interface's state, in `show ip interface brief` as in `show interface`."""
    name = _name(row.must("name"))
    for path in ("ipv4-info/addr", "ipv6/global-addr"):
        for node in row.node.iterfind(path):
            full = ip_interface((node.text or "").strip())
            yield PortAddress(source=row.source, interface=name, address=full)


def mac(row: Element) -> Iterator[Record]:
    """Read one row of the MAC table."""
    kind = row.must("entry-type")
    if kind not in _ORIGINS:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(_number(row.must("vlan"))),
        mac=names.mac(row.must("mac-addr")),
        interface=_name(row.must("if-name")),
        origin=_ORIGINS[kind],
    )


def lldp(row: Element) -> Iterator[Record]:
    """Read the neighbours of one interface; the identifiers are in base64, addresses as bare octets."""
    name = _name(row.must("name"))
    for info in row.node.iterfind("lldp-rem-neighbor-info/info"):
        one = Element(source=row.source, node=info)
        yield LldpNeighbor(
            source=row.source,
            interface=name,
            chassis=_identity(one, "chassis-id", "chassis-id-subtype"),
            system=one.text("rem-system-name"),
            port=_identity(one, "port-id", "port-subtype"),
            port_description=one.text("rem-port-desc"),
            system_description=one.text("rem-system-desc"),
        )


def _identity(row: Element, name: str, subtype: str) -> str:
    try:
        octets = base64.b64decode(row.must(f"rem-lldp-{name}"), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} is not base64") from error
    if row.text(f"rem-lldp-{subtype}") == "mac-address":
        return names.mac(octets.hex())
    return octets.decode("utf-8")


def _name(text: str) -> InterfaceName:
    return convert.interface("os10", text)


def _number(text: str) -> str:
    return text.removeprefix("vlan")


def _mac(text: str) -> Mac | None:
    return names.mac(text) if text else None


def _is_up(text: str) -> bool | None:
    return {"up": True, "down": False}.get(text)
