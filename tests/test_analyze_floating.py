"""Hold the readers of floating addresses to files that are odd, cut off or hostile, and to real hashes."""

from __future__ import annotations

import time

import pytest
from analyze_builders import address, answer, host, network, one, segment
from analyze_cases import OBJECTS, k8s

from vlan2l3.analyze.derived.flooded import clone_mac
from vlan2l3.analyze.floating import CIB, IPVS_TABLE, is_unfenced, pacemaker, real_servers, vip_manager
from vlan2l3.network.model import Host

PRIMITIVE = (
    '<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2">\n'
    '<instance_attributes id="a"><nvpair id="b" name="ip" value="10.1.10.40"/>\n'
    '<nvpair id="c" name="nic" value="NIC"/></instance_attributes>\n</primitive>\n'
)


def with_file(path: str, text: str) -> Host:
    """Give a host with one file."""
    return host("app-01", addresses=(address("app-01", "10.1.10.11/24", "vlan110"),), files={path: text})


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (PRIMITIVE, [("10.1.10.40", True, False)]),
        (PRIMITIVE.replace("NIC", "dummy0"), [("10.1.10.40", False, False)]),
        (PRIMITIVE.replace("NIC", "eth0:web"), [("10.1.10.40", True, False)]),
        (f'<clone id="x">\n{PRIMITIVE}</clone>{PRIMITIVE}', [("10.1.10.40", True, s) for s in (True, False)]),
        (f"<!-- {PRIMITIVE} -->", []),
        (PRIMITIVE.replace("IPaddr2", "Filesystem"), []),
        (PRIMITIVE.replace("10.1.10.40", "not-an-address"), []),
        (PRIMITIVE.partition("</primitive>")[0], []),
    ],
)
def test_cib_gives_its_addresses(xml: str, found: list[tuple[str, bool, bool]]) -> None:
    """The interface says whether ARP has to follow, and a clone shares what it holds and nothing after it."""
    seen = pacemaker(with_file(CIB, f"<cib>\n{xml}</cib>\n"))
    assert [(str(m.address), m.on_link, m.shared) for m in seen] == found


def test_fencing_is_off_only_where_the_cib_says_so() -> None:
    """Without the property fencing is on."""
    pair = '<nvpair id="x" name="stonith-enabled" value="VALUE"/>'
    texts = [f"<cib>{pair.replace('VALUE', value)}</cib>" for value in ("false", "False", "true")]
    assert [is_unfenced(with_file(CIB, text)) for text in (*texts, "<cib></cib>")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<primitive " * 60_000,
        '<primitive type="IPaddr2">' * 40_000,
        '<nvpair name="' * 60_000,
        "<clone>" * 100_000,
    ],
)
def test_hostile_cib_is_read_in_one_pass(hostile: str) -> None:
    """Tags that never end cost no more than their length."""
    started = time.perf_counter()
    assert list(pacemaker(with_file(CIB, hostile))) == []
    assert time.perf_counter() - started < 2


def testclone_mac_is_the_agents() -> None:
    """`echo 10.1.10.45 24 10.1.10.255 | md5sum` starts with 88b9e091d2ed; an even second digit becomes 1."""
    one_odd = clone_mac(address("a", "10.1.10.45/24", None).address.ip, 24, "10.1.10.255")
    assert one_odd == "81:b9:e0:91:d2:ed"
    made = [clone_mac(address("a", f"10.1.10.{n}/24", None).address.ip, 24, "10.1.10.255") for n in range(40)]
    assert all(int(mac[:2], 16) & 1 for mac in made)
    assert any(mac[1] == "1" for mac in made)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ip: 10.1.10.48\ninterface: eth0\ntrigger-key: /pg/leader\n", [("10.1.10.48", "/pg/leader")]),
        ("VIP_IP=10.1.10.48\nVIP_IFACE=eth0\nVIP_TRIGGER_KEY=/pg/leader\n", [("10.1.10.48", "/pg/leader")]),
        ("ip: 10.1.10.48\nhosting-type: hetzner\n", []),
        ("# ip: 10.1.10.48\n", []),
    ],
)
def test_vip_manager_is_read_from_yaml_and_variables(text: str, found: list[tuple[str, str]]) -> None:
    """Both forms of its settings give the address and the key; a provider's API needs no ARP."""
    machine = with_file("/etc/default/vip-manager.yml", text)
    assert [(str(moving.address), key) for moving, key in vip_manager(machine)] == found


def test_kernel_table_gives_servers_reached_by_mac_only() -> None:
    """`Route` rewrites the MAC; `Masq` and `Tunnel` are routed."""
    rows = "".join(f"  -> 0A010A0{n}:0050      {how}   1      0          0\n" for n, how in enumerate(
        ("Route", "Masq", "Tunnel", "Local"), start=1
    ))  # fmt: skip
    text = f"IP Virtual Server version 1.2.1 (size=4096)\nTCP  0A010A46:0050 wlc \n{rows}"
    assert [str(a) for a in real_servers(with_file(IPVS_TABLE, text))] == ["10.1.10.1"]


def test_one_answer_of_kubectl_is_enough_for_a_cluster() -> None:
    """A node that may not ask is no gap while another one did; where none did, it is said once."""
    asked = answer("k8s-01", "kubectl get ipaddresspools.metallb.io", "data")
    failed = answer("k8s-02", "kubectl get ipaddresspools.metallb.io", "failed", "no credentials")
    more = tuple(
        answer(name, command, "data")
        for name in ("k8s-01", "k8s-02")
        for command in ("sysctl net.ipv4.conf", "ss -lntupH")
    )
    net = network(k8s(1, objects=OBJECTS), k8s(2), segments=(segment(150),))
    assert one(net, "metallb-l2", asked, failed, *more).not_looked_at == ()
    assert one(net, "metallb-l2", failed, *more).not_looked_at == (
        "the cluster: kubectl get (no credentials)",
    )
