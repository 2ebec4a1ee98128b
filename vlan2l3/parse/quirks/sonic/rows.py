"""Make records of the rows of SONiC's tables.

Comes in: one row, its cells by the headings in lower case. Goes out: records. The headings are those of
images from 2019 to 2025; a heading that only some of them have may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.sonic.tabulate import lines
from vlan2l3.parse.records import (
    Acl,
    AclBinding,
    Capacity,
    DhcpRelay,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    Neighbor,
    OverlayPeer,
    Port,
    PortAddress,
    Record,
    Switchport,
    Vlan,
    Vni,
)
from vlan2l3.parse.row import Row

_SORTS = (
    ("Ethernet", "physical"),
    ("PortChannel", "lag"),
    ("Vlan", "svi"),
    ("Loopback", "loopback"),
    ("eth", "management"),
)
_SUB = re.compile(r"(?P<short>Eth|Po)(?P<number>\d+\.\d+)")
_LONG = {"Eth": "Ethernet", "Po": "PortChannel"}
_INSIDE = frozenset({"lo", "docker0"})
_MEMBER = re.compile(r"(?P<name>[^\s()]+)\((?P<state>[SD])\*?\)")
_TABLES = {
    "fdb_entry": "mac",
    "ipv4_neighbor": "arp",
    "ipv6_neighbor": "nd",
    "ipv4_route": "lpm-ipv4",
    "ipv6_route": "lpm-ipv6",
    "nexthop_group": "ecmp-groups",
}
_ORIGINS = {"dynamic": "learned", "static": "static"}
_STAGES = {"ingress": "in", "egress": "out"}


def interface(text: str) -> InterfaceName:
    """Give an interface its full name; only sub-interfaces have a short one, and `eth0` is no `Ethernet0`."""
    short = _SUB.fullmatch(text.strip())
    written = f"{_LONG[short['short']]}{short['number']}" if short else text
    return convert.interface("sonic", written)


def sort_of(name: str) -> str:
    """Tell what sort of port a name stands for; a sub-interface is a `vlan`."""
    if "." in name:
        return "vlan"
    return next((sort for prefix, sort in _SORTS if name.startswith(prefix)), "other")


def mac(row: Row) -> Iterator[Record]:
    """Read a row of `show mac`."""
    kind = row.text("type").lower()
    if kind not in _ORIGINS:
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    yield MacEntry(
        source=row.source,
        vlan=names.vlan_id(row.must("vlan")),
        mac=names.mac(row.must("macaddress")),
        interface=interface(row.must("port")),
        origin=_ORIGINS[kind],
    )


def neighbor(row: Row) -> Iterator[Record]:
    """Read a row of `show arp` or `show ndp`: with a VLAN, the interface is the port behind the SVI."""
    number, port = row.text("vlan"), row.text("iface")
    state = row.text("status").lower()
    hardware = row.text("macaddress")
    known = state not in ("failed", "incomplete")
    routed = interface(f"Vlan{names.vlan_id(number)}" if number not in ("", "-") else port)
    behind = interface(port) if port not in ("", "-") else None
    yield Neighbor(
        source=row.source,
        address=ip_address(row.must("address").partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=routed,
        port=behind if behind != routed else None,
        state=state,
    )


def port(row: Row) -> Iterator[Record]:
    """Read a row of `show interfaces status`; the VLAN column names a LAG, or says how the port is used."""
    name = interface(row.must("interface"))
    usage, mtu = row.text("vlan"), row.text("mtu")
    yield Port(
        source=row.source,
        name=name,
        sort=sort_of(name),
        enabled=_is_up(row.text("admin")),
        up=_is_up(row.text("oper")),
        mtu=int(mtu) if mtu.isdigit() else None,
        master=interface(usage) if usage.startswith("PortChannel") else None,
        routed=_routed(usage),
    )


def _is_up(text: str) -> bool | None:
    return {"up": True, "down": False}.get(text.lower())


def _routed(mode: str) -> bool | None:
    return {"routed": True, "trunk": False, "access": False}.get(mode.lower())


def usage(row: Row) -> Iterator[Record]:
    """Read a row of `show interfaces switchport status`, which names no VLAN."""
    name, mode = interface(row.must("interface")), row.text("mode")
    if _routed(mode) is None:
        raise ValueError(f"the mode {mode!r} is not known")
    yield Port(source=row.source, name=name, sort=sort_of(name), routed=_routed(mode))


def sub_interface(row: Row) -> Iterator[Record]:
    """Read a row of `show subinterfaces status`."""
    name = interface(row.must("sub port interface"))
    yield Port(
        source=row.source,
        name=name,
        sort="vlan",
        enabled=_is_up(row.text("admin")),
        mtu=int(row.must("mtu")),
        parent=interface(name.partition(".")[0]),
        vlan=names.vlan_id(row.must("vlan")),
    )


def switchport(row: Row) -> Iterator[Record]:
    """Read a row of `show interfaces switchport config`; a routed port bridges nothing."""
    name, mode = interface(row.must("interface")), row.text("mode").lower()
    if mode == "routed":
        return
    if mode not in ("access", "trunk"):
        raise ValueError(f"the mode {mode!r} is not known")
    untagged = row.text("untagged")
    tagged = ",".join(lines(row, "tagged")).replace(" ", "")
    yield Switchport(
        source=row.source,
        interface=name,
        mode=mode,
        untagged=names.vlan_id(untagged) if untagged else None,
        tagged=names.vlan_ranges(tagged),
    )


def member(row: Row) -> Iterator[Record]:
    """Read a row of `show vlan config`: a VLAN without a member has one row too."""
    vlan, port = names.vlan_id(row.must("vid")), row.text("member")
    name = row.text("name")
    yield Vlan(source=row.source, vlan=vlan, name="" if name == f"Vlan{vlan}" else name)
    if port:
        yield membership(row, vlan, port, row.text("mode"))


def membership(row: Row, vlan: names.VlanId, port: str, mode: str) -> Switchport:
    """Say that one port carries one VLAN."""
    if mode not in ("tagged", "untagged"):
        raise ValueError(f"{mode!r} is neither tagged nor untagged")
    tagged = mode == "tagged"
    return Switchport(
        source=row.source,
        interface=interface(port),
        mode="trunk" if tagged else "access",
        untagged=None if tagged else vlan,
        tagged=frozenset({vlan}) if tagged else frozenset(),
    )


def vlan(row: Row) -> Iterator[Record]:
    """Read a row of `show vlan brief`, whose cells hold a line for each address, port and server."""
    number = names.vlan_id(row.must("vlan id"))
    svi = interface(f"Vlan{number}")
    ports, modes = list(lines(row, "ports")), list(lines(row, "port tagging"))
    if len(ports) != len(modes):
        raise ValueError(f"{len(ports)} ports, {len(modes)} ways of tagging")
    yield Vlan(source=row.source, vlan=number, ports=tuple(map(interface, ports)))
    for each, mode in zip(ports, modes, strict=True):
        yield membership(row, number, each, mode)
    addresses = [ip_interface(text) for text in lines(row, "ip address")]
    for address in addresses:
        yield PortAddress(source=row.source, interface=svi, address=address)
    servers = tuple(ip_address(text) for text in lines(row, "dhcp helper address") if text != "N/A")
    if servers:
        yield DhcpRelay(source=row.source, interface=svi, servers=servers)
    if row.text("static anycast gateway") == "enabled":
        shared = tuple(address.ip for address in addresses)
        yield Gateway(source=row.source, interface=svi, protocol="anycast", addresses=shared)


def anycast(row: Row) -> Iterator[Record]:
    """Read the row of `show static-anycast-gateway`: one MAC for all the SVIs listed."""
    shared = names.mac(row.must("macaddress"))
    for svi in lines(row, "interfaces"):
        yield Gateway(
            source=row.source, interface=interface(svi), protocol="anycast", addresses=(), mac=shared
        )


def address(row: Row) -> Iterator[Record]:
    """Read a row of `show ip interfaces`; `lo` and `docker0`, which reach nobody, are left out."""
    name = interface(row.must("interface"))
    admin, _, oper = next(lines(row, "admin/oper"), "").partition("/")
    if name in _INSIDE:
        return
    svi = re.fullmatch(r"Vlan(\d+)", name)
    yield Port(
        source=row.source,
        name=name,
        sort=sort_of(name),
        enabled=_is_up(admin),
        up=_is_up(oper),
        vlan=names.vlan_id(svi[1]) if svi else None,
    )
    for text in lines(row, "ipv4 address/mask|ipv6 address/mask"):
        written, _, length = text.rpartition("/")
        yield PortAddress(
            source=row.source,
            interface=name,
            address=ip_interface(f"{written.partition('%')[0]}/{length}"),
            vrf=row.text("master|vrf") or "default",
        )


def channel(row: Row) -> Iterator[Record]:
    """Read a row of `show interfaces portchannel`; `S` is selected, `*` not yet synced with the kernel."""
    lag, written = interface(row.must("team dev")), " ".join(lines(row, "ports"))
    found = list(_MEMBER.finditer(written))
    if written not in ("", "N/A") and len(found) != len(written.split()):
        raise ValueError("the member ports are not understood")
    for each in found:
        yield LagMember(
            source=row.source,
            lag=lag,
            interface=interface(each["name"]),
            active=each["state"] == "S",
            lacp=row.text("protocol").startswith("LACP"),
        )


def lldp(row: Row) -> Iterator[Record]:
    """Read a row of `show lldp table`, which does not give the chassis."""
    yield LldpNeighbor(
        source=row.source,
        interface=interface(row.must("localport")),
        chassis="",
        system=row.text("remotedevice"),
        port=row.text("remoteportid"),
        port_description=row.text("remoteportdescr"),
    )


def relay(row: Row) -> Iterator[Record]:
    """Read a row of `show dhcp_relay ipv4 helper`."""
    servers = tuple(ip_address(text) for text in lines(row, "dhcp relay address"))
    yield DhcpRelay(source=row.source, interface=interface(row.must("interface")), servers=servers)


def acl_table(row: Row) -> Iterator[Record]:
    """Read a row of `show acl table`; a table of the control plane is bound to a service, not to a port."""
    if row.text("type").upper() == "CTRLPLANE":
        return
    for port in lines(row, "binding"):
        yield AclBinding(
            source=row.source,
            interface=interface(port),
            acl=row.must("name"),
            direction=_STAGES[(row.text("stage") or "ingress").lower()],
        )


def acl_rule(row: Row) -> Iterator[Record]:
    """Read a row of `show acl rule`; what it matches on tells its family."""
    matched = list(lines(row, "match"))
    if not matched or row.text("action") == "":
        raise ValueError("a rule without an action or a match")
    keys = " ".join(matched)
    family = "ipv6" if "IPV6" in keys else "ipv4" if re.search(r"(SRC|DST)_IP\b", keys) else ""
    entry = " ".join((row.text("priority"), row.text("action"), *matched))
    yield Acl(source=row.source, name=row.must("table"), family=family, entries=(entry,))


def tunnel(row: Row) -> Iterator[Record]:
    """Read a row of `show vxlan tunnel`: `1234 -> 100`, and `1234 -> Vlan100` on later images."""
    for text in lines(row, "tunnel map mapping(vni -> vlan)"):
        number, _, stretched = text.partition(" -> ")
        vlan_number = names.vlan_id(stretched.removeprefix("Vlan"))
        yield Vni(source=row.source, vlan=vlan_number, vni=int(number))
    for text in lines(row, "destination ip"):
        yield OverlayPeer(source=row.source, address=ip_address(text))


def vni(row: Row) -> Iterator[Record]:
    """Read a row of `show vxlan vlanvnimap`."""
    number = names.vlan_id(row.must("vlan").removeprefix("Vlan"))
    yield Vni(source=row.source, vlan=number, vni=int(row.must("vni")))


def peer(row: Row) -> Iterator[Record]:
    """Read a row of `show vxlan remotevtep`."""
    yield OverlayPeer(source=row.source, address=ip_address(row.must("dip")))


def resource(row: Row) -> Iterator[Record]:
    """Read a row of `crm show resources all`; ACL resources are told apart by stage, port or table."""
    name = row.must("resource name")
    where = [row.text(column) for column in ("stage", "bind point", "table id")]
    used, free = int(row.must("used count")), int(row.must("available count"))
    table = " ".join((_TABLES.get(name, name), *filter(None, where)))
    yield Capacity(source=row.source, table=table, used=used, limit=used + free)
