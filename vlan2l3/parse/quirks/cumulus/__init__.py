"""Read what tables as data cannot express of Cumulus Linux 3, 4 and 5.

Comes in: nothing. Goes out: the readers by name, the rows' functions, and `finish`. All versions have one
kernel and its tools, so the readers of Linux are used, and `joined` makes a switch's records of theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3.parse.quirks.cumulus import acl, clag, cli, files, kernel, mstp, routing
from vlan2l3.parse.quirks.cumulus.joined import finish
from vlan2l3.parse.quirks.linux import bridge, host, lldp, route
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.row import Quirk

__all__ = ["READERS", "ROWS", "finish"]

READERS: dict[str, Callable[[Raw], Rows]] = {
    "addresses": kernel.read_addresses_json,
    "addresses-text": kernel.read_addresses_text,
    "configuration": files.read_configuration,
    "eeprom": files.read_eeprom,
    "file": host.read_file,
    "filters": acl.read_filters,
    "groups": kernel.read_groups_json,
    "groups-text": kernel.read_groups_text,
    "hostname": files.read_hostname,
    "hostnamectl": files.read_hostnamectl,
    "ifquery": files.read_ifquery,
    "interfaces": files.read_interfaces,
    "kept": host.read_kept,
    "listing": host.read_listing,
    "lldp": lldp.read_neighbors_json,
    "lldp-text": lldp.read_neighbors_text,
    "mlag-text": clag.read_text,
    "neighbors": route.read_neighbors_json,
    "neighbors-text": route.read_neighbors_text,
    "relay": files.read_relay,
    "release": files.read_release,
    "routes": route.read_routes_json,
    "routes-text": route.read_routes_text,
    "spanning-tree": mstp.read_spanning_tree,
    "stations": kernel.read_stations_json,
    "stations-text": kernel.read_stations_text,
    "tunnels": kernel.read_tunnels_json,
    "tunnels-text": kernel.read_tunnels_text,
    "vlans": bridge.read_vlans_json,
    "vlans-text": bridge.read_vlans_text,
    "vnis": routing.read_vnis,
    "vtysh-and-addresses": routing.read_interfaces,
}
ROWS: dict[str, Quirk] = {
    "arp": cli.arp,
    "mlag": clag.domain,
    "mlag_bond": clag.bond,
    "nclu_interface": cli.nclu_interface,
    "nclu_station": cli.nclu_station,
    "nvue_interface": cli.nvue_interface,
    "nvue_mlag": clag.nvue,
    "nvue_station": cli.station,
    "nvue_system": cli.nvue_system,
    "system": cli.system,
    "vni": routing.vni,
}
