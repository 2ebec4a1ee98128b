"""Hold what is an application's own multicast apart from discovery, and rows of several switches together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from analyze_builders import address, found, host, network, one, ref, source, switch

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.network.model import Host, Link

FEED = "239.10.1.1"
SEEN = switch("leaf-r1", snooped=((110, FEED, "Ethernet9"),))


def receiver(number: int, *groups: str, vlan: int = 110, files: dict[str, str] | None = None) -> Host:
    """Give a host in a VLAN with the groups it joined."""
    name = f"app-0{number}"
    own = address(name, f"10.1.{vlan - 100}.9{number}/24", f"vlan{vlan}")
    return host(name, f"Ethernet{number}", addresses=(own,), groups=groups, files=files)


@pytest.mark.parametrize(
    "config",
    [
        "interface Vlan110\n  ip pim sparse-mode\n",  # NX-OS, IOS
        "interface Vlan110\n   pim ipv4 sparse-mode\n",  # EOS
        "vlan configuration 110\n  ip igmp snooping querier 10.1.10.2\n",
        "ip igmp snooping vlan 110 querier\n",
    ],
)
def test_feed_in_a_vlan_that_somebody_routes_is_sure(config: str) -> None:
    """A receiver and a querier in one VLAN are two proofs."""
    routed = switch("leaf-r1", snooped=((110, FEED, "Ethernet9"),), config=config)
    assert one(network(switches=(routed,)), "app-multicast").certainty == "decisive"


@pytest.mark.parametrize(
    "config",
    [
        "interface Vlan120\n  ip pim sparse-mode\n",
        "interface Vlan110\n  no shutdown\ninterface Ethernet1\n  ip pim sparse-mode\n",
        "interface Vlan110\n  no ip pim sparse-mode\n",
        "ip igmp snooping vlan 120 querier\n",
        "",
    ],
)
def test_router_elsewhere_proves_nothing(config: str) -> None:
    """PIM in another VLAN, or on a routed port, says nothing of this one."""
    other = switch("leaf-r1", snooped=((110, FEED, "Ethernet9"),), config=config)
    assert one(network(switches=(other,)), "app-multicast").certainty == "suspected"


def test_receivers_are_one_workload_a_segment() -> None:
    """Groups differ and the segment doesn't; in another segment it is another finding."""
    hosts = (receiver(1, FEED), receiver(2, "239.10.1.2"), receiver(3, FEED, vlan=120))
    subjects = {name for rule, name in found(network(*hosts)) if rule == "app-multicast"}
    assert subjects == {"app-01+app-02", "app-03"}


def test_group_that_a_file_names_is_no_feed_and_one_in_a_comment_is() -> None:
    """The file's own rule speaks of it; a comment speaks of nothing."""
    path = "/etc/mysql/my.cnf"
    named, noted = {path: f'x="gmcast.mcast_addr={FEED}"\n'}, {path: f"# once {FEED}\n"}
    assert "app-multicast" not in {rule for rule, _ in found(network(receiver(1, FEED, files=named)))}
    assert "app-multicast" in {rule for rule, _ in found(network(receiver(1, FEED, files=noted)))}


def test_row_of_a_port_between_switches_adds_nobody() -> None:
    """Two switches know the group; it is on the port of the second, and behind the uplink of the first."""
    second = switch("leaf-r2", snooped=((110, FEED, "Ethernet9"),))
    first = switch("leaf-r1", snooped=((110, FEED, "Ethernet49"),))
    ends = {"a": ref("leaf-r1", "Ethernet49"), "b": ref("leaf-r2", "Ethernet49")}
    link = Link(**ends, confirmed=True, source=source("leaf-r1", "lldp.txt"))
    net = replace(network(switches=(first, second)), links=(link,))
    assert {e.source.device for e in one(net, "app-multicast").evidence} == {"leaf-r2"}
    alone = replace(network(switches=(first,)), links=(link,))
    assert one(alone, "app-multicast").subject == f"{FEED} vlan110"


def test_daemon_counts_only_where_its_group_is_joined() -> None:
    """BIRD on a host that nobody read the groups of, or that is in none, may well speak BGP alone."""
    for groups in ((), ("224.0.0.1",)):
        quiet = replace(receiver(1, *groups), units=host("x", units=("bird.service",)).units)
        assert found(network(quiet)) == {}
    speaking = replace(receiver(1, "224.0.0.5"), units=host("app-01", units=("bird.service",)).units)
    assert one(network(speaking), "igp-on-vlan").certainty == "decisive"


def test_what_is_asked_twice_is_computed_once() -> None:
    """A network is searched for every rule."""
    calls: list[Lookup] = []
    lookup = Lookup(network())
    compute = calls.append
    lookup.once(compute)
    lookup.once(compute)
    assert calls == [lookup]
