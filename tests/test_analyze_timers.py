"""Hold the arithmetic of cluster timeouts and of corosync's groups against figures worked out by hand."""

from __future__ import annotations

import pytest
from analyze_builders import address, host, network, one, switch
from analyze_cases import KEEPALIVED, KNET, PACKAGE_2, PACKAGE_3, VRRP, lb, pcs

from vlan2l3.analyze.clusters import corosync, vrrp_instances
from vlan2l3.analyze.derived.clusters import predicted_groups
from vlan2l3.analyze.derived.timers import corosync_timeout, vrrp_timeout
from vlan2l3.network.model import Network

THREE = KNET + "nodelist {\n  node {\n    ring0_addr: 10.1.20.33\n  }\n}\n"


def test_group_of_a_cluster_is_computed_as_corosync_does() -> None:
    """The address is made of 16 bits of the name, the last octet modulo 255; the second ring has the next."""
    assert [str(g) for g in predicted_groups("hacluster")] == ["239.192.204.129", "239.192.204.130"]
    assert predicted_groups("") == ()


@pytest.mark.parametrize(
    ("text", "packages", "seconds"),
    [
        (KNET, PACKAGE_3, 3.0),
        (KNET, {"corosync": "3.0.4-1"}, 1.0),
        (KNET, PACKAGE_2, 1.0),
        (KNET, {}, 3.0),
        (THREE, PACKAGE_3, 3.65),
        (THREE.replace("version: 2", "version: 2\n  token_coefficient: 0"), PACKAGE_3, 3.0),
        (KNET.replace("version: 2", "version: 2\n  token: 12000"), PACKAGE_3, 12.0),
        (THREE.replace("version: 2", "version: 2\n  token: 12000"), PACKAGE_3, 12.65),
    ],
)
def test_token_grows_with_nodes_and_with_the_version(
    text: str, packages: dict[str, str], seconds: float
) -> None:
    """3.1 raised the default from one second to three; each node above two adds 0.65 s."""
    node = pcs(1, text, packages=packages)
    config = corosync(node)
    assert config is not None
    assert corosync_timeout(node, config) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("", 3 + 156 / 256),
        ("  priority 255\n", 3 + 1 / 256),
        ("  advert_int 0.2\n  priority 100\n", 0.2 * (3 + 156 / 256)),
        ("  advert_int 3\n  priority 128\n", 10.5),
        ("  advert_int nonsense\n  priority 99999\n", 3.0),
    ],
)
def test_backup_waits_three_adverts_and_a_skew(lines: str, seconds: float) -> None:
    """The lower the priority, the longer; what is no number counts as the default."""
    text = VRRP.replace("  state MASTER\n", lines)
    (instance,) = vrrp_instances(host("lb", files={KEEPALIVED: text}))
    assert vrrp_timeout(instance) == pytest.approx(seconds)


def test_cluster_on_two_racks_is_one_finding_and_names_its_figure() -> None:
    """Both nodes stand in it, and the evidence is the token's line where there is one."""
    text = KNET.replace("version: 2", "version: 2\n  token: 5000")
    finding = one(network(pcs(1, text), pcs(2, text)), "token-vs-bgp")
    assert finding.hosts == ("pcs-01", "pcs-02")
    assert "5 s corosync token" in finding.meaning
    assert {e.line for e in finding.evidence} == {3}
    assert one(network(lb(1, VRRP), lb(2, VRRP)), "token-vs-bgp").subject == "lb-01+lb-02"


def test_port_that_asked_for_a_clusters_group_is_a_member() -> None:
    """A second node that nobody can log in to shows by the group its cluster's name gives."""
    text = "totem {\n  cluster_name: hacluster\n  transport: udp\n}\n"
    rows = tuple((120, group, "Ethernet9") for group in ("239.192.204.129", "239.192.1.1"))
    finding = one(
        network(pcs(1, text), switches=(switch("leaf-r1", snooped=rows),)), "corosync-udp-multicast"
    )
    assert finding.subject == "239.192.204.129 vlan120+pcs-01"
    stated = text.replace("}", "  interface {\n    mcastaddr: 239.192.1.1\n  }\n}")
    finding = one(
        network(pcs(1, stated), switches=(switch("leaf-r1", snooped=rows),)), "corosync-udp-multicast"
    )
    assert finding.subject == "239.192.1.1 vlan120+pcs-01"


def test_file_of_software_that_is_in_no_group_is_not_in_use() -> None:
    """A joined group makes the file count; where nobody read the groups, the file is a suspicion."""
    text = '<multicast enabled="true">\n<multicast-group>224.9.9.9</multicast-group>\n'

    def net(*groups: str) -> Network:
        own = address("app-01", "10.1.20.90/24", "vlan120")
        return network(host("app-01", addresses=(own,), groups=groups, files={"/opt/h/hazelcast.xml": text}))

    rule = "hazelcast-multicast"
    assert one(net(), rule).certainty == "suspected"  # nobody looked
    assert one(net("224.0.0.1", "224.2.2.3"), rule).certainty == "decisive"
    assert one(net("224.0.0.1", "224.9.9.9"), rule).certainty == "suspected"  # the group that the file names
    with pytest.raises(ValueError, match="not enough values"):
        one(net("224.0.0.1", "224.9.9.99"), rule)
