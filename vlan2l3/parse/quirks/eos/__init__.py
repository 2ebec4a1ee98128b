"""Read what tables as data cannot express of Arista EOS.

Comes in: rows and whole answers of EOS. Goes out: records. The shapes were seen on 4.14 to 4.32; what a later
version changes shows up as `Unparsed`, never as a missing row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vlan2l3.parse.quirks.eos import acls, gateways, interfaces, lags, overlay, stations, stp, switchports
from vlan2l3.parse.quirks.eos.config import running_config
from vlan2l3.parse.quirks.eos.facts import version
from vlan2l3.parse.quirks.eos.joined import finish
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.row import Quirk

__all__ = ["READERS", "ROWS", "finish"]

READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "version": version,
    "interfaces": interfaces.text,
    "switchports": switchports.switchport_text,
    "trunks": switchports.trunks,
    "lacp": lags.lacp_text,
    "channels": lags.channel_text,
    "mlag": lags.mlag_text,
    "neighbors": stations.neighbor_text,
    "lldp": stations.lldp_text,
    "virtual_routers": gateways.virtual_routers,
    "virtual_router_text": gateways.virtual_router_text,
    "vrrp": gateways.vrrp_text,
    "relay": gateways.relay_text,
    "acls": acls.acl_text,
    "vnis": overlay.vni_text,
    "mac_count": overlay.mac_count_text,
    "spanning_tree": stp.spanning_tree,
    "running_config": running_config,
}
ROWS: Mapping[str, Quirk] = {
    "interface": interfaces.interface,
    "ip_interface": interfaces.ip_interface_row,
    "ip_brief": interfaces.ip_brief,
    "described": interfaces.described,
    "status_line": interfaces.status_line,
    "vlan": switchports.vlan,
    "vlan_line": switchports.vlan_line,
    "switchport": switchports.switchport,
    "mac": stations.mac,
    "neighbor": stations.neighbor,
    "lldp": stations.lldp,
    "lldp_line": stations.lldp_line,
    "mlag": lags.mlag,
    "lag_member": lags.lag_member,
    "summary_channel": lags.summary_channel,
    "summary_line": lags.summary_line,
    "vrrp": gateways.vrrp,
    "acl": acls.acl,
    "stp_instance": stp.instance,
    "stp_topology": stp.topology,
    "capacity": overlay.capacity,
    "mac_count": overlay.mac_count,
}
