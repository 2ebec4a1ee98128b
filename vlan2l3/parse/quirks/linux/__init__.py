"""Name the readers of Linux hosts, which `parsers/linux/index.toml` gives to commands.

Comes in: nothing. Goes out: `READERS`, from a reader's name to its function. The readers themselves stand in
the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3.parse.quirks.linux import bridge, host, ip, lldp, proc, route
from vlan2l3.parse.raw import Raw, Rows

READERS: dict[str, Callable[[Raw], Rows]] = {
    "addresses": ip.read_addresses_json,
    "addresses-text": ip.read_addresses_text,
    "bond": proc.read_bond,
    "bridge-stations": bridge.read_stations_json,
    "bridge-stations-text": bridge.read_stations_text,
    "bridge-vlans": bridge.read_vlans_json,
    "bridge-vlans-text": bridge.read_vlans_text,
    "file": host.read_file,
    "hostname": host.read_hostname,
    "hostnamectl": host.read_hostnamectl,
    "igmp": proc.read_igmp,
    "igmp6": proc.read_igmp6,
    "kept": host.read_kept,
    "listing": host.read_listing,
    "lldp": lldp.read_neighbors_json,
    "lldp-text": lldp.read_neighbors_text,
    "neighbors": route.read_neighbors_json,
    "neighbors-text": route.read_neighbors_text,
    "packages": host.read_packages,
    "release": host.read_release,
    "routes": route.read_routes_json,
    "routes-text": route.read_routes_text,
    "settings": host.read_settings,
    "sockets": host.read_sockets,
    "units": host.read_units,
}
