"""Make the guest's two hosts one corosync cluster and one keepalived pair, both by multicast in their VLANs.

Comes in: the folder of a host's own files. Goes out: configurations in it, and what starts the daemons. They
are Debian's, and they really find each other across the switches: `corosync_is_whole` and
`address_has_one_holder` say so.
"""

from __future__ import annotations

from pathlib import Path

from tests.live.inside.wiring import HOSTS
from vlan2l3.rehearse.guest.shell import ip_json

CLUSTER = "guest"
GROUP = "239.192.13.19"
"""What corosync makes of the cluster's name; see its man page on `cluster_name`."""

VIP = "198.51.100.200"
VRRP_GROUP = "224.0.0.18"

# transport udp with no address stated is what a cluster of corosync 2 runs with; 3.1 still can.
COROSYNC = """totem {{
  version: 2
  cluster_name: {cluster}
  transport: udp
  crypto_cipher: none
  crypto_hash: none
  interface {{
    ringnumber: 0
    bindnetaddr: 198.51.100.0
  }}
}}
quorum {{
  provider: corosync_votequorum
  two_node: 1
}}
nodelist {{
  node {{
    ring0_addr: 198.51.100.11
    nodeid: 1
  }}
  node {{
    ring0_addr: 198.51.100.12
    nodeid: 2
  }}
}}
logging {{
  to_stderr: yes
  to_syslog: no
}}
"""

KEEPALIVED = """vrrp_instance DATA {{
  state BACKUP
  interface bond0.20
  virtual_router_id 77
  priority {priority}
  advert_int 1
  virtual_ipaddress {{
    {vip}/25 dev bond0.20
  }}
}}
"""

# Both write below /var and /dev/shm, which all machines of the guest share with the machine it runs on.
START = """mkdir -p /dev/shm
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /var/lib/corosync
corosync -f &
keepalived --dont-fork --log-console --pid /run/keepalived.pid --vrrp_pid /run/vrrp.pid --vrrp &
"""


def install(folder: Path, host: str) -> None:
    """Write a host's configurations, and what starts its daemons."""
    (folder / "corosync").mkdir()
    (folder / "corosync" / "corosync.conf").write_text(COROSYNC.format(cluster=CLUSTER))
    (folder / "keepalived").mkdir()
    priority = 100 + HOSTS.index(host)
    (folder / "keepalived" / "keepalived.conf").write_text(KEEPALIVED.format(priority=priority, vip=VIP))
    (folder / "start").write_text(START)


def corosync_is_whole() -> bool:
    """Tell whether either host's corosync formed a membership of two."""
    logs = [Path("/run/job/logs") / host for host in HOSTS]
    return all(f"Members[{len(HOSTS)}]: 1 2" in log.read_text(errors="replace") for log in logs)


def address_has_one_holder() -> bool:
    """Tell whether exactly one host has keepalived's address: two would have if they were deaf."""
    holders = [
        host
        for host in HOSTS
        for link in ip_json(host, "addr", "show", "dev", "bond0.20")
        for address in link["addr_info"]
        if address["local"] == VIP
    ]
    return len(holders) == 1
