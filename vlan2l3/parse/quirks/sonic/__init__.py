"""Read what tables as data cannot express of SONiC.

Comes in: whole answers of the community's command line, which prints tables with a heading each. Goes out:
records. The command line of vendors' SONiC (Klish) prints other texts, which nothing here reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import dedent

from vlan2l3.parse.quirks.linux import lldp
from vlan2l3.parse.quirks.sonic import join, mclag, rows, stp, tabulate
from vlan2l3.parse.quirks.sonic.config_db import config_db
from vlan2l3.parse.quirks.sonic.tabulate import Kind, table
from vlan2l3.parse.raw import Raw, Rows

finish = join.finish


def _reader(*kinds: Kind, other: str = "(?!)") -> Callable[[Raw], Rows]:
    return lambda raw: tabulate.read(raw, kinds, other)


def _members(*kinds: Kind) -> Callable[[Raw], Rows]:
    """Read tables in which a port has a row for each of its VLANs."""

    def read(raw: Raw) -> Rows:
        found = tabulate.read(raw, kinds)
        records, clashes = join.memberships(found.records)
        lost = tuple(raw.unparsed(port, reason, line=1) for port, reason in clashes)
        return replace(
            found,
            records=records,
            unparsed=found.unparsed + lost,
            expected=found.expected + len(lost),
        )

    return read


def _rules(raw: Raw) -> Rows:
    found = tabulate.read(raw, (table(rows.acl_rule, "table", "rule", "priority", "action", "match"),))
    return replace(found, records=join.rules(found.records))


def _neighbors(raw: Raw) -> Rows:
    """Read the text of lldpd, which can be indented as a whole."""
    return lldp.read_neighbors_text(replace(raw, text=dedent(raw.text)))


_NEIGHBOR = table(rows.neighbor, "address", "macaddress", "iface", "vlan")
READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "config-db": config_db,
    "spanning-tree": stp.spanning_tree,
    "mclag": mclag.state,
    "lldp": lldp.read_neighbors_json,
    "lldp-text": _neighbors,
    "mac": _reader(table(rows.mac, "vlan", "macaddress", "port", "type")),
    "neighbors": _reader(_NEIGHBOR),
    "ports": _reader(table(rows.port, "interface", "oper", "admin")),
    "sub-interfaces": _reader(table(rows.sub_interface, "sub port interface", "vlan", "mtu")),
    "usage": _reader(table(rows.usage, "interface", "mode")),
    "switchports": _reader(table(rows.switchport, "interface", "mode", "untagged", "tagged")),
    "vlan-members": _members(table(rows.member, "vid", "member", "mode")),
    "vlans": _members(table(rows.vlan, "vlan id", "ip address", "ports", "port tagging")),
    "anycast": _reader(
        table(rows.anycast, "macaddress", "interfaces"), other=r"\s*Static Anycast Gateway Information"
    ),
    "addresses": _reader(
        table(rows.address, "interface", "ipv4 address/mask", "admin/oper"),
        table(rows.address, "interface", "ipv6 address/mask", "admin/oper"),
    ),
    "channels": _reader(
        table(rows.channel, "team dev", "protocol", "ports"),
        other=r"\s*Flags: A - active, I - inactive|\s+S - selected, D - deselected",
    ),
    "lldp-table": _reader(
        table(rows.lldp, "localport", "remotedevice", "remoteportid"), other=r"\s*Capability codes: "
    ),
    "relays": _reader(table(rows.relay, "interface", "dhcp relay address")),
    "acl-tables": _reader(table(rows.acl_table, "name", "type", "binding", "stage")),
    "acl-rules": _rules,
    "tunnels": _reader(table(rows.tunnel, "destination ip", "tunnel map mapping(vni -> vlan)")),
    "vnis": _reader(table(rows.vni, "vlan", "vni")),
    "peers": _reader(table(rows.peer, "sip", "dip")),
    "resources": _reader(
        table(rows.resource, "resource name", "used count", "available count"), other=r"\s*ASIC\d+$"
    ),
}
