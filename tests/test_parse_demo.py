"""Hold the parsers against the demo network: every switch answer is read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.capture import store
from vlan2l3.parse import engine
from vlan2l3.parse.reading import Reading
from vlan2l3.parse.records import Gateway, MacEntry, MlagDomain, StpInstance, StpPort, Switchport

DEMO = Path(__file__).parent.parent / "fixtures" / "demo"


@pytest.fixture(scope="module")
def demo() -> Reading:
    """Read the shipped capture once."""
    return engine.read_capture(store.load(DEMO))


def test_every_switch_answer_is_read_whole(demo: Reading) -> None:
    """Expected equals parsed for every command of every switch, and no line is left."""
    switches = {d.name for d in store.load(DEMO).manifest.devices if d.platform in ("eos", "nxos")}
    found = [a for a in demo.answers if a.device in switches]
    assert {a.device for a in found} == switches
    assert {a.status for a in found} <= {"data", "absent"}
    assert not [a for a in found if a.expected != a.parsed]
    assert not [a for a in found if a.status == "absent" and "hsrp" not in a.command]
    assert not [u for u in demo.unparsed if u.source.device in switches]


def test_the_network_is_what_it_was_made_to_be(demo: Reading) -> None:
    """Six MLAG members, a root, blocked uplinks, VARP gateways, access and trunk ports."""
    records = demo.records
    assert {r.source.device for r in records if isinstance(r, MlagDomain)} == {
        f"leaf-r1{rack}{side}" for rack in (1, 2, 3) for side in "ab"
    }
    instances = [r for r in records if isinstance(r, StpInstance)]
    roots = {r.source.device for r in instances if r.root == r.bridge and 110 in r.vlans}
    assert roots == {"core1"}
    blocked = {
        (r.source.device, r.interface)
        for r in records
        if isinstance(r, StpPort) and r.role == "alternate" and r.instance in ("VL110", "VLAN0110")
    }
    assert ("leaf-r12a", "Port-Channel2") in blocked
    assert {r.mac for r in records if isinstance(r, Gateway)} >= {"00:1c:73:00:00:99"}
    assert {r.mode for r in records if isinstance(r, Switchport)} == {"access", "trunk"}
    assert {r.origin for r in records if isinstance(r, MacEntry)} >= {"learned"}
