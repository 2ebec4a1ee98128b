"""Read the rows of Junos that are neither of interfaces nor of bridging.

Comes in: one row of JSON, XML or text. Goes out: records. Both spellings of LLDP are read: the brief form
names the local port `lldp-local-port-id`, the detailed form has a number there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.parse import paths
from vlan2l3.parse.quirks.junos import port
from vlan2l3.parse.quirks.junos.told import ByVlanName, VrfMember
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, LagMember, LldpNeighbor, Neighbor, Record
from vlan2l3.parse.row import Row

_STACK = "Virtual Chassis"  # what a stack says in place of a model
NO_TABLE = frozenset({"virtual-switch", "evpn", "mac-vrf", "vpls", "l2vpn", "layer2-control", "l2backhaul"})
_WORKING = "collecting distributing"
_NOT_SENT = frozenset({"-", ""})


def chassis(row: Row) -> Iterator[Record]:
    """Read the chassis of `show chassis hardware`; the model of a stack stands elsewhere."""
    model = row.text("description|model")
    serial = row.text("serial-number|serial")
    yield Facts(source=row.source, serial=serial, model="" if model == _STACK else model)


def neighbor(row: Row) -> Iterator[Record]:
    """Read one ARP or ND row; the interface may be `irb.10 [xe-0/0/2.0]`, an SVI and the port behind it."""
    hardware = row.text("mac-address|ipv6-nd-neighbor-l2-address|mac").lower()
    known = hardware not in ("", "none", "incomplete")
    routed, _, behind = row.text("interface-name|ipv6-nd-interface-name|interface").partition("[")
    address = row.text("ip-address|ipv6-nd-neighbor-address|address")
    state = row.text("ipv6-nd-state|state").lower()
    yield Neighbor(
        source=row.source,
        address=ip_address(address.partition("%")[0]),
        mac=names.mac(hardware) if known else None,
        interface=port.interface(routed),
        port=port.bridged(behind.rstrip("] ")) if behind else None,
        state=state if known else state or "incomplete",
    )


def lldp(row: Row) -> Iterator[Record]:
    """Read one LLDP neighbour; before ELS the local port is written as its unit."""
    about = row.get("lldp-system-description")
    local = row.text("lldp-local-interface") or row.text("lldp-local-port-id|local")
    yield LldpNeighbor(
        source=row.source,
        interface=port.interface(local.partition(".")[0]),
        chassis=_sent(row.text("lldp-remote-chassis-id|chassis")),
        system=_sent(row.text("lldp-remote-system-name|system")),
        port=_sent(row.text("lldp-remote-port-id|port")),
        port_description=_sent(row.text("lldp-remote-port-description")),
        system_description=str(port.first(about).get("lldp-remote-system-description", "")).strip(),
    )


def _sent(text: str) -> str:
    return "" if text in _NOT_SENT else text


def lacp(row: Row) -> Iterator[Record]:
    """Read one LAG of `show lacp interfaces`: a member works when it collects and distributes."""
    header = port.first(row.must("lag-lacp-header"))
    lag = port.interface(str(header["aggregate-name"]))
    for member in port.listed(row.get("lag-lacp-protocol")):
        yield LagMember(
            source=row.source,
            lag=lag,
            interface=port.bridged(str(member["name"])),
            active=str(member["lacp-mux-state"]).strip().lower() == _WORKING,
            lacp=True,
        )


def routing_instances(raw: Raw) -> Rows:
    """Read the routing instances of the configuration as JSON; one that only bridges has no table."""
    found = tuple(paths.rows(json.loads(raw.text), "configuration!.routing-instances.instance[]"))
    members = tuple(
        VrfMember(
            source=raw.at(pointer="/".join(instance.pointer)),
            interface=port.interface(str(member["name"])),
            vrf=str(instance.value["name"]),
        )
        for instance in found
        if instance.value.get("instance-type") not in NO_TABLE
        for member in port.listed(instance.value.get("interface"))
    )
    return Rows(records=members, expected=len(found), parsed=len(found))


def lease(row: Row) -> Iterator[Record]:
    """Read one binding of DHCP snooping, which names the VLAN."""
    unit = row.text("intf-name|interface")
    yield ByVlanName(
        source=row.source,
        command=row.raw.command,
        vlan_name=row.text("vlan-name|vlan"),
        record="lease",
        given=(
            ("mac", names.mac(row.text("hw-address|mac"))),
            ("address", ip_address(row.text("ip-address|address"))),
            ("interface", port.bridged(unit) if unit else None),
        ),
    )
