"""Read what tables as data cannot express of Juniper Junos.

Comes in: rows and whole answers of QFX and EX (ELS and before), MX and SRX, as JSON, as XML and as text. Goes
out: records. Shapes were seen on 12.1 to 21.4; which are known from documentation alone stands in the index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vlan2l3.parse.quirks.junos import (
    bridging,
    interfaces,
    interfaces_text,
    redundancy,
    rows,
    stp,
    switching,
    vlans_text,
)
from vlan2l3.parse.quirks.junos.config import configuration
from vlan2l3.parse.quirks.junos.finish import finish
from vlan2l3.parse.quirks.junos.fold import folded as decoded
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.row import Quirk

__all__ = ["READERS", "ROWS", "decoded", "finish"]

READERS: Mapping[str, Callable[[Raw], Rows]] = {
    "configuration": configuration,
    "vlan_ports": bridging.vlan_ports,
    "vlans_text": vlans_text.vlans,
    "spanning_tree_bridges": stp.bridges,
    "spanning_tree_interfaces": stp.interfaces,
    "iccp": redundancy.iccp,
    "interfaces_text": interfaces_text.text,
    "lacp": redundancy.lacp,
    "mc_ae": redundancy.mc_ae,
    "vrrp": redundancy.vrrp,
    "switching_ports": switching.ports,
    "routing_instances": rows.routing_instances,
    "snooped": switching.snooped,
}
ROWS: Mapping[str, Quirk] = {
    "interface": interfaces.interface,
    "vlan": bridging.vlan,
    "mac": bridging.mac,
    "mac_line": bridging.mac_line,
    "evpn_domain": bridging.evpn_domain,
    "remote_vtep": bridging.remote_vtep,
    "chassis": rows.chassis,
    "neighbor": rows.neighbor,
    "lldp": rows.lldp,
    "lacp": rows.lacp,
    "lease": rows.lease,
}
