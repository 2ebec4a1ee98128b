"""Hold the registry of virtual MACs, multicast groups and EtherTypes to what it promises."""

from __future__ import annotations

import re

import pytest

from vlan2l3.analyze.catalogue import load_catalogue, read_catalogue
from vlan2l3.analyze.catalogue.load import DATA
from vlan2l3.analyze.words import fill
from vlan2l3.errors import UsageError
from vlan2l3.network.virtual_macs import FAMILIES

REGISTRY = load_catalogue().registry
FILES = {path.name: path.read_text() for path in sorted(DATA.glob("*.toml"))}
TRIED = {
    "00:00:5e:00:01:32": "VRRP IPv4, or CARP",
    "02:bf:0a:01:0a:32": "Microsoft NLB, unicast",
    "02:01:0a:01:0a:32": "perhaps a host of a Microsoft NLB cluster, unicast",
    "02:20:0a:01:0a:32": "perhaps a host of a Microsoft NLB cluster, unicast",
    "02:21:0a:01:0a:32": "",
    "02:01:d7:01:02:03": "perhaps F5 BIG-IP, a masquerade address, unconfirmed",
    "03:bf:0a:01:0a:32": "Microsoft NLB, multicast",
    "01:00:5e:7f:0a:32": "Microsoft NLB with IGMP, or a group of 239.255.0.0/16, unconfirmed",
    "01:00:5e:00:00:12": "",
    "a3:5c:12:77:01:02": "a multicast address in one machine's place",
    "00:a0:c9:12:34:01": "perhaps Cisco ASA active/active, or an Intel card",
    "00:a0:c9:12:34:03": "",
    "52:54:00:12:34:56": "",
}


@pytest.mark.parametrize("mac", sorted(TRIED))
def test_mac_is_known_as(mac: str) -> None:
    """The block inside another is named first, and nobody's address is nobody's."""
    assert REGISTRY.known_as("macs", mac) == TRIED[mac]


def test_network_stage_knows_the_same_families() -> None:
    """The two lists say the same of every address that proves its owner alone."""
    group = re.compile(r"03:|\[0-9a-f\]\[13579bdf\]:")  # many machines' addresses, which no station has
    alone = {
        (known.name, known.mac)
        for known in REGISTRY.macs
        if not (known.shared or known.from_memory or group.match(known.mac))
    }
    assert alone == set(FAMILIES)


def test_prefix_of_groups_and_a_group_are_known() -> None:
    """A group is looked up by address, and text that is none has no name."""
    names = [REGISTRY.known_as("groups", g) for g in ("239.192.204.129", "224.0.0.18", "224.0.0.9", "x")]
    assert names == ["corosync, made of the cluster's name", "VRRP or CARP", "", ""]


def test_what_is_from_memory_says_so() -> None:
    """An entry that no source confirms cites memory, and every text that names it says so."""
    known = (*REGISTRY.macs, *REGISTRY.groups, *REGISTRY.ethertypes)
    assert all(("memory" in k.cites) == k.from_memory for k in known)
    assert all(k.words.endswith("unconfirmed") == k.from_memory for k in known)


def test_prose_names_what_it_shows_and_a_remedy_does_not() -> None:
    """Addresses of one family are named once, those nobody knows are not named."""
    facts = {
        ("macs", "00:00:5e:00:01:02"),
        ("macs", "00:00:5e:00:01:01"),
        ("macs", "52:54:00:00:00:01"),
        ("groups", "224.0.0.18"),
        ("ethertypes", "0x88a2"),
        ("vips", "10.0.0.1"),
        ("vips", "10.0.0.2"),
    }
    text = "{macs}; {groups}; {ethertypes}; {vips}"
    assert fill(text, facts, REGISTRY) == (
        "00:00:5e:00:01:01, 00:00:5e:00:01:02 (VRRP IPv4, or CARP), 52:54:00:00:00:01;"
        " 224.0.0.18 (VRRP or CARP); 0x88a2 (ATA over Ethernet); 10.0.0.1 10.0.0.2"
    )
    assert fill("{groups}", facts) == "224.0.0.18"


FLAWS = {
    "a pattern that does not compile": ("mac = '02:bf:", "mac = '02:(bf:", "no regular expression"),
    "a group that is none": ('group = "224.0.0.18"', 'group = "10.0.0.18"', "`10.0.0.18` is no multicast"),
    "an EtherType that is none": ('"0x8906"', '"0x906"', "`0x906` is no EtherType"),
    "an entry that is there twice": ('"0x8914"', '"0x8906"', "`0x8906` is there twice"),
    "an entry without a source": (
        '"SNA", cites = ["ethertypes"]',
        '"SNA", cites = []',
        "`SNA` has no sources",
    ),
    "a source that is none": ('"SNA", cites = ["ethertypes"]', '"SNA", cites = ["blog"]', "cites `blog`"),
    "an unknown key": ('name = "SNA"', 'name = "SNA", colour = "red"', "colour"),
}


@pytest.mark.parametrize("flaw", sorted(FLAWS))
def test_flawed_registry_is_refused(flaw: str) -> None:
    """An entry that can't be checked is refused, and the refusal says what is wrong and where."""
    old, new, words = FLAWS[flaw]
    assert FILES["registry.toml"].count(old) == 1
    files = {**FILES, "registry.toml": FILES["registry.toml"].replace(old, new)}
    with pytest.raises(UsageError) as refused:
        read_catalogue({name: text.encode() for name, text in files.items()})
    assert words in str(refused.value)
    assert "registry.toml" in str(refused.value)


def test_every_mac_pattern_is_in_lower_case() -> None:
    """Addresses are in lower case everywhere, so an upper-case digit would never match."""
    assert not [known.mac for known in REGISTRY.macs if re.search(r"[A-F]", known.mac)]
