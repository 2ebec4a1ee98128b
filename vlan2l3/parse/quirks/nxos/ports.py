"""Read what NX-OS says of its ports: state, mode, the VLANs they carry, and the VLANs themselves.

Comes in: rows of JSON in either form, and the text of `show interface`, `show interface trunk` and `show
version`. Goes out: records. What the mode of a port that is down would be is left to the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_interface
from typing import Any

from vlan2l3 import names
from vlan2l3.names import InterfaceName, Mac
from vlan2l3.parse import shape, tables
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, Port, PortAddress, Record, Switchport, Vlan
from vlan2l3.parse.row import Row
from vlan2l3.parse.shape import Block, Shape

_SORTS = (
    ("Ethernet", "physical"),
    ("port-channel", "lag"),
    ("Vlan", "svi"),
    ("loopback", "loopback"),
    ("mgmt", "management"),
    ("nve", "tunnel"),
    ("Tunnel", "tunnel"),
)
_BRIDGING = ("access", "trunk", "fex-fabric", "fabricpath", "private-vlan", "dot1q-tunnel")
_SPAN = re.compile(r"(?P<head>.*?)(?P<first>\d+)-(?P<last>\d+)")
_VERSION = Shape(
    opens=r"Software\s*",
    rules=(
        r"\s+(?:NXOS|system): +version (?P<version>\S+).*",
        r"\s+kickstart: +version (?P<kickstart>\S+).*",
        r"\s+cisco (?P<model>[^(]*?) *(?:\(.*\))?\s*",
        r"\s+Processor Board ID +(?P<serial>\S+)\s*",
        r"\s+Device name: +(?P<host>\S+)\s*",
    ),
)
_INTERFACES = Shape(
    opens=(
        r"(?P<interface>[A-Za-z][A-Za-z-]*\d[\w/.:]*) is (?:administratively )?(?P<state>[a-z-]+)"
        r"(?: \((?P<why>.*?)\))?"
        r"(?:, line protocol is (?P<protocol>up|down)\b.*)?\s*"
    ),
    rules=(
        r"\s*admin state is (?P<admin_state>[a-z]+)\b.*",
        r"\s+Admin State: (?P<admin_state>up|down)\s*",
        r"\s+Belongs to (?P<eth_bundle>\S+)\s*",
        (
            r"\s+Hardware(?: is|:) ?[^,]*, +address(?: is|:) +(?P<eth_hw_addr>[0-9a-f.]{14})"
            r"(?: \(bia (?P<eth_bia_addr>[0-9a-f.]{14})\))?\s*"
        ),
        r"\s+Description:(?P<desc>.*)",
        r"\s+Port description is (?P<desc>.*)",
        r"\s+Internet [Aa]ddress is (?P<address>[0-9.]+/\d+).*",
        r"\s+MTU (?P<eth_mtu>\d+) bytes.*",
        r"\s+Encapsulation 802\.1Q Virtual LAN, Vlan ID (?P<tag>\d+)\b.*",
        r"\s+Port mode is (?P<eth_mode>\S+)\s*",
    ),
)
_UP = frozenset({"up", "trunking"})


def version(raw: Raw) -> Rows:
    """Read the text of `show version`; the licence above the versions is known line by line."""
    return shape.read(raw, _VERSION, _facts)


def _facts(raw: Raw, block: Block) -> Iterator[Record]:
    yield Facts(
        source=raw.at(block.line),
        hostname=block.last("host"),
        model=block.last("model"),
        version=block.last("version") or block.must("kickstart"),
        serial=block.last("serial"),
    )


def facts(row: Row) -> Iterator[Record]:
    """Read `show version` of JSON; 10.6 puts the maker's name before the model."""
    yield Facts(
        source=row.source,
        hostname=row.text("host_name"),
        model=str(row.must("chassis_id")).strip().removeprefix("cisco "),
        version=str(row.must("nxos_ver_str|sys_ver_str|kickstart_ver_str")),
        serial=row.text("proc_board_id"),
    )


def interfaces(raw: Raw) -> Rows:
    """Read the text of `show interface`."""
    return shape.read(raw, _INTERFACES, _interface_block)


def _interface_block(raw: Raw, block: Block) -> Iterator[Record]:
    """Give a block the keys that a row of JSON has; release 7 and older print no administrative state."""
    told = {name: block.last(name) for name in block.values if name not in ("address", "protocol", "why")}
    if not told.get("admin_state"):
        why = block.last("why")  # of several reasons to be down, the administrator is named first
        told["admin_state"] = "down" if why.startswith("Administratively down") else "up" if why else ""
        if told["state"] in _UP:
            told["admin_state"] = "up"
    if block.last("protocol"):
        told["svi_line_proto"] = block.last("protocol")
    addresses = [text.partition("/") for text in block.all("address")]
    row = Row(raw=raw, source=raw.at(block.line), data=told, bound={})
    yield from interface(row)
    for address, _, length in addresses:
        full = ip_interface(f"{address}/{length}")
        yield PortAddress(source=row.source, interface=row.name(told["interface"]), address=full)


def interface(row: Row) -> Iterator[Record]:
    """Read one interface of `show interface`; an SVI's keys have another prefix than a port's."""
    name = row.name(str(row.must("interface")))
    mac, burned = mac_of(row, "eth_hw_addr|svi_mac"), mac_of(row, "eth_bia_addr")
    admin, state = row.text("admin_state|svi_admin_state"), row.text("svi_line_proto|state")
    mode = row.text("eth_mode")
    mtu = row.text("eth_mtu|svi_mtu|loop_mtu|mtu")
    svi = re.fullmatch(r"Vlan(\d+)", name)
    parent, _, number = name.partition(".")
    tag = row.text("tag")
    yield Port(
        source=row.source,
        name=name,
        sort="vlan" if number else next((s for p, s in _SORTS if name.startswith(p)), "other"),
        enabled=admin == "up" if admin else None,
        up=state in _UP if state else None,
        mac=mac,
        hardware=burned if burned != mac else None,
        mtu=int(mtu) if mtu else None,
        description=row.text("desc|svi_desc|loop_desc"),
        master=_bundle(row),
        parent=row.name(parent) if number else None,
        vlan=names.vlan_id(svi[1]) if svi else names.vlan_id(tag) if tag else None,
        routed=True if svi or mode == "routed" else False if mode in _BRIDGING else None,
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


def mac_of(row: Row, path: str) -> Mac | None:
    """Read an address of the link layer; a device that has none prints zeros or nothing."""
    text = row.text(path)
    mac = names.mac(text) if text else None
    return mac if mac != "00:00:00:00:00:00" else None


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
        ports=tuple(sorted({p for text in texts for p in ports(row, text)}, key=names.natural_key)),
    )


def ports(row: Row, text: str) -> Iterator[InterfaceName]:
    """Read a list of ports set apart by commas or blanks, with ranges: `port-channel1-2,Ethernet1/6`."""
    for part in text.replace(",", " ").split():
        span = _SPAN.fullmatch(part)
        if not span:
            yield row.name(part)
            continue
        first, last = int(span["first"]), int(span["last"])
        if not first <= last <= names.VLAN_MAX:
            raise ValueError(f"{part!r} is no range of ports")
        for number in range(first, last + 1):
            yield row.name(f"{span['head']}{number}")


def switchport(row: Row) -> Iterator[Record]:
    """Read one port of `show interface switchport`; one that is down has no mode to show, and is left out.

    What is left out here stands in the configuration. A port to a fabric extender bridges nothing itself: the
    extender's ports do, as `Ethernet101/1/1`.
    """
    mode = row.text("oper_mode").lower()
    if row.text("switchport").lower() == "disabled" or mode in ("", "down", "fex-fabric", "fex fabric"):
        return
    name = row.name(str(row.must("interface")))
    if "access" in mode:
        access = names.vlan_id(_number(row.text("access_vlan")))
        yield Switchport(source=row.source, interface=name, mode="access", untagged=access)
        return
    if "trunk" not in mode:
        raise ValueError(f"the mode {mode!r} is not known")
    listed = row.get("trunk_vlans")
    yield _trunk(
        row, name, _number(row.text("native_vlan")), ",".join(listed) if isinstance(listed, list) else listed
    )


def _trunk(row: Row, name: InterfaceName, native_text: str, listed: object) -> Switchport:
    allowed = names.vlan_ranges(str(listed or ""))
    native = names.vlan_id(native_text)
    return Switchport(
        source=row.source,
        interface=name,
        mode="trunk",
        untagged=native if native in allowed else None,
        tagged=allowed - {native},
    )


def _number(text: str) -> str:
    """Cut `3 (Vlan not created)` down to the number."""
    return text.partition(" ")[0]


_TRUNKS = Shape(
    opens=r"(?P<port>[A-Za-z][\w/.-]*\d) +(?P<rest>[-\w,]+(?: +\S+)*)\s*",
    carried=(
        (
            r"Port +(?P<title>Native|Vlans Allowed on Trunk|Vlans Err-disabled on Trunk|STP Forwarding"
            r"|Vlans in spanning tree forwarding state and not pruned|Vlans Forwarding on FabricPath).*"
        ),
    ),
    wrapped=r"\s{8,}[\d,-]+\s*$",
)


def trunks(raw: Raw) -> Rows:
    """Read the text of `show interface trunk`: one table has the native VLANs, the next the allowed ones.

    The tables below them (disabled by an error, forwarding) say nothing that the spanning tree doesn't.
    """
    blocks, strays = shape.split(raw, _TRUNKS)
    allowed: dict[str, set[str]] = {}
    for block in blocks:
        if block.last("title") == "Vlans Allowed on Trunk":
            allowed.setdefault(block.last("port"), set()).add(block.last("rest"))
    heads = [block for block in blocks if block.last("title") == "Native"]
    records: list[Record] = []
    unparsed = list(strays)
    for block in heads:
        port = block.last("port")
        native, status, *_ = (*block.last("rest").split(), "")
        lists = allowed.get(port, {""})
        told = {"native": native, "status": status, "allowedvlans": min(lists)}
        row = Row(raw=raw, source=raw.at(block.line), data=told, bound={})
        try:
            if len(lists) > 1:
                raise ValueError("the allowed VLANs are given twice: a heading is lost")
            records += _trunk_port(row, port)
        except tables.MISFITS as error:
            unparsed.append(raw.unparsed(block.text, tables.reason(error), line=block.line))
    expected = len(heads) + len(strays)
    return Rows(
        records=tuple(records), unparsed=tuple(unparsed), expected=expected, parsed=expected - len(unparsed)
    )


def trunk_tables(row: Row) -> Iterator[Record]:
    """Read `show interface trunk` as JSON, whose tables stand side by side."""
    allowed = {
        str(item.get("interface")): item
        for item in several(row.get("TABLE_allowed_vlans.ROW_allowed_vlans", ()))
    }
    for head in several(row.must("TABLE_interface.ROW_interface")):
        port = str(head.get("interface"))
        joined = {**head, **allowed.get(port, {})}
        yield from _trunk_port(Row(raw=row.raw, source=row.source, data=joined, bound=row.bound), port)


def several(rows: Any) -> list[Any]:
    """Give the rows of a JSON table: a list, or in plain `| json` the only row itself."""
    return [rows] if isinstance(rows, Mapping) else list(rows or ())


def _trunk_port(row: Row, port: str) -> Iterator[Record]:
    if row.text("status") in ("trunking", "trnk-bndl"):
        listed = row.text("allowedvlans").replace(" ", "")
        if not listed:
            raise ValueError("the allowed VLANs are missing")
        yield _trunk(row, row.name(port), row.text("native"), listed)
