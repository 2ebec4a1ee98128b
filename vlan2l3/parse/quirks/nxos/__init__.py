"""Read what tables as data cannot express of Cisco NX-OS.

Comes in: rows and whole answers of NX-OS, as `| json native`, plain `| json` (where a table of one row is a
dict) or text. Goes out: records. A MAC's type is read from `disp_type`, where the device says it, and never
from `disp_is_static`, which 9.3 does not send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_interface

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import join
from vlan2l3.parse.quirks.nxos.config import TAG, VRF, running_config
from vlan2l3.parse.quirks.nxos.stp import detail
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import (
    Facts,
    Gateway,
    LagMember,
    LldpNeighbor,
    MacEntry,
    MlagDomain,
    MlagPort,
    Neighbor,
    Port,
    PortAddress,
    Record,
    Switchport,
    Vlan,
)
from vlan2l3.parse.row import Quirk, Row
from vlan2l3.parse.spanning_tree import spanning_tree

_SORTS = (
    ("Ethernet", "physical"),
    ("port-channel", "lag"),
    ("Vlan", "svi"),
    ("loopback", "loopback"),
    ("mgmt", "management"),
    ("nve", "tunnel"),
    ("Tunnel", "tunnel"),
)
_SELF = re.compile(r"(?i)sup-|sup_|.*\(R\)$|router|vlan\d|cpu")
_SPAN = re.compile(r"(?P<head>.*?)(?P<first>\d+)-(?P<last>\d+)")
_NOT_SENT = frozenset({"not advertised", "null", "--", "-", "none"})


def interface(row: Row) -> Iterator[Record]:
    """Read one interface of `show interface`; an SVI's keys have another prefix than a port's."""
    name = row.name(str(row.must("interface")))
    mac, burned = _mac(row, "eth_hw_addr|svi_mac"), _mac(row, "eth_bia_addr")
    admin, state = row.text("admin_state|svi_admin_state"), row.text("svi_line_proto|state")
    mode = row.text("eth_mode")
    mtu = row.text("eth_mtu|svi_mtu|loop_mtu|mtu")
    svi = re.fullmatch(r"Vlan(\d+)", name)
    parent, _, tag = name.partition(".")
    sort = "vlan" if tag else next((s for p, s in _SORTS if name.startswith(p)), "other")
    yield Port(
        source=row.source,
        name=name,
        sort=sort,
        enabled=admin == "up" if admin else None,
        up=state == "up" if state else None,
        mac=mac,
        hardware=burned if burned != mac else None,
        mtu=int(mtu) if mtu else None,
        description=row.text("desc|svi_desc|loop_desc"),
        master=_bundle(row),
        parent=row.name(parent) if tag else None,
        vlan=names.vlan_id(svi[1]) if svi else None,
        routed=True if svi or mode == "routed" else False if mode in ("access", "trunk") else None,
    )
    address, length = (
        row.text("eth_ip_addr|svi_ip_addr|loop_ip_addr"),
        row.text("eth_ip_mask|svi_ip_mask|loop_ip_mask"),
    )
    if address and length:
        full = ip_interface(f"{address}/{length}")
        yield PortAddress(source=row.source, interface=name, address=full)


def _bundle(row: Row) -> InterfaceName | None:
    bundle = row.text("eth_bundle")
    return row.name(f"port-channel{bundle}" if bundle.isdigit() else bundle) if bundle else None


def _mac(row: Row, path: str) -> Mac | None:
    text = row.text(path)
    return names.mac(text) if text else None


def vlan(row: Row) -> Iterator[Record]:
    """Read one VLAN of either form; the port list has ranges, and is a list of texts when it is long.

    Where a version gives the number twice, the one marked `utf` is right: the other can be byte-swapped.
    """
    listed = row.get("vlanshowplist-ifidx|ports", "")
    texts = [str(text) for text in listed] if isinstance(listed, list) else [str(listed)]
    yield Vlan(
        source=row.source,
        vlan=names.vlan_id(row.must("vlanshowbr-vlanid-utf|vlanshowbr-vlanid|vlan")),
        name=row.text("vlanshowbr-vlanname|name"),
        active=row.text("vlanshowbr-vlanstate|state") == "active",
        ports=tuple(sorted({p for text in texts for p in _ports(row, text)}, key=names.natural_key)),
    )


def _ports(row: Row, text: str) -> Iterator[InterfaceName]:
    for part in text.replace(",", " ").split():
        span = _SPAN.fullmatch(part)
        if not span:
            yield row.name(part)
            continue
        for number in range(int(span["first"]), int(span["last"]) + 1):
            yield row.name(f"{span['head']}{number}")


def switchport(row: Row) -> Iterator[Record]:
    """Read one port of `show interface switchport`; one that is down has no mode to show, and is left out.

    What is left out here stands in the configuration.
    """
    mode = row.text("oper_mode").lower()
    if row.text("switchport").lower() == "disabled" or not mode or mode == "down":
        return
    name = row.name(str(row.must("interface")))
    if "access" in mode:
        access = names.vlan_id(_number(row.text("access_vlan")))
        yield Switchport(source=row.source, interface=name, mode="access", untagged=access)
        return
    if "trunk" not in mode:
        raise ValueError(f"the mode {mode!r} is not known")
    listed = row.get("trunk_vlans")
    allowed = names.vlan_ranges(",".join(listed) if isinstance(listed, list) else str(listed or ""))
    native = names.vlan_id(_number(row.text("native_vlan")))
    yield Switchport(
        source=row.source,
        interface=name,
        mode="trunk",
        untagged=native if native in allowed else None,
        tagged=allowed - {native},
    )


def _number(text: str) -> str:
    """Cut `3 (Vlan not created)` down to the number."""
    return text.partition(" ")[0]


def mac(row: Row) -> Iterator[Record]:
    """Read one MAC row of either form: who owns it is in the flags and the port, how it came in the type.

    A `+` says that the vPC peer learned it. A row without a VLAN is an address that the switch itself uses.
    A row with several ports gives a record for each.
    """
    said = row.text("disp_type").lower()
    flags, _, kind = said.rpartition(" ")
    flags, kind = (said, "") if kind in ("g", "c", "o", "*", "+") else (flags, kind)
    given = row.text("disp_is_static").lower()
    port, number = row.text("disp_port"), row.text("disp_vlan")
    address = names.mac(row.must("disp_mac_addr"))
    own = "g" in flags or bool(_SELF.match(port))
    if number in ("-", "0", "") and own:
        yield Facts(source=row.source, macs=(address,))
        return
    if not kind and given:
        kind = {"enabled": "static", "disabled": "dynamic"}.get(given, given)
    if kind not in ("dynamic", "static", "secure", ""):
        raise ValueError(f"{kind!r} is not a type of MAC entry that is known")
    origin = "static" if kind in ("static", "secure") else "learned"
    if own:
        origin = "self"
    elif "+" in flags or port == "vPC Peer-Link":
        origin = "peer"
    ports = [port] if port.startswith("vPC ") else port.split()
    for each in ports:
        yield MacEntry(
            source=row.source,
            vlan=names.vlan_id(number),
            mac=address,
            interface=row.name(each.removesuffix("(R)")),
            origin=origin,
        )


def mac_line(row: Row) -> Iterator[Record]:
    """Read one MAC row of the text form, whose flag stands in a column of its own."""
    joined = {**row.data, "disp_type": f"{row.text('flag')} {row.text('type')}".strip()}
    yield from mac(Row(raw=row.raw, source=row.source, data=joined, bound=row.bound))


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; `phy-intf` is the port behind the SVI, where the switch knows it."""
    hardware = row.text("mac")
    known = bool(hardware) and hardware.lower() != "incomplete"
    routed = row.name(str(row.must("intf-out")))
    port = row.text("phy-intf")
    behind = row.name(port) if port and port.lower() not in _NOT_SENT else None
    yield Neighbor(
        source=row.source,
        address=ip_address(str(row.must("ip-addr-out|ipv6-addr")).partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=routed,
        port=behind if behind != routed else None,
        vrf=row.text("adj-vrf-name|vrf-name-out") or "default",
        state="" if known else "incomplete",
    )


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour of either form."""
    yield LldpNeighbor(
        source=row.source,
        interface=row.name(str(row.must("l_port_id"))),
        chassis=_sent(row.text("chassis_id")),
        system=_sent(row.text("sys_name")),
        port=_sent(row.text("port_id")),
        port_description=_sent(row.text("port_desc")),
        system_description=_sent(row.text("sys_desc")),
    )


def _sent(text: str) -> str:
    return "" if text.lower() in _NOT_SENT else text


def vpc(row: Row) -> Iterator[Record]:
    """Read the domain of `show vpc`; a peer-link that does not exist is no domain that works."""
    link = row.get("TABLE_peerlink", {}).get("ROW_peerlink", {})
    first = (link[0] if link else {}) if isinstance(link, list) else link
    port = str(first.get("peerlink-ifindex", ""))
    domain = row.text("vpc-domain-id")
    if domain.lower() in ("", "not configured", "<not configured>"):
        return
    if not port:
        raise ValueError("the vPC domain has no peer-link")
    yield _domain(row, domain, row.text("vpc-peer-status"), row.text("vpc-role"), port)


def vpc_text(row: Row) -> Iterator[Record]:
    """Read the domain of the text form, whose peer-link stands in a table below it."""
    yield _domain(row, row.text("domain"), row.text("peer"), row.text("role"), row.text("peer_link"))


def _domain(row: Row, domain: str, peer: str, role: str, port: str) -> MlagDomain:
    return MlagDomain(
        source=row.source,
        domain=domain,
        active=peer in ("peer-ok", "peer adjacency formed ok"),
        role=role.partition(",")[0],
        peer_link=row.name(port),
    )


def vpc_port(row: Row) -> Iterator[Record]:
    """Read one vPC: JSON says 1 and 0 where the text says `up` and `down`."""
    state = row.text("vpc-port-state").rstrip("*")
    yield MlagPort(
        source=row.source,
        number=row.text("vpc-id"),
        interface=row.name(str(row.must("vpc-ifindex"))),
        state={"1": "up", "0": "down"}.get(state, state),
    )


def channel(row: Row) -> Iterator[Record]:
    """Read one port-channel of JSON; a channel without members has no member table."""
    members = row.get("TABLE_member", {})
    rows = members.get("ROW_member", []) if isinstance(members, Mapping) else []
    found = [rows] if isinstance(rows, Mapping) else rows
    yield from _members(
        row,
        row.text("port-channel"),
        row.text("prtcl|protocol"),
        ((str(member["port"]), str(member["port-status"])) for member in found),
    )


def channel_line(row: Row) -> Iterator[Record]:
    """Read one port-channel of the text form: `Po2(SU)  Eth  LACP  Eth1/3(P)  Eth1/5(H)`."""
    pairs = re.findall(r"(\S+?)\(([A-Za-z]+)\)", row.text("members"))
    if row.text("members") not in ("", "--") and not pairs:
        raise ValueError("the member ports are not understood")
    yield from _members(row, row.text("channel"), row.text("protocol"), pairs)


def _members(row: Row, lag: str, protocol: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Record]:
    for port, status in pairs:
        yield LagMember(
            source=row.source,
            lag=row.name(lag),
            interface=row.name(port),
            active=status == "P",
            lacp=protocol.upper() == "LACP",
        )


def hsrp(row: Row) -> Iterator[Record]:
    """Read one HSRP group of JSON."""
    addresses = [row.text("sh_vip|sh_vip_v6")]
    yield Gateway(
        source=row.source,
        interface=row.name(str(row.must("sh_if_index"))),
        protocol="hsrp",
        addresses=tuple(ip_address(text) for text in addresses if text),
        mac=_mac(row, "sh_vmac"),
        group=int(row.must("sh_group_num")),
        state=row.text("sh_group_state").lower(),
    )


def finish(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Join what several answers of one switch say."""
    return join.switch(records, "nxos", vrf_rule=VRF, tag_rule=TAG)


def either_spanning_tree(raw: Raw) -> Rows:
    """Read `show spanning-tree` or its detailed form, which asks for the same."""
    return detail(raw) if " is executing the " in raw.text else spanning_tree(raw)


READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "running_config": running_config,
    "spanning_tree": either_spanning_tree,
}
ROWS: Mapping[str, Quirk] = {
    "interface": interface,
    "vlan": vlan,
    "switchport": switchport,
    "mac": mac,
    "mac_line": mac_line,
    "neighbor": neighbor,
    "lldp": lldp,
    "vpc": vpc,
    "vpc_text": vpc_text,
    "vpc_port": vpc_port,
    "channel": channel,
    "channel_line": channel_line,
    "hsrp": hsrp,
}
