"""Name the readers of Cisco IOS and IOS-XE, which `parsers/ios/index.toml` gives to commands and tables.

Comes in: nothing. Goes out: `READERS` for whole answers, always text, `ROWS` for rows of tables, `finish`
for the records of a device. Nothing here guesses what a port would negotiate, or whose an answer is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vlan2l3.parse.quirks.ios import (
    acl,
    capacity,
    config,
    facts,
    gateway,
    interface,
    neighbours,
    stp,
    switchport,
    tables,
)
from vlan2l3.parse.quirks.ios.join import finish
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import FileText
from vlan2l3.parse.row import Quirk

__all__ = ["READERS", "ROWS", "finish"]


def vrfs(raw: Raw) -> Rows:
    """Keep the list of VRFs, from which the commands that ask one by one are made."""
    kept = FileText(source=raw.at(1), path=raw.command, text=raw.text)
    return Rows(records=(kept,), expected=1, parsed=1)


READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "access_lists": acl.access_lists,
    "cdp": neighbours.cdp,
    "glbp": gateway.glbp,
    "interfaces": interface.interfaces,
    "inventory": facts.inventory,
    "ip_interfaces": interface.ip_interfaces,
    "ipv6_interfaces": interface.ipv6_interfaces,
    "lldp": neighbours.lldp,
    "mac_count": capacity.mac_count,
    "running_config": config.running_config,
    "spanning_tree": stp.any_spanning_tree,
    "standby": gateway.standby,
    "switchports": switchport.switchports,
    "trunks": switchport.trunks,
    "version": facts.version,
    "vrfs": vrfs,
    "vrrp": gateway.vrrp,
}
ROWS: Mapping[str, Quirk] = {
    "brief_gateway": tables.brief_gateway,
    "channel": tables.channel,
    "lacp_partner": tables.lacp_partner,
    "lldp_line": tables.lldp_line,
    "mac": tables.mac,
    "neighbor": tables.neighbor,
    "sdm": capacity.sdm,
    "snooped": tables.snooped,
    "vlan": tables.vlan,
    "vni": tables.vni,
}
