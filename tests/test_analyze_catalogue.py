"""Hold the catalogue to what it promises, and refuse one that breaks it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest

from vlan2l3 import platforms
from vlan2l3.analyze import derived
from vlan2l3.analyze.catalogue import load_catalogue, read_catalogue
from vlan2l3.analyze.catalogue.load import DATA
from vlan2l3.analyze.catalogue.matchers import HostFile
from vlan2l3.analyze.derived import FUNCTIONS
from vlan2l3.analyze.membership import MEMBERSHIPS
from vlan2l3.analyze.unseen import lists
from vlan2l3.errors import UsageError

FILES = {path.name: path.read_text() for path in sorted(DATA.glob("*.toml"))}

FLAWS = {
    "a pattern that does not compile": (
        "pattern = '^pacemaker\\.service$'",
        "pattern = '^(pacemaker'",
        "no regular expression",
    ),
    "an unknown key of a rule": ('members = "host"', 'members = "host"\ncolour = "red"', "colour"),
    "an unknown key of a matcher": (
        'function = "bmc_mac_offset"',
        'function = "x"\nfunktion = 1',
        "funktion",
    ),
    "an unknown source of evidence": ('source = "k8s"', 'source = "k9s"', "k9s"),
    "an unknown derived function": (
        'function = "bmc_mac_offset"',
        'function = "bmc_offset"',
        "no derived function `bmc_offset`",
    ),
    "an unknown membership": ('members = "vrrp"', 'members = "carp"', "no members `carp`"),
    "no citations": ('cites = ["srx", "srx-transparent"]', "cites = []", "`srx-cluster`: has no sources"),
    "an unknown citation": ('cites = ["srx", "srx-transparent"]', 'cites = ["srx", "blog"]', "`blog`"),
    "a placeholder off the list": ("Check Point", "", ""),
    "attribute access in a text": ("Cluster members talk CCP", "{macs.__class__}", "macs.__class__"),
    "a text that is no template": ("Cluster members talk CCP", "{", "template"),
    "a group that is no network": (
        'groups = ["224.0.0.18"]',
        'groups = ["224.0.0.18/33"]',
        "multicast group",
    ),
    "a rule that is there twice": (
        'id = "srx-cluster"',
        'id = "paloalto-ha"',
        "`paloalto-ha` is there twice",
    ),
    "an unless that is no rule": (
        'unless = ["corosync-unicast"]',
        'unless = ["corosync-knet"]',
        "`corosync-knet`",
    ),
    "a missing weight": ("weak = 0.25\n", "", "weights must name"),
    "TOML that is none": ("[weights]", "[weights", "can't be read"),
}
FLAWS["a placeholder off the list"] = ("Cluster members talk CCP", "{hostname}", "`hostname`")


@pytest.mark.parametrize("flaw", sorted(FLAWS))
def test_flawed_catalogue_is_refused(flaw: str) -> None:
    """A catalogue that can't be checked in full is refused, and the refusal says what is wrong."""
    old, new, words = FLAWS[flaw]
    assert any(old in text for text in FILES.values())
    with pytest.raises(UsageError) as refused:
        read_catalogue({name: text.replace(old, new).encode() for name, text in FILES.items()})
    assert words in str(refused.value)


def test_all_flaws_are_reported_at_once() -> None:
    """The second flaw is not hidden by the first."""
    flawed = {
        name: text.replace('cites = ["srx", "srx-transparent"]', "cites = []").replace(
            'members = "vrrp"', 'members = "carp"'
        )
        for name, text in FILES.items()
    }
    with pytest.raises(UsageError) as refused:
        read_catalogue({name: text.encode() for name, text in flawed.items()})
    assert len(refused.value.problems) == 3  # two rules of keepalived, and the SRX


def test_every_derived_function_and_membership_is_used() -> None:
    """Code that no rule asks for is dead."""
    rules = load_catalogue().rules
    used = {
        m.identity.removeprefix("derived.") for r in rules for m in r.evidence if "derived." in m.identity
    }
    assert used == set(FUNCTIONS)
    assert {rule.members for rule in rules} == set(MEMBERSHIPS)


def test_every_citation_is_used() -> None:
    """A source nobody cites is a leftover."""
    catalogue = load_catalogue()
    registry = catalogue.registry
    citing = (*catalogue.rules, *registry.macs, *registry.groups, *registry.ethertypes)
    assert {cite for entry in citing for cite in entry.cites} == set(catalogue.sources)


def test_guards_and_memory_never_block() -> None:
    """What is known from memory only never blocks, and a guard has no exit to offer."""
    rules = load_catalogue().rules
    memory = [rule for rule in rules if rule.confidence == "memory"]
    assert memory
    assert not [rule.id for rule in memory if rule.severity == "blocker"]
    assert all(rule.exit for rule in rules if rule.severity == "blocker")
    assert not any(rule.exit for rule in rules if rule.severity == "guard")


def test_remedies_are_short() -> None:
    """A remedy fits a reviewer's screen."""
    remedies = {rule.id: len(rule.remedy.strip().splitlines()) for rule in load_catalogue().rules}
    assert max(remedies.values()) <= 15, remedies


def test_no_pattern_looks_across_lines_by_accident() -> None:
    """A pattern anchored at a line's start does not swallow line ends, so the line number is right."""
    for rule in load_catalogue().rules:
        for matcher in rule.evidence:
            for pattern in matcher.patterns():
                assert not re.search(r"\^\\s\*", pattern), (rule.id, pattern)


# No search looks for these: they are said to be not looked at wherever nobody brought them along.
NEVER_SEARCHED = {
    "*.properties": "any Java software's; its own folders are searched",
    "*.xml": "as above",
    "*.yaml": "as above",
    "*.yml": "as above",
    "/proc/net/ipt_CLUSTERIP/*": "no regular file below the folders that are searched",
}


def test_every_file_is_asked_for_or_searched_for_or_known_not_to_be() -> None:
    """A rule that waits for a file nobody collects would look clean for ever."""
    asked = [spec.command for spec in platforms.load("linux").commands if spec.ask]
    files = [c.removeprefix("cat ") for c in asked if c.startswith("cat /")]
    paths = {
        path
        for rule in load_catalogue().rules
        for matcher in rule.evidence
        if isinstance(matcher, HostFile)
        for path in matcher.paths
        if path.startswith(("/", "*"))
    }
    missing = {
        path
        for path in paths
        if not any(fnmatchcase(file, path) or fnmatchcase(path, file) for file in files)
        and not any(lists(command, path) for command in asked)
    }
    assert missing == set(NEVER_SEARCHED)
    assert len(paths) > 40


def test_no_two_derived_functions_have_one_name() -> None:
    """The catalogue calls them by name; of two, one would never be called."""
    names = [function.__name__ for module in derived._MODULES for function in module.FUNCTIONS]
    assert sorted(names) == sorted(derived.FUNCTIONS)
