"""A campus of forty racks with forty hosts each is joined in seconds, not minutes."""

from __future__ import annotations

from collections import Counter

from network_story import Story, mac

from vlan2l3.cli.ledger import drawn
from vlan2l3.network.coverage import GapKind
from vlan2l3.render.coverage import document, fingerprint

RACKS, HOSTS = 40, 40


def campus() -> Story:
    """Tell of the racks: every switch has learned every address, every host is bonded to its two leafs."""
    story = Story()
    cards = [
        (rack, host, mac(0x10000 + 16 * (rack * HOSTS + host)))
        for rack in range(RACKS)
        for host in range(HOSTS)
    ]
    for core in ("core1", "core2"):
        story.switch(core, 110)
        for _, _, card in cards:
            story.learns(core, "Ethernet1", 110, card)
    for rack in range(RACKS):
        for side in "ab":
            leaf = f"leaf-{rack:02}{side}"
            story.switch(leaf, 110, rack=f"r{rack:02}", system=mac(0x900 + 2 * rack + (side == "b")))
            story.trunk(leaf, "Port-Channel100", 110, sort="lag")
            for number, core in ((49, "core1"), (50, "core2")):
                story.trunk(leaf, f"Ethernet{number}", 110)
                story.trunk(core, f"Ethernet{2 * rack + (side == 'b') + 1}", 110)
                story.cable(leaf, f"Ethernet{number}", core, f"Ethernet{2 * rack + (side == 'b') + 1}")
        story.pair(f"leaf-{rack:02}a", f"leaf-{rack:02}b")
    for rack, host, card in cards:
        _host(story, f"h{rack:02}{host:02}", rack, host, card)
        for other in range(RACKS):
            for side in "ab":
                port = f"Port-Channel{host + 1}" if other == rack else "Ethernet49"
                story.learns(f"leaf-{other:02}{side}", port, 110, card)
    return story


def _host(story: Story, name: str, rack: int, host: int, card: str) -> None:
    first = mac(int(card.replace(":", "")[6:], 16))
    story.host(name)
    story.bonded(name, first)
    story.address(name, "bond0", f"10.{rack}.{host}.1/8")
    for side, nic in (("a", "ens1f0"), ("b", "ens1f1")):
        leaf, lag = f"leaf-{rack:02}{side}", f"Port-Channel{host + 1}"
        story.lag(leaf, lag, f"Ethernet{host + 1}", mlag=str(host + 1))
        story.access(leaf, lag, 110, sort="lag")
        story.hears(leaf, f"Ethernet{host + 1}", name, nic)


def test_sixteen_hundred_hosts_are_joined() -> None:
    """Nothing is unknown and every host has both legs; a quadratic join would not end in a test's time."""
    story = campus()
    network, coverage = story.build()
    assert len(network.hosts) == RACKS * HOSTS
    assert all(len(host.legs) == 2 and host.rack for host in network.hosts)
    assert len(network.segments) == 1
    assert not [gap for gap in coverage.gaps if gap.kind is not GapKind.COMMAND_MISSING]


def test_twenty_thousand_unknown_addresses_are_counted_each_and_shown_in_a_few_lines() -> None:
    """Nobody knows any of them: on a port, on a link only, in ARP only, or never answered."""
    story = Story()
    count, leafs = 20_000, 100
    for number in range(leafs):
        leaf = f"leaf-{number:03}"
        story.switch(leaf, 110, rack=f"r{number // 2:02}")
        story.trunk(leaf, "Ethernet49", 110)
        story.access(leaf, "Ethernet1", 110)
        story.trunk("core", f"Ethernet{number}", 110)
        story.cable("core", f"Ethernet{number}", leaf, "Ethernet49")
    story.switch("core", 110)
    story.svi("core", 110, "10.0.0.1/8", mac(1))
    for number in range(count // 4):
        address = f"10.1.{number // 256}.{number % 256}"
        story.learns("core", f"Ethernet{number % leafs}", 110, mac(0x100000 + number))
        story.learns(f"leaf-{number % leafs:03}", "Ethernet1", 110, mac(0x200000 + number))
        story.arp("core", "Vlan110", address, mac(0x300000 + number))
        story.arp("core", "Vlan110", address.replace("10.1.", "10.2."), None)
    coverage = story.build()[1]
    counted = Counter(gap.kind for gap in coverage.gaps)
    kinds = (GapKind.MAC_WITHOUT_PORT, GapKind.UNKNOWN_MAC, GapKind.ARP_WITHOUT_MAC, GapKind.ARP_UNANSWERED)
    assert [counted[kind] for kind in kinds] == [count // 4] * 4
    assert len(drawn(coverage, fingerprint(document(coverage))).splitlines()) < 2 * leafs
