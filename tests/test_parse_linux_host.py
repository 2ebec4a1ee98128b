"""Hold the readers of files, sockets, services, packages and settings to what the tools print."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linux_answers import bare, host_text, insert, of, read

from vlan2l3 import platforms
from vlan2l3.parse.records import Facts, FileText, Package, Socket, Sysctl, Unit

LINUX = platforms.load("linux")
SOCKETS = "ss -lntupH"
RAW_SOCKETS = "ss -lntupwH"
UNITS = "systemctl list-units --type=service --state=running --no-legend --plain"
PACKAGES = "dpkg-query -W"
SETTINGS = "sysctl net.ipv4.conf net.ipv6.conf net.ipv4.ip_forward"
DEBIAN = 'PRETTY_NAME="Debian 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n\n# x\n'
ANY = "0.0.0.0"  # noqa: S104  what `ss` prints; nothing is bound here


def test_sockets_of_a_real_host_are_read_with_protocol_address_and_process() -> None:
    """A socket bound to an interface keeps it; a raw socket gives its protocol number as port."""
    rows = read(RAW_SOCKETS, host_text(RAW_SOCKETS))
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 5, 5)
    found = sorted((s.protocol, s.address, s.port, s.process) for s in of(rows, Socket))
    assert found == [
        ("raw", ANY, 112, "python3"),
        ("tcp", "*", 9090, "python3"),
        ("tcp", "10.1.20.11", 8080, "python3"),
        ("udp", ANY, 5405, "python3"),
        ("udp", "0.0.0.0%bond0.120", 67, "python3"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tcp   LISTEN 0 128 [::]:22 [::]:*", ("tcp", "[::]", 22, "")),
        ('tcp LISTEN 0 128 :::22 :::*  users:(("sshd",1231,3))', ("tcp", "::", 22, "sshd")),
        (
            'udp UNCONN 0 0 *:111 *:* users:(("rpcbind",pid=9,fd=5),("systemd",pid=1,fd=4))',
            ("udp", "*", 111, "rpcbind,systemd"),
        ),
        (
            'tcp LISTEN 0 5 *:80 *:* users:(("nginx",pid=2,fd=6),("nginx",pid=1,fd=6)) ino:5 sk:1 <->',
            ("tcp", "*", 80, "nginx"),
        ),
    ],
)
def test_socket_layouts_of_old_and_new_ss(line: str, expected: tuple[str, str, int, str]) -> None:
    """Without rights there is no process, and then none is made up; several processes are all named."""
    (socket,) = of(read(SOCKETS, line + "\n"), Socket)
    assert (socket.protocol, socket.address, socket.port, socket.process) == expected


@pytest.mark.parametrize(
    "line",
    [
        "tcp LISTEN 0 128 0.0.0.0:ssh 0.0.0.0:*",
        "tcp LISTEN 0 128 0.0.0.0:22",
        "tcp SLEEPING 0 128 0.0.0.0:22 0.0.0.0:*",
        "xyz LISTEN 0 128 0.0.0.0:22 0.0.0.0:*",
        "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((sshd))",
        "tcp LISTEN 0 128 0.0.0.0:* 0.0.0.0:*",
        "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* and more",
    ],
)
def test_line_that_is_no_socket_is_reported(line: str) -> None:
    """A port without a number, a column too few, a state nobody knows: reported, not read in part."""
    rows = read(SOCKETS, f"{line}\nudp UNCONN 0 0 0.0.0.0:67 0.0.0.0:*\n")
    assert [u.source.line for u in rows.unparsed] == [1]
    assert [s.port for s in of(rows, Socket)] == [67]


def test_connection_is_left_out_of_the_listening_sockets_and_counted() -> None:
    """An established connection is understood, and is no listening socket."""
    rows = read(SOCKETS, "tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:59232\n")
    assert (rows.records, rows.unparsed, rows.expected, rows.parsed) == ((), (), 1, 1)


def test_units_are_active_or_not_whatever_they_do() -> None:
    """Only `active` counts: a failed or reloading unit is not active, and its name is whole."""
    text = (
        "ssh.service loaded active running OpenBSD Secure Shell server\n"
        "getty@tty1.service loaded active running Getty on tty1\n"
        "\u25cf keepalived.service loaded failed failed Keepalive Daemon\n"
    )
    rows = read(UNITS, text)
    assert [(u.name, u.active) for u in of(rows, Unit)] == [
        ("ssh.service", True),
        ("getty@tty1.service", True),
        ("keepalived.service", False),
    ]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 3, 3)


def test_legend_of_the_units_is_left_out_and_counted() -> None:
    """The head and foot lines a person's systemctl prints are no units."""
    foot = "\nLOAD   = Reflects x\n1 loaded units listed.\n"
    text = f"UNIT LOAD ACTIVE SUB DESCRIPTION\nssh.service loaded active running x\n{foot}"
    rows = read(UNITS, text)
    assert [u.name for u in of(rows, Unit)] == ["ssh.service"]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 4, 4)


def test_packages_drop_their_architecture_and_keep_their_version() -> None:
    """A package without a version is known to dpkg and not installed."""
    rows = read(PACKAGES, "bird2\t2.0.12-7\nlibc6:amd64\t2.36-9+deb12u8\nfrr\t\nBad Name\t1\n")
    assert [(p.name, p.version) for p in of(rows, Package)] == [
        ("bird2", "2.0.12-7"),
        ("libc6", "2.36-9+deb12u8"),
    ]
    assert [u.source.line for u in rows.unparsed] == [4]
    assert (rows.expected, rows.parsed) == (4, 3)


def test_settings_keep_key_and_value() -> None:
    """A remark of sysctl on a key it may not read is no setting, and no loss."""
    remark = "sysctl: permission denied on key 'x'"
    text = f"net.ipv4.conf.bond0/120.rp_filter = 2\nnet.ipv4.ip_forward = 1\n{remark}\nnet.x = \n= 1\n"
    rows = read(SETTINGS, text)
    assert [(s.key, s.value) for s in of(rows, Sysctl)] == [
        ("net.ipv4.conf.bond0/120.rp_filter", "2"),
        ("net.ipv4.ip_forward", "1"),
        ("net.x", ""),
    ]
    assert [u.source.line for u in rows.unparsed] == [5]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("cat /etc/network/interfaces", "/etc/network/interfaces"),
        ("cat /etc/network/interfaces.d/bond0", "/etc/network/interfaces.d/bond0"),
        ("sudo cat /etc/keepalived/keepalived.conf", "/etc/keepalived/keepalived.conf"),
        ("cat /etc/dnsmasq.d/pxe.conf", "/etc/dnsmasq.d/pxe.conf"),
        (
            "kubectl get ipaddresspools.metallb.io,l2advertisements.metallb.io -A -o json",
            "kubectl get ipaddresspools.metallb.io,l2advertisements.metallb.io",
        ),
        (
            "gnt-instance list --no-headers -o name,pnode,nic.macs,nic.ips,nic.modes,nic.links",
            "gnt-instance list",
        ),
    ],
)
def test_file_is_kept_whole_under_its_path(command: str, path: str) -> None:
    """Not a byte of a configuration is changed; a listing goes by its command without options."""
    text = "# \u00e4\r\n\niface bond0 inet static\n"
    rows = read(command, text)
    assert [(f.path, f.text) for f in of(rows, FileText)] == [(path, text)]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 1, 1)


def test_hostname_is_a_fact_and_a_file() -> None:
    """The name identifies the host; the file is kept for the matchers."""
    rows = read("cat /etc/hostname", "# set by hand\nweb-01\n")
    assert [f.hostname for f in of(rows, Facts)] == ["web-01"]
    assert [f.path for f in of(rows, FileText)] == ["/etc/hostname"]
    assert (rows.unparsed, rows.expected, rows.parsed) == ((), 2, 2)


def test_hostile_hostname_is_reported() -> None:
    """A name that would be a command or a path becomes no fact."""
    rows = read("cat /etc/hostname", "$(reboot)\n")
    assert of(rows, Facts) == []
    assert [u.source.line for u in rows.unparsed] == [1]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (DEBIAN, "Debian 12"),
        ('NAME="Ubuntu"\nVERSION_ID="22.04"\n', "Ubuntu 22.04"),
        ('NAME="CentOS Linux"\nVERSION_ID="7"\n', "CentOS Linux 7"),
        ("NAME='Debian GNU/Linux'\n", "Debian"),
    ],
)
def test_release_gives_name_and_number(text: str, version: str) -> None:
    """`Debian 12`, in whatever order and quoting the file has it."""
    rows = read("cat /etc/os-release", text)
    assert [f.version for f in of(rows, Facts)] == [version]
    assert (rows.unparsed, rows.expected) == ((), rows.parsed)


def test_release_with_a_line_that_is_no_setting_reports_it() -> None:
    """The version is still read."""
    rows = read("cat /etc/os-release", DEBIAN + "reboot now\n")
    assert [f.version for f in of(rows, Facts)] == ["Debian 12"]
    assert [u.source.line for u in rows.unparsed] == [7]


GARBAGE = st.characters(exclude_characters="\n\r", exclude_categories=("Cs",))


@settings(max_examples=150, deadline=None)
@given(words=st.text(GARBAGE, max_size=30), at=st.integers(0, 40))
@pytest.mark.parametrize("command", [RAW_SOCKETS, "cat /proc/net/igmp", "bridge fdb show"])
def test_garbled_line_is_reported_alone_and_costs_no_row(command: str, words: str, at: int) -> None:
    """Wherever a line of garbage stands, it is the only thing lost."""
    clean = read(command, host_text(command))
    text, number = insert(host_text(command), f"#{words}", at)
    rows = read(command, text)
    assert [u.source.line for u in rows.unparsed] == [number]
    assert bare(rows) == bare(clean)
    assert (rows.expected, rows.parsed) == (clean.expected + 1, clean.parsed)


TEXT_COMMANDS = [c.command for c in LINUX.commands if c.format == "text" and c.reader != "file"]


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.sampled_from("1: eth0<UP>,\n\t link/inet6.255=\"'()via de\x1b[0m\u0661\x85"), max_size=80)
)
@pytest.mark.parametrize("command", TEXT_COMMANDS)
def test_no_text_raises_or_goes_unnoticed(command: str, text: str) -> None:
    """Any text in place of an answer is read, left out or reported."""
    rows = read(command, text)
    assert rows.unparsed or rows.expected == rows.parsed
