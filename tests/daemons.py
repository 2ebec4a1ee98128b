"""Run a host, its two leafs and a core in namespaces of this machine, with daemons of several releases.

A machine is one process that holds a network and a mount namespace: when it ends, its interfaces, mounts and
files are gone. The kernel here has no dummy interface, so an `ifb` takes its place and its name.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vlan2l3"
OUTSIDE4, OUTSIDE6 = "198.51.100.1", "2001:db8:feed::1"
FOREIGN = "203.0.113.0/24"  # what the leafs offer beside the default, and the host has to turn down
STATE = (
    "mount -t tmpfs none /run && mkdir -p /run/bird /run/frr && chown frr:frr /run/frr"
    " && mkdir -p /var/lib/frr && mount -t tmpfs none /var/lib/frr && chown frr:frr /var/lib/frr"
)
PATIENCE = 45.0  # seconds; a session takes two to ten


@dataclass(frozen=True, kw_only=True)
class Release:
    """Name where a daemon of a Debian release lies: installed, or unpacked by `.ci/releases`."""

    name: str
    codename: str = ""
    package: str = ""

    def program(self, path: str) -> tuple[str, ...]:
        """Give how a program of the package is started, with its own libraries."""
        if not self.codename:
            return (path,)
        tree = CACHE / self.codename / self.package
        assert (tree / ".whole").exists(), (
            f"{tree} is missing: sh .ci/releases {self.codename} {self.package}"
        )
        libraries = tree / "usr/lib/x86_64-linux-gnu"
        return (
            *(str(tree / "usr/lib64/ld-linux-x86-64.so.2"), "--library-path"),
            *(f"{libraries}:{libraries}/frr", str(tree / path.removeprefix("/"))),
        )


BIRDS = (
    Release(name="BIRD 2.0.12"),
    Release(name="BIRD 2.17", codename="trixie", package="bird2"),
    Release(name="BIRD 3.1", codename="trixie", package="bird3"),
)
FRRS = (Release(name="FRR 8.4"), Release(name="FRR 10.3", codename="trixie", package="frr"))


@dataclass(kw_only=True)
class Machine:
    """Hold one machine's namespaces and whatever runs in them."""

    name: str
    process: subprocess.Popen[str] = field(init=False)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the namespaces and wait until they are there."""
        script = f"{STATE} && ip link set lo up && echo ready && exec sleep infinity"
        self.process = subprocess.Popen(
            ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", script],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", self.name

    def inside(self, *command: str) -> list[str]:
        """Give the command that runs another one in the machine."""
        return ["nsenter", f"--target={self.process.pid}", "--net", "--mount", *command]

    def run(self, *command: str) -> str:
        """Run a command to its end; a failure is an error with what it said."""
        done = subprocess.run(self.inside(*command), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{self.name}: {' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *command: str, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start a program that stays in the foreground."""
        made = subprocess.Popen(
            self.inside(*command), stdout=output, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.started.append(made)
        return made

    def end(self) -> None:
        """End everything of the machine, by the ids of its own processes."""
        for process in (*reversed(self.started), self.process):
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def machines(*names: str) -> Iterator[list[Machine]]:
    """Make machines and end them, whatever happens."""
    made: list[Machine] = []
    try:
        made.extend(Machine(name=name) for name in names)
        yield made
    finally:
        for machine in made:
            machine.end()


def cable(one: Machine, port: str, other: Machine, far: str) -> None:
    """Join two machines; the ports are up, and know no other address than their link-local ones."""
    one.run("ip", "link", "add", "dev", port, "type", "veth", "peer", "name", far)
    one.run("ip", "link", "set", "dev", far, "netns", str(other.process.pid))
    for machine, name in ((one, port), (other, far)):
        machine.run("sysctl", "-q", "-w", f"net/ipv6/conf/{name}/accept_dad=0")
        machine.run("ip", "link", "set", "dev", name, "up")


def leaf_config(asn: int, host_asn: int, prefixes: tuple[str, ...]) -> str:
    """Give a leaf that offers more than the default, and accepts exactly these prefixes, as a plan has it."""
    own = {"ip": [p for p in prefixes if ":" not in p], "ipv6": [p for p in prefixes if ":" in p]}
    return router(
        asn,
        *(f"{word} prefix-list H permit {p}" for word, found in own.items() for p in found),
        *(f"{word} prefix-list H seq 1000 deny any" for word in own),
        f"ip route {FOREIGN} blackhole",
        neighbours={"up": "external", "swp1": str(host_asn)},
        networks=(FOREIGN,),
        policy={"swp1": "prefix-list H in"},
    )


def core_config(asn: int) -> str:
    """Give the machine behind both leafs: it is the outside, and gives them the default."""
    networks = (f"{OUTSIDE4}/32", f"{OUTSIDE6}/128")
    neighbours = {"down0": "external", "down1": "external"}
    return router(
        asn, neighbours=neighbours, networks=networks, policy=dict.fromkeys(neighbours, "default-originate")
    )


def router(
    asn: int,
    *before: str,
    neighbours: dict[str, str],
    networks: tuple[str, ...],
    policy: dict[str, str],
) -> str:
    """Write an FRR router with unnumbered neighbours, each with its AS number or `external`."""
    lines = [*before, f"router bgp {asn}", f" bgp router-id 10.255.0.{asn % 100}"]
    lines.append(" bgp bestpath as-path multipath-relax")
    for name, remote in neighbours.items():
        lines.append(f" neighbor {name} interface remote-as {remote}")
        lines.append(f" neighbor {name} capability extended-nexthop")
        lines.append(f" neighbor {name} timers connect 1")
    for family, colon in (("ipv4", False), ("ipv6", True)):
        lines.append(f" address-family {family} unicast")
        lines += [f"  network {network}" for network in networks if (":" in network) is colon]
        lines += [f"  neighbor {name} activate" for name in neighbours]
        lines += [f"  neighbor {name} {words}" for name, words in policy.items()]
    return "\n".join([*lines, ""])


def start_router(machine: Machine, frr: Release, text: str) -> None:
    """Run a router's daemons and give them a configuration, which is all they know."""
    path = Path(f"/proc/{machine.process.pid}/root/run/frr.conf")
    # FRR before 9 loses a member of a next-hop group when a link comes back for the second time.
    path.write_text(text if frr.codename else f"no zebra nexthop kernel enable\n{text}")
    for name in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
        machine.run("sysctl", "-q", "-w", f"net/{name}=1")
    start_daemons(machine, frr)
    machine.run(*frr.program("/usr/bin/vtysh"), "-f", "/run/frr.conf")


def start_daemons(machine: Machine, frr: Release) -> None:
    """Run FRR's daemons without any configuration."""
    daemons = (*(("mgmtd",) if frr.codename else ()), "zebra", "staticd", "bgpd")
    for daemon in daemons:
        socket = Path(f"/proc/{machine.process.pid}/root/run/frr/{daemon}.vty")
        socket.unlink(missing_ok=True)  # of one that was killed
        machine.start(*frr.program(f"/usr/lib/frr/{daemon}"), "-F", "datacenter", "--vty_port", "0")
        until(socket.exists, f"{daemon} of {machine.name}")


def tell(leaf: Machine, frr: Release, *lines: str) -> str:
    """Type lines into a leaf's shell."""
    words = [word for line in lines for word in ("-c", line)]
    return leaf.run(*frr.program("/usr/bin/vtysh"), *words)


def routes(machine: Machine, family: int, prefix: str = "default") -> list[dict[str, Any]]:
    """Read what the kernel has for a prefix."""
    found = json.loads(machine.run("ip", f"-{family}", "-j", "route", "show", prefix) or "[]")
    assert isinstance(found, list)
    return found


def hops(machine: Machine, family: int, prefix: str = "default") -> set[str]:
    """Name the interfaces that a prefix leaves by."""
    ways = [way for route in routes(machine, family, prefix) for way in route.get("nexthops", [route])]
    return {way["dev"] for way in ways if "dev" in way}


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something, and say what never came."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.1)


@contextmanager
def pinging(machine: Machine, target: str, source: str) -> Iterator[Callable[[], int]]:
    """Send a hundred packets a second; the value gives, afterwards, how many were lost."""
    command = ("ping", "-q", "-i", "0.01", "-W", "1", "-I", source, target)
    ping = machine.start(*command, output=subprocess.PIPE)
    lost: list[int] = []
    time.sleep(0.5)
    yield lambda: lost[0]
    time.sleep(0.5)
    ping.send_signal(signal.SIGINT)  # nsenter became ping itself, which then prints its account
    said, _ = ping.communicate(timeout=10)
    sent, received = (int(word) for word in _account(said))
    lost.append(sent - received)


def _account(said: str) -> tuple[str, str]:
    (line,) = [line for line in said.splitlines() if "packets transmitted" in line]
    words = line.split()
    return words[0], words[3]
