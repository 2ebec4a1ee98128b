"""Name the readers of Linux hosts, which `parsers/linux/index.toml` gives to commands.

Comes in: nothing. Goes out: `READERS`, from a reader's name to its function. The readers themselves stand in
`linux_ip`, `linux_route`, `linux_bridge`, `linux_lldp`, `linux_proc` and `linux_host`.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3.parse import linux_bridge, linux_host, linux_ip, linux_lldp, linux_proc, linux_route
from vlan2l3.parse.raw import Raw, Rows

READERS: dict[str, Callable[[Raw], Rows]] = {
    "addresses": linux_ip.read_addresses_json,
    "addresses-text": linux_ip.read_addresses_text,
    "bond": linux_proc.read_bond,
    "bridge-stations": linux_bridge.read_stations_json,
    "bridge-stations-text": linux_bridge.read_stations_text,
    "bridge-vlans": linux_bridge.read_vlans_json,
    "bridge-vlans-text": linux_bridge.read_vlans_text,
    "file": linux_host.read_file,
    "hostname": linux_host.read_hostname,
    "hostnamectl": linux_host.read_hostnamectl,
    "igmp": linux_proc.read_igmp,
    "igmp6": linux_proc.read_igmp6,
    "listing": linux_host.read_listing,
    "lldp": linux_lldp.read_neighbors_json,
    "lldp-text": linux_lldp.read_neighbors_text,
    "neighbors": linux_route.read_neighbors_json,
    "neighbors-text": linux_route.read_neighbors_text,
    "packages": linux_host.read_packages,
    "release": linux_host.read_release,
    "routes": linux_route.read_routes_json,
    "routes-text": linux_route.read_routes_text,
    "settings": linux_host.read_settings,
    "sockets": linux_host.read_sockets,
    "units": linux_host.read_units,
}
