"""Targets from Nornir inventories; what is wrong with one is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.collect import inventory
from vlan2l3.collect.settings import InventorySource
from vlan2l3.errors import UsageError

HOSTS = """
leaf-r1a: {hostname: 192.0.2.1, platform: eos, groups: [leafs], data: {rack: r1}}
leaf-r1b: {hostname: 192.0.2.2, platform: arista_eos, groups: [leafs], data: {rack: r1, transport: eapi}}
web-01: {platform: linux, groups: [hosts], data: {rack: r1, sudo: false}}
web-02: {platform: linux, groups: [hosts], data: {rack: r2}}
odd-01: {platform: amiga, data: {rack: r2}}
"""
GROUPS = """
leafs: {username: reader, data: {password_env: LEAF_PASSWORD}}
hosts: {username: root, port: 2222, data: {key_file: ~/.ssh/reader}}
"""


def simple(folder: Path, hosts: str = HOSTS, groups: str = GROUPS) -> InventorySource:
    """Write a SimpleInventory."""
    for name, text in (("hosts", hosts), ("groups", groups), ("defaults", "")):
        (folder / f"{name}.yaml").write_text(text)
    options = {f"{n}_file": str(folder / f"{n}s.yaml") for n in ("host", "group")}
    return InventorySource(options={**options, "defaults_file": str(folder / "defaults.yaml")})


def test_simple_inventory_gives_targets(tmp_path: Path) -> None:
    """Groups, racks and a platform under another tool's name."""
    found = inventory.load(simple(tmp_path))
    by_name = {target.name: target for target in found.targets}
    assert list(by_name) == ["leaf-r1a", "leaf-r1b", "odd-01", "web-01", "web-02"]
    assert (by_name["leaf-r1a"].address, by_name["leaf-r1a"].rack) == ("192.0.2.1", "r1")
    assert (by_name["leaf-r1b"].platform, by_name["leaf-r1b"].transport) == ("eos", "eapi")
    assert by_name["leaf-r1b"].password_env == "LEAF_PASSWORD"
    assert (by_name["web-01"].username, by_name["web-01"].port, by_name["web-01"].sudo) == (
        "root",
        2222,
        False,
    )
    assert (by_name["odd-01"].platform, by_name["odd-01"].said) == ("", "amiga")
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("limit", "names"),
    [
        ("r1", ["leaf-r1a", "leaf-r1b", "web-01"]),
        ("leafs", ["leaf-r1a", "leaf-r1b"]),
        ("web-*", ["web-01", "web-02"]),
        ("leaf-r1a, r2", ["leaf-r1a", "odd-01", "web-02"]),
    ],
)
def test_limit_takes_names_groups_and_racks(tmp_path: Path, limit: str, names: list[str]) -> None:
    """Any of them, with stars and commas."""
    assert [t.name for t in inventory.load(simple(tmp_path), limit).targets] == names


def test_limit_that_leaves_nobody_is_refused_with_the_groups(tmp_path: Path) -> None:
    """A misspelt limit must not make an empty capture."""
    with pytest.raises(UsageError, match="no device of the inventory matches `r9`") as error:
        inventory.load(simple(tmp_path), "r9")
    assert error.value.hint == "groups: hosts, leafs"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Names that attack, a rack that is a path, a way a platform has not."""
    hosts = """
    ../../etc/x: {platform: eos}
    $(reboot): {platform: eos}
    sw1: {platform: eos, data: {rack: ../r1}}
    sw2: {platform: eos, data: {transport: telnet}}
    """
    with pytest.raises(UsageError) as error:
        inventory.load(simple(tmp_path, hosts, ""))
    told = [problem.what for problem in error.value.problems]
    assert len(told) == 4
    assert "eos can't be reached by 'telnet'" in told


def test_password_in_clear_is_taken_with_a_warning_and_never_shown(tmp_path: Path) -> None:
    """The inventory's password works, the person is told, and printing a target does not print it."""
    hosts = "sw1: {platform: eos, password: hunter2}"
    found = inventory.load(simple(tmp_path, hosts, ""))
    assert found.targets[0].password == "hunter2"
    assert "passwords in clear for 1 device(s), such as sw1" in found.warnings[0]
    assert "hunter2" not in repr(found) + "".join(found.warnings)


def test_connection_options_of_an_inventory_are_not_used(tmp_path: Path) -> None:
    """An inventory may carry any option for other tools; none of them reaches a session."""
    hosts = """
    sw1:
      platform: eos
      connection_options:
        netmiko: {extras: {ssh_strict: false, session_log: /tmp/x, global_cmd_verify: false}}
      data: {command: reload, commands: [reload], setup: [reload]}
    """
    target = inventory.load(simple(tmp_path, hosts, "")).targets[0]
    assert "reload" not in repr(target)
    assert "ssh_strict" not in repr(target)


def test_ansible_inventory_works_through_its_plugin(tmp_path: Path) -> None:
    """Hosts, groups and variables of an Ansible inventory, by the plugin's name alone."""
    file = tmp_path / "hosts.yml"
    file.write_text(
        "all:\n"
        "  children:\n"
        "    leafs:\n"
        "      vars: {platform: eos, rack: r7, ansible_user: reader}\n"
        "      hosts:\n"
        "        leaf-r7a: {ansible_host: 192.0.2.71, ansible_port: 2222}\n"
    )
    found = inventory.load(
        InventorySource(plugin="AnsibleInventory", options={"hostsfile": str(file)}), "leafs"
    )
    target = found.targets[0]
    assert (target.name, target.platform, target.rack) == ("leaf-r7a", "eos", "r7")
    assert (target.address, target.port, target.username) == ("192.0.2.71", 2222, "reader")


def test_plugin_that_is_not_there_is_named() -> None:
    """The hint says what to install."""
    with pytest.raises(UsageError, match="no Nornir inventory plugin 'NetBoxInventory2'") as error:
        inventory.load(InventorySource(plugin="NetBoxInventory2"))
    assert "nornir-netbox" in error.value.hint


def test_plugin_that_fails_says_why(tmp_path: Path) -> None:
    """A missing file of a plugin is a message and no traceback."""
    with pytest.raises(UsageError, match="the inventory plugin SimpleInventory failed: FileNotFoundError"):
        inventory.load(InventorySource(options={"host_file": str(tmp_path / "none.yaml")}))
