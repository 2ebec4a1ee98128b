"""`vlan2l3 discover` on real Linux: VLAN-aware bridges, LACP bonds, spanning tree, lldpd and sshd."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from tests.live.guest import HOSTS, KEY, KNOWN_HOSTS, MACHINES, SWITCHES, Guest
from tests.live.inside.clusters import GROUP, VIP, VRRP_GROUP
from vlan2l3 import platforms
from vlan2l3.analyze import Certainty
from vlan2l3.capture import store
from vlan2l3.capture.manifest import Status
from vlan2l3.cli.stages import survey
from vlan2l3.collect.allow import allow_list
from vlan2l3.network import build
from vlan2l3.parse.engine import read_capture

pytestmark = [pytest.mark.uml, pytest.mark.checkout]


def test_two_switches_and_two_hosts_are_discovered_by_ssh(tmp_path: Path) -> None:
    """Both switches, both hosts and every cable between them, with nothing sent that is not on the list."""
    guest = Guest(tmp_path)
    _inventory(guest.work)
    command = (sys.executable, "-m", "vlan2l3", "discover", "--name", "guest")
    (answer,) = guest.run(command, environment={"PYTHONPATH": str(ROOT), "HOME": "/run/job/work"})
    assert "Traceback" not in answer.complaints
    assert answer.status in (0, 3), answer.complaints

    capture = store.load(guest.work / "captures" / "guest")
    devices = {device.name: device for device in capture.manifest.devices}
    assert set(devices) == set(MACHINES)
    for device in devices.values():
        states = {entry.status for entry in device.commands}
        assert Status.DATA in states, device.note
        failed = [e for e in device.commands if e.status is Status.FAILED]
        # a kubectl of this machine finds no cluster in the guest
        assert not [(e.command, e.note) for e in failed if not e.command.startswith("kubectl ")], device.name

    reading = read_capture(capture)
    network, _ = build.build(reading, name="guest", digest=capture.digest, devices=capture.manifest.devices)
    assert {switch.name for switch in network.switches} == set(SWITCHES)
    assert {host.name for host in network.hosts} >= set(HOSTS)
    legs = {(host.name, leg.port.device) for host in network.hosts if host.name in HOSTS for leg in host.legs}
    assert legs == {(host, switch) for host in HOSTS for switch in SWITCHES}

    for name in SWITCHES:
        vlans = json.loads(_text(capture, devices[name], "bridge -j vlan show"))
        assert {v["vlan"] for port in vlans for v in port["vlans"]} >= {1, 10, 20}
    assert {line.device for line in guest.lines()} == set(MACHINES)
    for line in guest.lines():
        platform = "cumulus" if line.device in SWITCHES else "linux"
        allow_list(platforms.load(platform), "shell").permit(line.text)


def _inventory(folder: Path) -> None:
    hosts = {
        name: {
            "hostname": address,
            "username": "root",
            "platform": "cumulus" if name in SWITCHES else "linux",
            "data": {"rack": "r1", "key_file": KEY},
        }
        for name, address in MACHINES.items()
    }
    (folder / "hosts.yaml").write_bytes(msgspec.json.encode(hosts))
    (folder / "vlan2l3.toml").write_text(
        "[inventory.options]\nhost_file = 'hosts.yaml'\n"
        f"[discover]\nknown_hosts = '{KNOWN_HOSTS}'\ntimeout = 60.0\n"
    )


def _text(capture: store.Capture, device: store.DeviceEntry, command: str) -> str:
    return capture.text(device, next(entry for entry in device.commands if entry.command == command))


def test_real_clusters_on_the_network_are_found_with_their_members(tmp_path: Path) -> None:
    """A corosync cluster and a keepalived pair that live by multicast: collected and proven as one each."""
    guest = Guest(tmp_path)
    _inventory(guest.work)
    program = (sys.executable, "-m", "vlan2l3")
    environment = {"PYTHONPATH": str(ROOT), "HOME": "/run/job/work"}
    guest.run((*program, "discover", "--name", "guest"), environment=environment, clustered=True)
    surveyed = survey(guest.work / "captures" / "guest")
    found = {
        finding.rule: finding
        for finding in surveyed.analysis().findings
        if finding.rule in ("corosync-udp-multicast", "keepalived-multicast")
    }
    assert set(found) == {"corosync-udp-multicast", "keepalived-multicast"}
    for rule, group in (("corosync-udp-multicast", GROUP), ("keepalived-multicast", VRRP_GROUP)):
        finding = found[rule]
        assert finding.certainty is Certainty.DECISIVE
        assert set(finding.hosts) == set(HOSTS)
        assert len(finding.segments) == 1
        joined = {
            e.source.device
            for e in finding.evidence
            if e.matcher in ("host.maddr", "derived.vrrp_group_joined")
        }
        assert joined == set(HOSTS)
        for host in HOSTS:
            read = surveyed.network.host(host)
            assert read is not None
            assert group in {str(known.group) for known in read.groups}
        assert {e.source.device for e in finding.evidence if e.matcher == "host.file"} | {
            e.source.device for e in finding.evidence if e.matcher.startswith("derived.")
        } == set(HOSTS)
    assert VIP in found["keepalived-multicast"].meaning
