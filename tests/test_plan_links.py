"""Hosts with more than two links: one goes first, the rest follow one after the other."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import targets
from rehearsals import conclusive
from second_model import World, in_flight, plain
from terminal import DEMO, INTENT

from vlan2l3.cli.stages import Planner, Survey, planner, survey
from vlan2l3.design.target import HostTarget, Target
from vlan2l3.names import DeviceName, InterfaceName
from vlan2l3.network.model import Host, Network, PortRef
from vlan2l3.plan.build import build
from vlan2l3.plan.model import Plan
from vlan2l3.plan.start import start_state
from vlan2l3.rehearse import launch
from vlan2l3.rehearse.produce import produce
from vlan2l3.rehearse.report import Verdict, report_lines
from vlan2l3.render.write import write

MORE = (("ens2f0", "leaf-r12a", "Ethernet15"), ("ens2f1", "leaf-r12b", "Ethernet15"))


def wide(links: int) -> HostTarget:
    """Give a host with so many links, to each leaf in turn."""
    host = targets.host("wide", 1)
    legs = [
        replace(
            targets.leg(side, 1 + 20 * (number // 2)),
            interface=InterfaceName(f"ens{1 + number // 2}f{number % 2}"),
            lag=InterfaceName("Port-Channel1"),
        )
        for number, side in enumerate(("b", "a") * links)
    ]
    return replace(host, legs=tuple(legs[:links]))


def planned(target: Target) -> Plan:
    """Plan a rack."""
    return build(target, capture="c", digest="d", ledger="l")


@pytest.mark.parametrize("links", [2, 3, 4, 6])
def test_every_state_is_right_and_every_undo_exact(links: int) -> None:
    """By the planner, and by the model that shares no code with it; beside a host of two links."""
    target = targets.target(wide(links), targets.host("b", 2))
    plan = planned(target)
    state = plan.start
    for step in plan.order:
        after = step.do(state)
        assert step.take_back(after) == state
        for passed in in_flight(plain(state.facts), step.waves):
            assert passed is not None
            assert World(target, passed).broken() == [], step.name
        state = after
    assert start_state(target) == plan.start
    own = [step for step in plan.order if step.subject == "wide" and step.phase in ("P4", "P5")]
    assert len(own) == 4 + 2 * links
    assert len({step.slug for step in plan.order}) == len(plan.order)


def test_the_checks_follow_the_links_that_are_open_so_far() -> None:
    """One more BGP session with each port; both ports of a leaf are its way to the host at the end."""
    plan = planned(targets.target(wide(4)))
    opened = [step for step in plan.order if "-port-routed-" in step.slug]
    sessions = [[c.interfaces for c in s.after if type(c).__name__ == "HostSessions"] for s in opened]
    assert [len(found[0]) if found else 0 for found in sessions] == [0, 2, 3, 4]
    ways = [c for c in opened[-1].after if type(c).__name__ == "RouteBy" and c.device == "leaf-b"]
    assert {c.ports for c in ways} == {("Ethernet1", "Ethernet21")}


@cache
def demo() -> Survey:
    """Read the demo network."""
    return survey(DEMO)


def with_more_links(network: Network) -> Network:
    """Give `web-03` of the demo network four links: two more members of its bond."""
    return replace(network, hosts=tuple(_wider(h) if h.name == "web-03" else h for h in network.hosts))


def _wider(host: Host) -> Host:
    card = next(i for i in host.interfaces if i.name == "ens1f0")
    legs = [
        replace(
            like,
            interface=InterfaceName(name),
            port=PortRef(device=DeviceName(leaf), port=InterfaceName(port)),
        )
        for name, leaf, port in MORE
        for like in host.legs
        if like.port.device == leaf
    ]
    bond = replace(host.bonds[0], members=(*host.bonds[0].members, *(leg.interface for leg in legs)))
    cards = tuple(replace(card, name=leg.interface) for leg in legs)
    return replace(host, legs=(*host.legs, *legs), bonds=(bond,), interfaces=(*host.interfaces, *cards))


@cache
def four_links() -> tuple[Plan, dict[str, str]]:
    """Plan the rack of the host with four links."""
    made = planner(demo(), INTENT)
    wider = Planner(
        surveyed=replace(demo(), network=with_more_links(demo().network)),
        intent=made.intent,
        findings=made.findings,
    )
    plan = wider.plan("r12")
    return plan, wider.texts(plan)


def test_a_host_of_the_demo_with_four_links_is_planned_and_its_files_are_good(tmp_path: Path) -> None:
    """Its scripts free each link, its daemon speaks on all of them, and the page says what it runs on."""
    plan, texts = four_links()
    host = next(host for host in plan.target.hosts if host.name == "web-03")
    assert [leg.interface for leg in host.legs] == ["ens1f1", "ens2f1", "ens1f0", "ens2f0"]
    apply = texts["hosts/web-03/apply.sh"]
    for name in ("ens2f1", "ens1f0", "ens2f0"):
        assert apply.count(f"ip link set dev {name} nomaster") == 1
        assert f'fail {name}" still has carrier' in apply
        assert f"into_bond {name}" in texts["hosts/web-03/undo.sh"]
        assert f'interface "{name}"' in texts["hosts/web-03/etc/bird/bird.conf"]
        assert f'interface "{name}"' not in texts["hosts/web-03/stage/bird.conf"]
    assert "`web-03` has 4 links and runs on one of them from its cut" in texts["plan.md"]
    for name in ("apply.sh", "undo.sh"):
        (tmp_path / name).write_text(texts[f"hosts/web-03/{name}"])
        subprocess.run(["shellcheck", tmp_path / name], check=True)
    (tmp_path / "bird.conf").write_text(texts["hosts/web-03/etc/bird/bird.conf"])
    subprocess.run(["/usr/sbin/bird", "-p", "-c", tmp_path / "bird.conf"], check=True)


def test_the_undo_of_a_second_link_to_a_leaf_leaves_the_first_one_alone() -> None:
    """Both sessions are of one group there; taking it away with the second link would cut the first."""
    _, texts = four_links()
    undo = {name: text for name, text in texts.items() if "-port-routed-web-03.undo.cfg" in name}
    assert len(undo) == 4
    for name, text in undo.items():
        keeps = "ens2f0" in name or "ens2f1" in name  # the later one of each leaf
        assert ("no neighbor V2L3-web-03 peer group" in text) is not keeps, name
        assert ("no route-map V2L3-web-03-IN" in text) is not keeps, name
        assert ("no ip prefix-list V2L3-web-03" in text) is not keeps, name
        assert "no neighbor interface Ethernet" in text


@pytest.mark.uml
def test_its_move_loses_no_packet_with_real_daemons(tmp_path: Path) -> None:
    """From the plan's own files: four links in one LACP bond, moved one by one."""
    missing = launch.missing_programs()
    assert not missing, missing
    plan, texts = four_links()
    write(tmp_path / "r12", texts)
    job = produce(plan, with_more_links(demo().network), "web-03")
    assert len(job.host.legs) == 4
    _, report = conclusive(job, tmp_path / "r12")
    assert report.verdict is Verdict.PASSED, "\n".join(report_lines(report))
    assert len(report.steps) == 14
