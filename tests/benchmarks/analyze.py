"""Time `analyze` on a model of 8,000 hosts and 300,000 MAC rows, and its peak memory.

Most of the MACs are guests behind a tenth of the hosts; clusters, VRRP pairs and firewalls are among them,
and how many findings that must give is checked. The reference walks the same model once and looks at every
MAC with one regular expression, in the same process, so that a slow machine is seen in both columns.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.analyze_builders import address, excerpt, host, network, port, ref, segment, station, switch
from tests.benchmarks.process import ROOT, row
from vlan2l3.analyze import analyze, load_catalogue
from vlan2l3.network.model import Host, Network, Station, StationKind, Switch
from vlan2l3.parse.reading import Answer

HOSTS, MACS = 8_000, 300_000
ON_LEAF, IN_SEGMENT = 20, 400
HYPERVISORS, CLUSTERED, FIREWALLS = 10, 100, 20  # one host in so many; every so many leafs
CONF = "totem {{\n  version: 2\n  cluster_name: c{0}\n  transport: udp\n}}\n"
VRRP = (
    "vrrp_instance V {{\n  interface bond0\n  virtual_router_id {0}\n"
    "  virtual_ipaddress {{\n    {1}\n  }}\n}}\n"
)
COMMANDS = (
    "ip -j -d addr show", "ss -lntupH", "cat /proc/net/igmp", "dpkg-query -W", "cat /etc/network/interfaces",
    "systemctl list-units --type=service --state=running --no-legend --plain",
    "sysctl net.ipv4.conf net.ipv6.conf net.ipv4.ip_forward",
)  # fmt: skip
UNITS = tuple(f"service-{number}.service" for number in range(25))
PACKAGES = {f"package-{number}": f"1.{number}-1" for number in range(60)}
SYSCTLS = {
    f"net.ipv4.conf.eth{n}.{key}": "0" for n in range(6) for key in ("rp_filter", "arp_ignore", "proxy_arp")
}


def names(number: int) -> tuple[str, str, int]:
    """Give a host's name, its leaf's, and its segment's number."""
    return f"h{number:05d}", f"leaf-r{number // ON_LEAF:03d}", 100 + number // IN_SEGMENT


def hosts() -> Iterator[Host]:
    """Give the hosts: neighbours are clusters, VRRP pairs, or nothing special."""
    for number in range(HOSTS):
        name, leaf, vlan = names(number)
        pair = number // 2 * 2
        files = {"/etc/network/interfaces": "auto bond0\niface bond0 inet static\n"}
        units, groups = UNITS, ("224.0.0.1",)
        if pair % CLUSTERED == 0:
            files["/etc/corosync/corosync.conf"] = CONF.format(pair)
            units, groups = (*UNITS, "corosync.service"), ("224.0.0.1", "239.192.1.2")
        elif pair % CLUSTERED == CLUSTERED // 2:
            vip = f"10.{vlan - 100}.255.{pair // CLUSTERED % 200 + 1}/16"
            files["/etc/keepalived/keepalived.conf"] = VRRP.format(pair // CLUSTERED % 200 + 1, vip)
            units = (*UNITS, "keepalived.service")
        text = f"10.{vlan - 100}.{number % IN_SEGMENT // 200}.{number % 200 + 1}/16"
        yield host(
            name, f"Ethernet{number % ON_LEAF + 1}", leaf=leaf, files=files, units=units, groups=groups,
            addresses=(address(name, text, f"vlan{vlan}"),), packages=PACKAGES, sysctls=SYSCTLS,
            sockets=tuple(("tcp", "0.0.0.0", p, "service") for p in range(8000, 8012)),  # noqa: S104
        )  # fmt: skip


def stations() -> Iterator[Station]:
    """Give a station for each host, one for each firewall, and guests behind the hypervisors for the rest."""
    places = range(0, HOSTS, HYPERVISORS)
    for number in range(MACS):
        behind = number if number < HOSTS else places[number % len(places)]
        name, leaf, vlan = names(behind)
        kind = StationKind.HOST if number < HOSTS else StationKind.UNKNOWN
        family = "3c:fd:fe" if number < HOSTS else "52:54:00"
        mac = f"{family}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        at = (ref(leaf, f"Ethernet{behind % ON_LEAF + 1}"),)
        found = station(mac, vlan, kind, at=at, owner=name if number < HOSTS else None)
        yield found
    for rack in range(0, HOSTS // ON_LEAF, FIREWALLS):
        leaf, vlan = f"leaf-r{rack:03d}", names(rack * ON_LEAF)[2]
        yield station(
            f"00:09:0f:09:{rack % 256:02x}:00", vlan, StationKind.VIRTUAL, at=(ref(leaf, "Ethernet48"),)
        )


def switches() -> Iterator[Switch]:
    """Give the leafs."""
    for rack in range(HOSTS // ON_LEAF):
        name = f"leaf-r{rack:03d}"
        vlan = names(rack * ON_LEAF)[2]
        ports = tuple(port(f"Ethernet{n}", vlan, device=name) for n in (*range(1, ON_LEAF + 1), 48))
        yield switch(
            name, ports=ports, config=f"hostname {name}\n" + "interface Ethernet1\n   no shutdown\n" * 48
        )


def model() -> Network:
    """Put the network together."""
    racks = IN_SEGMENT // ON_LEAF
    segments = tuple(
        segment(100 + n, f"10.{n}.0.0/16", leafs=tuple(f"leaf-r{n * racks + i:03d}" for i in range(racks)))
        for n in range(HOSTS // IN_SEGMENT)
    )
    return network(*hosts(), switches=tuple(switches()), segments=segments, stations=tuple(stations()))


def child() -> None:
    """Build the model, time the reference and the analysis, and print both with the peak memory."""
    net = model()
    answers = tuple(
        Answer(device=h.name, command=c, file="", status="data") for h in net.hosts for c in COMMANDS
    )
    pattern = re.compile("^00:00:5e:00:0[12]:")
    begun = time.perf_counter()
    assert not any(pattern.search(found.mac) for found in net.stations)
    assert sum(len(h.units) + len(h.sockets) + len(h.sysctls) for h in net.hosts)
    walked = time.perf_counter() - begun
    begun = time.perf_counter()
    findings = analyze(net, load_catalogue(), excerpt=excerpt, answers=answers)
    took = time.perf_counter() - begun
    count = Counter(finding.rule for finding in findings)
    assert count["corosync-udp-multicast"] == HOSTS // CLUSTERED
    assert count["keepalived-multicast"] == HOSTS // CLUSTERED
    assert count["fortigate-fgcp"] == HOSTS // ON_LEAF // FIREWALLS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row(str(len(net.hosts)), str(len(net.stations)), f"{took:.1f} s", f"{walked:.2f} s", f"{peak:.0f} MiB")


def main() -> None:
    """Print the table."""
    row("hosts", "MAC rows", "analyze", "reference", "peak memory")
    subprocess.run(
        [sys.executable, "-c", "from tests.benchmarks.analyze import child; child()"], cwd=ROOT, check=True
    )
