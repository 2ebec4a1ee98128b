"""`vlan2l3 discover` inside the guest, against four real Linux machines: bridges, bonds, lldpd and sshd."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from tests.live.guest import HOSTS, KEY, KNOWN_HOSTS, MACHINES, SWITCHES, Guest
from tests.live.journal import Journal
from tests.live.network import Done
from vlan2l3 import platforms
from vlan2l3.capture.manifest import Status
from vlan2l3.collect.allow import allow_list

PLATFORMS = {**dict.fromkeys(SWITCHES, "cumulus"), **dict.fromkeys(HOSTS, "linux")}
SETTINGS = f"""[inventory.options]
host_file = "hosts.yaml"
[discover]
known_hosts = "{KNOWN_HOSTS}"
connect_timeout = 20.0
timeout = 30.0
"""


@pytest.mark.uml
def test_real_switches_and_hosts_are_read(tmp_path: Path) -> None:
    """What the kernel, lldpd and the bonds say arrives, and nothing that isn't on the list was sent."""
    journal = Journal()
    guest = Guest(tmp_path, journal=journal)
    hosts = {
        name: {
            "hostname": address,
            "username": "root",
            "platform": PLATFORMS[name],
            "data": {"key_file": KEY},
        }
        for name, address in MACHINES.items()
    }
    (guest.work / "hosts.yaml").write_bytes(msgspec.json.encode(hosts))
    (guest.work / "vlan2l3.toml").write_text(SETTINGS)
    environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    (answer,) = guest.run([sys.executable, "-m", "vlan2l3", "discover"], environment=environment)
    done = Done(code=answer.status, out=answer.output, err=answer.complaints, folder=guest.work)
    assert "Traceback" not in done.err
    assert set(done.devices) == set(MACHINES), done.err

    for name, platform in PLATFORMS.items():
        essential = {"lldpctl -f json0", "ip -j -d addr show", "bridge -j vlan show"}
        essential |= {"cat /proc/net/bonding/bond0"} if name in HOSTS else {"bridge -j fdb show"}
        entries = done.entries(name)
        assert {command: entries[command].status for command in essential} == dict.fromkeys(
            essential, Status.DATA
        )
        told = json.loads((done.capture / name / entries["lldpctl -f json0"].file).read_text())
        ports = {port["name"] for lldp in told["lldp"] for port in lldp["interface"]}
        assert ports == ({"eth1", "eth2"} if name in HOSTS else {"swp1", "swp2", "swp3", "swp49", "swp50"})
        allowed = allow_list(platforms.load(platform), "shell")
        assert journal.lines(name)
        for line in journal.lines(name):
            allowed.permit(line.text)
