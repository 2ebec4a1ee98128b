"""Read what tables as data cannot express of Cisco NX-OS.

Comes in: rows and whole answers of NX-OS, as `| json native`, plain `| json` (where a table of one row is a
dict) or text. Goes out: records. The modules of this folder are one a subject; here stand their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vlan2l3.parse.kept import kept
from vlan2l3.parse.quirks.nxos import (
    addresses,
    bundles,
    filters,
    gateways,
    neighbours,
    overlay,
    ports,
    stations,
    stp,
)
from vlan2l3.parse.quirks.nxos.config import running_config
from vlan2l3.parse.quirks.nxos.joined import finish
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.row import Quirk

__all__ = ["READERS", "ROWS", "finish"]

READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "access_lists": filters.lists,
    "access_lists_summary": filters.summary,
    "cdp": neighbours.cdp_text,
    "hsrp": gateways.hsrp_text,
    "interface_addresses": addresses.interface_addresses,
    "interface_tables": addresses.interface_tables,
    "interfaces": ports.interfaces,
    "ipv6_neighbors": stations.ipv6_neighbors,
    "lacp_neighbors": bundles.lacp_neighbors,
    "neighbor_tables": stations.neighbor_tables,
    "lldp": neighbours.lldp_text,
    "mac_limit": stations.mac_limit,
    "kept": kept,
    "running_config": running_config,
    "spanning_tree": stp.any_spanning_tree,
    "trunks": ports.trunks,
    "version": ports.version,
    "vpc_keepalive": bundles.keepalive_text,
    "vpc_role": bundles.vpc_role_text,
    "vrrp": gateways.vrrp_text,
}
ROWS: Mapping[str, Quirk] = {
    "cdp": neighbours.cdp,
    "channel": bundles.channel,
    "channel_line": bundles.channel_line,
    "facts": ports.facts,
    "group": stations.group,
    "hsrp": gateways.hsrp,
    "interface": ports.interface,
    "keepalive": bundles.keepalive,
    "lease": stations.lease,
    "lldp": neighbours.lldp,
    "mac": stations.mac,
    "mac_line": stations.mac_line,
    "neighbor": stations.neighbor,
    "relay": addresses.relay,
    "relay_row": addresses.relay_row,
    "root_line": stp.root_line,
    "switchport": ports.switchport,
    "tree": stp.tree,
    "trunk_tables": ports.trunk_tables,
    "vlan": ports.vlan,
    "vni": overlay.vni,
    "vpc": bundles.vpc,
    "vpc_port": bundles.vpc_port,
    "vpc_role": bundles.vpc_role,
    "vpc_text": bundles.vpc_text,
    "vrrp": gateways.vrrp,
    "vrrp3": gateways.vrrp3,
}
