"""Hold the reading of brace files against files of the wild and against odd ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from analyze_builders import host

from vlan2l3.analyze.blocks import read_blocks
from vlan2l3.analyze.clusters import corosync, lease_ranges, vrrp_instances

CONF = "/etc/keepalived/keepalived.conf"


def test_brace_on_its_own_line_opens_the_block_before_it() -> None:
    """Both ways of placing a brace are read, and the block's line is that of its name."""
    root = read_blocks("a\n{\n  b: 1\n}\nc d {\n  e 2\n}\n")
    assert [(b.name, b.argument, b.line) for b in root.blocks] == [("a", "", 1), ("c", "d", 5)]
    assert (root.blocks[0].value("b"), root.blocks[1].value("e")) == ("1", "2")


def test_file_that_was_cut_off_keeps_what_was_read() -> None:
    """A missing closing brace loses nothing, and a superfluous one does no harm."""
    assert [b.name for b in read_blocks("}\na {\n  b {\n    c 1\n").find("b")] == ["b"]


def test_comments_are_left_out_and_values_with_marks_are_not() -> None:
    """`#` and `!` open a comment after a blank, and are letters inside a word."""
    root = read_blocks("a { # note\n  ! b 1\n  c x#y!z\n  d 2 # more\n}\n")
    (block,) = root.blocks
    assert [text for _, text in block.settings] == ["c x#y!z", "d 2"]


def test_vrrp_address_with_options_is_one_address() -> None:
    """What follows an address on its line is not taken for another one."""
    text = (
        "vrrp_instance A {\n virtual_ipaddress {\n  10.0.0.1/24 brd 10.0.0.255 dev eth0\n  fe80::1\n }\n}\n"
    )
    (instance,) = vrrp_instances(host("lb", files={CONF: text}))
    assert [str(a) for a in instance.addresses] == ["10.0.0.1", "fe80::1"]


def test_instances_of_all_included_files_are_read() -> None:
    """Files below /etc/keepalived count at any depth."""
    files = {
        f"/etc/keepalived/{name}": f"vrrp_instance {name[0]} {{\n}}\n" for name in ("a.conf", "conf.d/b.conf")
    }
    assert [i.name for i in vrrp_instances(host("lb", files=files))] == ["a", "c"]


@pytest.mark.parametrize(
    ("path", "text", "first"),
    [
        ("/etc/dnsmasq.conf", "dhcp-range=set:pxe,10.0.0.5,10.0.0.9,1h\n", ["10.0.0.5"]),
        ("/etc/dnsmasq.conf", "# dhcp-range=10.0.0.5,10.0.0.9\n", []),
        ("/etc/dnsmasq.d/x", "dhcp-range=::100,::1ff,constructor:eth0\n", []),
        ("/etc/dnsmasq.conf", "dhcp-range=999.0.0.1,999.0.0.2\n", []),
        ("/etc/dhcp/dhcpd.conf", "subnet 10.0.1.0 netmask 255.255.255.0 {\n}\n", []),
        (
            "/etc/dhcp/dhcpd.conf",
            "subnet 10.0.1.0 netmask 255.255.255.0 {\n  range dynamic-bootp 10.0.1.5 10.0.1.9;\n}\n",
            ["10.0.1.5"],
        ),
        (
            "/etc/dhcp/dhcpd.conf",
            "host a { hardware ethernet 0:1:2:3:4:5; fixed-address 10.0.1.7; }\n",
            ["10.0.1.7"],
        ),
        ("/etc/dhcp/dhcpd.conf", "# range 10.0.1.5 10.0.1.9;\n", []),
        ("/etc/kea/kea-dhcp4.conf", '{ "pools": [ { "pool": "10.0.1.5 - 10.0.1.9" } ] }\n', ["10.0.1.5"]),
        ("/etc/kea/kea-dhcp4.conf", '// { "pool": "10.0.1.5 - 10.0.1.9" }\n', []),
    ],
)
def test_lease_range_is_read_where_it_is_one(path: str, text: str, first: list[str]) -> None:
    """Tags are passed over; comments, IPv6 and nonsense are no IPv4 range."""
    assert [str(lease.first) for lease in lease_ranges(host("dhcp", files={path: text}))] == first


def test_line_of_a_lease_range_is_counted_with_comments() -> None:
    """What is blanked before a range moves no line number."""
    text = "# a comment that is much longer than the lines below\n\nport=0\ndhcp-range=10.0.0.5,10.0.0.9\n"
    (lease,) = lease_ranges(host("dhcp", files={"/etc/dnsmasq.conf": text}))
    assert lease.line == 4


def test_keepalived_samples_of_the_project_itself_are_read(real_outputs: Path) -> None:
    """Every vrrp_instance of keepalived's own samples is found, as a plain search of the text counts them."""
    files = sorted((real_outputs / "linux" / "keepalived_samples").glob("keepalived.conf.*"))
    assert files
    seen = 0
    for path in files:
        text = path.read_text()
        instances = vrrp_instances(host("lb", files={CONF: text}))
        lines = [
            n for n, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("vrrp_instance ")
        ]
        assert [i.line for i in instances] == lines, path.name
        seen += len(instances)
    assert seen > 10


def test_corosync_sample_has_nodes_without_addresses(real_outputs: Path) -> None:
    """The sample comments its ring addresses out: there is a cluster name and no node to go by."""
    text = (real_outputs / "linux" / "corosync" / "corosync.conf.example").read_text()
    config = corosync(host("pcs", files={"/etc/corosync/corosync.conf": text}))
    assert config is not None
    assert (config.cluster, config.transport, config.nodes) == ("ExampleCluster", "", ())
