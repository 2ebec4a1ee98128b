"""The ledger names what was not asked, not answered and not understood, and whom it concerns."""

from __future__ import annotations

import pytest
from network_story import Story, bonded_rack, mac

from vlan2l3 import platforms
from vlan2l3.capture.manifest import Status
from vlan2l3.network.coverage import GapKind
from vlan2l3.parse.reading import Unparsed


def asked(status: dict[str, str] | None = None, platform: str = "eos", rack: str = "r1") -> Story:
    """Tell of one switch that answered every command, except where `status` says otherwise."""
    story = Story()
    story.switch("a", 10, rack=rack, platform=platform)
    for spec in platforms.load(platform).commands:
        given = (status or {}).get(spec.command, "data")
        if given != "never":
            story.answer("a", spec.command, given)
    return story


def test_complete_capture_has_no_gap() -> None:
    """Every essential command has data."""
    assert asked().build()[1].gaps == ()


@pytest.mark.parametrize(
    "status", [Status.FAILED, Status.REFUSED, Status.NOT_ASKED, "unread", "never", Status.ABSENT]
)
def test_essential_command_without_data_is_a_blind_spot(status: str) -> None:
    """Refused, not asked, not readable, not in the manifest, or "absent" where every switch has it."""
    (gap,) = asked({"show vlan": status}).build()[1].gaps
    assert (gap.kind, gap.subject, gap.racks, gap.blind) == (
        GapKind.COMMAND_MISSING,
        "a show vlan",
        ("r1",),
        True,
    )


@pytest.mark.parametrize("command", ["show mlag detail", "show spanning-tree"])
def test_absent_feature_is_an_answer(command: str) -> None:
    """A switch may have no MLAG, and may run no spanning tree; refused is another matter."""
    assert asked({command: "absent"}).build()[1].gaps == ()
    assert len(asked({command: "failed"}).build()[1].gaps) == 1


@pytest.mark.parametrize(
    ("status", "noted"),
    [(Status.FAILED, True), (Status.NOT_ASKED, True), (Status.REFUSED, False), ("never", False)],
)
def test_command_that_is_not_essential_may_be_missing(status: str, noted: bool) -> None:  # noqa: FBT001
    """No plan rests on it alone; what was asked in vain is noted, and a device may not know it."""
    optional = {spec.command: status for spec in platforms.load("eos").commands if not spec.essential}
    assert optional
    gaps = asked(optional).build()[1].gaps
    assert {(gap.kind, gap.blind) for gap in gaps} == ({(GapKind.COMMAND_MISSING, False)} if noted else set())


def test_answer_under_an_alias_counts() -> None:
    """`show mac-address-table` is `show mac address-table`."""
    story = asked({"show mac address-table": "never"})
    story.answer("a", "show mac-address-table | json")
    assert story.build()[1].gaps == ()


def test_core_that_lacks_a_command_concerns_every_rack() -> None:
    """It has no rack, so no rack may be planned."""
    story = asked({"show vlan": "failed"}, rack="")
    for leaf in ("b", "c"):
        story.switch(leaf, 10, rack=f"r-{leaf}")
        story.trunk(leaf, "Ethernet1", 10)
        story.trunk("a", f"Ethernet{leaf}", 10)
        story.cable("a", f"Ethernet{leaf}", leaf, "Ethernet1")
    network, coverage = story.build()
    switch = network.switch("a")
    assert switch is not None
    assert switch.role == "core"
    assert [gap.racks for gap in coverage.gaps] == [()]
    assert len(coverage.blind_spots("r-b")) == 1


@pytest.mark.parametrize(("command", "blind"), [("show vlan", True), ("show hostname", False)])
def test_unparsed_lines_are_counted_and_the_first_is_shown(command: str, blind: bool) -> None:  # noqa: FBT001
    """Only those of an essential command keep the rack from being planned."""
    story = asked({command: "never"})
    story.answer("a", command, expected=5, parsed=3)
    for text in ("strange line", "another"):
        story.unparsed.append(
            Unparsed(source=story.at("a"), command=command, text=text, reason="no table fits")
        )
    (gap,) = story.build()[1].gaps
    assert (gap.kind, gap.subject, gap.blind) == (GapKind.LINES_UNPARSED, f"a {command}", blind)
    assert "2 line(s)" in gap.what
    assert "`strange line` (no table fits)" in gap.what


def test_row_that_got_lost_without_a_trace_is_a_gap() -> None:
    """The guard counted more rows than there are records."""
    story = asked({"show vlan": "never"})
    story.answer("a", "show vlan", expected=5, parsed=4)
    (gap,) = story.build()[1].gaps
    assert (gap.kind, gap.blind) == (GapKind.LINES_UNPARSED, True)


def test_silent_port_is_a_gap() -> None:
    """It is up, and nothing is known to be on it."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet30", 110)
    story.port("leaf-a", "Ethernet31", up=False)
    story.port("leaf-a", "Ethernet32", routed=True)
    (gap,) = story.gaps(GapKind.SILENT_PORT)
    assert (gap.subject, gap.racks, gap.blind) == ("leaf-a Ethernet30", ("r1",), True)


def test_half_of_an_mlag_lag_that_learned_nothing_is_not_silent() -> None:
    """The other half has the machine."""
    story = bonded_rack()
    for leaf in ("leaf-a", "leaf-b"):
        story.lag(leaf, "Port-Channel12", "Ethernet2", mlag="12")
        story.access(leaf, "Port-Channel12", 110, sort="lag")
    story.learns("leaf-a", "Port-Channel12", 110, mac(0xBAD))
    assert story.gaps(GapKind.SILENT_PORT) == ()


def test_vlan_table_that_lists_a_port_elsewhere_is_a_contradiction() -> None:
    """The port is set to VLAN 10, the VLAN table has it in 20."""
    story = Story()
    story.switch("a", 10, rack="r1")
    story.access("a", "Ethernet1", 10)
    story.learns("a", "Ethernet1", 10, mac(1))
    (vlan,) = (r for r in story.records if r.kind == "vlan")
    story.records.append(type(vlan)(source=story.at("a"), vlan=20, name="other", ports=("Ethernet1",)))
    assert [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)] == ["vlan a Ethernet1"]


def test_mac_on_an_interface_that_does_not_exist_is_a_contradiction() -> None:
    """The interface table lacks a port that has learned addresses."""
    story = Story()
    story.switch("a", 10, rack="r1")
    story.access("a", "Ethernet1", 10)
    story.learns("a", "Ethernet99", 10, mac(1))
    assert [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)] == ["port a Ethernet99"]


def test_mac_in_a_vlan_that_does_not_exist_is_a_contradiction() -> None:
    """The VLAN table lacks an id in which addresses were learned."""
    story = Story()
    story.switch("a", 10, rack="r1")
    story.access("a", "Ethernet1", 10)
    story.learns("a", "Ethernet1", 77, mac(1))
    assert [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)] == ["vlans a"]


def test_two_accounts_of_one_port_that_differ_are_a_contradiction() -> None:
    """State and configuration give the port different VLANs."""
    story = Story()
    story.switch("a", 10, 20, rack="r1")
    story.access("a", "Ethernet1", 10)
    story.access("a", "Ethernet1", 20)
    assert [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)] == ["switchport a Ethernet1"]


def test_switch_without_vlan_table_keeps_the_vlans_other_tables_prove() -> None:
    """Unknown is not absent: the access VLAN and the listed ones exist, "all" proves nothing."""
    story = Story()
    story.switch("a", rack="r1")
    story.access("a", "Ethernet1", 10)
    story.trunk("a", "Ethernet2", 20, 30)
    story.trunk("a", "Ethernet3", *range(1, 4095))
    assert [vlan for vlan, _ in story.network().switches[0].vlans] == [10, 20, 30]
