"""Platforms without a folder are asked through NAPALM, for what it is right about and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live import ssh
from tests.live.device import Device
from vlan2l3 import platforms
from vlan2l3.collect.allow import AllowList, NotAllowedError, Question, allow_list
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, Session
from vlan2l3.collect.transports.napalm import open_session
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.records import Facts, Port

VERSION = """\
Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E8, RELEASE SOFTWARE (fc3)
ROM: Bootstrap program is C2960X boot loader

edge1 uptime is 1 week, 2 days, 3 hours, 4 minutes
System image file is "flash:image.bin"

cisco WS-C2960X-24TS-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.
Processor board ID FOC00000TST
"""
INTERFACES = """\
GigabitEthernet1/0/1 is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet, address is 0200.5e10.0001 (bia 0200.5e10.0001)
  Description: to core
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
"""


def device() -> Device:
    """Play a switch of a platform that NAPALM knows."""
    return Device(
        name="edge1",
        platform="ios",
        answers={
            "show version": VERSION,
            "show hosts": "Default domain is example.net\n",
            "show ip interface brief": (
                "Interface              IP-Address      OK? Method Status                Protocol\n"
                "GigabitEthernet1/0/1   unassigned      YES unset  up                    up\n"
            ),
            "show interfaces": INTERFACES,
        },
    )


def opened(played: Device, known_hosts: Path, allowed: AllowList) -> Session:
    """Log in through the driver of the platform it plays."""
    target = Target(
        name="edge1", platform="napalm", said="ios", address="127.0.0.1", port=played.port, username="reader"
    )
    login = Credentials(username="reader", password=played.password)
    settings = Discover(known_hosts=str(known_hosts), connect_timeout=5.0, timeout=5.0)
    return open_session(target, login, settings, allowed)


@pytest.fixture
def allowed() -> AllowList:
    """Give the list of getters."""
    return allow_list(platforms.load("napalm"), "napalm")


def question(allowed: AllowList, getter: str) -> Question:
    """Find the question for a getter."""
    return next(q for q in allowed.questions if q.line == getter)


def test_getters_become_records(tmp_path: Path, allowed: AllowList) -> None:
    """What the driver made of the outputs is kept as JSON and read afterwards; only `show` was sent."""
    played = device()
    with ssh.serve([played], tmp_path / "known_hosts"):
        session = opened(played, tmp_path / "known_hosts", allowed)
        texts = {g: session.ask(question(allowed, g)) for g in ("get_facts", "get_interfaces")}
        session.close()
    records = [
        record
        for getter, text in texts.items()
        for record in engine.read_answer(
            Raw(device=DeviceName("edge1"), platform="napalm", command=getter, file="f", text=text)
        ).records
    ]
    facts = next(record for record in records if isinstance(record, Facts))
    port = next(record for record in records if isinstance(record, Port))
    assert (facts.hostname, facts.model, facts.serial) == ("edge1", "WS-C2960X-24TS-L", "FOC00000TST")
    assert (port.name, port.up, port.mac) == ("GigabitEthernet1/0/1", True, "02:00:5e:10:00:01")
    assert {line.split()[0] for line in played.received} == {"show", "terminal"}


@pytest.mark.parametrize("getter", ["get_mac_address_table", "get_arp_table", "get_vlans", "cli", "close"])
def test_a_getter_that_loses_rows_is_on_no_list(allowed: AllowList, getter: str) -> None:
    """Static flags, VRFs and dynamic VLANs get lost in them: no record comes from one."""
    with pytest.raises(NotAllowedError):
        allowed.permit(getter)


def test_a_getter_that_fails_is_an_answer(tmp_path: Path, allowed: AllowList) -> None:
    """A driver's parser that stumbles over a line costs this getter, and says so."""
    played = device()
    played.answers = {}
    with ssh.serve([played], tmp_path / "known_hosts"):
        session = opened(played, tmp_path / "known_hosts", allowed)
        text = session.ask(question(allowed, "get_facts"))
        session.close()
    assert text.startswith("% the NAPALM driver ") or json.loads(text)["model"] == "Unknown"


def test_an_unknown_host_key_ends_it_before_a_login(tmp_path: Path, allowed: AllowList) -> None:
    """The driver is told to check keys."""
    played = device()
    with ssh.serve([played]):
        (tmp_path / "empty").write_text("")
        with pytest.raises(RefusedError, match="the host key of"):
            opened(played, tmp_path / "empty", allowed)
    assert played.logins == []
