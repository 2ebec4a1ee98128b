"""Planning again after steps were executed: they are left out, and the others are what they were."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from doctored import doctored
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.render.freshness import differences
from vlan2l3.render.write import read

CONFIG = "{}/show_running-config.txt"
REDIRECTS = "no ip icmp redirect\nno ipv6 icmp redirect\n!\n"
PROXY = "   ip proxy-arp\n   arp aging timeout 250\n"
UNDERLAY = ROOT / "plans/r12/leafs/leaf-r12a/P1-040-leaf-r12a-underlay.cfg"
CORES, VLANS = ("core1", "core2"), ("Vlan10", "Vlan110", "Vlan120", "Vlan130")


def executed(core: str, *vlans: str) -> list[tuple[str, str, str]]:
    """Give the answers of a core on which coexistence was turned on for some subnets."""
    file = CONFIG.format(core)
    text = (DEMO / file).read_text()
    first = re.search(r"^interface ", text, re.MULTILINE)
    assert first is not None
    new = text[: first.start()] + REDIRECTS + text[first.start() :]
    for vlan in vlans:
        assert f"interface {vlan}\n" in new
        new = new.replace(f"interface {vlan}\n", f"interface {vlan}\n{PROXY}", 1)
    return [(file, text, new)]


def planned(tmp_path: Path, *changes: tuple[str, str, str]) -> dict[str, dict[str, str]]:
    """Plan rack r12, and what racks share, from the demo's capture with other answers."""
    capture = doctored(tmp_path, *changes)
    places = ("--capture", str(capture), "--intent", str(INTENT), "--out", str(tmp_path / "plans"))
    shown = type_("plan", "--rack", "r12", *places)
    assert shown.code == 0, shown.stderr
    return {name: read(tmp_path / "plans" / name) for name in ("r12", "fabric")}


def relied(texts: dict[str, str]) -> dict[str, str]:
    """Give the steps of the fabric that a rack's plan relies on, each with the line that shows it."""
    return {step["name"]: step["seen_in"] for step in json.loads(texts["plan.json"])["relies_on"]}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Plan again after the whole of P2 on the gateways."""
    changes = [change for core in CORES for change in executed(core, *VLANS)]
    return planned(tmp_path_factory.mktemp("after"), *changes)


def test_what_was_executed_is_left_out_and_said(after: dict[str, dict[str, str]]) -> None:
    """Eight steps of P2, each with the line that shows it, in the fabric's plan and in the rack's its own."""
    plan = json.loads(after["fabric"]["plan.json"])
    committed = json.loads((ROOT / "plans/fabric/plan.json").read_text())
    left_out = [step["name"] for step in committed["steps"] if "-coexistence-" in step["name"]]
    assert [step["name"] for step in plan["done"]] == left_out
    assert len(left_out) == len(CORES) * len(VLANS)
    assert not any("-coexistence-" in name for name in after["fabric"])
    for step in plan["done"]:
        file, _, line = step["seen_in"].rpartition(":")
        assert file.endswith("show_running-config.txt")
        assert int(line) > 1
        assert f"`{step['name']}` (`{step['seen_in']}`)" in after["fabric"]["plan.md"]
    seen = {step["name"].partition("-")[2]: step["seen_in"] for step in plan["done"]}
    own = {name: line for name, line in relied(after["r12"]).items() if line}
    assert own == {name: line for name, line in seen.items() if not name.endswith("-vlan10")}
    for name, line in own.items():
        assert f"`{name}` (`{line}`)" in after["r12"]["plan.md"]
    assert [name for name, seen in relied(after["r12"]).items() if not seen] == [
        "core1-underlay",
        "core2-underlay",
    ]


@pytest.mark.parametrize("name", ["r12", "fabric"])
def test_the_other_steps_are_the_same_to_the_byte(after: dict[str, dict[str, str]], name: str) -> None:
    """Their numbers too; only the page, the data and the evidence have another header."""
    pages = {"plan.md", "plan.json", "evidence.md"}
    rest = {
        path: text
        for path, text in read(ROOT / "plans" / name).items()
        if "-coexistence-" not in path and path not in pages
    }
    assert len(rest) > (100 if name == "r12" else 5)
    assert {path: text for path, text in after[name].items() if path not in pages} == rest


def test_the_plan_before_it_says_which_of_its_steps_are_done(after: dict[str, dict[str, str]]) -> None:
    """`--check` against the new capture is told apart from a step that is gone."""
    for name, words in (("fabric", " is done: core"), ("r12", "the fabric's step `")):
        said = differences(read(ROOT / "plans" / name), after[name])
        done = [line for line in said if words in line and " is done: core" in line]
        assert len(done) == len(CORES) * (len(VLANS) - (name == "r12"))  # nobody of r12 leaves VLAN 10
        assert not [line for line in said if "is gone" in line or "by hand" in line]


def test_what_was_done_and_is_taken_back_is_said(after: dict[str, dict[str, str]]) -> None:
    """A rack's plan rests on it."""
    said = differences(after["r12"], read(ROOT / "plans/r12"))
    lost = [line for line in said if "was done (core" in line and "isn't any more" in line]
    assert len(lost) == len(CORES) * (len(VLANS) - 1)


def test_half_of_a_step_is_not_done(tmp_path: Path) -> None:
    """Proxy ARP without the shorter ARP age: the step stays, and its lines do no harm twice."""
    ((file, old, new),) = executed("core1", "Vlan110")
    texts = planned(tmp_path, (file, old, new.replace("   arp aging timeout 250\n", "")))
    assert set(relied(texts["r12"]).values()) == {""}
    assert [name for name in texts["fabric"] if name.endswith("-core1-coexistence-vlan110.md")]


def test_one_gateway_alone_leaves_the_other_ones_step(tmp_path: Path) -> None:
    """Each switch and subnet for itself."""
    texts = planned(tmp_path, *executed("core1", "Vlan110"))
    assert [name for name, seen in relied(texts["r12"]).items() if seen] == ["core1-coexistence-vlan110"]
    assert [name for name in texts["fabric"] if name.endswith("-core2-coexistence-vlan110.md")]
    assert not [name for name in texts["fabric"] if name.endswith("-core1-coexistence-vlan110.md")]


def with_underlay(typed: str) -> tuple[str, str, str]:
    """Give the answer of a leaf on which the plan's own file was typed, as the switch would show it."""
    file = CONFIG.format("leaf-r12a")
    text = (DEMO / file).read_text()
    ports = dict(re.findall(r"^interface (Ethernet5[12])\n((?:   .*\n)+)", typed, re.MULTILINE))
    new = text
    for port, lines in ports.items():
        assert f"interface {port}\n" in new
        new = new.replace(f"interface {port}\n", f"interface {port}\n{lines}", 1)
    others = re.sub(r"^interface Ethernet5[12]\n(?:   .*\n)+!\n", "", typed, flags=re.MULTILINE)
    last = new.rstrip().rfind("\nend")
    return file, text, f"{new[:last]}\n{others}!{new[last:]}" if last > 0 else f"{new}{others}"


def left_out(tmp_path: Path, *changes: tuple[str, str, str]) -> list[str]:
    """Name the steps that plans from these answers leave out."""
    texts = planned(tmp_path, *changes)
    plans = [json.loads(own["plan.json"]) for own in texts.values()]
    return [step["name"] for plan in plans for step in plan["done"]]


def test_the_underlay_of_a_leaf_is_seen_line_by_line(tmp_path: Path) -> None:
    """All of the plan's own file."""
    assert left_out(tmp_path, with_underlay(UNDERLAY.read_text())) == ["040-leaf-r12a-underlay"]


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("interface Ethernet51\n", "   shutdown\n"),
        ("   maximum-paths 4\n", "   shutdown\n"),
        ("   maximum-paths 4\n", "   no maximum-paths 4\n"),
        ("   neighbor V2L3-FABRIC timers 3 9\n", "   neighbor V2L3-FABRIC shutdown\n"),
        ("   neighbor V2L3-FABRIC timers 3 9\n", "   neighbor V2L3-FABRIC route-map OTHER in\n"),
        ("ipv6 unicast-routing\n", "ip prefix-list V2L3-DEFAULT seq 5 deny 0.0.0.0/0\n"),
        ("route-map V2L3-DEFAULT-OUT permit 10\n", "   set as-path prepend 65000\n"),
        ("ipv6 unicast-routing\n", "route-map V2L3-DEFAULT-OUT deny 5\n"),
    ],
)
def test_a_line_against_the_step_keeps_it(tmp_path: Path, line: str, more: str) -> None:
    """All its lines stand there, and yet it does not do what the plan rests on."""
    typed = UNDERLAY.read_text()
    assert line in typed
    assert left_out(tmp_path, with_underlay(typed.replace(line, line + more, 1))) == []


def test_another_peer_is_not_against_the_step(tmp_path: Path) -> None:
    """Other racks and later steps write into the same BGP instance."""
    line = "   maximum-paths 4\n"
    other = "   neighbor interface Ethernet30 peer-group OTHER remote-as 65000\n"
    typed = UNDERLAY.read_text().replace(line, line + other, 1)
    assert left_out(tmp_path, with_underlay(typed)) == ["040-leaf-r12a-underlay"]


def test_a_gateway_that_is_shut_keeps_its_step(tmp_path: Path) -> None:
    """Nobody is answered for there."""
    ((file, old, new),) = executed("core1", "Vlan110")
    shut = new.replace("interface Vlan110\n", "interface Vlan110\n   shutdown\n", 1)
    assert left_out(tmp_path, (file, old, shut)) == []


@pytest.mark.parametrize("around", ["banner login\n{}EOF\n!\n", "! {}"])
def test_what_is_only_told_is_not_done(tmp_path: Path, around: str) -> None:
    """A banner is whatever somebody wrote, and may hold the plan."""
    file = CONFIG.format("leaf-r12a")
    text = (DEMO / file).read_text()
    typed = UNDERLAY.read_text().replace("\n", "\n! " if around.startswith("!") else "\n")
    at = text.index("\ninterface ") + 1
    said = around.format(typed) if around.startswith("b") else around.format(typed).rstrip("! ") + "\n"
    assert left_out(tmp_path, (file, text, text[:at] + said + text[at:])) == []
