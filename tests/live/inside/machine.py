"""Make a machine out of a namespace: a name, an lldpd and an sshd of its own.

Comes in: the namespace's name, and keys in the job folder. Goes out: the process that holds the machine. Its
files are the guest's, but for /run and those few that tell machines apart.
"""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

from tests.live.inside import clusters
from tests.live.inside.wiring import HOSTS, MACHINES, NEIGHBOURS, SWITCHES
from vlan2l3.rehearse.guest.shell import ENVIRONMENT, CommandFailed, run

JOB = Path("/run/job")
SSH_PORT = 22
OPERATOR = "operator"
HOME = "/run/home"
ASKS_LLDPD = "adm:"  # the group Debian lets use lldpctl

# What is below /mnt/etc takes the place of the file or folder of that name in /etc.
ENTER = """
set -e
exec </dev/null >/run/job/logs/{name} 2>&1
echo {name} > /proc/sys/kernel/hostname
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir -p /mnt/job /mnt/sshd /mnt/lldpd /mnt/home
cp -r /run/machines/{name} /mnt/etc
mount --bind /run/job /mnt/job
mount -n --move /mnt /run
for place in hostname hosts passwd shadow group network lldpd.d corosync keepalived; do
    [ ! -e /run/etc/$place ] || mount --bind /run/etc/$place /etc/$place
done
lldpd -d &
[ ! -e /run/etc/start ] || . /run/etc/start
exec /usr/sbin/sshd -D -e -f /run/etc/sshd_config
"""

SSHD = """ListenAddress {address}
HostKey /run/job/keys/host_key
PidFile none
AuthorizedKeysFile /run/job/keys/authorized_keys
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
PrintMotd no
LogLevel VERBOSE
ForceCommand /run/job/run
"""

INTERFACES = """auto lo
iface lo inet loopback

auto {port}
iface {port}
"""


def start(name: str, *, clustered: bool = False) -> subprocess.Popen[bytes]:
    """Start a machine, a host with its part in the clusters if asked; it may not be ready yet."""
    folder = Path("/run/machines") / name
    (folder / "network").mkdir(parents=True)
    (folder / "lldpd.d").mkdir()
    port = "bridge" if name in SWITCHES else "bond0"
    (folder / "network" / "interfaces").write_text(INTERFACES.format(port=port))
    # Cumulus Linux names its ports in LLDP; lldpd by itself sends their MAC addresses.
    named = "configure lldp portidsubtype ifname\n" if name in SWITCHES else ""
    (folder / "lldpd.d" / "ports.conf").write_text(f"configure lldp tx-interval 1\n{named}")
    (folder / "hostname").write_text(f"{name}\n")
    # lldpd asks for the name that belongs to its address, and a resolver would keep it waiting.
    hosts = "".join(f"{address} {other}\n" for other, address in MACHINES.items())
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
    (folder / "sshd_config").write_text(SSHD.format(address=MACHINES[name]))
    _accounts(folder)
    if clustered and name in HOSTS:
        clusters.install(folder, name)
    command = ("ip", "netns", "exec", name, "unshare", "--mount", "--uts", "--propagation", "private")
    return subprocess.Popen([*command, "sh", "-c", ENTER.format(name=name)], env=ENVIRONMENT)


def _accounts(folder: Path) -> None:
    """Add a user who is nobody special but may ask lldpd; no account is locked, nobody's profile is read."""
    own = {"root": f"root:x:0:0::{HOME}:/bin/sh", OPERATOR: f"{OPERATOR}:x:4242:4242::{HOME}:/bin/sh"}
    accounts = {line.partition(":")[0]: line for line in Path("/etc/passwd").read_text().splitlines()} | own
    (folder / "passwd").write_text("\n".join(accounts.values()) + "\n")
    shadow = "".join(f"{name}:*:20000:0:99999:7:::\n" for name in accounts)
    (folder / "shadow").write_text(shadow)
    (folder / "shadow").chmod(0o600)
    groups = [
        line + (("," if line[-1] != ":" else "") + OPERATOR if line.startswith(ASKS_LLDPD) else "")
        for line in Path("/etc/group").read_text().splitlines()
    ]
    (folder / "group").write_text("\n".join([*groups, f"{OPERATOR}:x:4242:"]) + "\n")


def sshds_answer() -> bool:
    """Tell whether one can log in to every machine."""
    for address in MACHINES.values():
        try:
            with socket.create_connection((address, SSH_PORT), timeout=2) as connection:
                if connection.recv(4) != b"SSH-":
                    return False
        except OSError:
            return False
    return True


def neighbours_are_seen(holders: dict[str, int]) -> bool:
    """Tell whether the lldpd of every machine has heard each of its neighbours."""
    for name, process in holders.items():
        enter = ("nsenter", f"--target={process}", "--mount", "--net", "--uts")
        try:
            told = json.loads(run(*enter, "lldpctl", "-f", "json0"))
        except (CommandFailed, ValueError):
            return False  # it has only begun
        ports = {port["name"] for lldp in told["lldp"] for port in lldp.get("interface", [])}
        if len(ports) != NEIGHBOURS[name]:
            return False
    return True
