"""Time reading: a large MAC table beside ntc-templates on the same text, and a capture of 2,400 devices.

The rows of both readers are compared before a time is printed. The large network is made by the fixtures'
generator and read in a process of its own, whose peak memory is printed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ntc_templates.parse import parse_output

from tests.benchmarks.process import ROOT, measure, row
from vlan2l3.names import DeviceName, mac
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import MacEntry

ROWS = (10_000, 100_000)
TABLES = (("eos", "arista_eos"), ("nxos", "cisco_nxos"), ("ios", "cisco_ios"))
COMMAND = "show mac address-table"
READ = """
import sys
from pathlib import Path
from vlan2l3.capture import store
from vlan2l3.parse.engine import read_capture
reading = read_capture(store.load(Path(sys.argv[1])))
assert not reading.unparsed
"""
RACKS, HOSTS = 75, 30


def table(platform: str, count: int) -> str:
    """Write a MAC table of as many rows."""
    chance = random.Random(count)
    macs = (  # a learned address is never a group's: its first octet is even
        ":".join((f"{chance.randrange(0, 256, 2):02x}", *(f"{chance.randrange(256):02x}" for _ in range(5))))
        for _ in range(count)
    )
    rows = [
        (chance.randrange(1, 4095), f"{m[0:2]}{m[3:5]}.{m[6:8]}{m[9:11]}.{m[12:14]}{m[15:17]}") for m in macs
    ]
    return HEADS[platform] + "".join(
        LINES[platform](vlan, mac, chance.randrange(1, 49)) for vlan, mac in rows
    )


HEADS = {
    "eos": (
        "          Mac Address Table\n"
        "------------------------------------------------------------------\n\n"
        "Vlan    Mac Address       Type        Ports      Moves   Last Move\n"
        "----    -----------       ----        -----      -----   ---------\n"
    ),
    "nxos": (
        "   VLAN     MAC Address      Type      age     Secure NTFY Ports\n"
        "---------+-----------------+--------+---------+------+----+------------------\n"
    ),
    "ios": (
        "          Mac Address Table\n"
        "-------------------------------------------\n\n"
        "Vlan    Mac Address       Type        Ports\n"
        "----    -----------       --------    -----\n"
    ),
}
LINES: dict[str, Callable[[int, str, int], str]] = {
    "eos": lambda vlan, mac, port: f"{vlan:4}    {mac}    DYNAMIC     Et{port:<8} 1       0:02:41 ago\n",
    "nxos": lambda vlan, mac, port: f"* {vlan:<6}   {mac}   dynamic  0         F      F    Eth1/{port}\n",
    "ios": lambda vlan, mac, port: f"{vlan:4}    {mac}    DYNAMIC     Gi1/0/{port}\n",
}


def ours(platform: str, text: str) -> tuple[float, set[tuple[int, str]]]:
    """Read with the platform's parser; give the seconds, and VLAN and MAC of each row."""
    raw = Raw(device=DeviceName("d"), platform=platform, command=COMMAND, file="f", text=text)
    begun = time.perf_counter()
    rows = engine.read_answer(raw)
    seconds = time.perf_counter() - begun
    assert not rows.unparsed
    return seconds, {(r.vlan, r.mac) for r in rows.records if isinstance(r, MacEntry)}


def theirs(platform: str, text: str) -> tuple[float, set[tuple[int, str]]]:
    """Read with ntc-templates."""
    begun = time.perf_counter()
    found: list[dict[str, Any]] = parse_output(platform=platform, command=COMMAND, data=text)
    seconds = time.perf_counter() - begun
    return seconds, {
        (int(row.get("vlan_id") or row["vlan"]), mac(row.get("destination_address") or row["mac_address"]))
        for row in found
    }


def main() -> None:
    """Print both tables."""
    row("platform", "MAC rows", "vlan2l3", "ntc-templates", "ratio")
    for platform, foreign in TABLES:
        ours(platform, table(platform, 10))
        theirs(foreign, table(platform, 10))
        for count in ROWS:
            text = table(platform, count)
            here, rows = ours(platform, text)
            there, others = theirs(foreign, text)
            assert rows == others, f"{platform}: the rows differ"
            row(platform, str(count), f"{here:.2f} s", f"{there:.2f} s", f"{there / here:.1f}")
    sys.stdout.write("\n")
    row("devices", "files", "read", "peak memory")
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "network"
        size = ("--racks", str(RACKS), "--hosts", str(HOSTS), "--out", str(out))
        subprocess.run([sys.executable, "-m", "fixtures.generate", *size], cwd=ROOT, check=True)
        devices = sum(1 for path in out.iterdir() if path.is_dir())
        files = sum(1 for path in out.rglob("*") if path.is_file())
        read = measure(READ, str(out), runs=1)
        row(str(devices), str(files), f"{read.seconds:.1f} s", f"{read.memory:.0f} MiB")
