"""Cables are known from both ends, or doubted; names alone merge nothing."""

from __future__ import annotations

from network_story import Story, bonded_rack, mac

from vlan2l3.network.coverage import GapKind


def two_switches() -> Story:
    """Tell of two switches with one trunk each."""
    story = Story()
    for name in ("a", "b"):
        story.switch(name, 10, rack=f"r-{name}")
        story.trunk(name, "Ethernet1", 10)
        story.trunk(name, "Ethernet2", 10)
    return story


def test_link_that_only_one_end_hears_joins_and_is_a_contradiction() -> None:
    """The frame that was heard proves the cable; that the other end hears nobody needs an answer."""
    story = two_switches()
    story.hears("a", "Ethernet1", "b", "Ethernet1")
    story.hears("b", "Ethernet2", "stranger", "Ethernet9")
    network, coverage = story.build()
    assert [(str(link.a), str(link.b), link.confirmed) for link in network.links] == [
        ("a Ethernet1", "b Ethernet1", False)
    ]
    assert len(network.segments) == 1
    found = [gap for gap in coverage.gaps if gap.kind is GapKind.CONTRADICTION]
    assert [(gap.subject, gap.racks) for gap in found] == [("lldp a Ethernet1 b Ethernet1", ("r-a", "r-b"))]


def test_link_to_a_switch_without_lldp_table_is_no_contradiction() -> None:
    """Nothing was asked there, so nothing is denied; the missing table is a gap of its own."""
    story = two_switches()
    story.hears("a", "Ethernet1", "b", "Ethernet1")
    network, coverage = story.build()
    assert [link.confirmed for link in network.links] == [False]
    assert {gap.kind for gap in coverage.gaps} == {GapKind.SILENT_PORT}


def test_ends_that_name_other_ports_are_a_contradiction() -> None:
    """`a` hears port 1 of `b`, and port 1 of `b` hears port 2 of `a`."""
    story = two_switches()
    story.hears("a", "Ethernet1", "b", "Ethernet1")
    story.hears("b", "Ethernet1", "a", "Ethernet2")
    subjects = [gap.subject for gap in story.gaps(GapKind.CONTRADICTION)]
    assert subjects == ["lldp a Ethernet1 b Ethernet1", "lldp b Ethernet1 a Ethernet2"]


def test_port_name_the_other_switch_lacks_is_a_contradiction() -> None:
    """The cable leads somewhere on `b`, but not to a port that `b` has."""
    story = two_switches()
    story.hears("a", "Ethernet1", "b", "Ethernet77")
    network, coverage = story.build()
    assert network.links == ()
    assert [g.subject for g in coverage.gaps if g.kind is GapKind.CONTRADICTION] == ["lldp a Ethernet1"]


def test_abbreviated_and_qualified_names_are_understood() -> None:
    """EOS sends `Ethernet1`, another tool `Et1`; a name may carry a domain or a serial number."""
    story = two_switches()
    for name in ("a", "b"):
        story.device(name, platform="eos", rack=f"r-{name}")
    story.hears("a", "Ethernet1", "B.example.net", "Et1")
    story.hears("b", "Ethernet1", "A(FDO1234)", "Ethernet1")
    assert [link.confirmed for link in story.network().links] == [True]


def test_names_of_two_domains_are_two_machines() -> None:
    """`b.one.example` was captured, `b.two.example` was heard."""
    story = Story()
    story.switch("a", 10)
    story.trunk("a", "Ethernet1", 10)
    story.switch("b.one.example", 10)
    story.trunk("b.one.example", "Ethernet1", 10)
    story.hears("a", "Ethernet1", "b.two.example", "Ethernet1")
    network, coverage = story.build()
    assert network.links == ()
    assert [g.subject for g in coverage.gaps if g.kind is GapKind.UNKNOWN_NEIGHBOR] == ["b.two.example"]


def test_mlag_pair_knows_its_peer() -> None:
    """The switch at the other end of the peer link is the peer."""
    network = bonded_rack().network()
    peers = {s.name: s.mlag.peer for s in network.switches if s.mlag}
    assert peers == {"leaf-a": "leaf-b", "leaf-b": "leaf-a"}


def test_hosts_of_one_hostname_are_never_merged() -> None:
    """Two machines call themselves `web-01`; the card's address tells which one is on the port."""
    story = bonded_rack()
    story.host("10.0.0.7", hostname="web-01")
    story.port("10.0.0.7", "eth0", mac=mac(0x700))
    story.access("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "web-01", mac(0x700), chassis=mac(0x700))
    network, coverage = story.build()
    legs = {h.name: [str(leg.port) for leg in h.legs] for h in network.hosts}
    assert legs["web-01"] == ["leaf-a Ethernet1", "leaf-b Ethernet1"]
    assert legs["10.0.0.7"] == ["leaf-a Ethernet7"]
    assert "hostname web-01" in [gap.subject for gap in coverage.gaps]


def test_stranger_with_a_captured_hostname_is_not_that_host() -> None:
    """A machine calls itself `web-01` and shows a card that `web-01` does not have."""
    story = bonded_rack()
    story.access("leaf-a", "Ethernet7", 110)
    story.hears("leaf-a", "Ethernet7", "web-01", mac(0x700), chassis=mac(0x700))
    network, coverage = story.build()
    web = network.host("web-01")
    assert web is not None
    assert [str(leg.port) for leg in web.legs] == ["leaf-a Ethernet1", "leaf-b Ethernet1"]
    unread = [gap.subject for gap in coverage.gaps if gap.kind is GapKind.UNKNOWN_HOST]
    assert unread == [f"web-01 {mac(0x700)}"]


def test_port_of_a_switch_without_interface_table_is_not_denied() -> None:
    """What was not read cannot contradict."""
    story = two_switches()
    story.records = [r for r in story.records if r.source.device == "a" or r.kind in ("facts", "vlan")]
    story.hears("a", "Ethernet1", "b", "Ethernet77")
    assert story.gaps(GapKind.CONTRADICTION) == ()
