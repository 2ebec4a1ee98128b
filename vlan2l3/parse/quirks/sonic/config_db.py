"""Read CONFIG_DB of SONiC as JSON: what the switch is told to do.

Comes in: the answer of `show runningconfiguration all` or of a dump of the database. Goes out: the file
whole, and records of the tables that bear on layer 2 and on addresses. A row of them that is not understood
is reported; other tables are left to the whole text, which is kept. Three forms hold the same rows: a table
of keys, `TABLE|key` at the top, and a dump of redis, whose rows stand below `value` and mark lists with `@`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface
from typing import Any

from vlan2l3 import names
from vlan2l3.parse import config, tables
from vlan2l3.parse.quirks.sonic.join import memberships
from vlan2l3.parse.quirks.sonic.rows import interface, sort_of
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    DhcpRelay,
    Facts,
    FileText,
    Gateway,
    LagMember,
    MlagDomain,
    MlagPort,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    Source,
    Switchport,
    Vlan,
    Vni,
)

Fields = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, Fields]]
_FAMILIES = {"L3V6": "ipv6", "MIRRORV6": "ipv6", "L3": "ipv4", "MIRROR": "ipv4"}
_MODES = {"routed": True, "trunk": False, "access": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Hold one row: its key cut at `|`, its fields, and all tables for what another row says."""

    source: Source
    key: tuple[str, ...]
    fields: Fields
    tables: Tables

    def text(self, name: str) -> str:
        """Give a field's text; empty where it is missing."""
        return str(self.fields.get(name, ""))

    def several(self, *fields: str) -> tuple[str, ...]:
        """Give the items of the first field there is, a list in JSON and a text with commas in redis."""
        for name in fields:
            found = self.fields.get(name, self.fields.get(f"{name}@"))
            if found:
                parts = found if isinstance(found, list) else str(found).split(",")
                return tuple(str(part).strip() for part in parts)
        return ()

    def other(self, table: str, key: str) -> Fields:
        """Give a row of another table."""
        return self.tables.get(table, {}).get(key, {})


def config_db(raw: Raw) -> Rows:
    """Read every row of the tables that are known, and keep the text."""
    found = _tables(json.loads(raw.text))
    records: list[Record] = [FileText(source=raw.at(1), path=config.PATH, text=raw.text)]
    unparsed: list[Unparsed] = []
    expected = 1
    for table, make in _MAKERS.items():
        for key, fields in found.get(table, {}).items():
            expected += 1
            pointer = _pointer(raw, table, key)
            source = raw.at(pointer=pointer)
            entry = _Entry(source=source, key=tuple(key.split("|")), fields=fields, tables=found)
            try:
                records.extend(make(entry))
            except tables.MISFITS as error:
                reason = tables.reason(error)
                unparsed.append(raw.unparsed(f"{table}|{key}", reason, pointer=pointer))
    carried, clashes = memberships(records)
    unparsed += [raw.unparsed(port, reason, line=1) for port, reason in clashes]
    expected += len(clashes)
    return Rows(records=carried, unparsed=tuple(unparsed), expected=expected, parsed=expected - len(unparsed))


def _pointer(raw: Raw, table: str, key: str) -> str:
    """Point at a row the way the answer nests it; a `/` in a key is not a level."""
    nested = f'"{table}"' in raw.text
    steps = (table, key) if nested else (f"{table}|{key}",)
    return "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)


def _tables(data: Any) -> Tables:
    """Bring the three forms to one.

    Raises:
        ValueError: when the answer is none of them.
    """
    if not isinstance(data, dict):
        raise ValueError("not the form of CONFIG_DB")  # noqa: TRY004  a device's answer, not a caller's mistake
    found: dict[str, dict[str, Fields]] = {}
    for name, value in data.items():
        table, _, key = name.partition("|")
        if key and isinstance(value, dict):
            inner = value.get("value")
            found.setdefault(table, {})[key] = inner if isinstance(inner, dict) else value
        elif isinstance(value, dict):
            rows = {k: v for k, v in value.items() if isinstance(v, dict)}
            found.setdefault(table, {}).update(rows)
    if not found.keys() & {"DEVICE_METADATA", *_MAKERS}:
        raise ValueError("no table of CONFIG_DB is known")
    return found


def _metadata(entry: _Entry) -> Iterator[Record]:
    if entry.key == ("localhost",):
        address = entry.text("mac")
        yield Facts(
            source=entry.source,
            hostname=entry.text("hostname"),
            model=entry.text("hwsku"),
            macs=(names.mac(address),) if address else (),
        )


def _port(entry: _Entry) -> Iterator[Record]:
    (key,) = entry.key
    name = interface(key)
    mtu, admin = entry.text("mtu"), entry.text("admin_status")
    yield Port(
        source=entry.source,
        name=name,
        sort=sort_of(name),
        enabled=admin == "up" if admin else None,
        mtu=int(mtu) if mtu else None,
        description=entry.text("description"),
        routed=_MODES.get(entry.text("mode")),
    )


def _vlan(entry: _Entry) -> Iterator[Record]:
    (key,) = entry.key
    number = names.vlan_id(entry.text("vlanid") or key.removeprefix("Vlan"))
    members = [k.partition("|")[2] for k in entry.tables.get("VLAN_MEMBER", {}) if k.startswith(f"{key}|")]
    yield Vlan(
        source=entry.source,
        vlan=number,
        name=entry.text("description"),
        active=entry.text("admin_status") != "down",
        ports=tuple(interface(member) for member in members),
    )
    servers = entry.several("dhcp_servers") + entry.several("dhcpv6_servers")
    if servers:
        yield _relay(entry, key, servers)


def _relay(entry: _Entry, svi: str, servers: tuple[str, ...]) -> DhcpRelay:
    addresses = tuple(ip_address(server) for server in servers)
    return DhcpRelay(source=entry.source, interface=interface(svi), servers=addresses)


def _relayed(entry: _Entry) -> Iterator[Record]:
    (key,) = entry.key
    servers = entry.several("dhcpv4_servers") + entry.several("dhcpv6_servers")
    if servers and key.startswith("Vlan"):
        yield _relay(entry, key, servers)


def _member(entry: _Entry) -> Iterator[Record]:
    vlan, port = entry.key
    number, mode = names.vlan_id(vlan.removeprefix("Vlan")), entry.text("tagging_mode")
    if mode not in ("tagged", "untagged"):
        raise ValueError(f"{mode!r} is neither tagged nor untagged")
    tagged = mode == "tagged"
    yield Switchport(
        source=entry.source,
        interface=interface(port),
        mode="trunk" if tagged else "access",
        untagged=None if tagged else number,
        tagged=frozenset({number}) if tagged else frozenset(),
    )


def _lag_member(entry: _Entry) -> Iterator[Record]:
    lag, port = entry.key
    static = str(entry.other("PORTCHANNEL", lag).get("static", "false")).lower()
    yield LagMember(
        source=entry.source,
        lag=interface(lag),
        interface=interface(port),
        active=False,
        lacp=static != "true",
    )


def _interface(entry: _Entry) -> Iterator[Record]:
    """Read a row of an interface table: the key is the interface, or the interface and one address."""
    if len(entry.key) > 1:
        yield from _address(entry)
        return
    name = interface(entry.key[0])
    parent, dot, number = name.partition(".")
    admin = entry.text("admin_status")
    if dot:
        yield Port(
            source=entry.source,
            name=name,
            sort="vlan",
            enabled=admin == "up" if admin else None,
            parent=interface(parent),
            vlan=names.vlan_id(entry.text("vlan") or number),
        )
    elif name.startswith("Vlan"):
        vlan = names.vlan_id(name.removeprefix("Vlan"))
        yield Port(source=entry.source, name=name, sort="svi", vlan=vlan, routed=True)


def _address(entry: _Entry) -> Iterator[Record]:
    """Read one address; the VRF and whether it is shared stand in the interface's own row."""
    key, text = entry.key
    name, address = interface(key), ip_interface(text)
    own = next((rows[key] for t, rows in entry.tables.items() if t in _INTERFACES and key in rows), {})
    yield PortAddress(
        source=entry.source,
        interface=name,
        address=address,
        vrf=str(own.get("vrf_name") or "default"),
        secondary=entry.text("secondary").lower() == "true",
    )
    shared = str(own.get("static_anycast_gateway", "")).lower() == "true"
    if shared and name.startswith("Vlan"):
        common = entry.other("SAG", "GLOBAL").get("gateway_mac")
        yield Gateway(
            source=entry.source,
            interface=name,
            protocol="anycast",
            addresses=(address.ip,),
            mac=names.mac(common) if common else None,
        )


def _acl_table(entry: _Entry) -> Iterator[Record]:
    (key,) = entry.key
    kind = entry.text("type").upper()
    if kind == "CTRLPLANE":
        return
    direction = {"": "in", "ingress": "in", "egress": "out"}[entry.text("stage").lower()]
    for port in entry.several("ports"):
        yield AclBinding(source=entry.source, interface=interface(port), acl=key, direction=direction)
    rules = [
        (-int(rule.get("PRIORITY", 0)), name.partition("|")[2], rule)
        for name, rule in entry.tables.get("ACL_RULE", {}).items()
        if name.startswith(f"{key}|")
    ]
    entries = tuple(_rule(rule) for _, _, rule in sorted(rules, key=lambda found: found[:2]))
    yield Acl(source=entry.source, name=key, family=_FAMILIES.get(kind, ""), entries=entries)


def _rule(rule: Fields) -> str:
    """Write a rule in one line, its priority and its action first."""
    matched = sorted(name for name in rule if name not in ("PRIORITY", "PACKET_ACTION"))
    action = rule.get("PACKET_ACTION", "")
    return " ".join(filter(None, (str(rule.get("PRIORITY", "")), str(action), *_pairs(rule, matched))))


def _pairs(rule: Fields, matched: list[str]) -> Iterator[str]:
    for name in matched:
        yield f"{name}: {rule[name]}"


def _tunnel(entry: _Entry) -> Iterator[Record]:
    far = entry.text("dst_ip")
    if far:
        yield OverlayPeer(source=entry.source, address=ip_address(far))


def _tunnel_map(entry: _Entry) -> Iterator[Record]:
    number = names.vlan_id(entry.text("vlan").removeprefix("Vlan"))
    yield Vni(source=entry.source, vlan=number, vni=int(entry.fields["vni"]))


def _mclag(entry: _Entry) -> Iterator[Record]:
    (domain,) = entry.key
    system = entry.text("mclag_system_id")
    yield MlagDomain(
        source=entry.source,
        domain=domain,
        active=False,  # what is configured is not known to work
        role="",
        peer_link=interface(entry.text("peer_link")),
        peer_address=ip_address(entry.text("peer_ip")),
        system=names.mac(system) if system else None,
    )


def _mclag_port(entry: _Entry) -> Iterator[Record]:
    _, lag = entry.key
    name = interface(lag)
    yield MlagPort(source=entry.source, number=name, interface=name, state="")


def _vrrp(entry: _Entry) -> Iterator[Record]:
    svi, group = entry.key
    yield config.vrrp(entry.source, interface(svi), int(group), entry.several("vip"))


_INTERFACES = (
    "INTERFACE",
    "VLAN_INTERFACE",
    "PORTCHANNEL_INTERFACE",
    "LOOPBACK_INTERFACE",
    "MGMT_INTERFACE",
    "VLAN_SUB_INTERFACE",
)
_MAKERS: Mapping[str, Callable[[_Entry], Iterator[Record]]] = {
    "DEVICE_METADATA": _metadata,
    "PORT": _port,
    "PORTCHANNEL": _port,
    "MGMT_PORT": _port,
    "PORTCHANNEL_MEMBER": _lag_member,
    "VLAN": _vlan,
    "VLAN_MEMBER": _member,
    **dict.fromkeys(_INTERFACES, _interface),
    "ACL_TABLE": _acl_table,
    "DHCP_RELAY": _relayed,
    "DHCPV4_RELAY": _relayed,
    "VXLAN_TUNNEL": _tunnel,
    "VXLAN_TUNNEL_MAP": _tunnel_map,
    "MCLAG_DOMAIN": _mclag,
    "MCLAG_INTERFACE": _mclag_port,
    "VRRP": _vrrp,
    "VRRP6": _vrrp,
}
