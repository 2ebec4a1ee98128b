"""Nothing off the list is sent, whatever an inventory, a setting or a device says."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlan2l3 import platforms
from vlan2l3.collect import reading
from vlan2l3.collect.allow import AllowList, NotAllowedError, allow_list
from vlan2l3.platforms import CommandSpec

WAYS = [
    (name, way)
    for name in platforms.names()
    if (collect := platforms.load(name).collect)
    for way in collect.transports
]
CHANGES = (
    "configure terminal",
    "conf t",
    "reload",
    "write memory",
    "copy running-config startup-config",
    "clear mac address-table dynamic",
    "no vlan 10",
    "show vlan ; reload",
    "show vlan | redirect flash:x",
    "show vlan | tee flash:x",
    "show vlan | append flash:x",
    "show running-config | no-more\nreload",
    "ip link set dev eth0 down",
    "ip addr add 192.0.2.1/24 dev eth0",
    "ip route flush table all",
    "bridge vlan add dev swp1 vid 10",
    "bridge fdb show > /tmp/x",
    "sysctl -w net.ipv4.ip_forward=1",
    "sysctl net.ipv4.ip_forward=1",
    "systemctl restart networking",
    "nv set interface swp1",
    "net add bridge bridge ports swp1",
    "nft add table inet x",
    "nft flush ruleset",
    "cat /etc/hostname; reboot",
    "cat /etc/hostname && reboot",
    "cat /etc/$(reboot)",
    "cat `reboot`",
    "cat /root/.ssh/id_ed25519",
    "hostnamectl set-hostname x",
    "corosync-cmapctl -s totem.token u32 1",
    "kubectl delete nodes -o json",
    "virsh destroy web",
    "pcs resource disable ip",
    "crm_mon",
    "sudo -n reboot",
    "vtysh -c 'configure terminal'",
    "mstpctl setportpathcost br0 swp1 1",
    "get_config(retrieve='all')",
    "load_merge_candidate",
    "cli",
    "",
)


@pytest.mark.parametrize(("name", "way"), WAYS, ids=[f"{n}-{w}" for n, w in WAYS])
def test_every_command_of_an_index_only_reads(name: str, way: str) -> None:
    """The list can be made, holds something, and holds no line twice under two names."""
    allowed = allow_list(platforms.load(name), way)
    assert allowed.questions
    lines = [question.line for question in allowed.questions]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("line", CHANGES)
@pytest.mark.parametrize(("name", "way"), WAYS, ids=[f"{n}-{w}" for n, w in WAYS])
def test_a_line_that_changes_something_is_never_sent(name: str, way: str, line: str) -> None:
    """Each of these is refused by the list of every platform."""
    with pytest.raises(NotAllowedError):
        allow_list(platforms.load(name), way).permit(line)


@pytest.mark.parametrize("line", CHANGES)
@pytest.mark.parametrize("way", ["cli", "shell", "eapi", "nxapi", "napalm"])
def test_the_second_lock_refuses_what_changes(way: str, line: str) -> None:
    """Even an index that held such a line would not get it sent."""
    assert not reading.only_reads(line, way)


@pytest.mark.parametrize("line", [change for change in CHANGES if change])
def test_an_index_with_such_a_line_is_refused_whole(line: str) -> None:
    """A fault in `parsers/` stops collecting and changes nothing."""
    eos = platforms.load("eos")
    spoilt = msgspec.structs.replace(eos, commands=(*eos.commands, CommandSpec(command=line)))
    with pytest.raises(NotAllowedError):
        allow_list(spoilt, "cli")


def lists() -> list[AllowList]:
    """Give the lists of all platforms."""
    return [allow_list(platforms.load(name), way) for name, way in WAYS]


LISTS = lists()
LINES = sorted({line for allowed in LISTS for line in (*allowed.sent, *allowed.setup)})


@given(st.sampled_from(LISTS), st.text(max_size=60))
def test_any_other_text_is_refused(allowed: AllowList, text: str) -> None:
    """What is let through is on the list to the letter, or fills a `*` with a name."""
    try:
        allowed.permit(text)
    except NotAllowedError:
        return
    assert text in allowed.sent | allowed.setup or any(p.fullmatch(text) for p in allowed.patterns)


@given(
    st.sampled_from(LISTS),
    st.sampled_from(LINES),
    st.sampled_from([";", "\n", "|", "&", ">", "$(", "`", "\r", "\0"]),
    st.text(max_size=20),
)
def test_nothing_can_be_put_behind_a_line(allowed: AllowList, line: str, mark: str, more: str) -> None:
    """A line with anything a shell or a command line acts on behind it is another line."""
    text = f"{line}{mark}{more}"
    if text in LINES:
        return
    with pytest.raises(NotAllowedError):
        allowed.permit(text)


@given(st.text(max_size=70))
def test_a_listed_item_is_a_name_or_is_not_asked_about(item: str) -> None:
    """A file, VRF or interface name from a device never brings a second command along."""
    allowed = allow_list(platforms.load("linux"), "shell")
    question = next(q for q in allowed.questions if "*" in q.line)
    try:
        filled = question.about(item)
    except ValueError:
        return
    allowed.permit(filled.line)
    assert not set(filled.line) & set(";|&<>$`\\\n\r\0 '\"(){}") - {" "}
    assert filled.line.count(" ") == question.line.count(" ")


@pytest.mark.parametrize(
    ("path", "is_sent"),
    [
        ("/opt/tomcat/conf/server.xml", True),
        ("/etc/llttab", True),
        ("/etc/keepalived/conf.d/web.conf", True),
        ("/etc/shadow", False),
        ("/etc/ssh/ssh_host_ed25519_key", False),
        ("/root/.my.cnf", False),
        ("/opt/../etc/shadow/server.xml", False),
        ("/opt/.hidden/server.xml", False),
        ("/opt/a b/server.xml", False),
        ("/opt/$(reboot)/server.xml", False),
        ("/opt/x;reboot/server.xml", False),
        ("/opt/tomcat/server.xml\n", False),
        ("server.xml", False),
    ],
)
def test_a_listed_path_is_read_only_where_the_search_looks_for_it(path: str, *, is_sent: bool) -> None:
    """A device may list what it likes: only files the search is for, by plain paths, are asked about."""
    allowed = allow_list(platforms.load("linux"), "shell")
    (question,) = (q for q in allowed.questions if q.line == "cat *")
    if is_sent:
        filled = question.about(path)
        allowed.permit(filled.line)
        allowed.permit(f"sudo -n {filled.line}")
    else:
        with pytest.raises(ValueError, match="no name"):
            question.about(path)
        with pytest.raises(NotAllowedError):
            allowed.permit(f"cat {path}")
